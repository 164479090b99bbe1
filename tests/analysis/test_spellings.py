"""Spellings that must meet and spellings that must not, each with its reason."""

from __future__ import annotations

import pytest

from indexer.analysis import Token, chunks, tokenize
from indexer.matching import spans
from indexer.query import Phrase


def meets(typed: str, written: str) -> bool:
    """Whether what is typed, as it is or joined, stands in what is written: no stems, no typos."""
    words = list(chunks(typed))
    split = [token.surface for tokens in words for token in tokens if token.length == 1]
    joined = [token.surface for tokens in words for token in whole(tokens)]
    tokens = tokenize(written)
    return any(bool(spans(Phrase(tuple(form)), tokens, "und")) for form in (split, joined))


def whole(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.length > 1] or list(tokens)


BOTH_WAYS = [
    ("Parliament", "PARLIAMENT", "case"),
    ("café", "cafe", "an accent"),
    ("cafe\u0301", "café", "composed or not"),
    ("Däubler", "Daubler", "an umlaut"),
    ("Łódź", "Lodz", "a stroke"),
    ("Søren", "Soren", "a stroke"),
    ("Đorđe", "Dorde", "a stroke"),
    ("İstanbul", "istanbul", "a dotted capital"),
    ("Diyarbakır", "Diyarbakir", "a dotless i"),
    ("œuvre", "oeuvre", "a ligature"),
    ("ﬁne", "fine", "a ligature of type"),
    ("Straße", "STRASSE", "a sharp s in capitals"),
    ("Ｆｕｌｌ", "full", "width"),
    ("naïve", "naive", "a diaeresis"),
    ("façade", "facade", "a cedilla"),
    ("Español", "espanol", "a tilde"),
    ("Αθήνα", "ΑΘΗΝΑ", "Greek capitals have no accents"),
    ("ёлка", "елка", "Russian print leaves the dots out"),
    ("People’s", "People's", "a curly apostrophe"),
    ("People’s", "Peoples", "no apostrophe"),
    ("People´s", "People's", "an accent for an apostrophe"),
    ("People`s", "People's", "a grave for an apostrophe"),
    ("People＇s", "People's", "a wide apostrophe"),
    ("O’Brien", "OBrien", "an apostrophe within a name"),
    ("aujourd’hui", "aujourd'hui", "an apostrophe that is no elision"),
    ("rock ’n’ roll", "rock n roll", "apostrophes around a letter"),
    ("e-mail", "email", "joined"),
    ("e-mail", "e mail", "split"),
    ("e‑mail", "e-mail", "a hyphen that does not break"),
    ("e‐mail", "e-mail", "the typographer's hyphen"),
    ("e\u00admail", "email", "a soft hyphen"),
    ("co-operate", "cooperate", "joined"),
    ("Däubler-Gmelin", "daubler gmelin", "a double name split"),
    ("Däubler-Gmelin", "Daubler-Gmelin", "a double name"),
    ("l’homme", "l'homme", "an elision"),
    ("l'homme", "l homme", "an elision split"),
    ("L’ÉTÉ", "l'été", "an elision in capitals"),
    ("node.js", "nodejs", "joined at the dot"),
    ("node.js", "node js", "split at the dot"),
    ("U.S.", "US", "dots of an acronym"),
    ("U.S.", "u.s", "the last dot"),
    ("U.S.A.", "USA", "dots of an acronym"),
    ("N.C.R.I.", "NCRI", "dots of an acronym"),
    ("É.-U.", "E.-U.", "an accent within an acronym"),
    ("R&D", "r&d", "an ampersand"),
    ("AT&T", "at&t", "an ampersand"),
    ("C++", "c++", "plus signs"),
    ("F#", "f#", "a sharp"),
    ("1,000", "1000", "a thousands separator"),
    ("1,000,000", "1000000", "two of them"),
    ("1’000", "1000", "the Swiss one"),
    ("10,000.50", "10000.50", "with a fraction"),
    ("3,14", "3.14", "a comma for the fraction"),
    ("۱۹۸۸", "1988", "Persian digits"),
    ("١٩٨٨", "1988", "Arabic digits"),
    ("１９８８", "1988", "wide digits"),
    ("m²", "m2", "a superscript"),
    ("1988", "1988.", "the end of a sentence"),
    ("ك", "ک", "the other kaf"),
    ("يک", "یک", "the other yeh"),
    ("على", "علی", "alef maksura"),
    ("می‌رود", "میرود", "a joiner, joined"),
    ("می‌رود", "می رود", "a joiner, split"),
    ("كتاب‌ها", "کتابها", "the other kaf and a joiner"),
    ("الكِتَابُ", "الكتاب", "harakat"),
    ("كـتـاب", "كتاب", "tatweel"),
    ("أحمد", "احمد", "hamza on alef"),
    ("إيران", "ایران", "hamza under alef"),
    ("آزادی", "ازادی", "madda"),
    ("ا\u0653زادی", "آزادی", "a madda of its own"),
    ("مدرسة", "مدرسه", "teh marbuta"),
    ("خانۀ", "خانه", "heh with yeh above"),
    ("مسئول", "مسيول", "the hamza left out, its seat kept"),
    ("ﻻ", "لا", "a presentation form"),
    ("\u200fسلام\u200e", "سلام", "marks of direction"),
    ("فارسی\u200d", "فارسی", "a joiner that is not seen"),
    ("가다", "\u1100\u1161\u1103\u1161", "Hangul by letters"),
    ("東京", "東京", "a pair"),
    ("が", "か\u3099", "a voiced sound, composed or not"),
    ("ガス", "ｶﾞｽ", "narrow katakana"),
    ("Москва-Сити", "Москва Сити", "a compound in Cyrillic"),
]

ONE_WAY = [
    ("人民", "人民日报", "a pair within a run"),
    ("民日", "人民日报", "a pair across words: the price of cutting without a dictionary"),
    ("mail", "e-mail", "a part of a compound"),
    ("Gmelin", "Däubler-Gmelin", "a part of a name"),
    ("homme", "l’homme", "the word behind an elision"),
    ("Iran", "d'Iran", "the word behind an elision"),
    ("NCRI", "(NCRI)", "brackets"),
    ("NCRI", "“NCRI”,", "quotes and a comma"),
    ("execution", "‘No to Execution Tuesdays’", "single quotes"),
    ("people's court", "the people’s court met", "a phrase with an apostrophe"),
    ("rights of the people", "the Rights, of the People!", "punctuation between"),
]

APART = [
    ("rights people", "rights of the people", "words between"),
    ("people rights", "rights people", "the other order"),
    ("execution", "executions", "a form is not the word"),
    ("right", "rights", "a beginning is not the word"),
    ("C++", "C", "plus signs are of the name"),
    ("C", "C++", "plus signs are of the name"),
    ("C#", "C++", "another sign"),
    ("R&D", "R D", "an ampersand is of the name"),
    ("R&D", "RD", "an ampersand is of the name"),
    ("1000", "1,000,000", "another number"),
    ("000", "1,000", "half a number is none"),
    ("1", "1.5", "half a number is none"),
    ("3.14", "314", "the point counts"),
    ("1,5", "15", "a comma before one digit is no thousands separator"),
    ("1988", "1989", "another year"),
    ("e mails", "e-mail", "another word"),
    ("daubler", "daublergmelin", "a part of one word"),
    ("gmelin daubler", "Däubler-Gmelin", "the other order"),
    ("مسئول", "مسؤول", "another letter under the hamza"),
    ("人日", "人民日报", "characters that are not neighbours"),
    ("हिन्दी", "हनद", "vowel signs of Indic scripts are letters"),
    ("तमिल", "तामिल", "vowel signs of Indic scripts are letters"),
    ("か", "が", "a voiced sound is another letter"),
]


@pytest.mark.parametrize(("left", "right", "why"), BOTH_WAYS, ids=[f"{a} = {b}" for a, b, _ in BOTH_WAYS])
def test_spellings_of_one_word_meet(left: str, right: str, why: str) -> None:
    assert meets(left, f"before {right} after"), why
    assert meets(right, f"before {left} after"), why


@pytest.mark.parametrize(("typed", "written", "why"), ONE_WAY, ids=[f"{a} in {b}" for a, b, _ in ONE_WAY])
def test_a_part_is_found_in_the_whole(typed: str, written: str, why: str) -> None:
    assert meets(typed, f"before {written} after"), why


@pytest.mark.parametrize(("typed", "written", "why"), APART, ids=[f"{a} / {b}" for a, b, _ in APART])
def test_different_words_do_not_meet(typed: str, written: str, why: str) -> None:
    assert not meets(typed, f"before {written} after"), why
