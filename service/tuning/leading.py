"""Rules that lead readers on, and from there on again: a browser would go round for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

from ..search.curation import Rule as Pattern
from ..search.curation import words_of
from .faults import Fault
from .model import Rule
from .reading import shown

_FIRST, _LAST = "0000-00-00", "9999-99-99"
_QUERY: Final = ("q", "s", "phrase")  # what the text is called in the address of the search page


def find_rounds(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Faults of rules that lead to the search page of this service with a text that is led elsewhere.

    The pages of one rule that is switched off, or whose days are others, are none.
    """
    leading = [
        (rule, Pattern(rule.name, words_of(rule.query), rule.match))
        for rule in rules
        if rule.redirect and rule.enabled
    ]
    by_word: dict[str, list[tuple[Rule, Pattern]]] = {}
    for rule, pattern in leading:
        if pattern.words:
            by_word.setdefault(pattern.words[0], []).append((rule, pattern))
    for number, rule in enumerate(rules):
        text = own_text(rule.redirect) if rule.redirect and rule.enabled else ""
        words = words_of(text)
        for other, pattern in (one for word in dict.fromkeys(words) for one in by_word.get(word, ())):
            if meet(rule, other) and pattern.matches(words, ""):
                detail = f"leads to a search for {shown(text)}, which the rule {shown(other.name)} leads on"
                yield Fault(f"rules[{number}].redirect", detail)
                break


def own_text(address: str) -> str:
    """What is searched for at an address of the search page of this service; empty at any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or parts.path != "/":
        return ""
    asked = parse_qs(parts.query, max_num_fields=None)
    return next((asked[name][0] for name in _QUERY if name in asked), "")


def meet(one: Rule, other: Rule) -> bool:
    """Whether there is a day on which both are in force."""
    first = max(one.from_ or _FIRST, other.from_ or _FIRST)
    return first <= min(one.to or _LAST, other.to or _LAST)
