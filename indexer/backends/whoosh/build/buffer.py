"""Articles on their way into a segment: analysed in batches, kept as arrays of numbers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ....analysis.batch import Batch, BatchAnalyzer
from ....fields import FILTERS, TEXT
from ...base import Record
from ...evaluate import day_of
from ...memory import filter_values
from ..codec.stored import DICTIONARY_BYTES, SAMPLED_BYTES, Compressor, join_parts, pack_record, train

BATCH_CHARACTERS: Final = (
    1 << 19
)  # of text analysed at once: enough to make calls cheap, little enough to cache
_BYTES_A_TOKEN: Final = 16  # its term and position here, and its share of the sorted arrays

Codes = npt.NDArray[np.uint32]


@dataclass(slots=True)
class Tokens:
    """The tokens of one text field of all buffered articles, batch by batch."""

    terms: list[Codes] = field(default_factory=list)
    positions: list[Codes] = field(default_factory=list)
    counts: list[npt.NDArray[np.int64]] = field(default_factory=list)
    lengths: list[npt.NDArray[np.int64]] = field(default_factory=list)

    def join(self) -> None:
        """Make one array of the batches, in their place: both together would be twice the memory."""
        self.terms = [joined(self.terms, np.uint32)]
        self.positions = [joined(self.positions, np.uint32)]
        self.counts = [joined(self.counts, np.int64)]
        self.lengths = [joined(self.lengths, np.int64)]


class Buffer:
    """Takes articles and keeps what a segment is made from.

    ``analyzer`` outlives the buffer: what it has learned of words holds for the whole build.
    ``dictionary`` compresses what is stored; without one, one is made from the first articles.
    """

    def __init__(self, analyzer: BatchAnalyzer, dictionary: bytes = b"") -> None:
        self.analyzer = analyzer
        self.dictionary = dictionary
        self.ids: list[str] = []
        self.dead: set[int] = set()
        self.places: dict[str, int] = {}
        self.days: list[int] = []
        self.values: dict[str, list[tuple[str, ...]]] = {name: [] for name in FILTERS}
        self.tokens = {name: Tokens() for name in TEXT}
        self.frames: list[bytes] = []
        self._compressor = Compressor(dictionary) if dictionary else None
        self._samples: list[bytes] = []
        self._sampled = 0
        self._waiting: list[Record] = []
        self._characters = 0
        self._size = 0

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def size(self) -> int:
        """About how many bytes it takes, and will take while it becomes a segment."""
        return self._size

    def add(self, record: Record) -> None:
        """Take an article; one of its id that is here already is dead."""
        article = record.article
        self.remove(article.id)
        self.places[article.id] = len(self.ids)
        self.ids.append(article.id)
        self.days.append(day_of(article.published_at) or 0)
        for name, slugs in filter_values(record).items():
            self.values[name].append(tuple(dict.fromkeys(slugs)))
        self._waiting.append(record)
        self._characters += len(article.title) + sum(len(block.text) for block in article.blocks)
        if self._characters >= BATCH_CHARACTERS:
            self._analyse()

    def remove(self, article_id: str) -> None:
        """Forget an article. Its words stay; as a document it is dead."""
        place = self.places.pop(article_id, None)
        if place is not None:
            self.dead.add(place)

    def finish(self) -> None:
        """Analyse and compress what is still waiting."""
        if self._waiting:
            self._analyse()
        if self._samples:
            self._compress_samples()

    @property
    def ties(self) -> Codes:
        """What decides the order of equals: a number fixed by the id."""
        return np.array([zlib.crc32(name.encode()) for name in self.ids], np.uint32)

    # -- steps -----------------------------------------------------------------------------

    def _analyse(self) -> None:
        packed = [pack_record(record) for record in self._waiting]  # fails before anything is kept
        langs = [record.article.lang for record in self._waiting]
        texts = {
            "title": [record.article.title for record in self._waiting],
            "content": [text for _, _, text in packed],
        }
        places: dict[str, list[tuple[bytes, bytes]]] = {}
        for name in TEXT:
            batch = self.analyzer.analyse(texts[name], langs)
            self._keep(name, batch)
            places[name] = word_places(batch)
        for number, (bare, shown, _) in enumerate(packed):
            self._store(join_parts([bare, *shown, *places["title"][number], *places["content"][number]]))
        self._waiting, self._characters = [], 0

    def _keep(self, name: str, batch: Batch) -> None:
        tokens = self.tokens[name]
        tokens.terms.append(batch.term.copy())  # a view of it would keep all the batch
        tokens.positions.append(batch.position.copy())
        tokens.counts.append(np.diff(batch.tokens))
        tokens.lengths.append(np.diff(batch.positions))
        self._size += _BYTES_A_TOKEN * len(batch.term)

    def _store(self, content: bytes) -> None:
        if self._compressor is not None:
            self._put(self._compressor.compress(content))
            return
        self._samples.append(content)
        self._sampled += len(content)
        if self._sampled >= SAMPLED_BYTES:
            self._compress_samples()

    def _compress_samples(self) -> None:
        # A dictionary must save more than it takes.
        if self._sampled > 8 * DICTIONARY_BYTES:
            self.dictionary = train(self._samples)
        self._compressor = Compressor(self.dictionary)
        for content in self._samples:
            self._put(self._compressor.compress(content))
        self._samples, self._sampled = [], 0

    def _put(self, frame: bytes) -> None:
        self.frames.append(frame)
        self._size += len(frame)


def word_places(batch: Batch) -> list[tuple[bytes, bytes]]:
    """Of each text the lengths of its words and the gaps before them, as :func:`variable_length` bytes.

    Gaps may be negative by a little: where words overlap.
    """
    lengths = (batch.end - batch.start).astype(np.int64)
    before = np.zeros(len(batch.start), np.int64)
    before[1:] = batch.end[:-1]
    firsts = batch.positions[:-1][np.diff(batch.positions) > 0]
    before[firsts] = 0
    gaps = batch.start.astype(np.int64) - before
    zigzag = (gaps << 1) ^ (gaps >> 63)
    packed_lengths, length_bounds = variable_length(lengths.astype(np.uint32), batch.positions)
    packed_gaps, gap_bounds = variable_length(zigzag.astype(np.uint32), batch.positions)
    return [
        (
            packed_lengths[length_bounds[at] : length_bounds[at + 1]],
            packed_gaps[gap_bounds[at] : gap_bounds[at + 1]],
        )
        for at in range(len(batch.positions) - 1)
    ]


def variable_length(numbers: Codes, bounds: npt.NDArray[np.int64]) -> tuple[bytes, Sequence[int]]:
    """Numbers as LEB128: seven bits a byte, the lowest first, the eighth set when more follow.

    Returns the bytes of all, and where those of each ``bounds[i]:bounds[i + 1]`` begin.
    """
    sizes = 1 + sum((numbers >= np.uint32(1 << bits)).astype(np.int64) for bits in (7, 14, 21, 28))
    ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    data = np.zeros(int(ends[-1]), np.uint8)
    rest: npt.NDArray[Any] = numbers.copy()
    at = ends[:-1].copy()
    which = np.arange(len(numbers))
    while len(which):
        more = rest >= 128
        data[at] = (rest & 127) | (more.astype(np.uint32) << 7)
        rest, at, which = rest[more] >> 7, at[more] + 1, which[more]
    return data.tobytes(), ends[bounds].tolist()


def joined(arrays: Sequence[npt.NDArray[Any]], kind: Any) -> npt.NDArray[Any]:
    """Some arrays one behind the other; an empty one of the type when there are none."""
    return np.concatenate(arrays) if arrays else np.zeros(0, kind)
