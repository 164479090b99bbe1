"""Tells the recorder what was asked. The request path gives it to a queue and goes on."""

from __future__ import annotations

from collections.abc import Callable

import falcon

from ..analytics.model import Asked, Clicked, Facts
from ..analytics.recorder import Recorder
from ..search.request import SearchRequest, SearchResult


def facts_of(result: SearchResult) -> Facts:
    """What is recorded of an answer. What has only some of the words is not what was looked for."""
    applied = result.applied
    total = applied.complete if applied.relaxed else result.total
    corrected = applied.corrected is not None
    return Facts(total, result.took_ms, applied.relaxed, corrected, not total and result.total > 0)


def wants_none(req: falcon.Request) -> bool:
    """Whether a visitor's browser says that they want to be in no statistics: GPC, or Do Not Track."""
    return req.get_header("Sec-GPC") == "1" or req.get_header("DNT") == "1"


class Recording:
    """Hands what was asked to a recorder; with ``None``, to nobody. ``client`` tells who asks, behind
    proxies as well.
    """

    def __init__(self, recorder: Recorder | None, client: Callable[[falcon.Request], str]) -> None:
        self._recorder = recorder
        self._client = client

    def asked(
        self,
        req: falcon.Request,
        request: SearchRequest,
        facts: Facts | None,
        *,
        typing: bool = False,
        cached: bool = False,
        lang: str = "",
    ) -> None:
        """Record a question, unless there is no text in it, or whoever asks wants it not."""
        recorder = self._recorder
        if recorder is None or facts is None or req.method != "GET" or not request.text:
            return
        if wants_none(req):
            recorder.refused()
            return
        recorder.asked(
            Asked(
                request.text,
                self._client(req),
                req.user_agent or "",
                facts,
                typing or request.prefix,
                cached,
                _narrowed(request),
                request.filters.get("category", ()),
                request.page,
                lang,
            )
        )

    def clicked(self, req: falcon.Request, text: str, rank: int, article: str) -> None:
        """Record that an answer was gone to."""
        if self._recorder is None:
            return
        if wants_none(req):
            self._recorder.refused()
        else:
            self._recorder.clicked(Clicked(text, rank, self._client(req), article))


def _narrowed(request: SearchRequest) -> tuple[str, ...]:
    """The names of what narrows a question."""
    found = list(request.filters)
    if request.exact:
        found.append("exact")
    if len(request.fields) == 1:
        found.extend(request.fields)
    if request.published_from or request.published_to:
        found.append("days")
    return tuple(found)
