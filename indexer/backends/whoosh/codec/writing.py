"""What stock Whoosh's own ``SegmentWriter`` needs to write a segment of ours, posting by posting.

Our writer does not come this way (:mod:`..build` makes the same arrays from whole batches). It is for those
who have Whoosh's writer in hand: ``index.writer(codec=ColumnarCodec())``, with documents of
:func:`..schema.to_document`. The postings of the forms fields are dropped: what a segment holds instead is
made from the words and the languages. Everything waits in memory until the commit.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from whoosh.codec import base

from ....analysis import read_term
from ....analysis.stem_pairs import StemPairs
from ....analysis.stems import STEMMERS
from ....fields import FILTERS, TEXT
from ..build.flush import check_size, columns, dictionaries, field_arrays, stem_table, strings, write_segment
from ..build.frames import offsets_of
from .documents import LENGTH
from .layout import CHUNK, chunks_of
from .postings import FORMS
from .stored import SAMPLED_BYTES, WORTHWHILE_BYTES, Compressor, train

RECORD: Final = "record"
_KEYWORDS: Final = frozenset({"id", *FILTERS})
_FORMS: Final = frozenset(name + FORMS for name in TEXT)

Array = npt.NDArray[Any]
Arrays = Iterator[tuple[str, Array]]
Numbers = npt.NDArray[np.int64]


@dataclass(slots=True)
class Words:
    """The postings of a text field, term by term: an entry each, and all positions as bytes."""

    terms: list[bytes] = field(default_factory=list)
    term: array[int] = field(default_factory=lambda: array("q"))
    document: array[int] = field(default_factory=lambda: array("q"))
    frequency: array[int] = field(default_factory=lambda: array("q"))
    positions: bytearray = field(default_factory=bytearray)

    def add(self, document: int, packed: bytes) -> None:
        """A posting of the last term; ``packed`` are its positions, see :class:`..schema.PackedPositions`."""
        self.term.append(len(self.terms) - 1)
        self.document.append(document)
        self.frequency.append(len(packed) // 4)
        self.positions += packed

    @property
    def numbers(self) -> tuple[Numbers, Numbers, Numbers]:
        """Of each posting: term, document, frequency."""
        term, document, frequency = (
            np.array(numbers, np.int64) for numbers in (self.term, self.document, self.frequency)
        )
        return term, document, frequency

    @property
    def places(self) -> npt.NDArray[np.uint32]:
        """All positions."""
        return np.frombuffer(bytes(self.positions), "<u4").astype(np.uint32)


@dataclass(slots=True)
class Draft:
    """A segment under way, shared by the two writers."""

    records: list[bytes] = field(default_factory=list)
    columns: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    keywords: dict[str, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    words: dict[str, Words] = field(default_factory=lambda: {name: Words() for name in TEXT})

    def begin(self) -> None:
        """A document more, of which nothing is known."""
        self.records.append(b"")
        for name in ("published", "tie", *(name + LENGTH for name in TEXT)):
            self.columns[name].append(0)
        for name in _KEYWORDS:
            self.keywords[name].append([])


class PerDocumentWriter(base.PerDocumentWriter):
    """Takes what stands with a document."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        """Begin the next document."""
        if docnum != len(self._draft.records):
            raise base.OutOfOrderError(f"document {docnum} after {len(self._draft.records)}")
        self._draft.begin()

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        """Keep a stored value: the record is the only one. Lengths are columns of the schema."""
        del fieldobj, length
        if fieldname == RECORD and value is not None:
            self._draft.records[-1] = value

    def add_column_value(self, fieldname: str, columnobj: Any, value: int) -> None:
        """Keep a number."""
        del columnobj
        self._draft.columns[fieldname][-1] = value

    def finish_doc(self) -> None:
        """See that the document is an article."""
        if not self._draft.records[-1]:
            raise ValueError("a document of this index needs its record: see schema.to_document")

    def close(self) -> None:
        """Nothing more comes."""
        self.is_closed = True


class FieldWriter(base.FieldWriter):
    """Takes the postings in order, and writes the segment's file when it is closed."""

    def __init__(self, draft: Draft, path: Path) -> None:
        self._draft = draft
        self._path = path
        self._field = ""
        self._text = b""
        self._complete = False
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Any]) -> None:
        """Take all postings: only then there is a segment to write, and not when the writer gives up."""
        super().add_postings(schema, lengths, items)
        self._complete = True

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        """Begin a field.

        Raises:
            ValueError: a segment of ours has no such field.
        """
        del fieldobj
        if fieldname not in _KEYWORDS | _FORMS and fieldname not in TEXT:
            raise ValueError(f"a segment has no place for a field {fieldname!r}")
        self._field = fieldname

    def start_term(self, text: bytes) -> None:
        """Begin a term."""
        self._text = text
        if self._field in TEXT:
            self._draft.words[self._field].terms.append(text)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        """A posting of the term."""
        del weight, length
        if self._field in TEXT:
            self._draft.words[self._field].add(docnum, vbytes)
        elif self._field in _KEYWORDS:
            self._draft.keywords[self._field][docnum].append(self._text.decode())

    def finish_term(self) -> None:
        """Nothing is left to do for a term."""

    def close(self) -> None:
        """Write the file, durably."""
        if self._complete:
            write_segment(self._path, _arrays(self._draft), len(self._draft.records))
        self.is_closed = True


# -- from a draft to the arrays of a segment ---------------------------------------------------------


def _arrays(draft: Draft) -> Arrays:
    terms = sorted({term for words in draft.words.values() for term in words.terms})
    number = {term: at for at, term in enumerate(terms)}
    ranks = {
        name: np.array([number[term] for term in words.terms], np.int64)
        for name, words in draft.words.items()
    }
    yield from strings("terms", terms)
    yield from _joined_forms(draft, ranks, terms)
    yield from _stems(draft, ranks, terms)
    for name in TEXT:
        yield from _field(name, draft.words[name], ranks[name], len(terms), chunks_of(len(draft.records)))
        yield f"{name}.lengths", np.array(draft.columns[name + LENGTH], np.uint32)
    values = {name: [tuple(slugs) for slugs in draft.keywords[name]] for name in FILTERS}
    yield from columns(values, [identity for (identity,) in draft.keywords["id"]])
    for name in ("published", "tie"):
        yield name, np.array(draft.columns[name], np.uint32)
    yield from _store(draft.records)


def _field(name: str, words: Words, ranks: Numbers, count: int, chunks: int) -> Arrays:
    term, document, frequency = words.numbers
    check_size(int(frequency.sum()))
    places = (ranks[term] if len(term) else term) * chunks + document // CHUNK
    starts = np.zeros(count * chunks + 1, np.uint32)
    np.cumsum(np.bincount(places, minlength=count * chunks), out=starts[1:])
    # Whoosh gives the terms of a field in their order, as the dictionary has them.
    postings = (document % CHUNK).astype(np.uint16)
    yield from field_arrays(name, starts, postings, frequency.astype(np.uint32), words.places)


def _joined_forms(draft: Draft, ranks: Mapping[str, Numbers], terms: Sequence[bytes]) -> Arrays:
    """A joined form begins where its first part stands: of each, the term of one position there."""
    lengths = np.array([read_term(term.decode())[2] for term in terms], np.int64)
    firsts: dict[int, int] = {}
    for name, words in draft.words.items():
        term, document, frequency = words.numbers
        term, document = np.repeat(ranks[name][term], frequency), np.repeat(document, frequency)
        order = np.lexsort((lengths[term], words.places, document))
        term, document, place = term[order], document[order], words.places[order]
        new = np.ones(len(term), np.bool_)
        new[1:] = (document[1:] != document[:-1]) | (place[1:] != place[:-1])
        first = np.maximum.accumulate(np.where(new, np.arange(len(term)), 0))
        joined = np.flatnonzero(lengths[term] > 1)
        firsts |= zip(term[joined].tolist(), term[first[joined]].tolist(), strict=True)
    forms = sorted(firsts)
    yield "joined.terms", np.array(forms, np.uint32)
    yield "joined.first", np.array([firsts[form] for form in forms], np.uint32)
    yield "joined.lengths", lengths[forms].astype(np.uint8)


def _stems(draft: Draft, ranks: Mapping[str, Numbers], terms: Sequence[bytes]) -> Arrays:
    names: list[bytes] = []
    stem_parts, term_parts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    langs = np.array([slugs[0] if slugs else "" for slugs in draft.keywords["lang"]], np.str_)
    for lang in sorted(STEMMERS.keys() & set(langs.tolist())):
        pairs = StemPairs(lang)
        for name, words in draft.words.items():
            term, document, _ = words.numbers
            pairs.see(ranks[name][term[langs[document] == lang]].astype(np.uint32), len(terms))
        found = pairs.stems(list(terms))
        stem_parts.append(found.stem.astype(np.int64) + len(names))
        term_parts.append(found.term.astype(np.int64))
        names += found.stems
    yield from stem_table(names, np.concatenate(stem_parts), np.concatenate(term_parts))


def _store(records: Sequence[bytes]) -> Arrays:
    size = sum(map(len, records))
    dictionary = train(_samples(records)) if size > WORTHWHILE_BYTES else b""
    compressor = Compressor(dictionary)
    frames = [compressor.compress(record) for record in records]
    yield "store.offsets", offsets_of(np.array([len(frame) for frame in frames], np.uint32))
    yield "store.frames", np.frombuffer(b"".join(frames), np.uint8)
    given = [dictionary] if dictionary else []
    yield "store.which", np.full(len(frames), len(given), np.uint8)
    yield from dictionaries(given)


def _samples(records: Sequence[bytes]) -> list[bytes]:
    samples, size = [], 0
    for record in records:
        if size >= SAMPLED_BYTES:
            break
        samples.append(record)
        size += len(record)
    return samples
