"""A segment as Whoosh keeps account of it: its name, its documents, and which of them are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec import base

EXTENSION = ".seg"


class ColumnarSegment(base.Segment):
    """One file of arrays. Deletions are a bitmap, a bit a document, written down in the table of contents."""

    def __init__(self, indexname: str, documents: int = 0) -> None:
        super().__init__(indexname)
        self._documents = documents
        self._deleted = np.zeros(documents, np.bool_)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        state["_deleted"] = np.packbits(self._deleted, bitorder="little").tobytes()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        bits = np.frombuffer(state["_deleted"], np.uint8)
        self._deleted = np.unpackbits(bits, count=self._documents, bitorder="little").astype(np.bool_)

    def codec(self) -> Any:
        """The codec that reads it."""
        from .codec import ColumnarCodec  # noqa: PLC0415  each names the other

        return ColumnarCodec()

    @property
    def deleted(self) -> npt.NDArray[np.bool_]:
        """Whether each document is deleted."""
        return self._deleted

    def should_assemble(self) -> bool:
        """It is one file already."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Say how many documents it holds; none of them is deleted."""
        self._documents = doccount
        self._deleted = np.zeros(doccount, np.bool_)

    def doc_count_all(self) -> int:
        """Documents, deleted ones included."""
        return self._documents

    def deleted_count(self) -> int:
        """Deleted documents."""
        return int(np.count_nonzero(self._deleted))

    def deleted_docs(self) -> Iterator[int]:
        """The numbers of the deleted documents."""
        return iter(np.flatnonzero(self._deleted).tolist())

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or take that back."""
        self._deleted[docnum] = delete

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted. Whoosh's matcher of NOT asks for one behind the last, too: no."""
        return docnum < self._documents and bool(self._deleted[docnum])
