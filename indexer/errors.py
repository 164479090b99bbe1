"""What can go wrong, as a small tree.

::

    BroadsheetError               everything raised on purpose; ``str(error)`` is fit to show a person
    ├── ConfigurationError        a setting, site.toml or option that cannot be used
    ├── SourceError               a source (folder, export, address) that cannot be read at all
    ├── RejectedPage              one page that is no article; carries a stable ``reason``
    ├── CatalogError              the catalog is missing, damaged or of another version
    ├── StorageError              the data folder cannot be written or read: no room, not allowed, broken
    ├── IndexDamaged              a generation that its manifest does not vouch for
    ├── NoIndex                   nothing has been built yet
    ├── WriterBusy                another process holds the writer's lock; says which
    └── QueryError                a question that cannot be asked; names the parameter
        ├── BoundExceeded         a bound of docs/api.md was passed; names the bound
        └── TimeBudgetExceeded    the answer would take longer than allowed
"""

from __future__ import annotations

from typing import Literal

RejectReason = Literal[
    "empty",  # no bytes, or nothing but white space
    "too_large",  # more than the limit of bytes
    "not_html",  # PDF, image, binary: not a page
    "malformed",  # bytes that no parser makes a page of, or nested beyond the limit
    "no_title",  # no title by any evidence
    "no_content",  # a title and no text of its own
    "not_article",  # a listing, a search page, an error page, a redirect
    "unreadable",  # the file could not be read (permissions, I/O)
    "duplicate",  # another page already stands for this address
    "parser_error",  # the parser failed
    "parser_timeout",  # reading it took longer than a page may
    "parser_died",  # the process that read it ended, mostly for want of memory
    "invalid",  # a pushed article whose fields do not make sense
]


class BroadsheetError(Exception):
    """The root of every error raised on purpose. ``str()`` of it is fit to show a person."""


class ConfigurationError(BroadsheetError):
    """A setting, a ``site.toml`` entry or an option that cannot be used; the text names it."""


class SourceError(BroadsheetError):
    """A source that cannot be read at all; the text names it."""


class RejectedPage(BroadsheetError):
    """One page that does not become an article.

    ``reason`` is a stable word for programs; ``detail`` says in words what was seen.
    """

    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: RejectReason = reason
        self.detail = detail


class CatalogError(BroadsheetError):
    """The catalog is missing, damaged, or was written by another version."""


class StorageError(BroadsheetError):
    """The disk is full, may not be used, or fails; the text says where, and what to do."""


class IndexDamaged(BroadsheetError):
    """Files of a generation differ from what its manifest vouches for."""


class NoIndex(BroadsheetError):
    """No generation has been built in this data folder yet."""


class WriterBusy(BroadsheetError):
    """Another process is writing; the text says which and since when."""


class QueryError(BroadsheetError):
    """A question that cannot be asked as it stands.

    ``parameter`` is the request parameter at fault, ``code`` a stable word for programs.
    """

    def __init__(self, parameter: str, detail: str, *, code: str = "invalid_parameter") -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.detail = detail
        self.code = code


class BoundExceeded(QueryError):
    """A bound on queries was passed; ``bound`` is its name in the documentation."""

    def __init__(self, parameter: str, bound: str, detail: str) -> None:
        super().__init__(parameter, detail, code="bound_exceeded")
        self.bound = bound


class TimeBudgetExceeded(QueryError):
    """The query did not finish inside its time budget."""

    def __init__(self, seconds: float) -> None:
        super().__init__("q", f"the query took longer than its budget of {seconds:g} s", code="time_budget")
        self.seconds = seconds
