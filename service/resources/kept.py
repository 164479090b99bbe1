"""Answers that are kept: what was encoded once is sent again while what it depends on stays the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from ..analytics.model import Facts

_ENTRY: Final = 300  # bytes an answer takes beside its body: its key, and its place in the table


class KeptAnswers:
    """Bodies by key, at most ``limit`` bytes of them; the one not asked for longest goes first.

    A key names everything an answer depends on, so nothing here is ever stale. ``told`` is called with
    whether an answer was there; with a ``limit`` of 0 nothing is kept and nothing told. Safe to use from
    several threads.
    """

    def __init__(self, limit: int, told: Callable[[bool], None]) -> None:
        self._limit = limit
        self._told = told
        self._lock = Lock()
        self._bodies: OrderedDict[str, tuple[bytes, Facts | None]] = OrderedDict()
        self._size = 0

    def get(self, key: str) -> tuple[bytes, Facts | None] | None:
        """The answer of a key and what is recorded of it, if it is kept."""
        if not self._limit:
            return None
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
        self._told(body is not None)
        return body

    def facts(self, key: str) -> Facts | None:
        """What is recorded of an answer that the client has already, if it is still kept here."""
        with self._lock:
            kept = self._bodies.get(key)
        return kept[1] if kept else None

    def put(self, key: str, body: bytes, facts: Facts | None) -> None:
        """Keep an answer, unless it alone is larger than all may be."""
        if len(body) + _ENTRY > self._limit:
            return
        with self._lock:
            self._drop(key)
            self._bodies[key] = body, facts
            self._size += len(body) + _ENTRY
            while self._size > self._limit:
                self._drop(next(iter(self._bodies)))

    def _drop(self, key: str) -> None:
        kept = self._bodies.pop(key, None)
        if kept is not None:
            self._size -= len(kept[0]) + _ENTRY
