"""WordPress content as stored, made into the HTML a browser would be sent.

The classic editor stores plain lines: a blank line is a new paragraph, a single one a line break;
WordPress adds the markup when it shows the post. Shortcodes in square brackets become markup then,
too; what they would draw is not in the export, so only the text they enclose is kept.
"""

from __future__ import annotations

import re

_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_BLOCKS = (
    "address|article|aside|blockquote|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|header|hr|iframe|li|main|nav|ol|p|pre|script|section|style|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_BLOCK_TAG = re.compile(rf"(</?(?:{_BLOCKS})\b[^>]*>)", re.IGNORECASE)
_HAS_MARKUP = re.compile(r"<!--\s*wp:|<p[\s>]", re.IGNORECASE)
_VERBATIM = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2\s*>)", re.IGNORECASE | re.DOTALL)

_CAPTION = re.compile(r"\[(?:wp_)?caption\b[^\]]*\](.*?)\[/(?:wp_)?caption\]", re.DOTALL)
_MEDIA_THEN_TEXT = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL)
_CORE = re.compile(r"\[/?(?:gallery|embed|audio|video|playlist)\b[^\]]*\]")
_WITH_SETTINGS = re.compile(r"\[[a-z][a-z0-9_-]*\s[^\]\[]*=[^\]\[]*\]")
_ENCLOSING = re.compile(r"\[([a-z][a-z0-9_-]*)\](?=.*\[/\1\])|\[/[a-z][a-z0-9_-]*\]", re.DOTALL)
# Longer content is no prose; looking ahead for the end of every shortcode would take too long there.
_MAX_ENCLOSING = 200_000


def to_html(content: str) -> str:
    """Stored content as HTML: shortcodes dropped, paragraphs made where the content has none."""
    content = drop_shortcodes(content.replace("\r\n", "\n").replace("\r", "\n"))
    return content if _HAS_MARKUP.search(content) else add_paragraphs(content)


def drop_shortcodes(content: str) -> str:
    """Remove shortcodes, keeping the text they enclose; ``[sic]`` and its like are text and stay."""
    content = _CAPTION.sub(_figure, content)
    content = _WITH_SETTINGS.sub("", _CORE.sub("", content))
    return _ENCLOSING.sub("", content) if len(content) <= _MAX_ENCLOSING else content


def _figure(found: re.Match[str]) -> str:
    parts = _MEDIA_THEN_TEXT.fullmatch(found[1])
    media, text = parts.groups() if parts else ("", found[1])
    return f"<figure>{media}<figcaption>{text.strip()}</figcaption></figure>"


def add_paragraphs(content: str) -> str:
    """Put ``<p>`` around text between blank lines and ``<br>`` at the end of its other lines."""
    parts = _VERBATIM.split(content)
    made: list[str] = []
    for position in range(0, len(parts), 3):
        made.append(_paragraphs(parts[position]))
        made.extend(parts[position + 1 : position + 2])
    return "".join(made)


def _paragraphs(text: str) -> str:
    depth = 0
    made: list[str] = []
    for piece in _BLOCK_TAG.split(text):
        if _BLOCK_TAG.fullmatch(piece):
            depth += _step(piece)
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
