"""Language tags as browsers and pages write them, matched to the languages that the articles are in."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

# A primary subtag and what narrows it: de-DE, zh_Hant_TW. No label of a language looks so.
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})+")


def narrowed(tag: str) -> bool:
    """Whether ``tag`` is a language tag with more than its primary subtag."""
    return _TAG.fullmatch(tag) is not None


def language_of_name(name: str, known: Collection[str]) -> str | None:
    """The known language that people call so, in any of the known languages or in English: ``Persian``."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  slow to import, and seldom needed

    wanted = name.strip().casefold()
    locales = []
    for code in dict.fromkeys((*known, "en")):
        try:
            locales.append((code, Locale.parse(code, sep="-")))
        except (UnknownLocaleError, ValueError):
            continue
    for code, locale in locales:
        if code in known and any(
            (locale.get_display_name(other) or "").casefold() == wanted for _, other in locales
        ):
            return code
    return None


def best_language(tag: str, known: Collection[str]) -> str:
    """The known language that ``tag`` stands for: itself, or itself without its last subtags.

    That is the lookup of RFC 4647, section 3.4: ``de-DE`` is ``de`` where there is no ``de-DE``. What
    is no tag, or of no known language, is returned as it is.
    """
    if not narrowed(tag):
        return tag
    spelt = {language.lower(): language for language in known}
    subtags = tag.lower().replace("_", "-").split("-")
    shorter = ("-".join(subtags[:count]) for count in range(len(subtags), 0, -1))
    return next((spelt[candidate] for candidate in shorter if candidate in spelt), tag)
