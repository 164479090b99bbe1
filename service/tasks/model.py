"""A task, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

TaskKind = Literal["push", "remove", "reindex", "check"]
TaskState = Literal["enqueued", "processing", "succeeded", "failed", "canceled"]

STATES: Final[tuple[TaskState, ...]] = get_args(TaskState)
MAX_FINISHED: Final = 1_000  # finished tasks that are kept: days of publishing, and a listing stays quick
MAX_ATTEMPTS: Final = 3  # a task whose worker dies this often is what kills it


@dataclass(frozen=True, slots=True)
class Task:
    """One task. Times are ISO 8601 UTC, ``None`` while they have not come.

    ``subject`` is the article's id of a push, a removal, or a reindex of that one alone; ``sequence`` the
    change it waits for. ``options`` are those of a reindex: ``sources`` and ``rebuild``.
    """

    id: str
    kind: TaskKind
    state: TaskState
    created_at: str
    subject: str = ""
    sequence: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    started_at: str | None = None
    finished_at: str | None = None
    attempts: int = 0
    owner: str = ""
    progress: Mapping[str, Any] | None = None
    report: Mapping[str, Any] | None = None
    error: str | None = None
