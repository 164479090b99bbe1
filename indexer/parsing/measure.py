"""How much reading matter every element holds: the numbers that choosing the content rests on.

A *unit* is a run of text with no block boundary in it: a paragraph, a list item, a menu entry. A unit
counts as *prose* when it reads like a sentence: long enough, and not mostly links. None of this looks
at words, so it holds in every language; characters of scripts that write without spaces count three
times, since one of them says about as much as three Latin letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .tree import INLINE, Node, Tree

PROSE_CHARS = 60
"""From this weight on a unit is prose without more evidence: about ten English words."""

SENTENCE_CHARS = 25
"""From this weight on a unit that ends as a sentence does is prose."""

LINK_SHARE = 0.5
"""A unit with a larger share of its text in links is a pointer elsewhere, not prose."""

_DENSE = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯]")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?…։؟۔।。！？][\"'»”’)\]」』]*$")
_COMMA = re.compile(r"[,،、，;؛:]")

SILENT = frozenset(
    "script style noscript template head title meta link select option datalist textarea".split()
)
"""Elements whose text is never shown as reading matter."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A run of text: ``owner`` is the number of the block element it stands in directly."""

    owner: int
    chars: int
    linked: int
    prose: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Sums over each element's subtree, by the element's number. Weights are characters."""

    units: tuple[Unit, ...]
    chars: list[int]
    linked: list[int]
    prose: list[int]

    def link_density(self, node: Node) -> float:
        """The share of the element's text that is in links; 0 for an element without text."""
        chars = self.chars[node.index]
        return self.linked[node.index] / chars if chars else 0.0


def weight(text: str) -> int:
    """The size of a text in Latin letters' worth."""
    return len(text) + 2 * len(_DENSE.findall(text)) if not text.isascii() else len(text)


def measure(tree: Tree) -> Measures:
    """Measure the whole page in one pass."""
    return total(tree, _Collector().run(tree))


def total(tree: Tree, units: tuple[Unit, ...], dead: Mapping[int, str] | None = None) -> Measures:
    """Sum units up the tree, leaving out those inside the elements numbered in ``dead``."""
    size = len(tree.nodes)
    chars, linked, prose = [0] * size, [0] * size, [0] * size
    gone = inside(tree, dead) if dead else bytearray(size)
    for unit in units:
        if not gone[unit.owner]:
            chars[unit.owner] += unit.chars
            linked[unit.owner] += unit.linked
            prose[unit.owner] += unit.prose
    for node in reversed(tree.nodes):
        if node.parent is not None and chars[node.index]:
            index, parent = node.index, node.parent.index
            chars[parent] += chars[index]
            linked[parent] += linked[index]
            prose[parent] += prose[index]
    return Measures(units, chars, linked, prose)


def inside(tree: Tree, tops: Iterable[int]) -> bytearray:
    """A flag for every element: 1 when it is one of those numbered in ``tops`` or inside one."""
    flags = bytearray(len(tree.nodes))
    for index in tops:
        end = tree.nodes[index].end
        flags[index:end] = b"\x01" * (end - index)
    return flags


class _Collector:
    """Walks the page once and cuts its text into units."""

    def __init__(self) -> None:
        self._units: list[Unit] = []
        self._text: list[str] = []
        self._linked = 0
        self._owner = 0

    def run(self, tree: Tree) -> tuple[Unit, ...]:
        stack: list[tuple[Node | str | None, int, bool]] = [(tree.root, 0, False)]
        while stack:
            item, owner, link = stack.pop()
            if item is None:
                self._close(owner)
            elif isinstance(item, str):
                self._add(item, link)
            elif item.name not in SILENT:
                self._open(item, owner, link, stack)
        self._close(0)
        return tuple(self._units)

    def _open(
        self, node: Node, owner: int, link: bool, stack: list[tuple[Node | str | None, int, bool]]
    ) -> None:
        if node.name not in INLINE and "-" not in node.name:
            self._close(node.index)
            stack.append((None, owner, link))
            owner = node.index
        link = link or (node.name == "a" and "href" in node.attrs)
        stack.extend((child, owner, link) for child in reversed(node.children))

    def _add(self, text: str, link: bool) -> None:
        self._text.append(text)
        if link:
            self._linked += weight(_SPACES.sub(" ", text).strip())

    def _close(self, owner: int) -> None:
        """End the unit under way; what follows stands in ``owner``."""
        if self._text:
            text = _SPACES.sub(" ", "".join(self._text)).strip()
            if text:
                self._units.append(_unit(self._owner, text, self._linked))
            self._text.clear()
            self._linked = 0
        self._owner = owner


def _unit(owner: int, text: str, linked: int) -> Unit:
    chars = weight(text)
    linked = min(linked, chars)
    own = chars - linked
    sentence = chars >= PROSE_CHARS or (chars >= SENTENCE_CHARS and _SENTENCE_END.search(text) is not None)
    prose = own if sentence and linked <= chars * LINK_SHARE else 0
    return Unit(owner, chars, linked, prose)
