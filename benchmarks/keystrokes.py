"""Measure what a visitor waits for: ``python -m benchmarks keystrokes --articles 20000``.

``broadsheet serve`` over the set, and Chromium with the search page. Words of the articles are typed, each
key once the box is idle, so that each is asked for at once. What is measured is the time from a key to the
first frame that shows its results. Then "human rights" is typed at ten keys a second, and the questions are
counted.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Request, sync_playwright

from .data import prepared, read_items
from .machine import machine
from .options import add_articles, add_report
from .questions import SAMPLE, Words
from .report import head, save, table
from .serving.folder import served_folder
from .serving.load import running

ROOT = Path(__file__).resolve().parents[1]
BETWEEN_MS = 300  # longer than the pause after which a key is asked for at once
TYPED = "human rights"
_FRESH = {
    "BROADSHEET_RATE_LIMIT": "off",
    "BROADSHEET_RESULT_CACHE_MB": "0",
    "BROADSHEET_SUGGEST_CACHE_SECONDS": "0",
}
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
# A frame is painted after its animation callbacks; the first message after them comes when it has been.
_PROBE = """
window.painted = [];
let pressed = 0;
addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
new MutationObserver(() => {
    const from = pressed;
    pressed = 0;
    if (!from) return;
    requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => painted.push(performance.now() - from);
        port2.postMessage('');
    });
}).observe(document.querySelector('.bs-panel'), { childList: true, subtree: true });
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    add_articles(parser)
    parser.add_argument("--workers", type=int, default=2, help="worker processes of the service")
    parser.add_argument("--keys", type=int, default=200, help="keys pressed")
    add_report(parser)


def run(options: argparse.Namespace) -> None:
    """Type, and report."""
    facts = machine()
    articles = prepared(options.data, options.articles, options.folder)
    data = served_folder(articles, options.folder)
    texts = _texts(Words(read_items(articles, SAMPLE)), options.keys)
    environment = {"BROADSHEET_DATA": str(data), "BROADSHEET_WORKERS": str(options.workers), **_FRESH}
    log = options.folder / "served" / "keystrokes.log"
    with (
        running(["service", "serve"], log, "/health/ready", **environment) as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(_FLAGS))
        waits, most = _type_all(browser, service.address, texts)
        asked = _type_fast(browser, service.address)
        browser.close()
    facts["data"] = f"{options.data}, {options.articles:,} articles"
    facts["typed"] = f"{len(waits)} keys, {BETWEEN_MS} ms apart; {options.workers} workers, no answer is kept"
    top = head("From a key to its results", facts, " ".join(["python -m benchmarks", *sys.argv[1:]]))
    found = {"facts": facts, "waits": waits, "most_in_flight": most, "asked": asked}
    save("\n".join([*top, *_lines(waits, most, asked)]), found, options.markdown, options.json)


def _chromium() -> str:
    finder = [str(ROOT / "tools" / "find-chromium")]
    return subprocess.run(finder, capture_output=True, text=True, check=True).stdout.strip()


def _texts(words: Words, keys: int) -> list[str]:
    """Two words each, until there are so many letters."""
    drawn = random.Random(4)
    texts: list[str] = []
    while sum(len(text) - 1 for text in texts) < keys:
        texts.append(" ".join(words.together(2, drawn)))
    return texts


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.locator("#q").click()
    return page


def _type_all(browser: Browser, address: str, texts: Sequence[str]) -> tuple[list[float], int]:
    """Milliseconds from each key to its results, and the most questions in flight at once."""
    page, flying = _opened(browser, address), _Flying()
    page.on("request", flying.begin)
    page.on("requestfinished", flying.end)
    page.on("requestfailed", flying.end)
    page.evaluate(_PROBE)
    for text in texts:
        page.locator("#q").fill("")
        page.keyboard.press("Escape")
        page.wait_for_timeout(BETWEEN_MS)
        for letter in text:
            # What a space changes nothing in is no question: it is put in, and not pressed.
            page.keyboard.insert_text(letter) if letter == " " else page.keyboard.press(letter)
            page.wait_for_timeout(BETWEEN_MS)
    waits: list[float] = page.evaluate("painted")
    page.close()
    return waits, flying.most


class _Flying:
    """Counts questions that are asked and not answered."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def begin(self, request: Request) -> None:
        if request.resource_type == "fetch":
            self.now += 1
            self.most = max(self.most, self.now)

    def end(self, request: Request) -> None:
        if request.resource_type == "fetch":
            self.now -= 1


def _type_fast(browser: Browser, address: str) -> list[str]:
    """The questions asked while a text is typed at ten keys a second."""
    page = _opened(browser, address)
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type in ("fetch", "xhr"):
            asked.append(request.url)

    page.on("request", note)
    page.keyboard.type(TYPED, delay=100)
    page.wait_for_timeout(2_000)
    page.close()
    return asked


def _lines(waits: Sequence[float], most: int, asked: Sequence[Any]) -> list[str]:
    ordered = sorted(waits)
    at = {share: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.95, 0.99)}
    row = [f"{value:.1f}" for value in (statistics.median(ordered), at[0.95], at[0.99], ordered[-1])]
    return [
        *table(["keys", "p50, ms", "p95, ms", "p99, ms", "slowest, ms"], [[str(len(waits)), *row]]),
        "",
        f"At most {most} question in flight. “{TYPED}” at ten keys a second asks {len(asked)} questions.",
        "",
    ]
