"""Boxes of the page that are about other articles: their dates, authors and terms are not this article's.

Known without class names: a box that is hardly more than the title of another page as a link, and a list
announced as one of other articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from .address import is_address
from .dates import parse_date
from .furniture import class_rule
from .lexicon import POINTERS
from .measure import Measures, weight
from .title import fold
from .tree import Node, Tree, text_of

TITLE_WORDS, TITLE_CHARS = 4, 22
"""A link of so many words and characters is a title, not a name, a place or a label."""

DENSE_CHARS = 40
"""In a script without spaces a link of this weight is a title."""

MAX_LINKS = 3000
"""So many links and headings are looked at."""

BOX_TIMES, BOX_CHARS = 2.5, 60
"""A box that is about another page has at most so many times its title and so many characters more."""

_OWN_LINK = re.compile(
    r"/(?:categor|kategor|rubri|section|tag|topic|author|autor|auteur|profile|people|person|staff|user|writer|contributor)"
    r"|author|^#|^mailto:",
    re.IGNORECASE,
)
_OWN_RELATIONS = frozenset(("tag", "category", "author", "home", "prev", "next"))
_WHOLE = frozenset(("nav", "li", "article", "tr", "aside"))
"""What is about one thing, and never a part of the box around it."""
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_INNER = frozenset(("a", "b", "strong", "em", "i", "span", "p", *_HEADINGS))
_OWN_CLASSES = frozenset(("class:meta", "class:terms", "class:footer"))
_LISTS = frozenset(("ul", "ol", "table", "dl"))


def foreign_boxes(
    tree: Tree, measures: Measures, gone: bytearray, kept: Sequence[Node], title: str, host: str
) -> bytearray:
    """A flag for every element: 1 for those in which something names another article.

    Args:
        tree: the page.
        measures: its measures.
        gone: a flag for every element, 1 for furniture that says nothing about the article anyway.
        kept: the content elements and the title's: nothing around them is foreign.
        title: the article's title.
        host: the site's host name, if it is known: links to other sites are no teasers.
    """
    flags = bytearray(len(tree.nodes))
    around = {node.index for one in kept for node in _ancestors(one)}
    key = fold(title)
    lines = (node for node in tree.nodes if node.name == "a" or node.name in _HEADINGS)
    named = (node for node in lines if node.is_small and not gone[node.index])
    for _, node in zip(range(MAX_LINKS), named, strict=False):
        top = _box(tree, measures, node, around, key, host)
        if top is not None:
            flags[top.index : top.end] = b"\x01" * (top.end - top.index)
    return flags


def _ancestors(node: Node) -> list[Node]:
    found: list[Node] = []
    above: Node | None = node
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def _box(tree: Tree, measures: Measures, node: Node, around: set[int], key: str, host: str) -> Node | None:
    """The element that is about the page that this link or heading names; nothing if it names none."""
    text = text_of(node)
    heads = node.name in _HEADINGS
    announced = heads and POINTERS.match(text) is not None
    if not text or node.index in around or not (heads or (_is_title(text) and _leads_away(node, host))):
        return None
    if not announced and not _is_linked_title(tree, node, text, host):
        return None
    folded = fold(text)
    if folded in key or key in folded:
        return None
    return _grown(measures, node, around, len(text), announced=announced)


def _is_linked_title(tree: Tree, node: Node, text: str, host: str) -> bool:
    """Whether a line is a link to another page, and no date."""
    dates = sum(len(text_of(item)) for item in tree.inside(node) if item.name == "time")
    linked = any(item.name == "a" and _leads_away(item, host) for item in tree.inside(node))
    return linked and 2 * dates <= len(text) and not parse_date(text)


def _grown(measures: Measures, node: Node, around: set[int], size: int, *, announced: bool) -> Node:
    """Up while the element around is still about the same: hardly more text, or the list announced.

    Never to a header, footer or line of metadata: the article's own may hold a link to its neighbours.
    """
    most = BOX_TIMES * size + BOX_CHARS
    while node.parent is not None and node.parent.index not in around:
        parent = node.parent
        if node.name in _WHOLE or parent.name in ("header", "footer") or class_rule(parent) in _OWN_CLASSES:
            break
        lists = announced and any(
            isinstance(one, Node) and one.name in _LISTS for one in parent.children[:20]
        )
        if node.name not in _INNER and measures.chars[parent.index] > most and not lists:
            break
        node, announced = parent, announced and not lists
    return node


def _leads_away(link: Node, host: str) -> bool:
    """Whether a link leads to another page of this site that is no list of an author's or a category's."""
    address = link.get("href")
    if not address or not _OWN_RELATIONS.isdisjoint(link.get("rel").lower().split()):
        return False
    if host and is_address(address) and (urlsplit(address).hostname or "").removeprefix("www.") != host:
        return False
    return _OWN_LINK.search(address) is None


def _is_title(text: str) -> bool:
    size = weight(text)
    return (size >= TITLE_CHARS and len(text.split()) >= TITLE_WORDS) or (
        size >= DENSE_CHARS and size > 2 * len(text)
    )
