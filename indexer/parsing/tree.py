"""Source to tree: BeautifulSoup over lxml, then a flat list of nodes in document order.

The rest of the package works on :class:`Node`, not on BeautifulSoup's objects: every node knows its
number and the number after its last descendant, so "is this inside that" is two comparisons, and
every pass over the page is a loop over a list, never a recursion. A page with 100,000 nested elements
is a list like any other.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, CData, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import AttributeDict, NavigableString, PreformattedString
from bs4.exceptions import ParserRejectedMarkup
from lxml import etree

from ..errors import RejectedPage

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")

MAX_HINT_CHARS = 1000
"""How much of a class or id is looked at; longer ones are data, not names."""


SMALL_NODES = 60
"""The most elements in what is read as one line (a heading, a name, a date). Besides being true of
pages, it keeps reading lines inside lines linear: 100,000 nested headings are not read 100,000 times."""


class Node:
    """One element. Built once by :func:`build` and not changed after."""

    __slots__ = ("attrs", "children", "end", "index", "name", "parent")

    def __init__(self, name: str, attrs: dict[str, str], parent: Node | None, index: int) -> None:
        self.name = name
        self.attrs = attrs
        self.parent = parent
        self.index = index
        self.end = index + 1
        self.children: list[Node | str] = []

    def get(self, name: str) -> str:
        """The attribute's value, or an empty string."""
        return self.attrs.get(name, "")

    @property
    def classes(self) -> list[str]:
        """The class names, lower case."""
        return self.get("class")[:MAX_HINT_CHARS].lower().split()

    @property
    def is_main(self) -> bool:
        """Whether the page says that its main part is here."""
        return self.name == "main" or self.get("role") == "main"

    @property
    def is_small(self) -> bool:
        """Whether it has few descendants: a title, a name or a date is never spread over many elements."""
        return self.end - self.index <= SMALL_NODES

    def holds(self, other: Node) -> bool:
        """Whether ``other`` is this node or inside it."""
        return self.index <= other.index < self.end


@dataclass(frozen=True, slots=True)
class Tree:
    """The page: its nodes in document order; ``nodes[0]`` is the root."""

    nodes: list[Node]
    soup: BeautifulSoup

    @property
    def root(self) -> Node:
        return self.nodes[0]

    def first(self, name: str) -> Node | None:
        """The first element of this name."""
        return next((node for node in self.nodes if node.name == name), None)

    def inside(self, node: Node) -> Iterator[Node]:
        """The node and its descendants in document order."""
        return iter(self.nodes[node.index : node.end])

    def select(self, selector: str) -> list[Node]:
        """The nodes a CSS selector finds, in document order.

        Raises:
            soupsieve.SelectorSyntaxError: the selector is not CSS.
        """
        wanted = {id(tag) for tag in self.soup.select(selector)}
        return [node for tag, node in zip(_tags(self.soup), self.nodes, strict=True) if id(tag) in wanted]


def build(html: str) -> Tree:
    """Parse the source.

    Raises:
        RejectedPage: ``malformed`` when the parser makes nothing of it.
    """
    try:
        with _no_collection():
            soup = BeautifulSoup(
                html, builder=_Builder(multi_valued_attributes=None, attribute_dict_class=AttributeDict)
            )
            nodes = _nodes(soup)
    except (ParserRejectedMarkup, etree.LxmlError, AssertionError, ValueError) as error:
        raise RejectedPage("malformed", f"the parser gave up: {error}") from error
    if len(nodes) < 2:
        raise RejectedPage("malformed", "no element in it")
    return Tree(nodes, soup)


def words(text: str) -> list[str]:
    """The words of a class name or id, lower case: ``entryMeta-top_2`` is entry, meta, top, 2."""
    return [word.lower() for word in _WORD.findall(text[:MAX_HINT_CHARS])]


def collapse(text: str) -> str:
    """White space and control characters of every kind as one space, none at the ends."""
    return _SPACE.sub(" ", text).strip()


def text_of(node: Node, without: str = "") -> str:
    """All the text inside, white space collapsed; a space where a block or line break separates.

    What is in elements of the name ``without`` is left out.
    """
    pieces: list[str] = []
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        if item.name == without:
            pieces.append(" ")
            continue
        if item.name not in INLINE:
            pieces.append(" ")
            stack.append(" ")
        stack.extend(reversed(item.children))
    return collapse("".join(pieces))


INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math mi mn mo mrow "
    "msub msup nobr q rb ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
"""Elements that do not separate words. One with a hyphen in its name is inline as well (CSS)."""


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cycle collector.

    PERF: it looks through every node again and again while the tree grows and finds nothing; a quarter
    of the time that building takes.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class _Builder(LXMLTreeBuilder):
    """lxml's HTML parser without its limits on depth and length: ours are counted beforehand."""

    # PERF: HTML has no namespaces to look up, and plain dictionaries hold the attributes; together a
    # fifth of the time that building takes.
    soup: Any

    def start(self, tag: Any, attrs: Any, nsmap: object = None) -> None:  # noqa: ARG002 lxml gives it
        """An element begins: lxml calls this."""
        self.soup.handle_starttag(tag, None, None, dict(attrs))

    def end(self, tag: Any) -> None:
        """An element ends: lxml calls this."""
        self.soup.endData()
        self.soup.handle_endtag(tag, None)

    def parser_for(self, encoding: str | None) -> etree.HTMLParser:
        """The parser that calls this builder."""
        target: Any = self
        return etree.HTMLParser(target=target, recover=True, huge_tree=True, encoding=encoding)


def _tags(soup: BeautifulSoup) -> Iterator[Tag]:
    yield soup
    for item in soup.descendants:
        if isinstance(item, Tag):
            yield item


def _nodes(soup: BeautifulSoup) -> list[Node]:
    root = Node("#root", {}, None, 0)
    nodes = [root]
    stack: list[tuple[Node, Iterator[object]]] = [(root, iter(soup.contents))]
    while stack:
        parent, children = stack[-1]
        for child in children:
            if isinstance(child, Tag):
                # bs4's type allows lists; there are none without multi-valued attributes, see build.
                node = Node(child.name.lower(), child.attrs, parent, len(nodes))  # type: ignore[arg-type]  # bs4 says any value
                nodes.append(node)
                parent.children.append(node)
                stack.append((node, iter(child.contents)))
                break
            if _is_text(child):
                parent.children.append(str(child))
        else:
            parent.end = len(nodes)
            stack.pop()
    return nodes


def _is_text(item: object) -> bool:
    if not isinstance(item, NavigableString):
        return False
    return not isinstance(item, PreformattedString) or isinstance(item, CData)
