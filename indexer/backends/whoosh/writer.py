"""Writing: Whoosh's segment writer, with a manifest and a sequence number in every commit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from ..base import Labels, Record
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
from .schema import make_schema, to_document

_log = logging.getLogger(__name__)

INDEX_NAME = "MAIN"
BUFFER_MB = 128  # postings held in memory before Whoosh spills a sorted run to disk


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


class _ManifestWriter(SegmentWriter):
    """Whoosh's writer; a commit ends with a synced, sealed manifest and only then the TOC.

    ``seal`` is called with the names of the commit's segment files and the TOC's temporary and final name.
    """

    def __init__(self, index: FileIndex, seal: Callable[[list[str], str, str], None]) -> None:
        self._seal = seal
        try:
            super().__init__(index, limitmb=BUFFER_MB)
        except BaseException:
            self._unlock()
            raise

    def give_up(self) -> None:
        """Close what is open and give the lock back, in whatever state a failure left it.

        Whoosh keeps its lock when a commit fails; the next writer would wait for it for ever.
        """
        try:
            if not self.is_closed:
                self.cancel()
        except OSError:
            _log.warning("what a failed commit left open could not be closed", exc_info=True)
        finally:
            self._unlock()

    def _unlock(self) -> None:
        if self.writelock is not None and self.writelock.fd is not None:
            self.writelock.release()

    def _commit_toc(self, segments: list[Any]) -> None:
        pending = _PendingToc(self.storage)
        TOC(self.schema, segments, self.generation).write(pending, self.indexname)
        ids = {segment.segment_id() for segment in segments}
        names = [name for name in self.storage.list() if name.split(".", 1)[0] in ids]
        self._seal(names, pending.temporary, pending.final)


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
    generation swaps the pointer there.
    """

    def __init__(self, directory: Path, committed: Callable[[int], None], base: Manifest | None) -> None:
        self.directory = directory
        self._committed = committed
        self._pending: dict[str, Record | None] = {}
        self._open = True
        self.manifest = self._create() if base is None else self._continue(base)

    @property
    def applied(self) -> int:
        return self.manifest.sequence

    @property
    def stamp(self) -> str:
        return self.manifest.stamp

    def add(self, record: Record) -> None:
        self._pending[record.article.id] = record

    def remove(self, article_id: str) -> None:
        self._pending[article_id] = None

    def commit(self, sequence: int, labels: Labels, stamp: str = "") -> None:
        if not self._open:
            raise ValueError("this writer is closed")
        sealed: list[Manifest] = []
        writer = self._segment_writer(_Told(sequence, labels, stamp), sealed)
        try:
            self._articles = self._write(writer)
            writer.commit()
        except BaseException:
            writer.give_up()
            raise
        (manifest,) = sealed
        self._committed(manifest.commit)
        self.manifest = manifest
        self._pending.clear()
        sweep(self.directory, manifest)

    def close(self) -> None:
        self._pending.clear()
        self._open = False

    # -- steps -----------------------------------------------------------------------------

    def _create(self) -> Manifest:
        self.directory.mkdir(parents=True)
        sync_directory(self.directory.parent)
        FileIndex.create(FileStorage(str(self.directory)), make_schema(), INDEX_NAME)
        return Manifest(0, 0, 0, {}, {}, "")

    def _continue(self, manifest: Manifest) -> Manifest:
        sweep(self.directory, manifest)
        return manifest

    def _segment_writer(self, told: _Told, sealed: list[Manifest]) -> _ManifestWriter:
        storage = FileStorage(str(self.directory))

        def seal(names: list[str], temporary: str, final: str) -> None:
            sealed.append(self._sealed(names, temporary, final, told))

        return _ManifestWriter(FileIndex(storage, indexname=INDEX_NAME), seal)

    def _write(self, writer: _ManifestWriter) -> int:
        """Delete what is replaced or removed, add what is new; the number of live articles after it."""
        with writer.reader() as reader:
            live = reader.doc_count()
            for article_id in self._pending:
                for document in _documents_of(reader, article_id):
                    writer.delete_document(document)
                    live -= 1
        for record in self._pending.values():
            if record is not None:
                writer.add_document(**to_document(record))
                live += 1
        return int(live)

    def _sealed(self, names: list[str], temporary: str, final: str, told: _Told) -> Manifest:
        files: dict[str, FileEntry] = {}
        for name in names:
            known = self.manifest.files.get(name)
            if known is None:
                sync_file(self.directory / name)
            files[name] = known or entry_of(self.directory / name)
        sync_file(self.directory / temporary)
        files[final] = entry_of(self.directory / temporary)
        labels = {field: dict(values) for field, values in told.labels.items()}
        manifest = Manifest(
            self.manifest.commit + 1, told.sequence, self._articles, labels, files, final, stamp=told.stamp
        )
        write_manifest(self.directory, manifest)
        (self.directory / temporary).replace(self.directory / final)
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


def _documents_of(reader: Any, article_id: str) -> list[int]:
    if ("id", article_id.encode()) not in reader:
        return []
    return list(reader.postings("id", article_id.encode()).all_ids())
