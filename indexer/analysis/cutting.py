"""The kernel that cuts passages out of marked texts and writes them, see :mod:`.passages`.

Its texts are UTF-8, its places code points. A window is where a passage would be if it were cut anywhere; a
cut is moved to words and marks. Only what is written is decoded.
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
def _worth(starts: Any, ends: Any, kinds: Any, first: int, last: int, reach: int) -> Any:
    """Of the window of each mark: how many kinds of marks it shows, and how many marks."""
    different, marks = np.ones(last - first, np.int64), np.zeros(last - first, np.int64)
    held = np.zeros(kinds[first:last].max() + 1, np.int64)
    count, end = 0, first
    for at in range(first, last):
        end = max(end, at)  # a mark that is itself longer than the reach
        while end < last and ends[end] - starts[at] <= reach:
            count += held[kinds[end]] == 0
            held[kinds[end]] += 1
            end += 1
        if at < end:
            different[at - first], marks[at - first] = count, end - at
            held[kinds[at]] -= 1
            count -= held[kinds[at]] == 0
    return different, marks


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
def _windows(
    starts: Any, ends: Any, kinds: Any, first: int, last: int, size: int,
    width: int, before: int, reach: int, chosen: Any,
) -> int:  # fmt: skip
    """The windows on a text, in its order; how many there are."""
    if first == last or size <= width:
        chosen[0, 0], chosen[0, 1] = 0, min(size, width)
        return min(size, 1)
    different, marks = _worth(starts, ends, kinds, first, last, reach)
    for count in range(chosen.shape[0]):
        best, best_start = -1, 0
        for at in range(last - first):
            if best >= 0 and (
                different[at] < different[best]
                or (different[at] == different[best] and marks[at] <= marks[best])
            ):
                continue
            start = min(max(0, starts[first + at] - before), size - width)
            if _free(chosen, count, start, start + width):
                best, best_start = at, start
        if best < 0:
            return count
        _insert(chosen, count, best_start, best_start + width)
    return chosen.shape[0]


# -- cuts ------------------------------------------------------------------------------------------


@njit(**INNER)
def _mark_over(starts: Any, ends: Any, first: int, last: int, place: int) -> int:
    """The mark that begins before a place and ends behind it, or -1."""
    for at in range(first, last):
        if starts[at] >= place:
            break
        if ends[at] > place:
            return at
    return -1


@njit(**INNER)
def _reach(starts: Any, ends: Any, first: int, last: int, start: int, end: int, width: int) -> Any:
    """From where to where a window may be moved: over a mark at its beginning or its end."""
    low, high = start, end + 1
    over = _mark_over(starts, ends, first, last, start)
    if over >= 0 and ends[over] - starts[over] <= width:
        low = starts[over]
    over = _mark_over(starts, ends, first, last, end)
    if over >= 0:
        high = max(high, min(ends[over], starts[over] + width))
    return low, high


@njit(**INNER)
def _to_words(
    codes: Any, base: int, classes: Any, size: int, starts: Any, ends: Any, first: int, last: int,
    start: int, end: int, width: int,
) -> Any:  # fmt: skip
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
    over = _mark_over(starts, ends, first, last, start)
    if over >= 0:
        start = starts[over] if ends[over] - starts[over] <= width else ends[over]
    over = _mark_over(starts, ends, first, last, end)
    if over >= 0:
        end = min(ends[over], starts[over] + width)
    return start, end


@njit(**INNER)
def _one_line(codes: Any, classes: Any, line: Any) -> int:
    """A passage without line breaks, and how long it is.

    What does not end a sentence does not run into what follows it: a heading, an item of a list. A place
    where two lines are joined is put down as :data:`_LINE`, since it is longer than the line end was.
    """
    for at in range(codes.size):
        code = codes[at]
        if code == _TAB:
            code = _BLANK
        elif code == _LINE:
            ended = at == 0 or at + 1 == codes.size or _is(classes, codes[at - 1], _ENDING)
            code = _BLANK if ended else _LINE
        line[at] = code
    return codes.size


@njit(**INNER)
def _write(
    line: Any, base: int, before: bool, after: int, starts: Any, ends: Any, first: int, last: int,
    joined: bool, out: Any, at: int, out_starts: Any, out_ends: Any, marked: int,
) -> Any:  # fmt: skip
    """Write a passage that begins at ``base`` in its text, as text and as HTML; where they end, and marks.

    ``after`` is how many characters are put behind it: none, an ellipsis, or a space and one.
    """
    if before:
        at = put_code(_DOTS, out, at)
    for code in line:
        if code == _LINE and joined:
            for part in _JOINT:
                at = put_code(part, out, at)
        else:
            at = put_code(code, out, at)
    if after == 2:
        at = put_code(_BLANK, out, at)
    if after:
        at = put_code(_DOTS, out, at)
    text_end = at
    place = 0  # in the text that is written
    if before:
        at = put_code(_DOTS, out, at)
        place = 1
    mark = first
    while mark < last and starts[mark] < base:
        mark += 1
    inside = False
    for offset in range(line.size):
        if inside and ends[mark] == base + offset:
            at = put_all(_CLOSE, out, at)
            out_ends[marked] = place
            marked, mark, inside = marked + 1, mark + 1, False
        if mark < last and starts[mark] == base + offset:
            at = put_all(_OPEN, out, at)
            out_starts[marked], inside = place, True
        if line[offset] == _LINE and joined:
            for part in _JOINT:
                at = put_code(part, out, at)
            place += _JOINT.size
        else:
            at = _put_escaped(line[offset], out, at)
            place += 1
    if inside:
        at = put_all(_CLOSE, out, at)
        out_ends[marked] = place
        marked += 1
    if after == 2:
        at = put_code(_BLANK, out, at)
    if after:
        at = put_code(_DOTS, out, at)
    return text_end, at, marked


@njit(**INNER)
def _with_room(out: Any, used: int, wanted: int) -> Any:
    if used + wanted <= out.size:
        return out
    larger = np.empty(2 * (used + wanted), np.uint8)
    larger[:used] = out[:used]
    return larger


_NUMBERS = types.Array(types.int64, 1, "C")
_PAIRS = types.Array(types.int64, 2, "C")


@njit(
    types.Tuple((types.Array(types.uint8, 1, "C"), _PAIRS, _NUMBERS, _NUMBERS, _NUMBERS))(
        READ_ONLY["uint8"], _PAIRS, _NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS, READ_ONLY["uint8"],
        types.int64, types.int64, types.int64, types.int64, types.int64, types.int64,
    ),
    **OPTIONS,
)  # fmt: skip
def show(
    data: Any, places: Any, starts: Any, ends: Any, kinds: Any, bounds: Any, classes: Any,
    first: int, step: int, width: int, before: int, reach: int, most: int,
) -> Any:  # fmt: skip
    """Passages of texts, or with ``most`` 0 the whole of them.

    Gives what is written: of each passage the text and behind it the HTML; of each passage where its text,
    its HTML and its marks end; where marks begin and end; and where the passages of each text begin.
    """
    texts = len(range(first, places.shape[0], step))
    out, used = np.empty(texts * max(1, most) * 1024, np.uint8), 0
    cuts, passages = np.empty((texts * max(1, most), 3), np.int64), 0
    owners = np.zeros(texts + 1, np.int64)
    room = starts.size + texts * most  # a mark between two windows is shown in both
    out_starts, out_ends = np.empty(room, np.int64), np.empty(room, np.int64)
    marked = 0
    chosen = np.empty((max(1, most), 2), np.int64)
    codes, line = np.empty(1024, np.int64), np.empty(1024, np.int64)
    for number in range(texts):
        text = first + number * step
        low, high = bounds[text], bounds[text + 1]
        at, end = places[text, 0], places[text, 1]
        size = count_codes(data, at, end)
        windows = 1
        chosen[0, 0], chosen[0, 1] = 0, size
        if most:
            windows = _windows(starts, ends, kinds, low, high, size, width, before, reach, chosen)
        done = 0  # code points before ``at``
        for window in range(windows):
            start, stop = chosen[window, 0], chosen[window, 1]
            base, last = _reach(starts, ends, low, high, start, stop, width) if most else (0, size)
            base, last = max(done, base), min(size, last)
            at = at + base - done if size == end - places[text, 0] else skip_codes(data, at, end, base - done)
            done = base
            if codes.size < last - base:
                codes, line = np.empty(last - base, np.int64), np.empty(last - base, np.int64)
            decode(data, at, end, codes[: last - base])
            after = 0
            if most:
                start, stop = _to_words(
                    codes, base, classes, size, starts, ends, low, high, start, stop, width
                )
                if stop < size:
                    ended = stop > start and _is(classes, codes[stop - 1 - base], _ENDING)
                    after = 2 if ended else 1
                stop = max(start, stop)
                _one_line(codes[start - base : stop - base], classes, line)
            else:
                line[:size] = codes[:size]
            out = _with_room(out, used, 2 * _WIDEST * (stop - start + 4) + 13 * (high - low))
            text_end, used, marked = _write(
                line[: stop - start], start, start > 0, after, starts, ends, low, high, most > 0,
                out, used, out_starts, out_ends, marked,
            )  # fmt: skip
            cuts[passages, 0], cuts[passages, 1], cuts[passages, 2] = text_end, used, marked
            passages += 1
        owners[number + 1] = passages
    return out[:used], cuts[:passages], out_starts[:marked], out_ends[:marked], owners
