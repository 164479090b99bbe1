"""Addresses as people write them, and the known ones that may be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Struct
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

NEAREST: Final = 5
MIN_LIKENESS: Final = 60.0  # of 100; below it two addresses of one site share little but the site
_PORTS: Final = {"http": ":80", "https": ":443"}
# An address in which there is nothing to be taken apart with care.
_PLAIN: Final = re.compile(r"(https?)://([\w.:@-]+)(/[\w.~!$'()*+,;=:@/-]*|)", re.ASCII | re.IGNORECASE)


class Near(Struct, frozen=True, gc=False):
    """A known address that resembles one that is not known; ``likeness`` is from 0 to 1."""

    url: str
    id: str
    likeness: float


def normal(url: str) -> str:
    """What is left of an address when case, scheme, ``www.``, escapes, fragment, marks of mail and
    advertising, and slashes at the end are no difference.
    """
    text = url.strip()
    plain = _PLAIN.fullmatch(text)
    if plain is not None:  # PERF: a third of the time; every address of a site is looked at
        scheme, host, path = plain.groups()
        return _joined(scheme.casefold(), host, path, "")
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
    except ValueError:
        return text.casefold()
    query = "&".join(part for part in parts.query.split("&") if part and not part.startswith("utm_"))
    return _joined(parts.scheme.casefold(), parts.netloc or "", unquote(parts.path), query)


def _joined(scheme: str, host: str, path: str, query: str) -> str:
    host = host.casefold().removeprefix("www.").removesuffix(_PORTS.get(scheme, "\0"))
    path = path.casefold().rstrip("/").removesuffix("/index.html")
    return f"{host}{path}{'?' + query if query else ''}"


def variants(url: str) -> tuple[str, ...]:
    """Ways in which the address may be written down: with the other scheme, with or without the slash."""
    text = url.strip()
    return tuple(dict.fromkeys(_variants(text)))


def _variants(text: str) -> Iterator[str]:
    yield text
    try:
        parts = urlsplit(text)
    except ValueError:
        return
    if parts.scheme.lower() not in ("http", "https"):
        return
    for scheme in (parts.scheme.lower(), "https", "http"):
        for path in (parts.path, f"{parts.path.rstrip('/')}/", parts.path.rstrip("/")):
            yield urlunsplit((scheme, parts.netloc.lower(), path, parts.query, ""))


class Addresses:
    """The (address, id) pairs that are known, read when they are asked for first."""

    def __init__(self, read: Callable[[], Iterable[tuple[str, str]]]) -> None:
        self._read = read

    def same(self, url: str) -> tuple[tuple[str, str], ...]:
        """Those whose address differs only in what :func:`normal` takes away."""
        wanted = normal(url)
        if not wanted:
            return ()
        return tuple(pair for pair, plain in zip(self._pairs, self._plain, strict=True) if plain == wanted)

    def nearest(self, url: str) -> tuple[Near, ...]:
        """Those most like an address that is not known, best first."""
        found = extract(normal(url), self._plain, scorer=ratio, limit=NEAREST, score_cutoff=MIN_LIKENESS)
        return tuple(Near(*self._pairs[at], round(score / 100.0, 3)) for _, score, at in found)

    @cached_property
    def _pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._read())

    @cached_property
    def _plain(self) -> list[str]:
        return [normal(address) for address, _ in self._pairs]
