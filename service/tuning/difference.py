"""What two tunings differ in, as data and as text."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from .model import TuningModel
from .toml import to_toml

Change = Literal["added", "removed", "changed", "moved"]
SIGNS: Final[Mapping[Change, str]] = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}


class Difference(Struct, frozen=True, omit_defaults=True):
    """One change: of which ``part`` (``synonyms``, ``weights`` …), which entry of it (``name``), and what it
    was and is, as it stands in JSON; ``None`` for what is not there.
    """

    part: str
    change: Change
    name: str
    before: Any = None
    after: Any = None


def differences(before: TuningModel, after: TuningModel) -> list[Difference]:
    """All changes from one model to another, part by part."""
    old, new = _plain(before), _plain(after)
    found: list[Difference] = []
    for part in TuningModel.__struct_fields__:
        found += _of_part(part, old[part], new[part])
    return found


def in_words(found: Sequence[Difference]) -> Iterator[str]:
    """The changes as lines of text."""
    for item in found:
        line = f"{SIGNS[item.change]} {item.part}: {_called(item)}" if item.name else f"~ {item.part}"
        if item.change == "changed":
            line += f": {_short(item.before)} -> {_short(item.after)}"
        yield line


def _called(item: Difference) -> str:
    """The name of an entry; of a rule its query as well, where that is another."""
    rule = item.after or item.before
    if item.part != "rules" or not isinstance(rule, dict) or rule["query"] == item.name:
        return item.name
    return f"{item.name} ({rule['query']})"


def as_files(model: TuningModel) -> list[str]:
    """The lines of a model's file, for a comparison line by line."""
    return to_toml(model).splitlines()


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 200 else f"{text[:199]}…"


def _plain(model: TuningModel) -> dict[str, Any]:
    whole = {name: getattr(model, name) for name in model.__struct_fields__}
    plain: dict[str, Any] = msgspec.to_builtins(whole)
    weights = model.weights
    plain["weights"] = {name: getattr(weights, name) for name in weights.__struct_fields__}
    return plain


def _of_part(part: str, old: Any, new: Any) -> Iterator[Difference]:
    match part:
        case "rules":
            yield from _of_rules(old, new)
        case "synonyms":
            yield from _of_entries(part, old, new, _group)
        case "protected" | "popular":
            yield from _of_entries(part, old, new, str)
        case "weights" | "stop_words":
            yield from _of_table(part, old, new)
        case "boosts":
            for kind in ("category", "type"):
                yield from _of_table(f"boosts.{kind}", old.get(kind, {}), new.get(kind, {}))
        case _ if old != new:
            yield Difference(part, "changed", "", old, new)


def _of_rules(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    """Rules are told from each other by their names."""
    before, after = ({rule["name"]: rule for rule in rules} for rules in (old, new))
    yield from _of_table("rules", before, after)
    kept, now = [name for name in before if name in after], [name for name in after if name in before]
    for name, other in zip(kept, now, strict=True):
        if name != other:
            yield Difference("rules", "moved", other, kept.index(other) + 1, now.index(other) + 1)


def _of_table(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name, value in old.items():
        if name not in new:
            yield Difference(part, "removed", name, before=value)
        elif new[name] != value:
            yield Difference(part, "changed", name, value, new[name])
    for name, value in new.items():
        if name not in old:
            yield Difference(part, "added", name, after=value)


def _of_entries(part: str, old: Sequence[Any], new: Sequence[Any], name: Any) -> Iterator[Difference]:
    """Entries without a name of their own: what is there, and was not, however they are ordered."""
    before, after = ({_hashed(item): item for item in items} for items in (old, new))
    for key, item in before.items():
        if key not in after:
            yield Difference(part, "removed", name(item), before=item)
    for key, item in after.items():
        if key not in before:
            yield Difference(part, "added", name(item), after=item)
    if before.keys() == after.keys() and list(before) != list(after):
        yield Difference(part, "moved", "order")


def _hashed(item: Any) -> Hashable:
    return msgspec.json.encode(item, order="sorted")


def _group(item: Mapping[str, Any]) -> str:
    words, to = ", ".join(item["words"]), ", ".join(item.get("to", ()))
    return f"{words} -> {to}" if to else words
