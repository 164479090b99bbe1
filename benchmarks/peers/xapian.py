"""Xapian, in Debian's own Python: this is the side that talks to :mod:`.xapian_worker`.

Stemmed terms for words, terms as themselves with positions for phrases and prefixes; the title's
words count three times in the same terms. Categories are boolean terms and values, day a value.
The worker measures itself, so what goes through the pipe does not count.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ..data import Item
from ..questions import Question
from .base import Answer, Unable, files_by_suffix

_PYTHON = "/usr/bin/python3"
_WORKER = Path(__file__).with_name("xapian_worker.py")
_FLUSH = "100000"  # articles held in memory; Xapian's 10,000 makes more and smaller merges


class Xapian:
    """See the module."""

    name = "xapian"
    note = "glass, STEM_SOME, compacted; in a process of its own that measures itself"

    def __init__(self) -> None:
        self._worker: subprocess.Popen[str] | None = None

    def version(self) -> str:
        command = [_PYTHON, "-I", "-c", "import xapian; print(xapian.version_string())"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        return done.stdout.strip() or "not installed (Debian's python3-xapian)"

    def build(self, items: Iterable[Item], folder: Path, expected: int) -> float:
        worker = _start("build", folder)
        lines = (json.dumps(asdict(item)) + "\n" for item in items)
        into, out = _pipes(worker)
        into.writelines(lines)
        into.close()
        said = json.loads(out.readline())
        worker.wait()
        shutil.rmtree(folder / "growing")
        return float(said["seconds"])

    def open(self, folder: Path) -> None:
        self._worker = _start("ask", folder)
        _pipes(self._worker)[1].readline()

    def prepare(self, question: Question) -> int:
        if question.how == "typo":
            raise Unable("Xapian 1.4 finds no words by edit distance (it can only suggest a spelling)")
        return int(self._request({"question": asdict(question)})["prepared"])

    def ask(self, prepared: int, fetch: bool) -> Answer:
        said = self._request({"prepared": prepared, "fetch": fetch})
        return Answer(said["total"], tuple(said["ids"]), said["facets"], said["characters"], said["seconds"])

    def _request(self, message: dict[str, Any]) -> dict[str, Any]:
        into, out = _pipes(self._worker)
        into.write(json.dumps(message) + "\n")
        into.flush()
        answer: dict[str, Any] = json.loads(out.readline())
        return answer

    def parts(self, folder: Path) -> Mapping[str, int]:
        return files_by_suffix(folder)

    def close(self) -> None:
        if self._worker is not None:
            self._worker.communicate()
            self._worker = None


def _start(what: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [_PYTHON, "-I", str(_WORKER), what, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "XAPIAN_FLUSH_THRESHOLD": _FLUSH},
    )


def _pipes(worker: subprocess.Popen[str] | None) -> tuple[IO[str], IO[str]]:
    if worker is None or worker.stdin is None or worker.stdout is None:
        raise RuntimeError("the worker is not running")
    return worker.stdin, worker.stdout
