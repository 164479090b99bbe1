"""A text with its matches, as it is shown, and what is to be shown of one. How: :mod:`.analysis.passages`."""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec import Struct

ELLIPSIS: Final = "…"

Range = tuple[int, int]


class Highlight(Struct, frozen=True, gc=False):
    """A text with its matches, in both forms.

    ``html`` is escaped and can hold only ``<mark>``; ``ranges`` are half-open (start, end) pairs
    of code points in ``text``. A cut text begins or ends with an ellipsis.
    """

    html: str
    text: str
    ranges: tuple[Range, ...]


class Shape(NamedTuple):
    """Of passages of a text, in characters: the ``width`` of a window on it, of which ``before`` lie before
    the mark that one is made for. A window shows the marks that end at most ``reach`` behind the beginning of
    that mark. At most ``most`` are shown.
    """

    width: int
    before: int
    reach: int
    most: int
