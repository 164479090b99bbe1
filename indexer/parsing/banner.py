"""The page's banner: where the site shows its name, and what stands there besides.

A heading in the banner may be the site's name or, on pages that put the article's title over a picture, the
title. These are the signs that :mod:`.title` weighs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .tree import Node, Tree

_BANNER = re.compile(
    r"(?:^|[\s_-])(?:(?:site|page|main|global|top)-?(?:header|head|banner|top)|header|masthead|branding|top|topbar|banner|kopf)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OF_ARTICLE = re.compile(r"entry|post|article|story|hero|single|content", re.IGNORECASE)
MAX_DEPTH = 100
"""So many elements around a heading are looked at."""

MENU_LEVELS = 3
"""So many elements around the site's name hold the menu beside it."""


def is_in_banner(node: Node) -> bool:
    """Whether an element stands in the page's banner and in no article."""
    inside = False
    above = node.parent
    for _ in range(MAX_DEPTH):
        if above is None or above.name in ("body", "html"):
            break
        if above.name == "article" or above.is_main or above.get("itemprop") == "articleBody":
            return False
        inside = inside or _is_banner(above)
        above = above.parent
    return inside


def _is_banner(node: Node) -> bool:
    names = f"{node.get('class')} {node.get('id')}"
    if _OF_ARTICLE.search(names):
        return False
    return node.name == "header" or node.get("role") == "banner" or _BANNER.search(names) is not None


def heads_article(headings: Sequence[Node]) -> bool:
    """Whether these headings, the first of which follows the banner, begin with the title of an article.

    A first-level heading does; so does one of the second level that is the only one.
    """
    if not headings:
        return False
    first = headings[0]
    return first.name == "h1" or sum(1 for node in headings if node.name == first.name) == 1


def holds_menu(tree: Tree, heading: Node) -> bool:
    """Whether the elements close around a heading hold the site's menu as well."""
    node = heading.parent
    for _ in range(MENU_LEVELS):
        if node is None or node.name in ("body", "html"):
            break
        if any(item.name == "nav" or item.get("role") == "navigation" for item in tree.inside(node)):
            return True
        node = node.parent
    return False
