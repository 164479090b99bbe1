"""The page at ``/``: questions, answers and errors as HTML. Pure: no request, no file of an index.

Everything that is not the page's own words passes Jinja2's escaping. The page holds no script and
no inline style, so it stands under ``default-src 'none'; style-src 'self'; img-src 'self'``.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from ..search.request import SearchRequest, SearchResult
from . import urls
from .answer import answer_view
from .choices import Filters
from .hits import Link
from .phrases import Phrases, direction, phrases
from .state import Problem, SiteSummary

__all__ = [
    "STATIC_PATH",
    "Problem",
    "SiteSummary",
    "edition",
    "render_error",
    "render_search",
    "static_address",
]

STATIC_PATH: Final = "/static/"

# Parameter at fault -> (text that names it, the element to go to).
_PLACES: Final = {
    "q": ("query_label", "q"),
    "exact": ("generic", "generic"),
    "in": ("generic", "generic"),
    "type": ("types", "types"),
    "category": ("categories", "categories"),
    "lang": ("languages", "languages"),
    "from": ("from", "from"),
    "to": ("to", "to"),
    "sort": ("sort", "sort"),
    "page": ("pages", ""),
}


def render_search(
    result: SearchResult | None,
    request: SearchRequest,
    site: SiteSummary,
    problem: Problem | None = None,
    ui_lang: str = "en",
) -> str:
    """The page for a question: its answer, what is wrong with it, or with neither the start page.

    ``request`` is the question as it was put (:func:`service.web.urls.read` makes one from a query
    string that was refused); when there is a ``result``, the question as the engine understood it
    is shown instead. ``ui_lang`` is one of :data:`service.web.strings.LANGUAGES`; any other is
    taken for English.
    """
    say = phrases(ui_lang)
    shown = result.request if result else request
    return _template("search.html").render(
        **_frame(site, say),
        request=shown,
        filters=Filters(shown, result, site, say),
        answer=answer_view(result, say) if result else None,
        total=result.total if result else 0,
        problem=problem,
        faults=_faults(problem, say),
        trouble=_trouble(problem, say),
        sorts=urls.SORTS,
    )


def render_error(
    status: int,
    title: str,
    detail: str,
    ui_lang: str = "en",
    site: SiteSummary | None = None,
) -> str:
    """The page for an error outside a search: what happened and what to do.

    ``title`` stands in for statuses the page has no words for; ``detail`` is shown as it is.
    """
    say = phrases(ui_lang)
    site = site or SiteSummary()
    request = SearchRequest("")
    known = say.knows(f"error_{status}")
    return _template("error.html").render(
        **_frame(site, say),
        request=request,
        filters=Filters(request, None, site, say),
        problem=None,
        faults=(),
        sorts=urls.SORTS,
        status=status,
        title=say(f"error_{status}") if known else title,
        help=say(f"help_{status}") if known else "",
        detail=detail,
    )


def _frame(site: SiteSummary, say: Phrases) -> dict[str, object]:
    return {"site": site, "say": say, "direction": direction, "static": static_address, "home": urls.HOME}


def _trouble(problem: Problem | None, say: Phrases) -> tuple[Markup, Markup | str]:
    """The headline of a problem, about the question or the service at fault, and what to do then."""
    if problem is None or problem.status < 500:
        return say("problem"), ""
    status = problem.status if say.knows(f"error_{problem.status}") else 500
    return say(f"error_{status}"), say(f"help_{status}")


def _faults(problem: Problem | None, say: Phrases) -> tuple[Link, ...]:
    """What is wrong, each with a link to where it is put right, when the page has such a place."""
    if problem is None:
        return ()
    given = problem.faults or (("", problem.detail),)
    return tuple(_fault(parameter, detail, say) for parameter, detail in given)


def _fault(parameter: str, detail: str, say: Phrases) -> Link:
    key, anchor = _PLACES.get(parameter, ("", ""))
    return Link(say(key) if key else parameter, f"#{anchor}" if anchor else "", note=detail)


@cache
def static_address(name: str) -> str:
    """The address of a file in ``static/``, with its digest so that a new version is a new address."""
    content = files(__package__).joinpath("static", name).read_bytes()
    return f"{STATIC_PATH}{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def edition() -> str:
    """Names this version of the page (code, words, templates, style): part of what an ETag stands for."""
    digest = hashlib.sha256()
    for folder in (".", "templates", "static"):
        entries = (entry for entry in files(__package__).joinpath(folder).iterdir() if entry.is_file())
        for entry in sorted(entries, key=lambda entry: entry.name):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("service.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _template(name: str) -> Template:
    return _environment().get_template(name)
