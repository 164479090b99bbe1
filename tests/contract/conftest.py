"""The same collection behind every backend, built at once and built by many commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from indexer.backends.base import Index, Reader, Record
from indexer.backends.memory import MemoryIndex
from indexer.backends.whoosh import WhooshIndex
from tests.conftest import COLLECTION, labels_of, publish, record

Build = Callable[[Sequence[Record]], Reader]
BACKENDS = ("memory", "whoosh")
HISTORIES = ("one commit", "many commits")


def new_index(backend: str, directory: Path) -> Index:
    return MemoryIndex() if backend == "memory" else WhooshIndex(directory)


def build_at_once(index: Index, records: Sequence[Record]) -> None:
    publish(index, records)


def build_by_commits(index: Index, records: Sequence[Record]) -> None:
    """Ends with the same articles after updates and removals: several segments, with deletions."""
    stale = [record(f"Old words zebra {item.article.id}", "quagga", key=item.article.id) for item in records]
    decoys = [record(f"Decoy {number} moratorium", "rights zebra") for number in range(6)]
    publish(index, [*stale, *decoys])
    sequence = len(stale) + len(decoys)
    for number, item in enumerate(records):
        writer = index.writer()
        writer.add(item)
        if number < len(decoys):
            writer.remove(decoys[number].article.id)
        writer.commit(sequence + number + 1, labels_of(records))
        writer.close()
    writer = index.writer()
    for item in decoys:
        writer.remove(item.article.id)
    writer.commit(sequence + len(records) + 1, labels_of(records))
    writer.close()


def build(backend: str, history: str, directory: Path, records: Sequence[Record]) -> Reader:
    index = new_index(backend, directory)
    (build_at_once if history == "one commit" else build_by_commits)(index, records)
    return index.reader()


@pytest.fixture(scope="session", params=[(b, h) for b in BACKENDS for h in HISTORIES], ids="/".join)
def view(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The shared collection, behind each backend and by each history."""
    backend, history = request.param
    reader = build(backend, history, tmp_path_factory.mktemp("index"), COLLECTION)
    yield reader
    reader.close()


@pytest.fixture(params=[(b, h) for b in BACKENDS for h in HISTORIES], ids="/".join)
def view_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Build]:
    """Makes a view of other records, behind each backend and by each history."""
    opened: list[Reader] = []

    def make(records: Sequence[Record]) -> Reader:
        backend, history = request.param
        opened.append(build(backend, history, tmp_path / str(len(opened)), records))
        return opened[-1]

    yield make
    for reader in opened:
        reader.close()


@pytest.fixture(params=BACKENDS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    """An empty index of each kind."""
    return new_index(request.param, tmp_path)
