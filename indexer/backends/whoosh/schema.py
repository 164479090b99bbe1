"""The Whoosh schema: two fields of terms for each text field, keywords, and columns of numbers.

``title`` and ``content`` hold every word as itself (:func:`indexer.analysis.exact_term`),
``title_forms`` and ``content_forms`` the stems by language, at the same positions. What is shown
of an article is one stored value, ``record``: see :mod:`.codec.stored`.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from whoosh import columns, fields, formats

from ...analysis import Token, exact_term, stem_terms, token_count, tokenize
from ...analysis.chunker import code_points
from ...fields import FIELDS, FILTERS, TEXT
from ..base import Record
from ..evaluate import day_of
from ..memory import filter_values
from .codec.stored import Frame, pack_content, pack_record
from .kernels.places import pack_places

FORMS = "_forms"
LENGTH = "_length"

_BIG_ENDIAN = sys.byteorder == "big"


class PackedPositions(formats.Format):
    """Positions of a posting as little-endian 32-bit numbers; nothing is pickled."""

    def __init__(self) -> None:
        super().__init__()
        self.posting_size = -1

    @staticmethod
    def pack(positions: list[int]) -> bytes:
        """Positions to bytes."""
        packed = array("I", positions)
        if _BIG_ENDIAN:
            packed.byteswap()
        return packed.tobytes()

    def decode_positions(self, value: bytes) -> array[int]:
        """Bytes to positions."""
        positions = array("I", value)
        if _BIG_ENDIAN:
            positions.byteswap()
        return positions

    def decode_frequency(self, value: bytes) -> int:
        """How many positions."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """As Whoosh weighs a posting: by its frequency."""
        return float(len(value) // 4)


class TermField(fields.FieldType):
    """A field that takes its terms ready made: a mapping of term to ascending positions."""

    scorable = True
    stored = False
    unique = False

    def __init__(self) -> None:
        super().__init__(PackedPositions(), None, scorable=True, stored=False)

    def index(self, value: Mapping[str, list[int]], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """(term, frequency, weight, packed positions) of each term, as Whoosh wants them."""
        for term, positions in value.items():
            yield term.encode(), len(positions), float(len(positions)), PackedPositions.pack(positions)

    def to_bytes(self, value: str | bytes) -> bytes:
        """A term as it stands in the dictionary."""
        return value.encode() if isinstance(value, str) else value

    def from_bytes(self, value: bytes) -> str:
        """A term of the dictionary as text."""
        return value.decode()


def make_schema() -> fields.Schema:
    """The schema, read from the field table."""
    parts: dict[str, fields.FieldType] = {"record": fields.STORED()}
    for field in FIELDS:
        match field.kind:
            case "text":
                parts[field.name] = TermField()
                parts[field.name + FORMS] = TermField()
                parts[field.name + LENGTH] = fields.COLUMN(columns.NumericColumn("I"))
            case "keyword":
                parts[field.name] = fields.KEYWORD()
            case "id":
                parts[field.name] = fields.ID(unique=True)
                parts["tie"] = fields.COLUMN(columns.NumericColumn("I"))
            case "date":
                parts[field.name] = fields.COLUMN(columns.NumericColumn("I"))
            case "stored":
                parts[field.name] = fields.STORED()
    return fields.Schema(**parts)


def to_document(record: Record) -> dict[str, Any]:
    """The Whoosh document of a record, for Whoosh's own writer."""
    article = record.article
    texts = (article.title, article.text)
    tokens = {name: tokenize(text) for name, text in zip(TEXT, texts, strict=True)}
    places = [_places(text, tokens[name]) for name, text in zip(TEXT, texts, strict=True)]
    document: dict[str, Any] = {
        "id": article.id,
        "tie": zlib.crc32(article.id.encode()),
        "published": day_of(article.published_at) or 0,
        "record": pack_content(pack_record(record), *(text.encode() for text in texts), *places),
    }
    document.update({name: list(values) for name, values in filter_values(record).items() if name in FILTERS})
    for name, found in tokens.items():
        document |= _text_fields(name, found, article.lang)
    return document


def _text_fields(name: str, tokens: list[Token], lang: str) -> dict[str, Any]:
    words: dict[str, list[int]] = {}
    forms: dict[str, list[int]] = {}
    for token in tokens:
        _add(words, exact_term(token.surface, token.folded), token.position)
        for stem in stem_terms(token.surface, lang):
            _add(forms, stem, token.position)
    return {name: words, name + FORMS: forms, name + LENGTH: token_count(tokens)}


def _add(postings: dict[str, list[int]], term: str, position: int) -> None:
    positions = postings.setdefault(term, [])
    if not positions or positions[-1] != position:
        positions.append(position)


def _places(text: str, tokens: Sequence[Token]) -> bytes:
    """Where the words of a text are, as it is stored."""
    spans = np.array([(token.start, token.end) for token in tokens if token.length == 1], np.uint32)
    starts, ends = np.ascontiguousarray(spans.reshape(-1, 2).T)
    codes = code_points(text)
    data, _ = pack_places(codes, np.array([0, len(codes)]), starts, ends, np.array([0, len(starts)]))
    return bytes(data)


def read_record(stored: bytes) -> Record:
    """The record of a stored value."""
    return Frame(stored).record
