"""``/admin/judgements``: sets of judgements, in and out as files, and what is measured with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.errors import ConfigurationError
from indexer.evaluation import judgements_of, questions_of

from ...tuning.faults import NoVersion
from ...tuning.judging import InvalidJudgements, Judged, JudgementStore, NoSet, as_files, from_files
from ...tuning.store import TuningStore
from ...tuning.trying import TooManyQuestions, Trials
from ...web.admin.judgements import COLUMNS, PATH, PER_PAGE, asked_rows, charts_of, path_of, version_of
from ..problems import Problem
from .finding import Finder
from .session import Form, one
from .shell import Page, PageWithForm, Shell, Visit

if TYPE_CHECKING:
    from ...app import Parts

HITS: Final = 10  # of an evaluation, unless told otherwise: what a page of results shows
MOST_HITS: Final = 100
CHOICES: Final = 50  # versions to choose from
_FILES: Final = ("questions.jsonl", "judgements.tsv")


class JudgementPages:
    """The list of sets, the page of one, and what their forms do."""

    def __init__(
        self, judgements: JudgementStore, versions: TuningStore, trials: Trials, finder: Finder
    ) -> None:
        self._judgements = judgements
        self._versions = versions
        self._trials = trials
        self._finder = finder

    # -- the list --------------------------------------------------------------------------

    def index(self, visit: Visit) -> None:
        """Show the sets."""
        self._list(visit, {})

    def _list(self, visit: Visit, given: Form, error: tuple[str, str] = ("", "")) -> None:
        latest = {one.set_name: one for one in reversed(self._judgements.measured(limit=1_000))}
        visit.page(
            "judgements.html",
            sets=[(known, latest.get(known.name)) for known in self._judgements.all()],
            given={name: one(given, name) for name in ("name", "note", "questions", "judgements")},
            error=error,
            version_of=version_of,
        )

    def on_list(self, visit: Visit, form: Form) -> tuple[str, str]:
        """Make a set of two files, or of what was pasted; or remove one."""
        name = one(form, "name").strip()
        if one(form, "do") == "remove":
            return self._drop(visit, name)
        try:
            known = {item.name for item in self._judgements.all()}
            if name in known and "replace" not in form:
                raise _Refused("name", "There is a set of this name: tick that it is to be replaced.")
            self._judgements.write(name, _judged(form), visit.actor, one(form, "note").strip())
        except _Refused as error:
            return self._refuse(visit, form, error.field, str(error))
        except InvalidJudgements as error:
            fault = error.faults[0]
            field = fault.path if fault.path in ("name", "note") else "questions"
            said = f"{fault.path}: {fault.detail}" if field == "questions" else fault.detail
            return self._refuse(visit, form, field, f"{said[:1].upper()}{said[1:]}.")
        return path_of(name), "set-made"

    def _refuse(self, visit: Visit, form: Form, field: str, said: str) -> tuple[str, str]:
        visit.resp.status = 422
        self._list(visit, form, (field, said))
        return "", ""

    def _drop(self, visit: Visit, name: str) -> tuple[str, str]:
        try:
            self._judgements.drop(name, visit.actor)
        except NoSet as error:
            raise _no_set(name) from error
        return PATH, "set-removed"

    # -- one set ---------------------------------------------------------------------------

    def one(self, visit: Visit, set_name: str) -> None:
        """Show a set with what was measured."""
        self._one(visit, set_name)

    def _one(self, visit: Visit, name: str, error: str = "") -> None:
        judged = self._read(name)
        text = visit.query.get("q", "").strip()
        wanted = text.casefold()
        found = [item for item in judged if wanted in item.text.casefold() or wanted == item.id.casefold()]
        at = max(visit.number("from") or 0, 0)
        measured = self._judgements.measured(name)
        visit.page(
            "judgement_set.html",
            name=name,
            path=path_of(name),
            questions=len(judged),
            grades=sum(len(item.grades) for item in judged),
            rows=asked_rows(found[at : at + PER_PAGE], self._finder.describe),
            text=text,
            at=at,
            found=len(found),
            per_page=PER_PAGE,
            charts=charts_of(measured),
            columns=COLUMNS,
            measured=measured[:PER_PAGE],
            version_of=version_of,
            versions=self._versions.history(CHOICES),
            hits=HITS,
            most=MOST_HITS,
            error=error,
        )

    def on_one(self, visit: Visit, form: Form, set_name: str) -> tuple[str, str]:
        """Evaluate, change a mark, or remove the set."""
        match one(form, "do"):
            case "evaluate":
                return self._evaluate(visit, form, set_name)
            case "mark":
                self._read(set_name)
                grade = grade_of(form)
                mark(self._judgements, visit, set_name, one(form, "text"), one(form, "article"), grade)
                return f"{path_of(set_name)}#questions", told_of(grade)
            case "remove":
                return self._drop(visit, set_name)
        raise Problem(400, "invalid_parameter", "The form asks for nothing that can be done here.")

    def _evaluate(self, visit: Visit, form: Form, name: str) -> tuple[str, str]:
        self._read(name)
        try:
            version = _version(self._versions, one(form, "version"))
            self._trials.evaluate(name, version, _hits(one(form, "limit")), visit.actor)
        except (TooManyQuestions, NoVersion, ValueError) as error:
            said = str(error)
        except ConfigurationError:
            said = "No question of the set has an article that is marked good."
        else:
            return f"{path_of(name)}#measured", "evaluated"
        visit.resp.status = 422
        self._one(visit, name, f"Nothing was measured. {said[:1].upper()}{said[1:].rstrip('.')}.")
        return "", ""

    def _read(self, name: str) -> list[Judged]:
        try:
            return list(self._judgements.read(name))
        except NoSet as error:
            raise _no_set(name) from error

    # -- files -----------------------------------------------------------------------------

    def questions(self, visit: Visit, set_name: str) -> None:
        """Send the file of the questions."""
        self._send(visit, set_name, 0, "application/jsonl; charset=utf-8")

    def grades(self, visit: Visit, set_name: str) -> None:
        """Send the file of the judgements."""
        self._send(visit, set_name, 1, "text/tab-separated-values; charset=utf-8")

    def _send(self, visit: Visit, name: str, which: int, kind: str) -> None:
        text = as_files(self._read(name))[which]
        visit.resp.content_type = kind
        visit.resp.downloadable_as = f"{name}-{_FILES[which]}"
        visit.resp.data = text.encode()


class _Refused(Exception):
    """What a form says cannot be taken; ``field`` is the one that is to be corrected."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


def _judged(form: Form) -> list[Judged]:
    """A set from the two files of a form, or from what was pasted where there are none."""
    asked = one(form, "questions_file") or one(form, "questions")
    known = one(form, "judgements_file") or one(form, "judgements")
    try:
        questions = questions_of(asked, "line")
    except ConfigurationError as error:
        raise _Refused("questions", f"{str(error).capitalize()}.") from error
    try:
        grades = judgements_of(known, "line")
    except ConfigurationError as error:
        raise _Refused("judgements", f"{str(error).capitalize()}.") from error
    unknown = sorted(grades.keys() - {question.id for question in questions})
    if unknown:
        said = f"There is no question {unknown[0][:60]!r} among the questions."
        raise _Refused("judgements", said)
    return from_files(questions, grades)


def mark(
    judgements: JudgementStore, visit: Visit, name: str, text: str, article: str, grade: int | None
) -> None:
    """Keep a person's mark.

    Raises:
        Problem: 422, it cannot be kept.
    """
    try:
        judgements.mark(name, text, article, grade, visit.actor)
    except InvalidJudgements as error:
        raise Problem(422, "invalid_judgements", f"The mark was not kept: {error}.") from error


def grade_of(form: Form) -> int | None:
    """The grade that a form gives; ``None`` takes one away."""
    text = one(form, "grade")
    if text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise Problem(400, "invalid_parameter", "A grade is a whole number.")
    return int(text)


def told_of(grade: int | None) -> str:
    """The notice after a mark."""
    return "unmarked" if grade is None else "marked"


def _version(versions: TuningStore, text: str) -> Any:
    if text == "":
        return versions.published()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("a version is a whole number")
    return versions.version(int(text))


def _hits(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST_HITS):
        raise ValueError(f"the number of hits is a whole number from 1 to {MOST_HITS}")
    return int(text)


def _no_set(name: str) -> Problem:
    return Problem(404, "no_judgements", f"There is no set of judgements {name[:64]!r}.")


def routes(parts: Parts, trials: Trials, shell: Shell) -> dict[str, Any]:
    """The pages, by path."""
    finder = Finder(parts.engine, parts.desk)
    pages = JudgementPages(parts.judgements, parts.versions, trials, finder)
    return {
        PATH: PageWithForm(shell, PATH, pages.index, pages.on_list),
        f"{PATH}/{{set_name}}": PageWithForm(shell, PATH, pages.one, pages.on_one),
        f"{PATH}/{{set_name}}/{_FILES[0]}": Page(shell, PATH, pages.questions),
        f"{PATH}/{{set_name}}/{_FILES[1]}": Page(shell, PATH, pages.grades),
    }
