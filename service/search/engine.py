"""The engine: a request in, an answer out. No HTTP, no HTML."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

import msgspec

from indexer.backends.base import Index, Reader, Record, Search
from indexer.errors import BoundExceeded, Message, QueryError
from indexer.fields import FACETS
from indexer.limits import MAX_WINDOW
from indexer.query import Everything, Query, leaves
from indexer.ranking import Ranking
from indexer.site import Site

from ..calendar import today
from .answering import Answering
from .curation import ADDRESSES, Curated
from .examining import Examined, rules_of
from .narrowing import known_filters
from .plan import Plan
from .present import label_of, present_facets, present_hits
from .quotes import find_quote
from .relaxing import Answer
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


class Engine:
    """Answers requests from whatever the index has published last. Safe to use from several threads.

    ``today`` gives the day recency counts from; ``budget_seconds`` bounds one query. ``tuning`` gives the
    tuning in force; a request is answered under the one it finds when it begins. ``resolve`` gives the id of
    the article that an address leads to, for rules that name it by that.
    """

    def __init__(
        self,
        index: Index,
        site: Site,
        *,
        today: Callable[[], date] = today,
        budget_seconds: float = 2.0,
        tuning: Callable[[], Tuning] | None = None,
        resolve: Callable[[str], str | None] | None = None,
    ) -> None:
        self._index = index
        self._site = site
        self._today = today
        self._budget = budget_seconds
        self._tuning = tuning or _default
        self._resolve = resolve or _nothing
        self._named: tuple[str, dict[str, str | None]] = "", {}
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
    def tuning(self) -> Tuning:
        """The tuning in force."""
        return self._tuning()

    @property
    def tuning_version(self) -> str:
        """Names the tuning in force, fit for an ETag."""
        return self._tuning().version

    @property
    def state(self) -> str:
        """Names all that the next answer depends on beside the question, fit for an ETag: the view of the
        index, the tuning, and the day, since freshness counts in the score and rules have dates.
        """
        return _state(self._index.reader(), self._tuning(), self._day())

    def redirect(self, text: str) -> str | None:
        """The address that readers who ask for a text are sent to, if an administrator says so."""
        curated = self._curated(text, self._tuning(), self._day())
        return curated.redirect or None if curated else None

    def under(self, tuning: Tuning) -> Engine:
        """The same index under another tuning, as a draft is tried."""
        return Engine(
            self._index,
            self._site,
            today=self._today,
            budget_seconds=self._budget,
            tuning=lambda: tuning,
            resolve=self._resolve,
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
        ranking, deadline = self._ranking(tuning), self._deadline()
        curated = self._curated(request.text, tuning, ranking.today)
        plan, answer = Answering(reader, request, tuning, ranking, deadline, curated).answer()
        tell = partial(rules_of, plan, answer, ranking) if request.explain else None
        hits = present_hits(answer, _mode(request, plan.query), request, tell)
        applied = self._applied(reader, request, tuning, plan, answer, curated)
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
            state=_state(reader, tuning, ranking.today),
        )

    def examine(self, request: SearchRequest) -> Examined:
        """The whole order of the answer to a request, for whoever asks why it is so; see :mod:`.whynot`.

        Raises:
            QueryError: as :meth:`search`.
            BoundExceeded: as :meth:`search`.
            TimeBudgetExceeded: as :meth:`search`.
            NoIndex: nothing has been published.
        """
        reader = self._index.reader()
        understood = self._understood(request, reader)
        whole = replace(understood, page=1, per_page=MAX_WINDOW, facets=(), explain=False)
        tuning = self._tuning()
        ranking = self._ranking(tuning)
        curated = self._curated(request.text, tuning, ranking.today)
        answering = Answering(reader, whole, tuning, ranking, self._deadline(), curated)
        return Examined(understood, answering, *answering.answer(), curated or Curated())

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
        request = replace(request, filters=known_filters(request.filters, reader))
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
        curated = self._curated(request.text, tuning, ranking.today)
        hidden = tuple(curated.hidden) if curated else ()
        suggesting = Suggesting(reader, tuning, known, ranking, self._deadline(), hidden)
        found = suggesting.answer(request, limit)
        return msgspec.structs.replace(found, state=_state(reader, tuning, ranking.today))

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
        return replace(request, filters=known_filters(request.filters, reader))

    def _curated(self, text: str, tuning: Tuning, day: str) -> Curated | None:
        """What an administrator has decided for a text as of a day."""
        if tuning.curation is None or not text:
            return None
        return tuning.curation.of(text, day, self.identify)

    def named(self, name: str) -> Record | None:
        """The article that a rule names by its id or its address, as the index shows it, or ``None``."""
        found = self.identify(name)
        return self.article(found) if found else None

    def identify(self, name: str) -> str | None:
        """The id of an article named by its id or its address.

        PERF: the catalog is asked once about each address and commit of the index.
        """
        if not name.startswith(ADDRESSES):
            return name
        version = self.version
        if self._named[0] != version:
            self._named = version, {}
        known = self._named[1]
        if name not in known:
            known[name] = self._resolve(name)
        return known[name]

    def _applied(
        self,
        reader: Reader,
        request: SearchRequest,
        tuning: Tuning,
        plan: Plan,
        answer: Answer,
        curated: Curated | None,
    ) -> Applied:
        tried = plan.unknown if tuning.typos else ()
        return Applied(
            relaxed=answer.partial is not None,
            complete=answer.complete,
            synonyms=plan.synonyms,
            corrected=correct(reader, request.text, tried) if tried else None,
            rules=answer.rules,
            redirect=curated.redirect or None if curated else None,
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


def _nothing(_address: str) -> None:
    """Without a catalog no address leads to an article."""


def _state(reader: Reader, tuning: Tuning, day: str) -> str:
    return f"{reader.version} {tuning.version} {day}"


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
