"""A passage that is asked for: how the bodies of ``POST /api/v1/search`` and ``POST /quotes`` are read."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import parse_qs

import falcon
from msgspec import Meta, Struct

from indexer.errors import BoundExceeded, Message
from indexer.limits import MAX_QUOTE_CHARACTERS

from ..search.engine import Engine
from ..search.request import QuoteRequest, QuoteResult
from .exchange import decode_json, media_type, no_parameters, read_body, require_utf8
from .operations import FORM, JSON
from .parameters import MAX_LABEL, MAX_PAIRS
from .problems import Fault, Problem

MAX_QUOTES: Final = 20  # articles of an answer; who wants more has no quote but a question
MAX_QUOTE_BODY: Final = 64 * 1024  # the longest text with every character escaped, and many filters

Labels = Annotated[list[Annotated[str, Meta(max_length=MAX_LABEL)]], Meta(max_length=MAX_PAIRS)]


class QuoteBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A passage to be found. Filters are values or labels, as those of the search; empty ones ask for all."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_QUOTE_CHARACTERS)]
    category: Labels = []
    type: Labels = []
    lang: Labels = []
    limit: Annotated[int, Meta(ge=1, le=MAX_QUOTES)] = 10


def read_quote(req: falcon.Request) -> QuoteRequest:
    """The passage and the filters of a JSON body.

    Raises:
        Problem: 400, 408, 413, 415 or 422; names the field.
    """
    no_parameters(req.query_string)
    if media_type(req) != JSON:
        raise Problem(415, "unsupported_media_type", f"Send {JSON}.")
    require_utf8(req)
    body = decode_json(read_body(req, MAX_QUOTE_BODY), QuoteBody)
    given = {"category": body.category, "type": body.type, "lang": body.lang}
    filters = {name: tuple(filter(str.strip, values)) for name, values in given.items()}
    text = body.text.replace("\r\n", "\n")
    return QuoteRequest(text, {name: values for name, values in filters.items() if values}, body.limit)


class QuoteForm(Struct, frozen=True):
    """The form of the page that finds a quotation."""

    text: str = ""


def read_form(req: falcon.Request) -> str:
    """The passage that a browser sends from the page's form, as it was typed.

    Raises:
        Problem: 400, 408, 413 or 415.
    """
    if media_type(req) != FORM:
        raise Problem(415, "unsupported_media_type", f"Send {FORM}.")
    body = read_body(req, MAX_QUOTE_BODY).decode("latin-1")
    try:
        given = parse_qs(body, errors="strict")
    except UnicodeDecodeError as error:
        raise Problem(400, "invalid_encoding", "The form is not valid UTF-8.") from error
    return given.get("text", [""])[-1].replace("\r\n", "\n")


def find_quote(engine: Engine, request: QuoteRequest) -> QuoteResult:
    """Where the passage stands.

    Raises:
        Problem: 422 when there is no text, or too much of it.
        QueryError: as :meth:`.Engine.find_quote`.
    """
    if not request.text.strip():
        raise _unusable("text is empty: there is no passage to be found", Message("no_text"))
    try:
        return engine.find_quote(request)
    except BoundExceeded as error:
        raise _unusable(error.detail, *error.messages) from error


def _unusable(detail: str, *messages: Message) -> Problem:
    return Problem(422, "invalid_body", detail, (Fault("text", detail, messages),))
