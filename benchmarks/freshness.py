"""Measure how soon a change is found: ``python -m benchmarks freshness --articles 200000``.

``broadsheet serve`` over the set. One article is pushed with a word that no other holds, and the word is
asked for until it is found, and until it is found ten times in a row, by whichever worker is asked. Then
another. The parts are measured in this process: accepting in the catalog, the commit of the index, opening
it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from indexer import Record, Search, Workspace
from indexer.article import Block
from indexer.query import Word

from .data import prepared
from .machine import machine
from .options import add_articles, add_report
from .report import head, save, table
from .serving.folder import served_folder
from .serving.load import Server, fetch, running

KEY = "0123456789abcdef0123456789abcdef"
_IN_A_ROW = 10
_PATIENCE = 60.0
_PAUSE = 0.005  # between two looks: a service that is asked without pause has less time to index


@dataclass(frozen=True, slots=True)
class Change:
    """One change through the service, in milliseconds from its being sent."""

    accepted: float  # until the request was answered
    found: float  # until a search found it
    settled: float  # until every search did


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    add_articles(parser, 200_000)
    parser.add_argument("--workers", type=int, default=2, help="worker processes of the service")
    parser.add_argument("--changes", type=int, default=20, help="articles changed, one after the other")
    add_report(parser)


def run(options: argparse.Namespace) -> None:
    """Change articles, through the service and then in this process, and report."""
    facts = machine()
    articles = prepared(options.data, options.articles, options.folder)
    data = served_folder(articles, options.folder)
    environment = {
        "BROADSHEET_DATA": str(data),
        "BROADSHEET_WORKERS": str(options.workers),
        "BROADSHEET_API_KEY": KEY,
        "BROADSHEET_RATE_LIMIT": "off",  # all questions come from one address
    }
    log = options.folder / "served" / "freshness.log"
    with running(["service", "serve"], log, "/health/ready", **environment) as service:
        changes = [_change(service, record) for record in _records(data, options.changes)]
    parts = _parts(data, options.changes)
    facts["data"] = f"{options.data}, {options.articles:,} articles"
    facts["changed"] = f"{options.changes} articles, one after the other; {options.workers} workers"
    top = head("How soon a change is found", facts, " ".join(["python -m benchmarks", *sys.argv[1:]]))
    lines = [*top, *_service_lines(changes), "", "In one process:", "", *_part_lines(parts), ""]
    data_of = {"facts": facts, "changes": [asdict(one) for one in changes], "parts": parts}
    save("\n".join(lines), data_of, options.markdown, options.json)


def _records(data: Path, count: int) -> list[Record]:
    with Workspace(data, create=False) as workspace:
        found = workspace.catalog.records()
        return [record for _, record in zip(range(count), found, strict=False)]


def _word() -> str:
    """A word that no article holds."""
    return f"zyx{time.time_ns()}"


def _change(service: Server, record: Record) -> Change:
    """Push an article with a new word and ask for it."""
    word, article = _word(), record.article
    pushed = {
        "url": article.url,
        "title": article.title,
        "text": f"{article.text}\n{word}",
        "categories": [label.label for label in article.categories],
        "lang": article.lang,
        "published_at": article.published_at,
    }
    request = urllib.request.Request(
        f"{service.address}/api/v1/articles/{article.id}",
        json.dumps(pushed).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"},
        method="PUT",
    )
    started = time.perf_counter()
    urllib.request.urlopen(request, timeout=_PATIENCE).close()
    accepted, found, row = time.perf_counter() - started, 0.0, 0
    while row < _IN_A_ROW and time.perf_counter() - started < _PATIENCE:
        answer = json.loads(fetch(f"{service.address}/api/v1/search?q={word}"))
        row = row + 1 if answer["total"] == 1 else 0
        if row == 1:
            found = found or time.perf_counter() - started
            first = time.perf_counter() - started
        elif not row:
            time.sleep(_PAUSE)
    if row < _IN_A_ROW:
        raise RuntimeError(f"{word} was not found in {_PATIENCE:g} s")
    return Change(accepted * 1e3, found * 1e3, first * 1e3)


def _parts(data: Path, count: int) -> dict[str, list[float]]:
    """The milliseconds of each part of a change, in a process that has the index open."""
    parts: dict[str, list[float]] = {}
    with Workspace(data, create=False) as workspace:
        _timed(parts, "open the index anew", workspace.index.reader)
        for record in _records(data, count):
            word = _word()
            blocks = (*record.article.blocks, Block("paragraph", word))
            article = replace(record.article, blocks=blocks)
            _timed(parts, "accept in the catalog", lambda article=article: workspace.push_article(article))
            _timed(parts, "bring the index to the catalog", workspace.apply)
            _timed(parts, "first search", lambda word=word: _ask(workspace, word))
    return parts


def _ask(workspace: Workspace, word: str) -> None:
    if workspace.index.reader().execute(Search(Word(word))).total != 1:
        raise RuntimeError(f"{word} was not found")


def _timed(parts: dict[str, list[float]], name: str, what: Callable[[], Any]) -> None:
    started = time.perf_counter()
    what()
    parts.setdefault(name, []).append(1e3 * (time.perf_counter() - started))


def _service_lines(changes: Sequence[Change]) -> list[str]:
    rows = {
        "until it was accepted": [one.accepted for one in changes],
        "until a search found it": [one.found for one in changes],
        "until every search did": [one.settled for one in changes],
    }
    return _part_lines(rows)


def _part_lines(rows: Mapping[str, Sequence[float]]) -> list[str]:
    body = [
        [name, f"{statistics.median(times):.1f}", f"{max(times):.1f}", str(len(times))]
        for name, times in rows.items()
    ]
    return table(["", "median, ms", "slowest, ms", "times"], body)
