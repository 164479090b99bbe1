"""A search over all segments: totals, facets, the first hits in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ... import ranking as formulas
from ...fields import FILTERS, TEXT
from ...query import Leaf
from ...ranking import Ranking
from .. import evaluate
from ..base import Search
from .codec.opened import OpenSegment
from .compiling import Compiled, compile_query
from .expansion import find_all
from .kernels.evaluating import answer
from .kernels.occurrences import occurrences_of
from .kernels.rescoring import FINAL, rescored
from .kernels.selection import BY_SCORE, NEWEST, OLDEST

Documents = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SORTS = {"relevance": BY_SCORE, "newest": NEWEST, "oldest": OLDEST}
_DAYS_BIT = 1 << len(FILTERS)  # of the range of days, behind those of the filter fields
_LAST_DAY = date.max.toordinal()
# How much an occurrence counts, in the order of .kernels.resolving.
GRADES = np.array(
    [
        formulas.AS_TYPED,
        formulas.OTHER_ACCENTS,
        formulas.OTHER_FORM,
        formulas.BY_PREFIX,
        formulas.BY_EDIT,
    ]
)
_COUNT = itemgetter(1)
_NO_FILTERS = np.zeros((0, 3), np.int64)
_NO_HOLDERS = np.zeros(0, np.int64)  # the lists of one segment tell how many articles hold a leaf


class View(Protocol):
    """What an execution needs of a reader."""

    segments: Sequence[OpenSegment]
    article_count: int
    languages: tuple[str, ...]

    def average_length(self, field: str) -> float:
        """The mean positions in a field over the live articles."""

    def scale(self, ranking: Ranking) -> Scale:
        """What a ranking is for the kernels."""


class Scale:
    """A ranking as kernels take it, and what stands below frequencies by it, computed when first needed.

    ``factors`` are the fields' weights, ``numbers`` the ranking in the order of :mod:`.kernels.rescoring`.
    """

    def __init__(self, view: View, ranking: Ranking) -> None:
        # Not the view itself: it keeps this, and a circle of the two would keep an old commit's files open.
        self._segments = view.segments
        self._averages = {name: view.average_length(name) for name in TEXT}
        self._ranking = ranking
        self._norms: dict[tuple[int, tuple[str, ...]], Numbers] = {}
        self._rows: dict[tuple[int, tuple[tuple[str, ...], ...]], Ints] = {}
        self.factors = np.array([ranking.weights[name] for name in TEXT], np.float64)
        today = evaluate.ordinal(ranking.today) or 0
        numbers = (ranking.proximity, ranking.title, ranking.recency, ranking.half_life_days, today)
        self.numbers = np.array(numbers, np.float64)

    def norms_at(self, place: int, leaves: tuple[tuple[str, ...], ...]) -> Ints:
        """The addresses of the norms of some leaves, by the fields of each."""
        known = self._rows.get((place, leaves))
        if known is None:
            addresses = [_address(self.norms(place, fields)) for fields in leaves]
            known = self._rows[place, leaves] = np.array(addresses, np.int64)
        return known

    def norms(self, place: int, fields: tuple[str, ...]) -> Numbers:
        """``k1 * (1 - b + b * length / average)`` of every document of a segment.

        Length and average are weighted sums over the fields.
        """
        known = self._norms.get((place, fields))
        if known is None:
            known = self._norms[place, fields] = self._made(place, fields)
        return known

    def _made(self, place: int, fields: tuple[str, ...]) -> Numbers:
        segment, ranking = self._segments[place], self._ranking
        lengths, average = np.zeros(segment.documents, np.float64), 0.0
        for name in fields:
            lengths += ranking.weights[name] * segment.arrays[f"{name}.lengths"]
            average += ranking.weights[name] * self._averages[name]
        relative = lengths / average if average > 0.0 else np.ones(segment.documents)
        norms: Numbers = ranking.k1 * (1.0 - ranking.b + ranking.b * relative)
        return norms


class Occurrences(NamedTuple):
    """Keys as in :mod:`.kernels.spans`, ascending, and of each its positions covered and its weight."""

    keys: npt.NDArray[np.uint64]
    lengths: Ints
    weights: Numbers


Part = tuple[int, Documents, Numbers, Ints]  # of a segment: total, first hits and their scores, facet counts


class Ranked(NamedTuple):
    """A hit in order: segment, document, score."""

    segment: int
    document: int
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Total, the hits of the page, facet counts."""

    total: int
    hits: list[Ranked]
    facets: Mapping[str, tuple[tuple[str, int], ...]]


class Execution:
    """One search under way. What it has found of leaves is there for who explains or marks the hits."""

    def __init__(self, view: View, search: Search) -> None:
        self.view = view
        self.search = search
        self.watch = evaluate.Watch(search.deadline)
        self.compiled: Compiled = compile_query(search.query, search.words, view.languages)
        self.scale = view.scale(search.ranking)
        self.watch.look()
        self.lists = find_all(view.segments, self.compiled, GRADES, self.scale.factors)

    def answer(self) -> Answer:
        """Run it.

        Raises:
            TimeBudgetExceeded: the deadline has passed.
        """
        search = self.search
        first, last = search.offset, search.offset + search.limit
        window = evaluate.window() if search.sort == "relevance" and search.limit else 0
        limit = max(last, window) if first < window else last if search.limit else 0
        found = [self._answer(place, limit) for place in range(len(self.view.segments))]
        self.watch.look()
        total = sum(item[0] for item in found)
        if first >= window:
            hits = self._merged(found, first, last)
        elif len(found) == 1:
            hits = self._rescored(found[0], window, first, last)
        else:
            hits = self._rescored_together(found, window, last)[first:last]
        return Answer(total, hits, self._facets([item[3] for item in found]))

    # -- leaves ----------------------------------------------------------------------------

    def leaf(self, place: int, leaf: Leaf) -> tuple[Documents, Numbers]:
        """The live documents of a segment that hold a leaf, and its weighted frequencies."""
        number, lists = self.compiled.leaves.index(leaf), self.lists[place]
        start, end = lists.ends[number : number + 2].tolist()
        return lists.documents[start:end], lists.frequencies[start:end]

    @cached_property
    def holders(self) -> Ints:
        """How many live articles hold each leaf."""
        if len(self.lists) == 1:
            ends = self.lists[0].ends
            return ends[1:] - ends[:-1]
        counts = [np.diff(lists.ends) for lists in self.lists]
        return np.sum(counts, axis=0) if counts else np.zeros(len(self.compiled.leaves), np.int64)

    @cached_property
    def idf(self) -> list[float]:
        """What each leaf counts by how rare it is."""
        return [formulas.idf(self.view.article_count, count) for count in self.holders.tolist()]

    def occurrences(self, place: int, number: int, documents: Documents) -> Occurrences:
        """Where the leaf of a number is found in ascending documents of a segment."""
        lists, table = self.lists[place], self.view.segments[place].table
        return Occurrences(*occurrences_of(table, lists.parts, lists.pool, lists.heap, number, documents))

    # -- one segment -----------------------------------------------------------------------

    def _answer(self, place: int, limit: int) -> Part:
        self.watch.look()
        segment, lists, ranking = self.view.segments[place], self.lists[place], self.search.ranking
        return answer(  # type: ignore[no-any-return]
            segment.table,
            self.compiled.program,
            self.compiled.factors,
            lists.documents,
            lists.frequencies,
            lists.ends,
            _NO_HOLDERS if len(self.lists) == 1 else self.holders,
            self.scale.norms_at(place, self.compiled.fields),
            ranking.k1,
            ranking.coverage,
            segment.scratch.table,
            self._asked(limit),
            self._filters(segment),
            segment.facets(self.search.facets),
        )

    def _asked(self, limit: int) -> Ints:
        """What is asked beside the tree, in the order of :mod:`.kernels.evaluating`."""
        search = self.search
        first = last = days = 0
        if search.published_from or search.published_to:
            first = evaluate.ordinal(search.published_from) or 0
            last = evaluate.ordinal(search.published_to) or _LAST_DAY
            days = _DAYS_BIT
        asked = (self._wanted | days, first, last, days, limit, _SORTS[search.sort], self.view.article_count)
        return np.array(asked, np.int64)

    @cached_property
    def _wanted(self) -> int:
        """The bits of the filters there are."""
        filters = self.search.filters
        return sum(1 << bit for bit, name in enumerate(FILTERS) if filters.get(name)) if filters else 0

    def _filters(self, segment: OpenSegment) -> Ints:
        if not self._wanted:
            return _NO_FILTERS
        rows = [
            (1 << bit, *segment.carriers_at(name, value))
            for bit, name in enumerate(FILTERS)
            for value in self.search.filters.get(name, ())
        ]
        return np.array(rows, np.int64)

    # -- facets ----------------------------------------------------------------------------

    def _facets(self, counted: Sequence[Ints]) -> dict[str, tuple[tuple[str, int], ...]]:
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        at = [0] * len(counted)
        for name in self.search.facets:
            counts: dict[str, int] = {}
            for place, (segment, numbers) in enumerate(zip(self.view.segments, counted, strict=True)):
                slugs = segment.slugs[name]
                mine = numbers[at[place] : at[place] + len(slugs)].tolist()
                at[place] += len(slugs)
                for slug, count in zip(slugs, mine, strict=True):
                    if count:
                        counts[slug] = counts.get(slug, 0) + count
            for slug in self.search.filters.get(name, ()):
                counts.setdefault(slug, 0)
            pairs = sorted(counts.items())
            pairs.sort(key=_COUNT, reverse=True)  # keeps the order of equals
            found[name] = tuple(pairs)
        return found

    # -- order -----------------------------------------------------------------------------

    def _merged(self, found: Sequence[Part], first: int, last: int) -> list[Ranked]:
        """The hits of all segments from ``first`` to ``last``, as they are."""
        if len(found) == 1:
            _, documents, scores, _ = found[0]
            return _ranked(0, documents[first:last], scores[first:last])
        hits = [hit for place, part in enumerate(found) for hit in _ranked(place, part[1], part[2])]
        hits.sort(key=self._by_score if self.search.sort == "relevance" else self._by_day)
        return hits[first:last]

    def _rescored(self, found: Part, window: int, first: int, last: int) -> list[Ranked]:
        """The hits of one segment; those of the window with all that is added to their scores."""
        _, documents, scores, _ = found
        best, numbers = self.scored_anew(0, documents[:window], scores[:window], min(last, window))
        hits = _ranked(0, best[first:], numbers[FINAL, first:])
        return hits + _ranked(0, documents[window:last], scores[window:last]) if last > window else hits

    def _rescored_together(self, found: Sequence[Part], window: int, last: int) -> list[Ranked]:
        """As :meth:`_rescored`, of several segments."""
        hits = self._merged(found, 0, max(last, window))
        inside = [hit for place in range(len(found)) for hit in self._with_bonuses(place, hits[:window])]
        inside.sort(key=self._by_score)
        return inside + hits[window:]

    def _with_bonuses(self, place: int, hits: Sequence[Ranked]) -> list[Ranked]:
        mine = [hit for hit in hits if hit.segment == place]
        documents = np.array([hit.document for hit in mine], np.uint32)
        scores = np.array([hit.score for hit in mine], np.float64)
        best, numbers = self.scored_anew(place, documents, scores, len(mine))
        return _ranked(place, best, numbers[FINAL])

    def scored_anew(
        self, place: int, documents: Documents, scores: Numbers, limit: int
    ) -> tuple[Documents, Numbers]:
        """The first hits of a segment in order, and in rows their scores and what is added to these."""
        self.watch.look()
        lists = self.lists[place]
        return rescored(  # type: ignore[no-any-return]
            self.view.segments[place].table,
            lists.parts,
            lists.pool,
            lists.heap,
            self.compiled.words,
            documents,
            scores,
            self.scale.numbers,
            limit,
            lists.documents,
            lists.ends,
            self.compiled.collected,
        )

    def _by_score(self, hit: Ranked) -> tuple[float, int, int]:
        day, tie = self._day_and_tie(hit)
        return -round(hit.score, 9), -day, tie

    def _by_day(self, hit: Ranked) -> tuple[bool, int, float, int]:
        day, tie = self._day_and_tie(hit)
        return day == 0, day if self.search.sort == "oldest" else -day, -round(hit.score, 9), tie

    def _day_and_tie(self, hit: Ranked) -> tuple[int, int]:
        arrays = self.view.segments[hit.segment].arrays
        return int(arrays["published"][hit.document]), int(arrays["tie"][hit.document])


def _ranked(place: int, documents: Documents, scores: Numbers) -> list[Ranked]:
    return list(map(Ranked, repeat(place), documents.tolist(), scores.tolist()))


def _address(array: npt.NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])
