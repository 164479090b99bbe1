"""Segments that become one hold what one segment of the same articles holds, number for number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis.batch import BatchAnalyzer
from indexer.backends.base import Record
from indexer.backends.whoosh.build import frames as frames_module
from indexer.backends.whoosh.build import merging, ranges
from indexer.backends.whoosh.build.buffer import Buffer
from indexer.backends.whoosh.build.flush import flush
from indexer.backends.whoosh.codec.opened import OpenSegment
from indexer.backends.whoosh.codec.segment import EXTENSION, ColumnarSegment
from indexer.backends.whoosh.generations import entry_of
from tests import strategies
from tests.analysis.test_batch import any_text
from tests.conftest import COLLECTION, record

DICTIONARY = b"a dictionary for all, so that the frames are the same " * 20
texts = any_text.map(lambda text: text.encode(errors="ignore").decode())


def written(folder: Path, records: Sequence[Record], dead: Sequence[int] = ()) -> OpenSegment:
    """A segment of some articles, of which those at some places are deleted."""
    segment = ColumnarSegment("MAIN")
    path = folder / f"{segment.segment_id()}{EXTENSION}"
    buffer = Buffer(BatchAnalyzer(), path, DICTIONARY)
    for item in records:
        buffer.add(item)
    assert flush(buffer) == entry_of(path)
    segment.set_doc_count(len(records))
    for place in dead:
        segment.delete_document(place)
    return OpenSegment(folder, segment)


def merged(folder: Path, parts: Sequence[OpenSegment]) -> OpenSegment:
    segment = ColumnarSegment("MAIN")
    path = folder / f"{segment.segment_id()}{EXTENSION}"
    count, entry = merging.merge(parts, path)
    assert entry == entry_of(path)
    segment.set_doc_count(count)
    return OpenSegment(folder, segment)


def expect_same(one: OpenSegment, other: OpenSegment, but: str = " ") -> None:
    assert one.arrays.keys() == other.arrays.keys()
    for name, array in one.arrays.items():
        if name.startswith(but):
            continue
        assert array.dtype == other.arrays[name].dtype, name
        assert np.array_equal(array, other.arrays[name]), name


def make(numbered: Sequence[tuple[str, str, str]]) -> list[Record]:
    return [
        record(title, text, key=f"id{number}", lang=lang, categories=title.split()[:2], author=text[:9])
        for number, (title, text, lang) in enumerate(numbered)
    ]


articles = st.lists(st.tuples(texts, texts, st.sampled_from(("en", "de", "fa", ""))), max_size=6)
OFTEN = [("Often", "often " * 300 + "twice twice", "en"), ("Long", "x y " * 200 + "often " * 255, "en")]


@settings(max_examples=strategies.examples(60))
@given(
    st.lists(articles, min_size=1, max_size=4), st.sets(st.integers(0, 23)), st.sampled_from((1, 50, 1 << 24))
)
@example([OFTEN, OFTEN, OFTEN], {1, 2}, 1)
@example([OFTEN, [], OFTEN], set(), 100)
@example([OFTEN], {0, 1}, 100)
def test_merged_segments_are_one_segment(
    tmp_path_factory: pytest.TempPathFactory,
    groups: list[list[tuple[str, str, str]]],
    deleted: set[int],
    size: int,
) -> None:
    """Whatever was deleted, and however few terms are gone over at once. Only a stem that a word had in the
    language of a deleted article stays as long as the word does.
    """
    folder = tmp_path_factory.mktemp("merging")
    records = make([item for group in groups for item in group])
    parts, first = [], 0
    for group in groups:
        own = range(first, first + len(group))
        gone = [at - first for at in own if at in deleted]
        parts.append(written(folder, [records[at] for at in own], gone))
        first += len(group)
    kept = [item for at, item in enumerate(records) if at not in deleted]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ranges, "RANGE", size)
        whole = merged(folder, parts)
    expect_same(whole, written(folder, kept), but="stems." if deleted else " ")
    assert [whole.store.frame(at).record for at in range(len(kept))] == kept


def test_positions_beyond_two_bytes_are_merged(tmp_path: Path) -> None:
    long = record("Long", "word " * 70_000 + "end", key="long")
    short = record("Short", "end word", key="short")
    expect_same(
        merged(tmp_path, [written(tmp_path, [short]), written(tmp_path, [long])]),
        written(tmp_path, [short, long]),
    )


def test_segments_of_more_than_a_chunk_are_merged(tmp_path: Path) -> None:
    """The documents of the second segment are cut into chunks at other places than before."""
    records = [record(f"t{number % 7}", f"w{number % 1_000}", key=f"{number}") for number in range(140_000)]
    parts = [written(tmp_path, records[:70_000], [0, 65_536]), written(tmp_path, records[70_000:])]
    kept = [item for at, item in enumerate(records) if at not in {0, 65_536}]
    expect_same(merged(tmp_path, parts), written(tmp_path, kept))


def test_dictionaries_that_are_too_many_become_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame names its dictionary by a byte."""
    monkeypatch.setattr(merging, "MAX_DICTIONARIES", 2)
    parts = []
    for number, item in enumerate(COLLECTION):
        monkeypatch.setitem(globals(), "DICTIONARY", b"%d " % number * 100)
        parts.append(written(tmp_path, [item]))
    whole = merged(tmp_path, parts)
    assert len(whole.store.dictionaries) == 1
    assert [whole.store.frame(at).record for at in range(len(COLLECTION))] == list(COLLECTION)


def test_frames_that_do_not_fit_into_memory_make_the_same_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are the first array of the file either way."""
    one = written(tmp_path, COLLECTION)
    monkeypatch.setattr(frames_module, "HELD_BYTES", 100)
    monkeypatch.setattr("indexer.backends.whoosh.build.buffer.BATCH_CHARACTERS", 50)
    other = written(tmp_path, COLLECTION)
    expect_same(one, other)
