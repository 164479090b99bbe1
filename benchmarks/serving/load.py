"""Load from ``wrk``, and the servers it is put on."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

SCRIPT = Path(__file__).with_name("walk.lua")
READY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Run:
    """What ``wrk`` saw in one run: milliseconds, and answers that were no 2xx or did not come."""

    requests: int
    seconds: float
    p50: float
    p90: float
    p99: float
    slowest: float
    bytes: int
    failed: int
    cpu: float = 0.0  # seconds that the workers of the server used meanwhile

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cost(self) -> float:
        """Processor milliseconds a request, of the server alone: what else runs counts less."""
        return 1e3 * self.cpu / self.requests


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    address: str
    process: subprocess.Popen[bytes]

    def workers(self) -> list[psutil.Process]:
        """Its worker processes: the children that serve, by process id."""
        return sorted(psutil.Process(self.process.pid).children(), key=lambda worker: worker.pid)

    def cpu(self) -> float:
        """Processor seconds its workers have used."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers())

    def unique_bytes(self) -> dict[int, int]:
        """The unique set size of each worker."""
        return {worker.pid: worker.memory_full_info().uss for worker in self.workers()}


def require_wrk() -> str:
    """Where ``wrk`` is. Ends the program with a word of advice when it is nowhere."""
    found = shutil.which("wrk")
    if found is None:
        sys.exit("This measurement needs wrk: apt-get install wrk")
    return found


@contextmanager
def running(command: Sequence[str], log: Path, ready: str, **environment: str) -> Iterator[Server]:
    """Start a server on a free port (``BROADSHEET_BIND``) and wait until ``ready`` is answered."""
    bind = f"127.0.0.1:{_free_port()}"
    own = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=own | {"BROADSHEET_BIND": bind} | environment,
            stdout=out,
            stderr=out,
        )
        try:
            _wait(f"http://{bind}{ready}", process, log)
            yield Server(f"http://{bind}", process)
        finally:
            process.terminate()
            process.wait(60)


def put_load(server: Server, log: Path, seconds: float, connections: int, walk: bool = True) -> Run:
    """Ask for the addresses of a log, from its beginning and again, as fast as they are answered.

    Without ``walk`` the same requests are sent to ``/`` with the log's query strings, so that a bare
    endpoint is sent heads of the same size.
    """
    command = [
        require_wrk(), "--threads", "1", "--connections", str(connections),
        "--duration", f"{seconds:g}s", "--timeout", "30s", "--script", str(SCRIPT), server.address,
    ]  # fmt: skip
    used = server.cpu()
    told = {"WALK_LOG": str(log), "WALK_PATH": "" if walk else "/"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | told)
    seen: Mapping[str, float] = json.loads(done.stdout.splitlines()[-1])
    return Run(
        int(seen["requests"]),
        seen["seconds"],
        *(seen[name] for name in ("p50", "p90", "p99", "slowest")),
        bytes=int(seen["bytes"]),
        failed=int(seen["failed"]),
        cpu=server.cpu() - used,
    )


def fetch(address: str) -> bytes:
    """One answer."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        body: bytes = answer.read()
    return body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            fetch(address)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server is not ready:\n{log.read_text('utf-8', 'replace')[-4000:]}")
