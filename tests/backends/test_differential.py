"""Ours, stock Whoosh with its own codec, stock Whoosh over our codec, and the plain reference agree.

Random articles, updates and removals in several commits make several segments with deletions; random trees
ask. Documents and totals are the same on all four, facets on both of ours, and scores where Whoosh has the
same formula: BM25 on one field, see :class:`tests.backends.stock.LuceneBM25`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir
from whoosh.query import And, Or, Query, Term

from indexer import query as ours
from indexer.analysis import exact_term, folded_form, tokenize
from indexer.backends.base import Reader, Record, Search
from indexer.backends.memory import MemoryIndex
from indexer.backends.whoosh import WhooshIndex
from indexer.query import Everything
from indexer.ranking import Ranking
from tests import strategies
from tests.backends.stock import (
    LuceneBM25,
    asked,
    found,
    scores,
    spellings,
    stock_commit,
    stock_index,
)
from tests.conftest import publish, record
from tests.contract.test_agreement import apply

pytestmark = [strategies.patience(), pytest.mark.slow]

SAME_SCORE = 1e-4
# Nothing here is about durability, and an example should cost milliseconds.
MEMORY = Path("/dev/shm")
FACETS = ("category", "type", "tag", "lang", "author")

Step = tuple[str, Record]
Commits = list[list[Step]]


@dataclass(frozen=True)
class Four:
    """The same history behind each way to write and read it."""

    memory: Reader
    ours: Reader
    stock: Any  # Whoosh's searcher over Whoosh's codec
    over_ours: Any  # Whoosh's searcher over our codec


@contextmanager
def four(first: Sequence[Record], commits: Commits, **options: Any) -> Iterator[Four]:
    """Make the history everywhere; ``options`` are those of Whoosh's searcher."""
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as directory:
        memory, whoosh, stock = MemoryIndex(), WhooshIndex(Path(directory)), stock_index()
        for index in (memory, whoosh):
            publish(index, first)
            apply(index, commits)
        stock_commit(stock, [("add", item) for item in first])
        for steps in commits:
            stock_commit(stock, steps)
        over_ours = open_dir(str(Path(directory) / "g-000001"), readonly=True)
        with stock.searcher(**options) as theirs, over_ours.searcher(**options) as through:
            yield Four(memory.reader(), whoosh.reader(), theirs, through)


# What histories with many meetings are made of: spellings, joined forms, forms of a word, scripts.
COMMON = (
    "a ab b right rights righted cafe café e-mail email mail Däubler-Gmelin daubler U.S. us people's gift "
    "gifts Gifte gifted execution executed executing exécution the of résumé می‌رود میرود رود 人民 haus"
).split()
BREAKS = (" ", " ", " ", " ", "\n", "-", ", ")


def dense(seed: int) -> tuple[list[Record], Commits]:
    """A history by dice alone: enough articles that a few can go without their segment being written anew."""
    rng = random.Random(seed)
    words = rng.sample(COMMON, 14)

    def text(least: int, most: int) -> str:
        return "".join(rng.choice(words) + rng.choice(BREAKS) for _ in range(rng.randint(least, most)))

    def article(number: int) -> Record:
        return record(
            text(0, 3),
            text(1, 8),
            key=f"id{number}",
            lang=rng.choice(strategies.LANGUAGES),
            kind=rng.choice(strategies.TYPES),
            categories=rng.sample(strategies.CATEGORIES, rng.randint(0, 2)),
            author=rng.choice(strategies.AUTHORS),
            published=rng.choice(strategies.DAYS),
        )

    first = rng.randint(5, 8)
    step = lambda: (rng.choice(("add", "add", "remove")), article(rng.randrange(10)))  # noqa: E731
    # Few commits leave several segments, many are merged.
    commits = rng.choice((0, 1, 1, 2, 2, 3, 7))
    return (
        [article(number) for number in range(first)],
        [[step() for _ in range(rng.randint(1, 2))] for _ in range(commits)],
    )


steps = st.tuples(
    st.sampled_from(("add", "add", "remove")),
    strategies.records(st.integers(0, 6).map(lambda number: f"id{number}")),
)
drawn = st.tuples(
    st.lists(
        strategies.records(st.integers(0, 6).map(lambda number: f"id{number}")),
        max_size=5,
        unique_by=lambda item: item.article.id,
    ),
    st.lists(st.lists(steps, min_size=1, max_size=3), max_size=3),
)
seeded = st.integers(0, 2**32).map(dense)
histories = st.one_of(drawn, seeded, seeded, seeded)


# -- the same documents -----------------------------------------------------------------------------

# Whoosh's spans are one position long: a phrase with a joined form in it has no equal there.
plain_words = st.sampled_from("a b right rights cafe café the of us résumé resume people's".split())
phrases = st.builds(ours.Phrase, st.lists(plain_words, min_size=1, max_size=3).map(tuple), strategies.fields)
surfaces = st.sampled_from(COMMON) | strategies.surfaces
leaves = st.one_of(
    st.builds(ours.Word, surfaces, strategies.fields, st.booleans()),
    phrases,
    st.builds(ours.Prefix, surfaces, strategies.fields),
    st.builds(ours.Fuzzy, surfaces, st.integers(1, 2), strategies.fields),
)
known_ids = st.builds(
    ours.Ids, st.lists(st.integers(0, 9).map("id{}".format), max_size=4, unique=True).map(tuple)
)
trees = st.recursive(
    st.one_of(leaves, leaves, leaves, leaves, known_ids, st.sampled_from((Everything(), ours.Nothing()))),
    strategies._nested,
    max_leaves=4,
)
searches = st.builds(
    Search,
    query=trees,
    filters=st.just({}) | strategies.filters,
    published_from=st.sampled_from(("", "", "2024-06-30")),
    published_to=st.sampled_from(("", "", "2024-06-30", "2025-01-21")),
    facets=st.just(FACETS),
    limit=st.just(100),
)


# -- the same scores --------------------------------------------------------------------------------

# Whoosh's formula is of one term in one field; these words have one spelling, unless texts join others.
single_words = st.sampled_from(
    "a b right rights righted gift gifts gifte the of executed haus mail 人".split()
)
PLAIN = (
    Ranking(proximity=0.0, title=0.0, recency=1.0, weights={"title": 1.0, "content": 1.0}),
    Ranking(proximity=0.0, title=0.0, recency=1.0, weights={"title": 1.0, "content": 1.0}, k1=0.7, b=0.9),
)

# NOTE: not AnyOf and DisjunctionMax, whose matcher (2.7.4) takes for the best the score of another document.
TREES: dict[str, Any] = {"and": (ours.AllOf, And), "some": (ours.Some, Or)}


@st.composite
def scored(draw: Callable[..., Any], depth: int = 2, boost: float = 1.0) -> tuple[ours.Query, Query]:
    """A question whose score Whoosh has a formula for, over the content, in both trees.

    Whoosh forgets the boost of an And with one child (2.7.4), so there it stands at the words.
    """
    kind = draw(st.sampled_from(("word", "and", "some", "boost") if depth else ("word",)))
    if kind == "word":
        (token,) = tokenize(draw(single_words))
        term = exact_term(token.surface, token.folded)
        return ours.Word(token.surface, ("content",), forms=False), Term("content", term, boost=boost)
    if kind == "boost":
        factor = draw(st.sampled_from((0.5, 3.0)))
        mine, theirs = draw(scored(depth - 1, boost * factor))
        return ours.Boost(mine, factor), theirs
    mine_of, theirs_of = TREES[kind]
    children = draw(st.lists(scored(depth - 1, boost), min_size=1, max_size=3))
    return mine_of(tuple(mine for mine, _ in children)), theirs_of([theirs for _, theirs in children])


def has_other_spellings(reader: Any, query: ours.Query) -> bool:
    """Whether a word of a question is written in another way, too: ``gift-e`` is another ``gifte``."""
    words = [leaf for leaf in ours.leaves(query) if isinstance(leaf, ours.Word)]
    return any(
        term != exact_term(word.text, folded_form(word.text))
        for word in words
        for term in spellings(reader, "content", word.text)
    )


def assert_same_documents(views: Four, search: Search) -> None:
    expected, mine = views.memory.execute(search), views.ours.execute(search)
    ids = sorted(hit.record.article.id for hit in expected.hits)
    assert sorted(hit.record.article.id for hit in mine.hits) == ids
    assert mine.total == expected.total == len(ids)
    assert mine.facets == expected.facets
    for searcher in (views.stock, views.over_ours):
        assert found(searcher, asked(search, searcher.reader())) == ids


def assert_same_scores(views: Four, mine: ours.Query, theirs: Query, ranking: Ranking) -> None:
    search = Search(mine, ranking=ranking, limit=100)
    expected = {hit.record.article.id: hit.score for hit in views.memory.execute(search).hits}
    assert {hit.record.article.id: hit.score for hit in views.ours.execute(search).hits} == pytest.approx(
        expected, rel=SAME_SCORE, abs=SAME_SCORE
    )
    for searcher in (views.stock, views.over_ours):
        assert scores(searcher, theirs) == pytest.approx(expected, rel=SAME_SCORE, abs=SAME_SCORE)


@settings(max_examples=strategies.examples(2_000), suppress_health_check=list(HealthCheck))
@given(
    history=histories,
    words=st.lists(leaves, min_size=2, max_size=3),
    questions=st.lists(searches, min_size=1, max_size=2),
    ranked=st.lists(scored(), max_size=2),
    ranking=st.sampled_from(PLAIN),
)
def test_the_same_documents_totals_facets_and_scores(
    history: tuple[list[Record], Commits],
    words: list[ours.Leaf],
    questions: list[Search],
    ranked: list[tuple[ours.Query, Query]],
    ranking: Ranking,
) -> None:
    with four(*history, weighting=LuceneBM25(ranking)) as views:
        for search in (
            *(Search(query, facets=FACETS, limit=100) for query in (Everything(), *words)),
            *questions,
        ):
            assert_same_documents(views, search)
        for mine, theirs in ranked:
            if not has_other_spellings(views.stock.reader(), mine):
                assert_same_scores(views, mine, theirs, ranking)
