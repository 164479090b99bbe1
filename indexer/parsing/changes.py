"""Labels that tell the date of a change from that of the publication: "Last updated: …", "Posted …"."""

from __future__ import annotations

from .lexicon import MODIFIED, PUBLISHED
from .tree import Node, text_of

LABEL_LEVELS = 2
"""The label of a date stands right before it, or before one of so many elements around it."""

MAX_SIBLINGS = 40
"""So many children of an element are looked at for a label."""


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
        if before:
            texts = [one if isinstance(one, str) else text_of(one) for one in before if _is_label(one)]
            lead = texts[-1].strip() if texts else ""
            found = MODIFIED.search(lead)
            return found is not None and found.end() == len(lead)
        if node.parent is None:
            break
        node = node.parent
    return False


def _before(node: Node) -> list[Node | str]:
    """What stands before an element in the one around it, white space left out."""
    found: list[Node | str] = []
    for one in node.parent.children[:MAX_SIBLINGS] if node.parent else ():
        if one is node:
            break
        if isinstance(one, Node) or one.strip():
            found.append(one)
    return found


def _is_label(item: Node | str) -> bool:
    return isinstance(item, str) or item.end - item.index <= 3
