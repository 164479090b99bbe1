"""One page as a source hands it on: bytes, and what the source knows about them."""

from __future__ import annotations

from dataclasses import dataclass

# The largest page that is read, in bytes. A page of text is well under 1 MB; more is data or a mistake.
MAX_PAGE_BYTES = 10 * 1024 * 1024


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


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not become an article, for the report.

    ``locator`` is what a person opens to see it, ``reason`` a stable word for programs
    (:data:`indexer.errors.RejectReason` and those of docs/operating.md), ``detail`` the same in
    words. ``key`` is the page's name inside its source; with ``below`` the failure stands for every
    page whose key begins with ``key`` (a folder that cannot be read, an export that breaks off), so
    that none of them is taken for removed.
    """

    locator: str
    reason: str
    detail: str
    key: str = ""
    below: bool = False

    def as_object(self) -> dict[str, str]:
        """The failure for programs, as commands and the API print it."""
        return {"locator": self.locator, "reason": self.reason, "detail": self.detail}

    def __str__(self) -> str:
        return f"{self.locator}: {self.reason}: {self.detail}"
