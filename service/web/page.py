"""The pages at ``/`` and ``/quotes``: questions, answers and errors as HTML. Pure: no request, no index.

Everything that is not the page's own words passes Jinja2's escaping. The page holds no script and
no inline style, so it stands under ``default-src 'none'; style-src 'self'; img-src 'self'``.
"""

from __future__ import annotations

import hashlib
from functools import cache, partial
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from indexer.limits import MAX_QUOTE_CHARACTERS

from ..search.request import QuoteResult, SearchRequest, SearchResult
from . import urls
from .answer import answer_view
from .choices import Filters
from .faults import faults_of, said
from .phrases import Phrases, direction, phrases
from .quotes import quotes_view
from .state import Fault, Problem, SiteSummary

__all__ = [
    "STATIC_PATH",
    "Fault",
    "Problem",
    "SiteSummary",
    "render_error",
    "render_quotes",
    "render_search",
    "static_address",
]

STATIC_PATH: Final = "/static/"


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
        faults=tuple(faults_of(problem, say)) if problem else (),
        trouble=_trouble(problem, say),
        sorts=urls.SORTS,
    )


def render_quotes(
    result: QuoteResult | None,
    text: str,
    site: SiteSummary,
    problem: Problem | None = None,
    ui_lang: str = "en",
) -> str:
    """The page that finds a quotation: the form with its ``text``, and the answer or what is wrong."""
    say = phrases(ui_lang)
    return _template("quotes.html").render(
        **_frame(site, say),
        text=text,
        longest=MAX_QUOTE_CHARACTERS,
        answer=quotes_view(result, say) if result else None,
        problem=problem,
        faults=tuple(faults_of(problem, say)) if problem else (),
        trouble=_trouble(problem, say),
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
        sorts=urls.SORTS,
        status=status,
        title=say(f"error_{status}") if known else title,
        help=say(f"help_{status}") if known else "",
        detail=detail,
    )


def _frame(site: SiteSummary, say: Phrases) -> dict[str, object]:
    return {
        "site": site,
        "say": say,
        "said": partial(said, say=say),
        "direction": direction,
        "static": static_address,
        "home": urls.HOME,
        "quotes": urls.QUOTES,
    }


def _trouble(problem: Problem | None, say: Phrases) -> tuple[Markup, Markup | str]:
    """The headline of a problem, about the question or the service at fault, and what to do then."""
    if problem is None or problem.status < 500:
        return say("problem"), ""
    status = problem.status if say.knows(f"error_{problem.status}") else 500
    return say(f"error_{status}"), say(f"help_{status}")


@cache
def static_address(name: str) -> str:
    """The address of a file in ``static/``, with its digest so that a new version is a new address."""
    content = files(__package__).joinpath("static", name).read_bytes()
    return f"{STATIC_PATH}{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


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
