"""Who is signed in at the desk, whether a form is the desk's own, and the cookie that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

import falcon
from falcon.media import MultipartFormHandler
from falcon.media.multipart import MultipartParseError

from ...identity.actor import Actor
from ...identity.sessions import Session, csrf_of
from ..access import COOKIE, SAFE, SECURE_COOKIE, Access
from ..exchange import absolute, media_type, read_body
from ..operations import FORM
from ..problems import Problem

MAX_FORM: Final = 256 * 1024
MAX_FILES: Final = 8 * 1024 * 1024  # of a form with files: a set of judgements of the greatest size
MAX_PARTS: Final = 64  # fields and files of such a form
MULTIPART: Final = "multipart/form-data"
TOKEN_FIELD: Final = "form_token"  # noqa: S105 the name of a field
WHO_FIELD: Final = "form_who"  # whose page a form stood on
SIGN_IN: Final = "/admin/sign-in"
ACCOUNT: Final = "/admin/account"
SIGN_OUT: Final = "/admin/sign-out"
HOME: Final = "/admin"
_WITH_ONE_TIME_PASSWORD: Final = frozenset({ACCOUNT, SIGN_OUT})  # all that one may see before it is changed

# Of an address: what a browser sends escaped is escaped, and no part of its path leads out of it.
_AS_SENT: Final = re.compile(r"[!#-;=?-\[\]_a-z~]+")
_ASTRAY: Final = ("\\", "//", "..")

Form = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, and the token that their forms carry in the field :data:`TOKEN_FIELD`."""

    actor: Actor
    form_token: str
    session: Session


@dataclass(eq=False)
class Interrupted(Exception):
    """A form came after the session of its page had ended; what it asks for is not done.

    ``signed_in`` is who is signed in now, ``None`` for nobody; ``form`` are its fields, ``None`` when they
    were not read; ``otherwise`` is what to answer where there is nothing to ask about.
    """

    signed_in: SignedIn | None
    form: Form | None
    otherwise: falcon.HTTPStatus | Problem


def see(path: str) -> falcon.HTTPStatus:
    """Send the browser on to another page; to be raised."""
    return falcon.HTTPStatus(303, headers={"Location": path, "Cache-Control": "no-store"})


def wanted(given: str) -> str:
    """Where to go after signing in: a page of the desk. Anything else stands for its first page."""
    try:
        parts = urlsplit(given)
    except ValueError:  # as of a host in brackets that is none
        return HOME
    path = unquote(parts.path, errors="replace")
    plain = _AS_SENT.fullmatch(given) and path.isprintable() and not any(mark in path for mark in _ASTRAY)
    desk = parts.path == HOME or parts.path.startswith(f"{HOME}/")
    inside = desk and not parts.path.startswith((SIGN_IN, SIGN_OUT))
    return given if plain and inside and not parts.scheme and not parts.netloc else HOME


class Sessions:
    """Tells who a request of the desk comes from."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def signed_in(self, req: falcon.Request) -> SignedIn:
        """Who is signed in.

        Raises:
            falcon.HTTPStatus: 303 to where one signs in, or changes a one-time password.
            Interrupted: the same, of a form.
            StoreUnavailable: that cannot be told.
        """
        found = self._access.session(req)
        reading = req.method in SAFE
        if found is None:
            here = req.relative_uri.removeprefix(req.root_path) if reading else HOME
            door = see(absolute(req, f"{SIGN_IN}?next={quote(wanted(here), safe='/')}"))
            raise door if reading else Interrupted(None, None, door)
        signed_in = SignedIn(found[0].actor, csrf_of(found[1]), found[0])
        if signed_in.session.must_change and req.path not in _WITH_ONE_TIME_PASSWORD:
            account = see(absolute(req, ACCOUNT))
            raise account if reading else Interrupted(signed_in, None, account)
        return signed_in

    def check_form(self, req: falcon.Request) -> Form:
        """The fields of a form that this desk has sent to who is signed in, files as text.

        Raises:
            Problem: 403 when it carries another's token or none; 400, 408, 413, 415.
            Interrupted: nobody is signed in any more, or the form is of a session before this one.
        """
        signed_in = self.signed_in(req)
        form = read_form(req)
        given = form.get(TOKEN_FIELD, [""])[-1]
        try:
            self._access.check_csrf(req, signed_in.form_token, given, signed_in.actor)
        except Problem as refused:
            raise Interrupted(signed_in, form, refused) from refused
        return {name: values for name, values in form.items() if name not in (TOKEN_FIELD, WHO_FIELD)}

    def is_signed_in(self, req: falcon.Request) -> bool:
        """Whether anybody is, with a password of their own.

        Raises:
            StoreUnavailable: that cannot be told.
        """
        found = self._access.session(req)
        return found is not None and not found[0].must_change

    def is_own(self, req: falcon.Request) -> bool:
        """Whether a browser says that a page of this very origin has sent the form."""
        return self._access.is_own(req) is True


def read_form(req: falcon.Request, limit: int = MAX_FORM, files: int = MAX_FILES) -> Form:
    """The fields of a form of at most ``limit`` bytes; of one with files, which may have ``files``, as text.

    Raises:
        Problem: 400, 408, 413, 415.
    """
    if media_type(req) == MULTIPART:
        return _with_files(req, files)
    if media_type(req) != FORM:
        raise Problem(415, "unsupported_media_type", f"Send {FORM}.")
    body = read_body(req, limit)
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=2_000)
    except ValueError as error:  # of which UnicodeDecodeError is one
        raise Problem(400, "invalid_encoding", "The form is not valid UTF-8, or too long.") from error


def _with_files(req: falcon.Request, limit: int) -> Form:
    body = read_body(req, limit)
    reader = MultipartFormHandler()
    reader.parse_options.max_body_part_count = MAX_PARTS
    reader.parse_options.max_body_part_buffer_size = MAX_FILES
    form: Form = {}
    try:
        for part in reader.deserialize(BytesIO(body), req.content_type, len(body)):
            form.setdefault(part.name or "", []).append(part.get_data().decode("utf-8-sig"))
    except (falcon.MediaMalformedError, MultipartParseError, UnicodeDecodeError) as error:
        raise Problem(400, "invalid_encoding", "The form is cut off, or a file is no UTF-8 text.") from error
    return form


def one(form: Form, name: str) -> str:
    """The last value of a field, empty when there is none. NUL, which no database takes, is no text."""
    return form.get(name, [""])[-1].replace("\0", "")


def give_cookie(req: falcon.Request, resp: falcon.Response, token: str) -> None:
    """Let the browser say who is signed in, until it is closed.

    ``Strict``: a link from elsewhere leads to the sign-in page at worst, and no request that another site
    begins is ever that of an administrator.
    """
    secure = req.scheme == "https"
    resp.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        token,
        path="/",
        secure=secure,
        http_only=True,
        same_site="Strict",
    )


def take_cookie(req: falcon.Request, resp: falcon.Response) -> None:
    """Have the browser forget it."""
    secure = req.scheme == "https"
    # NOTE: Falcon's own unset_cookie leaves Secure out, without which a browser keeps a __Host- cookie.
    resp.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        "",
        max_age=0,
        path="/",
        secure=secure,
        http_only=True,
        same_site="Strict",
    )
