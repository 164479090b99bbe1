"""WordPress content as stored, made into the HTML a browser would be sent.

The classic editor stores plain lines: a blank line is a new paragraph, a single one a line break;
WordPress adds the markup when it shows the post. Shortcodes in square brackets become markup then,
too; what they would draw is not in the export, so only the text they enclose is kept.

PERF: no pattern here can look at the rest of the content more than once for the same reason, so that
hostile content takes time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_BLOCKS = (
    "address|article|aside|blockquote|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|header|hr|iframe|li|main|nav|ol|p|pre|script|section|style|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_BLOCK_TAG = re.compile(rf"(</?(?:{_BLOCKS})\b[^<>]*>)", re.IGNORECASE)
_HAS_MARKUP = re.compile(r"<!--\s*wp:|<p[\s>]", re.IGNORECASE)
_VERBATIM = re.compile(r"<(pre|script|style|textarea)\b[^<>]*>", re.IGNORECASE)
_VERBATIM_END = "</{}>"

_CAPTION = re.compile(r"\[((?:wp_)?caption)\b[^\]\[]*\]")
_CAPTION_END = "[/{}]"
_MEDIA_THEN_TEXT = re.compile(r"\s*((?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?)(.*)", re.DOTALL)
_CORE = re.compile(r"\[/?(?:gallery|embed|audio|video|playlist)\b[^\]\[]*\]")
_WITH_SETTINGS = re.compile(r"\[[a-z][a-z0-9_-]*\s[^\]\[]*\]")
_OPENING = re.compile(r"\[([a-z][a-z0-9_-]*)\]")
_CLOSING = re.compile(r"\[/([a-z][a-z0-9_-]*)\]")


def to_html(content: str) -> str:
    """Stored content as HTML: shortcodes dropped, paragraphs made where the content has none."""
    content = drop_shortcodes(content.replace("\r\n", "\n").replace("\r", "\n"))
    return content if _HAS_MARKUP.search(content) else add_paragraphs(content)


def drop_shortcodes(content: str) -> str:
    """Remove shortcodes, keeping the text they enclose; ``[sic]`` and its like are text and stay."""
    content = "".join(
        _figure(inside) if name else inside for name, _, inside in _enclosed(content, _CAPTION, _CAPTION_END)
    )
    content = _CORE.sub("", content)
    content = _WITH_SETTINGS.sub(lambda found: "" if "=" in found[0] else found[0], content)
    closed = set(_CLOSING.findall(content))
    content = _OPENING.sub(lambda found: "" if found[1] in closed else found[0], content)
    return _CLOSING.sub("", content)


def _enclosed(content: str, opening: re.Pattern[str], closing: str) -> Iterator[tuple[str, str, str]]:
    """The content in pieces of (name, all of it, what is inside); the name is empty between enclosures.

    An opening without an end is no enclosure, and neither are later ones of its name.
    """
    lower = content.lower()
    unclosed: set[str] = set()
    start = 0
    for found in opening.finditer(content):
        name = found[1].lower()
        if found.start() < start or name in unclosed:
            continue
        end = lower.find(closing.format(name), found.end())
        if end < 0:
            unclosed.add(name)
            continue
        stop = end + len(closing.format(name))
        yield "", content[start : found.start()], content[start : found.start()]
        yield name, content[found.start() : stop], content[found.end() : end]
        start = stop
    yield "", content[start:], content[start:]


def _figure(inside: str) -> str:
    parts = _MEDIA_THEN_TEXT.fullmatch(inside)
    media, text = parts.groups() if parts else ("", inside)
    return f"<figure>{media}<figcaption>{text.strip()}</figcaption></figure>"


def add_paragraphs(content: str) -> str:
    """Put ``<p>`` around text between blank lines and ``<br>`` at the end of its other lines."""
    pieces = _enclosed(content, _VERBATIM, _VERBATIM_END)
    return "".join(piece if name else _paragraphs(piece) for name, piece, _ in pieces)


def _paragraphs(text: str) -> str:
    depth = 0
    made: list[str] = []
    for piece in _BLOCK_TAG.split(text):
        if _BLOCK_TAG.fullmatch(piece):
            depth = max(0, depth + _step(piece))
            made.append(piece)
        elif depth > 0:
            made.append(piece)
        else:
            made.extend(_paragraph(chunk) for chunk in _BLANK_LINE.split(piece))
    return "".join(made)


def _step(tag: str) -> int:
    if tag.startswith("</"):
        return -1
    return 0 if tag.endswith("/>") or tag[1:3].lower() == "hr" else 1


def _paragraph(chunk: str) -> str:
    lines = chunk.strip()
    return "<p>{}</p>\n".format(lines.replace("\n", "<br>\n")) if lines else ""
