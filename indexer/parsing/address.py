"""The article's own address, its image, and addresses in general."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from ..site import Site
from ..sources.page import Page
from . import jsonld
from .head import Head

MAX_ADDRESS_CHARS = 2000
"""A longer address is not one that anybody links to."""


def canonical(page: Page, head: Head, site: Site) -> str:
    """The canonical address if it is a plausible one, else the page's, else its key.

    A canonical address that is the bare home page while the page itself is not is a common mistake of
    templates and is not believed.
    """
    base = next((url for url in (page.url, head.first("og:url"), site.address) if is_address(url)), "")
    for value in (head.link("canonical"), head.first("og:url")):
        url = absolute(value, base)
        if url and not (_is_home(url) and not _is_home(page.url or page.key)):
            return url
    return page.url or page.key


def absolute(value: str, base: str) -> str:
    """An absolute http address for a possibly relative one; empty when there is none to be had."""
    value = value.strip()
    if not value or len(value) > MAX_ADDRESS_CHARS or value.startswith(("#", "data:", "javascript:", "mailto:")):
        return ""
    try:
        joined = urljoin(base, value) if base else value
        return joined if is_address(joined) else ""
    except ValueError:
        return ""


def is_address(url: str) -> bool:
    """Whether this is an absolute http or https address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
    except ValueError:
        return False


def image(head: Head, data: jsonld.Data, base: str) -> str:
    """The address of the article's picture, or an empty string."""
    value = data.reference(data.article.get("image"))
    for found in (head.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"), _picture(value)):
        url = absolute(found, base)
        if url:
            return url
    return ""


def _picture(value: object) -> str:
    if isinstance(value, list):
        return next((found for found in map(_picture, value[:5]) if found), "")
    if isinstance(value, dict):
        return _picture(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value if isinstance(value, str) else ""


def _is_home(url: str) -> bool:
    return urlsplit(url).path in ("", "/") and not urlsplit(url).query if is_address(url) else not url.strip("/")
