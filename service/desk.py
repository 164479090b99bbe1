"""Where changes come in: the workspace as the routes and the tasks see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog

from indexer import (
    Article,
    BuildReport,
    Catalog,
    Page,
    Progress,
    Record,
    Rival,
    Site,
    Workspace,
    open_sources,
)
from indexer.errors import IndexDamaged, NoIndex, SourceError

from .search.engine import Engine

PUSH: Final = "push"  # the source of what comes over HTTP
MAX_REPORTED: Final = 100  # failures listed in a task's report; the count is always whole
WAIT_SECONDS: Final = 2.0  # how long a task waits for another writer before it goes back to the queue


class Desk:
    """Accepts articles, does the tasks, and tells how things stand. Safe to use from several threads."""

    def __init__(self, workspace: Workspace, engine: Engine, pointer: Path) -> None:
        self._workspace = workspace
        self._engine = engine
        self._pointer = pointer

    @property
    def site(self) -> Site:
        """The site."""
        return self._workspace.site

    @property
    def catalog(self) -> Catalog:
        """What has been accepted, and what became of every page."""
        return self._workspace.catalog

    @property
    def catalog_sequence(self) -> int:
        """The last accepted change."""
        return self._workspace.catalog.sequence

    def indexed_at(self) -> str | None:
        """When the index was last written (ISO 8601 UTC): when its pointer was swapped."""
        try:
            written = self._pointer.stat().st_mtime
        except FileNotFoundError:
            return None
        return datetime.fromtimestamp(written, UTC).isoformat(timespec="seconds")

    def get(self, article_id: str) -> Record | None:
        """The accepted article."""
        return self._workspace.catalog.get(article_id)

    def freshness(self, record: Record) -> tuple[bool, str | None]:
        """Whether searches have this very version of an article, and when the index was last written."""
        try:
            return self._engine.sequence >= record.sequence, self.indexed_at()
        except (NoIndex, IndexDamaged):
            return False, None

    def push_page(self, article_id: str, body: bytes, *, url: str, charset: str) -> Record:
        """Read and accept a page. Raises :class:`~indexer.errors.RejectedPage`."""
        page = Page(PUSH, article_id, body, url, charset)
        return self._workspace.push(article_id, page, on_replaced=_told(article_id))

    def push_article(self, article: Article) -> Record:
        """Accept an article. Raises :class:`~indexer.errors.RejectedPage`."""
        return self._workspace.push_article(article, on_replaced=_told(article.id))

    def remove(self, article_id: str) -> int | None:
        """Accept a removal; returns a sequence number that includes it, or ``None``: no such article."""
        return self.catalog_sequence if self._workspace.remove(article_id) else None

    # -- the work of tasks -----------------------------------------------------------------

    def behind(self) -> bool:
        """Whether the index lacks changes of the catalog, is of another history, missing or damaged."""
        return self._workspace.behind()

    def apply(self) -> int:
        """Bring the index to the catalog. Raises :class:`~indexer.errors.WriterBusy`."""
        return self._workspace.apply(wait_seconds=WAIT_SECONDS, on_repair=_repaired)

    def reindex(
        self, sources: Sequence[str], *, rebuild: bool, progress: Callable[[Mapping[str, Any]], None]
    ) -> Mapping[str, Any]:
        """Read the sources again and return the report as plain data.

        Raises:
            SourceError: none of the sources can be read.
            WriterBusy: another process is writing.
        """
        opened, errors = open_sources(list(sources), self._workspace.catalog.sources())
        if errors and not opened and not rebuild:
            raise SourceError("; ".join(map(str, errors)))
        report = self._workspace.build(
            opened, rebuild=rebuild, progress=_plainly(progress), wait_seconds=WAIT_SECONDS
        )
        return _report(report, [str(error) for error in errors])

    def reread(
        self, article_id: str, sources: Sequence[str], *, progress: Callable[[Mapping[str, Any]], None]
    ) -> Mapping[str, Any]:
        """Read the page of one article again and return the report as plain data.

        Raises:
            SourceError: it has no page that could be read.
            WriterBusy: another process is writing.
        """
        report = self._workspace.reread(
            article_id, sources, progress=_plainly(progress), wait_seconds=WAIT_SECONDS
        )
        return _report(report, [])

    def check(self) -> Mapping[str, Any]:
        """Verify catalog and index: how many problems there are, and the first of them."""
        problems = self._workspace.check()
        return {"problems": len(problems), "found": problems[:MAX_REPORTED]}


def _plainly(progress: Callable[[Mapping[str, Any]], None]) -> Callable[[Progress], None]:
    """Tells of progress as plain data."""

    def seen(now: Progress) -> None:
        progress({"stage": now.stage, "done": now.done, "total": now.total})

    return seen


def _repaired(wrong: str) -> None:
    """Notes in the log that the index had to be made anew, and why."""
    structlog.get_logger("broadsheet").warning("index_repaired", detail=wrong)


def _told(article_id: str) -> Callable[[Rival], None]:
    """Notes in the log which article gave its place to the one of this id."""

    def note(rival: Rival) -> None:
        structlog.get_logger("broadsheet").info(
            "article_replaced", id=article_id, replaced=rival.id, source=rival.source
        )

    return note


def _report(report: BuildReport, unreadable: Sequence[str]) -> dict[str, Any]:
    failures = [failure.as_object() for failure in report.failed[:MAX_REPORTED]]
    return {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "withdrawn": report.withdrawn,
        "failed": len(report.failed) + len(unreadable),
        "failures": failures
        + [{"locator": "", "reason": "unreadable", "detail": text} for text in unreadable],
        "passed": len(report.passed),
        "replaced": [replaced.as_object() for replaced in report.replaced[:MAX_REPORTED]],
        "repaired": report.repaired,
        "seconds": round(report.seconds, 3),
        "generation": report.generation,
        "sequence": report.sequence,
    }
