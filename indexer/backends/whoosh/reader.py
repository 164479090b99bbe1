"""Reading: one commit of an index, its segments' arrays and what is asked of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from ...analysis import folded_form, read_term
from ...fields import TEXT
from ...query import Fuzzy, Leaf, Prefix, Word
from ...ranking import Ranking
from .. import evaluate
from ..base import Found, Labels, Record, Scored, Search, plain_hits
from ..explaining import coverage_of, explain_parts
from .codec.opened import OpenSegment
from .compiling import compile_query
from .executor import GRADES, Execution, Hits
from .expansion import every_term
from .found import Evidence, page
from .generations import Manifest, Pointer
from .kernels.rescoring import FRESH, NEAR, TITLED
from .scale import Scale

KEPT_SCALES = 4  # a ranking changes with an administrator's hand and with the day, not with a question


class WhooshReader:
    """A :class:`~indexer.backends.base.Reader` over mapped segments. Threads share all but scratch space."""

    def __init__(self, segments: Sequence[OpenSegment], pointer: Pointer, manifest: Manifest) -> None:
        self.segments = segments
        self._manifest = manifest
        self.generation, self.version = pointer.name, pointer.version
        self.article_count = sum(segment.documents - segment.deleted for segment in segments)
        self.languages = tuple(sorted({lang for segment in segments for lang in segment.languages}))
        for segment in segments:
            segment.map_languages(self.languages)
        self._scales: dict[tuple[object, ...], Scale] = {}
        self._lock = threading.Lock()
        self._latest: tuple[Ranking | None, Scale | None] = None, None

    @property
    def sequence(self) -> int:
        return self._manifest.sequence

    @property
    def stamp(self) -> str:
        return self._manifest.stamp

    @property
    def labels(self) -> Labels:
        return self._manifest.labels

    # -- Reader ----------------------------------------------------------------------------

    def execute(self, search: Search) -> Found:
        execution = Execution(self, search)
        total, hits, facets = execution.answer()
        scored = plain_hits(page(execution, hits), hits.scores)
        if search.explain:
            scored = tuple(self._explained(execution, hits, place, hit) for place, hit in enumerate(scored))
        return Found(total, scored, facets)

    def _explained(self, execution: Execution, hits: Hits, place: int, hit: Scored) -> Scored:
        search, segment, document = execution.search, hits.segments[place], hits.documents[place]
        evidence = Evidence(execution, segment)
        parts = explain_parts(evidence, document, hit.record)
        coverage, boost = (
            coverage_of(evidence, search.query, document),
            execution.scale.boost(segment, document),
        )
        hit = hit._replace(parts=parts, coverage=coverage, boost=boost)
        if search.sort != "relevance" or search.offset + place >= evaluate.window():
            return hit
        mine = np.array([document], np.uint32)
        numbers = execution.scored_anew(segment, mine, np.ones(1))[:, 0].tolist()
        return hit._replace(
            proximity_bonus=numbers[NEAR], title_bonus=numbers[TITLED], recency=numbers[FRESH]
        )

    def get(self, article_id: str) -> Record | None:
        for segment in self.segments:
            document = segment.document_of(article_id)
            if document >= 0:
                return segment.store.frame(document).record
        return None

    def knows(self, word: str) -> bool:
        return self._count(Word(word)) > 0

    def similar(self, word: str, distance: int, limit: int = 10) -> tuple[tuple[str, int], ...]:
        typed = folded_form(word)
        near = {
            folded: OSA.distance(typed, folded)
            for folded in self._words(Fuzzy(word, distance))
            if folded != typed
        }
        counts = {folded: self._singles(folded) for folded in near}
        best = sorted(near, key=lambda folded: (near[folded], -counts[folded], folded))
        return tuple((folded, counts[folded]) for folded in best if counts[folded])[:limit]

    def complete(self, prefix: str, limit: int = 10) -> tuple[tuple[str, int], ...]:
        counts = {folded: self._singles(folded) for folded in self._words(Prefix(prefix))}
        best = sorted(
            (folded for folded in counts if counts[folded]), key=lambda folded: (-counts[folded], folded)
        )
        return tuple((folded, counts[folded]) for folded in best[:limit])

    def close(self) -> None:
        """Nothing to give back: a segment's map goes with the last array that is a view of it."""

    # -- words -----------------------------------------------------------------------------

    def _count(self, leaf: Leaf) -> int:
        """Live articles that hold a leaf."""
        execution = Execution(self, Search(leaf, limit=0))
        return int(execution.holders[0])

    def _words(self, leaf: Prefix | Fuzzy) -> set[str]:
        """The folded forms of single words that a leaf stands for, however many."""
        compiled = compile_query(leaf, (), self.languages)
        found: set[str] = set()
        for segment in self.segments:
            for term in every_term(segment, compiled, GRADES).tolist():
                folded, _, length = read_term(segment.terms[term].decode())
                if length == 1:
                    found.add(folded)
        return found

    def _singles(self, folded: str) -> int:
        """Live articles that hold a folded word, written as one word."""
        total = 0
        for segment in self.segments:
            low, high = segment.terms.prefixed(folded.encode("utf-8", "replace"))
            documents: list[npt.NDArray[np.uint32]] = []
            for term in range(low, high):
                form, _, length = read_term(segment.terms[term].decode())
                if form != folded:
                    break
                if length == 1:
                    documents += [segment.term_documents(field, term) for field in range(len(TEXT))]
            if documents:
                together = np.unique(np.concatenate(documents))
                total += int(np.count_nonzero(~segment.segment.deleted[together]))
        return total

    # -- lengths ---------------------------------------------------------------------------

    def average_length(self, field: str) -> float:
        """The mean positions in a field over the live articles."""
        return self._averages[field]

    @cached_property
    def _averages(self) -> dict[str, float]:
        totals = {name: sum(segment.total_lengths[name] for segment in self.segments) for name in TEXT}
        return {
            name: total / self.article_count if self.article_count else 0.0 for name, total in totals.items()
        }

    def scale(self, ranking: Ranking) -> Scale:
        """What a ranking is for the kernels; the last few are kept."""
        latest, known = self._latest
        if latest is ranking and known is not None:
            return known
        with self._lock:
            known = self._scales.get(ranking.key)
            if known is None:
                known = self._scales[ranking.key] = Scale(self, ranking)
                while len(self._scales) > KEPT_SCALES:
                    self._scales.pop(next(iter(self._scales)))
        self._latest = ranking, known
        return known
