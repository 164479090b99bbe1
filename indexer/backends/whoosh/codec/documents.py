"""What stock Whoosh asks of documents: stored values, columns, lengths, deletions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns
from whoosh.codec import base

from ....fields import TEXT
from .opened import OpenSegment

LENGTH = "_length"
_COLUMNS = {"published": "published", "tie": "tie", **{name + LENGTH: f"{name}.lengths" for name in TEXT}}


class PerDocumentReader(base.PerDocumentReader):
    """Documents of one segment."""

    def __init__(self, opened: OpenSegment) -> None:
        self._opened = opened
        self.is_closed = False

    def close(self) -> None:
        """Nothing to give back: the map goes with its last view."""
        self.is_closed = True

    def doc_count(self) -> int:
        """Live documents."""
        return self._opened.documents - self._opened.deleted

    def doc_count_all(self) -> int:
        """All documents."""
        return self._opened.documents

    def has_deletions(self) -> bool:
        """Whether any is deleted."""
        return self._opened.deleted > 0

    def is_deleted(self, docnum: int) -> bool:
        """Whether this one is."""
        return self._opened.segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """The deleted ones."""
        return self._opened.segment.deleted_docs()

    def supports_columns(self) -> bool:
        """It does."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether there is such a column."""
        return fieldname in _COLUMNS

    def list_columns(self) -> Iterator[str]:
        """The columns."""
        return iter(_COLUMNS)

    def column_reader(self, fieldname: str, column: Any) -> columns.ColumnReader:
        """A column of numbers."""
        del column
        return _Numbers(self._opened.arrays[_COLUMNS[fieldname]])

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Positions in a text field of a document."""
        return (
            int(self._opened.arrays[f"{_text_of(fieldname)}.lengths"][docnum])
            if _text_of(fieldname)
            else default
        )

    def field_length(self, fieldname: str) -> int:
        """Positions in a text field of all documents."""
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        """The least positions a document has there."""
        return int(self._lengths(fieldname).min(initial=2**31))

    def max_field_length(self, fieldname: str) -> int:
        """The most positions a document has there."""
        return int(self._lengths(fieldname).max(initial=0))

    def _lengths(self, fieldname: str) -> npt.NDArray[np.int64]:
        name = _text_of(fieldname)
        lengths = self._opened.arrays[f"{name}.lengths"] if name else np.zeros(self._opened.documents)
        return lengths.astype(np.int64)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """What is stored of a document: see :mod:`.stored`."""
        return {"record": self._opened.store.content(docnum)}


def _text_of(fieldname: str) -> str:
    """The text field whose positions a field has; empty for other fields."""
    name = fieldname.removesuffix("_forms")
    return name if name in TEXT else ""


class _Numbers(columns.ColumnReader):
    """A column that is an array."""

    def __init__(self, numbers: npt.NDArray[Any]) -> None:
        self._numbers = numbers
        self._sign = 1

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, docnum: int) -> int:
        return int(self._numbers[docnum])

    def set_reverse(self) -> None:
        """Sort from the greatest down."""
        self._sign = -1

    def sort_key(self, docnum: int) -> int:
        """What to sort by."""
        return self._sign * self[docnum]

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers.tolist())

    def load(self) -> list[int]:
        """The whole column."""
        return self._numbers.tolist()  # type: ignore[no-any-return]  # NumPy says Any
