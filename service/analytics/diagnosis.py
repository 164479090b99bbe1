"""Why a query finds nothing, and what would help, as data that the tuning can take."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct


class Answered(Struct, frozen=True):
    """What a text finds now, without filters and outside exact mode.

    ``stop_words`` are by language. ``scripts`` are those that articles are written in, by Unicode's names.
    """

    total: int
    corrected: str | None = None
    unknown: tuple[str, ...] = ()
    stop_words: Mapping[str, tuple[str, ...]] = {}
    scripts: frozenset[str] = frozenset()


NOT_LOOKED_AT: Final[Mapping[str, Any]] = {
    "diagnosis": "not_looked_at",
    "detail": "There was no time to look: ask for fewer queries, or for this one.",
    "fix": None,
}

Ask = Callable[[str], Answered | None]


def diagnose(row: Mapping[str, Any], instead: tuple[str, int] | None, ask: Ask | None) -> dict[str, Any]:
    """``diagnosis``, a sentence about it, and a ``fix``, which is ``None`` when there is none to offer."""
    query = str(row["text"])
    now = ask(query) if ask is not None else None
    if now is not None:
        found = _narrow(row, now) or _words(query, now)
        if found and found["diagnosis"] != "unknown_words":
            return found
    if instead is not None:
        other, sessions = instead
        said = f"{sessions} day-sessions asked for “{other}” next, and found something."
        return _told("synonym", said, {"kind": "synonym", "words": [query], "to": [other]})
    if now is not None and now.unknown:
        return _told("unknown_words", f"No article has {_listed(now.unknown)}.", None)
    return _told("nothing", "No article has all of it.", None)


def _narrow(row: Mapping[str, Any], now: Answered) -> dict[str, Any] | None:
    if not now.total or now.corrected:
        return None
    if row["missed_exact"] * 2 >= row["missed"] and row["missed_exact"]:
        said = f"Exact mode finds nothing; without it there are {now.total}."
        return _told("exact_too_narrow", said, None)
    if row["missed_language"] * 2 >= row["missed"] and row["missed_language"]:
        said = f"Nothing is found in the language asked for; in all languages there are {now.total}."
        return _told("other_language", said, None)
    if row["missed_filtered"]:
        said = (
            "Visitors had chosen a category, a post type, a language or days, which leave nothing; without "
            f"them there are {now.total}."
        )
        return _told("filter_too_narrow", said, None)
    return _told("found_now", f"It finds {now.total} by now.", None)


def _words(query: str, now: Answered) -> dict[str, Any] | None:
    if now.corrected:
        said = f"The nearest words that articles have: “{now.corrected}”."
        return _told("typo", said, {"kind": "synonym", "words": [query], "to": [now.corrected]})
    written = _scripts(query)
    if written and now.scripts and not written & now.scripts:
        return _told("other_script", "No article is written in this script.", None)
    if now.stop_words:
        remove = {lang: list(words) for lang, words in now.stop_words.items()}
        said = "All of its words are stop words, and no article has all of them."
        return _told("only_stop_words", said, {"kind": "stop_words", "remove": remove})
    return None


def _told(diagnosis: str, said: str, fix: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"diagnosis": diagnosis, "detail": said, "fix": fix}


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _scripts(text: str) -> frozenset[str]:
    return frozenset(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())


def scripts_of(languages: tuple[str, ...]) -> frozenset[str]:
    """The scripts that languages are written in; none when one of them is not known."""
    known = {
        "en": "LATIN", "de": "LATIN", "fr": "LATIN", "es": "LATIN", "it": "LATIN", "nl": "LATIN",
        "tr": "LATIN", "pt": "LATIN", "sv": "LATIN", "pl": "LATIN", "sq": "LATIN", "az": "LATIN",
        "fa": "ARABIC", "ar": "ARABIC", "ur": "ARABIC", "ps": "ARABIC", "ru": "CYRILLIC", "uk": "CYRILLIC",
        "he": "HEBREW", "el": "GREEK", "zh": "CJK", "ja": "CJK", "hy": "ARMENIAN",
    }  # fmt: skip
    found = [known.get(language.partition("-")[0]) for language in languages]
    if any(script is None for script in found):
        return frozenset()
    return frozenset(script for script in found if script) | {"LATIN"}  # names and acronyms are in all
