"""Curation: what an administrator decides about the answer of a query, before any word is looked for.

All rules whose query is that of the text apply, in their order. A hidden article is never found. A pinned one
stands at its place whether or not it holds the words; it obeys filters and days, and one that is hidden,
removed or not there is passed over. Of two pins for one article or one place the first rule's wins, and
the other stands behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from indexer.analysis import chunks, folded_form

Identify = Callable[[str], str | None]  # from what a rule names an article by, its id or address, to its id
_WEB: Final = ("https://", "http://")
ADDRESSES: Final = (*_WEB, "/")  # what begins so is an address, anything else the id of an article


class Pin(Struct, frozen=True):
    """An article, and its place in the answer, from 1; ``rule`` says by which rule."""

    article: str
    place: int
    rule: str


class Rule(Struct, frozen=True):
    """What happens to the answer of a query; see :class:`service.tuning.model.Rule`.

    ``words`` are those of the rule's query, folded (:func:`words_of`). ``first`` and ``last`` are inclusive
    ISO days or empty.
    """

    name: str
    words: tuple[str, ...]
    match: Literal["exact", "prefix", "contains"] = "exact"
    first: str = ""
    last: str = ""
    pins: tuple[tuple[str, int], ...] = ()
    hidden: tuple[str, ...] = ()
    redirect: str = ""

    def matches(self, words: Sequence[str], day: str) -> bool:
        """Whether it applies to a text of these words on a day."""
        if not self.words or (self.first and day < self.first) or (self.last and day > self.last):
            return False
        size = len(self.words)
        if self.match == "exact":
            return tuple(words) == self.words
        if self.match == "prefix":
            return tuple(words[:size]) == self.words
        return any(tuple(words[at : at + size]) == self.words for at in range(len(words) - size + 1))


class Curated(Struct, frozen=True):
    """What the rules that apply to a query say: pins in the order in which they choose their places, and
    by the id of each hidden article the rule that hides it.
    """

    pins: tuple[Pin, ...] = ()
    hidden: Mapping[str, str] = {}
    redirect: str = ""
    redirected_by: str = ""


class Curation:
    """All rules, by the words of their queries.

    PERF: a rule is looked at when the first of its words is among those typed.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rule for rule in rules if rule.words)
        self._by_word: dict[str, list[int]] = {}
        for number, rule in enumerate(self._rules):
            self._by_word.setdefault(rule.words[0], []).append(number)

    def of(self, text: str, day: str, identify: Identify) -> Curated | None:
        """What is decided for a text on an ISO day; ``None`` when no rule applies."""
        words = words_of(text)
        numbers = sorted({number for word in set(words) for number in self._by_word.get(word, ())})
        rules = [rule for number in numbers if (rule := self._rules[number]).matches(words, day)]
        return _decided(rules, identify) if rules else None


def _decided(rules: Sequence[Rule], identify: Identify) -> Curated:
    hidden: dict[str, str] = {}
    for rule in rules:
        for name in rule.hidden:
            if found := identify(name):
                hidden.setdefault(found, rule.name)
    pins: dict[str, Pin] = {}
    for rule in rules:
        for name, place in rule.pins:
            if found := identify(name):
                pins.setdefault(found, Pin(found, place, rule.name))
    sent_on = next((rule for rule in rules if rule.redirect), None)
    return Curated(
        tuple(pins.values()), hidden, sent_on.redirect if sent_on else "", sent_on.name if sent_on else ""
    )


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text, the parts of compounds for themselves."""
    return tuple(
        folded_form(token.surface) for tokens in chunks(text) for token in tokens if token.length == 1
    )


def places(pins: Sequence[Pin], others: int) -> list[int]:
    """The place of each pin in the whole answer, from 0, in an answer of ``others`` that are not pinned.

    A place that is taken is left to who has it, for the next that is free; what is beyond the end stands at
    the end.
    """
    taken: dict[int, int] = {}
    for number, pin in enumerate(pins):
        at = max(pin.place - 1, 0)
        while at in taken:
            at += 1
        taken[at] = number
    placed = [0] * len(pins)
    for before, at in enumerate(sorted(taken)):
        placed[taken[at]] = min(at, others + before)
    return placed


def is_safe(address: str) -> bool:
    """Whether a reader may be sent to an address: one of the web with a host, or a path of this one.

    NOTE: what begins with two slashes, of either kind, leads browsers to another host, and what stands before
    an ``@`` looks like a host that it is not.
    """
    if any(letter.isspace() or ord(letter) < 32 or letter == "\\" for letter in address):
        return False
    if address.startswith("/"):
        return not address.startswith("//")
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
