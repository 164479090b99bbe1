"""Queries that found nothing or too little: why, in words, and what can be done about each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...tuning.fixing import Fix, Line, SynonymFix, apply, encode_fix, is_possible, lines, read_fix
from ...tuning.model import TuningModel
from .figures import number, plural
from .queries import curation_link, search_link

Row = Mapping[str, Any]

PREVIEW: Final = "/admin/tuning/preview"
MOST_BLANKS: Final = 3  # of a query: with more words that are nowhere it is no name for anything here
_WHY: Final[Mapping[str, str]] = {
    "typo": "Most likely misspelt",
    "other_language": "Asked in another language",
    "other_script": "Asked in another script",
    "filter_too_narrow": "The filters leave nothing",
    "exact_too_narrow": "Exact mode leaves nothing",
    "only_stop_words": "Nothing but stop words",
    "synonym": "Asked again in other words",
    "unknown_words": "Words that no article has",
    "found_now": "Found by now",
    "not_looked_at": "Not looked at",
    "nothing": "No article has all of it",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A fix that the tuning can take: what its button says, what it will do in a sentence, the lines that it
    writes into the draft, and the fix as the form sends it. ``there`` says where it is already: ``draft``.
    """

    button: str
    effect: str
    lines: tuple[Line, ...]
    fix: str
    there: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Something else that helps, elsewhere in the desk."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A synonym that somebody fills in: the ``word`` that no article has, and what articles have instead of
    it. ``error`` is what is wrong with that.
    """

    word: str = ""
    to: str = ""
    error: str = ""

    def fix(self) -> Fix | None:
        """The fix; ``None`` when no tuning may have it."""
        fix = SynonymFix((self.word,), (self.to,)) if self.to else None
        return fix if fix is not None and is_possible(fix) else None

    def refused(self) -> Typed:
        """The same, with what is wrong."""
        said = (
            f"“{self.to[:60]}” cannot be a synonym for “{self.word[:60]}”: type a word or a name."
            if self.to
            else f"Type the word that articles have instead of “{self.word[:60]}”."
        )
        return Typed(self.word, self.to, said)


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A query that found nothing, or only some of its words. ``blanks`` are words that no article has, for
    which a synonym may be filled in.
    """

    text: str
    href: str
    counts: str
    why: str
    detail: str
    offer: Offer | None
    blanks: tuple[str, ...]
    links: tuple[Link, ...]
    found_now: bool


def missed_rows(
    rows: Sequence[Row], tags: Mapping[str, str], period: str, draft: TuningModel | None, live: TuningModel
) -> tuple[MissedRow, ...]:
    """The list. ``draft`` is what is being tried, ``live`` what is in force; a fix goes into the draft, or
    begins one.
    """
    return tuple(missed_row(row, tags.get(row["query"], ""), period, draft, live) for row in rows)


def missed_row(row: Row, tag: str, period: str, draft: TuningModel | None, live: TuningModel) -> MissedRow:
    """One query; ``row`` is that of the report."""
    text, diagnosis = row["query"], row["diagnosis"]
    return MissedRow(
        text=text,
        href=f"/admin/queries/{tag}?{period}" if tag else "",
        counts=_counts(row),
        why=_WHY.get(diagnosis, diagnosis),
        detail=row["detail"],
        offer=_offer(row["fix"], draft, live),
        blanks=tuple(word for word in row["missing"] if Typed(word, "word").fix())[:MOST_BLANKS],
        links=tuple(_links(text, diagnosis, row["fix"])),
        found_now=diagnosis == "found_now",
    )


def _counts(row: Row) -> str:
    """How many found nothing, and how many only some of the words; counts are rounded down."""
    nothing, partial = row["nothing"], row["partial"]
    of = f"of {plural(row['sessions'], 'day-session')}"
    if not partial:
        return f"{number(nothing or row['missed'])} {of} found nothing"
    some = "found only some of the words"
    if not nothing:
        return f"{number(partial)} {of} {some}"
    return f"{number(nothing)} {of} found nothing, {number(partial)} {some}"


def _offer(data: object, draft: TuningModel | None, live: TuningModel) -> Offer | None:
    if data is None:
        return None
    fix = read_fix(data)
    base = live if draft is None else draft
    if not is_possible(fix):
        return None
    there = "draft" if draft is not None and apply(draft, fix) is draft else ""
    if not there and apply(base, fix) is base:
        return None  # it is in force, and does not help
    return Offer(_button(fix), _effect(fix), tuple(lines(base, fix)), encode_fix(fix), there)


def _button(fix: Fix) -> str:
    return (
        "Add the synonym to the draft"
        if isinstance(fix, SynonymFix)
        else "Take them off the list, in the draft"
    )


def _effect(fix: Fix) -> str:
    if isinstance(fix, SynonymFix):
        asked, found = (" or ".join(f"“{word}”" for word in words) for words in (fix.words, fix.to))
        return f"If it means the same: whoever asks for {asked} will find {found} as well; not the other way."
    return (
        "These words will count beside other words, too. A query of nothing but stop words asks for all of "
        "them already: to give this very query an answer, pin a page."
    )


def _links(text: str, diagnosis: str, fix: object) -> Iterator[Link]:
    match diagnosis:
        case "other_language":
            yield Link("Its answer in all languages", search_link(text))
        case "filter_too_narrow":
            yield Link("Its answer without filters", search_link(text))
        case "exact_too_narrow":
            yield Link("Its answer outside exact mode", search_link(text))
        case "found_now":
            yield Link("Its answer today", search_link(text))
            return
        case "typo" | "synonym" if isinstance(fix, Mapping):
            yield Link(f"The answer to “{fix['to'][0]}”", search_link(fix["to"][0]))
    yield Link("Pin a page, or lead to an address", curation_link(text))
