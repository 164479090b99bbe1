"""Charts as inline SVG: a line over time, bars, and a spark. Pure; no script, no style of their own.

Every chart has a title and a description for who does not see it, and a table of its numbers stands beside it
in the page (macro ``figure`` of ``admin/_parts.html``). Colours and strokes are in ``admin.css``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from .figures import number

WIDTH: Final = 640  # units of the drawing; it is as wide as its place on the page
HEIGHT: Final = 200
LEFT: Final = 44  # room for the numbers of the scale
RIGHT: Final = 8
TOP: Final = 10
BOTTOM: Final = 24  # room for the names below
TICKS: Final = 4  # lines of the scale, about
NAMES: Final = 7  # names below that do not run into each other
SPARK_WIDTH: Final = 120
SPARK_HEIGHT: Final = 28
BAR: Final = 26  # height of a row of bars
BAR_NAME: Final = 190  # room for the name of a bar

NO_VALUE: Final = "–"
TINY: Final = 1e-9  # what is less is drawn as nothing
_LONGEST: Final = 28  # characters of a name that fit before its bar
_STEPS: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Point:
    """A value by its name: a day, a word. ``None`` is a gap: nothing is known of it."""

    name: str
    value: float | None


def scale(highest: float) -> tuple[float, ...]:
    """The lines of a scale from 0 to at least ``highest``: at round numbers, about :data:`TICKS` of them."""
    if not TINY < highest < math.inf:
        return (0.0, 1.0)
    rough = highest / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))
    count = math.ceil(highest / step - 1e-9)
    return tuple(round(index * step, 10) for index in range(count + 1))


def line(points: Sequence[Point], *, title: str, unit: str = "", chart_id: str = "chart") -> Markup:
    """A line with the area below it, over names in order. ``unit`` is said in the description."""
    top = scale(max((point.value for point in points if point.value is not None), default=0.0))
    across = _Across(len(points))
    parts = [_grid(top), _names(points, across)]
    for run in _runs(points):
        places = [(across.at(index), _height(value, top[-1])) for index, value in run]
        parts += [_area(places), _stroke(places)]
    return _svg(chart_id, title, summary(points, unit), WIDTH, HEIGHT, "line", parts)


def bars(points: Sequence[Point], *, title: str, unit: str = "", chart_id: str = "bars") -> Markup:
    """A bar for each value, its name before it and its number behind; the longest fills the room."""
    highest = max((point.value or 0.0 for point in points), default=0.0) or 1.0
    rows = [_bar(index, point, highest) for index, point in enumerate(points)]
    return _svg(chart_id, title, summary(points, unit), WIDTH, max(BAR, BAR * len(points)), "bars", rows)


def spark(values: Sequence[float], *, title: str, chart_id: str = "spark") -> Markup:
    """A line without a scale, as high as a word, for how something has gone."""
    points = [Point(str(index), value) for index, value in enumerate(values)]
    highest = max(values, default=0.0) or 1.0
    room = SPARK_WIDTH - 4
    places = [
        (
            2 + room * (index / max(1, len(values) - 1)),
            SPARK_HEIGHT - 3 - (SPARK_HEIGHT - 6) * value / highest,
        )
        for index, value in enumerate(values)
    ]
    drawn = [_stroke(places), _end(*places[-1])] if places else []
    return _svg(chart_id, title, summary(points, ""), SPARK_WIDTH, SPARK_HEIGHT, "spark", drawn)


def summary(points: Sequence[Point], unit: str) -> str:
    """What a chart shows, in a sentence: the first and last value, the lowest and the highest."""
    known = [(point.name, point.value) for point in points if point.value is not None]
    if not known:
        return "There are no numbers yet."
    behind = f" {unit}" if unit else ""
    low, high = min(known, key=lambda one: one[1]), max(known, key=lambda one: one[1])
    said = f"From {number(known[0][1])}{behind} to {number(known[-1][1])}{behind}."
    return f"{said} Lowest {number(low[1])} ({low[0]}), highest {number(high[1])} ({high[0]})."


@dataclass(frozen=True, slots=True)
class _Across:
    count: int

    def at(self, index: int) -> float:
        """Where the value of an index stands; a single one in the middle."""
        room = WIDTH - LEFT - RIGHT
        return LEFT + (room * index / (self.count - 1) if self.count > 1 else room / 2)


def _height(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _runs(points: Sequence[Point]) -> Iterator[list[tuple[int, float]]]:
    """The stretches without a gap, each as (index, value) pairs."""
    run: list[tuple[int, float]] = []
    for index, point in enumerate(points):
        if point.value is not None:
            run.append((index, point.value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _grid(lines: Sequence[float]) -> Markup:
    drawn = Markup(
        '<line class="grid" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>'
        '<text class="tick" x="{text}" y="{base}" text-anchor="end">{value}</text>'
    )
    return Markup("").join(
        drawn.format(
            left=LEFT, right=WIDTH - RIGHT, y=_r(y), text=LEFT - 6, base=_r(y + 4), value=_short(value)
        )
        for value in lines
        for y in (_height(value, lines[-1]),)
    )


def _names(points: Sequence[Point], across: _Across) -> Markup:
    step = max(1, math.ceil(len(points) / NAMES))
    drawn = Markup('<text class="name" x="{}" y="{}" text-anchor="{}">{}</text>')
    last = len(points) - 1
    return Markup("").join(
        drawn.format(_r(across.at(index)), HEIGHT - 6, _anchor(index, last), point.name)
        for index, point in enumerate(points)
        if index % step == 0
    )


def _anchor(index: int, last: int) -> str:
    """Names at the edges grow inwards."""
    if last and index == 0:
        return "start"
    return "end" if last and index == last else "middle"


def _stroke(places: Sequence[tuple[float, float]]) -> Markup:
    if len(places) == 1:
        return _end(*places[0])
    path = " ".join(f"{'ML'[index > 0]}{_r(x)} {_r(y)}" for index, (x, y) in enumerate(places))
    return Markup('<path class="stroke" d="{}"/>').format(path)


def _end(x: float, y: float) -> Markup:
    return Markup('<circle class="end" cx="{}" cy="{}" r="2.5"/>').format(_r(x), _r(y))


def _area(places: Sequence[tuple[float, float]]) -> Markup:
    if len(places) < 2:
        return Markup("")
    base = HEIGHT - BOTTOM
    path = " ".join(f"L{_r(x)} {_r(y)}" for x, y in places)
    return Markup('<path class="area" d="M{} {} {} L{} {} Z"/>').format(
        _r(places[0][0]), base, path, _r(places[-1][0]), base
    )


def _bar(index: int, point: Point, highest: float) -> Markup:
    value, y = point.value or 0.0, index * BAR
    width = (WIDTH - BAR_NAME - 60) * value / highest
    drawn = Markup(
        '<text class="name" x="{name}" y="{base}" text-anchor="end">{said}</text>'
        '<rect class="bar" x="{left}" y="{top}" width="{width}" height="{height}"/>'
        '<text class="value" x="{behind}" y="{base}">{value}</text>'
    )
    return drawn.format(
        name=BAR_NAME - 10,
        base=y + 17,
        said=_cut(point.name),
        left=BAR_NAME,
        top=y + 5,
        width=_r(width),
        height=BAR - 10,
        behind=_r(BAR_NAME + width + 8),
        value=NO_VALUE if point.value is None else number(value),
    )


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _short(value: float) -> str:
    """A number of the scale, in the room there is: ``12k``, ``1.5M``."""
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= unit * 10 or (value >= unit and value % unit == 0):
            return f"{value / unit:g}{letter}"
    return f"{value:g}"


def _r(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _svg(
    chart_id: str, title: str, said: str, width: int, height: int, kind: str, parts: Sequence[Markup]
) -> Markup:
    return Markup(
        '<svg class="chart chart-{kind}" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="{id}-title {id}-said" focusable="false">'
        '<title id="{id}-title">{title}</title><desc id="{id}-said">{said}</desc>{drawing}</svg>'
    ).format(
        kind=kind,
        width=width,
        height=height,
        id=chart_id,
        title=title,
        said=said,
        drawing=Markup("").join(parts),
    )
