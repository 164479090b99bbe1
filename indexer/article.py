"""An article as every part of Broadsheet knows it: frozen, and free of HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

BlockKind = Literal["heading", "paragraph", "quote", "list", "table", "caption"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an article's text, in reading order.

    ``text`` is display text: white space collapsed, everything else as on the page. A list has
    one item a line, a table one row a line with cells separated by a tab. ``level`` is 1 to 6
    for headings and 0 otherwise.
    """

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of the page that is not the article, and why.

    ``rule`` is a stable name from the table in ``parsing/furniture.py`` (for example
    ``landmark:nav``, ``class:sidebar``, ``link-density``), ``where`` a short description of the
    element (``aside#secondary.widget-area``), ``text`` the first 500 characters of what it held.
    """

    rule: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """A taxonomy term as found: ``label`` is what people read, ``slug`` its stable key."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says, without the page.

    ``id`` is stable over re-reads and never reused for another address: see
    :func:`article_id`. ``url`` is the canonical address, or the source's own name of the page
    (a relative path) when the page names none. ``lang`` is a lower-case primary language
    subtag (``en``, ``fa``) or ``und``. Dates are ISO 8601: a date (``2025-01-21``) or a date
    and time with offset, as precise as the page; empty when unknown.
    """

    id: str
    url: str
    title: str
    blocks: tuple[Block, ...]
    type: Label = Label("post", "Post")
    categories: tuple[Label, ...] = ()
    tags: tuple[Label, ...] = ()
    author: str = ""
    lang: str = "und"
    published_at: str = ""
    modified_at: str = ""
    image: str = ""
    description: str = ""
    dropped: tuple[Dropped, ...] = field(default=())

    @property
    def text(self) -> str:
        """The content as one display text: the blocks, a line break between them."""
        return "\n".join(block.text for block in self.blocks)


def article_id(source: str, key: str) -> str:
    """The identity of the article that stands under ``key`` in ``source``: 20 hexadecimal digits.

    A function of the two names alone, so that it is stable over re-reads and over rebuilt catalogs.
    80 bits: among ten million articles two would share one with a chance of 1 in 10^10.
    """
    # Lone surrogates cannot come from a source's names, but must not end a run either.
    name = f"{source}\0{key}".encode("utf-8", "backslashreplace")
    return blake2b(name, digest_size=10).hexdigest()
