"""Articles on their way into a segment: analysed in batches, kept as arrays of numbers.

Batches are analysed by one thread and compressed by another while the next articles are taken, for most of
that work lets other threads run. Which articles are a batch, and what becomes of it, does not depend on how
fast any of them is.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ....analysis.batch import Batch, BatchAnalyzer
from ....fields import FILTERS, TEXT
from ...base import Record
from ...evaluate import day_of
from ...memory import filter_values
from ..codec.stored import pack_content, pack_record
from ..kernels.places import pack_places
from .frames import Frames

BATCH_CHARACTERS: Final = 1 << 19  # analysed at once: enough to make calls cheap, little enough to cache
GROUP_TOKENS: Final = 1 << 22  # of how many, at least, batches are sorted into postings at once
_WAITING: Final = 2  # batches that are being analysed, or wait for it
_BYTES_A_TOKEN: Final = 8  # its term here, and its share of the sorted arrays
_BYTES_AN_ARTICLE: Final = 600  # its id, values, lengths, and places in lists

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]


@dataclass(slots=True)
class Tokens:
    """The tokens of one text field of all buffered articles, batch by batch: terms, and where each
    article's begin.

    ``lengths`` are the positions of each article. Where a token stands follows from the tokens before it.
    """

    terms: list[Codes] = field(default_factory=list)
    bounds: list[Places] = field(default_factory=list)
    lengths: list[Codes] = field(default_factory=list)

    def keep(self, batch: Batch) -> None:
        """Take a batch."""
        self.terms.append(batch.term.copy())  # a view of it would keep all the batch
        self.bounds.append(batch.tokens)
        self.lengths.append(np.diff(batch.positions).astype(np.uint32))

    def groups(self) -> Iterator[tuple[Codes, Places, int]]:
        """Terms and bounds of some batches at once, and the number of the first article.

        PERF: a kernel that is called for each batch would wait each time for whoever runs Python meanwhile.
        """
        document = first = size = 0
        for last, terms in enumerate(self.terms, 1):
            size += len(terms)
            if size < GROUP_TOKENS and last < len(self.terms):
                continue
            steps = [np.diff(bounds) for bounds in self.bounds[first:last]]
            bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.concatenate(steps))))
            yield np.concatenate(self.terms[first:last]), bounds, document
            document += len(bounds) - 1
            first, size = last, 0


@dataclass(slots=True)
class _Waiting:
    """Articles that will be analysed together: texts by field, records without their text, languages."""

    records: list[bytes] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    langs: list[str] = field(default_factory=list)
    characters: int = 0

    def add(self, record: Record) -> None:
        """Take an article."""
        article = record.article
        text = article.text
        self.records.append(pack_record(record))
        self.titles.append(article.title)
        self.texts.append(text)
        self.langs.append(article.lang)
        self.characters += len(article.title) + len(text)


class Buffer:
    """Takes articles and keeps what a segment is made from; ``path`` is where that will be.

    ``analyzer`` outlives the buffer: what it has learned of words holds for the whole build.
    ``dictionary`` compresses what is stored; without one, one is made from the first articles.
    """

    def __init__(self, analyzer: BatchAnalyzer, path: Path, dictionary: bytes = b"") -> None:
        self.analyzer = analyzer
        self.frames = Frames(path, dictionary)
        self.ids: list[str] = []
        self.dead: set[int] = set()
        self.places: dict[str, int] = {}
        self.days: list[int] = []
        self.values: dict[str, list[tuple[str, ...]]] = {name: [] for name in FILTERS}
        self.tokens = {name: Tokens() for name in TEXT}
        self._same: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._waiting = _Waiting()
        self._analysing = ThreadPoolExecutor(1, "analysing")  # neither begins before it has something to do
        self._compressing = ThreadPoolExecutor(1, "compressing")
        self._analysed: deque[Future[tuple[int, list[bytes]]]] = deque()
        self._compressed: Future[None] | None = None
        self._size = 0

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def size(self) -> int:
        """About how many bytes it takes, and will take while it becomes a segment; without the last
        batches.
        """
        return self._size

    def add(self, record: Record) -> None:
        """Take an article; one of its id that is here already is dead."""
        article = record.article
        self._waiting.add(record)  # fails before anything is kept
        self.remove(article.id)
        self.places[article.id] = len(self.ids)
        self.ids.append(article.id)
        self.days.append(day_of(article.published_at) or 0)
        for name, slugs in filter_values(record).items():
            values = slugs if len(slugs) < 2 else tuple(dict.fromkeys(slugs))
            self.values[name].append(self._same.setdefault(values, values))
        if self._waiting.characters >= BATCH_CHARACTERS:
            self._hand_over()

    def remove(self, article_id: str) -> None:
        """Forget an article. Its words stay; as a document it is dead."""
        place = self.places.pop(article_id, None)
        if place is not None:
            self.dead.add(place)

    def finish(self) -> None:
        """Analyse and compress what is still waiting. If that fails, it is tried again when asked again."""
        while self._analysed:
            self._take()
        if self._compressed is not None:
            self._compressed.result()
        if self._waiting.texts:
            _, contents = self._analyse(self._waiting)
            self._waiting = _Waiting()
            self.frames.put(contents)
        self.frames.finish()
        self._end_threads()

    def abandon(self) -> None:
        """End what is under way; the buffer is of no more use."""
        self._end_threads()
        self.frames.abandon()

    @property
    def ties(self) -> Codes:
        """What decides the order of equals: a number fixed by the id."""
        return np.array([zlib.crc32(name.encode()) for name in self.ids], np.uint32)

    # -- steps -----------------------------------------------------------------------------

    def _hand_over(self) -> None:
        while len(self._analysed) >= _WAITING:
            self._take()
        self._analysed.append(self._analysing.submit(self._analyse, self._waiting))
        self._waiting = _Waiting()

    def _take(self) -> None:
        """Wait for the batch that was handed over first, and hand it on. What has failed there fails here."""
        size, contents = self._analysed[0].result()
        if self._compressed is not None:
            self._compressed.result()
        self._compressed = self._compressing.submit(self.frames.put, contents)
        self._analysed.popleft()
        self._size += size

    def _end_threads(self) -> None:
        for thread in (self._analysing, self._compressing):
            thread.shutdown(cancel_futures=True)

    def _analyse(self, waiting: _Waiting) -> tuple[int, list[bytes]]:
        """Analyse a batch; returns about how many bytes it takes, and what to store of its articles."""
        bytes_of = {name: [text.encode() for text in texts] for name, texts in self._texts(waiting)}
        batches = {name: self.analyzer.analyse(texts, waiting.langs) for name, texts in self._texts(waiting)}
        places = [_places(batches[name]) for name in TEXT]
        parts = zip(waiting.records, *(bytes_of[name] for name in TEXT), *places, strict=True)
        contents = [pack_content(*part) for part in parts]
        for name, batch in batches.items():
            self.tokens[name].keep(batch)
        tokens = sum(len(batch.term) for batch in batches.values())
        return _BYTES_A_TOKEN * tokens + _BYTES_AN_ARTICLE * len(waiting.records), contents

    @staticmethod
    def _texts(waiting: _Waiting) -> Sequence[tuple[str, list[str]]]:
        return tuple(zip(TEXT, (waiting.titles, waiting.texts), strict=True))


def _places(batch: Batch) -> list[bytes]:
    """Of each text where its words are, see :mod:`..kernels.places`."""
    data, cuts = pack_places(batch.codes, batch.bounds, batch.start, batch.end, batch.positions)
    whole, bounds = data.tobytes(), cuts.tolist()
    return [whole[start:end] for start, end in pairwise(bounds)]


def joined(arrays: Sequence[npt.NDArray[Any]], kind: Any) -> npt.NDArray[Any]:
    """Some arrays one behind the other; an empty one of the type when there are none."""
    return np.concatenate(arrays) if arrays else np.zeros(0, kind)
