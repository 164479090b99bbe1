"""The query log: what visitors might ask of a set, as addresses, each different."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from urllib.parse import urlencode

from ..questions import COMMON, MIDDLE, RARE, SEED, Words

PATH = "/api/v1/search"

Pairs = list[tuple[str, str]]
Draw = Callable[[Words, Sequence[str], random.Random], Pairs]


def _word(words: Words, categories: Sequence[str], rng: random.Random) -> Pairs:  # noqa: ARG001  all are called alike
    return [("q", rng.choice(_within(words, rng.choice((RARE, MIDDLE, MIDDLE, COMMON)))))]


@cache
def _within(words: Words, band: tuple[float, float]) -> list[str]:
    return words.within(band)


def _words(count: int) -> Draw:
    return lambda words, categories, rng: [("q", " ".join(words.together(count, rng)))]  # noqa: ARG005


def _phrase(words: Words, categories: Sequence[str], rng: random.Random) -> Pairs:  # noqa: ARG001
    said = " ".join(words.together(rng.choice((2, 2, 3)), rng, adjacent=True))
    return [("q", f'"{said}"')]


def _exact(words: Words, categories: Sequence[str], rng: random.Random) -> Pairs:  # noqa: ARG001
    return [("q", " ".join(words.together(2, rng, adjacent=True))), ("exact", "1")]


def _filtered(words: Words, categories: Sequence[str], rng: random.Random) -> Pairs:
    said = _words(rng.choice((1, 2)))(words, categories, rng)
    return [*said, *(("category", slug) for slug in rng.sample(categories, rng.choice((1, 1, 2))))]


def _typing(words: Words, categories: Sequence[str], rng: random.Random) -> Pairs:  # noqa: ARG001
    first, last = words.together(2, rng)
    begun = last[: rng.randrange(3, max(4, len(last)))]
    return [("q", f"{first} {begun}"), ("prefix", "1")]


# Kind -> its share of the log, and how one is drawn.
KINDS: Mapping[str, tuple[float, Draw]] = {
    "one word": (0.25, _word),
    "two words": (0.25, _words(2)),
    "three words": (0.15, _words(3)),
    "five words": (0.05, _words(5)),
    "phrase": (0.08, _phrase),
    "exact": (0.05, _exact),
    "in a category": (0.12, _filtered),
    "while typing": (0.05, _typing),
}


def draw_log(words: Words, categories: Sequence[str], wanted: int, seed: int = SEED) -> list[str]:
    """About ``wanted`` different addresses, shuffled; fewer of a kind where the set has no more."""
    rng = random.Random(f"{seed} log")
    found: dict[str, None] = {}
    shares = sum(share for share, _ in KINDS.values())
    for share, draw in KINDS.values():
        kind: dict[str, None] = {}
        for _ in range(20 * wanted):
            if len(kind) >= wanted * share / shares:
                break
            kind[f"{PATH}?{urlencode(draw(words, categories, rng))}"] = None
        found |= kind
    addresses = list(found)
    rng.shuffle(addresses)
    return addresses
