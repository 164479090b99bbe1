"""Four public collections with judged questions: how well the defaults rank, one set for all of them.

Two are classic research collections in English, whose questions are sentences; two ask, in German and in
Persian, for the one paragraph that answers. Nothing is tuned to any of them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from indexer import Site
from indexer.analysis import chunks
from indexer.backends.base import Record
from indexer.backends.whoosh import WhooshIndex
from indexer.evaluation import Question, evaluate, read_judgements, read_questions, summarise
from indexer.limits import MAX_QUERY_WORDS
from indexer.parsing.language import language_of
from service.search.engine import Engine
from service.tuning.trying import ask_engine
from tests.conftest import publish, record
from tests.live import SHARED

COLLECTIONS = SHARED / "dev" / "relevance"
LIMIT = 10
MOST = 2_500  # questions asked of a collection; of more, every n-th

# nDCG@10. They may be raised; lowering one needs a reason in the changelog.
FLOORS = {"cranfield": 0.372, "cacm": 0.480, "xquad-de": 0.941, "pquad-fa": 0.966}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.skipif(not COLLECTIONS.is_dir(), reason="no ../shared/dev/relevance beside this checkout"),
]


def records(folder: Path) -> Iterator[Record]:
    """The documents as articles, each in the language of its text, as of a pushed article that names none."""
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            title, text = entry["title"], entry["text"]
            lang = language_of(f"{title}\n{text}", Site())
            yield record(title, text, key=entry["id"], lang=lang)


def within_bounds(question: Question) -> Question:
    """The question up to the last word that may be asked; few are longer."""
    words = list(chunks(question.text))[:MAX_QUERY_WORDS]
    return Question(question.id, question.text[: max(token.end for token in words[-1])])


@pytest.mark.parametrize("name", FLOORS)
def test_questions_find_what_was_judged_to_answer_them(name: str, tmp_path: Path) -> None:
    folder = COLLECTIONS / name
    index = WhooshIndex(tmp_path)
    publish(index, list(records(folder)))
    engine = Engine(index, Site(), today=lambda: date(2025, 2, 1), budget_seconds=30.0)
    questions = [within_bounds(question) for question in read_questions(folder / "queries.jsonl")]
    questions = questions[:: -(-len(questions) // MOST)]
    judgements = read_judgements(folder / "qrels.tsv")
    scores = list(evaluate(questions, judgements, ask_engine(engine, LIMIT), LIMIT))
    summary = summarise(scores, LIMIT)
    assert summary.refused == 0
    assert summary.ndcg >= FLOORS[name]
