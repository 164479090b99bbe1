"""One answer after another: threads of a worker that make answers at once only hold each other up."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

Result = TypeVar("Result")


class Turns:
    """Lets one thread work at a time, and nobody wait for longer than ``patience`` seconds.

    PERF: only one thread can run Python at a time. Several that want to take it from each other whenever one
    gives it up for a moment, as it does for every kernel and every read, and what each had in the processor's
    caches is gone: an answer then takes a third more work. A search that takes long is outside the
    interpreter for most of it, and the others go on beside it once their patience is at its end.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = Lock()

    def take(self, work: Callable[[], Result]) -> Result:
        """Work, when the others have worked or patience is at its end."""
        held = self._lock.acquire(timeout=self._patience)
        try:
            return work()
        finally:
            if held:
                self._lock.release()
