"""What an engine must do to be measured, and what it answers with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ..data import Item
from ..questions import Question

TITLE_WEIGHT = 3.0


class Unable(Exception):
    """The engine has no way to ask this; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``total`` is ``None`` where the engine cannot say it; ``ids`` are numbers of items, best first.

    ``characters`` is the length of the stored titles and texts of the hits when they were fetched.
    ``seconds`` is what an engine in another process measured itself; otherwise the caller's clock counts.
    """

    total: int | None
    ids: tuple[int, ...]
    facets: Mapping[str, int] = field(default_factory=dict)
    characters: int = 0
    seconds: float | None = None


class Peer(Protocol):
    """One engine on one index. Preparing a question is not timed, asking it is."""

    name: str
    note: str  # how it is used, in a line for the report

    def version(self) -> str:
        """The engine's version."""

    def build(self, items: Iterable[Item], folder: Path, expected: int) -> float | None:
        """Make an index of the items in an empty folder, durable and ready to be asked.

        Returns the seconds it took where they were measured in another process.
        """

    def open(self, folder: Path) -> None:
        """Open what :meth:`build` made."""

    def prepare(self, question: Question) -> Any:
        """The question in the engine's own form.

        Raises:
            Unable: it has none.
        """

    def ask(self, prepared: Any, fetch: bool) -> Answer:
        """Answer; with ``fetch`` the stored title and text of the ten hits are read, too."""

    def parts(self, folder: Path) -> Mapping[str, int]:
        """Bytes on disk by what they hold, where that can be seen; the sum is the index."""

    def close(self) -> None:
        """Give everything back."""


def files_by_suffix(folder: Path) -> dict[str, int]:
    """Bytes on disk by the suffix of the file."""
    found: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            suffix = path.suffix or path.name
            found[suffix] = found.get(suffix, 0) + path.stat().st_size
    return found
