"""What resources share: JSON out, bodies in, conditional answers."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable
from typing import Final, TypeVar

import falcon
import msgspec

from .media import encode
from .problems import Fault, Problem
from .query_string import read_query

MAX_BODY: Final = (
    10 * 1024 * 1024
)  # an article of ten megabytes is no article; the parser draws the same line
BODY_SECONDS: Final = 60.0  # a body of the greatest size at 175 kB/s
_PIECE: Final = 256 * 1024
_CHARSET: Final = re.compile(r'charset\s*=\s*"?([\w.:-]{1,40})', re.IGNORECASE)

Body = TypeVar("Body")


def send(resp: falcon.Response, media: msgspec.Struct, status: int = 200) -> None:
    """Answer with a struct as JSON."""
    resp.status = status
    send_json(resp, encode(media))


def send_json(resp: falcon.Response, body: bytes) -> None:
    """Answer with JSON as it is."""
    resp.content_type = falcon.MEDIA_JSON
    resp.data = body


def tag_of(*parts: object) -> str:
    """A short digest of what an answer depends on, for an ETag."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


def conditional(
    req: falcon.Request,
    resp: falcon.Response,
    tag: str,
    *,
    cache_seconds: int = 0,
    vary: Iterable[str] = (),
    strong: bool = False,
    sure: bool = True,
) -> bool:
    """Put the validator on the answer; ``True`` when the client has it already (status 304 is set).

    The tag is weak unless ``strong``: answers of one tag mean the same, but the time a search took
    differs. ``sure`` says that there is a good answer; before that, ask :func:`has_any` when there is.
    """
    resp.set_header("ETag", f'"{tag}"' if strong else f'W/"{tag}"')
    resp.cache_control = [f"public, max-age={cache_seconds}"] if cache_seconds else ["no-cache"]
    for name in vary:
        resp.append_header("Vary", name)
    if tag in (str(known) for known in req.if_none_match or ()):
        resp.status = 304
        return True
    return sure and has_any(req, resp)


def has_any(req: falcon.Request, resp: falcon.Response) -> bool:
    """``True`` when any answer will do for one the client has: ``If-None-Match: *``; status 304 is set."""
    if "*" not in (req.if_none_match or ()):
        return False
    resp.status = 304
    return True


def read_body(req: falcon.Request, limit: int = MAX_BODY) -> bytes:
    """The whole body, at most ``limit`` bytes, within :data:`BODY_SECONDS`.

    Raises:
        Problem: 408, 413 or 415.
    """
    if (req.get_header("Content-Encoding") or "identity").lower() != "identity":
        raise Problem(415, "unsupported_encoding", "Send the body as it is, without Content-Encoding.")
    if req.content_length is not None and req.content_length > limit:
        raise _too_large(limit)
    try:
        return _read(req, limit)
    except (BlockingIOError, TimeoutError) as error:
        detail = "The body stopped arriving."
        raise Problem(408, "body_timeout", detail) from error


def _read(req: falcon.Request, limit: int) -> bytes:
    # NOTE: a chunked body has no length; gunicorn ends the stream where the body ends.
    stream = req.stream if req.content_length is None else req.bounded_stream
    deadline = time.monotonic() + BODY_SECONDS
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        if time.monotonic() > deadline:
            raise TimeoutError
    if req.content_length is not None and size < req.content_length:
        raise Problem(400, "incomplete_body", "The body ended before its announced length.")
    return b"".join(pieces)


def _too_large(limit: int) -> Problem:
    size = f"{limit // (1024 * 1024)} MB" if limit >= 1024 * 1024 else f"{limit // 1024} kB"
    return Problem(413, "too_large", f"The body may have at most {size}.")


def media_type(req: falcon.Request) -> str:
    """The body's media type without parameters, lower case; empty when there is none."""
    return (req.content_type or "").partition(";")[0].strip().lower()


def require_utf8(req: falcon.Request) -> None:
    """JSON is UTF-8, whatever a client may call it.

    Raises:
        Problem: 415 when the content type names another charset.
    """
    charset = charset_of(req)
    if charset.lower() not in ("", "utf-8", "utf8"):
        raise Problem(415, "unsupported_charset", f"Send JSON as UTF-8, not as {charset!r}.")


def charset_of(req: falcon.Request) -> str:
    """The charset that the body's content type names; empty when it names none."""
    found = _CHARSET.search(req.content_type or "")
    return found.group(1) if found else ""


def decode_json(body: bytes, kind: type[Body]) -> Body:
    """Read a JSON body into a struct.

    Raises:
        Problem: 400 when it is no JSON, 422 when a field is wrong; ``errors`` names the field.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `")
        name = path.rstrip("`").removeprefix("$").removeprefix(".")
        raise Problem(422, "invalid_body", str(error), (Fault(name or "body", text),)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "malformed_json", f"The body is not valid JSON: {error}") from error


def no_parameters(query_string: str) -> None:
    """Refuse parameters on a route that knows none."""
    read_query(query_string, ())


def absolute(req: falcon.Request, path: str) -> str:
    """The path under which this service is mounted, and ``path``."""
    return f"{req.root_path}{path}"
