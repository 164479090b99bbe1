"""Reading: one commit of a Whoosh index, asked through Whoosh's own readers.

Postings are read with Whoosh's matchers; the set algebra and the scores come from
:mod:`indexer.backends.evaluate`. Nothing here knows the codec.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from rapidfuzz.distance import OSA

from ...analysis import SEPARATOR, folded_form, read_term, stem_terms
from ...errors import TimeBudgetExceeded
from ...fields import TEXT
from ...limits import MAX_EXPANSIONS
from ...matching import Span, fuzzy_weight, merge, phrase_spans, prefix_weight, spelling_weight
from ...query import Fuzzy, Leaf, Phrase, Prefix, Word
from ...ranking import OTHER_FORM
from ..base import Found, Labels, Record, Search
from ..evaluate import Finding, Watch, check_expansions, execute
from .generations import Manifest, Pointer
from .schema import FORMS, LENGTH, read_record

_LAST = "\U0010ffff"  # sorts behind every character a word can hold
Weighted = list[tuple[str, float, int]]  # term, weight, positions covered


class WhooshReader:
    """A :class:`~indexer.backends.base.Reader` over an open Whoosh reader.

    NOTE: Whoosh's matchers share one file position per segment, so a lock lets one thread read at
    a time; the time a query waits for it counts against the query's budget.
    """

    def __init__(self, reader: Any, pointer: Pointer, manifest: Manifest) -> None:
        self._reader = reader
        self._manifest = manifest
        self._lock = threading.RLock()
        self.generation = str(pointer)

    @property
    def sequence(self) -> int:
        return self._manifest.sequence

    @property
    def article_count(self) -> int:
        return self._manifest.articles

    @property
    def stamp(self) -> str:
        return self._manifest.stamp

    @property
    def labels(self) -> Labels:
        return self._manifest.labels

    # -- Reader ----------------------------------------------------------------------------

    def execute(self, search: Search) -> Found:
        wait = -1.0 if search.deadline is None else max(0.0, search.deadline - time.monotonic())
        if not self._lock.acquire(timeout=wait):
            raise TimeBudgetExceeded(wait)
        try:
            return execute(self, search)
        finally:
            self._lock.release()

    def get(self, article_id: str) -> Record | None:
        with self._lock:
            document = next(self._documents("id", article_id), None)
            return None if document is None else self.record(document)

    def knows(self, word: str) -> bool:
        with self._lock:
            leaf = Word(word)
            terms = [(name, term) for name in TEXT for term, _, _ in self._word_terms(name, leaf)]
            terms += [(name + FORMS, stem) for name in TEXT for stem in self._stems(leaf)]
            return any(next(self._documents(field, term), None) is not None for field, term in terms)

    def similar(self, word: str, distance: int, limit: int = 10) -> tuple[tuple[str, int], ...]:
        typed = folded_form(word)
        with self._lock:
            near = {
                folded: OSA.distance(typed, folded, score_cutoff=distance)
                for folded in (self._words(typed[:1]) if typed else ())
            }
            near = {folded: edits for folded, edits in near.items() if 0 < edits <= distance}
            counts = {folded: self._count(folded) for folded in near}
        best = sorted(near, key=lambda folded: (near[folded], -counts[folded], folded))
        return tuple((folded, counts[folded]) for folded in best if counts[folded])[:limit]

    def complete(self, prefix: str, limit: int = 10) -> tuple[tuple[str, int], ...]:
        with self._lock:
            counts = {folded: self._count(folded) for folded in self._words(folded_form(prefix))}
        best = sorted(
            (folded for folded in counts if counts[folded]), key=lambda folded: (-counts[folded], folded)
        )
        return tuple((folded, counts[folded]) for folded in best[:limit])

    def close(self) -> None:
        with self._lock:
            self._reader.close()

    def _words(self, prefix: str) -> set[str]:
        """Folded single words that begin with a prefix."""
        terms = (read_term(term) for name in TEXT for term in self._slice(name, prefix))
        return {folded for folded, _, length in terms if length == 1}

    def _count(self, folded: str) -> int:
        """Live articles that hold a folded word, written as one word."""
        terms = ((name, term) for name in TEXT for term in self._variants(name, folded))
        return len(
            {
                document
                for name, term in terms
                if read_term(term)[2] == 1
                for document in self._documents(name, term)
            }
        )

    # -- Occurrences -----------------------------------------------------------------------

    def documents(self) -> Collection[int]:
        return self._live

    def find(self, leaf: Leaf, watch: Watch) -> Finding:
        found: dict[int, dict[str, Sequence[Span]]] = defaultdict(dict)
        for name in leaf.fields:
            for document, spans in self._find_in(name, leaf, watch).items():
                found[document][name] = spans
        return found

    def length(self, document: int, field: str) -> int:
        return int(self._lengths[field][document])

    def average_length(self, field: str) -> float:
        return self._averages[field]

    def with_value(self, field: str) -> Mapping[str, Collection[int]]:
        if field not in self._carriers:
            slugs = self._terms(field)
            self._carriers[field] = {slug: frozenset(self._documents(field, slug)) for slug in slugs}
        return self._carriers[field]

    def day(self, document: int) -> int | None:
        return int(self._days[document]) or None

    def tie(self, document: int) -> int:
        return int(self._ties[document])

    def record(self, document: int) -> Record:
        return read_record(self._reader.stored_fields(document)["record"])

    # -- leaves ----------------------------------------------------------------------------

    def _find_in(self, name: str, leaf: Leaf, watch: Watch) -> dict[int, list[Span]]:
        match leaf:
            case Word():
                found = self._spans(name, self._word_terms(name, leaf), watch)
                stems: Weighted = [(stem, OTHER_FORM, 1) for stem in self._stems(leaf)]
                return _merged(found, self._spans(name + FORMS, stems, watch))
            case Prefix(text):
                return self._spans(name, self._expand(name, folded_form(text), leaf), watch)
            case Fuzzy(text):
                return self._spans(name, self._expand(name, folded_form(text)[:1], leaf), watch)
            case Phrase(words):
                return self._phrase(name, words, watch)

    def _word_terms(self, name: str, word: Word) -> Weighted:
        terms = ((term, *read_term(term)) for term in self._variants(name, folded_form(word.text)))
        return [(term, spelling_weight(word.text, surface), length) for term, _, surface, length in terms]

    def _stems(self, word: Word) -> list[str]:
        if not word.forms:
            return []
        langs = self._terms("lang")
        return sorted({stem for lang in langs for stem in stem_terms(word.text, lang)})

    def _expand(self, name: str, prefix: str, leaf: Prefix | Fuzzy) -> Weighted:
        """The terms a prefix or a fuzzy word stands for; the most frequent when there are too many."""
        weigh = prefix_weight if isinstance(leaf, Prefix) else fuzzy_weight
        terms: Weighted = []
        for term in self._slice(name, prefix):
            folded, surface, length = read_term(term)
            weight = weigh(leaf, surface, folded)  # type: ignore[arg-type]  # each with its own leaf
            if weight:
                terms.append((term, weight, length))
        check_expansions(leaf, len(terms))
        if len(terms) > MAX_EXPANSIONS:
            terms.sort(key=lambda entry: -self._reader.doc_frequency(name, entry[0].encode()))
        return terms[:MAX_EXPANSIONS]

    def _phrase(self, name: str, words: tuple[str, ...], watch: Watch) -> dict[int, list[Span]]:
        terms = [self._word_terms(name, Word(word, (name,), forms=False)) for word in words]
        sizes = [
            sum(self._reader.doc_frequency(name, term.encode()) for term, _, _ in group) for group in terms
        ]
        found: dict[int, dict[int, list[Span]]] = {}
        candidates: set[int] | None = None
        for at in sorted(range(len(words)), key=lambda number: sizes[number]):  # rarest first
            found[at] = self._spans(name, terms[at], watch, candidates)
            candidates = set(found[at])
        runs = (
            (doc, phrase_spans([found[at][doc] for at in range(len(words))]))
            for doc in sorted(candidates or ())
        )
        return {document: run for document, run in runs if run}

    # -- postings --------------------------------------------------------------------------

    def _spans(
        self,
        field: str,
        terms: Iterable[tuple[str, float, int]],
        watch: Watch,
        only: Collection[int] | None = None,
    ) -> dict[int, list[Span]]:
        found: dict[int, list[Span]] = {}
        for term, weight, length in terms:
            for document, positions in self._postings(field, term, watch, only):
                spans = [Span(position, length, weight) for position in positions]
                found[document] = merge((found[document], spans)) if document in found else spans
        return found

    def _postings(
        self, field: str, term: str, watch: Watch, only: Collection[int] | None
    ) -> Iterator[tuple[int, Sequence[int]]]:
        key = term.encode()
        if (field, key) not in self._reader:
            return
        matcher = self._reader.postings(field, key)
        while matcher.is_active():
            document = matcher.id()
            if only is None or document in only:
                yield document, matcher.value_as("positions")
            matcher.next()
            watch.step()

    def _documents(self, field: str, term: str) -> Iterator[int]:
        key = term.encode()
        if (field, key) in self._reader:
            yield from self._reader.postings(field, key).all_ids()

    def _variants(self, field: str, folded: str) -> Iterator[str]:
        """Every term of a folded form: itself, and its other surfaces."""
        if (field, folded.encode()) in self._reader:
            yield folded
        yield from self._slice(field, folded + SEPARATOR)

    def _slice(self, field: str, prefix: str) -> Iterator[str]:
        return (term.decode() for term in self._reader.expand_prefix(field, prefix))

    def _terms(self, field: str) -> list[str]:
        return [term.decode() for term in self._reader.lexicon(field)]

    # -- columns, read once per commit -----------------------------------------------------

    @cached_property
    def _live(self) -> frozenset[int]:
        return frozenset(self._reader.all_doc_ids())

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        return {name: self._column(name + LENGTH) for name in TEXT}

    @cached_property
    def _averages(self) -> dict[str, float]:
        count = len(self._live)
        return {
            name: sum(column[doc] for doc in self._live) / count if count else 0.0
            for name, column in self._lengths.items()
        }

    @cached_property
    def _days(self) -> list[int]:
        return self._column("published")

    @cached_property
    def _ties(self) -> list[int]:
        return self._column("tie")

    @cached_property
    def _carriers(self) -> dict[str, dict[str, frozenset[int]]]:
        return {}

    def _column(self, name: str) -> list[int]:
        if not self._reader.doc_count_all():
            return []
        return list(self._reader.column_reader(name))


def _merged(first: dict[int, list[Span]], second: dict[int, list[Span]]) -> dict[int, list[Span]]:
    for document, spans in second.items():
        first[document] = merge((first[document], spans)) if document in first else spans
    return first
