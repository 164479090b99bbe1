"""Do catalog and index hold together? Read-only; one line a problem."""

from __future__ import annotations

from collections.abc import Iterator

from .backends.base import Index, Reader, Record
from .catalog import Catalog, State
from .errors import IndexDamaged, NoIndex
from .lock import Holder
from .site import Site

_MENDED_BY = "`broadsheet index` brings it up to date"


def find_problems(catalog: Catalog, index: Index, holder: Holder | None = None) -> Iterator[str]:
    """Verify the catalog, then the index's files, then that every article is in both, and the same.

    ``holder`` is who is writing now, to say why the index may be behind.
    """
    problems = catalog.check()
    yield from problems
    if problems:
        return
    try:
        reader = index.reader()
    except NoIndex:
        if catalog.sequence:
            yield f"index: there is none; {_MENDED_BY}"
        return
    except IndexDamaged as error:
        yield f"index: {error}"
        return
    damage = [f"index: {line}" for line in index.check()]
    yield from damage or _compare(catalog, reader, holder)


def _compare(catalog: Catalog, reader: Reader, holder: Holder | None) -> Iterator[str]:
    if not catalog.knows(reader.stamp):
        yield f"index: was not made from this catalog; {_MENDED_BY}"
        return
    with catalog.state(Site()) as state:
        if reader.sequence != state.sequence:
            writing = f" ({holder} is writing now)" if holder else ""
            yield f"index: stands at change {reader.sequence} of {state.sequence}; {_MENDED_BY}{writing}"
            return
        yield from _missing(reader, state)


def _missing(reader: Reader, state: State) -> Iterator[str]:
    if reader.article_count != state.count:
        yield f"index: holds {reader.article_count} articles, the catalog {state.count}"
    for change in state.changes:
        if not isinstance(change, Record):
            if reader.get(change.article_id) is not None:
                yield f"index: article {change.article_id} was removed and is still there"
            continue
        found = reader.get(change.article.id)
        if found is None:
            yield f"index: article {change.article.id} ({change.locator}) is missing"
        elif found.sequence != change.sequence:
            yield f"index: article {change.article.id} ({change.locator}) is not its last version"
