"""Measure how long it takes to say why an article is not in an answer: ``python -m benchmarks whynot``.

In this process, over the catalog and the index of the set, as the desk and ``/api/v1/explain`` ask. Each
question is asked about an article that is far down in its answer, about one that is not in it, and about an
address that nobody knows, for which the nearest ones are looked for.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence

from indexer import Workspace, load_site
from service.search.engine import Engine
from service.search.request import SearchRequest
from service.search.whynot import WhyNot

from .data import prepared, read_items
from .data.items import SITE
from .machine import machine
from .options import add_articles, add_report
from .questions import SAMPLE, Words
from .report import head, save, table
from .serving.folder import served_folder

KINDS = ("the last article that can be reached", "an article that is not in it", "an address nobody knows")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    add_articles(parser)
    parser.add_argument("--queries", type=int, default=60, help="questions")
    add_report(parser)


def run(options: argparse.Namespace) -> None:
    """Ask, and report."""
    facts = machine()
    articles = prepared(options.data, options.articles, options.folder)
    words, drawn = Words(read_items(articles, SAMPLE)), random.Random(11)
    texts = [" ".join(words.together(1 + number % 3, drawn)) for number in range(options.queries)]
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with Workspace(served_folder(articles, options.folder), load_site(SITE)) as workspace:
        engine = Engine(workspace.index, workspace.site)
        asked = WhyNot(engine, workspace.catalog)
        every = workspace.catalog.addresses()
        gc.freeze()  # as a worker does: the words of the set are the measurement's own
        for text in [*texts[:3], *texts]:  # the first ones, to have everything read that is read once
            for kind, address in zip(KINDS, _addresses(engine, text, every, drawn), strict=True):
                began = time.perf_counter()
                asked.of(SearchRequest(text), url=address)
                times[kind].append((time.perf_counter() - began) * 1000.0)
    measured = {kind: found[3:] for kind, found in times.items()}
    facts["data"] = f"{options.data}, {options.articles:,} articles; one process"
    top = head("Why an article is not there", facts, " ".join(["python -m benchmarks", *sys.argv[1:]]))
    rows = [[kind, *_row(found)] for kind, found in measured.items()]
    lines = table(["asked about", "questions", "p50, ms", "p95, ms", "slowest, ms"], rows)
    save("\n".join([*top, *lines]), {"facts": facts, "times": measured}, options.markdown, options.json)


def _addresses(
    engine: Engine, text: str, every: Sequence[tuple[str, str]], drawn: random.Random
) -> Iterator[str]:
    """The addresses that are asked about, one of each kind."""
    found = engine.search(SearchRequest(text, per_page=100))
    last = engine.search(SearchRequest(text, per_page=100, page=max(min(found.pages, 100), 1))).hits
    yield last[-1].url if last else every[0][0]
    shown = {hit.url for hit in (*found.hits, *last)}
    yield next(address for address, _ in iter(lambda: drawn.choice(every), None) if address not in shown)
    yield f"https://example.org/nowhere/{text.replace(' ', '-')}"


def _row(times: Sequence[float]) -> list[str]:
    ordered = sorted(times)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return [str(len(ordered)), f"{statistics.median(ordered):.1f}", f"{p95:.1f}", f"{ordered[-1]:.1f}"]
