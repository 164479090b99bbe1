"""Addresses of the page: every state of it is a query string, in the API's own parameter names.

Values that are the default are left out, so one state has one address. :func:`read` is the way
back; it never refuses, because a question that is refused must be shown as it was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

from indexer.backends.base import Sort
from indexer.fields import FILTERS

from ..search.request import SearchRequest

HOME = "/"
QUOTES = "/quotes"
API = "/api/v1/search"
SEARCHED = ("title", "content")
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
PER_PAGE = 10

TEXT_NAMES = ("q", "s", "phrase", "aslp", "aspp")  # the original plugin's names of the text are understood

_NOTHING_ASKED = SearchRequest("")
# What the form sends though it says nothing: a browser without script sends every named field.
_OWN = frozenset(
    {"q", "exact", "in", *FILTERS, "from", "to", "sort", "page", "per_page", "prefix", "explain"}
)
_DEFAULTS = frozenset(
    {
        ("exact", "0"),
        ("sort", "relevance"),
        ("page", "1"),
        ("per_page", str(PER_PAGE)),
        ("prefix", "0"),
        ("explain", "0"),
    }
)


def pairs(request: SearchRequest, page: int | None = None) -> Iterator[tuple[str, str]]:
    """The state as (parameter, value) pairs in a fixed order, defaults left out; or another page of it."""
    if request.text:
        yield "q", request.text
    if request.exact:
        yield "exact", "1"
    if set(request.fields) != set(SEARCHED):
        yield from (("in", field) for field in request.fields)
    for field in FILTERS:
        yield from ((field, value) for value in request.filters.get(field, ()))
    yield from _places(request, page or request.page)


def _places(request: SearchRequest, page: int) -> Iterator[tuple[str, str]]:
    if request.published_from:
        yield "from", request.published_from
    if request.published_to:
        yield "to", request.published_to
    if request.sort != "relevance":
        yield "sort", request.sort
    if page != 1:
        yield "page", str(page)
    if request.per_page != PER_PAGE:
        yield "per_page", str(request.per_page)
    if request.prefix:
        yield "prefix", "1"
    if request.explain:
        yield "explain", "1"


def address(request: SearchRequest, path: str = HOME) -> str:
    """The state's address under ``path``."""
    query = urlencode(list(pairs(request)))
    return f"{path}?{query}" if query else path


def read(query: str) -> SearchRequest:
    """The state a query string stands for, as far as it can be understood.

    Unknown parameters and values that cannot be used are passed over: this is for showing a
    question again, not for answering it. Never raises.
    """
    given = parse_qs(query.replace("%00", ""), errors="replace")
    text = next((given[name][-1] for name in TEXT_NAMES if name in given), "")
    return SearchRequest(
        text=text,
        exact=given.get("exact", [""])[-1].lower() in ("1", "true", "yes", "on"),
        fields=tuple(field for field in SEARCHED if field in given.get("in", SEARCHED)) or SEARCHED,
        filters={field: tuple(dict.fromkeys(given[field])) for field in FILTERS if field in given},
        published_from=given.get("from", [""])[-1],
        published_to=given.get("to", [""])[-1],
        sort=_sort(given),
        page=_count(given, "page", 1),
        per_page=_count(given, "per_page", PER_PAGE),
        prefix=given.get("prefix", [""])[-1] == "1",
        explain=given.get("explain", [""])[-1] == "1",
    )


def without_defaults(query: str) -> str:
    """The query string without the page's parameters that are empty or say what holds anyway.

    What is left stands as it was, parameters of others included. The same string comes back when
    nothing is to be left out.
    """
    parts = query.split("&")
    both = {f"in={field}" for field in SEARCHED} <= set(parts)
    return "&".join(part for part in parts if not _says_nothing(part, both=both))


def _says_nothing(part: str, *, both: bool) -> bool:
    name, _, value = part.partition("=")
    if name not in _OWN:
        return False
    return not value.strip("+") or (name, value) in _DEFAULTS or (both and name == "in" and value in SEARCHED)


def _sort(given: Mapping[str, list[str]]) -> Sort:
    name = given.get("sort", ["relevance"])[-1]
    return name if name in SORTS else "relevance"


def _count(given: Mapping[str, list[str]], name: str, default: int) -> int:
    text = given.get(name, [""])[-1]
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 9 and int(text) else default


def on_page(request: SearchRequest, page: int) -> SearchRequest:
    """The same question, another page of its answer (from 1)."""
    return replace(request, page=page)


def sorted_by(request: SearchRequest, sort: Sort) -> SearchRequest:
    """The same question in another order, from the first page."""
    return replace(request, sort=sort, page=1)


def asking(request: SearchRequest, text: str) -> SearchRequest:
    """Other words with the same settings, from the first page."""
    return replace(request, text=text, page=1, prefix=False)


def with_value(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """The question with one more value of a filter, from the first page."""
    values = dict.fromkeys((*request.filters.get(field, ()), value))
    return _filtered(request, field, tuple(values))


def without_value(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """The question with one value of a filter taken away, from the first page."""
    return _filtered(request, field, tuple(kept for kept in request.filters.get(field, ()) if kept != value))


def narrowed_to(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """The question with one filter set to one value, from the first page."""
    return _filtered(request, field, (value,))


def only(field: str, value: str) -> SearchRequest:
    """Everything of one filter value, and nothing else asked."""
    return replace(_NOTHING_ASKED, filters={field: (value,)})


def _filtered(request: SearchRequest, field: str, values: tuple[str, ...]) -> SearchRequest:
    filters = {name: kept for name, kept in request.filters.items() if name != field}
    if values:
        filters[field] = values
    return replace(request, filters=filters, page=1)


def undated(request: SearchRequest) -> SearchRequest:
    """The question without its dates, from the first page."""
    return replace(request, published_from="", published_to="", page=1)


def unfiltered(request: SearchRequest) -> SearchRequest:
    """The question without any filter or date, from the first page."""
    return replace(undated(request), filters={})


def inexact(request: SearchRequest) -> SearchRequest:
    """The question with "Exact matches only" turned off, from the first page."""
    return replace(request, exact=False, page=1)


def in_both(request: SearchRequest) -> SearchRequest:
    """The question put to title and content, from the first page."""
    return replace(request, fields=SEARCHED, page=1)


def asks(request: SearchRequest) -> bool:
    """Whether anything is asked at all: words, a filter or a date."""
    dated = request.published_from or request.published_to
    return bool(request.text.strip() or any(request.filters.values()) or dated)
