"""Articles handed over one by one, right after publishing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

import msgspec

from ..article import Article
from ..errors import RejectedPage
from .page import Page

PUSH = "push"
# What every URL path, log line and file name can carry as it is; 128 is longer than any slug seen.
_IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
# Calendar dates only: weeks and ordinal days are ISO 8601 too, and nobody reads them.
_CALENDAR = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", re.DOTALL)
# They show as nothing and break what shows them; line ends and tabs are white space.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_VISIBLE = "LNPS"  # Unicode's general categories of what leaves ink
MAX_TITLE_CHARS = 500  # the parser's bound for a title; every hit shows it whole


def pushed_page(article_id: str, data: bytes, *, url: str = "", charset: str = "") -> Page:
    """A pushed HTML page under the identity its publisher gave it.

    ``url`` is its address on the site and ``charset`` what the request's header said, both optional.

    Raises:
        RejectedPage: ``invalid``: the identity or the address cannot be used.
    """
    check_identity(article_id)
    _check_address("url", url)
    return Page(PUSH, article_id, data, url, charset, url or f"{PUSH}:{article_id}")


def check_identity(article_id: str) -> None:
    """Raise :class:`RejectedPage` for an identity that cannot stand in an address."""
    if not _IDENTITY.fullmatch(article_id):
        detail = "id: must be 1 to 128 letters, digits and . _ ~ - and begin with a letter or digit"
        raise RejectedPage("invalid", detail)


def _unknown(text: str) -> str:  # noqa: ARG001 whatever it says
    return "und"


def checked_article(article: Article, language_of: Callable[[str], str] = _unknown) -> Article:
    """A pushed article as it is accepted: white space tidied, every field making sense.

    ``language_of`` tells the language of title and text where the article names none.

    Raises:
        RejectedPage: ``invalid``, ``no_title`` or ``no_content``; the detail begins with the field.
    """
    check_identity(article.id)
    title = " ".join(article.title.split())
    blocks = tuple(block for block in article.blocks if block.text.strip())
    if not any(unicodedata.category(char)[0] in _VISIBLE for char in title):
        raise RejectedPage("no_title", "title: holds nothing that can be seen")
    if len(title) > MAX_TITLE_CHARS:
        raise RejectedPage(
            "invalid", f"title: has {len(title)} characters; at most {MAX_TITLE_CHARS} are allowed"
        )
    if not blocks:
        raise RejectedPage("no_content", "blocks: hold no text")
    _check_fields(article)
    lang = article.lang or language_of("\n".join([title, *(block.text for block in blocks)]))
    return replace(article, title=title, blocks=blocks, url=article.url or article.id, lang=lang)


def _check_fields(article: Article) -> None:
    _check_address("url", article.url)
    _check_address("image", article.image)
    _check_date("published_at", article.published_at)
    _check_date("modified_at", article.modified_at)
    if article.lang and not _LANGUAGE.fullmatch(article.lang):
        raise RejectedPage("invalid", f"lang: {article.lang!r} is no primary language subtag such as 'en'")
    if not (article.type.slug and article.type.label.strip()):
        raise RejectedPage("invalid", "type: has no label")
    for name in ("categories", "tags"):
        if not all(label.slug and label.label.strip() for label in getattr(article, name)):
            raise RejectedPage("invalid", f"{name}: one has no label")
    _check_text(article)


def _check_address(name: str, address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise RejectedPage("invalid", f"{name}: {address!r} is no address: {error}") from error
    if address and not (parts.scheme in {"http", "https"} and parts.netloc):
        raise RejectedPage("invalid", f"{name}: {address!r} must begin with http:// or https://")


def _check_date(name: str, moment: str) -> None:
    try:
        parsed = _moment(moment) if moment else None
    except ValueError as error:
        raise RejectedPage("invalid", f"{name}: {moment!r} is no ISO 8601 date") from error
    if isinstance(parsed, datetime) and parsed.tzinfo is None:
        raise RejectedPage("invalid", f"{name}: {moment!r} has a time without an offset such as +00:00")


def _moment(text: str) -> date | datetime:
    if not _CALENDAR.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text) if len(text) <= len("2025-01-21") else datetime.fromisoformat(text)


def _check_text(article: Article) -> None:
    texts = [("title", article.title), ("author", article.author), ("description", article.description)]
    texts += [("blocks", block.text) for block in article.blocks]
    texts += [("categories", label.label) for label in article.categories]
    texts += [("tags", label.label) for label in article.tags]
    for name, text in texts:
        if found := _CONTROL.search(text):
            raise RejectedPage("invalid", f"{name}: holds the control character U+{ord(found.group()):04X}")
    try:
        msgspec.json.encode(article)
    except UnicodeEncodeError as error:
        raise RejectedPage("invalid", f"text: holds half a character ({error.reason})") from error
