"""What belongs to the article beside its text: its header, footer and lines of metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import measure, neighbours
from .measure import Measures
from .title import Title
from .tree import Node, Tree

OWN_RULES = frozenset(
    "class:meta class:terms class:author class:footer class:breadcrumb landmark:header landmark:footer "
    "landmark:aside".split()
)
"""Furniture that says something about the article when it stands inside the article's element."""

OTHERS_RULES = frozenset(
    "class:related class:teasers class:comments class:sidebar landmark:aside landmark:nav".split()
)
"""Furniture whose microdata is about other things."""

SMALL_CHARS = 400
"""An element with more text than this is no line of metadata."""

MAX_OWN = 3000
"""How many elements are looked at; an article's header and footer hold far fewer."""

_FLOW = frozenset(("p", "li", "blockquote", "dd", "pre"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Small elements that are not prose, in document order.

    ``own`` stand in the article or in the smallest element around its title and content, ``far`` in the
    rest of the page. ``items`` are the elements with microdata that are not about something else, wherever
    they stand. ``wide`` says that the smallest element is the whole page.
    """

    own: list[Node]
    far: list[Node]
    items: list[Node]
    wide: bool


def surroundings(
    tree: Tree,
    measures: Measures,
    live: Measures,
    dead: Mapping[int, str],
    roots: tuple[Node, ...],
    named: Title,
    host: str,
) -> Surroundings:
    """The lines of metadata around the article.

    Args:
        tree: the page.
        measures: its measures.
        live: its measures without furniture.
        dead: the furniture found.
        roots: the content elements.
        named: the title, with its element if there is one.
        host: the site's host name without "www.", if it is known.
    """
    heading = named.node
    top = _top(roots, heading)
    inside: list[Node] = []
    beside: list[Node] = []
    kept = (*roots, *([heading] if heading else []))
    gone = measure.inside(tree, [index for index, rule in dead.items() if rule not in OWN_RULES])
    others = neighbours.foreign_boxes(tree, measures, gone, kept, named.text, host)
    index = 1
    while index < len(tree.nodes) and len(inside) + len(beside) < MAX_OWN:
        node = tree.nodes[index]
        if others[index] or _is_foreign(node, live, dead, kept, top.holds(node)):
            index = node.end
            continue
        if node.is_small and measures.chars[index] <= SMALL_CHARS and node is not top:
            (inside if top.holds(node) else beside).append(node)
        index += 1
    return Surroundings(
        inside, beside, _items(tree, dead, kept, others), top.name in ("body", "html", "#root")
    )


def _items(tree: Tree, dead: Mapping[int, str], kept: tuple[Node, ...], others: bytearray) -> list[Node]:
    """Small elements with microdata, but not in comments, teasers, side columns or other articles."""
    gone = measure.inside(tree, [index for index, rule in dead.items() if rule in OTHERS_RULES])
    found: list[Node] = []
    index = 1
    while index < len(tree.nodes):
        node = tree.nodes[index]
        other = node.name == "article" and not any(node.holds(one) or one.holds(node) for one in kept)
        if gone[index] or others[index] or other:
            index = node.end
            continue
        if node.is_small and node.get("itemprop"):
            found.append(node)
        index += 1
    return found


def outside(
    tree: Tree, measures: Measures, dead: Mapping[int, str], taken: tuple[Node, ...]
) -> Iterator[Node]:
    """The topmost elements with text that are neither taken nor furniture, nor around such."""
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


def _top(roots: tuple[Node, ...], heading: Node | None) -> Node:
    """The article around title and content, else the smallest element around both."""
    last = max(root.end for root in roots)
    first = min((heading.index if heading else roots[0].index), roots[0].index)
    node: Node = roots[0]
    while node.parent is not None and not (node.index <= first and last <= node.end):
        node = node.parent
    if heading is None and node.parent is not None:
        node = node.parent
    inner, article = node, node
    while article.parent is not None and article.name != "article":
        article = article.parent
    return article if article.name == "article" else inner


def _is_foreign(
    node: Node, live: Measures, dead: Mapping[int, str], own: tuple[Node, ...], near: bool
) -> bool:
    """Whether an element is prose, furniture, or another article; ``near`` is true close to the content."""
    index = node.index
    rule = dead.get(index, "")
    if rule:
        return rule not in OWN_RULES or not (near or rule.startswith("class:meta"))
    if node.name in _FLOW and live.prose[index]:
        return True
    return node.name == "article" and not any(node.holds(one) or one.holds(node) for one in own)
