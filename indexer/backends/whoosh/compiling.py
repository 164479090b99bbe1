"""A query as kernels take it: leaves as rows of numbers and bytes, the tree as a program. It knows no
index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...analysis import folded_form, stem_terms
from ...fields import TEXT
from ...query import (
    AllOf,
    AnyOf,
    Boost,
    Everything,
    Fuzzy,
    Leaf,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
)
from .kernels import evaluating as op
from .kernels import resolving as row

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query for :func:`.kernels.finding.find` and :func:`.kernels.evaluating.answer`.

    ``leaves`` are numbered by their place; ``rows`` has one row a leaf, whose keys are bytes cut at
    ``bounds``; ``languages`` has, of a key that is a stem, the number of its language. ``words`` are the
    leaves that bonuses are computed from, ``collected`` are those of the tree; ``expanded`` stand for any
    number of terms.
    """

    leaves: tuple[Leaf, ...]
    rows: Ints
    keys: npt.NDArray[np.uint8]
    bounds: Ints
    languages: Ints
    program: Ints
    factors: npt.NDArray[np.float64]
    fields: tuple[tuple[str, ...], ...]
    words: Ints
    collected: npt.NDArray[np.bool_]
    expanded: tuple[int, ...]


@lru_cache(maxsize=1024)
def compile_query(query: Query, words: tuple[Leaf, ...], languages: tuple[str, ...]) -> Compiled:
    """Compile a tree and the leaves of the bonuses. ``languages`` are those of the index.

    PERF: a visitor who pages on, ticks a filter or comes back asks the same tree again.
    """
    making = _Making(languages)
    making.tree(query)
    collected = len(making.leaves)
    numbers = [making.number(leaf) for leaf in words]
    rows = np.array(making.rows, np.int64).reshape(-1, row.LEAF)
    rows[:collected, row.COLLECTED] = 1
    return Compiled(
        leaves=tuple(making.leaves),
        rows=rows,
        keys=np.frombuffer(bytearray(b"".join(making.keys)), np.uint8),
        bounds=np.cumsum([0, *map(len, making.keys)], dtype=np.int64),
        languages=np.array(making.languages_of, np.int64),
        program=np.array(making.program, np.int64).reshape(-1, 2),
        factors=np.array(making.factors, np.float64),
        fields=tuple(leaf.fields for leaf in making.leaves),
        words=np.array(numbers, np.int64),
        collected=np.arange(len(making.leaves)) < collected,
        expanded=tuple(number for leaf, number in making.leaves.items() if isinstance(leaf, Prefix | Fuzzy)),
    )


class _Making:
    """A query being compiled."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = languages
        self.leaves: dict[Leaf, int] = {}
        self.rows: list[tuple[int, ...]] = []
        self.keys: list[bytes] = []
        self.languages_of: list[int] = []
        self.program: list[tuple[int, int]] = []
        self.factors: list[float] = []

    # -- leaves ----------------------------------------------------------------------------

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf; it gets one when it has none."""
        if leaf not in self.leaves:
            self.leaves[leaf] = len(self.leaves)
            self._add(leaf)
        return self.leaves[leaf]

    def _add(self, leaf: Leaf) -> None:
        fields = sum(1 << number for number, name in enumerate(TEXT) if name in leaf.fields)
        first, distance, kind = len(self.keys), 0, row.WORD
        match leaf:
            case Word(text, _, forms):
                self._spelling(text)
                for number, stem in self._stems(text) if forms else ():
                    self._key(stem, number)
            case Phrase(words):
                kind = row.PHRASE
                for word in words:
                    self._spelling(word)
            case Prefix(text):
                kind = row.PREFIX
                self._spelling(text)
            case Fuzzy(text, distance):
                kind = row.FUZZY
                self._spelling(text)
                folded = folded_form(text)
                self._key(folded[:1])
                self.keys.append(b"".join(ord(letter).to_bytes(4, "little") for letter in folded))
                self.languages_of.append(-1)
        self.rows.append((kind, fields, 0, first, len(self.keys) - first, distance, 0))

    def _spelling(self, text: str) -> None:
        self._key(folded_form(text))
        self._key(text)

    def _key(self, text: str, language: int = -1) -> None:
        # A text with half a character is in no dictionary; what stands for it is none, either.
        self.keys.append(text.encode("utf-8", "replace"))
        self.languages_of.append(language)

    def _stems(self, text: str) -> Iterator[tuple[int, str]]:
        for number, lang in enumerate(self._languages):
            for stem in stem_terms(text, lang):
                yield number, stem

    # -- the tree --------------------------------------------------------------------------

    def tree(self, query: Query) -> None:
        """Append the program of a tree."""
        match query:
            case AllOf(children):
                self._all_of(children)
            case AnyOf(children) | Some(children):
                for child in children:
                    self.tree(child)
                operation = op.SOME if isinstance(query, Some) else op.ANY
                self.program.append((operation, len(children)) if children else (op.NONE, 0))
            case Boost(child, factor):
                self.tree(child)
                self.program.append((op.BOOST, len(self.factors)))
                self.factors.append(factor)
            case Not():
                self._all_of((query,))
            case Everything():
                self.program.append((op.EVERY, 0))
            case Nothing():
                self.program.append((op.NONE, 0))
            case Word() | Phrase() | Prefix() | Fuzzy():
                self.program.append((op.LIST, self.number(query)))

    def _all_of(self, children: Sequence[Query]) -> None:
        wanted = [child for child in children if not isinstance(child, Not)]
        for child in wanted:
            self.tree(child)
        if not wanted:
            self.program.append((op.EVERY, 0))
        elif len(wanted) > 1:
            self.program.append((op.ALL, len(wanted)))
        for excluded in children:
            if isinstance(excluded, Not):
                self.tree(excluded.child)
                self.program.append((op.WITHOUT, 0))
