"""``/api/v1/admin/judgements`` and ``/api/v1/admin/evaluations``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import falcon
from msgspec import Struct

from ...tuning.judging import MAX_TEXT, Judged, JudgementSet, JudgementStore, Measured
from ..exchange import no_parameters, send
from ..operations import JSON, Operation
from ..parameters import Parameter
from ..problems import Problem
from ..query_string import read_query
from .bodies import MAX_SET_BODY, json_body, nothing_judged, refusals
from .tuning_desk import ALWAYS, WITH_BODY, Desk

SERIES: Final[tuple[Parameter, ...]] = (
    Parameter("set", "text", "only evaluations with this set", high=64),
    Parameter("limit", "number", "evaluations to list, newest first", "200", high=1_000),
)
MARKS: Final[tuple[Parameter, ...]] = (Parameter("q", "text", "the text of the question", high=MAX_TEXT),)
_MOST_HITS: Final = 100


class SetsMedia(Struct, frozen=True):
    """Every set."""

    sets: list[JudgementSet]


class SetMedia(Struct, frozen=True):
    """A set with all it holds."""

    name: str
    questions: list[Judged]


class SetBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What a set is to hold."""

    questions: list[Judged]
    note: str = ""


class MarkBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How well an article answers a text: 0 badly, 1 or more well, ``null`` to say nothing about it any
    more.
    """

    query: str
    article: str
    grade: int | None


class EvaluationsMedia(Struct, frozen=True):
    """What was measured, newest first."""

    evaluations: list[Measured]


class EvaluationBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which set is asked, under which version (the one in force, unless one is named), of how many hits."""

    set: str
    version: int | None = None
    limit: int = 10


class SetsResource:
    """Every set."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("List the sets of judgements", SetsMedia, problems=ALWAYS, secured=True)
    }

    def __init__(self, desk: Desk, store: JudgementStore) -> None:
        self._desk = desk
        self._store = store

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List."""
        self._desk.enter(req, resp)
        no_parameters(req.query_string)
        send(resp, SetsMedia(list(self._store.all())))

    on_head = on_get


class SetResource:
    """One set."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("A set of judgements", SetMedia, problems=(*ALWAYS, 404), secured=True),
        "put": Operation(
            "Put a set of judgements in the place of what there is",
            SetMedia,
            problems=(*ALWAYS, *WITH_BODY),
            bodies={JSON: SetBody},
            secured=True,
        ),
        "delete": Operation("Forget a set of judgements", SetsMedia, problems=(*ALWAYS, 404), secured=True),
    }

    def __init__(self, desk: Desk, store: JudgementStore) -> None:
        self._desk = desk
        self._store = store

    def on_get(self, req: falcon.Request, resp: falcon.Response, set_name: str) -> None:
        """Tell."""
        self._desk.enter(req, resp)
        no_parameters(req.query_string)
        with refusals():
            send(resp, SetMedia(set_name, list(self._store.read(set_name))))

    on_head = on_get

    def on_put(self, req: falcon.Request, resp: falcon.Response, set_name: str) -> None:
        """Replace."""
        actor = self._desk.enter(req, resp)
        no_parameters(req.query_string)
        body = json_body(req, SetBody, MAX_SET_BODY)
        with refusals():
            self._store.write(set_name, body.questions, actor, body.note)
            send(resp, SetMedia(set_name, list(self._store.read(set_name))))

    def on_delete(self, req: falcon.Request, resp: falcon.Response, set_name: str) -> None:
        """Forget."""
        actor = self._desk.enter(req, resp)
        no_parameters(req.query_string)
        with refusals():
            self._store.drop(set_name, actor)
        send(resp, SetsMedia(list(self._store.all())))


class MarksResource:
    """What a person says about the answers to one text."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "What is said about the articles found for a text",
            Judged,
            parameters=MARKS,
            problems=(*ALWAYS, 404),
            secured=True,
        ),
        "put": Operation(
            "Say how well an article answers a text",
            Judged,
            problems=(*ALWAYS, *WITH_BODY),
            bodies={JSON: MarkBody},
            secured=True,
        ),
    }

    def __init__(self, desk: Desk, store: JudgementStore) -> None:
        self._desk = desk
        self._store = store

    def on_get(self, req: falcon.Request, resp: falcon.Response, set_name: str) -> None:
        """Tell."""
        self._desk.enter(req, resp)
        text = read_query(req.query_string, MARKS)["q"]
        found = self._store.marks(set_name, text)
        if found is None:
            raise Problem(404, "not_judged", "Nothing is said about the answers to this text.")
        send(resp, found)

    on_head = on_get

    def on_put(self, req: falcon.Request, resp: falcon.Response, set_name: str) -> None:
        """Say."""
        actor = self._desk.enter(req, resp)
        no_parameters(req.query_string)
        body = json_body(req, MarkBody)
        with refusals():
            send(resp, self._store.mark(set_name, body.query, body.article, body.grade, actor))


class EvaluationsResource:
    """What was measured with the sets, over the versions of the tuning."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "What was measured, newest first",
            EvaluationsMedia,
            parameters=SERIES,
            problems=ALWAYS,
            secured=True,
        ),
        "post": Operation(
            "Ask the questions of a set under a version, and write down how well they were answered",
            Measured,
            201,
            problems=(*ALWAYS, *WITH_BODY, 404),
            bodies={JSON: EvaluationBody},
            secured=True,
        ),
    }

    def __init__(self, desk: Desk, store: JudgementStore) -> None:
        self._desk = desk
        self._store = store

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List."""
        self._desk.enter(req, resp)
        given = read_query(req.query_string, SERIES)
        send(resp, EvaluationsMedia(list(self._store.measured(given["set"], given["limit"]))))

    on_head = on_get

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Measure."""
        desk, actor = self._desk, self._desk.enter(req, resp)
        no_parameters(req.query_string)
        body = json_body(req, EvaluationBody)
        limit = min(max(body.limit, 1), _MOST_HITS)
        with refusals(), nothing_judged():
            store = desk.store
            version = store.published() if body.version is None else store.version(body.version)
            send(resp, desk.trials.evaluate(body.set, version, limit, actor), 201)


def routes(desk: Desk, store: JudgementStore) -> dict[str, Any]:
    """The routes, by their paths."""
    at = "/api/v1/admin"
    return {
        f"{at}/judgements": SetsResource(desk, store),
        f"{at}/judgements/{{set_name}}": SetResource(desk, store),
        f"{at}/judgements/{{set_name}}/marks": MarksResource(desk, store),
        f"{at}/evaluations": EvaluationsResource(desk, store),
    }
