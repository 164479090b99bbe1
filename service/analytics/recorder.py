"""Takes what was asked off the request path: a bounded queue, and a thread of the worker that counts.

An answer waits for nothing here. When the queue is full what was asked is dropped, and counted as such.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import structlog

from indexer.errors import BroadsheetError

from ..calendar import today
from ..store import Database
from .counting import MAX_BATCH, Counting, Slugs
from .folding import Folding
from .keeping import Batch, Keeping, read_key
from .model import Asked, Clicked
from .shared import Shared

QUEUE: Final = 10_000  # some seconds of more than a worker can answer; about 5 MB
READ_SECONDS: Final = 1.0  # how often the queue is emptied
WRITE_SECONDS: Final = 60.0  # how often is written: at most; what k readers asked comes in one batch
CLEAR_SECONDS: Final = 3_600.0  # how often is looked for what is older than may be kept

Told = Callable[[str, int], None]


class Recorder:
    """Records for one worker. :meth:`asked`, :meth:`clicked` and :meth:`refused` may be called from any
    thread and never wait. ``told`` is called with what became of things: recorded, dropped, refused.
    ``categories`` are the slugs that the site has.
    """

    def __init__(  # noqa: PLR0913 what it is made of, the most part of it named
        self,
        database: Database,
        data: Path,
        shared: Shared,
        *,
        k: int,
        keep_days: int,
        today: Callable[[], date] = today,
        clock: Callable[[], float] = time.monotonic,
        told: Told = lambda _outcome, _count: None,
        size: int = QUEUE,
        categories: Slugs = lambda: (),
    ) -> None:
        self._database = database
        self._data = data
        self._shared = shared
        self._k = k
        self._keep_days = keep_days
        self._today = today
        self._clock = clock
        self._told = told
        # PERF: threads may add to a deque and take from it as they are; a lock would cost more than both.
        self._queue: deque[tuple[float, Asked | Clicked]] = deque()
        self._size = size
        self._lost: Counter[str] = Counter()
        self._folding = Folding(lambda visitor, at: shared.heard(visitor) > at)
        self._counting = Counting(shared, self._lost, categories)
        self._waiting: deque[Batch] = deque()
        self._keeping: Keeping | None = None
        self._written = self._cleared = float("-inf")
        self._complained = False
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="analytics", daemon=True)

    def asked(self, asked: Asked) -> None:
        """Record a question."""
        self._put(asked)

    def clicked(self, clicked: Clicked) -> None:
        """Record that an answer was gone to."""
        self._put(clicked)

    def refused(self) -> None:
        """Count, and nothing more, that somebody asked who wants to be in no statistics."""
        self._lost["refused"] += 1

    def start(self) -> None:
        """Begin. Before that, what is recorded waits."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Write what there is, for at most so long."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def drain(self) -> None:
        """Record and write everything now, as at the end."""
        with self._lock:
            self._read()
            self._fold(all_=True)
            self._write(all_=True)

    def _put(self, what: Asked | Clicked) -> None:
        if len(self._queue) < self._size:
            self._queue.append((self._clock(), what))
        else:
            self._lost["dropped"] += 1

    def _run(self) -> None:
        log = structlog.get_logger("broadsheet.analytics")
        while not self._stop.wait(READ_SECONDS):
            try:
                with self._lock:
                    self._read()
                    self._fold()
                    if self._is_due():
                        self._write()
            except Exception:  # the thread must outlive what it meets: nobody would count any more
                log.exception("recording_failed")
        try:
            self.drain()
        except Exception:  # a count that is lost ends no service
            log.exception("recording_failed")

    # -- reading the queue ------------------------------------------------------------------------

    def _read(self) -> None:
        self._turn()
        waiting = len(self._queue)  # nobody else takes from it
        if waiting:
            self._told("recorded", waiting)
        for _ in range(waiting):
            at, what = self._queue.popleft()
            if isinstance(what, Clicked):
                self._counting.click(self._shared.reader(self._counting.day, what.address), what)
            else:
                self._count_asked(what, at)
        for outcome in list(self._lost):
            count = self._lost.pop(outcome)
            self._told(outcome, count)
            self._counting.outcome(outcome, count)

    def _turn(self) -> None:
        """On a new day, yesterday's readers are settled, and what they asked is of yesterday."""
        day = self._today().isoformat()
        if self._counting.day == day:
            return
        if self._counting.day:
            self._fold(all_=True)
            self._set_aside()
        self._counting.begin(day)

    def _count_asked(self, asked: Asked, at: float) -> None:
        day = self._counting.day
        visitor = self._shared.reader(day, f"{asked.address}\n{asked.agent}")
        self._shared.touch(visitor, at)
        self._folding.add(visitor, asked, at, self._shared.reader(day, asked.address))
        self._counting.latency(asked)

    def _fold(self, *, all_: bool = False) -> None:
        self._folding.settle(self._clock(), all_=all_)
        intents, pairs = self._folding.taken()
        for intent in intents:
            self._counting.intent(intent)
        for pair in pairs:
            self._counting.pair(pair)

    # -- writing ------------------------------------------------------------------------------------

    def _is_due(self) -> bool:
        """Whether to write: what a quiet minute brings may be one reader's, and waits for that of others."""
        enough, now = self._counting.readers >= self._k, self._clock()
        if enough and self._counting.full:
            return True
        overdue = now - self._cleared >= CLEAR_SECONDS
        return now - self._written >= WRITE_SECONDS and bool(enough or self._waiting or overdue)

    def _set_aside(self) -> None:
        batch = self._counting.take()
        if batch:
            self._waiting.append(batch)

    def _write(self, *, all_: bool = False) -> None:
        self._written = self._clock()
        if all_ or self._counting.readers >= self._k:
            self._set_aside()
        try:
            keeping = self._keeping
            if keeping is None:
                keeping = self._keeping = Keeping(self._database, read_key(self._data), self._k)
            while self._waiting:
                keeping.write(self._waiting[0])
                self._waiting.popleft()
            if self._written - self._cleared >= CLEAR_SECONDS:
                keeping.forget((self._today() - timedelta(days=self._keep_days)).isoformat())
                self._cleared = self._written
            self._complained = False
        except BroadsheetError as error:
            self._give_up()
            if not self._complained:
                structlog.get_logger("broadsheet.analytics").warning("analytics_unwritten", detail=str(error))
            self._complained = True

    def _give_up(self) -> None:
        """Keep what could not be written for the next time, as far as there is room."""
        waiting = sum(len(batch.counts) + len(batch.clicks) for batch in self._waiting)
        while self._waiting and waiting > MAX_BATCH:
            lost = self._waiting.popleft()
            waiting -= len(lost.counts) + len(lost.clicks)
            self._lost["dropped"] += len(lost.counts) + len(lost.clicks)
        while len(self._waiting) > MAX_BATCH // 100:
            self._waiting.popleft()
