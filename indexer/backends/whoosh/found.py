"""The hits of a page: what is shown of them is read and looked for when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from ...analysis.passages import MarkedTexts, show_passages, show_whole
from ...article import Article
from ...fields import TEXT
from ...highlight import Highlight, Range, Shape
from ...matching import Marks
from ...query import Leaf, leaves
from ..base import Record, Search
from .codec.stored import Frame
from .executor import Execution, Ranked
from .kernels.marking import mark_page

_FIELDS = len(TEXT)
_HELD = tuple(
    tuple(name for number, name in enumerate(TEXT) if held >> number & 1) for held in range(1 << _FIELDS)
)


class _Marked:
    """Where the leaves are found in ascending documents of a segment.

    PERF: what is shown of them is made for all of them when it is first asked for, and a text becomes a
    string only for who asks for the text.
    """

    def __init__(self, documents: list[int], texts: MarkedTexts) -> None:
        self.texts = texts
        self._at = {document: _FIELDS * place for place, document in enumerate(documents)}
        self._bounds: list[int] = texts.bounds.tolist()
        self._whole: dict[int, list[tuple[Highlight, ...]]] = {}
        self._passages: dict[tuple[int, Shape], list[tuple[Highlight, ...]]] = {}

    def at(self, document: int, field: int) -> int:
        """The number of a text."""
        return self._at[document] + field

    def fields(self, document: int) -> tuple[str, ...]:
        """The fields with marks."""
        at = self._at[document]
        bounds = self._bounds[at : at + _FIELDS + 1]
        return _HELD[sum(1 << number for number in range(_FIELDS) if bounds[number] < bounds[number + 1])]

    def whole(self, at: int) -> Highlight:
        """A text with its marks."""
        place, field = divmod(at, _FIELDS)
        known = self._whole.get(field)
        if known is None:
            known = self._whole[field] = show_whole(self.texts, field, _FIELDS)
        return known[place][0]

    def passages(self, at: int, shape: Shape) -> tuple[Highlight, ...]:
        """The passages of a text."""
        place, field = divmod(at, _FIELDS)
        known = self._passages.get((field, shape))
        if known is None:
            known = self._passages[field, shape] = show_passages(self.texts, field, _FIELDS, shape)
        return known[place]


class _PlacedMarks:
    """Marks of one of several texts; a :class:`~indexer.matching.Marks`."""

    __slots__ = ("_at", "_marked")

    def __init__(self, marked: _Marked, at: int) -> None:
        self._marked = marked
        self._at = at

    @property
    def text(self) -> str:
        start, end = self._marked.texts.places[self._at].tolist()
        return self._marked.texts.data[start:end].tobytes().decode()

    @property
    def ranges(self) -> tuple[Range, ...]:
        texts, mine = self._marked.texts, self._mine
        return tuple(zip(texts.starts[mine].tolist(), texts.ends[mine].tolist(), strict=True))

    @property
    def leaves(self) -> tuple[int, ...]:
        return tuple(self._marked.texts.kinds[self._mine].tolist())

    @property
    def _mine(self) -> slice:
        return slice(*self._marked.texts.bounds[self._at : self._at + 2].tolist())

    def whole(self) -> Highlight:
        return self._marked.whole(self._at)

    def passages(self, shape: Shape) -> tuple[Highlight, ...]:
        return self._marked.passages(self._at, shape)


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
        frames = np.frombuffer(b"".join(data), np.uint8)
        starts, ends, kinds, bounds, places = mark_page(
            execution.view.segments[segment].table,
            lists.parts,
            lists.pool,
            lists.heap,
            np.array(asked, np.int64),
            np.array(documents, np.uint32),
            frames,
            np.array([0, *accumulate(map(len, data))], np.int64),
        )
        return _Marked(documents, MarkedTexts(frames, places, starts, ends, kinds, bounds))


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
        marked = self.page.marked(self.segment)
        return _PlacedMarks(marked, marked.at(self.document, TEXT.index(field)))


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
