"""Where numbers grow wider: more than 65,536 documents, 254 occurrences, 65,535 positions, 1,024 words."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir
from whoosh.query import And, Phrase, Prefix, Term

from indexer.backends.base import Index, Reader, Record, Search
from indexer.backends.memory import MemoryIndex
from indexer.backends.whoosh import WhooshIndex
from indexer.query import (
    AllOf,
    AnyOf,
    Everything,
    Fuzzy,
    Not,
    Query,
    Some,
    Word,
)
from indexer.query import Phrase as OurPhrase
from indexer.query import Prefix as OurPrefix
from indexer.ranking import Ranking
from tests import strategies
from tests.backends.stock import found
from tests.conftest import publish, record
from tests.contract.test_agreement import assert_same

pytestmark = strategies.patience()

# -- more documents than a chunk holds --------------------------------------------------------------

DOCUMENTS = 70_000
CHANGED = range(100, DOCUMENTS, 1_000)
GONE = {*range(64_000, 68_000), 3, DOCUMENTS - 1}


def tiny(number: int, word: str = "") -> Record:
    """An article whose words say its number: of seven, of a thousand, and itself."""
    return record(
        f"n{number}",
        f"m{number % 7} t{number // 1000} {word}",
        key=f"id{number}",
        categories=[f"c{number % 3}"],
        lang="de" if number % 5 == 0 else "en",
        published=f"{2000 + number % 20}-01-01",
    )


def commit(index: Index, added: Iterable[Record], removed: Iterable[str], sequence: int) -> None:
    writer = index.writer()
    for item in added:
        writer.add(item)
    for name in removed:
        writer.remove(name)
    writer.commit(sequence, {})
    writer.close()


LIVE = sorted(set(range(DOCUMENTS)) - GONE)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[WhooshIndex, Path]:
    """70,000 articles, some changed and some removed by later commits."""
    root = tmp_path_factory.mktemp("index")
    index = WhooshIndex(root)
    publish(index, [tiny(number) for number in range(DOCUMENTS)])
    commit(index, (tiny(number, "changed") for number in CHANGED if number not in GONE), (), 2)
    commit(index, (), (f"id{number}" for number in GONE), 3)
    return index, root


def numbers(view: Reader, query: Query, **options: object) -> set[int]:
    """The numbers of the articles found; the total is how many they are."""
    answer = view.execute(Search(query, limit=DOCUMENTS, **options))  # type: ignore[arg-type]  # as Search checks
    hits = {int(hit.record.article.id.removeprefix("id")) for hit in answer.hits}
    assert answer.total == len(answer.hits) == len(hits)
    return hits


QUERIES: dict[str, tuple[Query, list[int]]] = {
    "a word in every seventh": (Word("m3"), [n for n in LIVE if n % 7 == 3]),
    "a word of the last chunk": (Word("t69"), [n for n in LIVE if n // 1000 == 69]),
    "a word across the chunks' border": (Word("t65"), [n for n in LIVE if n // 1000 == 65]),
    "both": (AllOf((Word("m3"), Word("t69"))), [n for n in LIVE if n % 7 == 3 and n // 1000 == 69]),
    "either": (AnyOf((Word("t1"), Word("t69"))), [n for n in LIVE if n // 1000 in {1, 69}]),
    "some": (Some((Word("t1"), Word("m6"))), [n for n in LIVE if n // 1000 == 1 or n % 7 == 6]),
    "without": (
        AllOf((Word("t69"), Not(Word("m3")))),
        [n for n in LIVE if n // 1000 == 69 and n % 7 != 3],
    ),
    "a phrase": (OurPhrase(("m3", "t69")), [n for n in LIVE if n % 7 == 3 and n // 1000 == 69]),
    "a prefix": (OurPrefix("t6"), [n for n in LIVE if str(n // 1000).startswith("6")]),
    "a word of one": (Word("n65536"), [n for n in LIVE if n == 65536]),
    "a word of another": (Word("n69998"), [69998]),
    "a word nobody has any more": (Word(f"n{DOCUMENTS - 1}"), []),
    "a typo": (Fuzzy("n12345x"), [12345]),
    "changed": (Word("changed"), [n for n in CHANGED if n not in GONE]),
}


@pytest.mark.slow
@pytest.mark.parametrize(("query", "expected"), QUERIES.values(), ids=QUERIES)
def test_70_000_articles_are_found_by_what_they_hold(
    many: tuple[WhooshIndex, Path], query: Query, expected: list[int]
) -> None:
    assert numbers(many[0].reader(), query) == set(expected)


@pytest.mark.slow
def test_filters_facets_days_and_deep_pages_of_70_000(many: tuple[WhooshIndex, Path]) -> None:
    view = many[0].reader()
    assert view.article_count == len(LIVE)
    assert numbers(view, Word("m1"), filters={"category": ("c2",), "lang": ("de",)}) == {
        n for n in LIVE if n % 7 == 1 and n % 3 == 2 and n % 5 == 0
    }
    assert numbers(view, Word("m1"), published_from="2010-01-01") == {
        n for n in LIVE if n % 7 == 1 and n % 20 >= 10
    }
    counted = view.execute(Search(Word("m1"), facets=("category",), limit=0)).facets["category"]
    assert dict(counted) == {f"c{rest}": sum(n % 7 == 1 and n % 3 == rest for n in LIVE) for rest in range(3)}
    newest = view.execute(Search(Everything(), sort="newest", limit=5_000)).hits
    assert {hit.record.article.published_at for hit in newest} <= {"2019-01-01", "2018-01-01"}
    pages = [
        view.execute(Search(Word("m1"), offset=offset, limit=700)).hits for offset in range(0, 9_800, 700)
    ]
    deep = [hit.record.article.id for page in pages for hit in page]
    at_once = view.execute(Search(Word("m1"), limit=9_800)).hits
    assert deep == [hit.record.article.id for hit in at_once]


@pytest.mark.slow
def test_stock_whoosh_reads_beyond_the_first_chunk(many: tuple[WhooshIndex, Path]) -> None:
    with open_dir(str(many[1] / "g-000001"), readonly=True).searcher() as searcher:
        for query, name in (
            (Term("content", "t69"), "a word of the last chunk"),
            (And([Term("content", "m3"), Term("content", "t69")]), "both"),
            (Phrase("content", ["m3", "t69"]), "a phrase"),
            (Prefix("title", "n6553"), ""),
        ):
            expected = QUERIES[name][1] if name else [n for n in LIVE if str(n).startswith("6553")]
            assert found(searcher, query) == sorted(f"id{number}" for number in expected)


@pytest.mark.slow
def test_removing_most_of_70_000_takes_no_memory_to_speak_of(tmp_path: Path) -> None:
    """Whoosh's set of deleted documents takes tens of bytes for each, in every reader."""
    index = WhooshIndex(tmp_path)
    publish(index, [tiny(number) for number in range(DOCUMENTS)])
    writer = index.writer()
    names = [f"id{number}" for number in range(0, DOCUMENTS, 4)]
    for name in names:
        writer.remove(name)
    tracemalloc.start()
    try:
        writer.commit(2, {})
        view = index.reader()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert view.article_count == DOCUMENTS - len(names)
    assert kept < 2 << 20, f"{kept} bytes"
    assert peak < 16 << 20, f"{peak} bytes"


# -- long texts, frequent words ---------------------------------------------------------------------


def long_text() -> str:
    """70,000 words: one 300 times, one at the border of two bytes and behind it, one at the end."""
    words = [f"w{number % 997}" for number in range(70_000)]
    for place in range(0, 60_000, 200):
        words[place] = "often"
    for place in (65_534, 65_535, 65_536, 65_537, 69_000):
        words[place] = "border"
    words[65_538] = words[69_001] = "behind"
    words[69_999] = "last"
    return " ".join(words)


LONG = [
    record("A long one", long_text(), key="long"),
    record("Often often", "often " * 254 + "border", key="254"),
    record("Often", "often " * 255 + "behind border", key="255"),
    record("Often", "border behind " + "often " * 256, key="256", lang="de"),
    *(record(f"Short {number}", f"often w{number} last", key=f"short{number}") for number in range(70)),
]
LONG_QUERIES: list[Query] = [
    Word("often"),
    Word("border"),
    Word("behind", ("content",)),
    AllOf((Word("often"), Word("last"))),
    OurPhrase(("border", "border")),
    OurPhrase(("border", "behind")),
    OurPhrase(("border", "border", "behind")),
    OurPhrase(("behind", "border")),
    OurPhrase(("often", "often", "often")),
    OurPrefix("bor"),
    Fuzzy("offen"),
    Some((Word("border"), Word("w996"), Word("last"))),
]


@pytest.fixture(scope="module", params=["at once", "merged"])
def long_views(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Reader, Reader, Path]:
    root = tmp_path_factory.mktemp("long")
    memory, whoosh = MemoryIndex(), WhooshIndex(root)
    for index in (memory, whoosh):
        if request.param == "at once":
            publish(index, LONG)
            continue
        publish(index, LONG[5:20])
        for number in (0, 1, 2, 3, 4):  # six segments: one more than are left alone
            commit(index, [LONG[number], *LONG[20 + 10 * number : 30 + 10 * number]], (), number + 2)
        commit(index, LONG[69:], (), 9)
    return memory.reader(), whoosh.reader(), root


@pytest.mark.slow
@pytest.mark.parametrize("query", LONG_QUERIES, ids=str)
def test_long_texts_and_frequent_words_score_as_in_the_reference(
    long_views: tuple[Reader, Reader, Path], query: Query
) -> None:
    memory, whoosh, _ = long_views
    search = Search(
        query,
        limit=100,
        words=(Word("border"), Word("behind")),
        ranking=Ranking(today="2025-02-01"),
        explain=True,
    )
    assert_same(memory.execute(search), whoosh.execute(search), search)


@pytest.mark.slow
def test_stock_whoosh_reads_the_same_wide_positions(long_views: tuple[Reader, Reader, Path]) -> None:
    memory, _, root = long_views
    document = memory.execute(Search(Word("w996", ("content",)))).hits[0].record
    assert document.article.id == "long"
    with open_dir(str(root / "g-000001"), readonly=True).searcher() as searcher:
        assert found(searcher, Phrase("content", ["border", "border", "behind"])) == ["long"]
        assert found(searcher, Phrase("content", ["behind", "border"])) == ["255"]
        places: list[int] = []
        for reader, _ in searcher.reader().leaf_readers():
            if ("content", "border") in reader:
                postings = reader.postings("content", "border")
                while postings.is_active():
                    places += postings.value_as("positions")
                    postings.next()
        assert sorted(places)[-5:] == [65_534, 65_535, 65_536, 65_537, 69_000]


# -- more words than a prefix may stand for, over several segments ----------------------------------


def worded(number: int) -> Record:
    """Forty words that begin alike; the first ones are in many articles."""
    words = [f"pre{(number * 37 + step * step) % 1_500:04}" for step in range(40)]
    return record(f"Number {number}", " ".join(words), key=f"id{number}")


def prefixed(root: Path, removed: int) -> tuple[Reader, Reader]:
    """Four segments in both backends; so many articles are removed by each later commit."""
    memory, whoosh = MemoryIndex(), WhooshIndex(root)
    for index in (memory, whoosh):
        publish(index, [worded(number) for number in range(60)])
        for start in (60, 80, 100):
            added = [worded(number) for number in range(start, start + 20)]
            commit(index, added, [f"id{start - 60 + number}" for number in range(removed)], start)
    view = whoosh.reader()
    assert len(view.segments) > 1
    return memory.reader(), view


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reader, Reader]:
    return prefixed(tmp_path_factory.mktemp("prefixes"), removed=0)


LEAVES: list[Query] = [
    *(OurPrefix(text) for text in ("pre", "p", "pre0", "pre12", "prf")),
    *(Fuzzy(text, 2) for text in ("pre0000", "pre1200", "prx")),
]


@pytest.mark.parametrize("leaf", LEAVES, ids=str)
def test_of_more_than_1_024_words_in_several_segments_the_same_stand_for_all(
    unchanged: tuple[Reader, Reader], leaf: Query
) -> None:
    memory, whoosh = unchanged
    for query in (leaf, Some((leaf, Word("number")))):
        search = Search(query, limit=200)
        assert_same(memory.execute(search), whoosh.execute(search), search)


def test_removed_articles_do_not_decide_which_words_stand_for_all(tmp_path: Path) -> None:
    memory, whoosh = prefixed(tmp_path, removed=1)
    search = Search(OurPrefix("pre"), limit=200)
    assert_same(memory.execute(search), whoosh.execute(search), search)


# -- words a few edits away -------------------------------------------------------------------------

letters = st.text("abé人ßکی𝒳", min_size=1, max_size=7)


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reader, Reader]:
    """Random words of letters of one to four bytes, in both backends."""
    rng = random.Random(20250121)
    words = ["".join(rng.choices("abé人ßکی𝒳", k=rng.randint(1, 7))) for _ in range(3_000)]
    records = [
        record(" ".join(words[n : n + 100]), " ".join(words[n : n + 150]), key=str(n))
        for n in range(0, 3_000, 100)
    ]
    memory, whoosh = MemoryIndex(), WhooshIndex(tmp_path_factory.mktemp("words"))
    for index in (memory, whoosh):
        publish(index, records[:20])
        commit(index, records[20:], (), 50)
    return memory.reader(), whoosh.reader()


@settings(max_examples=strategies.examples(150))
@given(typed=letters, distance=st.integers(1, 2))
def test_words_a_few_edits_away_are_those_of_optimal_string_alignment(
    lexicon: tuple[Reader, Reader], typed: str, distance: int
) -> None:
    """As rapidfuzz computes it, which the reference asks word by word."""
    memory, whoosh = lexicon
    assert whoosh.similar(typed, distance, 10_000) == memory.similar(typed, distance, 10_000)
    assert whoosh.complete(typed, 10_000) == memory.complete(typed, 10_000)
