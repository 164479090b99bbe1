"""The filters of a question: the boxes to tick, the links that narrow, the chips that remove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from ..search.request import FacetValue, SearchRequest, SearchResult
from . import urls
from .hits import Link
from .phrases import Phrases
from .state import SiteSummary

REFINE_LIMIT = 8  # values of one filter offered beside the results; the settings box has them all
COUNTED_FIELDS = ("category", "type", "lang")


@dataclass(frozen=True, slots=True)
class Choice:
    """One box of the settings to tick. ``count`` is formatted, empty when not known."""

    value: str
    label: str
    count: str
    checked: bool
    found: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question filters by, seen with the site's known values and the answer's counts."""

    request: SearchRequest
    result: SearchResult | None
    site: SiteSummary
    say: Phrases

    def values(self, field: str) -> tuple[FacetValue, ...]:
        """Every known value of ``field``, counted in the answer when there is one.

        Ticked values come first, then the site's own order. A value the answer's facet leaves out
        is in none of its articles.
        """
        counted = self._counted(field)
        known = {value.value: value for value in self.site.values(field)} | counted
        values = (self._current(value, field, counted) for value in known.values())
        return tuple(sorted(values, key=lambda value: not value.selected))

    def _counted(self, field: str) -> dict[str, FacetValue]:
        facet = self.result.facets.get(field, ()) if self.result else ()
        return {value.value: value for value in facet}

    def _current(self, value: FacetValue, field: str, counted: dict[str, FacetValue]) -> FacetValue:
        asked = self.request.filters.get(field, ())
        selected = value.selected or value.value in asked or value.label in asked
        in_answer = self.result is not None and field in self.result.facets
        count = 0 if in_answer and value.value not in counted else value.count
        return FacetValue(value.value, self._label(field, value), count, selected)

    def _label(self, field: str, value: FacetValue) -> str:
        return self.say.language(value.value, value.label) if field == "lang" else value.label

    def choices(self, field: str) -> tuple[Choice, ...]:
        """The boxes of ``field`` in the settings."""
        return tuple(
            Choice(value.value, value.label, self.say.number(value.count), value.selected, value.count > 0)
            for value in self.values(field)
        )

    def index(self, field: str) -> tuple[Link, ...]:
        """Every known value with all its articles, for browsing; one without articles is no link."""
        return tuple(
            Link(
                self._label(field, value),
                urls.address(urls.only(field, value.value)) if value.count else "",
                self.say.number(value.count),
            )
            for value in self.site.values(field)
        )

    def refinements(self, field: str) -> tuple[Link, ...]:
        """The values of the answer that narrow it most usefully: ticked ones, then the most frequent."""
        values = [value for value in self.values(field) if value.selected or value.count]
        values.sort(key=lambda value: (not value.selected, -value.count))
        links = tuple(self._refinement(field, value) for value in values[:REFINE_LIMIT])
        return links if len(links) > 1 else ()

    def _refinement(self, field: str, value: FacetValue) -> Link:
        change = urls.without_value if value.selected else urls.with_value
        href = urls.address(change(self.request, field, value.value))
        return Link(value.label, href, self.say.number(value.count), value.selected)

    def chips(self) -> tuple[Link, ...]:
        """One removable chip for each thing that narrows the question."""
        return (*self._switches(), *self._ticked(), *self._dates())

    def _switches(self) -> Iterator[Link]:
        if self.request.exact:
            yield Link(self.say("exact_chip"), urls.address(urls.inexact(self.request)))
        if set(self.request.fields) != set(urls.SEARCHED):
            label = self.say("title_only" if "title" in self.request.fields else "content_only")
            yield Link(label, urls.address(urls.in_both(self.request)))

    def _ticked(self) -> Iterator[Link]:
        for field, asked in self.request.filters.items():
            known = self.values(field)
            labels = {name: value.label for value in known for name in (value.value, value.label)}
            for value in asked:
                label = self._chip_label(field, labels.get(value, value))
                yield Link(label, urls.address(urls.without_value(self.request, field, value)))

    def _chip_label(self, field: str, label: str) -> Markup | str:
        return self.say(field, label=label) if field in ("tag", "author") else label

    def _dates(self) -> Iterator[Link]:
        start, end = self.say.day(self.request.published_from), self.say.day(self.request.published_to)
        if start or end:
            key = "between" if start and end else "since" if start else "until"
            label = self.say(key, start=start, end=end, day=start or end)
            yield Link(label, urls.address(urls.undated(self.request)))

    def days(self) -> tuple[str, str]:
        """The first and the last day, each empty unless it is one that a date field can hold."""
        return _day(self.request.published_from), _day(self.request.published_to)

    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What the form has no visible control for and must carry on: (name, value) pairs."""
        shown = ("q", "exact", "in", "from", "to", "sort", "page", "prefix", "explain", *COUNTED_FIELDS)
        return tuple((name, value) for name, value in urls.pairs(self.request) if name not in shown)

    def bare(self) -> str:
        """The address of the question with every chip removed."""
        return urls.address(urls.in_both(urls.inexact(urls.unfiltered(self.request))))

    def fresh(self) -> str:
        """The address of the words alone, every setting as it is at first."""
        return urls.address(SearchRequest(self.request.text))

    def ways_out(self) -> tuple[Link, ...]:
        """What a visitor whose question found nothing can do about it."""
        request = self.request
        corrected = self.result.applied.corrected if self.result else None
        ways = [self._spelling(corrected)] if corrected else []
        if request.exact:
            ways.append(Link(self.say("try_inexact"), urls.address(urls.inexact(request))))
        if set(request.fields) != set(urls.SEARCHED):
            ways.append(Link(self.say("try_both"), urls.address(urls.in_both(request))))
        return (*ways, *self._fewer_filters(), Link(self.say("try_start"), urls.HOME))

    def _spelling(self, corrected: str) -> Link:
        label = self.say("try_spelling", corrected=self.say.quoted(corrected))
        return Link(label, urls.address(urls.asking(self.request, corrected)))

    def _fewer_filters(self) -> Iterator[Link]:
        ticked = list(self._ticked())
        for chip in ticked:
            yield Link(self.say("try_without", label=self.say.quoted(chip.label)), chip.href)
        dated = bool(self.request.published_from or self.request.published_to)
        if dated:
            yield Link(self.say("try_undated"), urls.address(urls.undated(self.request)))
        if len(ticked) + dated > 1:
            yield Link(self.say("try_unfiltered"), urls.address(urls.unfiltered(self.request)))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
