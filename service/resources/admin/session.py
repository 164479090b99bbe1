"""Who is signed in at the desk, whether a form is the desk's own, and the cookie that says so."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

import falcon
from falcon.media import MultipartFormHandler
from falcon.media.multipart import MultipartParseError

from ...identity.actor import Actor
from ...identity.sessions import Session, csrf_of
from ..access import COOKIE, SECURE_COOKIE, Access
from ..exchange import absolute, media_type, read_body
from ..operations import FORM
from ..problems import Problem

MAX_FORM: Final = 256 * 1024
MAX_FILES: Final = 8 * 1024 * 1024  # of a form with files: a set of judgements of the greatest size
MAX_PARTS: Final = 64  # fields and files of such a form
MULTIPART: Final = "multipart/form-data"
TOKEN_FIELD: Final = "form_token"  # noqa: S105 the name of a field
SIGN_IN: Final = "/admin/sign-in"
ACCOUNT: Final = "/admin/account"
SIGN_OUT: Final = "/admin/sign-out"
HOME: Final = "/admin"
_WITH_ONE_TIME_PASSWORD: Final = frozenset({ACCOUNT, SIGN_OUT})  # all that one may see before it is changed

Form = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, and the token that their forms carry in the field :data:`TOKEN_FIELD`."""

    actor: Actor
    form_token: str
    session: Session


def see(path: str) -> falcon.HTTPStatus:
    """Send the browser on to another page; to be raised."""
    return falcon.HTTPStatus(303, headers={"Location": path, "Cache-Control": "no-store"})


def wanted(given: str) -> str:
    """Where to go after signing in: a page of the desk. Anything else stands for its first page."""
    path = unquote(given)
    try:
        parts = urlsplit(given)
    except ValueError:  # as of a host in brackets that is none
        return HOME
    plain = (
        path.isascii() and path.isprintable() and not any(mark in path for mark in ("\\", "//", "..", " "))
    )
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
            StoreUnavailable: that cannot be told.
        """
        found = self._access.session(req)
        if found is None:
            here = req.relative_uri.removeprefix(req.root_path) if req.method in ("GET", "HEAD") else HOME
            raise see(absolute(req, f"{SIGN_IN}?next={quote(wanted(here), safe='/')}"))
        session, token = found
        if session.must_change and req.path not in _WITH_ONE_TIME_PASSWORD:
            raise see(absolute(req, ACCOUNT))
        return SignedIn(session.actor, csrf_of(token), session)

    def check_form(self, req: falcon.Request) -> Form:
        """The fields of a form that this desk has sent to who is signed in, files as text.

        Raises:
            Problem: 403 when it carries another's token or none; 400, 408, 413, 415.
            falcon.HTTPStatus: nobody is signed in any more.
        """
        signed_in = self.signed_in(req)
        form = read_form(req)
        given = form.pop(TOKEN_FIELD, [""])[-1]
        found = self._access.session(req)
        self._access.check_csrf(req, found[1] if found else "", given, signed_in.actor)
        return form


def read_form(req: falcon.Request) -> Form:
    """The fields of a form; of one with files, those as text.

    Raises:
        Problem: 400, 408, 413, 415.
    """
    if media_type(req) == MULTIPART:
        return _with_files(req)
    if media_type(req) != FORM:
        raise Problem(415, "unsupported_media_type", f"Send {FORM}.")
    body = read_body(req, MAX_FORM)
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=2_000)
    except ValueError as error:  # of which UnicodeDecodeError is one
        raise Problem(400, "invalid_encoding", "The form is not valid UTF-8, or too long.") from error


def _with_files(req: falcon.Request) -> Form:
    body = read_body(req, MAX_FILES)
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
