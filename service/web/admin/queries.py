"""What visitors search for, made ready for its pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from .charts import Point
from .figures import NONE, number, share
from .overview import Tile, Traffic
from .period import Period

Row = Mapping[str, Any]

BARS: Final = 12  # of a chart: the most frequent ones; the file has all

# What is counted of a search beside its words, under the words that the search page has for it.
_SWITCHES: Final[Mapping[str, str]] = {
    "exact": "Exact matches only",
    "title": "Search in title",
    "content": "Search in content",
    "type": "Post types",
    "category": "Categories",
    "lang": "Language",
    "days": "Dates",
}


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A query in the list. ``nothing`` found nothing, ``partial`` only some of the words; ``by_day`` are its
    day-sessions day by day.
    """

    text: str
    href: str
    sessions: int
    nothing: int
    partial: int
    clicks: int
    click_through: str
    mean_rank: str
    by_day: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """Searches of a day, and how many of them found nothing or only some of the words, for charts and their
    tables.
    """

    name: str
    searches: int
    nothing: int = 0
    partial: int = 0


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is not shown: ``sessions`` asked for something that fewer than ``k`` asked for, ``refused`` want
    to be in no statistics, ``dropped`` could not be counted. Counts are kept for ``keep_days``.
    """

    k: int
    sessions: int
    refused: int
    dropped: int
    keep_days: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What was in use with searches: a chart's points of one kind."""

    name: str
    points: tuple[Point, ...]

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The points as rows of a table."""
        return tuple((point.name, number(point.value or 0)) for point in self.points)


def tiles_of(overview: Sequence[Row], latency: Sequence[Row], before: Sequence[Row]) -> tuple[Tile, ...]:
    """The figures of a period, each against the one before it. ``before`` are its latencies."""
    now = {row["name"]: int(row["value"]) for row in overview}
    then = {row["name"]: int(row["before"]) for row in overview}
    return (
        Tile(
            "Searches",
            number(now["searches"]),
            _was(number(then["searches"]), then) or "nothing counted before",
        ),
        Tile(
            "Found nothing",
            share(now["nothing"], now["searches"]),
            _was(share(then["nothing"], then["searches"]), then),
            "/admin/queries/missed",
        ),
        Tile(
            "Only some of the words",
            share(now["partial"], now["searches"]),
            _was(share(then["partial"], then["searches"]), then),
            "/admin/queries/missed",
        ),
        Tile(
            "Click-through",
            share(now["clicks"], now["searches"]),
            _was(share(then["clicks"], then["searches"]), then),
        ),
        Tile("Mean rank clicked", _mean(now), _was(_mean(then), then)),
        *_latencies(latency, before, then),
    )


def _was(value: str, then: Mapping[str, int]) -> str:
    return f"{value} before" if then["searches"] else ""


def _mean(counts: Mapping[str, int]) -> str:
    return number(round(counts["ranks"] / counts["clicks"], 1)) if counts["clicks"] else NONE


def _latencies(now: Sequence[Row], before: Sequence[Row], then: Mapping[str, int]) -> Iterator[Tile]:
    values, earlier = ({row["name"]: str(row["value"]) for row in rows} for rows in (now, before))
    for name, said in (("p50", "Latency, half within"), ("p95", "Latency, 95 % within")):
        yield Tile(said, _bound(values.get(name)), _was(_bound(earlier.get(name)), then))


def _bound(text: str | None) -> str:
    """A percentile is the upper bound of a class: ``5 ms``; beyond the last one, ``> 5000 ms``."""
    return (text or NONE).removeprefix("<= ")


def days_of(trends: Sequence[Row]) -> tuple[Day, ...]:
    """The days of a period."""
    return tuple(
        Day(
            short_day(date.fromisoformat(row["day"])),
            row["searches"],
            row.get("nothing", 0),
            row.get("partial", 0),
        )
        for row in trends
    )


def short_day(day: date) -> str:
    """A day as it fits below a chart: ``21 Jan``."""
    return f"{day.day} {day:%b}"


def points_of(days: Sequence[Day], name: str) -> tuple[Point, ...]:
    """The points of a chart of ``searches``, ``nothing`` or ``partial``."""
    return tuple(Point(day.name, getattr(day, name)) for day in days)


def traffic_of(trends: Sequence[Row]) -> Traffic:
    """What the desk's first page tells of searches."""
    days = days_of(trends)
    return Traffic(
        len(days),
        sum(day.searches for day in days),
        sum(day.nothing for day in days),
        sum(day.partial for day in days),
        points_of(days, "searches"),
    )


def rows_of(
    rows: Sequence[Row], tags: Mapping[str, str], by_day: Mapping[str, tuple[int, ...]], period: Period
) -> tuple[QueryRow, ...]:
    """The list of the most frequent queries."""
    return tuple(query_row(row, tags.get(row["query"], ""), by_day, period) for row in rows)


def query_row(row: Row, tag: str, by_day: Mapping[str, tuple[int, ...]], period: Period) -> QueryRow:
    """A query, with the way to its own page."""
    rank = row["mean_rank"]
    return QueryRow(
        text=row["query"],
        href=f"/admin/queries/{tag}?{period.query}" if tag else "",
        sessions=row["sessions"],
        nothing=row["nothing"],
        partial=row["partial"],
        clicks=row["clicks"],
        click_through=share(row["click_through"]),
        mean_rank=NONE if rank is None else number(rank),
        by_day=by_day.get(tag, ()),
    )


def usage_of(rows: Sequence[Row], labels: Mapping[str, str]) -> tuple[Usage, ...]:
    """Switches, and categories by their ``labels``."""
    names = (("switches", "Switches and filters"), ("categories", "Categories"), ("languages", "Languages"))
    said = {"switches": _SWITCHES, "categories": labels, "languages": {}}
    made = (
        Usage(name, tuple(_point(row, said[kind]) for row in rows if row["kind"] == kind)[:BARS])
        for kind, name in names
    )
    return tuple(usage for usage in made if usage.points)


def _point(row: Row, labels: Mapping[str, str]) -> Point:
    return Point(labels.get(row["name"], row["name"]), row["sessions"])


def withheld_of(overview: Sequence[Row], sessions: int, k: int, keep_days: int) -> Withheld:
    """What the page does not show, of the overview's rows."""
    now = {row["name"]: int(row["value"]) for row in overview}
    return Withheld(k, sessions, now["refused"], now["dropped"], keep_days)


def search_link(text: str, **more: str) -> str:
    """The desk's search for a text."""
    return f"/admin/search?{urlencode({'q': text, **more})}"


def curation_link(text: str) -> str:
    """Where the answer of a query is curated: pages pinned, or another address to go to."""
    return f"/admin/curation?{urlencode({'query': text})}"
