"""What is known to be wrong with Whoosh 2.7.4 is not wrong here.

A phrase over removed stop words, and leftovers of a kill, are in ``test_writer_faults``.
"""

from __future__ import annotations

import pickle
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import open_dir
from whoosh.query import Every, Phrase, Term

from indexer.backends.base import Search
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh import writer as writer_module
from indexer.backends.whoosh.codec.codec import ColumnarCodec
from indexer.backends.whoosh.codec.segment import ColumnarSegment
from indexer.query import Everything
from tests.backends.stock import found, stock_commit, stock_index
from tests.conftest import COLLECTION, labels_of, publish, record

IDS = sorted(item.article.id for item in COLLECTION)
ADDED = record("Added", "A zebra.", key="added")


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    made = WhooshIndex(tmp_path)
    publish(made, COLLECTION)
    return made


def commit(index: WhooshIndex, **changes: Any) -> None:
    """Add one article, remove another."""
    writer = index.writer()
    try:
        if "add" in changes:
            writer.add(changes["add"])
        if "remove" in changes:
            writer.remove(changes["remove"])
        writer.commit(100, labels_of(COLLECTION))
    finally:
        writer.close()


# -- the lock kept after a failed commit ------------------------------------------------------------


class Broken(Exception):
    """Breaks a commit."""


def breaks(*_: Any, **__: Any) -> Any:
    raise Broken


STEPS = ("flush", "to_merge", "read_toc", "entry_of", "write_manifest", "sync_file")


@pytest.mark.parametrize("step", STEPS)
def test_whatever_step_of_a_commit_fails_the_lock_is_free(
    index: WhooshIndex, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whoosh's writer gives its lock back only when all goes well: the next one waits for ever."""
    with monkeypatch.context() as patched:
        patched.setattr(writer_module, step, breaks)
        with pytest.raises(Broken):
            commit(index, add=ADDED)
    commit(index, add=ADDED)
    hits = index.reader().execute(Search(Everything(), limit=99)).hits
    assert {hit.record.article.id for hit in hits} == {*IDS, "added"}


def test_whoosh_itself_keeps_the_lock(tmp_path: Path) -> None:
    """The fault the test above guards against; should it ever go, so may our way around it."""
    from whoosh.index import LockError

    theirs = stock_index(tmp_path)
    writer = theirs.writer()
    writer.add_document(id="x")
    writer._commit_toc = breaks
    with pytest.raises(Broken):
        writer.commit()
    with pytest.raises(LockError):
        theirs.writer()
    writer.writelock.release()


# -- Searcher.refresh() after an update and a removal -----------------------------------------------


def assert_refreshed(searcher: Any, expected: list[str]) -> Any:
    fresh = searcher.refresh()
    assert found(fresh, Every()) == sorted(expected)
    assert fresh.up_to_date()
    return fresh


def test_a_refreshed_searcher_over_our_codec_has_updates_and_no_removed_article(
    index: WhooshIndex, tmp_path: Path
) -> None:
    """Later forks reuse the reader of a segment that has deletions since, and return what was removed."""
    searcher = open_dir(str(tmp_path / "g-000001"), readonly=True).searcher()
    assert found(searcher, Every()) == IDS
    commit(index, remove="moratorium")
    searcher = assert_refreshed(searcher, [name for name in IDS if name != "moratorium"])
    assert found(searcher, Term("content", "parliament")) == []
    commit(index, add=record("Executed no more", "Changed.", key="executed"))
    searcher = assert_refreshed(searcher, [name for name in IDS if name != "moratorium"])
    assert found(searcher, Term("content", "dawn")) == []
    assert found(searcher, Term("content", "changed")) == ["executed"]
    commit(index, add=COLLECTION[0])
    assert_refreshed(searcher, IDS)


def test_the_same_where_stock_whoosh_writes_with_our_codec(tmp_path: Path) -> None:
    index = stock_index(tmp_path)
    stock_commit(index, [("add", item) for item in COLLECTION], ours=True)
    searcher = index.searcher()
    stock_commit(index, [("remove", COLLECTION[0]), ("add", ADDED)], ours=True)
    searcher = assert_refreshed(searcher, [name for name in [*IDS, "added"] if name != "moratorium"])
    stock_commit(index, [("add", COLLECTION[0])], ours=True, merge=True)
    assert_refreshed(searcher, [*IDS, "added"])


# -- a phrase over removed stop words ---------------------------------------------------------------


def test_stock_whoosh_finds_an_exact_phrase_in_our_segments(index: WhooshIndex, tmp_path: Path) -> None:
    """Nothing is removed, so no phrase steps over a hole."""
    searcher = open_dir(str(tmp_path / "g-000001"), readonly=True).searcher()
    assert found(searcher, Phrase("content", ["rights", "of", "the", "people"])) == ["moratorium"]
    assert found(searcher, Phrase("content", ["rights", "people"])) == ["daubler"]


# -- memory of deleted documents --------------------------------------------------------------------

MANY = 400_000


def deleted(segment: Any) -> int:
    """Delete nearly all documents of a segment; returns the bytes that took."""
    tracemalloc.start()
    try:
        for document in range(MANY - 1):
            segment.delete_document(document)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_deleted_documents_take_a_bit_each_on_disk_and_a_byte_in_memory() -> None:
    """Whoosh keeps a set of Python numbers: some 60 bytes for each, in every process and in its table."""
    mine, theirs = ColumnarSegment("MAIN", MANY), W3Segment(ColumnarCodec(), "MAIN", MANY)
    assert deleted(mine) < 64 * 1024
    assert len(pickle.dumps(mine, -1)) < MANY // 8 + 2_000
    assert deleted(theirs) > 10 * MANY
    again = pickle.loads(pickle.dumps(mine, -1))
    assert (again.deleted_count(), again.doc_count()) == (MANY - 1, 1)
    assert list(again.deleted_docs()) == list(range(MANY - 1))
    assert not again.is_deleted(MANY - 1)
    assert sys.getsizeof(again.deleted) <= MANY + 200
