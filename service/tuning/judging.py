"""Which articles answer which questions how well: sets of judgements, kept in the store, brought in and
taken out as the files of ``broadsheet evaluate``; and what was measured with them, over the versions of the
tuning.

A grade is a whole number: 0 is a bad hit, 1 a good one; files may tell more finely, up to :data:`MAX_GRADE`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, field
from sqlalchemy import Connection, delete, func, insert, select, update

from indexer.errors import BroadsheetError
from indexer.evaluation import Evaluation, Question

from ..identity.actor import Actor
from ..identity.audit import MAX_ACTOR, Audit
from ..store import Database
from ..store.tables.judgements import evaluations, grades, questions, sets
from .faults import Fault

MAX_GRADE: Final = 10  # 2^10 - 1 is what such a hit gains; more would drown all others
MAX_SETS: Final = 100  # each is for a kind of question; who has more loses sight
MAX_QUESTIONS: Final = 10_000  # of a set; asked in a minute
MAX_GRADES: Final = 200_000  # of a set; a pool of twenty articles each
MAX_ID: Final = 200  # characters of a question's id
MAX_ARTICLE: Final = 500  # characters of an article's id or name
MAX_TEXT: Final = 512  # characters of a question: what a search takes
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PORTION: Final = 500  # rows of one statement


class InvalidJudgements(BroadsheetError):
    """Judgements that cannot be kept; ``faults`` says what is wrong."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(str(faults[0]))


class NoSet(BroadsheetError):
    """There is no such set of judgements."""


class JudgementSet(Struct, frozen=True):
    """A set by its name, and what it holds."""

    name: str
    note: str
    at: str
    author: str
    questions: int
    grades: int


class Judged(Struct, frozen=True, forbid_unknown_fields=True):
    """A question, and the grades of articles by their ids, or by the last part of their addresses."""

    id: str
    text: str
    grades: dict[str, int] = field(default_factory=dict)


class Measured(Struct, frozen=True):
    """An evaluation: of a set, under a version of the tuning (0: none was published), on a generation."""

    number: int
    at: str
    author: str
    set_name: str
    tuning: int
    digest: str
    generation: str
    hits: int
    queries: int
    refused: int
    recall: float
    ndcg: float
    mrr: float
    mean_ms: float
    p95_ms: float


class JudgementStore:
    """Sets and evaluations in a database. ``clock`` gives the time in UTC.

    Every method may raise :class:`~service.store.StoreUnavailable` or
    :class:`~indexer.errors.StorageError`: the store cannot be used.
    """

    def __init__(self, database: Database, audit: Audit, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    def all(self) -> Sequence[JudgementSet]:
        """Every set, by name."""
        asked = _counts(questions)
        known = _counts(grades)
        with self._database.reading() as connection:
            rows = connection.execute(select(sets).order_by(sets.c.name)).all()
            questions_of = {row.set_name: int(row.many) for row in connection.execute(asked)}
            grades_of = {row.set_name: int(row.many) for row in connection.execute(known)}
        return [
            JudgementSet(
                row.name,
                row.note,
                row.at,
                row.author,
                questions_of.get(row.name, 0),
                grades_of.get(row.name, 0),
            )
            for row in rows
        ]

    def read(self, name: str) -> Sequence[Judged]:
        """The questions of a set with their grades, by id.

        Raises:
            NoSet: there is none of that name.
        """
        with self._database.reading() as connection:
            if not _has(connection, name):
                raise _no_set(name)
            asked = connection.execute(
                select(questions).where(questions.c.set_name == name).order_by(questions.c.question)
            ).all()
            known: dict[str, dict[str, int]] = {}
            order = grades.c.question, grades.c.article
            for row in connection.execute(select(grades).where(grades.c.set_name == name).order_by(*order)):
                known.setdefault(row.question, {})[row.article] = row.grade
        return [Judged(row.question, row.text, known.get(row.question, {})) for row in asked]

    def write(self, name: str, judged: Sequence[Judged], actor: Actor, note: str = "") -> None:
        """Put a set in the place of what there is under its name.

        Raises:
            InvalidJudgements: it cannot be kept.
        """
        _check_set(name, judged, note)
        stamp = self._stamp(actor)
        with self._database.writing() as connection:
            connection.execute(delete(sets).where(sets.c.name == name))
            _check_number(connection)
            connection.execute(insert(sets).values(name=name, note=note, **stamp))
            _insert(connection, questions, [_question(name, item.id, item.text) for item in judged])
            rows = [
                {"set_name": name, "question": item.id, "article": article, "grade": grade, **stamp}
                for item in judged
                for article, grade in item.grades.items()
            ]
            _insert(connection, grades, rows)
            self._audit.note(actor, "judgements.write", name, within=connection, questions=len(judged))

    def drop(self, name: str, actor: Actor) -> None:
        """Forget a set. What was measured with it is kept.

        Raises:
            NoSet: there is none of that name.
        """
        with self._database.writing() as connection:
            if not connection.execute(delete(sets).where(sets.c.name == name)).rowcount:
                raise _no_set(name)
            self._audit.note(actor, "judgements.drop", name, within=connection)

    # -- marks of a person --------------------------------------------------------------------------

    def mark(self, name: str, text: str, article: str, grade: int | None, actor: Actor) -> Judged:
        """Say how well an article answers a text, ``None`` to say nothing about it any more.

        The set, and the question in it, are made when they are not there; a question that nothing is said
        about any more is forgotten. Gives the question as it is then.

        Raises:
            InvalidJudgements: the name, the text, the article or the grade cannot be used.
        """
        _check_mark(name, text, article, grade)
        stamp = self._stamp(actor)
        with self._database.writing() as connection:
            if not _has(connection, name):
                _check_number(connection)
                connection.execute(insert(sets).values(name=name, note="", **stamp))
            question = _question_of(connection, name, text)
            where = grades.c.set_name == name, grades.c.question == question, grades.c.article == article
            connection.execute(delete(grades).where(*where))
            if grade is not None:
                row = {"set_name": name, "question": question, "article": article, "grade": grade, **stamp}
                connection.execute(insert(grades).values(row))
            known = _grades_of(connection, name, question)
            if not known:
                gone = questions.c.set_name == name, questions.c.question == question
                connection.execute(delete(questions).where(*gone))
            connection.execute(update(sets).where(sets.c.name == name).values(stamp))
            more = {"article": article, "grade": grade}
            self._audit.note(actor, "judgements.mark", name, within=connection, **more)
        return Judged(question, text, known)

    def marks(self, name: str, text: str) -> Judged | None:
        """What is said about a text in a set."""
        with self._database.reading() as connection:
            found = _find_question(connection, name, text)
            if found is None:
                return None
            return Judged(found[0], found[1], _grades_of(connection, name, found[0]))

    # -- what was measured --------------------------------------------------------------------------

    def note(
        self, name: str, found: Evaluation, tuning: int, digest: str, generation: str, actor: Actor
    ) -> Measured:
        """Write down an evaluation."""
        row = {
            **self._stamp(actor),
            "set_name": name,
            "tuning": tuning,
            "digest": digest,
            "generation": generation,
            "hits": found.limit,
            "queries": found.queries,
            "refused": found.refused,
            **{key: round(getattr(found, key), 6) for key in ("recall", "ndcg", "mrr", "mean_ms", "p95_ms")},
        }
        with self._database.writing() as connection:
            done = connection.execute(insert(evaluations).values(row).returning(evaluations.c.number))
            number: int = done.scalar_one()
            self._audit.note(actor, "evaluate", name, within=connection, tuning=tuning, ndcg=row["ndcg"])
        return Measured(number=number, **row)

    def measured(self, name: str = "", limit: int = 200) -> Sequence[Measured]:
        """Evaluations, newest first; of one set, when one is named."""
        query = select(evaluations).order_by(evaluations.c.number.desc()).limit(limit)
        if name:
            query = query.where(evaluations.c.set_name == name)
        with self._database.reading() as connection:
            return [Measured(*row) for row in connection.execute(query).all()]

    def _stamp(self, actor: Actor) -> dict[str, str]:
        at = self._clock().isoformat(timespec="milliseconds")
        return {"at": at, "author": actor.shown[:MAX_ACTOR]}


def as_files(judged: Iterable[Judged]) -> tuple[str, str]:
    """The two files of a set, as ``broadsheet evaluate`` reads them: questions, and judgements."""
    asked, known = [], []
    for item in judged:
        asked.append(json.dumps({"id": item.id, "text": item.text}, ensure_ascii=False) + "\n")
        known += [f"{item.id}\t{article}\t{grade}\n" for article, grade in item.grades.items()]
    return "".join(asked), "".join(known)


def from_files(asked: Iterable[Question], known: Mapping[str, Mapping[str, int]]) -> list[Judged]:
    """A set from what the two files hold."""
    return [Judged(item.id, item.text, dict(known.get(item.id, {}))) for item in asked]


def question_id(text: str) -> str:
    """The id of a question that a person marks: texts that are one to a search have the same."""
    return f"q-{hashlib.sha256(_key(text).encode()).hexdigest()[:16]}"


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _counts(table: Any) -> Any:
    return select(table.c.set_name, func.count().label("many")).group_by(table.c.set_name)


def _has(connection: Connection, name: str) -> bool:
    return connection.execute(select(sets.c.name).where(sets.c.name == name)).first() is not None


def _no_set(name: str) -> NoSet:
    return NoSet(f"there is no set of judgements {name[:64]!r}")


def _question(name: str, question: str, text: str) -> dict[str, str]:
    return {"set_name": name, "question": question, "text": text}


def _insert(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), _PORTION):
        connection.execute(insert(table), list(rows[start : start + _PORTION]))


def _find_question(connection: Connection, name: str, text: str) -> tuple[str, str] | None:
    """The question of a text: the one marked under it, or one of a file that says the same."""
    query = select(questions).where(questions.c.set_name == name)
    marked = connection.execute(query.where(questions.c.question == question_id(text))).first()
    if marked is not None:
        return marked.question, marked.text
    wanted = _key(text)
    for row in connection.execute(query):
        if _key(row.text) == wanted:
            return row.question, row.text
    return None


def _question_of(connection: Connection, name: str, text: str) -> str:
    found = _find_question(connection, name, text)
    if found is not None:
        return found[0]
    made = question_id(text)
    connection.execute(insert(questions).values(_question(name, made, text)))
    return made


def _grades_of(connection: Connection, name: str, question: str) -> dict[str, int]:
    query = select(grades).where(grades.c.set_name == name, grades.c.question == question)
    return {row.article: row.grade for row in connection.execute(query.order_by(grades.c.article))}


def _check_number(connection: Connection) -> None:
    if int(connection.execute(select(func.count()).select_from(sets)).scalar_one()) >= MAX_SETS:
        raise InvalidJudgements(Fault("name", f"there are {MAX_SETS} sets already"))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        detail = f"{name[:64]!r} is not up to 64 small letters, digits, hyphens and underscores"
        raise InvalidJudgements(Fault("name", detail))


def _check_set(name: str, judged: Sequence[Judged], note: str) -> None:
    _check_name(name)
    if len(note) > MAX_ID:
        raise InvalidJudgements(Fault("note", f"has more than {MAX_ID} characters"))
    if len(judged) > MAX_QUESTIONS:
        raise InvalidJudgements(Fault("questions", f"are more than {MAX_QUESTIONS:,}"))
    if sum(len(item.grades) for item in judged) > MAX_GRADES:
        raise InvalidJudgements(Fault("questions", f"have more than {MAX_GRADES:,} grades"))
    seen: set[str] = set()
    for number, item in enumerate(judged):
        path = f"questions[{number}]"
        if item.id in seen:
            raise InvalidJudgements(Fault(f"{path}.id", f"{item.id[:60]!r} is there already"))
        seen.add(item.id)
        _check_text(f"{path}.id", item.id, MAX_ID)
        _check_text(f"{path}.text", item.text, MAX_TEXT)
        for article, grade in item.grades.items():
            _check_text(f"{path}.grades", article, MAX_ARTICLE)
            _check_grade(f"{path}.grades.{article[:60]}", grade)


def _check_mark(name: str, text: str, article: str, grade: int | None) -> None:
    _check_name(name)
    _check_text("query", text, MAX_TEXT)
    _check_text("article", article, MAX_ARTICLE)
    if grade is not None:
        _check_grade("grade", grade)


def _check_text(path: str, text: str, most: int) -> None:
    if not text.strip():
        raise InvalidJudgements(Fault(path, "is empty"))
    if len(text) > most:
        raise InvalidJudgements(Fault(path, f"has {len(text):,} characters, more than {most:,}"))
    if any(char < " " for char in text):
        raise InvalidJudgements(Fault(path, "holds a control character"))


def _check_grade(path: str, grade: int) -> None:
    if not 0 <= grade <= MAX_GRADE:
        raise InvalidJudgements(Fault(path, f"{grade} is not a grade from 0 to {MAX_GRADE}"))
