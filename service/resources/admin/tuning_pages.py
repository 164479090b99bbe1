"""The pages of the desk about the tuning: the shared draft, and a page for each of its sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from ...tuning.difference import differences
from ...tuning.faults import InvalidTuning, VersionMoved
from ...tuning.model import Synonyms, TuningModel
from ...web.admin.tuning import (
    PATH,
    PER_PAGE,
    SECTIONS,
    WEIGHTS,
    Standing,
    groups_of,
    key_of,
    languages_of,
    lines_of,
)
from ..problems import Problem
from .session import Form, one
from .shell import Action, Page, PageWithForm, Shell, Visit
from .tuning_desk import Desk
from .tuning_edits import Given, NotThere, change_of, errors_of
from .tuning_preview import PreviewPages

Errors = Mapping[str, Sequence[str]]
_SEEN: Final = frozenset({"revision"})
_TYPED: Final[Mapping[str, str]] = {
    "words": "Words",
    "to": "One way only",
    "note": "Note",
    "add": "Added stop words",
    "remove": "Not stop words",
    "texts": "Searches to offer",
    "of": "Category or type",
    "factor": "Factor",
}


class TuningPages:
    """The draft, and what may be changed in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _standing(self) -> Standing:
        return Standing(self._desk.store.published(), self._desk.store.draft())

    # -- pages -----------------------------------------------------------------------------

    def home(self, visit: Visit) -> None:
        """Show what is published, and what the draft changes of it."""
        standing = self._standing()
        visit.page(
            "tuning.html",
            standing=standing,
            sections=SECTIONS,
            current="",
            lines=lines_of(standing.found, self._desk.names(standing.published.model, standing.model)),
            warnings=self._desk.trials.warnings(standing.model),
            counts=_counts(standing.model),
        )

    def section(self, visit: Visit, section: str) -> None:
        """Show a section."""
        if section not in SECTIONS:
            raise Problem(404, "not_found", "There is no such part of the tuning.")
        self._show(visit, section, self._standing(), {}, {})

    def _show(self, visit: Visit, section: str, standing: Standing, given: Given, errors: Errors) -> None:
        """A section; ``given`` is what was typed into its form, and ``errors`` what is wrong with it."""
        visit.page(
            f"tuning_{section.replace('-', '_')}.html",
            standing=standing,
            model=standing.model,
            sections=SECTIONS,
            current=section,
            given=given,
            errors=errors,
            **self._of_section(visit, section, standing, given),
        )

    def _of_section(self, visit: Visit, section: str, standing: Standing, given: Given) -> dict[str, Any]:
        match section:
            case "synonyms":
                return _synonyms(visit, standing, given)
            case "stop-words":
                return {"languages": languages_of(standing.model)}
            case "weights":
                return {"fields": WEIGHTS}
            case "boosts":
                return {"choices": self._desk.trials.knowledge.labels()}
            case _:
                return {}

    # -- what forms do ---------------------------------------------------------------------

    def save(self, visit: Visit, form: Form, section: str) -> tuple[str, str] | None:
        """Bring a change into the draft."""
        if section not in SECTIONS:
            raise Problem(404, "not_found", "There is no such part of the tuning.")
        given = {name: one(form, name) for name in form}
        standing = self._standing()
        try:
            change = change_of(section, given)
            if given.get("revision") != str(standing.revision):
                self._moved(visit, section, given)
                return None
            made = change(standing.model)
            if made == standing.model:
                return _back(section, given), "draft-same"
            self._desk.store.save_draft(made, visit.actor, revision=standing.revision)
        except (VersionMoved, NotThere):
            self._moved(visit, section, given)
            return None
        except InvalidTuning as error:
            visit.resp.status = 422
            self._show(visit, section, standing, given, errors_of(section, error))
            return None
        return _back(section, given), "draft-saved"

    def _moved(self, visit: Visit, section: str, given: Given) -> None:
        """Say that somebody else was quicker, and offer to do it all the same. Nothing typed is lost."""
        standing = self._standing()
        made: TuningModel | None = None
        errors: Errors = {}
        try:
            made = change_of(section, given)(standing.model)
        except NotThere:
            pass
        except InvalidTuning as error:
            errors = errors_of(section, error)
        visit.resp.status = 409
        visit.page(
            "tuning_moved.html",
            standing=standing,
            section=section,
            title=SECTIONS[section],
            there=made is not None,
            lines=lines_of(differences(standing.model, made or standing.model), self._desk.names()),
            errors=errors,
            typed=list(self._typed(section, given)),
            given={name: text for name, text in given.items() if name not in _SEEN},
        )

    def _typed(self, section: str, given: Given) -> Iterator[tuple[str, str]]:
        """What was typed into a form, by what its fields are called."""
        weights = {one.name: one.label for one in WEIGHTS} if section == "weights" else {}
        for name, label in {**_TYPED, **weights}.items():
            if text := given.get(name):
                kind, _, slug = text.partition(":")
                yield label, self._desk.names().label(kind, slug) if name == "of" else text

    def drop(self, visit: Visit, form: Form) -> tuple[str, str] | None:
        """Have no draft any more."""
        text = one(form, "revision")
        revision = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
        try:
            dropped = self._desk.store.drop_draft(visit.actor, revision=revision)
        except VersionMoved:
            standing = self._standing()
            visit.resp.status = 409
            names = self._desk.names(standing.published.model, standing.model)
            visit.page("tuning_kept.html", standing=standing, lines=lines_of(standing.found, names))
            return None
        return PATH, "draft-dropped" if dropped else "no-draft"


def _synonyms(visit: Visit, standing: Standing, given: Given) -> dict[str, Any]:
    text = visit.query.get("q", "")
    key = given.get("key") or visit.query.get("change", "")
    group: Synonyms | None = next(
        (group for group in standing.model.synonyms if key and key_of(group) == key), None
    )
    groups = groups_of(standing, text)
    page = max(visit.number("page") or 1, 1)
    first = (page - 1) * PER_PAGE

    def at(number: int) -> str:
        query = {"q": text} if text else {}
        return visit.frame.to(f"{PATH}/synonyms?{urlencode({**query, 'page': number})}")

    return {
        "text": text,
        "key": key if group else "",
        "group": group,
        "groups": groups[first : first + PER_PAGE],
        "total": len(groups),
        "previous": at(page - 1) if page > 1 else "",
        "next": at(page + 1) if len(groups) > first + PER_PAGE else "",
    }


def _counts(model: TuningModel) -> dict[str, int]:
    """How much there is in each section that is a list."""
    return {
        "synonyms": len(model.synonyms),
        "stop-words": sum(len(words.add) + len(words.remove) for words in model.stop_words.values()),
        "protected": len(model.protected),
        "boosts": len(model.boosts.category) + len(model.boosts.type),
        "popular": len(model.popular),
    }


def _back(section: str, given: Given) -> str:
    lang = given.get("lang", "").strip()
    here = section == "stop-words" and lang.isascii() and lang.isalpha()
    return f"{PATH}/{section}#lang-{lang}" if here else f"{PATH}/{section}"


def routes(desk: Desk, shell: Shell) -> dict[str, Any]:
    """The pages and the forms on them, by path."""
    pages, preview = TuningPages(desk), PreviewPages(desk)
    return {
        PATH: Page(shell, PATH, pages.home),
        f"{PATH}/preview": Page(shell, PATH, preview.show),
        f"{PATH}/publish": Action(shell, PATH, preview.publish),
        f"{PATH}/drop": Action(shell, PATH, pages.drop),
        f"{PATH}/{{section}}": PageWithForm(shell, PATH, pages.section, pages.save),
    }
