"""The desk's preview of the draft, and its publishing."""

from __future__ import annotations

from typing import Final

from indexer.errors import IndexDamaged, NoIndex

from ...tuning.faults import InvalidTuning, NoVersion, VersionMoved
from ...tuning.limits import MAX_NOTE
from ...tuning.model import TuningModel
from ...tuning.preview import PreviewBusy
from ...web.admin.preview import Trial, outlook_in_words, trial_of
from ...web.admin.tuning import PATH, Standing, lines_of, moved_in_words, sentence_of
from .session import Form, one
from .shell import Visit
from .tuning_desk import Desk
from .tuning_edits import lines

MAX_OWN: Final = 50  # queries of one's own in a preview; an address holds no more


def own_queries(visit: Visit) -> tuple[str, ...]:
    """The queries that somebody has typed, one a line."""
    return lines(visit.query.get("own", ""))[:MAX_OWN]


def try_out(desk: Desk, visit: Visit, before: TuningModel, after: TuningModel) -> Trial | str:
    """Try what the address asks for. When it does not ask yet, which a page's script then does, what is about
    to be done.
    """
    if "run" not in visit.query:
        return outlook_in_words(desk.trials.outlook(before, after, own_queries(visit)))
    try:
        report = desk.trials.preview(before, after, own_queries(visit))
        return trial_of(report, desk.names(before, after))
    except PreviewBusy:
        visit.resp.status = 503
        return Trial(busy=True)
    except (NoIndex, IndexDamaged):
        return Trial(headline="There is no index to try it on at the moment.")


class PreviewPages:
    """What the draft would change for visitors; then it is published, or dropped."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, visit: Visit) -> None:
        """Show what the draft changes."""
        self._show(visit)

    def _show(self, visit: Visit, note: str = "", complaint: str = "", moved: str = "") -> None:
        desk = self._desk
        standing = Standing(desk.store.published(), desk.store.draft())
        trial: Trial | str = ""
        if standing.found:
            trial = try_out(desk, visit, standing.published.model, standing.model)
        visit.page(
            "tuning_preview.html",
            standing=standing,
            lines=lines_of(standing.found, desk.names(standing.published.model, standing.model)),
            warnings=desk.trials.warnings(standing.model),
            typed="\n".join(own_queries(visit)),
            trial=None if isinstance(trial, str) else trial,
            outlook=trial,
            path=f"{PATH}/preview",
            most=MAX_NOTE,
            note=note,
            complaint=complaint,
            moved=moved,
        )

    def publish(self, visit: Visit, form: Form) -> tuple[str, str] | None:
        """Put the draft into force."""
        desk, note = self._desk, one(form, "note").strip()
        before = desk.store.published()
        try:
            made = desk.store.publish_draft(
                visit.actor, note=note, revision=whole(form, "revision"), base=whole(form, "base")
            )
        except NoVersion:
            return PATH, "no-draft"
        except VersionMoved as error:
            visit.resp.status = 409
            self._show(visit, note, moved=moved_in_words(error))
            return None
        except InvalidTuning as error:
            visit.resp.status = 422
            self._show(visit, note, complaint=" ".join(map(sentence_of, error.faults)))
            return None
        desk.told(made, before.model)
        return "/admin/versions", "published"


def whole(form: Form, name: str) -> int | None:
    """The whole number of a hidden field."""
    text = one(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
