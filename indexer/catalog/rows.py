"""What crosses the catalog's border beside articles, and how articles are written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from ..article import Article, Block, Dropped
from ..backends.base import Record
from ..errors import CatalogError
from ..site import Site

RECORD_COLUMNS = "id, source, key, locator, digest, sequence, accepted_at, metadata, blocks, dropped"


class DamagedRow(CatalogError):
    """A row that cannot be read back; the text says which, and ``what`` is that in words of the decoder."""

    def __init__(self, row: str, what: str) -> None:
        super().__init__(
            f"{row} cannot be read back ({what}): the catalog is damaged; `broadsheet check` lists all that "
            "cannot be read; restore it from a backup, or move it away and index again"
        )
        self.row = row
        self.what = what


@contextmanager
def _decoding(row: str) -> Iterator[None]:
    """Turn what a decoder says of bytes that a disk has changed into :class:`DamagedRow`."""
    try:
        yield
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
        raise DamagedRow(row, str(error)) from error


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An article that is no more: its id, the number of the change and when it was made (ISO 8601 UTC)."""

    article_id: str
    sequence: int
    removed_at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an article stands in the catalog, without its text."""

    live: bool
    digest: str
    url: str
    accepted_at: str


@dataclass(frozen=True, slots=True)
class PageNote:
    """What was made of a page when it was last read.

    ``digest`` is the SHA-256 of its bytes (empty: read it again whatever it holds) and ``reader``
    names the parser and the ``site.toml`` it was read with. ``canonical`` and ``title`` are what the
    page says of itself. ``reason`` is empty for an accepted page, else why it is none, with ``detail``.
    """

    source: str
    key: str
    locator: str
    digest: str
    reader: str
    canonical: str = ""
    title: str = ""
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """An article as three JSON texts, split by how often each is needed."""

    metadata: bytes
    blocks: bytes
    dropped: bytes


_encode = msgspec.json.Encoder().encode
_article = msgspec.json.Decoder(Article).decode
_blocks = msgspec.json.Decoder(tuple[Block, ...]).decode
_dropped = msgspec.json.Decoder(tuple[Dropped, ...]).decode


def write_article(article: Article) -> Written:
    """An article as it is stored."""
    bare = replace(article, blocks=(), dropped=())
    return Written(_encode(bare), _encode(article.blocks), _encode(article.dropped))


def read_metadata(article_id: str, metadata: bytes) -> Article:
    """The article of an id without its blocks, from what :func:`write_article` made.

    Raises:
        DamagedRow: this is not what was written.
    """
    with _decoding(f"article {article_id}"):
        return _article(metadata)


def read_record(row: Sequence[Any]) -> Record:
    """A record from a row of :data:`RECORD_COLUMNS`.

    Raises:
        DamagedRow: this is not what was written.
    """
    identity, *known, metadata, blocks, dropped = row
    with _decoding(f"article {identity}"):
        article = replace(_article(metadata), blocks=_blocks(blocks), dropped=_dropped(dropped))
    return Record(article, *known)


def write_site(site: Site) -> bytes:
    """A site as it is stored, and as it is told from another."""
    return _encode(site)


def read_site(value: bytes) -> Site | None:
    """A stored site; ``None`` when it was stored by a version that knew other settings.

    Raises:
        DamagedRow: this is not what was written.
    """
    with _decoding("the site"):
        try:
            return msgspec.json.decode(value, type=Site)
        except msgspec.ValidationError:
            return None


def read_stamps(value: bytes) -> dict[str, list[str]]:
    """The stamps of the index's commits, by generation.

    Raises:
        DamagedRow: this is not what was written.
    """
    with _decoding("the list of generations"):
        return msgspec.json.decode(value, type=dict[str, list[str]])
