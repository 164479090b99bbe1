"""Our codec as Whoosh knows codecs: what its readers are made of, and what its own writer writes with."""

from __future__ import annotations

from pathlib import Path

from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from .documents import PerDocumentReader
from .opened import OpenSegment
from .postings import TermsReader
from .segment import EXTENSION, ColumnarSegment
from .writing import Draft, FieldWriter, PerDocumentWriter


class ColumnarCodec(base.Codec):
    """Segments of flat arrays for stock Whoosh, in a folder: they are mapped into memory."""

    length_stats = False  # lengths are columns; Whoosh need not read them back to write postings

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}

    def new_segment(self, storage: FileStorage, indexname: str) -> ColumnarSegment:
        """A segment without documents."""
        del storage
        return ColumnarSegment(indexname)

    def per_document_reader(self, storage: FileStorage, segment: ColumnarSegment) -> PerDocumentReader:
        """Stored values, columns and lengths."""
        return PerDocumentReader(_opened(storage, segment))

    def terms_reader(self, storage: FileStorage, segment: ColumnarSegment) -> TermsReader:
        """Terms and their postings."""
        return TermsReader(_opened(storage, segment))

    def per_document_writer(self, storage: FileStorage, segment: ColumnarSegment) -> PerDocumentWriter:
        """Takes what stands with the documents of a new segment."""
        del storage
        draft = self._drafts[segment.segment_id()] = Draft()
        return PerDocumentWriter(draft)

    def field_writer(self, storage: FileStorage, segment: ColumnarSegment) -> FieldWriter:
        """Takes the postings of the same segment; Whoosh asks for it behind the other."""
        draft = self._drafts.pop(segment.segment_id())
        return FieldWriter(draft, Path(storage.folder) / segment.make_filename(EXTENSION))


def _opened(storage: FileStorage, segment: ColumnarSegment) -> OpenSegment:
    return OpenSegment(Path(storage.folder), segment)
