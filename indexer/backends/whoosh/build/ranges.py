"""The postings of a text field of several segments as one: a range of terms at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..codec.container import ContainerWriter
from ..kernels.inversion import POSITION, POSTING, place_segment, skips
from ..kernels.memory import LARGE_FREQUENCY, SKIP_BITS

RANGE: Final = 1 << 24  # positions of a range, at least those of one term; about 4 bytes each

Codes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FieldSource:
    """A field of a segment: its arrays, and the new numbers of its terms, ascending, and of its documents, -1
    for deleted ones.
    """

    arrays: Sequence[npt.NDArray[Any]]  # starts, documents, frequencies, large, positions, high
    terms: Codes
    documents: Numbers
    forget: Callable[[str, int], None]  # lets go of the pages of an array's first numbers

    def before(self, term: int) -> int:
        """How many postings stand before those of a term."""
        starts = self.arrays[0]
        chunks = (len(starts) - 1) // max(len(self.terms), 1)
        return int(starts[term * chunks])

    def forget_postings(self, count: int) -> None:
        """Let go of the pages of the first postings: what is read once need not count as memory in use."""
        self.forget("documents", count)
        self.forget("frequencies", count)

    @property
    def postings(self) -> Sequence[npt.NDArray[Any]]:
        """What is counted: starts, documents, frequencies and how often the large ones."""
        return self.arrays[:4]


@dataclass(slots=True)
class _Cursor:
    """How far a source has been read: term, place among positions, place among large frequencies."""

    term: int = 0
    spot: int = 0
    large: int = 0


def merge_field(
    writer: ContainerWriter,
    name: str,
    sources: Sequence[FieldSource],
    starts: Codes,
    begins: Numbers,
    chunks: int,
) -> None:
    """Write the postings and positions of a field; ``starts`` and ``begins`` are where those of each term
    begin.
    """
    postings, total = int(starts[-1]), int(begins[-1])
    wide = any(len(source.arrays[-1]) for source in sources)
    outs = (
        writer.reserve(f"{name}.documents", np.uint16, postings),
        writer.reserve(f"{name}.frequencies", np.uint8, postings),
        writer.reserve(f"{name}.positions", np.uint16, total),
        writer.reserve(f"{name}.high", np.uint16, total if wide else 0),
    )
    state = np.zeros((len(begins), 2), np.int64)
    state[:, POSTING], state[:, POSITION] = starts[::chunks], begins
    cursors = [_Cursor() for _ in sources]
    larges: list[Codes] = []
    places = np.zeros((postings >> SKIP_BITS) + 1, np.uint32)
    for first, last in _ranges(begins):
        base, base_spot = state[first].tolist()
        size, room = (state[last] - state[first]).tolist()
        state[first:last] -= state[first].copy()
        made = (
            np.empty(size, np.uint16),
            np.empty(size, np.uint8),
            np.empty(room, np.uint16),
            np.zeros(room if wide else 0, np.uint16),
        )
        large = _placed(sources, cursors, state, made, last)
        skips(made[1], large[1], base, base_spot, places)
        larges.append(large + np.array([[base], [0]], np.uint32))
        for out, array in zip(outs, made, strict=True):
            out.go_on(array)
    large = np.concatenate(larges, axis=1) if larges else np.zeros((2, 0), np.uint32)
    writer.add(f"{name}.large_at", large[0])
    writer.add(f"{name}.large", large[1])
    writer.add(f"{name}.skips", places)


def _ranges(begins: Numbers) -> Iterator[tuple[int, int]]:
    """Ranges of terms, each with few enough positions, or of one term."""
    first, count = 0, len(begins) - 1
    while first < count:
        last = int(np.searchsorted(begins, begins[first] + RANGE, side="right")) - 1
        last = min(max(last, first + 1), count)
        yield first, last
        first = last


def _placed(
    sources: Sequence[FieldSource],
    cursors: Sequence[_Cursor],
    state: Numbers,
    made: Sequence[npt.NDArray[Any]],
    last: int,
) -> Codes:
    """Fill the arrays of a range that ends before a term; returns its large postings, and how often."""
    large = np.empty((2, len(made[2]) // LARGE_FREQUENCY), np.uint32)
    noted = 0
    for source, cursor in zip(sources, cursors, strict=True):
        end = int(np.searchsorted(source.terms, last))
        cursor.spot, cursor.large, noted = place_segment(
            *source.arrays,
            source.terms,
            source.documents,
            cursor.term,
            end,
            cursor.spot,
            cursor.large,
            state,
            *made,
            *large,
            noted,
        )
        cursor.term = end
        source.forget_postings(source.before(end))
        source.forget("positions", cursor.spot)
    found: Codes = large[:, :noted][:, np.argsort(large[0, :noted])]
    return np.ascontiguousarray(found)
