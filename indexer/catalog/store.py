"""The catalog: the truth about every article, in one SQLite file."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from ..article import Article, article_id
from ..backends.base import Record
from ..errors import CatalogError
from ..site import Site
from .addresses import Rival, rivals
from .changes import Changes
from .check import find_problems
from .connections import Connections, catalog_errors
from .labels import read_labels
from .lookup import addresses, articles_at, pages_at
from .rows import (
    RECORD_COLUMNS,
    PageNote,
    Standing,
    Tombstone,
    read_record,
    read_site,
    read_stamps,
    write_site,
)
from .survey import Survey

_SITE = "site"
_STAMPS = "index_stamps"
# Two are on disk, and one more while it is built; the others may have failed one after the other.
# One that is forgotten is built anew, and nothing worse.
KNOWN_GENERATIONS = 8
_LAST = "SELECT coalesce(max(sequence), 0) FROM articles"
_COUNT = "SELECT count(*) FROM articles WHERE live = 1"


@dataclass(frozen=True, slots=True)
class State:
    """One consistent view of what the index must hold: counts, labels, and the changes themselves."""

    sequence: int
    count: int
    labels: dict[str, dict[str, str]]
    changes: Iterator[Record | Tombstone]


def _random_id() -> str:
    return secrets.token_hex(8)


def _changes(connection: sqlite3.Connection, after: int) -> Iterator[Record | Tombstone]:
    query = f"SELECT live, {RECORD_COLUMNS} FROM articles WHERE sequence > ? ORDER BY sequence"  # noqa: S608
    for live, *row in connection.execute(query, (after,)):
        yield read_record(row) if live else Tombstone(row[0], sequence=row[5], removed_at=row[6])


class Catalog:
    """Every article with its identity, text, digest and sequence number; tombstones for the removed.

    An article is *accepted* when its transaction has committed: WAL with ``synchronous=FULL`` puts
    it on the disk before that. Safe to share between threads. ``clock`` gives the time with zone.
    With ``create=False`` a missing file is an error instead of a new catalog. ``new_id`` makes names that
    no other catalog has.

    Raises:
        CatalogError: the file is damaged, a newer Broadsheet's, no catalog at all, or cannot be made.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        create: bool = True,
        new_id: Callable[[], str] = _random_id,
    ) -> None:
        self.path = path
        self._clock = clock
        self._new_id = new_id
        if not path.is_file():
            self._make_folder(create)
        self._connections = Connections(path)
        self.survey = Survey(self._connections.read)
        with self._connections.read():
            pass  # a file that cannot be used is told of now, not at the first question

    def _make_folder(self, create: bool) -> None:
        if not create:
            raise CatalogError(f"{self.path}: there is no catalog yet; run `broadsheet index`")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogError(f"{self.path.parent}: cannot be made: {error.strerror or error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the file; it is opened again when the catalog is asked again."""
        self._connections.close()

    # -- Articles --------------------------------------------------------------------------

    def get(self, article_id: str) -> Record | None:
        """The live article of this id, with its kept and dropped blocks."""
        query = f"SELECT {RECORD_COLUMNS} FROM articles WHERE id = ? AND live = 1"  # noqa: S608 a constant
        with self._connections.read() as connection:
            row = connection.execute(query, (article_id,)).fetchone()
            return read_record(row) if row else None

    def standing(self, article_id: str) -> Standing | None:
        """How an article stands, removed ones included, without reading its text."""
        query = "SELECT live, digest, url, accepted_at FROM articles WHERE id = ?"
        with self._connections.read() as connection:
            row = connection.execute(query, (article_id,)).fetchone()
        return Standing(bool(row[0]), *row[1:]) if row else None

    def id_at(self, url: str) -> str | None:
        """The id of the live article at an address, with or without a slash at its end."""
        other = url.removesuffix("/") if url.endswith("/") else f"{url}/"
        query = "SELECT id FROM articles WHERE url IN (?, ?) AND live = 1 ORDER BY url != ?, id LIMIT 1"
        with self._connections.read() as connection:
            row = connection.execute(query, (url, other, url)).fetchone()
        return str(row[0]) if row else None

    def at_addresses(self, addresses: Sequence[str]) -> tuple[str, ...]:
        """The ids of the live articles that stand for any of some addresses."""
        with self._connections.read() as connection:
            return tuple(articles_at(connection, addresses))

    def addresses(self) -> tuple[tuple[str, str], ...]:
        """Address and id of every live article."""
        with self._connections.read() as connection:
            return tuple(addresses(connection))

    def is_contested(self, article: Article, source: str) -> bool:
        """Whether this article of ``source`` would take the place of others, if it were accepted now."""
        with self._connections.read() as connection:
            return any(True for _ in rivals(connection, article.url, source, article.id))

    def elsewhere(self, url: str, source: str) -> Rival | None:
        """The article of another source that stands for an address, if there is one."""
        with self._connections.read() as connection:
            found = rivals(connection, url, source, "")
            return next((rival for rival in found if rival.source != source), None)

    def is_withdrawn(self, canonical: str, digest: str) -> bool:
        """Whether a page of this address and these bytes has no article, though nothing is wrong with it and
        no other stands for the address: its article was removed by hand.
        """
        query = (
            "SELECT 1 FROM pages WHERE digest = ? AND canonical = ? AND reason = '' "
            "AND NOT EXISTS (SELECT 1 FROM articles AS own "
            "WHERE (own.source, own.key) = (pages.source, pages.key) AND own.live = 1) "
            "AND NOT EXISTS (SELECT 1 FROM articles AS other WHERE other.url = canonical AND other.live = 1)"
        )
        with self._connections.read() as connection:
            return connection.execute(query, (digest, canonical)).fetchone() is not None

    def records(self) -> Iterator[Record]:
        """The live articles by sequence, all as they were at the first one, whoever writes meanwhile."""
        with self._connections.snapshot() as connection:
            query = f"SELECT {RECORD_COLUMNS} FROM articles WHERE live = 1 ORDER BY sequence"  # noqa: S608
            for row in connection.execute(query):
                yield read_record(row)

    def changes(self, after: int) -> Iterator[Record | Tombstone]:
        """What changed since sequence ``after``, by sequence, only the last state of each article."""
        with self._connections.snapshot() as connection:
            yield from _changes(connection, after)

    @contextmanager
    def state(self, site: Site, after: int = 0) -> Iterator[State]:
        """One consistent view with its changes since ``after``; read them inside the ``with``."""
        with self._connections.snapshot() as connection:
            sequence = int(connection.execute(_LAST).fetchone()[0])
            count = int(connection.execute(_COUNT).fetchone()[0])
            yield State(sequence, count, read_labels(connection, site), _changes(connection, after))

    @property
    def sequence(self) -> int:
        """The number of the last accepted change; 0 before the first."""
        return self._number(_LAST)

    def count(self, source: str | None = None) -> int:
        """Live articles, of one source or of all."""
        if source is None:
            return self._number(_COUNT)
        return self._number("SELECT count(*) FROM articles WHERE live = 1 AND source = ?", source)

    def labels(self, site: Site) -> dict[str, dict[str, str]]:
        """Filter field to slug to label: the site's order first, then those found, by label."""
        with self._connections.read() as connection:
            return read_labels(connection, site)

    # -- Pages -----------------------------------------------------------------------------

    def sources(self) -> tuple[str, ...]:
        """The names of the sources that hold pages or articles."""
        query = "SELECT source FROM pages UNION SELECT source FROM articles WHERE live = 1 ORDER BY 1"
        with self._connections.read() as connection:
            return tuple(row[0] for row in connection.execute(query))

    def page(self, source: str, key: str) -> PageNote | None:
        """What was made of a page when it was last read."""
        with self._connections.read() as connection:
            row = connection.execute(
                "SELECT * FROM pages WHERE source = ? AND key = ?", (source, key)
            ).fetchone()
        return PageNote(*row) if row else None

    def pages_at(self, names: Sequence[str]) -> tuple[PageNote, ...]:
        """The pages of some addresses, or of these names in their sources; those that were accepted first."""
        with self._connections.read() as connection:
            return tuple(pages_at(connection, names))

    def standing_pages(self, source: str) -> Iterator[PageNote]:
        """The pages of a source that stand for the address they name, by key."""
        query = (
            "SELECT * FROM pages WHERE source = ? AND canonical != '' AND reason != 'duplicate' ORDER BY key"
        )
        with self._connections.snapshot() as connection:
            for row in connection.execute(query, (source,)):
                yield PageNote(*row)

    def page_keys(self, source: str) -> tuple[str, ...]:
        """The keys of a source's pages, accepted or not, in order."""
        with self._connections.read() as connection:
            rows = connection.execute("SELECT key FROM pages WHERE source = ? ORDER BY key", (source,))
            return tuple(row[0] for row in rows)

    def failures(self, source: str | None = None) -> tuple[PageNote, ...]:
        """The pages that were no articles when last read, of one source or of all."""
        query = "SELECT * FROM pages WHERE reason != '' AND (? IS NULL OR source = ?) ORDER BY source, key"
        with self._connections.read() as connection:
            return tuple(PageNote(*row) for row in connection.execute(query, (source, source)))

    def kept_since(self, note: PageNote) -> str:
        """When the article a failed page still stands for was accepted (ISO 8601); empty: there is none."""
        standing = self.standing(article_id(note.source, note.key))
        return standing.accepted_at if standing and standing.live else ""

    # -- Changes and facts -----------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[Changes]:
        """Changes that become true together when the block ends, and not at all when it raises."""
        with self._connections.write() as connection:
            yield Changes(connection, self._clock)

    def forget_source(self, source: str) -> int:
        """Remove a source's articles and everything known of its pages; returns how many articles."""
        with self.transaction() as changes:
            return changes.forget_source(source)

    def site(self) -> Site | None:
        """The site the articles were last indexed with; ``None`` before the first time."""
        value = self._fact(_SITE)
        with catalog_errors(self.path):
            return read_site(value) if value else None

    def remember_site(self, site: Site) -> None:
        """Keep the site for runs that are not told of it."""
        self._remember(_SITE, write_site(site))

    def knows(self, stamp: str) -> bool:
        """Whether what a commit of this stamp holds is a part of this catalog's own past."""
        return bool(stamp) and any(stamp in pair for pair in self._stamps().values())

    @property
    def has_been_indexed(self) -> bool:
        """Whether an index was ever made from this catalog, or begun."""
        return bool(self._stamps())

    def new_stamp(self, base: str = "") -> str:
        """A stamp for the commits that bring an index from the commit stamped ``base`` to this catalog.

        It is remembered before it is returned. Take it while reading the :meth:`state` that is
        committed under it: then every copy of this file that knows the stamp holds that state, too,
        whatever became of the file in between, and an index with a stamp that a copy does not know
        holds what that copy may never have held. The caller holds the writer's lock.
        """
        generation = base.partition(".")[0] or self._new_id()
        stamp = f"{generation}.{self._new_id()}"
        # The base stays known: the commit that is about to be made may fail, or be killed.
        others = [item for item in self._stamps().items() if item[0] != generation]
        known = dict([*others[1 - KNOWN_GENERATIONS :], (generation, [base, stamp])])
        self._remember(_STAMPS, msgspec.json.encode(known))
        return stamp

    def _stamps(self) -> dict[str, list[str]]:
        value = self._fact(_STAMPS)
        with catalog_errors(self.path):
            return read_stamps(value) if value else {}

    def _remember(self, name: str, value: bytes) -> None:
        if self._fact(name) != value:
            with self.transaction() as changes:
                changes.remember(name, value)

    def _fact(self, name: str) -> bytes | None:
        with self._connections.read() as connection:
            row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _number(self, query: str, *parameters: str) -> int:
        with self._connections.read() as connection:
            return int(connection.execute(query, parameters).fetchone()[0])

    # -- Copy and check -------------------------------------------------------------------

    def copy_to(self, path: Path) -> None:
        """Copy the catalog as it is at one moment into a new file, whoever writes meanwhile."""
        with (
            self._connections.read() as connection,
            catalog_errors(path),
            closing(sqlite3.connect(path)) as copy,
        ):
            connection.backup(copy)

    def check(self) -> list[str]:
        """Verify the file and what its tables say of each other; one line a problem."""
        try:
            with catalog_errors(self.path), self._connections.snapshot() as connection:
                return list(find_problems(connection))
        except CatalogError as error:
            return [str(error)]
