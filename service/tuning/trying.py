"""Trying a tuning on the index that is served: previews of a draft, and evaluations of a version."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

from indexer import Site
from indexer.errors import BroadsheetError, QueryError
from indexer.evaluation import Answered, Evaluation, Question, Score, evaluate, summarise

from ..identity.actor import Actor
from ..search.engine import Engine
from ..search.request import SearchRequest
from .faults import Fault
from .judging import Judged, JudgementStore, Measured
from .knowing import Knowledge
from .live import LiveTuning
from .model import TuningModel
from .preview import Asked, Outlook, Previewer, PreviewReport, TopQueries
from .store import Published, TuningStore
from .warning import MAX_WARNED, find_warnings

EVALUATION_SECONDS: Final = 30.0  # of one evaluation in a worker; `broadsheet evaluate` takes its time


Item = TypeVar("Item")


class TooManyQuestions(BroadsheetError):
    """A set cannot be asked in the time that a worker has for it."""


class Trials:
    """Asks the index under tunings that are not in force. Stores nothing but what was measured."""

    def __init__(
        self,
        engine: Engine,
        site: Site,
        live: LiveTuning,
        versions: TuningStore,
        judgements: JudgementStore,
        previewer: Previewer,
        top_queries: TopQueries,
    ) -> None:
        self._engine = engine
        self.knowledge = Knowledge(engine, site)
        self._live = live
        self._versions = versions
        self._judgements = judgements
        self._previewer = previewer
        self._top_queries = top_queries

    def preview(self, before: TuningModel, after: TuningModel, own: Sequence[str] = ()) -> PreviewReport:
        """What changes when the one is followed by the other; ``own`` are further questions, asked first.

        Raises:
            PreviewBusy: another preview is going on.
        """
        engines = [self._engine.under(self._live.compiled(model)) for model in (before, after)]
        return self._previewer.preview(engines[0], engines[1], self._questions(before, after, own))

    def outlook(self, before: TuningModel, after: TuningModel, own: Sequence[str] = ()) -> Outlook:
        """How many questions such a preview asks, and how long that takes about."""
        return self._previewer.outlook(self._questions(before, after, own))

    def _questions(self, before: TuningModel, after: TuningModel, own: Sequence[str]) -> Iterator[Asked]:
        """Those of one's own, the judged ones of all sets, what the tunings themselves speak of where they
        differ, and what visitors ask most.
        """
        judged = [
            Asked(item.text, f"judged:{known.name}", 0, item.grades)
            for known in self._judgements.all()
            for item in self._judgements.read(known.name)
        ]
        grades = {_key(asked.text): asked.grades for asked in reversed(judged)}
        for text in own:
            yield Asked(text, "own", 0, grades.get(_key(text), {}))
        yield from judged
        for rule in _only_in_one(before.rules, after.rules):
            yield Asked(rule.query, f"rule:{rule.name}")
        for group in _only_in_one(before.synonyms, after.synonyms):
            yield from (Asked(words, "synonyms") for words in group.words)
        for word in _only_in_one(before.protected, after.protected):
            yield Asked(word, "protected")
        for top in self._top_queries(self._previewer.limit):
            yield Asked(top.text, "asked", top.count)
        for text in (*after.popular, *self._live().popular):
            yield Asked(text, "popular")

    def warnings(self, model: TuningModel) -> list[Fault]:
        """What is worth a look in a tuning, at most :data:`MAX_WARNED`."""
        return list(islice(find_warnings(model, self.knowledge.known()), MAX_WARNED))

    def evaluate(self, name: str, version: Published, limit: int, actor: Actor) -> Measured:
        """Ask a set's questions under a version, and write down how well they were answered.

        Raises:
            NoSet: there is no set of that name.
            ConfigurationError: no question of it has a relevant article.
            TooManyQuestions: they take longer than :data:`EVALUATION_SECONDS`.
        """
        judged = self._judgements.read(name)
        engine = self._engine.under(self._live.compiled(version.model))
        found = measure(judged, ask_engine(engine, limit), limit, seconds=EVALUATION_SECONDS)
        number, digest = version.version.number, version.version.digest
        return self._judgements.note(name, found, number, digest, engine.generation, actor)


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _only_in_one(before: Sequence[Item], after: Sequence[Item]) -> list[Item]:
    return [item for item in after if item not in before] + [item for item in before if item not in after]


def measure(
    judged: Sequence[Judged], ask: Callable[[str], Answered], limit: int, *, seconds: float = math.inf
) -> Evaluation:
    """How well a set's questions are answered.

    Raises:
        ConfigurationError: no question has a relevant article.
        TooManyQuestions: time ran out.
    """
    until = time.monotonic() + seconds
    asked = [Question(item.id, item.text) for item in judged]
    scores: list[Score] = []
    for found in evaluate(asked, {item.id: item.grades for item in judged}, ask, limit):
        scores.append(found)
        if time.monotonic() > until:
            detail = f"{len(scores):,} of {len(asked):,} questions were asked in {seconds:g} s"
            raise TooManyQuestions(f"{detail}; `broadsheet evaluate` has no such bound")
    return summarise(scores, limit)


def ask_engine(
    engine: Engine, limit: int, *, timer: Callable[[], float] = time.perf_counter
) -> Callable[[str], Answered]:
    """Ask the engine; a question it refuses has no hits and says why."""

    def ask(text: str) -> Answered:
        started = timer()
        try:
            result = engine.search(SearchRequest(text, per_page=limit, facets=()))
        except QueryError as error:
            return Answered((), (timer() - started) * 1000.0, refused=str(error))
        return Answered([(hit.id, hit.url) for hit in result.hits], (timer() - started) * 1000.0)

    return ask
