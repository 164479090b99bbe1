"""Which segments to merge: few enough to search, large enough to leave alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ..codec.segment import ColumnarSegment

# Each segment costs a question some tens of microseconds, whatever it holds.
MOST_OF_A_TIER: Final = 5
FIRST_TIER: Final = 5_000  # documents; merging so few takes some tens of milliseconds
TIER_FACTOR: Final = 10
DELETED_SHARE: Final = 0.3  # of a segment's documents; more are dead weight in every list


def to_merge(segments: Sequence[ColumnarSegment]) -> list[list[ColumnarSegment]]:
    """Groups of segments to make one of each; a group of one is written again without its deletions.

    Segments of about a size are a tier; a tier with too many is merged whole. So an article is copied a few
    times for each tier, however many commits there are.
    """
    tiers: dict[int, list[ColumnarSegment]] = defaultdict(list)
    for segment in segments:
        tiers[_tier(segment.doc_count())].append(segment)
    groups = [group for group in tiers.values() if len(group) > MOST_OF_A_TIER]
    merged = {id(segment) for group in groups for segment in group}
    stale = [segment for segment in segments if id(segment) not in merged and _is_stale(segment)]
    return groups + [[segment] for segment in stale]


def _tier(documents: int) -> int:
    tier, limit = 0, FIRST_TIER
    while documents > limit:
        tier, limit = tier + 1, limit * TIER_FACTOR
    return tier


def _is_stale(segment: ColumnarSegment) -> bool:
    return segment.deleted_count() > DELETED_SHARE * segment.doc_count_all()
