"""Tasks: their states, what happens when workers die or wait for each other, and batch reindexes."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog

from indexer.errors import SourceError, StorageError, WriterBusy
from service.tasks import Owners, Runner, TaskStore
from service.tasks.model import MAX_ATTEMPTS
from service.tasks.runner import Progress, Stopped
from tests.live import ROOT
from tests.service.conftest import BEARER, Opener
from tests.service.test_article_routes import PAGE, put_json
from tests.service.test_server import until

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def make_store(folder: Path, keep: int = 1000) -> TaskStore:
    numbers = count(1)
    return TaskStore(
        folder / "tasks.sqlite3", clock=lambda: NOW, new_id=lambda: f"t{next(numbers)}", keep=keep
    )


class Worked:
    """Work that notes what it was asked and does what it is told."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.calls: list[str] = []
        self.outcomes = list(outcomes)
        self.is_behind = False

    def _next(self, name: str) -> None:
        self.calls.append(name)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome:
            raise outcome

    def apply(self) -> int:
        self._next("apply")
        self.is_behind = False
        return 7

    def reindex(self, sources: Sequence[str], *, rebuild: bool, progress: Progress) -> Mapping[str, Any]:
        progress({"done": 1})
        self._next(f"reindex {list(sources)} {rebuild}")
        return {"added": 1}

    def reread(self, article_id: str, sources: Sequence[str], *, progress: Progress) -> Mapping[str, Any]:
        self._next(f"reread {article_id} {list(sources)}")
        return {"changed": 1}

    def check(self) -> Mapping[str, Any]:
        self._next("check")
        return {"problems": 0}

    def behind(self) -> bool:
        return self.is_behind


@pytest.fixture
def store(tmp_path: Path) -> TaskStore:
    return make_store(tmp_path)


@pytest.fixture
def owners(tmp_path: Path) -> Owners:
    owners = Owners(tmp_path / "workers", "me")
    owners.enter()
    return owners


def runner(store: TaskStore, work: Worked, owners: Owners) -> Runner:
    return Runner(store, work, owners, structlog.get_logger())


def test_a_task_goes_from_enqueued_to_succeeded_with_its_report(store: TaskStore, owners: Owners) -> None:
    task = store.enqueue("reindex", options={"sources": ["a"], "rebuild": True})
    assert task.state == "enqueued"
    work = Worked()
    assert runner(store, work, owners).work_once()
    done = store.get(task.id)
    assert done is not None
    assert (done.state, done.report, done.progress) == ("succeeded", {"added": 1}, {"done": 1})
    assert work.calls == ["reindex ['a'] True"]
    assert done.started_at
    assert done.finished_at


def test_pushes_go_before_a_reindex_and_all_at_once(store: TaskStore, owners: Owners) -> None:
    store.enqueue("reindex")
    store.enqueue("push", subject="a")
    store.enqueue("remove", subject="b")
    work = Worked()
    doing = runner(store, work, owners)
    assert doing.work_once()
    assert store.counts() | {"succeeded": 2, "enqueued": 1} == store.counts()
    assert doing.work_once()
    assert not doing.work_once()
    assert work.calls == ["apply", "reindex [] False"]


def test_a_task_that_finds_another_writer_goes_back_to_the_queue(store: TaskStore, owners: Owners) -> None:
    task = store.enqueue("push")
    doing = runner(store, Worked(WriterBusy("another")), owners)
    with pytest.raises(WriterBusy):
        doing.work_once()
    again = store.get(task.id)
    assert again is not None
    assert (again.state, again.attempts) == ("enqueued", 0)
    doing.work_once()
    assert store.counts()["succeeded"] == 1


def test_a_task_that_fails_says_why_and_an_unexpected_reason_is_for_the_log(
    store: TaskStore, owners: Owners
) -> None:
    expected, unexpected = store.enqueue("reindex"), store.enqueue("reindex")
    doing = runner(store, Worked(SourceError("the folder is gone"), ZeroDivisionError("inside")), owners)
    doing.work_once()
    doing.work_once()
    told: list[Any] = [store.get(task.id) for task in (expected, unexpected)]
    assert [task.state for task in told] == ["failed", "failed"]
    assert told[0].error == "the folder is gone"
    assert "inside" not in told[1].error


def test_what_was_accepted_is_applied_after_a_passing_fault(store: TaskStore, owners: Owners) -> None:
    """The task has failed and says so; the change it stood for is not forgotten."""
    applied = threading.Event()

    class Recovers(Worked):
        def behind(self) -> bool:
            return len(self.calls) == 1

        def apply(self) -> int:
            sequence = super().apply()
            applied.set()
            return sequence

    task = store.enqueue("push")
    doing = runner(store, Recovers(OSError("no space left")), owners)
    doing.start()
    assert applied.wait(20)
    assert doing.stop(20)
    failed = store.get(task.id)
    assert failed is not None
    assert failed.state == "failed"


def test_only_an_enqueued_task_can_be_canceled(store: TaskStore) -> None:
    first, second = store.enqueue("push"), store.enqueue("reindex")
    assert store.cancel(second.id)
    assert not store.cancel(second.id)
    store.claim("me")
    assert not store.cancel(first.id)
    assert store.counts() | {"canceled": 1, "processing": 1} == store.counts()


def test_finished_tasks_are_forgotten_beyond_those_that_are_kept(tmp_path: Path, owners: Owners) -> None:
    store = make_store(tmp_path, keep=3)
    waiting = store.enqueue("reindex")
    store.cancel(waiting.id)
    for _ in range(5):
        store.enqueue("push")
        runner(store, Worked(), owners).work_once()
    last = store.enqueue("push")
    assert [task.id for task in store.newest(10)] == [last.id, "t6", "t5", "t4"]


def test_two_workers_never_claim_the_same_task(tmp_path: Path) -> None:
    stores = [TaskStore(tmp_path / "t", clock=lambda: NOW, new_id=lambda: "") for _ in range(4)]
    numbers = count()
    stores[0]._new_id = lambda: f"n{next(numbers)}"
    for _ in range(40):
        stores[0].enqueue("reindex")
    claimed: list[str] = []
    threads = [
        threading.Thread(target=lambda store=store: claimed.extend(
            task.id for _ in range(10) for task in store.claim("x")
        )) for store in stores
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(f"n{n}" for n in range(40))


OWNER = """
import sys, time
from pathlib import Path
from service.tasks import Owners
owners = Owners(Path(sys.argv[1]), "other")
owners.enter()
print("ready", flush=True)
time.sleep(60)
"""


def test_a_task_of_a_worker_that_was_killed_is_taken_up_again(
    store: TaskStore, owners: Owners, tmp_path: Path
) -> None:
    task = store.enqueue("push")
    other = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path / "workers")], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert other.stdout
    with other.stdout:
        assert other.stdout.readline() == b"ready\n"
        store.claim("other")
        assert store.adopt(owners.alive) == 0
        other.kill()
        other.wait()
    assert store.adopt(owners.alive) == 1
    assert not (tmp_path / "workers" / "other.lock").exists()
    assert runner(store, Worked(), owners).work_once()
    done = store.get(task.id)
    assert done is not None
    assert (done.state, done.attempts) == ("succeeded", 2)


def test_a_task_that_kills_its_worker_every_time_is_given_up(store: TaskStore, owners: Owners) -> None:
    task = store.enqueue("reindex")
    for number in range(MAX_ATTEMPTS):
        assert store.claim(f"dead{number}")
        store.adopt(owners.alive)
    given_up = store.get(task.id)
    assert given_up is not None
    assert given_up.state == "failed"
    assert "died 3 times" in str(given_up.error)


def test_a_worker_that_starts_applies_what_nobody_has_applied(store: TaskStore, owners: Owners) -> None:
    work = Worked()
    work.is_behind = True
    applied = threading.Event()
    apply = work.apply
    work.apply = lambda: (apply(), applied.set())[0]  # type: ignore[method-assign]
    doing = runner(store, work, owners)
    doing.start()
    assert applied.wait(10)
    assert doing.stop(10)


def test_a_notified_runner_works_and_a_stopped_one_ends(store: TaskStore, owners: Owners) -> None:
    work = Worked()
    done = threading.Event()
    apply = work.apply
    work.apply = lambda: (apply(), done.set())[0]  # type: ignore[method-assign]
    doing = runner(store, work, owners)
    doing.start()
    store.enqueue("push")
    doing.notify()
    assert done.wait(10)
    assert doing.stop(10)


def test_a_build_that_is_interrupted_by_the_end_of_its_worker_goes_back_to_the_queue(
    store: TaskStore, owners: Owners
) -> None:
    task = store.enqueue("reindex")
    doing = runner(store, Worked(Stopped()), owners)
    assert doing.work_once()
    again = store.get(task.id)
    assert again is not None
    assert again.state == "enqueued"


def test_how_tasks_ended_is_noted_once_there_is_room_for_it(tmp_path: Path, owners: Owners) -> None:
    """A full disk takes the work but not the note of it; no task stays in processing for ever."""

    class Full(TaskStore):
        full = True

        def finish(self, *given: Any, **more: Any) -> None:
            if self.full:
                raise StorageError("no room")
            super().finish(*given, **more)

    store = Full(tmp_path / "t", clock=lambda: NOW, new_id=lambda: "t1")
    task = store.enqueue("push")
    work = Worked()
    doing = runner(store, work, owners)
    with pytest.raises(StorageError):
        doing.work_once()
    store.full = False
    doing.start()
    until(lambda: getattr(store.get(task.id), "state", "") == "succeeded", "the note")
    assert doing.stop(20)
    assert work.calls == ["apply"]


def test_a_task_that_fails_for_the_disk_says_so(store: TaskStore, owners: Owners) -> None:
    task = store.enqueue("push")
    runner(store, Worked(OSError(errno.ENOSPC, "inside")), owners).work_once()
    failed = store.get(task.id)
    assert failed is not None
    assert (failed.state, failed.error) == ("failed", "There is no room left on the disk of the data folder.")


def test_an_accepted_article_whose_task_cannot_be_noted_is_applied_all_the_same(opened: Opener) -> None:
    running = opened()
    running.service.tasks.close()
    for file in running.data.glob("tasks.sqlite3*"):
        file.unlink()
    (running.data / "tasks.sqlite3").mkdir()
    answer = put_json(running, "zebra")
    assert (answer.status_code, answer.json["code"]) == (503, "storage_read_only")
    assert running.get("/health/ready").json["lag"] == 1
    (running.data / "tasks.sqlite3").rmdir()
    running.service.runner.start()
    until(lambda: running.get("/health/ready").json["lag"] == 0, "the change")
    assert running.get("/api/v1/articles/zebra").json["freshness"]["searchable"]


def test_a_service_whose_tasks_never_began_can_be_closed(opened: Opener) -> None:
    opened(empty=True).service.close(1)


def test_an_owner_is_alive_until_it_is_closed(tmp_path: Path) -> None:
    first = Owners(tmp_path, "first")
    first.enter()
    assert first.alive("first")
    assert not first.alive("nobody")
    first.close()
    assert list(tmp_path.iterdir()) == []


# -- over HTTP ---------------------------------------------------------------------------------


def post(running: Any, body: object = None, **headers: str) -> Any:
    data = b"" if body is None else json.dumps(body).encode()
    given = BEARER | ({"Content-Type": "application/json"} if data else {}) | headers
    return running.client.simulate_post("/api/v1/reindex", body=data, headers=given)


def test_a_reindex_reads_the_configured_sources_and_reports(opened: Opener, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "zebra.html").write_text(PAGE.format(charset="utf-8"))
    (folder / "empty.html").write_text("")
    running = opened(source=str(folder))
    answer = post(running)
    assert answer.status_code == 202
    assert answer.json["state"] == "enqueued"
    running.work()
    task = running.get(answer.headers["location"]).json
    assert task["state"] == "succeeded"
    assert (task["report"]["added"], task["report"]["failed"]) == (1, 1)
    assert task["report"]["failures"][0]["reason"] == "empty"
    assert running.get("/api/v1/search", "q=zebra").json["total"] == 1


def test_every_page_of_a_reindex_is_accounted_for(opened: Opener, tmp_path: Path) -> None:
    """One whose article was removed by hand, too: it stays out until it changes."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "zebra.html").write_text(PAGE.format(charset="utf-8"))
    running = opened(source=str(folder))
    post(running)
    running.work()
    (found,) = running.get("/api/v1/search", "q=zebra").json["hits"]
    running.client.simulate_delete(f"/api/v1/articles/{found['id']}", headers=BEARER)
    answer = post(running)
    while running.work():
        pass
    report = running.get(answer.headers["location"]).json["report"]
    assert {name: report[name] for name in ("added", "changed", "unchanged", "removed", "withdrawn")} == {
        "added": 0, "changed": 0, "unchanged": 0, "removed": 0, "withdrawn": 1
    }  # fmt: skip
    assert running.get("/api/v1/search", "q=zebra").json["total"] == 0


def test_a_reindex_can_make_the_index_anew(opened: Opener) -> None:
    running = opened()
    before = running.get("/health/ready").json["generation"]
    answer = post(running, {"rebuild": True})
    running.work()
    assert running.get(answer.headers["location"]).json["state"] == "succeeded"
    ready = running.get("/health/ready").json
    assert ready["generation"].split(".")[0] != before.split(".")[0]
    assert ready["articles"] == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [({"sources": ["/etc"]}, "unknown_source"), ({"sources": [1]}, "invalid_body"), ({}, "no_source"),
     ({"rebuild": "yes"}, "invalid_body"), ({"paths": []}, "invalid_body")],
)  # fmt: skip
def test_a_request_cannot_make_the_service_read_other_places(opened: Opener, body: object, code: str) -> None:
    answer = post(opened(), body)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_reindex_body_must_be_json(opened: Opener) -> None:
    assert post(opened(source="x"), {}, **{"Content-Type": "text/plain"}).status_code == 415


def test_a_source_that_is_gone_fails_the_task_in_words(opened: Opener, tmp_path: Path) -> None:
    running = opened(source=str(tmp_path / "gone"))
    answer = post(running)
    running.work()
    task = running.get(answer.headers["location"]).json
    assert task["state"] == "failed"
    assert "gone" in task["error"]


def test_an_enqueued_task_can_be_canceled_over_http_and_no_other(opened: Opener) -> None:
    running = opened(source="x")
    address = post(running).headers["location"]
    assert running.client.simulate_delete(address, headers=BEARER).json["state"] == "canceled"
    again = running.client.simulate_delete(address, headers=BEARER)
    assert (again.status_code, again.json["code"]) == (409, "not_enqueued")
    assert running.client.simulate_delete("/api/v1/tasks/none", headers=BEARER).status_code == 404
    assert running.get("/api/v1/tasks/none").json["code"] == "no_task"


def test_tasks_are_listed_newest_first_and_by_state(opened: Opener) -> None:
    running = opened(source="x")
    put_json(running, "zebra")
    running.work()
    newest = post(running).json["id"]
    listed = running.get("/api/v1/tasks", headers=BEARER).json["tasks"]
    assert [task["kind"] for task in listed] == ["reindex", "push"]
    only = running.get("/api/v1/tasks", "state=enqueued&limit=5", headers=BEARER).json["tasks"]
    assert [task["id"] for task in only] == [newest]
    assert running.get("/api/v1/tasks", "state=lost", headers=BEARER).status_code == 400
