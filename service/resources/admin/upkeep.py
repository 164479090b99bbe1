"""``/admin/tasks`` and ``/admin/index``: what the service does behind its answers, and its generations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from indexer.errors import IndexDamaged, NoIndex, WriterBusy

from ...standing import Standing, standing
from ...web.admin.tasks import is_busy, task_row
from ..problems import Problem
from .session import Form
from .shell import Visit

if TYPE_CHECKING:
    from ...app import Parts

SHOWN: Final = 50  # tasks of the list
TASKS: Final = "/admin/tasks"
INDEX: Final = "/admin/index"


class UpkeepPages:
    """Tasks and generations. ``now`` gives the time with its zone."""

    def __init__(self, parts: Parts, now: Callable[[], datetime]) -> None:
        self._parts = parts
        self._now = now

    # -- tasks -----------------------------------------------------------------------------

    def tasks(self, visit: Visit) -> None:
        """Show the tasks, the last first."""
        now = self._now()
        counts = self._parts.tasks.counts()
        rows = [task_row(task, now) for task in self._parts.tasks.newest(SHOWN)]
        visit.page(
            "tasks.html",
            rows=rows,
            working=counts["enqueued"] + counts["processing"],
            busy=is_busy(rows),
            sources=self._parts.settings.source,
        )

    def task(self, visit: Visit, task_id: str) -> None:
        """Show one task with all it tells."""
        task = self._parts.tasks.get(task_id)
        if task is None:
            raise Problem(404, "no_task", "There is no such task; finished ones are forgotten after a while.")
        row = task_row(task, self._now())
        visit.page("task.html", task=row, busy=is_busy([row]))

    def start(self, visit: Visit, form: Form) -> tuple[str, str]:
        """Start a run over the sources that were chosen, or make the index anew."""
        configured = self._parts.settings.source
        sources = [source for source in form.get("source", ()) if source in configured]
        rebuild = "rebuild" in form
        if not sources and not rebuild:
            return TASKS, "no-source"
        self._parts.audit.note(visit.actor, "index.run", ", ".join(sources), rebuild=rebuild)
        self._parts.tasks.enqueue("reindex", options={"sources": sources, "rebuild": rebuild})
        self._parts.notify()
        return TASKS, "started"

    def cancel(self, visit: Visit, form: Form, task_id: str) -> tuple[str, str]:
        """Cancel a task that has not begun."""
        self._parts.audit.note(visit.actor, "task.cancel", task_id)
        return TASKS, "cancelled" if self._parts.tasks.cancel(task_id) else "too-late"

    # -- generations -----------------------------------------------------------------------

    def index(self, visit: Visit) -> None:
        """Show the generations, the newest first."""
        generations = list(reversed(self._parts.upkeep.generations()))
        others = [one.name for one in generations if not one.live and not one.problem]
        previous = others[0] if len(others) == 1 else ""
        visit.page("index.html", generations=generations, previous=previous, standing=self._standing())

    def _standing(self) -> Standing | None:
        try:
            return standing(self._parts.engine, self._parts.desk)
        except (NoIndex, IndexDamaged):
            return None

    def verify(self, visit: Visit, form: Form) -> tuple[str, str]:
        """Have catalog and index verified."""
        self._parts.audit.note(visit.actor, "index.check")
        self._parts.tasks.enqueue("check")
        self._parts.notify()
        return TASKS, "started"

    def rollback(self, visit: Visit, form: Form) -> tuple[str, str]:
        """Go back to the generation before."""
        # NOTE: written down first: without a record of who did it, nothing is turned back.
        self._parts.audit.note(visit.actor, "index.rollback", self._live())
        try:
            self._parts.upkeep.rollback()
        except WriterBusy:
            return INDEX, "busy"
        except NoIndex:
            return INDEX, "no-generation"
        except IndexDamaged:
            return INDEX, "damaged"
        return INDEX, "rolled-back"

    def _live(self) -> str:
        now = self._standing()
        return now.generation if now else ""
