"""What comes in between: keys, answers and errors that cross each other. Each of these went wrong once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.holding import hold
from tests.browser.host import Host
from tests.browser.test_look import DESKTOP, PHONE

QUIET_MS = 900


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def wait_for(page: Page, holds: Callable[[], Any]) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("this did not come to be within five seconds")


@pytest.fixture
def results(page: Page) -> Page:
    page.goto("/?q=people")
    page.evaluate("window.same = true")
    return page


def host_page(live: str) -> str:
    return f"""<!DOCTYPE html><html lang="en"><title>x</title>
    <script src="{live}/static/search-box.js" defer></script>
    <broadsheet-search><form action="{live}/">
        <input name="q" type="search" aria-label="Search"><button>Search</button>
    </form></broadsheet-search>"""


def test_a_day_can_be_typed_part_by_part(results: Page) -> None:
    page = results
    page.locator("#settings > summary").click()
    page.locator("#from").focus()
    page.keyboard.type("05012024", delay=80)
    page.wait_for_timeout(1500)
    assert page.locator("#from").input_value() in ("2024-01-05", "2024-05-01")
    expect(page).to_have_url(re.compile("from=2024"))


def test_a_day_that_is_typed_is_one_step_of_the_history(results: Page) -> None:
    page = results
    length = page.evaluate("history.length")
    page.locator("#settings > summary").click()
    page.locator("#from").focus()
    page.keyboard.type("05012024", delay=150)
    page.wait_for_timeout(1500)
    assert page.evaluate("history.length") <= length + 1


def test_results_do_not_change_for_who_has_begun_to_use_them(results: Page) -> None:
    page = results
    page.locator("#q").click()
    page.keyboard.press("End")
    page.keyboard.type("s")
    page.locator(".refine a").first.focus()
    page.wait_for_timeout(1500)
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_the_focus_is_not_lost_to_results_that_follow(results: Page) -> None:
    page = results
    page.locator("#q").click()
    page.keyboard.press("End")
    page.keyboard.type(" of")
    for _ in range(6):
        page.keyboard.press("Tab")
    page.wait_for_timeout(1500)
    assert page.evaluate("document.activeElement.tagName") != "BODY"


def test_letters_typed_while_an_answer_is_on_its_way_are_kept(results: Page) -> None:
    page = results
    held = hold(page, re.compile(r"/\?q=women$"))
    page.locator("#q").fill("women")
    page.keyboard.press("Enter")
    wait_for(page, lambda: held)
    page.keyboard.type(" rig")
    held[0].continue_()
    page.wait_for_timeout(300)
    expect(page.locator("#q")).to_have_value("women rig")


def test_results_follow_the_field_back_to_where_it_was(results: Page) -> None:
    page = results
    held = hold(page, re.compile(r"/\?q=peoplexyzzy"))
    page.locator("#q").click()
    page.keyboard.press("End")
    page.keyboard.type("xyzzy")
    wait_for(page, lambda: held)
    for _ in range(5):
        page.keyboard.press("Backspace")
    page.wait_for_timeout(QUIET_MS)
    held[0].continue_()
    page.wait_for_timeout(QUIET_MS)
    assert query(page)["q"] == ["people"]


def test_a_field_that_was_emptied_is_not_answered_late(results: Page) -> None:
    page = results
    held = hold(page, re.compile(r"/\?q=peoplexyzzy"))
    page.locator("#q").click()
    page.keyboard.press("End")
    page.keyboard.type("xyzzy")
    wait_for(page, lambda: held)
    page.get_by_role("button", name="Clear the field").click()
    held[0].continue_()
    page.wait_for_timeout(QUIET_MS)
    assert query(page)["q"] == ["people"]


def test_an_option_of_the_sheet_closes_it(visits: Visits) -> None:
    page = visits.window(**PHONE)
    page.goto("/?q=people")
    page.locator("#q").tap()
    page.keyboard.type(" of")
    sheet = page.get_by_role("dialog")
    option = sheet.get_by_role("option", name=re.compile("All results"))
    expect(option).to_be_visible()
    option.tap()
    page.wait_for_timeout(QUIET_MS)
    expect(sheet).to_be_hidden()


def test_the_button_to_try_again_is_reached_by_keyboard(visits: Visits, results: Page) -> None:
    page = results
    page.route(re.compile("suggest"), lambda route: route.fulfill(status=503, body="{}"))
    page.locator("#q").click()
    page.keyboard.press("End")
    page.keyboard.type("s")
    again = page.locator(".bs-again")
    expect(again).to_be_visible()
    visits.problems.clear()
    for _ in range(4):
        page.keyboard.press("Tab")
        if again.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("no way to the button")


def test_the_error_page_of_a_proxy_leaves_the_results(visits: Visits, results: Page) -> None:
    page = results
    page.route(
        re.compile(r"/\?q=peoples"),
        lambda route: route.fulfill(status=502, content_type="text/html", body="<html><h1>502 Bad Gateway"),
    )
    page.locator("#q").click()
    page.keyboard.press("End")
    page.keyboard.type("s")
    page.wait_for_timeout(2000)
    visits.problems.clear()
    assert page.locator(".hit").count() > 0


def test_a_passage_that_is_pasted_is_in_no_address(visits: Visits, results: Page) -> None:
    page = results
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.locator("#q").fill("secret words " * 30)
    page.wait_for_timeout(1500)
    assert not [one for one in asked if "secret" in one]


def test_one_voice_speaks_once_while_a_visitor_types(results: Page) -> None:
    page = results
    page.evaluate(
        """() => {
            window.said = [];
            for (const region of document.querySelectorAll('[role=status]')) {
                const note = () => region.textContent && said.push(region.textContent);
                new MutationObserver(note).observe(region, { childList: true });
            }
        }"""
    )
    page.locator("#q").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("women rights people", delay=450)
    page.wait_for_timeout(2500)
    said = page.evaluate("said")
    assert len(said) <= 1, said


def test_an_active_option_stays_active_while_an_answer_is_waited_for(results: Page) -> None:
    page = results
    page.locator("#q").click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    hold(page, re.compile("suggest"))
    hold(page, re.compile(r"/\?q="))
    page.keyboard.press("End")
    page.keyboard.type("s")
    page.keyboard.press("ArrowDown")
    assert page.locator("#q").get_attribute("aria-activedescendant")
    page.wait_for_timeout(800)
    assert page.locator("#q").get_attribute("aria-activedescendant")


def test_what_a_password_manager_sends_is_no_key(visits: Visits) -> None:
    page = visits.window(**PHONE)
    page.goto("/")
    page.evaluate("document.getElementById('q').dispatchEvent(new Event('keydown', {bubbles: true}))")
    page.wait_for_timeout(200)


def test_expanded_says_whether_the_list_is_there(results: Page) -> None:
    page = results
    page.locator("#q").fill("xyzzyq")
    expect(page.locator(".bs-note")).to_be_visible()
    controlled = page.locator("#" + (page.locator("#q").get_attribute("aria-controls") or ""))
    assert controlled.is_visible() == (page.locator("#q").get_attribute("aria-expanded") == "true")


def test_the_place_comes_back_by_going_forward_too(results: Page) -> None:
    page = results
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page).to_have_url(re.compile("page=2"))
    page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, 900)")
    page.wait_for_timeout(400)
    page.go_back()
    page.wait_for_timeout(500)
    page.go_forward()
    page.wait_for_timeout(700)
    assert page.evaluate("scrollY") > 500


def test_counts_come_back_after_a_failure(visits: Visits, host: Host, live_service: str) -> None:
    page = visits.window(**DESKTOP)
    page.goto(host.show("/s.html", host_page(live_service)))
    page.locator("summary").click()
    expect(page.locator("input[name=category]").first).to_be_visible()
    page.route(re.compile("/api/v1/search"), lambda r: r.fulfill(status=503, body="{}"))
    page.get_by_role("combobox").fill("women")
    page.wait_for_timeout(1200)
    page.unroute(re.compile("/api/v1/search"))
    with page.expect_request(re.compile("/api/v1/search"), timeout=6000):
        page.get_by_role("combobox").fill("women of")
    visits.problems.clear()


def test_boxes_that_were_removed_leave_nothing(visits: Visits, host: Host, live_service: str) -> None:
    page = visits.window(**DESKTOP)
    page.goto(host.show("/s.html", host_page(live_service)))
    page.get_by_role("combobox").wait_for()
    cdp = page.context.new_cdp_session(page)

    def listeners() -> dict[str, float]:
        cdp.send("HeapProfiler.collectGarbage")
        cdp.send("HeapProfiler.collectGarbage")
        cdp.send("Performance.enable")
        return {
            m["name"]: m["value"]
            for m in cdp.send("Performance.getMetrics")["metrics"]
            if m["name"] in ("Nodes", "JSEventListeners", "JSHeapUsedSize")
        }

    before = listeners()
    page.evaluate(
        """async () => {
            for (let count = 0; count < 200; count += 1) {
                const box = document.createElement('broadsheet-search');
                document.body.append(box);
                await 0;
                box.remove();
            }
        }"""
    )
    after = listeners()
    assert after["Nodes"] - before["Nodes"] < 500, (before, after)


def test_200_answers_leave_nothing(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto("/?q=people")
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")

    def now() -> dict[str, float]:
        for _ in range(3):
            cdp.send("HeapProfiler.collectGarbage")
        return {
            m["name"]: m["value"]
            for m in cdp.send("Performance.getMetrics")["metrics"]
            if m["name"] in ("Nodes", "Documents", "JSEventListeners", "JSHeapUsedSize")
        }

    def go(n: int) -> None:
        page.evaluate(
            """async n => { for (let i = 0; i < n; i++) {
            const a = [...document.querySelectorAll('.sorts a')].find(a => !a.hasAttribute('aria-current'));
            const h = document.querySelector('.hit'); a.click();
            while (h.isConnected) await new Promise(r => setTimeout(r, 5)); } }""",
            n,
        )

    go(20)
    before = now()
    go(200)
    after = now()
    assert after["Nodes"] - before["Nodes"] < 3000, (before, after)


def test_1000_keys_leave_nothing(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto("/")
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")

    def now() -> dict[str, float]:
        for _ in range(3):
            cdp.send("HeapProfiler.collectGarbage")
        return {
            m["name"]: m["value"]
            for m in cdp.send("Performance.getMetrics")["metrics"]
            if m["name"] in ("Nodes", "Documents", "JSEventListeners", "JSHeapUsedSize")
        }

    def keys(n: int) -> None:
        page.evaluate(
            """async n => { const f = document.getElementById('q'); for (let i = 0; i < n; i++) {
            f.value = 'people'.slice(0, 1 + i % 6); f.dispatchEvent(new InputEvent('input', {bubbles: true}));
            await new Promise(r => setTimeout(r, 3)); } await new Promise(r => setTimeout(r, 800)); }""",
            n,
        )

    keys(100)
    before = now()
    keys(1000)
    after = now()
    assert after["Nodes"] - before["Nodes"] < 1000, (before, after)


def test_popular_searches_are_announced(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto("/")
    page.locator("#q").click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    page.wait_for_timeout(2000)
    assert page.locator("[role=status].bs-unseen").first.inner_text() != ""


def test_the_connection_that_comes_back_is_asked_once_however_often_it_failed(
    visits: Visits, results: Page
) -> None:
    page = results
    page.locator("#q").click()
    page.context.set_offline(True)
    for text in ("women", "strike", "prison"):
        page.locator("#q").fill(text)
        page.wait_for_timeout(3_400)  # longer than the calm after a failure
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    page.context.set_offline(False)
    expect(page.get_by_role("option").first).to_be_visible()
    page.wait_for_timeout(QUIET_MS)
    visits.problems = [one for one in visits.problems if "ERR_INTERNET_DISCONNECTED" not in one]
    assert len(asked) == 1
