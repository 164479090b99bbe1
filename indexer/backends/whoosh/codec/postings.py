"""What stock Whoosh asks of terms: dictionaries, postings, statistics. Correct rather than fast.

The forms fields (``title_forms``, ``content_forms``) are not on disk: a stem's postings are those of the
words that have it, of documents in its language.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from ....fields import FILTERS, TEXT
from .matchers import PostingsMatcher, TermCursor, make_info
from .opened import OpenSegment, Strings
from .termpostings import (
    Postings,
    form_postings,
    holds_form,
    holds_word,
    without_positions,
    word_postings,
)

FORMS = "_forms"
Term = tuple[str, bytes]


class TermsReader(base.TermsReader):
    """The terms of one segment, field by field."""

    def __init__(self, opened: OpenSegment) -> None:
        self._opened = opened
        self._fields = sorted([*FILTERS, "id", *TEXT, *(name + FORMS for name in TEXT)])
        self._values = {name: Strings(opened.arrays, name) for name in FILTERS}
        self._languages = {name: number for number, name in enumerate(opened.languages)}

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
        return self._find(*term) >= 0

    def _find(self, fieldname: str, text: bytes) -> int:
        """The number of a term that the field holds, or -1."""
        number = self._strings(fieldname).find(text) if fieldname in self._fields else -1
        return number if number >= 0 and self._held(fieldname, number) else -1

    def _number(self, fieldname: str, text: bytes) -> int:
        number = self._find(fieldname, text)
        if number < 0:
            raise KeyError(f"{fieldname}:{text!r}")  # what Whoosh's reader understands
        return number

    def _held(self, fieldname: str, number: int) -> bool:
        """Whether the field itself holds the term: text fields share their dictionaries."""
        if fieldname in TEXT:
            return holds_word(self._opened, fieldname, number)
        if fieldname.endswith(FORMS):
            return holds_form(self._opened, fieldname.removesuffix(FORMS), *self._words(number))
        return True

    def terms(self) -> Iterator[Term]:
        """Every term, field by field."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms from a place on, those of later fields included."""
        if fieldname in self._fields:
            yield from self._from(fieldname, prefix)
        for later in self._fields[bisect_right(self._fields, fieldname) :]:
            yield from self._from(later, b"")

    def _from(self, fieldname: str, first: bytes) -> Iterator[Term]:
        strings = self._strings(fieldname)
        for number in range(strings.prefixed(first)[0], len(strings)):
            if self._held(fieldname, number):
                yield fieldname, strings[number]

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Every term with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """As :meth:`terms_from`, with statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> TermCursor:
        """Walks a field's terms as text."""
        strings = self._strings(fieldname)
        return TermCursor(
            len(strings),
            lambda number: fieldobj.from_bytes(strings[number]),
            lambda number: self._held(fieldname, number),
            lambda text: strings.prefixed(text)[0],
            lambda number: make_info(self._postings(fieldname, number), self._lengths(fieldname)),
        )

    # -- postings --------------------------------------------------------------------------

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Statistics of a term.

        Raises:
            KeyError: there is no such term.
        """
        postings = self._postings(fieldname, self._number(fieldname, text))
        return make_info(postings, self._lengths(fieldname))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> PostingsMatcher:
        """The postings of a term.

        Raises:
            TermNotFound: there is no such term.
        """
        number = self._find(fieldname, text)
        if number < 0:
            raise TermNotFound(f"{fieldname}:{text!r}")
        postings = self._postings(fieldname, number)
        info = make_info(postings, self._lengths(fieldname))
        return PostingsMatcher(postings, info, (fieldname, text), format_, scorer)

    def _lengths(self, fieldname: str) -> npt.NDArray[np.uint32]:
        """The positions of each document in the field, 0 where it has none."""
        name = fieldname.removesuffix(FORMS)
        if name not in TEXT:
            return np.zeros(self._opened.documents, np.uint32)
        return self._opened.arrays[f"{name}.lengths"]

    def _postings(self, fieldname: str, number: int) -> Postings:
        if fieldname == "id":
            return without_positions(self._opened.arrays["ids.documents"][number : number + 1])
        if fieldname in FILTERS:
            return without_positions(self._opened.carriers(fieldname, number))
        if fieldname in TEXT:
            return word_postings(self._opened, fieldname, number)
        return form_postings(self._opened, fieldname.removesuffix(FORMS), *self._words(number))

    def _words(self, stem: int) -> tuple[list[int], int]:
        """The words of a stem and the number of its language; -1 where no article has it."""
        arrays = self._opened.arrays
        low, high = arrays["stems.starts"][stem : stem + 2].tolist()
        lang = self._opened.stems[stem].partition(b":")[0].decode()
        return arrays["stems.terms"][low:high].tolist(), self._languages.get(lang, -1)
