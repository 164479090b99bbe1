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
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from indexer.backends.base import Found, Reader, Scored, Search
from indexer.query import AllOf, Not, Query

from .curation import Pin
from .plan import Plan

ENOUGH: Final = 10  # articles with all the words of a long question: a page of usual length

FacetCounts = Mapping[str, tuple[tuple[str, int], ...]]
_NONE: Final = Found(0, ())


class Pinned(Struct, frozen=True):
    """The pinned articles of an answer, with all their hits and whether each holds all the words.

    ``matching`` and ``others`` are what was found of the two kinds, for their totals and facets.
    """

    pins: tuple[Pin, ...] = ()
    hits: tuple[tuple[Scored, bool], ...] = ()
    matching: Found = _NONE
    others: Found = _NONE


class Answer(Struct, frozen=True):
    """What was found: ``full`` by the plan's query; of a relaxed answer, ``partial`` by some of its words;
    and what is ``pinned``. ``rules`` names what changed it by hand.

    No article is in two of them, and of a page the hits of ``full`` come before those of ``partial``.
    """

    full: Found
    partial: Found | None = None
    pinned: Pinned = Pinned()
    rules: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Articles found."""
        return self.complete + self.pinned.others.total + (self.partial.total if self.partial else 0)

    @property
    def complete(self) -> int:
        """Articles found that have all the words."""
        return self.full.total + self.pinned.matching.total

    @property
    def facets(self) -> FacetCounts:
        """The facet counts of all articles found."""
        found = (self.partial, self.pinned.matching, self.pinned.others)
        others = [one.facets for one in found if one is not None and one.facets]
        if not others:
            return self.full.facets
        return {
            name: _summed(rows, *(facets[name] for facets in others))
            for name, rows in self.full.facets.items()
        }


def completed(
    reader: Reader, search: Search, plan: Plan, answer: Answer, *, everywhere: Query | None = None
) -> Answer:
    """The answer to a question of which ``answer.full`` is what ``search`` found by the plan's query.

    ``everywhere`` is what finds all articles with all the words, pinned ones too, where the plan's does not.

    Raises:
        TimeBudgetExceeded: as :meth:`indexer.backends.base.Reader.execute`.
    """
    full = answer.full
    if plan.relaxed is None or not _too_few(reader, search, plan, answer, everywhere or plan.query):
        return answer
    partial = reader.execute(
        replace(
            search,
            query=AllOf((plan.relaxed, Not(plan.query))) if full.total else plan.relaxed,
            offset=max(0, search.offset - full.total),
            limit=search.limit - len(full.hits),
        )
    )
    # An answer that found nothing more has not been relaxed, whatever was tried.
    return replace(answer, partial=partial) if partial.total else answer


def _too_few(reader: Reader, search: Search, plan: Plan, answer: Answer, everywhere: Query) -> bool:
    enough = ENOUGH if plan.question else 1
    if answer.complete >= enough:
        return False
    # What filters leave nothing of may be answered with some of the words; but a pin that they leave stands
    # in the facets of the whole answer as it is.
    if not answer.complete and not answer.pinned.others.total:
        return True
    if not (search.filters or search.published_from or search.published_to):
        return True
    unfiltered = replace(
        search, query=everywhere, filters={}, published_from="", published_to="", limit=0, facets=()
    )
    return reader.execute(unfiltered).total < enough


def _summed(*rows: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for part in rows:
        counts.update(dict(part))
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
