"""Commit after commit while another thread asks: what the process and the folder take must be level.

Run it for long with ``python -m tests.crash.levels --commits 1000``. The number of articles stays about the
same, so that whatever grows has been left behind: an open file, a map of a segment that is gone, memory,
a file.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from indexer.backends.base import Record, Search
from indexer.backends.whoosh import WhooshIndex
from indexer.query import AllOf, Everything, Not, Phrase, Prefix, Query, Some, Word
from tests.conftest import publish, record

ARTICLES = 400
CHANGED = 6  # articles a commit
VOCABULARY = [f"w{number:03}" for number in range(300)]
SAMPLES = 40
MEGABYTE = 1 << 20
PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Level:
    """What is taken: open files and maps by number, resident memory and the folder in bytes."""

    files: int
    maps: int
    memory: int
    folder: int

    @classmethod
    def now(cls, root: Path) -> Level:
        """Of this process, and of an index."""
        held = int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
        return cls(
            sum(1 for _ in Path("/proc/self/fd").iterdir()),
            Path("/proc/self/maps").read_text().count("\n"),
            held,
            sum(path.stat().st_size for path in root.rglob("*") if path.is_file()),
        )

    def most(self, other: Level) -> Level:
        """The greater of each."""
        return Level(
            max(self.files, other.files),
            max(self.maps, other.maps),
            max(self.memory, other.memory),
            max(self.folder, other.folder),
        )


def changed(number: int, version: int) -> Record:
    """An article as a commit leaves it."""
    words = random.Random(f"{number} {version}").choices(VOCABULARY, k=120)
    return record(" ".join(words[:5]), " ".join(words), key=f"id{number}", categories=[words[0]])


def question(rng: random.Random) -> Search:
    """One of the kinds that search pages send."""
    one, two = rng.choices(VOCABULARY, k=2)
    queries: list[Query] = [
        Word(one),
        AllOf((Word(one), Word(two))),
        Some((Word(one), Word(two), Prefix(two[:2]))),
        AllOf((Everything(), Not(Word(one)))),
        Phrase((one, two)),
    ]
    return Search(rng.choice(queries), facets=("category",), words=(Word(one), Word(two)), limit=20)


@dataclass
class Asking(threading.Thread):
    """Asks until it is told to stop; keeps what went wrong."""

    index: WhooshIndex
    asked: int = 0
    generations: set[str] = field(default_factory=set)
    error: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self.stopped = threading.Event()

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        rng = random.Random(1)
        try:
            while not self.stopped.is_set():
                view = self.index.reader()
                self.generations.add(view.generation)
                for hit in view.execute(question(rng)).hits:
                    assert hit.record.article.title
                    hit.document.marks("content")
                self.asked += 1
        except BaseException as error:
            self.error = error
            raise


def run(root: Path, commits: int) -> tuple[list[Level], Asking]:
    """So many commits under questions; the levels on the way, first to last."""
    index = WhooshIndex(root)
    publish(index, [changed(number, 0) for number in range(ARTICLES)])
    asking = Asking(WhooshIndex(root))
    asking.start()
    levels = []
    rng = random.Random(2)
    for number in range(1, commits + 1):
        writer = index.writer()
        for which in rng.sample(range(ARTICLES), CHANGED):
            writer.add(changed(which, number)) if rng.random() < 0.9 else writer.remove(f"id{which}")
        writer.commit(number, {})
        writer.close()
        if number % max(1, commits // SAMPLES) == 0:
            levels.append(Level.now(root))
        if asking.error:
            break
    asking.stopped.set()
    asking.join()
    return levels, asking


def halves(levels: list[Level]) -> tuple[Level, Level]:
    """The most that is taken in the second quarter, and in the second half: the first quarter warms up."""
    quarter = len(levels) // 4
    early, late = levels[quarter], levels[2 * quarter]
    for level in levels[quarter : 2 * quarter]:
        early = early.most(level)
    for level in levels[2 * quarter :]:
        late = late.most(level)
    return early, late


def assert_level(levels: list[Level], asking: Asking) -> None:
    """Nothing grows but by what comes and goes.

    Raises:
        AssertionError: something does, or a question failed.
    """
    assert asking.error is None
    assert len(asking.generations) > len(levels) // 2, "the questions met too few of the commits"
    early, late = halves(levels)
    assert late.files <= early.files + 6, (early, late)
    assert late.maps <= early.maps + 24, (early, late)
    assert late.memory <= early.memory * 1.05 + 4 * MEGABYTE, (early, late)
    assert late.folder <= early.folder * 1.3, (early, late)


def main() -> None:
    """Run it and print the levels."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--commits", type=int, default=1_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        levels, asking = run(Path(home) / "index", given.commits)
    for number, level in zip(count(1), levels, strict=False):
        sys.stdout.write(
            f"{number * max(1, given.commits // SAMPLES):5} commits: {level.files} files, {level.maps} maps,"
            f" {level.memory / MEGABYTE:.1f} MiB, folder {level.folder / 1024:.0f} KiB\n"
        )
    assert_level(levels, asking)
    sys.stdout.write(
        f"level after {given.commits} commits, {asking.asked} questions meanwhile,"
        f" {len(asking.generations)} states answered\n"
    )


if __name__ == "__main__":
    main()
