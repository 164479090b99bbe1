"""The days that a page is about: the last so many, or from one day to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

CHOICES: Final = (7, 30, 90)
DEFAULT: Final = 30
LONGEST: Final = 366  # days of one's own choice; a chart of more shows nothing


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both inclusive. ``choice`` is one of :data:`CHOICES`, 0 for days of one's own.

    ``typed`` is what stands in the fields, ``faults`` what is wrong with it: then the days
    are the usual ones.
    """

    first: date
    last: date
    choice: int
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> tuple[date, date]:
        """The days before it, as many."""
        return self.first - timedelta(days=self.days), self.first - timedelta(days=1)

    @property
    def query(self) -> str:
        """What an address of a page of the desk says of it."""
        return urlencode({"days": self.choice}) if self.choice else self.exact

    @property
    def exact(self) -> str:
        """The same by its days, as the reports take it."""
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})


def read_period(given: Mapping[str, str], today: date) -> Period:
    """The period that an address asks for; one that it cannot have is told of, and the usual one taken."""
    typed = {name: given.get(name, "").strip() for name in ("from", "to")}
    days = given.get("days", "")
    if not any(typed.values()):
        choice = int(days) if days in map(str, CHOICES) else DEFAULT
        return Period(today - timedelta(days=choice - 1), today, choice)
    usual = today - timedelta(days=DEFAULT - 1)
    faults: dict[str, str] = {}
    last = _day(typed["to"], "to", faults) or today
    first = _day(typed["from"], "from", faults) or (last - timedelta(days=DEFAULT - 1))
    if not faults and last > today:
        faults["to"] = "This day is yet to come."
    elif not faults and first > last:
        faults["from"] = "This is after the last day."
    elif not faults and (last - first).days >= LONGEST:
        faults["from"] = f"These are more than {LONGEST} days."
    if faults:
        return Period(usual, today, DEFAULT, typed, faults)
    return Period(first, last, 0, {"from": first.isoformat(), "to": last.isoformat()})


def _day(text: str, name: str, faults: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        faults[name] = "This is no day; write it as 2026-01-31."
        return None
    if found.year < 2000:
        faults[name] = "Nothing was counted in that century."
        return None
    return found
