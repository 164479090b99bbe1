"""What is offered while a visitor types, over the small collection."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.errors import BoundExceeded, QueryError
from indexer.highlight import ELLIPSIS
from service.search.engine import Engine
from service.search.request import SearchRequest, SearchResult, Suggestions
from service.search.suggest import SNIPPET_CHARACTERS
from service.search.tuning import Tuning
from tests.conftest import COLLECTION
from tests.search.conftest import engine_over


def ask(engine: Engine, text: str, **switches: Any) -> SearchResult:
    return engine.search(SearchRequest(text, **switches))


def suggest(engine: Engine, text: str, limit: int = 8, **options: Any) -> Suggestions:
    return engine.suggest(SearchRequest(text, **options), limit)


def rows(engine: Engine, text: str, **options: Any) -> list[tuple[str, str]]:
    return [(row.kind, row.text) for row in suggest(engine, text, **options).rows]


def test_suggestions_are_titles_and_categories_by_their_beginning(engine: Engine) -> None:
    assert rows(engine, "human ri")[0] == ("category", "Human Rights")
    assert set(rows(engine, "exec", fields=("title",))) == {
        ("article", "Executed at dawn"),
        ("article", "A moratorium on executions"),
        ("article", "L’exécution suspendue"),
    }
    assert rows(engine, "PÉNALTY")[0] == ("category", "Death Penalty")
    assert rows(engine, "moratorium on exec")[0] == ("article", "A moratorium on executions")
    assert rows(engine, "executions morat")[0] == ("article", "A moratorium on executions"), "in any order"


def test_articles_with_the_words_in_their_title_come_before_those_with_them_in_their_text(
    engine: Engine,
) -> None:
    titles = rows(engine, "peopl", fields=("title",))
    everywhere = rows(engine, "peopl")
    assert titles
    assert everywhere[: len(titles)] == titles
    assert len(everywhere) > len(titles)
    answer = suggest(engine, "peopl")
    assert answer.total == ask(engine, "peopl", prefix=True).total == len(everywhere)


def test_a_suggestion_marks_what_was_typed(engine: Engine) -> None:
    row = suggest(engine, "dau").rows[0]
    assert row.highlight.html == "Herta <mark>Däubler-Gmelin</mark> on the rule of law"
    assert (row.url, row.value, row.lang) == ("https://example.org/daubler/", "daubler", "en")
    category = suggest(engine, "penal").rows[0]
    assert (category.highlight.html, category.value, category.count) == (
        "Death <mark>Penalty</mark>",
        "death-penalty",
        3,
    )


def test_a_suggested_article_says_when_where_and_what_it_is(engine: Engine) -> None:
    (hit,) = ask(engine, "däubler-gmelin").hits
    row = suggest(engine, "dau").rows[0]
    assert (row.published_at, row.categories) == (hit.published_at, hit.categories)
    assert row.snippet is not None
    assert 0 < len(row.snippet.text) <= SNIPPET_CHARACTERS + 2 * len(ELLIPSIS)


def test_a_right_spelling_is_named_and_what_it_finds_is_suggested(engine: Engine) -> None:
    answer = suggest(engine, "parlaiment")
    assert answer.corrected == "parliament"
    assert (answer.rows[0].kind, answer.rows[0].text) == ("spelling", "parliament")
    assert answer.total == ask(engine, "parliament", prefix=True).total > 0
    assert [row.kind for row in answer.rows[1:]] == ["article"] * answer.total
    assert rows(engine, "zebra") == []


def test_a_typo_is_seen_through_before_the_word_is_finished(engine: Engine) -> None:
    assert suggest(engine, "moratro").corrected == suggest(engine, "moretor").corrected == "moratorium"
    assert suggest(engine, "morator").corrected is None, "what begins a word is no typo"
    assert suggest(engine, "exact moratro", exact=True).corrected is None


def test_suggestions_keep_to_the_switches_and_filters_of_the_search(engine: Engine) -> None:
    for options in (
        {"exact": True},
        {"fields": ("content",)},
        {"filters": {"category": ("death-penalty",)}},
        {"filters": {"lang": ("de",)}},
        {"published_from": "2024-01-01"},
    ):
        found = ask(engine, "moratorium", **options)
        answer = suggest(engine, "moratorium", **options)
        assert answer.total == found.total
        assert {row.value for row in answer.rows if row.kind == "article"} == {hit.id for hit in found.hits}


def test_popular_queries_are_offered_before_and_while_typing() -> None:
    popular = ("death penalty", "Däubler-Gmelin", "penal reform")
    engine = engine_over(COLLECTION, tuning=lambda: Tuning(popular=popular))
    assert rows(engine, "") == [("query", text) for text in popular]
    assert rows(engine, "", limit=1) == [("query", "death penalty")]
    assert [text for kind, text in rows(engine, "pena") if kind == "query"] == [
        "death penalty",
        "penal reform",
    ]
    assert ("query", "Däubler-Gmelin") in rows(engine, "daubler")


@pytest.mark.parametrize("text", ["", "  ", "!?", '"', "-", "\u200c"])
def test_nothing_typed_suggests_nothing(engine: Engine, text: str) -> None:
    assert rows(engine, text) == []


def test_what_is_only_excluded_suggests_nothing(engine: Engine) -> None:
    assert rows(engine, "-moratorium") == []


def test_suggestions_are_limited_and_of_one_language(engine: Engine) -> None:
    assert len(rows(engine, "e", limit=1)) == 1
    assert rows(engine, "morat", filters={"lang": ("de",)})[0] == ("article", "Hinrichtung und Moratorium")
    with pytest.raises(QueryError) as refusal:
        rows(engine, "morat", filters={"lang": ("xx",)})
    assert refusal.value.parameter == "lang"
    with pytest.raises(BoundExceeded):
        rows(engine, "x" * 1000)


def test_a_question_that_no_article_holds_whole_is_answered_as_the_search_will(engine: Engine) -> None:
    text = "who will ever suspend these executions for good"
    relaxed = ask(engine, text, prefix=True)
    assert relaxed.applied.relaxed
    answer = suggest(engine, text)
    assert answer.total == relaxed.total > 0
    assert answer.rows[0].value == relaxed.hits[0].id


def test_what_has_been_typed_already_is_no_popular_query() -> None:
    engine = engine_over(COLLECTION, tuning=lambda: Tuning(popular=("Death Penalty",)))
    assert ("query", "Death Penalty") in rows(engine, "death penal")
    assert ("query", "Death Penalty") not in rows(engine, "death penalty")


def test_a_search_never_says_it_has_looked_for_how_a_word_might_go_on(engine: Engine) -> None:
    """Only what is typed is completed: the search for it has looked for whole words and their typos."""
    answer = ask(engine, "rights moratro")
    assert answer.applied.relaxed
    assert answer.applied.corrected is None


def test_a_right_spelling_is_shown_in_both_forms(engine: Engine) -> None:
    row = suggest(engine, "parlaiment").rows[0]
    assert (row.highlight.html, row.highlight.text, row.highlight.ranges) == ("parliament", "parliament", ())
