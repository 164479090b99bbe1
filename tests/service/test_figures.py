"""Metrics and the log: counted by route, and silent about what people search for."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from service.logging import _Lines, configure_logging
from service.metrics import prepare_folder
from tests.live import ROOT
from tests.service.conftest import BEARER, Opener, Running
from tests.service.test_article_routes import put_json


def figures(running: Running) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(running.get("/metrics").text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_not_by_address(opened: Opener) -> None:
    running = opened()
    for path in ("/api/v1/articles/budget", "/api/v1/articles/nothing", "/nowhere", "/else"):
        running.get(path)
    running.client.simulate_request("PATCH", "/")
    seen = figures(running)
    route = "/api/v1/articles/{article_id}"
    assert seen["broadsheet_requests_total", "GET", route, "200"] == 1
    assert seen["broadsheet_requests_total", "GET", route, "404"] == 1
    assert seen["broadsheet_requests_total", "GET", "unmatched", "404"] == 2
    assert seen["broadsheet_request_seconds_count", route] == 2
    assert seen["broadsheet_requests_total", "other", "/", "405"] == 1


def test_index_tasks_and_engine_are_told(opened: Opener) -> None:
    running = opened()
    running.get("/api/v1/search", "q=budget")
    put_json(running, "zebra")
    seen = figures(running)
    assert seen["broadsheet_ready",] == 1
    assert seen["broadsheet_articles",] == 3
    assert (seen["broadsheet_index_sequence",], seen["broadsheet_catalog_sequence",]) == (3, 4)
    assert seen["broadsheet_tasks", "enqueued"] == 1
    assert seen["broadsheet_engine_seconds_count",] == 1
    assert 0 <= seen["broadsheet_index_age_seconds",] < 60
    assert any(key[0] == "broadsheet_generation" for key in seen)


def test_figures_are_there_without_an_index(opened: Opener) -> None:
    seen = figures(opened(empty=True))
    assert seen["broadsheet_ready",] == 0
    assert seen["broadsheet_tasks", "failed"] == 0


COUNT = """
import sys
from pathlib import Path
from service.counts import Ledger
from service.metrics import Metrics, use_ledger
ledger = Ledger(Path(sys.argv[1]), int(sys.argv[2]))
use_ledger(ledger)
metrics = Metrics(dict, ledger)
metrics.answered("/", "GET", 200, 0.01)
sys.stdout.buffer.write(metrics.text())
"""


def test_workers_are_added_up_and_a_successor_counts_on_in_the_files_of_its_slot(tmp_path: Path) -> None:
    folder = tmp_path / "metrics" / str(os.getpid())
    prepare_folder(folder)
    told = ""
    for slot in ("0", "1", "0", "0"):
        told = subprocess.run(
            [sys.executable, "-c", COUNT, str(folder), slot],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    assert 'broadsheet_requests_total{method="GET",route="/",status="200"} 4.0' in told
    assert len(list(folder.iterdir())) == 4  # counters and histograms of two slots


def test_the_folder_of_figures_begins_empty_and_those_of_dead_services_go(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = tmp_path / "metrics" / str(os.getpid())
    alive = tmp_path / "metrics" / str(os.getppid())
    for one in (folder, alive, tmp_path / "metrics" / str(gone.pid)):
        one.mkdir(parents=True)
        (one / "counter_0.db").write_bytes(b"x")
    prepare_folder(folder)
    assert sorted(path.name for path in folder.parent.iterdir()) == sorted([folder.name, alive.name])
    assert list(folder.iterdir()) == []


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    before = structlog.get_config()
    configure_logging("info")
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    yield written  # type: ignore[misc]
    structlog.configure(**before)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_request_is_one_line_without_the_words_searched_for(opened: Opener, log: io.StringIO) -> None:
    running = opened()
    running.get("/api/v1/search", "q=secretwords", headers={"X-Request-ID": "abcdef-0123"})
    line = lines(log)[-1]
    assert line["event"] == "request"
    assert (line["route"], line["status"], line["method"]) == ("/api/v1/search", 200, "GET")
    assert line["request_id"] == "abcdef-0123"
    assert "secretwords" not in log.getvalue()


def test_the_words_are_logged_when_the_setting_says_so(opened: Opener, log: io.StringIO) -> None:
    opened(log_queries="1").get("/api/v1/search", "q=openwords")
    assert lines(log)[-1]["query"] == "q=openwords"


def test_nothing_a_client_sends_can_end_a_line_of_the_log(opened: Opener, log: io.StringIO) -> None:
    running = opened(log_queries="1")
    running.get("/api/v1/search", "q=a%0Ab%E2%80%A8c\x85\u2028".encode().decode("latin-1"))
    running.client.simulate_request("GET", "/a%0A%7B%22event%22:1%7D\u202e")
    assert all(line["event"] == "request" for line in lines(log))
    assert log.getvalue().isascii()


def test_an_error_is_logged_with_its_place_and_no_values(
    opened: Opener, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.search.engine import Engine

    def broken(self: object, request: object) -> None:
        raise ZeroDivisionError

    running = opened()
    monkeypatch.setattr(Engine, "search", broken)
    running.get("/api/v1/search", "q=secretwords", headers=BEARER)
    failed = next(line for line in lines(log) if line["event"] == "request_failed")
    assert failed["exception"]
    assert "secretwords" not in log.getvalue()


def test_a_line_that_had_no_room_tears_no_other_line() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with open(writing, "w") as stream, open(reading, "rb") as seen:  # noqa: PTH123  file descriptors
        lines = _Lines(stream)
        lines.msg("a" * 200_000)  # more than a pipe holds
        held = os.read(reading, 65_536)
        lines.msg("whole")
        lines.msg("and another")
        stream.close()
        rest = seen.read()
    assert set(held) <= set(b"a")
    assert rest.splitlines()[-2:] == [b"whole", b"and another"]


def test_a_log_without_a_place_to_go_to_fails_nothing() -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        _Lines(stream).msg("lost")
