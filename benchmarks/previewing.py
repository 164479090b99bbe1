"""Measure how long a preview takes, and what visitors feel of it: ``python -m benchmarks previewing``.

``broadsheet serve`` with one worker over the set; a set of judged questions and a draft that weighs
otherwise. The draft is previewed while a connection searches all the time, and the searches are timed with
and without it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from .data import prepared, read_items
from .machine import machine
from .options import add_articles, add_report
from .questions import SAMPLE, Words
from .report import head, save, table
from .serving.folder import served_folder
from .serving.load import running

KEY = "a-key-for-measuring-0123"
DRAFT = {"weights": {"title": 6.0, "recency": 1.0, "proximity": 0.6}}
PAUSE = 0.005  # seconds between two searches of the visitor
_API = "/api/v1/admin"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    add_articles(parser)
    parser.add_argument("--queries", type=int, default=200, help="queries of a preview")
    parser.add_argument("--rounds", type=int, default=5, help="previews")
    add_report(parser)


def run(options: argparse.Namespace) -> None:
    """Preview, and report."""
    facts = machine()
    articles = prepared(options.data, options.articles, options.folder)
    data = served_folder(articles, options.folder)
    texts = _texts(Words(read_items(articles, SAMPLE)), options.queries)
    environment = {
        "BROADSHEET_DATA": str(data),
        "BROADSHEET_WORKERS": "1",
        "BROADSHEET_API_KEY": KEY,
        "BROADSHEET_RATE_LIMIT": "off",  # all questions come from one address
        "BROADSHEET_RESULT_CACHE_MB": "0",
        "BROADSHEET_PREVIEW_QUERIES": str(options.queries),
        "BROADSHEET_DATABASE": f"sqlite:///{options.folder / 'previewing.sqlite3'}",
    }
    log = options.folder / "served" / "previewing.log"
    with running(["service", "serve"], log, "/health/ready", **environment) as service:
        client = _Client(service.address)
        judged = [{"id": f"q{n}", "text": text, "grades": {f"a{n}": 1}} for n, text in enumerate(texts)]
        client.call("PUT", f"{_API}/judgements/measured", {"questions": judged})
        client.call("PUT", f"{_API}/tuning/draft", DRAFT)
        quiet = _searches(service.address, texts, lambda: time.sleep(2.0))
        reports: list[dict[str, Any]] = []

        def preview() -> None:
            for _ in range(options.rounds):
                began = time.perf_counter()
                told = client.call("GET", f"{_API}/tuning/draft/preview")["preview"]
                reports.append({**told, "took": time.perf_counter() - began})

        busy = _searches(service.address, texts, preview)
    facts["data"] = f"{options.data}, {options.articles:,} articles; one worker, no answer is kept"
    top = head("A preview of a draft", facts, " ".join(["python -m benchmarks", *sys.argv[1:]]))
    found = {"facts": facts, "seconds": [item["took"] for item in reports], "quiet": quiet, "busy": busy}
    save("\n".join([*top, *_lines(reports, quiet, busy)]), found, options.markdown, options.json)


def _texts(words: Words, count: int) -> list[str]:
    """Different queries of one to three words."""
    drawn = random.Random(5)
    texts: dict[str, None] = {}
    while len(texts) < count:
        texts[" ".join(words.together(1 + len(texts) % 3, drawn))] = None
    return list(texts)


class _Client:
    """Asks with the key, over a connection for each request."""

    def __init__(self, address: str) -> None:
        self._at = urlsplit(address).netloc

    def call(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection(self._at, timeout=120)
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)


def _searches(address: str, texts: Sequence[str], meanwhile: Any) -> list[float]:
    """Milliseconds of the searches of a visitor while something else is done."""
    stop = threading.Event()
    times: list[float] = []

    def ask() -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        number = 0
        while not stop.is_set():
            began = time.perf_counter()
            connection.request("GET", f"/api/v1/search?q={quote(texts[number % len(texts)])}")
            connection.getresponse().read()
            times.append((time.perf_counter() - began) * 1000.0)
            number += 1
            time.sleep(PAUSE)

    thread = threading.Thread(target=ask)
    thread.start()
    meanwhile()
    stop.set()
    thread.join()
    return times


def _lines(reports: Sequence[dict[str, Any]], quiet: Sequence[float], busy: Sequence[float]) -> list[str]:
    seconds = [item["took"] for item in reports]
    rows = [
        [
            name,
            f"{len(times):,}",
            *(f"{_at(times, share):.2f}" for share in (0.5, 0.95, 0.99)),
            f"{max(times):.1f}",
        ]
        for name, times in (("alone", quiet), ("during previews", busy))
    ]
    return [
        f"A preview of {reports[0]['asked']} queries, of which {reports[0]['changed']} have another answer: "
        f"{statistics.median(seconds):.2f} s, at most {max(seconds):.2f} s, of {len(seconds)}.",
        "",
        *table(["a visitor's searches", "number", "p50, ms", "p95, ms", "p99, ms", "slowest, ms"], rows),
        "",
    ]


def _at(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
