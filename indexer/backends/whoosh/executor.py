"""A search over all segments: totals, facets, the first hits in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ... import ranking as formulas
from ...fields import FILTERS, TEXT
from ...query import Leaf
from ...ranking import Ranking
from .. import evaluate
from ..base import Search
from .codec.opened import OpenSegment
from .expansion import resolve_everywhere
from .kernels import selection
from .kernels.bonuses import bonuses, recency
from .leaves import Resolved
from .lists import Documents, List, Numbers, Scale, SegmentLists
from .occurrences import Occurrences, leaf_occurrences

_DAYS = len(FILTERS)  # the bit of the range of days, behind those of the filter fields
_FIRST_LOOK = 64  # hits scored anew before it is known how many can reach the page


class View(Protocol):
    """What an execution needs of a reader."""

    segments: Sequence[OpenSegment]
    article_count: int

    def average_length(self, field: str) -> float:
        """The mean positions in a field over the live documents."""

    def norms(self, segment: OpenSegment, fields: tuple[str, ...], ranking: Ranking) -> Numbers:
        """What stands below a leaf's frequency, one a document: see :mod:`.kernels.algebra`."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit in order: segment, document, score."""

    segment: int
    document: int
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Total, the hits of the page, facet counts."""

    total: int
    hits: tuple[Ranked, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]


class Execution:
    """One search under way. What it has found of leaves is there for who explains or marks the hits."""

    def __init__(self, view: View, search: Search) -> None:
        self.view = view
        self.search = search
        self.watch = evaluate.Watch(search.deadline)
        self._resolved: dict[Leaf, list[Resolved]] = {}
        self._scales: dict[Leaf, float] = {}
        self._lists = [
            SegmentLists(segment, search.ranking, self.resolved, self._scale, self.watch.look)
            for segment in view.segments
        ]
        self._places = {id(segment): place for place, segment in enumerate(view.segments)}

    def answer(self) -> Answer:
        """Run it.

        Raises:
            TimeBudgetExceeded: the deadline has passed.
            BoundExceeded: a prefix stands for too many words.
        """
        search = self.search
        matching = [lists.scores(search.query) for lists in self._lists]
        passes = [self._passes(segment) for segment in self.view.segments]
        facets = {name: self._facet(name, matching, passes) for name in search.facets}
        kept = [self._passing(found, marks) for found, marks in zip(matching, passes, strict=True)]
        total = sum(len(documents) for documents, _ in kept)
        return Answer(total, tuple(self._page(kept)), facets)

    # -- leaves ----------------------------------------------------------------------------

    def resolved(self, segment: OpenSegment, leaf: Leaf) -> Resolved:
        """What a leaf is in a segment."""
        if leaf not in self._resolved:
            self._resolved[leaf] = resolve_everywhere(self.view.segments, leaf)
        return self._resolved[leaf][self._places[id(segment)]]

    def documents(self, leaf: Leaf) -> int:
        """How many live articles hold a leaf."""
        return sum(len(lists.leaf(leaf)[0]) for lists in self._lists)

    def leaf(self, place: int, leaf: Leaf) -> List:
        """The live documents of a segment that hold a leaf, and its weighted frequencies."""
        return self._lists[place].leaf(leaf)

    def idf(self, leaf: Leaf) -> float:
        """What a leaf counts by how rare it is."""
        if leaf not in self._scales:
            self._scales[leaf] = formulas.idf(self.view.article_count, self.documents(leaf))
        return self._scales[leaf]

    def occurrences(self, place: int, leaf: Leaf, documents: Documents) -> Occurrences:
        """Where a leaf is found in ascending documents of a segment."""
        segment = self.view.segments[place]
        return leaf_occurrences(segment, self.resolved(segment, leaf), documents)

    def _scale(self, segment: OpenSegment, leaf: Leaf) -> Scale:
        return Scale(self.idf(leaf), self.view.norms(segment, leaf.fields, self.search.ranking))

    # -- filters and facets ----------------------------------------------------------------

    def _passes(self, segment: OpenSegment) -> npt.NDArray[np.uint8] | None:
        """A bit for each filter that a document passes; ``None`` without filters."""
        if not self._wanted:
            return None
        passes = np.zeros(segment.documents, np.uint8)
        for bit, name in enumerate(FILTERS):
            for value in self.search.filters.get(name, ()):
                number = segment.values[name].get(value)
                if number is not None:
                    selection.mark(passes, segment.carriers(name, number), 1 << bit)
        if self._wanted >> _DAYS:
            first, last = self._days
            selection.mark_days(segment.table, passes, first, last, 1 << _DAYS)
        return passes

    @property
    def _wanted(self) -> int:
        """The bits of the filters there are."""
        bits = sum(1 << bit for bit, name in enumerate(FILTERS) if self.search.filters.get(name))
        dated = self.search.published_from or self.search.published_to
        return bits | (1 << _DAYS if dated else 0)

    @property
    def _days(self) -> tuple[int, int]:
        first = evaluate.ordinal(self.search.published_from) or 0
        return first, evaluate.ordinal(self.search.published_to) or date.max.toordinal()

    def _passing(self, found: List, passes: npt.NDArray[np.uint8] | None) -> List:
        return found if passes is None else selection.passing(*found, passes, self._wanted)

    def _facet(
        self, name: str, matching: Sequence[List], passes: Sequence[npt.NDArray[np.uint8] | None]
    ) -> tuple[tuple[str, int], ...]:
        counts: Counter[str] = Counter()
        excused = 1 << FILTERS.index(name)
        for segment, (documents, _), marks in zip(self.view.segments, matching, passes, strict=True):
            self.watch.look()
            numbers = selection.count_values(
                documents,
                _NO_MARKS if marks is None else marks,
                self._wanted,
                excused if marks is not None else 0,
                segment.value_count(name),
                segment.arrays[f"{name}.of"],
                segment.arrays[f"{name}.numbers"],
            )
            slugs = segment.slugs[name]
            for number in np.flatnonzero(numbers).tolist():
                counts[slugs[number]] += int(numbers[number])
        for slug in self.search.filters.get(name, ()):
            counts.setdefault(slug, 0)
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    # -- order and paging ------------------------------------------------------------------

    def _page(self, kept: Sequence[List]) -> list[Ranked]:
        first, last = self.search.offset, self.search.offset + self.search.limit
        if not self.search.limit:
            return []
        if self.search.sort != "relevance":
            return self._first_by_day(kept, last)[first:]
        return self._first_by_score(kept, last)[first:last]

    def _first_by_day(self, kept: Sequence[List], last: int) -> list[Ranked]:
        oldest = self.search.sort == "oldest"
        found: list[Ranked] = []
        for place, (segment, (documents, scores)) in enumerate(zip(self.view.segments, kept, strict=True)):
            best = selection.first_by_day(segment.table, documents, scores, last, oldest)
            found += _ranked(place, documents[best], scores[best])
        if len(kept) > 1:
            found.sort(key=lambda hit: self._day_key(hit, oldest))
        return found[:last]

    def _day_key(self, hit: Ranked, oldest: bool) -> tuple[bool, int, float, int]:
        day, tie = self._day_and_tie(hit)
        return day == 0, day if oldest else -day, -round(hit.score, 9), tie

    def _day_and_tie(self, hit: Ranked) -> tuple[int, int]:
        arrays = self.view.segments[hit.segment].arrays
        return int(arrays["published"][hit.document]), int(arrays["tie"][hit.document])

    def _score_key(self, hit: Ranked) -> tuple[float, int, int]:
        day, tie = self._day_and_tie(hit)
        return -round(hit.score, 9), -day, tie

    def _first_by_score(self, kept: Sequence[List], last: int) -> list[Ranked]:
        """The best hits: those of the window with their bonuses, behind them the others as they are.

        PERF: of a window of a thousand few can reach the first page: a bonus has a largest share. So a
        short window is scored anew first, and the whole one only when a hit behind the short one might
        still come before the last of the page.
        """
        window = evaluate.RESCORE_WINDOW
        short = min(window, last + _FIRST_LOOK)
        best = self._best(kept, max(last, short))
        rescored = self._rescored(best[:short])
        if len(best) >= short < window and not self._settled(rescored, best[short - 1], last):
            best = self._best(kept, max(last, window))
            rescored = self._rescored(best[:window])
            short = window
        return (rescored + best[short:])[:last]

    def _settled(self, rescored: Sequence[Ranked], least: Ranked, last: int) -> bool:
        """Whether no hit that scores at most ``least`` can come among the first ``last``."""
        ranking = self.search.ranking
        most = (1.0 + ranking.proximity + ranking.title) * max(1.0, ranking.recency)
        return least.score * most < rescored[min(last, len(rescored)) - 1].score - 1e-9

    def _best(self, kept: Sequence[List], limit: int) -> list[Ranked]:
        found: list[Ranked] = []
        for place, (segment, (documents, scores)) in enumerate(zip(self.view.segments, kept, strict=True)):
            self.watch.look()
            best = selection.first_by_score(segment.table, documents, scores, limit)
            found += _ranked(place, documents[best], scores[best])
        if len(kept) > 1:
            found.sort(key=self._score_key)
        return found[:limit]

    def _rescored(self, hits: Sequence[Ranked]) -> list[Ranked]:
        factors: dict[tuple[int, int], float] = {}
        for place in {hit.segment for hit in hits}:
            documents = np.array(sorted(hit.document for hit in hits if hit.segment == place), np.uint32)
            near, titled, fresh = self.bonuses(place, documents)
            all_ = (1.0 + near + titled) * fresh
            factors |= zip(((place, number) for number in documents.tolist()), all_.tolist(), strict=True)
        scored = [
            Ranked(hit.segment, hit.document, hit.score * factors[hit.segment, hit.document]) for hit in hits
        ]
        scored.sort(key=self._score_key)
        return scored

    def bonuses(self, place: int, documents: Documents) -> tuple[Numbers, Numbers, Numbers]:
        """Proximity bonus, title bonus and recency of ascending documents of a segment."""
        segment, search, ranking = self.view.segments[place], self.search, self.search.ranking
        today = evaluate.ordinal(ranking.today) or 0
        fresh = recency(segment.table, documents, today, ranking.recency, ranking.half_life_days)
        if not search.words or not len(documents):
            return np.zeros(len(documents)), np.zeros(len(documents)), fresh
        self.watch.look()
        found = {leaf: self.occurrences(place, leaf, documents).keys for leaf in search.words}
        words = np.array([_address(found[leaf]) for leaf in search.words], np.int64)
        near, titled = bonuses(
            segment.table, documents, words, TEXT.index("title"), ranking.proximity, ranking.title
        )
        return near, titled, fresh


_NO_MARKS = np.zeros(0, np.uint8)


def _ranked(place: int, documents: Documents, scores: Numbers) -> list[Ranked]:
    return [
        Ranked(place, document, score)
        for document, score in zip(documents.tolist(), scores.tolist(), strict=True)
    ]


def _address(keys: npt.NDArray[np.uint64]) -> tuple[int, int]:
    return keys.__array_interface__["data"][0], len(keys)
