"""Kill a process that writes an index again and again, at any moment of commits, merges and rebuilds.

Run it for long with ``python -m tests.crash.writing --kills 200``. What the index should hold is fixed by a
number alone (:func:`changes`), as it is by the catalog's sequence. A child goes on from where the index
stands: small commits, so that segments are merged, some with so little memory that articles spill, and now
and then a new generation. It tells each commit that has returned. SIGKILL meets it at a random moment, and
then holds:

- the index opens and answers, within a second;
- it holds the articles of exactly one number: the last one told, or the one that was being committed;
- every file is as its manifest says, and the next writer goes on and sweeps what was left over.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from indexer.backends.base import Record, Search, Writer
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh.generations import BUILDING, manifest_path, read_manifest, read_pointer
from indexer.errors import NoIndex
from indexer.query import AllOf, Everything, Word
from tests.conftest import record

IDS = 200
REBUILD_EVERY = 23  # commits
LONGEST = 0.5  # seconds until the kill
RECOVERY_SECONDS = 1.0
SPILLING_BYTES = 20_000  # about ten articles
VOCABULARY = [f"word{number}" for number in range(400)]


def article(number: int, version: int) -> Record:
    """An article as a commit of that number leaves it: its text says which."""
    words = random.Random(f"{number} {version}").choices(VOCABULARY, k=60)
    return record(
        f"Page {number} as of v{version}",
        " ".join(words) + f"\nThis is v{version} of n{number}.",
        key=f"id{number}",
        categories=[words[0]],
        lang="en" if number % 3 else "de",
        published="2025-01-21",
    )


def changes(number: int) -> Iterator[tuple[int, bool]]:
    """What a commit changes: articles, and whether each is there afterwards."""
    rng = random.Random(number)
    for which in rng.sample(range(IDS), rng.randint(1, 12)):
        yield which, rng.random() < 0.8


@dataclass
class Model:
    """What the index holds as of a number: the commit that last wrote each article."""

    number: int = 0
    versions: dict[int, int] = field(default_factory=dict)

    def at(self, number: int) -> dict[int, int]:
        """Go on to a number, never back."""
        while self.number < number:
            self.number += 1
            for which, there in changes(self.number):
                self.versions.pop(which, None)
                if there:
                    self.versions[which] = self.number
        return self.versions


# -- the child --------------------------------------------------------------------------------------


def write_for_ever(root: Path, told: int) -> None:
    """Commit after commit; the number of each goes to a pipe when it has returned."""
    index, model = WhooshIndex(root), Model()
    try:
        number = index.writer().applied
    except NoIndex:
        number = 0
    while True:
        number += 1
        if number == 1 or number % REBUILD_EVERY == 0:
            _rebuild(index, number, model.at(number))
        else:
            _update(index, number)
        os.write(told, f"{number}\n".encode())


def _update(index: WhooshIndex, number: int) -> None:
    writer = index.writer()
    _spill_some(writer, number)
    for which, there in changes(number):
        if there:
            writer.add(article(which, number))
        else:
            writer.remove(f"id{which}")
    writer.commit(number, {})
    writer.close()


def _rebuild(index: WhooshIndex, number: int, versions: dict[int, int]) -> None:
    builder = index.builder()
    _spill_some(builder, number)
    for which, version in versions.items():
        builder.add(article(which, version))
    builder.commit(number, {})
    index.publish(builder, len(versions))


def _spill_some(writer: Writer, number: int) -> None:
    if number % 3:
        writer._buffer_bytes = SPILLING_BYTES if number % 3 == 1 else 1  # type: ignore[attr-defined]  # Whoosh's own


# -- striking ---------------------------------------------------------------------------------------


@dataclass
class Campaign:
    """An index, dice, and the number of the last commit that was told."""

    root: Path
    random: random.Random
    told: int = 0
    slowest: float = 0.0
    segments: Counter[int] = field(default_factory=Counter)
    model: Model = field(default_factory=Model)

    def strike(self) -> str:
        """Let the child write, kill it, look. Returns what it was about.

        Raises:
            AssertionError: something told is lost, or what is left is not sound.
        """
        self._run_and_kill()
        if not (self.root / "current").exists():
            assert self.told == 0, "nothing is there of what was told"
            return "before the first"
        started = time.perf_counter()
        index = WhooshIndex(self.root)
        found = index.reader().execute(Search(Everything(), limit=2 * IDS))
        writer = index.writer()
        self._in_time(started)
        assert writer.applied == index.reader().sequence
        writer.close()
        stage = self._stage(index)
        self._holds(index, {hit.record.article.id: hit.record for hit in found.hits})
        self.told = index.reader().sequence
        return stage

    def _run_and_kill(self) -> None:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                os.close(reading)
                write_for_ever(self.root, writing)
            finally:
                os._exit(1)
        os.close(writing)
        time.sleep(self.random.uniform(0.0, LONGEST))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the child failed by itself"
        with os.fdopen(reading) as pipe:
            numbers = pipe.read().split()
        self.told = int(numbers[-1]) if numbers else self.told

    def _in_time(self, started: float) -> None:
        took = time.perf_counter() - started
        self.slowest = max(self.slowest, took)
        assert took < RECOVERY_SECONDS, f"it took {took:.2f} s to open and answer"

    def _stage(self, index: WhooshIndex) -> str:
        sequence = index.reader().sequence
        assert self.told <= sequence <= self.told + 1, f"{self.told} was told, the index stands at {sequence}"
        if sequence > self.told:
            return "committed, not told"
        return "building" if (sequence + 1) % REBUILD_EVERY == 0 else "updating"

    def _holds(self, index: WhooshIndex, found: dict[str, Record]) -> None:
        view = index.reader()
        expected = {f"id{which}": article(which, version) for which, version in self._expected(view.sequence)}
        assert found == expected
        assert view.article_count == len(expected)
        for which, version in self.random.sample(self._expected(view.sequence), min(5, len(expected))):
            query = AllOf((Word(f"v{version}", forms=False), Word(f"n{which}", forms=False)))
            hits = view.execute(Search(query)).hits
            assert [hit.record.article.id for hit in hits] == [f"id{which}"]
        assert index.check() == ()
        self._swept()

    def _expected(self, sequence: int) -> list[tuple[int, int]]:
        return list(self.model.at(sequence).items())

    def _swept(self) -> None:
        """A writer has been opened since the kill: only what the manifest names is left in the generation."""
        pointer = read_pointer(self.root)
        live = self.root / pointer.generation
        files = set(read_manifest(live, pointer.commit).files)
        left = {path.name for path in live.iterdir() if not path.name.endswith("LOCK")}
        assert left == files | {manifest_path(live, pointer.commit).name}
        self.segments[len(files) - 1] += 1  # the other file is the table of contents
        unfinished = [path for path in self.root.iterdir() if path.name.endswith(BUILDING)]
        assert len(unfinished) <= 1


def main() -> None:
    """Run a campaign and print what the child was about when it was killed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    given = options.parse_args()
    sys.stdout.write(f"seed {given.seed}\n")
    with tempfile.TemporaryDirectory() as home:
        made = Campaign(Path(home) / "index", random.Random(given.seed))
        stages = Counter(made.strike() for _ in range(given.kills))
    sys.stdout.write(
        f"{given.kills} kills, nothing lost: {dict(stages)}\n"
        f"{made.told} commits, segments seen {dict(sorted(made.segments.items()))},"
        f" slowest recovery {made.slowest:.3f} s\n"
    )


if __name__ == "__main__":
    main()
