"""What is built does not depend on threads, on memory or on how often it is written in between."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.backends.base import Record, Search
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh.build import buffer as buffer_module
from indexer.backends.whoosh.build.buffer import Buffer
from indexer.backends.whoosh.build.frames import Frames
from indexer.query import Everything
from tests import strategies
from tests.conftest import COLLECTION, labels_of, publish, record

ARTICLES = [
    record(f"Article {number}", f"word{number % 17} and others, {'often ' * (number % 5)}", key=f"id{number}")
    for number in range(300)
]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer_module, "BATCH_CHARACTERS", 500)
    monkeypatch.setattr(buffer_module, "GROUP_TOKENS", 200)


def segments(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(root.glob("g-*/*.seg"))]


def delayed(function: Callable[..., Any], rng: random.Random) -> Callable[..., Any]:
    def slow(*arguments: Any) -> Any:
        time.sleep(rng.random() / 100)
        return function(*arguments)

    return slow


def test_the_same_articles_make_the_same_bytes_however_fast_the_threads_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for seed in range(4):
        rng = random.Random(seed)
        with monkeypatch.context() as patched:
            if seed:
                patched.setattr(Buffer, "_analyse", delayed(Buffer._analyse, rng))
                patched.setattr(Frames, "put", delayed(Frames.put, rng))
            publish(WhooshIndex(tmp_path / str(seed), buffer_bytes=40_000), ARTICLES)
        found.append(segments(tmp_path / str(seed)))
    assert len(found[0]) == 1
    assert all(other == found[0] for other in found)


def records(index: WhooshIndex) -> dict[str, Record]:
    answer = index.reader().execute(Search(Everything(), limit=1_000))
    return {hit.record.article.id: hit.record for hit in answer.hits}


changes = st.lists(
    st.tuples(st.integers(0, 11), st.booleans(), st.sampled_from(["strike", "fund summit", "ballot " * 40])),
    max_size=60,
)


@settings(max_examples=strategies.examples(40), deadline=None)
@given(changes, st.sampled_from((1, 3_000, 1 << 30)), st.booleans())
def test_what_is_spilled_is_replaced_and_removed_like_the_rest(
    tmp_path_factory: pytest.TempPathFactory,
    changed: Sequence[tuple[int, bool, str]],
    buffer_bytes: int,
    rebuild: bool,
) -> None:
    """Of one id that comes again and again the last version counts, in an update and in a new generation."""
    index = WhooshIndex(tmp_path_factory.mktemp("spills"), buffer_bytes=buffer_bytes)
    expected: dict[str, Record] = {}
    if not rebuild:
        publish(index, COLLECTION)
        expected = {item.article.id: item for item in COLLECTION}
    writer = index.builder() if rebuild else index.writer()
    for key, stays, text in changed:
        item = record(text, text, key=f"id{key}", categories=text.split()[:1])
        if stays:
            writer.add(item)
            expected[item.article.id] = item
        else:
            writer.remove(item.article.id)
            expected.pop(item.article.id, None)
    writer.commit(100, labels_of(expected.values()))
    if rebuild:
        index.publish(writer, len(expected))
    writer.close()
    assert records(index) == expected
    assert index.check() == ()


def test_what_fails_in_a_thread_fails_the_build_and_leaves_no_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken article somewhere in the middle: nothing of the build is seen."""
    index = WhooshIndex(tmp_path)
    publish(index, COLLECTION)
    before = {thread.name for thread in threading.enumerate()}
    writer = index.writer()

    def add_all() -> None:
        for item in [*ARTICLES[:100], record("Broken \ud800", key="broken"), *ARTICLES[100:]]:
            writer.add(item)
        writer.commit(500, {})

    with pytest.raises(UnicodeEncodeError):
        add_all()
    writer.close()
    assert {thread.name for thread in threading.enumerate()} == before
    assert set(records(index)) == {item.article.id for item in COLLECTION}


def test_frames_that_could_not_be_written_fail_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the middle of a build; what was compressed is gone, and a second try says so."""
    for bound in ("HELD_BYTES", "SAMPLED_BYTES"):
        monkeypatch.setattr(f"indexer.backends.whoosh.build.frames.{bound}", 100)
    index = WhooshIndex(tmp_path)
    publish(index, COLLECTION)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    writer = index.writer()

    def add_all() -> None:
        for item in ARTICLES:
            writer.add(item)

    with monkeypatch.context() as patched:
        patched.setattr("indexer.backends.whoosh.codec.container.ContainerWriter.go_on", full)
        for _ in range(2):
            with pytest.raises(OSError, match="No space left"):
                add_all()
    with pytest.raises(OSError, match=r"No space left|is gone"):
        writer.commit(500, {})
    writer.close()
    assert set(records(index)) == {item.article.id for item in COLLECTION}


def test_the_next_view_shares_the_segments_that_it_has_in_common_with_the_one_before(tmp_path: Path) -> None:
    """Neither is verified, mapped or set up again; only what is deleted is its own."""
    index = WhooshIndex(tmp_path)
    publish(index, COLLECTION)
    before = index.reader()
    writer = index.writer()
    writer.remove("moratorium")
    writer.add(record("Added", "A zebra.", key="added"))
    writer.commit(100, labels_of(COLLECTION))
    writer.close()
    after = index.reader()
    old, new = before.segments[0], after.segments[0]
    assert new.arrays is old.arrays
    assert new.scratch is old.scratch
    assert (old.deleted, new.deleted) == (0, 1)
    assert (old.document_of("moratorium") >= 0, new.document_of("moratorium")) == (True, -1)
    assert new.total_lengths["content"] < old.total_lengths["content"]
