"""What figures must be read with: the machine, the versions, how busy it was."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from .peers import make_peer


def machine(peers: Iterable[str] = ()) -> dict[str, str]:
    """The machine and the versions of what was measured on it, as lines of a report."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.machine()}, {_processor()}",
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load": f"{os.getloadavg()[0]:.2f} of others and ours over the last minute, at the start",
        "python": platform.python_version(),
        **{name: version(name) for name in ("numba", "numpy")},
        **{name: make_peer(name).version() for name in peers},
    }


def _processor() -> str:
    """The processor's name where the system tells it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(found, platform.processor() or "unknown processor")
