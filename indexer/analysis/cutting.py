"""The kernel that cuts passages out of marked texts and writes them, see :mod:`.passages`.

Its texts are UTF-8, its places code points. A window is where a passage would be if it were cut anywhere; a
cut is moved to words and marks. Only what is written is decoded. What is written is MessagePack of
:class:`~indexer.highlight.Highlight`, so that all of an answer become objects in one call.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit, types

from ..highlight import ELLIPSIS
from .chunker import OPTIONS, READ_ONLY
from .utf8 import INNER, count_codes, decode, put_all, put_code, skip_codes

LINE_JOINT: Final = " · "  # between a heading or an item of a list and what follows it
SENTENCE_ENDS: Final = ".!?:;,…؟؛۔،。！？：；，、\n\t\"'”’»)"
START: Final = 0  # columns of marks
END: Final = 1
KIND: Final = 2
NEAR: Final = 30  # how far a cut is moved to white space

# -- characters ------------------------------------------------------------------------------------

_SPACE: Final = 1
_ENDING: Final = 2
CLASSES: Final = np.zeros(0x10000, np.uint8)  # beyond it there is neither
for _code in range(0x10000):
    CLASSES[_code] = _SPACE * chr(_code).isspace() + _ENDING * (chr(_code) in SENTENCE_ENDS)
CLASSES.flags.writeable = False

_LINE: Final = ord("\n")
_TAB: Final = ord("\t")
_BLANK: Final = ord(" ")
_DOTS: Final = ord(ELLIPSIS)
_JOINT: Final = np.array(list(map(ord, LINE_JOINT)), np.int64)
_OPEN: Final = np.frombuffer(b"<mark>", np.uint8)
_CLOSE: Final = np.frombuffer(b"</mark>", np.uint8)
_AMPERSAND: Final = np.frombuffer(b"&amp;", np.uint8)
_LESS: Final = np.frombuffer(b"&lt;", np.uint8)
_MORE: Final = np.frombuffer(b"&gt;", np.uint8)
_QUOTE: Final = np.frombuffer(b"&quot;", np.uint8)
_APOSTROPHE: Final = np.frombuffer(b"&#x27;", np.uint8)
_WIDEST: Final = 6  # bytes that one character may become


@njit(**INNER)
def _is(classes: Any, code: int, wanted: int) -> bool:
    return code < classes.size and classes[code] & wanted != 0


@njit(**INNER)
def _put_escaped(code: int, out: Any, at: int) -> int:
    """A code point as :func:`html.escape` writes it."""
    if code == 38:
        return put_all(_AMPERSAND, out, at)
    if code == 60:
        return put_all(_LESS, out, at)
    if code == 62:
        return put_all(_MORE, out, at)
    if code == 34:
        return put_all(_QUOTE, out, at)
    if code == 39:
        return put_all(_APOSTROPHE, out, at)
    return put_code(code, out, at)


# -- windows ---------------------------------------------------------------------------------------


@njit(**INNER)
def _worth(marks: Any, reach: int) -> Any:
    """Of the window of each mark: how many kinds of marks it shows, and how many marks."""
    total = marks.shape[0]
    different, shown = np.ones(total, np.int64), np.zeros(total, np.int64)
    held = np.zeros(marks[:, KIND].max() + 1, np.int64)
    count, end = 0, 0
    for at in range(total):
        end = max(end, at)  # a mark that is itself longer than the reach
        while end < total and marks[end, END] - marks[at, START] <= reach:
            count += held[marks[end, KIND]] == 0
            held[marks[end, KIND]] += 1
            end += 1
        if at < end:
            different[at], shown[at] = count, end - at
            held[marks[at, KIND]] -= 1
            count -= held[marks[at, KIND]] == 0
    return different, shown


@njit(**INNER)
def _free(chosen: Any, count: int, start: int, end: int) -> bool:
    """Whether a window lies over none of those chosen."""
    for at in range(count):
        if start < chosen[at, 1] and end > chosen[at, 0]:
            return False
    return True


@njit(**INNER)
def _insert(chosen: Any, count: int, start: int, end: int) -> None:
    """Put a window where it belongs in order of the text."""
    while count and chosen[count - 1, 0] > start:
        chosen[count, 0], chosen[count, 1] = chosen[count - 1, 0], chosen[count - 1, 1]
        count -= 1
    chosen[count, 0], chosen[count, 1] = start, end


@njit(**INNER)
def _windows(marks: Any, size: int, width: int, before: int, reach: int, chosen: Any) -> int:
    """The windows on a text, in its order; how many there are."""
    if marks.shape[0] == 0 or size <= width:
        chosen[0, 0], chosen[0, 1] = 0, min(size, width)
        return min(size, 1)
    different, shown = _worth(marks, reach)
    for count in range(chosen.shape[0]):
        best, best_start = -1, 0
        for at in range(marks.shape[0]):
            if best >= 0 and (
                different[at] < different[best]
                or (different[at] == different[best] and shown[at] <= shown[best])
            ):
                continue
            start = min(max(0, marks[at, START] - before), size - width)
            if _free(chosen, count, start, start + width):
                best, best_start = at, start
        if best < 0:
            return count
        _insert(chosen, count, best_start, best_start + width)
    return chosen.shape[0]


# -- cuts ------------------------------------------------------------------------------------------


@njit(**INNER)
def _mark_over(marks: Any, place: int) -> int:
    """The mark that begins before a place and ends behind it, or -1."""
    for at in range(marks.shape[0]):
        if marks[at, START] >= place:
            break
        if marks[at, END] > place:
            return at
    return -1


@njit(**INNER)
def _reach(marks: Any, start: int, end: int, width: int) -> Any:
    """From where to where a window may be moved: over a mark at its beginning or its end."""
    low, high = start, end + 1
    over = _mark_over(marks, start)
    if over >= 0 and marks[over, END] - marks[over, START] <= width:
        low = marks[over, START]
    over = _mark_over(marks, end)
    if over >= 0:
        high = max(high, min(marks[over, END], marks[over, START] + width))
    return low, high


@njit(**INNER)
def _to_words(
    codes: Any, base: int, classes: Any, size: int, marks: Any, start: int, end: int, width: int
) -> Any:
    """Move a cut to white space nearby, and into no mark but one longer than a window.

    ``codes`` are the text from ``base`` on, as far as it is needed.
    """
    if start:
        for at in range(start, min(start + NEAR, end)):
            if _is(classes, codes[at - base], _SPACE):
                start = at + 1
                break
    if end < size:
        for at in range(end, max(end - NEAR, start), -1):
            if _is(classes, codes[at - base], _SPACE):
                end = at
                break
    over = _mark_over(marks, start)
    if over >= 0:
        long = marks[over, END] - marks[over, START] > width
        start = marks[over, END] if long else marks[over, START]
    over = _mark_over(marks, end)
    if over >= 0:
        end = min(marks[over, END], marks[over, START] + width)
    return start, end


@njit(**INNER)
def _compose(
    codes: Any, classes: Any, marks: Any, start: int, end: int, size: int, cut: bool, line: Any, ranges: Any
) -> Any:
    """What is shown of a text from ``start`` to ``end``, its ``codes``: code points and ranges, and how many.

    One that is ``cut`` has an ellipsis where the text goes on, and no line breaks. A heading or an item of a
    list does not run into what follows it.
    """
    to, count = 0, 0
    if start:
        line[to] = _DOTS
        to += 1
    mark = 0
    while mark < marks.shape[0] and marks[mark, START] < start:
        mark += 1
    inside = False
    for at in range(codes.size):
        if inside and marks[mark, END] == start + at:
            ranges[count, 1] = to
            count, mark, inside = count + 1, mark + 1, False
        if mark < marks.shape[0] and marks[mark, START] == start + at:
            ranges[count, 0], inside = to, True
        code = codes[at]
        if cut and code == _TAB:
            code = _BLANK
        elif cut and code == _LINE:
            code = _BLANK
            if not (at == 0 or at + 1 == codes.size or _is(classes, codes[at - 1], _ENDING)):
                line[to], line[to + 1] = _JOINT[0], _JOINT[1]
                code = _JOINT[2]
                to += 2
        line[to] = code
        to += 1
    if inside:
        ranges[count, 1] = to
        count += 1
    if end < size:
        if codes.size and _is(classes, codes[codes.size - 1], _ENDING):
            line[to] = _BLANK
            to += 1
        line[to] = _DOTS
        to += 1
    return to, count


# -- MessagePack -----------------------------------------------------------------------------------

_MAP: Final = 0x80
_PAIR: Final = 0x92
_STRING: Final = 0xDB
_ARRAY: Final = 0xDD
_NUMBER: Final = 0xCE
_HEAD: Final = 5  # bytes before a string or an array
_TEXT: Final = np.frombuffer(b"\xa4text", np.uint8)
_HTML: Final = np.frombuffer(b"\xa4html", np.uint8)
_RANGES: Final = np.frombuffer(b"\xa6ranges", np.uint8)
_FIXED: Final = 64  # bytes of a highlight beside its texts and ranges


@njit(**INNER)
def _put_number(kind: int, number: int, out: Any, at: int) -> int:
    """A number, or how long something is."""
    out[at] = kind
    for place in range(4):
        out[at + 4 - place] = number & 0xFF
        number >>= 8
    return at + _HEAD


@njit(**INNER)
def _put_html(line: Any, ranges: Any, out: Any, at: int) -> int:
    """A text with its marks, escaped."""
    done = 0
    for mark in range(ranges.shape[0]):
        for place in range(done, ranges[mark, 0]):
            at = _put_escaped(line[place], out, at)
        at = put_all(_OPEN, out, at)
        for place in range(ranges[mark, 0], ranges[mark, 1]):
            at = _put_escaped(line[place], out, at)
        at = put_all(_CLOSE, out, at)
        done = ranges[mark, 1]
    for place in range(done, line.size):
        at = _put_escaped(line[place], out, at)
    return at


@njit(**INNER)
def _put_highlight(line: Any, ranges: Any, out: Any, at: int) -> int:
    out[at] = _MAP | 3
    at = put_all(_TEXT, out, at + 1)
    begun = at + _HEAD
    at = begun
    for code in line:
        at = put_code(code, out, at)
    _put_number(_STRING, at - begun, out, begun - _HEAD)
    at = put_all(_HTML, out, at)
    begun = at + _HEAD
    at = _put_html(line, ranges, out, begun)
    _put_number(_STRING, at - begun, out, begun - _HEAD)
    at = put_all(_RANGES, out, at)
    at = _put_number(_ARRAY, ranges.shape[0], out, at)
    for mark in range(ranges.shape[0]):
        out[at] = _PAIR
        at = _put_number(_NUMBER, ranges[mark, 0], out, at + 1)
        at = _put_number(_NUMBER, ranges[mark, 1], out, at)
    return at


@njit(**INNER)
def _with_room(out: Any, used: int, wanted: int) -> Any:
    if used + wanted <= out.size:
        return out
    larger = np.empty(2 * (used + wanted), np.uint8)
    larger[:used] = out[:used]
    return larger


# -- texts -----------------------------------------------------------------------------------------


@njit(**INNER)
def put_shown(
    data: Any, places: Any, marks: Any, bounds: Any, classes: Any, first: int, step: int,
    width: int, before: int, reach: int, most: int, out: Any, used: int,
) -> Any:  # fmt: skip
    """As :func:`show`, behind what has been written; also how much is written now."""
    texts = len(range(first, places.shape[0], step))
    chosen = np.empty((max(1, most), 2), np.int64)
    codes, line = np.empty(1024, np.int64), np.empty(1024, np.int64)
    ranges = np.empty((64, 2), np.int64)
    out = _with_room(out, used, _HEAD)
    used = _put_number(_ARRAY, texts, out, used)
    for text in range(first, places.shape[0], step):
        mine = marks[bounds[text] : bounds[text + 1]]
        at, end = places[text, 0], places[text, 1]
        size = count_codes(data, at, end)
        plain, windows, done = size == end - at, 1, 0
        chosen[0, 0], chosen[0, 1] = 0, size
        if most:
            windows = _windows(mine, size, width, before, reach, chosen)
        if ranges.shape[0] < mine.shape[0]:
            ranges = np.empty((mine.shape[0], 2), np.int64)
        out = _with_room(out, used, _HEAD)
        used = _put_number(_ARRAY, windows, out, used)
        for window in range(windows):
            start, stop = chosen[window, 0], chosen[window, 1]
            base, last = _reach(mine, start, stop, width) if most else (0, size)
            base, last = max(done, base), min(size, last)
            at = at + base - done if plain else skip_codes(data, at, end, base - done)
            done = base
            if codes.size < last - base:
                codes = np.empty(last - base, np.int64)
            decode(data, at, end, codes[: last - base])
            if most:
                start, stop = _to_words(codes, base, classes, size, mine, start, stop, width)
            shown = max(0, stop - start)
            if line.size < 3 * shown + 3:
                line = np.empty(3 * shown + 3, np.int64)
            piece = codes[start - base : start - base + shown]
            length, count = _compose(piece, classes, mine, start, stop, size, most > 0, line, ranges)
            room = 2 * _WIDEST * length + (_OPEN.size + _CLOSE.size + 1 + 2 * _HEAD) * count + _FIXED
            out = _with_room(out, used, room)
            used = _put_highlight(line[:length], ranges[:count], out, used)
    return out, used


_PAIRS: Final = types.Array(types.int64, 2, "C")
_BYTES: Final = types.Array(types.uint8, 1, "C")


# PERF: a page is shown sooner than the interpreter is given to another thread and taken back.
@njit(
    _BYTES(
        READ_ONLY["uint8"], _PAIRS, _PAIRS, types.int64[::1], READ_ONLY["uint8"], *(types.int64,) * 6
    ),
    **{**OPTIONS, "nogil": False},
)  # fmt: skip
def show(
    data: Any, places: Any, marks: Any, bounds: Any, classes: Any, first: int, step: int,
    width: int, before: int, reach: int, most: int,
) -> Any:  # fmt: skip
    """The highlights of each text: its passages, or with ``most`` 0 the whole of it.

    Arrays are as in :class:`.passages.MarkedTexts`, ``first`` and ``step`` say which texts. A list for each.
    """
    out = np.empty(4096, np.uint8)
    out, used = put_shown(
        data, places, marks, bounds, classes, first, step, width, before, reach, most, out, 0
    )
    return out[:used]
