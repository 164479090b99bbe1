"""When too few articles have all the words, those with some of them follow.

A question of a few keywords is answered by articles that have them all, however few; with some of the
words only when there is none. A longer one (:attr:`.plan.Plan.question`) is a sentence, and hardly any
article has every word of a sentence: when those that have do not fill a page of usual length, the others
stand behind them. First come articles with all the words, then those with some, each kind in the order
asked for.

Which of this holds is the same for every page, order and filter of a question, so that pages follow
each other and a facet's count is what ticking it finds: the articles with all the words are counted
before filters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from indexer.backends.base import Found, Reader, Search
from indexer.query import AllOf, Not

from .plan import Plan

ENOUGH: Final = 10  # articles with all the words of a long question: a page of usual length

FacetCounts = Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: ``full`` by the plan's query; of a relaxed answer, ``partial`` by some of its words.

    No article is in both, and of a page the hits of ``full`` come first.
    """

    full: Found
    partial: Found | None = None

    @property
    def total(self) -> int:
        """Articles found."""
        return self.full.total + (self.partial.total if self.partial else 0)

    @property
    def facets(self) -> FacetCounts:
        """The facet counts of all articles found."""
        if self.partial is None:
            return self.full.facets
        return {name: _summed(rows, self.partial.facets[name]) for name, rows in self.full.facets.items()}


def completed(reader: Reader, search: Search, plan: Plan, full: Found) -> Answer:
    """The answer to a question of which ``full`` is what ``search`` found by the plan's query.

    Raises:
        TimeBudgetExceeded: as :meth:`indexer.backends.base.Reader.execute`.
    """
    if plan.relaxed is None or not _too_few(reader, search, plan, full):
        return Answer(full)
    partial = reader.execute(
        replace(
            search,
            query=AllOf((plan.relaxed, Not(plan.query))) if full.total else plan.relaxed,
            offset=max(0, search.offset - full.total),
            limit=search.limit - len(full.hits),
        )
    )
    # An answer that found nothing more has not been relaxed, whatever was tried.
    return Answer(full, partial) if partial.total else Answer(full)


def _too_few(reader: Reader, search: Search, plan: Plan, full: Found) -> bool:
    if not full.total:
        return True
    if not plan.question or full.total >= ENOUGH:
        return False
    if not (search.filters or search.published_from or search.published_to):
        return True
    everywhere = replace(search, filters={}, published_from="", published_to="", limit=0, facets=())
    return reader.execute(everywhere).total < ENOUGH


def _summed(*rows: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for part in rows:
        counts.update(dict(part))
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
