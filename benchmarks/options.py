"""The options that sub-commands share: of which articles, and where the figures go."""

from __future__ import annotations

import argparse
from pathlib import Path

from .data import SETS

SCRATCH = Path("/tmp/bench")


def add_articles(parser: argparse.ArgumentParser, count: int = 20_000) -> None:
    """Which articles are searched; ``count`` of them when nothing is said."""
    parser.add_argument("--data", choices=SETS, default="zipf", help="the set of articles")
    parser.add_argument("--articles", type=int, default=count, help="how many of it")
    parser.add_argument("--folder", type=Path, default=SCRATCH, help="scratch space for sets and indexes")


def add_load(parser: argparse.ArgumentParser, repeat: int, repeated: str) -> None:
    """The load put on two servers in turn, ``repeat`` times when nothing is said."""
    parser.add_argument("--queries", type=int, default=2_400, help="different questions in the log")
    parser.add_argument("--workers", type=int, default=2, help="worker processes of either server")
    parser.add_argument("--connections", type=int, default=8, help="kept open, one request at a time on each")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a run")
    parser.add_argument("--repeat", type=int, default=repeat, help=repeated)


def add_report(parser: argparse.ArgumentParser) -> None:
    """Where the figures are written."""
    parser.add_argument("--json", type=Path, help="where to write every figure")
    parser.add_argument("--markdown", type=Path, help="where to write the report; printed without")
