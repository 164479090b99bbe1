"""Questions of which few articles have all the words: those with some of them follow."""

from __future__ import annotations

import pytest

from indexer.backends.base import Record
from service.search.engine import Engine
from service.search.relaxing import ENOUGH
from service.search.request import SearchRequest, SearchResult
from tests.conftest import record
from tests.search.conftest import engine_over

LONG = "how are the ferry crews of the harbour paid"  # ferry, crews, harbour, paid
KEYWORDS = "ferry crews harbour paid"


def ask(engine: Engine, text: str, **switches: object) -> SearchResult:
    return engine.search(SearchRequest(text, **switches))  # type: ignore[arg-type]  # as named


def ids(result: SearchResult) -> list[str]:
    return [hit.id for hit in result.hits]


def harbour(full: int, partial: int = 20) -> list[Record]:
    """Articles with all of four words, long and each word once; and with some, short and often."""
    padding = " ".join(f"word{number}" for number in range(200))
    holding = [
        record(
            f"Report {number}",
            f"The ferry is late. {padding} Crews wait. {padding} A harbour. {padding} They are paid.",
            key=f"full-{number}",
            categories=["Sea" if number % 2 else "Land"],
            published=f"2024-01-{number + 1:02}",
        )
        for number in range(full)
    ]
    others = [
        record(
            f"Ferry {number}",
            "Ferry crews, ferry crews. " + "Paid or not. " * (number % 3),
            key=f"partial-{number}",
            categories=["Sea" if number % 3 else "Land"],
            published=f"2025-01-{number + 1:02}",
        )
        for number in range(partial)
    ]
    return [*holding, *others, record("Elsewhere", "Nothing of it.", key="none", categories=["Land"])]


@pytest.fixture(scope="module")
def few() -> Engine:
    return engine_over(harbour(3))


def test_articles_with_all_the_words_come_first_then_those_with_some(few: Engine) -> None:
    result = ask(few, LONG, per_page=100)
    assert set(ids(result)[:3]) == {"full-0", "full-1", "full-2"}
    assert (result.total, len(set(ids(result)))) == (23, 23)
    assert [hit.matched.mode for hit in result.hits] == ["all_words"] * 3 + ["some_words"] * 20
    assert (result.applied.relaxed, result.applied.complete) == (True, 3)


def test_a_few_keywords_are_answered_by_articles_with_all_of_them(few: Engine) -> None:
    result = ask(few, KEYWORDS)
    assert set(ids(result)) == {"full-0", "full-1", "full-2"}
    assert (result.applied.relaxed, result.applied.complete) == (False, 3)


def test_enough_articles_with_all_the_words_are_the_answer() -> None:
    result = ask(engine_over(harbour(ENOUGH)), LONG, per_page=5)
    assert (result.total, result.applied.relaxed) == (ENOUGH, False)
    assert ask(engine_over(harbour(ENOUGH - 1)), LONG, per_page=5).applied.relaxed


def test_no_article_with_some_of_the_words_more_is_not_called_relaxed() -> None:
    result = ask(engine_over(harbour(3, partial=0)), LONG)
    assert (result.total, result.applied.relaxed, result.applied.complete) == (3, False, 3)


@pytest.mark.parametrize("per_page", [1, 2, 3, 4, 7, 10, 50])
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_pages_follow_each_other(few: Engine, per_page: int, sort: str) -> None:
    whole = ask(few, LONG, per_page=100, sort=sort)
    pages = [ask(few, LONG, per_page=per_page, page=page, sort=sort) for page in range(1, 23 // per_page + 3)]
    assert [name for page in pages for name in ids(page)] == ids(whole)
    assert {(page.total, page.applied, tuple(page.facets.items())) for page in pages} == {
        (whole.total, whole.applied, tuple(whole.facets.items()))
    }


def test_by_day_too_articles_with_all_the_words_come_first(few: Engine) -> None:
    assert ids(ask(few, LONG, sort="newest", per_page=5)) == [
        "full-2", "full-1", "full-0", "partial-19", "partial-18"
    ]  # fmt: skip


@pytest.mark.parametrize("full", [3, ENOUGH, ENOUGH + 5])
def test_ticking_a_facet_finds_as_many_as_it_says(full: int) -> None:
    """Though of ten articles with all the words fewer are in a category: the question is the same."""
    engine = engine_over(harbour(full))
    everywhere = ask(engine, LONG, facets=("category",))
    assert len(everywhere.facets["category"]) == 2
    for row in everywhere.facets["category"]:
        ticked = ask(engine, LONG, facets=("category",), filters={"category": (row.value,)})
        assert (ticked.total, ticked.applied.relaxed) == (row.count, everywhere.applied.relaxed)
        counts = {other.value: other.count for other in ticked.facets["category"]}
        assert counts == {other.value: other.count for other in everywhere.facets["category"]}


def test_days_do_not_change_whether_a_question_is_relaxed() -> None:
    result = ask(engine_over(harbour(ENOUGH)), LONG, published_from="2024-01-01", published_to="2024-01-02")
    assert (result.total, result.applied.relaxed) == (2, False)


def test_phrases_and_exclusions_hold_for_those_that_follow(few: Engine) -> None:
    quoted = ask(few, f'{LONG} "ferry crews"', per_page=100)
    assert {name.partition("-")[0] for name in ids(quoted)} == {"partial"}
    excluded = ask(few, f"{LONG} -report", per_page=100)
    assert {name.partition("-")[0] for name in ids(excluded)} == {"partial"}
    kept = ask(few, f'{LONG} "the ferry is late" -elsewhere', per_page=100)
    assert (set(ids(kept)), kept.applied.relaxed) == ({"full-0", "full-1", "full-2"}, False)


def test_an_exact_question_is_never_relaxed(few: Engine) -> None:
    assert ask(few, LONG, exact=True).total == 0
    exact = ask(few, "the ferry is late word0 word1 word2", exact=True)
    assert (exact.total, exact.applied.relaxed) == (3, False)


def test_those_that_follow_can_be_explained(few: Engine) -> None:
    hits = ask(few, LONG, per_page=100, explain=True).hits
    assert hits
    assert all(hit.explanation[-1].endswith(f" = {hit.score:.3f}.") for hit in hits)
