"""The hits of several segments in one order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .codec.opened import OpenSegment

Documents = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Column = npt.NDArray[Any]  # one entry a hit

Part = tuple[Documents, Numbers, int, Ints]  # of a segment: first hits, their scores, total, facet counts
_DECIMALS = 1e9  # scores that agree to nine decimals are equal: see ..evaluate


class Together(NamedTuple):
    """Hits of several segments, and what decides their order."""

    segments: Column
    documents: Column
    scores: Column
    days: Column
    ties: Column

    @classmethod
    def of(cls, segments: Sequence[OpenSegment], parts: Sequence[Part]) -> Together:
        """The hits of all segments."""
        columns = [
            (
                np.full(len(part[0]), place, np.int64),
                part[0],
                part[1],
                segment.arrays["published"][part[0]].astype(np.int64),
                segment.arrays["tie"][part[0]].astype(np.int64),
            )
            for place, (segment, part) in enumerate(zip(segments, parts, strict=True))
        ]
        return cls(*(_joined(column) for column in zip(*columns, strict=True))) if columns else _NOTHING

    def then(self, other: Together) -> Together:
        """These hits, and others behind them."""
        return Together(*(_joined(column) for column in zip(self, other, strict=True)))

    def in_order(self, sort: str) -> Together:
        """The hits in the order of :mod:`..evaluate`."""
        better = -np.rint(self.scores * _DECIMALS)
        if sort == "relevance":
            return self.at(np.lexsort((self.ties, -self.days, better)))
        days = self.days if sort == "oldest" else -self.days
        return self.at(np.lexsort((self.ties, better, days, self.days == 0)))

    def at(self, places: slice | Ints) -> Together:
        """The hits at some places."""
        return Together(*(column[places] for column in self))


_NOTHING = Together(
    np.zeros(0, np.int64), np.zeros(0, np.uint32), np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64)
)


def _joined(columns: Sequence[Any]) -> Column:
    joined: Column = np.concatenate(columns)
    return joined
