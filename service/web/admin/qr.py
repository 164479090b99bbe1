"""A picture that an authenticator reads, as SVG without a style attribute."""

from __future__ import annotations

import segno
from markupsafe import Markup


def picture(address: str) -> Markup:
    """The picture of an address. It is dark on light in every theme, or cameras would not read it."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=False
    )
    return Markup(drawn)  # noqa: S704  made of numbers and the colours above
