"""The sentences of an explanation: their numbers are those used, and a reader can add them up."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from indexer.backends.base import Part, Scored
from indexer.query import Word
from service.search.engine import Engine
from service.search.explain import NO_RULES, Factor, Rules, account_of, explain
from service.search.request import SearchRequest

QUESTIONS = [
    "rights moratorium",
    "rights",
    "e mails",
    "rights zebra",
    "parlaiment",
    '"rule of law"',
    "haupt* email",
    "",
]


def calculated(sentence: str) -> tuple[float, float]:
    """Both sides of the calculation that a last sentence shows."""
    left, _, right = sentence.removeprefix("Score: ").removesuffix(".").rpartition(" = ")
    added, *factors = (left or right).split(" × ")
    total = sum(float(share) for share in added.strip("()").split(" + "))
    return total * math.prod(map(float, factors)), float(right)


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_is_said_adds_up_to_the_score(engine: Engine, text: str) -> None:
    hits = engine.search(SearchRequest(text, explain=True)).hits
    for hit in hits:
        assert isinstance(hit.explanation, tuple)
        left, right = calculated(hit.explanation[-1])
        assert right == pytest.approx(hit.score, abs=5e-4)
        assert left == pytest.approx(right, rel=2e-3, abs=2e-3)
        shares = [re.search(r": (\d+\.\d{3})\.$", line) for line in hit.explanation[:-1]]
        assert sum(float(share.group(1)) for share in shares if share) <= right + 0.01


def hit_of(*parts: Part, factor: float = 1.0) -> Scored:
    found = Scored.__new__(Scored, None, sum(part.score for part in parts) * factor)  # type: ignore[arg-type]
    return found._replace(parts=parts)


PART = Part(Word("council", forms=False), 2.0, 1.5, 3, {"title": 1, "content": 2}, ("council",))


def test_a_word_that_is_there_by_a_synonym_says_what_it_stands_for() -> None:
    rules = Rules(stands_for={PART.leaf: "ncri"})
    first = explain(hit_of(PART), rules)[0]
    assert first == (
        "exactly “council” (it stands for “ncri” by a synonym) is found twice in the text and once in the "
        "title; 3 articles hold it (weight 1.50): 2.000."
    )
    assert account_of(hit_of(PART), rules).shares[0].stands_for == "ncri"


def test_factors_of_the_administrator_are_in_the_calculation() -> None:
    rules = Rules(boosts=(Factor("The category “Women” is lifted", 1.5),), pinned="first of all")
    hit = hit_of(PART, replace_score(PART, 1.0), factor=1.5)
    told = explain(hit, rules)
    assert told[0] == "It has its place by the rule “first of all”, whatever its score."
    assert "The category “Women” is lifted: times 1.50." in told
    assert told[-1] == "Score: (2.000 + 1.000) × 1.5000 = 4.500."
    assert calculated(told[-1]) == (4.5, 4.5)


def replace_score(part: Part, score: float) -> Part:
    return replace(part, leaf=Word("other"), score=score)


def test_bonuses_and_freshness_are_said_with_their_size() -> None:
    hit = hit_of(PART, factor=1.2 * 1.05)._replace(proximity_bonus=0.15, title_bonus=0.05, recency=1.05)
    told = explain(hit, NO_RULES)
    assert "The words stand close together: plus 15.00%." in told
    assert "Title and query share words: plus 5.00%." in told
    assert "Published lately: times 1.0500." in told
    assert told[-1] == "Score: 2.000 × 1.2000 × 1.0500 = 2.520."
