"""The tuning at the desk in Chromium: from a synonym to the answers of every worker, and back; two who tune
at once; and text of all kinds that stays text.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.desk.looks import look_at, open_all
from tests.browser.desk.signing_in import sign_in, signed_in
from tests.browser.test_look import DESKTOP, PHONE

WITHIN: Final = 1.0  # seconds: what is promised
HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "javascript:alert(3)//'onmouseover='alert(4)",
    "{{7*7}}${7*7}",
)
BIDI: Final = "abc\u202egnp.exe"
SECTIONS: Final = ("synonyms", "stop-words", "protected", "weights", "boosts", "switches", "popular")


@pytest.fixture(scope="module")
def window(office: Visits, administrator: dict[str, Any]) -> Iterator[Page]:
    """A window of who is signed in. The service is others' as well: in the end all is as it was."""
    page = office.window(**administrator, **DESKTOP)
    yield page
    drop(page)
    restore_the_defaults(page)


def add_synonyms(page: Page, *words: str, note: str = "") -> None:
    page.goto("/admin/tuning/synonyms")
    page.get_by_label("Words", exact=True).fill("\n".join(words))
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Add to the draft").click()


def drop(page: Page) -> None:
    """Begin without a draft."""
    page.goto("/admin/tuning")
    if page.locator("summary", has_text="Drop the draft").count():
        page.locator("summary", has_text="Drop the draft").click()
        page.get_by_role("button", name="Drop it").click()
        expect(page.get_by_role("status")).to_contain_text("The draft is dropped.")


def restore_the_defaults(page: Page) -> None:
    page.goto("/admin/versions/0")
    again = page.get_by_role("button", name="Publish it again")
    if again.count():
        again.click()
        page.wait_for_url("**/admin/versions?done=restored")


def totals(address: str, query: str, connections: int = 8) -> set[int]:
    """What different connections, and so different workers, say."""
    found = set()
    for _ in range(connections):
        with httpx.Client(base_url=address, timeout=30) as client:
            found.add(client.get("/api/v1/search", params={"q": query, "facets": "none"}).json()["total"])
    return found


def test_a_synonym_is_added_tried_published_seen_and_undone(
    office: Visits, live_folder: Path, address: str
) -> None:
    page = office.window(**DESKTOP)
    sign_in(page, live_folder / "data")
    page.get_by_role("link", name="Tuning", exact=True).click()
    page.get_by_label("Parts of the tuning").get_by_role("link", name="Synonyms").click()
    add_synonyms(page, "gallowsword", "death penalty", note="what our readers call it")
    expect(page.get_by_role("status")).to_contain_text("It is in the draft.")
    assert totals(address, "gallowsword") == {0}, "a draft is seen by nobody"

    page.get_by_role("link", name="Preview and publish").click()
    change = page.locator("details.change", has_text="gallowsword")
    expect(change).to_be_visible()
    expect(change).to_contain_text("new")
    expect(page.locator(".headline")).to_contain_text("another answer")
    page.get_by_label("Queries of your own").fill("gallowsword moratorium")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("details.change", has_text="gallowsword moratorium")).to_contain_text("typed here")
    page.get_by_label("Note").fill("readers ask so")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/admin/versions?done=published")
    began = time.monotonic()
    expect(page.locator("tbody tr").first).to_contain_text("readers ask so")
    while 0 in (seen := totals(address, "gallowsword")):
        assert time.monotonic() - began < WITHIN, "every worker follows within a second"
    assert len(seen) == 1
    page.goto("/?q=gallowsword")
    expect(page.locator("main")).to_contain_text(re.compile("death penalty", re.IGNORECASE))

    page.goto("/admin/versions")
    page.get_by_role("link", name="version 0").click()
    expect(page.locator("details.change", has_text="gallowsword")).to_contain_text("gone")
    page.get_by_role("button", name="Publish it again").click()
    page.wait_for_url("**/admin/versions?done=restored")
    began = time.monotonic()
    while totals(address, "gallowsword") != {0}:
        assert time.monotonic() - began < WITHIN, "undone within a second"
    expect(page.locator("tbody tr").first).to_contain_text("The same as the defaults")


def test_two_who_tune_at_once_lose_nothing(
    office: Visits, live_folder: Path, address: str, window: Page
) -> None:
    drop(window)
    other = office.window(**signed_in(live_folder / "data", address, "brian"), **DESKTOP)
    window.goto("/admin/tuning/synonyms")
    add_synonyms(other, "brians word", "brians other")
    window.get_by_label("Words", exact=True).fill("adas word\nadas other")
    window.get_by_role("button", name="Add to the draft").click()
    expect(window.get_by_role("alert")).to_contain_text("changed by brian")
    expect(window.get_by_role("list", name="What your change does")).to_contain_text("adas word")
    window.get_by_role("button", name="Save mine on top of it").click()
    expect(window.locator(".groups")).to_contain_text("brians word")
    expect(window.locator(".groups")).to_contain_text("adas word")

    window.get_by_role("link", name="Change adas word").click()
    window.get_by_label("Note").fill("mine")
    other.goto("/admin/tuning/synonyms")
    row = other.locator(".groups > li", has_text="adas word")
    row.locator("summary").click()
    row.get_by_role("button", name="Remove it").click()
    window.get_by_role("button", name="Save into the draft").click()
    expect(window.get_by_role("alert")).to_contain_text("not there any more")
    window.get_by_role("button", name="Add it as a new group").click()
    expect(window.locator(".groups")).to_contain_text("mine")

    window.goto("/admin/tuning/preview")
    window.get_by_label("Note").fill("all of it")
    add_synonyms(other, "late word", "later word")
    window.get_by_role("button", name="Publish", exact=True).click()
    expect(window.get_by_role("alert").first).to_contain_text("Nothing was published")
    expect(window.get_by_label("Note")).to_have_value("all of it")
    expect(window.get_by_role("list", name="What the draft changes")).to_contain_text("late word")
    drop(window)


def fill_everything(page: Page) -> None:
    """Put such text into every field of the tuning, and save it."""
    many, line = "\n".join(HOSTILE), " ".join(HOSTILE)
    words = "\n".join(text.replace(" ", "") for text in HOSTILE)
    add_synonyms(page, *HOSTILE, note=line)
    page.get_by_label("Words", exact=True).fill(many)
    page.get_by_label("One way only: finds these as well").fill(f"one way {line}"[:80])
    page.get_by_label("Note").fill(line)
    page.get_by_role("button", name="Add to the draft").click()
    for section, label, text in (
        ("protected", "Protected words", words),
        ("popular", "Searches to offer", many),
    ):
        page.goto(f"/admin/tuning/{section}")
        page.get_by_label(label).fill(text)
        page.get_by_role("button", name="Save into the draft").click()
    page.goto("/admin/tuning/stop-words")
    for name in ("add-en", "remove-de"):
        open_all(page)
        field = page.locator(f"#{name}")
        field.fill(words)
        page.locator("form", has=field).get_by_role("button").click()
    open_all(page)
    another = page.locator("#another form")
    another.get_by_label("Code of the language").fill(line)
    another.get_by_label("Added stop words").fill(words)
    another.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("is not the code of a language")
    page.goto("/admin/tuning/weights")
    page.get_by_label("Words in the title").fill(line)
    page.get_by_role("button", name="Save into the draft").click()
    expect(page.get_by_label("Words in the title")).to_have_value(line)
    page.goto("/admin/tuning/boosts")
    page.get_by_label("Category or type").select_option(index=1)
    page.get_by_label("Factor").fill(line)
    page.get_by_role("button", name="Save into the draft").click()
    expect(page.get_by_label("Factor")).to_have_value(line)


WALK: Final = (
    "/admin/tuning",
    *(f"/admin/tuning/{section}" for section in SECTIONS),
    "/admin/tuning/preview?run=1",
    "/admin/versions",
    "/admin/versions/{last}",
    "/admin/versions/0?run=1",
    "/admin/versions/compare?from=0&to=published",
    "/admin/versions/import",
)


def test_text_of_all_kinds_stays_text_in_every_field_and_on_every_page(
    office: Visits, window: Page, address: str
) -> None:
    drop(window)
    fill_everything(window)
    window.goto("/admin/tuning/preview?run=1&own=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(5)%3E")
    window.get_by_label("Note").fill(HOSTILE[1])
    last = publish(window)
    for path in WALK:
        window.goto(path.format(last=last))
        open_all(window)
        assert office.breaches(window) == [], path
        assert window.locator("main script, main img, main [onerror], main [onmouseover]").count() == 0, path
    window.goto("/admin/versions/compare?from=0&to=published")
    for text in HOSTILE:
        expect(window.locator("main")).to_contain_text(text)
    window.goto(f"/?q={HOSTILE[0]}")
    assert office.breaches(window) == []
    restore_the_defaults(window)


def publish(page: Page) -> int:
    """Publish the draft; gives the number of the version."""
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/admin/versions?done=published")
    return int(page.locator("tbody .main a").first.inner_text().removeprefix("Version "))


def test_what_turns_the_direction_of_text_is_refused_beside_its_field_and_kept(window: Page) -> None:
    drop(window)
    add_synonyms(window, BIDI, "other")
    expect(window.get_by_role("alert")).to_contain_text("Nothing was saved.")
    words = window.get_by_label("Words", exact=True)
    expect(words).to_have_value(f"{BIDI}\nother")
    told = window.locator("#words-wrong")
    expect(told).to_contain_text("U+202E")
    assert "words-wrong" in (words.get_attribute("aria-describedby") or "")
    add_synonyms(window, "one", "other", note=BIDI)
    expect(window.locator("#note-wrong")).to_contain_text("U+202E")
    for section, label in (("protected", "Protected words"), ("popular", "Searches to offer")):
        window.goto(f"/admin/tuning/{section}")
        window.get_by_label(label).fill(BIDI)
        window.get_by_role("button", name="Save into the draft").click()
        expect(window.locator(".complaint").first).to_contain_text("Entry 1 holds U+202E")


FILE: Final = """typos = false

[[synonyms]]
words = ["haf", "hunger strike"]

[[synonyms]]
words = ["alone"]

[weights]
titel = 4.0
"""


def test_a_file_is_imported_with_the_line_of_each_fault_and_exported_again(
    window: Page, tmp_path: Path
) -> None:
    drop(window)
    path = tmp_path / "tuning.toml"
    path.write_text(FILE, "utf-8")
    window.goto("/admin/versions/import")
    window.get_by_label("File", exact=True).set_input_files(path)
    window.get_by_role("button", name="Make it the draft").click()
    expect(window.get_by_role("alert")).to_contain_text("Line 10: weights.titel")
    field = window.get_by_label("Or its text")
    expect(field).to_have_value(FILE)
    field.fill(FILE.replace("titel", "title"))
    window.get_by_role("button", name="Make it the draft").click()
    expect(window.get_by_role("alert")).to_contain_text("Line 6: synonyms[1]")
    field.fill(FILE.replace("titel", "title").replace('"alone"', '"alone", "solitary"'))
    window.get_by_role("button", name="Make it the draft").click()
    window.wait_for_url("**/admin/tuning/preview?done=imported")
    expect(window.get_by_role("list", name="What the draft changes")).to_contain_text("haf, hunger strike")
    window.goto("/admin/tuning")
    with window.expect_download() as told:
        window.get_by_role("link", name="The draft as a file").click()
    assert told.value.suggested_filename == "tuning-draft.toml"
    assert 'words = ["haf", "hunger strike"]' in told.value.path().read_text("utf-8")


STATES: Final = {
    "tuning": "/admin/tuning",
    **{section: f"/admin/tuning/{section}" for section in SECTIONS},
    "preview": "/admin/tuning/preview?run=1",
    "versions": "/admin/versions",
    "version": "/admin/versions/0?run=1",
    "compare": "/admin/versions/compare?from=0&to=draft",
    "import": "/admin/versions/import",
}


@pytest.fixture(scope="module")
def filled(window: Page) -> None:
    """A draft with something in every part, and a version."""
    drop(window)
    add_synonyms(window, "National Council of Resistance of Iran", "NCRI", note="the acronym")
    window.goto("/admin/tuning/preview")
    publish(window)
    add_synonyms(window, "crackdown", "suppression", "repression of protests", note="one a day")
    for section, label, text in (
        ("protected", "Protected words", "Maryam"),
        ("popular", "Searches", "executions"),
    ):
        window.goto(f"/admin/tuning/{section}")
        window.get_by_label(label).fill(text)
        window.get_by_role("button", name="Save into the draft").click()
    window.goto("/admin/tuning/weights")
    window.get_by_label("Words in the title").fill("0,5")
    window.get_by_role("button", name="Save into the draft").click()
    window.goto("/admin/tuning/boosts")
    window.get_by_label("Category or type").select_option("category:women")
    window.get_by_label("Factor").fill("1.5")
    window.get_by_role("button", name="Save into the draft").click()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.usefixtures("filled")
def test_a_page_owes_its_readers_room_contrast_and_size(window: Page, state: str) -> None:
    window.goto(STATES[state])
    look_at(window)


@pytest.mark.usefixtures("filled")
def test_without_a_script_it_is_tried_published_and_restored(
    office: Visits, administrator: dict[str, Any]
) -> None:
    page = office.window(java_script_enabled=False, **administrator, **PHONE)
    add_synonyms(page, "gaol", "prison")
    page.get_by_role("link", name="Preview and publish").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".headline")).to_be_visible()
    publish(page)
    page.get_by_role("link", name="version 0").click()
    page.get_by_role("button", name="Publish it again").click()
    expect(page.get_by_role("status")).to_contain_text("The earlier version is published again.")
