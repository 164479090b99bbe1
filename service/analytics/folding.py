"""From the keys that visitors press to what they are after.

``h``, ``hu``, ``hum``, ``human rights`` are one intent: the last one. So are its pages, orders and filters.
A visitor is known for minutes, in the memory of a worker.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from msgspec import Struct
from rapidfuzz.distance import OSA

from .model import Asked, Intent, Pair
from .privacy import normal, sensitive

SETTLE_SECONDS: Final = 30.0  # without another key, what stands in the field is what was meant
IDLE_SECONDS: Final = 600.0  # a visitor who was silent for so long is another one
MAX_SESSIONS: Final = 20_000  # visitors known at once: some megabytes
MIN_TYPED: Final = 3  # letters; fewer that are only typed are no intent
EDITS: Final = 2  # between a text and its mended form


class Session(Struct):
    """A visitor, for minutes."""

    heard: float
    reader: bytes
    pending: Asked | None = None
    private: bool = False  # something on the way to it is somebody's own
    text: str = ""
    at: float = 0.0
    failed: str = ""


class Folding:
    """Folds what is asked. Not safe for several threads.

    ``superseded`` tells whether any worker has heard of a reader after a moment.
    """

    def __init__(self, superseded: Callable[[bytes, float], bool] = lambda _reader, _at: False) -> None:
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()
        self._superseded = superseded
        self.intents: list[Intent] = []
        self.pairs: list[Pair] = []

    def add(self, visitor: bytes, asked: Asked, now: float, reader: bytes = b"") -> None:
        """Take what a visitor asked, who is counted as ``reader``, which several visitors may be."""
        text = normal(asked.text)
        session = self._sessions.pop(visitor, None)
        if session is None or now - session.heard > IDLE_SECONDS:
            if session is not None:
                self._settle(visitor, session)
            session = Session(now, reader)
        self._sessions[visitor] = session
        session.heard = now
        if not text:
            return
        private = sensitive(asked.text)
        if session.pending is not None and not _continues(session.pending, session.text, text):
            session.private = session.private or (private and text.startswith(session.text))
            self._settle(visitor, session)
        session.private = session.private or private
        if session.pending is not None and session.text == text and not session.pending.typing:
            return  # another page, order or filter of the same, or its letters again: nothing new is meant
        session.pending, session.text, session.at = asked, text, now
        if len(self._sessions) > MAX_SESSIONS:
            self._settle(*self._sessions.popitem(last=False))

    def settle(self, now: float, *, all_: bool = False) -> None:
        """Settle what has stood for long enough; with ``all_``, everything."""
        for visitor, session in list(self._sessions.items()):
            if all_ or now - session.at > SETTLE_SECONDS:
                self._settle(visitor, session)
            if all_ or now - session.heard > IDLE_SECONDS:
                del self._sessions[visitor]

    def taken(self) -> tuple[list[Intent], list[Pair]]:
        """What has settled since this was last called."""
        taken = self.intents, self.pairs
        self.intents, self.pairs = [], []
        return taken

    def _settle(self, visitor: bytes, session: Session) -> None:
        asked, session.pending = session.pending, None
        private, session.private = session.private, False
        if asked is None:
            return
        if asked.typing and (len(session.text) < MIN_TYPED or self._superseded(visitor, session.at)):
            return
        if private:
            session.failed = ""
            return
        self.intents.append(Intent(session.reader, session.text, asked))
        if not asked.facts.total:
            session.failed = session.text
        elif session.failed and session.failed != session.text:
            self.pairs.append(Pair(session.reader, session.failed, session.text))
            session.failed = ""


def _continues(before: Asked, text: str, new: str) -> bool:
    """Whether what is asked goes on with what was asked before, and takes its place."""
    if text == new:
        return True
    if not before.typing:
        return False
    return new.startswith(text) or text.startswith(new) or OSA.distance(text, new) <= EDITS
