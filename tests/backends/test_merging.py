"""Segments merged are the segment that is built at once from what is left of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.backends.base import Record
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh.build.merging import merge
from indexer.backends.whoosh.codec.opened import OpenSegment
from indexer.backends.whoosh.codec.segment import EXTENSION, ColumnarSegment
from tests import strategies
from tests.conftest import COLLECTION, publish, record

pytestmark = strategies.patience()


def built(root: Path, records: Sequence[Record]) -> OpenSegment:
    """The one segment of a build."""
    index = WhooshIndex(root)
    publish(index, records)
    (segment,) = index.reader().segments
    return segment


def without(opened: OpenSegment, root: Path, gone: frozenset[str]) -> OpenSegment:
    """The same segment with some of its articles deleted."""
    for name in gone:
        document = opened.document_of(name)
        if document >= 0:
            opened.segment.delete_document(document)
    return OpenSegment(root / "g-000001", opened.segment)


def merged(root: Path, parts: Sequence[Sequence[Record]], gone: frozenset[str]) -> OpenSegment:
    """Each part as a segment of its own, some articles deleted, and all made one."""
    opened = []
    for number, part in enumerate(parts):
        home = root / f"part{number}"
        opened.append(without(built(home, part), home, gone))
    segment = ColumnarSegment("MAIN")
    segment.set_doc_count(merge(opened, root / segment.make_filename(EXTENSION))[0])
    return OpenSegment(root, segment)


def differing(one: OpenSegment, other: OpenSegment) -> set[str]:
    """The arrays that are not the same."""
    assert one.arrays.keys() == other.arrays.keys()
    return {
        name
        for name, array in one.arrays.items()
        if array.dtype != other.arrays[name].dtype or not np.array_equal(array, other.arrays[name])
    }


# A stem stays with a word of another language when the last article with it is gone: it finds nothing.
LEFT_BEHIND = {"stems.bytes", "stems.offsets", "stems.starts", "stems.terms"}


@settings(max_examples=strategies.examples(60), deadline=None)
@given(
    records=strategies.collections().filter(len),
    cuts=st.lists(st.integers(1, 7), max_size=3, unique=True),
    gone=st.frozensets(st.integers(0, 99).map(lambda number: f"id{number}"), max_size=60),
)
def test_merging_gives_array_by_array_what_building_at_once_does(
    records: list[Record], cuts: list[int], gone: frozenset[str]
) -> None:
    bounds = [0, *sorted(cut for cut in cuts if cut < len(records)), len(records)]
    parts = [records[start:end] for start, end in pairwise(bounds)]
    left = [item for item in records if item.article.id not in gone]
    if not left:
        return
    with TemporaryDirectory() as home:
        one, other = merged(Path(home), parts, gone), built(Path(home) / "whole", left)
        assert differing(one, other) <= (LEFT_BEHIND if len(left) < len(records) else set())
        assert [one.store.frame(number).record for number in range(one.documents)] == left


def test_without_deletions_nothing_at_all_differs(tmp_path: Path) -> None:
    one = merged(tmp_path, [COLLECTION[:4], COLLECTION[4:5], COLLECTION[5:]], frozenset())
    assert differing(one, built(tmp_path / "whole", COLLECTION)) == set()


def test_merging_twice_is_merging_once(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    gone = frozenset({"moratorium", "tribunal"})
    once = merged(tmp_path / "first", [COLLECTION[:5], COLLECTION[5:]], gone)
    segment = ColumnarSegment("MAIN")
    segment.set_doc_count(merge([once], tmp_path / "second" / segment.make_filename(EXTENSION))[0])
    assert differing(once, OpenSegment(tmp_path / "second", segment)) == set()


@pytest.mark.parametrize("parts", [2, 5])
def test_frames_keep_the_dictionary_they_were_made_with(tmp_path: Path, parts: int) -> None:
    """Each part of some size has its own; merged, all records still come back."""
    each = [
        [
            record(f"Part {part} number {n}", f"topic{part} word{n} and others " * 40, key=f"{part}-{n}")
            for n in range(500)
        ]
        for part in range(parts)
    ]
    one = merged(tmp_path, each, frozenset({"0-3", "1-499"}))
    assert len(one.store.dictionaries) == parts
    expected = [item for part in each for item in part if item.article.id not in {"0-3", "1-499"}]
    assert [one.store.frame(number).record for number in range(one.documents)] == expected
