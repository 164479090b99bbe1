"""What is asked: kinds of questions in no engine's own language, drawn from the set's own words.

Every question wants the exact total and one page of ten. Words are drawn by a seed from bands of
document frequency, so no question is chosen for any engine.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .data import Item

How = Literal["any", "all", "phrase", "prefix", "typo"]

SEED = 41
SAMPLE = 20_000  # articles at the beginning of a set that words are drawn from
DEEP = 990  # the offset of page 100
RARE, MIDDLE, COMMON = (0.0004, 0.002), (0.005, 0.3), (0.15, 0.5)  # shares of the articles
_WORD = re.compile(r"[a-z]{3,}")
_STOP_PAIRS = ("of the", "in the", "to the", "and the", "it is", "on the", "for the")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``kind`` names its row in the tables, ``name`` the instance.

    ``words`` are lower case; for ``prefix`` one beginning, for ``typo`` one word spelt wrongly.
    ``category`` is a slug to filter by or empty; with ``facet`` the categories are counted too,
    of all that match without the filter. ``newest`` sorts by day.
    """

    name: str
    kind: str
    how: How
    words: tuple[str, ...]
    category: str = ""
    facet: bool = False
    newest: bool = False
    offset: int = 0
    limit: int = 10

    @property
    def row(self) -> str:
        """The kind with what is asked beside it."""
        return self.kind + (" in a category" if self.category else "") + (", facet" if self.facet else "")


class Words:
    """The words of a sample of a set and how many articles hold them."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.texts: list[list[str]] = []
        self.found: Counter[str] = Counter()
        for item in items:
            words = _WORD.findall(f"{item.title}\n{item.text}".lower())
            self.texts.append(words)
            self.found.update(set(words))

    def within(self, band: tuple[float, float]) -> list[str]:
        """The words whose share of the articles is in a band, at least one article, by the alphabet."""
        low, high = (max(1.0, share * len(self.texts)) for share in band)
        return sorted(word for word, count in self.found.items() if low <= count <= high)

    def together(self, count: int, rng: random.Random, adjacent: bool = False) -> tuple[str, ...]:
        """Words of the middle band that one article holds, so that something matches them all."""
        low, high = (share * len(self.texts) for share in MIDDLE)
        while True:
            text = rng.choice(self.texts)
            if adjacent:
                at = rng.randrange(len(text))
                words = text[at : at + count]
            else:
                words = rng.sample(text, min(count, len(text)))
            if len(set(words)) == count and all(low <= self.found[word] <= high for word in words):
                return tuple(words)


Draw = Callable[[Words, random.Random], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the tables: how its words are drawn; ``filtered`` kinds are asked in a category, too."""

    name: str
    how: How
    draw: Draw
    filtered: bool = False
    newest: bool = False
    offset: int = 0


def _of(band: tuple[float, float]) -> Draw:
    return lambda words, rng: (rng.choice(words.within(band)),)


def _beginning(letters: int) -> Draw:
    def draw(words: Words, rng: random.Random) -> tuple[str, ...]:
        return (rng.choice([word for word in words.within(MIDDLE) if len(word) > letters])[:letters],)

    return draw


def _together(count: int, adjacent: bool = False) -> Draw:
    return lambda words, rng: words.together(count, rng, adjacent)


def _stop_pair(words: Words, rng: random.Random) -> tuple[str, ...]:  # noqa: ARG001  all are called alike
    return tuple(rng.choice(_STOP_PAIRS).split())


def _misspelt(words: Words, rng: random.Random) -> tuple[str, ...]:
    """A word with one letter dropped, doubled, exchanged or swapped, that is no word itself."""
    choices = [word for word in words.within(MIDDLE) if len(word) >= 6]
    while True:
        word = rng.choice(choices)
        at = rng.randrange(2, len(word) - 1)
        wrong = rng.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + rng.choice(_LETTERS) + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
        )
        if wrong not in words.found:
            return (wrong,)


KINDS = (
    Kind("rare word", "any", _of(RARE), filtered=True),
    Kind("common word", "any", _of(COMMON), filtered=True),
    Kind("any of 2", "any", _together(2), filtered=True),
    Kind("any of 3", "any", _together(3), filtered=True),
    Kind("any of 5", "any", _together(5), filtered=True),
    Kind("all of 2", "all", _together(2), filtered=True),
    Kind("all of 3", "all", _together(3), filtered=True),
    Kind("all of 5", "all", _together(5), filtered=True),
    Kind("phrase", "phrase", _together(2, adjacent=True)),
    Kind("stop phrase", "phrase", _stop_pair),
    Kind("prefix of 2", "prefix", _beginning(2)),
    Kind("prefix of 3", "prefix", _beginning(3)),
    Kind("prefix of 5", "prefix", _beginning(5)),
    Kind("typo", "typo", _misspelt),
    Kind("newest", "any", _of(COMMON), newest=True),
    Kind("page 100", "any", _of(COMMON), offset=DEEP),
)


def draw_questions(
    words: Words, categories: Sequence[str], instances: int, seed: int = SEED
) -> list[Question]:
    """``instances`` questions of each kind, each as it is, in a category, and with the facet."""
    return [question for kind in KINDS for question in _variants(kind, words, categories, instances, seed)]


def _variants(
    kind: Kind, words: Words, categories: Sequence[str], instances: int, seed: int
) -> Iterator[Question]:
    rng = random.Random(f"{seed} {kind.name}")
    drawn = _distinct(kind, words, rng, instances)
    for filtered in (False, True) if kind.filtered else (False,):
        for said in drawn:
            question = Question(
                name=f"{kind.name}: {' '.join(said)}",
                kind=kind.name,
                how=kind.how,
                words=said,
                category=rng.choice(categories) if filtered else "",
                newest=kind.newest,
                offset=kind.offset,
            )
            yield question
            yield replace(question, facet=True)


def _distinct(kind: Kind, words: Words, rng: random.Random, wanted: int) -> list[tuple[str, ...]]:
    """Different instances of a kind, as many as wanted or as there are."""
    drawn: dict[tuple[str, ...], None] = {}
    for _ in range(wanted * 5):
        drawn[kind.draw(words, rng)] = None
        if len(drawn) == wanted:
            break
    return list(drawn)
