"""The engine: a request in, an answer out. No HTTP, no HTML."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Final

from indexer.backends.base import Found, Index, Reader, Record, Search
from indexer.errors import BoundExceeded, QueryError
from indexer.fields import FACETS, FILTERS
from indexer.limits import MAX_WINDOW
from indexer.query import Everything, Query, leaves
from indexer.ranking import Ranking
from indexer.site import Site, label_key

from .languages import language_of_name
from .plan import Plan, Tuning, make_plan
from .present import label_of, present_facets, present_hits
from .relaxing import Answer, completed
from .request import Applied, FacetValue, MatchMode, SearchRequest, SearchResult, Suggestion
from .suggest import Category, categories_of, correct, suggestions

_NOUNS: Final = {"lang": "language", "type": "post type"}
_MANY: Final = 500  # a comparison takes some microseconds, and a wrong value is quickly asked for
_FEW: Final = 8  # values of a filter that a message can name all of


class Engine:
    """Answers requests from whatever the index has published last. Safe to use from several threads.

    ``today`` gives the day recency counts from; ``budget_seconds`` bounds one query.
    """

    def __init__(
        self,
        index: Index,
        site: Site,
        *,
        today: Callable[[], date] = date.today,
        budget_seconds: float = 2.0,
        tuning: Tuning | None = None,
    ) -> None:
        self._index = index
        self._site = site
        self._today = today
        self._budget = budget_seconds
        self._tuning = tuning or Tuning()
        self._dated = self._tuning.ranking
        self._taxonomies: dict[str, tuple[str, tuple[FacetValue, ...]]] = {}
        self._suggested: tuple[str, tuple[Category, ...]] | None = None

    @property
    def generation(self) -> str:
        """The generation and commit the next answer comes from."""
        return self._index.reader().generation

    @property
    def version(self) -> str:
        """Tells the view of the index that the next answer comes from from any other."""
        return self._index.reader().version

    @property
    def sequence(self) -> int:
        """The catalog's sequence number the next answer has seen."""
        return self._index.reader().sequence

    @property
    def article_count(self) -> int:
        """Live articles."""
        return self._index.reader().article_count

    @property
    def tuning_version(self) -> str:
        """Names the tuning in force, fit for an ETag."""
        return self._tuning.version

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a request.

        Raises:
            QueryError: a filter value that does not exist, days in the wrong order; names the parameter.
            BoundExceeded: a bound of :mod:`indexer.limits`.
            TimeBudgetExceeded: the time budget ran out.
            NoIndex: nothing has been published.
        """
        started = time.perf_counter()
        reader = self._index.reader()
        request = self._understood(request, reader)
        plan, answer = self._answer(reader, request, self._deadline())
        hits = present_hits(answer.full, _mode(request, plan.query), explained=request.explain)
        if answer.partial is not None:
            hits += present_hits(answer.partial, "some_words", explained=request.explain)
        applied = self._applied(reader, request, plan, answer)
        return SearchResult(
            request=request,
            applied=applied,
            total=answer.total,
            pages=min(-(-answer.total // request.per_page), MAX_WINDOW // request.per_page),
            took_ms=round((time.perf_counter() - started) * 1000, 3),
            generation=reader.generation,
            version=reader.version,
            hits=hits,
            facets=present_facets(answer.facets, request.filters, reader.labels),
        )

    def suggest(self, text: str, limit: int = 8, lang: str | None = None) -> tuple[Suggestion, ...]:
        """Titles, categories and a spelling fix for a text being typed; see :mod:`.suggest`.

        Raises:
            BoundExceeded: as :meth:`search`.
            TimeBudgetExceeded: as :meth:`search`.
            NoIndex: nothing has been published.
        """
        reader = self._index.reader()
        if lang is not None:
            lang = _known_value("lang", lang, reader)
        known = self._categories(reader)
        return suggestions(reader, self._tuning, known, text, limit, lang, self._deadline(), self._day())

    def _categories(self, reader: Reader) -> tuple[Category, ...]:
        """PERF: their words are cut once for each commit of the index, not for each key that is pressed."""
        known = self._suggested
        if known is None or known[0] != reader.version:
            known = self._suggested = (reader.version, categories_of(self.taxonomy("category")))
        return known[1]

    def taxonomy(self, field: str) -> tuple[FacetValue, ...]:
        """Every known value of a filter field with its count, in the site's order, zero included.

        PERF: every page shows it; it is counted once for each commit of the index.
        """
        reader = self._index.reader()
        known = self._taxonomies.get(field)
        if known is None or known[0] != reader.version:
            known = (reader.version, self._count_taxonomy(reader, field))
            self._taxonomies[field] = known
        return known[1]

    def _count_taxonomy(self, reader: Reader, field: str) -> tuple[FacetValue, ...]:
        found = reader.execute(Search(Everything(), limit=0, facets=(field,), deadline=self._deadline()))
        counts = dict(found.facets[field])
        slugs = dict.fromkeys((*reader.labels.get(field, {}), *counts))
        return tuple(
            FacetValue(slug, label_of(field, slug, reader.labels), counts.get(slug, 0), False)
            for slug in slugs
        )

    def article(self, article_id: str) -> Record | None:
        """The article as the index shows it, or ``None``."""
        return self._index.reader().get(article_id)

    # -- steps of a search -----------------------------------------------------------------

    def _understood(self, request: SearchRequest, reader: Reader) -> SearchRequest:
        """The request with labels turned to slugs; refuses what does not exist."""
        if request.page * request.per_page > MAX_WINDOW:
            detail = (
                f"page {request.page}, with {request.per_page} hits a page, is beyond the first "
                f"{MAX_WINDOW:,} hits; the last page is {MAX_WINDOW // request.per_page:,}"
            )
            raise BoundExceeded("page", "window", detail)
        unknown = [name for name in request.facets if name not in FACETS]
        if unknown:
            raise QueryError("facets", f"{unknown[0]!r} cannot be counted; known are {', '.join(FACETS)}")
        if request.published_from and request.published_to and request.published_from > request.published_to:
            raise QueryError(
                "from", f"{request.published_from} is after {request.published_to}, the end of the range"
            )
        if not request.filters:
            return request
        return replace(request, filters=_known_filters(request.filters, reader))

    def _answer(self, reader: Reader, request: SearchRequest, deadline: float) -> tuple[Plan, Answer]:
        """What was planned, and what came of it.

        PERF: all the words must be found, so a hit tells that the index knows them. They are looked up when
        there is none; or when the last one may stand for others, which can be found without it.
        """
        tried: tuple[Query, Found] | None = None
        if not request.prefix:
            plan = make_plan(request, self._tuning, lambda _: True)
            search = self._search(request, plan, deadline)
            full = reader.execute(search)
            if full.total:
                return plan, completed(reader, search, plan, full)
            tried = plan.query, full
        plan = make_plan(request, self._tuning, reader.knows)
        search = self._search(request, plan, deadline)
        full = tried[1] if tried and tried[0] == search.query else reader.execute(search)
        return plan, completed(reader, search, plan, full)

    def _search(self, request: SearchRequest, plan: Plan, deadline: float) -> Search:
        return Search(
            query=plan.query,
            filters=request.filters,
            published_from=request.published_from,
            published_to=request.published_to,
            sort=request.sort,
            offset=(request.page - 1) * request.per_page,
            limit=request.per_page,
            facets=request.facets,
            ranking=self._ranking(),
            words=plan.words,
            explain=request.explain,
            deadline=deadline,
        )

    def _applied(self, reader: Reader, request: SearchRequest, plan: Plan, answer: Answer) -> Applied:
        return Applied(
            relaxed=answer.partial is not None,
            complete=answer.full.total,
            corrected=correct(reader, request.text, plan.unknown) if plan.unknown else None,
            ignored=plan.ignored,
            unknown=tuple(dict.fromkeys(request.text[item.start : item.end] for item in plan.unknown)),
        )

    def _ranking(self) -> Ranking:
        """The administrator's ranking, as of today."""
        day = self._day()
        if self._dated.today != day:
            self._dated = replace(self._tuning.ranking, today=day)
        return self._dated

    def _deadline(self) -> float:
        return time.monotonic() + self._budget

    def _day(self) -> str:
        return self._today().isoformat()


def _mode(request: SearchRequest, query: Query) -> MatchMode:
    if not leaves(query):
        return "filter"
    return "exact" if request.exact else "all_words"


def _known_filters(filters: Mapping[str, tuple[str, ...]], reader: Reader) -> dict[str, tuple[str, ...]]:
    for name in filters:
        if name not in FILTERS:
            raise QueryError(name, f"there is no filter {name!r}; known are {', '.join(FILTERS)}")
    known = {
        name: tuple(_known_value(name, value, reader) for value in values) for name, values in filters.items()
    }
    return {name: tuple(dict.fromkeys(values)) for name, values in known.items() if values}


def _known_value(field: str, value: str, reader: Reader) -> str:
    """The slug of a value given as slug or as label."""
    known = reader.labels.get(field, {})
    if value in known:
        return value
    key = label_key(value)
    for slug, label in known.items():
        if key and key in (label_key(slug), label_key(label)):
            return slug
    if field == "lang" and (named := language_of_name(value, known)):
        return named
    detail = f"{value!r} is not a {_NOUNS.get(field, field)} of this site{_hint(key, known)}"
    raise QueryError(field, detail, code="unknown_value")


def _hint(key: str, known: Mapping[str, str]) -> str:
    """The value of the site that may have been meant; of thousands none is looked for."""
    if len(known) > _MANY:
        return ""
    labels = {label_key(label): label for label in known.values()}
    if near := get_close_matches(key, labels, n=1, cutoff=0.6):
        return f"; did you mean {labels[near[0]]!r}?"
    few = 0 < len(known) <= _FEW
    return f"; known are {', '.join(f'{label} ({slug})' for slug, label in known.items())}" if few else ""
