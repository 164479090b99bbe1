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
    table[slots.LIVE], table[slots.DELETED] = address(live), deleted
    table[slots.LANGUAGES] = languages
    table[slots.STEMS], table[slots.JOINED] = len(arrays["stems.offsets"]) - 1, len(arrays["joined.terms"])
    table[slots.IDS] = len(arrays["ids.offsets"]) - 1
    for name, slot in _ARRAYS.items():
        table[slot] = address(arrays[name])
    for number, name in enumerate(TEXT):
        _add_field(table, field_base(number), {slot: arrays[f"{name}.{slot}"] for slot in _FIELD_ARRAYS})
    return table


_ARRAYS = {
    "terms.bytes": slots.TERM_BYTES,
    "terms.offsets": slots.TERM_OFFSETS,
    "language": slots.LANGUAGE,
    "published": slots.PUBLISHED,
    "tie": slots.TIE,
    "stems.bytes": slots.STEM_BYTES,
    "stems.offsets": slots.STEM_OFFSETS,
    "stems.starts": slots.STEM_STARTS,
    "stems.terms": slots.STEM_TERMS,
    "joined.terms": slots.JOINED_TERMS,
    "joined.first": slots.JOINED_FIRST,
    "joined.lengths": slots.JOINED_LENGTHS,
    "ids.bytes": slots.ID_BYTES,
    "ids.offsets": slots.ID_OFFSETS,
    "ids.documents": slots.ID_DOCUMENTS,
}

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
        table[base + slot] = address(arrays[name]) if len(arrays[name]) else 0
    table[base + slots.LARGE_COUNT] = len(arrays["large"])


def address(array: Array) -> int:
    """Where an array begins in memory."""
    return int(array.__array_interface__["data"][0])
