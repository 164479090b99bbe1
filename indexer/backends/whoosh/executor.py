"""A search over all segments: totals, facets, the first hits in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ... import ranking as formulas
from ...fields import FILTERS
from ...limits import MAX_EXPANSIONS
from ...query import Leaf
from .. import evaluate
from ..base import Search
from .codec.opened import OpenSegment
from .compiling import Compiled, compile_query
from .expansion import Resolved, check_counts, resolve_all
from .kernels.finding import collect
from .kernels.occurrences import occurrences_of
from .kernels.rescoring import FINAL
from .kernels.searching import holding, scan, scored_anew, search
from .kernels.selection import BY_SCORE, NEWEST, OLDEST
from .scale import View
from .together import Part, Together

Documents = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SORTS = {"relevance": int(BY_SCORE), "newest": int(NEWEST), "oldest": int(OLDEST)}
_BITS = {name: 1 << bit for bit, name in enumerate(FILTERS)}
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
_UNKNOWN = np.zeros((0, 0), np.uint64)  # bitmaps, where nobody has them


class Occurrences(NamedTuple):
    """Keys as in :mod:`.kernels.spans`, ascending, and of each its positions covered and its weight."""

    keys: npt.NDArray[np.uint64]
    lengths: Ints
    weights: Numbers


class Hits(NamedTuple):
    """The hits of a page in order: of each its segment, its document and its score."""

    segments: Sequence[int]
    documents: Sequence[int]
    scores: Sequence[float]


class Answer(NamedTuple):
    """Total, the hits of the page, facet counts."""

    total: int
    hits: Hits
    facets: Mapping[str, tuple[tuple[str, int], ...]]


class Execution:
    """One search under way. What it has found of leaves is there for who explains or marks the hits."""

    def __init__(self, view: View, asked: Search) -> None:
        self.view = view
        self.search = asked
        self.watch = evaluate.Watch(asked.deadline)
        self.compiled: Compiled = compile_query(asked.query, asked.words, view.languages)
        self.scale = view.scale(asked.ranking)
        self._resolved: list[Resolved] | None = None

    def answer(self) -> Answer:
        """Run it.

        Raises:
            TimeBudgetExceeded: the deadline has passed.
            BoundExceeded: a prefix was typed to stand for all its words, and they are too many.
        """
        asked = self.search
        self.watch.look()
        window = evaluate.window() if asked.sort == "relevance" and asked.limit else 0
        return self._of_one(window) if len(self.view.segments) == 1 else self._of_several(window)

    # -- leaves ----------------------------------------------------------------------------

    @property
    def resolved(self) -> list[Resolved]:
        """What the leaves are in each segment."""
        if self._resolved is None:
            self._resolved = resolve_all(self.view.segments, self.compiled, GRADES)
        return self._resolved

    @cached_property
    def _lists(self) -> dict[int, tuple[Documents, Numbers, list[int]]]:
        return {}

    def leaf(self, place: int, leaf: Leaf) -> tuple[Documents, Numbers]:
        """The live documents of a segment that hold a leaf, and its weighted frequencies."""
        if place not in self._lists:
            segment, scratch = self.view.segments[place], self.view.segments[place].scratch
            scratch.used = True
            ends, found = np.empty(len(self.compiled.rows) + 1, np.int64), self.resolved[place]
            documents, frequencies = collect(
                segment.table,
                self.compiled.rows,
                found.parts,
                found.pool,
                found.heap,
                self.scale.factors,
                scratch.sums,
                scratch.bits,
                ends,
            )
            scratch.used = False
            self._lists[place] = documents, frequencies, ends.tolist()
        documents, frequencies, bounds = self._lists[place]
        number = self.compiled.leaves.index(leaf)
        start, end = bounds[number : number + 2]
        return documents[start:end], frequencies[start:end]

    @cached_property
    def holders(self) -> Ints:
        """How many live articles hold each leaf."""
        counts = [self._held(place)[0] for place in range(len(self.view.segments))]
        return np.sum(counts, axis=0) if counts else np.zeros(len(self.compiled.leaves), np.int64)

    def _held(self, place: int) -> tuple[Any, ...]:
        """How many articles of a segment hold each leaf, and what is needed to scan it."""
        segment, found = self.view.segments[place], self.resolved[place]
        scratch = segment.scratch
        scratch.used = True
        held: tuple[Any, ...] = holding(
            segment.table,
            self.compiled.table,
            found.parts,
            found.pool,
            found.heap,
            self.scale.numbers,
            scratch.table,
        )
        scratch.used = False
        return held

    @cached_property
    def idf(self) -> list[float]:
        """What each leaf counts by how rare it is."""
        return [formulas.idf(self.view.article_count, count) for count in self.holders.tolist()]

    def occurrences(self, place: int, number: int, documents: Documents) -> Occurrences:
        """Where the leaf of a number is found in ascending documents of a segment."""
        found, table = self.resolved[place], self.view.segments[place].table
        return Occurrences(*occurrences_of(table, found.parts, found.pool, found.heap, number, documents))

    # -- one segment -----------------------------------------------------------------------

    def _of_one(self, window: int) -> Answer:
        segment, compiled, scale = self.view.segments[0], self.compiled, self.scale
        scratch = segment.scratch
        scratch.used = True
        parts, pool, heap, result = search(
            segment.table,
            compiled.table,
            GRADES,
            scale.numbers,
            scale.norms_at(0, compiled.fields),
            scratch.table,
            self._filters(segment),
            segment.facets(self.search.facets),
            self._asked(window),
        )
        scratch.used = False
        numbers = result.tolist()
        counts = numbers[len(numbers) - len(compiled.leaves) :]
        self._resolved = [Resolved(parts, pool, heap, counts)]
        check_counts(compiled, counts)
        first = 2 + int(numbers[1])
        behind = first + int(numbers[1])
        documents = list(map(int, numbers[2:first]))
        hits = Hits([0] * len(documents), documents, numbers[first:behind])
        return Answer(int(numbers[0]), hits, self._facets([numbers[behind:]]) if self.search.facets else {})

    def _asked(self, window: int) -> tuple[int, ...]:
        """What is asked beside the tree, in the order of :mod:`.kernels.scanning`."""
        asked = self.search
        first_day = last_day = 0
        if asked.published_from or asked.published_to:
            first_day = evaluate.ordinal(asked.published_from) or 1
            last_day = evaluate.ordinal(asked.published_to) or _LAST_DAY
        wanted = 0
        for name, values in asked.filters.items():
            if values:
                wanted |= _BITS[name]
        first, last = asked.offset, asked.offset + asked.limit
        sort, articles = _SORTS[asked.sort], self.view.article_count
        return wanted, first_day, last_day, first, last, window, sort, articles, MAX_EXPANSIONS

    def _filters(self, segment: OpenSegment) -> Ints:
        filters = self.search.filters
        if not filters:
            return _NO_FILTERS
        rows = [
            (_BITS[name], *segment.carriers_at(name, value))
            for name, values in filters.items()
            for value in values
        ]
        return np.array(rows, np.int64) if rows else _NO_FILTERS

    # -- facets ----------------------------------------------------------------------------

    def _facets(self, counted: Sequence[Sequence[float]]) -> dict[str, tuple[tuple[str, int], ...]]:
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        at = [0] * len(counted)
        for name in self.search.facets:
            parts = []
            for place, (segment, numbers) in enumerate(zip(self.view.segments, counted, strict=True)):
                slugs = segment.slugs[name]
                mine = zip(slugs, numbers[at[place] : at[place] + len(slugs)], strict=True)
                parts.append([(slug, int(count)) for slug, count in mine if count])
                at[place] += len(slugs)
            chosen = self.search.filters.get(name, ())
            # PERF: the values of one segment are in order.
            pairs = parts[0] if len(parts) == 1 and not chosen else _added_up(parts, chosen)
            pairs.sort(key=_COUNT, reverse=True)  # keeps the order of equals
            found[name] = tuple(pairs)
        return found

    # -- several segments ------------------------------------------------------------------

    def _of_several(self, window: int) -> Answer:
        asked, places = self.search, range(len(self.view.segments))
        first, last = asked.offset, asked.offset + asked.limit
        limit = max(last, window) if first < window else last if asked.limit else 0
        held = [self._held(place) for place in places]
        self.watch.look()
        holders = np.sum([one[0] for one in held], axis=0) if held else self.holders
        parts = [self._scanned(place, held[place], holders, window, limit) for place in places]
        self.watch.look()
        found = Together.of(self.view.segments, parts).in_order(asked.sort)
        if first < window:
            bitmaps = [one[1] for one in held]
            best = self._rescored(found.at(slice(window)), bitmaps, min(last, window))
            found = best.then(found.at(slice(window, None)))
        page = found.at(slice(first, last))
        hits = Hits(page.segments.tolist(), page.documents.tolist(), page.scores.tolist())
        return Answer(
            sum(part[2] for part in parts), hits, self._facets([part[3].tolist() for part in parts])
        )

    def _scanned(self, place: int, held: tuple[Any, ...], holders: Ints, window: int, limit: int) -> Part:
        segment, compiled, scale = self.view.segments[place], self.compiled, self.scale
        return scan(  # type: ignore[no-any-return]  # a kernel has no types
            segment.table,
            compiled.table,
            *held[1:],
            self.resolved[place].heap,
            scale.numbers,
            scale.norms_at(place, compiled.fields),
            holders,
            self._filters(segment),
            segment.facets(self.search.facets),
            self._asked(window),
            limit,
        )

    def _rescored(self, hits: Together, bitmaps: Sequence[Any], limit: int) -> Together:
        """Hits of the window in order, the first ``limit`` with all that is added to their scores."""
        scores = hits.scores.copy()
        for place, bits in enumerate(bitmaps):
            mine = np.flatnonzero(hits.segments == place)
            mine = mine[np.argsort(hits.documents[mine])]
            anew = self.scored_anew(place, hits.documents[mine], hits.scores[mine], bits, limit)
            scores[mine] = anew[FINAL]
        return hits._replace(scores=scores).in_order("relevance")

    def scored_anew(
        self, place: int, documents: Documents, scores: Numbers, bits: Any = _UNKNOWN, limit: int = 1
    ) -> Numbers:
        """Ascending hits of a segment: rows of scores and of what is added (:mod:`.kernels.rescoring`).

        Those of the first ``limit`` are exact.
        """
        found = self.resolved[place]
        return scored_anew(  # type: ignore[no-any-return]  # a kernel has no types
            self.view.segments[place].table,
            self.compiled.table,
            found.parts,
            found.pool,
            found.heap,
            bits,
            documents,
            scores,
            self.scale.numbers,
            limit,
        )


def _added_up(parts: Sequence[Sequence[tuple[str, int]]], chosen: Sequence[str]) -> list[tuple[str, int]]:
    """Counts of several segments as one, by value; what was chosen is there, if only as 0."""
    counts = dict.fromkeys(chosen, 0)
    for slug, count in chain.from_iterable(parts):
        counts[slug] = counts.get(slug, 0) + count
    return sorted(counts.items())
