"""``/api/v1/admin/tuning``: what is in force, and the draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import falcon

from ...tuning.checking import check
from ...tuning.difference import differences
from ...tuning.limits import MAX_NOTE
from ...tuning.model import TuningModel
from ...tuning.store import Draft, Published
from ...tuning.toml import to_toml
from ..exchange import conditional, no_parameters, send
from ..operations import JSON, Operation
from ..parameters import Parameter
from ..problems import Problem
from ..query_string import read_query
from . import versions
from .bodies import TOML, json_body, model_body, refusals
from .tuning_desk import ALWAYS, WITH_BODY, Desk, etag, heading_of, number_of
from .tuning_media import (
    DraftMedia,
    DroppedMedia,
    PreviewMedia,
    PublishBody,
    PublishedMedia,
    TuningMedia,
    draft_media,
)

_BASE: Final = Parameter("base", "text", "the version that is in force, as far as is known", high=10)
_REVISION: Final = Parameter(
    "revision", "text", "the revision of the draft, as far as is known; 0: there is none", high=10
)
_NOTE: Final = Parameter("note", "text", "why", high=MAX_NOTE)

PUBLISHING: Final[tuple[Parameter, ...]] = (
    _BASE,
    _NOTE,
    Parameter("dry_run", "flag", "publish nothing and say what would change", "0"),
)
DRAFTING: Final[tuple[Parameter, ...]] = (_REVISION, _BASE)
DROPPING: Final[tuple[Parameter, ...]] = (_REVISION,)


class TuningResource:
    """What is in force."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "The tuning in force, and its version",
            TuningMedia,
            problems=ALWAYS,
            secured=True,
            conditional=True,
        ),
        "put": Operation(
            "Publish a tuning at once, or say what it would change",
            PublishedMedia,
            parameters=PUBLISHING,
            problems=(*ALWAYS, *WITH_BODY, 409, 412),
            bodies={JSON: TuningModel, TOML: None},
            secured=True,
        ),
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Tell."""
        self._desk.enter(req, resp)
        no_parameters(req.query_string)
        found = self._desk.store.published()
        if not _seen(req, resp, found):
            send(resp, TuningMedia(found.version, found.model, self._desk.trials.warnings(found.model)))

    on_head = on_get

    def on_put(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Publish."""
        desk, actor = self._desk, self._desk.enter(req, resp)
        given = read_query(req.query_string, PUBLISHING)
        with refusals():
            model = model_body(req)
            _check_match(req, desk.store.published())
            if not given["dry_run"]:
                send(resp, desk.publish(model, actor, given["note"], number_of("base", given["base"])))
                return
            check(model)
            current = desk.store.published()
            report = desk.trials.preview(current.model, model)
            changes = differences(current.model, model)
            warnings = desk.trials.warnings(model)
            send(resp, PublishedMedia(False, current.version, warnings, changes, report))


class TuningFileResource:
    """What is in force as a file."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "The tuning in force as a TOML file", TOML, problems=ALWAYS, secured=True, conditional=True
        )
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Send the file."""
        self._desk.enter(req, resp)
        no_parameters(req.query_string)
        found = self._desk.store.published()
        if not _seen(req, resp, found):
            resp.content_type = TOML
            resp.data = to_toml(found.model, heading_of(found)).encode()

    on_head = on_get


class DraftResource:
    """The draft, which is shared."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("The draft, and what it changes", DraftMedia, problems=(*ALWAYS, 404), secured=True),
        "put": Operation(
            "Keep a draft",
            DraftMedia,
            parameters=DRAFTING,
            problems=(*ALWAYS, *WITH_BODY, 409),
            bodies={JSON: TuningModel, TOML: None},
            secured=True,
        ),
        "delete": Operation(
            "Drop the draft", DroppedMedia, parameters=DROPPING, problems=(*ALWAYS, 409), secured=True
        ),
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Tell."""
        self._desk.enter(req, resp)
        no_parameters(req.query_string)
        self._send(resp, self._desk.draft())

    on_head = on_get

    def on_put(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Keep."""
        actor = self._desk.enter(req, resp)
        given = read_query(req.query_string, DRAFTING)
        with refusals():
            model = model_body(req)
            revision, base = number_of("revision", given["revision"]), number_of("base", given["base"])
            self._send(resp, self._desk.store.save_draft(model, actor, revision=revision, base=base))

    def on_delete(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Drop."""
        actor = self._desk.enter(req, resp)
        given = read_query(req.query_string, DROPPING)
        with refusals():
            dropped = self._desk.store.drop_draft(actor, revision=number_of("revision", given["revision"]))
        send(resp, DroppedMedia(dropped))

    def _send(self, resp: falcon.Response, draft: Draft) -> None:
        desk = self._desk
        send(resp, draft_media(draft, desk.store.published(), desk.trials.warnings(draft.model)))


class DraftPublishResource:
    """Puts the draft into force."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "post": Operation(
            "Publish the draft",
            PublishedMedia,
            problems=(*ALWAYS, *WITH_BODY, 404, 409),
            bodies={JSON: PublishBody},
            body_required=False,
            secured=True,
        )
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Publish."""
        desk, actor = self._desk, self._desk.enter(req, resp)
        no_parameters(req.query_string)
        with refusals():
            body = json_body(req, PublishBody)
            before = desk.store.published()
            made = desk.store.publish_draft(actor, note=body.note, revision=body.revision, base=body.base)
            send(resp, desk.told(made, before.model))


class DraftPreviewResource:
    """What the draft changes, question by question."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "Ask under the draft and under what is in force, and compare the answers",
            PreviewMedia,
            problems=(*ALWAYS, 404),
            secured=True,
        )
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Compare."""
        desk = self._desk
        desk.enter(req, resp)
        no_parameters(req.query_string)
        draft = desk.draft()
        with refusals():
            report = desk.trials.preview(desk.store.published().model, draft.model)
        send(resp, PreviewMedia(draft.revision, report))

    on_head = on_get


def _seen(req: falcon.Request, resp: falcon.Response, found: Published) -> bool:
    known = conditional(req, resp, etag(found), strong=True)
    resp.cache_control = ["private", "no-cache"]
    return known


def _check_match(req: falcon.Request, current: Published) -> None:
    wanted = req.if_match
    if wanted and "*" not in wanted and etag(current) not in (str(tag) for tag in wanted):
        version = current.version
        who = f", which {version.author} published at {version.at}" if version.number else ""
        raise Problem(
            412,
            "tuning_changed",
            f"What is in force is not that of If-Match but version {version.number}{who}.",
        )


def routes(desk: Desk) -> dict[str, Any]:
    """The routes, by their paths."""
    at = "/api/v1/admin/tuning"
    return {
        at: TuningResource(desk),
        f"{at}/file": TuningFileResource(desk),
        f"{at}/draft": DraftResource(desk),
        f"{at}/draft/publish": DraftPublishResource(desk),
        f"{at}/draft/preview": DraftPreviewResource(desk),
        **versions.routes(desk),
    }
