"""When the article was published and changed.

The order of evidence for the publication date:

1. JSON-LD ``datePublished`` of the article, then ``dateCreated``, ``uploadDate``;
2. ``article:published_time``, ``og:article:published_time``;
3. microdata ``itemprop=datePublished`` of the article;
4. meta names that papers and archives use (``parsely-pub-date``, ``sailthru.date``, ``dc.date``, …);
5. ``<time datetime>`` and date elements by class (``entry-date``, ``published``, ``dt-published``) in the
   article or its header, then in the rest of the page, never in furniture or around the title of another
   page (:mod:`.neighbours`), and never the day's date or the year of a copyright;
6. the date in the address;
7. a date written out near the title, in the Gregorian or the Iranian calendar;
8. a date that is labelled as that of a change ("Last updated: …"), where there is no other.

A date keeps the calendar day and the offset it was written with; nothing is shifted. Years outside
1990 to 2100 are mistakes and are not used.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import jsonld
from .changes import is_labelled, split_labels
from .head import Head
from .lexicon import JALALI_MONTHS, MODIFIED, MONTHS, PUBLISHED
from .tree import Node, text_of

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""No web page is older; later years are mistakes. There is no clock here, so "now" is not known."""

MAX_DATE_CHARS = 120
"""A longer text is not a date line."""

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]\s?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d)|[+-]\d{2}(?!\d))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[/.年년]\s?(\d{1,2})\s?[/.月월]\s?(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_NAMED_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?\s*(?:de\s+|of\s+|-|\s)?\s*([^\W\d_]{2,14})\.?,?\s*(?:de\s+|del\s+|-)?\s*(\d{4})(?!\d)"
)
_NAMED_MONTH_FIRST = re.compile(r"([^\W\d_]{3,14})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_YEAR_NAMED = re.compile(r"(?<!\d)(\d{4})\.?,?\s+([^\W\d_]{3,14})\.?\s+(\d{1,2})(?!\d)")
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_URL_DATE = re.compile(
    r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_.-]|$)|[/_-]((?:19|20)\d{2})(\d{2})(\d{2})(?=[/_.-]|$)|[/_-]((?:19|20)\d{2})-(\d{2})-(\d{2})(?=\D|$)"
)
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")

_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished", "date_published",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "published",
    "article.published", "article_date_original", "originalpublicationdate", "cxenseparse:recs:publishtime", "bt:pubdate", "dc.date.issued",
    "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date", "dcsext.articlefirstpublished", "rnews:datepublished",
    "citation_publication_date", "citation_date", "citation_online_date", "video:release_date", "book:release_date", "og:pubdate", "pub_date",
    "article:post_date", "datecreated", "creation_date", "created", "article:create", "displaydate", "timestamp", "date",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "dateupdated", "lastmod", "last-modified", "modified",
    "dcterms.modified", "dc.date.modified", "article:modified", "revised", "updated", "moddate",
)  # fmt: skip
_PUBLISHED_CLASS = re.compile(
    r"publish|entry-?date|post-?date|posted|pub-?date|dt-published|article-?date|story-?date|created|news-?date|datum|fecha|tarikh",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|dates|time|timestamp|published|posted-on|posted|byline|dateline|meta|datum|submitted|info)(?:$|[\s_-])|date$|Date|time$",
    re.IGNORECASE,
)
_TODAY_CLASS = re.compile(
    r"(?:^|[\s_-])(?:today|current-?date|date-?today|clock|weather|copyright|countdown|event-?date)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(
    r"\s*(?:©|\(c\)|copyright|all rights|(?:this )?(?:site|website|page) (?:was )?(?:last )?updated|حقوق)",
    re.IGNORECASE,
)
_MODIFIED_CLASS = re.compile(r"updated|modified|dt-updated|revis", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dates:
    """ISO 8601 dates, or dates with time and offset; empty when unknown."""

    published: str
    modified: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where dates are looked for.

    ``near`` are small elements around title and content, furniture left out; ``far`` those in the rest of
    the page; ``items`` elements with microdata; ``lines`` the short texts at the top and the end of the content; ``address`` is the page's address.
    """

    head: Head
    data: jsonld.Data
    near: list[Node]
    far: list[Node]
    items: list[Node]
    lines: list[str]
    address: str


def find_dates(evidence: Evidence) -> Dates:
    """The dates of the article."""
    published = _local(_first(_published(evidence)), date_in_address(evidence.address))
    modified = _first(_modified(evidence))
    return Dates(published, "" if modified[:10] < published[:10] else modified)


def _local(published: str, addressed: str) -> str:
    """The day in the address, where a moment in UTC falls on the day before or after it.

    The address has the site's own day; a moment in UTC alone does not tell it.
    """
    if not (addressed and published.endswith("+00:00")) or published[:10] == addressed:
        return published
    gap = dt.date.fromisoformat(published[:10]) - dt.date.fromisoformat(addressed)
    return addressed if abs(gap.days) == 1 else published


def parse_date(text: str) -> str:
    """A date as a machine or a person wrote it, as ISO 8601; empty when there is none in it.

    Of two readings of a numeric date the day comes first, unless that gives no date.
    """
    text = text.strip().translate(_DIGITS)[:MAX_DATE_CHARS]
    if not any(char.isdigit() for char in text):
        return ""
    if _EPOCH.match(text):
        return dt.datetime.fromtimestamp(int(text[:10]), dt.UTC).date().isoformat()
    return _machine(text) or _written(text)


def date_in_address(address: str) -> str:
    """The date in the path of an address, or an empty string."""
    for found in _URL_DATE.finditer(address.split("?", maxsplit=1)[0]):
        groups = [int(group) for group in found.groups() if group]
        day = _day(*groups)
        if day:
            return day
    return ""


def jalali_to_gregorian(year: int, month: int, day: int) -> dt.date:
    """The Gregorian day of a day in the Iranian calendar (the 33-year arithmetic cycle, right for 1178 to 1633).

    Raises:
        ValueError: there is no such day.
    """
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError("no such day in the Iranian calendar")
    cycle = year + 1595
    days = -355668 + 365 * cycle + cycle // 33 * 8 + (cycle % 33 + 3) // 4 + day
    days += (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    return dt.date(1, 1, 1) + dt.timedelta(days=days - 366)


def _first(values: Iterable[str]) -> str:
    return next((found for found in map(parse_date, values) if found), "")


def _published(evidence: Evidence) -> Iterator[str]:
    head, data, near = evidence.head, evidence.data, _about_article(evidence.near)
    far = _about_article(evidence.far)
    for key in ("datePublished", "dateCreated", "uploadDate"):
        yield jsonld.text(data.article.get(key))
    yield from head.all(*_PUBLISHED_METAS[:5])
    yield from _microdata(evidence.items, "datePublished")
    for thing in data.of_type("WebPage", "ItemPage", "AboutPage"):
        yield jsonld.text(thing.get("datePublished"))
    yield from head.all(*_PUBLISHED_METAS[5:])
    for nodes in (near, far):
        yield from _elements(nodes, _PUBLISHED_CLASS)
        yield from _times(nodes)
    yield date_in_address(evidence.address)
    yield from _elements(near, _DATE_CLASS)
    yield from _lines(near)
    yield from _elements(far, _DATE_CLASS)
    for line in evidence.lines:
        yield split_labels(line)[0]
    yield from _changed([*near, *far])
    yield from (split_labels(line)[1] for line in evidence.lines)


def _modified(evidence: Evidence) -> Iterator[str]:
    yield jsonld.text(evidence.data.article.get("dateModified"))
    yield from evidence.head.all(*_MODIFIED_METAS)
    yield from _microdata(evidence.items, "dateModified")
    yield from _elements([*evidence.near, *evidence.far], _MODIFIED_CLASS)
    yield from _changed(_about_article(evidence.near))
    yield from (split_labels(line)[1] for line in evidence.lines)


def _changed(nodes: list[Node]) -> Iterator[str]:
    """Dates that are labelled as those of a change."""
    for node in nodes:
        if node.name == "time" and is_labelled(node):
            yield node.get("datetime")
            yield text_of(node)
        for text in _strings(node):
            yield text if is_labelled(node) else split_labels(text)[1]


def _about_article(near: list[Node]) -> list[Node]:
    """Without the day's date, the notice of copyright and what tells when the site was updated."""
    return [
        node
        for node in near
        if not _TODAY_CLASS.search(f"{node.get('class')} {node.get('id')}")
        and not any(isinstance(child, str) and _NOT_PUBLISHED.match(child) for child in node.children[:3])
    ]


def _microdata(items: list[Node], name: str) -> Iterator[str]:
    for node in items:
        if node.get("itemprop").lower() == name.lower():
            yield node.get("datetime") or node.get("content") or text_of(node)


def _elements(near: list[Node], pattern: re.Pattern[str]) -> Iterator[str]:
    """Dates in elements whose class matches: the machine's form if there is one."""
    for node in near:
        names = f"{node.get('class')} {node.get('id')}"
        if (
            names != " "
            and pattern.search(names)
            and not (pattern is _PUBLISHED_CLASS and _is_modified(node))
        ):
            yield from _stated(node, pattern)


def _stated(node: Node, pattern: re.Pattern[str]) -> Iterator[str]:
    """The dates an element gives: in an attribute, then in its text; no labelled change for a publication."""
    text = text_of(node)
    of_change = pattern is not _MODIFIED_CLASS
    if of_change and ((MODIFIED.match(text) and not PUBLISHED.search(text)) or is_labelled(node)):
        return
    yield node.get("datetime") or node.get("content") or node.get("title")
    if len(text) <= MAX_DATE_CHARS:
        yield split_labels(text)[0] if of_change else text


def _is_modified(node: Node) -> bool:
    names = node.get("class")
    return _MODIFIED_CLASS.search(names) is not None and _PUBLISHED_CLASS.search(names) is None


def _times(near: list[Node]) -> Iterator[str]:
    times = [node for node in near if node.name == "time"]
    for node in sorted(times, key=_is_modified):
        if is_labelled(node) or MODIFIED.match(text_of(node)):
            continue
        yield node.get("datetime")
        yield text_of(node)


def _lines(near: list[Node]) -> Iterator[str]:
    """Short lines that hold a date and little else; what is labelled as a change left out."""
    for node in near:
        for text in _strings(node):
            if not is_labelled(node):
                yield split_labels(text)[0]


def _strings(node: Node) -> Iterator[str]:
    """The short texts with a number that stand in the element itself."""
    for text in (child.strip() for child in node.children if isinstance(child, str)):
        if 6 <= len(text) <= 60 and any(char.isdigit() for char in text):
            yield text


def _machine(text: str) -> str:
    for found in _ISO.finditer(text):
        day = _day(int(found[1]), int(found[2]), int(found[3])) or _jalali(
            int(found[1]), int(found[2]), int(found[3])
        )
        if day:
            return day + _clock(found[4], found[5], found[6], found[7])
    found_compact = _COMPACT.search(text)
    if found_compact:
        day = _day(int(found_compact[1]), int(found_compact[2]), int(found_compact[3]))
        if day and not found_compact[4]:
            return day
        if day:
            return day + _clock(found_compact[4], found_compact[5], found_compact[6], None)
    return ""


def _clock(hour: str | None, minute: str | None, second: str | None, offset: str | None) -> str:
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59:
        return ""
    return f"T{int(hour):02}:{minute}:{second or '00'}{_offset(offset or '')}"


def _offset(text: str) -> str:
    if not text:
        return ""
    if text.upper() in ("Z", "UTC", "GMT"):
        return "+00:00"
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{text[0]}{digits[:2]}:{digits[2:]}" if digits <= "1459" else ""


def _written(text: str) -> str:
    for found in (
        *_NAMED_DAY_FIRST.finditer(text),
        *_NAMED_MONTH_FIRST.finditer(text),
        *_YEAR_NAMED.finditer(text),
    ):
        day = _named(*found.groups())
        if day:
            return day
    for found in _YEAR_FIRST.finditer(text):
        year, month, number = (int(group) for group in found.groups())
        day = _day(year, month, number) or _jalali(year, month, number)
        if day:
            return day
    for found in _DAY_FIRST.finditer(text):
        day = _numeric(int(found[1]), int(found[3]), found[4])
        if day:
            return day
    return ""


def _named(first: str, second: str, third: str) -> str:
    """Three parts in any order, one of them the name of a month."""
    parts = [first, second, third]
    word = next((part for part in parts if not part.isdigit()), "").lower()
    numbers = [int(part) for part in parts if part.isdigit()]
    if len(numbers) != 2:
        return ""
    year, number = max(numbers), min(numbers)
    if word in JALALI_MONTHS:
        return _jalali(year, JALALI_MONTHS[word], number)
    return _day(year, MONTHS[word], number) if word in MONTHS else ""


def _numeric(first: int, second: int, year_text: str) -> str:
    year = int(year_text)
    if len(year_text) == 2:
        year += 2000 if year < 70 else 1900
    return _day(year, second, first) or _day(year, first, second) or _jalali(year, second, first)


def _day(year: int, month: int, day: int) -> str:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _jalali(year: int, month: int, day: int) -> str:
    if not 1369 <= year <= 1479:
        return ""
    try:
        return jalali_to_gregorian(year, month, day).isoformat()
    except ValueError:
        return ""
