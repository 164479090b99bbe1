"""Prefixes and fuzzy words in several segments: which terms stand for all when they are too many.

In one segment the kernels see to it. In several, the most frequent words are those of all together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...fields import TEXT
from ...limits import MAX_EXPANSIONS
from ..evaluate import check_expansions
from .codec.opened import OpenSegment
from .compiling import Compiled
from .kernels import resolving as row
from .kernels.finding import put_chosen
from .kernels.searching import resolve

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

_NO_LIMIT = 1 << 62


class Resolved(NamedTuple):
    """What the leaves of a query are in a segment: see :mod:`.kernels.resolving`.

    ``counts`` tells of how many terms of a field each would be without the limit.
    """

    parts: Ints
    pool: Ints
    heap: Numbers
    counts: Ints


def resolve_all(segments: Sequence[OpenSegment], compiled: Compiled, grades: Numbers) -> list[Resolved]:
    """What the leaves are in each segment.

    Raises:
        BoundExceeded: a prefix was typed to stand for all its words, and they are too many.
    """
    found = [
        Resolved(*resolve(segment.table, compiled.table, grades, MAX_EXPANSIONS)) for segment in segments
    ]
    over = [
        leaf for leaf in compiled.expanded if sum(int(one.counts[leaf]) for one in found) > MAX_EXPANSIONS
    ]
    if not over:
        return found
    if len(segments) == 1:
        check_counts(compiled, found[0].counts.tolist())
        return found
    every = [Resolved(*resolve(segment.table, compiled.table, grades, _NO_LIMIT)) for segment in segments]
    kept = {leaf: _kept(segments, compiled, every, leaf) for leaf in over}
    return [
        _narrowed(segment, one, {leaf: fields[place] for leaf, fields in kept.items()})
        for place, (segment, one) in enumerate(zip(segments, every, strict=True))
    ]


def check_counts(compiled: Compiled, counts: Sequence[float]) -> None:
    """Refuse a prefix that stands for too many words in the one segment of an index.

    Raises:
        BoundExceeded: it does.
    """
    for leaf in compiled.expanded:
        if counts[leaf] > MAX_EXPANSIONS:
            check_expansions(compiled.leaves[leaf], int(counts[leaf]))


Kept = list[tuple[int, Ints]]  # field and ascending terms


def _kept(
    segments: Sequence[OpenSegment], compiled: Compiled, every: Sequence[Resolved], leaf: int
) -> list[Kept]:
    """For each segment the terms of each field that stand for the leaf."""
    kept: list[Kept] = [[] for _ in segments]
    mask = int(compiled.rows[leaf, row.FIELDS])
    for field in (number for number in range(len(TEXT)) if mask >> number & 1):
        counted = _Counted(segments, [_terms_of(one, leaf) for one in every], field)
        check_expansions(compiled.leaves[leaf], counted.size)
        for place, chosen in enumerate(counted.most_frequent(MAX_EXPANSIONS)):
            kept[place].append((field, chosen))
    return kept


class _Counted:
    """In how many articles of all segments some terms stand in a field.

    PERF: one segment has nearly all of them. Only what the others have is looked up in it, as strings.
    """

    def __init__(self, segments: Sequence[OpenSegment], terms: Sequence[Ints], field: int) -> None:
        held = [segment.holding(field, mine) for segment, mine in zip(segments, terms, strict=True)]
        self._terms = [mine[counts > 0] for mine, counts in zip(terms, held, strict=True)]
        self._base = max(range(len(segments)), key=lambda place: len(terms[place]))
        known = segments[self._base].terms
        self._known = terms[self._base]  # all of them: of one that has no live article others may have some
        self._counts = held[self._base].copy()
        self._text = known.__getitem__
        self._extra: Counter[bytes] = Counter()
        self._places: list[Ints] = []  # of each segment's terms among those known, or -1
        self._texts: list[list[bytes]] = []
        for place, (segment, mine) in enumerate(zip(segments, self._terms, strict=True)):
            texts = [] if place == self._base else [segment.terms[term] for term in mine.tolist()]
            found = mine if place == self._base else known.find_all(texts)
            places = np.where(found >= 0, np.searchsorted(self._known, found), -1)
            self._texts.append(texts)
            self._places.append(places)
            if place != self._base:
                self._add(places, texts, held[place][held[place] > 0])

    def _add(self, places: Ints, texts: Sequence[bytes], counts: Ints) -> None:
        self._counts[places[places >= 0]] += counts[places >= 0]
        for text, place, count in zip(texts, places.tolist(), counts.tolist(), strict=True):
            if place < 0:
                self._extra[text] += count

    @property
    def size(self) -> int:
        """How many terms there are."""
        return int(np.count_nonzero(self._counts)) + len(self._extra)

    def most_frequent(self, limit: int) -> list[Ints]:
        """Of each segment its terms among the most frequent; of equals those that come first."""
        chosen, more = self._counts > 0, set(self._extra)
        if self.size > limit:
            extra = np.array([*self._extra.values()], np.int64)
            least = np.partition(np.concatenate((self._counts, extra)), -limit)[-limit]
            chosen = self._counts > least
            more = {text for text, count in self._extra.items() if count > least}
            room = limit - int(np.count_nonzero(chosen)) - len(more)
            equal = np.flatnonzero(self._counts == least)[:room].tolist()
            ties = [(self._text(int(self._known[place])), place) for place in equal]
            ties += [(text, -1) for text, count in self._extra.items() if count == least]
            for text, place in sorted(ties)[:room]:
                if place < 0:
                    more.add(text)
                else:
                    chosen[place] = True
        return [self._of(place, chosen, more) for place in range(len(self._terms))]

    def _of(self, place: int, chosen: npt.NDArray[np.bool_], more: set[bytes]) -> Ints:
        places, texts = self._places[place], self._texts[place]
        wanted = chosen[places] & (places >= 0)
        if texts and more:
            wanted |= np.array([text in more for text in texts], np.bool_)
        return self._terms[place][wanted]


def _part_of(found: Resolved, leaf: int) -> Ints:
    part: Ints = found.parts[found.parts[:, row.P_LEAF] == leaf][0]
    return part


def _terms_of(found: Resolved, leaf: int) -> Ints:
    part = _part_of(found, leaf)
    return found.pool[part[row.P_AT] : part[row.P_AT] + part[row.P_COUNT]]


def _narrowed(segment: OpenSegment, found: Resolved, kept: dict[int, Kept]) -> Resolved:
    """The same in which some leaves stand for the terms kept alone, field by field."""
    parts, pool, heap = [], found.pool, found.heap
    for part in found.parts:
        leaf = int(part[row.P_LEAF])
        if leaf not in kept:
            parts.append(part)
            continue
        terms = _terms_of(found, leaf)
        count = int(part[row.P_COUNT])
        weights = found.heap[part[row.P_WEIGHTS] + count : part[row.P_WEIGHTS] + 2 * count]
        for field, chosen in kept[leaf]:
            table = weights[np.searchsorted(terms, chosen)]
            made, pool, heap = put_chosen(segment.table, leaf, field, chosen, table, pool, heap)
            parts.append(made)
    return Resolved(np.array(parts, np.int64).reshape(-1, row.PART), pool, heap, found.counts)


def every_term(segment: OpenSegment, compiled: Compiled, grades: Numbers) -> Ints:
    """All the terms that the one leaf of a query stands for in a segment."""
    return _terms_of(Resolved(*resolve(segment.table, compiled.table, grades, _NO_LIMIT)), 0)
