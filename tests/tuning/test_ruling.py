"""Moving a pin in a rule is moving a line in a list."""

from __future__ import annotations

import pytest

from service.tuning import ruling
from service.tuning.model import Pin, Rule


def rule(*articles: str) -> Rule:
    """Articles pinned one after another; "-" leaves a place free."""
    return Rule("r", "q", pin=tuple(Pin(name, at) for at, name in enumerate(articles, 1) if name != "-"))


@pytest.mark.parametrize(
    ("before", "article", "to", "after"),
    [
        ("abc", "a", 3, "bca"),
        ("abc", "c", 1, "cab"),
        ("abc", "b", 2, "abc"),
        ("ab", "a", 2, "ba"),
        ("a-b", "a", 3, "-ba"),
        ("a-b", "b", 1, "ba"),
        ("a-b", "a", 2, "-ab"),
        ("ab", "c", 1, "cab"),
        ("ab", "b", 0, "ba"),
    ],
)
def test_a_pin_moves_and_those_between_make_room(before: str, article: str, to: int, after: str) -> None:
    assert ruling.moved(rule(*before), article, to) == rule(*after)


def test_no_place_is_beyond_the_last_there_is() -> None:
    assert ruling.place_of(ruling.moved(rule("a"), "a", 1_000), "a") == 100
