"""Why a page is no article, in words for an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# Reasons of indexer.errors.RejectReason. The first sentence says what is so, the second what to do.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "empty": ("The page is empty.", "Look whether it was published whole."),
    "too_large": ("The page is larger than a page may be.", "Something else than an article is in the file."),
    "not_html": ("The file is no HTML page.", "Take it out of the source, or ignore it."),
    "malformed": ("The HTML cannot be read.", "Look at the file: it may be cut off."),
    "no_title": ("No title was found.", "Give the page a heading, or a title in its head."),
    "no_content": ("There is a title and no text of its own.", "Look at what was dropped, and at site.toml."),
    "unreadable": ("The file could not be read.", "Look at its permissions and at the disk."),
    "parser_error": ("The parser failed.", "Please report the page."),
    "parser_timeout": ("Reading it took longer than a page may.", "Please report the page."),
    "parser_died": ("The process that read it ended, mostly for want of memory.", "Read it again with more."),
    "invalid": ("A pushed article's fields make no sense.", "Look at what the publisher sends."),
    "not_article": ("A listing, a log-in form or a redirect: no article.", ""),
    "duplicate": ("Another page stands for the same address.", ""),
}
ON_PURPOSE: Final = frozenset({"not_article", "duplicate"})  # out because they should be


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with the number of pages it holds for."""

    name: str
    count: int
    what: str
    advice: str


def reasons_of(counted: Mapping[str, int]) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """The reasons that want a look, and those of pages that are out on purpose."""
    known = [Reason(name, count, *in_words(name)) for name, count in counted.items()]
    return (
        tuple(reason for reason in known if reason.name not in ON_PURPOSE),
        tuple(reason for reason in known if reason.name in ON_PURPOSE),
    )


def in_words(name: str) -> tuple[str, str]:
    """What a reason means and what to do; the name itself for one that is not known."""
    return WORDS.get(name, (name.replace("_", " "), ""))
