"""Categories, tags and type of the article.

The order of evidence for categories; the first that yields anything is taken, the site's rules add to it:

1. links of WordPress and microformats in the article's own header, footer or meta lines:
   ``rel="category tag"``, ``.cat-links``, ``.taxonomy-category``, links to ``/category/…``;
2. a visible label ("Filed under:", "Category:", "Rubrik:", …) and the links or text behind it;
3. JSON-LD ``articleSection``; meta ``article:section`` and its kin;
4. WordPress' classes on the post's element (``category-human-rights``), when the site lists such a category;
5. the breadcrumb between the home page and the article, when its entries are categories the site lists;
6. the site's ``category_rules``.

Never from a link in a sentence of the text, nor from menus, side columns, settings boxes or other articles,
nor from a box around the title of another page (:mod:`.neighbours`): elements there are furniture, except
those whose furniture is the article's own terms, metadata, header or footer. A link to ``/category/…``
is a category and one to ``/tag/…`` a tag, whatever its ``rel`` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ..article import Label
from ..site import Site, label_key
from . import jsonld
from .furniture import class_rule
from .head import Head
from .lexicon import BYLINE, CATEGORY_LABELS, TAG_LABELS
from .scope import OWN_RULES, Surroundings
from .tree import INLINE, Node, Tree, collapse, text_of

MAX_LABEL_CHARS = 120
"""A longer text is not a label."""

MAX_LABELS = 40
"""An article with more categories has caught a list of all categories."""

LEVELS = 5
"""So many elements up from a line its metadata is named."""

PROSE_WORDS = 2
"""So many words beside its links make a line of the content prose, if they are no label, name or date."""

_STOPS = frozenset(".!?؟۔")
_CATEGORY_PATH = re.compile(
    r"/(?:category|categories|categorie|kategorie|categoria|rubrik|rubrique|section|sections|topics?|thema)/[^?#]|[?&]cat=\d+",
    re.IGNORECASE,
)
_WP_CATEGORY_PATH = re.compile(r"/category/[^?#]|[?&](?:cat=\d+|category_name=)", re.IGNORECASE)
_TAG_PATH = re.compile(
    r"/(?:tag|tags|keyword|keywords|schlagwort|etiqueta|mot-cle|label)/[^?#]|[?&]tag=", re.IGNORECASE
)
_CATEGORY_CLASS = re.compile(
    r"(?:^|\s)(?:cat-?links?|taxonomy-category|entry-categor(?:y|ies)|post-categor(?:y|ies)|p-category|categories-links|post-cats|entry-cats|meta-category|category-links)(?:\s|$)",
    re.IGNORECASE,
)
_TAG_CLASS = re.compile(
    r"(?:^|\s)(?:tags?-?links?|taxonomy-post_tag|entry-tags|post-tags|article-tags|post_tag|tagcloud)(?:\s|$)",
    re.IGNORECASE,
)
_LABEL_EDGES = re.compile(r"^[\s,;|·•/–—-]+|\s+$")
_TYPE_CLASS = re.compile(r"^(?:single|type)-([a-z0-9_-]+)$")
_NOT_TYPES = frozenset(
    "post format attachment author thumbnail no-sidebar sidebar full-width template singular column".split()
)
_DATA_TYPES = {
    "VideoObject": "Video",
    "Quotation": "Quote",
    "Report": "Report",
    "WebPage": "Page",
    "AboutPage": "Page",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the article is filed under."""

    categories: tuple[Label, ...]
    tags: tuple[Label, ...]
    type: Label


def find_terms(
    tree: Tree, head: Head, data: jsonld.Data, site: Site, near: Surroundings, root: Node, address: str
) -> Terms:
    """Categories, tags and type.

    Args:
        tree: the page.
        head: its head.
        data: its JSON-LD.
        site: labels, types and rules of the site.
        near: the small elements around the article.
        root: the content element.
        address: the page's address.
    """
    holder = _holder(root)
    tags = _tags(head, data, [node for node in near.own if not _is_in_prose(node, root)])
    categories = _unique(
        site.category(label) for label in _category_labels(tree, head, data, site, near, root)
    )
    ruled = _ruled(tree, site, categories, address)
    return Terms(
        _unique((*categories, *ruled)),
        _unique(Label(site_slug(tag), tag) for tag in tags),
        _type(head, data, site, holder, root),
    )


def site_slug(label: str) -> str:
    """The slug of a tag."""
    return Site().category(label).slug


def _category_labels(
    tree: Tree, head: Head, data: jsonld.Data, site: Site, near: Surroundings, root: Node
) -> list[str]:
    for source in (
        _linked([node for node in near.own if not _is_in_prose(node, root)], near.wide),
        _labelled(near.own, CATEGORY_LABELS),
        jsonld.texts(data.article.get("articleSection")),
        head.all(
            "article:section",
            "og:article:section",
            "parsely-section",
            "sailthru.section",
            "dcsext.section",
            "section",
            "category",
        ),
        _post_classes(_holder(root), site),
        _breadcrumb(tree, data, site),
    ):
        labels = _labels(source)
        if labels:
            return labels
    return []


def _labels(source: Iterable[str]) -> list[str]:
    labels = [collapse(text).strip(" ,;·•|/") for text in source]
    kept = list(
        dict.fromkeys(
            label for label in labels if label and len(label) <= MAX_LABEL_CHARS and label_key(label)
        )
    )
    return kept if len(kept) <= MAX_LABELS else []


def _unique(labels: Iterable[Label]) -> tuple[Label, ...]:
    return tuple({label.slug: label for label in labels if label.slug}.values())


def _linked(own: list[Node], wide: bool) -> Iterator[str]:
    """Texts of category links in the article's own lines.

    Where nothing parts the article from the rest of the page (``wide``), an address alone is no evidence:
    the link may stand in a list of all categories.
    """
    marked = [node for node in own if _CATEGORY_CLASS.search(node.get("class"))]
    for node in own:
        if node.name == "a" and not _TAG_PATH.search(node.get("href")):
            rel = node.get("rel").lower().split()
            inside = any(mark.holds(node) for mark in marked)
            if "category" in rel or inside or (not wide and _WP_CATEGORY_PATH.search(node.get("href"))):
                yield text_of(node)
    for node in marked:
        if not any(item.name == "a" and node.holds(item) for item in own):
            yield from re.split(r"[,|]", text_of(node))


def _is_in_prose(node: Node, root: Node) -> bool:
    """Whether a link stands in a line of the text that says more than what the links in it say.

    A line "Posted in … on …" does not: what stands around the links is a label, a date or a name.
    """
    if node.name != "a" or not root.holds(node):
        return False
    line = node.parent
    while line is not None and line.name in INLINE:
        line = line.parent
    if line is None or not line.is_small or line is root or _is_metadata(line, root):
        return False
    text = text_of(line)
    rest = text_of(line, without="a")
    if text[-1:] in _STOPS:
        return True
    return len(rest.split()) >= PROSE_WORDS and not (
        CATEGORY_LABELS.match(rest.partition(":")[0]) or BYLINE.match(rest) or any(map(str.isdigit, rest))
    )


def _is_metadata(line: Node, root: Node) -> bool:
    """Whether a line of the content, or what is around it, is named as metadata."""
    node: Node | None = line
    for _ in range(LEVELS):
        if node is None or node is root:
            return False
        if class_rule(node) in OWN_RULES or node.name in ("header", "footer"):
            return True
        node = node.parent
    return False


def _tags(head: Head, data: jsonld.Data, own: list[Node]) -> list[str]:
    marked = [node for node in own if _TAG_CLASS.search(node.get("class"))]
    found: list[str] = []
    for node in own:
        rel = node.get("rel").lower().split()
        if node.name != "a" or "category" in rel or _WP_CATEGORY_PATH.search(node.get("href")):
            continue
        if "tag" in rel or _TAG_PATH.search(node.get("href")) or any(mark.holds(node) for mark in marked):
            found.append(text_of(node).lstrip("#"))
    return _labels(found) or _labels(_labelled(own, TAG_LABELS)) or _labels(_keywords(head, data))


def _keywords(head: Head, data: jsonld.Data) -> Iterator[str]:
    yield from head.all("article:tag", "og:article:tag")
    for text in jsonld.texts(data.article.get("keywords")):
        yield from re.split(r"[,،;]", text)


def _labelled(own: list[Node], pattern: re.Pattern[str]) -> Iterator[str]:
    """What stands behind a label: the rest of its own text, the links beside it, or the text after it."""
    for node in own:
        if node.name in ("article", "main", "section", "body"):
            continue
        lead = collapse(_first_text(node))
        label, colon, behind = lead.partition(":")
        if not pattern.match(label + colon):
            continue
        end = _next_label(node)
        links = [text_of(item) for item in own if item.name == "a" and node.holds(item) and item.index < end]
        rest = behind or collapse(text_of(node))[len(lead) :]
        found = _labels(links if links and not behind else re.split(r"[,،|]", rest))
        if found:
            yield from found
            return


def _next_label(node: Node) -> int:
    """The number of the element from which on another label speaks: "Filed in: … | Tags: …"."""
    links = 0
    last = node.index
    for child in node.children:
        if isinstance(child, Node):
            links += child.name == "a"
            last = child.end
        label = _LABEL_EDGES.sub(
            "", child if isinstance(child, str) else text_of(child) if child.is_small else ""
        )
        if (
            links
            and (CATEGORY_LABELS.match(label) or TAG_LABELS.match(label))
            and label.endswith((":", "："))
        ):
            return last
    return node.end


def _first_text(node: Node) -> str:
    for child in node.children:
        text = child if isinstance(child, str) else text_of(child) if len(child.children) <= 3 else "-"
        if text.strip():
            return text
    return ""


def _post_classes(holder: Node | None, site: Site) -> Iterator[str]:
    listed = {label_key(entry.slug): entry.label for entry in site.categories}
    for name in holder.classes if holder else ():
        if name.startswith("category-"):
            yield listed.get(label_key(name.removeprefix("category-")), "")


def _breadcrumb(tree: Tree, data: jsonld.Data, site: Site) -> Iterator[str]:
    """Entries of the breadcrumb that the site lists as categories."""
    known = {label_key(entry.label) for entry in site.categories}
    for label in crumbs(tree, data):
        if label_key(label) in known:
            yield label


def crumbs(tree: Tree, data: jsonld.Data) -> list[str]:
    """The entries of the page's breadcrumb, from JSON-LD or from the page."""
    for thing in data.of_type("BreadcrumbList"):
        items = thing.get("itemListElement")
        if isinstance(items, list):
            return [
                jsonld.text(item.get("name") or item.get("item"))
                for item in items[:20]
                if isinstance(item, dict)
            ]
    for node in tree.nodes:
        if (
            "breadcrumb"
            in f"{node.get('class')} {node.get('id')} {node.get('aria-label')} {node.get('itemtype')}".lower()
        ):
            items = [item for item in tree.inside(node) if item.name in ("a", "li", "span") and item.is_small]
            return [text_of(item) for item in items[:40]]
    return []


def _ruled(tree: Tree, site: Site, found: tuple[Label, ...], address: str) -> list[Label]:
    if not site.category_rules:
        return []
    path = unquote(urlsplit(address).path) if "://" in address else "/" + unquote(address).lstrip("/")
    trail = {label_key(label) for label in crumbs(tree, jsonld.Data((), {}))}
    keys = {label_key(label.label) for label in found}
    return [
        site.category(rule.category)
        for rule in site.category_rules
        if (rule.path and path.startswith("/" + rule.path.lstrip("/")))
        or (rule.breadcrumb and label_key(rule.breadcrumb) in trail)
        or (rule.label and label_key(rule.label) in keys)
    ]


def _type(head: Head, data: jsonld.Data, site: Site, holder: Node | None, root: Node) -> Label:
    """The type by WordPress' classes, then by JSON-LD and OpenGraph; a post when nothing says otherwise.

    A post format (``format-video``) is not a type: WordPress shows such posts among the posts.
    """
    body = head.body_classes
    if "single-post" in body or "type-post" in (holder.classes if holder else ()):
        return site.type("Post")
    for name in (*body, *(holder.classes if holder else ())):
        found = _TYPE_CLASS.match(name)
        if found and found[1] not in _NOT_TYPES and not found[1].startswith(("post-", "format-", "author-")):
            return site.type(found[1].replace("_", " ").replace("-", " ").title())
    if "page" in body or "page-template-default" in body:
        return site.type("Page")
    for name in (*jsonld.types(data.article), *_item_types(root)):
        if name in _DATA_TYPES:
            return site.type(_DATA_TYPES[name])
    return site.type("Video" if head.first("og:type").startswith("video") else "Post")


def _item_types(root: Node) -> Iterator[str]:
    """The microdata types of the elements around the content, innermost first."""
    node: Node | None = root
    while node is not None:
        if node.get("itemtype"):
            yield node.get("itemtype").rstrip("/").rsplit("/", 1)[-1]
        node = node.parent


def _holder(root: Node) -> Node | None:
    """The element of the post around the content, where WordPress writes its classes."""
    node: Node | None = root
    while node is not None and not {"hentry", "h-entry", "status-publish", "type-post"} & set(node.classes):
        node = node.parent
    return node if node is not None and node.name not in ("body", "html") else None
