"""From plain data (of JSON or TOML) to the structs of :mod:`.model`, with the path of every fault.

NOTE: msgspec itself stops at the first fault and names no index (``$.rules[...].pin``), which does not help
who has two hundred rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

import msgspec
from msgspec import inspect

from .faults import Fault, InvalidTuning
from .model import TuningModel

_SHOWN: Final = 60  # characters of a value that a message repeats
_MISSING: Final = object()
_PLAIN: Final[Mapping[type[inspect.Type], tuple[str, tuple[type, ...]]]] = {
    inspect.StrType: ("a text", (str,)),
    inspect.BoolType: ("true or false", (bool,)),
    inspect.IntType: ("a whole number", (int,)),
    inspect.FloatType: ("a number", (int, float)),
}


def read_model(data: object) -> TuningModel:
    """The model that plain data stands for: the right members of the right kinds; what is in them is not
    looked at, see :func:`.checking.check`.

    Raises:
        InvalidTuning: names every member that is unknown, missing or of the wrong kind.
    """
    faults = list(_faults(inspect.type_info(TuningModel), data, ""))
    if faults:
        raise InvalidTuning(faults)
    try:
        return msgspec.convert(data, TuningModel)
    except msgspec.ValidationError as error:  # what the walk above does not know of
        raise InvalidTuning([Fault("", str(error))]) from error


def _faults(kind: inspect.Type, value: object, path: str) -> Iterator[Fault]:
    match kind:
        case inspect.StructType():
            yield from _of_struct(kind, value, path)
        case inspect.VarTupleType():
            yield from _of_list(kind, value, path)
        case inspect.DictType():
            yield from _of_table(kind, value, path)
        case inspect.LiteralType():
            if value not in kind.values:
                yield Fault(path, f"{shown(value)} is not one of {', '.join(map(str, kind.values))}")
        case _:
            what, kinds = _PLAIN[type(kind)]
            if type(value) not in kinds:
                yield Fault(path, f"{shown(value)} is not {what}")


def _of_struct(kind: inspect.StructType, value: object, path: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault(path or "tuning", f"{shown(value)} is not a table of members")
        return
    known = {field.encode_name: field for field in kind.fields}
    for name in value:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            yield Fault(within(path, str(name)[:_SHOWN]), f"is not a member of this; {hint}")
    for name, field in known.items():
        given = value.get(name, _MISSING)
        if given is not _MISSING:
            yield from _faults(field.type, given, within(path, name))
        elif field.required:
            yield Fault(within(path, name), "is missing")


def _of_list(kind: inspect.VarTupleType, value: object, path: str) -> Iterator[Fault]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        yield Fault(path, f"{shown(value)} is not a list")
        return
    for number, item in enumerate(value):
        yield from _faults(kind.item_type, item, f"{path}[{number}]")


def _of_table(kind: inspect.DictType, value: object, path: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault(path, f"{shown(value)} is not a table")
        return
    for name, item in value.items():
        yield from _faults(kind.value_type, item, within(path, str(name)[:_SHOWN]))


def within(path: str, name: str) -> str:
    """The path of a member."""
    return f"{path}.{name}" if path else name


def shown(value: object) -> str:
    """A value as a message repeats it: short, on one line."""
    match value:
        case bool():
            return str(value).lower()
        case Mapping():
            return "a table"
        case list() | tuple():
            return "a list"
        case None:
            return "null"
    text: Any = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
