"""What the page says about itself in its head: meta elements, links, the document title."""

from __future__ import annotations

from dataclasses import dataclass

from .tree import Node, Tree, collapse, text_of

MAX_META_CHARS = 4000
"""A longer meta value is cut: no title, name, date or description needs more."""


@dataclass(frozen=True, slots=True)
class Head:
    """Meta values by lower-case name, links by relation, the ``<title>`` and two attributes."""

    metas: dict[str, list[str]]
    links: dict[str, list[Node]]
    title: str
    lang: str
    body_classes: tuple[str, ...]

    def first(self, *names: str) -> str:
        """The first value that is not empty, in the order of the names."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return ""

    def all(self, *names: str) -> list[str]:
        """Every value of these names, in the order of the names."""
        return [value for name in names for value in self.metas.get(name, ()) if value]

    def link(self, relation: str) -> str:
        """The address of the first link with this relation."""
        return next(
            (node.get("href").strip() for node in self.links.get(relation, ()) if node.get("href")), ""
        )


def read_head(tree: Tree) -> Head:
    """Collect the head's facts; meta elements are read wherever they stand.

    But those of microdata (``itemprop``) in the body are about the element that they stand in.
    """
    metas: dict[str, list[str]] = {}
    links: dict[str, list[Node]] = {}
    html, body = tree.first("html"), tree.first("body")
    for node in tree.nodes:
        if node.name == "meta":
            _add_meta(node, metas, in_body=body is not None and body.holds(node))
        elif node.name == "link":
            for relation in node.get("rel").lower().split():
                links.setdefault(relation, []).append(node)
    return Head(
        metas=metas,
        links=links,
        title=_title(tree),
        lang=(html.get("lang") or html.get("xml:lang")) if html else "",
        body_classes=tuple(body.classes) if body else (),
    )


def _add_meta(node: Node, metas: dict[str, list[str]], *, in_body: bool) -> None:
    value = collapse((node.get("content") or node.get("value"))[:MAX_META_CHARS])
    for attribute in (
        ("name", "property", "http-equiv") if in_body else ("name", "property", "itemprop", "http-equiv")
    ):
        name = node.get(attribute).strip().lower()
        if name:
            metas.setdefault(name, []).append(value)


def _title(tree: Tree) -> str:
    """The document's title: the first one that does not belong to a drawing or the body's furniture."""
    titles = (text_of(node)[:MAX_META_CHARS] for node in tree.nodes if node.name == "title")
    return next((title for title in titles if title), "")
