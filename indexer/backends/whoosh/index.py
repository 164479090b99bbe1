"""The index directory: the live view, writers, publishing, rollback, checking."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from whoosh.filedb.filestore import FileStorage

from ...errors import IndexDamaged, NoIndex
from ..base import NOT_OF_THIS_CATALOG, GenerationInfo, Writer
from .codec.opened import OpenSegment, segment_path
from .codec.segment import ColumnarSegment
from .generations import (
    FileEntry,
    Manifest,
    Pointer,
    Sight,
    building_name,
    commits_in,
    drop_old,
    drop_unfinished,
    finish,
    generation_names,
    problems,
    read_manifest,
    read_pointer,
    read_sealed_manifest,
    remove_folder,
    sight_of_pointer,
    swap_pointer,
)
from .reader import WhooshReader
from .writer import BUFFER_BYTES, WhooshBuilder, WhooshWriter, read_toc

OPEN_ATTEMPTS = 10  # a writer may sweep a commit while it is being opened; the pointer then names a newer one


class WhooshIndex:
    """An :class:`~indexer.backends.base.Index` in a directory.

    Safe to use from several threads and processes; writing needs the data folder's lock, which the
    caller holds. ``buffer_bytes`` bounds the memory of what waits to be written.
    """

    def __init__(self, root: Path, *, buffer_bytes: int = BUFFER_BYTES) -> None:
        self._root = root
        self._buffer_bytes = buffer_bytes
        self._lock = threading.Lock()
        self._view: WhooshReader | None = None
        self._seen: Sight | None = None  # the pointer's file when the view was found to be the newest
        self._vouched: dict[tuple[str, str], FileEntry] = {}

    # -- reading ---------------------------------------------------------------------------

    def reader(self) -> WhooshReader:
        """PERF: asked for by every request, so that the pointer is read only when its file is another one."""
        sight = sight_of_pointer(self._root)
        # The view is looked at last: whoever sets the sight of a newer one has set the view before.
        if sight is not None and sight == self._seen and self._view is not None:
            return self._view
        with self._lock:
            view = self._newest()
            self._seen = sight
            return view

    def _newest(self) -> WhooshReader:
        for attempt in range(OPEN_ATTEMPTS):
            pointer = read_pointer(self._root)
            if self._view is not None and self._view.version == pointer.version:
                return self._view  # the same, though another generation may be the one to go back to
            try:
                self._view = self._open(pointer)
            except IndexDamaged:
                # A commit meanwhile sweeps the files of this one; then the pointer names the newer.
                if read_pointer(self._root) == pointer or attempt == OPEN_ATTEMPTS - 1:
                    raise
            else:
                return self._view
        raise IndexDamaged(f"{self._root} changes faster than it can be opened")

    def _open(self, pointer: Pointer) -> WhooshReader:
        """Open a commit once its manifest vouches for every file; before that nothing is unpickled."""
        manifest = self._vouched_manifest(pointer)
        with _missing_is_damaged():
            directory = self._root / pointer.generation
            toc = read_toc(FileStorage(str(directory), readonly=True), manifest)
            segments = [self._opened(directory, segment) for segment in toc.segments]
        return WhooshReader(segments, pointer, manifest)

    def _opened(self, directory: Path, segment: ColumnarSegment) -> OpenSegment:
        """A segment of a commit, from the view before if that has it open."""
        known = self._view.segments if self._view else ()
        for opened in known:
            if opened.path == segment_path(directory, segment):
                return opened.at_commit(segment)
        return OpenSegment(directory, segment)

    def _vouched_manifest(self, pointer: Pointer) -> Manifest:
        """The manifest of a commit whose every file is as it says.

        Raises:
            IndexDamaged: the manifest or a file is missing or is not as it was written.
        """
        directory = self._root / pointer.generation
        with _missing_is_damaged():
            manifest, content = read_sealed_manifest(directory, pointer.commit)
        if content != pointer.content:
            raise IndexDamaged(f"{directory} is not what the pointer names; run `broadsheet index --rebuild`")
        entries = {(pointer.generation, name): entry for name, entry in manifest.files.items()}
        fresh = {place[1]: entry for place, entry in entries.items() if self._vouched.get(place) != entry}
        found = list(problems(directory, fresh, quick=True))
        if found:
            raise IndexDamaged(f"{found[0]}; run `broadsheet index --rebuild`")
        self._vouched = entries
        return manifest

    # -- writing ---------------------------------------------------------------------------

    def writer(self) -> Writer:
        pointer = read_pointer(self._root)

        def committed(commit: int) -> None:
            swap_pointer(self._root, self._pointer_to(pointer.generation, commit, pointer.previous))

        with self._lock:
            # A commit copies old segments into new ones: what is damaged must not be vouched for anew.
            manifest = self._vouched_manifest(pointer)
        return WhooshWriter(
            self._root / pointer.generation, committed, manifest, buffer_bytes=self._buffer_bytes
        )

    def builder(self) -> Writer:
        self._root.mkdir(parents=True, exist_ok=True)
        drop_unfinished(self._root)
        self._drop_unpublished()
        directory = self._root / building_name(self._root)
        return WhooshBuilder(directory, lambda commit: None, None, buffer_bytes=self._buffer_bytes)  # noqa: ARG005

    def publish(self, builder: Writer, expected_articles: int) -> str:
        if not isinstance(builder, WhooshBuilder):
            raise TypeError("this builder belongs to another kind of index")
        commit = builder.manifest.commit
        self._gate(self._pointer_to(builder.directory.name, commit), expected_articles)
        builder.seal()  # a later commit of it would sweep what the pointer names
        name = finish(self._root, builder.directory.name)
        previous = self._live_name()
        try:
            swap_pointer(self._root, self._pointer_to(name, commit, previous or ""))
        except OSError:
            if self._live_name() != name:
                remove_folder(self._root / name)  # it was never live: nothing to go back to
            raise
        drop_old(self._root, name, previous)
        return name

    def _gate(self, pointer: Pointer, expected: int) -> None:
        """Refuse a generation that cannot be opened or does not hold as many articles as it should."""
        if not pointer.commit:
            raise IndexDamaged(f"{pointer.generation} was never committed")
        view = WhooshIndex(self._root)._open(pointer)  # noqa: SLF001  its own class; a view of its own, nothing cached
        held = view.article_count
        view.close()
        if held != expected:
            raise IndexDamaged(
                f"the new generation {pointer.generation} holds {held} articles, not {expected}"
            )

    def _live_name(self) -> str | None:
        try:
            return read_pointer(self._root).generation
        except (NoIndex, IndexDamaged):
            return None

    def rollback(self, knows: Callable[[str], bool] | None = None) -> str:
        live = read_pointer(self._root)
        target = live.previous
        if not target or target not in generation_names(self._root):
            raise NoIndex("there is no previous generation to go back to")
        found = self._newest_of(target, knows or (lambda stamp: True))  # noqa: ARG005
        swap_pointer(self._root, replace(found, previous=live.generation))
        return target

    def _pointer_to(self, name: str, commit: int, previous: str = "") -> Pointer:
        """The pointer to a commit as it is on disk."""
        with _missing_is_damaged():
            content = read_sealed_manifest(self._root / name, commit)[1]
        return Pointer(name, commit, content, previous)

    def _drop_unpublished(self) -> None:
        """Remove generations that nothing ever pointed to: a build was killed before it was published."""
        try:
            pointer = read_pointer(self._root)
        except (NoIndex, IndexDamaged):
            return
        drop_old(self._root, pointer.generation, pointer.previous)

    def _newest_of(self, name: str, knows: Callable[[str], bool]) -> Pointer:
        """The newest commit of a generation that is whole and known.

        A writer that was killed may have left a commit behind that nothing ever pointed to.
        """
        refusal: NoIndex | IndexDamaged = NoIndex(f"{name} holds no commit to go back to")
        for commit in reversed(commits_in(self._root / name)):
            try:
                pointer = self._pointer_to(name, commit)
                view = WhooshIndex(self._root)._open(pointer)  # noqa: SLF001  as in the gate
            except IndexDamaged as error:
                refusal = error
                continue
            view.close()
            if knows(view.stamp):
                return pointer
            refusal = NoIndex(NOT_OF_THIS_CATALOG.format(name))
        raise refusal

    # -- looking ---------------------------------------------------------------------------

    def generations(self) -> Sequence[GenerationInfo]:
        live = self._live_name()
        return [info for name in generation_names(self._root) if (info := self._info(name, live)) is not None]

    def _info(self, name: str, live: str | None) -> GenerationInfo | None:
        directory = self._root / name
        commits = [read_pointer(self._root).commit] if name == live else commits_in(directory)
        problem = ""
        for commit in reversed(commits):
            try:
                manifest = self._complete(directory, commit)
            except IndexDamaged as error:
                problem = problem or str(error)
                continue
            size = sum(entry.size for entry in manifest.files.values())
            return GenerationInfo(name, name == live, manifest.articles, manifest.sequence, size)
        return GenerationInfo(name, name == live, 0, 0, 0, problem=problem) if commits else None

    @staticmethod
    def _complete(directory: Path, commit: int) -> Manifest:
        """The manifest of a commit whose files are all there; a look, no verification."""
        with _missing_is_damaged():
            manifest = read_manifest(directory, commit)
            for name in manifest.files:
                (directory / name).stat()
        return manifest

    def check(self) -> Sequence[str]:
        try:
            pointer = read_pointer(self._root)
            manifest = read_manifest(self._root / pointer.generation, pointer.commit)
        except (IndexDamaged, NoIndex) as error:
            return (str(error),)
        except FileNotFoundError as error:
            return (f"{error.filename}: missing",)
        return tuple(problems(self._root / pointer.generation, manifest.files))


@contextmanager
def _missing_is_damaged() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise IndexDamaged(f"{error.filename} is missing: run `broadsheet index --rebuild`") from error
