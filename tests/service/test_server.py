"""The real server, as its own processes on the loopback: slow clients, reloads, and workers that die."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.live import ROOT, environment
from tests.service.conftest import BEARER, KEY, SITE, close, fill

pytestmark = pytest.mark.service

PATIENCE = 30.0
SITE_TOML = '[site]\nname = "{name}"\n'


@dataclass
class Live:
    """A service that runs: where it is, its process, its data, and what it has printed."""

    address: str
    process: subprocess.Popen[bytes]
    data: Path
    log: Path

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1])

    def get(self, path: str, **more: object) -> httpx.Response:
        return httpx.get(f"{self.address}{path}", timeout=PATIENCE, **more)  # type: ignore[arg-type]

    def connect(self, begun: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        client.sendall(begun)
        return client

    def printed(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.printed().splitlines() if line.startswith("{")]

    def workers(self) -> list[int]:
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in told.split()]


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that is bound to come."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"waited {PATIENCE:g} s for {what}"
        time.sleep(0.02)


def make_data(folder: Path) -> Path:
    from service.server import open_service
    from service.settings import read_settings

    service = open_service(read_settings({}, {"data": str(folder)}), SITE, None)
    fill(service)
    close(service)
    return folder


@contextmanager
def live(
    data: Path,
    *,
    through: Sequence[str] = (),
    log: Path | None = None,
    errors: Path | None = None,
    **more: str,
) -> Iterator[Live]:
    """Start the service on a free port of its own choice, and stop it.

    ``through`` is a command that runs it; ``log`` is a file beside the data unless given, and
    ``errors`` the same one.
    """
    log = log or data.parent / "service.log"
    given = {"BROADSHEET_BIND": "127.0.0.1:0", "BROADSHEET_API_KEY": KEY, "BROADSHEET_WORKERS": "1"} | more
    with log.open("wb") as out, ExitStack() as stack:
        process = subprocess.Popen(
            [*through, sys.executable, "-m", "service", "serve"],
            cwd=ROOT,
            env=environment(data, **given),
            stdout=out,
            stderr=stack.enter_context(errors.open("ab")) if errors else out,
        )
        try:
            announced = re.compile(r"^Broadsheet serves .* at (http://\S+)/$", re.MULTILINE)
            until(lambda: process.poll() is not None or announced.search(log.read_text()), "the address")
            found = announced.search(log.read_text())
            assert found, log.read_text()
            yield Live(found.group(1), process, data, log)
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_data(tmp_path / "data")


def seconds_of(running: Live, path: str = "/api/v1/search?q=moratorium") -> float:
    started = time.perf_counter()
    assert running.get(path).status_code == 200
    return time.perf_counter() - started


def received(client: socket.socket) -> bytes:
    """Everything until the service closes the connection."""
    answer = b""
    while piece := client.recv(65_536):
        answer += piece
    return answer


HALF = b"GET /api/v1/search HTTP/1.1\r\nHost: a\r\nX-Half: "
NO_BODY = b"GET /health/live HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n"
PUT_CHUNKS = (
    f"PUT /api/v1/articles/chunks HTTP/1.1\r\nHost: a\r\nAuthorization: {BEARER['Authorization']}\r\n"
    "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
).encode()
PUT_LENGTH = PUT_CHUNKS.replace(b"Transfer-Encoding: chunked", b"Content-Length: 99")
LEFT_OPEN = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("kind", "begun", "number"),
    [("half a header", HALF, 3), ("half a header", HALF, 50), ("nothing", b"", 50),
     ("a body that never comes", NO_BODY, 50), ("an answer that is never taken", LEFT_OPEN, 50)],
)  # fmt: skip
def test_clients_that_stop_half_way_do_not_hold_up_others(
    data: Path, kind: str, begun: bytes, number: int
) -> None:
    with live(data, BROADSHEET_THREADS="2") as running, ExitStack() as stack:
        seconds_of(running)
        for _ in range(number):
            stack.enter_context(running.connect(begun))
        times = [seconds_of(running) for _ in range(5)]
        assert max(times) < 1.0, f"with {number} clients that send {kind}: {times}"


def test_a_client_that_trickles_its_header_does_not_hold_up_others_and_is_cut_off(data: Path) -> None:
    with live(data, BROADSHEET_THREADS="2", BROADSHEET_HEADER_TIMEOUT="1") as running, ExitStack() as stack:
        clients = [stack.enter_context(running.connect(HALF)) for _ in range(20)]
        ended = threading.Event()

        def trickle() -> None:
            while not ended.wait(0.1):
                for client in clients:
                    with suppress(OSError):
                        client.send(b"x")

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            assert max(seconds_of(running) for _ in range(5)) < 1.0
            for client in clients:
                assert client.recv(20).startswith(b"HTTP/1.1 408")
        finally:
            ended.set()
            thread.join()


def test_a_body_that_stops_arriving_is_a_408(data: Path) -> None:
    head = f"PUT /api/v1/articles/a HTTP/1.1\r\nHost: a\r\nAuthorization: {BEARER['Authorization']}\r\n"
    with live(data, BROADSHEET_RECEIVE_TIMEOUT="0.5") as running:
        whole = f"{head}Content-Type: text/html\r\nContent-Length: 999\r\n\r\n<p>".encode()
        with running.connect(whole) as client:
            answer = received(client)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"body_timeout" in answer
        assert b"\r\nConnection: close\r\n" in answer
        assert seconds_of(running) < 1.0


def test_clients_that_stop_half_way_through_a_body_do_not_hold_up_searches(data: Path) -> None:
    whole = PUT_LENGTH + b"<p>"
    with live(data, BROADSHEET_THREADS="4", BROADSHEET_RECEIVE_TIMEOUT="2") as running, ExitStack() as stack:
        seconds_of(running)
        clients = [stack.enter_context(running.connect(whole)) for _ in range(12)]
        times = [seconds_of(running) for _ in range(5)]
        assert max(times) < 1.0, times
        answers = [received(client) for client in clients]
        statuses = [int(answer.split(b" ")[1]) for answer in answers]
        assert statuses.count(408) >= 2
        assert set(statuses) == {408, 503}
        refused = next(answer for answer in answers if b" 503 " in answer[:20])
        assert b"\r\nRetry-After: " in refused
        assert b"too_many_bodies" in refused
        assert push(running, "after").status_code == 202


def test_a_client_that_takes_none_of_its_large_answers_holds_up_nobody(data: Path) -> None:
    many = MANY_LARGE  # more than sockets buffer
    settings = {"WORKERS": "1", "THREADS": "2", "RECEIVE_TIMEOUT": "3"}
    with live(data, **{f"BROADSHEET_{name}": value for name, value in settings.items()}) as running:
        seconds_of(running)
        with running.connect(many):
            times = [seconds_of(running) for _ in range(20)]
        with running.connect(many), running.connect(many):
            times += [seconds_of(running) for _ in range(20)]
        times += [seconds_of(running) for _ in range(20)]
        assert max(times) < 1.0, times


MANY_LARGE = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 600


def test_a_worker_outlives_clients_that_all_at_once_take_none_of_their_answers(data: Path) -> None:
    with live(data, BROADSHEET_WORKERS="1") as running, ExitStack() as stack:
        before = running.workers()
        for _ in range(4):
            clients = [stack.enter_context(running.connect()) for _ in range(6)]
            os.kill(before[0], signal.SIGSTOP)  # so that it finds all of them at once
            for client in clients:
                client.sendall(MANY_LARGE)
            os.kill(before[0], signal.SIGCONT)
            assert max(seconds_of(running) for _ in range(5)) < 1.0
            for client in clients:
                client.close()
            assert max(seconds_of(running) for _ in range(5)) < 1.0
        assert running.workers() == before


def test_busy_connections_wait_for_no_client_that_takes_none_of_its_answers(data: Path) -> None:
    one = b"GET /api/v1/search?q=moratorium HTTP/1.1\r\nHost: a\r\n\r\n"

    def ask(client: socket.socket) -> float:
        """The longest of a second and a half of answers."""
        longest, end = 0.0, time.monotonic() + 1.5
        while (started := time.monotonic()) < end:
            client.sendall(one)
            while not client.recv(65_536).endswith(b"}"):
                pass
            longest = max(longest, time.monotonic() - started)
        return longest

    with live(data, BROADSHEET_WORKERS="1") as running, ExitStack() as stack, ThreadPoolExecutor(6) as pool:
        busy = [stack.enter_context(running.connect()) for _ in range(6)]
        for _ in range(3):
            with running.connect(MANY_LARGE):
                assert max(pool.map(ask, busy)) < 0.7


def test_a_worker_that_is_replaced_takes_no_more_connections_while_it_is_at_an_answer(data: Path) -> None:
    with live(data, BROADSHEET_WORKERS="1", BROADSHEET_RECEIVE_TIMEOUT="9") as running, ExitStack() as stack:
        (old,) = running.workers()
        seconds_of(running)
        slow = stack.enter_context(running.connect(MANY_LARGE))
        seconds_of(running)
        running.process.send_signal(signal.SIGHUP)
        until(lambda: running.workers() and running.workers()[-1] != old, "the new worker")
        new = running.workers()[-1]
        until(lambda: running.printed().count("Booting worker") == 2, "its start")
        seconds_of(running)
        os.kill(new, signal.SIGSTOP)
        try:
            assert old in running.workers()
            with running.connect(
                b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            ) as client:
                client.settimeout(1.5)
                with pytest.raises(TimeoutError):
                    client.recv(1)
                slow.close()
                os.kill(new, signal.SIGCONT)
                client.settimeout(PATIENCE)
                assert b" 200 OK" in received(client)
        finally:
            os.kill(new, signal.SIGCONT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_a_service_that_is_interrupted_in_the_midst_of_an_answer_ends_at_once(
    data: Path, number: signal.Signals
) -> None:
    with live(data, BROADSHEET_GRACEFUL_TIMEOUT="20", BROADSHEET_RECEIVE_TIMEOUT="10") as running:
        with running.connect(MANY_LARGE):
            seconds_of(running)
            started = time.monotonic()
            running.process.send_signal(number)
            running.process.wait(PATIENCE)
            assert time.monotonic() - started < 3.0
        assert "Error handling" not in running.printed()


def push(running: Live, article_id: str) -> httpx.Response:
    return httpx.put(
        f"{running.address}/api/v1/articles/{article_id}", headers=BEARER, timeout=PATIENCE,
        json={"title": "Zebra", "text": "It crossed."},
    )  # fmt: skip


def test_pushes_that_come_all_at_once_wait_for_each_other_and_all_are_accepted(data: Path) -> None:
    with live(data, BROADSHEET_THREADS="2") as running, ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: push(running, f"zebra-{number}"), range(24)))
    assert [answer.status_code for answer in answers] == [202] * 24


def test_a_kept_connection_serves_request_after_request_however_they_are_cut(data: Path) -> None:
    one = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
    with live(data) as running, running.connect() as client:
        sent = one * 3
        for start in range(0, len(sent), 7):
            client.sendall(sent[start : start + 7])
        client.sendall(one * 2 + one[:9])
        client.sendall(one[9:].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answers = received(client)
    assert answers.count(b"HTTP/1.1 200 OK") == 6


def test_requests_that_come_in_one_packet_are_all_answered_in_order(shared: Live) -> None:
    paths = [b"/health/live", b"/robots.txt", b"/api/v1/types"]
    sent = b"".join(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path for path in paths)
    with shared.connect(sent) as client:
        answer = b""
        while b'"types":' not in answer:
            answer += client.recv(65_536)
    found = [answer.find(mark) for mark in (b'"status"', b"User-agent", b'"types":')]
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert found == sorted(found)
    assert found[0] > 0


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        (PUT_CHUNKS, b"zz\r\nabc\r\n0\r\n\r\n", "malformed_body"),
        (PUT_CHUNKS, b"-1\r\nabc\r\n0\r\n\r\n", "malformed_body"),
        (PUT_CHUNKS, b"3\r\nabcXX0\r\n\r\n", "malformed_body"),
        (PUT_CHUNKS, b"3;=\r\nabc\r\n0\r\n\r\n", "malformed_body"),
        (PUT_CHUNKS, b"3\r\nabc\r\n0\r\nno trailer\r\n\r\n", "malformed_body"),
        (PUT_CHUNKS, b"3\r\nabc\r\n", "incomplete_body"),
        (PUT_CHUNKS, b"9\r\nabc", "incomplete_body"),
        (PUT_CHUNKS, b"", "incomplete_body"),
        (PUT_LENGTH, b"<p>", "incomplete_body"),
    ],
)
def test_a_body_that_is_broken_or_cut_off_is_a_400_and_ends_the_connection(
    shared: Live, head: bytes, body: bytes, code: str
) -> None:
    with shared.connect(head + body) as client:
        client.shutdown(socket.SHUT_WR)
        answer = received(client)
    told, _, problem = answer.partition(b"\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 400"), answer[:200]
    assert b"\r\nConnection: close\r\n" in told
    assert json.loads(problem)["code"] == code
    assert "Traceback" not in shared.printed()
    assert shared.get("/api/v1/articles/chunks").status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET /?" + b"a" * 70_000, 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000, 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 70 + b"\r\n", 431),
        (b"\x16\x03\x01\x02\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /health/live HTTP/1.1\r\n\r\n", 400),
        (b"PUT /api/v1/articles/a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", 400),
        (b"JUMP / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nonsense\r\n\r\n", 501),
    ],
)
def test_what_is_no_good_http_is_answered_with_a_problem(shared: Live, sent: bytes, status: int) -> None:
    with shared.connect(sent) as client:
        answer = received(client)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d" % status), answer[:200]
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


def test_a_client_of_http_1_0_need_not_name_the_host(shared: Live) -> None:
    with shared.connect(b"GET /health/live HTTP/1.0\r\n\r\n") as client:
        assert received(client).split(b" ")[1] == b"200"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One service for tests that change nothing that others see."""
    with live(make_data(tmp_path_factory.mktemp("shared") / "data"), BROADSHEET_WORKERS="2") as running:
        yield running


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_beyond_the_limit_is_told_so_even_while_it_is_sent(shared: Live, chunked: bool) -> None:
    body = b"x" * (11 * 1024 * 1024)
    content = (body[n : n + 65_536] for n in range(0, len(body), 65_536)) if chunked else body
    answer = httpx.put(
        f"{shared.address}/api/v1/articles/big", content=content, timeout=PATIENCE,
        headers=BEARER | {"Content-Type": "text/html"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_figures_of_all_workers_are_added_up(shared: Live) -> None:
    def counted() -> float:
        text = shared.get("/metrics").text
        found = re.search(r'requests_total\{method="GET",route="/robots.txt",status="200"\} (\S+)', text)
        return float(found.group(1)) if found else 0.0

    before = counted()
    for _ in range(20):
        shared.get("/robots.txt")
    assert counted() == before + 20
    assert counted() == before + 20  # whichever worker answers


def test_there_is_no_control_socket(shared: Live) -> None:
    pids = [shared.process.pid, *shared.workers()]
    for pid in pids:
        links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
        assert not any("gunicorn.ctl" in link for link in links)
    assert not any("control" in str(event["event"]).lower() for event in shared.events())


def test_the_log_is_json_and_the_address_a_line_of_its_own(shared: Live) -> None:
    shared.get("/api/v1/search?q=secretwords", headers={"X-Request-ID": "from-the-client"})
    until(lambda: "from-the-client" in shared.printed(), "the line of the log")
    others = [line for line in shared.printed().splitlines() if not line.startswith("{")]
    assert others[0] == f"Broadsheet serves 3 articles at {shared.address}/"
    assert [line.split()[0] for line in others[1:]] in ([], ["Broadsheet's", "Sign"])
    assert "secretwords" not in shared.printed()


def test_the_first_start_prints_a_one_time_password_once_and_later_ones_none(data: Path) -> None:
    said = re.compile(r"^Sign in as admin with the one-time password (\S+) ", re.MULTILINE)
    with live(data, BROADSHEET_WORKERS="2") as running:
        until(lambda: said.search(running.printed()), "the password")
        (password,) = said.findall(running.printed())
        assert not any(password in str(event) for event in running.events())
        form = {"name": "admin", "password": password}
        entered = httpx.post(f"{running.address}/admin/sign-in", data=form, timeout=PATIENCE)
        assert (entered.status_code, entered.headers["location"]) == (303, "/admin")
    with live(data, BROADSHEET_WORKERS="2") as running:
        until(lambda: running.get("/health/ready").is_success, "an answer")
        assert running.get("/admin/account").status_code == 303
    assert not said.search(running.printed())


def test_a_pushed_article_is_found_by_every_worker_soon(shared: Live) -> None:
    answer = httpx.put(
        f"{shared.address}/api/v1/articles/zebra", headers=BEARER, timeout=PATIENCE,
        json={"title": "Zebra", "text": "It crossed."},
    )  # fmt: skip
    assert answer.status_code == 202
    task = answer.headers["location"]
    until(lambda: shared.get(task).json()["state"] == "succeeded", "the task")
    for _ in range(10):
        assert shared.get("/api/v1/search?q=zebra").json()["total"] == 1
    httpx.delete(f"{shared.address}/api/v1/articles/zebra", headers=BEARER, timeout=PATIENCE)
    until(lambda: shared.get("/api/v1/search?q=zebra").json()["total"] == 0, "the removal")


class Asking:
    """Asks all the time, on several threads, and notes everything that is not a 200."""

    def __init__(self, running: Live) -> None:
        self._running = running
        self._ended = threading.Event()
        self.wrong: list[str] = []
        self.asked = 0
        self._threads = [threading.Thread(target=self._ask) for _ in range(3)]

    def _ask(self) -> None:
        with httpx.Client(timeout=PATIENCE, transport=httpx.HTTPTransport(retries=0)) as client:
            while not self._ended.is_set():
                try:
                    answer = client.get(f"{self._running.address}/api/v1/search?q=moratorium")
                    if answer.status_code != 200 or answer.json()["total"] != 1:
                        self.wrong.append(answer.text)
                except httpx.HTTPError as error:
                    self.wrong.append(repr(error))
                self.asked += 1

    def __enter__(self) -> Asking:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


def reload(running: Live) -> None:
    """Reload, and wait until only new workers are left."""
    before = set(running.workers())
    running.process.send_signal(signal.SIGHUP)
    until(lambda: len(running.workers()) == 2 and not before & set(running.workers()), "new workers")


def test_a_reload_takes_new_settings_and_fails_no_request(data: Path, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE_TOML.format(name="The Morning"))
    with live(data, BROADSHEET_SITE=str(site), BROADSHEET_WORKERS="2") as running:
        morning = running.get("/")
        assert "The Morning" in morning.text
        site.write_text(SITE_TOML.format(name="The Evening"))
        with Asking(running) as asking:
            for _ in range(3):
                reload(running)
        assert asking.asked > 50
        assert asking.wrong == []
        assert "The Evening" in running.get("/", headers={"If-None-Match": morning.headers["etag"]}).text


def test_a_reload_with_a_mistake_in_it_is_refused_and_the_service_goes_on(data: Path, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE_TOML.format(name="The Morning"))
    with live(data, BROADSHEET_SITE=str(site)) as running:
        site.write_text("[site\n")
        running.process.send_signal(signal.SIGHUP)
        until(lambda: "reload_refused" in running.printed(), "the refusal")
        until(lambda: len(running.workers()) == 1, "the old worker to go")
        assert "The Morning" in running.get("/").text
        running.process.send_signal(signal.SIGHUP)
        assert seconds_of(running) < PATIENCE


def test_workers_are_replaced_after_their_requests_and_no_request_fails(data: Path) -> None:
    with live(data, BROADSHEET_MAX_REQUESTS="60", BROADSHEET_WORKERS="2") as running:
        before = set(running.workers())
        with Asking(running) as asking:
            until(lambda: not before & set(running.workers()), "new workers")
        assert asking.wrong == []
        figures = list((data / "metrics" / str(running.process.pid)).iterdir())
        assert len({path.name.rsplit("_", 1)[1] for path in figures}) <= 4


BEGINNING = """
import sys, time
from pathlib import Path
from service.server import serve
from service.worker import HeadFirstWorker

begin = HeadFirstWorker.init_process

def slowly(worker):
    Path(sys.argv[1]).touch()
    time.sleep(0.5)
    begin(worker)

HeadFirstWorker.init_process = slowly
serve({})
"""


def test_a_worker_that_is_told_to_stop_while_it_begins_does(data: Path, tmp_path: Path) -> None:
    """It is forked and has no handlers yet; the signal is not lost, and nobody waits for the time-out."""
    begun = tmp_path / "begun"
    process = subprocess.Popen(
        [sys.executable, "-c", BEGINNING, str(begun)],
        cwd=ROOT,
        env=environment(data, BROADSHEET_BIND="127.0.0.1:0", BROADSHEET_WORKERS="1"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(begun.exists, "a worker to begin")
        process.terminate()
        assert process.wait(PATIENCE / 2) == 0
    finally:
        process.kill()
        process.wait()


def test_a_worker_that_is_killed_loses_no_accepted_article(data: Path) -> None:
    with live(data) as running:
        for number in range(5):
            answer = httpx.put(
                f"{running.address}/api/v1/articles/lion-{number}", headers=BEARER, timeout=PATIENCE,
                json={"title": f"Lion {number}", "text": "It roared."},
            )  # fmt: skip
            assert answer.status_code == 202
            os.kill(running.workers()[0], signal.SIGKILL)
            until(lambda: running.workers() and _up(running), "the next worker")
            task = answer.headers["location"]
            until(lambda: running.get(task).json()["state"] == "succeeded", "the task")  # noqa: B023
        assert running.get("/api/v1/search?q=lion").json()["total"] == 5


def _up(running: Live) -> bool:
    try:
        return running.get("/health/live").is_success
    except httpx.TransportError:
        return False


def test_a_service_without_an_index_starts_and_answers_as_soon_as_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with live(tmp_path / "data") as running:
        assert "run `broadsheet index`" in running.printed()
        assert running.get("/health/live").status_code == 200
        assert running.get("/health/ready").status_code == 503
        assert running.get("/").status_code == 503
        make_data(tmp_path / "data")
        assert running.get("/health/ready").json()["articles"] == 3
        assert running.get("/api/v1/search?q=moratorium").json()["total"] == 1


def test_a_lost_or_damaged_index_is_made_anew_from_the_catalog(data: Path) -> None:
    (data / "index" / "current").write_text("nonsense")
    with live(data) as running:
        assert "Broadsheet serves 3 articles" in running.printed()
        assert "is being made anew from the catalog" in running.printed()
        until(lambda: running.get("/health/ready").is_success, "the index")
        assert running.get("/api/v1/search?q=moratorium").json()["total"] == 1


def test_a_stopped_service_ends_soon_and_leaves_nothing_behind(data: Path) -> None:
    with live(data) as running:
        seconds_of(running)
        running.process.terminate()
        assert running.process.wait(PATIENCE) == 0
        assert list((data / "workers").iterdir()) == []


INTERRUPTED = """
import os, signal, sys, time
from gunicorn.config import Config
from service.worker import HeadFirstWorker

worker = HeadFirstWorker(1, os.getppid(), [], None, 30, Config(), None)
worker.tpool = worker.get_thread_pool()
for number in (signal.SIGINT, signal.SIGQUIT):
    signal.signal(number, worker.handle_quit)
try:
    with worker.tpool._shutdown_lock:  # as the main loop holds it while it hands a request on
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(30)
except SystemExit as end:
    os.kill(os.getpid(), signal.SIGQUIT)  # the master's own, behind the terminal's
    sys.exit(end.code)
"""


def test_a_worker_that_is_interrupted_at_a_bad_moment_ends_at_once() -> None:
    """Not after the master has waited for it and killed it."""
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=ROOT, timeout=PATIENCE, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
