"""Why one article is in the answer to a question, or why not: for administrators.

All that holds is told, in the order in which somebody would look into it: whether there is such an article at
all, whether the index has it, what takes it out of this answer, and, when it is in, its place and what the
first has that it lacks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from msgspec.structs import replace as changed

from indexer import Article, PageNote, Record, Search, Standing, article_id
from indexer.backends.base import Scored
from indexer.limits import MAX_WINDOW, RESCORE_WINDOW
from indexer.query import Leaf

from .addresses import Addresses, variants
from .comparing import compare, subject_of
from .engine import Engine
from .examining import Examined, rules_of
from .excluding import excluding
from .explain import Rules, account_of, explain
from .lacking import lacking
from .reading import Reading
from .reasons import Reason, Verdict
from .request import SearchRequest


class Known(Protocol):
    """What is known of articles and pages beside the index: the catalog."""

    @property
    def sequence(self) -> int:
        """The number of the last accepted change."""

    def get(self, article_id: str) -> Record | None:
        """The live article of an id."""

    def standing(self, article_id: str) -> Standing | None:
        """How an article stands, removed ones included."""

    def at_addresses(self, addresses: Sequence[str]) -> tuple[str, ...]:
        """The ids of the live articles that stand for any of some addresses."""

    def addresses(self) -> tuple[tuple[str, str], ...]:
        """Address and id of every live article."""

    def pages_at(self, names: Sequence[str]) -> tuple[PageNote, ...]:
        """The pages of some addresses, or of these names in their sources."""

    def page(self, source: str, key: str) -> PageNote | None:
        """What was made of a page when it was last read."""


class WhyNot:
    """Answers for one article at a time. ``engine`` answers searches, ``known`` is the catalog."""

    def __init__(self, engine: Engine, known: Known) -> None:
        self._engine = engine
        self._known = known

    def of(self, request: SearchRequest, *, url: str = "", identity: str = "") -> Verdict:
        """Why the article of an address, or of an id, is in the answer to ``request`` or not.

        ``request.per_page`` says on which page a rank is.

        Raises:
            QueryError: as :meth:`.engine.Engine.search`.
            BoundExceeded: as :meth:`.engine.Engine.search`.
            TimeBudgetExceeded: as :meth:`.engine.Engine.search`.
            NoIndex: nothing has been published.
            CatalogError: the catalog cannot be read.
        """
        started = time.perf_counter()
        url = url.encode("utf-8", "replace").decode()  # of a command line; no address has such characters
        identity = identity.encode("utf-8", "replace").decode()
        examined = self._engine.examine(request)
        addresses = Addresses(self._known.addresses)
        identity = identity or self._identity(url, addresses)
        verdict = self._verdict(examined, identity, url, addresses)
        took = round((time.perf_counter() - started) * 1000.0, 3)
        return changed(verdict, generation=examined.reader.generation, took_ms=took)

    # -- which article ---------------------------------------------------------------------

    def _identity(self, url: str, addresses: Addresses) -> str:
        """The id of the article at an address, a removed one's included; empty when there is none."""
        found = self._known.at_addresses(variants(url))
        if not found:
            found = tuple(identity for _, identity in addresses.same(url))
        if found:
            return found[0]
        pages = [article_id(note.source, note.key) for note in self._known.pages_at(variants(url))]
        return next((identity for identity in pages if self._known.standing(identity)), "")

    def _verdict(self, examined: Examined, identity: str, url: str, addresses: Addresses) -> Verdict:
        accepted = self._known.get(identity) if identity else None
        indexed = examined.reader.get(identity) if identity else None
        # Of the same change: the catalog has as well what was dropped from the page.
        current = accepted is not None and indexed is not None and accepted.sequence == indexed.sequence
        record = accepted if current else indexed or accepted
        before = tuple(self._before(examined, identity, url, accepted, indexed))
        if record is None:
            unknown = any(reason.code == "not_indexed" for reason in before)
            near = addresses.nearest(url) if unknown and url else ()
            return Verdict(False, None, None, examined.total, None, before, nearest=near)
        return _of_article(examined, record, before, in_index=indexed is not None)

    # -- whether the index has it ----------------------------------------------------------

    def _before(
        self, examined: Examined, identity: str, url: str, accepted: Record | None, indexed: Record | None
    ) -> Iterator[Reason]:
        notes = self._notes(url, accepted)
        refused = [note for note in notes if note.reason]
        standing = self._known.standing(identity) if identity else None
        if accepted is None and standing is not None:
            yield _removed(standing, still=indexed is not None)
        elif accepted is None and indexed is None and not refused:
            yield _not_indexed(url or identity)
        yield from (_rejected(note, accepted) for note in refused)
        if accepted is not None and (indexed is None or indexed.sequence < accepted.sequence):
            yield _waiting(accepted, indexed, examined.reader.sequence, self._known.sequence)

    def _notes(self, url: str, accepted: Record | None) -> tuple[PageNote, ...]:
        if accepted is not None:
            note = self._known.page(accepted.source, accepted.key)
            return (note,) if note else ()
        return self._known.pages_at(variants(url)) if url else ()


# -- what the catalog says -------------------------------------------------------------------------


def _not_indexed(asked: str) -> Reason:
    sentence = f"There is no article {asked!r}: neither in the index nor among what has been accepted."
    return Reason("not_indexed", sentence, True, {"asked": asked})


def _removed(standing: Standing, *, still: bool) -> Reason:
    """``accepted_at`` of a tombstone is when it was made."""
    after = " The index shows it until it has applied that change." if still else ""
    sentence = f"The article was removed at {standing.accepted_at}.{after}"
    return Reason("removed", sentence, not still, {"removed_at": standing.accepted_at, "still_shown": still})


def _rejected(note: PageNote, accepted: Record | None) -> Reason:
    kept = (
        f" The article stays as it was accepted at {accepted.accepted_at}."
        if accepted is not None
        else " So there is no article of it."
    )
    sentence = f"The last run refused the page {note.locator}: {note.reason} ({note.detail}).{kept}"
    details = {
        "reason": note.reason,
        "detail": note.detail,
        "source": note.source,
        "locator": note.locator,
        "kept_since": accepted.accepted_at if accepted is not None else "",
    }
    return Reason("rejected", sentence, accepted is None, details)


def _waiting(accepted: Record, indexed: Record | None, index_sequence: int, catalog_sequence: int) -> Reason:
    what = "another version of it" if indexed is not None else "nothing of it"
    behind = catalog_sequence - index_sequence
    changes = "1 change" if behind == 1 else f"{behind:,} changes"
    sentence = (
        f"The article was accepted at {accepted.accepted_at} as change {accepted.sequence:,}; the index has "
        f"applied {index_sequence:,} and is {changes} behind, so searches see {what}."
    )
    details = {
        "accepted_at": accepted.accepted_at,
        "sequence": accepted.sequence,
        "index_sequence": index_sequence,
        "behind": behind,
        "older_version_shown": indexed is not None,
    }
    return Reason("waiting", sentence, indexed is None, details)


# -- what the question says ------------------------------------------------------------------------


def _of_article(examined: Examined, record: Record, before: Sequence[Reason], *, in_index: bool) -> Verdict:
    article = record.article
    place = examined.place_of(article.id) if in_index else None
    narrowed = excluding(examined.request, article, examined.reader.labels)
    reasons = [*before, *_hidden(examined, article), *narrowed]
    lacks = list(lacking(examined.plan.query, Reading(article), _holders(examined)))
    reasons += [changed(reason, keeps_out=False) for reason in lacks] if place is not None else lacks
    if place is not None:
        return _ranked(examined, article, place, reasons)
    if in_index and examined.holds(article.id):
        reasons.append(_beyond(examined.total))
    reasons += _redirected(examined)
    return Verdict(False, None, None, examined.total, subject_of(article), tuple(reasons))


def _hidden(examined: Examined, article: Article) -> Iterator[Reason]:
    rule = examined.curated.hidden.get(article.id)
    if rule is not None:
        yield Reason("hidden_by_rule", f"The rule “{rule}” hides it for this question.", True, {"rule": rule})


def _redirected(examined: Examined) -> Iterator[Reason]:
    rule, address = examined.curated.redirected_by, examined.curated.redirect
    if address:
        sentence = f"The rule “{rule}” sends whoever asks this to {address}."
        yield Reason("redirected", sentence, False, {"rule": rule, "address": address})


def _holders(examined: Examined) -> Callable[[Leaf], int]:
    def count(leaf: Leaf) -> int:
        return examined.reader.execute(Search(leaf, limit=0, deadline=examined.answering.deadline)).total

    return count


def _beyond(total: int) -> Reason:
    sentence = (
        f"It is in the answer of {total:,} articles, behind the first {MAX_WINDOW:,}, "
        "which are all that can be reached."
    )
    return Reason("beyond_window", sentence, True, {"total": total, "window": MAX_WINDOW})


def _ranked(examined: Examined, article: Article, place: int, reasons: Sequence[Reason]) -> Verdict:
    size = examined.request.per_page
    rank, page = place + 1, place // size + 1
    pinned = _pinned(examined.pinned.get(article.id, ""), rank)
    told = [*reasons, *_redirected(examined), *pinned, _place(examined, rank, page)]
    hit, mine = _explained(examined, place)
    comparison = None
    if place:
        first, theirs = _explained(examined, 0)
        comparison = compare(account_of(hit, mine), account_of(first, theirs), hit, first)
    return Verdict(
        True,
        rank,
        page,
        examined.total,
        subject_of(article),
        tuple(told),
        explain(hit, mine),
        comparison,
    )


def _explained(examined: Examined, place: int) -> tuple[Scored, Rules]:
    """The hit at a place, and what the tuning did for it."""
    hit = examined.explained(place)
    return hit, rules_of(examined.plan, examined.answer, examined.answering.ranking, hit)


def _pinned(rule: str, rank: int) -> Iterator[Reason]:
    if rule:
        sentence = f"The rule “{rule}” gives it place {rank:,}."
        yield Reason("pinned", sentence, False, {"rule": rule, "rank": rank})


def _place(examined: Examined, rank: int, page: int) -> Reason:
    request, total, complete = examined.request, examined.total, examined.answer.complete
    sentences = [f"It is number {rank:,} of {total:,}, on page {page:,} with {request.per_page} a page."]
    relaxed = examined.answer.partial is not None
    if relaxed and rank > complete:
        sentences.append(
            f"The {complete:,} articles with all the words stand before it; it has some of them."
            if complete
            else "No article has all the words; it has some of them."
        )
    if request.sort != "relevance":
        sentences.append(f"The order asked for is {request.sort} first; scores do not count.")
    elif rank > RESCORE_WINDOW:
        sentences.append(
            f"Only the first {RESCORE_WINDOW} by their words get what closeness, title and freshness add."
        )
    details = {
        "rank": rank,
        "total": total,
        "page": page,
        "complete": complete,
        "relaxed": relaxed,
        "sort": request.sort,
        "rescored": request.sort == "relevance" and rank <= RESCORE_WINDOW,
    }
    return Reason("ranked", " ".join(sentences), False, details)
