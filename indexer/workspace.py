"""One data folder: catalog, index and lock behind one door, for the command line and the service."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Self

import msgspec

from .article import Article
from .backends.base import Index, Record
from .catalog import DUPLICATE, Catalog, PageNote, Rival
from .checking import find_problems
from .errors import CatalogError, IndexDamaged, NoIndex, RejectedPage, SourceError
from .lock import WAIT_SECONDS, WriterLock
from .parsing import language_of
from .pipeline import (
    PUSH_WORKERS,
    BuildReport,
    Failure,
    KeptReader,
    Progress,
    Publisher,
    Scan,
    Tally,
    open_reader,
    reader_version,
)
from .site import Site
from .sources import (
    PUSH,
    Page,
    Source,
    absolute,
    checked_article,
    folder_name,
    pushed_page,
    source_of_page,
)
from .storage import storage_errors

CATALOG_FILE = "catalog.sqlite3"
INDEX_FOLDER = "index"
MEMORY_MB = 1_024  # of words that wait to be written to the index: about 200,000 articles
MEMORY_RANGE = (16, 1_048_576)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _whoosh(data: Path, memory_mb: int) -> Index:
    from .backends.whoosh import WhooshIndex  # noqa: PLC0415 slow to import, and not every command needs it

    return WhooshIndex(data / INDEX_FOLDER, buffer_bytes=memory_mb << 20)


def load_engine() -> None:
    """Import what answers questions, before a process is forked that will: it takes a second, and memory."""
    _whoosh(Path(), MEMORY_MB)


def _ignore(progress: Progress) -> None:
    """Progress nobody asked for."""


def _unheard(rival: Rival) -> None:
    """An article that is out, and nobody asked which."""


class Workspace:
    """A data folder and everything that may be done to it. Safe to share between threads.

    ``site`` is what pages are read with; ``None`` takes what the last run was given (or an empty site).
    ``index`` is the folder's Whoosh index unless another is given. ``workers`` is the number of
    processes that read pages: as many as there are cores unless given, 0 to read in this process,
    without limits of time and memory. Pushed pages are read in processes that are kept until :meth:`close`.
    ``memory_mb`` bounds the memory of what waits to be written to the index, in megabytes.

    Raises:
        CatalogError: the catalog cannot be used; with ``create=False`` also when there is none.
    """

    def __init__(
        self,
        data: Path,
        site: Site | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
        index: Index | None = None,
        workers: int | None = None,
        memory_mb: int = MEMORY_MB,
        create: bool = True,
    ) -> None:
        self.data = data
        self._memory_mb = memory_mb
        self.lock = WriterLock(data, clock=clock)
        self._clock = clock
        self._given_site = site
        self._given_index = index
        self._workers = workers
        self._pushed = KeptReader(PUSH_WORKERS if workers is None else min(workers, PUSH_WORKERS))
        if not create and not (data / CATALOG_FILE).is_file():
            raise CatalogError(f"{data}: nothing has been indexed here yet; run `broadsheet index`")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the catalog's file, and end the processes that read pushed pages."""
        self._pushed.close()
        if "catalog" in self.__dict__:
            self.catalog.close()

    @cached_property
    def catalog(self) -> Catalog:
        """The truth; its file is made when there is none."""
        return Catalog(self.data / CATALOG_FILE, clock=self._clock)

    @cached_property
    def index(self) -> Index:
        """The index made from the catalog."""
        return self._given_index or _whoosh(self.data, self._memory_mb)

    @property
    def site(self) -> Site:
        """The site given, else the one the articles were last indexed with, else an empty one."""
        if self._given_site is not None:
            return self._given_site
        return self.catalog.site() or Site()

    # -- Batches ---------------------------------------------------------------------------

    def build(
        self,
        sources: Sequence[Source],
        *,
        rebuild: bool = False,
        dry_run: bool = False,
        allow_removals: bool = False,
        progress: Callable[[Progress], None] | None = None,
        wait_seconds: float = WAIT_SECONDS,
        on_wait: Callable[[str], None] | None = None,
    ) -> BuildReport:
        """Bring the catalog to what the sources hold, and the index to what the catalog holds.

        ``rebuild`` makes a new generation from the catalog; without sources no page is read.
        ``allow_removals`` lets a source lose most of its articles. ``dry_run`` reports what a run would do,
        and does it to a copy of the catalog in the folder for temporary files. What was accepted stays,
        however a run ends.

        Raises:
            SourceError: not one of the sources can be read.
            WriterBusy: another process was still writing after ``wait_seconds``.
            CatalogError: the catalog cannot be used.
            StorageError: the disk is full or may not be written to; what was accepted is kept.
            IndexDamaged: a new generation did not pass the gate; the old one stays.
        """
        started = time.monotonic()
        tally = Tally()
        tell = progress or _ignore
        with ExitStack() as stack:
            stack.enter_context(storage_errors(self.data))
            if not dry_run:
                stack.enter_context(self.lock.held(wait_seconds, on_wait))
            catalog = stack.enter_context(self._catalog_to_change(dry_run))
            self._scan(catalog, sources, tally, tell, allow_removals=allow_removals)
            if not dry_run:
                if self._given_site is not None:
                    catalog.remember_site(self._given_site)
                tally.repaired = self._publisher(tell).bring_up(rebuild=rebuild)
        generation, sequence = self._published()
        return tally.report(time.monotonic() - started, generation, sequence, dry_run=dry_run)

    def _scan(
        self,
        catalog: Catalog,
        sources: Sequence[Source],
        tally: Tally,
        tell: Callable[[Progress], None],
        *,
        allow_removals: bool,
    ) -> None:
        site = self._given_site or catalog.site() or Site()
        missing: list[SourceError] = []
        with closing(open_reader(site, self._workers)) as reader:
            scan = Scan(catalog, reader, site, reader_version(site), tally, tell, allow_removals)
            for source in sources:
                try:
                    scan.run(source)
                except SourceError as error:
                    missing.append(error)
                    place = source.name.partition(":")[2]
                    detail = str(error).removeprefix(f"{place}: ")  # the line names it already
                    tally.failed.append(Failure(source.name, "source_missing", detail))
        if missing and len(missing) == len(sources):
            raise missing[0]

    @contextmanager
    def _catalog_to_change(self, dry_run: bool) -> Iterator[Catalog]:
        """The catalog; for a dry run a copy of it elsewhere, on which everything is done as it would be."""
        if not dry_run:
            yield self.catalog
            return
        with tempfile.TemporaryDirectory() as elsewhere:
            path = Path(elsewhere) / CATALOG_FILE
            if (self.data / CATALOG_FILE).is_file():
                self.catalog.copy_to(path)
            with Catalog(path, clock=self._clock) as catalog:
                yield catalog

    # -- One article -----------------------------------------------------------------------

    def reread(
        self,
        article_id: str,
        sources: Sequence[str] = (),
        *,
        progress: Callable[[Progress], None] | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> BuildReport:
        """Read the page of an article again, whether or not it has changed, and bring the index to it.

        One that was removed by hand comes back. ``sources`` are texts as for :func:`open_sources`: an export
        is found among them, and is read as a whole.

        Raises:
            SourceError: there is no such article, it was pushed, or its source is not there.
            WriterBusy, CatalogError, StorageError, IndexDamaged: as :meth:`build`.
        """
        with self.catalog.transaction() as changes:
            place = changes.place(article_id)
        if place is None:
            raise SourceError(f"{article_id}: no source holds a page of it; what was pushed is pushed again")
        source, key, _ = place
        note = self.catalog.page(source, key)
        if note is not None and note.reason == DUPLICATE:
            raise SourceError(f"{article_id}: {note.detail}")
        page = source_of_page(source, key, sources, self.catalog.sources())
        with self.catalog.transaction() as changes:
            changes.read_again(source, key)
        return self.build([page], progress=progress, wait_seconds=wait_seconds)

    def push(self, article_id: str, page: Page, *, on_replaced: Callable[[Rival], None] = _unheard) -> Record:
        """Read and accept one pushed HTML page under the id given; the index follows with :meth:`apply`.

        An article of that id is replaced, wherever it came from; its source's page takes its place
        again when that page next changes. So is whatever else was pushed for the same address, under
        whichever title, or came from another source: ``on_replaced`` is told of each of these.

        Raises:
            RejectedPage: the page is no article, takes more time or memory than a page may, or the id
                cannot be used.
        """
        page = pushed_page(article_id, page.data, url=page.url, charset=page.charset)
        outcome = self._pushed.read(page, self.site)
        if outcome.article is None:
            raise RejectedPage(outcome.reason, outcome.detail)  # type: ignore[arg-type]  # never empty without an article
        digest = hashlib.sha256(page.data).hexdigest()
        return self._accept(replace(outcome.article, id=article_id), digest, page.url, on_replaced)

    def push_article(self, article: Article, *, on_replaced: Callable[[Rival], None] = _unheard) -> Record:
        """Accept one pushed article as it is; the index follows with :meth:`apply`.

        It replaces what :meth:`push` would. Where it names no language, that of its text is taken, or else
        the site's.

        Raises:
            RejectedPage: a field is missing or makes no sense; the detail begins with its name.
        """
        article = checked_article(article, lambda text: language_of(text, self.site))
        digest = hashlib.sha256(msgspec.json.encode(article)).hexdigest()
        return self._accept(article, digest, article.url, on_replaced)

    def _accept(
        self, article: Article, digest: str, address: str, on_replaced: Callable[[Rival], None]
    ) -> Record:
        stored = self.catalog.get(article.id)
        if stored is not None and (stored.article, stored.digest) == (article, digest):
            return stored
        with self.catalog.transaction() as changes:
            source, key, locator = changes.place(article.id) or (PUSH, article.id, f"{PUSH}:{article.id}")
            if source == PUSH and address:
                locator = address
            record = changes.accept(article, PageNote(source, key, locator, digest, reader=""))
        for replaced in changes.replaced:
            on_replaced(replaced.rival)
        return record

    def remove(self, article_id: str) -> bool:
        """Remove an article and leave a tombstone; ``False`` when there is none of this id."""
        with self.catalog.transaction() as changes:
            return changes.remove(article_id)

    def id_at(self, url: str) -> str | None:
        """The id of the accepted article at an address; ``None`` also when the catalog cannot be asked."""
        try:
            return self.catalog.id_at(url)
        except CatalogError:
            return None

    def known_sources(self) -> tuple[str, ...]:
        """The names of the sources indexed before; none in a folder without a catalog."""
        return self.catalog.sources() if (self.data / CATALOG_FILE).is_file() else ()

    def source_name(self, text: str) -> str | None:
        """The known source that ``text`` names, by its name or by its path; ``None`` when none does."""
        names = (text, folder_name(absolute(Path(text))))
        return next((name for name in names if name in self.known_sources()), None)

    def forget(self, source: str) -> int:
        """Remove everything that came from a source; returns how many articles that were."""
        return self.catalog.forget_source(source)

    # -- Index -----------------------------------------------------------------------------

    def apply(
        self,
        *,
        wait_seconds: float = WAIT_SECONDS,
        on_wait: Callable[[str], None] | None = None,
        on_repair: Callable[[str], None] | None = None,
    ) -> int:
        """Bring the index to the catalog's sequence number and return the one it now stands at.

        ``on_repair`` is told what was wrong with an index that had to be made anew.

        Raises:
            WriterBusy: another process was still writing after ``wait_seconds``.
            StorageError: the disk is full or may not be written to; what was accepted is kept.
            IndexDamaged: a new generation was needed and did not pass the gate.
        """
        with storage_errors(self.data), self.lock.held(wait_seconds, on_wait):
            wrong = self._publisher(_ignore).bring_up()
        if wrong and on_repair:
            on_repair(wrong)
        return self.index.reader().sequence

    def behind(self) -> bool:
        """Whether :meth:`apply` has something to do that searches would show.

        The index lacks changes of the catalog, holds those of another history (a catalog that was put
        back from a backup), or is missing or damaged while the catalog holds something.
        """
        accepted = self.catalog.sequence
        try:
            live = self.index.reader()
        except (NoIndex, IndexDamaged):
            return accepted > 0
        return accepted != live.sequence or not self.catalog.knows(live.stamp)

    def rollback(self, *, wait_seconds: float = WAIT_SECONDS) -> str:
        """Point back to the previous generation and return its name.

        Raises:
            NoIndex: there is none, or it was not made from this catalog.
            IndexDamaged: it is not whole.
            WriterBusy: another process was still writing after ``wait_seconds``.
        """
        with storage_errors(self.data), self.lock.held(wait_seconds):
            return self.index.rollback(self.catalog.knows)

    def check(self) -> list[str]:
        """Verify catalog and index, each for itself and one against the other; one line a problem."""
        return list(find_problems(self.catalog, self.index, self.lock.holder()))

    def _publisher(self, tell: Callable[[Progress], None]) -> Publisher:
        return Publisher(self.catalog, self.index, self.site, tell)

    def _published(self) -> tuple[str, int]:
        try:
            reader = self.index.reader()
        except (NoIndex, IndexDamaged):
            return "", 0
        return reader.generation, reader.sequence
