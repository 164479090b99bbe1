"""``/api/v1/admin/tuning/versions`` and ``/diff``: what was in force when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import falcon

from ...tuning.difference import differences, in_words
from ...tuning.model import TuningModel
from ..exchange import no_parameters, send
from ..operations import JSON, Operation
from ..parameters import Parameter
from ..problems import Fault, Problem
from ..query_string import read_query
from .bodies import json_body, refusals
from .tuning_desk import ALWAYS, MAX_VERSION, WITH_BODY, Desk, version_of
from .tuning_media import (
    DifferenceMedia,
    PublishedMedia,
    RestoreBody,
    TuningMedia,
    VersionsMedia,
)

LISTING: Final[tuple[Parameter, ...]] = (
    Parameter("limit", "number", "versions to list, newest first", "50", high=200),
    Parameter("before", "number", "only those before this version; 0: all", "0", low=0, high=MAX_VERSION),
)
DIFFERING: Final[tuple[Parameter, ...]] = (
    Parameter("from", "text", "a version, draft or published", "published", high=20),
    Parameter("to", "text", "a version, draft or published", "draft", high=20),
)


class VersionsResource:
    """Every version."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "List the versions, newest first",
            VersionsMedia,
            parameters=LISTING,
            problems=ALWAYS,
            secured=True,
        )
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List."""
        self._desk.enter(req, resp)
        given = read_query(req.query_string, LISTING)
        send(resp, VersionsMedia(list(self._desk.store.history(given["limit"], given["before"] or None))))

    on_head = on_get


class VersionResource:
    """One version."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("A version and its model", TuningMedia, problems=(*ALWAYS, 404), secured=True)
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response, version: str) -> None:
        """Tell."""
        self._desk.enter(req, resp)
        no_parameters(req.query_string)
        with refusals():
            found = self._desk.store.version(version_of(version))
        send(resp, TuningMedia(found.version, found.model, self._desk.trials.warnings(found.model)))

    on_head = on_get


class RestoreResource:
    """Puts an earlier version's model into force again."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "post": Operation(
            "Publish an earlier version's model again",
            PublishedMedia,
            problems=(*ALWAYS, *WITH_BODY, 404, 409),
            bodies={JSON: RestoreBody},
            body_required=False,
            secured=True,
        )
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_post(self, req: falcon.Request, resp: falcon.Response, version: str) -> None:
        """Restore."""
        desk, actor = self._desk, self._desk.enter(req, resp)
        no_parameters(req.query_string)
        with refusals():
            body = json_body(req, RestoreBody)
            before = desk.store.published()
            made = desk.store.restore(version_of(version), actor, note=body.note, base=body.base)
            send(resp, desk.told(made, before.model))


class DifferenceResource:
    """What two versions differ in."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "What two versions differ in",
            DifferenceMedia,
            parameters=DIFFERING,
            problems=(*ALWAYS, 404),
            secured=True,
        )
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Compare."""
        self._desk.enter(req, resp)
        given = read_query(req.query_string, DIFFERING)
        with refusals():
            found = differences(self._model("from", given["from"]), self._model("to", given["to"]))
        send(resp, DifferenceMedia(given["from"], given["to"], found, list(in_words(found))))

    on_head = on_get

    def _model(self, parameter: str, name: str) -> TuningModel:
        if name == "draft":
            return self._desk.draft().model
        if name == "published":
            return self._desk.store.published().model
        if not (name.isascii() and name.isdigit() and int(name) <= MAX_VERSION):
            detail = f"{parameter}: {name!r} is neither the number of a version, nor draft, nor published"
            raise Problem(400, "invalid_parameter", detail, (Fault(parameter, detail),))
        return self._desk.store.version(int(name)).model


def routes(desk: Desk) -> dict[str, Any]:
    """The routes, by their paths."""
    at = "/api/v1/admin/tuning"
    return {
        f"{at}/versions": VersionsResource(desk),
        f"{at}/versions/{{version}}": VersionResource(desk),
        f"{at}/versions/{{version}}/restore": RestoreResource(desk),
        f"{at}/diff": DifferenceResource(desk),
    }
