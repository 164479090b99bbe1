"""Asks every engine every question, engines and questions taking turns, and keeps medians and answers."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .peers import Answer, Peer, Unable
from .questions import Question

Order = Literal["rounds", "questions"]

BUDGET = 3.0  # seconds an engine may spend on one question; slow ones are asked fewer times
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One engine on one question: milliseconds and the answer, or why it has none."""

    median: float = 0.0
    fastest: float = 0.0
    times: int = 0
    answer: Answer = field(default_factory=lambda: Answer(None, ()))
    unable: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What all engines made of one question. ``fetch`` tells whether stored articles were read."""

    question: Question
    fetch: bool
    asked: Mapping[str, Asked]


@dataclass(slots=True)
class _Asking:
    """One question while it is being asked: each engine's form of it, its answer, its times."""

    question: Question
    fetch: bool
    prepared: dict[str, Any]
    unable: dict[str, str]
    answers: dict[str, Answer] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)
    wanted: dict[str, int] = field(default_factory=dict)

    def first(self, peers: Mapping[str, Peer], repeat: int) -> None:
        """Ask once for the answer, and to see how often it can be asked."""
        for name, form in self.prepared.items():
            self.answers[name], seconds = _timed(peers[name], form, self.fetch)
            self.wanted[name] = max(FEWEST, min(repeat, int(BUDGET / max(seconds, 1e-6))))
            self.times[name] = []

    def again(self, peers: Mapping[str, Peer], name: str, turn: int) -> None:
        """Ask an engine once more, unless it has been asked often enough or cannot be asked."""
        if turn < self.wanted.get(name, 0):
            self.times[name].append(_timed(peers[name], self.prepared[name], self.fetch)[1] * 1e3)

    def result(self) -> Result:
        """What it came to."""
        asked = {
            name: Asked(statistics.median(found), min(found), len(found), self.answers[name])
            for name, found in self.times.items()
        }
        return Result(
            self.question, self.fetch, asked | {name: Asked(unable=why) for name, why in self.unable.items()}
        )


def ask_all(
    peers: Mapping[str, Peer],
    questions: Sequence[Question],
    repeat: int,
    fetches: Iterable[bool],
    progress: Callable[[str], None],
    order: Order = "rounds",
) -> list[Result]:
    """Ask all questions ``repeat`` times of every engine in turn, after once that does not count.

    Between two times that one question is asked come all the others, in an order of chance, as of
    visitors, so no engine answers from what its last answer left in a cache. In ``rounds`` an
    engine is asked all of them before the next engine is; ``questions`` alternates the engines
    question by question, and each finds the caches as its neighbours leave them.
    """
    fetches = tuple(fetches)
    asking = [
        _Asking(question, fetch, *_prepare(peers, question)) for question in questions for fetch in fetches
    ]
    progress("first answers")
    for one in asking:
        one.first(peers, repeat)
    gc.collect()
    rng = random.Random(repeat)
    for turn in range(repeat):
        progress(f"round {turn + 1} of {repeat}")
        first = turn % len(peers)  # nobody always follows the same neighbour
        names = (list(peers) * 2)[first : first + len(peers)]
        asked = rng.sample(asking, len(asking))
        by_question = ((one, name) for one in asked for name in names)
        by_engine = ((one, name) for name in names for one in asked)
        for one, name in by_engine if order == "rounds" else by_question:
            one.again(peers, name, turn)
    return [one.result() for one in asking]


def _prepare(peers: Mapping[str, Peer], question: Question) -> tuple[dict[str, Any], dict[str, str]]:
    prepared, unable = {}, {}
    for name, peer in peers.items():
        try:
            prepared[name] = peer.prepare(question)
        except Unable as error:
            unable[name] = str(error)
    return prepared, unable


def _timed(peer: Peer, prepared: Any, fetch: bool) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = peer.ask(prepared, fetch)
    seconds = time.perf_counter() - started
    return answer, seconds if answer.seconds is None else answer.seconds
