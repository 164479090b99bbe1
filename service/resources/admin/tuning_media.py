"""What the routes of the tuning answer with, and the bodies they take."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from ...tuning.difference import Difference, differences
from ...tuning.faults import Fault
from ...tuning.model import TuningModel
from ...tuning.preview import PreviewReport
from ...tuning.store import Draft, Published, Version


class TuningMedia(Struct, frozen=True):
    """A version and its model; version 0 stands for the time before the first."""

    version: Version
    model: TuningModel
    warnings: list[Fault]


class PublishedMedia(Struct, frozen=True):
    """What was published, or, with ``dry_run``, what would be: ``published`` tells, ``version`` is the one in
    force, and ``preview`` is there for the latter.
    """

    published: bool
    version: Version
    warnings: list[Fault]
    differences: list[Difference]
    preview: PreviewReport | UnsetType = UNSET


class DraftMedia(Struct, frozen=True):
    """The draft, and what it changes of what is in force; ``outdated`` when it was begun on another
    version.
    """

    revision: int
    base: int
    at: str
    author: str
    outdated: bool
    model: TuningModel
    warnings: list[Fault]
    differences: list[Difference]


class PreviewMedia(Struct, frozen=True):
    """What the draft of a revision changes."""

    revision: int
    preview: PreviewReport


class DroppedMedia(Struct, frozen=True):
    """Whether there was a draft to drop."""

    dropped: bool


class VersionsMedia(Struct, frozen=True):
    """Versions, newest first."""

    versions: list[Version]


class DifferenceMedia(Struct, frozen=True, rename={"from_": "from"}):
    """What two versions differ in, as data and as lines of text."""

    from_: str
    to: str
    differences: list[Difference]
    text: list[str]


class PublishBody(Struct, frozen=True, forbid_unknown_fields=True):
    """With ``revision`` only that one is published; ``base`` is the version it is to follow, when that is
    another than the one it began on.
    """

    note: str = ""
    revision: int | None = None
    base: int | None = None


class RestoreBody(Struct, frozen=True, forbid_unknown_fields=True):
    """``base`` is the version that is in force, as far as the caller knows."""

    note: str = ""
    base: int | None = None


def published_media(made: Published, before: TuningModel, warnings: list[Fault]) -> PublishedMedia:
    """What was published, and what it changed."""
    return PublishedMedia(True, made.version, warnings, differences(before, made.model))


def draft_media(draft: Draft, current: Published, warnings: list[Fault]) -> DraftMedia:
    """The draft beside what is in force."""
    return DraftMedia(
        revision=draft.revision,
        base=draft.base,
        at=draft.at,
        author=draft.author,
        outdated=draft.base != current.version.number,
        model=draft.model,
        warnings=warnings,
        differences=differences(current.model, draft.model),
    )
