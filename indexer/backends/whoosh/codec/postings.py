"""What stock Whoosh asks of terms: dictionaries, postings, statistics. Correct rather than fast.

The forms fields (``title_forms``, ``content_forms``) are not on disk: a stem's postings are those of the
words that have it, of documents in its language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec import base
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from ....fields import FILTERS, TEXT
from ..kernels.spans import FIELD_BITS, in_order, occurrences
from .opened import OpenSegment, Strings

FORMS = "_forms"
Term = tuple[str, bytes]
_POSITION = np.uint64((1 << FIELD_BITS) - 1)
_CANDIDATE = np.uint64(FIELD_BITS + 2)


class TermsReader(base.TermsReader):
    """The terms of one segment, field by field."""

    def __init__(self, opened: OpenSegment) -> None:
        self._opened = opened
        self._fields = sorted([*FILTERS, "id", *TEXT, *(name + FORMS for name in TEXT)])
        self._values = {name: Strings(opened.arrays, name) for name in FILTERS}

    # -- dictionaries ----------------------------------------------------------------------

    def indexed_field_names(self) -> list[str]:
        """The fields that have terms."""
        return self._fields

    def _strings(self, fieldname: str) -> Strings:
        if fieldname == "id":
            return self._opened.ids
        if fieldname.endswith(FORMS):
            return self._opened.stems
        return self._opened.terms if fieldname in TEXT else self._values[fieldname]

    def __contains__(self, term: Term) -> bool:
        fieldname, text = term
        if fieldname not in self._fields:
            return False
        number = self._strings(fieldname).find(text)
        return number >= 0 and self._held(fieldname, number)

    def _held(self, fieldname: str, number: int) -> bool:
        """Whether the field itself holds the term: text fields share their dictionaries."""
        if fieldname not in TEXT and not fieldname.endswith(FORMS):
            return True
        return len(self._documents(fieldname, number)) > 0

    def terms(self) -> Iterator[Term]:
        """Every term, field by field."""
        for fieldname in self._fields:
            yield from self._from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms from a place on, those of later fields included."""
        yield from self._from(fieldname, prefix)
        for later in self._fields[self._fields.index(fieldname) + 1 :]:
            yield from self._from(later, b"")

    def _from(self, fieldname: str, first: bytes) -> Iterator[Term]:
        strings = self._strings(fieldname)
        low = next((at for at in range(len(strings)) if strings[at] >= first), len(strings)) if first else 0
        for number in range(low, len(strings)):
            if self._held(fieldname, number):
                yield fieldname, strings[number]

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Every term with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """As :meth:`terms_from`, with statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        """Walks a field's terms as text."""
        return _Cursor([fieldobj.from_bytes(text) for _, text in self._from(fieldname, b"")])

    # -- postings --------------------------------------------------------------------------

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Statistics of a term."""
        documents, positions = self._postings(fieldname, self._number(fieldname, text))
        weights = [len(found) for found in positions] or [1] * len(documents)
        info = TermInfo()
        name = fieldname.removesuffix(FORMS)
        lengths = self._opened.arrays[f"{name}.lengths"] if name in TEXT else None
        for document, weight in zip(documents.tolist(), weights, strict=True):
            info.add_posting(document, weight, int(lengths[document]) if lengths is not None else 0)
        return info

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """The postings of a term."""
        documents, positions = self._postings(fieldname, self._number(fieldname, text))
        weights = [float(len(found)) for found in positions]
        values = [np.array(found, "<u4").tobytes() for found in positions]
        return ListMatcher(
            documents.tolist(),
            weights or None,
            values or None,
            format_,
            scorer,
            all_weights=None if weights else 1.0,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def _number(self, fieldname: str, text: bytes) -> int:
        if (fieldname, text) not in self:
            raise TermNotFound(f"{fieldname}:{text!r}")
        return self._strings(fieldname).find(text)

    def _documents(self, fieldname: str, number: int) -> npt.NDArray[np.uint32]:
        return self._postings(fieldname, number)[0]

    def _postings(
        self, fieldname: str, number: int
    ) -> tuple[npt.NDArray[np.uint32], list[npt.NDArray[np.uint32]]]:
        """The documents of a term, and in text fields the positions in each."""
        if fieldname == "id":
            return self._opened.arrays["ids.documents"][number : number + 1], []
        if fieldname in FILTERS:
            return self._opened.carriers(fieldname, number), []
        terms, languages = self._words(fieldname, number)
        return self._positions(TEXT.index(fieldname.removesuffix(FORMS)), terms, languages)

    def _words(self, fieldname: str, number: int) -> tuple[npt.NDArray[np.int64], str]:
        """The terms a term of a field stands for, and the language it is of, if it is of one."""
        if not fieldname.endswith(FORMS):
            return np.array([number], np.int64), ""
        starts = self._opened.arrays["stems.starts"]
        terms = self._opened.arrays["stems.terms"][int(starts[number]) : int(starts[number + 1])]
        return terms.astype(np.int64), self._opened.stems[number].partition(b":")[0].decode()

    def _positions(
        self, field: int, terms: npt.NDArray[np.int64], lang: str
    ) -> tuple[npt.NDArray[np.uint32], list[npt.NDArray[np.uint32]]]:
        opened = self._opened
        candidates = np.arange(opened.documents, dtype=np.uint32)
        weights = np.ones((len(terms), len(opened.languages) + 1), np.float64)
        if lang:
            weights[:, [name != lang for name in opened.languages] + [True]] = 0.0
        keys, places, runs = occurrences(
            opened.table, np.array([field], np.int64), terms, weights, not lang, candidates
        )
        keys, _ = in_order(keys, places, runs)
        keys = np.unique(keys)
        documents, firsts = np.unique((keys >> _CANDIDATE).astype(np.uint32), return_index=True)
        return documents, np.split((keys & _POSITION).astype(np.uint32), firsts[1:]) if len(documents) else []


class _Cursor(base.FieldCursor):
    """A walk along a list of texts."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._at = 0

    def first(self) -> str | None:
        """Go to the first text."""
        self._at = 0
        return self.text()

    def find(self, string: str | bytes) -> str | None:
        """Go to the first text that does not sort before one."""
        wanted = string.decode() if isinstance(string, bytes) else string
        self._at = next((at for at, text in enumerate(self._texts) if text >= wanted), len(self._texts))
        return self.text()

    def next(self) -> str | None:
        """Go on."""
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        """The text here; ``None`` behind the last."""
        return self._texts[self._at] if self._at < len(self._texts) else None

    def is_valid(self) -> bool:
        """Whether there is a text here."""
        return self._at < len(self._texts)
