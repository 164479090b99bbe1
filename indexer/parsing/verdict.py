"""Is this page an article? Refusals with their reason, on evidence, in doubt not.

A page is refused as no article when it is, in this order: a WordPress listing or error page by its body
classes; a redirect; a message of the system or an error page by its title; a page without text; a log-in
form; a front page, an overview or a shelf of goods: a list of other pages with no text of its own that
stands out. A page that says that it is an article (JSON-LD, WordPress' ``single`` class, one ``<article>``
with the title in it) is believed, however short; where OpenGraph alone says so, a text of two words is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import RejectedPage
from . import jsonld
from .blocks import Raw
from .head import Head
from .lexicon import NOT_FOUND
from .listing import cards, is_front_page, linked_headings
from .measure import Measures, weight
from .tree import Node, Tree

LISTING_HEADINGS = 4
"""From this many headings that are links on, a page without a dominant text is a list of articles."""

DOMINANT_CHARS = 1500
"""A content with this much prose is an article, whatever stands beside it."""

LITTLE_PROSE = 300
"""With less prose in the content than this, titles of other articles anywhere on the page count."""

LEAST_CHARS = 20
"""Less text than this is an article only when the page says that it is one ("Closed today.")."""

_ARCHIVE_COMPANY = re.compile(r"^(?:category|tag|author|date|tax|term|post-type-archive|wp|paged)(?:-|$)")
_BLOG_COMPANY = re.compile(r"^(?:home|paged|hfeed|wp-|logged-in|custom-background)")
_REFRESH = re.compile(r"^\s*(\d+)?\s*[;,]?\s*url\s*=", re.IGNORECASE)


def refuse_redirect(head: Head, live: Measures) -> None:
    """Raise for a page that sends its visitor elsewhere at once."""
    for value in head.metas.get("refresh", ()):
        found = _REFRESH.match(value)
        if found and int(found.group(1) or 0) <= 5 and live.prose[0] < 400:
            raise RejectedPage("not_article", "a redirect to another address")


def is_certain_article(head: Head, data: jsonld.Data) -> bool:
    """Whether the page says in data or by WordPress' classes that it is an article."""
    classes = set(head.body_classes)
    if "single" in classes or any(name.startswith("single-") for name in classes):
        return True
    return any(name not in ("VideoObject", "CreativeWork", "WebPage") for name in jsonld.types(data.article))


def is_stated_article(head: Head) -> bool:
    """Whether OpenGraph says so; some systems say it of every page."""
    return head.first("og:type").lower() in ("article", "og:article", "news", "blog", "video.other")


def refuse_listing(head: Head, data: jsonld.Data) -> None:
    """Raise for what WordPress' body classes call an archive, a search or an error page.

    Each class counts only in the company it has on a WordPress page: other systems use the same words.
    """
    classes = set(head.body_classes)
    if "error404" in classes:
        raise RejectedPage("not_article", "an error page by its body class 'error404'")
    if is_certain_article(head, data) or not {"single", "singular", "page"}.isdisjoint(classes):
        return
    for kind, company in (
        ("archive", _ARCHIVE_COMPANY),
        ("blog", _BLOG_COMPANY),
        ("search", re.compile(r"^search-")),
    ):
        if kind in classes and any(company.match(name) for name in classes):
            raise RejectedPage("not_article", f"a listing by its body class {kind!r}")


@dataclass(frozen=True, slots=True)
class Extract:
    """What was extracted from a page: what the verdict rests on.

    ``live`` are the measures without furniture, ``roots`` the content elements, ``heading`` the element
    of the title, if there is one.
    """

    tree: Tree
    head: Head
    data: jsonld.Data
    title: str
    blocks: Sequence[Raw]
    live: Measures
    roots: Sequence[Node]
    heading: Node | None


def judge(extract: Extract) -> None:
    """Raise when what was extracted is not an article.

    Raises:
        RejectedPage: ``not_article`` or ``no_content``.
    """
    text = [block for block in extract.blocks if block.kind != "heading"]
    prose = sum(weight(block.text) for block in text if block.link_density < 0.5 and weight(block.text) >= 60)
    _refuse_message(extract, prose)
    certain = is_certain_article(extract.head, extract.data) or _is_marked(extract)
    size = sum(weight(block.text) for block in text)
    if not size:
        raise RejectedPage("no_content", "a title and no text of its own")
    if size < LEAST_CHARS and not (certain or is_stated_article(extract.head)):
        raise RejectedPage("no_content", f"{size} characters of text, and nothing says that it is an article")
    if certain:
        return
    if _has_password(extract.tree) and prose < LITTLE_PROSE:
        raise RejectedPage("not_article", "a log-in form")
    _refuse_list(extract, prose)


def _refuse_message(extract: Extract, prose: int) -> None:
    """Raise for messages of the system and error pages."""
    if _is_system_page(extract.tree):
        raise RejectedPage("not_article", "a message of the system by its body's id 'error-page'")
    # A long title or text that speaks of a 404 is an article about it.
    most = 600 if len(extract.title.split()) <= 6 else 150
    if prose < most and NOT_FOUND.search(f"{extract.title} {extract.head.title}"):
        raise RejectedPage("not_article", f"an error page: {extract.title[:80]!r}")


def _is_marked(extract: Extract) -> bool:
    """Whether one ``<article>`` holds title and content, and no titles of other articles."""
    node = extract.heading
    while node is not None and node.name != "article":
        node = node.parent
    whole = node is not None and all(map(node.holds, extract.roots))
    return node is not None and whole and not linked_headings(extract.tree, [node])


def _refuse_list(extract: Extract, prose: int) -> None:
    """Raise for front pages, overviews and shelves of goods."""
    head, tree, live = extract.head, extract.tree, extract.live
    if head.first("og:type").lower() == "product.group":
        raise RejectedPage("not_article", "a shelf of goods by its og:type")
    inside = linked_headings(tree, extract.roots)
    if inside >= LISTING_HEADINGS and is_front_page(head.link("canonical") or head.first("og:url")):
        raise RejectedPage("not_article", f"a front page with the titles of {inside} other pages")
    found = cards(tree, live, extract.roots)
    if found:
        raise RejectedPage("not_article", f"a list of {found} other pages, each with a few words")
    listed = inside if prose >= LITTLE_PROSE else linked_headings(tree)
    if listed >= LISTING_HEADINGS and _is_outweighed(extract, prose, listed):
        raise RejectedPage("not_article", f"a list of {listed} other pages with no text of its own")
    if prose < 60 and live.linked[0] > live.chars[0] * 0.5 and not is_stated_article(head):
        raise RejectedPage("not_article", "mostly links")


def _is_outweighed(extract: Extract, prose: int, listed: int) -> bool:
    """Whether titles of other pages outweigh the prose.

    Where OpenGraph says "article", only a page of next to nothing but titles is a list.
    """
    worth = 30 if is_stated_article(extract.head) else 120
    return prose < DOMINANT_CHARS and (listed * worth > prose or extract.data.is_listing)


def _is_system_page(tree: Tree) -> bool:
    """Whether this is a message of WordPress itself: a fault, a refused request."""
    body = tree.first("body")
    return body is not None and body.get("id") == "error-page"


def _has_password(tree: Tree) -> bool:
    return any(node.name == "input" and node.get("type").lower() == "password" for node in tree.nodes)
