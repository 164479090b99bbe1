"""Errors: problem+json for programs, a page for people, never a traceback."""

from __future__ import annotations

import pytest

from service.resources.problems import TITLES
from service.search.engine import Engine
from tests.service.conftest import BEARER, Opener, Running

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_problems_have_the_members_of_rfc_9457_and_a_code(reading: Running) -> None:
    answer = reading.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json == {
        "type": "urn:broadsheet:problem:not_found",
        "title": TITLES[404],
        "status": 404,
        "detail": "Nothing is at this address.",
        "code": "not_found",
    }


def test_a_person_gets_a_page_and_a_program_a_problem(reading: Running) -> None:
    assert reading.get("/nothing", headers=BROWSER).headers["content-type"].startswith("text/html")
    assert reading.get("/nothing").headers["content-type"] == "application/problem+json"
    assert reading.get("/nothing", headers=BROWSER).headers["vary"] == "Accept"
    in_api = reading.get("/api/v1/nothing", headers=BROWSER)
    assert in_api.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/v1/search", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/api/v1/suggest", "GET, HEAD, OPTIONS"),
        ("PATCH", "/api/v1/articles/moratorium", "DELETE, GET, HEAD, PUT, OPTIONS"),
        ("GET", "/api/v1/reindex", "POST, OPTIONS"),
        ("DELETE", "/", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_is_not_known_is_a_405_with_those_that_are(
    reading: Running, method: str, path: str, allowed: str
) -> None:
    answer = reading.client.simulate_request(method, path)
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", "GET, HEAD, OPTIONS"),
        ("/api/v1/articles/moratorium", "DELETE, GET, HEAD, PUT, OPTIONS"),
        ("/api/v1/reindex", "POST, OPTIONS"),
    ],
)
def test_whoever_asks_for_the_methods_is_told_all_of_them(reading: Running, path: str, allowed: str) -> None:
    answer = reading.client.simulate_options(path)
    assert (answer.status_code, answer.headers["allow"]) == (200, allowed)


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")  # the test client's own checks wonder, too
@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/nothing"])
def test_a_method_nobody_knows_is_a_501(reading: Running, path: str) -> None:
    answer = reading.client.simulate_request("JUMP", path)
    assert (answer.status_code, answer.json["code"]) == (501, "method_unknown")
    assert answer.headers["x-request-id"]


def test_an_unexpected_error_is_a_500_with_the_requests_id_and_nothing_of_the_inside(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret of the inside")

    running = opened()
    monkeypatch.setattr(Engine, "search", broken)
    given = {"X-Request-ID": "abcdef-0123"}
    answer = running.get("/api/v1/search", "q=x", headers=given)
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert answer.json["request_id"] == "abcdef-0123"
    assert "etag" not in answer.headers
    page = running.get("/", "q=x", headers=BROWSER | given)
    assert page.status_code == 500
    for text in (answer.text, page.text):
        assert "secret" not in text
        assert "Traceback" not in text
        assert "abcdef-0123" in text


@pytest.mark.parametrize(("given", "kept"), [
    ("abcdef-0123", True), ("short", False), ("x" * 65, False), ('evil"\u2028id-99', False),
    ("a b c d e f g h", False),
])  # fmt: skip
def test_a_request_id_is_taken_over_only_when_it_is_plain(reading: Running, given: str, kept: bool) -> None:
    raw = given.encode().decode("latin-1")
    answer = reading.get("/health/live", headers={"X-Request-ID": raw})
    assert (answer.headers["x-request-id"] == given) is kept
    assert len(answer.headers["x-request-id"]) >= 8


@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/nothing", "/static/broadsheet.css"])
def test_every_answer_allows_no_script_but_our_own_and_no_guessing(reading: Running, path: str) -> None:
    headers = reading.get(path, headers=BROWSER).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]


def test_no_other_origin_may_read_unless_it_is_named(opened: Opener) -> None:
    origin = {"Origin": "https://news.example.org"}
    assert "access-control-allow-origin" not in opened().get("/api/v1/search", headers=origin).headers
    running = opened(empty=True, cors_origins="https://news.example.org https://other.example")
    answer = running.get("/api/v1/search", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "https://news.example.org"
    assert answer.headers["vary"] == "Origin"
    stranger = running.get("/api/v1/search", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in stranger.headers
    asked = running.client.simulate_options(
        "/api/v1/articles/x", headers=origin | {"Access-Control-Request-Method": "PUT"}
    )
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "access-control-allow-origin" not in running.get("/", headers=origin).headers


def test_where_any_origin_may_read_one_answer_serves_all_of_them_from_any_cache(opened: Opener) -> None:
    running = opened(empty=True, cors_origins="*")
    for headers in ({}, {"Origin": "https://news.example.org"}):
        answer = running.get("/api/v1/suggest", headers=headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "origin" not in answer.headers.get("vary", "").lower()
    asked = running.client.simulate_options(
        "/api/v1/search", headers={"Origin": "null", "Access-Control-Request-Method": "GET"}
    )
    assert "GET" in asked.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in asked.headers


@pytest.mark.parametrize("path", ["/api/v1/categories", "/health/ready", "/metrics", "/api/v1/openapi.json"])
def test_a_route_without_parameters_refuses_them(reading: Running, path: str) -> None:
    answer = reading.get(path, "limit=3")
    assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (400, "limit")


def test_writing_is_off_without_a_key_and_says_which_setting_turns_it_on(opened: Opener) -> None:
    running = opened(api_key="")
    for method, path in [("PUT", "/api/v1/articles/x"), ("DELETE", "/api/v1/articles/x"),
                         ("POST", "/api/v1/reindex"), ("GET", "/api/v1/tasks")]:  # fmt: skip
        answer = running.client.simulate_request(method, path, headers=BEARER)
        assert (answer.status_code, answer.json["code"]) == (403, "writing_off")
        assert "BROADSHEET_API_KEY" in answer.json["detail"]


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Basic YTpi", "Bearer", "Bearer \xff"])
def test_writing_needs_the_right_key(reading: Running, given: str) -> None:
    headers = {"Authorization": given} if given else {}
    for method, path in [("PUT", "/api/v1/articles/x"), ("DELETE", "/api/v1/articles/x"),
                         ("POST", "/api/v1/reindex"), ("DELETE", "/api/v1/tasks/x")]:  # fmt: skip
        answer = reading.client.simulate_request(method, path, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_page_that_is_not_there_says_so_once(reading: Running) -> None:
    text = reading.get("/nowhere", headers={"Accept": "text/html"}).text
    assert "There is nothing at this address" in text
    assert "Nothing is at this address" not in text
