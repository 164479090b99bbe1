"""One page as a source hands it on: bytes, and what the source knows about them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes with a name.

    ``source`` is the source's stable name (``folder:/srv/site``), ``key`` the page's name inside
    it (``women/article.html``): together they are the page's identity. ``url`` is the page's
    address as the source knows it, or empty. ``charset`` is a hint from outside the bytes (an
    HTTP header), or empty. ``locator`` is what a person opens to see the page: a path or an address.
    """

    source: str
    key: str
    data: bytes
    url: str = ""
    charset: str = ""
    locator: str = ""
