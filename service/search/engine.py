"""The engine: a request in, an answer out. No HTTP, no HTML."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Final

from indexer.backends.base import Found, Index, Reader, Record, Search
from indexer.errors import BoundExceeded, Message, QueryError
from indexer.fields import FACETS, FILTERS
from indexer.limits import MAX_WINDOW
from indexer.query import Everything, Query, leaves
from indexer.ranking import Ranking
from indexer.site import Site, label_key

from .languages import language_of_name
from .plan import Plan, make_plan
from .present import label_of, present_facets, present_hits
from .quotes import find_quote
from .relaxing import Answer, completed
from .request import (
    Applied,
    FacetValue,
    MatchMode,
    QuoteRequest,
    QuoteResult,
    SearchRequest,
    SearchResult,
    Suggestions,
)
from .suggest import Category, Suggesting, categories_of, correct
from .tuning import Tuning

_NOUNS: Final = {"lang": "language", "type": "post type"}
_MANY: Final = 500  # a comparison takes some microseconds, and a wrong value is quickly asked for
_FEW: Final = 8  # values of a filter that a message can name all of


class Engine:
    """Answers requests from whatever the index has published last. Safe to use from several threads.

    ``today`` gives the day recency counts from; ``budget_seconds`` bounds one query. ``tuning`` gives the
    tuning in force; a request is answered under the one it finds when it begins.
    """

    def __init__(
        self,
        index: Index,
        site: Site,
        *,
        today: Callable[[], date] = date.today,
        budget_seconds: float = 2.0,
        tuning: Callable[[], Tuning] | None = None,
    ) -> None:
        self._index = index
        self._site = site
        self._today = today
        self._budget = budget_seconds
        self._tuning = tuning or _default
        self._dated: tuple[Ranking, str, Ranking] | None = None
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
        return self._tuning().version

    def under(self, tuning: Tuning) -> Engine:
        """The same index under another tuning, as a draft is tried."""
        return Engine(
            self._index, self._site, today=self._today, budget_seconds=self._budget, tuning=lambda: tuning
        )

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
        tuning = self._tuning()
        plan, answer = self._answer(reader, request, tuning, self._deadline())
        hits = present_hits(answer.full, _mode(request, plan.query), explained=request.explain)
        if answer.partial is not None:
            hits += present_hits(answer.partial, "some_words", explained=request.explain)
        applied = self._applied(reader, request, plan, answer)
        return SearchResult(
            request=request,
            applied=applied,
            total=answer.total,
            pages=min(-(-answer.total // request.per_page), last_page(request)),
            took_ms=round((time.perf_counter() - started) * 1000, 3),
            generation=reader.generation,
            version=reader.version,
            hits=hits,
            facets=present_facets(answer.facets, request.filters, reader.labels),
        )

    def find_quote(self, request: QuoteRequest) -> QuoteResult:
        """Where a passage stands, word for word or nearly; see :mod:`.quotes`.

        Raises:
            QueryError: a filter value that does not exist; names the filter.
            BoundExceeded: as :meth:`search`.
            TimeBudgetExceeded: as :meth:`search`.
            NoIndex: nothing has been published.
        """
        started = time.perf_counter()
        reader = self._index.reader()
        request = replace(request, filters=_known_filters(request.filters, reader))
        exact, hits = find_quote(reader, request, self._ranking(self._tuning()), self._deadline())
        took = round((time.perf_counter() - started) * 1000, 3)
        return QuoteResult(request, exact, took, reader.generation, reader.version, hits)

    def suggest(self, request: SearchRequest, limit: int = 8) -> Suggestions:
        """What to offer for a text being typed; see :mod:`.suggest`.

        Raises:
            QueryError: as :meth:`search`.
            BoundExceeded: as :meth:`search`.
            TimeBudgetExceeded: as :meth:`search`.
            NoIndex: nothing has been published.
        """
        reader = self._index.reader()
        request = self._understood(request, reader)
        tuning = self._tuning()
        known, ranking = self._categories(reader), self._ranking(tuning)
        return Suggesting(reader, tuning, known, ranking, self._deadline()).answer(request, limit)

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
        _check_page(request)
        _check_facets(request)
        _check_days(request.published_from, request.published_to)
        if not request.filters:
            return request
        return replace(request, filters=_known_filters(request.filters, reader))

    def _answer(
        self, reader: Reader, request: SearchRequest, tuning: Tuning, deadline: float
    ) -> tuple[Plan, Answer]:
        """What was planned, and what came of it.

        PERF: all the words must be found, so a hit tells that the index knows them. They are looked up when
        there is none; or when the last one may stand for others, which can be found without it.
        """
        tried: tuple[Query, Found] | None = None
        if not request.prefix:
            plan = make_plan(request, tuning, lambda _: True)
            search = self._search(request, plan, tuning, deadline)
            full = reader.execute(search)
            if full.total:
                return plan, completed(reader, search, plan, full)
            tried = plan.query, full
        plan = make_plan(request, tuning, reader.knows)
        search = self._search(request, plan, tuning, deadline)
        full = tried[1] if tried and tried[0] == search.query else reader.execute(search)
        return plan, completed(reader, search, plan, full)

    def _search(self, request: SearchRequest, plan: Plan, tuning: Tuning, deadline: float) -> Search:
        return Search(
            query=plan.query,
            filters=request.filters,
            published_from=request.published_from,
            published_to=request.published_to,
            sort=request.sort,
            offset=(request.page - 1) * request.per_page,
            limit=request.per_page,
            facets=request.facets,
            ranking=self._ranking(tuning),
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

    def _ranking(self, tuning: Tuning) -> Ranking:
        """The administrator's ranking, as of today."""
        day, known = self._day(), self._dated
        if known is None or known[0] is not tuning.ranking or known[1] != day:
            known = self._dated = (tuning.ranking, day, replace(tuning.ranking, today=day))
        return known[2]

    def _deadline(self) -> float:
        return time.monotonic() + self._budget

    def _day(self) -> str:
        return self._today().isoformat()


_DEFAULT: Final = Tuning()


def _default() -> Tuning:
    return _DEFAULT


def last_page(request: SearchRequest) -> int:
    """The last page that can be asked for, however many hits there are."""
    return MAX_WINDOW // request.per_page


def _check_page(request: SearchRequest) -> None:
    page, size, last = request.page, request.per_page, last_page(request)
    if page > last:
        detail = (
            f"page {page}, with {size} hits a page, is beyond the first "
            f"{MAX_WINDOW:,} hits; the last page is {last:,}"
        )
        said = Message("beyond_window", {"page": page, "window": MAX_WINDOW, "last": last})
        raise BoundExceeded("page", "window", detail, said)


def _check_facets(request: SearchRequest) -> None:
    for name in request.facets:
        if name not in FACETS:
            detail = f"{name!r} cannot be counted; known are {', '.join(FACETS)}"
            raise QueryError("facets", detail, Message("not_one_of", {"value": name, "choices": FACETS}))


def _check_days(first: str, last: str) -> None:
    if first and last and first > last:
        days = {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}
        said = Message("days_out_of_order", days)
        raise QueryError("from", f"{first} is after {last}, the end of the range", said)


def _mode(request: SearchRequest, query: Query) -> MatchMode:
    if not leaves(query):
        return "filter"
    return "exact" if request.exact else "all_words"


def _known_filters(filters: Mapping[str, tuple[str, ...]], reader: Reader) -> dict[str, tuple[str, ...]]:
    for name in filters:
        if name not in FILTERS:
            said = Message("unknown_parameter", {"name": name}), Message("known", {"choices": FILTERS})
            raise QueryError(name, f"there is no filter {name!r}; known are {', '.join(FILTERS)}", *said)
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
    hint, *meant = _hint(field, key, known)
    detail = f"{value!r} is not a {_NOUNS.get(field, field)} of this site{hint}"
    raise QueryError(field, detail, Message("unknown_value", {"value": value}), *meant, code="unknown_value")


def _hint(field: str, key: str, known: Mapping[str, str]) -> tuple[str, *tuple[Message, ...]]:
    """The value of the site that may have been meant; of thousands none is looked for.

    The message names a language by its code, which is called differently in each language.
    """
    if len(known) > _MANY:
        return ("",)
    labels = {label_key(label): (label, slug) for slug, label in known.items()}
    if near := get_close_matches(key, labels, n=1, cutoff=0.6):
        label, slug = labels[near[0]]
        said = Message("near", {"value": slug if field == "lang" else label})
        return f"; did you mean {label!r}?", said
    if not 0 < len(known) <= _FEW:
        return ("",)
    named = ", ".join(f"{label} ({slug})" for slug, label in known.items())
    choices = tuple(known) if field == "lang" else tuple(known.values())
    return f"; known are {named}", Message("known", {"choices": choices})
