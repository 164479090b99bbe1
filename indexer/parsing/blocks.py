"""The content element as blocks: headings, paragraphs, quotes, lists, tables, captions.

One walk with a stack, in reading order. Text gathers in a buffer until a block boundary ends it, so
inline elements neither split words nor glue them. A list is one block with an item a line, a table one
block with a row a line; lists and tables that only lay out the page (they hold headings, long texts or
other tables) are walked through as if they were not there. Two or more line breaks in a row end a
paragraph, one is a space.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..article import BlockKind
from .measure import LINK_SHARE, SILENT, weight
from .tree import INLINE, Node, Tree, collapse

MAX_ITEM_CHARS = 1200
"""A list item or cell longer than this is text laid out in a list or table, not an item."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "dl", "menu", "dir"))
_ITEMS = frozenset(("li", "dt", "dd"))
_LAYOUT_SIGNS = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "h6", "table", "article", "section", "blockquote", "figure")
)
_CELL_LAYOUT = frozenset(("h1", "h2", "h3", "table", "article", "section", "form", "nav"))
_SKIPPED = SILENT | {"rp", "rt", "head", "input", "img", "svg", "area", "source", "track", "param"}


@dataclass(frozen=True, slots=True)
class Raw:
    """A block before the last checks: with the element it came from and how much of it is links.

    ``pulled`` is the number of the pull quote or aside it stands in, 0 outside of one.
    """

    kind: BlockKind
    text: str
    level: int
    owner: int
    linked: int
    pulled: int = 0

    @property
    def link_density(self) -> float:
        """The share of the text that is in links, 0 to 1."""
        return min(1.0, self.linked / max(1, weight(self.text)))


def read(tree: Tree, root: Node, dead: Mapping[int, str]) -> list[Raw]:
    """The blocks inside ``root``, without the elements numbered in ``dead``."""
    return _Reader(tree, dead).run(root)


class _Reader:
    """Walks a content element and cuts it into blocks."""

    def __init__(self, tree: Tree, dead: Mapping[int, str]) -> None:
        self._tree = tree
        self._dead = dead
        self._blocks: list[Raw] = []
        self._buffer: list[str] = []
        self._linked = 0
        self._breaks = 0
        self._owner = 0
        self._lines: list[str] = []
        self._cells: list[str] = []
        self._modes: list[tuple[str, int]] = []
        self._pulled = 0
        self._pulled_end = 0
        self._shapes: _Shapes

    def run(self, root: Node) -> list[Raw]:
        self._shapes = _Shapes(self._tree, root, self._dead)
        stack: list[tuple[Node | str, bool, bool]] = [(root, False, False)]
        self._owner = root.index
        while stack:
            item, linked, leaving = stack.pop()
            if isinstance(item, str):
                self._text(item, linked)
            elif leaving:
                self._leave(item)
            elif item.index not in self._dead and item.name not in _SKIPPED:
                linked = linked or (item.name == "a" and "href" in item.attrs)
                self._enter(item)
                stack.append((item, linked, True))
                stack.extend((child, linked, False) for child in reversed(item.children))
        self._flush()
        return self._blocks

    def _text(self, text: str, linked: bool) -> None:
        if not text.isspace():
            self._breaks = 0
        self._buffer.append(text)
        if linked:
            self._linked += weight(collapse(text))

    def _enter(self, node: Node) -> None:
        name = node.name
        pulls = is_pull_quote(node)
        if (pulls or name == "aside") and node.index >= self._pulled_end:
            self._flush()
            self._pulled, self._pulled_end = node.index, node.end
        if name == "br":
            self._break()
        elif name == "wbr" or name in INLINE or "-" in name:
            return
        elif name in _LISTS and self._mode() != "list" and self._is_list(node):
            self._begin("list", node)
        elif name == "table" and self._mode() not in ("table", "list") and self._is_table(node):
            self._begin("table", node)
        elif name in _HEADINGS and self._mode() in ("", "quote"):
            self._begin("heading", node)
        elif pulls and self._mode() == "" and name != "figure":
            self._begin("quote", node)
        elif name in ("blockquote", "figcaption", "caption") and self._mode() in ("", "quote", "table"):
            self._begin("quote" if name == "blockquote" else "caption", node)
        else:
            self._boundary(node)

    def _leave(self, node: Node) -> None:
        name = node.name
        if self._modes and self._modes[-1][1] == node.index:
            self._end()
        elif name in ("td", "th") and self._mode() == "table":
            self._cells.append(self._take())
        elif name == "tr" and self._mode() == "table":
            self._row()
        elif name != "br" and name not in INLINE and "-" not in name:
            self._boundary(node)

    def _mode(self) -> str:
        return self._modes[-1][0] if self._modes else ""

    def _begin(self, mode: str, node: Node) -> None:
        self._flush()
        self._modes.append((mode, node.index))
        self._owner = node.index

    def _end(self) -> None:
        mode, index = self._modes[-1]
        if mode == "list":
            self._line()
        elif mode == "table":
            self._row()
        if mode in ("list", "table"):
            self._emit_lines(mode, index)
        else:
            self._flush()
        self._modes.pop()

    def _boundary(self, node: Node) -> None:
        """A block-level element begins or ends here."""
        mode = self._mode()
        if mode == "list" and (node.name in _ITEMS or node.name in _LISTS):
            self._line()
        elif mode in ("list", "table", "heading", "caption"):
            self._buffer.append(" ")
        else:
            self._flush()
            self._owner = node.index

    def _break(self) -> None:
        self._breaks += 1
        self._buffer.append(" ")
        if self._breaks >= 2 and self._mode() in ("", "quote"):
            self._flush()

    def _take(self) -> str:
        text = collapse("".join(self._buffer))
        self._buffer.clear()
        self._breaks = 0
        return text

    def _line(self) -> None:
        text = self._take()
        if text:
            self._lines.append(text)

    def _row(self) -> None:
        loose = self._take()
        cells = [*self._cells, loose] if loose else self._cells
        if any(cells):
            self._lines.append("\t".join(cells).rstrip("\t"))
        self._cells = []

    def _emit_lines(self, kind: str, index: int) -> None:
        if self._lines:
            self._emit("list" if kind == "list" else "table", "\n".join(self._lines), 0, index)
        self._lines = []

    def _flush(self) -> None:
        text = self._take()
        if not text:
            self._linked = 0
            return
        mode, index = self._modes[-1] if self._modes else ("", self._owner)
        if mode == "heading":
            self._emit("heading", text, _HEADINGS[self._tree.nodes[index].name], index)
        elif mode == "quote":
            self._emit("quote", text, 0, self._owner)
        else:
            self._emit("caption" if mode == "caption" else "paragraph", text, 0, self._owner)

    def _emit(self, kind: BlockKind, text: str, level: int, owner: int) -> None:
        self._blocks.append(Raw(kind, text, level, owner, self._linked, self._pulled_in(owner)))
        self._linked = 0

    def _pulled_in(self, owner: int) -> int:
        return self._pulled if self._pulled <= owner < self._pulled_end else 0

    def _is_list(self, node: Node) -> bool:
        """A list proper: items without page structure in them, none of them a long text."""
        shape = self._shapes
        return not shape.structured[node.index] and shape.longest[node.index] <= MAX_ITEM_CHARS

    def _is_table(self, node: Node) -> bool:
        """A data table: at least two cells, no page structure in them, no long texts."""
        shape, index = self._shapes, node.index
        if node.get("role") in ("presentation", "none") or shape.laid_out[index]:
            return False
        return shape.cells[index] >= 2 and shape.longest[index] <= MAX_ITEM_CHARS


_PULLED = re.compile(
    r"(?:^|[\s_-])(?:pull(?:ed)?-?quotes?|quote-?pull|pull(?=\s|$))(?:$|[\s_-])|-pullquote(?:$|\s)",
    re.IGNORECASE,
)


def is_pull_quote(node: Node) -> bool:
    """Whether an element is set apart as a quote, by its class."""
    return node.name not in INLINE and _PULLED.search(node.get("class")) is not None


class _Shapes:
    """What lists and tables hold, for every element at once: summed up from the leaves."""

    def __init__(self, tree: Tree, root: Node, dead: Mapping[int, str]) -> None:
        size = len(tree.nodes)
        self.structured = [False] * size
        self.laid_out = [False] * size
        self.cells = [0] * size
        self.longest = [0] * size
        self._chars = [0] * size
        for index in range(root.end - 1, root.index, -1):
            if index not in dead:
                self._add(tree.nodes[index], index)

    def _add(self, node: Node, index: int) -> None:
        parent = node.parent.index if node.parent else 0
        name = node.name
        self._chars[index] += sum(len(child) for child in node.children if isinstance(child, str))
        self._chars[parent] += self._chars[index]
        item = self._chars[index] if name in _ITEMS or name in ("td", "th") else 0
        self.longest[parent] = max(self.longest[parent], self.longest[index], item)
        self.cells[parent] += self.cells[index] + (name in ("td", "th"))
        self.structured[parent] = self.structured[parent] or self.structured[index] or name in _LAYOUT_SIGNS
        self.laid_out[parent] = self.laid_out[parent] or self.laid_out[index] or name in _CELL_LAYOUT


def mostly_links(block: Raw) -> bool:
    """Whether more of the block is links than text of its own."""
    return block.link_density > LINK_SHARE
