from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.host import Host
from tests.browser.live import DESK, launch, running

HERE = Path(__file__).parent

# Told by the browser itself for every breach of the content security policy.
BREACHES = """
window.breaches = [];
addEventListener('securitypolicyviolation', event => breaches.push(event.violatedDirective));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


POPULAR = ("human rights", "death penalty")


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """A site of another origin, whose pages may ask the service."""
    with Host() as site:
        yield site


@pytest.fixture(scope="session")
def live_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the service that all tests share; its data are in ``data``."""
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="session")
def live_service(live_folder: Path, host: Host) -> Iterator[str]:
    """The address of the real service on an index of the sample site."""
    settings = {
        "BROADSHEET_CORS_ORIGINS": host.address,
        "BROADSHEET_POPULAR_QUERIES": shlex.join(POPULAR),
        "BROADSHEET_SUGGEST_CACHE_SECONDS": "0",  # so that a test counts every question
        **DESK,
    }
    with running(live_folder, **settings) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@dataclass
class Visits:
    """Opens windows on the service and notes everything a page should never do."""

    browser: Browser
    address: str
    allowed: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def window(self, **options: Any) -> Page:
        """A fresh window; ``options`` are those of a Playwright context."""
        context = self.browser.new_context(base_url=self.address, **({"locale": "en-GB"} | options))
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        context.add_init_script(BREACHES)
        return context.new_page()

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.address, *self.allowed)):
            self.problems.append(f"fetched from elsewhere: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        # The status of a page, loaded or swapped in, is what a test asks about; the browser logs it, too.
        page, told_of = message.page, message.location["url"]
        is_page = told_of.startswith(f"{self.address}/?") or (page and told_of == page.url)
        own_status = message.text.startswith("Failed to load resource") and is_page
        if message.type in ("error", "warning") and not own_status:
            self.problems.append(f"console: {message.text}")

    def breaches(self, page: Page) -> list[str]:
        """The breaches of the content security policy by the page shown."""
        found: list[str] = page.evaluate("window.breaches")
        return found

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def visits(chromium: Browser, live_service: str, host: Host) -> Iterator[Visits]:
    """Windows on the service; what a page should never do fails the test that saw it."""
    visits = Visits(chromium, live_service, {host.address})
    yield visits
    visits.close()
    assert visits.problems == []


@pytest.fixture
def page(visits: Visits) -> Page:
    """One window of a desktop."""
    return visits.window(viewport={"width": 1280, "height": 900})


@pytest.fixture(scope="session")
def ask(live_service: str) -> Callable[..., Any]:
    """The API's answer to a query string, to hold the page against."""

    def answer(query: str) -> Any:
        response = httpx.get(f"{live_service}/api/v1/search?{query}", timeout=30)
        response.raise_for_status()
        return response.json()

    return answer
