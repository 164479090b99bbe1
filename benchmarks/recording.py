"""Measure what recording searches costs: the service with it beside the service without, under load in turn.

``python -m benchmarks recording``: two services over the same articles, of which one records
(``BROADSHEET_ANALYTICS``). ``wrk`` asks both for the same questions, all different, one
server after the other; the share is of pairs of runs that follow each other, since a machine
is not as fast in every minute.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import asdict

from .data import category_slugs, prepared, read_items
from .machine import machine
from .options import add_articles, add_load, add_report
from .questions import SAMPLE, Words
from .report import head, save, table
from .serving.folder import served_folder
from .serving.load import Run, put_load, require_wrk, running
from .serving.log import draw_log

LEAST = 0.95  # of the requests a second without recording
_QUIET = {"BROADSHEET_RATE_LIMIT": "off", "BROADSHEET_RESULT_CACHE_MB": "0", "BROADSHEET_MAX_REQUESTS": "0"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    add_articles(parser)
    add_load(parser, 5, "pairs of runs")
    add_report(parser)


def run(options: argparse.Namespace) -> None:
    """Put load on both in turn, and report the share."""
    require_wrk()
    facts = machine()
    articles = prepared(options.data, options.articles, options.folder)
    data = served_folder(articles, options.folder)
    place = options.folder / "served"
    log = place / f"{articles.stem}.log"
    asked = draw_log(Words(read_items(articles, SAMPLE)), category_slugs(), options.queries)
    log.write_text("".join(f"{address}\n" for address in asked), encoding="utf-8")
    environment = {"BROADSHEET_DATA": str(data), "BROADSHEET_WORKERS": str(options.workers), **_QUIET}
    command = ["service", "serve"]
    with (
        running(command, place / "on.log", "/health/ready", **environment, BROADSHEET_ANALYTICS="1") as on,
        running(command, place / "off.log", "/health/ready", **environment, BROADSHEET_ANALYTICS="0") as off,
    ):
        runs: list[tuple[Run, Run]] = []
        for turn in range(options.repeat + 1):
            # Which comes first changes, or the second would always find the machine warmer.
            order = (on, off) if turn % 2 else (off, on)
            done = {server: put_load(server, log, options.seconds, options.connections) for server in order}
            if turn:  # the first one warms up
                runs.append((done[on], done[off]))
    shares = [one.rate / other.rate for one, other in runs]
    facts["asked"] = f"{len(asked):,} different questions, {options.repeat} pairs of {options.seconds:g} s"
    top = head("What recording costs", facts, " ".join(["python -m benchmarks", *sys.argv[1:]]))
    body = [
        [name, f"{statistics.median(run.rate for run in found):,.0f}",
         f"{statistics.median(run.cost for run in found):.3f}",
         f"{statistics.median(run.p50 for run in found):.2f}",
         f"{statistics.median(run.p99 for run in found):.2f}",
         str(sum(run.failed for run in found))]
        for name, found in (("on", [pair[0] for pair in runs]), ("off", [pair[1] for pair in runs]))
    ]  # fmt: skip
    said = (
        f"With recording the service answers {statistics.median(shares):.1%} of the requests a second that "
        f"it answers without (pairs of runs: {min(shares):.1%} to {max(shares):.1%}); at least {LEAST:.0%} "
        "is asked for."
    )
    found = {"facts": facts, "shares": shares, "runs": [[asdict(run) for run in pair] for pair in runs]}
    lines = [
        *top,
        *table(["recording", "requests/s", "CPU ms a request", "p50, ms", "p99, ms", "failed"], body),
        "",
        said,
        "",
    ]
    save("\n".join(lines), found, options.markdown, options.json)
