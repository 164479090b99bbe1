"""Cut the files of an index short, or flip a byte, and see it refused and made again from the catalog.

Run it for long with ``python -m tests.crash.damage --trials 500``. The index has two generations and several
segments with deletions. Each trial damages one file that the live generation is read from, and then holds:

- readers and writers refuse the index and name the file, and so does ``check``;
- bringing the index up to the catalog builds it anew, without a page being read, and it answers as before.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.backends.base import Search
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh.generations import POINTER, manifest_path, read_manifest, read_pointer
from indexer.errors import IndexDamaged
from indexer.query import Everything, Word
from indexer.workspace import Workspace
from tests.conftest import article

ARTICLES = 40
COMMITS = 3


@dataclass
class Trials:
    """A catalog with its index, kept whole beside it, and dice."""

    home: Path
    random: random.Random

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def index(self) -> Path:
        return self.data / "index"

    @property
    def whole(self) -> Path:
        return self.home / "whole"

    def prepare(self) -> None:
        """Accept articles, build the index twice, and change it by several commits."""
        with Workspace(self.data, workers=0) as space:
            self._accept(space, range(ARTICLES), "first")
            space.build([], rebuild=True)
            space.build([], rebuild=True)
            for number in range(COMMITS):
                self._accept(space, range(number, ARTICLES, 7), f"change{number}")
                space.apply()
            self.expected = self._answers(space)
        shutil.copytree(self.index, self.whole)

    def _accept(self, space: Workspace, numbers: range, word: str) -> None:
        for number in numbers:
            text = f"{word} number {number} of so many words. " * 6
            space.push_article(
                article(f"Article {number} {word}", text, url=f"https://example.org/{number}/")
            )

    def _answers(self, space: Workspace) -> dict[str, list[str]]:
        view = space.index.reader()
        queries = {
            "all": Everything(),
            "first": Word("first"),
            "change2": Word("change2"),
            "number": Word("7"),
        }
        return {
            name: sorted(hit.record.article.id for hit in view.execute(Search(query, limit=1000)).hits)
            for name, query in queries.items()
        }

    def trial(self) -> str:
        """Damage a file, look, and repair. Returns what was done to which kind of file.

        Raises:
            AssertionError: the damage was not seen, or not repaired.
        """
        shutil.rmtree(self.index)
        shutil.copytree(self.whole, self.index)
        path = self.random.choice(self._files())
        what = self._cut(path) if self.random.random() < 0.5 else self._flip(path)
        self._refused(path, what)
        self._made_again(what)
        kind = path.name if path.name == POINTER else path.suffix
        return f"{what.split()[0]} {kind}"

    def _files(self) -> list[Path]:
        pointer = read_pointer(self.index)
        live = self.index / pointer.generation
        manifest = read_manifest(live, pointer.commit)
        assert len(manifest.files) > COMMITS
        named = [live / name for name in manifest.files]
        return [self.index / POINTER, manifest_path(live, pointer.commit), *named]

    def _size(self, path: Path) -> int:
        """What there is to damage: the line break at the manifest's end says nothing."""
        return path.stat().st_size - path.name.startswith("MANIFEST")

    def _cut(self, path: Path) -> str:
        size = self.random.randrange(self._size(path))
        path.write_bytes(path.read_bytes()[:size])
        return f"cut {path.name} to {size} bytes"

    def _flip(self, path: Path) -> str:
        data, place = bytearray(path.read_bytes()), self.random.randrange(self._size(path))
        data[place] ^= self.random.randrange(1, 256)
        path.write_bytes(data)
        return f"flipped {path.name} at {place}"

    def _refused(self, path: Path, what: str) -> None:
        for use in (WhooshIndex(self.index).reader, WhooshIndex(self.index).writer):
            refusal = _refusal(use)
            assert path.name in refusal, f"{what}: {refusal or 'not refused'}"
        problems = WhooshIndex(self.index).check()
        assert len(problems) == 1, f"{what}: {problems}"
        assert path.name in problems[0], f"{what}: {problems}"

    def _made_again(self, what: str) -> None:
        with Workspace(self.data, workers=0) as space:
            assert space.behind(), what
            space.apply()
            assert self._answers(space) == self.expected, what
            assert space.check() == [], what


def _refusal(use: Callable[[], object]) -> str:
    """How an index says that it is damaged; empty when it does not."""
    try:
        use()
    except IndexDamaged as error:
        return str(error)
    return ""


def campaign(home: Path, trials: int, seed: int) -> Iterator[str]:
    """Try so many times, telling each damage."""
    made = Trials(home, random.Random(seed))
    made.prepare()
    for _ in range(trials):
        yield made.trial()


def main() -> None:
    """Run the trials and print what was damaged how often."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--trials", type=int, default=500)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    given = options.parse_args()
    sys.stdout.write(f"seed {given.seed}\n")
    with tempfile.TemporaryDirectory() as home:
        done = Counter(campaign(Path(home), given.trials, given.seed))
    sys.stdout.write(f"{given.trials} trials, all refused and made again: {dict(sorted(done.items()))}\n")


if __name__ == "__main__":
    main()
