"""How far two rankings of the same question are apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

PERSISTENCE: Final = 0.9  # p: the share of readers who look at the next hit as well


def overlap(before: Sequence[str], after: Sequence[str]) -> float:
    """Rank-biased overlap of two rankings: 1 when they are the same, 0 when they share nothing.

    The mean over depths d of the share of the first d that both have, the depth weighted with ``p^(d-1)``,
    so that the first hits count most. From Webber, Moffat and Zobel, "A similarity measure for indefinite
    rankings", ACM TOIS 28(4), 2010; cut off at the longer of the two, and scaled so that equal ones have 1.
    """
    depths = max(len(before), len(after))
    if not depths:
        return 1.0
    weight, total, most, common = 1.0, 0.0, 0.0, 0
    seen_before: set[str] = set()
    seen_after: set[str] = set()
    for depth in range(depths):
        one = before[depth] if depth < len(before) else None
        other = after[depth] if depth < len(after) else None
        if one is not None:
            seen_before.add(one)
            common += one in seen_after
        if other is not None:
            seen_after.add(other)
            common += other in seen_before
        total += weight * common / (depth + 1)
        most += weight
        weight *= PERSISTENCE
    return total / most


__all__ = ["PERSISTENCE", "overlap"]
