"""What would help a query that finds nothing, as a change of the tuning: decoded, applied, and shown as the
lines that it writes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from .checking import find_faults
from .difference import as_files
from .editing import add_synonyms, set_stop_words
from .model import StopWords, Synonyms, TuningModel

NOTE: Final = "From the queries that found nothing."
Line = tuple[str, str]  # a sign, "+", "-" or " ", and the line of a file


class SynonymFix(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="synonym"):
    """Whoever asks for ``words`` finds those of ``to`` as well."""

    words: tuple[str, ...]
    to: tuple[str, ...]


class StopWordsFix(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="stop_words"):
    """Words, by the language whose list has them, are stop words no more."""

    remove: dict[str, tuple[str, ...]]


Fix = SynonymFix | StopWordsFix


def read_fix(data: object) -> Fix:
    """The fix of a report's row.

    Raises:
        msgspec.ValidationError: it is none.
    """
    found: Fix = msgspec.convert(data, Fix)
    return found


def decode_fix(text: str) -> Fix:
    """The fix that a form sends.

    Raises:
        msgspec.DecodeError: it is none.
    """
    found: Fix = msgspec.json.decode(text.encode(), type=Fix)
    return found


def encode_fix(fix: Fix) -> str:
    """The fix as a form sends it."""
    return msgspec.json.encode(fix).decode()


def apply(model: TuningModel, fix: Fix) -> TuningModel:
    """The model with the fix; the same one when it has it already."""
    if isinstance(fix, SynonymFix):
        known = any(_says(group, fix) for group in model.synonyms)
        return model if known else add_synonyms(model, Synonyms(fix.words, fix.to, note=NOTE))
    for lang, words in fix.remove.items():
        model = _kept(model, lang, words)
    return model


def is_possible(fix: Fix) -> bool:
    """Whether a tuning may say that: not so of what is no word, or of too many."""
    return not any(find_faults(apply(TuningModel(), fix)))


def lines(model: TuningModel, fix: Fix) -> list[Line]:
    """The lines of the tuning's file that change, those that go before those that come."""
    if isinstance(fix, SynonymFix):  # a group more stands in front and leaves the others as they are
        before, after = TuningModel(), apply(TuningModel(), fix)
    else:
        before = TuningModel(stop_words=model.stop_words)
        after = apply(before, fix)
    return list(_changed(as_files(before), as_files(after)))


def _says(group: Synonyms, fix: SynonymFix) -> bool:
    return set(fix.words) <= set(group.words) and set(fix.to) <= set(group.to)


def _kept(model: TuningModel, lang: str, words: Sequence[str]) -> TuningModel:
    """The model in which words are no stop words: those somebody had added are not added any more."""
    known = model.stop_words.get(lang, StopWords())
    added = tuple(word for word in known.add if word not in words)
    removed = (*known.remove, *(word for word in words if word not in known.remove))
    if replace(known, add=added, remove=removed) == known:
        return model
    return set_stop_words(model, lang, added, removed)


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """What is between the lines that both begin and end with; comments and empty lines are left out."""
    start = _alike(before, after)
    end = min(_alike(before[::-1], after[::-1]), len(before) - start, len(after) - start)
    for sign, listed in (("-", before), ("+", after)):
        for line in listed[start : len(listed) - end]:
            if line and not line.startswith("#"):
                yield sign, line


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
