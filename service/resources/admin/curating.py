"""``/admin/curation``: the rules that pin, hide and redirect, and the answer that each of them makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from urllib.parse import urlencode

from msgspec.structs import replace

from indexer.errors import BroadsheetError, IndexDamaged, NoIndex, QueryError

from ...analytics.privacy import normal
from ...search.request import Hit, SearchRequest
from ...tuning import editing, ruling
from ...tuning.faults import InvalidTuning, VersionMoved
from ...tuning.limits import MAX_POSITION
from ...tuning.model import Match, Rule, TuningModel
from ...tuning.store import Version
from ...web.admin.curation import (
    MATCHES,
    PATH,
    RuleView,
    count_of,
    faults_by_field,
    handle,
    path_of,
    rule_row,
    rule_rows,
    rule_view,
    sentences,
    since_in_words,
)
from ...web.admin.notices import PARAMETER
from ...web.admin.queries import search_link
from ..problems import Problem
from .drafting import Bench, Drafts
from .finding import Finder
from .numbers import read_whole
from .session import Form, one
from .shell import PageWithForm, Shell, Visit

if TYPE_CHECKING:
    from ...app import Parts

LOOKED_BACK: Final = 10  # versions; each is read, and may be a megabyte
SHOWN: Final = 20  # hits of a rule's answer; who pins further down than that has written a page
_ON_RULE: Final[Mapping[str, Callable[[Rule, str], Rule]]] = {
    "unpin": ruling.unpinned,
    "hide": ruling.hidden,
    "unhide": ruling.unhidden,
}
_DONE: Final[Mapping[str, str]] = {
    "pin": "pinned",
    "move": "rule-moved",
    "unpin": "unpinned",
    "hide": "hidden",
    "unhide": "unhidden",
}


class CurationPages:
    """The list of rules, the page of one, and what their forms do."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._drafts = Drafts(parts.versions)
        self._finder = Finder(parts.engine, parts.desk)

    def _today(self) -> str:
        return self._parts.today().isoformat()

    # -- the list --------------------------------------------------------------------------

    def index(self, visit: Visit) -> None:
        """Show the rules."""
        self._list(visit, self._drafts.bench())

    def _list(self, visit: Visit, bench: Bench, given: Form | None = None, error: str = "") -> None:
        text = visit.query.get("q", "").strip()
        rows = rule_rows(bench.model.rules, bench.published.rules, self._today(), text)
        query = one(given or {}, "query") or visit.query.get("query", "")
        visit.page(
            "curation.html",
            there=rule_rows(_rules_of(bench.model, query), bench.published.rules, self._today()),
            refused=given is not None,
            bench=bench,
            rows=rows,
            text=text,
            said=count_of(rows, len(bench.model.rules), text),
            matches=MATCHES,
            query=query,
            match=one(given or {}, "match") or "exact",
            error=error,
        )

    def on_list(self, visit: Visit, form: Form) -> tuple[str, str]:
        """Do what a form of the list asks."""
        name = one(form, "name")
        match one(form, "do"):
            case "make":
                return self._make(visit, form)
            case "pin" | "hide" as what:
                return self._curate(visit, form, what)
            case "move":
                to = _number(one(form, "to"), 1, 10_000) - 1
                return self._on_list(visit, form, lambda m: editing.move_rule(m, name, to), "rule-moved")
            case "enable" | "disable" as what:
                enabled = what == "enable"
                return self._on_list(
                    visit,
                    form,
                    lambda m: _with_rule(m, name, lambda rule: replace(rule, enabled=enabled)),
                    "rule-on" if enabled else "rule-off",
                )
            case "remove":
                return self._on_list(visit, form, lambda m: editing.remove_rule(m, name), "rule-removed")
        raise _unknown_action()

    def _on_list(
        self, visit: Visit, form: Form, change: Callable[[TuningModel], TuningModel], word: str
    ) -> tuple[str, str]:
        try:
            self._drafts.change(visit, form, change)
        except VersionMoved as error:
            return self._drafts.show_conflict(visit, form, error, PATH)
        except KeyError as error:
            raise _no_rule(one(form, "name")) from error
        except InvalidTuning as error:
            raise Problem(422, "invalid_tuning", str(error)) from error
        return PATH, word

    def _make(self, visit: Visit, form: Form) -> tuple[str, str]:
        query = one(form, "query").strip()
        match = cast("Match", one(form, "match")) if one(form, "match") in MATCHES else "exact"
        known = self._drafts.bench()
        if "anyway" not in form and _rules_of(known.model, query):
            visit.resp.status = 422
            self._list(visit, known, form, "There is a rule for this query already.")
            return "", ""
        try:
            bench = self._drafts.change(visit, form, lambda m: editing.make_rule(m, query, match=match))
        except VersionMoved as error:
            return self._drafts.show_conflict(visit, form, error, PATH)
        except InvalidTuning as error:
            detail = error.faults[0].detail
            visit.resp.status = 422
            self._list(visit, self._drafts.bench(), form, f"{detail[:1].upper()}{detail[1:]}.")
            return "", ""
        return path_of(bench.model.rules[0].name), "rule-made"

    def _curate(self, visit: Visit, form: Form, what: Literal["pin", "hide"]) -> tuple[str, str]:
        """Pin or hide an article for the very query that was searched for."""
        query, article = one(form, "query"), one(form, "article")
        place = _number(one(form, "to"), 1, MAX_POSITION) if what == "pin" else 0
        before = editing.rule_for(self._drafts.bench().model, query)
        name = self._called(before, article) if before else article

        def change(model: TuningModel) -> TuningModel:
            if what == "pin":
                return editing.pin(model, query, name, place)
            return editing.hide(model, query, name)

        try:
            bench = self._drafts.change(visit, form, change)
        except VersionMoved as error:
            return self._drafts.show_conflict(visit, form, error, PATH)
        except InvalidTuning as error:
            raise Problem(422, "invalid_tuning", str(error)) from error
        made = editing.rule_for(bench.model, query)
        if made is None:
            return PATH, _DONE[what]
        way = {"undo": name, "made": "0" if before else "1"}
        # Where that is not all that was changed, such as other pins that made room, nothing is offered.
        back = ruling.unpinned if what == "pin" else ruling.unhidden
        exact = before is None or back(made, name) == before
        return f"{path_of(made.name)}{f'?{urlencode(way)}' if exact else ''}", _DONE[what]

    # -- one rule --------------------------------------------------------------------------

    def one(self, visit: Visit, name: str) -> None:
        """Show a rule with its answer."""
        bench = self._drafts.bench()
        rule = _rule_of(bench.model, name)
        self._one(visit, bench, rule, rule)

    def _one(
        self,
        visit: Visit,
        bench: Bench,
        rule: Rule,
        given: Rule,
        errors: Mapping[str, str] = {},
        complaints: tuple[str, ...] = (),
    ) -> None:
        place = editing.rule_at(bench.model, rule.name) + 1
        row = rule_row(rule, place, bench.published.rules, self._today())
        wanted = visit.query.get("find", "").strip()
        view, problem = self._answer(bench.model, rule)
        visit.page(
            "rule.html",
            bench=bench,
            rule=rule,
            row=row,
            since=self._since(rule) if row.in_force else "",
            queries={other.name: other.query for other in bench.model.rules},
            lead=" ".join(sentences(rule)),
            given=given,
            errors=errors,
            complaints=complaints,
            matches=MATCHES,
            view=view,
            problem=problem,
            wanted=wanted,
            found=self._finder.find(wanted) if wanted else (),
            most=MAX_POSITION,
            path=path_of(rule.name),
            undo=self._undo(visit, rule),
        )

    def _undo(self, visit: Visit, rule: Rule) -> Mapping[str, str]:
        """What the button sends that undoes what was just done at the desk's search; nothing without that."""
        done = {_DONE[what]: back for what, back in (("pin", "unpin"), ("hide", "unhide"))}
        back, name = done.get(visit.query.get(PARAMETER, "")), visit.query.get("undo", "")
        if not back or not (name in rule.hide if back == "unhide" else ruling.place_of(rule, name)):
            return {}
        return {"do": back, "article": name, "undo": visit.query.get("made", "0")}

    def _since(self, rule: Rule) -> str:
        """Since when a rule that is in force has been so, as far back as is looked."""
        found: Version | None = None
        for version in self._parts.versions.history(LOOKED_BACK):
            if rule not in self._parts.versions.version(version.number).model.rules:
                return since_in_words(rule, found)
            found = version
        return since_in_words(rule, found if found and not found.parent else None)

    def _answer(self, model: TuningModel, rule: Rule) -> tuple[RuleView, str]:
        """The answer to the rule's query under the draft, as while the rule is in force."""
        forced = editing.put_rule(model, replace(rule, enabled=True, from_="", to=""), rule.name)
        engine = self._parts.engine.under(self._parts.tuning.compiled(forced))
        request = SearchRequest(rule.query, per_page=SHOWN, facets=())
        hits: tuple[Hit, ...] = ()
        total, problem, placed = 0, "", {}
        try:
            result = engine.search(request)
            hits, total = tuple(result.hits), result.total
            placed = engine.examine(request).pinned
        except (NoIndex, IndexDamaged):
            problem = "There is no index to ask yet."
        except (QueryError, BroadsheetError) as error:
            problem = f"The query cannot be asked: {error}."
        view = rule_view(rule, hits, total, placed, self._parts.engine.identify, self._finder.describe)
        return view, problem

    def on_one(self, visit: Visit, form: Form, name: str) -> tuple[str, str]:
        """Do what a form of a rule's page asks."""
        what = one(form, "do")
        rule = _rule_of(self._drafts.bench().model, name)
        if what == "save":
            return self._save(visit, form, rule)
        article, to = one(form, "article"), one(form, "to")
        if what == "remove":
            return self._on_list(visit, form, lambda m: editing.remove_rule(m, rule.name), "rule-removed")
        if what not in _DONE or not article.strip():
            raise _unknown_action()

        def change(old: Rule) -> Rule:
            called = self._called(old, article)
            if what in _ON_RULE:
                return _ON_RULE[what](old, called)
            place = _number(to, 1, MAX_POSITION)
            return (ruling.moved if what == "move" else ruling.pinned)(old, called, place)

        return self._on_rule(visit, form, rule, change, _DONE[what])

    def _on_rule(
        self, visit: Visit, form: Form, rule: Rule, change: Callable[[Rule], Rule], word: str
    ) -> tuple[str, str]:
        def change_all(model: TuningModel) -> TuningModel:
            changed = _with_rule(model, rule.name, change)
            made = one(form, "undo") == "1" and ruling.is_idle(_rule_of(changed, handle(rule.name)))
            return editing.remove_rule(changed, rule.name) if made else changed

        try:
            self._drafts.change(visit, form, change_all)
        except VersionMoved as error:
            return self._drafts.show_conflict(visit, form, error, path_of(rule.name))
        except KeyError as error:
            raise _no_rule(rule.name) from error
        except InvalidTuning as error:
            self._refuse(visit, rule, rule, error)
            return "", ""
        if one(form, "undo"):
            return search_link(rule.query), "undone"
        return f"{path_of(rule.name)}#answer", word

    def _save(self, visit: Visit, form: Form, rule: Rule) -> tuple[str, str]:
        given = _given(form, rule)

        def change(old: Rule) -> Rule:
            return replace(given, pin=old.pin, hide=old.hide)

        try:
            self._drafts.change(visit, form, lambda m: _with_rule(m, rule.name, change))
        except VersionMoved as error:
            return self._drafts.show_conflict(visit, form, error, path_of(rule.name))
        except InvalidTuning as error:
            self._refuse(visit, rule, given, error)
            return "", ""
        return path_of(given.name), "rule-saved"

    def _refuse(self, visit: Visit, rule: Rule, given: Rule, error: InvalidTuning) -> None:
        bench = self._drafts.bench()
        at = f"rules[{editing.rule_at(bench.model, rule.name)}]"
        errors, others = faults_by_field([(fault.path, fault.detail) for fault in error.faults], at)
        visit.resp.status = 422
        self._one(visit, bench, rule, given, errors, tuple(others))

    def _called(self, rule: Rule, article: str) -> str:
        """What a rule calls an article: the address that it names it by, or what was given."""
        wanted = self._parts.engine.identify(article) or article
        names = (*(pin.article for pin in rule.pin), *rule.hide)
        return next((name for name in names if self._parts.engine.identify(name) == wanted), article)


def _with_rule(model: TuningModel, name: str, change: Callable[[Rule], Rule]) -> TuningModel:
    at = editing.rule_at(model, name)
    return editing.put_rule(model, change(model.rules[at]), name)


def _rules_of(model: TuningModel, query: str) -> tuple[Rule, ...]:
    """The rules that are for a query already, as people compare texts."""
    wanted = normal(query)
    return tuple(rule for rule in model.rules if wanted and normal(rule.query) == wanted)


def _given(form: Form, rule: Rule) -> Rule:
    """The rule as a form says it is to be."""
    match = one(form, "match")
    return replace(
        rule,
        name=one(form, "name").strip(),
        query=one(form, "query").strip(),
        match=cast("Match", match) if match in MATCHES else rule.match,
        from_=one(form, "from").strip(),
        to=one(form, "to").strip(),
        redirect=one(form, "redirect").strip(),
        note=one(form, "note").replace("\r\n", "\n").strip(),
        enabled="enabled" in form,
    )


def _rule_of(model: TuningModel, name: str) -> Rule:
    """The rule of a handle.

    Raises:
        Problem: 404, there is none.
    """
    found = next((rule for rule in model.rules if handle(rule.name) == name), None)
    if found is None:
        raise _no_rule(name)
    return found


def _number(text: str, low: int, high: int) -> int:
    """A place as a form gives it; one outside is the nearest inside."""
    try:
        return min(max(read_whole(text), low), high)
    except ValueError:
        raise Problem(400, "invalid_parameter", "A place is a whole number.") from None


def _no_rule(name: str) -> Problem:
    detail = f"There is no rule {name[:60]!r} in the draft. It may have been removed."
    return Problem(404, "not_found", detail)


def _unknown_action() -> Problem:
    return Problem(400, "invalid_parameter", "The form asks for nothing that can be done here.")


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The pages, by path."""
    pages = CurationPages(parts)
    return {
        PATH: PageWithForm(shell, PATH, pages.index, pages.on_list),
        f"{PATH}/{{name}}": PageWithForm(shell, PATH, pages.one, pages.on_one),
    }
