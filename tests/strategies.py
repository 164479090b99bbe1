"""Hypothesis strategies: small collections that collide often, and questions about them."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from indexer.backends.base import Record, Search
from indexer.query import (
    TEXT_FIELDS,
    AllOf,
    AnyOf,
    Boost,
    Everything,
    Fuzzy,
    Ids,
    Leaf,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
)
from indexer.ranking import Ranking
from tests.conftest import record

# Few words, so that random articles and random questions meet: accents, hyphens, joiners, scripts, forms.
WORDS = (
    "a ab aba abb b ba bab right rights righted cafe café resume résumé e-mail email e mail "
    "Däubler-Gmelin daubler gmelin dauber U.S. us R&D C++ node.js 1,000 1000 people's peoples people’s "
    "l'homme homme gift gifts Gifte Häuser Haus exécuter exécution execution executed the of "
    "كتاب کتاب مسئول مسؤول مسوول می‌رود میرود رود 人民 人民日报 人 東京 naïve NAIVE"
).split()  # fmt: skip
LANGUAGES = ("en", "de", "fr", "fa", "und")
CATEGORIES = ("One", "Two", "Three")
TYPES = ("Post", "Page")
AUTHORS = ("", "Ada", "Bo", "—")
DAYS = ("", "2024-01-01", "2024-06-30", "2025-01-21", "2025-01-21T10:00:00+01:00", "not a day")
TODAY = "2025-02-01"


def examples(default: int) -> int:
    """How many examples a property tries: ``default``, or more by ``BROADSHEET_TEST_EXAMPLES``."""
    return max(default, int(os.environ.get("BROADSHEET_TEST_EXAMPLES", "0")))


def patience() -> pytest.MarkDecorator:
    """A module's time limit: Hypothesis may take five minutes to make a failure small, which is worth the
    wait, and a campaign of many examples up to a second for each.
    """
    return pytest.mark.timeout(900 + examples(0))


words: SearchStrategy[str] = st.sampled_from(WORDS)
separators: SearchStrategy[str] = st.sampled_from((" ", " ", " ", "\n", ", ", "-", ". ", " “"))


@st.composite
def texts(draw: Callable[..., str], max_words: int = 12) -> str:
    """A text of known words between ordinary and awkward separators."""
    return "".join(word + draw(separators) for word in draw(st.lists(words, max_size=max_words)))


def records(ids: SearchStrategy[str]) -> SearchStrategy[Record]:
    """An article over the small vocabulary."""
    return st.builds(
        record,
        title=texts(4),
        text=texts(),
        key=ids,
        lang=st.sampled_from(LANGUAGES),
        kind=st.sampled_from(TYPES),
        categories=st.lists(st.sampled_from(CATEGORIES), max_size=3),
        tags=st.lists(st.sampled_from(CATEGORIES), max_size=1),
        author=st.sampled_from(AUTHORS),
        published=st.sampled_from(DAYS),
    )


def collections(max_size: int = 8) -> SearchStrategy[list[Record]]:
    """Articles with ids of their own."""
    numbers = st.integers(0, 99).map(lambda number: f"id{number}")
    return st.lists(records(numbers), max_size=max_size, unique_by=lambda item: item.article.id)


fields = st.sampled_from((TEXT_FIELDS, ("title",), ("content",), ("content", "title")))
surfaces = words | st.text("ab-é'ی", max_size=3)
leaves: SearchStrategy[Leaf] = st.one_of(
    st.builds(Word, surfaces, fields, st.booleans(), st.just(()) | st.lists(surfaces, max_size=2).map(tuple)),
    st.builds(Phrase, st.lists(surfaces, min_size=1, max_size=3).map(tuple), fields),
    st.builds(Prefix, surfaces, fields),
    st.builds(Fuzzy, surfaces, st.integers(1, 2), fields),
)


def _nested(children: SearchStrategy[Query]) -> SearchStrategy[Query]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    excluding = st.tuples(several, children.map(Not)).map(lambda pair: AllOf((*pair[0], pair[1])))
    boosted = st.builds(Boost, children, st.sampled_from((0.5, 2.0)))
    return st.one_of(
        st.builds(AnyOf, several), st.builds(AllOf, several), st.builds(Some, several), excluding, boosted
    )


# Ids of the collections here, of none, and what is no text.
ids: SearchStrategy[Ids] = st.builds(
    Ids,
    st.lists(st.integers(0, 12).map("id{}".format) | st.sampled_from(("", "none", "\ud800")), max_size=4).map(
        tuple
    ),
)

queries: SearchStrategy[Query] = st.recursive(
    leaves | leaves | ids | st.just(Everything()) | st.just(Nothing()), _nested, max_leaves=5
)

filters = st.fixed_dictionaries(
    {},
    optional={
        "category": st.lists(st.sampled_from(("one", "two", "three", "none")), max_size=2).map(tuple),
        "type": st.sampled_from((("post",), ("page", "post"))),
        "lang": st.sampled_from((("en",), ("fa", "de"))),
        "author": st.sampled_from((("ada",), ("",))),
        "tag": st.just(("one",)),
    },
)

rankings = (
    Ranking(today=TODAY),
    Ranking(weights={"title": 0.5, "content": 3.0}, k1=0.7),
    Ranking(today=TODAY, boosts={"category": {"one": 2.5, "two": 0.4, "none": 9.0}, "type": {"page": 1.5}}),
)

searches: SearchStrategy[Search] = st.builds(
    Search,
    query=queries,
    filters=filters,
    published_from=st.sampled_from(("", "", "2024-06-30")),
    published_to=st.sampled_from(("", "", "2024-06-30", "2025-01-21")),
    sort=st.sampled_from(("relevance", "relevance", "newest", "oldest")),
    offset=st.sampled_from((0, 0, 1, 3)),
    limit=st.sampled_from((10, 2, 0)),
    facets=st.sampled_from(((), ("category", "type", "tag", "lang", "author"))),
    ranking=st.sampled_from(rankings),
    words=st.lists(leaves, max_size=3).map(tuple),
    explain=st.booleans(),
)
