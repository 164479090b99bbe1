"""Text to leaner text: what holds no reading matter goes before the tree is built.

Scripts, styles, drawings, comments and the like are often most of a page. Taking them out of the
source first makes the tree several times smaller; it also keeps their contents out of the article for
good. One pass over the source, linear in its length: an element that never closes is looked for once.
Scripts that carry data (JSON-LD) are handed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ..errors import RejectedPage

MAX_ELEMENTS = 300_000
"""The most start tags a page may have: so many take some 10 s and 350 MB on one core. A long book in one
page has some tens of thousands."""

_OPEN = re.compile(
    r"<(?:(!--)|(!\[CDATA\[)|(\?)|"
    r"(script|style|svg|noscript|iframe|template|textarea|object|canvas|noframes|noembed|xmp)(?=[\s/>]))",
    re.IGNORECASE,
)
_COMMENT_END = re.compile(r"--!?>")
_JSON_LD = re.compile(r"type\s*=\s*[\"']?\s*application/ld\+json", re.IGNORECASE)
_KEEP_INSIDE = re.compile(r"<[a-z][^>]*\bshadowrootmode\b", re.IGNORECASE)
_START_TAG = re.compile(r"<[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Markup:
    """The source without what holds no reading matter, and the data scripts that were in it."""

    html: str
    data: tuple[str, ...]


def strip(text: str) -> Markup:
    """Take scripts, styles, drawings, embedded documents and comments out of the source.

    Raises:
        RejectedPage: ``too_large`` when more than :data:`MAX_ELEMENTS` start tags remain.
    """
    stripper = _Stripper(text)
    html = stripper.run()
    count = sum(1 for _ in _START_TAG.finditer(html))
    if count > MAX_ELEMENTS:
        raise RejectedPage("too_large", f"{count} elements; at most {MAX_ELEMENTS} are read")
    return Markup(html, tuple(stripper.data))


class _Stripper:
    """One walk through the source, remembering which closing tags are known not to come."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._kept: list[str] = []
        self._unclosed: set[str] = set()
        self.data: list[str] = []

    def run(self) -> str:
        position = 0
        while True:
            found = _OPEN.search(self._text, position)
            if not found:
                break
            self._kept.append(self._text[position : found.start()])
            position = self._after(found)
        self._kept.append(self._text[position:])
        return "".join(self._kept)

    def _after(self, found: re.Match[str]) -> int:
        """Where reading goes on after this opening."""
        if found.group(2):
            return found.end()
        if found.group(1):
            return self._comment_end(found.end())
        if found.group(3):
            return self._tag_end(found.end())
        return self._element_end(found, found.group(4).lower())

    def _comment_end(self, start: int) -> int:
        if self._text.startswith((">", "->"), start):
            return self._text.index(">", start) + 1
        end = self._find("--", _COMMENT_END, start)
        return end if end >= 0 else self._tag_end(start)

    def _tag_end(self, start: int) -> int:
        end = self._text.find(">", start) if ">" not in self._unclosed else -1
        if end < 0:
            self._unclosed.add(">")
        return end + 1 if end >= 0 else start

    def _element_end(self, found: re.Match[str], name: str) -> int:
        opened = self._tag_end(found.end())
        head = self._text[found.start() : opened]
        if name == "svg" and head.endswith("/>"):
            return opened
        if name == "template" and _KEEP_INSIDE.match(head):
            return opened
        end = self._find(name, _closing(name), opened)
        if end < 0:
            return opened
        if name == "script" and _JSON_LD.search(head):
            self.data.append(self._text[opened : self._text.rindex("<", opened, end)])
        self._kept.append(" " if name in ("textarea", "iframe", "object", "canvas") else "")
        return end

    def _find(self, name: str, pattern: re.Pattern[str], start: int) -> int:
        """The end of the first match after ``start``, or -1; a name that never matched is not tried again."""
        if name in self._unclosed:
            return -1
        found = pattern.search(self._text, start)
        if not found:
            self._unclosed.add(name)
            return -1
        return found.end()


@cache
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?=[\s/>])[^<>]*>?", re.IGNORECASE)
