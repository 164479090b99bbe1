"""What is stored of an article comes back, whatever its text, and is the same bytes however it was made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.article import Block, Dropped
from indexer.backends.base import Record
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh.codec.stored import Frame
from indexer.backends.whoosh.schema import read_record, to_document
from tests import strategies
from tests.conftest import COLLECTION, publish, record

pytestmark = strategies.patience()

any_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
blocks = st.lists(
    st.builds(
        Block,
        st.sampled_from(("heading", "paragraph", "quote", "list", "table", "caption")),
        any_text,
        st.integers(0, 6),
    ),
    max_size=5,
).map(tuple)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record with any texts in it."""
    made = draw(strategies.records(st.just("one")))
    article = replace(
        made.article,
        title=draw(any_text),
        blocks=draw(blocks),
        author=draw(any_text),
        description=draw(any_text),
        dropped=(Dropped("landmark:nav", "nav", "About us"),),
    )
    return replace(made, article=article, sequence=draw(st.integers(0, 2**62)), locator=draw(any_text))


def without_dropped(item: Record) -> Record:
    return replace(item, article=replace(item.article, dropped=()))


@settings(max_examples=strategies.examples(200))
@given(item=records())
def test_a_record_comes_back_but_for_what_the_catalog_keeps(item: Record) -> None:
    stored = to_document(item)["record"]
    assert read_record(stored) == without_dropped(item)
    frame = Frame(stored)
    assert (frame.title, frame.text) == (item.article.title, item.article.text)
    assert frame.article == replace(item.article, blocks=(), dropped=())


@settings(max_examples=strategies.examples(60), deadline=None)
@given(item=records())
def test_our_writer_stores_the_bytes_that_a_document_for_whoosh_has(item: Record) -> None:
    """The places of the words among them."""
    with TemporaryDirectory() as folder:
        index = WhooshIndex(Path(folder))
        publish(index, [item])
        (segment,) = index.reader().segments
        assert segment.store.content(0) == to_document(item)["record"]


def test_half_a_character_cannot_be_stored() -> None:
    with pytest.raises(UnicodeEncodeError):
        to_document(record("Broken \ud800"))


def test_threads_read_frames_side_by_side(tmp_path: Path) -> None:
    """Each with its own decompressor."""
    items = [
        record(f"Number {number}", f"word{number} and more " * 50, key=str(number)) for number in range(400)
    ]
    index = WhooshIndex(tmp_path)
    publish(index, [*items, *COLLECTION])
    (segment,) = index.reader().segments
    assert segment.store.dictionaries
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda number: segment.store.frame(number % 400).record, range(4_000)))
    assert all(item == items[number % 400] for number, item in enumerate(found))
