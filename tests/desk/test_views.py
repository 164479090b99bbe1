"""What the desk's pages say of how things stand: values in, words out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from indexer import Gone
from service.standing import Standing
from service.tasks import Task
from service.upkeep import Disk
from service.web.admin import figures
from service.web.admin.articles import asks_for, gone_row
from service.web.admin.frame import MENU, menu
from service.web.admin.notices import NOTICES, notice_of
from service.web.admin.overview import Known, Traffic, newest_run, overview
from service.web.admin.reasons import WORDS, reasons_of
from service.web.admin.tasks import is_busy, task_row
from tests.docs.expected import failure_reasons

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
STANDING = Standing("g-000002.4", 1234, 90, 90, (NOW - timedelta(hours=3)).isoformat())
KNOWN = Known(STANDING, None, 0, {}, {}, Disk((("Index", 750), ("Catalog", 250)), 10_000, 4_000))
GONE = Gone(
    "id", "folder:/a", "b.html", 7, "2026-01-01T00:00:00+00:00", "A title", "https://e.org/", True, ""
)


@pytest.mark.parametrize(
    ("standing", "working", "said", "tone"),
    [
        (STANDING, 0, "Every article that was accepted can be found.", "good"),
        (replace(STANDING, catalog_sequence=91), 1, "1 change on the way to the index.", "wait"),
        (replace(STANDING, catalog_sequence=95), 0, "5 changes waiting for the index.", "wait"),
        (replace(STANDING, articles=0), 0, "Nothing has been indexed yet.", "wait"),
        (replace(STANDING, catalog_sequence=None), 0, "Searches go on; the catalog cannot be read.", "bad"),
        (None, 0, "Searches cannot be answered: there is no index, or it is damaged.", "bad"),
    ],
)
def test_the_headline_says_how_things_stand(
    standing: Standing | None, working: int, said: str, tone: str
) -> None:
    view = overview(replace(KNOWN, standing=standing, working=working), NOW)
    assert (view.headline, view.tone) == (said, tone)


def test_tiles_are_there_for_what_is_known() -> None:
    tiles = {tile.name: tile for tile in overview(KNOWN, NOW).tiles}
    assert tiles["Articles"].value == "1,234"
    assert tiles["Index written"].value == "3 hours ago"
    assert tiles["On the disk"].value == "1.0 kB"
    assert "Searches" not in tiles
    asked = overview(replace(KNOWN, traffic=Traffic(30, 200, 5, 2, ()), standing=None, disk=None), NOW)
    found = {tile.name: tile.value for tile in asked.tiles}
    assert found == {"Pages refused": "0", "Searches": "200", "Found nothing": "2.5 %"}


def test_little_room_on_the_disk_is_told() -> None:
    full = replace(KNOWN, disk=Disk((("Index", 750),), 10_000, 400))
    assert next(tile for tile in overview(full, NOW).tiles if tile.name == "On the disk").tone == "bad"


def test_pages_that_are_out_on_purpose_are_no_failures() -> None:
    refused, left_out = reasons_of({"not_article": 9, "no_title": 2, "duplicate": 1})
    assert [(reason.name, reason.count) for reason in refused] == [("no_title", 2)]
    assert [reason.name for reason in left_out] == ["not_article", "duplicate"]
    assert reasons_of({"from_tomorrow": 1})[0][0].what == "from tomorrow"


def test_every_reason_a_page_may_be_refused_for_has_words() -> None:
    whole_sources = {"no_pages", "removals_refused", "source_missing"}
    assert failure_reasons() - whole_sources <= WORDS.keys()


def test_the_last_run_is_of_whole_sources() -> None:
    one = Task("a", "reindex", "succeeded", NOW.isoformat(), subject="x")
    whole = Task("b", "reindex", "succeeded", NOW.isoformat())
    assert newest_run((Task("c", "push", "succeeded", NOW.isoformat()), one, whole)) is whole
    assert newest_run((one,)) is None


def test_a_task_says_what_it_did_and_how_long_it_took() -> None:
    report = {"added": 2, "changed": 0, "failed": 3, "unchanged": 9, "failures": [
        {"locator": "a.html", "reason": "no_title", "detail": "has none"}]}  # fmt: skip
    task = Task("a", "reindex", "succeeded", NOW.isoformat(), report=report, started_at=NOW.isoformat(),
                finished_at=(NOW + timedelta(seconds=75)).isoformat())  # fmt: skip
    row = task_row(task, NOW)
    assert (row.what, row.result, row.seconds) == ("Read the sources again", "2 added, 3 failed", 75)
    assert row.counts == (("unchanged", 9), ("added", 2), ("failed", 3))
    assert (len(row.failures), row.more_failures) == (1, 2)
    assert row.tone == "wait", "done, and not all well"
    assert not is_busy([row])


@pytest.mark.parametrize(
    ("task", "what", "result"),
    [
        (Task("a", "check", "succeeded", "", report={"problems": 0}), "Verify catalog and index", "sound"),
        (Task("a", "check", "succeeded", "", report={"problems": 2}),
         "Verify catalog and index", "2 problems"),
        (Task("a", "reindex", "failed", "", error="no room"), "Read the sources again", "no room"),
        (Task("a", "reindex", "succeeded", "", options={"rebuild": True}, report={"generation": "g-1.1"}),
         "Make the index anew", "generation g-1.1"),
        (Task("a", "reindex", "succeeded", "", subject="x", report={"unchanged": 1}),
         "Read one page again", "1 unchanged"),
        (Task("a", "push", "succeeded", "", report={"applied_sequence": 1200}),
         "Index a pushed article", "change 1,200 applied"),
        (Task("a", "remove", "enqueued", ""), "Take an article out", ""),
    ],
)  # fmt: skip
def test_tasks_in_words(task: Task, what: str, result: str) -> None:
    row = task_row(task, NOW)
    assert (row.what, row.result) == (what, result)


def test_a_running_task_is_followed() -> None:
    task = Task("a", "reindex", "processing", NOW.isoformat(), started_at=NOW.isoformat(),
                progress={"stage": "reading", "done": 30, "total": 76})  # fmt: skip
    row = task_row(task, NOW + timedelta(seconds=9))
    assert (row.done, row.total, row.stage, row.seconds) == (30, 76, "pages read", 9)
    assert is_busy([row])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", ""), ("  ", ""), ("0123456789abcdef0123", "id"), ("0123456789ABCDEF0123", "words"),
        ("https://example.org/a", "address"), ("/a/b.html", "address"), ("death penalty", "words"),
    ],
)  # fmt: skip
def test_what_is_looked_for(text: str, kind: str) -> None:
    assert asks_for(text) == kind


@pytest.mark.parametrize(
    ("gone", "can_return", "said"),
    [
        (GONE, True, "by hand; its page is still in the source"),
        (replace(GONE, reason="duplicate"), False, "another article stands for its address"),
        (replace(GONE, reason="no_title"), False, "its page is no article any more"),
        (replace(GONE, has_page=False), False, "its page left the source, or it was pushed and removed"),
    ],
)
def test_only_what_was_removed_by_hand_can_be_had_back(gone: Gone, can_return: bool, said: str) -> None:
    row = gone_row(gone)
    assert (row.can_return, row.why) == (can_return, said)
    assert gone_row(replace(gone, title="")).title == "b.html"


def test_figures_read_as_people_write_them() -> None:
    assert [figures.in_bytes(size) for size in (0, 999, 1000, 123_456, 4_200_000, 10**13)] == [
        "0 bytes", "999 bytes", "1.0 kB", "123 kB", "4.2 MB", "10.0 TB",
    ]  # fmt: skip
    assert [figures.number(value) for value in (0, 12345, 2.0, 2.55)] == ["0", "12,345", "2", "2.5"]
    assert [figures.share(part, 40) for part in (0, 1, 40)] == ["0 %", "2.5 %", "100 %"]
    assert figures.share(1, 0) == "–"
    assert [figures.seconds(value) for value in (None, 0, 2.34, 65, 3725)] == [
        "–", "< 0.1 s", "2.3 s", "1 min 05 s", "1 h 02 min",
    ]  # fmt: skip
    assert [figures.ago(value) for value in (0, 61, 7200, 90_000)] == [
        "just now", "1 minute ago", "2 hours ago", "1 day ago",
    ]  # fmt: skip
    assert figures.day("2025-01-21T10:00:00+00:00") == "21 January 2025"
    assert figures.day("soon") == "soon"
    shown = figures.moment("2025-01-21T10:00:00+02:00")
    assert shown == (
        '<time datetime="2025-01-21T08:00:00+00:00" title="21 Jan 2025, 08:00 UTC">'
        "21 Jan 2025, 08:00 UTC</time>"
    )
    assert figures.moment("<b>") == "&lt;b&gt;"


def test_the_menu_shows_what_is_there() -> None:
    shown = menu({"/admin", "/admin/tasks"})
    assert [(part.name, [one.name for one in part.sections]) for part in shown] == [
        ("Today", ["Overview"]), ("Archive", ["Tasks"]),
    ]  # fmt: skip
    paths = [section.path for part in MENU for section in part.sections]
    assert len(paths) == len(set(paths))


def test_an_address_can_only_name_a_notice() -> None:
    assert notice_of("removed") is NOTICES["removed"]
    assert notice_of("<script>") is None
