"""``/admin/articles``: finding an article, what was made of its page, and taking it out or in again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from indexer.errors import IndexDamaged, NoIndex

from ...search.request import SearchRequest
from ...web.admin.articles import (
    PER_PAGE,
    ArticleRow,
    article_view,
    asks_for,
    found_rows,
    gone_row,
    listed_row,
)
from ...web.admin.reasons import reasons_of
from ..problems import Problem
from .session import Form
from .shell import Visit

if TYPE_CHECKING:
    from ...app import Parts

PATH: Final = "/admin/articles"


class ArticlePages:
    """The lists of articles, the page of one, and what its buttons do."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._upkeep = parts.upkeep
        self._plain = parts.site.default_language or "en"

    # -- lists -----------------------------------------------------------------------------

    def find(self, visit: Visit) -> None:
        """Show the articles changed last, or those that a text asks for."""
        text = visit.query.get("q", "").strip()
        match asks_for(text):
            case "id":
                self._go_or_tell(visit, text)
            case "words":
                self._found(visit, text)
            case _:
                self._listed(visit, text)

    def _go_or_tell(self, visit: Visit, article_id: str) -> None:
        if self._parts.desk.get(article_id) is None:
            self._list(visit, (), text=article_id)
            return
        visit.resp.status = 303
        visit.resp.location = visit.frame.to(f"{PATH}/{article_id}")

    def _found(self, visit: Visit, text: str) -> None:
        result = self._parts.engine.search(SearchRequest(text, facets=(), per_page=PER_PAGE))
        remark = (
            f"The first {len(result.hits)} of {result.total:,}, the best first." if result.pages > 1 else ""
        )
        rows = found_rows(result, self._plain) or self._rows(visit, text)
        self._list(visit, rows, text=text, remark=remark)

    def _listed(self, visit: Visit, text: str) -> None:
        before = visit.number("before")
        if text:
            rows = self._upkeep.at_address(text, PER_PAGE + 1, before)
        else:
            rows = self._upkeep.newest(PER_PAGE + 1, before)
        shown, applied = rows[:PER_PAGE], self._applied()
        first = f"{PATH}?{urlencode({'q': text})}" if text else PATH
        onward = (
            {"before": str(shown[-1].sequence)} | ({"q": text} if text else {})
            if len(rows) > PER_PAGE
            else {}
        )
        self._list(
            visit,
            [listed_row(row, applied, self._plain) for row in shown],
            text=text,
            previous=visit.frame.to(first) if before is not None else "",
            next=visit.frame.to(f"{PATH}?{urlencode(onward)}") if onward else "",
        )

    def _rows(self, visit: Visit, text: str) -> Sequence[ArticleRow]:
        """A word that is in no text may be one of an address."""
        applied = self._applied()
        return [listed_row(row, applied, self._plain) for row in self._upkeep.at_address(text, PER_PAGE)]

    def removed(self, visit: Visit) -> None:
        """Show what was removed, the last first."""
        before = visit.number("before")
        rows = self._upkeep.gone(PER_PAGE + 1, before)
        shown = rows[:PER_PAGE]
        path = f"{PATH}/removed"
        self._list(
            visit,
            [gone_row(row) for row in shown],
            listing="removed",
            previous=visit.frame.to(path) if before is not None else "",
            next=visit.frame.to(f"{path}?before={shown[-1].sequence}") if len(rows) > PER_PAGE else "",
        )

    def refused(self, visit: Visit, reason: str) -> None:
        """Show the pages that are no articles for a reason."""
        counted = self._upkeep.reasons()
        if reason not in counted:
            raise Problem(404, "not_found", "No page is out for this reason any more.")
        rows = self._upkeep.refused(reason, 200)
        more = f"The first {len(rows)} of {counted[reason]:,}." if counted[reason] > len(rows) else ""
        known = {one.name: one for group in reasons_of(counted) for one in group}[reason]
        self._list(
            visit, rows, listing=reason, remark=" ".join(filter(None, (known.what, known.advice, more)))
        )

    def _list(
        self,
        visit: Visit,
        rows: Sequence[object],
        *,
        listing: str = "live",
        text: str = "",
        remark: str = "",
        previous: str = "",
        next: str = "",  # noqa: A002 the word of the page
    ) -> None:
        refused, left_out = reasons_of(self._upkeep.reasons())
        visit.page(
            "articles.html",
            rows=rows,
            listing=listing,
            text=text,
            remark=remark,
            previous=previous,
            next=next,
            gone_count=self._upkeep.gone_count(),
            reasons=refused + left_out,
        )

    def _applied(self) -> int:
        try:
            return self._parts.engine.sequence
        except (NoIndex, IndexDamaged):
            return -1

    # -- one -------------------------------------------------------------------------------

    def one(self, visit: Visit, article_id: str) -> None:
        """Show an article with what was kept and dropped of its page."""
        record = self._parts.desk.get(article_id)
        if record is None:
            raise Problem(
                404, "no_article", f"There is no article {article_id[:128]!r}. It may have been removed."
            )
        searchable, indexed_at = self._parts.desk.freshness(record)
        note = self._upkeep.note_of(record.source, record.key)
        view = article_view(record, note, searchable=searchable, indexed_at=indexed_at)
        visit.page("article.html", view=view)

    def reread(self, visit: Visit, form: Form, article_id: str) -> tuple[str, str]:
        """Have an article's page read again; one that was removed comes back with it."""
        restoring = "restore" in form
        action = "article.restore" if restoring else "article.reread"
        self._parts.audit.note(visit.actor, action, article_id)
        sources = list(self._parts.settings.source)
        self._parts.tasks.enqueue("reindex", subject=article_id, options={"sources": sources})
        self._parts.notify()
        return "/admin/tasks", "restoring" if restoring else "reread"

    def remove(self, visit: Visit, form: Form, article_id: str) -> tuple[str, str]:
        """Take an article out."""
        record = self._parts.desk.get(article_id)
        if record is None:
            return PATH, "not-there"
        # NOTE: written down first: without a record of who did it, nothing is removed.
        self._parts.audit.note(visit.actor, "article.remove", article_id, url=record.article.url)
        sequence = self._parts.desk.remove(article_id)
        try:
            if sequence is not None:
                self._parts.tasks.enqueue("remove", subject=article_id, sequence=sequence)
        finally:
            self._parts.notify()
        return f"{PATH}/removed", "removed"
