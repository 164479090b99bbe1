"""The log: one JSON object a line, with the request's id, and nothing a reader could break out of.

What people search for is theirs: addresses are logged as route templates, and query strings only
when the setting ``log_queries`` is on.
"""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final, TextIO

import structlog
from gunicorn.config import Config
from gunicorn.glogging import Logger as GunicornBase
from structlog.tracebacks import ExceptionDictTransformer

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}

# The id of the request that this thread answers, put into each of its lines; empty between requests.
request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")


class _Lines:
    """Standard error, for a log that must fail no request: what cannot be written is lost.

    It is lost because there is nowhere left to say so: the log is on a disk that is full, or the
    reader of a pipe has gone.

    PERF: a line is one write to the file itself. Through its text layer it is two, and each lets another
    thread take the interpreter.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._lock = Lock()
        self._torn = False  # the file ends within a line, whose rest could not be written

    def msg(self, line: str) -> None:
        """Write a line, if it can be."""
        data = memoryview(f"{line}\n".encode("ascii"))
        # ValueError is of a stream that has been closed.
        with self._lock, suppress(OSError, ValueError):
            self._write(data)

    def _write(self, data: memoryview) -> None:
        if self._stream is None:
            return
        try:
            file = self._stream.fileno()
        except io.UnsupportedOperation:  # no file is behind it
            self._stream.write(str(data, "ascii"))
            return
        if self._torn:
            os.write(file, b"\n")
            self._torn = False
        left = len(data)
        try:
            while left:
                left -= os.write(file, data[len(data) - left :])
        finally:
            self._torn = 0 < left < len(data)

    debug = info = warning = error = critical = msg


# NOTE: ASCII only, so that no line end or bidi mark of a client reaches a terminal.
_encode: Final = json.JSONEncoder(ensure_ascii=True, default=repr).encode


def _as_json(event: Any, **_: Any) -> str:
    """One line. PERF: by one encoder; :func:`json.dumps` would make a new one for each."""
    return _encode(event)


def _with_context(_: Any, method: str, event: Any) -> Any:
    """Add the time, the level, and the request. PERF: in one step, it is done for every request."""
    if asked := request_id.get():
        event["request_id"] = asked
    event["level"] = method
    event["timestamp"] = datetime.now(UTC).isoformat().removesuffix("+00:00") + "Z"
    return event


def configure_logging(level: str) -> None:
    """Write structlog's events of at least ``level`` to standard error, one JSON object a line."""
    lines = _Lines(sys.stderr)
    structlog.configure(
        processors=[
            _with_context,
            # NOTE: no local variables: they would hold queries and the key.
            structlog.processors.ExceptionRenderer(
                ExceptionDictTransformer(show_locals=False, max_frames=40)
            ),
            structlog.processors.JSONRenderer(serializer=_as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=True,
    )


class _ToStructlog(logging.Handler):
    """Sends the records of the standard library on to structlog."""

    _gunicorn = True  # so that gunicorn takes it away when it reads its configuration again

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(record.name)
        log.log(record.levelno, record.getMessage(), process=record.process, exc_info=record.exc_info)


class GunicornLogger(GunicornBase):
    """gunicorn's own messages as JSON. Requests are logged by the application, with their route."""

    def setup(self, cfg: Config) -> None:
        """Take gunicorn's level and replace its text handler."""
        super().setup(cfg)
        configure_logging(cfg.loglevel)
        self.error_log.handlers = [_ToStructlog()]

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        """A client that stops reading or goes away is no error of ours, and needs no traceback."""
        if isinstance(sys.exc_info()[1], BlockingIOError | TimeoutError | ConnectionError):
            self.info("A client stopped reading or went away.")
        else:
            super().exception(msg, *args, **kwargs)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing: see the class."""
