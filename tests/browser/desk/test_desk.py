"""The administrators' desk in Chromium: what every page owes its readers, and how it is worked with."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.desk.looks import look_at
from tests.browser.test_look import DESKTOP, PHONE, failures
from tests.service.test_server import until


@pytest.fixture(scope="module")
def article(address: str) -> str:
    """The address of an article's page at the desk."""
    hits = httpx.get(f"{address}/api/v1/search?q=moratorium", timeout=30).json()["hits"]
    return f"/admin/articles/{hits[0]['id']}"


@pytest.fixture(scope="module")
def persian(address: str) -> str:
    hits = httpx.get(f"{address}/api/v1/search?q=&lang=fa", timeout=30).json()["hits"]
    return f"/admin/articles/{hits[0]['id']}"


STATES = {
    "overview": "/admin",
    "search with why": "/admin/search?q=executions&exact=1",
    "fault": "/admin/search?q=executions&category=nonsense",
    "articles": "/admin/articles",
    "no article": "/admin/articles?q=xyzzyq",
    "removed": "/admin/articles/removed?done=removed",
    "tasks": "/admin/tasks",
    "index": "/admin/index",
    "nothing there": "/admin/tasks/nosuch",
    "article": "",
    "persian article": "",
}


@pytest.mark.parametrize("state", STATES)
def test_a_page_owes_its_readers_room_contrast_and_size(
    window: Page, article: str, persian: str, state: str
) -> None:
    window.goto(STATES[state] or {"article": article}.get(state, persian))
    look_at(window)


def test_the_desk_is_worked_by_keyboard(window: Page, article: str) -> None:
    window.set_viewport_size(DESKTOP["viewport"])
    window.goto("/admin/articles")
    window.keyboard.press("Tab")
    expect(window.get_by_role("link", name="Skip to the page")).to_be_focused()
    window.keyboard.press("Control+k")
    expect(window.get_by_role("searchbox")).to_be_focused()
    window.keyboard.type("moratorium executions")
    window.keyboard.press("Enter")
    window.wait_for_url("**q=moratorium*")
    expect(window.locator("tbody tr").first).to_contain_text("Moratorium")
    window.goto(article)
    remove = window.locator("summary", has_text="Remove…")
    remove.focus()
    window.keyboard.press("Enter")
    sure = window.get_by_role("button", name="Remove the article")
    expect(sure).to_be_visible()
    window.keyboard.press("Tab")
    expect(sure).to_be_focused()
    window.keyboard.press("Escape")
    expect(sure).to_be_hidden()
    expect(remove).to_be_focused()


def test_a_phone_has_the_sections_behind_a_button(window: Page) -> None:
    window.set_viewport_size(PHONE["viewport"])
    window.goto("/admin")
    menu = window.get_by_role("navigation", name="Sections")
    expect(menu).to_be_hidden()
    window.get_by_role("button", name="Sections").press("Enter")
    expect(menu).to_be_visible()
    expect(menu.get_by_role("link", name="Overview")).to_have_attribute("aria-current", "page")
    assert failures(window) == []
    window.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    window.get_by_role("button", name="Sections").click()
    menu.get_by_role("link", name="Index").click()
    window.wait_for_url("**/admin/index")


def test_an_article_leaves_and_comes_back_and_its_task_is_followed(window: Page, address: str) -> None:
    window.set_viewport_size(DESKTOP["viewport"])
    window.goto("/admin/articles?q=hunger+strike")
    row = window.locator("tbody .main a").first
    title = row.inner_text()
    row.click()
    window.locator("summary", has_text="Remove…").click()
    window.get_by_role("button", name="Remove the article").click()
    window.wait_for_url("**/removed?done=removed")
    expect(window.get_by_role("status")).to_contain_text("The article is removed.")
    window.get_by_role("button", name=f"Bring back {title}").click()
    window.wait_for_url("**/admin/tasks?done=restoring")
    loaded = window.evaluate("performance.timeOrigin")
    restored = window.locator("tbody tr", has_text="Read one page again").first
    expect(restored).to_contain_text("1 added", timeout=15_000)
    expect(window.locator("[data-live]")).to_have_count(0)
    assert window.evaluate("performance.timeOrigin") == loaded, "the page has followed by itself"
    found = httpx.get(f"{address}/api/v1/search", params={"q": title, "exact": 1}, timeout=30).json()
    assert title in [hit["title"] for hit in found["hits"]]


def reloaded(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def test_the_desk_works_without_a_script(office: Visits, administrator: dict[str, Any]) -> None:
    page = office.window(java_script_enabled=False, **administrator, **PHONE)
    page.goto("/admin")
    page.get_by_role("button", name="Sections").click()
    page.get_by_role("link", name="Tasks", exact=True).click()
    page.locator("summary", has_text="Start a run").click()
    page.get_by_label("Make it anew from the catalog").check()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("status").first).to_contain_text("The work is in the queue.")
    until(
        lambda: "done" in reloaded(page, "/admin/tasks").locator("tbody tr").first.inner_text(), "the rebuild"
    )
    page.goto("/admin/index")
    page.locator("summary", has_text="Roll back…").click()
    page.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_role("status")).to_contain_text("The generation before is live again.")


def test_forced_colours_stillness_and_paper(office: Visits, administrator: dict[str, Any]) -> None:
    page = office.window(forced_colors="active", reduced_motion="reduce", **administrator, **DESKTOP)
    page.goto("/admin/search?q=executions")
    colour = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("mark").first.evaluate(colour) != page.locator("body").evaluate(colour)
    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(element => {
            const style = getComputedStyle(element);
            return style.transitionDuration !== '0s' || style.animationName !== 'none';
        }).length"""
    )
    assert moving == 0
    page.emulate_media(media="print")
    for gone in (".menu", ".ask", ".folio"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".why h3").first).to_be_visible()
