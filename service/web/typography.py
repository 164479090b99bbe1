"""Titles as a newspaper prints them: curly quotes for those of a typewriter, one for one."""

from __future__ import annotations

import re
from typing import Final

_WITHIN: Final = re.compile(r"(?<=\w)'(?=\w)")
_DECADE: Final = re.compile(r"(?<!\w)'(?=\d\ds?\b)")
_OPENING: Final = re.compile(r"(^|[\s(\[{–—/‘“\"'])(['\"])(?=\S)")
_DOUBLE: Final = ("en",)  # other languages open and close in other ways; theirs stay as they were typed


def printed(text: str, lang: str) -> str:
    """A title with its typewriter quotes made curly; as long as before, so that ranges still hold.

    ``lang`` is its primary language subtag. Only English has its quotes set; an apostrophe within a
    word is the same in all languages.
    """
    text = _WITHIN.sub("’", text)
    if lang not in _DOUBLE:
        return text
    text = _DECADE.sub("’", text)
    before = ""
    while before != text:  # a quote may open right behind another one
        before, text = text, _OPENING.sub(_opened, text)
    return text.replace('"', "”").replace("'", "’")


def _opened(match: re.Match[str]) -> str:
    return match.group(1) + ("“" if match.group(2) == '"' else "‘")
