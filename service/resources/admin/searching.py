"""``/admin/search``: the visitor's answer, with the reasons for it, and why an article is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from indexer.errors import BroadsheetError

from ...search.reasons import Verdict
from ...search.request import SearchRequest
from ...search.whynot import WhyNot
from ...web import urls
from ...web.admin.articles import asks_for
from ...web.admin.searching import PATH, Sets, why_view
from ..problems import Problem, problem_of
from ..search import search_request
from .drafting import Drafts
from .judging import grade_of, mark, told_of
from .session import Form, one
from .shell import Action, Page, Shell, Visit

if TYPE_CHECKING:
    from ...app import Parts

_CHOICES: Final = (("type", "Post types"), ("category", "Categories"), ("lang", "Languages"))
_NOT_ADDRESSED: Final = ("done", "ask")  # what was done, and by which button, is no part of an address


class SearchPage:
    """Searches as a visitor does, has every hit explained, and takes marks."""

    def __init__(self, parts: Parts) -> None:
        self._engine = parts.engine
        self._desk = parts.desk
        self._judgements = parts.judgements
        self._drafts = Drafts(parts.versions)

    def show(self, visit: Visit) -> None:
        """Show the form, and the answer to what its address asks."""
        query_string = visit.req.query_string
        request, view, problem = SearchRequest(""), None, None
        verdict, about = None, visit.query.get("why", "").strip()
        sets = Sets.of(self._judgements.all(), visit.query.get("set", "").strip())
        own = [(name, value) for name, value in (("set", sets.given), ("why", about)) if value]
        try:
            request = replace(search_request(query_string, strict=False), facets=(), explain=True)
            if urls.asks(request):
                result = self._engine.search(request)
                grades = self._grades(sets.chosen, request.text)
                request, view = result.request, why_view(result, visit.frame.root, grades, own)
                verdict = self._verdict(request, about)
        except (Problem, BroadsheetError) as error:
            problem = problem_of(error) if isinstance(error, BroadsheetError) else error
            request = urls.read(query_string)
            visit.resp.status = problem.status
        about_error = _about_error(about, request, asked="ask" in visit.query)
        if sets.error or about_error:
            visit.resp.status = 400
        visit.page(
            "search.html",
            request=request,
            view=view,
            problem=problem,
            narrowed=_is_narrowed(request),
            choices=[(name, label, self._values(name)) for name, label in _CHOICES],
            about=about,
            verdict=verdict,
            about_error=about_error,
            sets=sets,
            revision=self._drafts.bench().revision if view else 0,
            here=urlencode([pair for pair in _kept(query_string) if pair[0] != "set" or not sets.error]),
        )

    def mark(self, visit: Visit, form: Form) -> tuple[str, str]:
        """Keep a mark for a hit, and show the same answer again."""
        grade = grade_of(form)
        mark(self._judgements, visit, one(form, "set"), one(form, "text"), one(form, "article"), grade)
        rank = one(form, "rank")
        place = f"#hit-{rank}" if rank.isascii() and rank.isdigit() and len(rank) < 9 else ""
        return f"{PATH}?{urlencode(list(_kept(one(form, 'here'))))}{place}", told_of(grade)

    def _verdict(self, request: SearchRequest, about: str) -> Verdict | None:
        """Why the article of an address or an id is in the answer, or not."""
        if not about:
            return None
        whynot = WhyNot(self._engine, self._desk.catalog)
        if asks_for(about) == "id":
            return whynot.of(request, identity=about)
        return whynot.of(request, url=about)

    def _grades(self, set_name: str, text: str) -> Mapping[str, int]:
        known = self._judgements.marks(set_name, text) if set_name and text else None
        return known.grades if known else {}

    def _values(self, field: str) -> tuple[object, ...]:
        try:
            return self._engine.taxonomy(field)
        except BroadsheetError:
            return ()


def _kept(query_string: str) -> Iterator[tuple[str, str]]:
    """What an address asks, without what was done."""
    for name, value in parse_qsl(query_string, errors="replace", max_num_fields=200):
        if name not in _NOT_ADDRESSED:
            yield name, value


def _about_error(about: str, request: SearchRequest, *, asked: bool) -> str:
    """What is missing for an answer to why an article is not there; ``asked`` says that it was asked for."""
    if asked and not about:
        return "Type the address or the id of the article."
    if about and not urls.asks(request):
        return "Type the words of the question as well, above."
    return ""


def _is_narrowed(request: SearchRequest) -> bool:
    """Whether anything but the words is asked for."""
    plain = SearchRequest(request.text, facets=request.facets, explain=request.explain, page=request.page)
    return request != plain


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The page and the form on it, by path."""
    page = SearchPage(parts)
    return {PATH: Page(shell, PATH, page.show), f"{PATH}/mark": Action(shell, PATH, page.mark)}
