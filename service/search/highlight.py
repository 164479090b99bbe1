"""What matched, shown: the title as a whole, and excerpts of the text around the marks."""

from __future__ import annotations

from typing import Final

from indexer.highlight import ELLIPSIS, Highlight, Range, Shape
from indexer.matching import Marks, PlainMarks

EXCERPT_CHARACTERS: Final = 240  # about two lines of a result on a desktop, four on a phone
MAX_EXCERPTS: Final = 2  # more would make one hit as long as a page of hits
# A quarter of an excerpt leads up to its first mark, and its end may still be moved to white space.
EXCERPTS: Final = Shape(
    width=EXCERPT_CHARACTERS,
    before=EXCERPT_CHARACTERS // 4,
    reach=EXCERPT_CHARACTERS * 3 // 4,
    most=MAX_EXCERPTS,
)


def whole(marks: Marks) -> Highlight:
    """The whole text with its marks, for a title."""
    return marks.whole()


def excerpts(marks: Marks) -> tuple[Highlight, ...]:
    """The passages that show most: those with most different words come first, in order of the text.

    Without a mark, the beginning of the text.
    """
    return marks.passages(EXCERPTS)


def to_highlight(text: str, ranges: tuple[Range, ...]) -> Highlight:
    """Both forms of a marked text."""
    return PlainMarks(text, ranges, (0,) * len(ranges)).whole()


__all__ = ["ELLIPSIS", "EXCERPTS", "EXCERPT_CHARACTERS", "MAX_EXCERPTS", "excerpts", "to_highlight", "whole"]
