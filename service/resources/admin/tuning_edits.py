"""What the forms of the tuning ask for, as changes of a model that can be made again on another one.

A form says what it saw as well as what it wants, so that only what a person has changed is changed when
somebody else has saved meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from ...tuning import editing
from ...tuning.faults import Fault, InvalidTuning
from ...tuning.model import Boosts, Synonyms, TuningModel
from ...web.admin.tuning import WEIGHTS, key_of, sentence_of
from .numbers import read_decimal

Given = Mapping[str, str]
Change = Callable[[TuningModel], TuningModel]
Making = Callable[[Given], Change]

_ITEM: Final = re.compile(r"(?:\.\w+|^protected|^popular)\[(\d+)\]$")

_ELSEWHERE: Final = re.compile(r", in [\w.\[\]-]*\[(\d+)\]$")


class NotThere(Exception):
    """What a form is about is not there any more, or not as it was."""


def change_of(section: str, given: Given) -> Change:
    """What a form of a section asks for.

    Raises:
        InvalidTuning: a field holds what cannot be read; its path is the field's name.
    """
    return _MAKING[section](given)


def errors_of(section: str, error: InvalidTuning) -> dict[str, list[str]]:
    """What is wrong, by the field of the section's form; what is about none of them by ``""``."""
    found: dict[str, list[str]] = {}
    for fault in error.faults:
        field = _field(section, fault.path)
        item = _ITEM.search(fault.path)
        subject = f"Entry {int(item[1]) + 1}" if item else "It"
        detail = _ELSEWHERE.sub(lambda there: f", in entry {int(there[1]) + 1}", fault.detail)
        found.setdefault(field, []).append(sentence_of(Fault(fault.path, detail), subject))
    return found


_FIELDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "synonyms": ((r"\.to\b", "to"), (r"\.note\b", "note"), (r"^synonyms\[", "words")),
    "stop-words": ((r"(^|\.)add\b", "add"), (r"(^|\.)remove\b", "remove"), (r"^(stop_words\.|lang)", "lang")),
    "protected": ((r"^protected", "words"),),
    "weights": tuple((rf"^(weights\.)?{one.name}$", one.name) for one in WEIGHTS),
    "boosts": ((r"^(boosts|factor)", "factor"), (r"^of$", "of")),
    "switches": (),
    "popular": ((r"^popular", "texts"),),
}


def _field(section: str, path: str) -> str:
    return next((field for pattern, field in _FIELDS[section] if re.search(pattern, path)), "")


def lines(text: str) -> tuple[str, ...]:
    """The lines of a field, without empty ones."""
    return tuple(filter(None, (line.strip(" \t") for line in re.split(r"\r\n|\r|\n", text))))


def merged(was: Sequence[str], now: Sequence[str], current: Sequence[str]) -> tuple[str, ...]:
    """A list in which what was changed from ``was`` to ``now`` is changed as well."""
    if tuple(current) == tuple(was):
        return tuple(now)
    kept = [item for item in current if item in now or item not in was]
    return (*kept, *(item for item in now if item not in was and item not in kept))


# -- sections ----------------------------------------------------------------------------------------


def _synonyms(given: Given) -> Change:
    key = given.get("key", "")
    if given.get("do") == "remove":
        return lambda model: editing.remove_synonyms(model, _at(model, key))
    group = Synonyms(
        lines(given.get("words", "")),
        lines(given.get("to", "")),
        exact="exact" in given,
        note=_text(given.get("note", "")),
    )
    if key:
        return lambda model: editing.change_synonyms(model, _at(model, key), group)
    return lambda model: editing.add_synonyms(model, group)


def _at(model: TuningModel, key: str) -> int:
    for number, group in enumerate(model.synonyms):
        if key_of(group) == key:
            return number
    raise NotThere


def _stop_words(given: Given) -> Change:
    lang = given.get("lang", "").strip()
    if not lang:
        raise InvalidTuning([Fault("lang", "is empty")])
    add, remove = (lines(given.get(name, "")) for name in ("add", "remove"))
    if "fresh" in given and not (add or remove):
        raise InvalidTuning([Fault("add", "is empty")])
    was_add, was_remove = (lines(given.get(f"was_{name}", "")) for name in ("add", "remove"))

    def change(model: TuningModel) -> TuningModel:
        known = model.stop_words.get(lang)
        return editing.set_stop_words(
            model,
            lang,
            merged(was_add, add, known.add if known else ()),
            merged(was_remove, remove, known.remove if known else ()),
        )

    return change


def _protected(given: Given) -> Change:
    was, now = lines(given.get("was", "")), lines(given.get("words", ""))
    return lambda model: replace(model, protected=merged(was, now, model.protected))


def _popular(given: Given) -> Change:
    was, now = lines(given.get("was", "")), lines(given.get("texts", ""))
    return lambda model: editing.set_popular(model, merged(was, now, model.popular))


def _weights(given: Given) -> Change:
    if given.get("do") == "reset":
        return lambda model: editing.set_weights(model, **{one.name: one.default for one in WEIGHTS})
    changed, faults = {}, []
    for one in WEIGHTS:
        text = given.get(one.name, "").strip()
        try:
            number = read_decimal(text)
        except ValueError:
            faults.append(Fault(one.name, f"{text[:40]!r} is not a number such as {one.default:g}"))
            continue
        if text != given.get(f"was_{one.name}", ""):
            changed[one.name] = number
    if faults:
        raise InvalidTuning(faults)
    return lambda model: editing.set_weights(model, **changed)


def _boosts(given: Given) -> Change:
    kind, _, slug = given.get("of", "").partition(":")
    if kind not in Boosts.__struct_fields__ or not slug:
        raise InvalidTuning([Fault("of", "choose a category or a type")])
    if given.get("do") == "remove":
        return lambda model: editing.set_boost(model, kind, slug, None)
    text = given.get("factor", "").strip()
    try:
        factor = read_decimal(text)
    except ValueError:
        raise InvalidTuning([Fault("factor", f"{text[:40]!r} is not a number such as 1.5")]) from None
    return lambda model: editing.set_boost(model, kind, slug, factor)


def _switches(given: Given) -> Change:
    wanted = {name: name in given for name in ("typos", "prefix")}
    seen = {name: given.get(f"was_{name}") == "1" for name in wanted}

    def change(model: TuningModel) -> TuningModel:
        now = {name: wanted[name] if wanted[name] != seen[name] else getattr(model, name) for name in wanted}
        return editing.set_switches(model, typos=now["typos"], prefix=now["prefix"])

    return change


def _text(text: str) -> str:
    """A text of several lines as the model has it."""
    return re.sub(r"\r\n?", "\n", text).strip()


_MAKING: Final[Mapping[str, Making]] = {
    "synonyms": _synonyms,
    "stop-words": _stop_words,
    "protected": _protected,
    "weights": _weights,
    "boosts": _boosts,
    "switches": _switches,
    "popular": _popular,
}
