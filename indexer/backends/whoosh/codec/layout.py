"""The names of a segment's arrays: one place for those who write and those who read.

A segment holds ``D`` documents, ``V`` terms, and chunks of 65,536 documents.

================================ ====================================================================
terms.bytes, terms.offsets       the dictionary of all text fields: UTF-8, sorted, cut at ``V + 1`` offsets
joined.terms, joined.first,      joined forms of compounds, the term of the first part of each,
joined.lengths                   and how many positions each covers
stems.bytes, stems.offsets       stems with their language (``en:execut``), sorted
stems.starts, stems.terms        the terms that have a stem
FIELD.starts                     where a term's postings in a chunk begin: ``V * chunks + 1``
FIELD.documents                  of each posting, the document within its chunk: 2 bytes
FIELD.frequencies                how often: 1 byte, 255 for more
FIELD.large_at, FIELD.large      the postings with 255 or more, and how often
FIELD.positions, FIELD.high      every position: low 2 bytes, and high 2 bytes where a text is so long
FIELD.skips                      where the positions of every 64th posting begin
FIELD.lengths                    positions in the field of each document
FILTER.bytes, FILTER.offsets     the values of a filter field, sorted
FILTER.of, FILTER.numbers        the values of each document
FILTER.starts, FILTER.carriers   the documents of each value
ids.bytes, ids.offsets           the articles' ids, sorted
ids.documents                    the document of each id
published, tie, language         columns: day of publication, order of equals, number of the language
store.offsets, store.frames      what is stored of each document: one Zstandard frame; offsets have 4 bytes
                                 where these reach
store.which                      the dictionary a frame needs: 0 for none
store.dictionaries, store.bounds dictionaries of Zstandard
================================ ====================================================================
"""

from __future__ import annotations

from typing import Final

from ....fields import FILTERS, TEXT

NO_LANGUAGE: Final = 0xFFFF  # beyond every language; its weight stands last in a leaf's table
CHUNK: Final = 1 << 16
MAX_POSTINGS: Final = (1 << 32) - 1  # of a field in one segment: what an offset of four bytes reaches


def chunks_of(documents: int) -> int:
    """How many chunks so many documents fill; at least one."""
    return max(1, -(-documents // CHUNK))


__all__ = ["CHUNK", "FILTERS", "MAX_POSTINGS", "NO_LANGUAGE", "TEXT", "chunks_of"]
