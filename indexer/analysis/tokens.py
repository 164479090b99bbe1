"""Tokens: the words of a text, where they stand, and the forms they are found by.

One tokenizer serves the build, the query and the highlighter, so they cannot disagree.

- A word is a run of letters, digits and marks (Unicode). An apostrophe inside stays in the surface
  (``o'brien``) and is gone from the folded form (``obrien``). French elisions are split: ``l'homme``
  is ``l`` and ``homme``.
- A hyphen, a ZWNJ or a dot inside a word makes a *compound*: its parts stand at successive
  positions, and the joined form stands at the first one with the length of all. ``e-mail``,
  ``e mail`` and ``email`` meet; so do ``می‌رود`` and ``میرود``.
- Dotted acronyms are one word (``U.S.`` is found by ``us``), so are ``R&D``, ``C++``, ``C#``.
- Numbers are one word; ``1,000`` is found by ``1000``.
- Han, Hiragana and Katakana are cut into overlapping pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

from .folding import APOSTROPHES, HYPHENS, INVISIBLE, ZWNJ, fold, strip_accents

MAX_WORD = 100  # characters of one indexed word; longer runs are data, not words, and are cut
MAX_JOINED_PARTS = 4  # longer chains (a slug, a path) get no joined form

_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}ー々"
_VOICE = "\u3099\u309a\uff9e\uff9f"  # marks of voiced sounds where kana are not composed, or are narrow
_LETTER = r"\p{L}\p{M}*"  # a letter is one letter, composed or not
_HIDDEN = regex.escape(INVISIBLE)
_WORD = rf"[[\p{{L}}\p{{N}}\p{{M}}{_HIDDEN}]--[{_CJK}]]"
_JOIN = (
    rf"(?:[{regex.escape(HYPHENS)}.{regex.escape(APOSTROPHES)}{ZWNJ}]"
    r"|(?<=\p{N})[,٬٫](?=\p{N})|(?<=[\p{L}\p{M}])&(?=\p{L}))+"
)
_CHUNK = regex.compile(
    rf"(?P<cjk>[{_CJK}][{_CJK}{_VOICE}]*)|{_WORD}+(?:{_JOIN}{_WORD}+)*(?:(?<=\b{_LETTER})(?:\+\+|\#)(?!\w))?",
    regex.V1,
)
_CHARACTER = regex.compile(rf"[{_CJK}][{_VOICE}]*", regex.V1)
_WORDLIKE = regex.compile(r"[\p{L}\p{N}]")
_COMPOUND = regex.compile(rf"[{regex.escape(HYPHENS)}{ZWNJ}]+")
_ACRONYM = regex.compile(rf"{_LETTER}(?:\.{_LETTER})+")
_NUMBER = regex.compile(r"\p{N}+(?:[.,٬٫'’]\p{N}+)+")
_AMPERSAND = regex.compile(rf"(?:{_LETTER}){{1,3}}&(?:{_LETTER}){{1,3}}")
_DOTS = regex.compile(r"[.&,٬٫]+")
_THOUSANDS = regex.compile(r"\d{1,3}(?:[,٬']\d{3})+(?=\.|٫|$)")
_ELISION = regex.compile(
    rf"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)(?=[{regex.escape(APOSTROPHES)}]{_LETTER}\p{{L}})",
    regex.IGNORECASE,
)


class Token(NamedTuple):
    """A word of a text.

    ``surface`` is the word after :func:`fold`, ``folded`` after :func:`strip_accents`; a joined
    form's surface holds its parts with a ZWNJ between. ``start`` and ``end`` are code points in
    the text as given. ``position`` counts words from 0 and ``length`` is how many positions the
    token covers (more than 1 only for joined forms).
    """

    surface: str
    folded: str
    start: int
    end: int
    position: int
    length: int = 1


def tokenize(text: str) -> list[Token]:
    """All tokens of a text in order of position; a joined form follows its first part."""
    tokens: list[Token] = []
    position = 0
    for match in _CHUNK.finditer(text):
        offset = match.start()
        pieces = _pair_up(match.group()) if match.group("cjk") else analyse_chunk(match.group())
        advance = 0
        for surface, folded, start, end, at, length in pieces:
            tokens.append(Token(surface, folded, offset + start, offset + end, position + at, length))
            advance = max(advance, at + length)
        position += advance
    return tokens


def token_count(tokens: list[Token]) -> int:
    """How many positions the tokens cover: the length of a field for BM25F."""
    return tokens[-1].position + tokens[-1].length if tokens else 0


def chunks(text: str, *, phrase: bool = False) -> Iterator[list[Token]]:
    """The words of a query as typed, each with its tokens (several for a compound).

    Positions begin at 0 within each. Pairs of a CJK run end with its last pair, so that the run
    is found inside a longer one. With ``phrase`` only those of the last run do: behind the others
    stands the next word, and their last character has a position of its own, as it has in a text.
    """
    matches = list(_CHUNK.finditer(text))
    for match in matches:
        cjk = match.group("cjk")
        pieces = _pair_up(match.group()) if cjk else analyse_chunk(match.group())
        if cjk and len(pieces) > 1 and not (phrase and match is not matches[-1]):
            pieces = pieces[:-1]
        found = [
            Token(*piece[:2], match.start() + piece[2], match.start() + piece[3], *piece[4:])
            for piece in pieces
        ]
        if found:
            yield found


_Piece = tuple[str, str, int, int, int, int]


@lru_cache(maxsize=262_144)
def analyse_chunk(raw: str) -> tuple[_Piece, ...]:
    """Pieces (surface, folded, start, end, position, length) of one run, offsets relative to it.

    PERF: a text repeats its words, so each distinct run is analysed once per process.
    """
    parts: list[tuple[str, str, int, int]] = []
    for start, end in _parts(raw):
        surface = fold(raw[start:end]).strip("'")[:MAX_WORD]
        folded = strip_accents(_plain(surface))
        if folded and _WORDLIKE.search(folded):
            parts.append((surface, folded, start, end))
    pieces: list[_Piece] = [(*part, at, 1) for at, part in enumerate(parts)]
    if 1 < len(parts) <= MAX_JOINED_PARTS:
        pieces.insert(1, _joined(parts))
    return tuple(pieces)


@lru_cache(maxsize=65_536)
def folded_form(surface: str) -> str:
    """The folded form of a token, from its surface: what a leaf of the query tree is looked up by."""
    return "".join(piece[1] for piece in analyse_chunk(surface) if piece[5] == 1) or strip_accents(
        fold(surface)
    )


def _joined(parts: list[tuple[str, str, int, int]]) -> _Piece:
    surface = ZWNJ.join(part[0] for part in parts)
    folded = "".join(part[1] for part in parts)
    return surface, folded, parts[0][2], parts[-1][3], 0, len(parts)


def _plain(surface: str) -> str:
    """A surface without what separates inside acronyms and numbers."""
    if _ACRONYM.fullmatch(surface):
        return surface.replace(".", "")
    if _NUMBER.fullmatch(surface):
        whole = _THOUSANDS.match(surface)
        if whole:
            digits = "".join(char for char in whole.group() if char.isdigit())
            surface = digits + surface[whole.end() :]
        return surface.replace("٫", ".").replace(",", ".")
    return surface


def _parts(raw: str) -> Iterator[tuple[int, int]]:
    """Where the parts of a compound begin and end."""
    for start, end in _split(raw, 0, len(raw), _COMPOUND):
        end -= len(raw[start:end]) - len(raw[start:end].rstrip("."))
        shape = fold(raw[start:end])  # as it is looked up by: a ligature is two letters
        if _ACRONYM.fullmatch(shape) or _NUMBER.fullmatch(shape) or _AMPERSAND.fullmatch(shape):
            yield start, end
            continue
        for left, right in _split(raw, start, end, _DOTS):
            yield from _elided(raw, left, right)


def _split(raw: str, start: int, end: int, separator: regex.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = start
    for match in separator.finditer(raw, start, end):
        if match.start() > at:
            yield at, match.start()
        at = match.end()
    if at < end:
        yield at, end


def _elided(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    elision = _ELISION.match(raw, start, end)
    if elision:
        yield start, elision.end()
        start = elision.end() + 1
    yield start, end


def _pair_up(run: str) -> tuple[_Piece, ...]:
    """Overlapping pairs of a CJK run, then its last character alone."""
    characters = [(fold(match.group()), *match.span()) for match in _CHARACTER.finditer(run)]
    pairs: list[_Piece] = []
    for at, (_, start, _) in enumerate(characters):
        pair = characters[at : at + 2]
        text = "".join(character[0] for character in pair)
        pairs.append((text, strip_accents(text), start, pair[-1][2], at, 1))
    return tuple(pairs)
