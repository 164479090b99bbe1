"""Work that outlives its request: bringing the index to the catalog, and batch reindexes."""

from .model import MAX_FINISHED, Task, TaskKind, TaskState
from .owner import Owners
from .runner import Runner
from .store import TaskStore

__all__ = ["MAX_FINISHED", "Owners", "Runner", "Task", "TaskKind", "TaskState", "TaskStore"]
