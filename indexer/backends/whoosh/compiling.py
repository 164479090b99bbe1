"""A query as kernels take it: leaves as rows of numbers and bytes, the tree as a program. It knows no
index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

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
    Ids,
    Leaf,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
)
from .kernels import blocks as op
from .kernels import resolving as row
from .kernels.table import address

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query for the kernels. ``table`` has what they are given, by address: see :mod:`.kernels.scanning`.

    ``leaves`` are numbered by their place, sets of ids among them; ``rows`` has one row a leaf, whose keys
    are bytes cut at bounds. ``expanded`` are the leaves that stand for any number of terms, ``fields`` those
    of each leaf.
    """

    leaves: tuple[Leaf | Ids, ...]
    rows: Ints
    fields: tuple[tuple[str, ...], ...]
    expanded: tuple[int, ...]
    table: Ints
    arrays: tuple[npt.NDArray[Any], ...]  # what the table points to


@lru_cache(maxsize=1024)
def compile_query(query: Query, words: tuple[Leaf, ...], languages: tuple[str, ...]) -> Compiled:
    """Compile a tree and the leaves of the bonuses. ``languages`` are those of the index.

    PERF: a visitor who pages on, ticks a filter or comes back asks the same tree again.
    """
    making = _Making(languages)
    making.tree(query)
    collected = len(making.leaves)
    numbers = [making.number(leaf) for leaf in words]
    # PERF: few arrays with many parts: to make one, and to ask where it is, takes as long as a rare word.
    parts: tuple[list[int], ...] = (
        [number for leaf in making.rows for number in leaf],
        [0, *accumulate(map(len, making.keys))],
        making.languages_of,
        [number for step in making.program for number in step],
        numbers,
    )
    keys = np.frombuffer(bytearray(b"".join(making.keys)), np.uint8)
    ints = np.array([number for part in parts for number in part], np.int64)
    floats = np.array(making.factors + making.shares, np.float64)
    rows = ints[: len(parts[0])].reshape(-1, row.LEAF)
    rows[:collected, row.COLLECTED] = 1
    at_ints, at_floats = address(ints), address(floats)
    at = [at_ints + 8 * end for end in accumulate(map(len, parts), initial=0)]
    table = (
        *(at[0], len(making.rows), address(keys), len(keys), at[1], len(parts[1]), at[2], len(parts[2])),
        *(at[3], len(making.program), at_floats, len(making.factors), at[4], len(numbers)),
        *(at_floats + 8 * len(making.factors), len(making.shares), making.depth),
        any(operation == op.CLOSE for operation, _ in making.program),
    )
    return Compiled(
        leaves=tuple(making.leaves),
        rows=rows,
        fields=tuple(TEXT if isinstance(leaf, Ids) else leaf.fields for leaf in making.leaves),
        expanded=tuple(number for leaf, number in making.leaves.items() if isinstance(leaf, Prefix | Fuzzy)),
        table=np.array(table, np.int64),
        arrays=(keys, ints, floats),
    )


class _Making:
    """A query being compiled."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = languages
        self.leaves: dict[Leaf | Ids, int] = {}
        self.rows: list[tuple[int, ...]] = []
        self.keys: list[bytes] = []
        self.languages_of: list[int] = []
        self.program: list[tuple[int, int]] = []
        self.factors: list[float] = []
        self.shares: list[float] = []  # of each leaf: the factors of all its places in the tree, added up
        self._factor = 1.0  # of the place in the tree
        self.depth = self._height = 0  # of the stack

    # -- leaves ----------------------------------------------------------------------------

    def number(self, leaf: Leaf | Ids) -> int:
        """The number of a leaf; it gets one when it has none."""
        if leaf not in self.leaves:
            self.leaves[leaf] = len(self.leaves)
            self._add(leaf)
        return self.leaves[leaf]

    def _add(self, leaf: Leaf | Ids) -> None:
        named = () if isinstance(leaf, Ids) else leaf.fields
        fields = sum(1 << number for number, name in enumerate(TEXT) if name in named)
        first, distance, kind = len(self.keys), 0, row.WORD
        match leaf:
            case Word(text, _, forms, without):
                self._spelling(text)
                for other in without if forms else ():
                    self._key(folded_form(other), row.APART)
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
            case Ids(ids):
                kind = row.IDS_OF
                for article_id in sorted(ids):
                    # Half a character makes bytes that are no article's id.
                    self.keys.append(article_id.encode("utf-8", "surrogatepass"))
                    self.languages_of.append(-1)
        self.shares.append(0.0)
        self.rows.append((kind, fields, 0, first, len(self.keys) - first, distance))

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
            case AnyOf(children):
                self._any_of(children)
            case Some(children):
                self._put(op.OPEN, grows=True)
                for child in children:
                    self._with(child, op.ADD_LEAF, op.ADD)
                self._put(op.CLOSE, len(children))
            case Boost(child, factor):
                before, self._factor = self._factor, self._factor * factor
                self.tree(child)
                self._factor = before
                self._put(op.BOOST, len(self.factors))
                self.factors.append(factor)
            case Not():
                self._all_of((query,))
            case Everything():
                self._put(op.EVERY, grows=True)
            case Nothing():
                self._put(op.NONE, grows=True)
            case Word() | Phrase() | Prefix() | Fuzzy() | Ids():
                self._put(op.LEAF, self._counted(query), grows=True)

    def _counted(self, leaf: Leaf | Ids) -> int:
        number = self.number(leaf)
        self.shares[number] += 0.0 if isinstance(leaf, Ids) else self._factor  # ids add to no score
        return number

    def _put(self, operation: int, argument: int = 0, *, grows: bool = False) -> None:
        self.program.append((operation, argument))
        self._height += grows
        self.depth = max(self.depth, self._height)

    def _with(self, child: Query, leaf: int, other: int) -> None:
        """Append a child and what is done with it: a leaf needs no slot of its own."""
        if isinstance(child, Word | Phrase | Prefix | Fuzzy | Ids):
            self._put(leaf, self._counted(child))
            return
        self.tree(child)
        self._put(other)
        self._height -= 1

    def _any_of(self, children: Sequence[Query]) -> None:
        self.tree(children[0] if children else Nothing())
        for child in children[1:]:
            self._with(child, op.OR_LEAF, op.OR)

    def _all_of(self, children: Sequence[Query]) -> None:
        wanted = [child for child in children if not isinstance(child, Not)]
        self.tree(wanted[0] if wanted else Everything())
        for child in wanted[1:]:
            self._with(child, op.AND_LEAF, op.AND)
        for excluded in children:
            if isinstance(excluded, Not):
                before, self._factor = self._factor, 0.0  # it adds to no score
                self._with(excluded.child, op.BUT_LEAF, op.BUT)
                self._factor = before
