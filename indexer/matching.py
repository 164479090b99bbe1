"""What a leaf of the query tree finds in a tokenised text: the meaning of a leaf, in plain Python.

The memory backend answers with these functions and the highlighter marks with them; every other
backend must find the same spans by its own means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from msgspec import Struct
from rapidfuzz.distance import OSA

from .analysis import Token, folded_form, stem_terms, tokenize
from .highlight import Highlight, Range, Shape
from .query import Fuzzy, Leaf, Phrase, Prefix, Word
from .ranking import AS_TYPED, BY_EDIT, BY_PREFIX, OTHER_ACCENTS, OTHER_FORM


class Span(NamedTuple):
    """An occurrence: ``length`` positions from ``position`` on, counting ``weight`` times."""

    position: int
    length: int
    weight: float


def spelling_weight(typed: str, surface: str) -> float:
    """How much an occurrence of the same folded word counts by its spelling."""
    return AS_TYPED if surface == typed else OTHER_ACCENTS


def word_weight(word: Word, surface: str, folded: str, lang: str) -> float:
    """The weight of a token for a :class:`Word`, 0 when it is another word."""
    if folded == folded_form(word.text):
        return spelling_weight(word.text, surface)
    if word.without and folded in map(folded_form, word.without):
        return 0.0
    if word.forms and not _stems(word.text, lang).isdisjoint(stem_terms(surface, lang)):
        return OTHER_FORM
    return 0.0


def prefix_weight(prefix: Prefix, surface: str, folded: str) -> float:
    """The weight of a token for a :class:`Prefix`, 0 when it begins otherwise."""
    typed = folded_form(prefix.text)
    if folded == typed:
        return spelling_weight(prefix.text, surface)
    return BY_PREFIX if folded.startswith(typed) else 0.0


def fuzzy_weight(fuzzy: Fuzzy, surface: str, folded: str) -> float:
    """The weight of a token for a :class:`Fuzzy`, 0 when it is too far away."""
    typed = folded_form(fuzzy.text)
    if folded[:1] != typed[:1]:
        return 0.0
    distance = OSA.distance(typed, folded, score_cutoff=fuzzy.distance)
    if distance > fuzzy.distance:
        return 0.0
    return spelling_weight(fuzzy.text, surface) if distance == 0 else float(BY_EDIT**distance)


@lru_cache(maxsize=4096)
def _stems(surface: str, lang: str) -> frozenset[str]:
    return frozenset(stem_terms(surface, lang))


def spans(leaf: Leaf, tokens: Sequence[Token], lang: str) -> list[Span]:
    """Where a leaf is found in one field of one document, ascending, at most one span a position."""
    match leaf:
        case Word():
            return _best(
                Span(token.position, token.length, weight)
                for token in tokens
                if (weight := word_weight(leaf, token.surface, token.folded, lang))
            )
        case Prefix():
            return _best(
                Span(token.position, token.length, weight)
                for token in tokens
                if (weight := prefix_weight(leaf, token.surface, token.folded))
            )
        case Fuzzy():
            return _best(
                Span(token.position, token.length, weight)
                for token in tokens
                if (weight := fuzzy_weight(leaf, token.surface, token.folded))
            )
        case Phrase():
            return phrase_spans([spans(Word(word, forms=False), tokens, lang) for word in leaf.words])


def _best(found: Iterable[Span]) -> list[Span]:
    """One span a position: the heaviest, then the longest."""
    best: dict[int, Span] = {}
    for span in found:
        other = best.get(span.position)
        if other is None or (span.weight, span.length) > (other.weight, other.length):
            best[span.position] = span
    return [best[position] for position in sorted(best)]


def phrase_spans(words: Sequence[Sequence[Span]]) -> list[Span]:
    """Runs of one span of each word, each beginning where the one before ends.

    A run weighs what its lightest word weighs.
    """
    runs: dict[int, tuple[int, float]] = (
        {span.position: (span.position, AS_TYPED) for span in words[0]} if words else {}
    )
    for found in words:
        longer: dict[int, tuple[int, float]] = {}
        for span in found:
            run = runs.get(span.position)
            if run is not None:
                longer[span.position + span.length] = (run[0], min(run[1], span.weight))
        runs = longer
    return _best(Span(start, end - start, weight) for end, (start, weight) in runs.items())


def merge(found: Iterable[Sequence[Span]]) -> list[Span]:
    """Several lists of spans as one; at each position the heaviest, then the longest."""
    return _best(span for part in found for span in part)


class Marks(Protocol):
    """Where the leaves of a query are in a text: code point ranges, and which leaf each is of."""

    @property
    def text(self) -> str:
        """The text."""

    @property
    def ranges(self) -> tuple[Range, ...]:
        """Ascending, none within another."""

    @property
    def leaves(self) -> tuple[int, ...]:
        """The number of each range's leaf."""

    def whole(self) -> Highlight:
        """The whole text with its marks."""

    def passages(self, shape: Shape) -> tuple[Highlight, ...]:
        """The passages of the text that show most, see :func:`.analysis.passages.show_passages`."""


class PlainMarks(Struct, frozen=True):
    """Marks of one text, see :class:`Marks`."""

    text: str
    ranges: tuple[Range, ...]
    leaves: tuple[int, ...]

    def whole(self) -> Highlight:
        """See :meth:`Marks.whole`."""
        from .analysis.passages import alone, show_whole  # noqa: PLC0415  slow to import, and seldom needed

        return show_whole(alone(self.text, self.ranges, self.leaves), 0, 1)[0][0]

    def passages(self, shape: Shape) -> tuple[Highlight, ...]:
        """See :meth:`Marks.passages`."""
        from .analysis.passages import alone, show_passages  # noqa: PLC0415  as above

        return show_passages(alone(self.text, self.ranges, self.leaves), 0, 1, shape)[0]


def find_marks(text: str, leaves: Sequence[Leaf], field: str, lang: str) -> Marks:
    """Every occurrence of the leaves that look into ``field``, ascending, never overlapping."""
    if not any(field in leaf.fields for leaf in leaves):
        return PlainMarks(text, (), ())
    tokens = tokenize(text)
    places = {token.position: token for token in tokens if token.length == 1}
    found: dict[Range, int] = {}
    for number, leaf in enumerate(leaves):
        if field in leaf.fields:
            for span in spans(leaf, tokens, lang):
                last = places[span.position + span.length - 1]
                found.setdefault((places[span.position].start, last.end), number)
    kept = disjoint(sorted(found, key=lambda place: (place[0], -place[1])))
    return PlainMarks(text, tuple(kept), tuple(found[place] for place in kept))


def disjoint(places: Iterable[Range]) -> list[Range]:
    """Of ascending ranges those that do not begin within one before."""
    kept: list[Range] = []
    for start, end in places:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
