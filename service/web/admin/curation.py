"""The rules of curation as the desk shows them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from ...search.request import Hit
from ...tuning.model import Pin, Rule
from ...tuning.ruling import is_idle
from ...tuning.store import Version
from ..highlight import marked, public_address
from ..phrases import direction
from .figures import day, moment_in_words, plural
from .tuning import searches_of

PATH: Final = "/admin/curation"
MATCHES: Final[Mapping[str, tuple[str, str]]] = {
    "exact": ("exactly", "These words and no others"),
    "prefix": ("beginning with", "Searches that begin with these words"),
    "contains": ("containing", "Searches in which these words stand one after another"),
}
IN_FORCE: Final = "in force"
_PLAIN: Final = re.compile(r"\w[\w ,'-]{0,99}")


def handle(name: str) -> str:
    """What stands for a rule's name in an address: the name itself where that needs no care there."""
    if _PLAIN.fullmatch(name) and name == name.strip():
        return name
    return f"~{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def path_of(name: str) -> str:
    """The path of a rule's page."""
    return f"{PATH}/{quote(handle(name))}"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in the list. ``place`` counts from 1; ``state`` is whether readers' searches heed it today, in
    words, and ``in_force`` that they do.
    """

    place: int
    rule: Rule
    path: str
    how: str
    days: str
    state: str
    tone: str
    effect: str

    @property
    def in_force(self) -> bool:
        """Whether it is published and heeded today."""
        return self.state == IN_FORCE


def rule_rows(rules: Sequence[Rule], published: Sequence[Rule], today: str, text: str = "") -> list[RuleRow]:
    """The rules in their order; with a text, those that say it in their name, query, note or redirect."""
    wanted = text.casefold().split()
    return [
        rule_row(rule, place, published, today)
        for place, rule in enumerate(rules, 1)
        if all(word in _said(rule) for word in wanted)
    ]


def rule_row(rule: Rule, place: int, published: Sequence[Rule], today: str) -> RuleRow:
    """A rule as a row."""
    state, tone = _state(rule, today)
    if rule not in published:
        known = any(other.name == rule.name for other in published)
        said = "changed in the draft" if known else "in the draft"
        state, tone = (said if state == IN_FORCE else f"{state}, {said}"), "wait"
    return RuleRow(
        place, rule, path_of(rule.name), MATCHES[rule.match][0], _days(rule), state, tone, effect_of(rule)
    )


def _said(rule: Rule) -> str:
    return " ".join((rule.name, rule.query, rule.note, rule.redirect)).casefold()


def _state(rule: Rule, today: str) -> tuple[str, str]:
    if not rule.enabled:
        return "off", "bad"
    if rule.from_ > today:
        return "not yet", "wait"
    if rule.to and rule.to < today:
        return "over", "bad"
    return ("does nothing yet", "wait") if is_idle(rule) else (IN_FORCE, "good")


def since_in_words(rule: Rule, version: Version | None) -> str:
    """Since when a rule is in force: since the version that brought it as it is, or since its first day."""
    if rule.from_ and (version is None or rule.from_ > version.at[:10]):
        return f"In force since {day(rule.from_)}, its first day."
    if version is None:
        return "In force, unchanged for many versions."
    return f"In force since {moment_in_words(version.at)}, with version {version.number}."


def _days(rule: Rule) -> str:
    if rule.from_ and rule.to:
        return f"{day(rule.from_)} to {day(rule.to)}"
    if rule.from_:
        return f"from {day(rule.from_)}"
    return f"until {day(rule.to)}" if rule.to else "always"


def effect_of(rule: Rule) -> str:
    """What a rule does, in short."""
    if rule.redirect:
        return f"leads to {rule.redirect}"
    said = []
    if rule.pin:
        said.append(f"pins {len(rule.pin)}")
    if rule.hide:
        said.append(f"hides {len(rule.hide)}")
    return ", ".join(said) or "nothing yet"


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit of a rule's answer. ``name`` is what the rule calls the article; ``pinned`` says that this rule
    gives it its place, ``by`` which other rule does.
    """

    rank: int
    name: str
    id: str
    title: Markup | str
    href: str
    address: str
    lang: str
    dir: str
    kind: str
    published: str
    pinned: bool
    by: str


@dataclass(frozen=True, slots=True)
class Named:
    """An article that a rule names and its answer does not show; ``known`` says whether it is there."""

    name: str
    id: str
    title: str
    address: str
    known: bool
    place: int = 0


Identify = Callable[[str], str | None]  # from an id or address to the id
Describe = Callable[[str], tuple[str, str] | None]  # from an id to title and address


@dataclass(frozen=True, slots=True)
class RuleView:
    """The answer that a rule makes, and what it names beside that."""

    rows: tuple[HitRow, ...]
    total: int
    unseen: tuple[Named, ...]
    hidden: tuple[Named, ...]

    @property
    def last(self) -> int:
        """The place of the last hit that is shown."""
        return self.rows[-1].rank if self.rows else 0


def rule_view(
    rule: Rule,
    hits: Sequence[Hit],
    total: int,
    placed: Mapping[str, str],
    identify: Identify,
    describe: Describe,
) -> RuleView:
    """The view of a rule; ``placed`` are the ids of the pinned hits and the names of their rules."""
    names = {identify(pin.article): pin.article for pin in rule.pin}
    rows = tuple(_hit_row(hit, rank, rule, names, placed) for rank, hit in enumerate(hits, 1))
    shown = {row.id for row in rows}
    unseen = (
        _named(pin, identify, describe) for pin in rule.pin if (identify(pin.article) or "") not in shown
    )
    hidden = (_named(Pin(name, 0), identify, describe) for name in rule.hide)
    return RuleView(rows, total, tuple(unseen), tuple(hidden))


def _hit_row(
    hit: Hit, rank: int, rule: Rule, names: Mapping[str | None, str], placed: Mapping[str, str]
) -> HitRow:
    by = placed.get(hit.id, "")
    return HitRow(
        rank=rank,
        name=names.get(hit.id, hit.id),
        id=hit.id,
        title=marked(hit.highlights.title) or escape(hit.title),
        href=public_address(hit.url),
        address=hit.url,
        lang="" if hit.lang == "und" else hit.lang,
        dir=direction(hit.lang),
        kind=hit.type.label,
        published=hit.published_at,
        pinned=hit.id in names and by in ("", rule.name),
        by=by if by != rule.name else "",
    )


def _named(pin: Pin, identify: Identify, describe: Describe) -> Named:
    found = identify(pin.article) or ""
    known = describe(found) if found else None
    title, address = known or (pin.article, "")
    return Named(pin.article, found or pin.article, title, address, known is not None, pin.position)


def faults_by_field(faults: Sequence[tuple[str, str]], rule_path: str) -> tuple[dict[str, str], list[str]]:
    """What is wrong, by the field of a rule's form, and what is wrong elsewhere."""
    fields: dict[str, str] = {}
    others: list[str] = []
    for path, detail in faults:
        field = path.removeprefix(f"{rule_path}.") if path.startswith(f"{rule_path}.") else ""
        sentence = f"{detail[:1].upper()}{detail[1:]}."
        if field in FIELDS:
            fields.setdefault(field, sentence)
        else:
            others.append(sentence)
    return fields, others


FIELDS: Final = ("name", "query", "from", "to", "redirect", "note")


def sentences(rule: Rule) -> Iterator[str]:
    """What a rule is for, in words."""
    yield f"For {searches_of(rule)}: {effect_of(rule)}."
    if rule.from_ or rule.to:
        yield f"{_days(rule)[:1].upper()}{_days(rule)[1:]}."
    if not rule.enabled:
        yield "It is switched off."


def count_of(rows: Sequence[RuleRow], all_of_them: int, text: str) -> str:
    """How many rules there are, and how many are shown."""
    return f"{len(rows)} of {plural(all_of_them, 'rule')}" if text else plural(all_of_them, "rule")
