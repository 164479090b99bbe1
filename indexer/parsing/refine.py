"""The last checks on the blocks: what got into the content element and is not the article.

Only blocks that stand out are dropped: short ones, or ones that are mostly links. A paragraph of prose is
never dropped here unless a template repeats it; what a writer repeats stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .author import clean_name
from .blocks import Raw, mostly_links
from .dates import parse_date
from .lexicon import (
    BYLINE,
    CALLS,
    CATEGORY_LABELS,
    CREDITS,
    LONE_LABELS,
    MODIFIED,
    MONTHS,
    NEIGHBOURS,
    POINTERS,
    PUBLISHED,
    TAG_LABELS,
)
from .measure import LINK_SHARE, PROSE_CHARS, weight
from .repeats import find_repeats
from .title import fold
from .tree import Node, Tree

POINTER_CHARS = 180
"""A line that points elsewhere is no longer than this."""

ANNOUNCING_CHARS = 60
"""A line that announces a list of links is shorter than this."""

LISTED_ITEMS, LISTED_CHARS = 3, 30
"""So many items, so long on average, make a list of links that may be what the article is about."""

TITLE_CHARS = 120
"""The title of another article that is named without a link is no longer than this."""

MOSTLY = 0.7
"""What is left of a line that points elsewhere is a link by this share."""

LEAD_BLOCKS = 6
"""How many blocks from the top bylines and dates are looked for."""

_MENU = re.compile(r"\S\s?[|·•]\s?\S")
"""What stands between the links of a menu in one line."""
BOX_CHARS = 600
"""A box of other articles in the text is no longer than this."""

_EDGES = " -–—*•·|[]()"
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_ON = re.compile(r"^(?:on|from) ", re.IGNORECASE)
"""What begins so points elsewhere only with a link behind it."""
_COLONS = frozenset(":：…|→»›")
_STOPS = frozenset(".!?…。؟۔")
_BOXES = frozenset(("div", "section", "aside", "td"))
_COLOPHON = re.compile(
    r"(?:©|\(c\)|copyright|all rights reserved|last (?:updated|modified|revised)|letzte änderung|"
    r"dernière mise à jour|alle rechte|tous droits)(?!\w)",
    re.IGNORECASE,
)
"""What stands under the last line of a page without a footer element."""
_HAS_WORD = re.compile(r"\w")
_LEAD = re.compile(r"^([^:：]{3,40})\s*[:：]")


@dataclass(frozen=True, slots=True)
class Refined:
    """The blocks kept, and those dropped with the rule that dropped each."""

    kept: list[Raw]
    dropped: list[tuple[str, Raw]]


def refine(tree: Tree, blocks: Sequence[Raw], title: str) -> Refined:
    """Drop repeated titles and texts, labels, link lists and pointers to other articles."""
    result = Refined([], [])
    others = find_repeats(tree, blocks) | _boxed(tree, blocks)
    for position, block in enumerate(blocks):
        rule = _rule(block, title, position, blocks) or others.get(position, "")
        if not rule:
            result.kept.append(block)
            continue
        if rule == "link-density" and result.kept and _announces(result.kept[-1], blocks[position - 1]):
            result.dropped.append(("label", result.kept.pop()))
        result.dropped.append((rule, block))
    _cut_tail(result)
    return result


def _boxed(tree: Tree, blocks: Sequence[Raw]) -> dict[int, str]:
    """The blocks of boxes in the text that begin with "Read also" and the like, and hold links."""
    found: dict[int, str] = {}
    for position, block in enumerate(blocks):
        pointer = POINTERS.match(block.text) if weight(block.text) < ANNOUNCING_CHARS else None
        box = tree.nodes[block.owner].parent
        if pointer is None or pointer.end() < len(block.text) or box is None or box.name not in _BOXES:
            continue
        inner = [
            near for near in range(position, min(len(blocks), position + 20)) if _holds(box, blocks[near])
        ]
        first = position == 0 or not _holds(box, blocks[position - 1])
        size = sum(weight(blocks[near].text) for near in inner)
        if first and size <= BOX_CHARS and any(blocks[near].linked for near in inner):
            found |= dict.fromkeys(inner, "class:related")
    return found


def _holds(box: Node, block: Raw) -> bool:
    return box.index <= block.owner < box.end


def _announces(kept: Raw, before: Raw) -> bool:
    """Whether the line right before a dropped list of links only announced it."""
    if kept is not before or kept.kind not in ("paragraph", "heading"):
        return False
    return weight(kept.text) < ANNOUNCING_CHARS and kept.text[-1] not in _STOPS


def _rule(block: Raw, title: str, position: int, blocks: Sequence[Raw]) -> str:
    text = block.text
    if not _HAS_WORD.search(text):
        return "label"
    key = fold(text)
    if block.kind == "heading" and key == fold(title):
        return "title-repeat"
    if position < 3 and block.kind == "paragraph" and text == title:
        return "title-repeat"
    return _by_links(block, position, blocks) or _by_words(block, position)


def _by_links(block: Raw, position: int, blocks: Sequence[Raw]) -> str:
    if not mostly_links(block) or block.kind in ("quote", "caption"):
        return ""
    if _MENU.search(block.text) and block.link_density > 0.7 and block.kind == "paragraph":
        return "link-density"
    announced = _announced(position, blocks)
    if block.kind in ("list", "table"):
        dropped = announced or (block.link_density > 0.7 and not _is_listed(position, blocks))
        return "link-density" if dropped else ""
    if not _is_pointer(block):
        return ""
    alone = not any(
        _is_pointer(blocks[near]) for near in (position - 1, position + 1) if 0 <= near < len(blocks)
    )
    return (
        ""
        if alone and not announced and weight(block.text) >= 40 and block.kind != "heading"
        else "link-density"
    )


def _is_listed(position: int, blocks: Sequence[Raw]) -> bool:
    """Whether a list of links is what the article is about: a paragraph, then long items.

    They outweigh the text, or a colon announces them in the middle of it. A list of other articles stands at
    the end of a text that is longer, or under a heading of its own.
    """
    block, before = blocks[position], blocks[position - 1] if position else None
    items = block.text.split("\n")
    if block.kind != "list" or before is None or before.kind != "paragraph" or mostly_links(before):
        return False
    if len(items) < LISTED_ITEMS or weight(block.text) < LISTED_CHARS * len(items):
        return False
    others = [one for one in blocks if one is not block and not mostly_links(one)]
    goes_on = any(
        one.kind == "paragraph" and weight(one.text) >= PROSE_CHARS for one in blocks[position + 1 :]
    )
    announced = before.text[-1] in ":：" and goes_on
    outweighs = sum(weight(one.text) for one in others) <= weight(block.text)
    return weight(before.text) >= LISTED_CHARS and (announced or outweighs)


def _is_pointer(block: Raw) -> bool:
    """A line that is nothing but a link: one may belong to the text, several in a row are a list of links."""
    return (
        block.kind in ("paragraph", "heading")
        and block.link_density > 0.9
        and weight(block.text) < POINTER_CHARS
    )


def _announced(position: int, blocks: Sequence[Raw]) -> bool:
    """Whether the line before points to other articles."""
    before = blocks[position - 1] if position else None
    return before is not None and weight(before.text) < 80 and POINTERS.match(before.text) is not None


def _by_words(block: Raw, position: int) -> str:
    text = block.text
    size = weight(text)
    if size > POINTER_CHARS or block.kind in ("table", "quote"):
        return ""
    if LONE_LABELS.match(text.strip(_EDGES)) or CREDITS.match(text):
        return "label"
    if CALLS.match(text) and block.linked:
        return "class:newsletter"
    if _points_elsewhere(block):
        return "label"
    lead = _LEAD.match(text)
    if lead and (CATEGORY_LABELS.match(lead[1]) or TAG_LABELS.match(lead[1])) and block.linked:
        return "class:terms"
    if position < LEAD_BLOCKS and size < 80 and block.kind == "paragraph":
        return "class:meta" if _is_byline(text) or _is_date_line(text) else ""
    return ""


def _points_elsewhere(block: Raw) -> bool:
    """A line "Read also: …", "Next: …": its words but for the lead are a link or the title of another page.

    Prose may begin with the same words; it goes on without a colon, links a word or two, ends with a stop.
    """
    found = NEIGHBOURS.match(block.text) or POINTERS.match(block.text)
    if found is None:
        return False
    rest = block.text[found.end() :].strip()
    share = block.linked / max(1, weight(rest))
    if not rest or _ADDRESS.match(rest) or share >= MOSTLY:
        return True
    announced = found.group().rstrip()[-1:] in _COLONS
    if announced and block.linked:
        return share >= LINK_SHARE
    unlinked = announced and found.re is POINTERS and not _ON.match(block.text)
    return unlinked and weight(rest) <= TITLE_CHARS and rest[-1] not in _STOPS


def _is_byline(text: str) -> bool:
    found = BYLINE.match(text)
    return found is not None and 1 <= len(clean_name(text).split()) <= 4 and text[-1:] not in ".!?:"


def _is_date_line(text: str) -> bool:
    """A line that is a date and hardly more, or a date with a byline: no sentence.

    Behind a label ("Updated: 9 May") the year may be left out.
    """
    if text[-1] in ".!?:" or not (parse_date(text) or _is_labelled_day(text)):
        return False
    letters = sum(char.isalpha() for char in text)
    return letters <= 32 or (BYLINE.match(text) is not None and len(text.split()) <= 12)


def _is_labelled_day(text: str) -> bool:
    labelled = MODIFIED.match(text) or PUBLISHED.match(text)
    named = any(word.strip(".,").lower() in MONTHS for word in text.split())
    return labelled is not None and named and any(map(str.isdigit, text))


def _cut_tail(result: Refined) -> None:
    """Headings with nothing under them at the end go; they announced what was dropped.

    So do the title of a neighbour without a link ("Next: …") and the line of the copyright.
    """
    while len(result.kept) > 1 and _is_colophon(result.kept[-1]):
        result.dropped.append(("class:footer", result.kept.pop()))
    while result.kept and (result.kept[-1].kind == "heading" or _names_neighbour(result.kept[-1])):
        result.dropped.append(("label", result.kept.pop()))


def _is_colophon(block: Raw) -> bool:
    if block.kind != "paragraph" or weight(block.text) >= POINTER_CHARS:
        return False
    changed = MODIFIED.match(block.text) is not None and _is_date_line(block.text)
    return changed or _COLOPHON.match(block.text) is not None


def _names_neighbour(block: Raw) -> bool:
    text = block.text
    return weight(text) < POINTER_CHARS and text[-1] not in _STOPS and NEIGHBOURS.match(text) is not None
