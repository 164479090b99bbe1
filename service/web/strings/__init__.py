"""Every word the page and the search box say, in five languages: one table, read by :mod:`..phrases`.

A text may hold ``{name}`` places. ``COUNTED`` texts have a form for each plural category of
their language (CLDR's names), chosen by the number ``{n}``. Labels of the settings box are the
original search form's own in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import ar, de, en, fa, fr

_TABLES: Final = {"en": en, "fr": fr, "de": de, "ar": ar, "fa": fa}
LANGUAGES: Final = tuple(_TABLES)
STRINGS: Final[Mapping[str, Mapping[str, str]]] = {lang: table.TEXTS for lang, table in _TABLES.items()}
COUNTED: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    lang: table.COUNTED for lang, table in _TABLES.items()
}
