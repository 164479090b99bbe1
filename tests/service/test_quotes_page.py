"""The page that finds a quotation, asked for over HTTP."""

from __future__ import annotations

from urllib.parse import urlencode

import falcon.testing
import pytest

from indexer.limits import MAX_QUOTE_CHARACTERS
from service.resources.quoting import MAX_QUOTE_BODY
from tests.service.conftest import Opener, Running

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUOTE = "a moratorium halts executions. Parliament debates"


def post(running: Running, text: str, **headers: str) -> falcon.testing.Result:
    return running.client.simulate_post("/quotes", body=urlencode({"text": text}), headers=FORM | headers)


def test_the_form_is_there_for_anyone(reading: Running) -> None:
    page = reading.get("/quotes", headers={"Accept-Language": "de"})
    assert page.status_code == 200
    assert 'lang="de"' in page.text
    assert page.headers["vary"] == "Accept-Language"
    assert reading.client.simulate_head("/quotes").text == ""


def test_a_passage_is_answered_with_a_link_to_it(reading: Running) -> None:
    page = post(reading, QUOTE)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-store"
    assert "<mark>A moratorium halts executions</mark>. <mark>Parliament debates</mark>" in page.text
    assert "/moratorium/#:~:text=A%20moratorium%20halts%20executions,Parliament%20debates" in page.text
    assert f"{QUOTE}</textarea>" in page.text


def test_line_breaks_of_a_form_are_one_character_each(reading: Running) -> None:
    text = "a\n" * (MAX_QUOTE_CHARACTERS // 2)
    assert post(reading, text.replace("\n", "\r\n")).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"text=", FORM, 422),
        (b"", FORM, 422),
        (b"text=+%0A", FORM, 422),
        (b"text=" + b"a" * (MAX_QUOTE_CHARACTERS + 1), FORM, 422),
        (b"text=%ff", FORM, 400),
        (b"text=" + b"a" * MAX_QUOTE_BODY, FORM, 413),
        (b'{"text": "a"}', {"Content-Type": "application/json"}, 415),
    ],
)
def test_what_cannot_be_looked_for_is_told_on_the_page(
    reading: Running, body: bytes, headers: dict[str, str], status: int
) -> None:
    page = reading.client.simulate_post("/quotes", body=body, headers=headers)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert 'role="alert"' in page.text
    assert "<textarea" in page.text


def test_without_an_index_the_form_stays_filled_in(opened: Opener) -> None:
    running = opened(empty=True)
    assert running.get("/quotes").status_code == 200
    page = post(running, QUOTE)
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert QUOTE in page.text


def test_no_page_of_another_origin_may_read_the_answer(opened: Opener) -> None:
    running = opened(cors_origins="*")
    page = post(running, QUOTE, Origin="https://a.example")
    assert "access-control-allow-origin" not in page.headers


def test_a_passage_is_not_logged(opened: Opener, capsys: pytest.CaptureFixture[str]) -> None:
    post(opened(log_queries="1"), "a moratorium halts unmentionable things")
    said = capsys.readouterr()
    assert "unmentionable" not in said.out + said.err
