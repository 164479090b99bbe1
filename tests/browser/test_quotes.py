"""A reader pastes a passage, and one click later sees it where it stands."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visits
from tests.browser.test_look import DESKTOP, PHONE, failures
from tests.live import broadsheet, serving

MORATORIUM = (
    "A moratorium on execution is a decision to stop carrying out death sentences […] "
    "In others the parliament passes a law"
)
PASSAGE = "and the ferry that had waited so long put out to sea with nobody on board"
SECOND = "On the quay the band played on until the lamps were lit"
FILLER = "The committee met again and said what it had said the week before, in other words. "


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """A web site of the files of a folder, by its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def article(address: str) -> str:
    """A page many windows long, with a passage in its middle that runs over two paragraphs."""
    before = "".join(f"<p>{number}. {FILLER * 4}</p>\n" for number in range(60))
    after = "".join(f"<p>{number}. {FILLER * 4}</p>\n" for number in range(60, 120))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The ferry</title>'
        f'<link rel="canonical" href="{address}"></head><body><article><h1>The ferry</h1>\n{before}'
        f'<p id="first">They rang the bell, {PASSAGE}.</p>\n<p id="second">{SECOND}.</p>\n{after}'
        "</article></body></html>"
    )


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that knows one long page of another site."""
    folder = tmp_path_factory.mktemp("ferry")
    pages = folder / "pages"
    pages.mkdir()
    with site(pages) as address:
        (pages / "ferry.html").write_text(article(f"{address}/ferry.html"), encoding="utf-8")
        broadsheet(folder / "data", "index", str(pages))
        with serving(folder / "data") as service:
            yield service


def paste(page: Page, text: str) -> None:
    page.get_by_label("Passage to find").fill(text)
    page.get_by_role("button", name="Find the passage").click()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (PASSAGE, "#first"),
        (PASSAGE.replace("so long", "for ages"), "#first"),
        (f"put out to sea with nobody on board. {SECOND}", "#first"),
        (SECOND, "#second"),
    ],
)
def test_a_click_scrolls_to_the_passage(chromium: Browser, ferry: str, text: str, place: str) -> None:
    context = chromium.new_context(viewport={"width": 1000, "height": 600})
    page = context.new_page()
    page.goto(f"{ferry}/quotes")
    paste(page, text)
    page.get_by_role("link", name="Go to the passage").click()
    expect(page.locator("h1")).to_have_text("The ferry")
    expect(page.locator(place)).to_be_in_viewport()
    assert page.evaluate("scrollY") > 1000
    context.close()


def test_a_reader_pastes_a_passage_and_gets_its_place(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto("/")
    page.get_by_role("link", name="Find a quotation").click()
    paste(page, MORATORIUM)
    expect(page.locator("h1")).to_have_text("No article has this passage word for word")
    expect(page.locator(".hit h2")).to_contain_text(["What a Moratorium on Executions Is"])
    expect(page.locator(".hit mark").first).to_have_text("A moratorium on")
    expect(page.get_by_label("Passage to find")).to_have_value(MORATORIUM)
    assert page.url.endswith("/quotes")
    assert visits.breaches(page) == []


@pytest.mark.parametrize(
    "text", [MORATORIUM, "the law that allows them stays on the books", "xyzzy plugh", "…"]
)
def test_axe_finds_nothing_to_object_to_in_an_answer(visits: Visits, text: str) -> None:
    page = visits.window(**DESKTOP)
    page.goto("/quotes")
    paste(page, text)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for device in (PHONE, DESKTOP):
            page.set_viewport_size(device["viewport"])
            assert failures(page) == [], f"{scheme}, {device['viewport']}"
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0
    assert visits.breaches(page) == []


@pytest.mark.parametrize("locale", ["fa-IR", "de-DE"])
def test_what_is_wrong_is_told_in_other_languages_too(visits: Visits, locale: str) -> None:
    page = visits.window(locale=locale, **PHONE)
    page.goto("/quotes")
    page.locator("textarea").evaluate("element => element.form.noValidate = true")
    page.locator("textarea").fill("  ")
    page.locator("button.go").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert failures(page) == []
