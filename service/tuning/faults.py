"""What is wrong with a tuning, each thing with the path of the member it is in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from indexer.errors import BroadsheetError

MAX_TOLD: Final = 50  # faults of one answer; who has more has made one mistake many times


class Fault(Struct, frozen=True):
    """One thing that is wrong, or, as a warning, that may be: ``rules[2].pin[0].position`` and what about
    it.
    """

    path: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path}: {self.detail}" if self.path else self.detail


class InvalidTuning(BroadsheetError):
    """A tuning that cannot be used; ``faults`` says all that is wrong with it, at most :data:`MAX_TOLD`."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)[:MAX_TOLD]
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(f"{self.faults[0]}{more}")


class VersionMoved(BroadsheetError):
    """Somebody else has published, or saved a draft, meanwhile; the message says who and when.

    ``what`` was done is a sentence without its full stop; ``author`` and ``at`` are as the store has them,
    empty where nobody knows.
    """

    def __init__(self, what: str, author: str = "", at: str = "", based: str = "") -> None:
        self.what, self.author, self.at = what, author, at
        by = f", by {author} at {at}" if author else ""
        super().__init__(f"{what}{by}{f'; {based}' if based else ''}")


class NoVersion(BroadsheetError):
    """There is no such version, or no draft."""
