"""Ask all engines the same questions: ``python -m benchmarks engines --data zipf --articles 20000``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from .building import Built, kept
from .data import category_slugs, prepared, read_items
from .machine import machine
from .options import add_articles, add_report
from .peers import NAMES, Peer, make_peer
from .questions import KINDS, SAMPLE, Question, Words, draw_questions
from .report import engines_markdown, head, results_data, save
from .run import ask_all

_FETCHES = {"yes": (True,), "no": (False,), "both": (True, False)}


def add_shared_options(parser: argparse.ArgumentParser) -> None:
    """What asking and indexing have in common."""
    add_articles(parser)
    parser.add_argument("--peer", action="append", choices=NAMES, help="an engine to measure; all without")
    parser.add_argument("--skip", action="append", choices=NAMES, default=[], help="an engine to leave out")
    add_report(parser)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    add_shared_options(parser)
    names = [kind.name for kind in KINDS]
    parser.add_argument("--kind", action="append", choices=names, help="a kind to ask; all without")
    parser.add_argument("--instances", type=int, default=5, help="questions of each kind")
    parser.add_argument("--repeat", type=int, default=15, help="times each is asked, at most")
    parser.add_argument(
        "--fetch", choices=_FETCHES, default="both", help="read the stored articles of the hits"
    )
    parser.add_argument(
        "--order", choices=("rounds", "questions"), default="rounds", help="how the engines take turns"
    )
    parser.add_argument("--facet", choices=_FETCHES, default="both", help="count the categories")


def chosen_peers(options: argparse.Namespace) -> list[str]:
    """The engines asked for, ours first."""
    return [name for name in NAMES if name in (options.peer or NAMES) and name not in options.skip]


def run(options: argparse.Namespace) -> None:
    """Make what indexes are missing, ask, and report."""
    names = chosen_peers(options)
    facts = machine(names)
    articles = prepared(options.data, options.articles, options.folder)
    built: dict[str, Built] = {}
    peers: dict[str, Peer] = {}
    for name in names:
        _progress(f"index of {name}")
        home, built[name] = kept(name, articles, options.folder)
        peers[name] = make_peer(name)
        peers[name].open(home)
    questions = _questions(options, articles)
    results = ask_all(peers, questions, options.repeat, _FETCHES[options.fetch], _progress, options.order)
    for peer in peers.values():
        peer.close()
    facts["asked"] = f"{len(questions)} questions, at most {options.repeat} times each, by {options.order}"
    facts["data"] = f"{options.data}, {next(iter(built.values())).articles:,} articles"
    top = head("Engines side by side", facts, " ".join(["python -m benchmarks", *sys.argv[1:]]))
    data = {
        "facts": facts,
        "indexes": {name: asdict(one) for name, one in built.items()},
        "results": results_data(results),
    }
    save(engines_markdown(top, results, built), data, options.markdown, options.json)


def _questions(options: argparse.Namespace, articles: Path) -> list[Question]:
    words = Words(read_items(articles, SAMPLE))
    found = draw_questions(words, category_slugs(), options.instances)
    facets = _FETCHES[options.facet]
    return [
        question
        for question in found
        if question.facet in facets and (not options.kind or question.kind in options.kind)
    ]


def _progress(line: str) -> None:
    """Say on a terminal what is being done."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
