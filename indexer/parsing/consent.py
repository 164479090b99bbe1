"""Consent banners that no class name gives away: known by what they ask and the button under it."""

from __future__ import annotations

from .lexicon import ACCEPT, CONSENT
from .tree import Node, Tree, collapse, text_of

MAX_BUTTONS = 20
"""So many buttons that accept something are followed up."""

MAX_LEVELS = 5
"""A banner's button stands so many elements deep in it, at most."""

MAX_BUTTON_CHARS = 40
"""What stands on a button is no longer."""

MAX_CHARS = 4000
"""A longer text has more to say than a banner; the longest of them have class names."""

MAX_NODES = 300
"""Nor has a banner more elements."""

_BUTTONS = frozenset(("button", "a", "input"))
_OWN = frozenset(("main", "article", "h1", "body", "html"))


def banners(tree: Tree) -> frozenset[int]:
    """The numbers of the elements that ask for consent.

    The smallest element around a button "Accept all" (in any of several languages) whose text speaks of
    cookies or consent, if it holds neither an article nor a first-level heading.
    """
    found: set[int] = set()
    buttons = [
        node
        for node in tree.nodes
        if (node.name in _BUTTONS or node.get("role") == "button") and _accepts(node)
    ]
    for button in buttons[:MAX_BUTTONS]:
        box = _banner(tree, button)
        if box is not None:
            found.add(box.index)
    return frozenset(found)


def _accepts(node: Node) -> bool:
    if node.name == "input":
        return node.get("type") in ("submit", "button") and ACCEPT.match(node.get("value")) is not None
    if node.end - node.index > 3 or not node.children:
        return False
    size = sum(len(child) for child in node.children if isinstance(child, str))
    return (
        size <= 2 * MAX_BUTTON_CHARS and ACCEPT.match(collapse(text_of(node))[:MAX_BUTTON_CHARS]) is not None
    )


def _banner(tree: Tree, button: Node) -> Node | None:
    node = button.parent
    for _ in range(MAX_LEVELS):
        if (
            node is None
            or node.end - node.index > MAX_NODES
            or any(item.name in _OWN for item in tree.inside(node))
        ):
            return None
        text = text_of(node)
        if len(text) > MAX_CHARS:
            return None
        if CONSENT.search(text):
            return _whole(tree, node)
        node = node.parent
    return None


def _whole(tree: Tree, node: Node) -> Node:
    """Up while the parent holds nothing but the banner."""
    for _ in range(MAX_LEVELS):
        parent = node.parent
        if (
            parent is None
            or parent.end - parent.index > MAX_NODES
            or any(item.name in _OWN for item in tree.inside(parent))
        ):
            break
        others = [child for child in parent.children if child is not node]
        if any(isinstance(child, Node) or child.strip() for child in others):
            break
        node = parent
    return node
