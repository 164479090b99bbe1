"""The hits of a page: what is shown of them is read and looked for when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import msgspec
import numpy as np

from ...analysis.cutting import CLASSES
from ...analysis.passages import MarkedTexts, show_passages, show_whole
from ...article import Article
from ...fields import TEXT
from ...highlight import Highlight, Range, Shape
from ...matching import Marks
from ...query import Leaf, leaves
from ..base import Record, Search, Shown
from .codec.stored import Frame
from .executor import Execution, Hits
from .kernels.marking import show_page

_FIELDS = len(TEXT)
_HELD = (((), ("content",)), (("title",), ("title", "content")))
_NO_PASSAGES = Shape(0, 0, 0, 0)
_Shown = list[tuple[Highlight, ...]]
_decode = msgspec.msgpack.Decoder(tuple[_Shown, _Shown]).decode


class _Hits:
    """The hits of a page in one segment: what is stored of them, and where in them leaves are found.

    PERF: all of them are read, marked and shown in one go, when any is first asked for. Calling a kernel
    takes longer than one text does, and a text becomes a string only for who asks for the text.
    """

    def __init__(self, execution: Execution, segment: int, documents: Sequence[int]) -> None:
        self._execution = execution
        self._segment = segment
        self._documents = documents
        self._texts: MarkedTexts | None = None
        self._bounds: list[int] = []
        self._whole: list[tuple[Highlight, ...]] = []
        self._passages: dict[Shape, list[tuple[Highlight, ...]]] = {}

    @cached_property
    def _at(self) -> dict[int, int]:
        """The place of each document among them, in ascending order."""
        return {document: at for at, document in enumerate(sorted(self._documents))}

    @cached_property
    def _frames(self) -> list[Frame]:
        store = self._execution.view.segments[self._segment].store
        return list(map(Frame, store.contents(self._at)))

    def frame(self, document: int) -> Frame:
        """What is stored of a document."""
        return self._frames[self._at[document]]

    def text(self, document: int, field: int) -> int:
        """The number of a text of a document."""
        return _FIELDS * self._at[document] + field

    @property
    def texts(self) -> MarkedTexts:
        """All texts, and where leaves are found in them."""
        return self._texts or self._look(_NO_PASSAGES)

    def fields(self, document: int) -> tuple[str, ...]:
        """The fields of a document in which any is found."""
        if self._texts is None:
            self._look(_NO_PASSAGES)
        at = _FIELDS * self._at[document]
        title, content, end = self._bounds[at : at + _FIELDS + 1]
        return _HELD[title < content][content < end]

    def shown(self, document: int, shape: Shape) -> Shown:
        """All that a document is shown by."""
        if shape not in self._passages:
            self._look(shape)
        at = self._at[document]
        article, passages = self._frames[at].article, self._passages[shape][at]
        return Shown(article, self.fields(document), self._whole[at][0], passages)

    def whole(self, text: int) -> Highlight:
        """A text with its marks."""
        at, field = divmod(text, _FIELDS)
        if field:
            return show_whole(self.texts, text, len(self._bounds))[0][0]
        if self._texts is None:
            self._look(_NO_PASSAGES)
        return self._whole[at][0]

    def passages(self, text: int, shape: Shape) -> tuple[Highlight, ...]:
        """The passages of a text."""
        at, field = divmod(text, _FIELDS)
        if not field:
            return show_passages(self.texts, text, len(self._bounds), shape)[0]
        if shape not in self._passages:
            self._look(shape)
        return self._passages[shape][at]

    def _look(self, shape: Shape) -> MarkedTexts:
        execution, data = self._execution, [frame.data for frame in self._frames]
        execution.watch.look()
        numbers = {leaf: number for number, leaf in enumerate(execution.compiled.leaves)}
        asked = [numbers[leaf] for leaf in dict.fromkeys(leaves(execution.search.query))]
        found, frames = execution.resolved[self._segment], np.frombuffer(b"".join(data), np.uint8)
        marks, bounds, places, shown = show_page(
            execution.view.segments[self._segment].table,
            found.parts,
            found.pool,
            found.heap,
            np.array(asked, np.int64),
            np.array(list(self._at), np.uint32),
            frames,
            np.array([0, *accumulate(map(len, data))], np.int64),
            CLASSES,
            *shape,
        )
        self._texts, self._bounds = MarkedTexts(frames, places, marks, bounds), bounds.tolist()
        self._whole, self._passages[shape] = _decode(shown)
        return self._texts


class _PlacedMarks:
    """Marks of one of several texts; a :class:`~indexer.matching.Marks`."""

    __slots__ = ("_hits", "_text")

    def __init__(self, hits: _Hits, text: int) -> None:
        self._hits = hits
        self._text = text

    @property
    def text(self) -> str:
        texts = self._hits.texts
        start, end = texts.places[self._text].tolist()
        return texts.data[start:end].tobytes().decode()

    @property
    def ranges(self) -> tuple[Range, ...]:
        return tuple((start, end) for start, end, _ in self._mine())

    @property
    def leaves(self) -> tuple[int, ...]:
        return tuple(leaf for _, _, leaf in self._mine())

    def _mine(self) -> list[list[int]]:
        texts = self._hits.texts
        first, last = texts.bounds[self._text : self._text + 2].tolist()
        mine: list[list[int]] = texts.marks[first:last].tolist()
        return mine

    def whole(self) -> Highlight:
        return self._hits.whole(self._text)

    def passages(self, shape: Shape) -> tuple[Highlight, ...]:
        return self._hits.passages(self._text, shape)


def page(execution: Execution, hits: Hits) -> list[FoundDocument]:
    """The hits of one answer as documents, in their order."""
    places = set(hits.segments)
    if len(places) == 1:
        alone = _Hits(execution, places.pop(), hits.documents)
        return [FoundDocument(alone, document) for document in hits.documents]
    found: dict[int, list[int]] = {place: [] for place in places}
    for place, document in zip(hits.segments, hits.documents, strict=True):
        found[place].append(document)
    of = {place: _Hits(execution, place, documents) for place, documents in found.items()}
    return [
        FoundDocument(of[place], document)
        for place, document in zip(hits.segments, hits.documents, strict=True)
    ]


class FoundDocument:
    """A hit of a page; a :class:`~indexer.backends.base.Document`."""

    __slots__ = ("_document", "_hits")

    def __init__(self, hits: _Hits, document: int) -> None:
        self._hits = hits
        self._document = document

    @property
    def record(self) -> Record:
        return self._hits.frame(self._document).record

    @property
    def article(self) -> Article:
        return self._hits.frame(self._document).article

    @property
    def text(self) -> str:
        return self._hits.frame(self._document).text

    @property
    def fields(self) -> tuple[str, ...]:
        return self._hits.fields(self._document)

    def marks(self, field: str) -> Marks:
        return _PlacedMarks(self._hits, self._hits.text(self._document, TEXT.index(field)))

    def shown(self, shape: Shape) -> Shown:
        return self._hits.shown(self._document, shape)


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

    def is_any(self, ids: Sequence[str], document: int) -> bool:
        """Whether a document is the article of one of some ids."""
        segment = self.execution.view.segments[self.place]
        return any(segment.document_of(article_id) == document for article_id in ids)

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
