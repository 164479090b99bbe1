"""Keys of programs: made, listed and revoked in the store.

A key has 256 random bits, so a plain SHA-256 of it is as safe as a slow digest would be. It is shown once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import Row, insert, select, update

from indexer.errors import BroadsheetError

from ..store import Database
from ..store.tables.identity import api_keys
from .actor import SCOPES, Actor
from .audit import Audit
from .limiting import read_rate
from .moments import Clock, stamp

PREFIX: Final = "bs_"
PREFIX_LENGTH: Final = 11  # bs_ab12cd34: what a list shows of a key
LOOKS_LIKE_A_KEY: Final = re.compile(r"bs_[a-z0-9]{8}_[A-Za-z0-9_-]{20,}")
MAX_NAME: Final = 100
MAX_ORIGINS: Final = 50
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


class KeyRefused(BroadsheetError):
    """A key that cannot be made so. ``field`` is what is wrong."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


class Key(Struct, frozen=True):
    """What is known of a key; the key itself is not. Moments are ISO 8601 in UTC, empty for never."""

    id: str
    prefix: str
    name: str
    scopes: tuple[str, ...]
    origins: tuple[str, ...]
    rate: str
    created_at: str
    created_by: str
    expires_at: str
    used_at: str
    revoked_at: str

    @property
    def actor(self) -> Actor:
        """Who acts with it."""
        return Actor("key", f"{self.prefix} {self.name}", frozenset(self.scopes))


class Wanted(Struct, frozen=True):
    """A key to be made. ``expires_at`` is a day or a moment, empty for never; ``rate`` as in the setting."""

    name: str
    scopes: tuple[str, ...]
    origins: tuple[str, ...] = ()
    rate: str = ""
    expires_at: str = ""


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def checked(wanted: Wanted, now: datetime) -> Wanted:
    """The same, tidied.

    Raises:
        KeyRefused: it cannot be made so.
    """
    name = " ".join(wanted.name.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise KeyRefused("name", f"A key needs a name of 1 to {MAX_NAME} characters, to be told from others.")
    scopes = tuple(scope for scope in SCOPES if scope in wanted.scopes)
    if unknown := [scope for scope in wanted.scopes if scope not in SCOPES]:
        raise KeyRefused("scopes", f"{unknown[0][:40]!r} is no scope; there are {', '.join(SCOPES)}.")
    if not scopes:
        raise KeyRefused("scopes", f"A key needs a scope; there are {', '.join(SCOPES)}.")
    if wanted.rate:
        try:
            read_rate(wanted.rate)
        except ValueError as error:
            raise KeyRefused("rate", f"The rate {error}.") from error
    origins = tuple(dict.fromkeys(map(_origin, wanted.origins)))
    if len(origins) > MAX_ORIGINS:
        raise KeyRefused("origins", f"A key may have at most {MAX_ORIGINS} origins.")
    return Wanted(name, scopes, origins, wanted.rate.strip(), _expiry(wanted.expires_at, now))


def _origin(text: str) -> str:
    text = text.strip().lower()
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:.]+\](:\d{1,5})?", text):
        raise KeyRefused("origins", f"{text[:100]!r} is no origin such as https://www.example.org.")
    return text


def _expiry(text: str, now: datetime) -> str:
    if not text.strip():
        return ""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise KeyRefused("expires_at", f"{text[:40]!r} is no day such as 2027-01-31.") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    if moment <= now:
        raise KeyRefused("expires_at", "The key would have expired already.")
    try:
        return stamp(moment)
    except OverflowError as error:  # in UTC it would be of the year 10000
        raise KeyRefused("expires_at", f"{text[:40]!r} is too far away; empty is for never.") from error


class Keys:
    """The keys in the store. Every change is in the audit; ``StoreUnavailable`` when it cannot be used."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self.changed: Callable[[], None] = _nothing  # called behind every change that was made here

    def create(self, actor: Actor, wanted: Wanted) -> tuple[Key, str]:
        """Make a key; gives what is known of it and the key itself, which is told this once.

        Raises:
            KeyRefused: it cannot be made so.
        """
        now = self._clock()
        wanted = checked(wanted, now)
        secret = (
            PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(8)) + "_" + secrets.token_urlsafe(32)
        )
        key = Key(
            id=secrets.token_hex(8),
            prefix=secret[:PREFIX_LENGTH],
            name=wanted.name,
            scopes=wanted.scopes,
            origins=wanted.origins,
            rate=wanted.rate,
            created_at=stamp(now),
            created_by=actor.shown,
            expires_at=wanted.expires_at,
            used_at="",
            revoked_at="",
        )
        values = {name: getattr(key, name) for name in key.__struct_fields__}
        values |= {
            "scopes": " ".join(key.scopes),
            "origins": " ".join(key.origins),
            "digest": digest_of(secret),
        }
        with self._database.writing() as connection:
            connection.execute(insert(api_keys).values(values))
            self._audit.note(
                actor, "key.create", f"{key.prefix} {key.name}", within=connection,
                scopes=list(key.scopes), origins=list(key.origins), rate=key.rate, expires_at=key.expires_at,
            )  # fmt: skip
        self.changed()
        return key, secret

    def all(self) -> Sequence[Key]:
        """Every key, the newest first, revoked ones as well."""
        query = select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id)
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(query)]

    def revoke(self, actor: Actor, key_id: str) -> Key | None:
        """Revoke a key, by its id or the visible prefix; ``None`` when there is no such in use."""
        named = (api_keys.c.id == key_id) | (api_keys.c.prefix == key_id)
        with self._database.writing() as connection:
            row = connection.execute(select(api_keys).where(named, api_keys.c.revoked_at == "")).first()
            if row is None:
                return None
            at = stamp(self._clock())
            connection.execute(update(api_keys).where(api_keys.c.id == row.id).values(revoked_at=at))
            self._audit.note(actor, "key.revoke", f"{row.prefix} {row.name}", within=connection)
        self.changed()
        return _key(row)

    def in_use(self) -> Mapping[str, Key]:
        """Digest to key, of those that are not revoked."""
        query = select(api_keys).where(api_keys.c.revoked_at == "")
        with self._database.reading() as connection:
            return {row.digest: _key(row) for row in connection.execute(query)}

    def used(self, last: Mapping[str, datetime]) -> None:
        """Keep when keys were last used, by id."""
        with self._database.writing() as connection:
            for key_id, moment in last.items():
                connection.execute(
                    update(api_keys).where(api_keys.c.id == key_id).values(used_at=stamp(moment))
                )


def _nothing() -> None:
    pass


def _key(row: Row) -> Key:  # type: ignore[type-arg]  # of whatever columns are asked for
    return Key(
        row.id, row.prefix, row.name, tuple(row.scopes.split()), tuple(row.origins.split()), row.rate,
        row.created_at, row.created_by, row.expires_at, row.used_at, row.revoked_at,
    )  # fmt: skip
