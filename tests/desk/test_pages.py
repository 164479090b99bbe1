"""The desk on a real service: who may, what is shown, what is done, and what is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import WriterBusy
from service.identity.audit import Entry
from service.resources.access import COOKIE
from tests.accounts import begin_session
from tests.desk.conftest import Office, write
from tests.service.conftest import Opener, opened

__all__ = ["opened"]

PAGES = (
    "/admin",
    "/admin/search",
    "/admin/search?q=ferry&exact=1&category=women&from=2020-01-01",
    "/admin/articles",
    "/admin/articles/removed",
    "/admin/articles/refused/empty",
    "/admin/queries",
    "/admin/queries/missed",
    "/admin/tasks",
    "/admin/index",
    "/admin/tuning",
    "/admin/tuning/synonyms",
    "/admin/tuning/stop-words",
    "/admin/tuning/weights",
    "/admin/tuning/boosts",
    "/admin/tuning/preview?run=1",
    "/admin/versions",
    "/admin/versions/0",
    "/admin/versions/0/file",
    "/admin/versions/compare?from=0&to=published",
    "/admin/versions/import",
)
FORMS = (
    "/admin/articles/x/remove",
    "/admin/articles/x/reread",
    "/admin/tasks",
    "/admin/tasks/x/cancel",
    "/admin/queries/missed",
    "/admin/index/verify",
    "/admin/index/rollback",
    "/admin/tuning/synonyms",
    "/admin/tuning/publish",
    "/admin/tuning/drop",
    "/admin/versions/0/restore",
    "/admin/versions/import",
)


def newest(office: Office) -> Entry:
    """The last line of the audit."""
    return office.service.audit.newest(1)[0]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_who_is_signed_in_alone_and_kept_by_nobody(office: Office, path: str) -> None:
    answer = office.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    refused = office.get(path, headers={})
    assert refused.status_code in (302, 303, 401, 403)
    assert "ferry" not in refused.text


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_is_not_the_desks_own_does_nothing(office: Office, path: str) -> None:
    before = office.service.tasks.counts()
    for fields in ({}, {"form_token": "guessed"}):
        assert office.send(path, fields, office.cookie).status_code == 403
    unknown = office.send(path, {"form_token": office.token()}, {})
    assert unknown.status_code in (303, 401, 403)
    assert office.service.tasks.counts() == before
    assert office.service.identity.refusals.settle()
    told = office.service.audit.newest(1)[0].action
    assert told in ("csrf.refused", "access.refused"), told


def test_the_overview_tells_of_pages_that_are_no_articles(office: Office) -> None:
    text = office.text("/admin")
    assert "Every article that was accepted can be found." in text
    assert 'href="/admin/articles/refused/empty"' in text
    assert "empty.html" in office.text("/admin/articles/refused/empty")
    assert office.get("/admin/articles/refused/no_such").status_code == 404


def test_a_search_says_why(office: Office) -> None:
    text = office.text("/admin/search?q=harbour")
    assert "1 result" in text
    assert "is found once in the text" in text
    assert office.text("/admin/search?q=nothingofthekind").count("No article is found.") == 1


def test_what_is_wrong_with_a_search_is_said_beside_its_form(office: Office) -> None:
    answer = office.get("/admin/search?q=ferry&category=nonsense")
    assert answer.status_code == 400
    assert "nonsense" in answer.text
    assert 'value="ferry"' in answer.text


def test_an_article_is_found_by_words_address_and_id(office: Office) -> None:
    article_id = office.id_of("harbour")
    row = f'href="/admin/articles/{article_id}"'
    assert row in office.text("/admin/articles?q=noon")
    assert row in office.text("/admin/articles?q=/ferry") or row in office.text(
        "/admin/articles?q=ferry.html"
    )
    assert row in office.text("/admin/articles")
    moved = office.get(f"/admin/articles?q={article_id}")
    assert (moved.status_code, moved.headers["location"]) == (303, f"/admin/articles/{article_id}")
    assert "No article is found for that." in office.text("/admin/articles?q=00000000000000000000")


def test_an_article_shows_what_was_kept_and_dropped(office: Office) -> None:
    text = office.text(f"/admin/articles/{office.id_of('harbour')}")
    assert "It left the harbour at noon." in text
    assert "landmark:nav" in text
    assert "Home News About" in text
    assert office.get("/admin/articles/00000000000000000000").status_code == 404


@pytest.mark.parametrize("path", ["/admin/articles", "/admin/search?q=words", "/admin/articles?q=words"])
def test_what_comes_from_pages_and_addresses_stays_text(office: Office, path: str) -> None:
    hostile = '"><script>alert(2)</script>'
    text = office.text(f"{path}{'&' if '?' in path else '?'}done={hostile}")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in office.text("/admin/search?q=%22%3E%3Cscript%3Ealert(2)%3C/script%3E")
    assert "<img" not in office.text(f"/admin/articles/{office.id_of('onerror')}").replace(
        '<img src="/static', ""
    )


def test_a_page_is_read_again_and_its_change_found(office: Office) -> None:
    article_id = office.id_of("harbour")
    write(office.pages, "ferry", "The ferry runs again", "It left the harbour at midnight.")
    answer = office.post(f"/admin/articles/{article_id}/reread")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/tasks?done=reread")
    assert newest(office).action == "article.reread"
    assert newest(office).subject == article_id
    office.work()
    assert office.id_of("midnight") == article_id
    assert "Read one page again" in office.text("/admin/tasks")


def test_an_article_is_removed_and_brought_back(office: Office) -> None:
    article_id = office.id_of("bread")
    answer = office.post(f"/admin/articles/{article_id}/remove")
    assert answer.headers["location"] == "/admin/articles/removed?done=removed"
    assert newest(office).action == "article.remove"
    office.work()
    assert not office.get("/api/v1/search?q=bread").json["hits"]
    office.post("/admin/tasks", {"source": str(office.pages)})
    office.work()
    assert not office.get("/api/v1/search?q=bread").json["hits"], "a run leaves it out"
    listed = office.text("/admin/articles/removed?done=removed")
    assert "The price of bread" in listed
    assert "The article is removed." in listed
    office.post(f"/admin/articles/{article_id}/reread", {"restore": "1"})
    assert newest(office).action == "article.restore"
    office.work()
    assert office.id_of("bread") == article_id
    again = office.post(f"/admin/articles/{'0' * 20}/remove")
    assert again.headers["location"] == "/admin/articles?done=not-there"


def test_only_configured_sources_are_read(office: Office, tmp_path: Path) -> None:
    write(tmp_path, "secret", "A secret", "Nobody may read this.")
    answer = office.post("/admin/tasks", {"source": str(tmp_path)})
    assert answer.headers["location"] == "/admin/tasks?done=no-source"
    assert office.service.tasks.counts()["enqueued"] == 0


def test_a_task_can_be_cancelled_until_it_begins(office: Office) -> None:
    office.post("/admin/index/verify")
    task = office.service.tasks.newest(1)[0]
    assert f'action="/admin/tasks/{task.id}/cancel"' in office.text("/admin/tasks")
    assert "data-live" in office.text("/admin/tasks"), "the page follows what is not finished"
    assert office.post(f"/admin/tasks/{task.id}/cancel").headers["location"] == "/admin/tasks?done=cancelled"
    assert office.post(f"/admin/tasks/{task.id}/cancel").headers["location"] == "/admin/tasks?done=too-late"
    assert "cancelled" in office.text(f"/admin/tasks/{task.id}")
    assert "data-live" not in office.text(f"/admin/tasks/{task.id}")
    assert office.get("/admin/tasks/nosuch").status_code == 404


def test_catalog_and_index_are_verified(office: Office) -> None:
    assert office.post("/admin/index/verify").status_code == 303
    office.work()
    task = office.service.tasks.newest(1)[0]
    assert (task.kind, task.state, task.report) == ("check", "succeeded", {"problems": 0, "found": []})


def test_the_generation_before_comes_back(office: Office) -> None:
    office.post("/admin/tasks", {"rebuild": "1"})
    office.work()
    live = office.get("/health/ready").json["generation"]
    assert "Roll back…" in office.text("/admin/index")
    answer = office.post("/admin/index/rollback")
    assert answer.headers["location"] == "/admin/index?done=rolled-back"
    assert (newest(office).action, newest(office).subject) == ("index.rollback", live)
    assert office.get("/health/ready").json["generation"] != live


def test_nobody_waits_for_another_writer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    live = office.get("/health/ready").json["generation"]
    monkeypatch.setattr("service.upkeep.WAIT_SECONDS", 0.05)
    with office.service.workspace.lock.held(1):
        answer = office.post("/admin/index/rollback")
    assert answer.headers["location"] == "/admin/index?done=busy"
    assert WriterBusy.__name__ not in answer.text
    assert office.get("/health/ready").json["generation"] == live


def test_a_desk_without_an_index_says_so_on_every_page(opened: Opener) -> None:
    running = opened(empty=True)
    signed_in = {"Cookie": f"{COOKIE}={begin_session(running.data)}"}
    for path in ("/admin", "/admin/search", "/admin/articles", "/admin/tasks", "/admin/index"):
        answer = running.get(path, headers=signed_in)
        assert answer.status_code == 200, path
    assert "Searches cannot be answered" in running.get("/admin", headers=signed_in).text
    assert running.get("/admin/search", "q=x", headers=signed_in).status_code == 503
