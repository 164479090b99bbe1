"""The title of the article.

The order of evidence:

1. the site's ``title_selectors``;
2. an ``<h1>`` contained in ``og:title`` or in ``<title>``, compared without case, accents and
   punctuation: the best single rule there is (the longest such heading, if there are several), or one
   that says more than ``<title>``: begins with it and goes on, or fills the place of its dots;
3. the headline of JSON-LD, when ``<title>``, ``og:title`` or a heading says the same;
4. microdata (``itemprop=headline``), microformats (``p-name``, ``entry-title``) and WordPress' own
   classes (``wp-block-post-title``);
5. ``og:title``, ``twitter:title``, ``dc.title``, the site's name taken off;
6. the JSON-LD headline on its own;
7. a line of the page that stands beside a separator in ``<title>``; ``<title>``, the site's name taken off;
8. the first ``<h1>``, else the first ``<h2>`` or ``<h3>``, else the line in the largest letters
   (``<font size>``, ``<big>``, ``font-size``), else the first bold line.

A title that WordPress printed has the quotes that were typed (:mod:`.quotes`).

The name of the site is never the title. A first-level heading in the page's banner is the site's name when
the document's title has it behind a separator, or when the article has a heading of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from ..site import Site
from . import banner, jsonld
from .address import is_address
from .head import Head
from .letters import letters
from .measure import inside
from .tree import Node, Tree, text_of

MAX_TITLE_CHARS = 500
"""A longer heading is not a title but a text in the wrong element."""

MAX_HEADINGS = 200
"""How many headings of a level are looked at: the title is among the first."""

LEAST_TITLE = 8
"""Letters that a document's title must have for a heading that begins with it to be the same title."""

MOST_LONGER = 4
"""A heading so many times longer than the document's title is not the same title."""

LARGE = 1.2
"""Letters so many times the usual size are large."""

MAX_LARGE_CHARS = 200
"""A longer text in large letters is a paragraph."""

MAX_PARTS = 4
"""How many parts of a document's title may be names of the site."""

_NOT_WORD = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"\s+[|–—\-·•»«:/›‹~*]+\s+|\s*[|»›]\s*|\s*::\s*|(?<=\S)[:：]\s+(?=[^:：]+$)|\s-\s")
_TITLE_CLASSES = (
    "wp-block-post-title",
    "entry-title",
    "post-title",
    "article-title",
    "p-name",
    "headline",
    "post__title",
)
_COLON = re.compile(r"[:：]\s+")
_DOTS = re.compile(r"\s*(?:…|\.\.\.)\s*$")
_LINES = frozenset("b strong font td div p span big center h1 h2 h3 h4 legend caption dt".split())
_ARCHIVE = re.compile(r"^(?:blog )?archiv[e]?\s*[»:|-]\s*", re.IGNORECASE)
"""What old WordPress themes put before the title in the document's title."""
_NEVER = frozenset(
    "landmark:nav landmark:aside landmark:footer dialog class:sidebar class:related class:teasers "
    "class:comments class:newsletter class:ad class:cookie class:menu".split()
)
_SITE_CLASSES = re.compile(
    r"site-?title|site-?name|site-?logo|logo\b|site-branding|navbar-brand", re.IGNORECASE
)
_NOT_TITLES = frozenset(
    "home homepage index untitled untitleddocument newpage1 document startseite accueil".split()
)
"""What templates and editors write where a title should be: taken when there is nothing else."""


@dataclass(frozen=True, slots=True)
class Title:
    """The title and the element it came from (``None`` when it came from the head or from data)."""

    text: str
    node: Node | None


def fold(text: str) -> str:
    """A text for comparison: no case, accents, punctuation or spaces."""
    if text.isascii():
        return _NOT_WORD.sub("", text).lower()
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _NOT_WORD.sub("", "".join(char for char in plain if not unicodedata.combining(char)))


def find_title(
    tree: Tree, head: Head, data: jsonld.Data, site: Site, dead: dict[int, str], names: set[str]
) -> Title:
    """The title by the best evidence; its text is empty when there is none.

    Args:
        tree: the page.
        head: its head.
        data: its JSON-LD.
        site: for its ``title_selectors``.
        dead: the furniture found.
        names: the names of the site, see :func:`site_names`.
    """
    finder = _Finder(tree, head, data, site, dead, names)
    spare = Title("", None)
    for found in finder.candidates():
        if found.text and len(found.text) <= MAX_TITLE_CHARS and not finder.is_site(found.text):
            if fold(found.text) not in _NOT_TITLES:
                return found
            spare = spare if spare.text else found
    return spare


def site_names(head: Head, data: jsonld.Data, site: Site, address: str) -> set[str]:
    """The names of the site, folded: as configured, by the page's data, its feeds and its domain."""
    names = [
        site.name,
        head.first("og:site_name"),
        head.first("application-name"),
        head.first("apple-mobile-web-app-title"),
    ]
    names += [
        jsonld.text(thing.get("name"))
        for thing in data.of_type("WebSite", "Organization", "NewsMediaOrganization")
    ]
    names.append(jsonld.text(data.reference(data.article.get("publisher"))))
    for node in head.links.get("alternate", ()):
        if "rss" in node.get("type") or "atom" in node.get("type"):
            names.append(re.split(r"\s+[»›|–-]\s+|\s*»\s*", node.get("title"))[0])
    names.append(_domain(head.link("canonical") or head.first("og:url") or address))
    return {fold(name) for name in names if name} - {""}


def _domain(address: str) -> str:
    """The name in an address: ``example`` of ``https://www.example.org/``."""
    host = urlsplit(address).hostname if is_address(address) else None
    parts = [part for part in (host or "").split(".") if part not in ("www", "co", "com")]
    return max(parts[:-1], key=len, default="")


class _Finder:
    def __init__(
        self, tree: Tree, head: Head, data: jsonld.Data, site: Site, dead: dict[int, str], names: set[str]
    ) -> None:
        self._tree = tree
        self._head = head
        self._data = data
        self._site = site
        self._dead = dead
        self._foreign = inside(tree, [index for index, rule in dead.items() if rule in _NEVER])
        self._named = [name for name in (head.first("og:title"), head.title) if name]
        self._names = names | self._brands()

    def _brands(self) -> set[str]:
        """The names of the site that its banner shows as a first-level heading."""
        banners = [node for node in self._headings("h1") if banner.is_in_banner(node)]
        if not banners:
            return set()
        own = [node for node in self._headings("h1", "h2", "h3") if not banner.is_in_banner(node)]
        return {fold(text_of(node)) for node in banners if self._is_name(node, own)} - {""}

    def _is_name(self, node: Node, own: list[Node]) -> bool:
        """Whether a heading in the banner names the site rather than the article."""
        key, whole = fold(text_of(node)), fold(self._head.title[:MAX_TITLE_CHARS])
        stated = fold(self._head.first("og:title"))
        if not key or key not in whole:
            return False
        if stated:
            return key not in stated and (whole != key or banner.holds_menu(self._tree, node))
        others = {fold(text_of(other)) for other in own}
        if whole == key:
            return banner.heads_article(own) and banner.holds_menu(self._tree, node)
        parts = _SEPARATORS.split(self._head.title[:MAX_TITLE_CHARS])
        return whole.replace(key, "", 1) in others or (len(parts) > 1 and fold(parts[-1]) == key)

    def _extending(self) -> Iterator[Title]:
        """The one first-level heading that says more than the document's title: "Strike funds: how …".

        The document's title is cut where it ends in dots.
        """
        headings = self._headings("h1")
        text = text_of(headings[0]) if len(headings) == 1 else ""
        if not text or _DOTS.search(text):
            return
        whole = fold(text)
        stated = self._head.title[:MAX_TITLE_CHARS]
        cut = next(
            (found for found in _SEPARATORS.finditer(stated) if not _COLON.search(found.group())), None
        )
        for name in (self.without_site(stated), stated[: cut.start()] if cut else ""):
            short = _DOTS.sub("", name)
            key = fold(short)
            longer = whole != key and whole.startswith(key) and len(text) <= MOST_LONGER * len(short)
            if longer and len(key) >= LEAST_TITLE and not self._is_brand(headings[0], key):
                yield Title(text, headings[0])

    def is_site(self, text: str) -> bool:
        """Whether a text is no more than the site's name."""
        key = fold(text)
        return not key or key in self._names

    def candidates(self) -> Iterator[Title]:
        for selector in self._site.title_selectors:
            yield from self._texts(self._tree.select(selector))
        yield from self._extending()
        yield from self._contained()
        yield from self._containing()
        headline = jsonld.text(self._data.article.get("headline") or self._data.article.get("name"))
        if headline and any(fold(headline) in fold(name) for name in self._named):
            yield Title(headline, self._matching(headline))
        yield from self._texts(self._marked())
        for name in (
            self._head.first("og:title"),
            self._head.first("twitter:title"),
            self._head.first("dc.title", "dcterms.title"),
        ):
            if name:
                yield self._bare(name)
        yield Title(headline, self._matching(headline))
        yield from self._lines_in_title()
        if self._head.title:
            yield self._bare(self._head.title)
        for names in (("h1",), ("h2",), ("h3",)):
            yield from self._texts(self._headings(*names))
        yield from self._texts(sorted(self._large(), key=letters, reverse=True))
        yield from self._texts(self._headings("b", "strong"))

    def _large(self) -> list[Node]:
        """Short lines in large letters: how pages without headings show their title."""
        nodes = (node for node in self._tree.nodes if letters(node) >= LARGE and node.is_small)
        own = (node for node in nodes if not self._foreign[node.index])
        return [node for node in islice(own, MAX_HEADINGS) if len(text_of(node)) <= MAX_LARGE_CHARS]

    def _texts(self, nodes: Iterable[Node]) -> Iterator[Title]:
        for node in nodes:
            yield Title(text_of(node), node)

    def _contained(self) -> Iterator[Title]:
        """First-level headings that the page's own names contain, the longest first.

        A heading of another level counts as well when its class says that it is the post's title.
        """
        whole = [fold(name) for name in self._named]
        found: list[tuple[int, Title]] = []
        for node in self._headings("h1", "h2", "h3"):
            if node.name != "h1" and not {"entry-title", "post-title", "wp-block-post-title"} & set(
                node.classes
            ):
                continue
            text = text_of(node)
            key = fold(text)
            if key and any(key in name for name in whole) and not self._is_brand(node, key):
                found.append((len(key), Title(text, node)))
        found.sort(key=lambda item: -item[0])
        return (title for _, title in found)

    def _containing(self) -> Iterator[Title]:
        """``og:title`` when a first-level heading holds it and a kicker besides."""
        name = self.without_site(self._head.first("og:title"))
        key = fold(name)
        for node in self._headings("h1"):
            whole = fold(text_of(node))
            if key and whole.endswith(key) and len(key) > 0.4 * len(whole):
                yield Title(name, node)

    def _headings(self, *names: str) -> list[Node]:
        nodes = (node for node in self._tree.nodes if node.name in names and node.is_small)
        return list(islice((node for node in nodes if not self._foreign[node.index]), MAX_HEADINGS))

    def _is_brand(self, node: Node, key: str) -> bool:
        """Whether a heading carries the name of the site or of a section.

        By its class, its parent's class, a link home, or because it is what stands behind a separator
        in the document's title and not in ``og:title``.
        """
        stated = fold(self._head.first("og:title"))
        parts = _SEPARATORS.split(self._head.title[:MAX_TITLE_CHARS])
        if stated and key not in stated and any(fold(part) == key for part in parts[1:]):
            return True
        near: list[Node | None] = [node, node.parent]
        if any(_SITE_CLASSES.search(f"{item.get('class')} {item.get('id')}") for item in near if item):
            return True
        return any(_leads_home(inner) for inner in self._tree.inside(node) if inner.name == "a")

    def _marked(self) -> list[Node]:
        """Elements marked as the headline by microdata, microformats or WordPress, if the names agree."""
        live = [node for node in self._tree.nodes if node.is_small and not self._foreign[node.index]]
        nodes = [node for node in live if node.get("itemprop") == "headline" and node.name != "meta"]
        for name in _TITLE_CLASSES:
            nodes += [
                node for node in live if name in node.classes and node.name not in ("a", "article", "body")
            ]
            if nodes:
                break
        agreeing = [node for node in nodes[:5] if self._agrees(text_of(node))]
        return agreeing if len(nodes) <= 5 else []

    def _agrees(self, text: str) -> bool:
        """Whether a heading shares a third of its words with one of the page's names."""
        words = {fold(word) for word in text.split()} - {""}
        named = {fold(word) for name in self._named for word in name.split()}
        return not named or len(words & named) * 3 >= len(words)

    def _lines_in_title(self) -> Iterator[Title]:
        """Lines of the page that stand beside a separator in the document's title, the longest first."""
        whole = self._head.title[:MAX_TITLE_CHARS]
        cuts = [*_SEPARATORS.finditer(whole), *_COLON.finditer(whole)]
        parts = {fold(part) for cut in cuts for part in (whole[: cut.start()], whole[cut.end() :])} | {
            fold(whole)
        }
        found: list[tuple[int, Title]] = []
        for node in self._tree.nodes:
            if node.name in _LINES and node.end - node.index <= 6 and not self._foreign[node.index]:
                text = text_of(node) if _may_be_title(node) else ""
                if fold(text) in parts - self._names - {""}:
                    found.append((len(text), Title(text, node)))
        found.sort(key=lambda item: -item[0])
        return (title for length, title in found if length * 3 >= len(whole))

    def _matching(self, text: str) -> Node | None:
        """The heading that says the same as a text from the head."""
        key = fold(text)
        if not key:
            return None
        return next((node for node in self._headings("h1", "h2", "h3") if fold(text_of(node)) == key), None)

    def _bare(self, name: str) -> Title:
        text = self.without_site(name)
        return Title(text, self._matching(text))

    def without_site(self, name: str) -> str:
        """A document title without the site's name before or after it."""
        name = name[:MAX_TITLE_CHARS]
        for _ in range(MAX_PARTS):
            shorter = self._without_one(name)
            if shorter == name:
                break
            name = shorter
        return _ARCHIVE.sub("", _without_tail(name)).strip(" |-–—·»")

    def _without_one(self, name: str) -> str:
        """Without one part that is the site's name, the last such part first."""
        cuts = list(_SEPARATORS.finditer(name))
        for cut in (*reversed(cuts), *cuts, *_COLON.finditer(name)):
            before, after = name[: cut.start()].strip(), name[cut.end() :].strip()
            if before and fold(after) in self._names:
                return before
            if after and fold(before) in self._names:
                return after
        return name


def _may_be_title(node: Node) -> bool:
    """Whether an element is short enough to be looked at; most are paragraphs."""
    return sum(len(child) for child in node.children if isinstance(child, str)) <= MAX_TITLE_CHARS


def _leads_home(link: Node) -> bool:
    """Whether a link goes to the front page."""
    address = link.get("href")
    path = urlsplit(address).path if is_address(address) else address
    return link.get("rel") == "home" or (bool(address) and path in ("", "/"))


def _without_tail(name: str) -> str:
    """Without knowing the site's name: short last parts behind separators are taken for it."""
    for cut in reversed(list(_SEPARATORS.finditer(name))):
        before, after = name[: cut.start()].strip(), name[cut.end() :].strip()
        short = len(after.split()) <= 4 and len(after) < len(before)
        if ":" in cut.group() or len(before.split()) < 3 or not short:
            break
        name = before
    return name
