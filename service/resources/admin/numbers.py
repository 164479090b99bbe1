"""Numbers as people type them into the desk's forms, in any script's digits."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SIGNS: Final = {"\N{ARABIC DECIMAL SEPARATOR}": ".", ",": ".", "\N{MINUS SIGN}": "-"}
# Marks of direction, which keyboards of right-to-left scripts put beside a number; nobody sees them.
_UNSEEN: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
_DECIMAL: Final = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
# As the desk itself writes thousands; what is less than one has a nought before the comma.
_THOUSANDS: Final = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)
_WHOLE: Final = re.compile(r"-?\d{1,8}", re.ASCII)


def read_decimal(text: str) -> float:
    """A number with a point, a comma or the Arabic sign before its decimals: ``1.5``, ``1,5``, ``۱٫۵``.

    Raises:
        ValueError: it is none; or may be a thousand as well, as ``1,000``.
    """
    if _THOUSANDS.fullmatch(_plain(text)):
        raise ValueError(text)
    return float(_matching(_DECIMAL, "".join(_SIGNS.get(char, char) for char in _plain(text))))


def read_whole(text: str) -> int:
    """A whole number.

    Raises:
        ValueError: it is none, or a long one.
    """
    return int(_matching(_WHOLE, "".join(_SIGNS.get(char, char) for char in _plain(text))))


def _plain(text: str) -> str:
    """The text with the digits 0 to 9, whatever the script they were typed in."""
    return "".join(
        str(digit) if (digit := unicodedata.decimal(char, None)) is not None else char
        for char in text.strip().translate(_UNSEEN).strip()
    )


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text
