"""What is stored of a document: one Zstandard frame with the record, its text, and where its words are.

A frame holds, each behind its size: the record without its text (MessagePack), the title and the text
(UTF-8), and where the words of both are (:mod:`..kernels.places`). Frames of one segment are compressed with
a dictionary made from its first articles: they are small, and alike.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import zstandard

from ....article import Article, Block, BlockKind
from ...base import Record

LEVEL: Final = 3
DICTIONARY_BYTES: Final = 64 * 1024
SAMPLED_BYTES: Final = 100 * DICTIONARY_BYTES  # as its makers advise
WORTHWHILE_BYTES: Final = 6 * DICTIONARY_BYTES  # of less, a dictionary saves less than it takes
MAX_DICTIONARIES: Final = 255
_SIZES: Final = struct.Struct("<5I")  # record, title, text; places of the words of either

_HEXADECIMAL: Final = b"x"
_TEXT: Final = b"t"

_APART: Final = {"title": "", "blocks": (), "dropped": ()}  # of an article, not in its record
_BARE: Final = [one.name for one in fields(Article) if one.name not in _APART]
_bare_of = attrgetter(*_BARE)
_encode = msgspec.msgpack.Encoder().encode


class _Stored(msgspec.Struct, array_like=True, frozen=True):
    """A record without its text. ``blocks`` are kind, level and number of characters of each."""

    article: Article
    blocks: list[tuple[BlockKind, int, int]]
    source: str
    key: str
    locator: str
    digest: bytes
    sequence: int
    accepted_at: str


class _Shown(msgspec.Struct, array_like=True, frozen=True):
    """The beginning of :class:`_Stored`; what is behind it is passed over."""

    article: Article


_decode = msgspec.msgpack.Decoder(_Stored).decode
_decode_shown = msgspec.msgpack.Decoder(_Shown).decode


def pack_record(record: Record) -> bytes:
    """A record without its text and without what was dropped from its page.

    Raises:
        UnicodeEncodeError: a value holds half of a character.
    """
    article = record.article
    bare = _APART | dict(zip(_BARE, _bare_of(article), strict=True))
    stored = (
        bare,
        [(block.kind, block.level, len(block.text)) for block in article.blocks],
        record.source,
        record.key,
        record.locator,
        _pack_digest(record.digest),
        record.sequence,
        record.accepted_at,
    )
    return _encode(stored)


def _pack_digest(digest: str) -> bytes:
    """The bytes that hexadecimal digits stand for, or the text itself, behind a byte that says which."""
    try:
        raw = bytes.fromhex(digest)
    except ValueError:
        raw = b""
    return _HEXADECIMAL + raw if raw.hex() == digest else _TEXT + digest.encode()


def _read_digest(packed: bytes) -> str:
    return packed[1:].hex() if packed[:1] == _HEXADECIMAL else packed[1:].decode()


def pack_content(record: bytes, title: bytes, text: bytes, title_places: bytes, text_places: bytes) -> bytes:
    """The parts of a frame as one."""
    sizes = _SIZES.pack(len(record), len(title), len(text), len(title_places), len(text_places))
    return b"".join((sizes, record, title, text, title_places, text_places))


class Frame:
    """An unpacked frame; what is asked for is decoded."""

    __slots__ = ("_bounds", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        head, title, text, *_ = _SIZES.unpack_from(data)
        self._bounds = (_SIZES.size + head, _SIZES.size + head + title, _SIZES.size + head + title + text)

    @property
    def title(self) -> str:
        """The title."""
        return self.data[self._bounds[0] : self._bounds[1]].decode()

    @property
    def text(self) -> str:
        """The text: the blocks, a line break between them."""
        return self.data[self._bounds[1] : self._bounds[2]].decode()

    @property
    def article(self) -> Article:
        """The article without its text: what a hit shows beside its excerpts."""
        head, title, _ = self._bounds
        return _titled(_decode_shown(self.data[_SIZES.size : head]).article, self.data[head:title])

    @property
    def record(self) -> Record:
        """The whole record."""
        stored, blocks, at = _decode(self.data[_SIZES.size : self._bounds[0]]), [], 0
        text = self.text
        for kind, level, size in stored.blocks:
            blocks.append(Block(kind, text[at : at + size], level))
            at += size + 1
        article = _titled(stored.article, self.data[self._bounds[0] : self._bounds[1]])
        object.__setattr__(article, "blocks", tuple(blocks))
        return Record(
            article,
            stored.source,
            stored.key,
            stored.locator,
            _read_digest(stored.digest),
            stored.sequence,
            stored.accepted_at,
        )


def _titled(bare: Article, title: bytes) -> Article:
    """PERF: put into the article that was decoded and that nobody else has: a copy takes as long as a hit."""
    object.__setattr__(bare, "title", title.decode())
    return bare


def train(samples: Sequence[bytes]) -> bytes:
    """A dictionary made from some frames' contents; empty when they are too few."""
    try:
        trained = zstandard.train_dictionary(DICTIONARY_BYTES, list(samples), k=400, d=8)
    except zstandard.ZstdError:
        return b""
    return trained.as_bytes()


class Compressor:
    """Makes frames with one dictionary."""

    def __init__(self, dictionary: bytes) -> None:
        given = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        if given is not None:
            given.precompute_compress(level=LEVEL)
        self._compressor = zstandard.ZstdCompressor(
            level=LEVEL, dict_data=given, write_checksum=False, write_dict_id=False
        )

    def compress(self, content: bytes) -> bytes:
        """One frame."""
        return self._compressor.compress(content)

    def compress_all(self, contents: Sequence[bytes]) -> list[bytes]:
        """A frame for each. PERF: in one call, which lets other threads run meanwhile."""
        if not contents:
            return []
        made = self._compressor.multi_compress_to_buffer(list(contents))
        return [made[at].tobytes() for at in range(len(made))]


class Store:
    """Reads the frames of a segment. Safe to use from several threads: each has its own decompressors."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._offsets = arrays["store.offsets"]
        self._frames = arrays["store.frames"].data
        self._which = arrays["store.which"]
        bounds, data = arrays["store.bounds"].tolist(), arrays["store.dictionaries"].tobytes()
        self.dictionaries = [data[start:end] for start, end in pairwise(bounds)]
        self._given = [zstandard.ZstdCompressionDict(given) for given in self.dictionaries]
        self._local = threading.local()

    def frame(self, document: int) -> Frame:
        """The frame of a document."""
        return Frame(self.content(document))

    def content(self, document: int) -> bytes:
        """What :func:`pack_contents` made of a document."""
        return self._decompressor(int(self._which[document])).decompress(self.packed(document))

    def contents(self, documents: Iterable[int]) -> list[bytes]:
        """As :meth:`content`, of several documents."""
        wanted = np.fromiter(documents, np.int64)
        which, starts = self._which[wanted].tolist(), self._offsets[wanted].tolist()
        ends, frames = self._offsets[wanted + 1].tolist(), self._frames
        unpack = {number: self._decompressor(number).decompress for number in set(which)}
        return [
            unpack[number](frames[start:end]) for number, start, end in zip(which, starts, ends, strict=True)
        ]

    def packed(self, document: int) -> memoryview:
        """A document's frame as it is."""
        return self._frames[int(self._offsets[document]) : int(self._offsets[document + 1])]

    def _decompressor(self, which: int) -> zstandard.ZstdDecompressor:
        known: dict[str, zstandard.ZstdDecompressor] = self._local.__dict__
        key = f"d{which}"
        if key not in known:
            given = self._given[which - 1] if which else None
            known[key] = zstandard.ZstdDecompressor(dict_data=given)
        return known[key]
