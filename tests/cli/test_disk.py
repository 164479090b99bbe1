"""A disk that is full or read-only: what only reads goes on, what writes says in one line what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.live import COMMAND_SECONDS, CORPUS, ROOT, environment
from tests.pipeline.making import html, write
from tests.service.disk import Disk, small_disk

READING = (
    ("search", "strike"),
    ("check",),
    ("export",),
    ("generations",),
    ("evaluate", "--queries", "queries.jsonl", "--qrels", "qrels.tsv"),
)

# Runs a command for which file modes count even when it is root's: without the two capabilities that override
# them (PR_CAPBSET_DROP of CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH; other users may not do it, and need not).
POWERLESS = """
import ctypes, os, sys
for capability in (1, 2):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Place:
    """A data folder on a small disk, with an index of a few pages, and those pages elsewhere."""

    def __init__(self, disk: Disk, pages: Path) -> None:
        self.disk = disk
        self.data = disk.folder / "data"
        self.pages = pages

    def run(self, *arguments: str, limit: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run a command and give what it said; never a traceback."""
        done = subprocess.run(
            [*limit, sys.executable, "-m", "service", *arguments],
            env=environment(self.data, PYTHONPATH=str(ROOT)),
            cwd=self.pages.parent,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert "Exception ignored" not in done.stderr, done.stderr
        return done

    def index(self, *, limit: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        return self.run("index", "--workers", "1", str(self.pages), limit=limit)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    pages = tmp_path / "pages"
    shutil.copytree(CORPUS / "articles" / "classic", pages)
    (tmp_path / "queries.jsonl").write_text('{"id": "1", "text": "strike fund"}\n')
    (tmp_path / "qrels.tsv").write_text("1\trent-rice-and-bread-how-a-strike-fund-works\t1\n")
    with small_disk(tmp_path / "disk") as disk:
        made = Place(disk, pages)
        assert made.index().returncode == 0
        assert made.run("index", "--rebuild").returncode == 0
        yield made


def one_line(said: subprocess.CompletedProcess[str]) -> str:
    """The one line of a command that could do nothing."""
    assert said.returncode == 2, said.stdout + said.stderr
    (line,) = said.stderr.splitlines()
    assert line.startswith("broadsheet: ")
    return line


def test_on_a_full_disk_reading_goes_on_and_writing_says_what_to_do(place: Place) -> None:
    for number in range(40):
        write(
            place.pages, f"new/{number}.html", html(f"New {number}", f"Word{number} and more of it. " * 900)
        )
    place.disk.fill()
    for command in READING:
        done = place.run(*command, limit=place.disk.limit)
        assert done.returncode == 0, done.stdout + done.stderr
    for command in (("index", str(place.pages)), ("index", "--rebuild"), ("forget", str(place.pages))):
        line = one_line(place.run(*command, limit=place.disk.limit))
        assert str(place.data) in line
        assert "What was accepted is kept" in line
    place.disk.free()
    done = place.index()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sound" in place.run("check").stdout


def test_a_disk_that_fills_up_at_any_point_of_a_run_is_told_in_one_line(place: Place) -> None:
    """Room for a little more each time, so that the end comes in the catalog, in a segment, in a manifest."""
    said = set()
    for kilobytes in (40, 100, 160, 300, 600):
        write(place.pages, f"new/{kilobytes}.html", html(f"New {kilobytes}", "Some more words. " * 9_000))
        place.disk.fill()
        filler = place.disk.folder / "filler"
        if place.disk.real:
            os.truncate(filler, max(0, filler.stat().st_size - kilobytes * 1024))
        done = place.index(limit=place.disk.limit)
        said.add(done.returncode)
        if done.returncode:
            one_line(done)
        place.disk.free()
    assert 2 in said
    assert place.index().returncode == 0
    assert "sound" in place.run("check").stdout


def test_in_a_read_only_folder_reading_works_and_writing_says_so(place: Place) -> None:
    place.disk.protect()
    powerless: Sequence[str] = ()
    if not place.disk.real:
        powerless = (sys.executable, "-c", POWERLESS)
        for path in (*place.data.rglob("*"), place.data):
            path.chmod(0o500 if path.is_dir() else 0o400)
    for command in (*READING, ("index", "--dry-run", str(place.pages))):
        done = place.run(*command, limit=powerless)
        assert done.returncode == 0, done.stdout + done.stderr
    for command in (("index", str(place.pages)), ("rollback",), ("forget", str(place.pages))):
        line = one_line(place.run(*command, limit=powerless))
        assert str(place.data) in line
        assert "read-only" in line
    if not place.disk.real:
        for path in (place.data, *place.data.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
