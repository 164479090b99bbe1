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

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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

MessageCode = Literal[
    # of a value
    "not_a_flag",  # value; yes and no: the words for either
    "not_a_number",  # value; low and high, which are allowed
    "not_a_number_from",  # value; low, with no highest
    "not_a_day",  # value; example: how one is written
    "not_one_of",  # value; choices
    "term_number",  # value: a number that only WordPress knows the category of
    "value_too_long",  # count of its characters; most
    "repeated",  # times
    "days_out_of_order",  # first, last: of the range
    "unknown_value",  # value: this site has no such category, language …
    # of a name
    "unknown_parameter",  # name
    # what may have been meant; follows another message
    "near",  # value
    "known",  # choices
    # of the text
    "too_many_characters",  # count; most
    "too_many_words",  # count; most
    "too_many_expansions",  # text: the beginning that stands for more than most words
    "leading_wildcard",
    "no_text",  # nothing to look for
    # of the whole
    "beyond_window",  # page; window: the hits that can be reached; last: the last page of them
    "address_too_long",  # most bytes
    "too_many_parameters",  # most
    "not_utf8",
    "nul_character",
    "time_budget",
]
# A number, a day, a text as somebody typed it, or words to be written exactly so.
MessageValue = int | date | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What is wrong with a question, for whoever says it in a language of their own.

    ``values`` are what its sentence names, as the comments at :data:`MessageCode` list them.
    """

    code: MessageCode
    values: Mapping[str, MessageValue] = field(default_factory=dict)


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

    ``parameter`` is the request parameter at fault, ``code`` a stable word for programs. ``detail`` says in
    English what is wrong; ``messages``, one for each sentence, are for saying it in another language.
    """

    def __init__(
        self, parameter: str, detail: str, *messages: Message, code: str = "invalid_parameter"
    ) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.detail = detail
        self.messages = messages
        self.code = code


class BoundExceeded(QueryError):
    """A bound on queries was passed; ``bound`` is its name in the documentation."""

    def __init__(self, parameter: str, bound: str, detail: str, *messages: Message) -> None:
        super().__init__(parameter, detail, *messages, code="bound_exceeded")
        self.bound = bound


class TimeBudgetExceeded(QueryError):
    """The query did not finish inside its time budget."""

    def __init__(self, seconds: float) -> None:
        detail = f"the query took longer than its budget of {seconds:g} s"
        super().__init__("q", detail, Message("time_budget"), code="time_budget")
        self.seconds = seconds
