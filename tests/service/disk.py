"""A disk that can be filled to its last byte, or as near to one as this machine lets a test come."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SIZE = 16 * 1024 * 1024  # room for a catalog and an index of a few articles, with its rebuild
_BYTES = (
    16 * 1024
)  # bytes of a file, where no disk can be had: less than a file of figures or SQLite's memory

LIMITED = f"""
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({_BYTES}, {_BYTES}))
os.execv(sys.argv[1], sys.argv[1:])
"""


@dataclass
class Disk:
    """A folder on a small disk. When it is not ``real``, a limit on the size of files stands for it."""

    folder: Path
    real: bool

    @property
    def limit(self) -> Sequence[str]:
        """A command that runs another one so that it finds the disk full, where there is none to fill."""
        return () if self.real else (sys.executable, "-c", LIMITED)

    def fill(self) -> None:
        """Leave not one byte."""
        if not self.real:
            return
        with suppress(OSError), (self.folder / "filler").open("ab", buffering=0) as file:
            while True:
                try:
                    file.write(b"x" * 4096)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    return

    def free(self) -> None:
        """Make room again."""
        (self.folder / "filler").unlink(missing_ok=True)

    def protect(self) -> None:
        """Allow no more writing."""
        if self.real:
            subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mount a disk on ``folder``; where that is not allowed, the disk is a limit on files."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        real = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        real = False
    try:
        yield Disk(folder, real)
    finally:
        if real:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
