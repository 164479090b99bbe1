"""The pictures of the documentation, taken from the real service on the sample site.

::

    python -m tests.browser.screenshots

writes ``docs/images/``. They differ a little from machine to machine with the fonts installed. The one of a
WordPress needs ``../shared/dev/wordpress`` beside the checkout; without it the file that is there stays.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from service.analytics.model import Facts
from service.identity.actor import OPERATOR
from service.identity.audit import Audit
from service.tuning.model import Pin, Rule, Synonyms, TuningModel
from service.tuning.store import TuningStore
from tests.accounts import now
from tests.analytics.asking import FOUND, NOTHING, ask, ask_again, recording, season
from tests.browser.desk.signing_in import signed_in
from tests.browser.host import Host
from tests.browser.live import DESK, launch, running
from tests.browser.sites import WORDPRESS, newspaper, wordpress
from tests.live import CORPUS, ROOT

IMAGES = ROOT / "docs" / "images"
MAX_BYTES = 300_000  # so that a clone stays light and a README loads on a phone


@dataclass(frozen=True)
class Picture:
    """One picture: where it is taken, and by what device.

    On another site than the service, ``address`` is a text by which the article of the page is found, and
    ``typed`` is what is in the box when the picture is taken.
    """

    name: str
    address: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    locale: str = "en-US"
    settings: bool = False
    site: Literal["service", "newspaper", "wordpress", "desk"] = "service"
    typed: str = ""


PICTURES = (
    Picture("start-desktop", "/", 1280, 900),
    Picture("results-desktop", "/?q=executions", 1280, 900),
    Picture("settings-desktop", "/?q=people&category=human-rights", 1280, 900, settings=True),
    Picture("results-phone-dark", "/?q=executions", 390, 844, scheme="dark"),
    Picture("results-persian", "/?q=%D8%AD%D9%82%D9%88%D9%82", 390, 844, locale="fa-IR"),
    Picture("desk-overview", "/admin", 1280, 900, site="desk"),
    Picture("desk-article", "/admin/articles/", 1280, 900, site="desk"),
    Picture("desk-search", "/admin/search?q=death+penalty", 1280, 900, site="desk"),
    Picture("desk-queries", "/admin/queries", 1280, 900, site="desk"),
    Picture("desk-missed", "/admin/queries/missed", 1280, 900, site="desk"),
    Picture("desk-tuning", "/admin/tuning", 1280, 900, site="desk"),
    Picture("desk-curation", "/admin/curation/hunger%20strike", 1280, 900, site="desk"),
    Picture("desk-phone-dark", "/admin/tasks", 390, 844, scheme="dark", site="desk"),
    Picture("embedded-wordpress", "Harvard", 1280, 900, site="wordpress", typed="harvard"),
    Picture("embedded-phone", "executions", 390, 844, site="newspaper", typed="executions"),
    Picture("embedded-dark", "executions", 1280, 900, scheme="dark", site="newspaper", typed="moratorium on"),
    Picture("embedded-persian", "حقوق", 1280, 900, locale="fa-IR", site="newspaper", typed="حقوق"),
)


def take(
    browser: Browser,
    address: str,
    picture: Picture,
    prepare: Callable[[Page], None],
    window: Mapping[str, Any] = {},
) -> Path:
    """Take one picture and return its file. ``window`` are further options of the browser's window.

    Raises:
        ValueError: the file is larger than ``MAX_BYTES``.
    """
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        locale=picture.locale,
        **window,
    )
    page = context.new_page()
    page.goto(address)
    prepare(page)
    file = IMAGES / f"{picture.name}.png"
    page.screenshot(path=file)
    context.close()
    if file.stat().st_size > MAX_BYTES:
        raise ValueError(f"{file.name} has {file.stat().st_size} bytes, more than {MAX_BYTES}")
    return file


def open_settings(page: Page) -> None:
    """Show the settings of the search page."""
    page.locator("#settings > summary").click()
    page.mouse.move(0, 0)


def type_into_the_box(page: Page, text: str) -> None:
    """Type a text into the box of another site, and go to the second option of the list."""
    page.locator("broadsheet-search input.bs-input").first.click()
    page.keyboard.type(text)
    page.get_by_role("option").first.wait_for()
    page.wait_for_timeout(1_000)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.mouse.move(0, 0)


# Of the WordPress only the pages were kept: what its own style sheet says of the menu of a phone.
MENU = """
.wp-block-navigation button { display: none }
.wp-block-navigation ul { list-style: none }
.wp-block-navigation a, .wp-block-site-title a { text-decoration: none; color: inherit }
"""


def take_and_tell(browser: Browser, picture: Picture, address: str, window: Mapping[str, Any] = {}) -> None:
    """Take a picture at an address, and print its file."""

    def prepare(page: Page) -> None:
        if picture.settings:
            open_settings(page)
        if picture.site == "wordpress":
            page.add_style_tag(content=MENU)
        if picture.typed:
            type_into_the_box(page, picture.typed)

    file = take(browser, address, picture, prepare, window)
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size} bytes")  # noqa: T201 a command's output


def of_the_sample_site(browser: Browser, folder: Path) -> None:
    """The search page, and the box on a newspaper's pages."""
    with Host() as host, running(folder, BROADSHEET_CORS_ORIGINS=host.address) as service:
        for picture in PICTURES:
            if picture.site == "service":
                take_and_tell(browser, picture, service + picture.address)
            elif picture.site == "newspaper":
                html = newspaper(service, picture.locale[:2], picture.address)
                take_and_tell(browser, picture, host.show(f"/{picture.name}", html))


def of_the_desk(browser: Browser, folder: Path) -> None:
    """The desk, after a run that met some pages that are no articles, a rebuild and a removal."""
    pages = folder / "pages"
    shutil.copytree(CORPUS / "articles", pages)
    with running(folder, pages, **{**DESK, "BROADSHEET_SOURCE": str(pages)}) as service:
        (pages / "draft.html").write_text("<title>A draft</title><p>", "utf-8")
        (pages / "upload.html").write_bytes(b"%PDF-1.7")
        window = signed_in(folder / "data", service)
        searched_and_tuned(folder / "data", service)
        page = browser.new_context(base_url=service, **window).new_page()
        for label in ("Make it anew from the catalog", str(pages)):
            page.goto("/admin/tasks")
            page.locator("summary", has_text="Start a run").evaluate("one => one.parentElement.open = true")
            for box in page.get_by_role("checkbox").all():
                box.set_checked(False)
            page.get_by_label(label).check()
            page.get_by_role("button", name="Start").click()
        page.goto("/admin/articles?q=moratorium")
        article = page.locator("tbody .main a").first.get_attribute("href") or ""
        page.goto("/admin/articles?q=hunger+strike")
        page.locator("tbody .main a").first.click()
        page.locator("summary", has_text="Remove").click()
        page.get_by_role("button", name="Remove the article").click()
        page.goto("/admin/tasks")
        page.locator("#live:not([data-live])").wait_for()
        for picture in (picture for picture in PICTURES if picture.site == "desk"):
            where = article if picture.address.endswith("/") else picture.address
            take_and_tell(browser, picture, service + where, window)


def searched_and_tuned(data: Path, service: str) -> None:
    """Weeks of searches, some of them in vain, and a draft with synonyms and a rule."""
    asked = {"hunger strike": FOUND, "moratorium": FOUND, "اعدام": FOUND, "death penalty": FOUND}
    season(data, asked, days=28)
    database, recorder = recording(data)
    ask_again(recorder, "gallows", "executions", times=15)
    ask(recorder, "moratoruim", NOTHING, times=10)
    ask(recorder, "guillotine museum", Facts(0, 0.7, relaxed=True, partial=True), times=10)
    found = httpx.get(f"{service}/api/v1/search", params={"q": "hunger strike"}, timeout=30).json()["hits"]
    pinned, hidden = found[2]["id"], found[1]["id"]
    synonyms = (
        Synonyms(("National Council of Resistance of Iran", "NCRI")),
        Synonyms(("capital punishment",), ("death penalty",), note="What the wires call it"),
    )
    rule = Rule("hunger strike", "hunger strike", pin=(Pin(pinned, 1),), hide=(hidden,))
    store = TuningStore(database, Audit(database, now), now)
    store.save_draft(TuningModel(synonyms=synonyms, rules=(rule,)), OPERATOR)
    database.close()


def of_a_wordpress(browser: Browser, folder: Path) -> None:
    """The box on the pages of a real WordPress."""
    pictures = [picture for picture in PICTURES if picture.site == "wordpress"]
    if not WORDPRESS.is_dir():
        names = ", ".join(picture.name for picture in pictures)
        print(f"left as they are, for want of {WORDPRESS}: {names}")  # noqa: T201 a command's output
        return
    with Host() as host, wordpress(folder, host) as (_, pages):
        for picture in pictures:
            titled = re.compile(f"<title>[^<]*{picture.address}")
            found = next(
                page for page in pages if titled.search(host.pages[page.removeprefix(host.address)][0])
            )
            take_and_tell(browser, picture, found)


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        of_the_sample_site(browser, Path(folder) / "sample")
        of_the_desk(browser, Path(folder) / "desk")
        of_a_wordpress(browser, Path(folder) / "wordpress")
        browser.close()


if __name__ == "__main__":
    main()
