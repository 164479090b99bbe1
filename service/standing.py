"""How index and catalog stand to each other: what readiness and metrics tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from indexer.errors import BroadsheetError

from .desk import Desk
from .search.engine import Engine
from .tasks import TaskStore


@dataclass(frozen=True, slots=True)
class Standing:
    """What is served. ``sequence`` is the last change of the index, ``catalog_sequence`` of the catalog."""

    generation: str
    articles: int
    sequence: int
    catalog_sequence: int
    indexed_at: str | None

    @property
    def lag(self) -> int:
        """Changes that are accepted and not yet in the index."""
        return max(0, self.catalog_sequence - self.sequence)


def standing(engine: Engine, desk: Desk) -> Standing:
    """Look at index and catalog.

    Raises:
        NoIndex, IndexDamaged, CatalogError: searches cannot be answered, or not for long.
    """
    return Standing(
        engine.generation, engine.article_count, engine.sequence, desk.catalog_sequence, desk.indexed_at()
    )


def readings(engine: Engine, desk: Desk, tasks: TaskStore) -> Mapping[str, float | Mapping[str, float]]:
    """The gauges of :data:`service.metrics.GAUGES`; without an index, those that are known."""
    counts: dict[str, float] = dict(tasks.counts())
    try:
        now = standing(engine, desk)
    except BroadsheetError:
        return {"ready": 0, "tasks": counts}
    age: dict[str, float] = {}
    if now.indexed_at:
        age["index_age_seconds"] = (
            datetime.now(UTC) - datetime.fromisoformat(now.indexed_at)
        ).total_seconds()
    return {
        "ready": 1,
        "articles": now.articles,
        "index_sequence": now.sequence,
        "catalog_sequence": now.catalog_sequence,
        "generation": {now.generation: 1},
        "tasks": counts,
        **age,
    }
