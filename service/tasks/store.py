"""Tasks in SQLite, shared by all workers of a data folder.

The catalog is the truth about articles; a task only says how far a change has come. Losing this
file loses no article.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from indexer.storage import storage_errors

from .model import MAX_ATTEMPTS, MAX_FINISHED, STATES, Task, TaskKind, TaskState

BUSY_SECONDS: Final = 5.0  # longer than any of the transactions below by far

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tasks (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    sequence INTEGER NOT NULL DEFAULT 0,
    options TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '',
    progress TEXT,
    report TEXT,
    error TEXT
);
CREATE INDEX IF NOT EXISTS tasks_by_state ON tasks (state, number);
"""
_NAMES: Final = tuple(field.name for field in fields(Task))
_COLUMNS: Final = ", ".join(_NAMES)


def _task(row: Sequence[Any]) -> Task:
    values = dict(zip(_NAMES, row, strict=True))
    for name in ("options", "progress", "report"):
        values[name] = json.loads(values[name]) if values[name] else None
    return Task(**values)


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        with _transaction(db):
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        # A disk that is full ends some transactions by itself, and others not.
        if db.in_transaction:
            db.execute("ROLLBACK")


class TaskStore:
    """The tasks of a data folder. Safe to use from several threads and processes.

    The file is opened when it is first needed, and again after that has failed: a full disk keeps no
    service from starting. Ask it only after a fork: SQLite connections do not survive one. Every
    method raises :class:`~indexer.errors.StorageError` when the file cannot be read or written.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        keep: int = MAX_FINISHED,
    ) -> None:
        self._path = path
        self._clock = clock
        self._new_id = new_id
        self._keep = keep
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None

    def close(self) -> None:
        """Give back the connection."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread at a time."""
        with self._lock, storage_errors(self._path):
            if self._open is None:
                self._open = _connect(self._path)
            yield self._open

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._database() as db, _transaction(db):
            yield db

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")

    def enqueue(
        self,
        kind: TaskKind,
        *,
        subject: str = "",
        sequence: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> Task:
        """Add a task and return it."""
        task = Task(self._new_id(), kind, "enqueued", self._now(), subject, sequence, options or {})
        with self._transaction() as db:
            db.execute(
                "INSERT INTO tasks (id, kind, state, created_at, subject, sequence, options)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (task.id, kind, task.state, task.created_at, subject, sequence, json.dumps(task.options)),
            )
        return task

    def get(self, task_id: str) -> Task | None:
        """The task, or ``None``."""
        return next(iter(self._select("WHERE id = ?", (task_id,))), None)

    def newest(self, limit: int, state: TaskState | None = None) -> tuple[Task, ...]:
        """Tasks, newest first, of one state if given."""
        where, values = ("WHERE state = ?", (state,)) if state else ("", ())
        return self._select(f"{where} ORDER BY number DESC LIMIT ?", (*values, limit))

    def _select(self, rest: str, values: tuple[Any, ...]) -> tuple[Task, ...]:
        query = f"SELECT {_COLUMNS} FROM tasks {rest}"  # noqa: S608 both are constants
        with self._database() as db:
            rows = db.execute(query, values).fetchall()
        return tuple(_task(row) for row in rows)

    def counts(self) -> dict[str, int]:
        """Number of tasks by state; every state is there."""
        with self._database() as db:
            rows = db.execute("SELECT state, count(*) FROM tasks GROUP BY state").fetchall()
        return {**dict.fromkeys(STATES, 0), **dict(rows)}

    def cancel(self, task_id: str) -> bool:
        """Cancel a task that is still enqueued; ``False`` when it is not."""
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE tasks SET state = 'canceled', finished_at = ? WHERE id = ? AND state = 'enqueued'",
                (self._now(), task_id),
            )
            return changed.rowcount == 1

    def claim(self, owner: str) -> tuple[Task, ...]:
        """Take the next work: every waiting push and removal at once, else the oldest of the others."""
        with self._transaction() as db:
            ids = [row[0] for row in db.execute(
                "SELECT id FROM tasks WHERE state = 'enqueued' AND kind IN ('push', 'remove') ORDER BY number"
            )] or [row[0] for row in db.execute(
                "SELECT id FROM tasks WHERE state = 'enqueued' ORDER BY number LIMIT 1"
            )]  # fmt: skip
            now = self._now()
            db.executemany(
                "UPDATE tasks SET state = 'processing', owner = ?, attempts = attempts + 1,"
                " started_at = coalesce(started_at, ?) WHERE id = ?",
                [(owner, now, task_id) for task_id in ids],
            )
        return tuple(task for task_id in ids if (task := self.get(task_id)) is not None)

    def release(self, tasks: Sequence[Task]) -> None:
        """Put claimed tasks back: they could not be begun, which is no failure."""
        with self._transaction() as db:
            db.executemany(
                "UPDATE tasks SET state = 'enqueued', owner = '', attempts = attempts - 1"
                " WHERE id = ? AND state = 'processing'",
                [(task.id,) for task in tasks],
            )

    def progress(self, task: Task, progress: Mapping[str, Any]) -> None:
        """Note how far a task has come."""
        with self._transaction() as db:
            db.execute("UPDATE tasks SET progress = ? WHERE id = ?", (json.dumps(progress), task.id))

    def finish(
        self,
        tasks: Sequence[Task],
        state: TaskState,
        *,
        report: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        """Note how tasks have ended, and forget the oldest finished ones beyond those that are kept."""
        text = json.dumps(report) if report is not None else None
        with self._transaction() as db:
            db.executemany(
                "UPDATE tasks SET state = ?, finished_at = ?, report = ?, error = ?, owner = '' WHERE id = ?",
                [(state, self._now(), text, error, task.id) for task in tasks],
            )
            db.execute(
                "DELETE FROM tasks WHERE number IN (SELECT number FROM tasks WHERE finished_at IS NOT NULL"
                " ORDER BY number DESC LIMIT -1 OFFSET ?)",
                (self._keep,),
            )

    def adopt(self, alive: Callable[[str], bool]) -> int:
        """Put back the tasks of dead owners, or fail those that have had too many; returns how many."""
        orphans = [task for task in self._select("WHERE state = 'processing'", ()) if not alive(task.owner)]
        spent = [task for task in orphans if task.attempts >= MAX_ATTEMPTS]
        with self._transaction() as db:
            db.executemany(
                "UPDATE tasks SET state = 'enqueued', owner = '' WHERE id = ? AND owner = ?",
                [(task.id, task.owner) for task in orphans if task not in spent],
            )
        if spent:
            self.finish(spent, "failed", error=f"The process that worked on it died {MAX_ATTEMPTS} times.")
        return len(orphans)
