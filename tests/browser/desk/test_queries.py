"""The desk's pages about queries in Chromium: seen by everybody, and the way from a miss to its mending."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from service.identity.actor import OPERATOR
from service.identity.audit import Audit
from service.tuning.store import TuningStore
from tests.accounts import now
from tests.analytics.asking import FOUND, NOTHING, ask, ask_again, recording, season
from tests.browser.conftest import Visits
from tests.browser.desk.looks import look_at
from tests.browser.test_look import DESKTOP
from tests.service.test_server import until

HOSTILE = "<img src=x onerror=alert(1)> 'quoted' {{ 7*7 }}"
MISSED = "gallows"  # no article of the sample site has the word
INSTEAD = "executions"
MISSPELT = "moratoruim"
LONG = "donaudampfschifffahrtsgesellschaftskapitaensmuetzenundnochmehrdavon"


@pytest.fixture(scope="module", autouse=True)
def store(live_folder: Path, address: str) -> Iterator[TuningStore]:
    """The tuning's versions, and before it weeks of searches."""
    data = live_folder / "data"
    season(data, {"hunger strike": FOUND, "اعدام": FOUND, "uprising": FOUND, LONG: NOTHING}, days=9)
    database, recorder = recording(data)
    ask_again(recorder, MISSED, INSTEAD)
    for text, narrowed in (
        (HOSTILE, ()),
        ("moratorium", ("category",)),
        ("стачка", ()),
        (MISSPELT, ("exact",)),
    ):
        ask(recorder, text, NOTHING, narrowed=narrowed)
    ask(recorder, "exile", FOUND, narrowed=("exact", "category"), categories=("women",))
    yield TuningStore(database, Audit(database, now), now)
    database.close()


STATES = {
    "queries": "/admin/queries",
    "own days, refused": "/admin/queries?from=2025-02-02&to=2025-02-01",
    "no queries": "/admin/queries?from=2001-02-02&to=2001-02-05",
    "missed": "/admin/queries/missed",
    "nothing missed": "/admin/queries/missed?from=2001-02-02&to=2001-02-05",
    "a query": "",
    "overview": "/admin",
}


def go(page: Page, state: str) -> None:
    page.goto(STATES[state] or "/admin/queries/missed")
    if not STATES[state]:
        page.get_by_role("link", name=HOSTILE, exact=True).click()
        page.wait_for_url("**/admin/queries/*days=30")


@pytest.mark.parametrize("state", STATES)
def test_a_page_owes_its_readers_room_contrast_and_size(window: Page, state: str) -> None:
    go(window, state)
    look_at(window)


def test_a_query_that_found_nothing_is_found_and_mended(
    window: Page, address: str, store: TuningStore
) -> None:
    assert found(address) == 0
    window.set_viewport_size(DESKTOP["viewport"])
    window.goto("/admin")
    window.get_by_role("link", name="Queries").click()
    window.get_by_role("link", name="Not found").click()
    entry = window.get_by_role("listitem").filter(has=window.get_by_role("link", name=MISSED, exact=True))
    expect(entry).to_contain_text("5 of 5 day-sessions found nothing")
    expect(entry).to_contain_text(f"Readers who asked “{MISSED}” then asked “{INSTEAD}”, at least 5 times")
    fix = entry.locator("summary")
    fix.focus()
    window.keyboard.press("Enter")
    expect(entry).to_contain_text(f'words = ["{MISSED}"]')
    expect(entry).to_contain_text(f'to = ["{INSTEAD}"]')
    entry.get_by_role("button", name="Add the synonym to the draft").press("Enter")
    window.wait_for_url("**/admin/tuning/preview?done=fix-drafted")
    draft = store.draft()
    assert draft is not None
    assert [(group.words, group.to) for group in draft.model.synonyms] == [((MISSED,), (INSTEAD,))]
    assert found(address) == 0, "a draft answers nobody"
    window.goto("/admin/queries/missed")
    expect(entry).to_contain_text("The fix is in the draft.")
    store.publish_draft(OPERATOR, note="What readers call it")
    until(lambda: found(address) > 0, "the query finds")
    until(lambda: is_found_by_now(window), "the worker that answers the desk has the version, too")
    window.goto(f"/?q={MISSED}")
    expect(window.locator("article.hit").first).to_be_visible()


def test_days_are_chosen_and_stay_chosen(window: Page) -> None:
    window.goto("/admin/queries")
    window.get_by_role("link", name="7 days").click()
    expect(window.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "page")
    window.get_by_role("link", name="Not found").click()
    window.wait_for_url("**/missed?days=7")
    window.locator("summary", has_text="Other days").click()
    window.get_by_label("From", exact=True).fill("2001-01-01")
    window.get_by_label("To", exact=True).fill("2001-01-31")
    window.get_by_role("button", name="Show these days").click()
    expect(window.get_by_text("Nothing that is asked often goes unanswered.")).to_be_visible()
    expect(window.get_by_label("From", exact=True)).to_have_value("2001-01-01")


def test_without_script_the_fix_is_there_as_well(office: Visits, administrator: dict[str, Any]) -> None:
    page = office.window(**administrator, **DESKTOP, java_script_enabled=False)
    page.goto("/admin/queries/missed")
    entry = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=MISSPELT, exact=True))
    entry.locator("summary").click()
    entry.get_by_role("button", name="Add the synonym to the draft").click()
    page.wait_for_url("**/admin/tuning/preview?done=fix-drafted")


def is_found_by_now(page: Page) -> bool:
    page.reload()
    return page.get_by_role("region", name="Found by now").filter(has_text=MISSED).is_visible()


def found(address: str) -> int:
    return int(httpx.get(f"{address}/api/v1/search?q={MISSED}", timeout=30).json()["total"])
