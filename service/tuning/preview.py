"""A draft against what is in force: which answers change, how, and whether for the better.

Both are asked the same questions, one right after the other, from the same index: the judged ones, whose
measures say which answer is better, and those that visitors ask most. Nothing is stored and nothing is
counted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Final, Literal

from msgspec import Struct

from indexer.errors import BroadsheetError, QueryError, TimeBudgetExceeded
from indexer.evaluation import Answered, Question, Score, grades_of, score

from ..search.engine import Engine
from ..search.request import Hit, SearchRequest, SearchResult
from .ranks import overlap

HITS: Final = 10  # looked at of each answer: a page
DEADLINE_SECONDS: Final = 10.0  # of a whole preview; what was asked until then is told
PAUSE_SECONDS: Final = 0.001  # after each question, in which searches of visitors take their turn
MAX_CHANGES: Final = 500  # told of in one report
USUAL_SECONDS: Final = 0.01  # of one question, as long as none was asked here (docs/benchmarks.md)


class TopQuery(Struct, frozen=True):
    """A query of visitors, and how often it was asked; 0 where that is not known."""

    text: str
    count: int = 0


Verdict = Literal["better", "worse", "same", ""]
TopQueries = Callable[[int], Sequence[TopQuery]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a preview: where it comes from, how often it is asked, and what is known to be right."""

    text: str
    source: str
    count: int = 0
    grades: Mapping[str, int] = field(default_factory=dict)


class Row(Struct, frozen=True):
    """A hit of either answer: its place before and after, from 1, ``None`` where it is not on the first page;
    its grade, where it was judged.
    """

    id: str
    url: str
    title: str
    before: int | None
    after: int | None
    grade: int | None


class Measures(Struct, frozen=True):
    """How good one answer is, or the mean of many: of the first :data:`HITS` hits."""

    ndcg: float
    mrr: float
    recall: float


class Side(Struct, frozen=True):
    """One of the two answers to a question. ``redirect`` is where a visitor is led instead; ``refused`` says
    why there is no answer, where there is none.
    """

    total: int
    ms: float
    redirect: str = ""
    refused: str = ""
    rules: tuple[str, ...] = ()
    measures: Measures | None = None


class QueryChange(Struct, frozen=True):
    """A question whose answer changes. ``distance`` is from 0, the same order, to 1, nothing in common;
    ``verdict`` is empty where nothing was judged.
    """

    query: str
    source: str
    count: int
    distance: float
    verdict: Verdict
    before: Side
    after: Side
    rows: tuple[Row, ...]


class Totals(Struct, frozen=True):
    """All questions under one of the two: mean milliseconds, and the mean measures of the judged ones."""

    mean_ms: float
    measures: Measures | None


class PreviewReport(Struct, frozen=True):
    """What changes. ``asked`` of ``wanted`` questions were asked before time ran out; ``changed`` of them
    have another answer, of which ``changes`` tells, what changes most first.
    """

    wanted: int
    asked: int
    judged: int
    changed: int
    better: int
    worse: int
    before: Totals
    after: Totals
    changes: tuple[QueryChange, ...]
    seconds: float


class Outlook(Struct, frozen=True):
    """What a preview will be: how many questions are asked, and how long that takes about."""

    questions: int
    seconds: float


class PreviewBusy(BroadsheetError):
    """Another preview is going on in this worker."""


class Previewer:
    """Makes previews, one at a time, so that visitors keep most of the processor.

    ``limit`` is the most questions of one. ``timer`` gives seconds.
    """

    def __init__(
        self, limit: int, *, timer: Callable[[], float] = time.perf_counter,
        seconds: float = DEADLINE_SECONDS, pause: float = PAUSE_SECONDS,
    ) -> None:  # fmt: skip
        self._limit = limit
        self._timer = timer
        self._seconds = seconds
        self._pause = pause
        self._one = threading.Lock()
        self._pace = USUAL_SECONDS

    @property
    def limit(self) -> int:
        """The most questions of a preview."""
        return self._limit

    def outlook(self, questions: Iterable[Asked]) -> Outlook:
        """How long these take, as fast as the last ones were asked."""
        count = sum(1 for _ in chosen(questions, self._limit))
        return Outlook(count, min(count * self._pace, self._seconds))

    def preview(self, before: Engine, after: Engine, questions: Iterable[Asked]) -> PreviewReport:
        """Ask both.

        Raises:
            PreviewBusy: another preview is going on.
            NoIndex, IndexDamaged: there is nothing to ask.
        """
        if not self._one.acquire(blocking=False):
            raise PreviewBusy("another preview is going on; ask again in a moment")
        try:
            return self._preview(before, after, list(chosen(questions, self._limit)))
        finally:
            self._one.release()

    def _preview(self, before: Engine, after: Engine, questions: Sequence[Asked]) -> PreviewReport:
        began = self._timer()
        pairs: list[_Pair] = []
        for number, asked in enumerate(questions):
            if self._timer() - began > self._seconds:
                break
            pairs.append(self._pair(before, after, asked, swap=bool(number % 2)))
            if self._pause:
                time.sleep(self._pause)
        took = self._timer() - began
        if pairs:
            self._pace = took / len(pairs)
        return _report(pairs, len(questions), took)

    def _pair(self, before: Engine, after: Engine, asked: Asked, *, swap: bool) -> _Pair:
        """Both answers. Each is asked twice and the second time taken, when all it needs is at hand; which is
        asked first changes with every question.
        """
        engines = (after, before) if swap else (before, after)
        for engine in engines:
            self._answer(engine, asked)
        first, second = (self._answer(engine, asked) for engine in engines)
        return _Pair(asked, second, first) if swap else _Pair(asked, first, second)

    def _answer(self, engine: Engine, asked: Asked) -> _Answer:
        began = self._timer()
        try:
            result = engine.search(SearchRequest(asked.text, per_page=HITS, facets=()))
        except (QueryError, TimeBudgetExceeded) as error:
            return _Answer(None, (self._timer() - began) * 1000.0, str(error))
        return _Answer(result, (self._timer() - began) * 1000.0)


def chosen(questions: Iterable[Asked], limit: int) -> Iterator[Asked]:
    """Each text once, the first ones, judged or not: what was judged keeps its grades."""
    seen: set[str] = set()
    for asked in questions:
        key = " ".join(asked.text.casefold().split())
        if key and key not in seen:
            seen.add(key)
            yield asked
        if len(seen) >= limit:
            return


@dataclass(frozen=True, slots=True)
class _Answer:
    result: SearchResult | None
    ms: float
    refused: str = ""

    @property
    def hits(self) -> tuple[Hit, ...]:
        return self.result.hits if self.result else ()

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(hit.id for hit in self.hits)

    def score(self, asked: Asked) -> Score | None:
        """How good it is, where something is known to be right."""
        grades = {name: grade for name, grade in asked.grades.items() if grade > 0}
        if not grades:
            return None
        answered = Answered([(hit.id, hit.url) for hit in self.hits], self.ms)
        return score(Question("", asked.text), answered, grades, HITS)

    def side(self, found: Score | None) -> Side:
        return Side(
            total=self.result.total if self.result else 0,
            ms=round(self.ms, 3),
            redirect=redirect_of(self.result) if self.result else "",
            refused=self.refused,
            rules=tuple(self.result.applied.rules) if self.result else (),
            measures=_measures([found]) if found else None,
        )


def redirect_of(result: SearchResult) -> str:
    """Where a visitor is led instead of the answer; empty for nowhere."""
    return str(getattr(result.applied, "redirect", "") or "")


class _Pair:
    """A question, both answers, and their measures where it was judged."""

    __slots__ = ("after", "asked", "before", "scores")

    def __init__(self, asked: Asked, before: _Answer, after: _Answer) -> None:
        self.asked = asked
        self.before = before
        self.after = after
        self.scores = before.score(asked), after.score(asked)


def _report(pairs: Sequence[_Pair], wanted: int, seconds: float) -> PreviewReport:
    changes = [change for pair in pairs if (change := _change(pair))]
    changes.sort(key=lambda change: (-change.distance, -abs(change.after.total - change.before.total)))
    return PreviewReport(
        wanted=wanted,
        asked=len(pairs),
        judged=sum(1 for pair in pairs if pair.scores[0]),
        changed=len(changes),
        better=sum(1 for change in changes if change.verdict == "better"),
        worse=sum(1 for change in changes if change.verdict == "worse"),
        before=_totals([(pair.before, pair.scores[0]) for pair in pairs]),
        after=_totals([(pair.after, pair.scores[1]) for pair in pairs]),
        changes=tuple(changes[:MAX_CHANGES]),
        seconds=round(seconds, 3),
    )


def _totals(answers: Sequence[tuple[_Answer, Score | None]]) -> Totals:
    scores = [found for _, found in answers if found]
    mean = fmean(answer.ms for answer, _ in answers) if answers else 0.0
    return Totals(round(mean, 3), _measures(scores) if scores else None)


def _measures(scores: Sequence[Score]) -> Measures:
    return Measures(
        ndcg=round(fmean(item.ndcg for item in scores), 4),
        mrr=round(fmean(item.reciprocal_rank for item in scores), 4),
        recall=round(fmean(item.recall for item in scores), 4),
    )


def _change(pair: _Pair) -> QueryChange | None:
    before, after = pair.before.side(pair.scores[0]), pair.after.side(pair.scores[1])
    same = pair.before.ids == pair.after.ids
    if same and _beside(before) == _beside(after):
        return None
    led = before.redirect != after.redirect or bool(before.refused) != bool(after.refused)
    distance = 1.0 if led else 1.0 - overlap(pair.before.ids, pair.after.ids)
    return QueryChange(
        query=pair.asked.text,
        source=pair.asked.source,
        count=pair.asked.count,
        distance=round(distance, 4),
        verdict=_verdict(before.measures, after.measures),
        before=before,
        after=after,
        rows=tuple(_rows(pair)),
    )


def _beside(side: Side) -> tuple[int, str, str]:
    """What else than the hits of a page may change."""
    return side.total, side.redirect, side.refused


def _verdict(before: Measures | None, after: Measures | None) -> Verdict:
    if before is None or after is None:
        return ""
    one, other = (before.ndcg, before.mrr), (after.ndcg, after.mrr)
    return "same" if one == other else "better" if other > one else "worse"


def _rows(pair: _Pair) -> Iterator[Row]:
    """The hits of both, those of the answer to come first."""
    before = {id_: place for place, id_ in enumerate(pair.before.ids, start=1)}
    after = {id_: place for place, id_ in enumerate(pair.after.ids, start=1)}
    for hit in {hit.id: hit for hit in (*pair.after.hits, *pair.before.hits)}.values():
        known = {name: grade + 1 for name, grade in pair.asked.grades.items()}  # 0 is for: not judged
        grade = grades_of([(hit.id, hit.url)], known)[0]
        yield Row(
            hit.id, hit.url, hit.title, before.get(hit.id), after.get(hit.id), grade - 1 if grade else None
        )
