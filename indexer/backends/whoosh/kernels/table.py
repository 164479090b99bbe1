"""An open segment's arrays as the address table that kernels are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ....fields import TEXT
from . import memory as slots

Array = npt.NDArray[Any]


def field_base(number: int) -> int:
    """The first slot of a text field."""
    return slots.FIELD + number * slots.FIELD_SLOTS


def make_table(
    arrays: Mapping[str, Array], documents: int, chunks: int, languages: int, live: Array, deleted: int
) -> npt.NDArray[np.int64]:
    """The address table of a segment. The arrays must live as long as the table is used."""
    table = np.zeros(field_base(len(TEXT)), np.int64)
    table[slots.DOCS], table[slots.CHUNKS] = documents, chunks
    table[slots.TERMS] = len(arrays["terms.offsets"]) - 1
    table[slots.TERM_BYTES] = _address(arrays["terms.bytes"])
    table[slots.TERM_OFFSETS] = _address(arrays["terms.offsets"])
    table[slots.LANGUAGE] = _address(arrays["language"])
    table[slots.PUBLISHED] = _address(arrays["published"])
    table[slots.TIE] = _address(arrays["tie"])
    table[slots.LIVE], table[slots.DELETED] = _address(live), deleted
    table[slots.LANGUAGES] = languages
    for number, name in enumerate(TEXT):
        _add_field(table, field_base(number), {slot: arrays[f"{name}.{slot}"] for slot in _FIELD_ARRAYS})
    return table


_FIELD_ARRAYS = {
    "starts": slots.STARTS,
    "documents": slots.POSTINGS,
    "frequencies": slots.FREQUENCIES,
    "skips": slots.SKIPS,
    "positions": slots.POSITIONS,
    "high": slots.HIGH,
    "large_at": slots.LARGE_AT,
    "large": slots.LARGE,
    "lengths": slots.LENGTHS,
}


def _add_field(table: npt.NDArray[np.int64], base: int, arrays: Mapping[str, Array]) -> None:
    for name, slot in _FIELD_ARRAYS.items():
        table[base + slot] = _address(arrays[name]) if len(arrays[name]) else 0
    table[base + slots.LARGE_COUNT] = len(arrays["large"])


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])
