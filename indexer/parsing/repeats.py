"""What a page shows twice: the same text in two places of the template, or a quote taken from the text.

A writer repeats too: a refrain, a chant, a line of a poem, an answer in an interview. So a repetition alone
is no reason to drop anything. It is dropped when it is

1. a quote set apart (``pullquote``, ``<aside>``) whose words stand in the text;
2. the standfirst again: the first text of the page once more within the next few blocks;
3. the paragraph just before it again;
4. more prose than a verse has: a long paragraph, or several blocks in a row with one in them;
5. alone in a box of its own, among boxes that are all the same;
6. a caption, list or table again, a line with a link in it, or the text of one kind of block in another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .blocks import Raw
from .title import fold
from .tree import Node, Tree

LEAST_KEY = 30
"""A shorter text, letters and digits, may stand twice on any page."""

LONG_KEY = 60
"""The same sentence twice in a row is a verse when it is shorter than this, a fault of the page when not."""

PROSE_KEY = 160
"""No refrain is so long."""

RUN_KEYS, RUN_KEY = 200, 100
"""Repeated blocks in a row are prose with so many letters and digits in all and so many in one of them."""

LEAD_GAP = 3
"""A standfirst is said again within so many blocks."""

LEAST_PULLED = 15
"""A quote of fewer letters stands in any text by chance."""

MAX_PULLED = 100
"""So many quotes set apart are looked for in the text."""

MAX_BOX = 50
"""So many blocks on either side are looked at for one that stands in the same box and is there once."""

_PARTS = re.compile(r"\s*(?:\[?(?:…|\.\.\.)\]?)\s*")


def find_repeats(tree: Tree, blocks: Sequence[Raw]) -> dict[int, str]:
    """The blocks to drop as repeated: position to rule (``pull-quote`` or ``duplicate``)."""
    keys = [fold(block.text) for block in blocks]
    found = _pulled(blocks, keys)
    first: dict[str, int] = {}
    again: dict[int, int] = {}
    for position, key in enumerate(keys):
        if position not in found and first.setdefault(key, position) != position:
            again[position] = first[key]
    repeats = _Repeats(tree, blocks, keys, again, frozenset(again) | frozenset(again.values()))
    runs = repeats.long_runs()
    for position in again:
        if position in runs or repeats.is_by_template(position):
            found[position] = "duplicate"
    return found


@dataclass(frozen=True, slots=True)
class _Repeats:
    """Blocks with folded texts; ``again`` leads from a repeated one to its first, ``twice`` has both."""

    tree: Tree
    blocks: Sequence[Raw]
    keys: list[str]
    again: Mapping[int, int]
    twice: frozenset[int]

    def is_by_template(self, position: int) -> bool:
        """Whether this one block is repeated by the template, not by its writer."""
        key, original = self.keys[position], self.again[position]
        one, other = self.blocks[original], self.blocks[position]
        if len(key) <= LEAST_KEY:
            return False
        if other.kind in ("caption", "list", "table") or one.kind != other.kind or other.linked:
            return True
        if other.kind == "heading":
            return False
        lead = original == 0 and position <= LEAD_GAP
        if len(key) >= LONG_KEY and (lead or position == original + 1):
            return True
        return len(key) >= PROSE_KEY or (self._is_boxed(position) and self._is_boxed(original))

    def long_runs(self) -> frozenset[int]:
        """The positions of runs of blocks that repeat, in order, a run of prose before them."""
        found: list[int] = []
        run: list[int] = []
        for position in (*self.again, -1):
            follows = run and position == run[-1] + 1 and self.again[position] == self.again[run[-1]] + 1
            if not follows:
                found += run if self._is_prose(run) else ()
                run = []
            run.append(position)
        return frozenset(found)

    def _is_prose(self, run: list[int]) -> bool:
        sizes = [len(self.keys[position]) for position in run]
        return len(run) > 1 and sum(sizes) >= RUN_KEYS and max(sizes) >= RUN_KEY

    def _is_boxed(self, position: int) -> bool:
        """Whether the element around the block's own holds nothing but what is on the page twice."""
        box = self._box(self.blocks[position])
        if box is None:
            return False
        for step in (-1, 1):
            for near in range(position + step, position + step * MAX_BOX, step):
                if not (0 <= near < len(self.blocks) and self._is_in(box, near)):
                    break
                if near not in self.twice:
                    return False
        return True

    def _is_in(self, box: Node, position: int) -> bool:
        return box.index <= self.blocks[position].owner < box.end

    def _box(self, block: Raw) -> Node | None:
        """The element around a block's own; a block quote counts as the block itself."""
        node = self.tree.nodes[block.owner]
        while node.parent is not None and (node.name == "blockquote" or node.parent.name == "blockquote"):
            node = node.parent
        return node if node.name == "div" and node.index == block.owner else node.parent


def _pulled(blocks: Sequence[Raw], keys: list[str]) -> dict[int, str]:
    """Quotes set apart, with the names under them, whose words stand in the text."""
    groups: dict[int, list[int]] = {}
    for position, block in enumerate(blocks):
        if block.pulled:
            groups.setdefault(block.pulled, []).append(position)
    if not groups:
        return {}
    text = "\n".join(key for block, key in zip(blocks, keys, strict=True) if not block.pulled)
    return {
        position: "pull-quote"
        for group in list(groups.values())[:MAX_PULLED]
        if _stands_in(text, max((blocks[position].text for position in group), key=len))
        for position in group
    }


def _stands_in(text: str, quote: str) -> bool:
    """Whether a quote, or every part of it between dots of omission, stands in the text."""
    parts = [fold(part) for part in _PARTS.split(quote)]
    return len("".join(parts)) >= LEAST_PULLED and all(part in text for part in parts)
