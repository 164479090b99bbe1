"""The real commands and the real service, each as its own process, on a folder of the test's own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"
COMMAND_SECONDS = 120  # the sample site takes a few; a busy machine may take many times that
READY_SECONDS = 60
STOP_SECONDS = 20


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a command on ``data``; settings of the machine's own are left out."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
    return own | {"BROADSHEET_DATA": str(data), "BROADSHEET_RATE_LIMIT": "off"} | more


def broadsheet(data: Path, *arguments: str, expect: int = 0, **more: str) -> str:
    """Run a command and give what it printed; fails unless it ends with status ``expect``."""
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        env=environment(data, **more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    said = f"broadsheet {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == expect, said
    return done.stdout


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(data: Path, **more: str) -> Iterator[str]:
    """Serve a data folder and give the service's address until the block ends."""
    address = f"127.0.0.1:{free_port()}"
    log = data.parent / f"{data.name}.log"
    with log.open("wb") as out:
        service = subprocess.Popen(
            [sys.executable, "-m", "service", "serve"],
            env=environment(data, BROADSHEET_BIND=address, **more),
            cwd=data.parent,
            stdout=out,
            stderr=out,
        )
        try:
            _wait_until_ready(f"http://{address}", service, log)
            yield f"http://{address}"
        finally:
            _stop(service)


def _wait_until_ready(address: str, service: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while service.poll() is None and not _ready(address):
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    if service.poll() is not None or not _ready(address):
        raise RuntimeError(f"the service is not ready:\n{log.read_text('utf-8', 'replace')[-4000:]}")


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready", timeout=5).is_success
    except httpx.TransportError:
        return False


def _stop(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    try:
        service.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        service.kill()
        service.wait()
