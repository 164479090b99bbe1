"""The desk's pages about queries on a real service: what is shown, what is not, and the fix in one click."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from service.identity.actor import OPERATOR
from service.resources.access import COOKIE
from service.tuning.store import TuningStore
from tests.accounts import begin_session, now
from tests.analytics.asking import FOUND, NOTHING, ask, click
from tests.desk.conftest import Office
from tests.service.conftest import Opener, opened

__all__ = ["opened"]

HOSTILE = "<script>alert(1)</script>"
FORMULA = '=cmd|" /c calc"!a0'


def versions(office: Office) -> TuningStore:
    """The tuning's versions, as the service has them."""
    return TuningStore(office.service.database, office.service.audit, now)


@pytest.fixture(scope="module")
def asked(office: Office) -> Iterator[Office]:
    """The office, whose visitors have asked."""
    recorder = office.service.recorder
    assert recorder is not None
    ask(recorder, "ferry", FOUND)
    click(recorder, {"ferry": 2})
    for text in ("feryr", "whom yours", "xylophone", HOSTILE, FORMULA):
        ask(recorder, text, NOTHING)
    yield office
    versions(office).drop_draft(OPERATOR)


def link_of(page: str, text: str) -> str:
    """The address of a query's own page, as its link has it."""
    found = re.search(rf'href="([^"]+)"[^>]*>{re.escape(html.escape(text))}</a>', page)
    assert found, text
    return html.unescape(found.group(1))


def test_a_query_is_listed_with_its_figures_and_has_a_page(asked: Office) -> None:
    page = asked.text("/admin/queries")
    link = link_of(page, "ferry")
    assert "ferry" not in link, "a query is no part of an address, which ends up in logs"
    text = asked.text(link)
    assert '<h1 dir="auto">ferry</h1>' in text
    assert "<dt>Mean rank clicked</dt><dd>2</dd>" in text
    assert asked.get("/admin/queries/" + "0" * 64).status_code == 404


def test_what_is_not_shown_is_said(asked: Office) -> None:
    page = asked.text("/admin/queries?days=7")
    assert "at least 5 day-sessions asked it" in page
    assert "Global Privacy Control" in page
    assert "kept for 90 days" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-02-30", "This is no day"),
        ("from=2024-01-01&to=2025-12-31", "These are more than 366 days"),
        ("from=2025-02-02&to=2025-02-01", "This is after the last day"),
        ("to=9999-01-01", "This day is yet to come"),
        ("from=%3Cscript%3E", "This is no day"),
    ],
)
def test_days_that_cannot_be_shown_are_told_of_beside_their_field(
    asked: Office, query: str, said: str
) -> None:
    answer = asked.get(f"/admin/queries?{query}")
    assert answer.status_code == 400
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text


def test_a_fix_is_written_into_the_draft_as_it_was_shown(asked: Office) -> None:
    page = asked.text("/admin/queries/missed")
    assert "Most likely misspelt" in page
    assert "Words that no article has" in page
    shown = html.unescape(page)
    assert 'words = ["feryr"]' in shown
    assert 'to = ["ferry"]' in shown
    fix = next(one for one in re.findall(r'name="fix" value="([^"]+)"', page) if "feryr" in one)
    answer = asked.post("/admin/queries/missed", {"fix": html.unescape(fix)})
    assert answer.status_code == 303
    assert "/admin/tuning/preview?done=fix-drafted" in answer.headers["location"]
    draft = versions(asked).draft()
    assert draft is not None
    assert [(group.words, group.to) for group in draft.model.synonyms] == [(("feryr",), ("ferry",))]
    assert "The fix is in the draft" in asked.text("/admin/queries/missed")
    again = asked.post("/admin/queries/missed", {"fix": html.unescape(fix)})
    assert "done=fix-there" in again.headers["location"]
    versions(asked).publish_draft(OPERATOR)
    asked.service.tuning.refresh()
    assert [hit["title"] for hit in asked.get("/api/v1/search?q=feryr&exact=0").json["hits"]]


def test_a_synonym_for_a_word_that_no_article_has_is_filled_in(asked: Office) -> None:
    path, typed = "/admin/queries/missed?days=7", {"word": "xylophone"}
    assert 'name="word" value="xylophone"' in asked.text(path)
    for to, said in (("", "Type the word that articles have instead of"), ("...", "“...” cannot be a")):
        answer = asked.post(path, {**typed, "to": to})
        assert answer.status_code == 422
        assert answer.text.count(said) == 2, "at the head, and beside its field"
    answer = asked.post(path, {**typed, "to": " ferry "})
    assert "/admin/tuning/preview?done=fix-drafted" in answer.headers["location"]
    draft = versions(asked).draft()
    assert draft is not None
    assert (("xylophone",), ("ferry",)) in [(group.words, group.to) for group in draft.model.synonyms]
    versions(asked).drop_draft(OPERATOR)


def test_stop_words_are_taken_off_the_lists_of_their_languages(asked: Office) -> None:
    page = asked.text("/admin/queries/missed")
    fix = next(one for one in re.findall(r'name="fix" value="([^"]+)"', page) if "stop_words" in one)
    asked.post("/admin/queries/missed", {"fix": html.unescape(fix)})
    draft = versions(asked).draft()
    assert draft is not None
    assert draft.model.stop_words["en"].remove == ("whom", "yours")
    assert set(draft.model.stop_words) == {"en"}


@pytest.mark.parametrize(
    "fix", ["", "{}", '{"kind":"synonym"}', '{"kind":"rules","words":[],"to":[]}', "[" * 999]
)
def test_what_is_no_fix_is_refused(asked: Office, fix: str) -> None:
    assert asked.post("/admin/queries/missed", {"fix": fix}).status_code == 400


def test_a_fix_that_no_tuning_may_have_is_refused(asked: Office) -> None:
    fix = '{"kind":"synonym","words":["..."],"to":["ferry"]}'
    assert asked.post("/admin/queries/missed", {"fix": fix}).status_code == 422


@pytest.mark.parametrize("path", ["/admin/queries", "/admin/queries/missed"])
def test_a_query_stays_text(asked: Office, path: str) -> None:
    page = asked.text(path)
    assert HOSTILE not in page
    assert html.escape(HOSTILE) in page
    own = asked.text(link_of(page, HOSTILE))
    assert HOSTILE not in own
    assert html.escape(HOSTILE) in own


def test_a_file_holds_no_formula(asked: Office) -> None:
    page = asked.text("/admin/queries")
    link = next(one for one in re.findall(r'href="([^"]+format=csv)"', page) if "/queries?" in one)
    answer = asked.get(html.unescape(link))
    assert answer.headers["content-type"].startswith("text/csv")
    assert "'=cmd" in answer.text
    assert not [line for line in answer.text.splitlines() if line.lstrip('"').startswith("=")]


def test_the_first_page_tells_of_searches(asked: Office) -> None:
    page = asked.text("/admin")
    assert "Searches by day" in page
    assert "in 30 days" in page


def test_switched_off_the_pages_say_so(opened: Opener) -> None:
    running = opened(empty=True, analytics="0")
    cookie = {"Cookie": f"{COOKIE}={begin_session(running.data)}"}
    for path in ("/admin/queries", "/admin/queries/missed", "/admin/queries/abc"):
        answer = running.get(path, headers=cookie)
        assert answer.status_code == 200
        assert "Searches are not counted." in answer.text
    assert "Searches by day" not in running.get("/admin", headers=cookie).text
