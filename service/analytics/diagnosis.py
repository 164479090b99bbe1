"""Why a query finds nothing, and what would help, as data that the tuning can take."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from indexer.analysis import fold


class Answered(Struct, frozen=True):
    """What a text finds now, without filters and outside exact mode.

    ``total`` articles have all of it, ``some`` only some of its words, where none has all. ``stop_words`` are
    by language, and only given of a text that has no other words. ``scripts`` are those that articles are
    written in, by Unicode's names.
    """

    total: int
    corrected: str | None = None
    unknown: tuple[str, ...] = ()
    stop_words: Mapping[str, tuple[str, ...]] = {}
    scripts: frozenset[str] = frozenset()
    some: int = 0


SUPPORT: Final = 3  # day-sessions at least that asked the same next; k is above that, unless set lower
SHARE: Final = 5  # and one of so many of those who did not find it
NOT_LOOKED_AT: Final[Mapping[str, Any]] = {
    "diagnosis": "not_looked_at",
    "detail": "There was no time to look: ask for fewer queries, or for this one.",
    "fix": None,
    "missing": [],
}

Ask = Callable[[str], Answered | None]


def diagnose(row: Mapping[str, Any], instead: Sequence[tuple[str, int]], ask: Ask | None) -> dict[str, Any]:
    """``diagnosis``, a sentence about it, a ``fix``, which is ``None`` when there is none to offer, and the
    words that are ``missing`` from all articles, where that is all there is to say.

    ``instead`` is what was asked next and found something, with its day-sessions, most frequent first.
    """
    query = str(row["text"])
    now = ask(query) if ask is not None else None
    found = (_narrow(row, now) or _words(query, now)) if now is not None else None
    return found or _reworded(row, instead, ask) or _unanswered(now)


def is_supported(sessions: int, missed: int) -> bool:
    """Whether enough of those who did not find something asked the same next, to look into it."""
    return sessions >= SUPPORT and sessions * SHARE >= missed


def may_be_synonym(query: str, other: str, ask: Ask | None) -> bool:
    """Whether what was asked next may be another name for the same: not what is a part of the question, has
    only stop words, or finds nothing by now.
    """
    if _folded(other) <= _folded(query):
        return False
    now = ask(other) if ask is not None else None
    return now is None or (now.total > 0 and not now.stop_words)


def synonym(query: str, other: str) -> dict[str, Any]:
    """The fix that has whoever asks a query find what another finds."""
    return {"kind": "synonym", "words": [query], "to": [other]}


def _reworded(
    row: Mapping[str, Any], instead: Sequence[tuple[str, int]], ask: Ask | None
) -> dict[str, Any] | None:
    query = str(row["text"])
    for other, sessions in instead:
        if is_supported(sessions, row["missed"]) and may_be_synonym(query, other, ask):
            said = (
                f"Readers who asked “{query}” then asked “{other}”, at least {sessions} times, and found "
                "something. Whether both mean the same is for you to say."
            )
            return _told("synonym", said, synonym(query, other))
    return None


def _unanswered(now: Answered | None) -> dict[str, Any]:
    if now is not None and now.unknown:
        told = _told("unknown_words", f"No article has {_listed(now.unknown)}.{_some(now)}", None)
        return {**told, "missing": list(now.unknown)}
    return _told("nothing", f"No article has all of it.{_some(now)}", None)


def _some(now: Answered | None) -> str:
    if now is None or not now.some:
        return ""
    return f" {now.some:,} {'has' if now.some == 1 else 'have'} some of the words."


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
    return {"diagnosis": diagnosis, "detail": said, "fix": fix, "missing": []}


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _folded(text: str) -> frozenset[str]:
    return frozenset(map(fold, text.split()))


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
