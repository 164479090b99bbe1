"""Addresses that lead to a passage: the text directives of WICG's Scroll to Text Fragment.

The directive is ``:~:text=textStart`` or ``:~:text=textStart,textEnd`` behind the ``#`` of an address
(https://wicg.github.io/scroll-to-text-fragment/#syntax). A browser looks for ``textStart``, or for what
reaches from ``textStart`` to the next ``textEnd``, and scrolls there. It compares whole words, and each of
the two must stand within one block of the page; where it finds nothing it shows the page as usual.

What a text of ours shows of blocks are line breaks, tabs and the joints of excerpts, and a block may also
have ended with a sentence. So neither part runs over any of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

import regex

from indexer.highlight import ELLIPSIS, Range

from .highlight import public_address

LONGEST_WHOLE: Final = 8  # words that are named one by one; of more, the first and the last are
LONGEST_CHARACTERS: Final = 80  # the same in characters, for scripts whose words are clauses here
END_WORDS: Final = 4  # words that each end is named by: enough to be the only such on most pages
AROUND: Final = 6  # words a short mark is named with, so that it is found where it was and not before
DIRECTIVE: Final = ":~:"

# A word is what browsers part from others, at least: letters and digits with the marks upon them, and signs
# inside. Scripts without spaces have whole clauses for words, since none can tell where to cut.
_LETTERS: Final = r"_*[\p{L}\p{N}][\p{L}\p{N}\p{M}\p{Cf}_]*"
_WORD: Final = regex.compile(
    rf"{_LETTERS}(?:(?:['’‘\-‐‑.·‧:/@&+״׳]|(?<=\p{{N}})[,;،٫٬](?=\p{{N}})){_LETTERS})*"
)
_BREAK: Final = regex.compile(
    rf"[\p{{Cc}}\p{{Cs}}\p{{Co}}\u2028\u2029\ufffd{ELLIPSIS}]| · |[.!?:;؟۔؛]\p{{P}}*\s|[。！？；：]"
)


class _Part(NamedTuple):
    """Words of one block that follow each other: the first and the last of them by number."""

    first: int
    last: int


def passage_link(url: str, text: str, ranges: Sequence[Range]) -> str:
    """The address of a page at the first of the ``ranges`` of ``text``, which is shown on the page.

    ``text`` may be a whole text or an excerpt, ``ranges`` are half-open pairs of code points, as in
    :class:`~indexer.highlight.Highlight`. A page that is no web page, and a range without a word, have
    the address as it is.
    """
    directive = text_directive(text, ranges)
    if not directive or not public_address(url):
        return url
    address, _, fragment = url.partition("#")
    return f"{address}#{fragment.partition(DIRECTIVE)[0]}{DIRECTIVE}{directive}"


def text_directive(text: str, ranges: Sequence[Range]) -> str:
    """``text=…`` for the first range that holds a word; empty when none does."""
    words = [match.span() for match in _WORD.finditer(text)]
    for start, end in ranges:
        held = [number for number, word in enumerate(words) if word[0] < end and word[1] > start]
        if held:
            return f"text={_named(text, words, _Part(held[0], held[-1]))}"
    return ""


def _named(text: str, words: Sequence[Range], run: _Part) -> str:
    first = _block(text, words, run.first)
    last = _block(text, words, run.last)
    if first == last and (run.first == run.last or _is_short(words, run, LONGEST_WHOLE)):
        return _encoded(text, words, _widened(words, run, first))
    last_of_first = min(run.first + END_WORDS - 1, first.last, run.last - 1)
    first_of_last = max(run.last - END_WORDS + 1, last.first, last_of_first + 1)
    start = _Part(max(first.first, min(run.first, last_of_first - END_WORDS + 1)), last_of_first)
    end = _Part(first_of_last, min(last.last, max(run.last, first_of_last + END_WORDS - 1)))
    return f"{_encoded(text, words, start)},{_encoded(text, words, end)}"


def _block(text: str, words: Sequence[Range], number: int) -> _Part:
    """The words around a word that stand in its block, or its sentence, for sure."""
    first = last = number
    while first and not _BREAK.search(text, words[first - 1][1], words[first][0]):
        first -= 1
    while last + 1 < len(words) and not _BREAK.search(text, words[last][1], words[last + 1][0]):
        last += 1
    return _Part(first, last)


def _is_short(words: Sequence[Range], part: _Part, most: int) -> bool:
    """Whether there are at most so many words, and few characters."""
    characters = words[part.last][1] - words[part.first][0]
    return part.last - part.first < most and characters <= LONGEST_CHARACTERS


def _widened(words: Sequence[Range], part: _Part, block: _Part) -> _Part:
    """A short run with words of its block behind it and before it, in turn."""
    for turn in range(2 * AROUND):
        first, last = (part.first - 1, part.last) if turn % 2 else (part.first, part.last + 1)
        wider = _Part(max(first, block.first), min(last, block.last))
        if _is_short(words, wider, AROUND):
            part = wider
    return part


def _encoded(text: str, words: Sequence[Range], part: _Part) -> str:
    """Words as they stand in the text, in percent code. A hyphen would end a prefix, a comma a part."""
    plain = " ".join(text[words[part.first][0] : words[part.last][1]].split())
    return quote(plain, safe="").replace("-", "%2D")
