"""Prefixes and fuzzy words stand for many terms: which, when they are more than may be looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ...limits import MAX_EXPANSIONS
from ...query import Fuzzy, Leaf, Prefix
from ..evaluate import check_expansions
from .codec.opened import OpenSegment
from .kernels.terms import most_frequent
from .leaves import Numbers, Resolved, Run, Terms, chosen, holding, resolve


def resolve_everywhere(segments: Sequence[OpenSegment], leaf: Leaf) -> list[Resolved]:
    """What a leaf is in each segment; of too many terms the most frequent over all segments stand for all.

    Raises:
        BoundExceeded: it was typed to stand for all of them.
    """
    found = [resolve(segment, leaf) for segment in segments]
    if not isinstance(leaf, Prefix | Fuzzy):
        return found
    alone = [groups[0] for groups in found if not isinstance(groups, Run)]
    if max((len(terms.terms) for terms in alone), default=0) * len(segments) <= MAX_EXPANSIONS:
        return found
    kept = (
        _kept_of_one(segments[0], leaf, alone[0])
        if len(segments) == 1
        else _kept_of_many(segments, leaf, alone)
    )
    return [
        chosen(segment, terms, fields) if fields else (terms,)
        for segment, terms, fields in zip(segments, alone, kept, strict=True)
    ]


Kept = list[tuple[int, Numbers]]  # field and ascending terms


def _kept_of_one(segment: OpenSegment, leaf: Prefix | Fuzzy, found: Terms) -> list[Kept]:
    kept: Kept = []
    for field in found.fields.tolist():
        terms, count = most_frequent(segment.table, field, found.terms, MAX_EXPANSIONS)
        check_expansions(leaf, count)
        kept.append((field, terms))
    return [kept]


def _kept_of_many(
    segments: Sequence[OpenSegment], leaf: Prefix | Fuzzy, found: Sequence[Terms]
) -> list[Kept]:
    kept: list[Kept] = [[] for _ in segments]
    for field in found[0].fields.tolist():
        counts: Counter[bytes] = Counter()
        for segment, terms in zip(segments, found, strict=True):
            held = holding(segment, field, terms.terms).tolist()
            counts.update(
                {
                    segment.terms[term]: count
                    for term, count in zip(terms.terms.tolist(), held, strict=True)
                    if count
                }
            )
        check_expansions(leaf, len(counts))
        best = set(sorted(counts, key=lambda term: (-counts[term], term))[:MAX_EXPANSIONS])
        for place, (segment, terms) in enumerate(zip(segments, found, strict=True)):
            here = [term for term in terms.terms.tolist() if segment.terms[term] in best]
            kept[place].append((field, np.array(here, np.int64)))
    return kept
