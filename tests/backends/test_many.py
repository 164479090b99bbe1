"""Some thousand articles: more than a block, than a window, than are kept of the best.

What the small collections of the other tests never reach: hits are let go when there are too many, documents
that cannot come among the best are not scored, and postings are read on from block to block.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from indexer.backends.base import Reader, Record, Search
from indexer.backends.memory import MemoryIndex
from indexer.backends.whoosh import WhooshIndex
from indexer.query import AllOf, Boost, Not, Query, Some, Word
from tests import strategies
from tests.conftest import publish, record
from tests.contract.test_agreement import SAME, apply, assert_same

pytestmark = [strategies.patience(), pytest.mark.slow]

ARTICLES = 9_000  # more than two blocks of 4,096
PLAIN = 4_500  # of those that the plain reference is asked about: it takes half a second for a question
LATER = 40  # of each commit behind the first


class Views:
    """The same articles in both backends, in one segment and in several that have lost articles."""

    def __init__(self, count: int, folder: Path) -> None:
        first = articles(0, count)
        commits = [
            [("add", item) for item in articles(count + number * LATER, LATER)]
            + [("remove", item) for item in first[number::17]]
            for number in range(3)
        ]
        self.memory: list[Reader] = []
        self.whoosh: list[Reader] = []
        for index, readers in (
            (MemoryIndex(), self.memory),
            (WhooshIndex(folder), self.whoosh),
        ):
            publish(index, first)
            readers.append(index.reader())
            apply(index, commits)
            readers.append(index.reader())

    def __repr__(self) -> str:
        return "views"


def articles(first: int, count: int) -> list[Record]:
    """Articles of few words, the first of the list the most frequent, by a seed."""
    rng = random.Random(first)
    shares = [1 / (place + 1) for place in range(len(strategies.WORDS))]
    dates = ("", "2023-01-01", "2024-06-30", "2025-01-21", "2025-01-31")
    return [
        record(
            " ".join(rng.choices(strategies.WORDS, shares, k=rng.randint(0, 3))),
            " ".join(rng.choices(strategies.WORDS, shares, k=rng.randint(0, 9))),
            key=f"k{number}",
            lang=rng.choice(("en", "en", "en", "fa", "de")),
            categories=rng.sample(("one", "two", "three"), rng.randint(0, 2)),
            published=rng.choice(dates),
        )
        for number in range(first, first + count)
    ]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Views:
    return Views(PLAIN, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Views:
    return Views(ARTICLES, tmp_path_factory.mktemp("many"))


common = st.sampled_from(strategies.WORDS[:12]).map(Word)
queries = st.one_of(
    common,
    st.lists(common, min_size=2, max_size=6).map(lambda words: Some(tuple(words))),
    st.lists(common, min_size=2, max_size=3).map(lambda words: AllOf(tuple(words))),
    st.tuples(common, common, common).map(lambda words: AllOf((Some(words[:2]), Not(words[2])))),
    st.tuples(common, common).map(lambda words: Some((Boost(words[0], 3.0), words[1]))),
    strategies.queries,
)
searches = st.builds(
    replace,
    strategies.searches,
    query=queries,
    words=st.lists(common, max_size=3).map(tuple),
    offset=st.sampled_from((0, 0, 5, 195, 350, 990)),
    limit=st.sampled_from((10, 40)),
    explain=st.just(False),
)


@settings(max_examples=strategies.examples(100), deadline=None)
@given(search=searches, at=st.integers(0, 1))
def test_thousands_of_articles_answer_as_the_plain_reference_does(
    plain: Views, search: Search, at: int
) -> None:
    assert_same(plain.memory[at].execute(search), plain.whoosh[at].execute(search), search)


@settings(max_examples=strategies.examples(400), deadline=None)
@given(search=searches, at=st.integers(0, 1))
def test_a_page_is_a_part_of_all_hits(many: Views, search: Search, at: int) -> None:
    """Where all hits are wanted none is let go and none passed over."""
    page = many.whoosh[at].execute(search)
    whole = many.whoosh[at].execute(replace(search, offset=0, limit=2 * ARTICLES))
    assert (page.total, page.facets) == (whole.total, whole.facets)
    wanted = whole.hits[search.offset : search.offset + search.limit]
    assert [hit.document.article.id for hit in page.hits] == [hit.document.article.id for hit in wanted]
    for mine, other in zip(page.hits, wanted, strict=True):
        assert math.isclose(mine.score, other.score, abs_tol=SAME)


@pytest.mark.parametrize("query", [Some, AllOf])
def test_a_word_that_a_question_names_twice_counts_twice(
    plain: Views, query: Callable[[tuple[Query, ...]], Query]
) -> None:
    word, other = (Word(text) for text in strategies.WORDS[:2])
    search = Search(query((word, other, word)), limit=100)
    found = plain.whoosh[0].execute(search)
    assert_same(plain.memory[0].execute(search), found, search)
    once = plain.whoosh[0].execute(replace(search, query=query((word, other))))
    assert found.hits[0].score > once.hits[0].score
