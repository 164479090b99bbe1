"""``/api/v1/admin/keys``, ``/audit`` and ``/me``: who may, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import falcon
from msgspec import Meta, Struct

from ...identity.actor import Scope
from ...identity.audit import Audit, Entry
from ...identity.keys import Key, KeyRefused, Keys, Wanted
from ..access import Access
from ..exchange import decode_json, media_type, no_parameters, read_body, require_utf8, send
from ..operations import JSON, Operation
from ..parameters import AUDIT
from ..problems import Fault, Problem
from ..query_string import read_query

if TYPE_CHECKING:
    from ...app import Parts

API: Final = "/api/v1/admin"
MAX_KEY_BODY: Final = 16 * 1024
MAX_LINE: Final = 2**31 - 1  # what the number of a line may be in either database


class NewKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made. ``expires_at`` is a day or a moment, empty for never; ``rate`` as in the setting."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Meta(min_length=1)]
    origins: list[str] = []
    rate: str = ""
    expires_at: str = ""


class KeyMedia(Struct, frozen=True):
    """What is known of a key. Moments are ISO 8601 in UTC, empty for never."""

    id: str
    prefix: str
    name: str
    scopes: list[str]
    origins: list[str]
    rate: str
    created_at: str
    created_by: str
    expires_at: str
    used_at: str
    revoked_at: str


class MadeKeyMedia(Struct, frozen=True):
    """A key that was made, with the key itself, which is told this once."""

    key: str
    id: str
    about: KeyMedia


class KeysMedia(Struct, frozen=True):
    """The keys, the newest first."""

    keys: list[KeyMedia]


class EntryMedia(Struct, frozen=True):
    """A line of the audit."""

    number: int
    at: str
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


class AuditMedia(Struct, frozen=True):
    """Lines of the audit, the newest first; ``before`` is what asks for those behind, or ``null``."""

    entries: list[EntryMedia]
    before: str | None


class MeMedia(Struct, frozen=True):
    """Who asks."""

    kind: str
    name: str
    scopes: list[str]


def key_media(key: Key) -> KeyMedia:
    """A key as JSON."""
    return KeyMedia(
        key.id, key.prefix, key.name, list(key.scopes), list(key.origins), key.rate,
        key.created_at, key.created_by, key.expires_at, key.used_at, key.revoked_at,
    )  # fmt: skip


def entry_media(entry: Entry) -> EntryMedia:
    """A line as JSON."""
    return EntryMedia(entry.number, entry.at, entry.actor, entry.action, entry.subject, entry.detail)


class KeysResource:
    """Lists and makes keys."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "List the keys, the newest first", KeysMedia, problems=(400, 401, 403, 503), secured=True
        ),
        "post": Operation(
            "Make a key, which is told this once",
            MadeKeyMedia,
            201,
            problems=(400, 401, 403, 408, 413, 415, 422, 503),
            bodies={JSON: NewKey},
            secured=True,
            leads_to=(("delete_admin_keys_key_id", "key_id", "id"),),
        ),
    }

    def __init__(self, keys: Keys, access: Access) -> None:
        self._keys = keys
        self._access = access

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List."""
        self._access.require(req, "admin")
        no_parameters(req.query_string)
        resp.cache_control = ["no-store"]
        send(resp, KeysMedia([key_media(key) for key in self._keys.all()]))

    on_head = on_get

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Make a key."""
        actor = self._access.require(req, "admin")
        no_parameters(req.query_string)
        if media_type(req) != JSON:
            raise Problem(415, "unsupported_media_type", f"Send {JSON}.")
        require_utf8(req)
        new = decode_json(read_body(req, MAX_KEY_BODY), NewKey)
        asked = Wanted(new.name, tuple(new.scopes), tuple(new.origins), new.rate, new.expires_at)
        try:
            key, secret = self._keys.create(actor, asked)
        except KeyRefused as error:
            raise Problem(422, "invalid_body", str(error), (Fault(error.field, str(error)),)) from error
        resp.cache_control = ["no-store"]
        send(resp, MadeKeyMedia(secret, key.id, key_media(key)), 201)


class KeyResource:
    """Revokes a key."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "delete": Operation("Revoke a key", KeyMedia, problems=(400, 401, 403, 404, 503), secured=True)
    }

    def __init__(self, keys: Keys, access: Access) -> None:
        self._keys = keys
        self._access = access

    def on_delete(self, req: falcon.Request, resp: falcon.Response, key_id: str) -> None:
        """Revoke."""
        actor = self._access.require(req, "admin")
        no_parameters(req.query_string)
        key = self._keys.revoke(actor, key_id) if "\0" not in key_id else None
        if key is None:
            raise Problem(404, "no_key", f"There is no key {key_id[:64]!r} in use.")
        send(resp, key_media(key))


class AuditResource:
    """Who changed what."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "Who changed what, and who was refused; the newest first",
            AuditMedia,
            parameters=AUDIT,
            problems=(400, 401, 403, 503),
            secured=True,
        )
    }

    def __init__(self, audit: Audit, access: Access) -> None:
        self._audit = audit
        self._access = access

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List."""
        self._access.require(req, "admin")
        given = read_query(req.query_string, AUDIT)
        before = _number(given["before"])
        entries = self._audit.newest(given["limit"], before, given["action"])
        more = str(entries[-1].number) if len(entries) == given["limit"] else None
        resp.cache_control = ["no-store"]
        send(resp, AuditMedia([entry_media(entry) for entry in entries], more))

    on_head = on_get


def _number(before: str) -> int | None:
    if not before:
        return None
    if not before.isascii() or not before.isdigit() or int(before) > MAX_LINE:
        detail = f"before: {before!r} is not what an answer gave as before"
        raise Problem(400, "invalid_parameter", detail, (Fault("before", detail),))
    return int(before)


class MeResource:
    """Who asks; any key may."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "Who asks, and what that one may", MeMedia, problems=(400, 401, 403, 503), secured=True
        )
    }

    def __init__(self, access: Access) -> None:
        self._access = access

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Tell."""
        no_parameters(req.query_string)
        actor = self._access.require(req, None)
        resp.cache_control = ["no-store"]
        send(resp, MeMedia(actor.kind, actor.name, sorted(actor.scopes)))

    on_head = on_get


def routes(parts: Parts) -> dict[str, Any]:
    """The routes by their paths."""
    identity, access = parts.identity, parts.access
    return {
        f"{API}/keys": KeysResource(identity.keys, access),
        f"{API}/keys/{{key_id}}": KeyResource(identity.keys, access),
        f"{API}/audit": AuditResource(parts.audit, access),
        f"{API}/me": MeResource(access),
    }
