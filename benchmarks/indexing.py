"""Measure indexing alone: ``python -m benchmarks indexing --data zipf --articles 20000``.

Each engine gets the same articles in a process of its own, as often as asked, engines taking turns.
Peak memory is measured once more on a stream of articles, so that they do not count.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from .building import Built, build, build_here
from .data import prepared
from .engines import add_shared_options, chosen_peers
from .machine import machine
from .report import built_table, head, save


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    add_shared_options(parser)
    parser.add_argument("--repeat", type=int, default=3, help="indexes made by each engine")
    parser.add_argument("--no-memory", action="store_true", help="leave out the run that measures memory")


def run(options: argparse.Namespace) -> None:
    """Index again and again and report medians."""
    names = chosen_peers(options)
    facts = machine(names)
    articles = prepared(options.data, options.articles, options.folder)
    made: dict[str, list[Built]] = {name: [] for name in names}
    for turn in range(options.repeat):
        for name in names:
            print(f"indexing {turn + 1}/{options.repeat}: {name}", file=sys.stderr)
            made[name].append(build(name, articles, options.folder / "indexing" / name))
    if not options.no_memory:
        for name in names:
            print(f"memory: {name}", file=sys.stderr)
            streamed = build(name, articles, options.folder / "indexing" / name, streamed=True)
            made[name] = [replace(one, peak=streamed.peak, streamed=True) for one in made[name]]
    facts["data"] = f"{options.data}, {made[names[0]][0].articles:,} articles"
    top = head("Indexing side by side", facts, " ".join(["python -m benchmarks", *sys.argv[1:]]))
    lines = [*top, "", f"Medians of {options.repeat}.", "", *built_table(map(_median, made.values())), ""]
    data = {"facts": facts, "runs": {name: [asdict(one) for one in runs] for name, runs in made.items()}}
    save("\n".join(lines), data, options.markdown, options.json)


def _median(runs: Sequence[Built]) -> Built:
    """One that stands for all: the median of the seconds and of the processor's seconds."""
    seconds = statistics.median(one.seconds for one in runs)
    return replace(runs[-1], seconds=seconds, cpu=statistics.median(one.cpu for one in runs))


def add_build_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command that is run for each index, in a process of its own."""
    parser.add_argument("peer")
    parser.add_argument("articles", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--streamed", action="store_true")


def run_build(options: argparse.Namespace) -> None:
    """Make one index and print how."""
    print(json.dumps(asdict(build_here(options.peer, options.articles, options.index, options.streamed))))
