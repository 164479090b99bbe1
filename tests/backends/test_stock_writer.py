"""Stock Whoosh's own writer writes segments of our codec, and they are those that our writer makes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from whoosh.index import FileIndex
from whoosh.query import Every, FuzzyTerm, Not, Phrase, Query, Term

from indexer.backends.base import Record
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh.codec.codec import ColumnarCodec
from indexer.backends.whoosh.codec.opened import OpenSegment
from indexer.backends.whoosh.schema import read_record, to_document
from tests import strategies
from tests.backends.stock import found, stock_commit, stock_index
from tests.conftest import COLLECTION, publish, record

pytestmark = strategies.patience()

IDS = sorted(item.article.id for item in COLLECTION)


def written(directory: Path, records: Sequence[Record]) -> FileIndex:
    """An index that stock Whoosh has written with our codec, in one commit."""
    index = stock_index(directory)
    stock_commit(index, [("add", item) for item in records], ours=True)
    return index


def built(directory: Path, records: Sequence[Record]) -> OpenSegment:
    """The one segment that our own writer makes."""
    index = WhooshIndex(directory)
    publish(index, records)
    (segment,) = index.reader().segments
    return segment


def within_documents(arrays: dict[str, Any], name: str) -> list[list[int]]:
    """The values of each document, in their order: how an article's tags are ordered means nothing."""
    bounds, numbers = arrays[f"{name}.of"].tolist(), arrays[f"{name}.numbers"].tolist()
    return [sorted(numbers[start:end]) for start, end in pairwise(bounds)]


def assert_same_segment(mine: OpenSegment, theirs: OpenSegment) -> None:
    assert mine.arrays.keys() == theirs.arrays.keys()
    for name, array in mine.arrays.items():
        if name.endswith(".numbers"):
            field = name.removesuffix(".numbers")
            assert within_documents(mine.arrays, field) == within_documents(theirs.arrays, field)
        else:
            assert (name, array.dtype, array.tolist()) == (
                name,
                theirs.arrays[name].dtype,
                theirs.arrays[name].tolist(),
            )


def test_the_segment_is_the_one_our_writer_makes(tmp_path: Path) -> None:
    """Array by array, stored frames and the tables of stems and joined forms included."""
    index = written(tmp_path, COLLECTION)
    (segment,) = index._segments()
    assert_same_segment(built(tmp_path / "ours", COLLECTION), OpenSegment(tmp_path, segment))


@settings(max_examples=strategies.examples(100), deadline=None)
@given(records=strategies.collections())
def test_any_segment_is_the_one_our_writer_makes(records: list[Record]) -> None:
    with TemporaryDirectory() as home:
        folder = Path(home) / "stock"
        folder.mkdir()
        index = written(folder, records)
        if not records:
            assert index._segments() == []
            return
        (segment,) = index._segments()
        assert_same_segment(built(Path(home) / "ours", records), OpenSegment(folder, segment))


def test_many_articles_share_a_dictionary_as_in_our_writer(tmp_path: Path) -> None:
    records = [record(f"Title {number}", f"word{number} and others " * 60) for number in range(600)]
    index = written(tmp_path, records)
    (segment,) = index._segments()
    opened = OpenSegment(tmp_path, segment)
    assert len(opened.store.dictionaries) == 1
    assert opened.store.frame(123).record == records[123]


def test_updates_removals_and_merges_of_stock_whoosh_leave_what_they_should(tmp_path: Path) -> None:
    """Whoosh's own merge reads our segments posting by posting, and writes one of ours."""
    index = written(tmp_path, COLLECTION)
    changed = record("Changed", "A zebra.", key="executed")
    stock_commit(index, [("add", changed)], ours=True)
    stock_commit(index, [("remove", COLLECTION[0])], ours=True)
    with index.searcher() as searcher:
        assert found(searcher, Every()) == [name for name in IDS if name != "moratorium"]
        assert found(searcher, Term("content", "zebra")) == ["executed"]
        assert found(searcher, Term("content", "dawn")) == []
    writer = index.writer(codec=ColumnarCodec())
    writer.commit(optimize=True)
    (segment,) = index._segments()
    assert (segment.doc_count_all(), segment.deleted_count()) == (len(COLLECTION) - 1, 0)
    kept = [item for item in COLLECTION if item.article.id not in {"moratorium", "executed"}]
    opened, expected = OpenSegment(tmp_path, segment), built(tmp_path / "ours", [*kept, changed])
    opened_ids = [opened.store.frame(number).article.id for number in range(opened.documents)]
    assert sorted(opened_ids) == sorted(expected.store.frame(n).article.id for n in range(expected.documents))
    assert_same_segment(
        built(tmp_path / "again", [by_id([*kept, changed], name) for name in opened_ids]), opened
    )


def by_id(records: Sequence[Record], identity: str) -> Record:
    return next(item for item in records if item.article.id == identity)


def test_update_document_replaces_the_article_of_its_id(tmp_path: Path) -> None:
    index = written(tmp_path, COLLECTION)
    writer = index.writer(codec=ColumnarCodec())
    writer.update_document(**to_document(record("Changed", "A zebra.", key="executed")))
    writer.commit(merge=False)
    with index.searcher() as searcher:
        assert found(searcher, Every()) == IDS
        assert found(searcher, Term("id", "executed")) == found(searcher, Term("content", "zebra"))


def test_what_is_cancelled_leaves_no_file(tmp_path: Path) -> None:
    index = written(tmp_path, COLLECTION)
    before = {path.name for path in tmp_path.iterdir()}
    writer = index.writer(codec=ColumnarCodec())
    writer.add_document(**to_document(record("Gone", "Never.")))
    writer.cancel()
    index.writer(codec=ColumnarCodec()).commit()
    assert {path.name for path in tmp_path.glob("*.seg")} == {
        name for name in before if name.endswith(".seg")
    }


def test_a_document_that_is_no_article_is_refused(tmp_path: Path) -> None:
    index = stock_index(tmp_path)
    writer = index.writer(codec=ColumnarCodec())
    with pytest.raises(ValueError, match="needs its record"):
        writer.add_document(id="bare", title={})
    writer.cancel()


def test_a_field_that_a_segment_has_no_place_for_is_refused(tmp_path: Path) -> None:
    from whoosh import fields

    index = stock_index(tmp_path)
    writer = index.writer(codec=ColumnarCodec())
    writer.add_field("rating", fields.ID())
    writer.add_document(**to_document(COLLECTION[0]), rating="5")
    with pytest.raises(ValueError, match="rating"):
        writer.commit()
    writer.cancel()
    assert index._segments() == []


# -- what else a reader of Whoosh may ask of our segments -------------------------------------------


@pytest.fixture(scope="module", params=["one segment", "several"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """Readers of the same history over Whoosh's codec and over ours, with deletions."""
    codecs = stock_index(), stock_index(tmp_path_factory.mktemp("index"))
    for index, mine in zip(codecs, (False, True), strict=True):
        size = len(COLLECTION) if request.param == "one segment" else 3
        for start in range(0, len(COLLECTION), size):
            stock_commit(index, [("add", item) for item in COLLECTION[start : start + size]], ours=mine)
        stock_commit(index, [("remove", COLLECTION[3])], ours=mine)
    return codecs[0].searcher(), codecs[1].searcher()


def test_the_terms_of_every_field_are_the_same(both: tuple[Any, Any]) -> None:
    theirs, ours = (searcher.reader() for searcher in both)
    assert list(ours.all_terms()) == list(theirs.all_terms())
    assert sorted(ours.indexed_field_names()) == sorted(theirs.indexed_field_names())
    for field in sorted(theirs.indexed_field_names()):
        assert list(ours.lexicon(field)) == list(theirs.lexicon(field))
        for start in ("", "e", "en:e", "zz"):
            assert list(ours.expand_prefix(field, start)) == list(theirs.expand_prefix(field, start))


def test_the_postings_of_every_term_are_the_same(both: tuple[Any, Any]) -> None:
    """Documents, weights, positions, and the statistics that do not round lengths."""
    theirs, ours = (searcher.reader() for searcher in both)
    for field, text in theirs.all_terms():
        one, other = theirs.postings(field, text), ours.postings(field, text)
        while one.is_active():
            assert (other.id(), other.weight()) == (one.id(), one.weight())
            if theirs.schema[field].format.supports("positions"):
                assert list(other.value_as("positions")) == list(one.value_as("positions"))
            one.next()
            other.next()
        assert not other.is_active()
        assert ours.doc_frequency(field, text) == theirs.doc_frequency(field, text)
        assert ours.frequency(field, text) == theirs.frequency(field, text)
        one, other = theirs.term_info(field, text), ours.term_info(field, text)
        assert (one.max_weight(), one.min_id(), one.max_id()) == (
            other.max_weight(),
            other.min_id(),
            other.max_id(),
        )


def test_a_term_that_is_not_there_is_answered_alike(both: tuple[Any, Any]) -> None:
    from whoosh.reading import TermNotFound

    for searcher in both:
        reader = searcher.reader()
        assert ("content", "zzz") not in reader
        assert reader.doc_frequency("content", "zzz") == reader.frequency("content", "zzz") == 0
        for ask in (reader.postings, reader.term_info):
            with pytest.raises(TermNotFound):
                ask("content", "zzz")


def test_skipping_in_postings_leads_to_the_same_documents(both: tuple[Any, Any]) -> None:
    from whoosh.matching import ReadTooFar

    theirs, ours = (searcher.reader() for searcher in both)
    for text in ("the", "rights", "a"):
        for target in range(theirs.doc_count_all() + 1):
            one, other = theirs.postings("content", text), ours.postings("content", text)
            for matcher in (one, other):
                matcher.skip_to(target)
            assert other.is_active() == one.is_active()
            if one.is_active():
                assert other.id() == one.id()
                assert list(other.copy().all_ids()) == list(other.all_ids())
            else:
                with pytest.raises(ReadTooFar):
                    other.skip_to(target)


QUERIES: list[Query] = [
    FuzzyTerm("content", "morotorium", maxdist=2),
    FuzzyTerm("title", "execited"),
    Phrase("content", ["the", "rights"]),
    Phrase("content", ["rights", "the"], slop=3),
    Not(Term("content", "the")),
    Every("tag"),
    Every("content"),
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_other_queries_of_whoosh_find_the_same(both: tuple[Any, Any], query: Query) -> None:
    theirs, ours = both
    assert found(ours, query) == found(theirs, query)


def test_sorting_by_a_column_gives_the_same_order(both: tuple[Any, Any]) -> None:
    from whoosh.sorting import FieldFacet

    orders = []
    for searcher in both:
        for reverse in (False, True):
            facets = [FieldFacet("published", reverse=reverse), FieldFacet("tie")]
            hits = searcher.search(Every(), sortedby=facets, limit=None)
            orders.append([read_record(hit["record"]).article.id for hit in hits])
    assert orders[:2] == orders[2:]
    assert orders[0] != orders[1]


def test_lengths_are_those_of_the_texts(both: tuple[Any, Any]) -> None:
    """Whoosh's codec rounds them, and counts a compound's forms; ours has the positions there are."""
    reader = both[1].reader()
    for number, stored in reader.iter_docs():
        document = to_document(read_record(stored["record"]))
        for name in ("title", "content"):
            assert reader.doc_field_length(number, name) == document[f"{name}_length"]
    longest = max(to_document(item)["content_length"] for item in COLLECTION)
    assert reader.max_field_length("content") == longest
    assert reader.min_field_length("title") >= 1
