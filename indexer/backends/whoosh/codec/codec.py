"""Our codec as Whoosh knows codecs: what its readers are made of.

NOTE: segments are written from whole batches of articles (:mod:`..build`), never posting by posting, so the
writing side of Whoosh's interface has nobody to serve: asking for it is an error that says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from .documents import PerDocumentReader
from .opened import OpenSegment
from .postings import TermsReader
from .segment import ColumnarSegment


class ColumnarCodec(base.Codec):
    """Reads segments of flat arrays for stock Whoosh."""

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        """A segment without documents."""
        del storage
        return ColumnarSegment(indexname)

    def per_document_reader(self, storage: FileStorage, segment: ColumnarSegment) -> PerDocumentReader:
        """Stored values, columns and lengths."""
        return PerDocumentReader(_opened(storage, segment))

    def terms_reader(self, storage: FileStorage, segment: ColumnarSegment) -> TermsReader:
        """Terms and their postings."""
        return TermsReader(_opened(storage, segment))

    def per_document_writer(self, storage: Any, segment: Any) -> NoReturn:
        """Refuses: see the module."""
        raise NotImplementedError("articles are written through indexer.backends.whoosh.writer")

    field_writer = per_document_writer


def _opened(storage: FileStorage, segment: ColumnarSegment) -> OpenSegment:
    return OpenSegment(Path(storage.folder), segment)
