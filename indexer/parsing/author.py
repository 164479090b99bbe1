"""Who wrote the article.

The order of evidence: JSON-LD ``author`` (and ``creator``); meta ``author`` and its kin; ``rel=author``
and microdata; microformats (``p-author``, ``.vcard .fn``) and WordPress' ``wp-block-post-author``;
byline classes near the title; a line "By …" near the title. Several authors are joined with a comma.
What the page says is kept as it says it; an address, an e-mail or a sentence is not a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from . import jsonld
from .head import Head
from .lexicon import BYLINE, MONTHS
from .scope import Surroundings
from .title import fold
from .tree import Node, Tree, text_of

MAX_NAME_CHARS = 100
"""A longer text is a sentence about the author, not a name."""

_METAS = (
    "author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "dc.creator.personalname", "parsely-author",
    "sailthru.author", "citation_author", "byl", "byline", "article.author", "og:article:author", "twitter:data1",
)  # fmt: skip
_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:p-author|author-name|authorname|author__name|post-author-name|entry-author-name|article-author|byline-name|"
    r"byline__name|wp-block-post-author__name|wp-block-post-author-name|post-author|entry-author|story-author|author|byline|by-line|"
    r"byline__author|fn|posted-by|writer|contributor|autor|auteur|autore)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_NAME = re.compile(r"https?://|www\.|\w@\w|[{}<>→«»]|^\(|^\d+$|^[\W_]+$", re.IGNORECASE)
_NO_ONE = re.compile(
    r"(?:(?:written|posted|published|reported|updated)?\s*(?:by|on|in)?|von|par|por|the author|author|autor|auteur|follow|guest|anonymous|unknown|"
    r"super user|admin(?:istrator)?|webmaster|staff|none|null|false|true|user|\[?object object\]?|undefined|about.*|read more.*|view .*|all posts.*|see .*|more .*)$",
    re.IGNORECASE,
)
"""What stands where a name should, and is none."""
_GLUED = re.compile(r"^By(?=[A-Z][a-z])")
_LINES = frozenset("p span div small em i b strong font cite address td li".split())
_BY_AT_END = re.compile(r"[\s.,|–-](?:by|von|par|por|door|av|توسط|بقلم)\s+([^\d.,|]{2,60})$", re.IGNORECASE)
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\b")
_EDGES = " ,;:|–—-•·/"
_TAIL = re.compile(
    r"\s*(?:[|•·]|,\s*\d|,\s*[^\W\d]+\.?\s+\d{1,2}(?!\d)|\s/\s|\s[-–—]\s|,?\s+(?:on|am|le|el|at|updated|published|posted|veröffentlicht|publié)\b|\d{1,2}[./:]\d|\b(?:19|20)\d{2}\b).*$",
    re.IGNORECASE,
)
_TWITTER_LABEL = re.compile(r"writ|author|autor|verfass|von|by|auteur|نویسنده|كتب", re.IGNORECASE)


def find_author(tree: Tree, head: Head, data: jsonld.Data, near: Surroundings, site_names: set[str]) -> str:
    """The author's name, or names joined with a comma; empty when the page does not say.

    Args:
        tree: the page.
        head: its head.
        data: its JSON-LD.
        near: the small elements around title and content, and those with microdata.
        site_names: names of the site, folded: taken for the author only if nobody else is named.
    """
    fallback = ""
    for names in _candidates(tree, head, data, near):
        clean = _distinct(name for name in map(clean_name, names) if name)
        people = [name for name in clean if fold(name) not in site_names]
        if people:
            return ", ".join(people[:10])
        fallback = fallback or ", ".join(clean[:10])
    return fallback


def _distinct(names: Iterable[str]) -> list[str]:
    """Names without repetitions and without those that only add words to another."""
    kept: list[str] = []
    for name in names:
        if not any(fold(other) in fold(name) for other in kept):
            kept.append(name)
    return kept


def clean_name(text: str) -> str:
    """A byline without "By" before it and a date or role behind it; empty when no name is left."""
    name = " ".join(text.split()).strip(_EDGES)
    if _NOT_NAME.search(name):
        return ""
    name = _TAIL.sub("", BYLINE.sub("", _GLUED.sub("", name))).strip(_EDGES)
    words = name.split()
    if not words or len(name) > MAX_NAME_CHARS or len(words) > 12 or _NO_ONE.match(name):
        return ""
    return "" if _DAY.search(name) and any(word.strip(".,").lower() in MONTHS for word in words) else name


def _candidates(tree: Tree, head: Head, data: jsonld.Data, around: Surroundings) -> Iterator[Iterable[str]]:
    near = [*around.own, *around.far]
    yield _people(data, data.article.get("author"))
    yield _people(data, data.article.get("creator"))
    yield [name for key in _METAS[:-1] for name in head.metas.get(key, ())][:5]
    if _TWITTER_LABEL.search(head.first("twitter:label1")):
        yield [head.first("twitter:data1")]
    yield _by_relation(near)
    yield _microdata(tree, around.items)
    yield _by_class(near)
    yield _by_line(near)
    for thing in data.of_type("Person")[:1]:
        yield [jsonld.text(thing)]


def _people(data: jsonld.Data, value: object) -> list[str]:
    people = value if isinstance(value, list) else [value]
    return [jsonld.text(data.reference(person)) for person in people[:10]]


def _by_relation(near: list[Node]) -> list[str]:
    """Links to the author that stand together: those of other articles stand elsewhere."""
    links = [node for node in near if "author" in node.get("rel").lower().split()]
    return [text_of(node) for node in links if node.parent is links[0].parent]


def _microdata(tree: Tree, items: list[Node]) -> list[str]:
    found: list[str] = []
    for node in items:
        if node.get("itemprop").lower() == "author":
            inner = [item for item in tree.inside(node) if item.get("itemprop").lower() == "name"]
            found.append(
                (inner[0].get("content") or text_of(inner[0]))
                if inner
                else node.get("content") or text_of(node)
            )
    return found[:3] if len(found) <= 5 else found[:1]


def _by_class(near: list[Node]) -> Iterator[str]:
    """The innermost element whose class says author, shortest text first on one branch."""
    matching = [node for node in near if _CLASSES.search(node.get("class"))]
    for node in matching:
        inner = [other for other in matching if other is not node and node.holds(other)]
        if inner:
            continue
        links = [item for item in near if item.name == "a" and node.holds(item)]
        text = text_of(links[0]) if len(links) == 1 else _innermost(node, near)
        if clean_name(text):
            yield text
            return


def _innermost(node: Node, near: list[Node]) -> str:
    """The text of an element, or that of the byline in it: what stands beside that is no part of the name."""
    for item in near:
        if item is not node and node.holds(item) and item.name in _LINES and _stands_beside(item):
            text = text_of(item)
            if BYLINE.match(text) and clean_name(text):
                return text
    return text_of(node)


def _stands_beside(node: Node) -> bool:
    """Whether another element follows with nothing between, not even a space."""
    beside = node.parent.children if node.parent else []
    after = next((beside[at + 1] for at, one in enumerate(beside[:-1]) if one is node), "")
    return isinstance(after, Node)


def _by_line(near: list[Node]) -> Iterator[str]:
    """A line "By …", or one that ends so behind a date."""
    for node in near:
        text = text_of(node) if node.name in _LINES else ""
        if not 5 <= len(text) <= 100:
            continue
        behind = _BY_AT_END.search(text)
        line = (
            _innermost(node, near)
            if BYLINE.match(text)
            else behind.group(1)
            if behind and any(map(str.isdigit, text))
            else ""
        )
        if line and 1 <= len(clean_name(line).split()) <= 5:
            yield line
            return
