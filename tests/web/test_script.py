"""The search box's script as it is sent: small, of our own making, and without a door for a page's text."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files

import pytest

MOST_BYTES = 12_000  # packed; what a page waits for before it has a search box
MADE = files("service.web").joinpath("static", "search-box.js")


def test_the_script_is_small() -> None:
    assert len(gzip.compress(MADE.read_bytes(), 9)) <= MOST_BYTES


@pytest.mark.parametrize(
    "door",
    [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "setHTMLUnsafe",
        "eval(", "Function(", "cookie", "localStorage", "indexedDB", ".style.", "<style",
    ],
)  # fmt: skip
def test_the_script_never_reads_text_as_html_or_keeps_anything(door: str) -> None:
    assert door not in MADE.read_text("utf-8")


def test_only_recent_searches_are_kept_and_only_in_the_tab() -> None:
    made = MADE.read_text("utf-8")
    assert len(re.findall(r"sessionStorage\.\w+\(", made)) == 2, "one place reads, one writes"
