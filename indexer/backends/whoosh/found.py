"""The hits of a page: what is shown of them is read and looked for when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from ...article import Article
from ...fields import TEXT
from ...matching import Marks, Range, Shape
from ...query import Leaf, leaves
from ..base import Record, Search
from .codec.stored import Frame
from .executor import Execution, Ints, Ranked
from .kernels.marking import best_windows, mark_page

_FIELDS = len(TEXT)
_HELD = tuple(
    tuple(name for number, name in enumerate(TEXT) if held >> number & 1) for held in range(1 << _FIELDS)
)


class _Marked:
    """Where the leaves are found in ascending documents of a segment."""

    def __init__(self, documents: list[int], arrays: tuple[Ints, ...]) -> None:
        """``arrays`` are what :func:`.kernels.marking.mark_page` gives."""
        self._arrays = arrays
        self._at = {document: _FIELDS * place for place, document in enumerate(documents)}
        self._starts, self._ends, self._leaves, self._bounds, _ = (numbers.tolist() for numbers in arrays)
        self._windows: dict[tuple[Shape, int], list[list[int]]] = {}

    def fields(self, document: int) -> tuple[str, ...]:
        """The fields that hold any."""
        at = self._at[document]
        bounds = self._bounds[at : at + _FIELDS + 1]
        return _HELD[sum(1 << number for number in range(_FIELDS) if bounds[number] < bounds[number + 1])]

    def marks(self, document: int, field: int, text: str) -> Marks:
        """The marks of a text."""
        at = self._at[document] + field
        first, last = self._bounds[at], self._bounds[at + 1]
        if first == last:
            return Marks(text, (), ())
        ranges = tuple(zip(self._starts[first:last], self._ends[first:last], strict=True))
        return _PlacedMarks(text, ranges, tuple(self._leaves[first:last]), self, at)

    def windows(self, at: int, shape: Shape, most: int) -> list[Range]:
        """The best windows on a text. PERF: those of all texts are chosen at once."""
        known = self._windows.get((shape, most))
        if known is None:
            known = self._windows[shape, most] = best_windows(*self._arrays, *shape, most).tolist()
        row = known[at]
        return [(row[of], row[of + 1]) for of in range(0, 2 * most, 2) if row[of] >= 0]


class _PlacedMarks(Marks, frozen=True, gc=False):
    """Marks whose windows have been chosen, or will be, with those of other texts."""

    marked: _Marked
    at: int

    def windows(self, shape: Shape, most: int) -> list[Range]:
        return self.marked.windows(self.at, shape, most)


class Page:
    """The hits of one answer, and where in them the leaves of the query are found: looked up for all at
    once.
    """

    def __init__(self, execution: Execution, hits: Sequence[Ranked]) -> None:
        self._execution = execution
        self.hits = hits
        self._frames: dict[tuple[int, int], Frame] = {}
        self._marked: dict[int, _Marked] = {}

    def frame(self, segment: int, document: int) -> Frame:
        """What is stored of a hit."""
        found = self._frames.get((segment, document))
        if found is None:
            store = self._execution.view.segments[segment].store
            found = self._frames[segment, document] = store.frame(document)
        return found

    def marked(self, segment: int) -> _Marked:
        """Where the leaves are found in the hits of a segment."""
        found = self._marked.get(segment)
        if found is None:
            found = self._marked[segment] = self._mark(segment)
        return found

    def _mark(self, segment: int) -> _Marked:
        """PERF: all texts in one go. Calling a kernel takes longer than marking a text."""
        execution = self._execution
        numbers = {leaf: number for number, leaf in enumerate(execution.compiled.leaves)}
        asked = [numbers[leaf] for leaf in dict.fromkeys(leaves(execution.search.query))]
        documents = sorted(hit.document for hit in self.hits if hit.segment == segment)
        lists, data = execution.lists[segment], [self.frame(segment, document).data for document in documents]
        marked = mark_page(
            execution.view.segments[segment].table,
            lists.parts,
            lists.pool,
            lists.heap,
            np.array(asked, np.int64),
            np.array(documents, np.uint32),
            np.frombuffer(b"".join(data), np.uint8),
            np.array([0, *accumulate(map(len, data))], np.int64),
        )
        return _Marked(documents, marked)


class FoundDocument:
    """A hit of a page; a :class:`~indexer.backends.base.Document`."""

    __slots__ = ("document", "page", "segment")

    def __init__(self, page: Page, segment: int, document: int) -> None:
        self.page = page
        self.segment = segment
        self.document = document

    @property
    def record(self) -> Record:
        return self.page.frame(self.segment, self.document).record

    @property
    def article(self) -> Article:
        return self.page.frame(self.segment, self.document).article

    @property
    def fields(self) -> tuple[str, ...]:
        return self.page.marked(self.segment).fields(self.document)

    def marks(self, field: str) -> Marks:
        frame = self.page.frame(self.segment, self.document)
        text = frame.title if field == "title" else frame.text
        return self.page.marked(self.segment).marks(self.document, TEXT.index(field), text)


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
