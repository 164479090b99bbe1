"""``/health/live``, ``/health/ready`` and ``/metrics``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

import falcon

from ..metrics import Metrics
from ..standing import Standing
from .exchange import no_parameters, send
from .media import LiveMedia, ReadyMedia
from .operations import Operation

TEXT_FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"  # what Prometheus asks for first


class LiveResource:
    """The process is up; nothing more is said."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("Whether the process is up", LiveMedia, problems=(400,))
    }

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Say so."""
        no_parameters(req.query_string)
        resp.cache_control = ["no-store"]
        send(resp, LiveMedia("live"))

    on_head = on_get


class ReadyResource:
    """Whether searches are answered, from which generation, and how fresh it is."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("Whether searches are answered, and from what", ReadyMedia, problems=(400, 503))
    }

    def __init__(self, standing: Callable[[], Standing]) -> None:
        self._standing = standing

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Look; an index that is missing or damaged is a 503 like that of a search."""
        no_parameters(req.query_string)
        resp.cache_control = ["no-store"]
        now = self._standing()
        media = ReadyMedia(
            "ready", now.generation, now.articles, now.sequence, now.catalog_sequence, now.lag, now.indexed_at
        )
        send(resp, media)

    on_head = on_get


class MetricsResource:
    """Figures of all workers for Prometheus."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("Figures in Prometheus' text format", "text/plain", problems=(400,))
    }

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Write the figures."""
        no_parameters(req.query_string)
        resp.cache_control = ["no-store"]
        resp.content_type = TEXT_FORMAT
        resp.data = self._metrics.text()

    on_head = on_get
