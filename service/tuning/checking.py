"""What the values of a tuning may be: faults, which are wrong wherever it is used and keep it from that.

What is told and let pass is in :mod:`.warning`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import msgspec

from indexer.analysis import tokenize

from ..search.curation import is_safe
from . import limits
from .faults import Fault, InvalidTuning
from .leading import find_rounds
from .model import Boosts, Pin, Rule, StopWords, Synonyms, TuningModel, Weights
from .reading import shown

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Marks that change the direction of what follows: a name with one reads otherwise than it is.
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@dataclass(frozen=True, slots=True)
class Known:
    """What the site has: slugs of its categories and types, codes of its languages, and whether there is an
    article of an id or address. ``None`` stands for: that is not known.
    """

    categories: frozenset[str] | None = None
    types: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    has_article: Callable[[str], bool] = field(default=lambda _: True)


def check(model: TuningModel) -> None:
    """Refuse a tuning that cannot be used.

    Raises:
        InvalidTuning: names all that is wrong.
    """
    faults = list(find_faults(model))
    if faults:
        raise InvalidTuning(faults)


def find_faults(model: TuningModel) -> Iterator[Fault]:
    """All that is wrong with a tuning, in the order of its members."""
    yield from _count("rules", model.rules, limits.MAX_RULES)
    for number, rule in enumerate(model.rules):
        yield from _rule(f"rules[{number}]", rule)
    yield from _repeated("rules", "name", [_key(rule.name) for rule in model.rules])
    yield from find_rounds(model.rules)
    yield from _count("synonyms", model.synonyms, limits.MAX_SYNONYMS)
    for number, group in enumerate(model.synonyms):
        yield from _synonyms(f"synonyms[{number}]", group)
    yield from _count("stop_words", model.stop_words, limits.MAX_LANGUAGES)
    for code, words in model.stop_words.items():
        yield from _stop_words(f"stop_words.{code[:20]}", code, words)
    yield from _words("protected", model.protected, limits.MAX_PROTECTED, single=True)
    yield from _weights("weights", model.weights)
    yield from _boosts("boosts", model.boosts)
    yield from _words("popular", model.popular, limits.MAX_POPULAR, phrase=limits.MAX_TEXT)
    if (size := len(msgspec.json.encode(model))) > limits.MAX_BYTES:
        yield Fault("", f"it has {size:,} bytes, more than {limits.MAX_BYTES:,}")


# -- parts -------------------------------------------------------------------------------------------


def _rule(path: str, rule: Rule) -> Iterator[Fault]:
    yield from _text(f"{path}.name", rule.name)
    yield from _text(f"{path}.query", rule.query)
    if rule.query.strip() and not _has_words(rule.query):
        yield Fault(f"{path}.query", f"{shown(rule.query)} holds no word, so no search is like it")
    yield from _text(f"{path}.note", rule.note, limits.MAX_NOTE, empty=True, lines=True)
    yield from _days(path, rule)
    yield from _count(f"{path}.pin", rule.pin, limits.MAX_PINS)
    for number, pin in enumerate(rule.pin):
        yield from _pin(f"{path}.pin[{number}]", pin)
    yield from _repeated(f"{path}.pin", "article", [pin.article for pin in rule.pin])
    yield from _repeated(f"{path}.pin", "position", [pin.position for pin in rule.pin])
    yield from _count(f"{path}.hide", rule.hide, limits.MAX_HIDES)
    pinned = {pin.article for pin in rule.pin}
    for number, article in enumerate(rule.hide):
        yield from _text(f"{path}.hide[{number}]", article, limits.MAX_ARTICLE)
        if article in pinned:
            yield Fault(f"{path}.hide[{number}]", f"{shown(article)} is pinned by the same rule")
    yield from _repeated(f"{path}.hide", "", rule.hide)
    if rule.redirect:
        yield from _redirect(f"{path}.redirect", rule)


def _days(path: str, rule: Rule) -> Iterator[Fault]:
    bad = [
        Fault(f"{path}.{name}", f"{shown(day)} is no day such as 2025-01-31")
        for name, day in (("from", rule.from_), ("to", rule.to))
        if day and not _is_day(day)
    ]
    yield from bad
    if not bad and rule.from_ and rule.to and rule.from_ > rule.to:
        yield Fault(f"{path}.to", f"{rule.to} is before {rule.from_}, the first day")


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _pin(path: str, pin: Pin) -> Iterator[Fault]:
    yield from _text(f"{path}.article", pin.article, limits.MAX_ARTICLE)
    if not 1 <= pin.position <= limits.MAX_POSITION:
        yield Fault(f"{path}.position", f"{pin.position} is not a place from 1 to {limits.MAX_POSITION}")


def _redirect(path: str, rule: Rule) -> Iterator[Fault]:
    yield from _text(path, rule.redirect, limits.MAX_ARTICLE)
    if not is_safe(rule.redirect):
        yield Fault(
            path,
            f"{shown(rule.redirect)} is neither an address with http:// or https:// and with no name before "
            "its host, nor a /path",
        )
    if rule.pin or rule.hide:
        yield Fault(path, "who is led elsewhere sees no answer: a rule redirects, or pins and hides")


def _synonyms(path: str, group: Synonyms) -> Iterator[Fault]:
    yield from _words(f"{path}.words", group.words, limits.MAX_WORDS_OF_GROUP)
    yield from _words(f"{path}.to", group.to, limits.MAX_WORDS_OF_GROUP)
    yield from _text(f"{path}.note", group.note, limits.MAX_NOTE, empty=True, lines=True)
    words, others = set(map(_key, group.words)), set(map(_key, group.to))
    if not group.words:
        yield Fault(f"{path}.words", "is empty")
    elif not group.to and len(words) < 2:
        yield Fault(path, "says nothing: a group needs two different words, or some to find as well")
    elif group.to and others <= words:
        yield Fault(f"{path}.to", "says nothing: whoever asks for one of these finds it anyhow")


def _stop_words(path: str, code: str, words: StopWords) -> Iterator[Fault]:
    if not _LANGUAGE.fullmatch(code):
        yield Fault(path, f"{shown(code)} is not the code of a language, such as en")
    yield from _words(f"{path}.add", words.add, limits.MAX_STOP_WORDS, single=True)
    yield from _words(f"{path}.remove", words.remove, limits.MAX_STOP_WORDS, single=True)
    removed = set(map(_key, words.remove))
    for number, word in enumerate(words.add):
        if _key(word) in removed:
            yield Fault(f"{path}.add[{number}]", f"{shown(word)} is removed as well")


def _weights(path: str, weights: Weights) -> Iterator[Fault]:
    yield from _number(f"{path}.title", weights.title, 0.0, limits.MAX_WEIGHT)
    yield from _number(f"{path}.content", weights.content, 0.0, limits.MAX_WEIGHT)
    if weights.title == 0.0 == weights.content:
        yield Fault(path, "title and content are both 0: every hit would be worth the same")
    yield from _number(f"{path}.title_bonus", weights.title_bonus, 0.0, limits.MAX_BONUS)
    yield from _number(f"{path}.proximity", weights.proximity, 0.0, limits.MAX_BONUS)
    yield from _number(f"{path}.recency", weights.recency, 1.0, limits.MAX_RECENCY)
    yield from _number(f"{path}.half_life_days", weights.half_life_days, 1.0, limits.MAX_HALF_LIFE)


def _boosts(path: str, boosts: Boosts) -> Iterator[Fault]:
    for name, factors in (("category", boosts.category), ("type", boosts.type)):
        yield from _count(f"{path}.{name}", factors, limits.MAX_BOOSTS)
        for slug, factor in factors.items():
            yield from _text(f"{path}.{name}", slug)
            yield from _number(f"{path}.{name}.{slug[:60]}", factor, limits.MIN_FACTOR, limits.MAX_FACTOR)


# -- values ------------------------------------------------------------------------------------------


def _words(
    path: str, words: tuple[str, ...], most: int, *, single: bool = False,
    phrase: int = limits.MAX_WORDS_OF_PHRASE,
) -> Iterator[Fault]:  # fmt: skip
    """Faults of a list of words or phrases; ``single`` allows one word each."""
    yield from _count(path, words, most)
    for number, text in enumerate(words):
        here = f"{path}[{number}]"
        bad = list(_text(here, text))
        yield from bad
        if bad:
            continue
        if not _has_words(text):
            yield Fault(here, f"{shown(text)} holds no word")
        elif single and len(text.split()) > 1:
            yield Fault(here, f"{shown(text)} is more than one word")
        elif len(text.split()) > phrase:
            yield Fault(here, f"{shown(text)} has more than {phrase} words")
    yield from _repeated(path, "", [_key(text) for text in words])


def _has_words(text: str) -> bool:
    return bool(tokenize(text))


def _key(text: str) -> str:
    """Texts with the same key are one to a search: case and white space do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _text(
    path: str, text: str, most: int = limits.MAX_TEXT, *, empty: bool = False, lines: bool = False
) -> Iterator[Fault]:
    if not text.strip():
        if not empty:
            yield Fault(path, "is empty")
        return
    if len(text) > most:
        yield Fault(path, f"has {len(text):,} characters, more than {most:,}")
    for char in text:
        if not _printable(char, lines=lines):
            yield Fault(path, f"holds U+{ord(char):04X} ({_name(char)}), which nobody sees")
            return


def _printable(char: str, *, lines: bool) -> bool:
    if lines and char in "\n\t":
        return True
    return char not in _BIDI and unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")


def _name(char: str) -> str:
    kinds = {"Cs": "half of a character", "Zl": "a line separator", "Zp": "a paragraph separator"}
    return unicodedata.name(char, kinds.get(unicodedata.category(char), "a control character")).lower()


def _number(path: str, number: float, low: float, high: float) -> Iterator[Fault]:
    if not low <= number <= high:
        yield Fault(path, f"{number:g} is not a number from {low:g} to {high:g}")


def _count(path: str, items: tuple[object, ...] | Mapping[str, object], most: int) -> Iterator[Fault]:
    if len(items) > most:
        yield Fault(path, f"has {len(items):,} entries, more than {most:,}")


def _repeated(path: str, member: str, values: Iterable[object]) -> Iterator[Fault]:
    """Every value that was there before, with where."""
    seen: dict[object, int] = {}
    for number, value in enumerate(values):
        first = seen.setdefault(value, number)
        if first != number:
            here = f"{path}[{number}].{member}" if member else f"{path}[{number}]"
            there = f"{path}[{first}]"
            yield Fault(here, f"{shown(value)} is there already, in {there}")
