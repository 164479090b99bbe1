"""The shared draft of the tuning, as pages read and change it; and the page for who comes too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ...tuning.faults import VersionMoved
from ...tuning.model import TuningModel
from ...tuning.store import Draft, TuningStore
from ...web.admin.tuning import moved_in_words
from .session import Form, one
from .shell import Visit

REVISION: Final = "revision"  # the field of a form that says which revision of the draft its page showed
MAX_DIGITS: Final = 12

Change = Callable[[TuningModel], TuningModel]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a page works on: the draft, or what is published while there is none (``revision`` 0); and what
    is published.
    """

    model: TuningModel
    published: TuningModel
    revision: int
    author: str = ""
    at: str = ""


class Drafts:
    """Reads and changes the draft."""

    def __init__(self, store: TuningStore) -> None:
        self._store = store

    def bench(self) -> Bench:
        """What is worked on."""
        return self._bench(self._store.draft())

    def _bench(self, draft: Draft | None) -> Bench:
        published = self._store.published().model
        if draft is None:
            return Bench(published, published, 0)
        return Bench(draft.model, published, draft.revision, draft.author, draft.at)

    def change(self, visit: Visit, form: Form, change: Change) -> Bench:
        """Change what is worked on, if it is what the form's page showed still.

        Raises:
            InvalidTuning: as changed it cannot be used.
            VersionMoved: somebody else has changed it meanwhile.
        """
        bench = self.bench()
        given = one(form, REVISION)
        revision = int(given) if given.isascii() and given.isdigit() and len(given) < MAX_DIGITS else None
        if revision != bench.revision:
            raise _moved(bench)
        made = change(bench.model)
        if made == bench.model:
            return bench
        saved = self._store.save_draft(made, visit.actor, revision=bench.revision)
        return self._bench(saved)

    def show_conflict(self, visit: Visit, form: Form, error: VersionMoved, back: str) -> tuple[str, str]:
        """Tell that the form comes too late, and offer to do it to the draft as it is now all the same."""
        again = [(name, value) for name, values in form.items() if name != REVISION for value in values]
        visit.resp.status = 409
        visit.page(
            "conflict.html",
            detail=moved_in_words(error),
            bench=self.bench(),
            fields=again,
            action=visit.frame.to(visit.req.path),
            back=visit.frame.to(back),
        )
        return "", ""


def _moved(bench: Bench) -> VersionMoved:
    if not bench.revision:
        return VersionMoved("the draft was published or dropped meanwhile")
    return VersionMoved("the draft was changed meanwhile", bench.author, bench.at)
