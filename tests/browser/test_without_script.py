"""What a visitor does where no script runs, done in a browser on the real service."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits

Ask = Callable[..., Any]


@pytest.fixture
def page(visits: Visits) -> Page:
    """One window of a desktop in which no script runs."""
    return visits.window(java_script_enabled=False, viewport={"width": 1280, "height": 900})


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox").fill(text)
    page.get_by_role("searchbox").press("Enter")


def settings(page: Page) -> None:
    page.locator("#settings > summary").click()


def apply(page: Page) -> None:
    page.get_by_role("button", name="Apply settings").click()


def total(page: Page) -> int:
    number = re.match(r"[\d,]+", page.locator("h1").inner_text())
    return int(number.group().replace(",", "")) if number else 0


def titles(page: Page) -> list[str]:
    return page.locator(".hit h2").all_inner_texts()


def test_a_visitor_types_ticks_pages_sorts_and_goes_back_and_forward(page: Page, ask: Ask) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_have_text("What are you looking for?")
    search(page, "people")
    found = ask("q=people")
    expect(page.locator("h1")).to_contain_text(f"{found['total']} results for")
    assert titles(page) == [hit["title"] for hit in found["hits"]]

    page.get_by_role("link", name="Next", exact=True).click()
    second = titles(page)
    assert second == [hit["title"] for hit in ask("q=people&page=2")["hits"]]
    assert second != [hit["title"] for hit in found["hits"]]

    page.get_by_role("navigation", name="Sort by").get_by_role("link", name="Newest first").click()
    newest = titles(page)
    assert newest == [hit["title"] for hit in ask("q=people&sort=newest")["hits"]]
    days = [day.get_attribute("datetime") or "" for day in page.locator(".hit time").all()]
    assert days == sorted(days, reverse=True)

    settings(page)
    page.get_by_role("group", name="Post Type Selectors").get_by_label("Report").check()
    apply(page)
    assert total(page) == ask("q=people&type=report")["total"]
    assert titles(page) == [hit["title"] for hit in ask("q=people&type=report&sort=newest")["hits"]]

    page.go_back()
    assert titles(page) == newest
    page.go_back()
    assert titles(page) == second
    page.go_forward()
    assert titles(page) == newest
    expect(page.locator("input[name=sort][value=newest]")).to_be_checked()


def test_the_address_of_an_answer_is_short_enough_to_be_shared(page: Page) -> None:
    page.goto("/")
    search(page, "people")
    assert urlsplit(page.url).query == "q=people"
    settings(page)
    page.get_by_label("Exact matches only").check()
    apply(page)
    assert urlsplit(page.url).query == "q=people&exact=1"
    page.go_back()
    assert urlsplit(page.url).query == "q=people"
    expect(page.locator("input[name=q]")).to_have_value("people")  # Chromium has taken the page up again
    page.go_back()
    assert urlsplit(page.url).query == ""


def test_exact_matches_only_finds_the_words_as_typed(page: Page, ask: Ask) -> None:
    page.goto("/?q=moratorium+on+executions")
    generic = total(page)
    settings(page)
    page.get_by_label("Exact matches only").check()
    apply(page)
    assert 0 < total(page) <= generic
    assert total(page) == ask("q=moratorium+on+executions&exact=1")["total"]
    for hit in page.locator(".hit").all():
        marks = " ".join(hit.locator("mark").all_inner_texts()).casefold()
        assert "moratorium" in marks
        assert "executions" in marks
    expect(page.locator(".chips")).to_contain_text("Exact matches only")
    page.locator(".chips a").filter(has_text="Exact matches only").click()
    assert total(page) == generic


def test_search_in_title_finds_titles_only(page: Page) -> None:
    page.goto("/?q=strike")
    everywhere = total(page)
    settings(page)
    page.get_by_label("Search in content").uncheck()
    apply(page)
    assert 0 < total(page) < everywhere
    assert page.locator(".hit h2:has(mark)").count() == page.locator(".hit").count()
    expect(page.get_by_label("Search in content")).not_to_be_checked()


def test_unticking_title_and_content_searches_both(page: Page) -> None:
    page.goto("/?q=strike")
    everywhere = total(page)
    settings(page)
    page.get_by_label("Search in title").uncheck()
    page.get_by_label("Search in content").uncheck()
    apply(page)
    assert total(page) == everywhere
    expect(page.get_by_label("Search in title")).to_be_checked()
    expect(page.get_by_label("Search in content")).to_be_checked()


def counts(page: Page) -> dict[str, int]:
    """Categories of the settings box, open or not, with their counts, in the order shown."""
    boxes = page.locator("#categories label").all()
    return {
        box.locator("input").get_attribute("value") or "": int(box.locator(".count").text_content() or "")
        for box in boxes
    }


def test_ticking_several_categories_keeps_their_neighbours_counts(page: Page, ask: Ask) -> None:
    page.goto("/?q=the+people")
    settings(page)
    before = counts(page)
    assert len(before) >= 43
    first, second = sorted(before, key=lambda value: -before[value])[:2]
    boxes = page.get_by_role("group", name="Filter by Categories")
    boxes.locator(f"input[value='{first}']").check()
    apply(page)
    assert total(page) == before[first]
    settings(page)
    assert counts(page) == before
    boxes.locator(f"input[value='{second}']").check()
    apply(page)
    assert total(page) == ask(f"q=the+people&category={first}&category={second}")["total"]
    assert max(before[first], before[second]) <= total(page) <= before[first] + before[second]
    assert set(list(counts(page))[:2]) == {first, second}, "the ticked ones stand first"
    page.locator(".chips a").filter(has_text="Remove all filters").click()
    assert counts(page) == before


def test_a_category_of_a_hit_leads_to_that_category(page: Page) -> None:
    page.goto("/?q=people")
    link = page.locator(".hit .kicker a").first
    label = link.inner_text()
    link.click()
    expect(page.locator(".chips")).to_contain_text(label)
    assert (
        page.locator(".hit").filter(has=page.locator(".kicker a", has_text=label)).count()
        == page.locator(".hit").count()
    )


def test_the_side_narrows_and_widens(page: Page) -> None:
    page.goto("/?q=people")
    before = total(page)
    narrow = page.locator(".refine li a").first
    count = int(narrow.locator(".count").inner_text())
    narrow.click()
    assert total(page) == count <= before
    page.locator(".refine li a[aria-current]").first.click()
    assert total(page) == before


def test_dates_narrow_the_answer(page: Page, ask: Ask) -> None:
    page.goto("/?q=people")
    settings(page)
    page.get_by_label("From", exact=True).fill("2024-01-01")
    apply(page)
    assert total(page) == ask("q=people&from=2024-01-01")["total"]
    assert all(
        (day.get_attribute("datetime") or "") >= "2024-01-01" for day in page.locator(".hit time").all()
    )
    expect(page.locator(".chips")).to_contain_text("From January 1, 2024")


def test_the_index_of_the_start_page_leads_to_its_articles(page: Page) -> None:
    page.goto("/")
    entry = page.locator(".index a").first
    count = int(entry.locator(".count").inner_text())
    entry.click()
    assert total(page) == count > 0


def test_right_to_left_articles_run_right_to_left(page: Page) -> None:
    page.goto("/?q=%D8%AD%D9%82%D9%88%D9%82")
    hit = page.locator(".hit[lang=fa]").first
    expect(hit).to_have_attribute("dir", "rtl")
    assert hit.locator("h2").evaluate("element => getComputedStyle(element).direction") == "rtl"
    title, story = hit.locator("h2 mark").first.bounding_box(), hit.locator(".story").bounding_box()
    assert title is not None
    assert story is not None
    assert title["x"] + title["width"] > story["x"] + story["width"] / 2
    latin = page.goto("/?q=rights") and page.locator(".hit[lang=en]").first
    assert latin
    expect(latin).to_have_attribute("dir", "ltr")


def test_the_page_speaks_the_reader_s_language(visits: Visits) -> None:
    page = visits.window(locale="fa-IR", viewport={"width": 1280, "height": 900})
    page.goto("/?q=%D8%AD%D9%82%D9%88%D9%82")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("button", name="جست‌وجو")).to_be_visible()
    side, hits = page.locator(".refine").bounding_box(), page.locator(".hits").bounding_box()
    assert side is not None
    assert hits is not None
    assert side["x"] < hits["x"]


def test_the_field_runs_as_the_page_while_empty_and_then_as_what_is_typed(visits: Visits) -> None:
    for locale, own, word, other in (("fa-IR", "rtl", "rights", "ltr"), ("en-GB", "ltr", "حقوق", "rtl")):
        page = visits.window(locale=locale)
        page.goto("/")
        field = page.locator("#q")
        expect(field).to_have_css("direction", own)
        field.fill(word)
        expect(field).to_have_css("direction", other)


def test_everything_works_without_javascript(visits: Visits, ask: Ask) -> None:
    page = visits.window(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/")
    search(page, "people")
    assert titles(page) == [hit["title"] for hit in ask("q=people")["hits"]]
    settings(page)
    page.get_by_label("Exact matches only").check()
    apply(page)
    assert total(page) == ask("q=people&exact=1")["total"]
    page.get_by_role("link", name="Next", exact=True).click()
    assert titles(page) == [hit["title"] for hit in ask("q=people&exact=1&page=2")["hits"]]
    page.get_by_role("link", name=re.compile(r"All \d+ in the search settings")).click()
    expect(page.get_by_role("group", name="Filter by Categories")).to_be_in_viewport()


def test_nothing_found_offers_ways_out_that_find(page: Page) -> None:
    page.goto("/?q=moratorium&exact=1&category=coronavirus&in=title")
    expect(page.locator("h1")).to_contain_text("No article matches")
    page.get_by_role("link", name="Remove all filters").first.click()
    assert total(page) > 0


def test_a_misspelt_word_is_corrected_and_said(page: Page) -> None:
    page.goto("/?q=moratorim")
    expect(page.locator(".notice").first).to_contain_text("Showing results for “moratorium”")
    assert total(page) > 0


def test_a_relaxed_answer_says_so(page: Page) -> None:
    page.goto("/?q=moratorium+ballot+strike+fund+observers+inflation")
    expect(page.locator(".notice").first).to_have_text(
        "No article has all these words. These have some of them."
    )


@pytest.mark.parametrize(
    ("address", "status", "field"),
    [
        ("/?q=x&category=nonsense", 400, "#problem-category"),
        ("/?q=x&from=tomorrow", 400, "#problem-from"),
        ("/?q=" + "x" * 600, 400, "#problem-q"),
        ("/?q=x&sort=colour", 400, "#problem-sort"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(page: Page, address: str, status: int, field: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.status == status
    expect(page.locator(field)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("This search cannot be run as it stands")


def test_a_page_that_is_not_there_helps_to_find_it(page: Page) -> None:
    response = page.goto("/nowhere")
    assert response is not None
    assert response.status == 404
    expect(page.locator("h1")).to_have_text("There is nothing at this address")
    search(page, "moratorium")
    assert total(page) > 0


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "'\"&<"]
)
def test_hostile_words_are_shown_as_they_were_typed(visits: Visits, page: Page, text: str) -> None:
    page.goto("/")
    search(page, text)
    expect(page.get_by_role("searchbox")).to_have_value(text)
    expect(page.locator("h1")).to_contain_text(text)
    assert page.locator("main script, main img").count() == 0
    assert visits.breaches(page) == []


def test_the_same_question_can_be_had_as_data(page: Page) -> None:
    page.goto("/?q=people&category=women")
    link = page.get_by_role("link", name="These results as data (JSON)").get_attribute("href")
    assert link is not None
    assert page.request.get(link).json()["total"] == total(page)
