"""Open files, maps, memory and the folder's size stay level over many commits under questions."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMITS = 200


@pytest.mark.slow
def test_200_commits_under_questions_leave_nothing_behind() -> None:
    """In a process of its own, which nothing else has made larger."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.crash.levels", "--commits", str(COMMITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"level after {COMMITS} commits" in done.stdout
