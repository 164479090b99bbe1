"""How pages and forms of the desk are answered: who may, what is around a page, and where a form leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlencode

import falcon
import structlog

from indexer.errors import BroadsheetError

from ...identity.actor import Actor
from ...identity.sessions import Session
from ...web.admin.frame import DESK, Frame, menu, render, render_problem
from ...web.admin.notices import PARAMETER, Notice, notice_of
from ...web.state import DEFAULT_NAME
from ..access import SAFE
from ..exchange import absolute
from ..middleware import POLICY
from ..operations import Operation
from ..page import send_html
from ..problems import TITLES, Problem, problem_of
from .keeping import Kept, Paths, form_as_sent, is_secret, packed, page_of, shown_fields
from .session import (
    ACCOUNT,
    MAX_FORM,
    SIGN_IN,
    SIGN_OUT,
    Form,
    Interrupted,
    Sessions,
    SignedIn,
    read_form,
    see,
    wanted,
)

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
    session: Session
    frame: Frame
    query: Mapping[str, str]

    def page(self, template: str, **values: Any) -> None:
        """Answer with a page."""
        send_html(self.resp, render(template, self.frame, **values).encode(), _status(self.resp))

    def say(self, text: str) -> Visit:
        """The same with something said at the head of its page."""
        return replace(self, frame=replace(self.frame, notice=Notice(text)))

    def number(self, name: str) -> int | None:
        """A whole number of the address; ``None`` where there is none."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the page where one signs in holds: where that leads, and a form that goes with it, as packed."""

    target: str
    name: str = ""
    error: str = ""
    done: str = ""
    kept: str = ""


Show = Callable[..., None]
Do = Callable[..., tuple[str, str] | None]


class Shell:
    """Answers for all pages of the desk."""

    def __init__(self, sessions: Sessions, site: str) -> None:
        self._sessions = sessions
        self._site = site or DEFAULT_NAME
        self._paths = Paths.of({})
        self._menu = menu(frozenset())

    def offer(self, resources: Mapping[str, object]) -> None:
        """Say which resources there are at which paths; once, before the first request."""
        self._paths = Paths.of(resources)
        self._menu = menu(frozenset(resources))

    def takes_forms(self, path: str) -> bool:
        """Whether a path of the desk is one that its forms are sent to."""
        return self._paths.take(path)

    def show(
        self, req: falcon.Request, resp: falcon.Response, section: str, show: Callable[[Visit], None]
    ) -> None:
        """Answer with what ``show`` makes, or with a page that says why not."""
        visit = self._visit(req, resp, section, self._sessions.signed_in(req))
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
        what is wrong. A form whose session has ended is not done; who has signed in again is asked about it.
        """
        try:
            visit = self._visit(req, resp, section, self._sessions.signed_in(req))
            onward = self._do(visit, do)
        except Interrupted as interrupted:
            self._resume(req, resp, section, interrupted)
            return
        if onward is not None and onward[0]:
            resp.status = 303
            resp.location = absolute(req, _noted(*onward))

    def _do(
        self, visit: Visit, do: Callable[[Visit, Form], tuple[str, str] | None]
    ) -> tuple[str, str] | None:
        try:
            return do(visit, self._sessions.check_form(visit.req))
        except (Problem, BroadsheetError) as error:
            _refuse(visit, error)
            return None

    # -- what belongs to no page ---------------------------------------------------------------

    def door(self, req: falcon.Request, resp: falcon.Response, entrance: Entrance, status: int = 200) -> None:
        """Answer with the page where one signs in."""
        page = render("sign_in.html", self._around(req, resp, SIGN_IN), entrance=entrance)
        send_html(resp, page.encode(), status)

    def ask(
        self, req: falcon.Request, resp: falcon.Response, signed_in: SignedIn, kept: Kept, status: int = 200
    ) -> None:
        """Ask whether a form that was not done is to be sent again, now by who is signed in."""
        sections = self._sections()
        place = max((path for path in sections if kept.action.startswith(path)), key=len, default=DESK)
        visit = self._visit(req, resp, place, signed_in)
        visit.resp.status = status
        visit.page(
            "carry_on.html",
            kept=kept,
            place=sections.get(place, ""),
            shown=shown_fields(kept),
            asked=", ".join(value for name, value in kept.fields if name == "do"),
            first=ACCOUNT if signed_in.session.must_change else "",
        )

    def problem(self, req: falcon.Request, resp: falcon.Response, problem: Problem) -> bool:
        """Answer for an address of the desk at which no page is; ``False`` when nobody is signed in.

        Raises:
            falcon.HTTPStatus: nobody is: 303 to where one signs in.
        """
        if problem.status not in (404, 405):
            return False
        if req.method in SAFE and req.path.endswith("/") and req.path.startswith(f"{DESK}/"):
            raise see(absolute(req, wanted(req.path.rstrip("/"))))  # as people type it
        if self._sessions.is_signed_in(req):
            _refuse(self._visit(req, resp, "", self._sessions.signed_in(req)), problem)
            return True
        if req.method in SAFE:
            self._sessions.signed_in(req)
        return False

    def _sections(self) -> Mapping[str, str]:
        return {section.path: section.name for part in self._menu for section in part.sections}

    def _resume(
        self, req: falcon.Request, resp: falcon.Response, section: str, interrupted: Interrupted
    ) -> None:
        """Answer a form whose session has ended. One that another site may have sent is forgotten."""
        signed_in, form = interrupted.signed_in, interrupted.form
        own = self._sessions.is_own(req) and req.path != SIGN_OUT
        if own and form is None:
            form = _read(req)
        kept = form_as_sent(req, form) if own and form else None
        if own and signed_in is None:
            text = packed(kept)
            why = _ENDED_KEPT if text else _ENDED if is_secret(req.path) else _ENDED_LOST
            name = kept.who if kept else ""
            self.door(req, resp, Entrance(page_of(req), name, error=why, kept=text), 401)
        elif signed_in and kept and kept.who == signed_in.actor.name:
            self.ask(req, resp, signed_in, kept, 403)
        elif signed_in and isinstance(interrupted.otherwise, Problem):
            _refuse(self._visit(req, resp, section, signed_in), interrupted.otherwise)
        else:
            raise interrupted.otherwise

    def _visit(self, req: falcon.Request, resp: falcon.Response, section: str, signed_in: SignedIn) -> Visit:
        query = _query(req.query_string)
        frame = replace(
            self._around(req, resp, section),
            who=signed_in.actor.name or signed_in.actor.kind,
            token=signed_in.form_token,
            menu=self._menu,
            notice=notice_of(query.get(PARAMETER, "")),
        )
        return Visit(req, resp, signed_in.actor, signed_in.session, frame, query)

    def _around(self, req: falcon.Request, resp: falcon.Response, section: str) -> Frame:
        resp.set_headers(HEADERS)
        resp.cache_control = ["no-store"]
        return Frame(site=self._site, root=req.root_path, section=section)


_ENDED: Final = (
    "Your session has ended, and nothing was done. Passwords and codes are never kept: give them again."
)
_ENDED_KEPT: Final = (
    "Your session has ended; what you wrote is kept. Sign in, and you are asked whether to carry on with it."
)
_ENDED_LOST: Final = (
    "Your session has ended, and what you sent is too long or of a kind that is not kept. Go back in the "
    "browser and take a copy of it before you sign in."
)


def _read(req: falcon.Request) -> Form | None:
    """The fields of a form, files as text; ``None`` of one that is too long to be kept, or none at all."""
    try:
        return read_form(req, files=MAX_FORM)
    except Problem:
        return None


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
        render_problem(replace(visit.frame, notice=None), problem.status, title, problem.detail).encode(),
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
