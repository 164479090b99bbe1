"""The yardstick: a Falcon application whose one answer is constant, under the service's own server.

With ``BARE_WORKER`` the worker class is another one: ``gthread`` is gunicorn's threaded worker as it comes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import falcon
from gunicorn.app.base import BaseApplication

from service.worker import HeadFirstWorker

_KEPT = ("threads", "keepalive", "worker_connections", "backlog", "timeout")  # as the service has them


class _Constant:
    """Answers with the same bytes always."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.content_type = falcon.MEDIA_JSON
        resp.data = self._body


class _Server(BaseApplication):
    """gunicorn as the service uses it, with nothing of ours but its worker class."""

    def load_config(self) -> None:
        from service import gunicorn_config  # noqa: PLC0415  reads the environment of this process

        self.cfg.set("worker_class", os.environ.get("BARE_WORKER") or HeadFirstWorker)
        for name in (*_KEPT, "workers", "bind"):
            self.cfg.set(name, getattr(gunicorn_config, name))
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("accesslog", None)

    def load(self) -> Any:
        app: falcon.App[falcon.Request, falcon.Response] = falcon.App()
        app.add_route("/", _Constant(Path(os.environ["BARE_BODY"]).read_bytes()))
        return app


if __name__ == "__main__":
    _Server().run()
