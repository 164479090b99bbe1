"""The shared draft of the tuning, as pages read and change it; and the page for who comes too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ...tuning.faults import VersionMoved
from ...tuning.model import TuningModel
from ...tuning.store import TuningStore
from .session import Form, one
from .shell import Visit

REVISION: Final = "revision"  # the field of a form that says which revision of the draft its page showed
MAX_DIGITS: Final = 12

Change = Callable[[TuningModel], TuningModel]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a page works on: the draft, or what is in force while there is none (``revision`` 0)."""

    model: TuningModel
    revision: int
    author: str = ""
    at: str = ""


class Drafts:
    """Reads and changes the draft."""

    def __init__(self, store: TuningStore) -> None:
        self._store = store

    def bench(self) -> Bench:
        """What is worked on."""
        found = self._store.draft()
        if found is None:
            return Bench(self._store.published().model, 0)
        return Bench(found.model, found.revision, found.author, found.at)

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
            raise VersionMoved(_moved(bench))
        made = change(bench.model)
        if made == bench.model:
            return bench
        saved = self._store.save_draft(made, visit.actor, revision=bench.revision)
        return Bench(saved.model, saved.revision, saved.author, saved.at)

    def show_conflict(self, visit: Visit, form: Form, error: VersionMoved, back: str) -> tuple[str, str]:
        """Tell that the form comes too late, and offer to do it to the draft as it is now all the same."""
        again = [(name, value) for name, values in form.items() if name != REVISION for value in values]
        visit.resp.status = 409
        visit.page(
            "conflict.html",
            detail=str(error),
            bench=self.bench(),
            fields=again,
            action=visit.frame.to(visit.req.path),
            back=visit.frame.to(back),
        )
        return "", ""


def _moved(bench: Bench) -> str:
    if not bench.revision:
        return "the draft was published or dropped meanwhile"
    return f"the draft was changed meanwhile, by {bench.author} at {bench.at}"
