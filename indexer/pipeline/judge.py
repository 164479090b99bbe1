"""What to do with a page: accept its article, leave it, or report it; decided in the order of keys.

Nothing here writes. A decision depends on the page, on what the catalog knew before the run, and on
the pages of the same source judged before it in this run.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Final, Literal

from ..article import Article, article_id
from ..catalog import DUPLICATE, Catalog, Changes, PageNote, Rival, stands_for
from ..sources.page import Failure, Page
from .claims import Claims
from .reading import Outcome

Verdict = Literal["added", "changed", "unchanged", "withdrawn", "replaced", "passed", "failed"]
NOT_ARTICLE: Final = "not_article"  # the reason of a page that is none


@dataclass(frozen=True, slots=True)
class Seen:
    """A page on its way through a run: its digest, what was known of it, and its reading when it needs one.

    ``outcome`` is ``None`` when the page is as it was, so that ``note`` still holds.
    """

    page: Page
    digest: str
    note: PageNote | None
    outcome: Future[Outcome] | None

    @property
    def is_news(self) -> bool:
        """Whether the page is new or its bytes are: only then does it speak after what was said elsewhere."""
        return self.note is None or self.note.digest != self.digest


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write and what to report for one page.

    ``note`` is to be remembered, ``article`` to be accepted (or, with ``refresh``, to have only its
    digest and dropped parts renewed), ``remove`` takes the page's article away. ``failure`` says why the
    page is out.
    """

    verdict: Verdict
    source: str
    key: str
    note: PageNote | None = None
    article: Article | None = None
    digest: str = ""
    refresh: bool = False
    remove: bool = False
    failure: Failure | None = None

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return self.remove or self.note is not None or self.article is not None

    def write(self, changes: Changes) -> None:
        """Put the decision into a transaction."""
        if self.article is not None and self.refresh:
            changes.refresh(self.article, self.digest)
        elif self.article is not None and self.note is not None:
            changes.accept(self.article, self.note)
        if self.remove:
            changes.remove(article_id(self.source, self.key))
        if self.note is not None:
            changes.note(self.note)


class Judge:
    """Decides about the pages of one source in one run.

    ``version`` names the parser and site of this run, ``own_address`` says where a page stands that is
    not believed about its canonical address, and ``read_now`` reads a page at once, for the rare page
    whose remembered refusal no longer holds.
    """

    def __init__(
        self,
        catalog: Catalog,
        version: str,
        claims: Claims,
        own_address: Callable[[Page], str],
        read_now: Callable[[Page], Outcome],
    ) -> None:
        self._catalog = catalog
        self._version = version
        self._claims = claims
        self._own_address = own_address
        self._read_now = read_now

    def judge(self, seen: Seen) -> Decision:
        """Decide about a page."""
        decision = self._decide(seen)
        if decision.article is None and decision.note == seen.note:
            return replace(decision, note=None, remove=False)  # it is written down already
        return decision

    def _decide(self, seen: Seen) -> Decision:
        if seen.outcome is None and seen.note is not None:
            return self._remembered(seen, seen.note)
        outcome = seen.outcome.result() if seen.outcome else self._read_now(seen.page)
        return self._judge(seen, outcome)

    def unread(self, source: str, failure: Failure) -> Decision:
        """Decide about a page its source could not read."""
        note = self._catalog.page(source, failure.key) or PageNote(
            source, failure.key, failure.locator, "", ""
        )
        self._claims.take(note)
        note = replace(note, digest="", reason=failure.reason, detail=failure.detail)
        return self._failed(note)

    # -- Pages that are as they were -------------------------------------------------------

    def _remembered(self, seen: Seen, note: PageNote) -> Decision:
        if note.reason == DUPLICATE:
            if holder := self._claims.holder(note):
                return self._duplicate(note, holder)
            if rival := self._catalog.elsewhere(note.canonical, note.source):
                return self._replaced(note, note.canonical, rival)
            return self._judge(seen, self._read_now(seen.page))
        claim = self._claims.take(note)
        if claim.duplicate_of:
            return self._duplicate(note, claim.duplicate_of)
        if note.reason:
            return self._failed(note)
        own = self._own_address(seen.page)
        url = own if claim.shared else note.canonical or own
        rival = self._catalog.elsewhere(url, note.source)
        return self._replaced(note, url, rival) if rival else self._standing(note, url)

    def _standing(self, note: PageNote, url: str) -> Decision:
        identity = article_id(note.source, note.key)
        standing = self._catalog.standing(identity)
        if standing is None or not standing.live:
            return Decision("withdrawn", note.source, note.key)
        # A pushed version has a digest of its own and says its own address.
        record = (
            self._catalog.get(identity) if standing.digest == note.digest and standing.url != url else None
        )
        if record is None:
            return Decision("unchanged", note.source, note.key)
        return Decision("changed", note.source, note.key, note, replace(record.article, url=url))

    # -- Pages just read -------------------------------------------------------------------

    def _judge(self, seen: Seen, outcome: Outcome) -> Decision:
        page = seen.page
        note = PageNote(page.source, page.key, page.locator, seen.digest, self._version)
        if outcome.article is None:
            return self._refused(seen, note, outcome)
        article = replace(outcome.article, id=article_id(page.source, page.key))
        canonical = "" if article.url == page.key else article.url
        note = replace(note, canonical=canonical, title=article.title)
        claim = self._claims.take(note)
        if claim.duplicate_of:
            return self._duplicate(note, claim.duplicate_of)
        if claim.shared:
            article = replace(article, url=self._own_address(page))
        rival = None if seen.is_news else self._catalog.elsewhere(article.url, note.source)
        if rival:
            return self._replaced(note, article.url, rival)
        if self._was_withdrawn(seen, note):
            return Decision("withdrawn", note.source, note.key, note)
        return self._accepted(note, article)

    def _was_withdrawn(self, seen: Seen, note: PageNote) -> bool:
        """Whether the article was removed by hand, and the page says nothing new: it is read again by another
        parser, or stands in another place too.
        """
        before = seen.note
        if before is not None and not seen.is_news and not before.reason:
            standing = self._catalog.standing(article_id(note.source, note.key))
            if standing is None or not standing.live:
                return True
        return bool(note.canonical) and self._catalog.is_withdrawn(note.canonical, note.digest)

    def _refused(self, seen: Seen, note: PageNote, outcome: Outcome) -> Decision:
        """The last good version, if there is one, stays and goes on standing for its address."""
        before = seen.note
        if before is not None:
            note = replace(note, canonical=before.canonical, title=before.title)
            self._claims.take(note)
        digest = note.digest if outcome.certain else ""
        return self._failed(replace(note, digest=digest, reason=outcome.reason, detail=outcome.detail))

    def _accepted(self, note: PageNote, article: Article) -> Decision:
        stored = self._catalog.get(article.id)
        if stored is None:
            return Decision("added", note.source, note.key, note, article)
        if replace(stored.article, dropped=()) != replace(article, dropped=()) or self._catalog.is_contested(
            article, note.source
        ):
            return Decision("changed", note.source, note.key, note, article)
        if stored.digest == note.digest and stored.article.dropped == article.dropped:
            return Decision("unchanged", note.source, note.key, note)
        return Decision("unchanged", note.source, note.key, note, article, note.digest, refresh=True)

    # -- Failures --------------------------------------------------------------------------

    def _duplicate(self, note: PageNote, holder: str) -> Decision:
        detail = f"{holder} already stands for {note.canonical} with the same title"
        note = replace(note, reason=DUPLICATE, detail=detail)
        failure = Failure(note.locator, note.reason, detail, note.key)
        return Decision("failed", note.source, note.key, note, remove=True, failure=failure)

    def _replaced(self, note: PageNote, url: str, rival: Rival) -> Decision:
        """Another source spoke of this address after the page did."""
        detail = stands_for(rival.locator, url)
        note = replace(note, reason=DUPLICATE, detail=detail)
        failure = Failure(note.locator, DUPLICATE, detail, note.key)
        return Decision("replaced", note.source, note.key, note, remove=True, failure=failure)

    def _failed(self, note: PageNote) -> Decision:
        since = self._catalog.kept_since(note)
        kept = f"; kept the version of {since[:10]}" if since else ""
        failure = Failure(note.locator, note.reason, note.detail + kept, note.key)
        # A listing is as it should be; one in the place of an article is not.
        verdict: Verdict = "passed" if note.reason == NOT_ARTICLE and not since else "failed"
        return Decision(verdict, note.source, note.key, note, failure=failure)
