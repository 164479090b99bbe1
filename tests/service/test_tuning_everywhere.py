"""What is published reaches every worker of a running service within a second, and nobody who searches
notices.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.live import broadsheet, serving
from tests.service.conftest import ARTICLES, BEARER, KEY

TUNING = "/api/v1/admin/tuning"
SEARCH = "/api/v1/search?q=parliament&facets=none"
ASKERS = 6  # connections that ask all the time; enough that both workers have some
WITHIN = 1.0  # seconds: what is promised
BODY = {"weights": {"title": 0.0, "title_bonus": 0.0}}


class Asker(threading.Thread):
    """Asks the same over one connection until told to stop; keeps when it saw which answer, and what
    failed.
    """

    def __init__(self, address: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._at = urlsplit(address).netloc
        self._halt = stop
        self.seen: list[tuple[float, float, str, bytes]] = []
        self.failures: list[object] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection(self._at, timeout=20)
        while not self._halt.is_set():
            began = time.monotonic()
            try:
                connection.request("GET", SEARCH)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(error)
                return
            if answer.status != 200:
                self.failures.append((answer.status, body))
                continue
            self.seen.append((began, time.monotonic(), answer.headers["ETag"], body))
        connection.close()


def call(address: str, method: str, path: str, body: object = None) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    headers = {**BEARER, "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    answer.read()
    connection.close()


def without_time(body: bytes) -> dict[str, object]:
    found: dict[str, object] = json.loads(body)
    del found["took_ms"]
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    from indexer.workspace import Workspace

    with Workspace(tmp_path / "data") as space:
        for one in ARTICLES:
            space.push_article(one)
        space.apply()
    return tmp_path / "data"


@pytest.mark.service
@pytest.mark.slow
def test_a_change_is_in_all_answers_within_a_second_under_load_and_undone_byte_by_byte(data: Path) -> None:
    settings = {"BROADSHEET_WORKERS": "2", "BROADSHEET_API_KEY": KEY, "BROADSHEET_LOG_LEVEL": "warning"}
    with serving(data, **settings) as address:
        stop = threading.Event()
        askers = [Asker(address, stop) for _ in range(ASKERS)]
        for asker in askers:
            asker.start()
        moments: list[tuple[float, float]] = []  # when each change was begun, and was answered
        for step in range(3):
            time.sleep(0.4)  # some answers under what was in force before
            began = time.monotonic()
            if step == 0:
                call(address, "PUT", TUNING, BODY)
            elif step == 1:
                call(address, "POST", f"{TUNING}/versions/0/restore")
            else:
                broadsheet(data, "tune", "restore", "1")
            moments.append((began, time.monotonic()))
            time.sleep(WITHIN + 0.3)
        stop.set()
        for asker in askers:
            asker.join(20)
        assert [asker.failures for asker in askers] == [[]] * ASKERS
        seen = sorted(item for asker in askers for item in asker.seen)
        first, changed, again, last = _phases(seen, moments)
        assert len(first) == len(changed) == len(again) == len(last) == 1, (first, changed, again, last)
        assert first == again
        assert changed == last
        assert first != changed
        bodies = {tag: without_time(body) for _, _, tag, body in seen}
        assert all(without_time(body) == bodies[tag] for _, _, tag, body in seen)
        assert len(seen) > 100


def _phases(
    seen: list[tuple[float, float, str, bytes]], moments: list[tuple[float, float]]
) -> list[set[str]]:
    """The tags of answers before the first change, and of those asked for later than promised after each."""
    settled = [0.0, *(answered + WITHIN for _, answered in moments)]
    ends = [*(began for began, _ in moments), float("inf")]
    return [
        {tag for began, ended, tag, _ in seen if begin < began and ended < end}
        for begin, end in zip(settled, ends, strict=True)
    ]
