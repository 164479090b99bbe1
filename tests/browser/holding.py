"""Requests of a page that wait until a test lets them go on."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route

PROBE = re.compile(r"\?holding$")
STOPPED = 202


def hold(page: Page, address: re.Pattern[str]) -> list[Route]:
    """Stop requests of the page whose address matches, from now on, and list them as they come.

    On a busy machine a request right after Chromium was told may pass, and Playwright tells of none:
    requests of nobody's are made until one is stopped.
    """
    page.route(PROBE, lambda route: route.fulfill(status=STOPPED))
    for _ in range(100):
        if (
            page.evaluate("fetch('?holding').then(answer => answer.text().then(() => answer.status))")
            == STOPPED
        ):
            break
    else:
        raise AssertionError("no request of the page is stopped")
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))  # noqa: PLW0108  Playwright marks what it is given
    return held
