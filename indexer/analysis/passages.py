"""What is shown of marked texts: the whole, or passages around the marks; as text and as escaped HTML.

PERF: a kernel, :func:`.cutting.show`, goes over all texts of an answer at once, in UTF-8 as they are stored.
Of a text of which passages are shown, nothing but those is ever made a string.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from ..highlight import Highlight, Range, Shape
from .cutting import CLASSES, show

Ints = npt.NDArray[np.int64]


class MarkedTexts(NamedTuple):
    """Texts and where in them marks are.

    Text ``t`` is ``data[places[t, 0]:places[t, 1]]``, UTF-8. Its marks are the rows from ``bounds[t]`` to
    ``bounds[t + 1]`` of ``marks``: ascending, none within another, each where it begins and ends in code
    points, and its kind.
    """

    data: npt.NDArray[np.uint8]
    places: Ints
    marks: Ints
    bounds: Ints


_decode = msgspec.msgpack.Decoder(list[tuple[Highlight, ...]]).decode


def alone(text: str, ranges: Sequence[Range], kinds: Sequence[int]) -> MarkedTexts:
    """One text. Half a character in it is shown as a question mark."""
    data = text.encode("utf-8", "replace")
    marks = [(start, end, kind) for (start, end), kind in zip(ranges, kinds, strict=True)]
    return MarkedTexts(
        np.frombuffer(data, np.uint8),
        np.array([[0, len(data)]], np.int64),
        np.array(marks, np.int64).reshape(-1, 3),
        np.array([0, len(marks)], np.int64),
    )


def show_whole(texts: MarkedTexts, first: int, step: int) -> list[tuple[Highlight, ...]]:
    """Each ``step``-th text from the ``first`` on, with its marks."""
    return _decode(show(*texts, CLASSES, first, step, 0, 0, 0, 0))


def show_passages(texts: MarkedTexts, first: int, step: int, shape: Shape) -> list[tuple[Highlight, ...]]:
    """Of each ``step``-th text from the ``first`` on, the passages that show most, in order of the text.

    There is a window for each mark. Those with most marks of different kinds are taken first, of them those
    with most marks, then the earlier; none over another. Without a mark, the beginning of the text is shown.
    """
    return _decode(show(*texts, CLASSES, first, step, *shape))
