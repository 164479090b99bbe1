"""Labels that tell the date of a change from that of the publication: "Last updated: …", "Posted …"."""

from __future__ import annotations

from .lexicon import MODIFIED, PUBLISHED
from .tree import Node, text_of

LABEL_LEVELS = 2
"""The label of a date stands right before it, or before one of so many elements around it."""

MAX_SIBLINGS = 40
"""So many children of an element are looked at for a label."""

MAX_LABEL_CHARS, MAX_LABEL_NODES = 100, 2
"""A longer text, or one in more elements, is no label."""


def split_labels(text: str) -> tuple[str, str]:
    """The parts of a line about the publication and about a later change: "Posted …, updated …"."""
    changed = MODIFIED.search(text)
    if changed is None:
        return text, ""
    before, behind = text[: changed.start()], text[changed.end() :]
    first = PUBLISHED.search(behind)
    return (before + behind[first.start() :], behind[: first.start()]) if first else (before, behind)


def is_labelled(node: Node) -> bool:
    """Whether the label right before an element says that its date is that of a change."""
    for _ in range(LABEL_LEVELS):
        before = _before(node)
        if before is not None:
            lead = _line(before)
            found = MODIFIED.search(lead)
            return found is not None and found.end() == len(lead)
        if node.parent is None:
            break
        node = node.parent
    return False


def _before(node: Node) -> Node | str | None:
    """What stands right before an element in the one around it, white space and pictures left out."""
    last: Node | str | None = None
    for one in node.parent.children[:MAX_SIBLINGS] if node.parent else ():
        if one is node:
            return last
        if one.strip() if isinstance(one, str) else one.children or one.name == "br":
            last = one
    return last


def _line(item: Node | str) -> str:
    """The text of what may be a label; empty for anything longer."""
    if isinstance(item, str):
        return item.strip() if len(item) <= MAX_LABEL_CHARS else ""
    if item.end - item.index > MAX_LABEL_NODES:
        return ""
    inner = (item, *(one for one in item.children if isinstance(one, Node)))
    size = sum(len(one) for node in inner for one in node.children if isinstance(one, str))
    return text_of(item) if size <= MAX_LABEL_CHARS else ""
