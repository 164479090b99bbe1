"""Writing: Whoosh's lock, table of contents and segments around our own way of making them.

Every commit has a manifest with a sequence number. Articles are analysed as they are added; what does not fit
into memory is written as a segment of its own, and the segments of one commit become one at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, LockError

from ...analysis.batch import BatchAnalyzer
from ..base import Labels, Record
from .build.buffer import Buffer
from .build.flush import flush
from .build.merging import merge
from .build.policy import to_merge
from .codec.opened import OpenSegment
from .codec.segment import EXTENSION, ColumnarSegment
from .generations import (
    FileEntry,
    Manifest,
    entry_of,
    remove_folder,
    sweep,
    sync_directory,
    sync_file,
    write_manifest,
)
from .schema import make_schema

INDEX_NAME = "MAIN"
BUFFER_BYTES = 1 << 30  # of words held before they are written as a segment: about 200,000 articles


class _PendingToc:
    """Stands in for the storage while Whoosh writes its TOC: the last rename is left to us."""

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self.temporary = ""
        self.final = ""

    def create_file(self, name: str, **options: Any) -> Any:
        return self._storage.create_file(name, **options)

    def rename_file(self, temporary: str, final: str, safe: bool = False) -> None:  # noqa: ARG002  Whoosh's signature
        self.temporary, self.final = temporary, final


@contextmanager
def _write_lock(index: FileIndex) -> Iterator[None]:
    """Whoosh's own lock, given back however the commit ends: the next writer would wait for it for ever."""
    lock = index.lock("WRITELOCK")
    if not lock.acquire():
        raise LockError
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _Told:
    """What a commit is told to record beside the articles."""

    sequence: int
    labels: Labels
    stamp: str


class WhooshWriter:
    """A :class:`~indexer.backends.base.Writer` on one generation directory.

    ``base`` is the commit to go on from, ``None`` for a new generation. ``committed`` is called with
    the commit number after each commit is durable and before anything older is swept: the live
    generation swaps the pointer there. ``buffer_bytes`` bounds what waits in memory.
    """

    def __init__(
        self,
        directory: Path,
        committed: Callable[[int], None],
        base: Manifest | None,
        *,
        buffer_bytes: int = BUFFER_BYTES,
    ) -> None:
        self.directory = directory
        self._committed = committed
        self._buffer_bytes = buffer_bytes
        self._analyzer: BatchAnalyzer | None = None
        self._dictionary = b""
        self._touched: set[str] = set()
        self._buffer: Buffer | None = None
        self._segment = ColumnarSegment(INDEX_NAME)  # what the buffer becomes
        self._runs: list[ColumnarSegment] = []
        self._in_runs: dict[str, tuple[ColumnarSegment, int]] = {}
        self._entries: dict[str, FileEntry] = {}
        self._open = True
        self.manifest = self._create() if base is None else self._continue(base)

    @property
    def applied(self) -> int:
        return self.manifest.sequence

    @property
    def stamp(self) -> str:
        return self.manifest.stamp

    def add(self, record: Record) -> None:
        self._forget(record.article.id)
        if self._buffer is None:
            self._analyzer = self._analyzer or BatchAnalyzer()
            self._segment = ColumnarSegment(INDEX_NAME)
            self._buffer = Buffer(self._analyzer, self._path(self._segment), self._dictionary)
        self._buffer.add(record)
        if self._buffer.size > self._buffer_bytes:
            self._spill()

    def remove(self, article_id: str) -> None:
        self._forget(article_id)

    def _forget(self, article_id: str) -> None:
        self._touched.add(article_id)
        if self._buffer is not None:
            self._buffer.remove(article_id)
        if article_id in self._in_runs:
            segment, document = self._in_runs.pop(article_id)
            segment.delete_document(document)

    def commit(self, sequence: int, labels: Labels, stamp: str = "") -> None:
        if not self._open:
            raise ValueError("this writer is closed")
        index = FileIndex(FileStorage(str(self.directory)), indexname=INDEX_NAME)
        with _write_lock(index):
            manifest = self._commit(index, _Told(sequence, labels, stamp))
        self._open = (
            False  # should this fail the pointer may name the commit, and another may not be put over it
        )
        self._committed(manifest.commit)
        self._open = True
        self.manifest = manifest
        self._reset()
        sweep(self.directory, manifest)

    def close(self) -> None:
        self._reset()
        self._open = False

    # -- steps -----------------------------------------------------------------------------

    def _reset(self) -> None:
        self._touched, self._runs, self._in_runs, self._entries = set(), [], {}, {}
        self._drop_buffer()

    def _drop_buffer(self) -> None:
        buffer, self._buffer = self._buffer, None
        if buffer is not None:
            buffer.abandon()

    def _create(self) -> Manifest:
        self.directory.mkdir(parents=True)
        sync_directory(self.directory.parent)
        FileIndex.create(FileStorage(str(self.directory)), make_schema(), INDEX_NAME)
        return Manifest(0, 0, 0, {}, {}, "")

    def _continue(self, manifest: Manifest) -> Manifest:
        sweep(self.directory, manifest)
        return manifest

    def _spill(self) -> None:
        """Write what is in memory as a segment of its own, without pointing to it yet."""
        buffer, segment = self._buffer, self._segment
        if buffer is None or not len(buffer):
            return
        self._entries[_file_of(segment)] = flush(buffer)
        segment.set_doc_count(len(buffer))
        for document in buffer.dead:
            segment.delete_document(document)
        self._dictionary = buffer.frames.dictionary
        self._in_runs |= {name: (segment, document) for name, document in buffer.places.items()}
        self._runs.append(segment)
        self._drop_buffer()

    def _commit(self, index: FileIndex, told: _Told) -> Manifest:
        toc = read_toc(index.storage, self.manifest)
        self._spill()
        self._delete_touched(toc.segments)
        segments = self._merged([*toc.segments, *self._runs])
        toc = TOC(toc.schema, segments, toc.generation + 1)
        pending = _PendingToc(index.storage)
        toc.write(pending, INDEX_NAME)
        return self._sealed(segments, pending, told)

    def _delete_touched(self, segments: Sequence[ColumnarSegment]) -> None:
        touched = list(self._touched)
        for segment in segments:
            for document in OpenSegment(self.directory, segment).documents_of(touched):
                segment.delete_document(document)

    def _merged(self, segments: Sequence[ColumnarSegment]) -> list[ColumnarSegment]:
        """The segments after merging; those without live documents are left out."""
        kept = [segment for segment in segments if segment.doc_count()]
        groups = self._groups(kept)
        gone = {id(segment) for group in groups for segment in group}
        return [segment for segment in kept if id(segment) not in gone] + [
            self._merge(group) for group in groups
        ]

    def _groups(self, segments: Sequence[ColumnarSegment]) -> list[list[ColumnarSegment]]:
        return to_merge(segments)

    def _merge(self, group: Sequence[ColumnarSegment]) -> ColumnarSegment:
        segment = ColumnarSegment(INDEX_NAME)
        opened = [OpenSegment(self.directory, old) for old in group]
        count, self._entries[_file_of(segment)] = merge(opened, self._path(segment))
        segment.set_doc_count(count)
        return segment

    def _path(self, segment: ColumnarSegment) -> Path:
        return self.directory / _file_of(segment)

    def _sealed(self, segments: Sequence[ColumnarSegment], pending: _PendingToc, told: _Told) -> Manifest:
        files: dict[str, FileEntry] = {}
        for name in map(_file_of, segments):
            if name not in self.manifest.files:
                sync_file(self.directory / name)  # not before: most of what is spilled is merged at once
            files[name] = self.manifest.files.get(name) or self._entries[name]
        sync_file(self.directory / pending.temporary)
        files[pending.final] = entry_of(self.directory / pending.temporary)
        labels = {field: dict(values) for field, values in told.labels.items()}
        articles = sum(segment.doc_count() for segment in segments)
        manifest = Manifest(
            self.manifest.commit + 1, told.sequence, articles, labels, files, pending.final, stamp=told.stamp
        )
        write_manifest(self.directory, manifest)
        (self.directory / pending.temporary).replace(self.directory / pending.final)
        sync_directory(self.directory)
        return manifest


class WhooshBuilder(WhooshWriter):
    """A writer on a new generation. What has not got its name when it is closed is removed."""

    def seal(self) -> None:
        """Allow no further commit; what was committed stays, to be published."""
        super().close()

    def close(self) -> None:
        self.seal()
        remove_folder(self.directory)

    def _groups(self, segments: Sequence[ColumnarSegment]) -> list[list[ColumnarSegment]]:
        """A new generation begins as one segment: nobody waits for it, and everybody reads it."""
        return [list(segments)] if len(segments) > 1 or any(map(_has_dead, segments)) else []


def _file_of(segment: ColumnarSegment) -> str:
    return str(segment.make_filename(EXTENSION))


def _has_dead(segment: ColumnarSegment) -> bool:
    return segment.has_deletions()  # type: ignore[no-any-return]  # Whoosh has no types


def read_toc(storage: FileStorage, manifest: Manifest) -> TOC:
    """Whoosh's table of contents of a commit: the one its manifest names, whatever a kill has left beside it.

    NOTE: it is unpickled. Read it only when the manifest vouches for it.
    """
    name = manifest.toc
    number = int(name.rsplit("_", 1)[1].removesuffix(".toc")) if name else 0
    return TOC.read(storage, INDEX_NAME, gen=number)
