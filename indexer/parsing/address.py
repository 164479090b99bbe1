"""The article's own address, its image, and addresses in general."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

from ..site import Site
from ..sources.page import Page
from . import jsonld
from .head import Head
from .tree import Node

MAX_ADDRESS_CHARS = 2000
"""A longer address is not one that anybody links to."""

LEAST_WIDTH = 100
"""A picture declared narrower than this, in pixels, is an icon."""


def canonical(page: Page, head: Head, site: Site, data: jsonld.Data) -> str:
    """The canonical address if it is a plausible one, else the page's, else its place on the site.

    In order: ``rel=canonical``, ``og:url``, what JSON-LD gives as the article's address.

    A canonical address that is the bare home page while the page itself is not is a common mistake of
    templates and is not believed.
    """
    base = next((url for url in (page.url, head.first("og:url"), site.address) if is_address(url)), "")
    for value in (head.link("canonical"), head.first("og:url"), jsonld.own_address(data.article)):
        url = absolute(value, base)
        if url and not (_is_home(url) and not _is_home(page.url or page.key)):
            return url
    return own_address(page, site)


def own_address(page: Page, site: Site) -> str:
    """Where a page stands that names no address of its own: as its source says, else on the site."""
    return page.url or _under(site.address, page.key)


def _under(address: str, key: str) -> str:
    """Where a page of a folder stands on the site, when the site's address is known; else its key."""
    return f"{address.rstrip('/')}/{quote(key)}" if is_address(address) else key


def absolute(value: str, base: str) -> str:
    """An absolute http address for a possibly relative one; empty when there is none to be had."""
    value = value.strip()
    if (
        not value
        or len(value) > MAX_ADDRESS_CHARS
        or value.startswith(("#", "data:", "javascript:", "mailto:"))
    ):
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


def image(head: Head, data: jsonld.Data, base: str, shown: list[Node]) -> str:
    """The address of the article's picture, or an empty string.

    In order: ``og:image``, ``twitter:image``, JSON-LD, ``link rel=image_src``, the pictures shown in the
    article (``shown``, in document order).
    """
    stated = [
        head.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    ]
    stated += [_picture(data.article.get("image"), data), _picture(data.article.get("thumbnailUrl"), data)]
    stated += [head.link("image_src"), *(_source(node) for node in shown)]
    return next((url for url in (absolute(found, base) for found in stated) if url), "")


def _picture(value: object, data: jsonld.Data) -> str:
    value = data.reference(value)
    if isinstance(value, list):
        return next((found for found in (_picture(item, data) for item in value[:5]) if found), "")
    if isinstance(value, dict):
        named = value.get("url") or value.get("contentUrl")
        return named if isinstance(named, str) else ""
    return value if isinstance(value, str) else ""


def _source(node: Node) -> str:
    """Where a picture comes from; scripts that load pictures late keep the address in other attributes."""
    size = node.get("width")
    if size.isdigit() and int(size) < LEAST_WIDTH:
        return ""
    return node.get("data-src") or node.get("data-lazy-src") or node.get("data-original") or node.get("src")


def _is_home(url: str) -> bool:
    return (
        urlsplit(url).path in ("", "/") and not urlsplit(url).query if is_address(url) else not url.strip("/")
    )
