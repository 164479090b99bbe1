from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

import service.web
from indexer.errors import MessageCode
from service.web.phrases import direction, negotiate, phrases
from service.web.strings import COUNTED, LANGUAGES, STRINGS

PLACE = re.compile(r"\{(\w+)\}")
SOURCES = Path(service.web.__file__).parent


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_every_text_with_the_same_places(lang: str) -> None:
    assert STRINGS[lang].keys() == STRINGS["en"].keys()
    for key, text in STRINGS[lang].items():
        assert text.strip(), key
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(STRINGS["en"][key])), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_counted_text_has_every_plural_form_of_its_language(lang: str) -> None:
    categories = Locale.parse(lang).plural_form.tags | {"other"}
    assert COUNTED[lang].keys() == COUNTED["en"].keys()
    for key, forms in COUNTED[lang].items():
        assert forms.keys() == categories, key
        places = set(PLACE.findall(COUNTED["en"][key]["other"])) - {"n"}
        assert all(set(PLACE.findall(form)) - {"n"} == places for form in forms.values()), key


def test_what_can_be_wrong_with_a_question_can_be_said() -> None:
    said = {key.removeprefix("fault_") for key in STRINGS["en"] if key.startswith("fault_")}
    assert said == set(get_args(MessageCode))


def test_no_text_is_kept_that_nothing_says() -> None:
    readers = [path for path in SOURCES.rglob("*") if path.suffix in (".py", ".html", ".js")]
    code = "".join(path.read_text("utf-8") for path in readers if path.parent.name != "strings")
    built = {"error_", "help_", "fault_"}
    unsaid = [
        key
        for key in (*STRINGS["en"], *COUNTED["en"])
        if f'"{key}"' not in code and not any(key.startswith(prefix) for prefix in built)
    ]
    assert unsaid == []


@pytest.mark.parametrize(
    ("header", "default", "expected"),
    [
        ("", "en", "en"),
        ("fa-IR,fa;q=0.9,en;q=0.8", "en", "fa"),
        ("es, de;q=0.5", "en", "de"),
        ("en;q=0.1, fr;q=0.9", "en", "fr"),
        ("de;q=0, es", "ar", "ar"),
        ("*", "fr", "fr"),
        ("xx", "es", "en"),
        ("DE-at", "en", "de"),
        ("fr;q=x, ar;q=0.2", "en", "ar"),
        ("fr;level=1, ar;q=0.2", "en", "ar"),
    ],
)
def test_the_most_wanted_language_there_is_gets_chosen(header: str, default: str, expected: str) -> None:
    assert negotiate(header, default) == expected


@given(st.text(max_size=100), st.text(max_size=10))
def test_any_header_leads_to_a_language_there_is(header: str, default: str) -> None:
    assert negotiate(header, default) in LANGUAGES


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("fa", "rtl"),
        ("ar-EG", "rtl"),
        ("he", "rtl"),
        ("ur_PK", "rtl"),
        ("en", "ltr"),
        ("und", "auto"),
        ("", "auto"),
    ],
)
def test_languages_are_written_as_their_readers_read(lang: str, expected: str) -> None:
    assert direction(lang) == expected


@pytest.mark.parametrize(
    ("lang", "day", "number"),
    [
        ("en", "January 21, 2025", "1,234"),
        ("fr", "21 janvier 2025", "1\u202f234"),
        ("de", "21. Januar 2025", "1.234"),
        ("ar", "21 يناير 2025", "1,234"),
        ("fa", "۲۱ ژانویهٔ ۲۰۲۵", "۱٬۲۳۴"),
    ],
)
def test_days_and_numbers_are_written_as_the_language_writes_them(lang: str, day: str, number: str) -> None:
    say = phrases(lang)
    assert say.day("2025-01-21") == say.day("2025-01-21T23:30:00+03:30") == day
    assert say.number(1234) == number


def test_in_french_the_first_of_a_month_is_an_ordinal() -> None:
    assert phrases("fr").day("2024-01-01") == "1er janvier 2024"
    assert phrases("fr").day("2011-11-11") == "11 novembre 2011"
    assert phrases("de").day("2024-01-01") == "1. Januar 2024"


def test_a_list_has_the_commas_of_its_language() -> None:
    assert phrases("de").listed(["eins", "<b>"]) == "eins, &lt;b&gt;"
    assert phrases("fa").listed(["یک", "دو"]) == "یک، دو"


def test_a_day_that_is_no_day_is_left_alone() -> None:
    assert phrases("en").day("some time") == "some time"
    assert phrases("en").day("") == ""


@pytest.mark.parametrize(
    ("lang", "n", "expected"),
    [
        ("en", 1, "1 article"),
        ("en", 12, "12 articles"),
        ("ar", 1, "مقال واحد"),
        ("ar", 2, "مقالان"),
        ("ar", 5, "5 مقالات"),
        ("ar", 77, "77 مقالًا"),
        ("fr", 0, "0 article"),
    ],
)
def test_counts_take_the_plural_form_of_their_language(lang: str, n: int, expected: str) -> None:
    assert phrases(lang).counted("articles", n) == expected


@given(st.text())
def test_what_is_put_into_a_text_cannot_become_markup(value: str) -> None:
    assert "<" not in phrases("en")("tag", label=value)


def test_languages_are_named_in_the_reader_s_own() -> None:
    assert phrases("en").language("fa") == "Persian"
    assert phrases("de").language("fa") == "Persisch"
    assert phrases("en").language("und") == "Language not stated"
    assert phrases("en").language("zz-nonsense", "Zz") == "Zz"


def test_an_interface_language_without_a_table_is_english() -> None:
    assert phrases("es").lang == "en"
    assert phrases("fa-IR").lang == "fa"
