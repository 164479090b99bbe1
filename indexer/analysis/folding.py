"""Folding: what two spellings of one word have in common, in two tiers.

:func:`fold` removes what nobody means to search by (case, width, curly quotes, soft hyphens, bidi
marks, harakat, the two yehs and kafs, digit scripts). Its result is the *surface* of a token.
:func:`strip_accents` goes on to the *folded* form, which ignores accents and hamza seats. Matching
compares folded forms; ranking prefers the same surface. Display text is never altered.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Marks that a reader does not see: soft hyphen, bidi controls, joiners other than ZWNJ, BOM.
INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)
ZWNJ = "\u200c"
APOSTROPHES = "'\u2019\u02bc\u2018\u02bb\uff07\u00b4`"
HYPHENS = "-\u2010\u2011"

_HARAKAT = "".join(
    chr(code)
    for code in (
        *range(0x0610, 0x061B),
        *range(0x064B, 0x0660),
        0x0670,
        *range(0x06D6, 0x06DD),
        0x06DF,
        0x06E0,
        0x06E1,
        0x06E2,
        0x06E3,
        0x06E4,
        0x06E7,
        0x06E8,
        0x06EA,
        0x06EB,
        0x06EC,
        0x06ED,
    )
)
_TATWEEL = "\u0640"

_DROP = {ord(char): None for char in INVISIBLE + _HARAKAT + _TATWEEL}
_SURFACE = {
    **_DROP,
    **{ord(char): "'" for char in APOSTROPHES},
    **{ord(char): "-" for char in HYPHENS},
    ord("ي"): "ی",
    ord("ى"): "ی",
    ord("ك"): "ک",
    ord("ە"): "ه",
    ord("ہ"): "ه",
    **{0x0660 + digit: str(digit) for digit in range(10)},
    **{0x06F0 + digit: str(digit) for digit in range(10)},
}

# Letters that are not decomposed by Unicode and yet are typed without their stroke or ligature.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
    | {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی", "ۀ": "ه", "ة": "ه", "ء": None}
)
# PERF: only these blocks of combining marks are accents. Marks of Indic scripts are vowels and stay.
_ACCENTS = dict.fromkeys((*range(768, 880), *range(6832, 6912), *range(7616, 7680)))


def fold(text: str) -> str:
    """The surface of a token: NFKC, case folded, quotes straight, invisible marks and harakat gone.

    The order matters: harakat go before composition, and a composed hamza letter must not be
    split; the result is NFC.
    """
    if text.isascii():
        return text.casefold().replace("`", "'")
    # NFKC may bring in what the table drops (presentation forms), so the table runs after it. It would
    # take an acute accent typed for an apostrophe apart into a space and a mark.
    compatible = unicodedata.normalize("NFKC", text.replace("\u00b4", "'"))
    return unicodedata.normalize("NFKC", compatible.translate(_SURFACE).casefold()).translate(_SURFACE)


@lru_cache(maxsize=262_144)
def strip_accents(surface: str) -> str:
    """The folded form of a surface: accents, hamza seats and apostrophes gone."""
    if surface.isascii():
        return surface.replace("'", "")
    letters = surface.replace("'", "").translate(_LETTERS)
    bare = unicodedata.normalize("NFD", letters).translate(_ACCENTS)
    # NFD splits a hamza from its seat; after the table above none is left that would matter.
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)
