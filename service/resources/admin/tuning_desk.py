"""What the routes of the tuning have in common: who may, how a version is named, how one is published."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import falcon

from indexer.errors import StorageError

from ...identity.actor import Actor
from ...store import StoreUnavailable
from ...tuning.knowing import Names
from ...tuning.live import LiveTuning
from ...tuning.model import TuningModel
from ...tuning.store import Draft, Published, TuningStore
from ...tuning.trying import Trials
from ...web.admin.figures import moment_in_words, who
from ..access import Access
from ..problems import Fault, Problem
from .tuning_media import (
    PublishedMedia,
    published_media,
)

MAX_VERSION: Final = 1_000_000_000  # of parameters that name a version; more than anybody publishes
ALWAYS: Final = (400, 401, 403, 503, 507)
WITH_BODY: Final = (408, 413, 415, 422)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the resources below have in common."""

    access: Access
    store: TuningStore
    live: LiveTuning
    trials: Trials

    def enter(self, req: falcon.Request, resp: falcon.Response) -> Actor:
        """Who asks. Nothing of the answer is kept by a cache."""
        actor = self.access.require(req, "tune")
        resp.cache_control = ["no-store"]
        return actor

    def names(self, *models: TuningModel) -> Names:
        """What people call what the models of a page name."""
        return self.trials.knowledge.names(*models)

    def publish(self, model: TuningModel, actor: Actor, note: str, base: int | None) -> PublishedMedia:
        """Put a model into force, here at once."""
        before = self.store.published()
        made = self.store.publish(model, actor, note=note, base=base)
        return self.told(made, before.model)

    def told(self, made: Published, before: TuningModel) -> PublishedMedia:
        """Have this worker follow, and say what has changed."""
        with suppress(StoreUnavailable, StorageError):  # it is published; the worker's own thread looks again
            self.live.refresh()
        return published_media(made, before, self.trials.warnings(made.model))

    def draft(self) -> Draft:
        """The draft.

        Raises:
            Problem: 404, there is none.
        """
        found = self.store.draft()
        if found is None:
            raise Problem(404, "no_draft", "There is no draft.")
        return found


def heading_of(found: Published) -> list[str]:
    """What the file of a version says of it."""
    version = found.version
    made = f"Version {version.number}, {who(version.author)}, {moment_in_words(version.at)}"
    return [made if version.number else "Version 0, the defaults", *version.note.splitlines()[:1]]


def etag(found: Published) -> str:
    """Tells a version from any other, also from those of another store."""
    return f"v{found.version.number}-{found.version.digest[:12]}"


def number_of(parameter: str, given: str) -> int | None:
    """The number that a parameter gives, ``None`` when it is not given."""
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and int(given) <= MAX_VERSION):
        detail = f"{parameter}: {given!r} is not a whole number from 0 to {MAX_VERSION}"
        raise Problem(400, "invalid_parameter", detail, (Fault(parameter, detail),))
    return int(given)


def version_of(text: str) -> int:
    """The number of a version that an address names.

    Raises:
        Problem: 404, it can be none.
    """
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= MAX_VERSION and len(text) <= 12):
        raise Problem(404, "no_version", f"There is no version {text[:20]!r} of the tuning.")
    return int(text)
