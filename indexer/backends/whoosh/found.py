"""The hits of a page: what is shown of them is read and looked for when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...article import Article
from ...fields import TEXT
from ...matching import Marks
from ...query import Leaf, leaves
from ..base import Record, Search
from .codec.stored import Frame
from .executor import Execution, Occurrences, Ranked
from .kernels.marking import mark_words


class Page:
    """The hits of one answer, and where in them the leaves of the query are found: looked up for all at once."""

    def __init__(self, execution: Execution, hits: Sequence[Ranked]) -> None:
        self.execution = execution
        self.hits = hits

    @cached_property
    def leaves(self) -> list[int]:
        """The leaves of the query that hits are marked by, in reading order, by their numbers."""
        numbers = {leaf: number for number, leaf in enumerate(self.execution.compiled.leaves)}
        return [numbers[leaf] for leaf in dict.fromkeys(leaves(self.execution.search.query))]

    @cached_property
    def _order(self) -> dict[int, list[int]]:
        """Of each segment with hits, their documents, ascending."""
        return {
            segment: sorted(hit.document for hit in self.hits if hit.segment == segment)
            for segment in {hit.segment for hit in self.hits}
        }

    @cached_property
    def _found(self) -> dict[int, list[Occurrences]]:
        """Of each segment with hits, the occurrences of each leaf in them."""
        return {
            segment: [
                self.execution.occurrences(segment, leaf, np.array(documents, np.uint32))
                for leaf in self.leaves
            ]
            for segment, documents in self._order.items()
        }

    def occurrences(self, hit: Ranked, field: int) -> list[Occurrences]:
        """Of each leaf, its occurrences in a field of a hit; the keys are positions."""
        candidate = self._order[hit.segment].index(hit.document)
        low = (candidate << 34) | (field << 32)
        bounds = np.array([low, low + (1 << 32)], np.uint64)
        found = []
        for keys, lengths, weights in self._found[hit.segment]:
            start, end = np.searchsorted(keys, bounds).tolist()
            found.append(Occurrences(keys[start:end] - bounds[0], lengths[start:end], weights[start:end]))
        return found


class FoundDocument:
    """A hit of a page; a :class:`~indexer.backends.base.Document`."""

    def __init__(self, page: Page, place: int) -> None:
        self.page = page
        self.place = place

    @property
    def _hit(self) -> Ranked:
        return self.page.hits[self.place]

    @cached_property
    def frame(self) -> Frame:
        """What is stored of it."""
        segment = self.page.execution.view.segments[self._hit.segment]
        return segment.store.frame(self._hit.document)

    @property
    def record(self) -> Record:
        return self.frame.record

    @property
    def article(self) -> Article:
        return self.frame.article

    @cached_property
    def fields(self) -> tuple[str, ...]:
        return tuple(
            name
            for number, name in enumerate(TEXT)
            if any(len(found.keys) for found in self.page.occurrences(self._hit, number))
        )

    def marks(self, field: str) -> Marks:
        number = TEXT.index(field)
        found = self.page.occurrences(self._hit, number)
        text = self.frame.title if field == "title" else self.frame.text
        if not any(len(item.keys) for item in found):
            return Marks(text, (), ())
        lengths, gaps = self.frame.part(3 + 2 * number), self.frame.part(4 + 2 * number)
        starts, ends, whose = mark_words(
            np.concatenate([item.keys for item in found]).astype(np.int64),
            np.concatenate([item.lengths for item in found]),
            np.repeat(np.arange(len(found)), [len(item.keys) for item in found]),
            np.frombuffer(bytearray(lengths), np.uint8),
            np.frombuffer(bytearray(gaps), np.uint8),
        )
        return Marks(text, tuple(zip(starts.tolist(), ends.tolist(), strict=True)), tuple(whose.tolist()))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an execution knows of leaves in the documents of one segment."""

    execution: Execution
    place: int

    @property
    def search(self) -> Search:
        return self.execution.search

    def holders(self, leaf: Leaf) -> int:
        """How many live articles hold a leaf."""
        return int(self.execution.holders[self._number(leaf)])

    def rarity(self, leaf: Leaf) -> float:
        """The idf of a leaf."""
        return self.execution.idf[self._number(leaf)]

    def _number(self, leaf: Leaf) -> int:
        return self.execution.compiled.leaves.index(leaf)

    def share(self, leaf: Leaf, document: int) -> float | None:
        """A leaf's own score for a document; ``None`` where it is not found."""
        execution, ranking = self.execution, self.search.ranking
        documents, frequencies = execution.leaf(self.place, leaf)
        at = int(np.searchsorted(documents, document))
        if at == len(documents) or int(documents[at]) != document:
            return None
        norm = execution.scale.norms(self.place, leaf.fields)[document]
        frequency = float(frequencies[at])
        if frequency <= 0.0:
            return 0.0
        return self.rarity(leaf) * frequency * (ranking.k1 + 1.0) / (frequency + float(norm))

    def counts(self, leaf: Leaf, document: int) -> Mapping[str, int]:
        """How often a leaf is found in each field of a document that holds it."""
        keys = self.execution.occurrences(
            self.place, self._number(leaf), np.array([document], np.uint32)
        ).keys
        fields = (keys >> np.uint64(32)).tolist()
        return {name: fields.count(number) for number, name in enumerate(TEXT) if number in fields}

    def look(self) -> None:
        """Raise once the time is up."""
        self.execution.watch.look()
