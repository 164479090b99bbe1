"""What is wrong with a question is said in the page's language, and in English only for want of words."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.errors import Message
from service.web.faults import faults_of, said
from service.web.phrases import phrases
from service.web.state import Fault, Problem
from service.web.strings import LANGUAGES

NEAR = Message("near", {"value": "Women"})
UNHEARD_OF = Message("unheard_of")  # type: ignore[arg-type]


@pytest.mark.parametrize("messages", [(), (UNHEARD_OF,), (NEAR, UNHEARD_OF)])
def test_for_a_code_without_words_the_english_detail_stands_as_english(messages: tuple[Message, ...]) -> None:
    fault = Fault("category", "no <such> category", messages)
    assert said(fault, phrases("fa")) == '<span lang="en" dir="ltr">no &lt;such&gt; category</span>'


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "<bdi>a</bdi>, <bdi>b</bdi>"),
        ("ar", "<bdi>a</bdi>، <bdi>b</bdi>"),
    ],
)
def test_words_to_be_written_exactly_so_are_kept_apart_from_the_text_around(lang: str, expected: str) -> None:
    fault = Fault("sort", "", (Message("known", {"choices": ("a", "b")}),))
    assert expected in said(fault, phrases(lang))


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("fr", "Le 1er février 2025 vient après le 1er janvier 2025, fin de la période."),
        ("fa", "۱ فوریهٔ ۲۰۲۵ پس از ۱ ژانویهٔ ۲۰۲۵ است که پایان بازه است."),
    ],
)
def test_days_are_written_out(lang: str, expected: str) -> None:
    days = {"first": date(2025, 2, 1), "last": date(2025, 1, 1)}
    assert said(Fault("from", "", (Message("days_out_of_order", days),)), phrases(lang)) == expected


def test_numbers_have_the_digits_of_the_language() -> None:
    fault = Fault("q", "", (Message("too_many_words", {"count": 1040, "most": 32}),))
    assert "۱٬۰۴۰" in said(fault, phrases("fa"))
    assert "1\u202f040" in said(fault, phrases("fr"))


def test_what_somebody_typed_is_quoted_and_cannot_become_markup() -> None:
    fault = Fault("type", "", (Message("unknown_value", {"value": "<b>"}),))
    assert said(fault, phrases("de")).startswith('„<bdi class="asked">&lt;b&gt;</bdi>“ gibt es')


def test_languages_are_called_by_their_names() -> None:
    messages = Message("unknown_value", {"value": "xx"}), Message("known", {"choices": ("en", "fa")})
    text = said(Fault("lang", "", messages), phrases("fr"))
    assert "<bdi>anglais</bdi>, <bdi>persan</bdi>" in text
    assert "xx" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fault_stands_behind_the_name_of_its_field_which_leads_there(lang: str) -> None:
    say = phrases(lang)
    problem = Problem(400, "", (Fault("category", "", (NEAR,)), Fault("author", ""), Fault("x", "")))
    category, author, other = faults_of(problem, say)
    assert category.startswith(f'<a href="#categories">{say("categories")}</a>')
    assert author.startswith(say("authors"))
    assert other.startswith("<bdi>x</bdi>")


def test_a_problem_without_faults_says_itself() -> None:
    problem = Problem(503, "too long", (), (Message("time_budget"),))
    (text,) = faults_of(problem, phrases("de"))
    assert text.startswith("Diese Suche hat zu lange gedauert.")
