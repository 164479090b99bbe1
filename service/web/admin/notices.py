"""What is said at the head of a page after something was done, by a word in its address.

An address says only which of these sentences to show: nobody can send an administrator a link that puts words
into the desk's mouth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

PARAMETER: Final = "done"

Tone = Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and whether it tells of something done or of something that could not be."""

    text: str
    tone: Tone = "good"


NOTICES: Final[Mapping[str, Notice]] = {
    "not-yours": Notice("What was sent here before is another administrator's, and is kept from you.", "bad"),
    "reread": Notice("The page will be read again in a moment. Its task is below."),
    "restoring": Notice(
        "The page will be read again, and its article comes back with it. Its task is below."
    ),
    "removed": Notice("The article is removed. Searches follow within a second."),
    "not-there": Notice("There is no such article any more.", "bad"),
    "started": Notice("The work is in the queue. This page follows it."),
    "cancelled": Notice("The task is cancelled. What was accepted before stays accepted."),
    "too-late": Notice("The task had begun already, so it was not cancelled.", "bad"),
    "no-source": Notice("Nothing was started: choose at least one source, or make the index anew.", "bad"),
    "rolled-back": Notice("The generation before is live again. Searches answer from it now."),
    "busy": Notice(
        "Somebody else is writing to the index. Nothing was changed; try again in a moment.", "bad"
    ),
    "no-generation": Notice(
        "There is no generation to go back to, or it was made from another catalog. Nothing was changed.",
        "bad",
    ),
    "draft-saved": Notice("It is in the draft. Nobody sees it before the draft is published."),
    "draft-same": Notice("Nothing was changed: the draft says so already."),
    "draft-dropped": Notice("The draft is dropped. What is published is as it was."),
    "no-draft": Notice("There is no draft any more. Nothing was changed.", "bad"),
    "published": Notice("It is published. Every answer follows within a second."),
    "restored": Notice("The earlier version is published again. Every answer follows within a second."),
    "restored-same": Notice("Nothing was changed: what is published says the same already."),
    "imported": Notice("The file is the draft now. Look at what it changes, then publish it or drop it."),
    "fix-drafted": Notice("The change is in the draft. Nobody is answered by it before it is published."),
    "fix-there": Notice("The draft has that change already. Nothing was written."),
    "fix-moved": Notice("Somebody else changed the draft at the same moment. Try again.", "bad"),
    "rule-made": Notice("The rule is in the draft. Say what it does: pin, hide, or lead elsewhere."),
    "rule-saved": Notice("The rule is saved in the draft."),
    "rule-moved": Notice("Moved, in the draft."),
    "rule-on": Notice("The rule is switched on, in the draft."),
    "rule-off": Notice("The rule is switched off, in the draft."),
    "rule-removed": Notice("The rule is removed from the draft."),
    "pinned": Notice("The article is pinned, in the draft."),
    "unpinned": Notice("The article stands where the search puts it again, in the draft."),
    "undone": Notice("Undone: the draft has it no more."),
    "hidden": Notice("The article is hidden, in the draft."),
    "unhidden": Notice("The article is hidden no more, in the draft."),
    "marked": Notice("The mark is kept."),
    "unmarked": Notice("The mark is taken back."),
    "revoked": Notice("The key is revoked. Programs that use it are refused within a second."),
    "set-made": Notice("The set is kept."),
    "set-removed": Notice("The set is removed. What was measured with it is kept."),
    "evaluated": Notice("The questions were asked. What was measured is in the charts."),
    "damaged": Notice("The generation before is damaged. Nothing was changed.", "bad"),
}


def notice_of(word: str) -> Notice | None:
    """The notice of a word; ``None`` for a word that is none."""
    return NOTICES.get(word)
