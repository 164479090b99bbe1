"""What the elements of a WordPress export say: the channel, and one item as a small HTML page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from html import escape
from typing import NamedTuple

from lxml import etree

from ..article import Label
from .autop import to_html


@dataclass(frozen=True, slots=True)
class Channel:
    """What an export says of the whole site: its address and language, the names people go by, pictures."""

    address: str
    language: str
    authors: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)


class Item(NamedTuple):
    """One post of an export."""

    key: str
    type: str
    status: str
    password: str
    link: str
    title: str
    content: str
    excerpt: str
    author: str
    published_at: str
    modified_at: str
    categories: tuple[Label, ...]
    tags: tuple[Label, ...]
    image: str

    def html(self, channel: Channel) -> bytes:
        """The post as a page that says of itself what the export says of the post."""
        return "\n".join(_page(self, channel)).encode("utf-8", "replace")


def read_channel(elements: Iterable[etree._Element]) -> Channel:
    """Read a whole export for what its items refer to: authors and pictures."""
    channel: dict[str, str] = {}
    authors: dict[str, str] = {}
    pictures: dict[str, str] = {}
    for element in elements:
        name = _local(element)
        if name == "author":
            author = _texts(element)
            login = author.get("author_login", "")
            authors[login] = author.get("author_display_name", "") or login
        elif name == "item":
            _picture(element, pictures)
        else:
            channel.setdefault(name, (element.text or "").strip())
    address = channel.get("base_blog_url") or channel.get("link") or channel.get("base_site_url") or ""
    return Channel(address, channel.get("language", ""), authors, pictures)


def _picture(element: etree._Element, pictures: dict[str, str]) -> None:
    texts = _texts(element)
    if texts.get("post_type") == "attachment" and "attachment_url" in texts:
        pictures[texts.get("post_id", "")] = texts["attachment_url"]


def read_item(element: etree._Element, channel: Channel) -> Item:
    """One ``<item>`` of an export."""
    texts = _texts(element)
    terms = list(_terms(element))
    login = texts.get("creator", "")
    return Item(
        key=texts.get("post_id") or texts.get("guid") or texts.get("link", ""),
        type=texts.get("post_type", "post"),
        status=texts.get("status", ""),
        password=texts.get("post_password", ""),
        link=texts.get("link", ""),
        title=texts.get("title", ""),
        content=texts.get("content:encoded", ""),
        excerpt=texts.get("excerpt:encoded", ""),
        author=channel.authors.get(login, login),
        published_at=_moment(
            texts.get("post_date", ""), texts.get("post_date_gmt", ""), texts.get("pubDate", "")
        ),
        modified_at=_moment(texts.get("post_modified", ""), texts.get("post_modified_gmt", ""), ""),
        categories=tuple(label for domain, label in terms if domain == "category"),
        tags=tuple(label for domain, label in terms if domain == "post_tag"),
        image=channel.pictures.get(_meta(element, "_thumbnail_id"), ""),
    )


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _texts(element: etree._Element) -> dict[str, str]:
    """The texts of an element's children by name; the two ``encoded`` ones keep their prefix."""
    found: dict[str, str] = {}
    for child in element.iterchildren("*"):
        name = _local(child)
        if name == "encoded":
            name = f"{child.prefix}:encoded"
        found.setdefault(name, (child.text or "").strip())
    return found


def _terms(element: etree._Element) -> Iterator[tuple[str, Label]]:
    for child in element.iterchildren("category"):
        label = " ".join((child.text or "").split())
        if label:
            yield child.get("domain", ""), Label(child.get("nicename", ""), label)


def _meta(element: etree._Element, key: str) -> str:
    for child in element.iterchildren("*"):
        if _local(child) == "postmeta":
            texts = _texts(child)
            if texts.get("meta_key") == key:
                return texts.get("meta_value", "")
    return ""


def _moment(local: str, utc: str, rfc2822: str) -> str:
    """An ISO 8601 time with offset, or a day where the export knows no offset, or empty."""
    here, there = _naive(local), _naive(utc)
    if there is None:
        return _rfc2822(rfc2822) or (here.date().isoformat() if here else "")
    offset = here - there if here else timedelta(0)
    zone = timezone(offset) if abs(offset) < timedelta(hours=24) else UTC
    return there.replace(tzinfo=UTC).astimezone(zone).isoformat(timespec="seconds")


def _naive(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 the export writes no zone
    except ValueError:
        return None  # WordPress writes 0000-00-00 00:00:00 for "never"


def _rfc2822(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat(timespec="seconds")
    except ValueError:
        return ""


def _page(item: Item, channel: Channel) -> Iterator[str]:
    yield f'<!DOCTYPE html>\n<html lang="{escape(channel.language)}">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{escape(item.title)}</title>"
    yield f'<link rel="canonical" href="{escape(item.link)}">'
    for name, content in _meta_tags(item):
        yield f'<meta property="{name}" content="{escape(content)}">'
    data = json.dumps(_json_ld(item, channel), ensure_ascii=False).replace("<", "\\u003c")
    yield f'<script type="application/ld+json">{data}</script>'
    yield f'</head>\n<body class="single single-{escape(item.type)} postid-{escape(item.key)}">'
    yield f'<article class="post type-{escape(item.type)} status-publish hentry">'
    yield f'<h1 class="entry-title">{escape(item.title)}</h1>'
    yield f'<div class="entry-content">\n{to_html(item.content)}\n</div>'
    yield "</article>\n</body>\n</html>\n"


def _meta_tags(item: Item) -> Iterator[tuple[str, str]]:
    yield "og:type", "article"
    yield "og:title", item.title
    single = (
        ("og:description", item.excerpt),
        ("og:image", item.image),
        ("article:published_time", item.published_at),
        ("article:modified_time", item.modified_at),
    )
    yield from ((name, content) for name, content in single if content)
    yield from (("article:section", label.label) for label in item.categories)
    yield from (("article:tag", label.label) for label in item.tags)


def _json_ld(item: Item, channel: Channel) -> dict[str, object]:
    known = {
        "headline": item.title,
        "url": item.link,
        "datePublished": item.published_at,
        "dateModified": item.modified_at,
        "description": item.excerpt,
        "image": item.image,
        "inLanguage": channel.language,
        "articleSection": [label.label for label in item.categories],
        "keywords": [label.label for label in item.tags],
        "author": {"@type": "Person", "name": item.author} if item.author else None,
    }
    return {"@context": "https://schema.org", "@type": "Article"} | {
        name: value for name, value in known.items() if value
    }
