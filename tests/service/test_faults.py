"""Whatever is wrong with a question, the page says it in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

import pytest

from indexer.backends.evaluate import check_expansions
from indexer.errors import MessageCode, TimeBudgetExceeded
from indexer.query import Prefix
from service.resources.parameters import MAX_PAIRS, MAX_QUERY_STRING, SEARCH
from service.resources.query_string import read_query
from service.search.engine import Engine
from service.search.request import SearchRequest
from service.web.strings import LANGUAGES, STRINGS
from tests.service.conftest import Running
from tests.web.make import Seen

MANY = "+".join(f"w{n}" for n in range(40))

# What is said for a query string; a hint comes with something else.
ASKED: list[tuple[MessageCode, str]] = [
    ("not_a_flag", "q=x&exact=maybe"),
    ("not_a_number_from", "q=x&page=0"),
    ("not_a_number", "q=x&per_page=101"),
    ("not_a_day", "q=x&from=tomorrow"),
    ("not_one_of", "q=x&sort=best"),
    ("not_one_of", "q=x&asl_gen[]=tags"),
    ("term_number", "q=x&categoryset[]=17"),
    ("value_too_long", "q=x&tag=" + "x" * 201),
    ("repeated", "q=x&sort=newest&sort=oldest"),
    ("days_out_of_order", "from=2025-02-01&to=2025-01-01"),
    ("unknown_value", "author=Nobody"),
    ("near", "category=womn"),
    ("known", "type=nonsense"),
    ("too_many_characters", "q=" + "x" * 513),
    ("too_many_words", "q=" + MANY),
    ("leading_wildcard", "q=*ism"),
    ("address_too_long", "q=" + "x" * MAX_QUERY_STRING),
    ("too_many_parameters", "tag=a&" * (MAX_PAIRS + 1)),
    ("not_utf8", "q=%ff"),
    ("nul_character", "q=a%00b"),
]


def beyond(engine: Engine) -> None:
    search(engine, SearchRequest("x", page=1_001))


search = Engine.search

# What no address of this site's page brings about: it must be said all the same.
RAISED: list[tuple[MessageCode, Callable[[Engine], object]]] = [
    ("unknown_parameter", lambda _: read_query("zzz=1", SEARCH)),
    ("too_many_expansions", lambda _: check_expansions(Prefix("wa", ("title",), whole=True), 2_000)),
    ("beyond_window", beyond),
    ("time_budget", lambda _: TimeBudgetExceeded(2.0)),
]


POSTED: MessageCode = "no_text"  # comes of a passage, which has no address


def said(running: Running, query: str, lang: str) -> Seen:
    answer = running.get("/", query, headers={"Accept": "text/html", "Accept-Language": lang})
    assert answer.status_code in {400, 503}
    return Seen(answer.text)


def sentence(code: MessageCode, lang: str) -> re.Pattern[str]:
    """The text of a code with anything in its places."""
    pieces = re.split(r"\{\w+\}", STRINGS[lang][f"fault_{code}"])
    return re.compile(".+".join(map(re.escape, pieces)))


def test_every_code_is_tried_here() -> None:
    tried = {code for code, _ in ASKED} | {code for code, _ in RAISED} | {POSTED}
    assert tried == set(get_args(MessageCode))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_wrong_with_a_passage_is_said_in_the_language_of_the_page(
    reading: Running, lang: str
) -> None:
    headers = {
        "Accept": "text/html",
        "Accept-Language": lang,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = reading.client.simulate_post("/quotes", body="text=++", headers=headers)
    page = Seen(answer.text)
    assert (answer.status_code, bool(sentence(POSTED, lang).search(page.text))) == (422, True)
    assert not page.all("span", lang="en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "query"), ASKED)
def test_what_is_wrong_with_an_address_is_said_in_the_language_of_the_page(
    reading: Running, code: MessageCode, query: str, lang: str
) -> None:
    page = said(reading, query, lang)
    assert sentence(code, lang).search(page.text)
    assert not page.all("span", lang="en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "act"), RAISED)
def test_what_comes_up_while_searching_is_said_in_the_language_of_the_page(
    reading: Running,
    monkeypatch: pytest.MonkeyPatch,
    code: MessageCode,
    act: Callable[[Engine], object],
    lang: str,
) -> None:
    def refuse(engine: Engine, _: SearchRequest) -> None:
        error = act(engine)
        assert isinstance(error, Exception)
        raise error

    monkeypatch.setattr(Engine, "search", refuse)
    page = said(reading, f"q=never-asked-{code}", lang)
    assert sentence(code, lang).search(page.text)
    assert not page.all("span", lang="en")


@pytest.mark.parametrize(
    ("lang", "query", "expected"),
    [
        ("fr", "type=nonsense", "«\u202fnonsense\u202f» n’existe pas sur ce site. Choix : Post, Report."),
        ("fr", "type=nonsense", "Types d’articles : «\u202fnonsense\u202f» n’existe pas"),
        ("fr", "lang=xx", "Langues : «\u202fxx\u202f» n’existe pas sur ce site. Choix : allemand, anglais."),
        ("fr", "q=x&sort=best", "Choix : Pertinence, Les plus récents, Les plus anciens."),
        ("de", "category=womn", "„womn“ gibt es auf dieser Website nicht. Meinten Sie „Women“?"),
        ("de", "categoryset[]=17", "Nach Kategorien filtern: „17“ ist eine interne WordPress-Nummer."),
        ("fa", "q=" + MANY, "حداکثر ۳۲ واژه می‌تواند داشته باشد؛ این یکی ۴۰ واژه دارد."),
        ("ar", "q=x&per_page=500", "القيمة «500» ليست عددًا صحيحًا من 1 إلى 100."),
        ("en", "from=2025-02-01&to=2025-01-01", "From: February 1, 2025 is after January 1, 2025, where"),
    ],
)
def test_values_stand_in_the_sentence_as_the_language_writes_them(
    reading: Running, lang: str, query: str, expected: str
) -> None:
    assert expected in said(reading, query, lang).text


def test_the_plugins_name_of_a_field_leads_to_the_field(reading: Running) -> None:
    page = said(reading, "q=x&categoryset[]=17", "en")
    assert page.all("a", href="#categories")
    assert page.all("p", id="problem-category")
    assert "open" in page.all("details", id="settings")[0]


def test_the_api_speaks_english_and_sends_what_it_sent(reading: Running) -> None:
    answer = reading.get("/api/v1/search", "category=womn", headers={"Accept-Language": "fr"})
    detail = "'womn' is not a category of this site; did you mean 'Women'?"
    assert answer.json["code"] == "unknown_value"
    assert answer.json["errors"] == [{"parameter": "category", "detail": detail}]
    assert answer.json["detail"] == detail


@pytest.mark.parametrize("page", ["2", "1000", "1001", "10000", "99999999", "9" * 40])
@pytest.mark.parametrize("per_page", ["1", "10"])
def test_a_page_behind_the_last_is_a_friendly_answer_however_far_it_is(
    reading: Running, page: str, per_page: str
) -> None:
    answer = reading.get("/", f"q=budget&page={page}&per_page={per_page}", headers={"Accept": "text/html"})
    if answer.status_code == 303:
        answer = reading.get("/", answer.headers["location"].partition("?")[2])
    assert answer.status_code == 200
    assert "The results end at page 1." in answer.text
    assert not Seen(answer.text).all("article")


def test_for_programs_such_a_page_is_still_a_mistake(reading: Running) -> None:
    for page, code in [("1001", "bound_exceeded"), ("99999999", "invalid_parameter")]:
        answer = reading.get("/api/v1/search", f"q=budget&page={page}")
        assert (answer.status_code, answer.json["code"]) == (400, code)
