"""The field while a visitor types: an editable combobox with a list, on the real service."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import POPULAR, Visits
from tests.browser.holding import hold
from tests.browser.test_look import DESKTOP, PHONE, failures

SUGGEST = re.compile(r"/api/v1/suggest")
QUIET_MS = 700  # longer than any pause the box waits for before it asks


@pytest.fixture
def box(page: Page) -> Page:
    """The start page with the field focused."""
    page.goto("/")
    page.locator("#q").click()
    return page


def field(page: Page) -> Locator:
    return page.get_by_role("combobox")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def active(page: Page) -> str:
    """The text of the option that a screen reader is at; empty for none."""
    return str(
        page.evaluate(
            """() => {
                const id = document.activeElement.getAttribute('aria-activedescendant');
                return id ? document.getElementById(id).innerText : '';
            }"""
        )
    )


def asked(page: Page) -> list[str]:
    """The texts that are asked for from now on, as they are asked."""
    texts: list[str] = []

    def note(request: Request) -> None:
        text = asks(request)
        if text is not None:
            texts.append(text)

    page.on("request", note)
    return texts


def write(page: Page, text: str) -> None:
    """Type a text into the field that has the focus, and wait until it is answered."""
    with page.expect_response(lambda response: asks(response.request) == text):
        page.keyboard.type(text)
    page.wait_for_timeout(50)


def asks(request: Request) -> str | None:
    """The text a request asks suggestions for."""
    if not SUGGEST.search(request.url):
        return None
    return parse_qs(urlsplit(request.url).query, keep_blank_values=True)["q"][0]


KEY_MS = 100  # between two keys of somebody who types ten a second


def write_at_pace(page: Page, text: str) -> None:
    """Type ten letters a second by the page's own clock, which no command has to reach in time."""
    page.locator("#q").fill("")
    page.wait_for_timeout(QUIET_MS)
    page.evaluate(
        """async ([text, pace]) => {
            const field = document.getElementById('q');
            window.gaps = [];
            let before = performance.now();
            for (let end = 1; end <= text.length; end += 1) {
                await new Promise(done => setTimeout(done, before + pace * (end > 1) - performance.now()));
                window.gaps.push(performance.now() - before);
                before = performance.now();
                field.value = text.slice(0, end);
                field.dispatchEvent(new InputEvent('input', { bubbles: true }));
            }
        }""",
        [text, KEY_MS],
    )


def at_pace(page: Page, once: Callable[[], None]) -> None:
    """Type again when the machine was too busy to keep the pace; a visitor at that pace was never seen."""
    for attempt in range(5):
        if attempt:
            page.reload()  # which has kept answers, and asks for them no more
            page.locator("#q").click()
        once()
        if max(page.evaluate("window.gaps")) < 1.3 * KEY_MS:
            return
    raise AssertionError("this machine is too busy to type ten keys a second")


def until(page: Page, holds: Any) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("this did not come to be within five seconds")


def test_typing_shows_articles_categories_and_popular_queries_with_what_was_typed_marked(box: Page) -> None:
    write(box, "human")
    for group in ("Popular searches", "Categories", "Articles"):
        expect(box.get_by_role("group", name=group)).to_be_visible()
    expect(field(box)).to_have_attribute("aria-expanded", "true")
    expect(options(box).first.locator("mark")).to_have_text("human")
    article = box.get_by_role("group", name="Articles").get_by_role("option").first
    expect(article.locator("time")).to_have_text(re.compile(r"\w+ \d+, \d{4}"))
    expect(article.locator(".bs-snippet")).not_to_be_empty()
    expect(box.get_by_role("option", name=re.compile(r"All results \(\d+\)"))).to_be_visible()


def test_nothing_is_chosen_before_the_visitor_chooses(box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    assert active(box) == ""
    expect(box.locator("[role=option][aria-selected=true]")).to_have_count(0)
    box.keyboard.press("Enter")
    expect(box.locator("h1")).to_contain_text("results for “people”")


def test_arrows_go_through_the_list_and_back_to_the_field_while_the_focus_stays(box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    texts = options(box).all_inner_texts()
    seen = []
    for _ in texts:
        box.keyboard.press("ArrowDown")
        seen.append(active(box))
    assert seen == texts
    box.keyboard.press("ArrowDown")
    assert active(box) == "", "behind the last comes the field"
    box.keyboard.press("ArrowUp")
    assert active(box) == texts[-1]
    for key in ("Home", "End", "ArrowLeft"):
        box.keyboard.press("ArrowDown")
        box.keyboard.press("ArrowUp")
        box.keyboard.press(key)
        assert active(box) == "", f"{key} edits"
    expect(field(box)).to_be_focused()
    expect(field(box)).to_have_value("people")


def test_escape_closes_the_list_and_a_second_one_empties_the_field(box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    box.keyboard.press("Escape")
    expect(options(box).first).to_be_hidden()
    expect(field(box)).to_have_attribute("aria-expanded", "false")
    expect(field(box)).to_have_value("people")
    box.keyboard.press("Escape")
    expect(field(box)).to_have_value("")


def test_alt_and_an_arrow_open_and_close_the_list_without_choosing(box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    box.keyboard.press("Alt+ArrowUp")
    expect(options(box).first).to_be_hidden()
    box.keyboard.press("Alt+ArrowDown")
    expect(options(box).first).to_be_visible()
    assert active(box) == ""


def test_tab_leaves_the_box_and_closes_the_list(box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    box.keyboard.press("Tab")
    expect(options(box).first).to_be_hidden()
    expect(field(box)).not_to_be_focused()


def test_an_empty_field_offers_popular_queries_when_asked(box: Page) -> None:
    box.keyboard.press("ArrowDown")
    expect(options(box)).to_have_text(list(POPULAR))
    box.keyboard.press("ArrowDown")
    box.keyboard.press("Enter")
    expect(box.locator("h1")).to_contain_text(f"for “{POPULAR[0]}”")


def test_enter_on_an_option_follows_it(box: Page) -> None:
    write(box, "human ri")
    category = box.get_by_role("group", name="Categories").get_by_role("option").first
    expect(category).to_be_visible()
    while "Human Rights" not in active(box) or "16" not in active(box):
        box.keyboard.press("ArrowDown")
    box.keyboard.press("Enter")
    expect(box).to_have_url(re.compile(r"\?category=human-rights$"))
    expect(box.locator(".chips")).to_contain_text("Human Rights")


def test_a_mouse_follows_an_option_and_leaves_the_focus_where_it_is_until_then(box: Page) -> None:
    write(box, "human ri")
    category = box.get_by_role("group", name="Categories").get_by_role("option").first
    category.hover()
    box.mouse.down()
    expect(field(box)).to_be_focused()
    box.mouse.up()
    expect(box).to_have_url(re.compile(r"\?category=human-rights$"))


def test_a_click_elsewhere_closes_the_list(box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    box.locator(".folio").click()
    expect(options(box).first).to_be_hidden()


def test_an_article_of_the_list_leads_to_its_page_at_the_passage(box: Page) -> None:
    write(box, "ratified by more states")
    article = box.get_by_role("group", name="Articles").get_by_role("option").first
    href = article.get_attribute("href") or ""
    assert href.startswith("https://herald.example/")
    assert "#:~:text=" in href


def test_the_spelling_that_is_looked_for_instead_is_said_first(box: Page) -> None:
    write(box, "moratorim")
    spelling = box.get_by_role("group", name="Did you mean").get_by_role("option")
    expect(spelling).to_have_text("moratorium")
    expect(box.get_by_role("group", name="Articles").get_by_role("option").first).to_be_visible()
    spelling.click()
    expect(box.locator("h1")).to_contain_text("“moratorium”")


def test_nothing_found_is_said_and_not_shown_as_an_empty_list(box: Page) -> None:
    write(box, "xyzzyq")
    expect(box.locator(".bs-note")).to_have_text("No article found.")
    expect(box.get_by_role("listbox")).to_be_hidden()


def test_the_count_is_announced_once_typing_has_paused(box: Page) -> None:
    status = box.locator("[role=status].bs-unseen").first
    box.keyboard.type("moratorium", delay=60)
    expect(options(box).first).to_be_visible()
    assert status.inner_text() == "", "not while the visitor is still typing"
    expect(status).to_have_text(re.compile(r"^\d+ articles$"))
    box.keyboard.type("zzzz", delay=60)
    expect(status).to_have_text("No article found.")


# -- how often it asks, and what it does with answers --------------------------------------------


def test_the_first_key_asks_at_once_and_the_others_once_for_all(box: Page) -> None:
    texts = asked(box)

    def once() -> None:
        texts.clear()
        write_at_pace(box, "human rights")

    at_pace(box, once)
    until(box, lambda: texts[-1:] == ["human rights"])
    box.wait_for_timeout(QUIET_MS)
    assert texts[0] == "h"
    assert texts[-1] == "human rights"
    assert len(texts) <= 4


def test_going_back_a_letter_asks_nobody(box: Page) -> None:
    box.keyboard.type("people", delay=300)
    expect(options(box).first).to_be_visible()
    texts = asked(box)
    for _ in range(3):
        box.keyboard.press("Backspace")
        box.wait_for_timeout(300)
    assert texts == []
    expect(options(box).first).to_be_visible()


def test_a_late_answer_never_replaces_a_newer_one(box: Page) -> None:
    held = hold(box, SUGGEST)
    box.keyboard.type("w")
    until(box, lambda: bool(held))
    box.keyboard.type("omen")
    until(box, lambda: asks(held[-1].request) == "women")
    held[-1].continue_()
    expect(options(box).first.locator("mark").first).to_have_text(re.compile("^women", re.IGNORECASE))
    shown = options(box).all_inner_texts()
    held[0].fulfill(json={"q": "w", "total": 0, "corrected": None, "suggestions": []})
    box.wait_for_timeout(QUIET_MS)
    assert options(box).all_inner_texts() == shown


def test_at_most_one_question_is_in_flight(box: Page) -> None:
    """A newer question takes the older one back before it is asked."""
    ended: list[str] = []
    held = hold(box, SUGGEST)
    box.on("requestfailed", lambda request: ended.append(request.url))
    for count, letter in enumerate("people", start=1):
        box.keyboard.type(letter)
        until(box, lambda count=count: len(held) == count)
        assert len(ended) == count - 1
    held[-1].continue_()
    expect(options(box).first).to_be_visible()


def test_old_results_stay_until_new_ones_come_and_waiting_is_shown(box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    shown = options(box).all_inner_texts()
    held = hold(box, SUGGEST)
    box.keyboard.type("s")
    expect(box.locator(".bs-panel[data-busy]")).to_be_visible()
    assert options(box).all_inner_texts() == shown
    held[0].continue_()
    expect(box.locator(".bs-panel[data-busy]")).to_have_count(0)


def test_what_was_closed_is_not_opened_by_an_answer(box: Page) -> None:
    held = hold(box, SUGGEST)
    box.keyboard.type("p")
    until(box, lambda: bool(held))
    box.keyboard.press("Escape")
    box.wait_for_timeout(QUIET_MS)
    expect(options(box).first).to_be_hidden()
    assert box.locator(".bs-panel:visible").count() == 0


def test_offline_is_said_and_mended_by_the_connection_or_a_button(visits: Visits, box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    box.context.set_offline(True)
    box.keyboard.type(" of")
    note = box.locator(".bs-note")
    expect(note).to_contain_text("You are offline")
    expect(field(box)).to_be_focused()
    box.context.set_offline(False)
    expect(options(box).first).to_be_visible()
    box.route(SUGGEST, lambda route: route.fulfill(status=503, body="{}"))
    box.keyboard.type(" iran")
    expect(note).to_contain_text("The search cannot be reached")
    box.unroute(SUGGEST)
    note.get_by_role("button", name="Try again").click()
    expect(options(box).first).to_be_visible()
    expect(field(box)).to_be_focused()
    visits.problems = [one for one in visits.problems if "Failed to load resource" not in one]


@pytest.mark.parametrize("text", ["word " * 40, "Donaudampfschifffahrt" * 30])
def test_a_text_that_is_too_long_for_a_search_is_offered_to_be_found_as_a_quotation(
    box: Page, text: str
) -> None:
    texts = asked(box)
    field(box).fill(text)
    note = box.locator(".bs-note")
    expect(note).to_contain_text("Too long for a search")
    assert texts == []
    note.get_by_role("button", name="Find a quotation").click()
    expect(box).to_have_url(re.compile("/quotes$"))
    expect(box.get_by_label("Passage to find")).to_have_value(text.strip())


def test_letters_that_are_still_composed_are_not_asked_for(box: Page) -> None:
    texts = asked(box)
    session = box.context.new_cdp_session(box)
    session.send("Input.imeSetComposition", {"text": "人", "selectionStart": 1, "selectionEnd": 1})
    box.wait_for_timeout(QUIET_MS)
    assert texts == []
    session.send("Input.insertText", {"text": "人权"})
    until(box, lambda: texts == ["人权"])


def test_the_button_empties_the_field_and_gives_the_focus_back(box: Page) -> None:
    write(box, "people")
    expect(options(box).first).to_be_visible()
    box.get_by_role("button", name="Clear the field").click()
    expect(field(box)).to_have_value("")
    expect(field(box)).to_be_focused()
    expect(options(box).first).to_be_hidden()
    expect(box.get_by_role("button", name="Clear the field")).to_be_hidden()


def test_suggestions_keep_to_the_settings_of_the_box(box: Page) -> None:
    box.goto("/?q=people&exact=1&category=women")
    texts: list[str] = []
    box.on("request", lambda request: texts.append(request.url) if SUGGEST.search(request.url) else None)
    field(box).click()
    box.keyboard.press("End")
    box.keyboard.type(" of")
    until(box, lambda: bool(texts))
    query = parse_qs(urlsplit(texts[-1]).query)
    assert (query["exact"], query["category"]) == (["1"], ["women"])


# -- on a phone ------------------------------------------------------------------------------------


def heights(sheet: Locator) -> list[float]:
    """The heights of the rows shown, all at one moment: the next answer may take their place."""
    found: list[float] = sheet.evaluate(
        "sheet => [...sheet.querySelectorAll('[role=option]')].map(row => row.getBoundingClientRect().height)"
    )
    return found


@pytest.fixture
def phone(visits: Visits) -> Page:
    page = visits.window(**PHONE)
    page.goto("/")
    return page


def test_on_a_phone_the_box_fills_the_screen_and_gives_the_focus_back(phone: Page) -> None:
    phone.locator("#q").tap()
    sheet = phone.get_by_role("dialog")
    expect(sheet).to_be_visible()
    size = sheet.bounding_box()
    assert size is not None
    assert (size["x"], size["y"], size["width"], size["height"]) == (0, 0, 390, 844)
    inside = sheet.get_by_role("combobox")
    expect(inside).to_be_focused()
    phone.keyboard.type("moratorium")
    expect(sheet.get_by_role("option").first).to_be_visible()
    assert min(heights(sheet)) >= 44
    sheet.get_by_role("button", name="Close").tap()
    expect(sheet).to_be_hidden()
    expect(phone.locator("#q")).to_be_focused()
    expect(phone.locator("#q")).to_have_value("moratorium")


def test_on_a_phone_enter_leads_to_the_results(phone: Page) -> None:
    phone.locator("#q").tap()
    phone.keyboard.type("moratorium")
    phone.keyboard.press("Enter")
    expect(phone.locator("h1")).to_contain_text("“moratorium”")
    expect(phone.get_by_role("dialog")).to_be_hidden()


def test_on_a_phone_with_a_keyboard_the_first_letter_is_not_lost(phone: Page) -> None:
    phone.locator("#q").focus()
    phone.keyboard.type("people")
    expect(phone.get_by_role("dialog").get_by_role("combobox")).to_have_value("people")


# -- looks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en-GB", "fa-IR"])
@pytest.mark.parametrize("text", ["people", "xyzzyq", "moratorim"])
def test_axe_has_no_objection_to_the_list(visits: Visits, locale: str, text: str) -> None:
    for device in (DESKTOP, PHONE):
        page = visits.window(locale=locale, **device)
        page.goto("/")
        page.locator("#q").click()
        page.keyboard.type(text)
        expect(page.locator(".bs-panel")).to_be_visible()
        page.keyboard.press("ArrowDown")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert failures(page) == [], f"{scheme} {device['viewport']}"
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0
        assert visits.breaches(page) == []


def test_in_persian_the_list_speaks_persian_and_runs_from_right_to_left(visits: Visits) -> None:
    page = visits.window(locale="fa-IR", **DESKTOP)
    page.goto("/")
    page.locator("#q").click()
    page.keyboard.type("حقوق")
    expect(page.get_by_role("group", name="مقاله‌ها")).to_be_visible()
    option = page.get_by_role("group", name="مقاله‌ها").get_by_role("option").first
    expect(option.locator(".bs-title")).to_have_css("direction", "rtl")
    expect(option.locator("time")).to_have_text(re.compile("[۰-۹]{4}"))


def test_on_a_phone_an_empty_field_offers_popular_queries_at_once(phone: Page) -> None:
    phone.locator("#q").tap()
    sheet = phone.get_by_role("dialog")
    expect(sheet.get_by_role("option")).to_have_text(list(POPULAR))
    phone.keyboard.type("st")
    expect(sheet.get_by_role("group", name="Articles")).to_be_visible()
    phone.keyboard.press("Backspace")
    phone.keyboard.press("Backspace")
    expect(sheet.get_by_role("option")).to_have_text(list(POPULAR))


def test_all_results_are_those_that_the_list_has_counted(box: Page) -> None:
    write(box, "inter")
    every = box.get_by_role("option", name=re.compile("^All results"))
    number = re.search(r"\d+", every.inner_text())
    assert number is not None
    every.click()
    expect(box.locator("h1")).to_have_text(re.compile(rf"^{number.group()} results"))
