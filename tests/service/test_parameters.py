"""Every value that cannot be used is a 400 that names it; nothing is dropped in silence."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import falcon.testing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.resources.parameters import MAX_PAIRS, MAX_QUERY_STRING, SEARCH
from service.resources.query_string import ALIASES
from service.web.urls import TEXT_NAMES
from tests.service.conftest import Running

BAD = [
    ("sort=best", "sort", "'best' is not one of relevance, newest, oldest"),
    ("page=0", "page", "'0' is not a whole number from 1 to 10000"),
    ("page=-1", "page", "'-1' is not"),
    ("page=1.0", "page", "'1.0' is not"),
    ("page=%D9%A1", "page", "'١' is not"),
    ("page=99999999999999999999", "page", "is not a whole number"),
    ("per_page=101", "per_page", "from 1 to 100"),
    ("exact=maybe", "exact", "1, true, on or yes"),
    ("exact=1&exact=1", "exact", "given 2 times, may be given once"),
    ("q=a&q=b", "q", "given 2 times"),
    ("q=a&s=b", "s", "given 2 times"),
    ("s=a&aslp=b", "aslp", "given 2 times"),
    ("q=a&s=a&aslp=b", "s", "given 3 times"),
    ("in=body", "in", "'body' is not one of title, content"),
    ("in=title,content", "in", "'title,content' is not one of"),
    ("facets=author&facets=date", "facets", "'date' is not one of"),
    ("from=2025-13-01", "from", "a day such as 2025-01-31"),
    ("from=20250101", "from", "a day such as"),
    ("to=2025-W01-1", "to", "a day such as"),
    ("to=0000-01-01", "to", "a day such as"),
    ("from=2025-02-01&to=2025-01-01", "from", "2025-02-01 is after 2025-01-01, the end"),
    ("explain=2", "explain", "'2' is not"),
    ("category=nonsense", "category", "nonsense"),
    ("type=nonsense", "type", "nonsense"),
    ("lang=xx", "lang", "xx"),
    ("author=Nobody", "author", "Nobody"),
    ("tag=" + "x" * 201, "tag", "up to 200 characters"),
    ("q=" + "x" * 513, "q", "up to 512 characters"),
    ("catgory=women", "catgory", "did you mean category?"),
    ("zzz=1", "zzz", "known are author, category"),
    ("categoryset[]=17", "categoryset[]", "17 is a WordPress term number"),
    ("customset[]=product", "type", "product"),
    ("polylang_lang=xx", "lang", "xx"),
    ("aslp=a&options=zzz%3D1", "zzz", "known are author, category"),
    ("asl_gen[]=tags", "asl_gen[]", "'tags' is not one of exact, title, content, excerpt"),
]


@pytest.mark.parametrize(("query", "parameter", "words"), BAD)
def test_a_value_that_cannot_be_used_is_a_400_that_names_parameter_and_value(
    reading: Running, query: str, parameter: str, words: str
) -> None:
    answer = reading.get("/api/v1/search", query)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    faults = {fault["parameter"]: fault["detail"] for fault in answer.json["errors"]}
    assert words in faults[parameter]
    assert answer.json["detail"] in faults.values()


def test_one_answer_names_everything_that_is_wrong(reading: Running) -> None:
    answer = reading.get("/api/v1/search", "sort=x&page=x&catgory=women")
    assert [fault["parameter"] for fault in answer.json["errors"]] == ["catgory", "sort", "page"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("q=%ff", "invalid_encoding"),
        ("%ff=1", "invalid_encoding"),
        ("q=a%00b", "invalid_encoding"),
        ("q=\xff", "invalid_encoding"),
        ("q=" + "x" * MAX_QUERY_STRING, "query_too_long"),
        ("tag=a&" * (MAX_PAIRS + 1), "query_too_long"),
        ("page=10000&per_page=100", "bound_exceeded"),
        ("q=" + "+".join(f"w{n}" for n in range(40)), "bound_exceeded"),
    ],
)
def test_broken_or_endless_queries_are_400_with_a_code(reading: Running, query: str, code: str) -> None:
    answer = reading.get("/api/v1/search", query)
    assert (answer.status_code, answer.json["code"]) == (400, code)


@pytest.mark.parametrize("text", ["1", "true", "on", "yes", "TRUE"])
def test_flags_may_be_written_in_the_usual_ways(reading: Running, text: str) -> None:
    assert reading.get("/api/v1/search", f"q=budget&exact={text}").json["query"]["exact"] is True


def test_empty_parameters_of_a_form_stand_for_their_defaults(reading: Running) -> None:
    query = "q=budget&exact=&in=&category=&from=&to=&sort=&page=&per_page=&facets="
    answer = reading.get("/api/v1/search", query)
    assert answer.status_code == 200
    assert answer.json["query"]["sort"] == "relevance"
    assert answer.json["per_page"] == 10


def test_marks_of_mail_and_advertising_and_the_plugins_plumbing_are_passed_over(reading: Running) -> None:
    query = "q=budget&utm_source=x&utm_campaign=y&gclid=1&fbclid=2&_=3&p_asl_data=1&asl_active=1&p_asid=1"
    query += "&filters_initial=1&filters_changed=0&qtranslate_lang=0&wpml_lang=all&current_page_id=7"
    query += "&asl_force_reset_pagination=1"
    assert reading.get("/api/v1/search", query).json["total"] == 1
    assert reading.get("/api/v1/suggest", query).status_code == 200


@pytest.mark.parametrize("name", TEXT_NAMES)
@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/suggest"])
def test_every_name_of_the_text_asks_for_it(reading: Running, path: str, name: str) -> None:
    answer = reading.get(path, f"{name}=moratorium").json
    asked = reading.get(path, "q=moratorium").json
    assert answer["generation"] == asked["generation"]
    assert answer.get("hits", answer.get("suggestions")) == asked.get("hits", asked.get("suggestions"))
    assert asked.get("total", 1) == 1


@pytest.mark.parametrize("name", TEXT_NAMES)
def test_a_question_that_is_refused_is_shown_as_it_was_typed_under_any_name(
    reading: Running, name: str
) -> None:
    page = reading.get("/", f"{name}=moratorium&page=0")
    assert page.status_code == 400
    assert 'value="moratorium"' in page.text


def test_the_names_of_the_text_are_those_of_the_reader() -> None:
    assert set(TEXT_NAMES) == {"q", *(name for name, own in ALIASES.items() if own == "q")}


@pytest.mark.parametrize("query", ["s=budget&aslp=budget", "q=budget&s=+budget", "q=&s=budget&aslp="])
def test_the_same_text_under_several_names_is_one_text(reading: Running, query: str) -> None:
    answer = reading.get("/api/v1/search", query)
    assert (answer.status_code, answer.json["query"]["text"].strip()) == (200, "budget")


@pytest.mark.parametrize("name", ["polylang_lang", "wpml_lang", "qtranslate_lang"])
def test_the_plugins_language_is_the_language(reading: Running, name: str) -> None:
    answer = reading.get("/api/v1/search", f"{name}=de&lang=de").json
    assert (answer["query"]["lang"], answer["total"]) == (["de"], 1)


@pytest.mark.parametrize("name", ["options", "p_asl_data"])
def test_filters_that_the_plugin_sends_as_one_value_hold(reading: Running, name: str) -> None:
    form = urlencode([("filters_changed", "1"), ("qtranslate_lang", "0"), ("asl_gen[]", "title"),
                      ("customset[]", "report"), ("categoryset[]", "UN, Reports")])  # fmt: skip
    query = urlencode({"action": "ajaxsearchlite_search", "aslp": "budget", "asid": "1", name: form})
    answer = reading.get("/api/v1/search", query).json
    assert (
        answer["query"] | {"in": ["title"], "type": ["report"], "category": ["un-reports"]} == answer["query"]
    )
    assert answer["total"] == 1


def test_the_plugins_own_names_ask_the_same_question(reading: Running) -> None:
    theirs = urlencode(
        [("s", "moratorium"), ("asl_gen[]", "exact"), ("asl_gen[]", "title"), ("asl_gen[]", "excerpt"),
         ("customset[]", "post"), ("categoryset[0]", "Women")]
    )  # fmt: skip
    ours = urlencode({"q": "moratorium", "exact": "1", "in": "title", "type": "post", "category": "women"})
    answers = [reading.get("/api/v1/search", query).json for query in (theirs, ours)]
    for answer in answers:
        del answer["took_ms"]
    assert answers[0] == answers[1]
    assert answers[0]["total"] == 1
    assert answers[0]["query"]["category"] == ["women"]


def test_labels_may_hold_commas_and_stand_for_their_values(reading: Running) -> None:
    answer = reading.get("/api/v1/search", urlencode({"category": "UN, Reports"}))
    assert answer.json["query"]["category"] == ["un-reports"]
    assert [hit["id"] for hit in answer.json["hits"]] == ["budget"]


def test_utf8_may_be_sent_without_escapes(reading: Running) -> None:
    raw = "q=Däubler".encode().decode("latin-1")
    assert reading.get("/api/v1/search", raw).json["query"]["text"] == "Däubler"


def settled(running: Running, path: str, query: str) -> falcon.testing.Result:
    """The answer, after the page has led to its shorter address, which it may do once."""
    answer = running.get(path, query)
    if path == "/" and answer.status_code == 303:
        answer = running.get(path, urlsplit(answer.headers["location"]).query)
    return answer


NAMES = st.sampled_from([parameter.name for parameter in SEARCH] + ["s", "aslp", "options", "asl_gen[]", "x"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, st.text(max_size=40)), max_size=6))
def test_no_parameters_whatever_make_the_service_fail(reading: Running, pairs: list[tuple[str, str]]) -> None:
    query = urlencode([(name, value.encode("utf-8", "replace")) for name, value in pairs])
    for path in ("/api/v1/search", "/"):
        assert settled(reading, path, query).status_code in {200, 400}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="#"), max_size=60))
def test_no_query_string_whatever_makes_the_service_fail(reading: Running, query: str) -> None:
    for path in ("/api/v1/search", "/api/v1/suggest", "/"):
        assert settled(reading, path, query.lstrip("?")).status_code in {200, 400}
