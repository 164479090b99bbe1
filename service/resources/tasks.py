"""``/api/v1/reindex`` and ``/api/v1/tasks``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import falcon
from msgspec import Struct

from ..tasks import Task, TaskStore
from .access import Access
from .exchange import (
    absolute,
    decode_json,
    media_type,
    no_parameters,
    read_body,
    require_utf8,
    send,
)
from .media import TaskMedia, TasksMedia
from .operations import JSON, Operation
from .parameters import TASKS
from .problems import Fault, Problem
from .query_string import read_query

MAX_REINDEX_BODY: Final = 64 * 1024  # a list of configured sources; nothing else is in it


class ReindexBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What to read again. ``sources`` are names from the setting; empty means all of them.

    With ``rebuild`` the index is made anew from the catalog.
    """

    sources: list[str] = []
    rebuild: bool = False


def task_media(task: Task, req: falcon.Request) -> TaskMedia:
    """A task as JSON."""
    return TaskMedia(
        id=task.id,
        kind=task.kind,
        state=task.state,
        subject=task.subject,
        sequence=task.sequence,
        created_at=task.created_at,
        started_at=task.started_at,
        finished_at=task.finished_at,
        progress=_plain(task.progress),
        report=_plain(task.report),
        error=task.error,
        url=absolute(req, f"/api/v1/tasks/{task.id}"),
    )


def _plain(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return dict(value) if value is not None else None


class ReindexResource:
    """Starts a batch reindex."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "post": Operation(
            "Read the configured sources again, or make the index anew",
            TaskMedia,
            202,
            problems=(400, 401, 403, 408, 413, 415, 422, 503, 507),
            bodies={JSON: ReindexBody},
            body_required=False,
            secured=True,
            headers=("Location",),
            leads_to=(
                ("get_tasks_task_id", "task_id", "id"),
                ("delete_tasks_task_id", "task_id", "id"),
            ),
        )
    }

    def __init__(
        self, tasks: TaskStore, notify: Callable[[], None], access: Access, sources: tuple[str, ...]
    ) -> None:
        self._tasks = tasks
        self._notify = notify
        self._access = access
        self._sources = sources

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Accept the reindex and leave a task."""
        self._access.require(req, "index")
        no_parameters(req.query_string)
        wanted = self._body(req)
        sources = self._configured(wanted)
        task = self._tasks.enqueue("reindex", options={"sources": sources, "rebuild": wanted.rebuild})
        self._notify()
        resp.location = absolute(req, f"/api/v1/tasks/{task.id}")
        send(resp, task_media(task, req), 202)

    def _body(self, req: falcon.Request) -> ReindexBody:
        body = read_body(req, MAX_REINDEX_BODY)
        if not body:
            return ReindexBody()
        if media_type(req) != JSON:
            raise Problem(415, "unsupported_media_type", f"Send {JSON}.")
        require_utf8(req)
        return decode_json(body, ReindexBody)

    def _configured(self, wanted: ReindexBody) -> list[str]:
        """Only what the operator has configured may be read; a request must not reach other files."""
        unknown = [source for source in wanted.sources if source not in self._sources]
        if unknown:
            detail = f"{unknown[0][:100]!r} is not among the sources of the setting BROADSHEET_SOURCE"
            raise Problem(422, "unknown_source", detail, (Fault("sources", detail),))
        if not wanted.sources and not self._sources and not wanted.rebuild:
            detail = "No source is configured; the setting BROADSHEET_SOURCE names them."
            raise Problem(422, "no_source", detail, (Fault("sources", detail),))
        return list(dict.fromkeys(wanted.sources or self._sources))


class TaskResource:
    """One task. Its id is a secret of the one who was told it: where searching is public, it needs no key."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("A task's state, progress and report", TaskMedia, problems=(400, 404, 503, 507)),
        "delete": Operation(
            "Cancel a task that is still enqueued",
            TaskMedia,
            problems=(400, 401, 403, 404, 409, 503, 507),
            secured=True,
        ),
    }

    def __init__(self, tasks: TaskStore, access: Access) -> None:
        self._tasks = tasks
        self._access = access

    def on_get(self, req: falcon.Request, resp: falcon.Response, task_id: str) -> None:
        """Tell how the task stands."""
        no_parameters(req.query_string)
        resp.cache_control = ["no-store"]
        send(resp, task_media(self._task(task_id), req))

    on_head = on_get

    def on_delete(self, req: falcon.Request, resp: falcon.Response, task_id: str) -> None:
        """Cancel the task. What a push has had accepted stays accepted."""
        self._access.require(req, "index")
        no_parameters(req.query_string)
        task = self._task(task_id)
        if not self._tasks.cancel(task_id):
            raise Problem(
                409, "not_enqueued", f"The task is no longer enqueued; it is {self._task(task_id).state}."
            )
        send(resp, task_media(self._task(task.id), req))

    def _task(self, task_id: str) -> Task:
        task = self._tasks.get(task_id)
        if task is None:
            detail = f"There is no task {task_id[:64]!r}; finished ones are forgotten after a while."
            raise Problem(404, "no_task", detail)
        return task


class TasksResource:
    """The tasks, newest first."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "List the tasks, newest first",
            TasksMedia,
            parameters=TASKS,
            problems=(400, 401, 403, 503, 507),
            secured=True,
        )
    }

    def __init__(self, tasks: TaskStore, access: Access) -> None:
        self._tasks = tasks
        self._access = access

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List."""
        self._access.require(req, "index")
        given = read_query(req.query_string, TASKS)
        resp.cache_control = ["no-store"]
        tasks = self._tasks.newest(given["limit"], given["state"] or None)
        send(resp, TasksMedia([task_media(task, req) for task in tasks]))

    on_head = on_get
