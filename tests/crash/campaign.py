"""Kill a real ``broadsheet index`` again and again, and see what is left.

Run it for long with ``python -m tests.crash.campaign --kills 500``. Each strike changes the pages,
starts the command, kills it with SIGKILL at a random moment, and then holds:

- every article that was seen accepted before the kill, and not changed since, is there as it was seen;
- the lock is free, catalog and index are sound, and the index can be brought to the catalog.

At the end one undisturbed run makes the catalog what a first run on the same pages makes of them.
A kill tests the order of writes, not the disk: what the kernel was given survives the process.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indexer.backends.base import Record
from indexer.catalog import Catalog
from indexer.errors import CatalogError, IndexDamaged, NoIndex
from indexer.sources import FolderSource
from indexer.workspace import CATALOG_FILE, Workspace
from tests.pipeline.making import FILLER, html, write

PAGES = 240
CHANGED = 60  # pages written anew before each strike; some of them are taken away instead
REBUILDS = 0.25  # share of runs that build a new generation
BEGINNINGS = 0.2  # share of runs that begin with an empty data folder
POLL_SECONDS = 0.002

Seen = dict[str, tuple[str, int]]  # article -> digest and sequence number, as another process saw it


@dataclass
class Campaign:
    """A folder of pages, a data folder, and dice. ``random`` decides everything that is left to chance."""

    home: Path
    random: random.Random
    version: int = 0
    duration: float = 0.0

    @property
    def pages(self) -> Path:
        return self.home / "pages"

    @property
    def data(self) -> Path:
        return self.home / "data"

    # -- Pages -----------------------------------------------------------------------------

    def prepare(self) -> None:
        """Write every page, and run once undisturbed to learn how long that takes."""
        for number in range(PAGES):
            self._write(number)
        started = time.monotonic()
        assert self._start().wait() == 0
        self.duration = time.monotonic() - started

    def change(self) -> None:
        """Write some pages anew, take some away, bring some back."""
        self.version += 1
        for number in self.random.sample(range(PAGES), CHANGED):
            if self.random.random() < 0.2:
                (self.pages / f"{number:03}.html").unlink(missing_ok=True)
            else:
                self._write(number)

    def _write(self, number: int) -> None:
        text = f"{FILLER}\nThis is version {self.version} of page {number}, which is like no other."
        write(self.pages, f"{number:03}.html", html(f"Page {number}, version {self.version}", text))

    # -- Strikes ---------------------------------------------------------------------------

    def strike(self) -> str:
        """Change pages, run, kill, look. Returns what the run was doing when it was killed.

        Raises:
            AssertionError: something accepted was lost, or what is left is not sound.
        """
        if self.random.random() < BEGINNINGS:
            shutil.rmtree(self.data)
        self.change()
        rebuild = self.data.exists() and self.random.random() < REBUILDS
        seen = self._run_and_kill(self._start(*(("--rebuild",) if rebuild else ())))
        stage = self._stage()
        self._look(seen)
        return stage

    def _start(self, *options: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "service",
            "index",
            str(self.pages),
            "--data",
            str(self.data),
            *options,
        ]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def _run_and_kill(self, process: subprocess.Popen[bytes]) -> Seen:
        """Kill the process at a random moment; what was seen accepted before that, by another process.

        The moment is counted from the start, or from the first thing accepted, so that reading,
        accepting and indexing all have their share.
        """
        begun = time.monotonic()
        first = self._sequence()
        after = self.random.choice((None, 0.05, self.duration))
        end = begun + self.random.uniform(0.2, 1.0) * self.duration if after is None else None
        seen: Seen = {}
        last = first
        while process.poll() is None and (end is None or time.monotonic() < end):
            sequence = self._sequence()
            if sequence == last:
                time.sleep(POLL_SECONDS)
                continue
            last, seen = sequence, self._accepted()
            if end is None and after is not None:
                end = time.monotonic() + self.random.uniform(0.0, after)
        process.kill()
        process.wait()
        return seen

    def _sequence(self) -> int:
        with suppress(CatalogError), self._catalog() as catalog:
            return catalog.sequence
        return 0

    def _accepted(self) -> Seen:
        with self._catalog() as catalog:
            return {record.article.id: (record.digest, record.sequence) for record in catalog.records()}

    def _catalog(self) -> Catalog:
        return Catalog(self.data / CATALOG_FILE, clock=lambda: datetime.now(UTC), create=False)

    def _stage(self) -> str:
        """What the run had come to, from what it left."""
        with Workspace(self.data) as space:
            try:
                applied = space.index.reader().sequence
            except (NoIndex, IndexDamaged):
                return "no index"
            held = {record.key for record in space.catalog.records()}
            there = {path.name for path in self.pages.iterdir()}
            if applied == space.catalog.sequence:
                return "done" if held == there and self._is_newest(space) else "nothing accepted yet"
            return "accepted, not indexed" if held == there else "accepting"

    def _is_newest(self, space: Workspace) -> bool:
        return all(
            f"version {self.version} " not in (self.pages / record.key).read_text()
            or f"version {self.version}" in record.article.title
            for record in space.catalog.records()
        )

    # -- Looking ---------------------------------------------------------------------------

    def _look(self, seen: Seen) -> None:
        with Workspace(self.data) as space:
            self._nothing_lost(space, seen)
            unsound = [line for line in space.check() if "brings it up to date" not in line]
            assert unsound == []
            space.apply(wait_seconds=0.0)
            assert space.check() == []

    def _nothing_lost(self, space: Workspace, seen: Seen) -> None:
        now = {record.article.id: (record.digest, record.sequence) for record in space.catalog.records()}
        last = max((sequence for _, sequence in seen.values()), default=0)
        changed = {
            change.article.id if isinstance(change, Record) else change.article_id
            for change in space.catalog.changes(last)
        }
        lost = [name for name, state in seen.items() if name not in changed and now.get(name) != state]
        assert lost == [], f"{len(lost)} accepted articles are gone or other than they were seen"

    def finish(self) -> None:
        """Run undisturbed; the catalog and the index must hold what a first run makes of the pages."""
        assert self._start("--allow-removals").wait() == 0
        fresh = self.home / "fresh"
        with Workspace(self.data) as space, Workspace(fresh) as first:
            first.build([FolderSource(self.pages)])
            assert _held(space) == _held(first)
            assert space.check() == []
        shutil.rmtree(fresh)


def _held(space: Workspace) -> dict[str, object]:
    reader = space.index.reader()
    held = {record.article.id: record.article for record in space.catalog.records()}
    for identity, article in held.items():
        found = reader.get(identity)
        assert found is not None
        assert found.article.title == article.title
    return dict(held)


def campaign(home: Path, kills: int, seed: int) -> Iterator[str]:
    """Strike so many times, telling each stage, and finish."""
    made = Campaign(home, random.Random(seed))
    made.prepare()
    for _ in range(kills):
        yield made.strike()
    made.finish()


def main() -> None:
    """Run a campaign and print what the runs were doing when they were killed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    given = options.parse_args()
    sys.stdout.write(f"seed {given.seed}\n")
    stages: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as home:
        for number, stage in enumerate(campaign(Path(home), given.kills, given.seed), start=1):
            stages[stage] += 1
            if number % 10 == 0:
                sys.stdout.write(f"{number} kills: {dict(stages)}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{given.kills} kills, nothing lost: {dict(stages)}\n")


if __name__ == "__main__":
    main()
