"""Answers to what never reaches the application: to what is no request, and to what comes too slowly."""

from __future__ import annotations

import socket
from typing import Any, Final

from gunicorn.http.errors import (
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)

from .resources.media import encode
from .resources.problems import MEDIA_PROBLEM, RETRY_SECONDS, Problem

BUSY: Final = Problem(
    503,
    "too_many_bodies",
    "Too many requests with a body are being received. Send this again in a moment; searches go on.",
    headers={"Retry-After": str(RETRY_SECONDS)},
)
TOO_SLOW: Final = Problem(408, "header_timeout", "The headers did not arrive in time.")


def oversized(head: bytearray, line: int) -> Problem:
    """What is said to a head that is too large, whose request line may have ``line`` bytes."""
    return problem_of_error(
        LimitRequestLine(0, 0) if head.find(b"\r\n", 0, line) < 0 else LimitRequestHeaders("")
    )


def problem_of_error(error: BaseException) -> Problem:
    """What is said to a request that is no HTTP."""
    if isinstance(error, LimitRequestLine):
        return Problem(414, "request_line_too_long", "The request line is too long.")
    if isinstance(error, LimitRequestHeaders):
        return Problem(431, "headers_too_large", "The headers are too many or too long.")
    if isinstance(error, UnsupportedTransferCoding):
        return Problem(501, "unsupported_transfer_coding", "This transfer coding is not supported.")
    if isinstance(error, ParseException):
        return Problem(400, "malformed_request", "The request is not valid HTTP.")
    return Problem(500, "internal", "The request could not be finished.")


def send_at_once(client: Any, problem: Problem) -> None:
    """Send a problem without waiting: whoever does not read it at once goes without."""
    body = encode(problem.media())
    more = "".join(f"{name}: {value}\r\n" for name, value in problem.headers.items())
    head = (
        f"HTTP/1.1 {problem.status} {problem.media().title}\r\nConnection: close\r\n{more}"
        f"Content-Type: {MEDIA_PROBLEM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        client.send(head.encode("ascii") + body, socket.MSG_DONTWAIT)
    except OSError:
        return
