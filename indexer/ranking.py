"""How a match becomes a score: the parameters and the formulas, in plain Python.

Every backend computes these numbers; the memory backend calls these very functions. The relevance
of a document is::

    score = (sum over leaves of  boost * idf(leaf) * saturation(leaf, document)) * coverage
            * boost * (1 + proximity_bonus + title_bonus) * recency

Sources: BM25F "simple" (weighted frequencies and lengths are added before saturation) from
Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004;
the idf is Lucene's BM25Similarity, ``ln(1 + (N - df + 0.5) / (df + 0.5))``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

NO_BOOSTS: Mapping[str, Mapping[str, float]] = MappingProxyType({})
DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType({"title": 3.0, "content": 1.0})

# How much one occurrence counts, by how it resembles what was typed.
AS_TYPED = 1.0  # the very word, accents included
OTHER_ACCENTS = 0.9  # the word, but with other accents, or joined or split differently
OTHER_FORM = 0.8  # another form of the word (same stem)
BY_PREFIX = 0.7  # a longer word that begins with what was typed
BY_EDIT = 0.5  # a word one edit away; squared for two


@dataclass(frozen=True, slots=True)
class Ranking:
    """What an administrator can reach; given with every search, never baked into the index.

    ``weights`` are per field; ``k1`` and ``b`` are BM25's; ``proximity`` and ``title`` the largest
    share those bonuses add; ``coverage`` the exponent on the share of words found in a relaxed
    answer (0, the sum of the words' scores alone, measured best on four collections); ``recency``
    the largest factor for an article published ``today`` (1.0 switches it off, at most 1.2), halved
    in effect every ``half_life_days``. ``today`` is an ISO date or empty. ``boosts`` are factors by filter
    field and slug; an article with several of the values has the product of theirs.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    k1: float = 1.2
    b: float = 0.65
    proximity: float = 0.3
    title: float = 0.2
    coverage: float = 0.0
    recency: float = 1.1
    half_life_days: float = 180.0
    today: str = ""
    boosts: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: NO_BOOSTS)

    def __post_init__(self) -> None:
        """Refuse numbers that no order can come of.

        Raises:
            ValueError: one is not finite, is negative, or is outside the range of its parameter.
        """
        numbers = {
            **{f"weights[{name!r}]": weight for name, weight in self.weights.items()},
            "k1": self.k1,
            "b": self.b,
            "proximity": self.proximity,
            "title": self.title,
            "coverage": self.coverage,
            "recency": self.recency,
        }
        for name, number in numbers.items():
            if not 0.0 <= number < math.inf:
                raise ValueError(f"{name} is {number}, not a number from 0 on")
        if self.b > 1.0:
            raise ValueError(f"b is {self.b}, not from 0 to 1")
        for name, factors in self.boosts.items():
            for slug, factor in factors.items():
                if not 0.0 < factor < math.inf:
                    raise ValueError(f"the boost of {name} {slug!r} is {factor}, not more than 0")
        if not 0.0 < self.half_life_days < math.inf:
            raise ValueError(f"half_life_days is {self.half_life_days}, not more than 0")

    @property
    def key(self) -> tuple[object, ...]:
        """All of it, fit for a key: two rankings with the same one score alike."""
        return (
            *self.weights.items(),
            self.k1,
            self.b,
            self.proximity,
            self.title,
            self.coverage,
            self.recency,
            self.half_life_days,
            self.today,
            *((name, *sorted(factors.items())) for name, factors in sorted(self.boosts.items()) if factors),
        )


def idf(documents: int, document_frequency: int) -> float:
    """Lucene's inverse document frequency; ``documents`` is the number of live articles."""
    return math.log(1.0 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))


def saturation(frequency: float, length: float, average_length: float, ranking: Ranking) -> float:
    """BM25's saturated frequency, between 0 and ``k1 + 1``.

    ``frequency``, ``length`` and ``average_length`` are already weighted sums over the fields.
    """
    if frequency <= 0.0:
        return 0.0
    relative = length / average_length if average_length > 0.0 else 1.0
    return (
        frequency * (ranking.k1 + 1.0) / (frequency + ranking.k1 * (1.0 - ranking.b + ranking.b * relative))
    )


def boost(values: Mapping[str, Sequence[str]], ranking: Ranking) -> float:
    """The factor of an article by what it carries: ``values`` are slugs by filter field."""
    factor = 1.0
    for name, factors in ranking.boosts.items():
        for slug in dict.fromkeys(values.get(name, ())):
            factor *= factors.get(slug, 1.0)
    return factor


def coverage(found: int, asked: int, ranking: Ranking) -> float:
    """The factor of a relaxed answer: the share of words found, to the power ``ranking.coverage``."""
    return (found / asked) ** ranking.coverage if asked else 1.0


def closeness(first: Sequence[int], second: Sequence[int]) -> float:
    """How near two words come: ``1 / gap`` in order, half of that in reverse; 0 when one is missing.

    Arguments are ascending positions of the two words in one field. Two pointers, linear time.
    """
    best = 0.0
    i = j = 0
    while i < len(first) and j < len(second):
        gap = second[j] - first[i]
        if gap > 0:
            best = max(best, 1.0 / gap)
            i += 1
        else:
            if gap < 0:
                best = max(best, 0.5 / -gap)
            j += 1
        if best == 1.0:
            break
    return best


def proximity_bonus(positions: Sequence[Mapping[str, Sequence[int]]], ranking: Ranking) -> float:
    """Mean closeness of neighbouring query words (best field each), times ``ranking.proximity``.

    ``positions[i]`` maps a field to the ascending positions of the query's i-th word in it.
    """
    pairs = len(positions) - 1
    if pairs < 1 or not ranking.proximity:
        return 0.0
    total = 0.0
    for left, right in itertools.pairwise(positions):
        total += max((closeness(left[name], right[name]) for name in left if name in right), default=0.0)
    return ranking.proximity * total / pairs


def title_bonus(found: int, asked: int, occurrences: int, title_length: int, ranking: Ranking) -> float:
    """How far title and query are the same, times ``ranking.title``.

    ``found`` of ``asked`` query words stand in the title; ``occurrences`` of its ``title_length``
    words are query words. 1.0 of the bonus is a title that is the query.
    """
    if not found or not title_length:
        return 0.0
    return ranking.title * (found / asked) * min(1.0, occurrences / title_length)


def recency(published_day: int | None, today: int | None, ranking: Ranking) -> float:
    """The factor for freshness, between 1 and ``ranking.recency``; days are proleptic ordinals."""
    if published_day is None or today is None or ranking.recency <= 1.0:
        return 1.0
    age = max(0, today - published_day)
    return 1.0 + (ranking.recency - 1.0) * math.exp2(-age / ranking.half_life_days)
