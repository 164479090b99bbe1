"""A preview made ready to be read: what changes in one sentence, in figures, and answer by answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from ...tuning.knowing import NO_NAMES, Names
from ...tuning.preview import Measures, Outlook, PreviewReport, QueryChange, Row, Side
from ..highlight import public_address
from .figures import plural
from .tuning import called

SAME_MS: Final = 0.05  # a difference that nobody would notice
SAME_SHARE: Final = 0.1  # of the time; less than that is chance
FEW: Final = 20  # queries; the mean time of fewer is chance as well

_SOURCES: Final = {
    "own": "typed here",
    "judged": "judged",
    "rule": "the query of a rule",
    "synonyms": "a synonym",
    "protected": "a protected word",
    "asked": "asked by visitors",
    "popular": "a popular search",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure before and after, and whether it has become better (``good``), worse (``bad``) or neither."""

    name: str
    before: str
    after: str
    word: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """An article in both answers. ``what`` says in words what happens to it."""

    id: str
    title: str
    address: str
    href: str
    before: int | None
    after: int | None
    what: str
    tone: str
    grade: int | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A query whose answer changes."""

    query: str
    source: str
    verdict: str
    tone: str
    summary: str
    figures: tuple[Figure, ...]
    places: tuple[Place, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A preview. ``busy``: another one is being made, so there is none."""

    headline: str = ""
    remarks: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    changes: tuple[Changed, ...] = field(default=())
    busy: bool = False


def outlook_in_words(outlook: Outlook) -> str:
    """What is about to be done, and how long that takes."""
    if not outlook.questions:
        return "There is no query to try: none was judged or asked often enough, and the changes name none."
    seconds = round(outlook.seconds)
    took = f"about {plural(seconds, 'second')}" if seconds > 1 else "a second or two"
    asked = plural(outlook.questions, "query is", "queries are")
    return f"{asked} asked under both tunings, one after another. That takes {took}."


def trial_of(report: PreviewReport, names: Names = NO_NAMES) -> Trial:
    """The view of a report; ``names`` has the rules of both tunings."""
    return Trial(
        headline=_headline(report),
        remarks=tuple(_remarks(report)),
        figures=tuple(_figures(report)),
        changes=tuple(_changed(change, names) for change in report.changes),
    )


def _headline(report: PreviewReport) -> str:
    if not report.asked:
        return "There is no query to try."
    if not report.changed:
        return f"None of {plural(report.asked, 'query', 'queries')} gets another answer."
    verb = "gets" if report.changed == 1 else "get"
    judged = (
        f": {report.better:,} better, {report.worse:,} worse by what was judged"
        if report.better or report.worse
        else ""
    )
    return f"{report.changed:,} of {plural(report.asked, 'query', 'queries')} {verb} another answer{judged}."


def _remarks(report: PreviewReport) -> Iterator[str]:
    if report.asked < report.wanted:
        yield (
            f"Time ran out after {report.seconds:.1f} s: {report.wanted - report.asked:,} of "
            f"{report.wanted:,} queries were not tried."
        )
    if len(report.changes) < report.changed:
        yield f"The {len(report.changes):,} that change most are below."
    if not report.judged:
        yield "None of these queries was judged, so this cannot say which answers are better."


def _figures(report: PreviewReport) -> Iterator[Figure]:
    before, after = report.before, report.after
    if before.measures and after.measures:
        yield from _measures(before.measures, after.measures)
    timed = _time(before.mean_ms, after.mean_ms, "Mean time")
    yield timed if report.asked >= FEW else replace(timed, word="too few queries to tell")


def _measures(before: Measures, after: Measures) -> Iterator[Figure]:
    pairs = (
        ("nDCG@10", before.ndcg, after.ndcg),
        ("MRR", before.mrr, after.mrr),
        ("Recall@10", before.recall, after.recall),
    )
    for name, old, new in pairs:
        word, tone = ("the same", "") if old == new else ("better", "good") if new > old else ("worse", "bad")
        yield Figure(name, f"{old:.3f}", f"{new:.3f}", word, tone)


def _time(old: float, new: float, name: str) -> Figure:
    if abs(new - old) < max(SAME_MS, SAME_SHARE * old):
        return Figure(name, f"{old:.2f} ms", f"{new:.2f} ms", "the same")
    word = f"{abs(new - old):.2f} ms {'slower' if new > old else 'faster'}"
    return Figure(name, f"{old:.2f} ms", f"{new:.2f} ms", word)


def _changed(change: QueryChange, names: Names) -> Changed:
    before, after = change.before, change.after
    figures = [Figure("Results", f"{before.total:,}", f"{after.total:,}", _more(before.total, after.total))]
    if before.measures and after.measures:
        figures += _measures(before.measures, after.measures)
    figures.append(_time(before.ms, after.ms, "Time"))
    return Changed(
        query=change.query,
        source=_source(change, names),
        verdict=change.verdict,
        tone={"better": "good", "worse": "bad"}.get(change.verdict, ""),
        summary=_summary(change),
        figures=tuple(figures),
        places=tuple(map(_place, change.rows)),
        remarks=tuple(
            filter(None, (_led("before", before), _led("after", after), _rules(before, after, names)))
        ),
    )


def _source(change: QueryChange, names: Names) -> str:
    kind, _, name = change.source.partition(":")
    said = _SOURCES.get(kind, kind)
    if change.count:
        return f"{said}, {plural(change.count, 'session')}"
    if kind == "rule":
        rule = names.rule(name)
        return said if rule is None or name == rule.query else f"{said}, “{name}”"
    return f"{said} in “{name}”" if name else said


def _summary(change: QueryChange) -> str:
    arrived = [row for row in change.rows if row.before is None]
    gone = sum(1 for row in change.rows if row.after is None)
    moved = sum(1 for row in change.rows if row.before and row.after and row.before != row.after)
    first = f"{'first ' if len(arrived) > 1 else ''}“{arrived[0].title or arrived[0].id}”" if arrived else ""
    counted = ((len(arrived), f"new ({first})"), (gone, "gone"), (moved, "moved"))
    return ", ".join(f"{count} {word}" for count, word in counted if count) or "the same first page"


def _more(before: int, after: int) -> str:
    if before == after:
        return "the same"
    return f"{abs(after - before):,} {'more' if after > before else 'fewer'}"


def _led(when: str, side: Side) -> str:
    if side.redirect:
        return f"{when.capitalize()}: visitors are led to {side.redirect}."
    return f"{when.capitalize()}: there is no answer: {side.refused}." if side.refused else ""


def _rules(before: Side, after: Side, names: Names) -> str:
    """The rules that make the answer to come, and those that make it no more."""
    gone = [name for name in before.rules if name not in after.rules]
    said = [f"{called(name, names)}." for name in after.rules]
    return " ".join([*said, *(f"No longer: {called(name, names)}." for name in gone)])


def _place(row: Row) -> Place:
    what, tone = _what(row.before, row.after)
    return Place(
        row.id,
        row.title or row.id,
        row.url,
        public_address(row.url),
        row.before,
        row.after,
        what,
        tone,
        row.grade,
    )


def _what(before: int | None, after: int | None) -> tuple[str, str]:
    if before is None:
        return "new", "good"
    if after is None:
        return "gone", "bad"
    if before == after:
        return "stays", "same"
    return (f"up {before - after}", "up") if after < before else (f"down {after - before}", "down")
