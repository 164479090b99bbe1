"""The tuning as the desk shows it: its sections, the draft beside what is published, and changes in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ...search.stopwords import STOP_WORDS
from ...tuning import limits
from ...tuning.difference import Difference, differences
from ...tuning.faults import Fault
from ...tuning.model import Rule, StopWords, Synonyms, TuningModel, Weights
from ...tuning.store import Draft, Published

PATH: Final = "/admin/tuning"
PER_PAGE: Final = 50

Line = tuple[str, str]

SECTIONS: Final[Mapping[str, str]] = {
    "synonyms": "Synonyms",
    "stop-words": "Stop words",
    "protected": "Protected words",
    "weights": "Weights",
    "boosts": "Boosts",
    "switches": "Switches",
    "popular": "Popular searches",
}
_PARTS: Final[Mapping[str, str]] = {
    "rules": "Rule",
    "synonyms": "Synonyms",
    "stop_words": "Stop words",
    "protected": "Protected word",
    "weights": "Weight",
    "boosts.category": "Boost of the category",
    "boosts.type": "Boost of the type",
    "typos": "Typos",
    "prefix": "Beginnings of words",
    "popular": "Popular search",
}


@dataclass(frozen=True, slots=True)
class WeightField:
    """A number that decides the order: its name, bounds and default, and what it does, in plain words."""

    name: str
    label: str
    what: str
    low: float
    high: float
    step: str
    default: float


def _weight(name: str, label: str, what: str, low: float, high: float, step: str) -> WeightField:
    return WeightField(name, label, what, low, high, step, getattr(Weights(), name))


WEIGHTS: Final = (
    _weight(
        "title", "Words in the title",
        "How much a word counts that stands in the title. Higher: titles decide; 0: they are not looked at.",
        0, limits.MAX_WEIGHT, "0.1",
    ),
    _weight(
        "content", "Words in the text",
        "How much a word counts that stands in the text. Higher: it decides; 0: it is not looked at.",
        0, limits.MAX_WEIGHT, "0.1",
    ),
    _weight(
        "title_bonus", "The title is the query",
        "The largest share added to a title that says what was asked and no more. 0.2: a fifth more.",
        0, limits.MAX_BONUS, "0.05",
    ),
    _weight(
        "proximity", "Words close together",
        "The largest share that is added when the words stand together and in order. 0: places do not count.",
        0, limits.MAX_BONUS, "0.05",
    ),
    _weight(
        "recency", "New articles",
        "The factor on the score of an article of today. 1: age does not count; 1.2, the most: a fifth more.",
        1, limits.MAX_RECENCY, "0.01",
    ),
    _weight(
        "half_life_days", "Days until half of that is gone",
        "After so many days half of what new articles get is left, after twice as many a quarter.",
        1, limits.MAX_HALF_LIFE, "1",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What is published, and the draft where there is one."""

    published: Published
    draft: Draft | None

    @property
    def model(self) -> TuningModel:
        """What is worked on: the draft, or else what is published."""
        return self.draft.model if self.draft else self.published.model

    @property
    def revision(self) -> int:
        """The draft's revision, 0 for none."""
        return self.draft.revision if self.draft else 0

    @property
    def outdated(self) -> bool:
        """Whether another version was published since the draft was begun."""
        return bool(self.draft and self.draft.base != self.published.version.number)

    @property
    def found(self) -> list[Difference]:
        """What the draft changes."""
        return differences(self.published.model, self.draft.model) if self.draft else []


@dataclass(frozen=True, slots=True)
class Group:
    """A group of synonyms in the list; ``key`` tells it from others, wherever it has moved to."""

    key: str
    group: Synonyms
    changed: bool


def key_of(group: Synonyms) -> str:
    """What tells a group from others: a digest of all it says."""
    return hashlib.sha256(msgspec.json.encode(group)).hexdigest()[:16]


def groups_of(standing: Standing, text: str) -> list[Group]:
    """The groups that hold a text, or all; with whether the draft has made them so."""
    wanted = text.casefold().strip()
    known = set(map(key_of, standing.published.model.synonyms))
    return [
        Group(key, group, key not in known)
        for group in standing.model.synonyms
        if not wanted or any(wanted in word.casefold() for word in (*group.words, *group.to, group.note))
        for key in (key_of(group),)
    ]


@dataclass(frozen=True, slots=True)
class Language:
    """The stop words of a language: those that come with Broadsheet, and what is changed of them."""

    code: str
    built_in: tuple[str, ...]
    change: StopWords


def languages_of(model: TuningModel) -> list[Language]:
    """Every language that has stop words, those that come with Broadsheet first."""
    codes = [*STOP_WORDS, *(code for code in sorted(model.stop_words) if code not in STOP_WORDS)]
    return [
        Language(code, tuple(sorted(STOP_WORDS.get(code, ()))), model.stop_words.get(code, StopWords()))
        for code in codes
    ]


# -- changes in words ---------------------------------------------------------------------------------


def lines_of(found: Sequence[Difference]) -> list[Line]:
    """Changes as lines with a sign: ``-`` what is gone, ``+`` what is new."""
    return [line for item in found for line in _lines(item)]


def _lines(item: Difference) -> Iterator[Line]:
    label = _PARTS.get(item.part, item.part)
    if item.change == "moved":
        where = f" from place {item.before} to {item.after}" if item.before else " in another order"
        yield " ", f"{label}{f' “{item.name}”' if item.before else 's'}{where}"
        return
    if item.before is not None:
        yield "-", f"{label}: {_said(item, item.before)}"
    if item.after is not None:
        yield "+", f"{label}: {_said(item, item.after)}"


def _said(item: Difference, value: Any) -> str:
    match item.part:
        case "synonyms":
            return synonyms_in_words(msgspec.convert(value, Synonyms))
        case "rules":
            return rule_in_words(msgspec.convert(value, Rule))
        case "stop_words":
            return f"{item.name}: {_stop_words_in_words(msgspec.convert(value, StopWords))}"
        case "weights":
            label = next((one.label for one in WEIGHTS if one.name == item.name), item.name)
            return f"{label}, {value:g}"
        case "boosts.category" | "boosts.type":
            return f"{item.name}, × {value:g}"
        case "typos" | "prefix":
            return "on" if value else "off"
        case _:
            return item.name


def synonyms_in_words(group: Synonyms) -> str:
    """A group on one line."""
    words, to = ", ".join(group.words), ", ".join(group.to)
    exact = "; in exact mode, too" if group.exact else ""
    note = f" ({group.note})" if group.note else ""
    return f"{f'{words} → {to}' if to else words}{exact}{note}"


def rule_in_words(rule: Rule) -> str:
    """A rule on one line."""
    how = {"exact": "for", "prefix": "for what begins with", "contains": "for what holds"}[rule.match]
    does = [
        *(f"{pin.article} at place {pin.position}" for pin in rule.pin),
        *(f"{article} hidden" for article in rule.hide),
        *([f"on to {rule.redirect}"] if rule.redirect else []),
    ]
    when = "".join(f", {word} {day}" for word, day in (("from", rule.from_), ("to", rule.to)) if day)
    off = ", switched off" if not rule.enabled else ""
    return f"{rule.name}, {how} “{rule.query}”: {'; '.join(does) or 'nothing'}{when}{off}"


def _stop_words_in_words(words: StopWords) -> str:
    added = f"also {', '.join(words.add)}" if words.add else ""
    removed = f"not {', '.join(words.remove)}" if words.remove else ""
    return "; ".join(filter(None, (added, removed)))


# -- what is wrong ------------------------------------------------------------------------------------


def sentence_of(fault: Fault, subject: str = "It") -> str:
    """A fault as a sentence beside a field."""
    verbs = ("is ", "has ", "holds ", "says ")
    detail = fault.detail
    said = f"{subject} {detail}" if detail.startswith(verbs) else f"{detail[:1].upper()}{detail[1:]}"
    return f"{said}."
