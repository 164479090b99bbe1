"""What matched, shown: excerpts around marks, and escaped HTML."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Final

from indexer.matching import Marks, Range, Shape

from .request import Highlight

EXCERPT_CHARACTERS: Final = 240  # about two lines of a result on a desktop, four on a phone
MAX_EXCERPTS: Final = 2  # more would make one hit as long as a page of hits
ELLIPSIS: Final = "…"
LINE_JOINT: Final = " · "  # between a heading or an item of a list and what follows it

# A quarter stands before the mark; others count that end before the place where a cut may still move to.
_SHAPE: Final = Shape(EXCERPT_CHARACTERS, EXCERPT_CHARACTERS // 4, EXCERPT_CHARACTERS * 3 // 4)
_NEAR: Final = 30  # how far a cut is moved to white space
_SPACE: Final = re.compile(r"\s")
# Stand for the marks while a text is escaped: control characters, which no article holds.
_OPEN: Final = "\x02"
_CLOSE: Final = "\x03"
_ESCAPES: Final = tuple((sign, escape(sign)) for sign in "&<>\"'")  # & first: the others bring more of it
_SENTENCE_ENDS: Final = frozenset(".!?:;,…؟؛۔،。！？：；，、\n\t\"'”’»)")


def whole(marks: Marks) -> Highlight:
    """The whole text with its marks, for a title."""
    return to_highlight(marks.text, marks.ranges)


def excerpts(marks: Marks) -> tuple[Highlight, ...]:
    """The passages that show most: those with most different words come first, in order of the text.

    Without a mark, the beginning of the text.
    """
    if not marks.ranges:
        return (_cut(marks, 0, min(len(marks.text), EXCERPT_CHARACTERS)),) if marks.text else ()
    return tuple([_cut(marks, start, end) for start, end in sorted(marks.windows(_SHAPE, MAX_EXCERPTS))])


def _cut(marks: Marks, start: int, end: int) -> Highlight:
    start, end = _to_words(marks, start, end)
    text, ranges = marks.text[start:end], marks.ranges
    before = ELLIPSIS if start else ""
    after = _ending(text) if end < len(marks.text) else ""
    shown = ranges[bisect_left(ranges, (start,)) : bisect_left(ranges, (end,))]
    offset = start - len(before)
    inside = [(a - offset, min(b, end) - offset) for a, b in shown]
    text = f"{before}{text}{after}"
    if "\n" in text or "\t" in text:
        text, inside = _in_one_line(text, len(before), len(text) - len(after), inside)
    return to_highlight(text, tuple(inside))


def _ending(text: str) -> str:
    return f" {ELLIPSIS}" if text[-1:] in _SENTENCE_ENDS else ELLIPSIS


def _in_one_line(text: str, first: int, last: int, ranges: list[Range]) -> tuple[str, list[Range]]:
    """A passage without line breaks; a heading or an item of a list does not run into what follows it.

    ``first`` and ``last`` are where what was cut out begins and ends.
    """
    joints = [
        at for at in _line_ends(text) if at != first and at + 1 != last and text[at - 1] not in _SENTENCE_ENDS
    ]
    if joints:
        lines = [text[begin:end] for begin, end in pairwise([0, *joints, len(text)])]
        text = LINE_JOINT.join([lines[0], *(line[1:] for line in lines[1:])])
        more = len(LINE_JOINT) - 1
        ranges = [(a + more * bisect_left(joints, a), b + more * bisect_left(joints, b)) for a, b in ranges]
    return text.replace("\n", " ").replace("\t", " "), ranges


def _line_ends(text: str) -> Iterator[int]:
    at = text.find("\n")
    while at >= 0:
        yield at
        at = text.find("\n", at + 1)


def _to_words(marks: Marks, start: int, end: int) -> Range:
    """Move a cut to white space within 30 characters, and into no mark but one longer than an excerpt."""
    text, ranges = marks.text, marks.ranges
    if start:
        space = _SPACE.search(text, start, min(start + _NEAR, end))
        start = space.end() if space else start
    if end < len(text):
        near = text[max(end - _NEAR, start) + 1 : end + 1]
        kept = len(near.rsplit(None, 1)[-1]) if near and not near[-1].isspace() else 0
        end = end - kept if kept < len(near) else end
    if cut := _mark_over(ranges, start):
        start = cut[0] if cut[1] - cut[0] <= EXCERPT_CHARACTERS else cut[1]
    if cut := _mark_over(ranges, end):
        end = min(cut[1], cut[0] + EXCERPT_CHARACTERS)
    return start, end


def _mark_over(ranges: Sequence[Range], place: int) -> Range | None:
    """The mark that begins before a place and ends behind it."""
    before = bisect_left(ranges, (place,)) - 1
    return ranges[before] if before >= 0 and ranges[before][1] > place else None


def to_highlight(text: str, ranges: tuple[Range, ...]) -> Highlight:
    """Both forms of a marked text; ``html`` is escaped here and nowhere else."""
    if not ranges:
        return Highlight(_escaped(text), text, ranges)
    if _OPEN in text or _CLOSE in text:
        return Highlight(_marked_by_pieces(text, ranges), text, ranges)
    pieces: list[str] = []
    at = 0
    for start, end in ranges:
        pieces += (text[at:start], _OPEN, text[start:end], _CLOSE)
        at = end
    pieces.append(text[at:])
    # PERF: one text is escaped, and not every piece of it.
    html = _escaped("".join(pieces)).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>")
    return Highlight(html, text, ranges)


def _marked_by_pieces(text: str, ranges: tuple[Range, ...]) -> str:
    """The marked text, whatever it holds."""
    pieces: list[str] = []
    at = 0
    for start, end in ranges:
        pieces += (_escaped(text[at:start]), "<mark>", _escaped(text[start:end]), "</mark>")
        at = end
    return "".join([*pieces, _escaped(text[at:])])


def _escaped(text: str) -> str:
    """As :func:`html.escape`. PERF: most texts hold none of the five, or one."""
    for sign, escaped in _ESCAPES:
        if sign in text:
            text = text.replace(sign, escaped)
    return text
