"""What every state of the page owes its readers: room, contrast, size, a keyboard, a printer."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.states import STATES

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGETS = (
    ".line :is(input, textarea), button, summary, .tick, .day input, .chips a, .sorts a, .pager a, "
    ".refine a, .ways a"
)
TOUCH = 44  # CSS pixels: the size of a target that a thumb can hit


AXE = Axe().axe_script
# All rules are tried, and every element that breaks one is told; of those that break none, one for each rule.
RUN = "options => axe.run(options)"
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}


def failures(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    answer = page.evaluate(RUN, OPTIONS)
    assert len(answer["passes"]) > 20, "axe looked at the page"
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def open_settings(page: Page) -> None:
    if page.locator("#settings:not([open])").count():
        page.locator("#settings > summary").click()


def test_axe_tells_every_element_of_a_page_that_breaks_a_rule(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto(STATES["results"])
    assert failures(page) == []
    page.evaluate("document.querySelectorAll('.hit h2 a').forEach(link => { link.textContent = ''; })")
    links = page.locator(".hit h2 a").count()
    assert links > 1
    assert sum(line.startswith("link-name") for line in failures(page)) == links


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_to_object_to(visits: Visits, state: str) -> None:
    page = visits.window(**DESKTOP)
    page.goto(STATES[state])
    open_settings(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for device in (PHONE, DESKTOP):
            page.set_viewport_size(device["viewport"])
            assert failures(page) == [], f"{scheme}, {device['viewport']}"
    assert visits.breaches(page) == []


@pytest.mark.parametrize("locale", ["fr-FR", "de-DE", "ar", "fa-IR"])
def test_axe_finds_nothing_to_object_to_in_other_languages(visits: Visits, locale: str) -> None:
    page = visits.window(locale=locale, **DESKTOP)
    for state in ("right to left", "fault"):
        page.goto(STATES[state])
        open_settings(page)
        assert failures(page) == []


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "fa-IR"])
def test_nothing_scrolls_sideways(visits: Visits, locale: str) -> None:
    page = visits.window(locale=locale, viewport={"width": 1280, "height": 700})
    for state, address in STATES.items():
        page.goto(address)
        open_settings(page)
        for width in (1280, 768, 390, 320):
            page.set_viewport_size({"width": width, "height": 700})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, f"{state} at {width} px: {over} px too wide"


def test_whatever_a_thumb_must_hit_is_large_enough(visits: Visits) -> None:
    page = visits.window(**PHONE)
    for state, address in STATES.items():
        page.goto(address)
        open_settings(page)
        targets = page.locator(TARGETS).evaluate_all(
            "elements => elements.map(element => [element.getBoundingClientRect().height, element.innerText])"
        )
        assert len(targets) > (10 if page.locator("#settings").count() else 1)
        assert [(height, text) for height, text in targets if 0 < height < TOUCH] == [], state


def test_a_keyboard_skips_to_the_results_and_sees_where_it_is(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto(STATES["results"])
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the results")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.wait_for_url("**#results")
    page.keyboard.press("Tab")
    focused = page.locator("#results :focus")
    expect(focused).to_have_count(1)
    assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_focus_is_never_hidden_behind_the_bar_of_the_settings(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto(STATES["results"])
    open_settings(page)
    page.locator("input[name=exact]").focus()
    for _ in range(25):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => {
                const bar = document.querySelector('.apply').getBoundingClientRect();
                const focused = document.activeElement;
                const box = focused.getBoundingClientRect();
                return !focused.closest('.apply') && box.bottom > bar.top && box.top < bar.bottom;
            }"""
        )
        assert not hidden


def test_the_printed_page_is_the_results_alone(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto(STATES["results"])
    page.emulate_media(media="print")
    for gone in (".ask", ".refine", ".sorts", ".colophon"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".hit h2").first).to_be_visible()
    expect(page.locator(".nameplate")).to_be_visible()


def test_marks_can_be_told_in_forced_colours(visits: Visits) -> None:
    page = visits.window(forced_colors="active", **DESKTOP)
    page.goto(STATES["results"])
    colour = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("mark").first.evaluate(colour) != page.locator("body").evaluate(colour)


def test_nothing_moves_for_readers_who_asked_for_stillness(visits: Visits) -> None:
    page = visits.window(reduced_motion="reduce", **DESKTOP)
    page.goto(STATES["results"])
    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(element => {
            const style = getComputedStyle(element);
            return style.transitionDuration !== '0s' || style.animationName !== 'none';
        }).length"""
    )
    assert moving == 0
