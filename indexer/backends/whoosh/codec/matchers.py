"""Whoosh's matcher and cursor over arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from whoosh.codec import base
from whoosh.matching import LeafMatcher, NullMatcher, ReadTooFar
from whoosh.reading import TermInfo

from .termpostings import Postings


def make_info(postings: Postings, lengths: npt.NDArray[Any]) -> TermInfo:
    """Whoosh's statistics of a term; ``lengths`` are those of all documents."""
    if not len(postings.documents):
        return TermInfo()
    held = lengths[postings.documents]
    return TermInfo(
        weight=float(postings.frequencies.sum()),
        df=len(postings.documents),
        minlength=int(held.min()),
        maxlength=int(held.max()),
        maxweight=float(postings.frequencies.max()),
        minid=int(postings.documents[0]),
        maxid=int(postings.documents[-1]),
    )


class PostingsMatcher(LeafMatcher):
    """The postings of a term as one block: to Whoosh's optimizations all of them are as good as the best."""

    def __init__(
        self, postings: Postings, info: TermInfo, term: tuple[str, bytes], format_: Any, scorer: Any
    ):
        self._postings = postings
        self._info = info
        self._term = term
        self.format = format_
        self.scorer = scorer
        self._at = 0

    @cached_property
    def _ids(self) -> list[int]:
        return list(self._postings.documents.tolist())

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *np.cumsum(self._postings.frequencies).tolist()]

    def is_active(self) -> bool:
        """Whether there is a posting here."""
        return self._at < len(self._ids)

    def reset(self) -> None:
        """Go to the first posting."""
        self._at = 0

    def copy(self) -> Self:
        """Another one at the same place."""
        other = self.__class__(self._postings, self._info, self._term, self.format, self.scorer)
        other._at = self._at  # noqa: SLF001  one of its own
        return other

    def replace(self, minquality: float = 0) -> Any:
        """Nothing, where nothing good enough is left."""
        poor = minquality and self.supports_block_quality() and self.max_quality() <= minquality
        return NullMatcher() if poor or not self.is_active() else self

    def next(self) -> bool:
        """Go on; there is no next block."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return not self.is_active()

    def skip_to(self, id: int) -> None:  # noqa: A002  Whoosh's signature
        """Go to the first posting of this document or a later one."""
        if not self.is_active():
            raise ReadTooFar
        here = self._postings.documents[self._at :]
        self._at += int(np.searchsorted(here, id))

    def skip_to_quality(self, minquality: float) -> int:
        """Pass over the block if it is not good enough; returns how many were."""
        if self.block_quality() > minquality:
            return 0
        self._at = len(self._ids)
        return 1

    def id(self) -> int:
        """The document."""
        return self._ids[self._at]

    def all_ids(self) -> Any:
        """The documents from here on."""
        return iter(self._ids[self._at :])

    def all_items(self) -> Any:
        """Documents with their values from here on."""
        return ((self._ids[at], self._value(at)) for at in range(self._at, len(self._ids)))

    def weight(self) -> float:
        """How often the document holds the term."""
        return float(self._postings.frequencies[self._at])

    def value(self) -> bytes:
        """Where: see :class:`..schema.PackedPositions`."""
        return self._value(self._at)

    def _value(self, at: int) -> bytes:
        if not len(self._postings.positions):
            return b""
        found = self._postings.positions[self._starts[at] : self._starts[at + 1]]
        return found.astype("<u4").tobytes()

    def block_min_length(self) -> int:
        """The least positions a document of it has in the field."""
        return self._info.min_length()  # type: ignore[no-any-return]  # Whoosh has no types

    def block_max_length(self) -> int:
        """The most positions a document of it has in the field."""
        return self._info.max_length()  # type: ignore[no-any-return]  # Whoosh has no types

    def block_max_weight(self) -> float:
        """The greatest weight."""
        return self._info.max_weight()  # type: ignore[no-any-return]  # Whoosh has no types


class TermCursor(base.FieldCursor):
    """A walk along the terms of a field.

    ``count`` terms are numbered; ``read`` gives one as text, ``held`` whether the field has it, ``place`` the
    first that does not sort before some bytes, ``info`` the statistics of one.
    """

    def __init__(
        self,
        count: int,
        read: Callable[[int], str],
        held: Callable[[int], bool],
        place: Callable[[bytes], int],
        info: Callable[[int], TermInfo],
    ) -> None:
        self._count = count
        self._read, self._held, self._place, self._info = read, held, place, info
        self._go(0)

    def _go(self, number: int) -> str | None:
        while number < self._count and not self._held(number):
            number += 1
        self._number = number
        return self.text()

    def first(self) -> str | None:
        """Go to the first text."""
        return self._go(0)

    def find(self, string: str | bytes) -> str | None:
        """Go to the first text that does not sort before one."""
        return self._go(self._place(string.encode() if isinstance(string, str) else string))

    def next(self) -> str | None:
        """Go on."""
        return self._go(self._number + 1)

    def text(self) -> str | None:
        """The text here; ``None`` behind the last."""
        return self._read(self._number) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        """The statistics of the term here."""
        return self._info(self._number) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether there is a text here."""
        return self._number < self._count
