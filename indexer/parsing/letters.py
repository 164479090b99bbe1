"""How large the letters of an element are, by its own markup: all that pages without headings have."""

from __future__ import annotations

import re

from .tree import Node

_FONT_SIZES = (0.63, 0.82, 1.0, 1.13, 1.5, 2.0, 3.0)
"""What ``<font size>`` 1 to 7 is, in times the usual size (HTML Standard, 15.3.4)."""

_USUAL = 3
_RELATIVE = re.compile(r"([+-])?(\d)$")
_STYLE = re.compile(r"font-size\s*:\s*(\d{1,3}(?:\.\d{1,3})?)\s*(px|pt|r?em|%)", re.IGNORECASE)
_UNITS = {"px": 1 / 16, "pt": 1 / 12, "em": 1.0, "rem": 1.0, "%": 0.01}


def letters(node: Node) -> float:
    """The size of an element's letters in times the usual size; 0 when its markup does not say."""
    if node.name == "big":
        return 1.2
    styled = _STYLE.search(node.get("style")[:500]) if "style" in node.attrs else None
    if styled:
        return float(styled[1]) * _UNITS[styled[2].lower()]
    stated = _RELATIVE.match(node.get("size").strip()) if node.name == "font" else None
    if stated is None:
        return 0.0
    step = int(stated[2])
    place = _USUAL + step if stated[1] == "+" else _USUAL - step if stated[1] else step
    return _FONT_SIZES[min(max(place, 1), 7) - 1]
