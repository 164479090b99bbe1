"""One writer at a time, and who waits is told for whom."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.errors import StorageError, WriterBusy
from indexer.lock import WriterLock
from indexer.sources import pushed_page

from .making import html, workspace

HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from indexer.lock import WriterLock
with WriterLock(Path(sys.argv[1]), clock=lambda: datetime(2025, 2, 1, 12, tzinfo=UTC)).held():
    print("held", flush=True)
    sys.stdin.read()
"""


def lock(data: Path) -> WriterLock:
    return WriterLock(data, clock=lambda: datetime(2025, 2, 1, tzinfo=UTC))


def holding(data: Path) -> subprocess.Popen[bytes]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.communicate()
    assert process.returncode == 0


def test_a_second_process_is_told_who_writes_and_since_when(tmp_path: Path) -> None:
    process = holding(tmp_path)
    told: list[str] = []
    with pytest.raises(WriterBusy) as busy, lock(tmp_path).held(0.2, told.append):
        pass
    holder = lock(tmp_path).holder()
    assert holder is not None
    assert (holder.pid, holder.since) == (process.pid, "2025-02-01T12:00:00+00:00")
    assert f"process {process.pid} on {holder.host} (-c" in str(busy.value)
    assert told == [f"waiting up to 0.2 s for {holder}"]
    end(process)


def test_who_waits_goes_on_when_the_other_is_done(tmp_path: Path) -> None:
    process = holding(tmp_path)
    release = threading.Event()

    def waiting(_: str) -> None:
        release.set()

    def free() -> None:
        release.wait()
        end(process)

    thread = threading.Thread(target=free)
    thread.start()
    with lock(tmp_path).held(60.0, waiting):
        holder = lock(tmp_path).holder()
        assert holder is not None
        assert holder.pid == os.getpid()
    thread.join()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    process = holding(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert lock(tmp_path).holder() is None  # though its name is still in the file
    with lock(tmp_path).held(0.0):
        pass


def test_nobody_holds_a_lock_that_was_given_back(tmp_path: Path) -> None:
    with lock(tmp_path).held():
        pass
    assert lock(tmp_path).holder() is None
    assert lock(tmp_path / "nowhere").holder() is None


def test_two_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    with lock(tmp_path).held(), pytest.raises(WriterBusy), lock(tmp_path).held(0.0):
        pass


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StorageError, match=f"{tmp_path}/file: cannot be a folder here"),
        lock(tmp_path / "file").held(),
    ):
        pass


def test_publishing_does_not_wait_for_a_rebuild(tmp_path: Path) -> None:
    process = holding(tmp_path)
    space = workspace(tmp_path)
    space.push("a", pushed_page("a", html("Alpha").encode()))
    assert space.catalog.count() == 1
    with pytest.raises(WriterBusy):
        space.apply(wait_seconds=0.0)
    end(process)
    assert space.apply() == 1
