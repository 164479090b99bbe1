"""Ctrl-C ends a run with one line and status 130, wherever it hits, and its processes say nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live import COMMAND_SECONDS, CORPUS, ROOT, environment

from .running import run

ARTICLES = str(CORPUS / "articles")


def interrupted(data: Path, begun: Callable[[], bool], seconds: float) -> tuple[int, str]:
    """Index the corpus, and send what a terminal sends for Ctrl-C, to the whole group of processes.

    It is sent ``seconds`` after ``begun`` becomes true. Gives the exit status and what was said.
    """
    run = subprocess.Popen(
        [sys.executable, "-m", "service", "index", "--workers", "2", ARTICLES],
        env=environment(data),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + COMMAND_SECONDS
    while not begun() and run.poll() is None and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(seconds)
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=COMMAND_SECONDS)
    return run.returncode, said


def assert_stopped(status: int, said: str) -> None:
    # A slow machine may have told how far it was before.
    lines = [line for line in said.splitlines() if not line.startswith(("reading ", "indexing: "))]
    assert lines == ["broadsheet: stopped; what was accepted is kept, the next run goes on from there"]
    assert status == 130


# While the processes that read are being started, while they import the parser, and while they read.
@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.2, 0.4])
def test_a_run_that_reads_is_stopped_in_one_line(tmp_path: Path, seconds: float) -> None:
    assert_stopped(*interrupted(tmp_path, (tmp_path / "catalog.sqlite3").exists, seconds))


def test_a_run_that_indexes_is_stopped_in_one_line_and_leaves_no_half_build(tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert_stopped(*interrupted(tmp_path, lambda: any(index.glob("*.building")), 0.02))
    assert list(index.iterdir()) == []


@pytest.mark.parametrize("arguments", [("index",), ("search", "strike"), ("serve", "--check")])
def test_a_command_that_is_only_being_loaded_is_stopped_in_one_line(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """Loading takes most of the first half second, and is when one notices that the wrong thing was typed."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("service.cli.import_module", interrupt)
    monkeypatch.setattr("service.cli.read_settings", interrupt)
    result = run(*arguments)
    assert (result.exit_code, result.output) == (130, "broadsheet: stopped\n")
