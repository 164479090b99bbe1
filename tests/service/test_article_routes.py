"""Pushing, showing and removing articles: what is accepted stays, what is refused says why."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import falcon.testing
import pytest
import structlog.testing

from service.resources.exchange import MAX_BODY
from tests.service.conftest import BEARER, KEY, Opener, Running

PAGE = """<!doctype html><html lang="en"><head><meta charset="{charset}"><title>A zebra crossing</title>
<link rel="canonical" href="https://example.org/zebra/"></head><body><nav><a href="/">Home</a></nav>
<article><h1>A zebra crossing</h1><p>The café opened its crossing on Tuesday and many people came to see the
stripes, which had been painted the night before by two volunteers with a great deal of patience.</p>
<p>A second crossing will follow in the spring, the council said, when the weather allows.</p></article>
<footer>About us</footer></body></html>"""
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}


def put(
    running: Running, path: str, body: str | bytes | dict[str, Any], **headers: str
) -> falcon.testing.Result:
    if isinstance(body, dict):
        body = json.dumps(body)
    given = BEARER | {name.replace("_", "-"): value for name, value in headers.items()}
    return running.client.simulate_put(f"/api/v1/articles/{path}", body=body, headers=given)


def put_json(running: Running, article_id: str, **fields: Any) -> falcon.testing.Result:
    return put(
        running,
        article_id,
        {"title": "A zebra", "text": "It crossed."} | fields,
        Content_Type="application/json",
    )


def test_a_pushed_article_is_accepted_at_once_and_searchable_after_its_task(opened: Opener) -> None:
    running = opened()
    answer = put_json(
        running, "zebra", categories=["Women", "New One"], tags=["stripes"], published_at="2025-02-03"
    )
    assert answer.status_code == 202
    task = answer.headers["location"]
    assert task == answer.json["task"] == f"/api/v1/tasks/{answer.json['task_id']}"
    assert answer.json["sequence"] == 4
    assert running.get(task).json["state"] == "enqueued"
    assert running.get("/api/v1/articles/zebra").json["freshness"]["searchable"] is False
    assert running.work()
    assert (
        running.get(task).json | {"state": "succeeded", "report": {"applied_sequence": 4}}
        == running.get(task).json
    )
    hit = running.get("/api/v1/search", "q=zebra").json["hits"][0]
    assert [label["label"] for label in hit["categories"]] == ["Women", "New One"]
    assert running.get("/api/v1/articles/zebra").json["freshness"]["searchable"] is True


def test_a_pushed_page_is_read_like_any_other(opened: Opener) -> None:
    running = opened()
    latin = PAGE.format(charset="utf-8").replace('<meta charset="utf-8">', "").encode("iso-8859-1")
    answer = put(running, "zebra", latin, Content_Type="text/html; charset=iso-8859-1")
    assert answer.status_code == 202
    running.work()
    hit = running.get("/api/v1/search", "q=%22caf%C3%A9+opened%22").json["hits"][0]
    assert (hit["id"], hit["title"], hit["url"]) == (
        "zebra",
        "A zebra crossing",
        "https://example.org/zebra/",
    )
    extracted = running.get("/api/v1/articles/zebra/extracted").json
    assert any("café" in block["text"] for block in extracted["kept"])
    assert any("Home" in part["text"] for part in extracted["dropped"])
    assert all(part["rule"] for part in extracted["dropped"])


def test_an_index_is_begun_by_the_first_push(opened: Opener) -> None:
    running = opened(empty=True)
    assert put_json(running, "zebra").status_code == 202
    running.work()
    assert running.get("/api/v1/search", "q=zebra").json["total"] == 1


def test_changes_that_wait_together_are_applied_together(opened: Opener) -> None:
    running = opened()
    tasks = [put_json(running, f"zebra-{n}").headers["location"] for n in range(3)]
    running.client.simulate_delete("/api/v1/articles/budget", headers=BEARER)
    assert running.work()
    assert not running.work()
    assert {running.get(task).json["state"] for task in tasks} == {"succeeded"}
    assert {running.get(task).json["report"]["applied_sequence"] for task in tasks} == {7}


def test_a_retitled_article_under_a_new_id_takes_the_old_ones_place(opened: Opener) -> None:
    """The log tells of the one that left."""
    running = opened()
    address = "https://example.org/crossing/"
    put_json(running, "zebra-old", url=address)
    with structlog.testing.capture_logs() as events:
        put_json(running, "zebra-new", url=address, title="A zebra, again")
    while running.work():
        pass
    assert [hit["id"] for hit in running.get("/api/v1/search", "q=zebra").json["hits"]] == ["zebra-new"]
    told = [event for event in events if event["event"] == "article_replaced"]
    assert [(event["id"], event["replaced"]) for event in told] == [("zebra-new", "zebra-old")]


def test_a_removed_article_leaves_the_answers(opened: Opener) -> None:
    running = opened()
    answer = running.client.simulate_delete("/api/v1/articles/budget", headers=BEARER)
    assert answer.status_code == 202
    assert running.get("/api/v1/articles/budget").status_code == 404
    running.work()
    assert running.get("/api/v1/search", "q=budget").json["total"] == 0
    assert running.client.simulate_delete("/api/v1/articles/budget", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": 1}, "title"),
        ({"title": " "}, "title"),
        ({"text": ""}, "blocks"),
        ({"text": "a", "blocks": [{"text": "b"}]}, "text"),
        ({"text": "", "blocks": [{"text": "b", "kind": "nonsense"}]}, "blocks[0].kind"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"image": "data:x"}, "image"),
        ({"published_at": "yesterday"}, "published_at"),
        ({"lang": "English"}, "lang"),
        ({"categories": "Women"}, "categories"),
        ({"surprise": 1}, "body"),
    ],
)
def test_a_field_that_makes_no_sense_is_a_422_that_names_it(
    opened: Opener, fields: dict[str, Any], field: str
) -> None:
    running = opened()
    answer = put_json(running, "zebra", **fields)
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json["errors"]] == [field]
    assert running.get("/api/v1/articles/zebra").status_code == 404


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        (JSON, b"{", 400, "malformed_json"),
        (JSON, b"\xff\xfe", 400, "malformed_json"),
        (JSON, b"[" * 100_000, 422, "invalid_body"),
        (JSON, b"", 400, "malformed_json"),
        (HTML, b"", 422, "empty"),
        (HTML, b"%PDF-1.7 \x00\x01", 422, "not_html"),
        (HTML, b"<html><title>A title</title><body></body></html>", 422, "no_content"),
        ({"Content-Type": "text/plain"}, b"a", 415, "unsupported_media_type"),
        ({}, b"a", 415, "unsupported_media_type"),
        (JSON | {"Content-Encoding": "gzip"}, b"{}", 415, "unsupported_encoding"),
        ({"Content-Type": "application/json; charset=utf-16"}, b"{}", 415, "unsupported_charset"),
        ({"Content-Type": "application/json;charset=latin1"}, b"{}", 415, "unsupported_charset"),
        ({"Content-Type": 'application/json; charset="UTF-8"'}, b"{", 400, "malformed_json"),
        ({"Content-Type": "application/json; charset=utf8"}, b"{", 400, "malformed_json"),
    ],
)
def test_a_body_that_is_no_article_is_refused(
    opened: Opener, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    running = opened()
    answer = running.client.simulate_put("/api/v1/articles/zebra", body=body, headers=BEARER | headers)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert running.get("/api/v1/articles/zebra").status_code == 404


def test_a_body_beyond_the_limit_is_a_413(opened: Opener) -> None:
    running = opened()
    answer = put(running, "zebra", b"x" * (MAX_BODY + 1), Content_Type="text/html")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize("article_id", ["-zebra", "ze%20bra", "z" * 129, "zebra%00", "%d8%a7"])
def test_an_identity_that_cannot_stand_in_an_address_is_refused(opened: Opener, article_id: str) -> None:
    running = opened()
    answer = put_json(running, article_id)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["parameter"] == "id"


def test_an_editor_who_has_seen_an_older_version_changes_nothing(opened: Opener) -> None:
    running = opened()
    put_json(running, "zebra")
    digest = running.get("/api/v1/articles/zebra").json["freshness"]["digest"]
    good = {"Content_Type": "application/json", "If_Match": f'"{digest}"'}
    assert put(running, "zebra", {"title": "Two", "text": "b"}, **good).status_code == 202
    stale = put(running, "zebra", {"title": "Three", "text": "c"}, **good)
    assert (stale.status_code, stale.json["code"]) == (412, "changed")
    assert running.get("/api/v1/articles/zebra").json["title"] == "Two"
    removed = running.client.simulate_delete(
        "/api/v1/articles/zebra", headers=BEARER | {"If-Match": f'"{digest}"'}
    )
    assert removed.status_code == 412
    new_only = {"Content_Type": "application/json", "If_None_Match": "*"}
    assert put(running, "zebra", {"title": "Four", "text": "d"}, **new_only).status_code == 412
    assert put(running, "lion", {"title": "Four", "text": "d"}, **new_only).status_code == 202


def test_the_validator_of_an_article_makes_a_safe_put_and_a_safe_delete(opened: Opener) -> None:
    running = opened()
    put_json(running, "zebra")
    seen = running.get("/api/v1/articles/zebra").headers["etag"]
    assert seen.startswith('"')
    given = {"Content_Type": "application/json", "If_Match": seen}
    assert put(running, "zebra", {"title": "Two", "text": "b"}, **given).status_code == 202
    assert put(running, "zebra", {"title": "Three", "text": "c"}, **given).status_code == 412
    stale = running.client.simulate_delete("/api/v1/articles/zebra", headers=BEARER | {"If-Match": seen})
    assert stale.status_code == 412
    now = running.get("/api/v1/articles/zebra").headers["etag"]
    for value in (f'"other", {now}', "*"):
        assert put(running, "zebra", {"title": value, "text": "d"}, Content_Type="application/json",
                   If_Match=value).status_code == 202  # fmt: skip
        now = running.get("/api/v1/articles/zebra").headers["etag"]
    gone = running.client.simulate_delete("/api/v1/articles/zebra", headers=BEARER | {"If-Match": now})
    assert gone.status_code == 202


def test_a_validator_says_whether_the_article_is_searchable_and_still_makes_a_safe_put(
    opened: Opener,
) -> None:
    running = opened()
    put_json(running, "zebra")
    before = running.get("/api/v1/articles/zebra").headers["etag"]
    running.work()
    after = running.get("/api/v1/articles/zebra").headers["etag"]
    assert before != after
    given = {"Content_Type": "application/json", "If_Match": before}
    assert put(running, "zebra", {"title": "Two", "text": "b"}, **given).status_code == 202


def test_a_weak_validator_never_makes_a_safe_put(opened: Opener) -> None:
    running = opened()
    put_json(running, "zebra")
    told = running.get("/api/v1/articles/zebra")
    for value in (told.headers["etag"], f'"{told.json["freshness"]["digest"]}"'):
        answer = put(running, "zebra", {"title": "Two", "text": "b"}, Content_Type="application/json",
                     If_Match=f"W/{value}")  # fmt: skip
        assert (answer.status_code, answer.json["code"]) == (412, "changed")
        new_only = put(running, "zebra", {"title": "Two", "text": "b"}, Content_Type="application/json",
                       If_None_Match=f"W/{value}")  # fmt: skip
        assert (new_only.status_code, new_only.json["code"]) == (412, "exists")
    assert put(running, "nothing", {"title": "Two", "text": "b"}, Content_Type="application/json",
               If_Match="*").status_code == 412  # fmt: skip


def test_pushing_the_same_again_changes_nothing(opened: Opener) -> None:
    running = opened()
    first = put_json(running, "zebra").json["sequence"]
    assert put_json(running, "zebra").json["sequence"] == first


def test_a_word_with_a_hyphen_is_found_as_the_documentation_says(opened: Opener) -> None:
    running = opened(empty=True)
    texts = {"hyphen": "an e-mail", "spaced": "an e mail", "one": "an email", "apart": "e came by mail",
             "accent": "Däubler-Gmelin"}  # fmt: skip
    for name, text in texts.items():
        put_json(running, name, text=f"They sent {text} today.")
    running.work()
    finds = {"e-mail": {"hyphen", "spaced", "one"}, "email": {"one", "hyphen"},
             '"e mail"': {"spaced", "hyphen"}, "e mail": {"hyphen", "spaced", "apart"},
             "daubler-gmelin": {"accent"}, "Däubler-Gmelin": {"accent"}}  # fmt: skip
    for query, expected in finds.items():
        hits = running.get("/api/v1/search", urlencode({"q": query})).json["hits"]
        assert {hit["id"] for hit in hits} == expected, query


def test_where_a_page_lies_on_the_machine_is_not_told(opened: Opener) -> None:
    running = opened()
    told = running.get("/api/v1/articles/moratorium").json
    assert not {"source", "key", "locator"} & set(told)
    assert told["freshness"]["accepted_at"]


def test_the_key_is_never_in_an_answer_or_the_log(opened: Opener, capsys: pytest.CaptureFixture[str]) -> None:
    running = opened()
    answer = put_json(running, "zebra")
    printed = capsys.readouterr()
    assert KEY not in answer.text + printed.out + printed.err
