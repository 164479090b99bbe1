"""Stems by language (Snowball), as terms of the forms field.

A stem is an index term only together with its language (``en:execut``), so that a German stem
never answers for an English word. Languages without a stemmer have no stems: their words are
found as themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache

import Stemmer

from .folding import strip_accents

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "nb": "norwegian",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
STEMMED_LANGUAGES = tuple(sorted(STEMMERS))

# Words whose forms the English stemmer keeps apart, or throws together with words of another meaning.
# NOTE: "execution" and "executive", "organization" and "organ" share a Snowball stem; readers of news about
# courts and councils do not look for one when they type the other.
_ENGLISH = {
    form: stem
    for stem, forms in {
        "woman": "woman women woman's women's",
        "man": "man men man's men's",
        "child": "child children child's children's",
        "executive": "executive executives executive's",
        "organization": "organization organizations organisation organisations organizational organisational",
        "relative": "relative relatives",
        "university": "university universities",
        "universe": "universe universes",
        "news": "news",
        "international": "international internationally",
        "general": "general generals generally",
    }.items()
    for form in forms.split()
}

_ENGLISH_BYTES = {form.encode(): f"en:={stem}".encode() for form, stem in _ENGLISH.items()}

# The Arabic stemmer knows the Arabic letters; the surface of a token has the Persian ones.
_TO_ARABIC = str.maketrans({"ی": "ي", "ک": "ك"})
_FROM_ARABIC = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})

_local = threading.local()  # a Snowball stemmer keeps its own buffer: one per thread


def _stemmer(lang: str) -> Stemmer.Stemmer:
    stemmers: dict[str, Stemmer.Stemmer] = _local.__dict__.setdefault("stemmers", {})
    if lang not in stemmers:
        stemmers[lang] = Stemmer.Stemmer(STEMMERS[lang])
        stemmers[lang].maxCacheSize = 0  # results are kept by stem_terms
    return stemmers[lang]


@lru_cache(maxsize=524_288)
def stem_terms(surface: str, lang: str) -> tuple[str, ...]:
    """The terms of the forms field for a word in a language; one, or two where accents change the stem.

    ``surface`` is a token's surface, ``lang`` a primary subtag. Empty without a stemmer.
    """
    if lang not in STEMMERS:
        return ()
    if lang == "en" and surface in _ENGLISH:
        return (f"en:={_ENGLISH[surface]}",)
    stem = _stemmer(lang).stemWord
    folded = strip_accents(surface)
    if lang == "ar":
        words = {stem(form.translate(_TO_ARABIC)).translate(_FROM_ARABIC) for form in (surface, folded)}
    else:
        words = {stem(surface), stem(folded)}
    return tuple(sorted({f"{lang}:{strip_accents(word)}" for word in words if word}))


def plain_stems(words: Sequence[bytes], lang: str) -> list[tuple[bytes, ...]]:
    """What :func:`stem_terms` has for many words at once, each of ASCII letters and digits in lower case;
    UTF-8.
    """
    prefix = f"{lang}:".encode()
    special = _ENGLISH_BYTES if lang == "en" else {}
    found: list[tuple[bytes, ...]] = []
    for word, stem in zip(words, _stemmer(lang).stemWords(list(words)), strict=True):
        if word in special:
            found.append((special[word],))
        elif stem.isalnum():
            found.append((prefix + stem,))
        else:  # some stemmers add letters with accents, which have to be folded
            found.append(tuple(term.encode() for term in stem_terms.__wrapped__(word.decode(), lang)))
    return found
