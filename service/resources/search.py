"""``/api/v1/search``, ``/api/v1/suggest``, ``/api/v1/categories``, ``/api/v1/types``."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, NamedTuple, TypeVar
from urllib.parse import urlencode

import falcon

from indexer.fields import FILTERS, TEXT

from ..analytics.model import Facts
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
from .recording import Recording, facts_of

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
        request_of(given), page=given["page"], facets=_facets(given["facets"]), explain=given["explain"]
    )


def request_of(given: Mapping[str, Any]) -> SearchRequest:
    """What is asked, on which page and with what beside its hits aside."""
    return replace(_asked(given), sort=given["sort"], per_page=given["per_page"], prefix=given["prefix"])


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


Make = Callable[[], tuple[bytes, str, Facts | None]]


class Made(NamedTuple):
    """The body of an answer, its tag, what is recorded of it, and whether it was kept."""

    body: bytes
    tag: str
    facts: Facts | None
    cached: bool


Asked = TypeVar("Asked", SearchRequest, QuoteRequest)


@dataclass(frozen=True, slots=True)
class Answers:
    """The engine, what is needed to tell whether its answers have changed, and those that are kept.

    ``seconds`` is how long a browser may show an answer without asking again.
    """

    engine: Engine
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

    def tag(self, state: str, *question: object) -> str:
        """What an answer depends on: the engine's state (:attr:`.Engine.state`) and the question."""
        return tag_of(VERSION_OF_ANSWERS, state, *question)

    def known_facts(self, req: falcon.Request, tag: str) -> Facts | None:
        """What is recorded of an answer of a tag that the client has already."""
        return self.kept.facts(f"{tag} {req.root_path}")

    def kept_or_made(self, req: falcon.Request, state: str, question: Sequence[object], make: Make) -> Made:
        """The answer to a question: one that is kept, or a new one, which is then kept.

        ``make`` gives the body, the state it is of, and what is recorded of it. When index or tuning have
        changed meanwhile, that is another state than ``state``; so is then the tag.
        """
        tag = self.tag(state, *question)
        kept = self.kept.get(f"{tag} {req.root_path}")
        if kept is not None:
            return Made(kept[0], tag, kept[1], cached=True)
        body, made_of, facts = make()
        tag = self.tag(made_of, *question)
        self.kept.put(f"{tag} {req.root_path}", body, facts)
        return Made(body, tag, facts, cached=False)


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

    def __init__(self, answers: Answers, metrics: Metrics, recording: Recording) -> None:
        self._answers = answers
        self._metrics = metrics
        self._recording = recording

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Search."""
        request = self._answers.understood(search_request(req.query_string))
        state, question = self._answers.engine.state, canonical(request)
        tag = self._answers.tag(state, *question)
        if self._known(req, resp, tag):
            self._recording.asked(req, request, self._answers.known_facts(req, tag), cached=True)
            return

        def make() -> tuple[bytes, str, Facts]:
            result = self._search(request)
            body = encode(search_media(result, links_of(result, req.root_path)))
            return body, result.state, facts_of(result)

        made = self._answers.kept_or_made(req, state, question, make)
        self._recording.asked(req, request, made.facts, cached=made.cached)
        if made.tag != tag and self._known(req, resp, made.tag):
            return
        if not has_any(req, resp):
            send_json(resp, made.body)

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

    def __init__(self, answers: Answers, seconds: int, recording: Recording) -> None:
        self._answers = answers
        self._seconds = seconds
        self._recording = recording

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Suggest."""
        request, limit = suggest_request(req.query_string)
        request = self._answers.understood(request)
        engine = self._answers.engine
        state, question = engine.state, ("suggest", limit, *canonical(request))
        tag = self._answers.tag(state, *question)
        if self._known(req, resp, tag):
            known = self._answers.known_facts(req, tag)
            self._recording.asked(req, request, known, typing=True, cached=True)
            return

        def make() -> tuple[bytes, str, Facts]:
            began = time.perf_counter()
            found = engine.suggest(request, limit)
            rows = list(map(suggestion_media, found.rows))
            media = SuggestMedia(request.text, found.total, found.corrected, rows, engine.generation)
            took = (time.perf_counter() - began) * 1000
            return encode(media), found.state, Facts(found.total, took, corrected=bool(found.corrected))

        made = self._answers.kept_or_made(req, state, question, make)
        self._recording.asked(req, request, made.facts, typing=True, cached=made.cached)
        if made.tag != tag and self._known(req, resp, made.tag):
            return
        if not has_any(req, resp):
            send_json(resp, made.body)

    on_head = on_get

    def _known(self, req: falcon.Request, resp: falcon.Response, tag: str) -> bool:
        return conditional(req, resp, tag, cache_seconds=self._seconds, sure=False)


class TaxonomyResource:
    """Every value of a taxonomy with its count, in the site's order."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def _fresh(self, req: falcon.Request, resp: falcon.Response, name: str) -> str | None:
        no_parameters(req.query_string)
        engine = self._answers.engine
        tag = self._answers.tag(engine.state, name)
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
