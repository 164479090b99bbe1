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
