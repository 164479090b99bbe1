"""What every page of the administrators' desk has around it: sections, who is signed in, what was just done.

The pages are in English. They hold no script and no inline style; what is not their own words passes Jinja2's
escaping.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..page import static_address
from ..phrases import direction
from . import charts, figures
from .notices import Notice
from .tuning import sentence_of

DESK: Final = "/admin"


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the desk in its menu."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the menu: sections that are about one thing."""

    name: str
    sections: tuple[Section, ...]


# All there may be. A menu shows those whose page is there.
MENU: Final = (
    Part("Today", (
        Section("Overview", DESK),
        Section("Queries", f"{DESK}/queries"),
    )),
    Part("Answers", (
        Section("Search", f"{DESK}/search"),
        Section("Tuning", f"{DESK}/tuning"),
        Section("Curation", f"{DESK}/curation"),
        Section("Judgements", f"{DESK}/judgements"),
        Section("Versions", f"{DESK}/versions"),
    )),
    Part("Archive", (
        Section("Articles", f"{DESK}/articles"),
        Section("Tasks", f"{DESK}/tasks"),
        Section("Index", f"{DESK}/index"),
    )),
    Part("House", (
        Section("Keys", f"{DESK}/keys"),
        Section("Audit", f"{DESK}/audit"),
        Section("Account", f"{DESK}/account"),
    )),
)  # fmt: skip


def menu(known: Set[str]) -> tuple[Part, ...]:
    """The menu of the paths that are there; parts without any are left out."""
    parts = (Part(part.name, tuple(one for one in part.sections if one.path in known)) for part in MENU)
    return tuple(part for part in parts if part.sections)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around a page. ``root`` is the path the service is mounted under, empty for none.

    ``who`` is the name of who is signed in, empty for nobody; ``token`` is what forms carry so that they are
    known to be the desk's own. ``section`` is the path of the menu's entry that is open.
    """

    site: str
    root: str = ""
    section: str = ""
    who: str = ""
    token: str = ""
    menu: tuple[Part, ...] = ()
    notice: Notice | None = None

    def to(self, path: str) -> str:
        """A path of the service as an address on this host."""
        return f"{self.root}{path}"

    def static(self, name: str) -> str:
        """The address of a file that comes with the pages."""
        return self.to(static_address(name))


def render(template: str, frame: Frame, **values: Any) -> str:
    """A page of the desk from ``templates/admin``."""
    return _environment().get_template(f"admin/{template}").render(frame=frame, **values)


def render_problem(frame: Frame, status: int, title: str, detail: str) -> str:
    """The page for what cannot be shown or done."""
    return render("problem.html", frame, status=status, title=title, detail=detail)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("service.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "bytes": figures.in_bytes,
        "number": figures.number,
        "moment": figures.moment,
        "day": figures.day,
        "shortday": figures.shortday,
        "share": figures.share,
        "seconds": figures.seconds,
        "tongue": figures.tongue,
        "who": figures.who,
        "sentence": sentence_of,
    }
    made.globals |= {
        "chart": charts.line,
        "bars": charts.bars,
        "spark": charts.spark,
        "direction": direction,
        "plural": figures.plural,
        "Markup": Markup,
    }
    return made
