"""Prefixes and fuzzy words in several segments: which terms stand for all when they are too many.

In one segment the kernels see to it. In several, the most frequent words are those of all together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...fields import TEXT
from ...limits import MAX_EXPANSIONS
from ..evaluate import check_expansions
from .codec.opened import OpenSegment
from .compiling import Compiled
from .kernels import resolving as row
from .kernels.finding import collect, put_chosen, resolve

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

_NO_LIMIT = 1 << 62


class Lists(NamedTuple):
    """What the leaves of a query are and find in a segment: see :mod:`.kernels.finding`."""

    parts: Ints
    pool: Ints
    heap: Numbers
    documents: npt.NDArray[np.uint32]
    frequencies: Numbers
    ends: Ints
    counts: Ints


def find_all(
    segments: Sequence[OpenSegment], compiled: Compiled, grades: Numbers, factors: Numbers
) -> list[Lists]:
    """What the leaves find in each segment.

    Raises:
        BoundExceeded: a prefix was typed to stand for all its words, and they are too many.
    """
    found = [_find(segment, compiled, grades, factors, MAX_EXPANSIONS) for segment in segments]
    over = [
        leaf for leaf in compiled.expanded if sum(int(lists.counts[leaf]) for lists in found) > MAX_EXPANSIONS
    ]
    if not over:
        return found
    if len(segments) == 1:
        for leaf in over:
            check_expansions(compiled.leaves[leaf], int(found[0].counts[leaf]))
        return found
    every = [_find(segment, compiled, grades, factors, _NO_LIMIT) for segment in segments]
    kept = {leaf: _kept(segments, compiled, every, leaf) for leaf in over}
    return [
        _narrowed(segment, compiled, lists, {leaf: fields[place] for leaf, fields in kept.items()}, factors)
        for place, (segment, lists) in enumerate(zip(segments, every, strict=True))
    ]


def _find(segment: OpenSegment, compiled: Compiled, grades: Numbers, factors: Numbers, limit: int) -> Lists:
    size = len(compiled.rows)
    counts, ends = np.empty(size, np.int64), np.empty(size + 1, np.int64)
    parts, pool, heap = resolve(
        segment.table,
        compiled.rows,
        compiled.keys,
        compiled.bounds,
        compiled.languages,
        grades,
        limit,
        counts,
    )
    scratch = segment.scratch
    documents, frequencies = collect(
        segment.table, compiled.rows, parts, pool, heap, factors, scratch.sums, scratch.bits, ends
    )
    return Lists(parts, pool, heap, documents, frequencies, ends, counts)


Kept = list[tuple[int, Ints]]  # field and ascending terms


def _kept(
    segments: Sequence[OpenSegment], compiled: Compiled, every: Sequence[Lists], leaf: int
) -> list[Kept]:
    """For each segment the terms of each field that stand for the leaf."""
    kept: list[Kept] = [[] for _ in segments]
    mask = int(compiled.rows[leaf, row.FIELDS])
    for field in (number for number in range(len(TEXT)) if mask >> number & 1):
        counts: Counter[bytes] = Counter()
        for segment, lists in zip(segments, every, strict=True):
            terms = _terms_of(lists, leaf)
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
        for place, (segment, lists) in enumerate(zip(segments, every, strict=True)):
            here = [term for term in _terms_of(lists, leaf).tolist() if segment.terms[term] in best]
            kept[place].append((field, np.array(here, np.int64)))
    return kept


def _part_of(lists: Lists, leaf: int) -> Ints:
    part: Ints = lists.parts[lists.parts[:, row.P_LEAF] == leaf][0]
    return part


def _terms_of(lists: Lists, leaf: int) -> Ints:
    part = _part_of(lists, leaf)
    return lists.pool[part[row.P_AT] : part[row.P_AT] + part[row.P_COUNT]]


def _narrowed(
    segment: OpenSegment, compiled: Compiled, lists: Lists, kept: dict[int, Kept], factors: Numbers
) -> Lists:
    """Lists in which some leaves stand for the terms kept alone, field by field."""
    parts, pool, heap = [], lists.pool, lists.heap
    for part in lists.parts:
        leaf = int(part[row.P_LEAF])
        if leaf not in kept:
            parts.append(part)
            continue
        terms = _terms_of(lists, leaf)
        count = int(part[row.P_COUNT])
        weights = lists.heap[part[row.P_WEIGHTS] + count : part[row.P_WEIGHTS] + 2 * count]
        for field, chosen in kept[leaf]:
            table = weights[np.searchsorted(terms, chosen)]
            made, pool, heap = put_chosen(segment.table, leaf, field, chosen, table, pool, heap)
            parts.append(made)
    rows = np.array(parts, np.int64).reshape(-1, row.PART)
    scratch = segment.scratch
    ends = np.empty(len(compiled.rows) + 1, np.int64)
    documents, frequencies = collect(
        segment.table, compiled.rows, rows, pool, heap, factors, scratch.sums, scratch.bits, ends
    )
    return Lists(rows, pool, heap, documents, frequencies, ends, lists.counts)


def every_term(segment: OpenSegment, compiled: Compiled, grades: Numbers) -> Ints:
    """All the terms that the one leaf of a query stands for in a segment."""
    rows = compiled.rows.copy()
    rows[:, row.COLLECTED] = 0
    factors = np.ones(len(TEXT))
    return _terms_of(_find(segment, replace(compiled, rows=rows), grades, factors, _NO_LIMIT), 0)
