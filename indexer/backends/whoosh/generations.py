r"""Generations on disk: directories, manifests, and the one pointer that is swapped.

::

    index/
      current                 "g-000002 17 5e1c0f2a\\n": live generation, commit, a check; replaced atomically
      g-000001/               the previous generation, kept for rollback
      g-000002/
        MANIFEST.17.json      every file of commit 17 with size and checksums, and what it holds
        _MAIN_17.toc          Whoosh's table of contents of that commit
        MAIN_….seg            Whoosh's segments
      g-000003.building/      a generation being built; takes its name when it has passed the gate

The pointer is the commit point: what it names has been written and synced before. A commit that the
pointer does not name never happened; its files are swept by the next writer.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ...analysis import ANALYSIS_VERSION
from ...errors import IndexDamaged, NoIndex
from .kernels.checksum import Checksum

_log = logging.getLogger(__name__)

POINTER = "current"
FORMAT_VERSION = 2
KEEP_GENERATIONS = 2  # the live one and the one to roll back to

SEGMENT_SUFFIX = ".seg"
BUILDING = ".building"  # no generation yet: nothing to serve, to list or to go back to

_NOBODY = "-"  # said of a generation that is not there
_DIGITS = 8
_WORDS = 5  # of a pointer's line
_NAME = re.compile(r"g-(\d{6,})")
_BUILDING = re.compile(rf"g-(\d{{6,}}){re.escape(BUILDING)}")
_MANIFEST = re.compile(r"MANIFEST\.(\d+)\.json")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a commit: its size in bytes, its SHA-256 and its quick checksum, both in hexadecimal."""

    size: int
    sha256: str
    quick: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one commit consists of. ``labels`` and ``stamp`` as in :class:`indexer.backends.base.Writer`."""

    commit: int
    sequence: int
    articles: int
    labels: dict[str, dict[str, str]]
    files: dict[str, FileEntry]
    toc: str
    format: int = FORMAT_VERSION
    analysis: int = ANALYSIS_VERSION
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A manifest with the SHA-256 of its own JSON."""

    sha256: str
    manifest: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Pointer:
    """The live generation and commit.

    ``content`` is of the digest of its manifest: an index that was lost and is made again begins with the
    same name. ``previous`` is the generation to go back to, empty for none.
    """

    generation: str
    commit: int
    content: str
    previous: str = ""

    @property
    def name(self) -> str:
        """The name of the commit."""
        return f"{self.generation}.{self.commit}"

    @property
    def version(self) -> str:
        """What tells it from another commit of the same name."""
        return f"{self.name}+{self.content}"

    def line(self) -> str:
        """What the pointer's file says; the check tells a changed digit from another commit."""
        named = f"{self.generation} {self.commit} {self.content} {self.previous or _NOBODY}"
        return f"{named} {hashlib.sha256(named.encode()).hexdigest()[:_DIGITS]}\n"


def read_pointer(root: Path) -> Pointer:
    """The pointer of an index directory.

    Raises:
        NoIndex: there is none: nothing has been published.
        IndexDamaged: it does not say what a pointer says.
    """
    try:
        text = (root / POINTER).read_text(encoding="ascii")
    except FileNotFoundError:
        raise NoIndex(f"nothing has been indexed in {root} yet: run `broadsheet index`") from None
    except UnicodeDecodeError:
        text = ""
    said = text.split()
    if len(said) == _WORDS and _NAME.fullmatch(said[0]) and said[1].isdigit():
        name, commit, content, previous, _ = said
        pointer = Pointer(name, int(commit), content, "" if previous == _NOBODY else previous)
        if text == pointer.line():
            return pointer
    raise IndexDamaged(f"{root / POINTER} is damaged: run `broadsheet index --rebuild`")


Sight = tuple[int, int, int, int]


def sight_of_pointer(root: Path) -> Sight | None:
    """What tells the pointer's file from another one without reading it; ``None`` when there is none.

    Two pointers in a row are there at the same time, see :func:`write_durably`, so their inodes differ.
    """
    try:
        seen = os.stat(f"{root}/{POINTER}")  # noqa: PTH116  a Path takes longer to make than the system to look
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size


def swap_pointer(root: Path, pointer: Pointer) -> None:
    """Make a commit the live one, atomically and durably."""
    write_durably(root / POINTER, pointer.line().encode())


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file in one step: write beside, sync, rename, sync the directory."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make renames and new names in a directory durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make a file's bytes durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Sums:
    """What is said of a file, from its bytes as they pass by."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._quick = Checksum()
        self._size = 0

    def update(self, data: bytes | memoryview) -> None:
        """Go on with more bytes."""
        self._sha256.update(data)
        self._quick.update(data)
        self._size += len(data)

    def entry(self) -> FileEntry:
        """All of it."""
        return FileEntry(self._size, self._sha256.hexdigest(), self._quick.hexdigest())


def entry_of(path: Path) -> FileEntry:
    """Size and checksums of a file as it is now."""
    sums = Sums()
    for block in _blocks(path):
        sums.update(block)
    return sums.entry()


def _blocks(path: Path) -> Iterator[memoryview]:
    # NOTE: read, not mapped: what a disk cannot read is then an error, and does not end the process.
    room = bytearray(_CHUNK)
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(room):
            yield memoryview(room)[:size]


def manifest_path(directory: Path, commit: int) -> Path:
    """Where the manifest of a commit is."""
    return directory / f"MANIFEST.{commit}.json"


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write a manifest durably, sealed with its own digest."""
    body = msgspec.json.encode(manifest)
    sealed = _Sealed(hashlib.sha256(body).hexdigest(), msgspec.Raw(body))
    write_durably(manifest_path(directory, manifest.commit), msgspec.json.encode(sealed) + b"\n")


def read_manifest(directory: Path, commit: int) -> Manifest:
    """The manifest of a commit.

    Raises:
        FileNotFoundError: there is none (swept meanwhile, or never written).
        IndexDamaged: it is damaged, or of another format or analysis.
    """
    return read_sealed_manifest(directory, commit)[0]


def read_sealed_manifest(directory: Path, commit: int) -> tuple[Manifest, str]:
    """As :func:`read_manifest`, with what a pointer says of its content."""
    path = manifest_path(directory, commit)
    try:
        sealed = msgspec.json.decode(path.read_bytes(), type=_Sealed)
        if hashlib.sha256(bytes(sealed.manifest)).hexdigest() != sealed.sha256:
            raise IndexDamaged(f"{path} is damaged: run `broadsheet index --rebuild`")
        manifest = msgspec.json.decode(sealed.manifest, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{path} is damaged ({error}): run `broadsheet index --rebuild`") from error
    if (manifest.format, manifest.analysis) != (FORMAT_VERSION, ANALYSIS_VERSION):
        raise IndexDamaged(f"{path} was written by another version: run `broadsheet index --rebuild`")
    return manifest, sealed.sha256[:_DIGITS]


def problems(directory: Path, files: Mapping[str, FileEntry], *, quick: bool = False) -> Iterator[str]:
    """One line for each file that is not as its manifest says.

    Files are known by their SHA-256; with ``quick`` segments, which are large, by their quick checksum.
    """
    for name, entry in sorted(files.items()):
        path = directory / name
        try:
            yield from _differences(path, entry, quick=quick and path.suffix == SEGMENT_SUFFIX)
        except OSError as error:
            yield f"{path}: {error.strerror or error}"


def _differences(path: Path, entry: FileEntry, *, quick: bool) -> Iterator[str]:
    sums = Checksum() if quick else hashlib.sha256()
    size = 0
    for block in _blocks(path):
        sums.update(block)
        size += len(block)
    if size != entry.size:
        yield f"{path}: {size} bytes, not {entry.size}"
    elif sums.hexdigest() != (entry.quick if quick else entry.sha256):
        yield f"{path}: its {'checksum' if quick else 'SHA-256'} is not the manifest's"


def generation_names(root: Path) -> list[str]:
    """The generations on disk, oldest first; without those being built."""
    return _names(root, _NAME)


def building_name(root: Path) -> str:
    """A name for a generation to build, greater than all on disk."""
    names = generation_names(root) + _names(root, _BUILDING)
    return f"g-{max(map(_number, names), default=0) + 1:06d}{BUILDING}"


def finish(root: Path, building: str) -> str:
    """Give a built generation its name; durable when it returns."""
    name = building.removesuffix(BUILDING)
    (root / building).rename(root / name)
    sync_directory(root)
    return name


def _names(root: Path, pattern: re.Pattern[str]) -> list[str]:
    if not root.is_dir():
        return []
    names = (path.name for path in root.iterdir() if path.is_dir())
    return sorted(filter(pattern.fullmatch, names), key=_number)


def _number(name: str) -> int:
    return int(name.removeprefix("g-").removesuffix(BUILDING))


def commits_in(directory: Path) -> list[int]:
    """The commits a generation has manifests of, ascending."""
    found = (_MANIFEST.fullmatch(path.name) for path in directory.iterdir())
    return sorted(int(match.group(1)) for match in found if match)


def sweep(directory: Path, manifest: Manifest) -> None:
    """Remove what a commit does not need from a generation: leftovers of other commits and of kills."""
    needed = {*manifest.files, manifest_path(directory, manifest.commit).name}
    for path in directory.iterdir():
        if path.name in needed or path.name.endswith("LOCK"):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def drop_old(root: Path, live: str, previous: str | None) -> None:
    """Remove generations that are neither live nor kept for rollback, and what was never finished."""
    for name in generation_names(root):
        if name not in {live, previous}:
            remove_folder(root / name)
    drop_unfinished(root)


def drop_unfinished(root: Path) -> None:
    """Remove what builds that failed or were killed have left; nobody may be building."""
    for name in _names(root, _BUILDING):
        remove_folder(root / name)


def remove_folder(path: Path) -> None:
    """Remove a folder that nothing points to, if it is there. What cannot be removed now is logged, and tried
    again by the next build: it is in nobody's way but the disk's.
    """
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        return
    except OSError:
        _log.warning("%s could not be removed", path, exc_info=True)
