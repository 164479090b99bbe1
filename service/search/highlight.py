"""What matched, shown: excerpts around marks, and escaped HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from indexer.matching import Marks

from .request import Highlight

EXCERPT_CHARACTERS = 240  # about two lines of a result on a desktop, four on a phone
MAX_EXCERPTS = 2  # more would make one hit as long as a page of hits
ELLIPSIS = "…"
LINE_JOINT = " · "  # between a heading or an item of a list and what follows it

_LINE_END = re.compile(r"[\n\t]")
_SENTENCE_ENDS = frozenset(".!?:;,…؟؛۔،。！？：；，、\n\t\"'”’»)")

Range = tuple[int, int]


def whole(marks: Marks) -> Highlight:
    """The whole text with its marks, for a title."""
    return to_highlight(marks.text, marks.ranges)


def excerpts(marks: Marks) -> tuple[Highlight, ...]:
    """The passages that show most: those with most different words come first, in order of the text.

    Without a mark, the beginning of the text.
    """
    if not marks.ranges:
        return (_cut(marks, 0, min(len(marks.text), EXCERPT_CHARACTERS)),) if marks.text else ()
    chosen: list[Range] = []
    for place in _windows(marks):
        if all(place[1] <= other[0] or place[0] >= other[1] for other in chosen):
            chosen.append(place)
        if len(chosen) == MAX_EXCERPTS:
            break
    return tuple(_cut(marks, start, end) for start, end in sorted(chosen))


def _windows(marks: Marks) -> list[Range]:
    """Candidate windows, best first: one that begins a little before each mark."""
    scored: list[tuple[int, int, int, Range]] = []
    last = 0
    for first, (start, _) in enumerate(marks.ranges):
        last = max(last, first)
        while last < len(marks.ranges) and marks.ranges[last][1] - start <= EXCERPT_CHARACTERS * 3 // 4:
            last += 1
        different = len(set(marks.leaves[first : max(last, first + 1)]))
        scored.append((-different, first - last, first, _window(marks, start)))
    return [entry[3] for entry in sorted(scored)]


def _window(marks: Marks, at: int) -> Range:
    start = max(0, at - EXCERPT_CHARACTERS // 4)
    end = min(len(marks.text), start + EXCERPT_CHARACTERS)
    return max(0, min(start, end - EXCERPT_CHARACTERS)), end


def _cut(marks: Marks, start: int, end: int) -> Highlight:
    start, end = _to_words(marks, start, end)
    before = ELLIPSIS if start else ""
    after = _ending(marks.text[start:end]) if end < len(marks.text) else ""
    ranges = ((a - start, min(b, end) - start) for a, b in marks.ranges if start <= a < end)
    text, inside = _in_one_line(marks.text[start:end], ranges)
    shift = len(before)
    return to_highlight(before + text + after, tuple((a + shift, b + shift) for a, b in inside))


def _ending(text: str) -> str:
    return f" {ELLIPSIS}" if text[-1:] in _SENTENCE_ENDS else ELLIPSIS


def _in_one_line(text: str, ranges: Iterable[Range]) -> tuple[str, list[Range]]:
    """A passage without line breaks; a heading or an item of a list does not run into what follows it."""
    joints: list[tuple[int, str]] = []  # where a line ends, and what stands there instead
    for match in _LINE_END.finditer(text):
        ended = not match.start() or text[match.start() - 1] in _SENTENCE_ENDS or match.end() == len(text)
        joints.append((match.start(), " " if ended or match.group() == "\t" else LINE_JOINT))
    pieces: list[str] = []
    at = 0
    for place, joint in joints:
        pieces += [text[at:place], joint]
        at = place + 1

    def moved(place: int) -> int:
        return place + sum(len(joint) - 1 for joint_at, joint in joints if joint_at < place)

    return "".join([*pieces, text[at:]]), [(moved(a), moved(b)) for a, b in ranges]


def _to_words(marks: Marks, start: int, end: int) -> Range:
    """Move a cut to white space within 30 characters, and into no mark but one longer than an excerpt."""
    text = marks.text
    if start:
        space = next((at for at in range(start, min(start + 30, end)) if text[at].isspace()), start - 1)
        start = space + 1
    if end < len(text):
        end = next((at for at in range(end, max(end - 30, start), -1) if text[at].isspace()), end)
    for a, b in marks.ranges:
        if a < start < b:
            start = a if b - a <= EXCERPT_CHARACTERS else b
        end = min(b, a + EXCERPT_CHARACTERS) if a < end < b else end
    return start, end


def to_highlight(text: str, ranges: tuple[Range, ...]) -> Highlight:
    """Both forms of a marked text; ``html`` is escaped here and nowhere else."""
    pieces: list[str] = []
    at = 0
    for start, end in ranges:
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    pieces.append(escape(text[at:]))
    return Highlight("".join(pieces), text, ranges)
