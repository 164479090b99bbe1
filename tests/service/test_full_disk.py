"""A disk that is full, or may only be read, stops no search and no worker, and loses nothing accepted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live import ROOT
from tests.service.conftest import BEARER
from tests.service.disk import Disk, small_disk
from tests.service.test_server import PATIENCE, Live, live, make_data, until

pytestmark = pytest.mark.service

READING = (
    "/", "/?q=moratorium", "/nowhere", "/api/v1/search?q=moratorium", "/api/v1/suggest?q=mor",
    "/api/v1/categories", "/api/v1/types", "/api/v1/articles/budget", "/api/v1/openapi.json",
    "/health/live", "/health/ready", "/metrics",
)  # fmt: skip
CODES = {507: "storage_full", 503: "storage_failed"}
WORKERS = 2
TWO = {
    "BROADSHEET_WORKERS": f"{WORKERS}",
    "BROADSHEET_LOG_LEVEL": "error",
}  # a limit on files is one on the log, too


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as found:
        yield found


def put(running: Live, name: str) -> httpx.Response:
    body = {"title": f"Zebra {name}", "text": "It crossed. " * 2_000}
    address = f"{running.address}/api/v1/articles/{name}"
    return httpx.put(address, headers=BEARER, timeout=PATIENCE, json=body)


def reindex(running: Live) -> httpx.Response:
    return httpx.post(
        f"{running.address}/api/v1/reindex", headers=BEARER | {"Content-Type": "application/json"},
        json={"rebuild": True}, timeout=PATIENCE,
    )  # fmt: skip


def assert_reads(running: Live) -> None:
    """Every address that only reads is answered as ever, by whichever worker, and none of them ends."""
    until(lambda: len(running.workers()) == WORKERS, "the workers")
    workers = set(running.workers())
    for _ in range(4):
        answers = {path: running.get(path).status_code for path in READING}
        assert answers == dict.fromkeys(READING, 200) | {"/nowhere": 404}
    assert running.get("/api/v1/search?q=moratorium").json()["total"] == 1
    assert set(running.workers()) == workers


def assert_refused(answer: httpx.Response, codes: dict[int, str]) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]
    problem = answer.json()
    assert codes.get(answer.status_code) == problem["code"], answer.text
    assert "/" not in problem["detail"]  # no path of this machine


def test_a_service_whose_disk_fills_up_answers_searches_and_takes_up_again(disk: Disk) -> None:
    data = make_data(disk.folder / "data")
    with live(data, through=disk.limit, log=disk.folder.parent / "log", **TWO) as running:
        assert_reads(running)
        disk.fill()
        assert_reads(running)
        refused = put(running, "first")
        assert_refused(refused, CODES if not disk.real else {507: "storage_full"})
        assert_refused(reindex(running), CODES if not disk.real else {507: "storage_full"})
        assert_reads(running)
        disk.free()
        if disk.real:
            assert_everything_works(running)
    accepted = exported(data)
    assert ("first" in accepted) is disk.real
    assert {"moratorium", "budget", "haushalt"} <= accepted.keys()


def assert_everything_works(running: Live) -> None:
    answer = put(running, "first")
    assert answer.status_code == 202
    until(lambda: running.get(answer.headers["location"]).json()["state"] == "succeeded", "the task")
    assert running.get("/api/v1/search?q=zebra").json()["total"] == 1
    for _ in range(20):  # each worker, by now or at its next scrape
        assert "broadsheet_figures_shared 1.0" in running.get("/metrics").text


def exported(data: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "service", "export", "--data", str(data)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}


def test_a_service_starts_on_a_full_disk(disk: Disk) -> None:
    data = make_data(disk.folder / "data")
    disk.fill()
    with live(data, through=disk.limit, log=disk.folder.parent / "log", **TWO) as running:
        assert_reads(running)
        assert "broadsheet_figures_shared 0.0" in running.get("/metrics").text
        assert "broadsheet_requests_total{" in running.get("/metrics").text
        assert running.get("/health/ready").json()["articles"] == 3
        assert_refused(put(running, "first"), CODES)
        disk.free()
        if disk.real:
            assert_everything_works(running)


def test_a_log_that_has_no_room_fails_no_request(tmp_path: Path) -> None:
    with live(
        make_data(tmp_path / "data"), errors=Path("/dev/full"), BROADSHEET_WORKERS=f"{WORKERS}"
    ) as running:
        assert_reads(running)
        assert running.get("/api/v1/search?q=moratorium&nonsense=1").status_code == 400


def test_a_service_starts_and_searches_where_nothing_may_be_written(disk: Disk) -> None:
    data = make_data(disk.folder / "data")
    disk.protect()
    with live(data, through=disk.limit, log=disk.folder.parent / "log", **TWO) as running:
        assert_reads(running)
        assert_refused(
            put(running, "first"), CODES | {503: "storage_read_only" if disk.real else "storage_failed"}
        )
        if disk.real:
            assert "cannot be written to. Searches are answered" in running.printed()


COUNT = """
import sys
from pathlib import Path
from service.counts import Ledger
from service.metrics import Metrics, use_ledger
from tests.service.disk import Disk

disk = Disk(Path(sys.argv[1]), sys.argv[2] == "True")
ledger = Ledger(disk.folder, int(sys.argv[4]))
use_ledger(ledger)
metrics = Metrics(dict, ledger)
if sys.argv[3] == "full":
    disk.fill()
for number in range(1_000):
    metrics.answered(f"/{number}", "GET", 200, 0.01)
if sys.argv[3] == "full":
    assert ledger.alone
    assert b"figures_shared 0.0" in metrics.text()
    assert b'route="/999",status="200"} 1.0' in metrics.text()
    if not disk.real:
        raise SystemExit
    disk.free()
told = metrics.text().decode()
assert "figures_shared 1.0" in told and not ledger.alone
print(next(line for line in told.splitlines() if '_total' in line and '"/999"' in line))
"""


def count(disk: Disk, state: str, slot: int) -> str:
    """Count a thousand routes once in a process of its own: more than a file holds at first."""
    through = disk.limit if state == "full" else ()
    given = (str(disk.folder), str(disk.real), state, str(slot))
    return subprocess.run(
        [*through, sys.executable, "-c", COUNT, *given],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip


def test_counts_that_find_no_room_are_kept_and_written_once_there_is(disk: Disk) -> None:
    assert count(disk, "roomy", 0).endswith(" 1.0\n")
    assert count(disk, "roomy", 0).endswith(" 2.0\n")
    told = count(disk, "full", 1)
    if disk.real:
        assert told.endswith(" 3.0\n")
        assert count(disk, "full", 2).endswith(" 4.0\n")


def test_a_file_of_figures_has_room_for_every_byte(tmp_path: Path) -> None:
    """A page of a sparse file is a process that ends when the disk is full."""
    count(Disk(tmp_path, real=False), "roomy", 0)
    for file in tmp_path.glob("*.db"):
        assert file.stat().st_blocks * 512 >= file.stat().st_size
