"""Asks a question over HTTP."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from indexer.errors import ConfigurationError, SourceError
from indexer.evaluation import Answered

SEARCH_PATH = "/api/v1/search"
# A service that is busy or restarting answers late; one that is gone does not answer at all.
ANSWER_SECONDS = 30.0
_CONNECTIONS: dict[str, type[http.client.HTTPConnection]] = {
    "http": http.client.HTTPConnection,
    "https": http.client.HTTPSConnection,
}


class HttpAsker:
    """Asks a running service, one question after the other over one connection.

    The time of an answer is from the request's first byte to the answer's last one read.

    Raises:
        ConfigurationError: the address is none of a service.
    """

    def __init__(self, address: str, limit: int, *, timer: Callable[[], float] = time.perf_counter) -> None:
        parts = _address(address)
        self._where = address
        self._path = f"{parts.path.rstrip('/')}{SEARCH_PATH}"
        self._limit = limit
        self._timer = timer
        self._connection = _CONNECTIONS[parts.scheme](parts.netloc, timeout=ANSWER_SECONDS)

    def __call__(self, text: str) -> Answered:
        """Ask a question; one the service refuses has no hits and says why.

        Raises:
            SourceError: the service does not answer, or not like this service.
        """
        target = f"{self._path}?{urlencode({'q': text, 'per_page': self._limit, 'facets': 'none'})}"
        started = self._timer()
        status, body = self._get(target)
        milliseconds = (self._timer() - started) * 1000.0
        answer = self._decoded(status, body)
        if status == http.client.BAD_REQUEST:
            return Answered((), milliseconds, refused=str(answer.get("detail", "refused")))
        return Answered([(hit["id"], hit["url"]) for hit in answer["hits"]], milliseconds)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _get(self, target: str) -> tuple[int, bytes]:
        try:
            return self._once(target)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The service may end an idle connection at any time; the question was not asked then.
            self._connection.close()
        except OSError as error:
            raise SourceError(f"{self._where}: does not answer: {error}") from error
        try:
            return self._once(target)
        except (OSError, http.client.HTTPException) as error:
            raise SourceError(f"{self._where}: does not answer: {error}") from error

    def _once(self, target: str) -> tuple[int, bytes]:
        self._connection.request("GET", target, headers={"Accept": "application/json"})
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def _decoded(self, status: int, body: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or status not in {http.client.OK, http.client.BAD_REQUEST}:
            detail = (
                answer.get("detail", "") if isinstance(answer, dict) else "that is not this service's JSON"
            )
            raise SourceError(f"{self._where}: answered {status}: {detail}")
        return answer


def _address(text: str) -> SplitResult:
    parts = urlsplit(text)
    if parts.scheme not in _CONNECTIONS or not parts.netloc:
        raise ConfigurationError(f"--url: {text!r} must begin with http:// or https://")
    return parts
