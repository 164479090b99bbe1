"""The desk's first page: how index, articles, questions and the disk stand. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from ...standing import Standing
from ...tasks import Task
from ...upkeep import Disk
from .charts import Point
from .figures import ago, in_bytes, number, plural, share
from .reasons import Reason, reasons_of
from .tasks import TaskRow, task_row

LITTLE_SHARE: Final = (
    0.05  # of a disk that is free; a rebuild writes the index a second time beside the first
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its name, and a note below. ``tone`` is empty, ``good``, ``wait`` or ``bad``."""

    name: str
    value: str
    note: Markup | str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What visitors asked lately: how many searches, how many found nothing or only some of the words, and
    searches by day.
    """

    days: int
    searches: int
    nothing: int
    partial: int
    by_day: tuple[Point, ...]

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The days as rows of a table."""
        return tuple((point.name, number(point.value or 0)) for point in self.by_day)


@dataclass(frozen=True, slots=True)
class Overview:
    """The page, made ready. ``headline`` is how things stand in one sentence, ``tone`` how good that is."""

    headline: str
    tone: str
    tiles: tuple[Tile, ...]
    last_run: TaskRow | None
    refused: tuple[Reason, ...]
    left_out: tuple[Reason, ...]
    sources: tuple[tuple[str, int], ...]
    disk: tuple[tuple[str, str, float], ...]
    room: str
    traffic: Traffic | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the parts tell. ``standing`` is ``None`` when searches cannot be answered, ``disk`` when it
    cannot be seen; ``working`` counts tasks that are not finished, ``reasons`` pages that are no articles.
    """

    standing: Standing | None
    last_run: Task | None
    working: int
    reasons: Mapping[str, int]
    sources: Mapping[str, int]
    disk: Disk | None
    traffic: Traffic | None = None


def overview(known: Known, now: datetime) -> Overview:
    """The first page, of what is known ``now``."""
    headline, tone = _headline(known.standing, known.working)
    refused, left_out = reasons_of(known.reasons)
    return Overview(
        headline=headline,
        tone=tone,
        tiles=tuple(_tiles(known, sum(reason.count for reason in refused), now)),
        last_run=task_row(known.last_run, now) if known.last_run else None,
        refused=refused,
        left_out=left_out,
        sources=tuple(known.sources.items()),
        disk=_parts(known.disk),
        room=_room(known.disk),
        traffic=known.traffic,
    )


def _headline(standing: Standing | None, working: int) -> tuple[str, str]:
    if standing is None:
        return "Searches cannot be answered: there is no index, or it is damaged.", "bad"
    if standing.lag is None:
        return "Searches go on; the catalog cannot be read.", "bad"
    if standing.lag and working:
        return f"{plural(standing.lag, 'change')} on the way to the index.", "wait"
    if standing.lag:
        return f"{plural(standing.lag, 'change')} waiting for the index.", "wait"
    if not standing.articles:
        return "Nothing has been indexed yet.", "wait"
    return "Every article that was accepted can be found.", "good"


def _tiles(known: Known, refused: int, now: datetime) -> Iterator[Tile]:
    standing, disk, traffic = known.standing, known.disk, known.traffic
    if standing is not None:
        yield Tile("Articles", number(standing.articles), "that searches find", "/admin/articles")
        yield Tile("Index written", _since(standing, now), standing.generation, "/admin/index")
        waiting = "?" if standing.lag is None else number(standing.lag)
        behind = "accepted, not yet found" if standing.lag else "searches have it all"
        yield Tile("Changes waiting", waiting, behind, "/admin/tasks", "wait" if standing.lag else "")
    yield Tile(
        "Pages refused",
        number(refused),
        "when last read",
        "#refused" if refused else "",
        "bad" if refused else "",
    )
    if traffic is not None:
        yield Tile(
            "Searches", number(traffic.searches), f"in {plural(traffic.days, 'day')}", "/admin/queries"
        )
        partial = share(traffic.partial, traffic.searches).replace(" ", "\N{NO-BREAK SPACE}")
        some = f"of searches; {partial} only some of the words"
        yield Tile("Found nothing", share(traffic.nothing, traffic.searches), some, "/admin/queries/missed")
    if disk is not None:
        yield Tile("On the disk", in_bytes(disk.used), _room(disk), "", "bad" if _is_low(disk) else "")


def _since(standing: Standing, now: datetime) -> str:
    if not standing.indexed_at:
        return "never"
    return ago((now - datetime.fromisoformat(standing.indexed_at)).total_seconds())


def _is_low(disk: Disk) -> bool:
    return disk.free < disk.total * LITTLE_SHARE


def _room(disk: Disk | None) -> str:
    return f"{in_bytes(disk.free)} free" if disk else ""


def _parts(disk: Disk | None) -> tuple[tuple[str, str, float], ...]:
    """Part, its size in words, and its share of the whole folder."""
    if disk is None or not disk.used:
        return ()
    return tuple((name, in_bytes(size), size / disk.used) for name, size in disk.parts)


def newest_run(tasks: Sequence[Task]) -> Task | None:
    """The last run over whole sources among some tasks, newest first."""
    return next((task for task in tasks if task.kind == "reindex" and not task.subject), None)
