"""Readers' comments that no class name gives away: known by the line above them and by their make.

Comments are a heading ("12 Responses to …", "What readers say") or a container named after a discussion, and
in it elements of one make, each with a date or a name that "says" something, and a text. One of the two signs
alone is no evidence: an article may have a section "Discussion", and a chronicle is a row of dates.
"""

from __future__ import annotations

from collections.abc import Iterator

from .dates import parse_date
from .lexicon import COMMENT_HEADS, REMARKS
from .measure import Measures
from .tree import Node, Tree, text_of, words

MAX_HEAD_CHARS = 160
"""A longer text is no heading; the article's title may be in it."""

MAX_HEADS = 20
"""So many headings and containers are followed up."""

LEVELS = 3
"""The comments stand beside the heading or beside one of so many elements around it."""

LOOKED_AT = 200
"""So many elements of a make are looked at: comments show their kind in the first few."""

LINE_CHARS = 80
"""The line with the name and the date is no longer than this."""

LEAST_ENTRIES = 2
"""So few comments are a sign without a number above them; with one, a single comment is."""

ENTRIES_SHARE = 0.6
"""So many of the elements of a make have a date or a speaker, if they are comments."""

_HEADS = frozenset("h2 h3 h4 h5 h6 p div span b strong legend".split())
_CONTAINERS = frozenset("div section ol ul dl article aside".split())
_NAMES = frozenset("discussion discussions responses talkback opinions replies".split())
_NEVER = frozenset(("h1", "main", "body", "html"))


def comments(tree: Tree, measures: Measures) -> frozenset[int]:
    """The numbers of the elements that are readers' comments and their headings.

    Args:
        tree: the page.
        measures: its measures, nothing left out.
    """
    found: set[int] = set()
    end = 0
    for head in _heads(tree, measures):
        entries = [] if head.index < end else _entries(tree, head)
        if not entries or not _text_before(measures, min(head.index, entries[0].index)):
            continue
        for node in _whole(measures, head, entries):
            found.add(node.index)
            end = max(end, node.end)
    return frozenset(found)


def _heads(tree: Tree, measures: Measures) -> list[Node]:
    """Lines that announce comments, and containers named after them."""
    found: list[Node] = []
    for node in tree.nodes:
        if len(found) == MAX_HEADS:
            break
        if not measures.chars[node.index]:
            continue
        announces = node.name in _HEADS and node.end - node.index <= 6 and _announces(node, measures)
        if announces or (node.name in _CONTAINERS and _is_named(node)):
            found.append(node)
    return found


def _announces(node: Node, measures: Measures) -> bool:
    # A link "12 comments" under the title leads to them; it stands over the text.
    if measures.chars[node.index] > MAX_HEAD_CHARS or measures.linked[node.index]:
        return False
    return COMMENT_HEADS.match(text_of(node)) is not None


def _is_named(node: Node) -> bool:
    return not _NAMES.isdisjoint([*words(node.get("class")), *words(node.get("id"))])


def _entries(tree: Tree, head: Node) -> list[Node]:
    """The comments inside a container or behind a heading."""
    least = 1 if head.name in _HEADS and any(map(str.isdigit, text_of(head)[:4])) else LEAST_ENTRIES
    for group in _groups(head):
        speaking = [node for node in group if _speaks(tree, node)]
        if len(speaking) >= max(least, ENTRIES_SHARE * len(group)):
            return group
    return []


def _groups(head: Node) -> Iterator[list[Node]]:
    """Elements of one make: in the container, or behind the heading and in what is behind it."""
    if _is_named(head) and head.name in _CONTAINERS:
        yield from _alike(_elements(head))
        for child in _elements(head)[:10]:
            yield from _alike(_elements(child))
    node = head
    for _ in range(LEVELS):
        if node.parent is None or node.parent.name == "html":
            break
        behind = [child for child in _elements(node.parent) if child.index >= node.end]
        for child in behind[:3]:
            yield from _alike(_elements(child))
        yield from _alike(behind)
        if any(child.index < node.index for child in _elements(node.parent)):
            break
        node = node.parent


def _elements(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node)]


def _alike(nodes: list[Node]) -> Iterator[list[Node]]:
    """Groups of the same name and first class."""
    groups: dict[tuple[str, str], list[Node]] = {}
    for node in nodes[:LOOKED_AT]:
        if node.name in _CONTAINERS or node.name in ("li", "dd", "tr", "blockquote"):
            groups.setdefault((node.name, node.get("class").partition(" ")[0]), []).append(node)
    return iter(groups.values())


def _speaks(tree: Tree, node: Node) -> bool:
    """Whether an element has a text and a short line with a date, or with a name that says something."""
    dated = False
    text = ""
    for item in tree.nodes[node.index : min(node.end, node.index + LOOKED_AT)]:
        if item.name in _NEVER:
            return False
        lines = [child.strip() for child in item.children if isinstance(child, str) and child.strip()]
        short = [line for line in lines if len(line) <= LINE_CHARS]
        dated = (
            dated or item.name == "time" or any(REMARKS.search(line) or parse_date(line) for line in short)
        )
        text = max(text, *lines, key=len) if lines else text
    return dated and bool(text)


def _text_before(measures: Measures, index: int) -> bool:
    """Whether prose stands before the comments: they are behind the article."""
    return any(unit.prose and unit.owner < index for unit in measures.units)


def _whole(measures: Measures, head: Node, entries: list[Node]) -> list[Node]:
    """The element around heading and comments, if it holds no other prose; else each of them."""
    box: Node | None = entries[0].parent
    while box is not None and not box.holds(head):
        box = box.parent
    prose = sum(measures.prose[node.index] for node in entries) + (
        0 if any(head.holds(node) for node in entries) else measures.prose[head.index]
    )
    if box is not None and box.name not in _NEVER and measures.prose[box.index] <= prose:
        return [box]
    beside = [] if any(head.holds(node) for node in entries) else [head]
    return [*beside, *entries]
