"""Judgements, on SQLite and on PostgreSQL: as files in and out, and mark by mark."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.evaluation import Evaluation, read_judgements, read_questions
from service.identity.actor import Actor
from service.identity.audit import Audit
from service.store import Database
from service.tuning.judging import (
    InvalidJudgements,
    Judged,
    JudgementStore,
    NoSet,
    as_files,
    from_files,
    question_id,
)
from tests.tuning.models import HOSTILE

ADA = Actor("administrator", "ada", frozenset({"tune"}))
SET = [
    Judged("q1", "human rights", {"a": 3, "b": 0}),
    Judged("q2", HOSTILE, {"article-1": 1}),
    Judged("q3", "nothing yet"),
]


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def judgements(database: Database) -> JudgementStore:
    return JudgementStore(database, Audit(database, now), now)


def test_a_set_goes_out_as_the_files_it_came_in_as(judgements: JudgementStore, tmp_path: Path) -> None:
    judgements.write("golden", SET, ADA, "the first")
    asked, known = as_files(judgements.read("golden"))
    (tmp_path / "q").write_text(asked, "utf-8")
    (tmp_path / "j").write_text(known, "utf-8")
    assert from_files(read_questions(tmp_path / "q"), read_judgements(tmp_path / "j")) == SET
    told = judgements.all()[0]
    assert (told.name, told.note, told.author, told.questions, told.grades) == (
        "golden", "the first", "administrator:ada", 3, 3,
    )  # fmt: skip


def test_a_set_that_is_written_again_holds_the_new_and_nothing_of_the_old(judgements: JudgementStore) -> None:
    judgements.write("golden", SET, ADA)
    judgements.write("golden", SET[:1], ADA)
    assert judgements.read("golden") == SET[:1]
    judgements.drop("golden", ADA)
    for attempt in (lambda: judgements.read("golden"), lambda: judgements.drop("golden", ADA)):
        with pytest.raises(NoSet):
            attempt()


def test_marks_make_a_set_and_change_one_that_came_from_files(judgements: JudgementStore) -> None:
    made = judgements.mark("mine", "Human  rights", "a", 1, ADA)
    assert (made.id, made.grades) == (question_id("human rights"), {"a": 1})
    judgements.mark("mine", "human RIGHTS", "b", 0, ADA)
    assert judgements.mark("mine", "human rights", "a", 2, ADA).grades == {"a": 2, "b": 0}
    judgements.write("golden", SET, ADA)
    assert judgements.mark("golden", "HUMAN rights", "c", 1, ADA).id == "q1"
    found = judgements.marks("golden", "human rights")
    assert found == Judged("q1", "human rights", {"a": 3, "b": 0, "c": 1})
    assert judgements.marks("golden", "never asked") is None


def test_a_question_of_which_nothing_is_said_any_more_is_forgotten(judgements: JudgementStore) -> None:
    judgements.mark("mine", "q", "a", 1, ADA)
    assert judgements.mark("mine", "q", "a", None, ADA).grades == {}
    assert judgements.read("mine") == []


@pytest.mark.parametrize(
    ("name", "judged", "path"),
    [
        ("UPPER", SET, "name"),
        ("../x", SET, "name"),
        ("x", [Judged("q", "")], "questions[0].text"),
        ("x", [Judged("q", "t"), Judged("q", "t")], "questions[1].id"),
        ("x", [Judged("q", "t\tu")], "questions[0].text"),
        ("x", [Judged("q", "t", {"a": -1})], "questions[0].grades.a"),
        ("x", [Judged("q", "t", {"a": 11})], "questions[0].grades.a"),
        ("x", [Judged("q", "t" * 513)], "questions[0].text"),
    ],
)
def test_what_cannot_be_kept_is_named_and_kept_nowhere(
    judgements: JudgementStore, name: str, judged: list[Judged], path: str
) -> None:
    with pytest.raises(InvalidJudgements) as refused:
        judgements.write(name, judged, ADA)
    assert refused.value.faults[0].path == path
    assert list(judgements.all()) == []


def test_what_was_measured_is_a_series_that_outlives_its_set(judgements: JudgementStore) -> None:
    found = Evaluation(
        limit=10, recall=0.5, ndcg=0.25, mrr=1.0, mean_ms=1.5, p95_ms=2.5, queries=3, refused=1
    )
    judgements.write("golden", SET, ADA)
    first = judgements.note("golden", found, 1, "d" * 64, "g-000001.1", ADA)
    second = judgements.note("golden", found, 2, "e" * 64, "g-000001.1", ADA)
    judgements.note("other", found, 2, "e" * 64, "g-000001.1", ADA)
    judgements.drop("golden", ADA)
    assert judgements.measured("golden") == [second, first]
    assert (first.tuning, first.ndcg, first.queries, first.author) == (1, 0.25, 3, "administrator:ada")
    assert len(judgements.measured()) == 3
    assert judgements.measured("golden", 1) == [second]
