"""What goes wrong over HTTP: RFC 9457 problems, and the one table from domain errors to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from indexer.errors import (
    BoundExceeded,
    BroadsheetError,
    CatalogError,
    IndexDamaged,
    Message,
    NoIndex,
    QueryError,
    RejectedPage,
    StorageError,
    TimeBudgetExceeded,
    WriterBusy,
)
from indexer.storage import Trouble, trouble_of

from ..store import StoreUnavailable

MEDIA_PROBLEM: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:broadsheet:problem:"
RETRY_SECONDS: Final = 5  # a writer or a rebuild is rarely done sooner; asking more often helps nobody

TITLES: Final[Mapping[int, str]] = {
    303: "The same under a shorter address",
    304: "Not modified",
    400: "The request cannot be understood",
    401: "A key is needed",
    403: "Not allowed",
    404: "Nothing is there",
    405: "This method cannot be used here",
    406: "No such form of the answer",
    408: "The request took too long to arrive",
    409: "Not possible in this state",
    411: "The length of the body is missing",
    412: "The article has changed meanwhile",
    413: "The body is too large",
    414: "The address is too long",
    415: "This kind of body is not understood",
    422: "The body cannot be accepted",
    429: "Too many requests",
    431: "The headers are too large",
    500: "Something went wrong here",
    501: "Not supported",
    503: "Not available at the moment",
    507: "There is no room",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the parameter, header or field, and what about it.

    ``detail`` is what the API says, in English; ``messages`` are the same for a page in any language.
    """

    parameter: str
    detail: str
    messages: tuple[Message, ...] = ()


class FaultMedia(msgspec.Struct, frozen=True):
    """A fault as it is sent."""

    parameter: str
    detail: str


class ProblemMedia(msgspec.Struct, frozen=True, omit_defaults=True):
    """An RFC 9457 problem. ``code`` is a stable word for programs; ``request_id`` is there for 5xx."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultMedia] = msgspec.field(default_factory=list)
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    status: int
    code: str
    retry: bool = False


@dataclass(eq=False)
class Problem(Exception):
    """A problem to answer with; raised by resources, written by :mod:`.errors`.

    ``messages`` say ``detail`` in any language, where no fault of ``errors`` does.
    """

    status: int
    code: str
    detail: str
    errors: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()

    def media(self, request_id: str = "") -> ProblemMedia:
        """The problem as it is sent."""
        title = TITLES.get(self.status, "The request failed")
        errors = [FaultMedia(fault.parameter, fault.detail) for fault in self.errors]
        kind = TYPE_PREFIX + self.code
        return ProblemMedia(kind, title, self.status, self.detail, self.code, errors, request_id)


# From the particular to the general: the first class that fits decides.
_TABLE: Final[tuple[tuple[type[BroadsheetError], _Row], ...]] = (
    (TimeBudgetExceeded, _Row(503, "time_budget", retry=True)),
    (BoundExceeded, _Row(400, "bound_exceeded")),
    (QueryError, _Row(400, "")),
    (RejectedPage, _Row(422, "")),
    (NoIndex, _Row(503, "no_index", retry=True)),
    (IndexDamaged, _Row(503, "index_damaged", retry=True)),
    (CatalogError, _Row(503, "catalog_unavailable", retry=True)),
    (WriterBusy, _Row(503, "writer_busy", retry=True)),
    (StoreUnavailable, _Row(503, "store_unavailable", retry=True)),
    (BroadsheetError, _Row(500, "internal")),
)

# What a disk does, whichever error tells of it. Nothing that was accepted before is lost.
_STORAGE: Final[Mapping[Trouble, tuple[_Row, str]]] = {
    "full": (
        _Row(507, "storage_full", retry=True),
        "There is no room left on the disk of the data folder. Send this again later; searches go on.",
    ),
    "read_only": (
        _Row(503, "storage_read_only", retry=True),
        "The data folder cannot be written to. Send this again once it can; searches go on.",
    ),
    "failed": (
        _Row(503, "storage_failed", retry=True),
        "The data folder could not be read or written; the log of the service says more. Searches go on.",
    ),
}

NO_INDEX: Final = (
    "There is no index yet. Run `broadsheet index` on the machine that serves; nothing else is missing."
)


_ON_DISK: Final = (CatalogError, StorageError, StoreUnavailable)


def problem_of(error: BroadsheetError) -> Problem:
    """The problem that stands for a domain error."""
    trouble = trouble_of(error) if isinstance(error, _ON_DISK) else None
    if trouble is not None or isinstance(error, StorageError):
        row, detail = _STORAGE[trouble or "failed"]
        return Problem(row.status, row.code, detail, (), _headers(row))
    row = next(row for kind, row in _TABLE if isinstance(error, kind))
    status = 413 if isinstance(error, RejectedPage) and error.reason == "too_large" else row.status
    said = error.messages if isinstance(error, QueryError) else ()
    return Problem(status, row.code or _code(error), _detail(error), _faults(error), _headers(row), said)


def _headers(row: _Row) -> dict[str, str]:
    return {"Retry-After": str(RETRY_SECONDS)} if row.retry else {}


def _code(error: BroadsheetError) -> str:
    if isinstance(error, QueryError):
        return error.code
    return error.reason if isinstance(error, RejectedPage) else "internal"


def _detail(error: BroadsheetError) -> str:
    if isinstance(error, NoIndex):
        return NO_INDEX
    # NOTE: the messages of these name files of this machine; those are for its log, not for visitors.
    if isinstance(error, IndexDamaged):
        return "The index is damaged and is not used. Run `broadsheet check` on the machine that serves."
    if isinstance(error, CatalogError):
        return "The catalog cannot be read. Run `broadsheet check` on the machine that serves."
    if isinstance(error, WriterBusy):
        return "Another process is writing to the index. Try again in a moment."
    if isinstance(error, StoreUnavailable):
        return "The administrators' store cannot be used; the log says why. Searches go on."
    if isinstance(error, QueryError | RejectedPage):
        return error.detail
    return "The request could not be finished. The log of the service says why."


def _faults(error: BroadsheetError) -> tuple[Fault, ...]:
    if isinstance(error, QueryError) and not isinstance(error, TimeBudgetExceeded):
        return (Fault(error.parameter, error.detail, error.messages),)
    return ()
