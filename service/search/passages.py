"""A passage with the words that agree, cut out of its text to be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from indexer.analysis import Token
from indexer.highlight import ELLIPSIS, Highlight, Range

from .highlight import to_highlight

PASSAGE_CHARACTERS: Final = 600  # of a text that are shown: a paragraph, enough to know it again
AROUND: Final = 60  # characters shown before the first word that agrees, and behind the last
_NEAR: Final = 30  # how far a cut is moved to white space
_JOINT: Final = " · "  # between lines, but where the first ends with a sign
_LEFT_OUT: Final = f" {ELLIPSIS} "
_BREAK: Final = re.compile(r"[\n\t]")


def ranges_of(text: str, words: Sequence[Token]) -> list[Range]:
    """Where words of a text are, in few ranges: words with nothing but signs between them are one.

    ``words`` are in the order of the text. No range runs over a line break.
    """
    ranges: list[Range] = []
    for word in words:
        if ranges and _touch(text[ranges[-1][1] : word.start]):
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], word.end))
        else:
            ranges.append((word.start, word.end))
    return ranges


def _touch(between: str) -> bool:
    return not _BREAK.search(between) and not any(map(str.isalnum, between))


def lines_of(text: str, start: int, end: int) -> tuple[Range, ...]:
    """A range as one for each line that it runs over; empty lines are left out."""
    cuts = [start - 1, *(match.start() for match in _BREAK.finditer(text, start, end)), end]
    return tuple((before + 1, cut) for before, cut in pairwise(cuts) if before + 1 < cut)


def passage_of(text: str, ranges: Sequence[Range]) -> Highlight:
    """What is shown of a text: its ranges as far as there is room, with some words around them.

    ``ranges`` are ascending, at least one, none over a line break. What lies between two that are far
    from each other is left out. An ellipsis stands wherever the text goes on.
    """
    windows = list(_windows(text, ranges))
    shown, marks = "", list[Range]()
    for start, end in windows:
        shown += (_LEFT_OUT if shown else ELLIPSIS) if start else ""
        shown = _appended(shown, marks, text, (start, end), ranges)
    return to_highlight(shown + (ELLIPSIS if windows[-1][1] < len(text) else ""), tuple(marks))


def _windows(text: str, ranges: Sequence[Range]) -> Iterator[Range]:
    """From where to where the text is shown."""
    room = PASSAGE_CHARACTERS
    for first, last in _close(ranges):
        if room <= 2 * AROUND:
            return
        start = _after_space(text, max(0, first - AROUND), first)
        wanted = min(last + AROUND, start + room)
        end = _before_space(text, max(start, min(last, wanted - _NEAR)), wanted)
        yield start, end
        room -= end - start


def _close(ranges: Sequence[Range]) -> Iterator[Range]:
    """From where to where ranges lie that are not far from each other."""
    first, last = ranges[0]
    for start, end in ranges[1:]:
        if start - last > 2 * AROUND:
            yield first, last
            first = start
        last = end
    yield first, last


def _after_space(text: str, at: int, limit: int) -> int:
    """A cut moved to the next word, if one begins before the limit."""
    if not at or at >= limit:
        return at
    spaces = (place + 1 for place in range(at - 1, limit) if text[place].isspace())
    return next(spaces, _whole(text, at))


def _before_space(text: str, limit: int, at: int) -> int:
    """A cut moved to the end of the word before, if one ends behind the limit."""
    if at >= len(text):
        return len(text)
    spaces = (place for place in range(at, limit - 1, -1) if text[place].isspace())
    return next(spaces, _whole(text, at))


def _whole(text: str, at: int) -> int:
    """A cut that parts no letter from its marks."""
    while 0 < at < len(text) and unicodedata.category(text[at]) in ("Mn", "Mc", "Me", "Cf"):
        at -= 1
    return at


def _appended(shown: str, marks: list[Range], text: str, window: Range, ranges: Sequence[Range]) -> str:
    """What is shown and a window on the text behind it; the marks in it are added to the others."""
    for number, (start, end) in enumerate(lines_of(text, *window)):
        if number:
            shown += " " if _signed(shown) else _JOINT
        for first, last in ranges:
            if first < end and last > start:
                marks.append((len(shown) + max(first, start) - start, len(shown) + min(last, end) - start))
        shown += text[start:end]
    return shown


def _signed(shown: str) -> bool:
    return bool(shown) and unicodedata.category(shown[-1]).startswith("P")
