"""Tasks as the desk shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ...tasks import Task
from .figures import between, plural

KINDS: Final[Mapping[str, str]] = {
    "push": "Index a pushed article",
    "remove": "Take an article out",
    "reindex": "Read the sources again",
    "check": "Verify catalog and index",
}
_TONES: Final[Mapping[str, str]] = {
    "enqueued": "wait", "processing": "wait", "succeeded": "good", "failed": "bad", "canceled": "",
}  # fmt: skip
_STATES: Final[Mapping[str, str]] = {
    "enqueued": "waiting", "processing": "at work", "succeeded": "done", "failed": "failed",
    "canceled": "cancelled",
}  # fmt: skip
_STAGES: Final[Mapping[str, str]] = {"reading": "pages read", "indexing": "articles indexed"}
_COUNTS: Final = ("added", "changed", "removed", "withdrawn", "failed")


@dataclass(frozen=True, slots=True)
class Failed:
    """A page that a run could not take: where it is, why, and more about that."""

    locator: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task made ready. ``result`` is what it did in one line; ``done`` of ``total`` while it is at work."""

    id: str
    what: str
    state: str
    tone: str
    subject: str
    created_at: str
    finished_at: str | None
    seconds: float | None
    result: str
    at_work: bool
    waiting: bool
    done: int
    total: int | None
    stage: str
    error: str
    counts: tuple[tuple[str, int], ...]
    failures: tuple[Failed, ...]
    more_failures: int
    found: tuple[str, ...]
    options: str


def task_row(task: Task, now: datetime) -> TaskRow:
    """The view of a task."""
    progress, report = task.progress or {}, task.report or {}
    at_work = task.state == "processing"
    failures = tuple(_failure(failure) for failure in report.get("failures", ()))
    return TaskRow(
        id=task.id,
        what=_what(task),
        state=_STATES[task.state],
        tone="wait" if report.get("failed") or report.get("problems") else _TONES[task.state],
        subject=task.subject,
        created_at=task.created_at,
        finished_at=task.finished_at,
        seconds=between(task.started_at, task.finished_at or (now.isoformat() if at_work else None)),
        result=_result(task, report),
        at_work=at_work,
        waiting=task.state == "enqueued",
        done=int(progress.get("done") or 0),
        total=progress.get("total"),
        stage=_STAGES.get(progress.get("stage", ""), ""),
        error=task.error or "",
        counts=tuple((name, int(report[name])) for name in ("unchanged", *_COUNTS) if report.get(name)),
        failures=failures,
        more_failures=max(0, int(report.get("failed", 0)) - len(failures)),
        found=tuple(report.get("found", ())),
        options=_options(task.options),
    )


def is_busy(rows: Sequence[TaskRow]) -> bool:
    """Whether any of the tasks has not ended."""
    return any(row.at_work or row.waiting for row in rows)


def _what(task: Task) -> str:
    if task.kind == "reindex" and task.subject:
        return "Read one page again"
    if task.kind == "reindex" and task.options.get("rebuild"):
        return "Make the index anew"
    return KINDS[task.kind]


def _result(task: Task, report: Mapping[str, Any]) -> str:
    if task.error:
        return task.error
    if "problems" in report:
        count = int(report["problems"])
        return plural(count, "problem") if count else "sound"
    counts = [f"{report[name]:,} {name}" for name in _COUNTS if report.get(name)]
    if counts:
        return ", ".join(counts)
    if report.get("unchanged"):
        return f"{report['unchanged']:,} unchanged"
    if report.get("generation"):
        return f"generation {report['generation']}"
    if "applied_sequence" in report:
        return f"change {report['applied_sequence']:,} applied"
    return ""


def _failure(failure: Mapping[str, Any]) -> Failed:
    return Failed(*(str(failure.get(name, "")) for name in ("locator", "reason", "detail")))


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(map(str, options.get("sources") or ()))
