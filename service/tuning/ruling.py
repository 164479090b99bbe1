"""Small changes to one rule of curation, as a person makes them: pure functions from a rule to a rule.

An article is named as the rule names it, by its id or its address. No two pins of a rule have one place.
"""

from __future__ import annotations

from msgspec.structs import replace

from .limits import MAX_POSITION
from .model import Pin, Rule


def pinned(rule: Rule, article: str, position: int) -> Rule:
    """The rule in which an article has a place; pins that are in the way stand one place further down.

    An article that the rule hid is hidden no more.
    """
    others, wanted = other_pins(rule, article), position
    placed = [Pin(article, position)]
    for other in others:
        if other.position == wanted:
            wanted += 1
            placed.append(replace(other, position=wanted))
        else:
            placed.append(other)
    return replace(rule, pin=_in_order(placed), hide=other_hides(rule, article))


def moved(rule: Rule, article: str, position: int) -> Rule:
    """The rule in which a pin has another place, as a line of a list that is moved: the pins between its old
    place and the new one make room towards the old. What is not pinned yet gets the place.
    """
    at = place_of(rule, article)
    to = min(max(position, 1), MAX_POSITION)
    if at is None:
        return pinned(rule, article, to)
    step = 1 if to < at else -1
    low, high = sorted((at, to))
    others = [
        replace(item, position=item.position + step) if low <= item.position <= high else item
        for item in other_pins(rule, article)
    ]
    return replace(rule, pin=_in_order([Pin(article, to), *others]))


def unpinned(rule: Rule, article: str) -> Rule:
    """The rule in which an article has no place of its own."""
    return replace(rule, pin=other_pins(rule, article))


def hidden(rule: Rule, article: str) -> Rule:
    """The rule that hides an article, which has no place any more."""
    return replace(rule, pin=other_pins(rule, article), hide=(*other_hides(rule, article), article))


def unhidden(rule: Rule, article: str) -> Rule:
    """The rule that hides an article no more."""
    return replace(rule, hide=other_hides(rule, article))


def place_of(rule: Rule, article: str) -> int | None:
    """The place that the rule gives an article."""
    return next((item.position for item in rule.pin if item.article == article), None)


def is_idle(rule: Rule) -> bool:
    """Whether the rule does nothing to any answer."""
    return not (rule.pin or rule.hide or rule.redirect)


def other_pins(rule: Rule, article: str) -> tuple[Pin, ...]:
    """The pins of all articles but one, in the order of their places."""
    return _in_order([item for item in rule.pin if item.article != article])


def other_hides(rule: Rule, article: str) -> tuple[str, ...]:
    """All hidden articles but one."""
    return tuple(item for item in rule.hide if item != article)


def _in_order(pins: list[Pin]) -> tuple[Pin, ...]:
    return tuple(sorted(pins, key=lambda item: item.position))
