"""The results page with a script: answers without a reload, and the same page as without one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Visits
from tests.browser.holding import hold
from tests.browser.states import STATES
from tests.browser.test_box import at_pace, until, write_at_pace
from tests.browser.test_look import DESKTOP, failures

Ask = Callable[..., Any]
QUIET_MS = 900  # longer than any pause the page waits for before it follows


@pytest.fixture
def results(page: Page) -> Page:
    """The answer to a question, in a document that knows itself: a reload would forget."""
    page.goto("/?q=people")
    page.evaluate("window.same = true")
    return page


def the_same_document(page: Page) -> bool:
    return bool(page.evaluate("window.same === true"))


def total(page: Page) -> int:
    number = re.match(r"[\d,]+", page.locator("h1").inner_text())
    return int(number.group().replace(",", "")) if number else 0


def titles(page: Page) -> list[str]:
    return page.locator(".hit h2").all_inner_texts()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def expect_answer(page: Page, answer: Any) -> None:
    expect(page.locator(".hit h2")).to_have_text([hit["title"] for hit in answer["hits"]])
    assert total(page) == answer["total"]


def settings(page: Page) -> None:
    page.locator("#settings > summary").click()


def search(page: Page, text: str) -> None:
    page.locator("#q").fill(text)
    page.locator("#q").press("Enter")


def test_a_visitor_searches_pages_sorts_narrows_and_goes_back_without_a_reload(
    results: Page, ask: Ask
) -> None:
    page = results
    expect_answer(page, ask("q=people"))
    page.get_by_role("link", name="Next", exact=True).click()
    expect_answer(page, ask("q=people&page=2"))
    expect(page.locator("#results")).to_be_focused()
    page.get_by_role("navigation", name="Sort by").get_by_role("link", name="Newest first").click()
    expect_answer(page, ask("q=people&sort=newest"))
    page.locator(".refine a").first.click()
    narrowed = f"q=people&sort=newest&category={query_value(page, 'category')}"
    expect_answer(page, ask(narrowed))
    search(page, "moratorium")
    expect(page.locator("h1")).to_contain_text("“moratorium”")
    for address in (narrowed, "q=people&sort=newest", "q=people&page=2", "q=people"):
        page.go_back()
        expect_answer(page, ask(address))
        expect(page.locator("#q")).to_have_value("people")
    page.go_forward()
    expect_answer(page, ask("q=people&page=2"))
    assert the_same_document(page)


def query_value(page: Page, name: str) -> str:
    expect(page).to_have_url(re.compile(rf"[?&]{name}="))
    return query(page)[name][0]


@pytest.mark.parametrize("state", [state for state, address in STATES.items() if address.startswith("/?")])
def test_what_is_swapped_in_is_what_the_address_shows_without_a_script(visits: Visits, state: str) -> None:
    """The whole of ``main``, the title and the classes: coming there by a link or by the address."""
    address = STATES[state]
    plain = visits.window(java_script_enabled=False, **DESKTOP)
    plain.goto(address)
    page = visits.window(**DESKTOP)
    page.goto("/?q=people")
    page.evaluate(
        """address => {
            const link = document.createElement('a');
            link.href = address;
            document.querySelector('main').append(link);
            link.click();
        }""",
        address,
    )
    expect(page).to_have_title(plain.title())
    shown = "main > :not(broadsheet-search):not([role=status])"
    outer = "all => all.map(one => one.outerHTML)"
    assert page.locator(shown).evaluate_all(outer) == plain.locator(shown).evaluate_all(outer)
    assert page.locator("body").get_attribute("class") == plain.locator("body").get_attribute("class")
    assert page.locator("#q").input_value() == plain.locator("#q").input_value()
    ticked = "all => all.filter(one => one.checked).map(one => one.name + one.value)"
    boxes = ".box input"
    assert page.locator(boxes).evaluate_all(ticked) == plain.locator(boxes).evaluate_all(ticked)
    counts = page.locator(".box .count").all_text_contents()
    assert counts == plain.locator(".box .count").all_text_contents()


def test_a_tick_in_the_settings_answers_at_once_and_keeps_its_neighbours_counts(
    results: Page, ask: Ask
) -> None:
    page = results
    settings(page)
    boxes = page.get_by_role("group", name="Filter by Categories")
    before = boxes.locator(".count").all_inner_texts()
    slug = boxes.locator(".tick:not(.none) input").first.get_attribute("value")
    box = boxes.locator(f"input[value='{slug}']")
    box.focus()
    page.keyboard.press("Space")
    expect_answer(page, ask(f"q=people&category={slug}"))
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    assert sorted(boxes.locator(".count").all_inner_texts()) == sorted(before)
    assert page.locator("#settings").get_attribute("open") is not None, "the box stays open"
    page.get_by_label("Exact matches only").check()
    expect_answer(page, ask(f"q=people&category={slug}&exact=1"))
    page.go_back()
    page.go_back()
    expect_answer(page, ask("q=people"))
    expect(box).not_to_be_checked()
    assert the_same_document(page)


def test_one_category_among_many_is_found_by_its_name(results: Page) -> None:
    page = results
    settings(page)
    boxes = page.get_by_role("group", name="Filter by Categories")
    finder = boxes.get_by_role("searchbox", name="Find one of these")
    finder.fill("mojahed")
    expect(boxes.locator(".tick:visible")).to_have_count(1)
    expect(boxes.locator("[role=status]")).to_have_text(re.compile(r"^1 / \d\d$"))
    boxes.locator(".tick:visible input").check()
    expect(page).to_have_url(re.compile("category=peoples-mojahedin"))
    expect(finder).to_have_value("mojahed")
    expect(boxes.locator(".tick:visible")).to_have_count(1)
    boxes.get_by_role("button", name="Clear all").click()
    expect(page).not_to_have_url(re.compile("category="))
    assert the_same_document(page)


def test_focus_stays_on_the_link_that_narrows(results: Page) -> None:
    page = results
    link = page.locator(".refine a").first
    name = link.locator(".label").inner_text()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".refine a[aria-current]")).to_contain_text(name)
    expect(page.locator(".refine a").filter(has_text=name).first).to_be_focused()


def test_the_headline_of_a_new_answer_is_announced(results: Page) -> None:
    status = results.locator("main > [role=status]")
    results.locator(".refine a").first.click()
    expect(status).to_have_text(re.compile(r"\d+ results? for “people”"))


def test_while_typing_the_results_follow_and_the_history_does_not_grow(results: Page, ask: Ask) -> None:
    page = results
    length = page.evaluate("history.length")
    page.locator("#q").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("moratori", delay=40)
    expect_answer(page, ask("q=moratori&prefix=1"))
    assert query(page) == {"q": ["moratori"], "prefix": ["1"]}
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("moratori")
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.evaluate("history.length") == length
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=moratori$"))
    assert page.evaluate("history.length") == length + 1
    assert the_same_document(page)


def test_the_address_while_typing_shows_the_same_without_a_script(visits: Visits, ask: Ask) -> None:
    page = visits.window(java_script_enabled=False, **DESKTOP)
    page.goto("/?q=moratori&prefix=1")
    expect_answer(page, ask("q=moratori&prefix=1"))
    search(page, "moratorium")
    assert urlsplit(page.url).query == "q=moratorium", "what is sent from the form is a whole word"


def test_on_the_start_page_typing_moves_nothing(page: Page) -> None:
    page.goto("/")
    page.locator("#q").click()
    page.keyboard.type("people")
    page.wait_for_timeout(QUIET_MS)
    expect(page.locator("h1")).to_have_text("What are you looking for?")
    assert urlsplit(page.url).query == ""


def test_typing_asks_seldom_the_results_included(results: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type in ("fetch", "xhr"):
            asked.append(request.url)

    results.on("request", note)
    results.locator("#q").click()

    def once() -> None:
        asked.clear()
        write_at_pace(results, "human rights")

    at_pace(results, once)
    expect(results.locator("h1")).to_contain_text("for “human rights”")
    results.wait_for_timeout(QUIET_MS)
    assert len(asked) <= 4, asked


def test_why_an_article_is_there_is_said_where_it_was_asked(results: Page) -> None:
    page = results
    address = page.url
    second = page.locator(".hit").nth(1)
    second.get_by_role("link", name=re.compile("^Why this article")).click()
    why = second.locator("details.why[open]")
    expect(why.locator("li").first).to_be_visible()
    expect(why.locator("summary")).to_be_focused()
    assert page.locator("details.why").count() == 1
    assert page.url == address
    assert the_same_document(page)


def test_a_fault_is_shown_like_any_other_state(results: Page) -> None:
    page = results
    settings(page)
    page.get_by_label("From", exact=True).fill("2024-05-01")
    page.get_by_label("To", exact=True).fill("2024-04-01")
    expect(page.get_by_role("alert")).to_contain_text("This search cannot be run as it stands")
    expect(page.locator("#problem-from")).to_be_visible()
    page.get_by_label("To", exact=True).fill("2024-06-01")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert the_same_document(page)


def test_without_a_connection_the_results_stay_and_say_so(visits: Visits, results: Page, ask: Ask) -> None:
    page = results
    shown = titles(page)
    page.context.set_offline(True)
    page.locator(".refine a").first.click()
    alert = page.locator("main > .unreached")
    expect(alert).to_contain_text("You are offline")
    assert titles(page) == shown
    page.context.set_offline(False)
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_have_count(0)
    expect_answer(page, ask(f"q=people&category={query_value(page, 'category')}"))
    visits.problems = [one for one in visits.problems if "ERR_INTERNET_DISCONNECTED" not in one]


def test_a_late_answer_never_replaces_a_newer_one(results: Page, ask: Ask) -> None:
    page = results
    held = hold(page, re.compile("sort=newest"))
    page.get_by_role("link", name="Newest first").click()
    page.get_by_role("link", name="Oldest first").click()
    expect_answer(page, ask("q=people&sort=oldest"))
    held[0].abort()
    page.wait_for_timeout(200)
    expect_answer(page, ask("q=people&sort=oldest"))
    expect(page.locator("main > .unreached")).to_have_count(0)


def test_links_with_a_modifier_or_a_middle_click_are_the_browsers(results: Page) -> None:
    with results.context.expect_page() as opened:
        results.locator(".refine a").first.click(modifiers=["Control"])
    opened.value.wait_for_load_state()
    assert "category=" in opened.value.url
    assert query(results) == {"q": ["people"]}


def test_the_place_on_the_page_comes_back_with_the_page(results: Page) -> None:
    page = results
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    low = page.evaluate("scrollY")
    assert low > 500
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page).to_have_url(re.compile("page=2"))
    assert page.evaluate("scrollY") < low
    page.go_back()
    expect(page).not_to_have_url(re.compile("page=2"))
    until(page, lambda: abs(page.evaluate("scrollY") - low) < 5)


def test_the_page_swaps_nothing_that_breaks_its_policy_or_axe(visits: Visits, results: Page) -> None:
    page = results
    page.locator(".refine a").first.click()
    expect(page.locator(".chips")).to_be_visible()
    page.locator(".hit").first.get_by_role("link", name=re.compile("^Why")).click()
    expect(page.locator("details.why[open]")).to_be_visible()
    settings(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert failures(page) == []
    assert visits.breaches(page) == []


def test_a_link_to_a_place_on_the_page_asks_nobody_and_keeps_the_focus_there(results: Page) -> None:
    requests: list[str] = []
    results.on("request", lambda one: requests.append(one.url) if "/static/" not in one.url else None)
    results.keyboard.press("Tab")
    results.keyboard.press("Enter")
    results.wait_for_url("**#results")
    results.wait_for_timeout(QUIET_MS)
    assert requests == []
    results.keyboard.press("Tab")
    expect(results.locator("#results :focus")).to_have_count(1)
    results.go_back()
    results.wait_for_timeout(QUIET_MS)
    assert requests == []
