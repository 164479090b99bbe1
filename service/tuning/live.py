"""The tuning in force in a worker: what the engine asks for with every request.

A thread looks a few times a second whether another version has been published, by whichever worker or
command, and compiles it off the request path; a request takes what is there. The store may be missing, full
or down: then what is known goes on, and the log says so once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
from structlog.typing import FilteringBoundLogger

from indexer.errors import BroadsheetError

from ..search.tuning import Tuning
from .compiling import compile_model
from .model import TuningModel
from .store import NOTHING, UNPUBLISHED, TuningStore, Version

POLL_SECONDS: Final = 0.25  # so that a change is everywhere within one second, compiling included
DOWN_SECONDS: Final = 2.0  # between looks at a store that is down; each may wait for its time-out
POPULAR_SECONDS: Final = 600.0  # between looks at what visitors ask most; it changes from day to day
FIRST_SECONDS: Final = 10.0  # a worker waits so long for the tuning before it answers without it


@dataclass(frozen=True, slots=True)
class InForce:
    """A version, and what the engine takes of it."""

    version: Version
    model: TuningModel
    tuning: Tuning


class LiveTuning:
    """Gives the tuning in force; call it. ``popular`` are searches to offer while the tuning names none, and
    ``asked`` tells what visitors ask most, to be offered when there are none of either.
    """

    def __init__(
        self, store: TuningStore, popular: tuple[str, ...], log: FilteringBoundLogger, *,
        poll_seconds: float = POLL_SECONDS, asked: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._popular = popular
        self._log = log
        self._poll = poll_seconds
        self._asked = None if popular else asked
        self._asked_next = float("-inf")
        self._now = InForce(NOTHING.version, NOTHING.model, self.compiled(NOTHING.model))
        self._mark = (UNPUBLISHED, NOTHING.version.digest)
        self._refreshing = threading.Lock()
        self._looked = threading.Event()
        self._stop = threading.Event()
        self._complaint = ""
        self._thread = threading.Thread(target=self._run, name="tuning", daemon=True)

    def __call__(self) -> Tuning:
        """The tuning in force."""
        return self._now.tuning

    @property
    def now(self) -> InForce:
        """What is in force in this worker."""
        return self._now

    @property
    def stale(self) -> bool:
        """Whether the store could not be asked the last time."""
        return bool(self._complaint)

    def compiled(self, model: TuningModel) -> Tuning:
        """What the engine would take of a model, if that were in force here."""
        if self._popular and not model.popular:
            model = msgspec.structs.replace(model, popular=self._popular)
        return compile_model(model)

    def start(self) -> None:
        """Begin to look; returns when the tuning is known, or the store has been found to be down."""
        self._thread.start()
        self._looked.wait(FIRST_SECONDS)

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def refresh(self) -> None:
        """Look now: what this worker has published is in its own answers at once.

        Raises:
            StoreUnavailable, StorageError: the store cannot be read.
        """
        with self._refreshing:
            mark = self._store.newest_mark()
            if mark == self._mark:
                return
            began = time.monotonic()
            found = self._store.published()
            tuning = self.compiled(found.model)
            self._now = InForce(found.version, found.model, tuning)
            self._mark = (found.version.number, found.version.digest)
        took = round((time.monotonic() - began) * 1000, 1)
        self._log.info("tuning_in_force", version=found.version.number, tuning=tuning.version, ms=took)

    def refresh_popular(self) -> None:
        """Offer what visitors ask most by now; where the tuning or the setting names searches, those stay.

        Raises:
            StoreUnavailable, StorageError: the store cannot be read.
        """
        if self._asked is None:
            return
        found = self._asked()
        with self._refreshing:
            if found == self._popular:
                return
            self._popular = found
            now = self._now
            if not now.model.popular:
                self._now = InForce(now.version, now.model, self.compiled(now.model))

    def _look(self) -> None:
        self.refresh()
        self._looked.set()
        if time.monotonic() >= self._asked_next:
            self._asked_next = time.monotonic() + POPULAR_SECONDS
            self.refresh_popular()

    def _run(self) -> None:
        while not self._stop.is_set():
            pause = self._poll
            try:
                self._look()
                self._complaint = ""
            except BroadsheetError as error:
                self._complain(error)
                pause = DOWN_SECONDS
            except Exception as error:  # noqa: BLE001 the thread must outlive what it meets; it is logged
                self._complain(error, exc_info=error)
                pause = DOWN_SECONDS
            self._looked.set()
            self._stop.wait(pause)

    def _complain(self, error: Exception, *, exc_info: Exception | None = None) -> None:
        """Log what is wrong once, not every time that it still is."""
        if str(error) != self._complaint:
            self._complaint = str(error) or type(error).__name__
            self._log.error("tuning_unknown", detail=self._complaint, exc_info=exc_info)
