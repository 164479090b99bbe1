"""Asking over HTTP where a passage stands: what is answered, what is refused, and who may ask."""

from __future__ import annotations

import json
from typing import Any

import falcon.testing
import pytest

from indexer.limits import MAX_QUOTE_CHARACTERS, MAX_QUOTE_WORDS
from service.resources.quoting import MAX_QUOTE_BODY, MAX_QUOTES
from tests.service.conftest import Opener, Running

SEARCH = "/api/v1/search"
JSON = {"Content-Type": "application/json"}
QUOTE = "a moratorium halts executions. Parliament debates"


def ask(running: Running, **body: Any) -> falcon.testing.Result:
    return running.client.simulate_post(SEARCH, json=body)


def test_a_quote_is_answered_in_the_documented_form(reading: Running) -> None:
    answer = ask(reading, text=QUOTE, category=["Women"])
    assert answer.status_code == 200
    assert answer.json | {"took_ms": 0, "generation": ""} == {
        "query": {"text": QUOTE, "type": [], "category": ["women"], "lang": [], "limit": 10},
        "exact": 1,
        "took_ms": 0,
        "generation": "",
        "hits": [
            {
                "id": "moratorium",
                "url": "https://example.org/moratorium/",
                "title": "A moratorium on executions",
                "categories": [{"value": "women", "label": "Women"}],
                "lang": "en",
                "published_at": "2025-01-21",
                "match": "exact",
                "agreement": 1.0,
                "passage": {
                    "html": "<mark>A moratorium halts executions</mark>. <mark>Parliament debates</mark>.",
                    "text": "A moratorium halts executions. Parliament debates.",
                    "ranges": [[0, 29], [31, 49]],
                },
                "link": "https://example.org/moratorium/#:~:text="
                "A%20moratorium%20halts%20executions,Parliament%20debates",
            }
        ],
    }


def test_a_quote_with_a_changed_word_is_found_nearly(reading: Running) -> None:
    (hit,) = ask(reading, text="The budget of parliament, the budget of nobody").json["hits"]
    assert (hit["id"], hit["match"]) == ("budget", "near")
    assert 0.8 < hit["agreement"] < 1
    assert hit["link"].startswith("https://example.org/budget/#:~:text=")


def test_nonsense_is_an_empty_answer_and_no_error(reading: Running) -> None:
    answer = ask(reading, text="xyzzy plugh frotz nitfol and so on")
    assert (answer.status_code, answer.json["exact"], answer.json["hits"]) == (200, 0, [])


def test_as_many_are_listed_as_are_wanted(reading: Running) -> None:
    assert len(ask(reading, text="parliament").json["hits"]) == 3
    limited = ask(reading, text="parliament", limit=1).json
    assert (len(limited["hits"]), limited["exact"]) == (1, 3)


def test_filters_are_those_of_the_search(reading: Running) -> None:
    def ids(**filters: list[str]) -> list[str]:
        return [hit["id"] for hit in ask(reading, text="parliament", **filters).json["hits"]]

    assert ids(lang=["de-AT"]) == ["haushalt"]
    assert ids(type=["Report"]) == ["budget"]
    assert set(ids(category=["women", "UN, Reports"])) == {"moratorium", "budget"}
    assert len(ids(category=[""])) == 3
    refused = ask(reading, text="parliament", category=["nonsense"])
    told = reading.get(SEARCH, "q=parliament&category=nonsense")
    assert (refused.status_code, refused.json["code"]) == (400, "unknown_value")
    assert refused.json == told.json


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "text", "text"),
        ({"text": ""}, "text", "1"),
        ({"text": " \n "}, "text", "empty"),
        ({"text": 5}, "text", "str"),
        ({"text": "a" * (MAX_QUOTE_CHARACTERS + 1)}, "text", str(MAX_QUOTE_CHARACTERS)),
        ({"text": "人" * (MAX_QUOTE_WORDS + 9)}, "text", str(MAX_QUOTE_WORDS)),
        ({"text": "a", "limit": 0}, "limit", "1"),
        ({"text": "a", "limit": MAX_QUOTES + 1}, "limit", str(MAX_QUOTES)),
        ({"text": "a", "category": "women"}, "category", "array"),
        ({"text": "a", "colour": "red"}, "colour", "colour"),
    ],
)
def test_what_is_wrong_with_a_body_is_told_by_the_name_of_the_field(
    reading: Running, body: dict[str, Any], field: str, said: str
) -> None:
    answer = ask(reading, **body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_body")
    assert answer.headers["content-type"] == "application/problem+json"
    fault = answer.json["errors"][0]
    assert field in fault["parameter"] or field in fault["detail"]
    assert said in answer.json["detail"]


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        (JSON, b'{"text": ', 400, "malformed_json"),
        (JSON, b"", 400, "malformed_json"),
        (JSON, b'{"text": "\xff"}', 400, "malformed_json"),
        (JSON, b'{"text": "\\ud800"}', 400, "malformed_json"),
        ({"Content-Type": "text/plain"}, b'{"text": "a"}', 415, "unsupported_media_type"),
        ({"Content-Type": "application/json; charset=latin-1"}, b"{}", 415, "unsupported_charset"),
        (JSON | {"Content-Encoding": "gzip"}, b"{}", 415, "unsupported_encoding"),
        (JSON, b" " * (MAX_QUOTE_BODY + 1), 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    reading: Running, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    answer = reading.client.simulate_post(SEARCH, body=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_body_that_is_too_large_is_told_the_bound(reading: Running) -> None:
    answer = reading.client.simulate_post(SEARCH, body=b" " * (MAX_QUOTE_BODY + 1), headers=JSON)
    assert f"{MAX_QUOTE_BODY // 1024} kB" in answer.json["detail"]


def test_the_longest_text_fits_into_the_body_however_it_is_escaped(reading: Running) -> None:
    body = json.dumps({"text": "👩" * (MAX_QUOTE_CHARACTERS - 1) + "a"}, ensure_ascii=True)
    assert reading.client.simulate_post(SEARCH, body=body, headers=JSON).status_code == 200


def test_parameters_in_the_address_are_refused(reading: Running) -> None:
    answer = reading.client.simulate_post(SEARCH, query_string="q=a", json={"text": "a"})
    assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (400, "q")


def test_a_quote_and_its_answer_are_kept_nowhere(
    reading: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask(reading, text="a moratorium halts unmentionable things")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    said = capsys.readouterr()
    assert "request" in said.out + said.err
    assert "unmentionable" not in said.out + said.err


def test_a_quote_keeps_to_the_time_budget(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    running = opened()
    monkeypatch.setattr(running.service.engine, "_budget", -1.0)
    answer = ask(running, text=QUOTE)
    assert (answer.status_code, answer.json["code"]) == (503, "time_budget")
    assert answer.headers["retry-after"]


def test_without_an_index_the_answer_says_so(opened: Opener) -> None:
    assert ask(opened(empty=True), text=QUOTE).json["code"] == "no_index"


def test_pages_of_named_origins_may_ask_and_nobody_elses(opened: Opener) -> None:
    running = opened(cors_origins="https://news.example.org")
    origin = {"Origin": "https://news.example.org"}
    wanted = origin | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    allowed = running.client.simulate_options(SEARCH, headers=wanted).headers
    assert allowed["access-control-allow-origin"] == "https://news.example.org"
    assert allowed["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert "Content-Type" in allowed["access-control-allow-headers"]
    answer = running.client.simulate_post(SEARCH, json={"text": QUOTE}, headers=origin)
    assert answer.headers["access-control-allow-origin"] == "https://news.example.org"
    stranger = running.client.simulate_options(SEARCH, headers=wanted | {"Origin": "https://evil.example"})
    assert "access-control-allow-methods" not in stranger.headers


@pytest.mark.parametrize(
    "path", ["/api/v1/suggest", "/api/v1/reindex", "/api/v1/articles/x", "/api/v1/nothing", "/api/v1/tasks"]
)
def test_nothing_else_may_be_posted_by_other_origins(opened: Opener, path: str) -> None:
    running = opened(empty=True, cors_origins="*")
    for method in ("POST", "PUT", "DELETE"):
        headers = {"Origin": "https://a.example", "Access-Control-Request-Method": method}
        told = running.client.simulate_options(path, headers=headers).headers
        assert told["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
        assert "Content-Type" not in told["access-control-allow-headers"]
