"""The query tree over one segment: ascending documents with their scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ... import ranking as formulas
from ...fields import TEXT
from ...query import (
    AllOf,
    AnyOf,
    Boost,
    Everything,
    Fuzzy,
    Leaf,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
)
from ...ranking import Ranking
from .codec.opened import OpenSegment
from .kernels import algebra
from .kernels.phrases import collect_phrase
from .kernels.postings import collect, count_postings, extract_sums, sum_up
from .leaves import Resolved, Run, Terms

Documents = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.float64]
List = tuple[Documents, Numbers]

_NONE: List = (np.zeros(0, np.uint32), np.zeros(0, np.float64))
LEAVES = (Word, Phrase, Prefix, Fuzzy)


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns the weighted frequencies of a leaf into scores, see :func:`.kernels.algebra.scores`."""

    idf: float
    norms: Numbers


class SegmentLists:
    """One search over one segment; remembers what each leaf found.

    ``resolved`` gives a leaf's terms here, ``scale`` what it counts (over all segments); ``look`` raises once
    the time is up.
    """

    def __init__(
        self,
        segment: OpenSegment,
        ranking: Ranking,
        resolved: Callable[[OpenSegment, Leaf], Resolved],
        scale: Callable[[OpenSegment, Leaf], Scale],
        look: Callable[[], None],
    ) -> None:
        self._segment = segment
        self._ranking = ranking
        self._resolved = resolved
        self._scale = scale
        self._look = look
        self._leaves: dict[Leaf, List] = {}
        self._factors = np.array([ranking.weights[name] for name in TEXT], np.float64)

    def scores(self, query: Query) -> List:
        """The live documents that match, ascending, and their scores."""
        self._look()
        match query:
            case AllOf(children):
                return self._all_of(children)
            case AnyOf(children):
                return self._any_of(children)
            case Some(children):
                return self._some(children)
            case Boost(child, factor):
                documents, scores = self.scores(child)
                return documents, scores * factor
            case Not(child):
                return algebra.without(*self._everything(), self.documents(child))  # type: ignore[no-any-return]
            case Everything():
                return self._everything()
            case Nothing():
                return _NONE
            case Word() | Phrase() | Prefix() | Fuzzy():
                return self._leaf_scores(query)

    def documents(self, query: Query) -> Documents:
        """The live documents that match."""
        return self.leaf(query)[0] if isinstance(query, LEAVES) else self.scores(query)[0]

    def _everything(self) -> List:
        documents = algebra.everything(self._segment.table)
        return documents, np.zeros(len(documents), np.float64)

    def _leaf_scores(self, leaf: Leaf) -> List:
        documents, frequencies = self.leaf(leaf)
        scale = self._scale(self._segment, leaf)
        return documents, algebra.scores(documents, frequencies, scale.idf, self._ranking.k1, scale.norms)

    def _all_of(self, children: Sequence[Query]) -> List:
        wanted = [child for child in children if not isinstance(child, Not)]
        wanted.sort(key=self._size)
        documents, scores = self.scores(wanted[0]) if wanted else self._everything()
        for child in wanted[1:]:
            if not len(documents):
                return _NONE
            documents, scores = self._both(documents, scores, child)
        for child in children:
            if isinstance(child, Not) and len(documents):
                documents, scores = algebra.without(documents, scores, self.documents(child.child))
        return documents, scores

    def _both(self, documents: Documents, scores: Numbers, child: Query) -> List:
        if not isinstance(child, LEAVES):
            return algebra.both(documents, scores, *self.scores(child))  # type: ignore[no-any-return]
        found = self.leaf(child)
        scale = self._scale(self._segment, child)
        return algebra.both_leaf(documents, scores, *found, scale.idf, self._ranking.k1, scale.norms)  # type: ignore[no-any-return]

    def _size(self, query: Query) -> int:
        """About how many documents a node may match: what is least comes first in an intersection."""
        if not isinstance(query, Word | Prefix | Fuzzy):
            return self._segment.documents
        resolved = self._resolved(self._segment, query)
        groups = resolved if isinstance(resolved, tuple) else ()
        return sum(count_postings(self._segment.table, group.fields, group.terms) for group in groups)

    def _any_of(self, children: Sequence[Query]) -> List:
        documents, scores = _NONE
        for child in children:
            documents, scores = algebra.better(documents, scores, *self.scores(child))
        return documents, scores

    def _some(self, children: Sequence[Query]) -> List:
        found = [self.leaf(child) if isinstance(child, LEAVES) else self.scores(child) for child in children]
        scratch, k1 = self._segment.scratch, self._ranking.k1
        space = (scratch.totals, scratch.counts, scratch.marks)
        for child, (documents, numbers) in zip(children, found, strict=True):
            if isinstance(child, LEAVES):
                scale = self._scale(self._segment, child)
                algebra.add_leaf_to(documents, numbers, scale.idf, k1, scale.norms, *space)
            else:
                algebra.add_to(documents, numbers, *space)
        coverage = [
            formulas.coverage(count, len(children), self._ranking) for count in range(len(children) + 1)
        ]
        return algebra.some(*space, np.array(coverage, np.float64))  # type: ignore[no-any-return]

    # -- leaves ----------------------------------------------------------------------------

    def leaf(self, leaf: Leaf) -> List:
        """The live documents of a leaf and its weighted frequencies."""
        if leaf not in self._leaves:
            self._look()
            resolved = self._resolved(self._segment, leaf)
            self._leaves[leaf] = self._run(resolved) if isinstance(resolved, Run) else self._terms(resolved)
        return self._leaves[leaf]

    def _terms(self, groups: Sequence[Terms]) -> List:
        segment, scratch = self._segment, self._segment.scratch
        if len(groups) == 1:
            (group,) = groups
            return collect(  # type: ignore[no-any-return]
                segment.table,
                group.fields,
                self._factors[group.fields],
                group.terms,
                group.summed,
                group.uniform,
                scratch.sums,
                scratch.bits,
            )
        for group in groups:
            factors = self._factors[group.fields]
            sum_up(
                segment.table,
                group.fields,
                factors,
                group.terms,
                group.summed,
                group.uniform,
                scratch.sums,
                scratch.bits,
            )
        return extract_sums(segment.table, scratch.sums, scratch.bits)  # type: ignore[no-any-return]

    def _run(self, run: Run) -> List:
        if len(run.bounds) < 2 or (np.diff(run.bounds) == 0).any():
            return _NONE
        found = [self._run_in(run, field) for field in run.fields.tolist()]
        if len(found) == 1:
            return found[0]
        scratch = self._segment.scratch
        space = (scratch.totals, scratch.counts, scratch.marks)
        for documents, frequencies in found:
            algebra.add_to(documents, frequencies, *space)
        return algebra.some(*space, np.ones(len(found) + 1, np.float64))  # type: ignore[no-any-return]

    def _run_in(self, run: Run, field: int) -> List:
        """A phrase in one field: looked for where its rarest word is."""
        segment, fields = self._segment, np.array([field], np.int64)
        words = [run.terms[start:end] for start, end in zip(run.bounds, run.bounds[1:], strict=False)]
        rarest = min(words, key=lambda terms: count_postings(segment.table, fields, terms))
        ones = np.ones((len(rarest), 1), np.float64)
        scratch = segment.scratch
        candidates, _ = collect(
            segment.table, fields, np.ones(1), rarest, ones, True, scratch.sums, scratch.bits
        )
        return collect_phrase(  # type: ignore[no-any-return]
            segment.table,
            field,
            self._factors[field],
            run.bounds,
            run.terms,
            run.weights,
            run.lengths,
            candidates,
        )
