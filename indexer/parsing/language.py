"""The language of the article: what the page says, checked against the letters of the text.

The order of evidence: ``<html lang>``, JSON-LD ``inLanguage``, ``og:locale``, ``content-language``, the
``hreflang`` of the page's own address; then frequent words; then the site's default; then ``und``.
What the page says holds only if the text is written in a script of that language: a template that says
English around a Persian text is Persian.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ..site import Site
from . import jsonld
from .head import Head

SAMPLE_CHARS = 5000
"""How much of the text is looked at: the answer does not change after some hundred words."""

LEAST_HITS = 0.12
"""The share of words that must be frequent words of a language for the text to be in it."""

_SCRIPTS = (
    ("arabic", re.compile(r"[؀-ۿݐ-ݿﭐ-﷿ﹰ-ﻼ]")),
    ("cyrillic", re.compile(r"[Ѐ-ӿ]")),
    ("greek", re.compile(r"[Ͱ-Ͽ]")),
    ("hebrew", re.compile(r"[֐-׿]")),
    ("kana", re.compile(r"[぀-ヿ]")),
    ("hangul", re.compile(r"[가-힯]")),
    ("han", re.compile(r"[一-鿿]")),
    ("thai", re.compile(r"[฀-๿]")),
    ("devanagari", re.compile(r"[ऀ-ॿ]")),
    ("armenian", re.compile(r"[԰-֏]")),
    ("georgian", re.compile(r"[Ⴀ-ჿ]")),
    ("latin", re.compile(r"[A-Za-zÀ-ɏ]")),
)
_OF_SCRIPT = {
    "arabic": ("fa", "ar", "ur", "ckb", "ku", "ps", "ug", "sd", "az"),
    "cyrillic": ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "uz", "tt"),
    "greek": ("el",),
    "hebrew": ("he", "yi"),
    "kana": ("ja",),
    "hangul": ("ko",),
    "han": ("zh", "ja", "yue"),
    "thai": ("th",),
    "devanagari": ("hi", "mr", "ne", "sa"),
    "armenian": ("hy",),
    "georgian": ("ka",),
}
_DEFAULT_OF_SCRIPT = {"cyrillic": "ru", "greek": "el", "hebrew": "he", "kana": "ja", "hangul": "ko", "han": "zh", "thai": "th",
                      "devanagari": "hi", "armenian": "hy", "georgian": "ka"}  # fmt: skip
_NOT_LATIN = frozenset(code for codes in _OF_SCRIPT.values() for code in codes) - {
    "sr",
    "uz",
    "az",
    "ku",
    "mn",
    "kk",
}

_FREQUENT = {
    "en": "the of and to in is that for was on with as it by be are this from at his have which but not they an has were",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass",
    "fr": "de la le et les des en un une du dans que pour qui sur est par au pas plus ce avec il ne se sont aux",
    "es": "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este",
    "it": "di che e la il un a per in una non sono da con le si dei del nel alla come anche più della gli i ha",
    "pt": "de que e o a do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als maar dan bij uit door nog naar",
    "sv": "och att det i en som på är av för med den till inte om ett har de jag men var så från vi",
    "da": "og i at det er en til af på de for den som med der ikke et han har var fra om men",
    "no": "og i det er på en til av som for at med den de ikke har et om fra han var men",
    "fi": "ja on ei että se hän mutta ovat kun oli myös niin kuin joka tai sen ole mukaan",
    "pl": "w i na z nie się do to że jest o jak za po przez od ale dla oraz są tym był",
    "cs": "a v se na je že s z do to o i k pro ve jsou jako by po ale které bylo",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi en ne var sonra kadar",
    "ro": "de și în a la cu o din că pe nu un pentru este mai sunt care sau fost",
    "hu": "a az és hogy nem is egy van ez de volt meg mint csak már el még",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke ada karena",
    "ca": "de la i el a que en les els per un una amb del no és al com més",
}
_WORDS_OF = {code: frozenset(line.split()) for code, line in _FREQUENT.items()}
_WORD = re.compile(r"[^\W\d_]+")
_PERSIAN = re.compile(r"[پچژگیک‌]")
_ARABIC = re.compile(r"[ةيكىإأؤ]|(?:^|\s)ال")
_URDU = re.compile(r"[ٹڈڑںےھہ]")
_CODE = re.compile(r"^([a-z]{2,3})(?:[-_]|$)")


def find_language(head: Head, data: jsonld.Data, site: Site, text: str, address: str) -> str:
    """The primary language subtag, lower case, or ``und``.

    Args:
        head: what the page's head says.
        data: what its JSON-LD says.
        site: for the default language.
        text: title and text of the article.
        address: the page's address, to find its own ``hreflang``.
    """
    sample = text[:SAMPLE_CHARS]
    script = script_of(sample)
    stated = [code for code in map(code_of, _stated(head, data, address)) if code]
    fitting = [code for code in stated if _fits(code, script)]
    told = by_letters(sample, script)
    if told and (not fitting or _doubtful(fitting[0], told, script)):
        return told
    if fitting:
        return _checked(fitting, sample, script)
    default = code_of(site.default_language)
    guess = by_words(sample) if script == "latin" else _DEFAULT_OF_SCRIPT.get(script, "")
    return guess or (default if default and _fits(default, script) else "und")


def language_of(text: str, site: Site) -> str:
    """The primary language subtag of a text that nothing is said of, or ``und``.

    By its letters and frequent words; then the languages of the site that are written so, its default first;
    then what a script is mostly used for.
    """
    sample = text[:SAMPLE_CHARS]
    script = script_of(sample)
    told = by_letters(sample, script) or (by_words(sample) if script == "latin" else "")
    if told:
        return told
    known = (code_of(tag) for tag in (site.default_language, *site.languages))
    fitting = next((code for code in known if code and _fits(code, script)), "")
    return fitting or _DEFAULT_OF_SCRIPT.get(script, "und")


def code_of(tag: str) -> str:
    """The primary subtag of a language tag, or an empty string when it is none."""
    found = _CODE.match(tag.strip().lower())
    code = found.group(1) if found else ""
    return {
        "in": "id",
        "iw": "he",
        "nb": "no",
        "nn": "no",
        "per": "fa",
        "fas": "fa",
        "eng": "en",
        "ger": "de",
        "deu": "de",
    }.get(code, code)


def script_of(text: str) -> str:
    """The script most letters of a text are in; kana decide for Japanese."""
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS}
    if counts["kana"] * 10 > counts["han"] > 0:
        counts["kana"] += counts["han"]
    name, most = max(counts.items(), key=lambda item: item[1])
    return name if most else ""


def by_letters(text: str, script: str) -> str:
    """Persian, Arabic or Urdu by the letters that only one of them uses."""
    if script != "arabic":
        return ""
    persian, arabic, urdu = (len(pattern.findall(text)) for pattern in (_PERSIAN, _ARABIC, _URDU))
    if urdu > max(persian, arabic) * 0.5 and urdu > 5:
        return "ur"
    return "fa" if persian > arabic else "ar" if arabic > persian else ""


def by_words(text: str) -> str:
    """A language of Latin script by its most frequent words; empty when none stands out."""
    words = Counter(word.lower() for word in _WORD.findall(text))
    size = sum(words.values())
    if size < 8:
        return ""
    hits = {code: sum(words[word] for word in known) / size for code, known in _WORDS_OF.items()}
    best, second = sorted(hits.items(), key=lambda item: -item[1])[:2]
    return best[0] if best[1] >= LEAST_HITS and best[1] > second[1] * 1.1 else ""


def _stated(head: Head, data: jsonld.Data, address: str) -> Iterator[str]:
    yield head.lang
    yield jsonld.text(data.article.get("inLanguage"))
    yield from head.all(
        "og:locale", "content-language", "language", "dc.language", "dcterms.language", "inlanguage"
    )
    canonical = head.link("canonical") or address
    for node in head.links.get("alternate", ()):
        if canonical and node.get("href") == canonical and node.get("hreflang") != "x-default":
            yield node.get("hreflang")


def _fits(code: str, script: str) -> bool:
    """Whether a language is written in a script."""
    if not script:
        return True
    if script == "latin":
        return code not in _NOT_LATIN
    return code in _OF_SCRIPT.get(script, ())


def _doubtful(code: str, told: str, script: str) -> bool:
    """Persian and Arabic templates are mixed up; other languages of the script are believed."""
    return script == "arabic" and code in ("fa", "ar", "ur") and code != told


def _checked(fitting: list[str], sample: str, script: str) -> str:
    """The first statement, unless the words of a longer text plainly speak another language."""
    if script != "latin" or fitting[0] not in _WORDS_OF or len(sample) < 400:
        return fitting[0]
    guess = by_words(sample)
    return guess if guess and _share(sample, guess) > 3 * _share(sample, fitting[0]) else fitting[0]


def _share(sample: str, code: str) -> float:
    words = [word.lower() for word in _WORD.findall(sample)]
    return sum(word in _WORDS_OF[code] for word in words) / max(1, len(words))
