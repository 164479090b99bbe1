"""Where a leaf is found in given documents: whatever it is, as ascending keys of :mod:`.spans`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import INNER, MINUS_ONE, OPTIONS
from .phrases import phrase_in
from .resolving import P_AT, P_COLUMNS, P_COUNT, P_FIELDS, P_KIND, P_LEAF, P_WEIGHTS, P_WORDS, RUN_OF
from .spans import best, in_order, interleaved, terms_in

_FIELDS = 2


@njit(**INNER)
def _of_part(seg: Any, part: Any, pool: Any, heap: Any, fields: int, candidates: Any) -> Any:
    """The occurrences of one part in the fields whose bits are set."""
    wanted = part[P_FIELDS] & fields
    count, at = part[P_COUNT], part[P_AT]
    if part[P_KIND] == RUN_OF:
        words = part[P_WORDS]
        bounds = pool[at : at + words + 1]
        terms = pool[at + words + 1 : at + words + 1 + count]
        lengths = pool[at + words + 1 + count : at + words + 1 + 2 * count]
        weights = heap[part[P_WEIGHTS] : part[P_WEIGHTS] + count]
        return phrase_in(seg, wanted, bounds, terms, weights, lengths, candidates)
    columns = part[P_COLUMNS]
    start = part[P_WEIGHTS] + count * columns  # behind the weights that sums are made with
    weights = heap[start : start + count * columns]
    keys, places, runs = terms_in(seg, wanted, pool[at : at + count], weights, columns, candidates)
    keys, places = in_order(keys, places, runs)
    return best(seg, keys, places, weights, columns, pool[at + count : at + 2 * count], candidates)


@njit(**INNER)
def leaf_occurrences(
    seg: Any, parts: Any, pool: Any, heap: Any, leaf: int, fields: int, candidates: Any
) -> Any:
    """Keys, lengths and weights of a leaf's occurrences in ascending candidates, one a position.

    A leaf of two parts has one for each field, so that no two share a position.
    """
    keys, lengths = np.empty(0, np.uint64), np.empty(0, np.int64)
    weights = np.empty(0, np.float64)
    for number in range(parts.shape[0]):
        if parts[number, P_LEAF] != leaf or parts[number, P_FIELDS] & fields == 0:
            continue
        more, spans, heavy = _of_part(seg, parts[number], pool, heap, fields, candidates)
        if keys.size == 0:
            keys, lengths, weights = more, spans, heavy
        elif more.size:
            keys, lengths, weights = interleaved(keys, lengths, weights, more, spans, heavy)
    return keys, lengths, weights


@njit(
    "Tuple((uint64[::1], int64[::1], float64[::1]))"
    "(int64[::1], int64[:, ::1], int64[::1], float64[::1], int64, uint32[::1])",
    **OPTIONS,
)
def occurrences_of(seg: Any, parts: Any, pool: Any, heap: Any, leaf: int, candidates: Any) -> Any:
    """As :func:`leaf_occurrences` in all fields, for callers in Python."""
    return leaf_occurrences(seg, parts, pool, heap, leaf, MINUS_ONE, candidates)
