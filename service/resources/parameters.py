"""THE table of parameters, and the one reader of query strings.

The reader, the OpenAPI description and docs/api.md are all made from the tables below. A value
that cannot be used is an error that names parameter, value and what is allowed; nothing is
dropped in silence. Free of Falcon.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from indexer.fields import FACETS, FIELDS, TEXT
from indexer.limits import MAX_QUERY_CHARACTERS, MAX_WINDOW

Kind = Literal["text", "flag", "number", "choice", "choices", "label", "labels", "day"]

MAX_QUERY_STRING: Final = 8_000  # gunicorn's request line ends at 8,190 bytes
MAX_PAIRS: Final = 300  # every category of a large site ticked at once, and room to spare
MAX_LABEL: Final = 200  # characters of one filter value; the longest label of the sample site has 70
MAX_PER_PAGE: Final = 100
MAX_SUGGESTIONS: Final = 20
MAX_ADDRESS: Final = 2_000  # characters; a longer one is not one that anybody links to
MAX_ID: Final = 128  # characters; what a pushed article may be called
NO_FACETS: Final = "none"
EXAMPLE_DAY: Final = "2025-01-31"


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter, equal to itself only. ``default`` is what an absent one stands for, as it would be
    written.

    ``choices`` are the allowed words of choice(s); ``low`` and ``high`` bound numbers and, for
    texts, characters (``high``). With ``capped`` any larger number stands for ``high``.
    """

    name: str
    kind: Kind
    help: str
    default: str = ""
    choices: tuple[str, ...] = ()
    low: int = 1
    high: int = 0
    capped: bool = False

    @property
    def many(self) -> bool:
        """Whether the parameter may be repeated."""
        return self.kind in ("choices", "labels")

    @property
    def allowed(self) -> str:
        """What a value must be, in words."""
        match self.kind:
            case "flag":
                return "1, true, on or yes; 0, false, off or no"
            case "number":
                bound = "" if self.capped else f" to {self.high}"
                return f"a whole number from {self.low}{bound}"
            case "choice" | "choices":
                return "one of " + ", ".join(self.choices)
            case "day":
                return f"a day such as {EXAMPLE_DAY}"
            case "label" | "labels":
                return f"a value or a label, up to {MAX_LABEL} characters"
            case "text":
                return f"text up to {self.high} characters"


def _filters() -> tuple[Parameter, ...]:
    return tuple(
        Parameter(field.name, "labels", f"only this {field.name}; repeat it for any of several")
        for field in FIELDS
        if field.filter
    )


QUERY: Final = Parameter(
    "q", "text", "the words; quotes make a phrase, -word excludes", high=MAX_QUERY_CHARACTERS
)

# What narrows a question, asked or still being typed.
NARROWING: Final[tuple[Parameter, ...]] = (
    Parameter("exact", "flag", "the whole text as typed, in order, whole words, nothing else", "0"),
    Parameter("in", "choices", "where to look; both when left out", choices=TEXT),
    *_filters(),
    Parameter("from", "day", "first day of publication"),
    Parameter("to", "day", "last day of publication"),
)

SEARCH: Final[tuple[Parameter, ...]] = (
    QUERY,
    *NARROWING,
    Parameter("sort", "choice", "order of the hits", "relevance", ("relevance", "newest", "oldest")),
    Parameter("page", "number", "page of the answer", "1", high=MAX_WINDOW),
    Parameter("per_page", "number", "hits on a page", "10", high=MAX_PER_PAGE),
    Parameter(
        "facets",
        "choices",
        f"fields to count; category, type and lang when left out, {NO_FACETS} for none",
        choices=(*FACETS, NO_FACETS),
    ),
    Parameter("prefix", "flag", "the last word stands for words that begin with it", "0"),
    Parameter("explain", "flag", "say in words why each hit is there", "0"),
)

# A person who asks for a page beyond the end is shown where it is, and not what is wrong with the number.
SEARCH_PAGE: Final[tuple[Parameter, ...]] = tuple(
    replace(parameter, high=MAX_WINDOW + 1, capped=True) if parameter.name == "page" else parameter
    for parameter in SEARCH
)

SUGGEST: Final[tuple[Parameter, ...]] = (
    QUERY,
    *NARROWING,
    Parameter("limit", "number", "rows of the answer", "8", high=MAX_SUGGESTIONS),
)

# A question as a search asks it, and the article that is asked about.
EXPLAIN: Final[tuple[Parameter, ...]] = (
    Parameter("url", "text", "the address of the article", high=MAX_ADDRESS),
    Parameter("id", "text", "the id of the article, instead of its address", high=MAX_ID),
    *(parameter for parameter in SEARCH if parameter.name not in ("page", "facets", "explain")),
)

AUDIT: Final[tuple[Parameter, ...]] = (
    Parameter("limit", "number", "lines to list, the newest first", "100", high=1_000),
    Parameter("before", "text", "only lines behind these; what the answer before gave as before", high=10),
    Parameter("action", "text", "only lines of this action, such as key.create", high=64),
)

TASKS: Final[tuple[Parameter, ...]] = (
    Parameter("limit", "number", "tasks to list, newest first", "20", high=200),
    Parameter(
        "state",
        "choice",
        "only tasks in this state",
        choices=("enqueued", "processing", "succeeded", "failed", "canceled"),
    ),
)
