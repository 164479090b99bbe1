"""Keeps who was refused in the audit, without letting a flood of them fill the disk."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import structlog

from indexer.errors import BroadsheetError

from .actor import Actor
from .audit import Audit

EACH_SECONDS: Final = 60.0  # the same refusal is written once in so long, with how often it was
PER_MINUTE: Final = 20  # lines of a worker and an action, so that a flood of one hides none of another
MAX_KNOWN: Final = 1_000
MAX_WAITING: Final = 200  # lines for a store that does not answer; those beyond are counted
SETTLE_SECONDS: Final = 5.0


class Refusals:
    """Writes refusals. Those that follow one of the same kind are counted, and told with the next line.

    They are written beside the requests: a store that cannot be written, or does not answer, keeps nobody
    from being refused. ``subject`` is never a text of who was refused. ``monotonic`` gives seconds.
    """

    def __init__(self, audit: Audit, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._audit = audit
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, ...], tuple[float, int]] = {}
        self._minutes: dict[str, tuple[float, int]] = {}
        self._lines: deque[Callable[[], None]] = deque()
        self._written = threading.Event()
        self._written.set()
        self._told = False

    def note(self, actor: Actor, action: str, subject: str = "", **detail: Any) -> None:
        """Note a refusal."""
        with self._lock:
            more = self._due((actor.shown, action, subject))
            if more is None:
                return
            if more:
                detail["more"] = more
            self._lines.append(partial(self._audit.note, actor, action, subject, **detail))
            if not self._written.is_set():
                return
            self._written.clear()
        threading.Thread(target=self._write, name="refusals", daemon=True).start()

    def settle(self, seconds: float = SETTLE_SECONDS) -> bool:
        """Wait until what was noted is written, for so long at most; whether it is."""
        return self._written.wait(seconds)

    def _write(self) -> None:
        while True:
            with self._lock:
                if not self._lines:
                    self._written.set()
                    return
                line = self._lines.popleft()
            try:
                line()
                self._told = False
            except Exception as error:  # the thread must outlive what it meets: nobody would write any more
                if not self._told:
                    unknown = not isinstance(error, BroadsheetError)
                    log = structlog.get_logger("broadsheet")
                    log.warning("refusal_not_kept", detail=str(error), exc_info=unknown)
                self._told = True

    def _due(self, key: tuple[str, str, str]) -> int | None:
        """How many like it were not written since the last, or ``None`` when this is one more of them."""
        now = self._monotonic()
        last, more = self._seen.get(key, (-EACH_SECONDS, 0))
        begun, written = self._minutes.get(key[1], (now, 0))
        if now - begun >= 60.0:
            begun, written = now, 0
        if now - last < EACH_SECONDS or written >= PER_MINUTE or len(self._lines) >= MAX_WAITING:
            if key in self._seen or len(self._seen) < MAX_KNOWN:
                self._seen[key] = (last, more + 1)
            return None
        self._minutes[key[1]] = (begun, written + 1)
        if len(self._seen) >= MAX_KNOWN:
            self._seen = {key: at for key, at in self._seen.items() if now - at[0] < EACH_SECONDS}
        self._seen[key] = (now, 0)
        return more
