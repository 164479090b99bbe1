"""Other articles on the page: elements of the same kind as the one with the title, with titles of their own.

Pages that load the next article under the one being read, and blogs that show several posts.
"""

from __future__ import annotations

import itertools

from .furniture import POST_MARKS
from .measure import Measures
from .title import fold
from .tree import Node, Tree, text_of

LEAST_PROSE = 100
"""An element with the title and less prose than this is a header; the text may stand in the next one."""

TOP_CHARS = 400
"""An article's own title has no more text before it: else it is the heading of a section."""

MAX_ARTICLES, MAX_INNER = 100, 400
"""So many articles are looked at, and so many elements from the top of each."""

_POSTS = frozenset("post entry blog-post blogpost news-item article-item single-post article-wrapper".split())
_TITLES = ("h1", "h2")
_BYLINES = frozenset(("byline", "author", "entry-meta", "post-meta", "entry-date", "published", "date"))


def other_articles(tree: Tree, live: Measures, heading: Node | None) -> list[Node]:
    """The elements that are articles beside the one that holds the title.

    An element of the same kind is another article when its title is of the level of the page's own, or when
    it has a date or a byline besides; a section of the text has neither.

    Args:
        tree: the page.
        live: the measures without furniture.
        heading: the element of the title, if there is one.
    """
    own = _around(heading)
    if heading is None or own is None or live.prose[own.index] < LEAST_PROSE:
        return []
    found: list[Node] = []
    alike = (node for node in tree.nodes if live.chars[node.index] and _is_alike(node, own))
    for node in itertools.islice(alike, MAX_ARTICLES):
        beside = not node.holds(own) and not own.holds(node) and not (found and found[-1].holds(node))
        if beside and _has_title(tree, live, node, heading):
            found.append(node)
    return found


def _around(heading: Node | None) -> Node | None:
    """The article, or the post by its class, that the title stands in."""
    node = heading
    while node is not None and not (node.name == "article" or _marks(node)):
        node = node.parent
    return node if node is not None and node.name not in ("body", "html", "main") else None


def _marks(node: Node) -> frozenset[str]:
    return (_POSTS | POST_MARKS).intersection(node.classes) if node.get("class") else frozenset()


def _is_alike(node: Node, own: Node) -> bool:
    if node.name != own.name:
        return False
    return own.name == "article" or not _marks(node).isdisjoint(_marks(own))


def _has_title(tree: Tree, live: Measures, node: Node, heading: Node) -> bool:
    """Whether an element begins with a title that is not the page's own."""
    inner = tree.nodes[node.index : min(node.end, node.index + MAX_INNER)]
    title = next((item for item in inner if item.name in _TITLES and live.chars[item.index]), None)
    if title is None or not title.is_small or fold(text_of(title)) in ("", fold(text_of(heading))):
        return False
    before = sum(unit.prose for unit in live.units if node.index <= unit.owner < title.index)
    return before <= TOP_CHARS and (title.name == heading.name or any(_is_dated(item) for item in inner))


def _is_dated(item: Node) -> bool:
    return item.name == "time" or not _BYLINES.isdisjoint(item.classes) or item.get("rel") == "author"
