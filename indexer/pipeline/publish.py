"""The index brought to where the catalog is: an update in the live generation, or a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..backends.base import Index, Record, Writer
from ..catalog import Catalog, State
from ..errors import IndexDamaged, NoIndex
from ..site import Site
from .report import Progress

# Changes made visible at once: more would keep a large catch-up invisible and in memory for long.
COMMIT_EVERY = 5_000
# How often progress is told: often enough for a bar, seldom enough to cost nothing.
_TELL_EVERY = 50


@dataclass(frozen=True, slots=True)
class Publisher:
    """Carries the catalog's changes into an index. The caller holds the writer's lock."""

    catalog: Catalog
    index: Index
    site: Site
    progress: Callable[[Progress], None]

    def bring_up(self, *, rebuild: bool = False) -> str:
        """Make the index hold what the catalog holds.

        A new generation is built when asked for, when there is none, when the live one is damaged, was
        not made from this catalog, or does not hold what it should after an update. Returns what was wrong
        with the live one; empty when nothing was, or nobody has looked.

        Raises:
            IndexDamaged: a new generation did not pass the gate; the old one stays.
        """
        wrong = None if rebuild else self._updated()
        if rebuild or wrong is not None:
            self._rebuild()
            # Once more, for what was pushed while the new generation was being built.
            if (again := self._updated()) is not None:
                raise IndexDamaged(f"the index was just built, and yet: {again or 'there is none'}")
        return wrong or ""

    def _updated(self) -> str | None:
        """``None`` when the live generation has been brought up, else why not; empty when there is none."""
        try:
            self.index.reader()  # verifies the live generation before anything is built on it
            writer = self.index.writer()
        except NoIndex:
            return "the index was gone" if self.catalog.has_been_indexed else ""
        except IndexDamaged as error:
            return str(error)
        try:
            if not self.catalog.knows(writer.stamp):
                return "the index was made from another catalog, or from another state of this one"
            return None if self._update(writer) else "the index did not hold what the catalog holds"
        except IndexDamaged as error:
            return str(error)
        finally:
            writer.close()

    def _update(self, writer: Writer) -> bool:
        with self.catalog.state(self.site, writer.applied) as state:
            if writer.applied < state.sequence:
                self._apply(writer, state)
            elif not _same_labels(self.index, state):
                writer.commit(state.sequence, state.labels, writer.stamp)
            return self.index.reader().article_count == state.count

    def _apply(self, writer: Writer, state: State) -> None:
        stamp = self.catalog.new_stamp(writer.stamp)
        done = 0
        for change in state.changes:
            if done and done % COMMIT_EVERY == 0:
                writer.commit(change.sequence - 1, state.labels, stamp)
            if isinstance(change, Record):
                writer.add(change)
            else:
                writer.remove(change.article_id)
            done += 1
            self._tell(done, None)
        self._tell(done, done, always=True)
        writer.commit(state.sequence, state.labels, stamp)

    def _rebuild(self) -> None:
        builder = self.index.builder()
        try:
            with self.catalog.state(self.site) as state:
                self._fill(builder, state)
            if builder.applied != state.sequence:
                raise IndexDamaged(
                    f"the new generation stands at {builder.applied}, the catalog at {state.sequence}"
                )
            self.index.publish(builder, state.count)
        finally:
            builder.close()

    def _fill(self, builder: Writer, state: State) -> None:
        done = 0
        for change in state.changes:
            if isinstance(change, Record):
                builder.add(change)
                done += 1
                self._tell(done, state.count)
        self._tell(done, state.count, always=True)
        builder.commit(state.sequence, state.labels, self.catalog.new_stamp())

    def _tell(self, done: int, total: int | None, *, always: bool = False) -> None:
        if always or done % _TELL_EVERY == 0:
            self.progress(Progress("indexing", done, total))


def _same_labels(index: Index, state: State) -> bool:
    shown = index.reader().labels
    # Order counts: it is the order of the filters on the page.
    return [(field, list(values.items())) for field, values in shown.items()] == [
        (field, list(values.items())) for field, values in state.labels.items()
    ]
