"""Words that are found for each other, as an administrator says.

A term is any number of words. Where a query has the words of a term one after another, stop words
included, it asks for what was typed or for one of the term's synonyms: a synonym of several words is a
phrase, never its scattered words. Of terms that overlap the one that begins first counts, and of those the
longest. What a synonym brings is not looked up again: synonyms make no chains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from indexer.analysis import Token, chunks, folded_form

AS_SYNONYM: Final = 0.9  # of the score that the same word has when it is typed
MOST_ALTERNATIVES: Final = 32  # of one term; each is looked for in every query that has it
MOST_VARIANTS: Final = 8  # of one phrase: those of several terms in it multiply

Words = tuple[tuple[Token, ...], ...]  # the tokens of each word as typed


class Alternative(Struct, frozen=True):
    """A synonym: as it was written, its words, and what they are read as."""

    text: str
    words: Words
    reading: tuple[str, ...]


class Terms(Struct, frozen=True):
    """A rule: who asks for one of ``terms`` finds ``found`` as well; with ``exact`` also word for word."""

    terms: tuple[str, ...]
    found: tuple[str, ...]
    exact: bool = False


class Run(Struct, frozen=True):
    """Words of a query, ``start`` to ``end``, that are a term, and what they are found as beside it."""

    start: int
    end: int
    found: tuple[Alternative, ...]


class _Node:
    """A word of terms: what may follow, and the synonyms of the term that ends here."""

    __slots__ = ("exact", "following", "found")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.found: tuple[Alternative, ...] = ()
        self.exact: tuple[Alternative, ...] = ()


class SynonymTable:
    """All terms with their synonyms, by their folded words.

    PERF: a query pays for one look into a table for each of its words.
    """

    def __init__(self, rules: Iterable[Terms]) -> None:
        self._root = _Node()
        for rule in rules:
            self._add(rule)

    def _add(self, rule: Terms) -> None:
        """PERF: the words of each text are looked at once, not once for each of the others."""
        read = {text: words for text in {*rule.terms, *rule.found} if (words := words_of(text))}
        readings = {text: _readings_of_all(words) for text, words in read.items()}
        found = {
            readings[text][0]: Alternative(text, read[text], readings[text][0])
            for text in reversed(rule.found)
            if text in read
        }
        listed = [found[readings[text][0]] for text in rule.found if text in read]
        places: dict[tuple[str, ...], list[int]] = {}
        for place, text in enumerate(text for text in rule.found if text in read):
            for reading in readings[text]:
                places.setdefault(reading, []).append(place)
        for term in rule.terms:
            mine = readings.get(term, [])
            itself = {place for reading in mine for place in places.get(reading, ())}
            others = [other for place, other in enumerate(listed) if place not in itself]
            for reading in set(mine):
                node = self._root
                for word in reading:
                    node = node.following.setdefault(word, _Node())
                node.found = _joined(node.found, others)
                if rule.exact:
                    node.exact = _joined(node.exact, others)

    def runs(self, words: Sequence[Sequence[Token] | None], *, exact: bool = False) -> tuple[Run, ...]:
        """The terms in a query, in order. ``None`` stands for what ends a run, as a quotation does.

        With ``exact`` only those that are found word for word.
        """
        found, at = [], 0
        while at < len(words):
            run = self._longest(words, at, self._root, exact=exact)
            if run is not None:
                found.append(Run(at, run[0], run[1]))
            at = run[0] if run is not None else at + 1
        return tuple(found)

    def _longest(
        self, words: Sequence[Sequence[Token] | None], at: int, node: _Node, *, exact: bool
    ) -> tuple[int, tuple[Alternative, ...]] | None:
        tokens = words[at] if at < len(words) else None
        best: tuple[int, tuple[Alternative, ...]] | None = None
        for reading in _readings(tokens) if tokens else ():
            after: _Node | None = node
            for word in reading:
                after = after.following.get(word) if after else None
            if after is None:
                continue
            longest = self._longest(words, at + 1, after, exact=exact)
            here = after.exact if exact else after.found
            if longest is None and here:
                longest = at + 1, here
            if longest is not None and (best is None or longest[0] > best[0]):
                best = longest
        return best

    def variants(self, words: Words) -> tuple[tuple[Words, str, Alternative], ...]:
        """A phrase with its terms replaced, where a rule says so: of each variant its words, and of what
        makes it another one the words that were typed and the synonym in their place.

        At most ``MOST_VARIANTS``: with one term replaced first.
        """
        made: list[tuple[Words, str, Alternative]] = []
        for run in self.runs(words, exact=True):
            typed = " ".join(token.surface for word in words[run.start : run.end] for token in singles(word))
            made += [
                ((*words[: run.start], *other.words, *words[run.end :]), typed, other) for other in run.found
            ]
        return tuple(made[:MOST_VARIANTS])


def words_of(text: str) -> Words:
    """The tokens of each word of a term."""
    return tuple(tuple(tokens) for tokens in chunks(text, phrase=True))


def singles(tokens: Sequence[Token]) -> list[Token]:
    """Of a word's tokens those of its parts."""
    return [token for token in tokens if token.length == 1]


def _readings(tokens: Sequence[Token]) -> list[tuple[str, ...]]:
    """What a word may be read as, folded: its parts, or all of them as one."""
    parts = singles(tokens)
    joined = [token for token in tokens if token.length > 1 and token.length == len(parts)]
    found = [tuple(folded_form(token.surface) for token in parts)]
    return found + [(folded_form(token.surface),) for token in joined]


def _readings_of_all(words: Words) -> list[tuple[str, ...]]:
    """What several words may be read as: each in its parts, or each as one."""
    split: list[str] = []
    joined: list[str] = []
    for tokens in words:
        readings = _readings(tokens)
        split += readings[0]
        joined += readings[-1]
    return [tuple(split)] if split == joined else [tuple(split), tuple(joined)]


def _joined(known: Sequence[Alternative], more: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Two lists as one, each synonym once."""
    found: dict[tuple[str, ...], Alternative] = {}
    for alternative in (*known, *more):
        found.setdefault(alternative.reading, alternative)
    return tuple(found.values())[:MOST_ALTERNATIVES]
