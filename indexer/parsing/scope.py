"""What belongs to the article beside its text: its header, footer and lines of metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .measure import Measures
from .tree import Node, Tree

OWN_RULES = frozenset(
    "class:meta class:terms class:author class:footer class:breadcrumb landmark:header landmark:footer landmark:aside".split()
)
"""Furniture that says something about the article when it stands inside the article's element."""

SMALL_CHARS = 400
"""An element with more text than this is no line of metadata."""

SMALL_NODES = 120
"""An element with more elements in it than this is no line of metadata."""

MAX_OWN = 3000
"""How many elements are looked at; an article's header and footer hold far fewer."""

_FLOW = frozenset(("p", "li", "blockquote", "dd", "pre"))


def own(
    tree: Tree,
    measures: Measures,
    live: Measures,
    dead: Mapping[int, str],
    roots: tuple[Node, ...],
    heading: Node | None,
) -> list[Node]:
    """Small elements of the article that are not its prose, in document order.

    Args:
        tree: the page.
        measures: its measures.
        live: its measures without furniture.
        dead: the furniture found.
        roots: the content elements.
        heading: the element of the title, if there is one.
    """
    inner = _around(roots, heading)
    top = _scope(inner)
    found: list[Node] = []
    index = top.index
    while index < top.end and len(found) < MAX_OWN:
        node = tree.nodes[index]
        near = inner.holds(node) or top.name in ("article", "main")
        if _is_foreign(node, live, dead, (*roots, *([heading] if heading else [])), near):
            index = node.end
            continue
        if node.end - index <= SMALL_NODES and measures.chars[index] <= SMALL_CHARS:
            found.append(node)
        index += 1
    return found


def outside(tree: Tree, measures: Measures, dead: Mapping[int, str], taken: tuple[Node, ...]) -> Iterator[Node]:
    """The topmost elements with text that are neither taken (content, title) nor furniture, nor around such."""
    marked = _marked(tree, dead, taken)
    index = 1
    while index < len(tree.nodes):
        node = tree.nodes[index]
        if node.name == "head" or not measures.chars[index] or marked[index] == 1:
            index = node.end
        elif marked[index]:
            index += 1
        else:
            yield node
            index = node.end


def _marked(tree: Tree, dead: Mapping[int, str], taken: tuple[Node, ...]) -> list[int]:
    """1 for what is accounted for, 2 for what is around it, 0 for the rest; by element number."""
    marked = [0] * len(tree.nodes)
    for node in reversed(tree.nodes):
        index = node.index
        if index in dead or any(node is one for one in taken):
            marked[index] = 1
        if marked[index] and node.parent is not None:
            marked[node.parent.index] = marked[node.parent.index] or 2
    return marked


def _around(roots: tuple[Node, ...], heading: Node | None) -> Node:
    """The smallest element that holds content and title."""
    node: Node = roots[0]
    last = max(root.end for root in roots)
    first = min((heading.index if heading else roots[0].index), roots[0].index)
    while node.parent is not None and not (node.index <= first and last <= node.end):
        node = node.parent
    return node


def _scope(inner: Node) -> Node:
    """The nearest article, main or body around it."""
    node = inner
    while node.parent is not None and node.name not in ("article", "main", "body"):
        node = node.parent
    return node


def _is_foreign(node: Node, live: Measures, dead: Mapping[int, str], own: tuple[Node, ...], near: bool) -> bool:
    """Whether an element is prose, furniture, or another article; ``near`` is true close to the content."""
    index = node.index
    rule = dead.get(index, "")
    if rule:
        return rule not in OWN_RULES or not (near or rule.startswith("class:meta"))
    if node.name in _FLOW and live.prose[index]:
        return True
    return node.name == "article" and not any(node.holds(one) or one.holds(node) for one in own)
