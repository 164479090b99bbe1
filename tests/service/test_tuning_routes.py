"""The administrators' API of the tuning: versions, draft, preview, judgements, evaluations."""

from __future__ import annotations

from typing import Any

import falcon.testing
import pytest
from sqlalchemy import text

from service.tuning.toml import from_toml
from tests.service.conftest import BEARER, Opener, Running
from tests.tuning.models import FULL, HOSTILE

TUNING = "/api/v1/admin/tuning"
JUDGEMENTS = "/api/v1/admin/judgements"
EVALUATIONS = "/api/v1/admin/evaluations"


class Asking:
    """A client with the key."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def __call__(self, method: str, path: str, expect: int = 200, **more: Any) -> Any:
        more["headers"] = BEARER | more.get("headers", {})
        result: falcon.testing.Result = self.running.client.simulate_request(method, path, **more)
        assert result.status_code == expect, result.text
        return result.json if "json" in (result.headers.get("content-type") or "") else result


@pytest.fixture
def ask(opened: Opener) -> Asking:
    return Asking(opened())


def order(ask: Asking, query: str = "parliament") -> list[str]:
    hits = ask.running.get("/api/v1/search", f"q={query}").json["hits"]
    return [hit["id"] for hit in hits]


def test_what_is_published_is_in_the_next_answer_and_what_is_restored_gives_the_same_bytes(
    ask: Asking,
) -> None:
    before = ask.running.get("/api/v1/search", "q=parliament")
    made = ask("PUT", TUNING, json={"weights": {"title": 0.0, "title_bonus": 0.0}}, params={"note": "try"})
    assert (made["published"], made["version"]["number"], made["version"]["note"]) == (True, 1, "try")
    changed = ask.running.get("/api/v1/search", "q=parliament")
    assert changed.json["hits"] != before.json["hits"]
    assert changed.headers["etag"] != before.headers["etag"]
    ask("POST", f"{TUNING}/versions/0/restore")
    again = ask.running.get("/api/v1/search", "q=parliament")
    assert again.headers["etag"] == before.headers["etag"]
    assert again.content == before.content
    listed = ask("GET", f"{TUNING}/versions")["versions"]
    assert [(version["number"], version["restored"]) for version in listed] == [(2, 0), (1, None)]


def test_answers_that_were_made_under_another_tuning_are_not_given(ask: Asking) -> None:
    known = ask.running.get("/api/v1/search", "q=parliament").headers["etag"]
    ask("PUT", TUNING, json={"weights": {"title": 0.5}})
    fresh = ask.running.get("/api/v1/search", "q=parliament", headers={"If-None-Match": known})
    assert fresh.status_code == 200
    page = ask.running.get("/", "q=parliament")
    ask("PUT", TUNING, json={"weights": {"title": 9.5}})
    assert ask.running.get("/", "q=parliament").headers["etag"] != page.headers["etag"]


def test_whoever_was_slower_is_told_who_was_faster(ask: Asking) -> None:
    tag = ask.running.get(TUNING, headers=BEARER).headers["etag"]
    ask("PUT", TUNING, json={"popular": ["one"]}, headers={"If-Match": tag})
    refused = ask("PUT", TUNING, 412, json={"popular": ["two"]}, headers={"If-Match": tag})
    assert refused["code"] == "tuning_changed"
    moved = ask("PUT", TUNING, 409, json={"popular": ["two"]}, params={"base": "0"})
    assert moved["code"] == "tuning_moved"
    assert "Version 1 was published meanwhile, by operator" in moved["detail"]
    assert ask("GET", TUNING)["model"]["popular"] == ["one"]
    tag = ask.running.get(TUNING, headers=BEARER).headers["etag"]
    ask("GET", TUNING, 304, headers={"If-None-Match": tag})
    ask("PUT", TUNING, json={"popular": ["two"]}, headers={"If-Match": tag})


def test_a_dry_run_says_what_would_change_and_stores_nothing(ask: Asking) -> None:
    mark = {"query": "parliament", "article": "moratorium", "grade": 1}
    ask("PUT", f"{JUDGEMENTS}/golden/marks", json=mark)
    body = {"weights": {"title": 0.0, "content": 9.0, "title_bonus": 0.0}, "boosts": {"type": {"none": 2}}}
    told = ask("PUT", TUNING, json=body, params={"dry_run": "1"})
    assert told["published"] is False
    assert told["preview"]["asked"] == told["preview"]["judged"] == 1
    assert [item["name"] for item in told["differences"]] == ["title", "content", "title_bonus", "none"]
    nothing = "the boost of the post type 'none' does nothing: the site has no such post type"
    assert [fault["path"] for fault in told["warnings"]] == ["weights.title", "boosts.type.none"]
    assert told["warnings"][1]["detail"] == nothing
    rule = {"name": "a", "query": "q", "hide": ["https://example.org/none-such/", "none-such", "budget"]}
    told = ask("PUT", TUNING, json={"rules": [rule]}, params={"dry_run": "1"})
    assert [fault["path"] for fault in told["warnings"]] == ["rules[0].hide[0]", "rules[0].hide[1]"]
    assert ask("GET", TUNING)["version"]["number"] == 0
    refused = ask("PUT", TUNING, 422, json={"weights": {"title": -1}}, params={"dry_run": "1"})
    assert refused["errors"] == [{"parameter": "weights.title", "detail": "-1 is not a number from 0 to 100"}]


def test_every_mistake_is_named_by_its_member(ask: Asking) -> None:
    body = {"rules": [{"name": "a", "query": "q", "pin": [{"article": "x", "position": 0}]}], "extra": 1}
    told = ask("PUT", TUNING, 422, json=body)
    assert told["code"] == "invalid_tuning"
    assert [fault["parameter"] for fault in told["errors"]] == ["extra"]
    del body["extra"]
    told = ask("PUT", TUNING, 422, json=body)
    assert [fault["parameter"] for fault in told["errors"]] == ["rules[0].pin[0].position"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_json"),
        (b"[]", "application/json", 422, "invalid_tuning"),
        (b"x", "text/plain", 415, "unsupported_media_type"),
        (b"\xff", "application/toml", 400, "invalid_encoding"),
        (b"a = ", "application/toml", 422, "invalid_tuning"),
        (b"x" * 1_048_577, "application/json", 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    ask: Asking, body: bytes, kind: str, status: int, code: str
) -> None:
    for path in (TUNING, f"{TUNING}/draft"):
        assert ask("PUT", path, status, body=body, headers={"Content-Type": kind})["code"] == code


def test_the_file_that_is_read_is_the_tuning_and_can_be_sent_back(ask: Asking) -> None:
    toml = {"Content-Type": "application/toml"}
    ask("PUT", TUNING, body='popular = ["one"]', headers=toml)
    file = ask("GET", f"{TUNING}/file")
    assert file.headers["content-type"] == "application/toml"
    assert from_toml(file.text).popular == ("one",)
    assert ask("PUT", TUNING, body=file.text, headers=toml)["version"]["number"] == 1


def test_a_draft_is_tried_and_then_published_or_dropped(ask: Asking) -> None:
    assert ask("GET", f"{TUNING}/draft", 404)["code"] == "no_draft"
    assert ask("GET", f"{TUNING}/draft/preview", 404)["code"] == "no_draft"
    draft = ask("PUT", f"{TUNING}/draft", json={"popular": ["parliament"]}, params={"revision": "0"})
    assert (draft["revision"], draft["base"], draft["outdated"]) == (1, 0, False)
    refused = ask("PUT", f"{TUNING}/draft", 409, json={}, params={"revision": "0"})
    assert "changed meanwhile, by operator" in refused["detail"]
    assert ask("GET", f"{TUNING}/draft/preview")["preview"]["changed"] == 0
    assert ask("GET", f"{TUNING}/diff")["text"] == ["+ popular: parliament"]
    assert order(ask) == order(ask)
    assert ask("GET", TUNING)["version"]["number"] == 0
    made = ask("POST", f"{TUNING}/draft/publish", json={"note": "tried", "revision": 1})
    assert (made["version"]["number"], made["version"]["note"]) == (1, "tried")
    assert ask("DELETE", f"{TUNING}/draft") == {"dropped": False}
    ask("PUT", f"{TUNING}/draft", json={})
    assert ask("DELETE", f"{TUNING}/draft", 409, params={"revision": "1"})["code"] == "tuning_moved"
    assert ask("DELETE", f"{TUNING}/draft") == {"dropped": True}
    assert ask("POST", f"{TUNING}/draft/publish", 404)["code"] == "no_version"


def test_versions_are_told_from_each_other(ask: Asking) -> None:
    ask("PUT", TUNING, json={"popular": ["one"]})
    ask("PUT", TUNING, json={"popular": ["two"]})
    assert ask("GET", f"{TUNING}/versions/1")["model"]["popular"] == ["one"]
    told = ask("GET", f"{TUNING}/diff", params={"from": "1", "to": "published"})
    assert told["text"] == ["- popular: one", "+ popular: two"]
    assert [version["number"] for version in ask("GET", f"{TUNING}/versions?before=2")["versions"]] == [1]
    for path in ("/versions/9", "/versions/x", "/diff?from=9&to=1", "/versions/99999999999999999999"):
        assert ask("GET", f"{TUNING}{path}", 404)["code"] == "no_version"
    assert ask("POST", f"{TUNING}/versions/9/restore", 404)["code"] == "no_version"
    assert ask("GET", f"{TUNING}/diff?from=x", 400)["code"] == "invalid_parameter"
    assert ask("PUT", f"{TUNING}?base=x", 400, json={})["code"] == "invalid_parameter"


def test_hostile_values_are_kept_as_they_are_and_sent_as_json(ask: Asking) -> None:
    body = {"rules": [{"name": HOSTILE, "query": HOSTILE, "hide": ["x"], "note": HOSTILE}]}
    ask("PUT", TUNING, json=body, params={"note": "<img src=x>"})
    told = ask.running.get(TUNING, headers=BEARER)
    assert told.headers["content-type"] == "application/json"
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.json["model"]["rules"][0]["name"] == HOSTILE
    assert told.json["version"]["note"] == "<img src=x>"
    assert from_toml(ask("GET", f"{TUNING}/file").text).rules[0].note == HOSTILE
    mark = {"query": HOSTILE, "article": HOSTILE, "grade": 1}
    assert ask("PUT", f"{JUDGEMENTS}/x/marks", json=mark)["grades"] == {HOSTILE: 1}
    assert ask("GET", f"{JUDGEMENTS}/x/marks", params={"q": HOSTILE})["text"] == HOSTILE


def test_hits_are_marked_and_measured_over_the_versions(ask: Asking) -> None:
    assert ask("GET", f"{JUDGEMENTS}/golden", 404)["code"] == "no_judgements"
    mark = {"query": "parliament", "article": order(ask)[-1], "grade": 1}
    ask("PUT", f"{JUDGEMENTS}/golden/marks", json=mark)
    assert ask("POST", EVALUATIONS, 201, json={"set": "golden"})["tuning"] == 0
    ask("PUT", TUNING, json={"boosts": {"type": {"post": 1.5}}})
    assert ask("POST", EVALUATIONS, 201, json={"set": "golden"})["tuning"] == 1
    assert ask("POST", EVALUATIONS, 201, json={"set": "golden", "version": 0, "limit": 1})["recall"] == 0.0
    series = ask("GET", f"{EVALUATIONS}?set=golden")["evaluations"]
    assert [(item["tuning"], item["hits"]) for item in series] == [(0, 1), (1, 10), (0, 10)]
    assert ask("POST", EVALUATIONS, 404, json={"set": "none"})["code"] == "no_judgements"
    assert ask("POST", EVALUATIONS, 404, json={"set": "golden", "version": 9})["code"] == "no_version"
    ask("PUT", f"{JUDGEMENTS}/bad", json={"questions": [{"id": "q", "text": "x", "grades": {"a": 0}}]})
    assert ask("POST", EVALUATIONS, 422, json={"set": "bad"})["code"] == "nothing_judged"


def test_sets_are_brought_in_read_and_forgotten(ask: Asking) -> None:
    questions = [{"id": "q1", "text": "parliament", "grades": {"budget": 2}}]
    assert ask("PUT", f"{JUDGEMENTS}/golden", json={"questions": questions}) == {
        "name": "golden",
        "questions": questions,
    }
    assert ask("GET", f"{JUDGEMENTS}/golden/marks", params={"q": "PARLIAMENT"})["grades"] == {"budget": 2}
    assert ask("GET", f"{JUDGEMENTS}/golden/marks", 404, params={"q": "x"})["code"] == "not_judged"
    assert [item["name"] for item in ask("GET", JUDGEMENTS)["sets"]] == ["golden"]
    assert ask("PUT", f"{JUDGEMENTS}/UPPER", 422, json={"questions": []})["code"] == "invalid_judgements"
    assert ask("DELETE", f"{JUDGEMENTS}/golden") == {"sets": []}
    assert ask("DELETE", f"{JUDGEMENTS}/golden", 404)["code"] == "no_judgements"


def test_without_an_index_tuning_goes_on_and_previews_wait(opened: Opener) -> None:
    ask = Asking(opened(empty=True))
    assert ask("PUT", TUNING, json={"rules": [{"name": "a", "query": "q", "hide": ["x"]}]})["published"]
    ask("PUT", f"{TUNING}/draft", json={"popular": ["a"]})
    ask("PUT", f"{JUDGEMENTS}/golden/marks", json={"query": "a", "article": "b", "grade": 1})
    assert ask("GET", f"{TUNING}/draft/preview", 503)["code"] == "no_index"


def test_nobody_without_the_key_sees_or_changes_anything(ask: Asking) -> None:
    routes = _admin_routes(ask.running)
    assert len(routes) >= 20
    for method, path in routes:
        answer = ask.running.client.simulate_request(method, path)
        assert answer.status_code == 401, (method, path)
        assert answer.json["code"] == "unauthorized"
        assert answer.headers["cache-control"] == "no-store"


def _admin_routes(running: Running) -> list[tuple[str, str]]:
    paths = running.get("/api/v1/openapi.json").json["paths"]
    return [
        (method.upper(), path.replace("{version}", "1").replace("{set_name}", "x"))
        for path, item in paths.items()
        if path.startswith((TUNING, JUDGEMENTS, EVALUATIONS))
        for method in item
        if method not in ("parameters", "head")
    ]


def test_a_store_that_is_down_is_told_to_administrators_and_to_nobody_else(ask: Asking) -> None:
    ask("PUT", TUNING, json={"weights": {"title": 0.0, "title_bonus": 0.0}})
    known = order(ask)
    with ask.running.service.database.writing() as connection:
        connection.execute(text("ALTER TABLE tuning_versions RENAME TO gone"))
    told = ask("GET", TUNING, 503)
    assert (told["code"], "sqlite" in told["detail"]) == ("store_unavailable", False)
    assert order(ask) == known
    assert order(ask, "budget")


def test_full_tunings_come_back_as_they_were(ask: Asking) -> None:
    from service.tuning.toml import to_toml

    ask("PUT", TUNING, body=to_toml(FULL), headers={"Content-Type": "application/toml"})
    assert from_toml(ask("GET", f"{TUNING}/file").text) == FULL
