"""Where a leaf is found in given documents of a segment."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .codec.opened import OpenSegment
from .kernels.phrases import phrase_occurrences
from .kernels.spans import best, in_order, occurrences
from .leaves import Resolved, Run


class Occurrences(NamedTuple):
    """Keys as in :mod:`.kernels.spans`, ascending, and of each its positions covered and its weight."""

    keys: npt.NDArray[np.uint64]
    lengths: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]


def leaf_occurrences(
    segment: OpenSegment, resolved: Resolved, candidates: npt.NDArray[np.uint32]
) -> Occurrences:
    """The occurrences of a leaf in the ascending candidates, one a position: the heaviest, then the longest."""
    if isinstance(resolved, Run):
        return _of_run(segment, resolved, candidates)
    found = []
    for group in resolved:
        keys, places, runs = occurrences(
            segment.table, group.fields, group.terms, group.weights, group.uniform, candidates
        )
        keys, places = in_order(keys, places, runs)
        found.append(
            best(segment.table, keys, places, group.weights, group.uniform, group.lengths, candidates)
        )
    return Occurrences(*found[0]) if len(found) == 1 else _together(found)


def _of_run(segment: OpenSegment, run: Run, candidates: npt.NDArray[np.uint32]) -> Occurrences:
    if len(run.bounds) < 2 or (np.diff(run.bounds) == 0).any():
        return Occurrences(np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0))
    return _together(
        [
            phrase_occurrences(
                segment.table, field, run.bounds, run.terms, run.weights, run.lengths, candidates
            )
            for field in run.fields.tolist()
        ]
    )


def _together(found: list[tuple[npt.NDArray[np.uint64], ...]]) -> Occurrences:
    """Occurrences of different fields as one, in order; no two of them share a position."""
    keys, lengths, weights = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(keys, kind="stable")
    return Occurrences(keys[order], lengths[order], weights[order])
