"""Which answer a visitor goes to is told once, with its rank, and not of who wants to be in no statistics."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Route

from tests.browser.conftest import Visits
from tests.service.test_server import until

GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
SECOND = "article.hit:nth-of-type(2) h2 a"


def told_by(page: Page) -> list[Request]:
    """Requests that tell of clicks, as they come. Articles themselves lie elsewhere and are not fetched."""
    told: list[Request] = []
    page.context.on(
        "request", lambda request: told.append(request) if "/api/v1/events" in request.url else None
    )
    page.context.route(lambda url: "/articles/" in url or "://127.0.0.1" not in url, answered)
    return told


def answered(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<title>The article</title>")


def click(page: Page) -> None:
    page.locator(SECOND).click()


def press(page: Page) -> None:
    page.locator(SECOND).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("go", [click, press])
def test_going_to_an_answer_is_told_once_with_its_rank(visits: Visits, go: Callable[[Page], None]) -> None:
    page = visits.window()
    visits.allowed.add("http")
    told = told_by(page)
    page.goto("/?q=people&page=2")
    page.wait_for_load_state("networkidle")
    identity = page.locator("article.hit").nth(1).get_attribute("id")
    go(page)
    page.wait_for_url(lambda url: "q=people" not in url)
    until(lambda: pumped(page, told), "the click")
    (one,) = told
    assert one.method == "POST"
    assert json.loads(one.post_data or "") == {
        "kind": "click", "q": "people", "id": (identity or "")[4:], "rank": 12,
    }  # fmt: skip


def test_a_visitor_with_global_privacy_control_is_not_told_of(visits: Visits) -> None:
    page = visits.window()
    visits.allowed.add("http")
    page.context.add_init_script(GPC)
    told = told_by(page)
    page.goto("/?q=people")
    page.wait_for_load_state("networkidle")
    click(page)
    page.wait_for_url(lambda url: "q=people" not in url)
    page.wait_for_load_state("networkidle")
    assert told == []


def pumped(page: Page, told: list[Request]) -> bool:
    """Whether something has been told; lets the browser's events come meanwhile."""
    page.evaluate("1")
    return bool(told)
