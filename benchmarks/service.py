"""Measure the whole service under load, beside a bare Falcon endpoint of the same server.

``python -m benchmarks service --data zipf --articles 20000``: ``broadsheet serve`` over the set, two
workers, and an application whose one answer is constant and as large as the service's at the median, under
the same worker class and under gunicorn's own. ``wrk`` asks all, in turn. Every question of the log is
different, ten hits are marked, category, type and lang are counted, and no answer is kept.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .data import category_slugs, prepared, read_items
from .machine import machine
from .options import add_articles, add_load, add_report
from .questions import SAMPLE, Words
from .report import head, save, table
from .serving.folder import served_folder
from .serving.load import Run, Server, fetch, put_load, require_wrk, running
from .serving.log import draw_log

_SIZED = 200  # answers whose median size the bare endpoint's has
_QUIET = {"BROADSHEET_RATE_LIMIT": "off", "BROADSHEET_RESULT_CACHE_MB": "0", "BROADSHEET_MAX_REQUESTS": "0"}


@dataclass(frozen=True, slots=True)
class Measured:
    """The runs of one server, and what each of its workers holds that no other process shares, in bytes."""

    runs: tuple[Run, ...]
    unique: tuple[int, ...]

    def median(self, name: str) -> float:
        """The median over the runs of one of their figures."""
        return statistics.median(getattr(run, name) for run in self.runs)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    add_articles(parser)
    add_load(parser, 3, "runs of each server")
    add_report(parser)


def run(options: argparse.Namespace) -> None:
    """Start both servers, put load on them in turn, and report."""
    require_wrk()
    facts = machine()
    articles = prepared(options.data, options.articles, options.folder)
    data = served_folder(articles, options.folder)
    log, asked = _written_log(options, articles)
    environment = {"BROADSHEET_DATA": str(data), "BROADSHEET_WORKERS": str(options.workers), **_QUIET}
    place = options.folder / "served"
    with running(["service", "serve"], place / "service.log", "/health/ready", **environment) as service:
        body = place / "bare.json"
        body.write_bytes(_typical(service.address, log))
        environment["BARE_BODY"] = str(body)
        bare = ["benchmarks.serving.bare"]
        with (
            running(bare, place / "bare.log", "/", **environment) as same,
            running(bare, place / "gthread.log", "/", **environment, BARE_WORKER="gthread") as other,
        ):
            servers = {"service": service, "bare endpoint": same, "bare endpoint, gthread": other}
            measured = _measure(servers, log, options)
    facts["data"] = f"{options.data}, {options.articles:,} articles"
    facts["asked"] = (
        f"wrk, {options.connections} connections, {asked:,} different questions, {options.repeat} runs of "
        f"{options.seconds:g} s each, servers in turn; wrk runs on the same {facts['cores']} cores"
    )
    facts["servers"] = (
        f"{options.workers} workers, threads and time-outs as by default; bare endpoints under the service's "
        "worker class and under gunicorn's gthread"
    )
    facts["size of the bare answer"] = f"{body.stat().st_size:,} bytes"
    top = head("The whole service under load", facts, " ".join(["python -m benchmarks", *sys.argv[1:]]))
    found = {name: asdict(one) for name, one in measured.items()}
    save("\n".join([*top, *_lines(measured)]), {"facts": facts, **found}, options.markdown, options.json)


def _written_log(options: argparse.Namespace, articles: Path) -> tuple[Path, int]:
    addresses = draw_log(Words(read_items(articles, SAMPLE)), category_slugs(), options.queries)
    path = options.folder / "served" / f"{articles.stem}.log"
    path.write_text("".join(f"{address}\n" for address in addresses), encoding="utf-8")
    return path, len(addresses)


def _typical(address: str, log: Path) -> bytes:
    """The answer of median size to the first questions of the log."""
    lines = log.read_text(encoding="utf-8").splitlines()[:_SIZED]
    return sorted((fetch(address + line) for line in lines), key=len)[len(lines) // 2]


def _measure(servers: Mapping[str, Server], log: Path, options: argparse.Namespace) -> dict[str, Measured]:
    runs: dict[str, list[Run]] = {name: [] for name in servers}
    for turn in range(options.repeat + 1):
        for name, server in servers.items():
            print(f"run {turn} of {options.repeat}: {name}", file=sys.stderr)
            done = put_load(server, log, options.seconds, options.connections, walk=name == "service")
            if turn:  # the first one warms up
                runs[name].append(done)
    return {
        name: Measured(tuple(runs[name]), tuple(server.unique_bytes().values()))
        for name, server in servers.items()
    }


def _lines(measured: Mapping[str, Measured]) -> Sequence[str]:
    titles = [
        "",
        "requests/s",
        "CPU ms a request",
        "p50, ms",
        "p99, ms",
        "p99 / p50",
        "slowest, ms",
        "failed",
        "unique MiB a worker",
    ]
    body = [[name, *_cells(one)] for name, one in measured.items()]
    service, *bare = measured.items()
    return [*table(titles, body), "", *(_share(service[1], *other) for other in bare), ""]


def _share(service: Measured, name: str, bare: Measured) -> str:
    shares = [one.rate / other.rate for one, other in zip(service.runs, bare.runs, strict=True)]
    return (
        f"The service answers {statistics.median(shares):.1%} of the requests a second of the {name} "
        f"(median of the pairs of runs; {min(shares):.1%} to {max(shares):.1%})."
    )


def _cells(one: Measured) -> list[str]:
    tail = statistics.median(run.p99 / run.p50 for run in one.runs)
    return [
        f"{one.median('rate'):,.0f}",
        f"{one.median('cost'):.3f}",
        *(f"{one.median(name):.2f}" for name in ("p50", "p99")),
        f"{tail:.1f}",
        f"{one.median('slowest'):.1f}",
        str(sum(run.failed for run in one.runs)),
        ", ".join(f"{size / 2**20:.0f}" for size in one.unique),
    ]
