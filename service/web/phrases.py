"""The page's words, numbers, days and directions in one interface language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from .strings import COUNTED, LANGUAGES, STRINGS

DEFAULT_LANGUAGE = "en"
# Languages written from right to left, by primary subtag (from CLDR's layout data).
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
# By CLDR's numbering system of a language: Babel takes its separators from there, but writes ASCII digits.
# (CLDR gives Arabic without a country ASCII digits, Persian its own.)
_DIGITS = {"arabext": str.maketrans("0123456789%", "۰۱۲۳۴۵۶۷۸۹٪")}
_COMMAS = {"ar": "، ", "fa": "، "}
_QUOTES = {"en": "“{}”", "fr": "«\u202f{}\u202f»", "de": "„{}“", "ar": "«{}»", "fa": "«{}»"}


def primary(tag: str) -> str:
    """The primary subtag of a language tag, lower case: ``fa`` for ``fa-IR``."""
    return tag.replace("_", "-").split("-")[0].strip().lower()


def direction(lang: str) -> str:
    """``rtl`` or ``ltr`` as the language is written, ``auto`` when the language is not known."""
    code = primary(lang)
    if code in ("", "und"):
        return "auto"
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"


def negotiate(accept_language: str, default: str = DEFAULT_LANGUAGE) -> str:
    """The interface language for an ``Accept-Language`` header: the most wanted one there is.

    Returns ``default`` (or English, when there is no table for that) if none is wanted; never raises.
    """
    for wanted in _by_weight(accept_language):
        if wanted in LANGUAGES:
            return wanted
    return primary(default) if primary(default) in LANGUAGES else DEFAULT_LANGUAGE


def _by_weight(accept_language: str) -> list[str]:
    weighed = []
    for number, item in enumerate(accept_language.split(",")):
        tag, _, weight = item.partition(";")
        quality = _quality(weight)
        if quality > 0:
            weighed.append((-quality, number, primary(tag)))
    return [tag for _, _, tag in sorted(weighed)]


def _quality(weight: str) -> float:
    if not weight.strip():
        return 1.0
    name, _, value = weight.partition("=")
    try:
        return float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0


@cache
def phrases(lang: str) -> Phrases:
    """The words of an interface language; English when there is no table for it."""
    code = primary(lang)
    return Phrases(code if code in LANGUAGES else DEFAULT_LANGUAGE)


class Phrases:
    """One interface language. Texts are HTML-safe: values put into their places are escaped."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.dir = direction(lang)
        self._texts: Mapping[str, str] = STRINGS[lang]
        self._counted = COUNTED[lang]
        self._locale = Locale.parse(lang)

    def __call__(self, key: str, **values: object) -> Markup:
        """The text of ``key`` with ``values`` in its places, escaped unless they are Markup."""
        return escape(self._texts[key]).format(**values)

    def knows(self, key: str) -> bool:
        """Whether there is a text of this key."""
        return key in self._texts

    def counted(self, key: str, n: int, **values: object) -> Markup:
        """The text of ``key`` in the plural form that ``n`` asks for."""
        forms = self._counted[key]
        text = forms.get(self._locale.plural_form(n), forms["other"])
        return escape(text).format(n=self.number(n), **values)

    def number(self, n: int) -> str:
        """``n`` with the language's digits and separators."""
        text = format_decimal(n, locale=self._locale, numbering_system="default")
        return self._own_digits(text)

    def percent(self, share: float) -> str:
        """A share of 1 in whole hundredths; what is not all is never called so."""
        whole = round(share, 2) if share >= 1 else min(round(share, 2), 0.99)
        return self._own_digits(format_percent(whole, locale=self._locale, numbering_system="default"))

    def _own_digits(self, text: str) -> str:
        return text.translate(_DIGITS.get(self._locale.default_numbering_system, {}))

    def quoted(self, text: str) -> Markup:
        """``text`` in the language's quotation marks, kept apart from the direction around it."""
        return escape(_QUOTES[self.lang]).format(Markup('<bdi class="asked">{}</bdi>').format(text))

    def listed(self, items: Iterable[Markup | str]) -> Markup:
        """The items behind one another, with the language's commas."""
        return escape(_COMMAS.get(self.lang, ", ")).join(items)

    def day(self, day: str) -> str:
        """An ISO day (or the day of an ISO time) written out; what is no day is returned as it is."""
        try:
            moment = date.fromisoformat(day[:10])
        except ValueError:
            return day
        text = self._own_digits(format_date(moment, "long", locale=self._locale))
        # CLDR's formats know no ordinals; in French the first of a month is one, and no other day.
        return text.replace("1", "1er", 1) if self.lang == "fr" and moment.day == 1 else text

    def language(self, code: str, fallback: str = "") -> str:
        """The name of a language in this one; ``fallback`` or the code when it has none."""
        if code == "und":
            return str(self("undisclosed"))
        try:
            name = Locale.parse(code, sep="-").get_display_name(self._locale)
        except (UnknownLocaleError, ValueError):
            name = None
        return name or fallback or code
