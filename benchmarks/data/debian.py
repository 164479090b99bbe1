"""HTML pages of Debian's documentation packages, read by the project's own parser.

Packages are fetched and unpacked into a folder, never installed. Parsing takes a while, so the
caller keeps the result. Categories, types and days are drawn, for the pages have none.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path

import numpy as np

from indexer import Site
from indexer.errors import BroadsheetError
from indexer.parsing import parse
from indexer.sources import Page

from .items import Item, draw_facts

PACKAGES = ("python3.11-doc", "postgresql-doc-15", "cppreference-doc-en-html", "apache2-doc", "sqlite3-doc")
_SEED = 8
_SMALLEST, _LARGEST = 2_000, 400_000  # bytes of a page: stubs and whole books are no articles
_SHORTEST = 200  # characters of an article
_WORKERS = 2


def debian(folder: Path, limit: int) -> Iterator[Item]:
    """At most ``limit`` articles, from all packages alike."""
    texts = _texts(_take_turns([_pages(_unpacked(folder, name)) for name in PACKAGES]))
    facts = draw_facts(limit, np.random.default_rng(_SEED))
    for number, (title, text) in zip(range(limit), texts, strict=False):
        yield Item(number, title, text, facts.categories[number], facts.types[number], facts.days[number])


def _unpacked(folder: Path, package: str) -> Path:
    target = folder / package
    if not target.is_dir():
        fetched = folder / "packages"
        fetched.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "--quiet", package], cwd=fetched, check=True)
        archive = next(fetched.glob(f"{package}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", archive, target], check=True)
    return target


def _pages(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*.html") if not path.is_symlink())
    return sorted(path for path in found if _SMALLEST <= path.stat().st_size <= _LARGEST)


def _take_turns(lists: list[list[Path]]) -> list[Path]:
    """One of each list, again and again, until the last is empty."""
    longest = max(map(len, lists))
    turns = ([paths[at] for paths in lists if at < len(paths)] for at in range(longest))
    return list(chain.from_iterable(turns))


def _texts(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """Title and text of what is an article."""
    with ProcessPoolExecutor(_WORKERS) as pool:
        for start in range(0, len(paths), 200):
            for found in pool.map(_read, paths[start : start + 200], chunksize=10):
                if found is not None:
                    yield found


def _read(path: Path) -> tuple[str, str] | None:
    page = Page("debian", path.name, path.read_bytes())
    try:
        article = parse(page, Site())
    except BroadsheetError:
        return None
    return (article.title, article.text) if len(article.text) >= _SHORTEST else None
