"""Reads a query string by a table of parameters. Free of Falcon.

The original plugin's names are understood as well; its plumbing and the marks that mail and
advertising add to links are passed over. Any other name is an error, with the nearest known one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from indexer.errors import Message

from .parameters import EXAMPLE_DAY, MAX_LABEL, MAX_PAIRS, MAX_QUERY_STRING, Parameter
from .problems import Fault, Problem

_TRUE: Final = frozenset({"1", "true", "on", "yes"})
_FALSE: Final = frozenset({"0", "false", "off", "no"})
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INDEX: Final = re.compile(r"\[\d*\]$")  # PHP writes lists as name[] or name[0]

# The original plugin's names for our parameters.
ALIASES: Final[Mapping[str, str]] = {
    "s": "q",
    "phrase": "q",
    "aslp": "q",
    "aspp": "q",
    "customset[]": "type",
    "categoryset[]": "category",
    "qtranslate_lang": "lang",
    "polylang_lang": "lang",
    "wpml_lang": "lang",
}
GENERIC: Final = "asl_gen[]"
_GENERIC_VALUES: Final = ("exact", "title", "content", "excerpt")

# What the plugin sends with its own search box: the whole form of filters as one value.
FORMS: Final = ("options", "p_asl_data")
_LANGUAGES: Final = tuple(name for name, own in ALIASES.items() if own == "lang")
_NO_LANGUAGE: Final = ("0", "all")  # what it writes where a site has no languages, or means all of them

_PLUMBING: Final = frozenset(
    "action asid asl_active asl_force_reset_pagination asl_group asp asp_active current_page_id "
    "filters_changed filters_initial p_asid p_asl_data p_asp_data".split()
)
_TRACKING: Final = re.compile(r"utm_\w+|(?:g|fb|msclk|d|y|tt)cl(?:id|kid)|msclkid|mc_[ce]id|_")


class Faults:
    """Collects what is wrong, so that one answer names all of it."""

    def __init__(self) -> None:
        self._found: list[tuple[str, Fault]] = []

    def add(self, parameter: str, detail: str, *messages: Message, code: str = "invalid_parameter") -> None:
        """Note one thing that is wrong."""
        self._found.append((code, Fault(parameter, detail, messages)))

    def check(self) -> None:
        """Raise a :class:`Problem` with status 400 when something was wrong."""
        if self._found:
            code, first = self._found[0]
            raise Problem(400, code, first.detail, tuple(fault for _, fault in self._found))


def read_query(query_string: str, table: Sequence[Parameter], *, strict: bool = True) -> dict[str, Any]:
    """Read a query string (as WSGI hands it on: bytes as latin-1) into typed values by name.

    Flags are ``bool``, numbers ``int``, lists tuples of text without repetitions, the rest text.
    Absent and empty parameters have their default. Without ``strict``, names that are not in the table
    are passed over: a visitor's link may carry anything.

    Raises:
        Problem: status 400; ``errors`` names every parameter at fault.
    """
    faults = Faults()
    absent = _absent(tuple(table))
    given = _collect(query_string, absent.keys(), faults, strict=strict)
    values = dict(absent)
    for parameter in table:
        if parameter.name in given:
            values[parameter.name] = _value(parameter, given[parameter.name], faults)
    _compare_days(values, table, faults)
    faults.check()
    return values


@cache
def _absent(table: tuple[Parameter, ...]) -> Mapping[str, Any]:
    """What each parameter of a table stands for when it is not given."""
    return {parameter.name: _value(parameter, (), Faults()) for parameter in table}


def _pairs(query_string: str) -> Iterator[tuple[str, str]]:
    if len(query_string) > MAX_QUERY_STRING:
        detail = f"The query string is longer than {MAX_QUERY_STRING} bytes."
        said = Message("address_too_long", {"most": MAX_QUERY_STRING})
        raise Problem(400, "query_too_long", detail, messages=(said,))
    parts = [part for part in query_string.split("&") if part]
    if len(parts) > MAX_PAIRS:
        detail = f"The query string has more than {MAX_PAIRS} parameters."
        said = Message("too_many_parameters", {"most": MAX_PAIRS})
        raise Problem(400, "query_too_long", detail, messages=(said,))
    for part in parts:
        name, _, value = part.partition("=")
        yield _decoded(name, "name"), _decoded(value, name)


def _opened(pairs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs, with those of a form that came as one value in its place."""
    for name, value in pairs:
        if name in FORMS and "=" in value:
            yield from _pairs(value.encode("utf-8").decode("latin-1"))
        else:
            yield name, value


def _decoded(text: str, where: str) -> str:
    if text.isalnum() and text.isascii():
        return text
    try:
        decoded = unquote_to_bytes(text.replace("+", " ").encode("latin-1")).decode("utf-8")
    except UnicodeError as error:
        detail, said = f"{_shown(where)} is not valid UTF-8.", Message("not_utf8")
        raise Problem(400, "invalid_encoding", detail, messages=(said,)) from error
    if "\0" in decoded:
        detail, said = f"{_shown(where)} holds a NUL character.", Message("nul_character")
        raise Problem(400, "invalid_encoding", detail, messages=(said,))
    return decoded


def _collect(
    query_string: str, known: Set[str], faults: Faults, *, strict: bool
) -> dict[str, list[tuple[str, str]]]:
    """Own name -> (name as given, value) pairs."""
    given: dict[str, list[tuple[str, str]]] = {}
    for name, value in _opened(_pairs(query_string)):
        plain = _INDEX.sub("[]", name)
        if plain == GENERIC and "in" in known:
            _generic(name, value, given, faults)
        elif plain in _LANGUAGES and (value in _NO_LANGUAGE or "lang" not in known):
            continue
        elif (own := ALIASES.get(plain, name)) in known:
            _numbers_no_terms(plain, value, faults)
            given.setdefault(own, []).append((name, value))
        elif strict and name not in _PLUMBING and not _TRACKING.fullmatch(name):
            faults.add(name, *_unknown(name, known), code="unknown_parameter")
    return given


def _generic(name: str, value: str, given: dict[str, list[tuple[str, str]]], faults: Faults) -> None:
    if value == "exact":
        given.setdefault("exact", []).append((name, "1"))
    elif value in ("title", "content"):
        given.setdefault("in", []).append((name, value))
    elif value not in ("", *_GENERIC_VALUES):
        said = Message("not_one_of", {"value": _cut(value), "choices": _GENERIC_VALUES})
        faults.add(name, f"{name}: {_shown(value)} is not one of {', '.join(_GENERIC_VALUES)}", said)


def _numbers_no_terms(name: str, value: str, faults: Faults) -> None:
    if name == "categoryset[]" and value.isascii() and value.isdigit():
        detail = (
            f"{name}: {value} is a WordPress term number, which is not known here; give the label or the slug"
        )
        faults.add(name, detail, Message("term_number", {"value": value}))


def _unknown(name: str, known: Set[str]) -> tuple[str, *tuple[Message, ...]]:
    """What is wrong with a name that means nothing here, and what may have been meant."""
    detail = f"{_shown(name)} is not a parameter here"
    said = Message("unknown_parameter", {"name": _cut(name)})
    if not known:
        return f"{detail}, nor is any other", said
    if near := get_close_matches(name.lower(), known, n=1, cutoff=0.6):
        return f"{detail}; did you mean {near[0]}?", said, Message("near", {"value": near[0]})
    choices = tuple(sorted(known))
    return f"{detail}; known are {', '.join(choices)}", said, Message("known", {"choices": choices})


def _value(parameter: Parameter, given: Sequence[tuple[str, str]], faults: Faults) -> Any:
    filled = [(name, value) for name, value in given if value.strip()]
    if parameter.many:
        values = (_single(parameter, name, value, faults) for name, value in filled)
        return tuple(dict.fromkeys(value for value in values if value is not None))
    if len(filled) > 1 and not _one_text(filled):
        again = filled[1][0]
        detail = f"{again}: given {len(filled)} times, may be given once"
        said = Message("repeated", {"times": len(filled)})
        faults.add(again, detail, said, code="repeated_parameter")
        return None
    name, text = filled[0] if filled else (parameter.name, parameter.default)
    return _single(parameter, name, text, faults)


def _one_text(given: Sequence[tuple[str, str]]) -> bool:
    """Whether different names say the same, as ``s`` and ``aslp`` may of one search box."""
    names, texts = {name for name, _ in given}, {value.strip() for _, value in given}
    return len(names) == len(given) and len(texts) == 1


def _single(parameter: Parameter, name: str, text: str, faults: Faults) -> Any:
    value = _typed(parameter, text)
    if value is None:
        code = "bound_exceeded" if parameter.kind == "text" else "invalid_parameter"
        detail = f"{name}: {_shown(text)} is not {parameter.allowed}"
        faults.add(name, detail, _refused(parameter, text), code=code)
    return value


def _refused(parameter: Parameter, text: str) -> Message:
    """Says of a value that it is not what its parameter allows."""
    value = _cut(text)
    match parameter.kind:
        case "flag":
            return Message("not_a_flag", {"value": value, "yes": ("1",), "no": ("0",)})
        case "number":
            return _no_number(parameter, value)
        case "day":
            return Message("not_a_day", {"value": value, "example": (EXAMPLE_DAY,)})
        case "choice" | "choices":
            return Message("not_one_of", {"value": value, "choices": parameter.choices})
        case "label" | "labels":
            return Message("value_too_long", {"count": len(text), "most": MAX_LABEL})
        case "text":
            return Message("too_many_characters", {"count": len(text), "most": parameter.high})


def _no_number(parameter: Parameter, value: str) -> Message:
    if parameter.capped:
        return Message("not_a_number_from", {"value": value, "low": parameter.low})
    return Message("not_a_number", {"value": value, "low": parameter.low, "high": parameter.high})


def _typed(parameter: Parameter, text: str) -> Any:
    match parameter.kind:
        case "text":
            return text if len(text) <= parameter.high else None
        case "flag":
            return _flag(text.strip().lower())
        case "number":
            return _number(text.strip(), parameter)
        case "day":
            return _day(text.strip())
        case "choice" | "choices":
            return text.strip() if text.strip() in parameter.choices or not text else None
        case "label" | "labels":
            return text.strip() if len(text) <= MAX_LABEL else None


def _flag(text: str) -> bool | None:
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def _number(text: str, parameter: Parameter) -> int | None:
    if not text.isascii() or not text.isdigit():
        return None
    number = int(text) if len(text) <= 9 else parameter.high + 1
    if parameter.capped:
        number = min(number, parameter.high)
    return number if parameter.low <= number <= parameter.high else None


def _day(text: str) -> str | None:
    if not text:
        return ""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _compare_days(values: Mapping[str, Any], table: Sequence[Parameter], faults: Faults) -> None:
    first, last = values.get("from"), values.get("to")
    if first and last and first > last and any(item.kind == "day" for item in table):
        days = {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}
        said = Message("days_out_of_order", days)
        faults.add("from", f"from: {first} is after {last}, the end of the range", said)


def own_name(name: str) -> str:
    """The name that a parameter has here, for any that it may be given under."""
    plain = _INDEX.sub("[]", name)
    return "in" if plain == GENERIC else ALIASES.get(plain, name)


def _shown(text: str) -> str:
    """The text as an error shows it: short, and with nothing unprintable."""
    return repr(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
