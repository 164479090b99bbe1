"""What every page of the desk owes its readers: contrast, room, size, and text that stays text."""

from __future__ import annotations

from typing import Any, Literal

from playwright.sync_api import Page

from tests.browser.test_look import DESKTOP, PHONE, TOUCH, failures

TARGETS = "main button, main summary, main .go, label.tick, .pager a, .tabs a, .opener, .plate a"
LOOKS: tuple[tuple[Literal["light", "dark"], dict[str, Any]], ...] = (
    ("light", PHONE),
    ("dark", PHONE),
    ("light", DESKTOP),
    ("dark", DESKTOP),
)
NARROW = (768, 320)  # CSS pixels: a tablet, and a desktop at a zoom of 400 %


def open_all(page: Page) -> None:
    """Open whatever is folded: what is in there has to hold as well."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def look_at(page: Page) -> None:
    """Look at the page as it is, in both schemes and at every width, with all of it unfolded."""
    open_all(page)
    for scheme, device in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(device["viewport"])
        assert failures(page) == [], f"{scheme}, {device['viewport']}"
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 700})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"at {width} px: {over} px too wide"
    targets = page.locator(TARGETS).evaluate_all(
        "elements => elements.map(element => [element.getBoundingClientRect().height, element.innerText])"
    )
    assert [(height, text) for height, text in targets if 0 < height < TOUCH] == []
    assert page.evaluate("window.breaches") == []
    page.set_viewport_size(DESKTOP["viewport"])
