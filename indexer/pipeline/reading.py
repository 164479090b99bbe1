"""Reading one page, whatever it does: an article, or a refusal with its reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

from ..article import Article
from ..catalog import write_site
from ..catalog.rows import write_article
from ..errors import RejectedPage
from ..parsing import parse
from ..site import Site
from ..sources.page import Page


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading a page gave: an article, or ``reason`` and ``detail`` why there is none.

    ``certain`` is false when the same bytes may do better another time (a worker that was killed).
    """

    article: Article | None = None
    reason: str = ""
    detail: str = ""
    certain: bool = True


def read_page(page: Page, site: Site) -> Outcome:
    """Read a page; never raises for what the page holds."""
    try:
        article = parse(page, site)
        write_article(article)  # what cannot be written down must fail here, on this page alone
    except RejectedPage as refusal:
        return Outcome(reason=refusal.reason, detail=refusal.detail)
    except Exception as error:  # noqa: BLE001 one page must not end the run; it is reported with the error
        return Outcome(reason="parser_error", detail=f"the parser failed: {type(error).__name__}: {error}")
    return Outcome(article)


def reader_version(site: Site) -> str:
    """Names the parser and the site it reads with: another name means every page is read again."""
    return hashlib.sha256(_code_digest() + write_site(site)).hexdigest()[:16]


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    """A digest of the parser's own source and of the libraries it stands on.

    NOTE: a version number would have to be raised by hand with every change, and would be forgotten.
    """
    digest = hashlib.sha256()
    package = files(__package__.partition(".")[0])
    modules = [*package.joinpath("parsing").iterdir(), package / "site.py", package / "article.py"]
    for module in sorted(modules, key=lambda module: module.name):
        if module.name.endswith((".py", ".txt", ".toml", ".json")):
            digest.update(module.name.encode() + b"\0" + module.read_bytes() + b"\0")
    for library in ("beautifulsoup4", "lxml"):
        digest.update(f"{library} {version(library)}\0".encode())
    return digest.digest()
