"""The encoding of a page that names none and is not UTF-8.

Browsers take the default of the page's language there, mostly windows-1252, and read the bytes only
for scripts that cannot be mistaken. So does this module:

1. whole words of bytes beyond ASCII are no Latin text, in which such letters stand singly among plain
   ones. What encoding they are is told by the most frequent letters of each script, then by
   charset-normalizer, if its answer is whole words of one script, then by the page's ``lang``;
2. everything else is Latin: the small words of the text say whether it is Polish, Czech, Hungarian,
   Turkish, Lithuanian and so on, else the page's ``lang`` does, and without either it is windows-1252.

A detector's guess among the Latin encodings is not asked for: windows-1250, 1254 and 1257 differ from
windows-1252 in a few letters, and it takes ``jalapeños`` for ``jalapeńos``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

import charset_normalizer

DEFAULT: Final = "cp1252"

LEAST_RUN: Final = 2.5
"""The mean number of letters beyond ASCII that stand together in a text of another script; in Latin
text it is close to one."""

LEAST_HIGH: Final = 12
HIGH_SHARE: Final = 0.4
"""Where half the bytes of a character may be plain letters (Shift JIS, Big5): this many bytes beyond
ASCII, and this share of them among letters. No Latin text has so many."""

LEAST_SHARE: Final = 0.45
"""The share of a script's most frequent letters in a text of it. They make up six letters in ten; in
a wrong reading they are one in three."""

LETTERS: Final = 0.8
"""The share of letters among the characters beyond ASCII of a text; the rest are quotes and dashes."""

SPELT: Final = 0.9
"""The share of a language's own letters among those beyond ASCII; foreign names have others."""

LEAST_WORDS: Final = 2
"""How many small words it takes to tell a language: one may be a name or a quotation."""

_CENTRAL = ("cp1250", "iso8859-2")
_CYRILLIC = ("cp1251", "koi8-u", "iso8859-5", "cp866", "mac_cyrillic")
_GREEK = ("iso8859-7", "cp1253")
_ARABIC = ("cp1256", "iso8859-6")
_JAPANESE = ("cp932", "euc_jp")

# Language -> encodings in use for it, the browsers' default or the more common one first.
_OF_LANGUAGE: Final[dict[str, tuple[str, ...]]] = {
    language: codecs
    for languages, codecs in (
        ("ba be bg kk ky mk ru sah sr tg tt uk", _CYRILLIC),
        ("bs cs hr hu pl ro sk sl sq", _CENTRAL),
        ("az ku tr", ("cp1254",)),
        ("et lt lv", ("cp1257", "iso8859-13")),
        ("el", _GREEK),
        ("he yi", ("cp1255", "iso8859-8")),
        ("ar fa ps ur", _ARABIC),
        ("th", ("cp874",)),
        ("vi", ("cp1258",)),
        ("ja", _JAPANESE),
        ("ko", ("cp949",)),
        ("zh", ("gb18030", "big5")),
    )
    for language in languages.split()
}
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")

# The most frequent letters of running text, and the encodings they may be in.
_FREQUENT: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (_CYRILLIC, "оеаинтсрвлкі"),
    (_GREEK, "αοιτεσνηυρς"),
    (("cp1255",), "יוהלאתרבמשנ"),
    (_ARABIC, "اليمونرتدهب"),
    (("cp874",), "านรอกเงมยลว่ี้ัท"),
    (_JAPANESE, "のにはをがでとたしるいてなれもらかすっきくこまりん、。"),
    (
        ("gb18030",),
        "的一是不了在人有我他这中大来上国个到说们为子和地出会也时要就可以对生能年发作于后多经学家关",
    ),
    (
        ("big5hkscs",),
        "的一是不了在人有我他這中大來上國個到說們為子和地出會也時要就可以對生能年發作於後多經學家關",
    ),
    (("cp949",), "이다는에의을가고하은지도를로기한서나사정자아리대어시인들해부과일제있"),
)

# Language -> frequent words that are plain ASCII, and so the same in every encoding.
_SMALL_WORDS: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to in is that it for was with as on are by this be from at have",
        "fr": "le la les de des du et en un une est que qui dans pour par sur au pas il elle ne avec",
        "es": "el la los las de del y en un una es que por con para se su al lo como no",
        "de": "der die das und in den von zu mit ist im dem des ein eine nicht auf sich es auch als",
        "pt": "o a os as de do da dos das e em um uma que por com para se na no ao mais",
        "it": "il la le gli di del della e in un una che per con si non da sono al dei lo",
        "nl": "de het een en van in is dat op te met voor zijn niet aan er door om ook naar",
        "sv": "och att det som en av den med till inte har de ett om var jag men i",
        "da": "og at det som en af den med til ikke har de et om var er for i men",
        "no": "og at det som en av den med til ikke har de et om var er for i men",
        "fi": "ja on ei se oli kun ovat mutta hän tai joka sen ole että myös niin kuin",
        "pl": "nie jest do na w z i to przez oraz jak ale od za po co tak tylko jego ich dla czy",
        "cs": "je na se v a z do ve pro ale jsou jako za by tak o po od jeho nebo bylo jsem kde",
        "sk": "je na sa v a z do vo pre ale ako za by tak o po od jeho alebo bolo som kde",
        "hu": "a az hogy nem egy is ez de volt van mint csak meg azt ha mert vagy ki el",
        "hr": "je u i na se da za su od s o ali kao koji iz to ne bi ili po",
        "sl": "je in v na se da za so od z o pa kot ki iz to ne bi ali po",
        "ro": "de la a cu pe nu un o din care pentru este mai sau fost dar ca ce sunt prin",
        "tr": "ve bir bu da de ile olarak daha ne ama kadar gibi sonra olan var en ancak o",
        "lt": "ir kad yra su bet ne jis kaip jau tai iki apie buvo ar tik nuo po vis dar",
        "lv": "un ir par ar no ka uz bet to kas lai vai gan pie kur arī nav bija tas",
        "et": "ja on ei et see oli ka kui aga ning ta oma mis seda nii kes veel ole",
    }.items()
}

# What detection may answer: encodings of whole scripts that pages were written in.
_DETECTED: Final = sorted(
    {codec for codecs in _OF_LANGUAGE.values() for codec in codecs}
    - {"cp1250", "iso8859-2", "cp1254", "cp1257", "iso8859-13", "cp1258"}
)

# The letters beyond ASCII of the languages in Latin letters that are not written in windows-1252.
_ALPHABETS: Final[dict[str, str]] = {
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "hr": "čćđšž",
    "sl": "čćđšž",
    "ro": "ăâîşţ",
    "tr": "âçğıîöşüûi̇",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "et": "äöõüšž",
}

_LANG = re.compile(rb"<html\b[^>]*?\slang\s*=\s*[\"']?\s*([a-z]{2,3}(?:-[a-z]+)*)", re.IGNORECASE)
_XML_LANG = re.compile(rb"<html\b[^>]*?\sxml:lang\s*=\s*[\"']\s*([a-z]{2,3}(?:-[a-z]+)*)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_HIGH = re.compile(rb"[\x80-\xff]")
_PLAIN = re.compile(rb"[a-zA-Z]")
_TOUCHING = re.compile(rb"[a-zA-Z][\x80-\xff]|[\x80-\xff][a-zA-Z]")
_MISPLACED = re.compile("[α-ώа-яё][Ά-ΏА-Я]")


def undeclared(head: bytes, text: bytes) -> str:
    """The Python codec of a page that declares no encoding and is not UTF-8.

    Args:
        head: the beginning of the page, where ``<html lang>`` is.
        text: a sample of what stands between the tags.
    """
    language = _language(head).partition("-")[0]
    given = _of_language(_language(head))
    if _not_latin(text) or (given and not _latin(given) and _apart(text, language)):
        found = _other_script(text, given)
        if found:
            return found
    said = _by_words(text)
    codecs = _of_language(said) or _latin(given) or (DEFAULT,)
    return _best(codecs, _ALPHABETS.get(said or language, ""), text)


def _other_script(text: bytes, given: tuple[str, ...]) -> str:
    """The encoding of words in a script that is not Latin; few bytes are no evidence but the language is."""
    if len(_HIGH.findall(text)) < LEAST_HIGH:
        return _first_in_words(given, text)
    among = [codec for codec in given if codec in _DETECTED] or _DETECTED
    return _by_letters(text) or _by_detection(text, among) or _first_in_words(given, text)


def _language(head: bytes) -> str:
    found = _LANG.search(head) or _XML_LANG.search(head)
    return found.group(1).decode("ascii").lower() if found else ""


def _of_language(language: str) -> tuple[str, ...]:
    codecs = _OF_LANGUAGE.get(language.partition("-")[0], ())
    return codecs[::-1] if language.startswith(_TRADITIONAL) else codecs


def _latin(codecs: tuple[str, ...]) -> tuple[str, ...]:
    """The encodings of a language in Latin letters; those of others do not fit a text in Latin ones."""
    return codecs if codecs and codecs[0] in {"cp1250", "cp1254", "cp1257", "cp1258"} else ()


def _not_latin(text: bytes) -> bool:
    """Whether the bytes beyond ASCII are words, or characters, of their own."""
    high, plain = len(_HIGH.findall(text)), len(_PLAIN.findall(text))
    dense = high >= LEAST_HIGH and high >= HIGH_SHARE * (high + plain)
    return dense or _mean_run(text.decode("latin-1")) >= LEAST_RUN


def _apart(text: bytes, language: str) -> bool:
    """Whether no byte beyond ASCII touches a plain letter, which may be the second half of a character."""
    return language in {"ja", "zh"} or not _TOUCHING.search(text)


def _mean_run(text: str) -> float:
    """How many characters beyond ASCII stand together, on the mean."""
    runs = [len(run) for run in re.findall(r"[^\x00-\x7f]+", text)]
    return sum(runs) / len(runs) if runs else 0.0


def _by_letters(text: bytes) -> str:
    """The encoding in which the most frequent letters of its script are the most frequent ones."""
    rows = [(codec, letters) for codecs, letters in _FREQUENT for codec in codecs]
    fits = {codec: _fit(text.decode(codec, "replace"), letters) for codec, letters in rows}
    best = max(fits, key=lambda codec: fits[codec])
    return best if fits[best][0] >= LEAST_SHARE else ""


def _fit(text: str, letters: str) -> tuple[float, int]:
    """The share of ``letters`` among the characters beyond ASCII, then how many are well placed letters.

    Capitals are not in ``letters``: text has few of them, and none after a small letter.
    """
    high = [char for char in text if char > "\x7f"]
    placed = sum(map(str.isalpha, high)) - 2 * len(_MISPLACED.findall(text))
    return sum(char in letters for char in high) / max(1, len(high)), placed


def _by_detection(text: bytes, among: list[str]) -> str:
    best = charset_normalizer.from_bytes(text, cp_isolation=among).best()
    read = text.decode(best.encoding, "replace") if best else ""
    return best.encoding if best and _mean_run(read) >= LEAST_RUN / 2 and _in_words(read) else ""


def _first_in_words(codecs: Iterable[str], text: bytes) -> str:
    return next((codec for codec in codecs if _in_words(text.decode(codec, "replace"))), "")


def _in_words(text: str) -> bool:
    """Whether the characters beyond ASCII are, but for a few signs, letters of another script than Latin."""
    high = [char for char in text if char > "\x7f"]
    letters = sum(unicodedata.category(char)[0] in "LM" and not _is_latin(char) for char in high)
    return letters >= LETTERS * len(high)


@cache
def _is_latin(char: str) -> bool:
    return unicodedata.name(char, "").startswith("LATIN")


def _by_words(text: bytes) -> str:
    """The language of most small words, Western ones first, or nothing.

    The letters beyond ASCII must be of its alphabet too: ``a el niño`` has two small words of Hungarian.
    """
    words = _WORD.findall(text.decode("latin-1").lower())
    counts = {name: sum(word in small for word in words) for name, small in _SMALL_WORDS.items()}
    fitting = [name for name in counts if name not in _ALPHABETS or _spelt(name, text)]
    best = max(fitting, key=lambda name: counts[name])
    return best if counts[best] >= LEAST_WORDS else ""


def _spelt(language: str, text: bytes) -> bool:
    """Whether nearly all letters beyond ASCII are of the language's alphabet, some foreign names excepted."""
    codec = _best(_of_language(language), _ALPHABETS[language], text)
    high = [char for char in text.decode(codec, "replace").lower() if char > "\x7f" and char.isalpha()]
    return sum(char in _ALPHABETS[language] for char in high) >= SPELT * len(high)


def _best(codecs: tuple[str, ...], alphabet: str, text: bytes) -> str:
    """The encoding in which most characters beyond ASCII are letters of the alphabet."""
    return max(codecs, key=lambda codec: sum(map(alphabet.count, _lower(text, codec))))


def _lower(text: bytes, codec: str) -> str:
    return text.decode(codec, "replace").lower()
