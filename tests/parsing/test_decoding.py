"""The page's encoding is found the way browsers find it."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from indexer.errors import RejectedPage
from indexer.parsing.decode import codec_of, decode

WORDS = "Zoë naïvely paid 5 € for “crème brûlée” and a façade, déjà vu."
PERSIAN = "پیمان‌نامهٔ جهانی حقوق بشر در پاریس پذیرفته شد."
RUSSIAN = (
    "Мораторий на казни обсуждали в парламенте, и решение отложили до весны, хотя многие ждали его раньше."
)


def page(text: str, declaration: str = "") -> str:
    return f"<html><head>{declaration}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (page(WORDS).encode("utf-8-sig"), ""),
        (page(WORDS).encode("utf-16"), ""),
        (page(WORDS).encode("utf-16-le"), ""),
        (page(WORDS).encode("utf-16-be"), ""),
        (page(WORDS).encode(), ""),
        (page(WORDS, '<meta charset="iso-8859-1">').encode("cp1252"), ""),
        (page(WORDS, "<meta charset=windows-1252>").encode("cp1252"), ""),
        (page(WORDS, '<meta http-equiv="Content-Type" content="text/html; charset=latin1">').encode("cp1252"), ""),
        (page(WORDS).encode("cp1252"), "ISO-8859-1"),
        (b'<?xml version="1.0" encoding="iso-8859-15"?>' + page(WORDS).replace("“", '"').replace("”", '"').encode("iso-8859-15"), ""),
    ],
    ids=["mark", "utf-16", "utf-16-le bare", "utf-16-be bare", "bare", "latin1", "cp1252", "http-equiv", "hint", "xml"],
)  # fmt: skip
def test_the_right_evidence_wins(data: bytes, hint: str) -> None:
    assert WORDS.replace("“", '"').replace("”", '"') in decode(data, hint).replace("“", '"').replace("”", '"')


@pytest.mark.parametrize("wrong", ["iso-8859-1", "windows-1256", "gb2312", "shift_jis"])
def test_text_that_is_strictly_utf_8_is_read_as_utf_8_whatever_is_declared(wrong: str) -> None:
    assert PERSIAN in decode(page(PERSIAN, f'<meta charset="{wrong}">').encode(), wrong)


@pytest.mark.parametrize(
    ("text", "codec"),
    [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), ("日本の新聞は朝早く届く。" * 8, "shift_jis"), ("联合国大会通过了这项决议。" * 8, "gb18030")],
)  # fmt: skip
def test_an_undeclared_encoding_is_detected(text: str, codec: str) -> None:
    assert text in decode(page(text).encode(codec))


def test_a_wrong_hint_yields_to_the_declaration_that_fits() -> None:
    data = page(RUSSIAN, '<meta charset="windows-1251">').encode("cp1251")
    assert RUSSIAN in decode(data, "utf-8")


def test_a_few_broken_bytes_spoil_nothing_else() -> None:
    data = page(PERSIAN * 5, '<meta charset="utf-8">').encode() + b"<p>\xff\xfe broken</p>"
    text = decode(data)
    assert PERSIAN in text
    assert "�" in text


def test_nuls_are_dropped() -> None:
    assert "\x00" not in decode(page("a\x00b").encode())


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("gb2312", "gb18030"),
        ("x-sjis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("utf-16", "utf-8"),
        ("no-such-thing", ""),
        ("rot13", ""),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, codec: str) -> None:
    assert codec_of(label).replace("utf_8", "utf-8") == codec


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\x00", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"%PDF-1.7 <html>", "not_html"),
        (b"PK\x03\x04rest", "not_html"),
        (b"\x89PNG\r\n\x1a\n<p>", "not_html"),
        (b"GIF89a<p>", "not_html"),
        (b"\xff\xd8\xff\xe0<p>", "not_html"),
        (b"\x1f\x8b\x08<p>", "not_html"),
        (b"\x00\x00\x00\x18ftypmp42", "not_html"),
        (bytes(range(32)) * 40 + b"<p>", "not_html"),
        (b"just words, no tag", "not_html"),
        (b'{"json": true}', "not_html"),
        (b'<?xml version="1.0"?>\n<!-- feed --><rss version="2.0"><channel/></rss>', "not_html"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "not_html"),
        (b"<urlset><url/></urlset>", "not_html"),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(RejectedPage) as refused:
        decode(data)
    assert refused.value.reason == reason
