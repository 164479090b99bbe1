"""The background thread of a worker that does the tasks.

Pushes and removals are accepted in the catalog before their request is answered; what is left is
to bring the index to the catalog, and one ``apply`` does that for every change that is waiting.
Several workers may run one of these on the same data: the writer's lock lets one at a time write,
and the others put their tasks back and try again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Protocol

from structlog.typing import FilteringBoundLogger

from indexer.errors import BroadsheetError, StorageError, WriterBusy
from indexer.storage import Trouble, trouble_of

from .model import Task
from .owner import Owners
from .store import TaskStore

POLL_SECONDS: Final = 1.0  # how soon another worker's task, or a dead worker's, is noticed
BUSY_SECONDS: Final = 0.5  # pause while another process writes
FAILED_SECONDS: Final = 30.0  # pause after a failure that is no task's, such as a full disk
TELL_SECONDS: Final = 0.5  # progress is for people
ADOPT_EVERY: Final = 10  # rounds between two looks for tasks of dead workers

# What a task says that failed for the disk's sake. What was accepted is applied later all the same.
_IN_WORDS: Final[Mapping[Trouble, str]] = {
    "full": "There is no room left on the disk of the data folder.",
    "read_only": "The data folder cannot be written to.",
    "failed": "The data folder could not be read or written; the log of the service says more.",
}

Progress = Callable[[Mapping[str, Any]], None]


class Stopped(Exception):
    """The worker is going down; raised out of a build's progress so that it ends in good order."""


class Work(Protocol):
    """What the tasks do, said without saying how."""

    def apply(self) -> int:
        """Bring the index to the catalog; returns the sequence applied. May raise WriterBusy."""

    def reindex(self, sources: Sequence[str], *, rebuild: bool, progress: Progress) -> Mapping[str, Any]:
        """Read the sources again and return the report. May raise WriterBusy."""

    def reread(self, article_id: str, sources: Sequence[str], *, progress: Progress) -> Mapping[str, Any]:
        """Read the page of one article again and return the report. May raise WriterBusy."""

    def check(self) -> Mapping[str, Any]:
        """Verify catalog and index and return what was found."""

    def behind(self) -> bool:
        """Whether there is something to apply though no task says so."""


class Runner:
    """Does the tasks of a store, one piece of work after another, in a thread of its own."""

    def __init__(self, store: TaskStore, work: Work, owners: Owners, log: FilteringBoundLogger) -> None:
        self._store = store
        self._work = work
        self._owners = owners
        self._log = log
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._told = 0.0
        self._caught_up = False
        self._unnoted: deque[Callable[[], None]] = deque()
        self._complaint = ""
        self._thread = threading.Thread(target=self._run, name="tasks", daemon=True)

    def start(self) -> None:
        """Begin: first the tasks of workers that have died, and changes that nobody applied."""
        self._thread.start()

    def notify(self) -> None:
        """Say that there is a new task, or an accepted change that no task stands for."""
        self._caught_up = False
        self._wake.set()

    def stop(self, seconds: float) -> bool:
        """Finish what is being done, for at most so long; ``False`` when it took longer."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        rounds = 0
        while not self._stop.is_set():
            pause = POLL_SECONDS
            try:
                if self._round(adopt=rounds % ADOPT_EVERY == 0):
                    continue
            except WriterBusy:
                pause = BUSY_SECONDS
            except StorageError as error:
                self._complain(error)
                pause = FAILED_SECONDS
            except Exception:  # noqa: BLE001 the thread must outlive what it meets; the log says what that was
                self._log.exception("tasks_failed")
                pause = FAILED_SECONDS
            rounds += 1
            self._wake.wait(pause)
            self._wake.clear()

    def _round(self, *, adopt: bool) -> bool:
        """Do one piece of work; ``False`` when there is none."""
        self._owners.enter()
        self._settle()
        if adopt:
            self._owners.sweep()
            self._store.adopt(self._owners.alive)
        worked = self.work_once()
        if not worked and not self._caught_up:
            self._caught_up = True  # before looking: what is accepted meanwhile is looked for again
            worked = self._catch_up()
        self._complaint = ""
        return worked

    def _complain(self, error: StorageError) -> None:
        """Log a trouble of the disk once, not every time that it is still there."""
        if str(error) != self._complaint:
            self._complaint = str(error)
            self._log.error("tasks_wait", trouble=trouble_of(error), detail=str(error))

    def _catch_up(self) -> bool:
        """Apply what was accepted and has no task: of a worker that died, or that had no room to note one."""
        try:
            if not self._work.behind():
                return False
            self._log.info("catching_up")
            self._log.info("caught_up", sequence=self._work.apply())
        except BaseException:
            self._caught_up = False
            raise
        return True

    def work_once(self) -> bool:
        """Take the next piece of work and do it; ``False`` when there is none.

        Raises:
            WriterBusy: another process is writing; the tasks are back in the queue.
        """
        tasks = self._store.claim(self._owners.name)
        if not tasks:
            return False
        try:
            report = self._do(tasks)
        except (WriterBusy, Stopped) as error:
            self._note(partial(self._store.release, tasks))
            if isinstance(error, WriterBusy):
                raise
        except Exception as error:  # noqa: BLE001 logged there with its traceback
            self._fail(tasks, _reason(error))
        else:
            self._note(partial(self._store.finish, tasks, "succeeded", report=report))
            self._log.info("tasks_done", tasks=[task.id for task in tasks], kind=tasks[0].kind)
        return True

    def _fail(self, tasks: Sequence[Task], error: str) -> None:
        self._caught_up = False  # what was accepted is applied all the same, once it can be
        self._log.exception("tasks_failed", tasks=[task.id for task in tasks])
        self._note(partial(self._store.finish, tasks, "failed", error=error))

    def _note(self, change: Callable[[], None]) -> None:
        """Write down how tasks stand; when there is no room for that, as soon as there is."""
        self._unnoted.append(change)
        self._settle()

    def _settle(self) -> None:
        while self._unnoted:
            self._unnoted[0]()
            self._unnoted.popleft()

    def _do(self, tasks: Sequence[Task]) -> Mapping[str, Any]:
        first = tasks[0]
        if first.kind == "check":
            return self._work.check()
        if first.kind != "reindex":
            return {"applied_sequence": self._work.apply()}
        seen = partial(self._seen, first)
        sources, rebuild = first.options.get("sources", []), bool(first.options.get("rebuild"))
        if first.subject:
            return self._work.reread(first.subject, sources, progress=seen)
        return self._work.reindex(sources, rebuild=rebuild, progress=seen)

    def _seen(self, task: Task, progress: Mapping[str, Any]) -> None:
        if self._stop.is_set():
            raise Stopped
        if (now := time.monotonic()) - self._told >= TELL_SECONDS:
            self._told = now
            self._store.progress(task, progress)


def _reason(error: Exception) -> str:
    """Why a task failed, for whoever asks. What is not known to be fit to show is in the log."""
    trouble = trouble_of(error)
    if trouble is not None:
        return _IN_WORDS[trouble]
    if isinstance(error, BroadsheetError):
        return str(error)
    return "It failed for a reason that the log of the service gives."
