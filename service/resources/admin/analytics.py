"""``/api/v1/admin/analytics/{report}``: reports on what people search for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

import falcon
from msgspec import Struct

from ...analytics.asking import asking
from ...analytics.export import as_csv
from ...analytics.reports import MAX_ROWS, REPORTS, Reports
from ..exchange import send
from ..operations import Operation
from ..parameters import Parameter
from ..problems import Problem
from ..query_string import read_query

if TYPE_CHECKING:
    from ...app import Parts

DEFAULT_DAYS: Final = 30  # of a report that is asked for without days
ANALYTICS: Final[tuple[Parameter, ...]] = (
    Parameter("from", "day", "first day; 30 days up to the last when left out"),
    Parameter("to", "day", "last day; today when left out"),
    Parameter("format", "choice", "form of the answer", "json", ("json", "csv")),
    Parameter("limit", "number", "rows of the answer", "100", high=MAX_ROWS),
)


class ReportMedia(Struct, frozen=True):
    """A report: its name, the days it is of, how many day-sessions a text needs, and its rows."""

    report: str
    first: str
    last: str
    k: int
    rows: list[dict[str, Any]]


class AnalyticsResource:
    """A report, for who may tune."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "A report on what people search for",
            ReportMedia,
            parameters=ANALYTICS,
            problems=(400, 401, 403, 404, 503, 507),
            secured=True,
        )
    }

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._reports = Reports(parts.database, parts.settings.analytics_k, asking(parts.engine))

    def on_get(self, req: falcon.Request, resp: falcon.Response, report: str) -> None:
        """Report.

        Raises:
            Problem: 401 or 403; 404 when there is no such report.
        """
        self._parts.access.require(req, "tune")
        given = read_query(req.query_string, ANALYTICS)
        make = REPORTS.get(report)
        if make is None:
            known = ", ".join(REPORTS)
            raise Problem(404, "no_report", f"There is no report {report[:64]!r}; there are {known}.")
        last = date.fromisoformat(given["to"]) if given["to"] else self._parts.today()
        first = (
            date.fromisoformat(given["from"]) if given["from"] else last - timedelta(days=DEFAULT_DAYS - 1)
        )
        rows = [dict(row) for row in make(self._reports, first, last, given["limit"])]
        resp.cache_control = ["no-store"]
        if given["format"] == "csv":
            resp.content_type = "text/csv; charset=utf-8"
            resp.set_header("Content-Disposition", f'attachment; filename="{report}.csv"')
            resp.data = as_csv(rows).encode()
            return
        k = self._parts.settings.analytics_k
        send(resp, ReportMedia(report, first.isoformat(), last.isoformat(), k, rows))

    on_head = on_get


def routes(parts: Parts) -> dict[str, Any]:
    """The routes of analytics."""
    return {"/api/v1/admin/analytics/{report}": AnalyticsResource(parts)}
