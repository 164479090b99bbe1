"""What is shown of marked texts: the whole, or passages around the marks; as text and as escaped HTML.

PERF: a kernel, :func:`.cutting.show`, goes over all texts of an answer at once, in UTF-8 as they are stored.
Of a text of which passages are shown, nothing but those is ever made a string.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..highlight import Highlight, Range, Shape
from .cutting import CLASSES, show

Ints = npt.NDArray[np.int64]


class MarkedTexts(NamedTuple):
    """Texts and where in them marks are.

    Text ``t`` is ``data[places[t, 0]:places[t, 1]]``, UTF-8. Its marks are those from ``bounds[t]`` to
    ``bounds[t + 1]``: ascending, none within another, each from ``starts`` to ``ends`` in code points,
    and of the kind ``kinds``.
    """

    data: npt.NDArray[np.uint8]
    places: Ints
    starts: Ints
    ends: Ints
    kinds: Ints
    bounds: Ints


def alone(text: str, ranges: Sequence[Range], kinds: Sequence[int]) -> MarkedTexts:
    """One text."""
    data = text.encode("utf-8", "surrogatepass")
    starts, ends = np.array(ranges, np.int64).reshape(-1, 2).T.copy()
    places, bounds = np.array([[0, len(data)]], np.int64), np.array([0, len(ranges)], np.int64)
    return MarkedTexts(np.frombuffer(data, np.uint8), places, starts, ends, np.array(kinds, np.int64), bounds)


def show_whole(texts: MarkedTexts, first: int, step: int) -> list[tuple[Highlight, ...]]:
    """Each ``step``-th text from the ``first`` on, with its marks."""
    return list(_highlights(show(*texts, CLASSES, first, step, 0, 0, 0, 0)))


def show_passages(texts: MarkedTexts, first: int, step: int, shape: Shape) -> list[tuple[Highlight, ...]]:
    """Of each ``step``-th text from the ``first`` on, the passages that show most, in order of the text.

    There is a window for each mark. Those with most marks of different kinds are taken first, of them those
    with most marks, then the earlier; none over another. Without a mark, the beginning of the text is shown.
    """
    return list(_highlights(show(*texts, CLASSES, first, step, *shape)))


def _highlights(shown: tuple[Any, Ints, Ints, Ints, Ints]) -> Iterator[tuple[Highlight, ...]]:
    data = shown[0].tobytes()
    cuts, starts, ends, owners = (numbers.tolist() for numbers in shown[1:])
    at, marked = 0, 0
    for before, behind in pairwise(owners):
        found = []
        for text_end, html_end, last in cuts[before:behind]:
            ranges = tuple(zip(starts[marked:last], ends[marked:last], strict=True))
            text = data[at:text_end].decode("utf-8", "surrogatepass")
            html = data[text_end:html_end].decode("utf-8", "surrogatepass")
            found.append(Highlight(html, text, ranges))
            at, marked = html_end, last
        yield tuple(found)
