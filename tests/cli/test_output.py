"""An output that nobody reads, or that has no room, is told as such and not blamed on the data folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import ROOT, environment

COMMANDS = [
    ("search", "moratorium"),
    ("search", "moratorium", "--json"),
    ("export",),
    ("settings",),
    ("generations",),
    ("check",),
    ("index", "--dry-run", "pages"),
    ("--help",),
    ("--version",),
    ("serve", "--help"),
]


@pytest.fixture(autouse=True)
def a_page(collection: None) -> None:
    Path("pages").mkdir()
    Path("pages/a.html").write_text("<title>A page</title><article><p>Some words of it.</p></article>")


def run(output: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        env=environment(Path("var").absolute()) | {"PYTHONPATH": str(ROOT)},
        stdout=output, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_reader_that_has_seen_enough_ends_the_command_in_silence(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run(writing, *arguments)
    os.close(writing)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_an_output_without_room_is_said_to_be_the_output(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(full.fileno(), *arguments)
    said = "broadsheet: the output could not be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_ctrl_c_before_the_command_is_loaded_is_silent() -> None:
    # The signal comes while a module that the command line needs is imported, wherever that is.
    Path("click.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", "from service.cli import main; main()"],
        env=environment(Path("var").absolute()) | {"PYTHONPATH": f"{Path.cwd()}{os.pathsep}{ROOT}"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
