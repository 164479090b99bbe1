"""``/admin``: how things stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from indexer.errors import CatalogError, IndexDamaged, NoIndex, StorageError

from ...analytics.reports import Reports
from ...standing import Standing, standing
from ...store import StoreUnavailable
from ...upkeep import Disk
from ...web.admin.overview import Known, Traffic, newest_run, overview
from ...web.admin.queries import traffic_of
from .shell import Visit

if TYPE_CHECKING:
    from ...app import Parts

LOOKED_BACK: Final = 200  # tasks that are looked through for the last run
TRAFFIC_DAYS: Final = 30  # of searches that are shown


class OverviewPage:
    """Asks every part how it stands. What cannot be told now leaves its place empty."""

    def __init__(self, parts: Parts, now: Callable[[], datetime]) -> None:
        self._parts = parts
        self._now = now
        self._reports = Reports(parts.database, parts.settings.analytics_k)

    def show(self, visit: Visit) -> None:
        """Show the page."""
        upkeep, tasks = self._parts.upkeep, self._parts.tasks
        counts = tasks.counts()
        known = Known(
            standing=self._standing(),
            last_run=newest_run(tasks.newest(LOOKED_BACK)),
            working=counts["enqueued"] + counts["processing"],
            reasons=_told(upkeep.reasons),
            sources=_told(upkeep.sources),
            disk=self._disk(),
            traffic=self._traffic(),
        )
        visit.page("overview.html", view=overview(known, self._now()))

    def _standing(self) -> Standing | None:
        try:
            return standing(self._parts.engine, self._parts.desk)
        except (NoIndex, IndexDamaged):
            return None

    def _traffic(self) -> Traffic | None:
        """The searches of the last days; nothing where they are not counted."""
        if self._parts.recorder is None:
            return None
        last = self._parts.today()
        try:
            return traffic_of(self._reports.trends(last - timedelta(days=TRAFFIC_DAYS - 1), last))
        except (StoreUnavailable, StorageError):
            return None

    def _disk(self) -> Disk | None:
        try:
            return self._parts.upkeep.disk()
        except StorageError:
            return None


def _told(ask: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
    """What the catalog says; nothing while it cannot be read, which the headline tells."""
    try:
        return ask()
    except CatalogError:
        return {}
