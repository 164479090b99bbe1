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
        counts: Counter[bytes] = Counter()
        for segment, one in zip(segments, every, strict=True):
            terms = _terms_of(one, leaf)
            held = segment.holding(field, terms).tolist()
            counts.update(
                {
                    segment.terms[term]: count
                    for term, count in zip(terms.tolist(), held, strict=True)
                    if count
                }
            )
        check_expansions(compiled.leaves[leaf], len(counts))
        best = set(sorted(counts, key=lambda term: (-counts[term], term))[:MAX_EXPANSIONS])
        for place, (segment, one) in enumerate(zip(segments, every, strict=True)):
            here = [term for term in _terms_of(one, leaf).tolist() if segment.terms[term] in best]
            kept[place].append((field, np.array(here, np.int64)))
    return kept


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
