"""How well questions are answered: judgements in, the usual measures out.

The measures, over the first k hits of a question (k is 10 unless told otherwise):

- *recall*: relevant articles found / relevant articles there are.
- *nDCG*: DCG / the DCG of the best possible order, where
  ``DCG = sum over ranks i from 1 of (2^grade - 1) / log2(i + 1)``. The discounted cumulative gain
  is from Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS
  20(4), 2002; the gain ``2^grade - 1`` from Burges et al., "Learning to rank using gradient
  descent", ICML 2005.
- *MRR*: 1 / the rank of the first relevant article, 0 when none is found.

Each is averaged over the questions that have a relevant article; the others say nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from statistics import fmean
from urllib.parse import unquote, urlsplit

from .errors import ConfigurationError

MAX_DIGITS = 9  # of a grade; whoever keeps grades says how high they may be
Judgements = Mapping[str, Mapping[str, int]]  # question id -> article -> grade; relevant from 1 on


@dataclass(frozen=True, slots=True)
class Question:
    """A question people asked, and its id in the judgements."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: the (id, address) of each hit, best first, and how long it took in milliseconds.

    ``refused`` says why there was no answer, where there was none.
    """

    hits: Sequence[tuple[str, str]]
    milliseconds: float
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One question's measures, and its time in milliseconds."""

    question: Question
    recall: float
    ndcg: float
    reciprocal_rank: float
    milliseconds: float
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The means over all questions asked, and their times in milliseconds."""

    limit: int
    recall: float
    ndcg: float
    mrr: float
    mean_ms: float
    p95_ms: float
    queries: int
    refused: int


def read_questions(path: Path) -> list[Question]:
    """Questions from a file; see :func:`questions_of`.

    Raises:
        ConfigurationError: the file cannot be read, or a line is not like that; names the line.
    """
    return questions_of(_text(path), str(path))


def questions_of(text: str, name: str) -> list[Question]:
    """Questions from a text with one JSON object a line, each with ``id`` and ``text``.

    Raises:
        ConfigurationError: a line is not like that; says ``name`` and its number.
    """
    return [_question(name, number, line) for number, line in _lines(text)]


def _question(name: str, number: int, line: str) -> Question:
    try:
        known = json.loads(line)
        return Question(str(known["id"]), str(known["text"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        detail = 'must be a JSON object with "id" and "text"'
        raise ConfigurationError(f"{name}:{number}: {detail}") from error


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Judgements from a file; see :func:`judgements_of`.

    Raises:
        ConfigurationError: the file cannot be read, or a line is not like that; names the line.
    """
    return judgements_of(_text(path), str(path))


def judgements_of(text: str, name: str) -> dict[str, dict[str, int]]:
    """Judgements from a text of lines ``question<TAB>article<TAB>grade``, the grade a whole number from 0.

    Raises:
        ConfigurationError: a line is not like that; says ``name`` and its number.
    """
    found: dict[str, dict[str, int]] = {}
    for number, line in _lines(text):
        parts = line.split("\t")
        if len(parts) != 3 or not parts[2].strip().isdecimal() or len(parts[2]) > MAX_DIGITS:
            raise ConfigurationError(
                f"{name}:{number}: must be question, article and grade, separated by tabs"
            )
        found.setdefault(parts[0].strip(), {})[parts[1].strip()] = int(parts[2])
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def evaluate(
    questions: Sequence[Question],
    judgements: Judgements,
    ask: Callable[[str], Answered],
    limit: int = 10,
    prefix: str = "",
) -> Iterator[Score]:
    """Ask every question that has a relevant article, and score the answer's first ``limit`` hits.

    A hit is the judged article when that, with ``prefix`` put before it, is the hit's id or the last
    part of its address without extension.
    """
    for question in questions:
        grades = {
            prefix + name: grade for name, grade in judgements.get(question.id, {}).items() if grade > 0
        }
        if grades:
            answered = ask(question.text)
            yield score(question, answered, grades, limit)


def score(question: Question, answered: Answered, grades: Mapping[str, int], limit: int) -> Score:
    """The measures of one answer; ``grades`` are those of the relevant articles."""
    gains = grades_of(answered.hits[:limit], grades)
    found = [rank for rank, grade in enumerate(gains, start=1) if grade > 0]
    best = dcg(sorted(grades.values(), reverse=True)[:limit])
    return Score(
        question,
        recall=len(found) / len(grades),
        ndcg=dcg(gains) / best,
        reciprocal_rank=1.0 / found[0] if found else 0.0,
        milliseconds=answered.milliseconds,
        refused=answered.refused,
    )


def grades_of(hits: Sequence[tuple[str, str]], grades: Mapping[str, int]) -> list[int]:
    """The grade of each hit; an article that is found twice counts once."""
    left = dict(grades)
    return [max((left.pop(name, 0) for name in names_of(hit)), default=0) for hit in hits]


def names_of(hit: tuple[str, str]) -> set[str]:
    """What judgements may call a hit (id and address): its id, or the last part of its address."""
    identity, address = hit
    path = PurePosixPath(unquote(urlsplit(address).path))
    if path.stem == "index":
        path = path.parent
    return {name for name in (identity, path.name, path.stem) if name}


def dcg(grades: Sequence[int]) -> float:
    """Discounted cumulative gain of grades in the order found."""
    return math.fsum((2.0**grade - 1.0) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def summarise(scores: Sequence[Score], limit: int) -> Evaluation:
    """The means.

    Raises:
        ConfigurationError: there is nothing to average: no question has a relevant article.
    """
    if not scores:
        raise ConfigurationError("no question has a judged article: do both files belong together?")
    times = sorted(score.milliseconds for score in scores)
    return Evaluation(
        limit=limit,
        recall=fmean(score.recall for score in scores),
        ndcg=fmean(score.ndcg for score in scores),
        mrr=fmean(score.reciprocal_rank for score in scores),
        mean_ms=fmean(times),
        # The smallest time that 95 of 100 questions do not pass ("nearest rank").
        p95_ms=times[math.ceil(0.95 * len(times)) - 1],
        queries=len(scores),
        refused=sum(bool(score.refused) for score in scores),
    )
