"""``/api/v1/events``: what a page tells with ``navigator.sendBeacon``, without saying whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal

import falcon
from msgspec import Meta, Struct

from indexer.limits import MAX_QUERY_CHARACTERS, MAX_WINDOW

from ..search.engine import Engine
from .exchange import decode_json, media_type, no_parameters, read_body, require_utf8
from .operations import JSON, TEXT, Operation
from .problems import Fault, Problem
from .recording import Recording

MAX_EVENT_BODY: Final = 4 * 1024  # the longest query with every character escaped, and an id


class EventBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer that was gone to: the article, its rank in the answer from 1, and the query."""

    kind: Literal["click"]
    q: Annotated[str, Meta(min_length=1, max_length=MAX_QUERY_CHARACTERS)]
    id: Annotated[str, Meta(min_length=1, max_length=128)]
    rank: Annotated[int, Meta(ge=1, le=MAX_WINDOW)]


class EventsResource:
    """Takes events; pages of any origin may send them, as they may ask."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "post": Operation(
            "Tell that an answer was gone to",
            "",
            204,
            problems=(400, 408, 413, 415, 422, 503),
            bodies={TEXT: EventBody, JSON: EventBody},
        )
    }

    def __init__(self, recording: Recording, engine: Engine) -> None:
        self._recording = recording
        self._engine = engine

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Record it.

        Raises:
            Problem: it is none that could have happened.
        """
        no_parameters(req.query_string)
        # NOTE: what sendBeacon sends to another origin without asking first is plain text.
        if media_type(req) not in (TEXT, JSON):
            raise Problem(415, "unsupported_media_type", f"Send {JSON} or {TEXT}.")
        require_utf8(req)
        event = decode_json(read_body(req, MAX_EVENT_BODY), EventBody)
        if self._engine.article(event.id) is None:
            detail = "There is no such article."
            raise Problem(422, "invalid_body", detail, (Fault("id", detail),))
        self._recording.clicked(req, event.q, event.rank, event.id)
        resp.cache_control = ["no-store"]
        resp.status = 204
