"""What the page is told beside the question and the answer: the site, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.errors import Message

from ..search.request import FacetValue

DEFAULT_NAME = "Broadsheet"


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """The site as its masthead and its settings box show it.

    ``categories``, ``types`` and ``languages`` are every known value in the order to show them,
    with the articles of the whole index counted and none selected. ``article_count`` is the
    number of articles that can be found.
    """

    name: str = DEFAULT_NAME
    article_count: int = 0
    categories: tuple[FacetValue, ...] = ()
    types: tuple[FacetValue, ...] = ()
    languages: tuple[FacetValue, ...] = ()

    @property
    def language_count(self) -> int:
        """How many languages the articles are known to be in."""
        return sum(value.count > 0 and value.value != "und" for value in self.languages)

    def values(self, field: str) -> tuple[FacetValue, ...]:
        """The known values of the filter ``field``; none for a field the settings box does not list."""
        return {"category": self.categories, "type": self.types, "lang": self.languages}.get(field, ())


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one parameter: ``messages`` to say in the page's language, ``detail`` in English."""

    parameter: str
    detail: str
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the question could not be answered.

    ``status`` is the HTTP status, ``detail`` a sentence in English and ``messages`` the same for the page's
    language. There is one of ``faults`` for each parameter at fault; without any, ``detail`` stands alone.
    """

    status: int
    detail: str
    faults: tuple[Fault, ...] = ()
    messages: tuple[Message, ...] = ()

    def about(self, *parameters: str) -> tuple[Fault, ...]:
        """What is wrong with any of these parameters."""
        return tuple(fault for fault in self.faults if fault.parameter in parameters)
