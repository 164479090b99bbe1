"""``/api/v1/search``, ``/api/v1/suggest``, ``/api/v1/categories``, ``/api/v1/types``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlencode

import falcon

from indexer.fields import FILTERS, TEXT

from ..metrics import Metrics
from ..search.engine import Engine
from ..search.languages import best_language, narrowed
from ..search.request import QuoteRequest, SearchRequest, SearchResult
from ..web import urls
from .convert import quote_media, search_media, suggestion_media, term_media
from .exchange import conditional, has_any, no_parameters, send, send_json, tag_of
from .kept import KeptAnswers
from .media import CategoriesMedia, LinksMedia, QuoteMedia, SearchMedia, SuggestMedia, TypesMedia, encode
from .operations import JSON, Operation
from .parameters import NO_FACETS, SEARCH, SEARCH_PAGE, SUGGEST
from .query_string import read_query
from .quoting import QuoteBody, find_quote, read_quote

VERSION_OF_ANSWERS: Final = (
    "1"  # part of every ETag; raised when the same question is answered in another form
)
_DEFAULT_FACETS: Final = SearchRequest("").facets
_BEHIND_PAGE: Final = frozenset({"per_page", "explain", "facets", "prefix"})  # in an address


def search_request(query_string: str, *, strict: bool = True) -> SearchRequest:
    """The request a query string stands for; without ``strict``, as a visitor's link may carry anything,
    unknown names are passed over and a page beyond the last is no mistake.

    Raises:
        Problem: 400; names what cannot be used.
    """
    given = read_query(query_string, SEARCH if strict else SEARCH_PAGE, strict=strict)
    return replace(
        _asked(given),
        sort=given["sort"],
        page=given["page"],
        per_page=given["per_page"],
        facets=_facets(given["facets"]),
        prefix=given["prefix"],
        explain=given["explain"],
    )


def suggest_request(query_string: str) -> tuple[SearchRequest, int]:
    """What is being typed, and how many rows are wanted.

    Raises:
        Problem: 400; names what cannot be used.
    """
    given = read_query(query_string, SUGGEST)
    return _asked(given), given["limit"]


def _asked(given: Mapping[str, Any]) -> SearchRequest:
    """The text and what narrows it."""
    return SearchRequest(
        text=given["q"],
        exact=given["exact"],
        fields=tuple(field for field in TEXT if field in given["in"]) or TEXT,
        filters={name: given[name] for name in FILTERS if given[name]},
        published_from=given["from"],
        published_to=given["to"],
    )


def _facets(given: tuple[str, ...]) -> tuple[str, ...]:
    if NO_FACETS in given:
        return ()
    return given or _DEFAULT_FACETS


Make = Callable[[], tuple[bytes, str]]
Asked = TypeVar("Asked", SearchRequest, QuoteRequest)


@dataclass(frozen=True, slots=True)
class Answers:
    """The engine, what is needed to tell whether its answers have changed, and those that are kept.

    ``seconds`` is how long a browser may show an answer without asking again.
    """

    engine: Engine
    today: Callable[[], date]
    seconds: int
    kept: KeptAnswers

    def understood(self, request: Asked) -> Asked:
        """The request with languages as the site writes them: ``de`` for a browser's ``de-DE``."""
        asked = request.filters.get("lang", ())
        meant = tuple(dict.fromkeys(self.language(tag) for tag in asked))
        return request if meant == asked else replace(request, filters={**request.filters, "lang": meant})

    def language(self, tag: str) -> str:
        """The site's language for a language tag; see :mod:`service.search.languages`."""
        if not narrowed(tag):
            return tag
        return best_language(tag, [row.value for row in self.engine.taxonomy("lang")])

    def tag(self, version: str, *question: object) -> str:
        """What an answer depends on: index, tuning, day (freshness counts in the score) and question."""
        day = self.today().isoformat()
        return tag_of(VERSION_OF_ANSWERS, version, self.engine.tuning_version, day, *question)

    def kept_or_made(self, req: falcon.Request, tag: str, version: str, make: Make) -> bytes:
        """The body of the answer of a tag: one that is kept, or a new one, which is then kept.

        ``make`` gives the body and the index's version it is of. When the index has changed meanwhile that is
        another one than the tag's, and the body is not kept.
        """
        key = f"{tag} {req.root_path}"
        body = self.kept.get(key)
        if body is None:
            body, made_of = make()
            if made_of == version:
                self.kept.put(key, body)
        return body


def canonical(request: SearchRequest) -> tuple[Any, ...]:
    """The question with everything that changes its answer, in a fixed order."""
    return (
        request.text,
        request.exact,
        request.fields,
        sorted(request.filters.items()),
        request.published_from,
        request.published_to,
        request.sort,
        request.page,
        request.per_page,
        request.facets,
        request.prefix,
        request.explain,
    )


def links_of(result: SearchResult, root: str) -> LinksMedia:
    """Addresses of this page of the answer and of its neighbours."""
    request, page = result.request, result.request.page
    # PERF: they differ by one number, and what is around it is quoted once.
    asked = list(urls.pairs(request, page=1))
    if request.facets != _DEFAULT_FACETS:
        asked += [("facets", name) for name in request.facets or (NO_FACETS,)]
    place = next((at for at, (name, _) in enumerate(asked) if name in _BEHIND_PAGE), len(asked))
    before, behind = urlencode(asked[:place]), urlencode(asked[place:])

    def on(number: int) -> str:
        parts = (before, f"page={number}" if number != 1 else "", behind)
        query = "&".join(filter(None, parts))
        return f"{root}{urls.API}?{query}" if query else f"{root}{urls.API}"

    return LinksMedia(
        self=on(page),
        next=on(page + 1) if page < result.pages else None,
        prev=on(min(page - 1, max(result.pages, 1))) if page > 1 else None,
    )


class SearchResource:
    """Answers a search."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "Search the articles",
            SearchMedia,
            parameters=SEARCH,
            problems=(400, 503),
            conditional=True,
        ),
        "post": Operation(
            "Find where a passage stands, word for word or nearly",
            QuoteMedia,
            problems=(400, 408, 413, 415, 422, 503),
            bodies={JSON: QuoteBody},
        ),
    }
    # What pages of other origins may use where they may read: it is a question, too long for an address.
    asking: ClassVar[tuple[str, ...]] = ("POST",)

    def __init__(self, answers: Answers, metrics: Metrics) -> None:
        self._answers = answers
        self._metrics = metrics

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Search."""
        request = self._answers.understood(search_request(req.query_string))
        version = self._answers.engine.version
        tag = self._tag(version, request)
        if self._known(req, resp, tag):
            return
        made_of = version

        def make() -> tuple[bytes, str]:
            nonlocal made_of
            result = self._search(request)
            made_of = result.version
            return encode(search_media(result, links_of(result, req.root_path))), made_of

        body = self._answers.kept_or_made(req, tag, version, make)
        if made_of != version and self._known(req, resp, self._tag(made_of, request)):
            return
        if not has_any(req, resp):
            send_json(resp, body)

    on_head = on_get

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Find where a passage stands. What somebody has at hand is kept nowhere."""
        resp.cache_control = ["no-store"]
        request = self._answers.understood(read_quote(req))
        result = find_quote(self._answers.engine, request)
        self._metrics.searched(result.took_ms / 1000.0)
        send(resp, quote_media(result))

    def _search(self, request: SearchRequest) -> SearchResult:
        result = self._answers.engine.search(request)
        self._metrics.searched(result.took_ms / 1000.0)
        return result

    def _tag(self, version: str, request: SearchRequest) -> str:
        return self._answers.tag(version, canonical(request))

    def _known(self, req: falcon.Request, resp: falcon.Response, tag: str) -> bool:
        return conditional(req, resp, tag, cache_seconds=self._answers.seconds, sure=False)


class SuggestResource:
    """Says what could be meant by what has been typed so far.

    Every key that is pressed anywhere asks here, so any cache in front may answer for ``seconds``.
    """

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "Articles, categories, popular queries and a spelling fix for a text being typed",
            SuggestMedia,
            parameters=SUGGEST,
            problems=(400, 503),
            conditional=True,
        )
    }

    def __init__(self, answers: Answers, seconds: int) -> None:
        self._answers = answers
        self._seconds = seconds

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Suggest."""
        request, limit = suggest_request(req.query_string)
        request = self._answers.understood(request)
        engine = self._answers.engine
        version = engine.version
        tag = self._answers.tag(version, "suggest", limit, canonical(request))
        if conditional(req, resp, tag, cache_seconds=self._seconds, sure=False):
            return

        def make() -> tuple[bytes, str]:
            found = engine.suggest(request, limit)
            rows = list(map(suggestion_media, found.rows))
            media = SuggestMedia(request.text, found.total, found.corrected, rows, engine.generation)
            return encode(media), engine.version

        body = self._answers.kept_or_made(req, tag, version, make)
        if not has_any(req, resp):
            send_json(resp, body)

    on_head = on_get


class TaxonomyResource:
    """Every value of a taxonomy with its count, in the site's order."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def _fresh(self, req: falcon.Request, resp: falcon.Response, name: str) -> str | None:
        no_parameters(req.query_string)
        engine = self._answers.engine
        tag = self._answers.tag(engine.version, name)
        known = conditional(req, resp, tag, cache_seconds=self._answers.seconds)
        return None if known else engine.generation


class CategoriesResource(TaxonomyResource):
    """The categories."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "Every category with its articles counted", CategoriesMedia, problems=(400, 503), conditional=True
        )
    }

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the categories."""
        if (generation := self._fresh(req, resp, "category")) is not None:
            rows = [term_media(row) for row in self._answers.engine.taxonomy("category")]
            send(resp, CategoriesMedia(rows, generation))

    on_head = on_get


class TypesResource(TaxonomyResource):
    """The post types."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "Every post type with its articles counted", TypesMedia, problems=(400, 503), conditional=True
        )
    }

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the types."""
        if (generation := self._fresh(req, resp, "type")) is not None:
            rows = [term_media(row) for row in self._answers.engine.taxonomy("type")]
            send(resp, TypesMedia(rows, generation))

    on_head = on_get
