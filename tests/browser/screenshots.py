"""The pictures of the documentation, taken from the real service on the sample site.

::

    python -m tests.browser.screenshots

writes ``docs/images/``. They differ a little from machine to machine with the fonts installed.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.browser.live import launch, running
from tests.live import ROOT

IMAGES = ROOT / "docs" / "images"
MAX_BYTES = 300_000  # so that a clone stays light and a README loads on a phone


@dataclass(frozen=True)
class Picture:
    """One picture: where it is taken, and by what device."""

    name: str
    address: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    locale: str = "en-US"
    settings: bool = False


PICTURES = (
    Picture("start-desktop", "/", 1280, 900),
    Picture("results-desktop", "/?q=executions", 1280, 900),
    Picture("settings-desktop", "/?q=people&category=human-rights", 1280, 900, settings=True),
    Picture("results-phone-dark", "/?q=executions", 390, 844, scheme="dark"),
    Picture("results-persian", "/?q=%D8%AD%D9%82%D9%88%D9%82", 390, 844, locale="fa-IR"),
)


def take(browser: Browser, address: str, picture: Picture) -> Path:
    """Take one picture and return its file.

    Raises:
        ValueError: the file is larger than ``MAX_BYTES``.
    """
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        locale=picture.locale,
    )
    page = context.new_page()
    page.goto(picture.address)
    if picture.settings:
        page.locator("#settings > summary").click()
        page.mouse.move(0, 0)
    file = IMAGES / f"{picture.name}.png"
    page.screenshot(path=file)
    context.close()
    if file.stat().st_size > MAX_BYTES:
        raise ValueError(f"{file.name} has {file.stat().st_size} bytes, more than {MAX_BYTES}")
    return file


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for picture in PICTURES:
            file = take(browser, address, picture)
            print(f"{file.relative_to(ROOT)}  {file.stat().st_size} bytes")  # noqa: T201 a command's output
        browser.close()


if __name__ == "__main__":
    main()
