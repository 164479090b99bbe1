"""A tuning as a TOML file, which can live in version control: written in a fixed order, only what differs
from the defaults, with a word on each part; read with the line of every fault.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from .checking import check
from .faults import Fault, InvalidTuning
from .limits import MAX_BYTES
from .model import TuningModel
from .reading import read_model

_HEAD: Final = (
    "Broadsheet: what is tuned. It says what differs from the defaults; `broadsheet tune import` takes it.",
    "docs/tuning.md says what each part does to a search.",
)
_WORDS: Final[Mapping[str, str]] = {
    "typos": "Whether words that no article has are tried with typos.",
    "prefix": "Whether the last word may stand for longer ones while somebody types.",
    "protected": "Words that are found as they are and have no other forms.",
    "popular": "Searches that are offered while somebody types.",
    "weights": "How matches become an order.",
    "boosts": "Factors on the scores of articles, by category and by post type.",
    "stop_words": "How the stop words of a language differ from those that come with Broadsheet.",
    "synonyms": "Words that are found for each other; with `to`, those of `to` for those of `words` alone.",
    "rules": "What happens to the answer of a query: articles pinned or hidden, or another address.",
}
_LINE: Final = 100  # characters; a longer list has an item a line
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_HEADER: Final = re.compile(r"^\s*\[(\[)?([^\[\]]+)\]")
_MEMBER: Final = re.compile(
    r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*="""
)
MAX_DEPTH: Final = 12  # parts of a name, and lists and tables in each other; a tuning has four
# Strings and comments, each taken whole, those without an end as well: no place is looked at twice.
_STRING: Final = re.compile(
    r'"{3}(?:[^"\\]|\\.?|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'{3}(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\.?)*+(?:"|(?=\n)|\Z)'
    r"|'[^'\n]*+(?:'|(?=\n)|\Z)"
    r"|\#[^\n]*+",
    re.DOTALL,
)
_LONG_NAME: Final = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{MAX_DEPTH},}}")
_BRACKET: Final = re.compile(r"[\[\]{}]")
_AT_LINE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


# -- writing -----------------------------------------------------------------------------------------


def to_toml(model: TuningModel, heading: Sequence[str] = ()) -> str:
    """The file of a model. ``heading`` are further lines of its first comment."""
    data: dict[str, Any] = msgspec.to_builtins(model)
    lines = [*(f"# {_one_line(line)}" for line in (*_HEAD, *heading))]
    for name in ("typos", "prefix", "protected", "popular"):
        if name in data:
            lines += ["", f"# {_WORDS[name]}", f"{name} = {_value(data[name])}"]
    for name in ("weights", "boosts", "stop_words"):
        parts = list(_tables(name, data.get(name, {})))
        lines += ["", f"# {_WORDS[name]}", *parts[1:]] if parts else []
    for name in ("synonyms", "rules"):
        for number, item in enumerate(data.get(name, ())):
            lines += ["", *([] if number else [f"# {_WORDS[name]}"]), f"[[{name}]]", *_members(item)]
    return "\n".join(lines) + "\n"


def _tables(path: str, table: Mapping[str, Any]) -> Iterator[str]:
    """A table with its members and those of the tables in it, each behind an empty line."""
    plain = {name: value for name, value in table.items() if not isinstance(value, dict)}
    if plain:
        yield from ("", f"[{path}]", *_members(plain))
    for name, value in sorted(table.items()):
        if isinstance(value, dict) and (value or path == "stop_words"):
            yield from ("", f"[{path}.{_key(name)}]", *_members(dict(sorted(value.items()))))


def _members(table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        yield f"{_key(name)} = {_value(value)}"


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case dict():
            return "{ " + ", ".join(_members(value)) + " }" if value else "{}"
        case list() | tuple():
            items = [_value(item) for item in value]
            line = f"[{', '.join(items)}]"
            return line if len(line) <= _LINE else "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    # NOTE: a string of JSON is one of TOML, but for DEL, which JSON lets stand.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


# -- reading -----------------------------------------------------------------------------------------


def from_toml(text: str, name: str = "") -> TuningModel:
    """The model of a file, checked. ``name`` is the file's, for messages.

    Raises:
        InvalidTuning: names all that is wrong, with the line where it stands.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidTuning([Fault(name, f"is larger than {MAX_BYTES:,} bytes")])
    _refuse_knots(text, name)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError, too
        raise InvalidTuning([_unreadable(error, name)]) from error
    if _has_huge(data):
        raise InvalidTuning([Fault(name, "holds a number of more than 64 bits")])
    try:
        model = read_model(data)
        check(model)
    except InvalidTuning as error:
        places = _places(text)
        raise InvalidTuning([_placed(fault, places, name) for fault in error.faults]) from error
    return model


def _refuse_knots(text: str, name: str) -> None:
    """Refuse what a parser takes longer for the deeper it is: names of many parts, and lists in lists.

    Raises:
        InvalidTuning: with the line.
    """
    # Each string as one letter; what is left has the lines of the text.
    bare = _STRING.sub(lambda found: "s" + "\n" * found[0].count("\n"), text)
    if long := _LONG_NAME.search(bare):
        at = bare.count("\n", 0, long.start()) + 1
        raise InvalidTuning([Fault(_line(name, at), f"a name has more than {MAX_DEPTH} parts")])
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            at = bare.count("\n", 0, bracket.start()) + 1
            raise InvalidTuning([Fault(_line(name, at), f"lists and tables are more than {MAX_DEPTH} deep")])


def _has_huge(data: object) -> bool:
    """Whether a whole number is larger than any that means something; it could not even be said."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, int) and value.bit_length() > 64:
            return True
    return False


def _unreadable(error: Exception, name: str) -> Fault:
    said = str(error)
    at = _AT_LINE.search(said)
    what = _AT_LINE.sub("", said).strip()
    return Fault(_line(name, int(at[1])) if at else name, f"cannot be read as TOML: {what}")


def _placed(fault: Fault, places: Mapping[str, int], name: str) -> Fault:
    """The fault with the line of its member, or of the innermost one around it that has a line."""
    path = fault.path
    while path and path not in places:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    if path not in places:
        return Fault(f"{name}: {fault.path}" if name else fault.path, fault.detail)
    return Fault(f"{_line(name, places[path])}: {fault.path}", fault.detail)


def _line(name: str, number: int) -> str:
    return f"{name}:{number}" if name else f"line {number}"


def _places(text: str) -> dict[str, int]:
    """The line of every table and member that begins on one: by path, counted from 1.

    What looks like a member inside a string of several lines is taken for one, which costs no more than a
    wrong line in a message.
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            table = _plain(header[2])
            if header[1]:
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            found.setdefault(table, number)
        elif member := _MEMBER.match(line):
            path = _plain(member[1])
            found.setdefault(f"{table}.{path}" if table else path, number)
    return found


def _plain(dotted: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in dotted.split("."))
