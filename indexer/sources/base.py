"""What a source of pages must do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from .page import Failure, Page


class Source(Protocol):
    """A place pages come from. What it no longer holds is removed from the catalog, for it alone."""

    @property
    def name(self) -> str:
        """Stable over runs and however the source was named on the command line."""

    def pages(self) -> Iterator[Page | Failure]:
        """Every page the source holds now, in a stable order, and what it could not read of itself.

        Raises:
            SourceError: the source cannot be read at all.
        """

    def total(self) -> int | None:
        """How many pages :meth:`pages` will give, where that is cheap to know."""

    def covers(self, key: str) -> bool:
        """Whether :meth:`pages` gives the page of this key if the source still holds it.

        ``False`` for all the pages outside the part of a source that one run looks at.
        """

    def absorbs(self, name: str) -> bool:
        """Whether every page of the source of this name is one of this source, too."""
