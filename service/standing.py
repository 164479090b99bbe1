"""How index and catalog stand to each other: what readiness and metrics tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from indexer.errors import BroadsheetError, CatalogError, StorageError

from .desk import Desk
from .search.engine import Engine
from .tasks import TaskStore
from .tuning.live import LiveTuning


@dataclass(frozen=True, slots=True)
class Standing:
    """What is served. ``sequence`` is the last change of the index, ``catalog_sequence`` of the catalog.

    The latter is ``None`` while the catalog cannot be read; searches need only the index.
    """

    generation: str
    articles: int
    sequence: int
    catalog_sequence: int | None
    indexed_at: str | None

    @property
    def lag(self) -> int | None:
        """Changes that are accepted and not yet in the index, when that is known."""
        return None if self.catalog_sequence is None else max(0, self.catalog_sequence - self.sequence)


def standing(engine: Engine, desk: Desk) -> Standing:
    """Look at index and catalog.

    Raises:
        NoIndex, IndexDamaged: searches cannot be answered.
    """
    return Standing(
        engine.generation,
        engine.article_count,
        engine.sequence,
        _accepted(desk),
        desk.indexed_at(),
    )


def _accepted(desk: Desk) -> int | None:
    try:
        return desk.catalog_sequence
    except CatalogError:
        return None


def readings(engine: Engine, desk: Desk, tasks: TaskStore) -> Mapping[str, float | Mapping[str, float]]:
    """The gauges of :data:`service.metrics.GAUGES`; those that are not known are left out."""
    counted = _counted(tasks)
    try:
        now = standing(engine, desk)
    except BroadsheetError:
        return {"ready": 0, **counted}
    known: dict[str, float] = {}
    if now.indexed_at:
        known["index_age_seconds"] = (
            datetime.now(UTC) - datetime.fromisoformat(now.indexed_at)
        ).total_seconds()
    if now.catalog_sequence is not None:
        known["catalog_sequence"] = now.catalog_sequence
    return {
        "ready": 1,
        "articles": now.articles,
        "index_sequence": now.sequence,
        "generation": {now.generation: 1},
        **known,
        **counted,
    }


def tuning_readings(tuning: LiveTuning) -> Mapping[str, float]:
    """What the worker that answers knows of the tuning."""
    return {"tuning_version": tuning.now.version.number, "tuning_stale": float(tuning.stale)}


def _counted(tasks: TaskStore) -> Mapping[str, Mapping[str, float]]:
    try:
        return {"tasks": dict(tasks.counts())}
    except StorageError:
        return {}
