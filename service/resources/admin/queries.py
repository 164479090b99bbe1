"""``/admin/queries``: what visitors search for, what they do not find, and the fix for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from indexer.errors import BroadsheetError

from ...analytics.asking import asking
from ...analytics.reports import MAX_ROWS, Reports
from ...tuning.faults import VersionMoved
from ...tuning.fixing import apply, decode_fix
from ...tuning.model import TuningModel
from ...web.admin.figures import number
from ...web.admin.missed import PREVIEW, Typed, missed_row, missed_rows
from ...web.admin.period import CHOICES, Period, read_period
from ...web.admin.queries import (
    curation_link,
    days_of,
    points_of,
    query_row,
    rows_of,
    search_link,
    tiles_of,
    usage_of,
    withheld_of,
)
from ..problems import Problem
from .bodies import refusals
from .session import Form, one
from .shell import Visit

if TYPE_CHECKING:
    from ...app import Parts

ROWS: Final = 25  # of a list, until all of it is asked for
MISSED_ROWS: Final = 50  # each is asked of the engine, about a millisecond


class QueryPages:
    """The pages about queries. What they show is what the reports show."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._reports = Reports(parts.database, parts.settings.analytics_k, asking(parts.engine))

    def all(self, visit: Visit) -> None:
        """Show what is searched for."""
        period = read_period(visit.query, self._parts.today())
        if self._is_off(visit, period):
            return
        reports, settings, days = self._reports, self._parts.settings, (period.first, period.last)
        overview = reports.overview(*days)
        limit = MAX_ROWS if visit.query.get("rows") == "all" else ROWS
        queries = reports.queries(*days, limit + 1)
        tags = reports.tags(*days)
        by_day = reports.by_day((tags[row["query"]] for row in queries if row["query"] in tags), *days)
        trends = days_of(reports.trends(*days))
        self._show(
            visit,
            "queries.html",
            period,
            tiles=tiles_of(overview, reports.latency(*days), reports.latency(*period.before)),
            day_rows=[(day.name, *map(number, (day.searches, day.nothing, day.partial))) for day in trends],
            searches=points_of(trends, "searches"),
            nothing=points_of(trends, "nothing"),
            rows=rows_of(queries[:limit], tags, by_day, period),
            more=len(queries) > limit,
            usage=usage_of(reports.usage(*days), self._labels()),
            withheld=withheld_of(
                overview, reports.withheld(*days), settings.analytics_k, settings.analytics_days
            ),
        )

    def missed(self, visit: Visit) -> None:
        """Show what is searched for and not found."""
        self._missed(visit, Typed())

    def _missed(self, visit: Visit, typed: Typed) -> None:
        period = read_period(visit.query, self._parts.today())
        if self._is_off(visit, period):
            return
        days = (period.first, period.last)
        draft, live = self._models()
        found = self._reports.missed(*days, MISSED_ROWS)
        rows = missed_rows(found, self._reports.tags(*days), period.query, draft, live)
        self._show(
            visit,
            "missed.html",
            period,
            rows=[row for row in rows if not row.found_now],
            found=[row for row in rows if row.found_now],
            typed=typed,
            drafted=draft is not None,
        )

    def one(self, visit: Visit, tag: str) -> None:
        """Show one query.

        Raises:
            Problem: 404, no query of that tag is shown in the period.
        """
        period = read_period(visit.query, self._parts.today())
        if self._is_off(visit, period):
            return
        days = (period.first, period.last)
        found = self._reports.one(tag, *days)
        if found is None:
            k = self._parts.settings.analytics_k
            raise Problem(
                404, "no_query", f"No query that {k} day-sessions asked in these days is known by that."
            )
        draft, live = self._models()
        by_day = self._reports.by_day((tag,), *days)
        trend = days_of(
            [
                {"day": row["day"], "searches": count}
                for row, count in zip(self._reports.trends(*days), by_day[tag], strict=True)
            ]
        )
        self._show(
            visit,
            "query.html",
            period,
            tag=tag,
            row=query_row(found, tag, by_day, period),
            day_rows=[(day.name, number(day.searches)) for day in trend],
            points=points_of(trend, "searches"),
            then=found["then"],
            why=missed_row(found, tag, period.query, draft, live) if found["missed"] else None,
            typed=Typed(),
            search=search_link(found["query"]),
            curation=curation_link(found["query"]),
        )

    def fix(self, visit: Visit, form: Form) -> tuple[str, str]:
        """Write the fix that a form brings, as it was shown or filled in, into the draft.

        Raises:
            Problem: 400, it brings none; 422, what it says cannot be used.
        """
        typed = Typed(one(form, "word").strip(), one(form, "to").strip())
        filled = typed.fix() if typed.word else None
        if typed.word and filled is None:
            visit.resp.status = 422
            self._missed(visit, typed.refused())
            return "", ""
        try:
            fix = filled or decode_fix(one(form, "fix"))
        except msgspec.DecodeError as error:
            raise Problem(400, "invalid_parameter", f"The form brings no fix: {error}") from error
        versions = self._parts.versions
        known = versions.draft()
        before = known.model if known else versions.published().model
        after = apply(before, fix)
        if after is before and known:
            return PREVIEW, "fix-there"
        with refusals():
            try:
                versions.save_draft(after, visit.actor, revision=known.revision if known else 0)
            except VersionMoved:
                return "/admin/queries/missed", "fix-moved"
        return PREVIEW, "fix-drafted"

    def _is_off(self, visit: Visit, period: Period) -> bool:
        """Whether nothing is counted; then the page says so."""
        if self._parts.recorder is not None:
            return False
        self._show(visit, "queries_off.html", period)
        return True

    def _show(self, visit: Visit, template: str, period: Period, **values: object) -> None:
        if period.faults:
            visit.resp.status = 400
        visit.page(template, period=period, choices=CHOICES, path=visit.req.path, **values)

    def _models(self) -> tuple[TuningModel | None, TuningModel]:
        """The draft's model, ``None`` without one, and the one in force."""
        draft = self._parts.versions.draft()
        return draft.model if draft else None, self._parts.versions.published().model

    def _labels(self) -> dict[str, str]:
        try:
            return {row.value: row.label for row in self._parts.engine.taxonomy("category")}
        except BroadsheetError:
            return {}
