"""Visitors of the tests: as many as make a query known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from service.analytics.model import Asked, Clicked, Facts
from service.analytics.recorder import Recorder
from service.analytics.shared import Shared
from service.store import Database, store_address

K: Final = 5  # day-sessions that make a query known, the setting's default
FOUND: Final = Facts(7, 1.5)
NOTHING: Final = Facts(0, 0.5)


def ask(recorder: Recorder, text: str, facts: Facts, times: int = K, **more: object) -> None:
    """Have a text asked by visitors, one after another; it is written down at the end."""
    for who in range(times):
        recorder.asked(Asked(text, f"192.0.2.{who}", "Reader/1.0", facts, **more))  # type: ignore[arg-type]
    recorder.drain()


def ask_again(recorder: Recorder, text: str, then: str, times: int = K) -> None:
    """Have visitors ask a text, find nothing, and ask another that finds something."""
    for who in range(times):
        recorder.asked(Asked(text, f"192.0.2.{who}", "Reader/1.0", NOTHING))
        recorder.asked(Asked(then, f"192.0.2.{who}", "Reader/1.0", FOUND))
    recorder.drain()


def click(recorder: Recorder, clicks: Mapping[str, int]) -> None:
    """Have answers gone to, each at its rank, by as many visitors as make a count known."""
    for text, rank in clicks.items():
        for who in range(K):
            recorder.clicked(Clicked(text, rank, f"192.0.2.{who}", "answer"))
    recorder.drain()


def season(data: Path, asked: Mapping[str, Facts], days: int) -> None:
    """Write days of searches into the store of a service: of each text, one to seven on each day."""
    database, last = Database(store_address("", data)), datetime.now(UTC).date()
    shared = Shared()
    for back in range(days - 1, -1, -1):
        day = last - timedelta(days=back)
        recorder = Recorder(database, data, shared, k=K, keep_days=90, today=lambda day=day: day)  # type: ignore[misc]
        for number, (text, facts) in enumerate(asked.items()):
            for who in range((back * (number + 3)) % 7 + 1):  # each by visitors of its own
                recorder.asked(Asked(text, f"192.0.{number}.{who}", "Reader/1.0", facts))
            if facts.total:
                recorder.clicked(Clicked(text, number + 1, "192.0.2.1", "answer"))
        recorder.drain()
    database.close()


def recording(data: Path) -> tuple[Database, Recorder]:
    """A recorder on the store of a service that another process has open."""
    database = Database(store_address("", data))
    return database, Recorder(database, data, Shared(), k=K, keep_days=90)
