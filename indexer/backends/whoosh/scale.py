"""A ranking as kernels take it: its numbers, and what stands below frequencies by it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...fields import TEXT
from ...ranking import Ranking
from .. import evaluate
from .codec.opened import OpenSegment
from .kernels.table import address

Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_KEPT_ROWS = 256  # combinations of leaves' fields; a site's questions have a handful


class View(Protocol):
    """What an execution needs of a reader."""

    segments: Sequence[OpenSegment]
    article_count: int
    languages: tuple[str, ...]

    def average_length(self, field: str) -> float:
        """The mean positions in a field over the live articles."""

    def scale(self, ranking: Ranking) -> Scale:
        """What a ranking is for the kernels."""


class Scale:
    """A ranking as kernels take it, and what stands below frequencies by it, computed when first needed.

    ``factors`` are the fields' weights, ``numbers`` the ranking in the order of :mod:`.kernels.rescoring` and
    :mod:`.kernels.searching`.
    """

    def __init__(self, view: View, ranking: Ranking) -> None:
        # Not the view itself: it keeps this, and a circle of the two would keep an old commit's files open.
        self._segments = view.segments
        self._averages = {name: view.average_length(name) for name in TEXT}
        self._ranking = ranking
        self._norms: dict[tuple[int, tuple[str, ...]], Numbers] = {}
        self._rows: dict[tuple[int, tuple[tuple[str, ...], ...]], Ints] = {}
        self._lock = threading.Lock()
        self.factors = np.array([ranking.weights[name] for name in TEXT], np.float64)
        today = evaluate.ordinal(ranking.today) or 0
        bonuses = (ranking.proximity, ranking.title, ranking.recency, ranking.half_life_days, today)
        self._boosts = [self._boosted(segment) for segment in view.segments] if ranking.boosts else []
        largest = max([1.0, *(float(column.max()) for column in self._boosts if len(column))])
        numbers = (*bonuses, ranking.k1, ranking.coverage, *self.factors.tolist(), largest)
        self.numbers = np.array(numbers, np.float64)

    def norms_at(self, place: int, leaves: tuple[tuple[str, ...], ...]) -> Ints:
        """The addresses of the norms of some leaves, by the fields of each, and then that of the boosts, or
        0.
        """
        known = self._rows.get((place, leaves))
        if known is None:
            addresses = [address(self.norms(place, fields)) for fields in leaves]
            addresses.append(address(self._boosts[place]) if self._boosts else 0)
            known = np.array(addresses, np.int64)
            if len(self._rows) < _KEPT_ROWS:
                self._rows[place, leaves] = known
        return known

    def boost(self, place: int, document: int) -> float:
        """The factor of a document of a segment; see :func:`indexer.ranking.boost`."""
        return float(self._boosts[place][document]) if self._boosts else 1.0

    def _boosted(self, segment: OpenSegment) -> Numbers:
        column: Numbers = np.ones(segment.documents, np.float64)
        for name, factors in self._ranking.boosts.items():
            for slug, factor in factors.items():
                number = segment.values[name].get(slug)
                if number is not None:
                    column[segment.carriers(name, number)] *= factor
        return column

    def norms(self, place: int, fields: tuple[str, ...]) -> Numbers:
        """``k1 * (1 - b + b * length / average)`` of every document of a segment.

        Length and average are weighted sums over the fields.
        """
        known = self._norms.get((place, fields))
        if known is None:
            # What has been made is never put in another's place: a kernel may have its address.
            with self._lock:
                known = self._norms.get((place, fields))
                if known is None:
                    known = self._norms[place, fields] = self._made(place, fields)
        return known

    def _made(self, place: int, fields: tuple[str, ...]) -> Numbers:
        segment, ranking = self._segments[place], self._ranking
        lengths, average = np.zeros(segment.documents, np.float64), 0.0
        for name in fields:
            lengths += ranking.weights[name] * segment.arrays[f"{name}.lengths"]
            average += ranking.weights[name] * self._averages[name]
        relative = lengths / average if average > 0.0 else np.ones(segment.documents)
        norms: Numbers = ranking.k1 * (1.0 - ranking.b + ranking.b * relative)
        return norms
