"""What is never kept: decided on the text, while it is in memory."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONG_RUN: Final = 6  # digits in a row of one number: years and dates of a day are shorter or separated
MAX_TEXT: Final = 120  # characters; what people look for is shorter, what they paste by mistake is longer

_EMAIL: Final = re.compile(
    r"\S\s*@|\S\s*[\[({<]\s*(?:at|ät)\s*[\])}>]\s*\S"
    r"|\S\s+(?:at|ät)\s+[\w-]+\s*(?:\.|\bdot\b|\bpunkt\b)\s*\w"
    # Whose mail is kept by a provider, whatever stands before it.
    r"|\b(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|proton|protonmail|gmx|web|mail|aol"
    r"|yandex|tutanota|chmail|t-online)"
    r"(?:\s*\.\s*(?:com|de|net|org|me|ch|at|fr|it|ir|ru|co|eu|uk)|\s+(?:dot\s+)?(?:com|net|org))\b",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"\w+://|\bwww\.|\b\w+:[^\s/]+@", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(r"\d(?:[\W_]*\d)+")  # whatever stands between the digits, but letters
_MINUS: Final = "\u2212"
_IBAN: Final = re.compile(r"\b[a-z]{2}\d{2}(?:[\s-]*[a-z0-9]){11,30}\b", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\b(?=\w*\d)(?=\w*[a-z])\w{12,}\b", re.IGNORECASE)  # keys, passports, accounts
# Years, days and figures, which news are looked for by: they are no number of anybody's.
_DAYS: Final = re.compile(
    r"(?:(?:1[0-9]|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:1[0-9]|20)\d\d"
    r"|(?:1[0-9]|20)\d\d\s*[-/ ]\s*(?:1[0-9]|20)\d\d|[1-9]\d{0,2}(?:[,٬]\d{3}){1,2})"
)


def normal(text: str) -> str:
    """The text under which the same intent is counted: one case, one width, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def sensitive(text: str) -> bool:
    """Whether a text looks like something of one person: it is then kept in no form.

    Rather one too many: what is lost is a count.
    """
    plain = _digits_plain(unicodedata.normalize("NFKC", text))
    if len(plain) > MAX_TEXT or _EMAIL.search(plain) or _ADDRESS.search(plain):
        return True
    if not _DIGIT.search(plain):
        return False  # PERF: what follows has digits, and most texts have none
    if _IBAN.search(plain) or _TOKEN.search(plain):
        return True
    numbers = (found for found in _NUMBER.findall(plain) if not _DAYS.fullmatch(found))
    return any(sum(map(str.isdigit, found)) >= LONG_RUN for found in numbers)


def _digits_plain(text: str) -> str:
    """Persian, Arabic and any other digits as ASCII; what cannot be seen is taken out."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter))
        if letter.isdecimal()
        else ""
        if unicodedata.category(letter) == "Cf"
        else "-"
        if unicodedata.category(letter) == "Pd" or letter == _MINUS
        else letter
        for letter in text
    )
