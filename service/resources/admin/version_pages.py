"""The pages of the desk about versions: their history, one, two compared, and the tuning as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from ...tuning.difference import differences
from ...tuning.faults import InvalidTuning, NoVersion, VersionMoved
from ...tuning.knowing import Names
from ...tuning.limits import MAX_BYTES, MAX_NOTE
from ...tuning.model import TuningModel
from ...tuning.store import Published, Version
from ...tuning.toml import from_toml, to_toml
from ...web.admin.preview import Trial
from ...web.admin.tuning import Standing, lines_of, moved_in_words, sentence_of
from ...web.admin.versions import DRAFT, PATH, PER_PAGE, PUBLISHED, VersionRow, file_lines, version_row
from ..problems import Problem
from .bodies import TOML
from .session import Form, one
from .shell import Action, Page, PageWithForm, Shell, Visit
from .tuning_desk import Desk, heading_of, version_of
from .tuning_preview import own_queries, try_out, whole

COMPARED: Final = 200  # versions to choose from, newest first; the address takes any


class VersionPages:
    """Every version, and what may be done with one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store

    def _standing(self) -> Standing:
        return Standing(self._store.published(), self._store.draft())

    def _version(self, name: str) -> Published:
        try:
            return self._store.version(version_of(name))
        except NoVersion as error:
            raise Problem(404, "no_version", f"There is no version {name[:20]!r}.") from error

    # -- history ---------------------------------------------------------------------------

    def history(self, visit: Visit) -> None:
        """List the versions, newest first."""
        before = visit.number("before")
        found = self._store.history(PER_PAGE + 1, before)
        shown = found[:PER_PAGE]
        standing, numbers, names = self._standing(), self._numbers(), self._desk.names()
        second_newest = str(numbers[1]) if len(numbers) > 1 else "0"
        onward = f"{PATH}?before={shown[-1].number}" if len(found) > PER_PAGE else ""
        visit.page(
            "versions.html",
            standing=standing,
            first=PUBLISHED if standing.draft else second_newest,
            second=DRAFT if standing.draft else PUBLISHED,
            rows=[self._row(version, names) for version in shown],
            numbers=numbers,
            previous=visit.frame.to(PATH) if before else "",
            next=visit.frame.to(onward) if onward else "",
        )

    def _row(self, version: Version, names: Names) -> VersionRow:
        before, after = (self._store.version(number).model for number in (version.parent, version.number))
        return version_row(version, before, after, names.about(before, after))

    def _numbers(self) -> list[int]:
        return [version.number for version in self._store.history(COMPARED)]

    # -- one -------------------------------------------------------------------------------

    def one(self, visit: Visit, number: str) -> None:
        """Show a version: what it changed, and what it would change if it were published again."""
        self._show(visit, number)

    def _show(self, visit: Visit, number: str, note: str = "", complaint: str = "", moved: str = "") -> None:
        found, standing = self._version(number), self._standing()
        changes = differences(standing.published.model, found.model)
        parent = self._store.version(found.version.parent).model
        trial: Trial | str = ""
        if changes:
            trial = try_out(self._desk, visit, standing.published.model, found.model)
        visit.page(
            "version.html",
            version=found.version,
            standing=standing,
            changed=lines_of(differences(parent, found.model), self._desk.names(parent, found.model)),
            lines=lines_of(changes, self._desk.names(standing.published.model, found.model)),
            warnings=self._desk.trials.warnings(found.model),
            path=f"{PATH}/{found.version.number}",
            typed="\n".join(own_queries(visit)),
            trial=None if isinstance(trial, str) else trial,
            outlook=trial,
            most=MAX_NOTE,
            note=note,
            complaint=complaint,
            moved=moved,
        )

    def restore(self, visit: Visit, form: Form, number: str) -> tuple[str, str] | None:
        """Put a version's model into force again, as a new version."""
        note, before = one(form, "note").strip(), self._store.published()
        wanted = self._version(number).version.number
        try:
            made = self._store.restore(wanted, visit.actor, note=note, base=whole(form, "base"))
        except VersionMoved as error:
            visit.resp.status = 409
            self._show(visit, number, note, moved=moved_in_words(error))
            return None
        except InvalidTuning as error:
            visit.resp.status = 422
            self._show(visit, number, note, complaint=" ".join(map(sentence_of, error.faults)))
            return None
        self._desk.told(made, before.model)
        same = made.version.number == before.version.number
        return PATH, "restored-same" if same else "restored"

    # -- two -------------------------------------------------------------------------------

    def compare(self, visit: Visit) -> None:
        """Show what two versions differ in."""
        first, second = visit.query.get("from") or PUBLISHED, visit.query.get("to") or DRAFT
        before, after = self._model(first), self._model(second)
        visit.page(
            "versions_compared.html",
            first=first,
            second=second,
            lines=lines_of(differences(before, after), self._desk.names(before, after)),
            file=file_lines(before, after),
            numbers=self._numbers(),
            standing=self._standing(),
        )

    def _model(self, name: str) -> TuningModel:
        if name == PUBLISHED:
            return self._store.published().model
        if name == DRAFT:
            draft = self._store.draft()
            if draft is None:
                raise Problem(404, "no_draft", "There is no draft.")
            return draft.model
        return self._version(name).model

    # -- files -----------------------------------------------------------------------------

    def file(self, visit: Visit, number: str) -> None:
        """Give the tuning as a file, to be kept."""
        model = self._model(number)
        said = (
            heading_of(self._version(number))
            if number not in (DRAFT, PUBLISHED)
            else [f"The {number} tuning"]
        )
        shown = number if number in (DRAFT, PUBLISHED) else f"version-{version_of(number)}"
        visit.resp.content_type = f"{TOML}; charset=utf-8"
        visit.resp.downloadable_as = f"tuning-{shown}.toml"
        visit.resp.data = to_toml(model, said).encode()

    def import_form(self, visit: Visit) -> None:
        """Show where a file is brought in."""
        self._import_page(visit, "", ())

    def bring_in(self, visit: Visit, form: Form) -> tuple[str, str] | None:
        """Make the draft of a file, or say what is wrong with it, line by line."""
        text = one(form, "file") or one(form, "text")
        revision = whole(form, "revision")
        if not text.strip():
            self._refused(visit, text, ("Choose a file, or put its text into the field.",))
            return None
        if self._standing().found and one(form, "replace") != "1":
            self._refused(visit, text, ("There is a draft. Say below that the file is to replace it.",))
            return None
        try:
            model = from_toml(text)
            self._store.save_draft(
                model, visit.actor, revision=revision, base=self._store.published().version.number
            )
        except InvalidTuning as error:
            self._refused(visit, text, tuple(f"{_placed(str(fault))}" for fault in error.faults))
            return None
        except VersionMoved as error:
            self._refused(
                visit, text, (Markup("{} Nothing was changed.").format(moved_in_words(error)),), 409
            )
            return None
        return "/admin/tuning/preview", "imported"

    def _refused(self, visit: Visit, text: str, faults: tuple[str, ...], status: int = 422) -> None:
        visit.resp.status = status
        self._import_page(visit, text, faults)

    def _import_page(self, visit: Visit, text: str, faults: tuple[str, ...]) -> None:
        standing = self._standing()
        visit.page(
            "versions_import.html",
            standing=standing,
            lines=lines_of(standing.found, self._desk.names(standing.published.model, standing.model)),
            text=text,
            faults=faults,
            most=MAX_BYTES,
        )


def _placed(said: str) -> str:
    """A fault as a sentence; ``line 3: synonyms[0].words: is empty`` begins with where it stands."""
    return f"{said[:1].upper()}{said[1:]}."


def routes(desk: Desk, shell: Shell) -> Mapping[str, Any]:
    """The pages and the forms on them, by path."""
    pages = VersionPages(desk)
    return {
        PATH: Page(shell, PATH, pages.history),
        f"{PATH}/compare": Page(shell, PATH, pages.compare),
        f"{PATH}/import": PageWithForm(shell, PATH, pages.import_form, pages.bring_in),
        f"{PATH}/{{number}}": Page(shell, PATH, pages.one),
        f"{PATH}/{{number}}/file": Page(shell, PATH, pages.file),
        f"{PATH}/{{number}}/restore": Action(shell, PATH, pages.restore),
    }
