"""The real service on an index of the sample site, and a real browser to look at it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
INDEX_SECONDS = 120  # the sample site takes a few; a busy machine may take many times that
READY_SECONDS = 60
STOP_SECONDS = 20
CHROMIUM = (
    "--no-sandbox",  # tests run as root in containers, where the sandbox cannot be set up
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    """The browser ``make test`` found, else the one ``tools/find-chromium`` finds."""
    given = os.environ.get("BROADSHEET_TEST_CHROMIUM", "")
    if given:
        return given
    found = subprocess.run(
        [str(ROOT / "tools" / "find-chromium")], capture_output=True, text=True, check=False
    )
    if found.returncode:
        raise RuntimeError(found.stderr.strip())
    return found.stdout.strip()


def launch(playwright: Playwright) -> Browser:
    """A Chromium without a window."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM))


def settings(data: Path, port: int) -> dict[str, str]:
    """The environment of a service on ``data``; settings of the machine's own are left out."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
    return own | {
        "BROADSHEET_DATA": str(data),
        "BROADSHEET_SITE": str(CORPUS / "site.toml"),
        "BROADSHEET_BIND": f"127.0.0.1:{port}",
    }


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Index the sample site into ``folder``, serve it, and give its address until the block ends."""
    port = free_port()
    environment = settings(folder / "data", port)
    _broadsheet(["index", str(CORPUS / "articles")], environment)
    log = folder / "service.log"
    with log.open("wb") as out:
        service = subprocess.Popen(
            [sys.executable, "-m", "service", "serve"], env=environment, cwd=folder, stdout=out, stderr=out
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, service, log)
            yield address
        finally:
            _stop(service)


def _broadsheet(arguments: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=INDEX_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"broadsheet {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )


def _wait_until_ready(address: str, service: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if service.poll() is not None or _ready(address):
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
