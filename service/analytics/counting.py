"""The counts of a day in the memory of a worker, until they are written: bounded for each reader and in all.

Nobody adds to a count of the day twice: not to a text, a switch, or a click on the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import Final

from .keeping import Batch, Text
from .model import Asked, Clicked, Intent, Pair
from .privacy import normal, sensitive
from .shared import Shared

MAX_BATCH: Final = 5_000  # texts that wait to be written; more are dropped and counted
MAX_OF_READER: Final = 200  # texts and clicks of one address on a day in a worker: 25 such fill a batch
MAX_READERS: Final = 50_000  # addresses whose bound is known at once; some megabytes
MAX_CLICKS: Final = 10  # of one address on a day on the answers of one text
LATENCIES: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000)  # milliseconds

Slugs = Callable[[], Collection[str]]


class Counting:
    """Counts for one worker. Not safe for several threads.

    ``lost`` takes what was not counted; ``categories`` are those the site has, since anything can stand in
    an address.
    """

    def __init__(self, shared: Shared, lost: Counter[str], categories: Slugs) -> None:
        self._shared = shared
        self._lost = lost
        self._categories = categories
        self._batch = Batch("")
        self._readers: set[bytes] = set()
        self._of_reader: Counter[bytes] = Counter()

    @property
    def day(self) -> str:
        """The day that is counted."""
        return self._batch.day

    @property
    def readers(self) -> int:
        """How many readers have added to what waits."""
        return len(self._readers)

    @property
    def full(self) -> bool:
        """Whether there is no room for another text."""
        return max(len(self._batch.counts), len(self._batch.clicks)) >= MAX_BATCH

    def begin(self, day: str) -> None:
        """Begin another day."""
        self._batch = Batch(day)
        self._readers.clear()
        self._of_reader.clear()

    def take(self) -> Batch:
        """What was counted since this was last called."""
        taken, self._batch = self._batch, Batch(self._batch.day)
        self._readers.clear()
        return taken

    def outcome(self, name: str, count: int) -> None:
        """Count what became of recordings."""
        self._batch.totals["recording", name] += count

    def latency(self, asked: Asked) -> None:
        """Count how long an answer took."""
        if asked.cached:
            self._batch.totals["latency", "kept"] += 1
            return
        took = asked.facts.took_ms
        bound = next((bound for bound in LATENCIES if took <= bound), None)
        self._batch.totals["latency", "more" if bound is None else str(bound)] += 1

    def intent(self, intent: Intent) -> None:
        """Count what a reader was after."""
        reader, asked, facts = intent.reader, intent.asked, intent.asked.facts
        totals = self._batch.totals
        totals["events", "searches"] += 1
        totals["events", "missed"] += not facts.total
        totals["events", "partial"] += facts.partial
        totals["events", "relaxed"] += facts.relaxed
        totals["events", "corrected"] += facts.corrected
        self._in_use(reader, asked)
        counts = self._once(reader, Text(intent.text))
        if counts is None:
            return
        counts["sessions"] += 1
        if not facts.total:
            narrowed = set(asked.narrowed)
            counts["missed"] += 1
            counts["missed_partial"] += facts.partial
            counts["missed_filtered"] += bool(narrowed - {"exact", "title", "content"})
            counts["missed_language"] += "lang" in narrowed
            counts["missed_exact"] += "exact" in narrowed

    def pair(self, pair: Pair) -> None:
        """Count what a reader asked instead."""
        counts = self._once(pair.reader, Text(pair.before, pair.after))
        if counts is not None:
            counts["sessions"] += 1

    def click(self, reader: bytes, clicked: Clicked) -> None:
        """Count that a reader went to an answer."""
        if sensitive(clicked.text):
            return
        text = Text(normal(clicked.text))
        if text not in self._batch.clicks and len(self._batch.clicks) >= MAX_BATCH:
            self._lost["dropped"] += 1
            return
        if not self._first(reader, f"click\n{text.text}\n{clicked.article}"):
            return
        places = (f"click\n{number}\n{text.text}\n" for number in range(MAX_CLICKS))
        if not (any(self._first(reader, place) for place in places) and self._may(reader)):
            return
        counts = self._batch.clicks.setdefault(text, Counter())
        counts["clicks"] += 1
        counts["ranks"] += clicked.rank
        self._batch.totals["events", "clicks"] += 1
        self._batch.totals["events", "ranks"] += clicked.rank
        self._readers.add(reader)

    def _in_use(self, reader: bytes, asked: Asked) -> None:
        known = self._categories() if asked.categories else ()
        used = [("switches", name) for name in asked.narrowed]
        used += [("categories", name) for name in asked.categories if name in known]
        used += [("languages", asked.lang)] if asked.lang else []
        for kind, name in used:
            if self._first(reader, f"{kind}\n{name}"):
                self._batch.totals[kind, name] += 1

    def _once(self, reader: bytes, text: Text) -> Counter[str] | None:
        """The counts of a text for a reader who is to be counted."""
        if text not in self._batch.counts and len(self._batch.counts) >= MAX_BATCH:
            self._lost["dropped"] += 1
            return None
        if not (self._first(reader, f"text\n{text.text}\n{text.other}") and self._may(reader)):
            return None
        self._readers.add(reader)
        return self._batch.counts.setdefault(text, Counter())

    def _may(self, reader: bytes) -> bool:
        """Whether a reader has added no more than one does. Asking counts."""
        if len(self._of_reader) >= MAX_READERS:
            self._of_reader.clear()
        self._of_reader[reader] += 1
        if self._of_reader[reader] > MAX_OF_READER:
            self._lost["dropped"] += 1
            return False
        return True

    def _first(self, reader: bytes, tag: str) -> bool:
        # NOTE: under the key of the day, which is in memory alone; the store's digests are others.
        return self._shared.first(self._batch.day, reader, tag)
