"""``/`` and ``/quotes``: the pages. A question goes to the engine as for the API; the answer is HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import quote, urljoin, urlsplit

import falcon
from msgspec.structs import replace

from indexer import Site
from indexer.errors import BroadsheetError

from ..analytics.model import Facts
from ..metrics import Metrics
from ..search.engine import Engine, last_page
from ..search.request import QuoteRequest, QuoteResult, SearchRequest, SearchResult
from ..web import urls
from ..web.page import Fault as PageFault
from ..web.page import Problem as PageProblem
from ..web.page import SiteSummary, render_error, render_quotes, render_search
from ..web.phrases import negotiate
from ..web.state import DEFAULT_NAME
from .exchange import absolute, conditional, has_any, tag_of
from .operations import FORM, HTML, Operation
from .parameters import SEARCH_PAGE
from .problems import Fault, Problem, problem_of
from .query_string import own_name
from .quoting import QuoteForm, find_quote, read_form
from .recording import Recording, facts_of
from .search import Answers, canonical, search_request
from .static import version_of_pages

MEDIA_HTML: Final = "text/html; charset=utf-8"
MOVED_SECONDS: Final = 86_400  # the shorter address of an address never changes


def send_html(resp: falcon.Response, page: bytes, status: int = 200) -> None:
    """Answer with a page."""
    resp.status = status
    resp.content_type = MEDIA_HTML
    resp.data = page


class Pages:
    """Renders pages of this site in the reader's language."""

    def __init__(self, engine: Engine, site: Site) -> None:
        self._engine = engine
        self._site = site
        self.version = tag_of(version_of_pages(), site)

    def language(self, req: falcon.Request) -> str:
        """The language of the page's own words."""
        return negotiate(req.get_header("Accept-Language") or "", self._site.default_language or "en")

    def summary(self) -> SiteSummary:
        """The site as the page shows it; without an index, its name."""
        name = self._site.name or DEFAULT_NAME
        try:
            return SiteSummary(
                name,
                self._engine.article_count,
                self._engine.taxonomy("category"),
                self._engine.taxonomy("type"),
                self._engine.taxonomy("lang"),
            )
        except BroadsheetError:
            return SiteSummary(name)

    def error(self, req: falcon.Request, problem: Problem) -> str:
        """The page for a problem outside a search. Where nothing is, the headline says all."""
        media = problem.media()
        detail = "" if media.code == "not_found" else media.detail
        return render_error(media.status, media.title, detail, self.language(req), self.summary())

    def search(
        self,
        req: falcon.Request,
        request: SearchRequest,
        result: SearchResult | None,
        problem: Problem | None = None,
    ) -> str:
        """The page for a question."""
        return render_search(result, request, self.summary(), _told(problem), self.language(req))

    def quotes(
        self, req: falcon.Request, text: str, result: QuoteResult | None, problem: Problem | None = None
    ) -> str:
        """The page for a passage."""
        return render_quotes(result, text, self.summary(), _told(problem), self.language(req))


def _told(problem: Problem | None) -> PageProblem | None:
    if problem is None:
        return None
    faults = tuple(map(_beside_its_name, problem.errors))
    return PageProblem(problem.status, problem.detail, faults, problem.messages)


def _beside_its_name(fault: Fault) -> PageFault:
    """What is wrong, without the parameter's name: the page says it in the reader's language."""
    detail = fault.detail.removeprefix(f"{fault.parameter}: ")
    return PageFault(own_name(fault.parameter), detail, fault.messages)


def _move(req: falcon.Request, resp: falcon.Response, query: str) -> None:
    """Send the browser to the same page under another query string."""
    resp.status = 303
    resp.cache_control = [f"public, max-age={MOVED_SECONDS}"]
    # Bytes that were sent without escapes arrive as latin-1; what is escaped stays as it is.
    escaped = quote(query.encode("latin-1"), safe="".join(map(chr, range(33, 127))))
    resp.set_header("Location", absolute(req, f"/?{escaped}" if escaped else "/"))


def _goes_on(req: falcon.Request, address: str) -> bool:
    """Whether who asks is a person who can be sent elsewhere: a script may read from this site alone, and
    shows the page, which says where to. The page that asks for itself would go round for ever.
    """
    return req.get_header("Sec-Fetch-Mode") in (None, "navigate") and address not in (
        req.uri,
        req.relative_uri,
    )


def _send_on(resp: falcon.Response, address: str) -> None:
    """Send the browser elsewhere, as an administrator's rule says; it may say otherwise next time."""
    resp.status = 303
    resp.cache_control = ["no-store"]
    resp.set_header("Location", _escaped(address))


def _escaped(address: str) -> str:
    """An address as a header may have it; what is escaped stays as it is."""
    return quote(address, safe="".join(map(chr, range(33, 127))))


def _answer(engine: Engine, request: SearchRequest) -> SearchResult:
    """The answer; of a page too far out to be asked for, as of any behind the last: none of the hits."""
    last = last_page(request)
    if request.page <= last:
        return engine.search(request)
    return replace(engine.search(urls.on_page(request, last)), hits=())


class SearchPageResource:
    """The search page."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "The search page", HTML, parameters=SEARCH_PAGE, problems=(400, 503), conditional=True, moves=True
        )
    }  # fmt: skip

    def __init__(self, answers: Answers, pages: Pages, metrics: Metrics, recording: Recording) -> None:
        self._answers = answers
        self._pages = pages
        self._metrics = metrics
        self._recording = recording

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show the start page, an answer, or what is wrong with the question.

        NOTE: a browser sends every field of the form, empty ones and defaults included. The address is
        what people share, so it is worth one more request to make it short; the index is not asked for it.
        """
        try:
            request = search_request(req.query_string, strict=False)
            short = urls.without_defaults(req.query_string)
            if short != req.query_string:
                _move(req, resp, short)
            else:
                self._show(req, resp, self._answers.understood(request))
        except (Problem, BroadsheetError) as error:
            problem = problem_of(error) if isinstance(error, BroadsheetError) else error
            asked = urls.read(req.query_string)
            resp.cache_control = ["no-store"]
            resp.set_headers(dict(problem.headers))
            send_html(resp, self._pages.search(req, asked, None, problem).encode(), problem.status)

    on_head = on_get

    def _show(self, req: falcon.Request, resp: falcon.Response, request: SearchRequest) -> None:
        engine = self._answers.engine
        if (elsewhere := engine.redirect(request.text)) is not None:
            resp.append_header("Vary", "Sec-Fetch-Mode")
            if _goes_on(req, elsewhere) and not self._leads_on(req, elsewhere):
                _send_on(resp, elsewhere)
                return
        resp.append_header("Vary", "Accept-Language")
        language = self._pages.language(req)
        question = ("page", self._pages.version, language, *canonical(request))
        state = engine.state
        tag = self._answers.tag(state, *question)
        if self._known(req, resp, tag):
            known = self._answers.known_facts(req, tag)
            self._recording.asked(req, request, known, cached=True, lang=language)
            return

        def make() -> tuple[bytes, str, Facts | None]:
            result = _answer(engine, request) if urls.asks(request) else None
            if result is not None:
                self._metrics.searched(result.took_ms / 1000.0)
            page, made_of = self._pages.search(req, request, result).encode(), engine.state
            # Around the answer the page shows the site, which may be newer: then it is of no one state.
            if result is not None and result.state != made_of:
                made_of = f"{result.state} {made_of}"
            return page, made_of, facts_of(result) if result is not None else None

        made = self._answers.kept_or_made(req, state, question, make)
        self._recording.asked(req, request, made.facts, cached=made.cached, lang=language)
        if made.tag != tag and self._known(req, resp, made.tag):
            return
        if not has_any(req, resp):
            send_html(resp, made.body)

    def _leads_on(self, req: falcon.Request, address: str) -> bool:
        """Whether an address is of this very page, and leads elsewhere again."""
        try:
            parts = urlsplit(urljoin(req.uri, address))
            own = parts.netloc.lower() in (req.netloc.lower(), (req.forwarded_host or "").lower())
            if not own or parts.path != urlsplit(req.uri).path:
                return False
            asked = self._answers.understood(search_request(parts.query, strict=False))
        except (ValueError, Problem, BroadsheetError):
            return False  # the page that says what is wrong with it leads nowhere
        return self._answers.engine.redirect(asked.text) is not None

    def _known(self, req: falcon.Request, resp: falcon.Response, tag: str) -> bool:
        return conditional(req, resp, tag, cache_seconds=self._answers.seconds, sure=False)


class QuotesPageResource:
    """The page that finds a quotation. What somebody pastes is in no address, and kept nowhere."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation("The page that finds a quotation", HTML),
        "post": Operation(
            "Find a quotation, as a page",
            HTML,
            problems=(400, 408, 413, 415, 422, 503),
            bodies={FORM: QuoteForm},
        ),
    }

    def __init__(self, answers: Answers, pages: Pages, metrics: Metrics) -> None:
        self._answers = answers
        self._pages = pages
        self._metrics = metrics

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show the form."""
        resp.cache_control = ["no-cache"]
        resp.append_header("Vary", "Accept-Language")
        send_html(resp, self._pages.quotes(req, "", None).encode())

    on_head = on_get

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show where the passage stands, or what is wrong with it; the form stays as it was filled in."""
        resp.cache_control = ["no-store"]
        text = ""
        try:
            text = read_form(req)
            result = find_quote(self._answers.engine, QuoteRequest(text))
            self._metrics.searched(result.took_ms / 1000.0)
            send_html(resp, self._pages.quotes(req, text, result).encode())
        except (Problem, BroadsheetError) as error:
            problem = problem_of(error) if isinstance(error, BroadsheetError) else error
            resp.set_headers(dict(problem.headers))
            send_html(resp, self._pages.quotes(req, text, None, problem).encode(), problem.status)
