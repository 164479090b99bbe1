"""The tuning as the desk shows it: its sections, the draft beside what is published, and changes in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from markupsafe import Markup

from ...search.stopwords import STOP_WORDS
from ...tuning import limits
from ...tuning.difference import Difference, differences
from ...tuning.faults import Fault, VersionMoved
from ...tuning.knowing import NO_NAMES, Names
from ...tuning.model import Rule, StopWords, Synonyms, TuningModel, Weights
from ...tuning.store import Draft, Published
from .figures import day, moment, tongue, who

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
_MANY: Final[Mapping[str, str]] = {
    "synonyms": "Synonyms",
    "protected": "Protected words",
    "popular": "Popular searches",
}
_SEARCHES: Final[Mapping[str, str]] = {
    "exact": "the search",
    "prefix": "searches that begin with",
    "contains": "searches that contain",
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
        "How much a word in the title counts. The higher, the more titles decide; at 0 they add nothing.",
        0, limits.MAX_WEIGHT, "0.1",
    ),
    _weight(
        "content", "Words in the text",
        "How much a word in the text counts. The higher, the more texts decide; at 0 they add nothing.",
        0, limits.MAX_WEIGHT, "0.1",
    ),
    _weight(
        "title_bonus", "Title like the query",
        "The most that a score gains when title and query share words; all of it when they are the same.",
        0, limits.MAX_BONUS, "0.05",
    ),
    _weight(
        "proximity", "Words close together",
        "The most that a score gains when the words stand together and in order. 0.3: three tenths.",
        0, limits.MAX_BONUS, "0.05",
    ),
    _weight(
        "recency", "New articles",
        "The factor on the score of an article of today. 1: age does not count; 1.2, the most: a fifth more.",
        1, limits.MAX_RECENCY, "0.01",
    ),
    _weight(
        "half_life_days", "Days until half of that is lost",
        "After so many days half of what new articles gain is left, after twice as many a quarter.",
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


def lines_of(found: Sequence[Difference], names: Names = NO_NAMES) -> list[Line]:
    """Changes as lines with a sign: ``-`` what is gone, ``+`` what is new."""
    return [line for item in found for line in _lines(item, names)]


def _lines(item: Difference, names: Names) -> Iterator[Line]:
    label = _PARTS.get(item.part, item.part)
    if item.change == "moved":
        if item.part == "rules":
            yield " ", f"{called(item.name, names)}: from place {item.before} to place {item.after}"
        else:
            yield " ", f"{_MANY.get(item.part, label)}: in another order"
        return
    for sign, value in (("-", item.before), ("+", item.after)):
        if value is not None:
            said = _said(item, value, names)
            yield sign, said if item.part == "rules" else f"{label}: {said}"


def called(name: str, names: Names) -> str:
    """What a person knows the rule of a name by: the searches it is for."""
    rule = names.rule(name)
    return f"Rule for {searches_of(rule)}" if rule else f"Rule “{name}”"


def searches_of(rule: Rule) -> str:
    """The searches that a rule is for; its name as well, where that is another than the query."""
    name = f" (“{rule.name}”)" if rule.name != rule.query else ""
    return f"{_SEARCHES[rule.match]} “{rule.query}”{name}"


def _said(item: Difference, value: Any, names: Names) -> str:
    match item.part:
        case "synonyms":
            return synonyms_in_words(msgspec.convert(value, Synonyms))
        case "rules":
            return rule_in_words(msgspec.convert(value, Rule), names)
        case "stop_words":
            return f"{tongue(item.name)}: {_stop_words_in_words(msgspec.convert(value, StopWords))}"
        case "weights":
            label = next((one.label for one in WEIGHTS if one.name == item.name), item.name)
            return f"{label}, {value:g}"
        case "boosts.category" | "boosts.type":
            label = names.label(item.part.removeprefix("boosts."), item.name)
            return f"{label}, × {value:g}"
        case "typos" | "prefix":
            return "on" if value else "off"
        case _:
            return item.name


def synonyms_in_words(group: Synonyms) -> str:
    """A group on one line."""
    words, to = ", ".join(group.words), ", ".join(group.to)
    exact = "; in exact matches, too" if group.exact else ""
    note = f" ({group.note})" if group.note else ""
    return f"{f'{words} → {to}' if to else words}{exact}{note}"


def rule_in_words(rule: Rule, names: Names = NO_NAMES) -> str:
    """A rule on one line, with the titles of its articles."""

    def article(name: str) -> str:
        title = names.title(name)
        return f"“{title}”" if title else name

    does = [
        *(f"pins {article(pin.article)} at place {pin.position}" for pin in rule.pin),
        *(f"hides {article(name)}" for name in rule.hide),
        *([f"leads to {rule.redirect}"] if rule.redirect else []),
    ]
    ends = ((rule.from_, "from"), (rule.to, "until"))
    when = "".join(f", {word} {day(iso)}" for iso, word in ends if iso)
    off = ", switched off" if not rule.enabled else ""
    note = f" ({rule.note})" if rule.note else ""
    return f"Rule for {searches_of(rule)}: {'; '.join(does) or 'does nothing'}{when}{off}{note}"


def _stop_words_in_words(words: StopWords) -> str:
    added = f"added {', '.join(words.add)}" if words.add else ""
    removed = f"taken out {', '.join(words.remove)}" if words.remove else ""
    return "; ".join(filter(None, (added, removed)))


# -- what is wrong ------------------------------------------------------------------------------------


def sentence_of(fault: Fault, subject: str = "It") -> str:
    """A fault as a sentence beside a field."""
    verbs = ("is ", "has ", "holds ", "says ")
    detail = fault.detail
    said = f"{subject} {detail}" if detail.startswith(verbs) else f"{detail[:1].upper()}{detail[1:]}"
    return f"{said}."


def moved_in_words(error: VersionMoved) -> Markup:
    """What somebody else has done meanwhile, by whom and when, as a sentence."""
    what = f"{error.what[:1].upper()}{error.what[1:]}"
    if not error.author:
        return Markup("{}.").format(what)
    return Markup("{}, by <bdi>{}</bdi> on {}.").format(what, who(error.author), moment(error.at))
