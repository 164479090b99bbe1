"""Addresses as people write them, and the known ones that may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Struct
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

NEAREST: Final = 5
MIN_LIKENESS: Final = 60.0  # of 100; below it two addresses of one site share little but the site
_PORTS: Final = {"http": ":80", "https": ":443"}


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
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host = (parts.netloc or "").casefold()
    except ValueError:
        return text.casefold()
    host = host.removeprefix("www.").removesuffix(_PORTS.get(parts.scheme.casefold(), "\0"))
    query = "&".join(part for part in parts.query.split("&") if part and not part.startswith("utm_"))
    path = unquote(parts.path).casefold().rstrip("/").removesuffix("/index.html")
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


def same(url: str, known: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The known (address, id) pairs whose address differs only in what :func:`normal` takes away."""
    wanted = normal(url)
    return tuple(pair for pair in known if normal(pair[0]) == wanted) if wanted else ()


def nearest(url: str, known: Iterable[tuple[str, str]]) -> tuple[Near, ...]:
    """The known addresses most like one that is not known, best first."""
    pairs = list(known)
    found = extract(
        normal(url),
        [normal(pair[0]) for pair in pairs],
        scorer=ratio,
        limit=NEAREST,
        score_cutoff=MIN_LIKENESS,
    )
    return tuple(Near(*pairs[at], round(score / 100.0, 3)) for _, score, at in found)
