"""Measure the whole path on real pages: ``python -m benchmarks pages [FOLDER] [--repeat N] [--json]``.

Reads the pages of a folder (the corpus unless another is given), parses them, builds an index in a
temporary folder, and asks each kind of query ``N`` times. Prints medians; the machine is named so
that figures are only compared with figures of the same machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from indexer import Article, Site, Workspace, load_site, open_source
from indexer.backends.whoosh.schema import to_document
from indexer.parsing import parse
from indexer.sources import Page
from service.search.engine import Engine
from service.search.request import SearchRequest

CORPUS = Path("corpus")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS, help="a folder of pages")
    parser.add_argument("--repeat", type=int, default=15, help="times each query is asked")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> None:
    """Run every measurement and print one report."""
    site_file = options.folder / "site.toml"
    site = load_site(site_file if site_file.is_file() else None)
    report = {
        "machine": _machine(),
        "pages": str(options.folder),
        **_measure(options.folder, site, options.repeat),
    }
    if options.json:
        json.dump(report, sys.stdout, indent=2)
        print()
    else:
        _print(report)


def _measure(folder: Path, site: Site, repeat: int) -> dict[str, object]:
    pages = [page for page in open_source(str(folder)).pages() if isinstance(page, Page)]
    size = sum(len(page.data) for page in pages)
    parsed, seconds = _timed(lambda: [parse(page, site) for page in pages])
    report: dict[str, object] = {
        "pages_count": len(pages),
        "parsing": {"pages/s": round(len(pages) / seconds, 1), "MB/s": round(size / seconds / 1e6, 2)},
    }
    with tempfile.TemporaryDirectory() as data, Workspace(Path(data), site) as workspace:
        _, full = _timed(lambda: workspace.build([open_source(str(folder))]))
        _, again = _timed(lambda: workspace.build([open_source(str(folder))]))
        _, rebuilt = _timed(lambda: workspace.build([], rebuild=True))
        records = list(workspace.catalog.records())
        _, analysed = _timed(lambda: [to_document(record) for record in records])
        report["indexing"] = {
            "whole path, articles/s": round(len(records) / full, 1),
            "nothing changed, s": round(again, 3),
            "rebuild from the catalog, articles/s": round(len(records) / rebuilt, 1),
            "analysis alone, articles/s": round(len(records) / analysed, 1),
        }
        engine = Engine(workspace.index, site, budget_seconds=60.0)
        report["queries, median ms"] = dict(_queries(engine, parsed, repeat))
    return report


def _queries(engine: Engine, articles: list[Article], repeat: int) -> Iterator[tuple[str, float]]:
    """Each kind of query, made of words the articles hold."""
    words = _frequent_words(articles)
    rare, common = words[-1], words[0]
    title = max(articles, key=lambda article: len(article.title)).title
    kinds: dict[str, SearchRequest] = {
        "rare word": SearchRequest(rare),
        "common word": SearchRequest(common),
        "two words": SearchRequest(" ".join(words[:2])),
        "three words": SearchRequest(" ".join(words[:3])),
        "phrase": SearchRequest(f'"{" ".join(title.split()[:2])}"'),
        "exact title": SearchRequest(title, exact=True),
        "prefix of 3": SearchRequest(common[:3], prefix=True),
        "typo": SearchRequest(common[:2] + common[3] + common[2] + common[4:]),
        "newest": SearchRequest(common, sort="newest"),
        "everything": SearchRequest(""),
    }
    for name, request in kinds.items():
        engine.search(request)
        times = [_timed(lambda request=request: engine.search(request))[1] for _ in range(repeat)]  # type: ignore[misc]  # a lambda with a default
        yield name, round(statistics.median(times) * 1000, 2)


def _frequent_words(articles: list[Article]) -> list[str]:
    """Words of at least five letters, those in most articles first."""
    counts: dict[str, int] = {}
    for article in articles:
        for word in {word for word in article.text.lower().split() if word.isalpha() and len(word) >= 5}:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))


Result = TypeVar("Result")


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def _machine() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        **{name: version(name) for name in ("whoosh", "beautifulsoup4", "lxml", "broadsheet")},
    }


def _print(report: dict[str, object]) -> None:
    for name, value in report.items():
        if isinstance(value, dict):
            print(f"\n{name}")
            for key, figure in value.items():
                print(f"  {key:40} {figure}")
        else:
            print(f"{name}: {value}")
