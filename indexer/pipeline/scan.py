"""One source brought into the catalog: pages looked at, decisions accepted in batches, removals."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..article import article_id
from ..catalog import DUPLICATE, Catalog, Replaced
from ..parsing import own_address
from ..site import Site
from ..sources.base import Source
from ..sources.page import Failure, Page
from .claims import Claims
from .judge import Decision, Judge, Seen
from .readers import PageReader
from .report import Progress, Tally

# Accepted in one transaction: a crash loses at most this much reading, and a waiting push waits
# only as long as so many rows take to write.
BATCH = 200
# Pages read ahead while earlier ones are still being parsed: enough to keep every core busy.
MAX_AHEAD = 64
MAX_AHEAD_BYTES = 64 * 1024**2
# Fewer articles than this may vanish at once: a small folder is emptied by hand and on purpose.
GUARDED_ARTICLES = 20
MAX_REMOVED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Scan:
    """What every source of a run is read with."""

    catalog: Catalog
    reader: PageReader
    site: Site
    version: str
    tally: Tally
    progress: Callable[[Progress], None]
    allow_removals: bool = False

    def run(self, source: Source) -> None:
        """Bring the catalog to what a source holds.

        Raises:
            SourceError: the source cannot be read at all; nothing of it was removed.
        """
        visit = _Visit(self, source)
        visit.read()
        visit.remove()
        visit.flush()


@dataclass
class _Visit:
    scan: Scan
    source: Source
    met: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    decided: list[Decision] = field(default_factory=list)

    # -- Reading ---------------------------------------------------------------------------

    def read(self) -> None:
        catalog = self.scan.catalog
        outside = (
            note for note in catalog.standing_pages(self.source.name) if not self.source.covers(note.key)
        )
        judge = Judge(
            catalog,
            self.scan.version,
            Claims(outside),
            own_address=lambda page: own_address(page, self.scan.site),
            read_now=lambda page: self.scan.reader.submit(page).result(),
        )
        total = self.source.total()
        self._tell(0, total)
        for done, item in enumerate(self._look(), start=1):
            self._take(item, judge)
            self._tell(done, total)
        self.flush()

    def _tell(self, done: int, total: int | None) -> None:
        self.scan.progress(Progress("reading", done, total, self.source.name))

    def _look(self) -> Iterator[Seen | Failure]:
        """Pages in order, with those after them being read meanwhile."""
        ahead: deque[Seen | Failure] = deque()
        weight = 0
        for item in self.source.pages():
            ahead.append(item if isinstance(item, Failure) else self._see(item))
            weight += _weight(ahead[-1])
            while len(ahead) > MAX_AHEAD or weight > MAX_AHEAD_BYTES:
                weight -= _weight(ahead[0])
                yield ahead.popleft()
        yield from ahead

    def _see(self, page: Page) -> Seen:
        digest = hashlib.sha256(page.data).hexdigest()
        note = self.scan.catalog.page(page.source, page.key)
        if note is not None and (note.digest, note.reader) == (digest, self.scan.version):
            return Seen(page, digest, note, None)
        return Seen(page, digest, note, self.scan.reader.submit(page))

    def _take(self, item: Seen | Failure, judge: Judge) -> None:
        if isinstance(item, Seen):
            self._decide(judge.judge(item))
        elif item.below or not item.key:
            self.unknown.append(item.key)
            self.scan.tally.failed.append(item)
        else:
            self._decide(judge.unread(self.source.name, item))

    def _decide(self, decision: Decision) -> None:
        self.met.add(decision.key)
        tally = self.scan.tally
        if decision.failure is not None:
            lists = {"replaced": tally.replaced, "passed": tally.passed}
            lists.get(decision.verdict, tally.failed).append(decision.failure)
        else:
            setattr(tally, decision.verdict, getattr(tally, decision.verdict) + 1)
        self._put(decision)

    def _put(self, decision: Decision) -> None:
        if decision.writes:
            self.decided.append(decision)
        if len(self.decided) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Accept what was decided, in one transaction."""
        if self.decided:
            with self.scan.catalog.transaction() as changes:
                for decision in self.decided:
                    decision.write(changes)
            for replaced in changes.replaced:
                self._tell_replaced(replaced)
        self.decided.clear()

    def _tell_replaced(self, replaced: Replaced) -> None:
        rival, tally = replaced.rival, self.scan.tally
        if self.source.absorbs(rival.source):
            tally.removed += 1  # the same page under its old name
        else:
            tally.replaced.append(Failure(rival.locator, DUPLICATE, replaced.detail, rival.key))

    # -- Removing --------------------------------------------------------------------------

    def remove(self) -> None:
        """Remove what the source no longer holds, unless that looks like an accident."""
        if not self.met and not self.unknown:
            self._fail(
                "no_pages", "holds no page that can be read (.html, .htm, .xhtml, or a WordPress export)"
            )
        gone = [
            (self.source.name, key)
            for key in self.scan.catalog.page_keys(self.source.name)
            if self._is_gone(key)
        ]
        if refusal := self._refusal(gone):
            self._fail("removals_refused", refusal)
            return
        for name in self._absorbed():
            gone += [(name, key) for key in self.scan.catalog.page_keys(name)]
        self._forget(gone)

    def _is_gone(self, key: str) -> bool:
        if key in self.met or not self.source.covers(key):
            return False
        return not any(key.startswith(prefix) for prefix in self.unknown)

    def _refusal(self, gone: list[tuple[str, str]]) -> str:
        articles = sum(self._has_article(*page) for page in gone)
        held = self.scan.catalog.count(self.source.name)
        if self.scan.allow_removals or not articles:
            return ""
        many = held >= GUARDED_ARTICLES and articles > held * MAX_REMOVED_SHARE
        if not many and self.met:
            return ""
        gone_now = f"{articles} of {held} articles are gone from it; nothing was removed"
        return f"{gone_now}; --allow-removals removes them"

    def _absorbed(self) -> list[str]:
        """Known sources inside this one: their pages are this one's now."""
        return [name for name in self.scan.catalog.sources() if self.met and self.source.absorbs(name)]

    def _forget(self, gone: list[tuple[str, str]]) -> None:
        self.scan.tally.removed += sum(self._has_article(*page) for page in gone)
        for start in range(0, len(gone), BATCH):
            with self.scan.catalog.transaction() as changes:
                for source, key in gone[start : start + BATCH]:
                    changes.remove(article_id(source, key))
                    changes.forget(source, key)

    def _has_article(self, source: str, key: str) -> bool:
        standing = self.scan.catalog.standing(article_id(source, key))
        return standing is not None and standing.live

    def _fail(self, reason: str, detail: str) -> None:
        self.scan.tally.failed.append(Failure(self.source.name, reason, detail))


def _weight(item: Seen | Failure) -> int:
    return 0 if isinstance(item, Failure) else len(item.page.data)
