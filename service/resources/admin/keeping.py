"""What was sent by a form of the desk after its session had ended, until its writer has signed in again.

The service keeps nothing of it. It goes with the sign-in form, in the page and back, and is shown to the
administrator who wrote it as a question with a form of the new session: nothing is done
before that is sent. So whatever comes back is looked at as any other input is: where it leads, what it holds,
how long it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus, unquote, urlencode, urlsplit

import falcon
import msgspec
from msgspec import Struct

from ...web.admin.frame import DESK
from .session import ACCOUNT, HOME, MAX_FORM, SIGN_IN, SIGN_OUT, TOKEN_FIELD, WHO_FIELD, Form, wanted

MAX_FIELDS: Final = 2_000  # as many as a form may have
_NEVER: Final = (ACCOUNT, SIGN_IN, SIGN_OUT)  # whose forms hold passwords and codes
_NOT_KEPT: Final = frozenset(
    {TOKEN_FIELD, WHO_FIELD, "password", "current", "new", "again", "code", "secret"}
)
_ROOM: Final = MAX_FORM - 1024  # for the fields: the desk's own come with them
_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~%,'!$*+:@-]+)+")
_QUERY: Final = re.compile(r"[A-Za-z0-9._~%,'!$*+:@=&/-]{0,2000}")


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """A form: by whom, where it was sent, the page it stood on, and its fields."""

    who: str
    action: str
    back: str
    fields: tuple[tuple[str, str], ...]


def is_secret(path: str) -> bool:
    """Whether the forms sent to a path hold passwords and codes."""
    return path in _NEVER


def form_as_sent(req: falcon.Request, form: Form) -> Kept | None:
    """What is to be kept of a form; ``None`` of one that may hold a secret, or does not say whose it is."""
    who = form.get(WHO_FIELD, [""])[-1]
    if not who or is_secret(req.path):
        return None
    mark = "?" if req.query_string else ""
    action = f"{quote(req.path)}{mark}{req.query_string}"
    fields = tuple(
        (name, value) for name, values in form.items() if name not in _NOT_KEPT for value in values
    )
    return Kept(who, action, page_of(req), fields) if _leads_into_the_desk(action) else None


def page_of(req: falcon.Request) -> str:
    """The page of the desk that a form stood on, as far as the browser says so; else the first one."""
    try:
        parts = urlsplit(req.get_header("Referer") or "")
    except ValueError:
        return HOME
    if parts.netloc.lower() not in {req.netloc.lower(), (req.forwarded_host or "").lower()} - {""}:
        return HOME
    mark = "?" if parts.query else ""
    return wanted(f"{parts.path.removeprefix(req.root_path)}{mark}{parts.query}")


def packed(kept: Kept | None) -> str:
    """The form as text, for a hidden field; empty when there is none, or it is too long to be sent again."""
    if kept is None:
        return ""
    text = msgspec.json.encode(kept).decode()
    again = urlencode([(name, "\r\n".join(value.splitlines())) for name, value in kept.fields])
    return text if len(quote_plus(text)) <= MAX_FORM and len(again) <= _ROOM else ""


def unpacked(text: str, takes_forms: Callable[[str], bool]) -> Kept | None:
    """The form that a hidden field brings back; ``None`` when it is none that the desk can have kept.

    ``takes_forms`` says whether a path of the desk is one that forms are sent to.
    """
    if not text or len(text) > MAX_FORM:
        return None
    try:
        kept = msgspec.json.decode(text, type=Kept)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    whole = len(kept.fields) <= MAX_FIELDS and not {name for name, _ in kept.fields} & _NOT_KEPT
    if not whole or not _leads_into_the_desk(kept.action) or not takes_forms(_path(kept.action)):
        return None
    return Kept(kept.who, kept.action, wanted(kept.back), kept.fields)


def _path(action: str) -> str:
    return unquote(action.partition("?")[0], errors="replace")


def _leads_into_the_desk(action: str) -> bool:
    path, _, query = action.partition("?")
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return False
    meant = _path(action)
    plain = meant.isprintable() and not any(mark in meant for mark in ("\\", "//", "..", "?", "#", "%"))
    return plain and meant.startswith(f"{DESK}/") and meant not in _NEVER


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths that forms of the desk are sent to."""

    _known: re.Pattern[str]

    @classmethod
    def of(cls, resources: Mapping[str, object]) -> Paths:
        """Those of the resources, by their templates."""
        templates = [
            "[^/]+".join(map(re.escape, re.split(r"\{\w+\}", path)))
            for path, resource in resources.items()
            if path.startswith(f"{DESK}/") and hasattr(resource, "on_post")
        ]
        return cls(re.compile("|".join(templates) or r"(?!)"))

    def take(self, path: str) -> bool:
        """Whether a form may be sent to a path."""
        return self._known.fullmatch(path) is not None


def shown_fields(kept: Kept) -> list[tuple[str, str]]:
    """What a person has written of the fields: neither what they saw, nor what the form says of itself."""
    own = ("do", "revision", "base", "was", "fresh")
    return [
        (name.replace("_", " "), value)
        for name, value in kept.fields
        if value.strip() and name not in own and not name.startswith("was_")
    ]
