"""What the store tells about searches. k is applied in one place: :meth:`Reports._shown`.

Counts of a text are told as multiples of k, rounded down: else the difference of two periods would be the
count of the days between them, which may be one reader's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select

from ..store import Database
from ..store.tables.analytics import days, held, texts, totals
from .counting import LATENCIES
from .diagnosis import NOT_LOOKED_AT, Ask, diagnose, is_supported, may_be_synonym, synonym

Row = Mapping[str, Any]
MAX_ROWS: Final = 500
DIAGNOSING_SECONDS: Final = 3.0  # of one report; what is not diagnosed by then is told as such
_NARROWED: Final = ("missed_filtered", "missed_language", "missed_exact")
_EVENTS: Final = ("searches", "missed", "nothing", "partial", "relaxed", "corrected", "clicks", "ranks")
_SUMS: Final = tuple(
    func.sum(days.c[name]).label(name)
    for name in (
        "sessions",
        "missed",
        "missed_partial",
        "missed_filtered",
        "missed_language",
        "missed_exact",
        "clicks",
        "ranks",
    )
)


class Reports:
    """Reports from the first to the last of two days, both inclusive.

    ``ask`` answers a text as a visitor's search would be; the diagnosis of what finds nothing needs it.
    """

    def __init__(
        self,
        database: Database,
        k: int,
        ask: Ask | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._k = k
        self._ask = ask
        self._clock = clock

    def queries(self, first: date, last: date, limit: int = MAX_ROWS) -> list[Row]:
        """The most frequent queries: day-sessions, how many found nothing or only some words, clicks."""
        return [_query(row) for row in self._shown(first, last, "query")[:limit]]

    def one(self, tag: str, first: date, last: date) -> Row | None:
        """A query by its tag, as :meth:`queries` and :meth:`missed` tell of it, with ``then``: what was asked
        instead and found something. ``None`` when it is not shown.
        """
        found = self._shown(first, last, "query", tag)
        if not found:
            return None
        row = found[0]
        pairs = [pair for pair in self._shown(first, last, "pair") if pair["text"] == row["text"]]
        instead = [(pair["other"], pair["sessions"]) for pair in pairs]
        why = diagnose(row, instead, self._ask) if row["missed"] else {}
        then = [{"query": pair["other"], "sessions": pair["sessions"]} for pair in pairs]
        return {**_query(row), **why, "then": then}

    def tags(self, first: date, last: date) -> Mapping[str, str]:
        """What stands for a query that is shown in an address, by its text."""
        return {row["text"]: row["tag"] for row in self._shown(first, last, "query")}

    def by_day(self, tags: Iterable[str], first: date, last: date) -> Mapping[str, tuple[int, ...]]:
        """Day-sessions of each day, of those tags that are shown: of a day with fewer than k, 0."""
        shown = set(self.tags(first, last).values()).intersection(tags)
        query = select(days.c.tag, days.c.day, days.c.sessions).where(
            days.c.tag.in_(sorted(shown)), days.c.day.between(first.isoformat(), last.isoformat())
        )
        with self._database.reading() as connection:
            found = {(row.tag, row.day): self._told(row.sessions) for row in connection.execute(query)}
        listed = _days(first, last)
        return {tag: tuple(found.get((tag, day), 0) for day in listed) for tag in shown}

    def withheld(self, first: date, last: date) -> int:
        """Day-sessions that asked for something fewer than k asked for: how many, and nothing else."""
        query = select(func.sum(held.c.sessions)).where(
            held.c.day.between(first.isoformat(), last.isoformat())
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar() or 0)

    def missed(self, first: date, last: date, limit: int = MAX_ROWS) -> list[Row]:
        """Queries that found nothing or only some of the words, each with why, as far as it can be told in
        :data:`DIAGNOSING_SECONDS`, and what would help.
        """
        until = self._clock() + DIAGNOSING_SECONDS
        instead: dict[str, list[tuple[str, int]]] = {}
        for row in self._shown(first, last, "pair"):
            instead.setdefault(row["text"], []).append((row["other"], row["sessions"]))
        rows = [row for row in self._shown(first, last, "query") if row["missed"]]
        rows.sort(key=lambda row: (-row["missed"], row["text"]))
        return [
            {
                "query": row["text"],
                "sessions": row["sessions"],
                **_missed(row),
                **(
                    diagnose(row, instead.get(row["text"], ()), self._ask)
                    if self._clock() < until
                    else NOT_LOOKED_AT
                ),
            }
            for row in rows[:limit]
        ]

    def pairs(self, first: date, last: date, limit: int = MAX_ROWS) -> list[Row]:
        """What was not found, and what was asked instead in the same session. A ``fix`` is offered of what
        may be another name for the same, as far as that can be told in :data:`DIAGNOSING_SECONDS`.
        """
        until = self._clock() + DIAGNOSING_SECONDS
        asked = {row["text"]: row["missed"] for row in self._shown(first, last, "query")}

        def fix(row: Row) -> Row | None:
            text, other = row["text"], row["other"]
            if self._clock() >= until or not is_supported(row["sessions"], asked.get(text, 0)):
                return None
            return synonym(text, other) if may_be_synonym(text, other, self._ask) else None

        return [
            {"query": row["text"], "then": row["other"], "sessions": row["sessions"], "fix": fix(row)}
            for row in self._shown(first, last, "pair")[:limit]
        ]

    def clicks(self, first: date, last: date, limit: int = MAX_ROWS) -> list[Row]:
        """Queries by how seldom an answer was gone to: the worst first."""
        rows = [row for row in self.queries(first, last) if row["sessions"] > row["missed"]]
        return sorted(rows, key=lambda row: (row["click_through"], -row["sessions"]))[:limit]

    def usage(self, first: date, last: date, limit: int = MAX_ROWS) -> list[Row]:
        """Switches, filters, categories and languages: day-sessions that used each."""
        found = self._totals(first, last)
        rows: list[Row] = [
            {"kind": kind, "name": name, "sessions": count}
            for (kind, name), count in found.items()
            if kind in ("switches", "categories", "languages") and count >= self._k
        ]
        return sorted(rows, key=lambda row: (row["kind"], -row["sessions"], row["name"]))[:limit]

    def latency(self, first: date, last: date, limit: int = MAX_ROWS) -> list[Row]:
        """The time of the engine as a histogram, and the percentiles read off it: the upper bounds."""
        found = self._totals(first, last)
        counts = [(bound, found.get(("latency", str(bound)), 0)) for bound in LATENCIES]
        counts.append((0, found.get(("latency", "more"), 0)))
        total = sum(count for _, count in counts)
        rows: list[Row] = [
            {"name": f"p{share}", "value": _percentile(counts, total, share)}
            for share in (50, 90, 95, 99)
            if total
        ]
        bars = [{"name": f"<= {bound} ms" if bound else "more", "value": count} for bound, count in counts]
        return [*rows, *bars, {"name": "kept answers", "value": found.get(("latency", "kept"), 0)}][:limit]

    def overview(self, first: date, last: date, limit: int = MAX_ROWS) -> list[Row]:
        """Figures of the period beside those of the one before it, of the same length."""
        length = (last - first).days + 1
        now = self._totals(first, last)
        then = self._totals(first - timedelta(days=length), first - timedelta(days=1))
        keys = (
            *(("events", name) for name in _EVENTS),
            *(("recording", name) for name in ("dropped", "refused")),
        )
        for counts in (now, then):
            counts["events", "nothing"] = _nothing(
                counts.get(("events", "missed"), 0), counts.get(("events", "partial"), 0)
            )
        rows: list[Row] = [
            {"name": key[1], "value": now.get(key, 0), "before": then.get(key, 0)} for key in keys
        ]
        return rows[:limit]

    def trends(self, first: date, last: date, limit: int = MAX_ROWS) -> list[Row]:
        """Searches, those that found nothing or only some of the words, and clicks of each day."""
        query = select(totals.c.day, totals.c.name, totals.c.count.label("number")).where(
            totals.c.kind == "events", totals.c.day.between(first.isoformat(), last.isoformat())
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = {(row.day, row.name): int(row.number) for row in rows}
        for day in _days(first, last):
            found[day, "nothing"] = _nothing(found.get((day, "missed"), 0), found.get((day, "partial"), 0))
        names = ("searches", "missed", "nothing", "partial", "clicks")
        return [
            {"day": day, **{name: found.get((day, name), 0) for name in names}}
            for day in _days(first, last)[-limit:]
        ]

    def _shown(self, first: date, last: date, kind: str, tag: str = "") -> Sequence[Row]:
        """Texts that at least k day-sessions asked for in the period, most frequent first; only one by its
        tag, when that is given. THE place of k.

        ``missed_filtered`` and its like are shares of those told as ``missed``: for the diagnosis alone.
        """
        query: Select[Any] = (
            select(texts.c.tag, texts.c.text, texts.c.other, *_SUMS)
            .join(days, days.c.tag == texts.c.tag)
            .where(texts.c.kind == kind, days.c.day.between(first.isoformat(), last.isoformat()))
            .group_by(texts.c.tag, texts.c.text, texts.c.other)
            .having(func.sum(days.c.sessions) >= self._k)
        )
        if tag:
            query = query.where(texts.c.tag == tag)
        with self._database.reading() as connection:
            rows = [self._rounded(dict(row)) for row in connection.execute(query).mappings()]
        return sorted(rows, key=lambda row: (-row["sessions"], row["text"], row["other"]))

    def _rounded(self, row: Row) -> Row:
        told: dict[str, Any] = {
            name: value if isinstance(value, str) else int(value) for name, value in row.items()
        }
        nothing, partial = _nothing(told["missed"], told["missed_partial"]), told["missed_partial"]
        told |= {name: self._told(count) for name, count in told.items() if name in _NARROWED}
        sessions, clicks = self._told(told["sessions"]), self._told(told["clicks"])
        nothing, partial = self._told(nothing), self._told(partial)
        # A mean of one reader's rank and those of others, as exact as it is, would tell the former.
        rank = round(told["ranks"] / told["clicks"], 1) if clicks else None
        return {
            **told,
            "sessions": sessions,
            "missed": nothing + partial,  # of what is told: the rest would tell of fewer than k
            "nothing": nothing,
            "partial": partial,
            "clicks": clicks,
            "rank": rank,
        }

    def _told(self, count: int) -> int:
        """A count of a text, as it may be told."""
        return int(count) // self._k * self._k

    def _totals(self, first: date, last: date) -> dict[tuple[str, str], int]:
        query = (
            select(totals.c.kind, totals.c.name, func.sum(totals.c.count).label("sum"))
            .where(totals.c.day.between(first.isoformat(), last.isoformat()))
            .group_by(totals.c.kind, totals.c.name)
        )
        with self._database.reading() as connection:
            return {(row.kind, row.name): int(row.sum) for row in connection.execute(query)}


def _days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=at)).isoformat() for at in range((last - first).days + 1)]


def _query(row: Row) -> dict[str, Any]:
    return {
        "query": row["text"],
        "sessions": row["sessions"],
        **_missed(row),
        **_clicks(row),
    }


def _missed(row: Row) -> dict[str, Any]:
    """How many did not find all of the words: of those, who found nothing, and who some of them."""
    return {name: row[name] for name in ("missed", "nothing", "partial")}


def _nothing(missed: int, partial: int) -> int:
    """Of those who did not find all of the words, how many found none."""
    return max(missed - partial, 0)


def _clicks(row: Row) -> dict[str, Any]:
    clicks, found = row["clicks"], row["sessions"]
    return {
        "clicks": clicks,
        "click_through": round(min(clicks / found, 1.0), 4),
        "mean_rank": row["rank"],
    }


def _percentile(counts: Sequence[tuple[int, int]], total: int, share: int) -> str:
    at = 0
    for bound, count in counts:
        at += count
        if at * 100 >= total * share:
            return f"<= {bound} ms" if bound else f"> {LATENCIES[-1]} ms"
    return ""


Report = Callable[[Reports, date, date, int], list[Row]]

REPORTS: Final[Mapping[str, Report]] = {
    "overview": Reports.overview,
    "queries": Reports.queries,
    "missed": Reports.missed,
    "pairs": Reports.pairs,
    "clicks": Reports.clicks,
    "usage": Reports.usage,
    "latency": Reports.latency,
    "trends": Reports.trends,
}
