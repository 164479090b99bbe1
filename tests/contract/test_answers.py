"""How an answer is made up: filters, dates, order, pages, facets, scores, explanations."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from indexer.backends.base import Reader, Scored, Search, Sort
from indexer.errors import BoundExceeded, TimeBudgetExceeded
from indexer.fields import TEXT
from indexer.highlight import Shape
from indexer.limits import MAX_EXPANSIONS
from indexer.query import (
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
from indexer.ranking import BY_EDIT, BY_PREFIX, OTHER_ACCENTS, OTHER_FORM, Ranking, idf, saturation
from tests.conftest import COLLECTION, record
from tests.contract.conftest import Build

PLAIN = Ranking(proximity=0.0, title=0.0, recency=1.0, coverage=0.5)


def ids(view: Reader, search: Search) -> list[str]:
    return [hit.record.article.id for hit in view.execute(search).hits]


def scores(view: Reader, query: Query, ranking: Ranking = PLAIN) -> dict[str, float]:
    found = view.execute(Search(query, ranking=ranking, limit=100))
    return {hit.record.article.id: hit.score for hit in found.hits}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Word("moratorium", ("title",)), ("title",)),
        (Everything(), ()),
        (Not(Word("nothing")), ()),
    ],
)
def test_a_hit_names_the_fields_it_was_found_in(view: Reader, query: Query, found: tuple[str, ...]) -> None:
    hits = view.execute(Search(query)).hits
    assert hits
    assert {hit.fields for hit in hits} == {found}


@pytest.mark.parametrize("word", ["moratorium", "execution", "rights"])
def test_the_fields_of_a_hit_are_those_that_alone_find_it(view: Reader, word: str) -> None:
    alone = {name: set(ids(view, Search(Word(word, (name,)), limit=100))) for name in TEXT}
    for hit in view.execute(Search(Word(word), limit=100)).hits:
        assert hit.fields == tuple(name for name in TEXT if hit.record.article.id in alone[name])


@pytest.mark.parametrize("first", ["shown", "marks"])
@pytest.mark.parametrize("word", ["moratorium", "execution", "rights"])
def test_all_that_a_hit_is_shown_by_is_what_its_parts_say(view: Reader, word: str, first: str) -> None:
    shape = Shape(width=40, before=10, reach=30, most=2)
    for hit in view.execute(Search(Word(word), limit=100)).hits:
        document = hit.document
        shown = document.shown(shape) if first == "shown" else None
        title, content = document.marks("title").whole(), document.marks("content").passages(shape)
        article = document.article
        mine = shown or document.shown(shape)
        assert (mine.article.id, mine.article.title) == (article.id, article.title)
        assert mine[1:] == (document.fields, title, content)


# -- filters ---------------------------------------------------------------------------------------

FILTERS: list[tuple[str, Mapping[str, tuple[str, ...]], set[str]]] = [
    ("one category", {"category": ("human-rights",)}, {"moratorium", "daubler", "farsi"}),
    (
        "values of one filter are or",
        {"category": ("human-rights", "death-penalty")},
        {"moratorium", "daubler", "farsi", "executed", "hinrichtung"},
    ),
    (
        "filters are and",
        {"category": ("human-rights",), "tag": ("law",), "lang": ("en",)},
        {"moratorium", "daubler"},
    ),
    ("a type", {"type": ("video",)}, {"execution", "arabic"}),
    ("a language", {"lang": ("fa", "zh")}, {"farsi", "chinese"}),
    ("an author", {"author": ("ada-example",)}, {"moratorium", "executed"}),
    ("a value nobody carries", {"category": ("nothing",)}, set()),
    (
        "a value beside one nobody carries",
        {"category": ("nothing", "human-rights")},
        {"moratorium", "daubler", "farsi"},
    ),
    ("an empty choice is no filter", {"category": (), "type": ("video",)}, {"execution", "arabic"}),
]


@pytest.mark.parametrize(
    ("filters", "expected"), [row[1:] for row in FILTERS], ids=[row[0] for row in FILTERS]
)
def test_filters(view: Reader, filters: Mapping[str, tuple[str, ...]], expected: set[str]) -> None:
    search = Search(Everything(), filters=filters, limit=100)
    assert set(ids(view, search)) == expected
    assert view.execute(search).total == len(expected)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2025-01-20", "2025-01-21", {"moratorium", "executed", "farsi"}),
        ("2025-01-21", "2025-01-21", {"moratorium", "farsi"}),
        ("2025-01-21", "", {"moratorium", "farsi"}),
        ("", "2023-12-31", {"execution", "arabic"}),
        ("2026-01-01", "", set()),
    ],
)
def test_days_are_inclusive_and_an_article_without_a_day_is_in_no_range(
    view: Reader, first: str, last: str, expected: set[str]
) -> None:
    search = Search(Everything(), published_from=first, published_to=last, limit=100)
    assert set(ids(view, search)) == expected


def test_filters_and_days_hold_together_with_a_query(view: Reader) -> None:
    search = Search(Word("rights"), filters={"category": ("human-rights",)}, published_from="2025-01-01")
    assert ids(view, search) == ["moratorium"]


# -- order and pages -------------------------------------------------------------------------------


def test_newest_and_oldest_put_articles_without_a_day_last(view: Reader) -> None:
    undated = {"chinese", "undated"}
    for sort in ("newest", "oldest"):
        found = ids(view, Search(Everything(), sort=sort, limit=100))
        assert set(found[-2:]) == undated
        days = [view.get(name).article.published_at[:10] for name in found[:-2]]  # type: ignore[union-attr]
        assert days == sorted(days, reverse=sort == "newest")


def test_browsing_shows_the_newest_first(view: Reader) -> None:
    assert set(ids(view, Search(Everything(), limit=2))) == {"moratorium", "farsi"}


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("query", [Everything(), Word("rights"), Some((Word("rights"), Word("email")))])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_neither_repeat_nor_lose_a_hit(view: Reader, sort: Sort, query: Query, size: int) -> None:
    search = Search(query, sort=sort, limit=100, words=(Word("rights"), Word("email")))
    whole = ids(view, search)
    pages = [
        ids(view, replace(search, offset=offset, limit=size)) for offset in range(0, len(whole) + size, size)
    ]
    assert [name for page in pages for name in page] == whole
    assert len(set(whole)) == len(whole) == view.execute(search).total


def test_pages_agree_beyond_the_window_that_is_scored_anew(
    view_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hits past the window keep their places, so a reader who pages on sees each article once."""
    monkeypatch.setattr("indexer.backends.evaluate.RESCORE_WINDOW", 4)
    view = view_of([record(f"Rights {'x ' * n}", "rights " * (n % 3), key=f"n{n}") for n in range(12)])
    search = Search(Word("rights"), words=(Word("rights"),), limit=100)
    whole = ids(view, search)
    paged = [
        name for offset in range(0, 12, 3) for name in ids(view, replace(search, offset=offset, limit=3))
    ]
    assert paged == whole
    assert len(set(whole)) == 12


def test_a_total_counts_hits_and_not_the_page(view: Reader) -> None:
    found = view.execute(Search(Everything(), limit=3, offset=9))
    assert (found.total, len(found.hits)) == (len(COLLECTION), 1)
    assert view.execute(Search(Everything(), limit=0)).hits == ()
    assert view.execute(Search(Everything(), offset=50)).hits == ()


# -- facets ----------------------------------------------------------------------------------------


def test_a_facet_leaves_out_its_own_filter_and_keeps_the_others(view: Reader) -> None:
    """Ticking a category does not hide its neighbours' counts; a ticked language narrows them."""
    search = Search(
        Everything(),
        filters={"category": ("human-rights",), "lang": ("en", "de")},
        facets=("category", "lang"),
    )
    facets = view.execute(search).facets
    assert facets["category"] == (("death-penalty", 3), ("human-rights", 2))
    assert facets["lang"] == (("en", 2), ("fa", 1), ("de", 0))


def test_a_selected_value_is_shown_with_a_count_of_nothing(view: Reader) -> None:
    search = Search(
        Word("dawn"), filters={"category": ("human-rights", "unheard")}, facets=("category", "tag")
    )
    found = view.execute(search)
    assert found.total == 0
    assert found.facets["category"] == (("death-penalty", 1), ("human-rights", 0), ("unheard", 0))
    assert found.facets["tag"] == ()


def test_facets_count_what_the_days_allow(view: Reader) -> None:
    found = view.execute(Search(Everything(), published_to="2023-12-31", facets=("type", "author")))
    assert found.facets == {"type": (("video", 2),), "author": ()}


def test_an_author_without_letters_is_no_value_to_count(view_of: Build) -> None:
    view = view_of([record("One", author="—", key="a"), record("Two", author="Ada", key="b")])
    assert view.execute(Search(Everything(), facets=("author",))).facets["author"] == (("ada", 1),)


# -- scores ----------------------------------------------------------------------------------------


def test_the_best_child_of_any_of_counts(view: Reader) -> None:
    alone = [scores(view, word) for word in (Word("rights"), Word("email"))]
    together = scores(view, AnyOf((Word("rights"), Word("email"))))
    assert together == {
        name: pytest.approx(max(part.get(name, 0.0) for part in alone)) for name in (*alone[0], *alone[1])
    }


def test_all_of_adds_up(view: Reader) -> None:
    alone = [scores(view, word)["moratorium"] for word in (Word("rights"), Word("moratorium"))]
    both = scores(view, AllOf((Word("rights"), Word("moratorium"), Not(Word("zebra")))))
    assert both == {"moratorium": pytest.approx(sum(alone))}


def test_some_adds_up_times_the_share_found(view: Reader) -> None:
    children = (Word("rights"), Word("email"), Word("zebra"), Word("café"))
    alone = [scores(view, word) for word in children]
    for name, score in scores(view, Some(children)).items():
        held = [part[name] for part in alone if name in part]
        assert score == pytest.approx(sum(held) * (len(held) / 4) ** 0.5)


def test_a_boost_multiplies(view: Reader) -> None:
    plain, boosted = scores(view, Word("rights")), scores(view, Boost(Word("rights"), 2.5))
    assert boosted == {name: pytest.approx(score * 2.5) for name, score in plain.items()}


def test_browsing_scores_nothing(view: Reader) -> None:
    assert set(scores(view, Everything()).values()) == {0.0}
    assert set(scores(view, Everything(), Ranking(today="2025-01-22")).values()) == {0.0}


@pytest.mark.parametrize(
    ("query", "weight"),
    [
        (Word("résumé"), 1.0),
        (Word("resume"), OTHER_ACCENTS),
        (Prefix("résu"), BY_PREFIX),
        (Fuzzy("résumet"), BY_EDIT),
        (Fuzzy("résumett", 2), BY_EDIT**2),
        (Phrase(("résumé",)), 1.0),
    ],
)
def test_an_occurrence_counts_by_how_it_resembles_what_was_typed(
    view_of: Build, query: Leaf, weight: float
) -> None:
    """The score of one occurrence is BM25F of its weight, computed here by hand."""
    view = view_of([record("Other words", key="a"), record("One more", "a résumé here", key="b", lang="und")])
    title, content = PLAIN.weights["title"], PLAIN.weights["content"]
    average = (title * (2 + 2) + content * (0 + 3)) / 2
    expected = idf(2, 1) * saturation(weight * content, title * 2 + content * 3, average, PLAIN)
    assert scores(view, query) == {"b": pytest.approx(expected, abs=1e-12)}


def test_another_form_counts_less_than_the_word(view_of: Build) -> None:
    view = view_of([record("Execution", key="a"), record("Executions", key="b")])
    title = PLAIN.weights["title"]
    by_form = idf(2, 2) * saturation(OTHER_FORM * title, title, title, PLAIN)
    assert scores(view, Word("execution", ("title",)))["b"] == pytest.approx(by_form, abs=1e-12)


# -- explanations ----------------------------------------------------------------------------------

EXPLAINED: list[tuple[str, Query]] = [
    ("a word", Word("rights")),
    ("all of", AllOf((Word("rights"), Word("moratorium")))),
    ("a compound found in several ways", AnyOf((Phrase(("e", "mail")), Word("e\u200cmail"), Word("email")))),
    ("some of", Some((Word("rights"), Word("email"), Word("zebra")))),
    (
        "some of beside a phrase",
        AllOf((Some((Word("moratorium"), Word("zebra"))), Phrase(("the", "people")))),
    ),
    ("a boost", AllOf((Boost(Word("rights"), 3.0), Not(Word("berlin"))))),
    ("a word asked twice", AllOf((Word("rights"), Word("rights")))),
    ("a prefix and an edit", AnyOf((Prefix("morat"), Fuzzy("rigths")))),
]


def explained_score(hit: Scored) -> float:
    return sum(part.score for part in hit.parts) * (1.0 + hit.proximity_bonus + hit.title_bonus) * hit.recency


@pytest.mark.parametrize("sort", ["relevance", "newest"])
@pytest.mark.parametrize("query", [row[1] for row in EXPLAINED], ids=[row[0] for row in EXPLAINED])
def test_an_explanation_adds_up_to_the_score(view: Reader, query: Query, sort: Sort) -> None:
    """What is told of a hit accounts for its whole score, and for no more."""
    ranking = Ranking(today="2025-01-22", coverage=0.5)
    words = (Word("rights"), Word("moratorium"), Word("dawn"))
    search = Search(query, sort=sort, ranking=ranking, words=words, explain=True, limit=100)
    hits = view.execute(search).hits
    assert hits
    for hit in hits:
        assert math.isclose(explained_score(hit), hit.score, rel_tol=1e-9)


def test_an_explanation_names_where_and_as_what_a_word_was_found(view: Reader) -> None:
    (hit,) = view.execute(
        Search(Word("executed", ("content",)), filters={"type": ("report",)}, explain=True)
    ).hits
    (part,) = hit.parts
    assert (part.leaf, dict(part.occurrences), part.forms) == (
        Word("executed", ("content",)),
        {"content": 1},
        ("executed",),
    )
    assert part.documents == 2
    assert part.idf == pytest.approx(idf(len(COLLECTION), 2))


def test_without_explain_nothing_is_explained(view: Reader) -> None:
    assert all(hit.parts == () for hit in view.execute(Search(Word("rights"))).hits)


# -- bounds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        Everything(),
        Nothing(),
        Word("rights"),
        Phrase(("the", "people")),
        Prefix("a"),
        Fuzzy("rigths"),
        Some(()),
    ],
)
def test_a_deadline_in_the_past_is_an_error_and_no_answer(view: Reader, query: Query) -> None:
    with pytest.raises(TimeBudgetExceeded):
        view.execute(Search(query, deadline=time.monotonic() - 1.0))
    view.execute(Search(query, deadline=time.monotonic() + 60.0))


def test_a_prefix_stands_for_its_most_frequent_words_only(view_of: Build) -> None:
    """Of more words than the bound the most frequent are kept, the rest by the order of the alphabet."""
    rare = [f"wa{number:04d}" for number in range(MAX_EXPANSIONS)]
    common = [f"wz{number:02d}" for number in range(10)]
    view = view_of(
        [
            record("Rare", " ".join(rare), key="rare"),
            record("Common", " ".join(common), key="common"),
            record("Again", " ".join([*common, rare[-1]]), key="again"),
        ]
    )
    found = view.execute(Search(Prefix("w"), explain=True, ranking=PLAIN))
    occurrences = {hit.record.article.id: hit.parts[0].occurrences["content"] for hit in found.hits}
    assert occurrences == {"rare": MAX_EXPANSIONS - 10, "common": 10, "again": 11}
    with pytest.raises(BoundExceeded, match=r"'w'"):
        view.execute(Search(Prefix("w", whole=True)))
    with pytest.raises(BoundExceeded):
        view.execute(Search(AllOf((Everything(), Not(Prefix("w", whole=True))))))
    assert view.execute(Search(Prefix("wa", whole=True))).total == 2


@pytest.mark.parametrize(
    "given",
    [
        {"k1": math.nan},
        {"k1": -0.1},
        {"b": 1.5},
        {"title": -1.0},
        {"recency": math.inf},
        {"coverage": -1.0},
        {"half_life_days": 0.0},
        {"weights": {"title": math.inf, "content": 1.0}},
    ],
)
def test_a_ranking_that_no_order_can_come_of_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(given))):
        Ranking(**given)


@pytest.mark.parametrize("factor", [0.0, -1.0, math.inf, math.nan])
def test_a_boost_that_no_order_can_come_of_is_refused(factor: float) -> None:
    with pytest.raises(ValueError, match="factor"):
        Boost(Word("a"), factor)


def test_ids_add_nothing_to_a_score(view: Reader) -> None:
    alone, among = Word("moratorium"), AllOf((Word("moratorium"), Ids(("hinrichtung", "moratorium"))))
    assert scores(view, among) == scores(view, alone)
    assert scores(view, Ids(("farsi",))) == {"farsi": 0.0}
    best = scores(view, AnyOf((Ids(("farsi", "moratorium")), alone)))
    assert best == {**scores(view, alone), "farsi": 0.0}
