"""Moments as the store has them: ISO 8601 in UTC with milliseconds, which sort as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def stamp(moment: datetime) -> str:
    """A moment as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def moment_of(text: str) -> datetime:
    """The moment that a text of :func:`stamp` says."""
    return datetime.fromisoformat(text)


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)
