"""Which page of a source stands for which address, as far as a run has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..catalog import PageNote, title_key


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to a claim: the page that stands for address and title already, or whether pages with
    other titles name the address, too."""

    duplicate_of: str = ""
    shared: bool = False


class Claims:
    """Canonical address to title to the first page, by key, that has both.

    Two pages with one address and one title are the same article twice. One address with several
    titles is a mistake of the site's template: the articles are kept, the address is not believed.
    """

    def __init__(self, standing: Iterable[PageNote] = ()) -> None:
        self._pages: dict[str, dict[str, str]] = {}
        for note in standing:
            self.take(note)

    def take(self, note: PageNote) -> Claim:
        """Claim a page's address for it."""
        if not note.canonical:
            return Claim()
        titles = self._pages.setdefault(note.canonical, {})
        shared = bool(titles)
        holder = titles.setdefault(title_key(note.title), note.key)
        return Claim(duplicate_of=holder) if holder != note.key else Claim(shared=shared)

    def holder(self, note: PageNote) -> str:
        """The page that stands for the address and title of ``note``; empty when none does yet."""
        return self._pages.get(note.canonical, {}).get(title_key(note.title), "")
