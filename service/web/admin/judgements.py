"""Sets of judgements, and what was measured with them, as the desk shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from ...tuning.judging import Judged, Measured
from .charts import Point, line
from .figures import day
from .queries import short_day

PATH: Final = "/admin/judgements"
PER_PAGE: Final = 50  # questions
CHARTED: Final = 60  # evaluations that a chart as wide as a page can tell apart
_MEASURES: Final = (("nDCG@{}", "ndcg"), ("MRR", "mrr"), ("Recall@{}", "recall"))

Describe = Callable[[str], tuple[str, str] | None]


def path_of(name: str) -> str:
    """The path of a set's page."""
    return f"{PATH}/{quote(name)}"


@dataclass(frozen=True, slots=True)
class Chart:
    """A measure over all evaluations that are shown, oldest first, drawn and in numbers."""

    drawn: Markup
    caption: str
    rows: tuple[tuple[str, str, str, str], ...]


COLUMNS: Final = ("Version", "Day", "Measured", "Questions")


def charts_of(measured: Sequence[Measured]) -> tuple[Chart, ...]:
    """The charts of a set's evaluations, which come newest first.

    A measure over more or fewer hits is another one: those of the last evaluation's number are shown.
    """
    if not measured:
        return ()
    hits = measured[0].hits
    shown = [one for one in reversed(measured[:CHARTED]) if one.hits == hits]
    return tuple(_chart(name.format(hits), attribute, shown) for name, attribute in _MEASURES)


def _chart(name: str, attribute: str, shown: Sequence[Measured]) -> Chart:
    points = [Point(_when(one), round(100 * getattr(one, attribute), 1)) for one in shown]
    rows = tuple(
        (version_of(one), day(one.at), f"{getattr(one, attribute):.3f}", f"{one.queries:,}") for one in shown
    )
    return Chart(
        line(points, title=f"{name}, in percent", unit="%", chart_id=f"chart-{attribute}"),
        f"{name}, in percent, over versions and time",
        rows[::-1],
    )


def version_of(one: Measured) -> str:
    """The version that was measured, in words."""
    return f"version {one.tuning}" if one.tuning else "untuned"


def _when(one: Measured) -> str:
    called = f"v{one.tuning}" if one.tuning else "untuned"
    return f"{called}, {short_day(date.fromisoformat(one.at[:10]))}"


@dataclass(frozen=True, slots=True)
class Graded:
    """A judgement: what it calls the article, and where that is known, its title and address."""

    article: str
    title: str
    address: str
    grade: int

    @property
    def said(self) -> str:
        """The grade in a word."""
        return "bad" if self.grade == 0 else "good" if self.grade == 1 else f"grade {self.grade}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its judgements, the best first."""

    id: str
    text: str
    graded: tuple[Graded, ...]


def asked_rows(judged: Sequence[Judged], describe: Describe) -> tuple[Asked, ...]:
    """The questions as rows; ``describe`` gives title and address of an article's id."""
    return tuple(
        Asked(
            item.id,
            item.text,
            tuple(
                _graded(name, grade, describe)
                for name, grade in sorted(item.grades.items(), key=lambda pair: (-pair[1], pair[0]))
            ),
        )
        for item in judged
    )


def _graded(name: str, grade: int, describe: Describe) -> Graded:
    title, address = describe(name) or (name, "")
    return Graded(name, title or name, address, grade)
