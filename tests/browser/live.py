"""The real service on an index of the sample site, and a real browser to look at it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.live import CORPUS, ROOT, broadsheet, serving

SITE = {"BROADSHEET_SITE": str(CORPUS / "site.toml")}
DESK = {"BROADSHEET_SOURCE": str(CORPUS / "articles")}
CHROMIUM = (
    "--no-sandbox",  # tests run as root in containers, where the sandbox cannot be set up
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    """The browser ``make test`` found, else the one ``tools/find-chromium`` finds."""
    given = os.environ.get("BROADSHEET_TEST_CHROMIUM", "")
    if given:
        return given
    finder = [str(ROOT / "tools" / "find-chromium")]
    found = subprocess.run(finder, capture_output=True, text=True, check=False)
    if found.returncode:
        raise RuntimeError(found.stderr.strip())
    return found.stdout.strip()


def launch(playwright: Playwright) -> Browser:
    """A Chromium without a window."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM))


@contextmanager
def running(folder: Path, articles: Path = CORPUS / "articles", **more: str) -> Iterator[str]:
    """Index articles into ``folder``, serve them, and give the address until the block ends."""
    data = folder / "data"
    broadsheet(data, "index", str(articles), **SITE)
    with serving(data, **SITE, **more) as address:
        yield address
