"""How pages and forms of the desk are answered: who may, what is around a page, and where a form leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlencode

import falcon
import structlog

from indexer.errors import BroadsheetError

from ...identity.actor import Actor
from ...web.admin.frame import Frame, Part, menu, render, render_problem
from ...web.admin.notices import PARAMETER, notice_of
from ...web.state import DEFAULT_NAME
from ..exchange import absolute
from ..middleware import POLICY
from ..operations import Operation
from ..page import send_html
from ..problems import TITLES, Problem, problem_of
from .session import Form, Sessions

_POLICY: Final = POLICY.replace("frame-ancestors 'self'", "frame-ancestors 'none'")
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody signed in. ``query`` are the values of its address, the last of each name."""

    req: falcon.Request
    resp: falcon.Response
    actor: Actor
    frame: Frame
    query: Mapping[str, str]

    def page(self, template: str, **values: Any) -> None:
        """Answer with a page."""
        send_html(self.resp, render(template, self.frame, **values).encode(), _status(self.resp))

    def number(self, name: str) -> int | None:
        """A whole number of the address; ``None`` where there is none."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


Show = Callable[..., None]
Do = Callable[..., tuple[str, str] | None]


class Shell:
    """Answers for all pages of the desk."""

    def __init__(self, sessions: Sessions, site: str) -> None:
        self._sessions = sessions
        self._site = site or DEFAULT_NAME
        self._known: Set[str] = frozenset()

    def offer(self, paths: Set[str]) -> None:
        """Say which paths there are, for the menu; once, before the first request."""
        self._known = frozenset(paths)

    @property
    def menu(self) -> tuple[Part, ...]:
        """The menu, of the pages there are."""
        return menu(self._known)

    def show(
        self, req: falcon.Request, resp: falcon.Response, section: str, show: Callable[[Visit], None]
    ) -> None:
        """Answer with what ``show`` makes, or with a page that says why not."""
        visit = self._visit(req, resp, section)
        try:
            show(visit)
        except (Problem, BroadsheetError) as error:
            _refuse(visit, error)

    def act(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        section: str,
        do: Callable[[Visit, Form], tuple[str, str] | None],
    ) -> None:
        """Do what a form asks, then send the browser on, to the path and with the notice ``do`` gives.

        Where it gives ``None``, or an empty path, it has answered itself: with the form as it was typed and
        what is wrong.
        """
        visit = self._visit(req, resp, section)
        try:
            onward = do(visit, self._sessions.check_form(req))
        except (Problem, BroadsheetError) as error:
            _refuse(visit, error)
            return
        if onward is not None and onward[0]:
            resp.status = 303
            resp.location = absolute(req, _noted(*onward))

    def _visit(self, req: falcon.Request, resp: falcon.Response, section: str) -> Visit:
        signed_in = self._sessions.signed_in(req)
        resp.set_headers(HEADERS)
        resp.cache_control = ["no-store"]
        query = _query(req.query_string)
        frame = Frame(
            site=self._site,
            root=req.root_path,
            section=section,
            who=signed_in.actor.name or signed_in.actor.kind,
            token=signed_in.form_token,
            menu=self.menu,
            notice=notice_of(query.get(PARAMETER, "")),
        )
        return Visit(req, resp, signed_in.actor, frame, query)


def _noted(path: str, word: str) -> str:
    """The path with the word of a notice; before its fragment, behind what its query says already."""
    before, mark, fragment = path.partition("#")
    joint = "&" if "?" in before else "?"
    return f"{before}{joint}{urlencode({PARAMETER: word})}{mark}{fragment}" if word else path


def _query(query_string: str) -> dict[str, str]:
    """The values of an address; what is no UTF-8 is not taken for anything."""
    given = parse_qs(query_string, errors="replace", max_num_fields=200)
    return {name: values[-1].replace("\0", "") for name, values in given.items()}


def _refuse(visit: Visit, error: Problem | BroadsheetError) -> None:
    problem = problem_of(error) if isinstance(error, BroadsheetError) else error
    if problem.status >= 500:
        structlog.get_logger("broadsheet.http").error("desk_failed", code=problem.code, detail=str(error))
    visit.resp.set_headers(dict(problem.headers))
    title = TITLES.get(problem.status, "The request failed")
    send_html(
        visit.resp,
        render_problem(visit.frame, problem.status, title, problem.detail).encode(),
        problem.status,
    )


def _status(resp: falcon.Response) -> int:
    return resp.status_code or 200


class Page:
    """A page: ``show`` is given the visit, and the names in its path."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, shell: Shell, section: str, show: Show) -> None:
        self._shell = shell
        self._section = section
        self._show = show

    def on_get(self, req: falcon.Request, resp: falcon.Response, **names: str) -> None:
        """Show the page."""
        self._shell.show(req, resp, self._section, lambda visit: self._show(visit, **names))

    on_head = on_get


class Action:
    """What a form does: ``do`` is given the visit, the form's fields and the names in the path.

    It gives the path to go on at and the word of a notice to show there, or ``None``: it has answered itself.
    """

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, shell: Shell, section: str, do: Do) -> None:
        self._shell = shell
        self._section = section
        self._do = do

    def on_post(self, req: falcon.Request, resp: falcon.Response, **names: str) -> None:
        """Do it."""
        self._shell.act(req, resp, self._section, lambda visit, form: self._do(visit, form, **names))


class PageWithForm(Page):
    """A page whose own address takes its form."""

    def __init__(self, shell: Shell, section: str, show: Show, do: Do) -> None:
        super().__init__(shell, section, show)
        self._do = do

    def on_post(self, req: falcon.Request, resp: falcon.Response, **names: str) -> None:
        """Do what the form asks."""
        self._shell.act(req, resp, self._section, lambda visit, form: self._do(visit, form, **names))


class PageWithUpload(PageWithForm):
    """A page whose form may bring a file."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, **names: str) -> None:
        """Do what the form asks."""
        self._shell.act(req, resp, self._section, lambda visit, form: self._do(visit, form, **names))
