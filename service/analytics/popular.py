"""What visitors ask most, of the queries that enough of them asked: for previews, and to be offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from ..store import Database
from ..tuning.preview import TopQuery
from .reports import MAX_ROWS, Reports, Row

LOOKED_BACK: Final = 30  # days, today included
OFFERED: Final = 50  # of which those that go on as somebody types are shown, eight at most


class Popular:
    """The most frequent queries of the last :data:`LOOKED_BACK` days that at least ``k`` day-sessions asked.

    Both methods may raise :class:`~service.store.StoreUnavailable` or
    :class:`~indexer.errors.StorageError`: the store cannot be read.
    """

    def __init__(self, database: Database, k: int, today: Callable[[], date]) -> None:
        self._reports = Reports(database, k)
        self._k = k
        self._today = today

    def top(self, limit: int) -> Sequence[TopQuery]:
        """The most frequent ones, found or not, with their day-sessions."""
        return [TopQuery(str(row["query"]), int(row["sessions"])) for row in self._asked(limit)]

    def offered(self) -> tuple[str, ...]:
        """Those that are worth being offered to others: most who asked found something, and enough did."""
        found = (str(row["query"]) for row in self._asked(MAX_ROWS) if self._is_found(row))
        return tuple(text for text, _ in zip(found, range(OFFERED), strict=False))

    def _is_found(self, row: Row) -> bool:
        return bool(row["sessions"] - row["missed"] >= self._k and row["missed"] * 2 < row["sessions"])

    def _asked(self, limit: int) -> list[Row]:
        last = self._today()
        return self._reports.queries(last - timedelta(days=LOOKED_BACK - 1), last, limit)
