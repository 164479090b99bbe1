"""Highlights and addresses, made safe to stand in a page."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from ..search.request import Highlight

_LINKED = ("http", "https")


def marked(highlight: Highlight) -> Markup:
    """The highlight's text as HTML that holds nothing but text and ``<mark>``.

    Made from ``text`` and ``ranges``, not from ``html``: what stands on the page does not depend
    on another part having escaped it. Ranges that overlap, are empty or lie outside are joined
    or cut to fit.
    """
    text, pieces, at = highlight.text, [], 0
    for start, end in _in_order(highlight.ranges, len(text)):
        pieces += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])


def _in_order(ranges: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    ordered: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in ranges):
        if ordered and start < ordered[-1][1]:
            ordered[-1] = (ordered[-1][0], max(end, ordered[-1][1]))
        elif start < end:
            ordered.append((start, end))
    return ordered


def public_address(url: str) -> str:
    """``url`` when it can be followed from anywhere (http or https, with a host), else nothing.

    An article read from a folder may have only its file's name, and a hostile page may claim
    ``javascript:``; neither becomes a link.
    """
    try:
        parts = urlsplit(url)
        return url if parts.scheme in _LINKED and parts.hostname else ""
    except ValueError:
        return ""
