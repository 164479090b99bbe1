"""From a plan to an answer: what is found, pinned and hidden, and what of it is on the page asked for.

An answer is made of sets that share no article: those with all the words, those with some, and those that
are pinned. So totals and facet counts add up, and each page is cut from one and the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from indexer.backends.base import Found, Reader, Scored, Search
from indexer.query import AllOf, AnyOf, Everything, Ids, Not, Query
from indexer.ranking import Ranking

from .curation import Curated, Pin, places
from .plan import Plan, make_plan
from .relaxing import Answer, Pinned, completed
from .request import MatchMode, SearchRequest
from .tuning import Tuning

_NONE: Final = Curated()


class Answering(Struct, frozen=True):
    """A request being answered: the view of the index, the tuning, and what is decided for its query."""

    reader: Reader
    request: SearchRequest
    tuning: Tuning
    ranking: Ranking
    deadline: float
    curated: Curated | None = None

    def answer(self) -> tuple[Plan, Answer]:
        """What was planned, and what came of it.

        PERF: all the words must be found, so a hit tells that the index knows them. They are looked up when
        there is none; or when the last one may stand for others, which can be found without it.
        """
        tried: tuple[Query, Answer] | None = None
        if not self.request.prefix:
            plan = make_plan(self.request, self.tuning, lambda _: True)
            answer = self._found(plan)
            if answer.complete:
                return plan, self._completed(plan, answer)
            tried = plan.query, answer
        plan = make_plan(self.request, self.tuning, self.reader.knows)
        answer = tried[1] if tried and tried[0] == plan.query else self._found(plan)
        return plan, self._completed(plan, answer)

    def search(self, query: Query, plan: Plan) -> Search:
        """The question for a tree of a plan, the page as asked for."""
        request = self.request
        return Search(
            query=query,
            filters=request.filters,
            published_from=request.published_from,
            published_to=request.published_to,
            sort=request.sort,
            offset=(request.page - 1) * request.per_page,
            limit=request.per_page,
            facets=request.facets,
            ranking=self.ranking,
            words=plan.words,
            explain=request.explain,
            deadline=self.deadline,
        )

    def _found(self, plan: Plan) -> Answer:
        """The articles with all the words, and the pins."""
        if self.curated is None or not (self.curated.pins or self.curated.hidden):
            return Answer(self.reader.execute(self.search(plan.query, plan)))
        pinned = self._pinned(plan)
        search = self._page(self.search(self._organic(plan.query), plan), pinned)
        return Answer(self.reader.execute(search), pinned=pinned)

    def _completed(self, plan: Plan, answer: Answer) -> Answer:
        """The same with articles that have some of the words, where too few have them all."""
        if self.curated is None:
            return completed(self.reader, self.search(plan.query, plan), plan, answer)
        organic = replace(
            plan,
            query=self._organic(plan.query),
            relaxed=None if plan.relaxed is None else self._organic(plan.relaxed),
        )
        search = self._page(self.search(organic.query, plan), answer.pinned)
        answer = completed(self.reader, search, organic, answer, everywhere=self._shown(plan.query))
        return replace(answer, rules=self._rules(plan, answer))

    # -- what is pinned and hidden ---------------------------------------------------------

    def _pins(self) -> tuple[Pin, ...]:
        """The pins that count. Who asks for the newest articles first gets them in that order."""
        curated = self.curated or _NONE
        if self.request.sort != "relevance":
            return ()
        return tuple(pin for pin in curated.pins if pin.article not in curated.hidden)

    def _shown(self, query: Query) -> Query:
        """What a tree finds of what is not hidden."""
        hidden = (self.curated or _NONE).hidden
        return AllOf((query, Not(Ids(tuple(hidden))))) if hidden else query

    def _organic(self, query: Query) -> Query:
        """What a tree finds of what is neither hidden nor pinned."""
        curated = self.curated or _NONE
        apart = (*curated.hidden, *(pin.article for pin in self._pins()))
        return AllOf((query, Not(Ids(apart)))) if apart else query

    def _pinned(self, plan: Plan) -> Pinned:
        """The pinned articles that pass the filters; those with all the words first, each kind with its marks
        and its score.
        """
        pins = self._pins()
        if not pins:
            return Pinned()
        ids = Ids(tuple(pin.article for pin in pins))
        known = self._all(AllOf((plan.query, ids)), plan, len(pins))
        marked = AnyOf((plan.relaxed or plan.query, Everything()))
        others = self._all(AllOf((marked, ids, Not(plan.query))), plan, len(pins))
        hits = {hit.document.article.id: (hit, True) for hit in known.hits}
        hits |= {hit.document.article.id: (hit, False) for hit in others.hits}
        there = tuple(pin for pin in pins if pin.article in hits)
        return Pinned(there, tuple(hits[pin.article] for pin in there), known, others)

    def _all(self, query: Query, plan: Plan, limit: int) -> Found:
        return self.reader.execute(replace(self.search(query, plan), offset=0, limit=limit))

    def _page(self, search: Search, pinned: Pinned) -> Search:
        """What is to be found beside the pins of the page; past the last article any place will do."""
        if not pinned.pins:
            return search
        first, last = search.offset, search.offset + search.limit
        taken = places(pinned.pins, 1 << 40)
        before = sum(place < first for place in taken)
        here = sum(first <= place < last for place in taken)
        return replace(search, offset=first - before, limit=search.limit - here)

    def _rules(self, plan: Plan, answer: Answer) -> tuple[str, ...]:
        """The rules that changed the answer."""
        curated = self.curated or _NONE
        names = dict.fromkeys(pin.rule for pin in answer.pinned.pins)
        if curated.hidden:
            asked = plan.query
            if answer.partial is not None and plan.relaxed is not None:
                asked = AnyOf((plan.query, plan.relaxed))
            found = self._all(AllOf((asked, Ids(tuple(curated.hidden)))), plan, len(curated.hidden))
            gone = {hit.document.article.id for hit in found.hits}
            gone |= {pin.article for pin in curated.pins if self.request.sort == "relevance"}
            names |= dict.fromkeys(rule for article, rule in curated.hidden.items() if article in gone)
        if curated.redirect:
            names[curated.redirected_by] = None
        return tuple(names)


def in_order(answer: Answer, first: int, last: int) -> Iterator[tuple[Scored, MatchMode | None]]:
    """The hits of a page and how each was found, ``None`` for one with all the words."""
    partial = answer.partial.hits if answer.partial is not None else ()
    some: MatchMode = "some_words"
    modes = [*[None] * len(answer.full.hits), *[some] * len(partial)]
    rest = zip((*answer.full.hits, *partial), modes, strict=True)
    pins, hits = answer.pinned.pins, answer.pinned.hits
    taken = dict(zip(places(pins, answer.total - len(pins)), hits, strict=True))
    for place in range(first, min(last, answer.total)):
        if place in taken:
            hit, matching = taken[place]
            yield hit, None if matching else "pinned"
        elif (following := next(rest, None)) is not None:
            yield following
