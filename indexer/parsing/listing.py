"""Signs that a page lists other pages: cards, linked headings, its place at the root of the site.

A *card* is one of several elements of the same make under one parent, with a heading that is a link and
little text. Listicles are no cards: their sections have texts of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from .measure import Measures
from .tree import Node, Tree

LEAST_CARDS = 4
"""From this many cards on they are a list."""

CARD_CHARS = 300
"""On average a card has at most so much prose: a headline and a sentence or two."""

CARDS_SHARE = 0.6
"""When the cards hold this share of the page's text outside furniture, the page is a list of them."""

OWN_CHARS = 400
"""With so much prose beside the cards the page has a text of its own."""

_CARDS = frozenset(("article", "div", "li", "section"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))


def is_front_page(address: str) -> bool:
    """Whether an address is the root of a site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.path in ("", "/") and not parts.query


def linked_headings(tree: Tree, roots: Sequence[Node] = ()) -> int:
    """How many headings of the page, or inside ``roots``, are links: the titles of other articles."""
    nodes = [node for root in roots for node in tree.inside(root)] if roots else tree.nodes
    return sum(1 for node in nodes if node.name in ("h2", "h3", "h4") and _is_linked(tree, node))


def linked_headings_inside(tree: Tree) -> list[int]:
    """The same for every element at once, by its number."""
    counts = [0] * len(tree.nodes)
    for node in reversed(tree.nodes):
        counts[node.index] += node.name in ("h2", "h3", "h4") and _is_linked(tree, node)
        if node.parent is not None:
            counts[node.parent.index] += counts[node.index]
    return counts


def cards(tree: Tree, live: Measures, roots: Sequence[Node]) -> int:
    """How many cards there are, if they are what the page has to say; else 0.

    They are when they hold most of the page's text outside furniture and the chosen content (``roots``)
    has next to no prose beside them.
    """
    whole = live.chars[0]
    for group in _groups(tree, live):
        held = sum(live.chars[node.index] for node in group)
        prose = sum(live.prose[node.index] for node in group)
        within = sum(live.prose[node.index] for node in group if any(root.holds(node) for root in roots))
        beside = sum(live.prose[root.index] for root in roots) - within
        if held >= CARDS_SHARE * whole and prose <= CARD_CHARS * len(group) and beside < OWN_CHARS:
            return len(group)
    return 0


def _groups(tree: Tree, live: Measures) -> Iterator[list[Node]]:
    """Elements of the same make under one parent that are headed by a link, group by group."""
    found: dict[tuple[int, str, str], list[Node]] = {}
    for node in tree.nodes:
        if node.name in _HEADINGS and live.chars[node.index] and _is_linked(tree, node):
            card = _card_of(node)
            if card is not None and card.parent is not None:
                key = (card.parent.index, card.name, _make(card))
                group = found.setdefault(key, [])
                if not group or group[-1] is not card:
                    group.append(card)
    return (group for group in found.values() if len(group) >= LEAST_CARDS)


def _card_of(heading: Node) -> Node | None:
    """The largest element around a heading that still has others of its make beside it."""
    node: Node | None = heading
    best: Node | None = None
    for _ in range(8):
        node = node.parent if node is not None else None
        if node is None or node.parent is None:
            break
        if node.name in _CARDS and _has_twin(node):
            best = node
    return best


def _has_twin(node: Node) -> bool:
    """Whether the parent has several children of this make."""
    beside = node.parent.children[:LOOKED_AT] if node.parent else []
    make = _make(node)
    twins = sum(1 for one in beside if isinstance(one, Node) and one.name == node.name and _make(one) == make)
    return twins >= LEAST_CARDS


LOOKED_AT = 60
"""How many children of a parent are compared: a list shows its kind in the first few."""


def _make(node: Node) -> str:
    """The first class name: the others often number or categorise."""
    return node.get("class").split(" ", 1)[0]


def _is_linked(tree: Tree, node: Node) -> bool:
    if not node.is_small:
        return False
    around = [node.parent] if node.parent is not None else []
    return any(item.name == "a" and _leads_away(item.get("href")) for item in (*tree.inside(node), *around))


def _leads_away(address: str) -> bool:
    """Whether a link leads to another page: many headings link to themselves."""
    return bool(address) and "#" not in address
