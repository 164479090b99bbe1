"""Bytes to text: what the page's encoding is, found the way browsers find it.

The order of evidence:

1. a byte order mark;
2. bytes that are not plain ASCII and decode strictly as UTF-8 are UTF-8, whatever the page declares
   (text in another encoding is hardly ever valid UTF-8 by chance, while wrong declarations are common);
3. the hint from outside the bytes (an HTTP header), then the page's own ``<meta charset>``,
   ``http-equiv`` or XML declaration, as long as the bytes decode strictly;
4. a declared UTF-8 with a few broken bytes: UTF-8, the broken bytes replaced;
5. nothing declared: an encoding of another script (Cyrillic, Greek, Hebrew, Arabic, Thai, Chinese,
   Japanese, Korean) where the bytes make whole words of it; in Latin text that of the language
   that the small words of the text, or else ``<html lang>``, name (windows-1250 or ISO-8859-2 for Polish,
   windows-1254 for Turkish); windows-1252 for everything else.

Labels mean what the WHATWG Encoding Standard says they mean: ``iso-8859-1`` is windows-1252.
"""

from __future__ import annotations

import codecs
import re

from ..errors import RejectedPage
from .undeclared import undeclared

HEAD_BYTES = 8192
"""How far into the page a declaration is looked for. Browsers stop at 1,024 bytes; pages that put a
long comment or script first are common enough to look further."""

SAMPLE_BYTES = 32_768
"""How much text detection looks at: more does not change its answer and costs linear time."""

BROKEN_SHARE = 0.02
"""The share of broken sequences up to which a page that declares UTF-8 is still taken for UTF-8."""

CONTROL_SHARE = 0.02
"""The share of control characters in the first bytes beyond which bytes are binary, not a page."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"%!PS", "PostScript"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ", "xz data"),
    (b"(\xb5/\xfd", "zstandard data"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"RIFF", "a RIFF file (image, sound or video)"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "a rich text document"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"SQLite format 3", "an SQLite database"),
)

_PROLOG = (("<!--", "-->"), ("<?", ">"), ("<!", ">"))
_XML_ROOT = re.compile(r"<(rss|feed|urlset|sitemapindex|rdf:RDF|svg|opml|plist)\b", re.IGNORECASE)

_META = re.compile(rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z!?/]")
_BRACKETS = re.compile(rb"[<>]")

_LABELS = {
    label: codec
    for codec, labels in {
        "utf-8": "utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-16 "
        "utf-16le utf-16be",
        "cp1252": "iso-8859-1 iso8859-1 iso88591 latin1 latin-1 l1 ascii us-ascii windows-1252 x-cp1252 "
        "cp819 ibm819 iso_8859-1 iso-ir-100 ansi_x3.4-1968 x-user-defined",
        "cp1250": "windows-1250 x-cp1250",
        "cp1251": "windows-1251 x-cp1251 win-1251 win1251",
        "cp1253": "windows-1253 x-cp1253",
        "cp1254": "windows-1254 x-cp1254 iso-8859-9 iso8859-9 latin5 l5",
        "cp1255": "windows-1255 x-cp1255",
        "cp1256": "windows-1256 x-cp1256",
        "cp1257": "windows-1257 x-cp1257",
        "cp1258": "windows-1258 x-cp1258",
        "cp874": "windows-874 tis-620 iso-8859-11 iso8859-11 dos-874",
        "iso8859-8": "iso-8859-8-i iso-8859-8-e logical visual",
        "gb18030": "gb2312 gbk gb_2312-80 x-gbk chinese csgb2312 iso-ir-58 cp936",
        "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5",
        "cp949": "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 cseuckr",
        "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis",
        "euc_jp": "euc-jp x-euc-jp cseucpkdfmtjapanese",
        "iso2022_jp": "iso-2022-jp csiso2022jp",
        "mac_roman": "macintosh mac x-mac-roman csmacintosh",
        "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    }.items()
    for label in labels.split()
}

_NOT_ASCII_SUPERSETS = ("iso2022_jp", "hz", "utf_7")


def decode(data: bytes, hint: str = "") -> str:
    """The page's text. Bytes that do not fit the encoding become U+FFFD; NULs are dropped.

    Args:
        data: the page as it was stored.
        hint: a charset label from outside the bytes, or empty.

    Raises:
        RejectedPage: ``empty`` for nothing but white space, ``not_html`` for bytes that are another
            kind of file (by signature, by control characters, or because they hold no tag).
    """
    if not data.strip(b" \t\r\n\f\x00\xef\xbb\xbf"):
        raise RejectedPage("empty", "no bytes but white space")
    _reject_magic(data)
    text = _text(data, hint).replace("\x00", "")
    _reject_text(text)
    return text


def codec_of(label: str) -> str:
    """The Python codec that a charset label means on the web, or an empty string for an unknown one."""
    name = label.strip().strip("\"'").lower()
    if name in _LABELS:
        return _LABELS[name]
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return info.name if getattr(info, "_is_text_encoding", True) else ""


def declared(data: bytes) -> str:
    """The codec that the page's own declaration names, or an empty string."""
    head = data[:HEAD_BYTES]
    for pattern in (_META, _XML_DECLARATION):
        found = pattern.search(head)
        if found:
            return codec_of(found.group(1).decode("ascii", "replace"))
    return ""


def _text(data: bytes, hint: str) -> str:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace")
    named = [codec for codec in (codec_of(hint) if hint else "", declared(data)) if codec]
    return _strict(data, named) or _lenient(data, named)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark shows as NULs in every second byte of the markup."""
    head = data[:400]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 > even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) * 0.3 > odd else ""


def _strict(data: bytes, named: list[str]) -> str:
    order = named if data.isascii() else ["utf-8", *named]
    for codec in order:
        if data.isascii() and codec.replace("-", "_") not in _NOT_ASCII_SUPERSETS:
            continue
        try:
            return data.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("ascii") if data.isascii() else ""


def _lenient(data: bytes, named: list[str]) -> str:
    utf8 = data.decode("utf-8", "replace")
    high = sum(1 for char in utf8 if char > "\x7f")
    broken = utf8.count("�")
    promised = "utf-8" in named or high - broken > broken
    if (promised and broken <= max(3, high * BROKEN_SHARE)) or ("utf-8" in named and broken <= high * 0.1):
        return utf8
    others = [codec for codec in named if codec != "utf-8"]
    return data.decode(others[0] if others else _detected(data), "replace")


def _detected(data: bytes) -> str:
    """Detection on the pieces that are not ASCII: markup only dilutes the evidence."""
    pieces = [piece for piece in _BRACKETS.split(data[: SAMPLE_BYTES * 16]) if not piece.isascii()]
    found = undeclared(data[:HEAD_BYTES], b" ".join(pieces)[:SAMPLE_BYTES])
    return codec_of(found) or found


def _reject_magic(data: bytes) -> None:
    start = data[:64].lstrip(b" \t\r\n")
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            raise RejectedPage("not_html", f"{kind}, not a page")
    if data[4:8] == b"ftyp":
        raise RejectedPage("not_html", "a video or image file, not a page")


def _reject_text(text: str) -> None:
    head = text[:4096]
    controls = sum(1 for char in head if char < " " and char not in "\t\r\n\f\x1b")
    if controls > max(4, len(head) * CONTROL_SHARE):
        raise RejectedPage("not_html", "binary data, not a page")
    kind = _XML_ROOT.match(text, _prolog_end(text))
    if kind:
        raise RejectedPage("not_html", f"an XML document of another kind: <{kind.group(1)}>")
    if not _TAG.search(text):
        raise RejectedPage("not_html", "no tag in it")


def _prolog_end(text: str) -> int:
    """Where the root element begins: after white space, comments, declarations and instructions."""
    position = 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        ending = next((end for start, end in _PROLOG if text.startswith(start, position)), "")
        closed = text.find(ending, position) if ending else -1
        if closed < 0:
            return position
        position = closed + len(ending)
