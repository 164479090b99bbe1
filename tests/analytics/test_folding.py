"""Keys become intents."""

from __future__ import annotations

import pytest

from service.analytics.folding import IDLE_SECONDS, SETTLE_SECONDS, Folding
from service.analytics.model import Asked, Facts

READER = b"reader"


def typed(text: str, *, typing: bool = True, total: int = 3) -> Asked:
    return Asked(text, "", "", Facts(total, 1.0), typing=typing)


def folded(*texts: Asked, gap: float = 0.2) -> list[str]:
    folding = Folding()
    for at, asked in enumerate(texts):
        folding.add(READER, asked, at * gap)
        folding.settle(at * gap)
    folding.settle(0, all_=True)
    return [intent.text for intent in folding.taken()[0]]


@pytest.mark.parametrize("last", ["human rights", "human"])
def test_the_keys_of_a_word_are_one_intent_the_last(last: str) -> None:
    assert folded(*(typed(last[:end]) for end in range(1, len(last) + 1))) == [last]


def test_going_back_and_mending_is_the_same_intent() -> None:
    texts = ["humna", "humn", "hum", "huma", "human", "human rigths", "human rights"]
    assert folded(*map(typed, texts)) == ["human rights"]


def test_a_search_and_its_pages_are_one_intent() -> None:
    done = typed("human rights", typing=False)
    assert folded(typed("human rig"), done, done, done) == ["human rights"]


def test_another_search_is_another_intent_even_one_that_goes_on() -> None:
    texts = [typed("human rights", typing=False), typed("human rights in iran", typing=False)]
    assert folded(*texts) == ["human rights", "human rights in iran"]


def test_another_text_in_the_same_field_is_another_intent() -> None:
    assert folded(typed("moratorium"), typed("elections")) == ["moratorium", "elections"]


def test_two_letters_that_were_only_typed_are_none() -> None:
    assert folded(typed("hu")) == []


def test_what_stands_long_enough_has_settled_without_the_end_of_the_session() -> None:
    folding = Folding()
    folding.add(READER, typed("human"), 0.0)
    folding.settle(SETTLE_SECONDS - 1)
    assert folding.taken()[0] == []
    folding.settle(SETTLE_SECONDS + 1)
    assert [intent.text for intent in folding.taken()[0]] == ["human"]


def test_letters_that_went_on_at_another_worker_are_no_intent() -> None:
    folding = Folding(lambda _reader, at: at < 5.0)
    folding.add(READER, typed("huma"), 1.0)
    folding.settle(0, all_=True)
    assert folding.taken()[0] == []


def test_a_silent_visitor_is_forgotten_and_pairs_with_nothing() -> None:
    folding = Folding()
    folding.add(READER, typed("capital punishment", typing=False, total=0), 0.0)
    folding.add(READER, typed("death penalty", typing=False), IDLE_SECONDS + 1)
    folding.settle(0, all_=True)
    intents, pairs = folding.taken()
    assert len(intents) == 2
    assert pairs == []


@pytest.mark.parametrize(
    "texts",
    [
        ["john", "john.smith", "john.smith@", "john.smith@gmail.com"],
        ["john.smith@", "john.smith"],
        ["4111 1", "4111 11", "4111 1"],
    ],
)
def test_what_was_typed_on_the_way_to_something_private_or_back_from_it_is_no_intent(
    texts: list[str],
) -> None:
    assert folded(*map(typed, texts)) == []


def test_a_search_that_went_on_to_something_private_is_none_and_the_next_one_is() -> None:
    texts = ["john smith", "john smith gmail.com", "elections"]
    assert folded(*(typed(text, typing=False) for text in texts)) == ["elections"]
