"""Where a tuning is kept: every version that was published, and the draft.

A version is never changed. To undo is to publish an earlier one's model again, so that what was in force
when stays readable. Who changes what is written down in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, insert, select, text, update

from indexer.errors import BroadsheetError

from ..identity.actor import Actor
from ..identity.audit import MAX_ACTOR, Audit
from ..store import Database
from ..store.tables.tuning import draft, versions
from .checking import check
from .compiling import digest_of
from .faults import Fault, InvalidTuning, NoVersion, VersionMoved
from .limits import MAX_NOTE
from .model import TuningModel

UNPUBLISHED: Final = 0  # the number that stands for: nothing has been published yet
_DRAFT: Final = 1  # the id of its one row
_HEADS: Final = [column for column in versions.c if column.name != "model"]


class Version(Struct, frozen=True):
    """A version without its model. ``at`` is ISO 8601 UTC; ``parent`` is the version it was made from, 0 for
    none; ``restored`` the one whose model it has again.
    """

    number: int
    at: str
    author: str
    note: str
    digest: str
    parent: int
    restored: int | None


class Published(Struct, frozen=True):
    """A version and its model. The one numbered 0 stands for the time before the first."""

    version: Version
    model: TuningModel


class Draft(Struct, frozen=True):
    """What is being tried: ``revision`` grows with every change of it, ``base`` is the version it began
    on.
    """

    revision: int
    base: int
    at: str
    author: str
    model: TuningModel


Read = TypeVar("Read")
NOTHING: Final = Published(
    Version(UNPUBLISHED, "", "", "", digest_of(TuningModel()), UNPUBLISHED, None), TuningModel()
)


class TuningStore:
    """Versions and draft in a database. ``clock`` gives the time in UTC. Safe to use from several threads.

    Every method may raise :class:`~service.store.StoreUnavailable` or
    :class:`~indexer.errors.StorageError`: the store cannot be used.
    """

    def __init__(self, database: Database, audit: Audit, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    # -- versions -------------------------------------------------------------------------------------

    def newest_mark(self) -> tuple[int, str]:
        """The number and digest of the version in force: what tells it from any other, cheaply."""
        query = select(versions.c.number, versions.c.digest).order_by(versions.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return (row.number, row.digest) if row else (UNPUBLISHED, NOTHING.version.digest)

    def published(self) -> Published:
        """The version in force."""
        with self._database.reading() as connection:
            return _newest(connection)

    def version(self, number: int) -> Published:
        """A version.

        Raises:
            NoVersion: there is none of that number.
        """
        with self._database.reading() as connection:
            return _numbered(connection, number)

    def history(self, limit: int, before: int | None = None) -> Sequence[Version]:
        """Versions, newest first; only those before a number, when one is given."""
        query = select(*_HEADS).order_by(versions.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(versions.c.number < before)
        with self._database.reading() as connection:
            return [_version(row) for row in connection.execute(query)]

    def publish(
        self, model: TuningModel, actor: Actor, *, note: str = "", base: int | None = None
    ) -> Published:
        """Put a model into force. With ``base``, only if that is the version in force still.

        A model that is in force already is not published again.

        Raises:
            InvalidTuning: it cannot be used, or the note is too long.
            VersionMoved: another version was published meanwhile.
        """
        check(model)
        _check_note(note)
        with self._database.writing() as connection:
            _alone(connection)
            return self._publish(connection, model, actor, note, base)

    def restore(self, number: int, actor: Actor, *, note: str = "", base: int | None = None) -> Published:
        """Put the model of an earlier version into force again, as a new one.

        Raises:
            NoVersion: there is none of that number.
            VersionMoved: as :meth:`publish`.
        """
        _check_note(note)
        with self._database.writing() as connection:
            _alone(connection)
            earlier = _numbered(connection, number)
            said = note or f"as version {number} again"
            return self._publish(connection, earlier.model, actor, said, base, restored=number)

    def _publish(
        self,
        connection: Connection,
        model: TuningModel,
        actor: Actor,
        note: str,
        base: int | None,
        *,
        restored: int | None = None,
    ) -> Published:
        current = _newest(connection)
        if base is not None and base != current.version.number:
            raise _moved(current.version, base)
        digest = digest_of(model)
        if digest == current.version.digest and current.version.number != UNPUBLISHED:
            return current
        version = Version(
            number=current.version.number + 1,
            at=self._now(),
            author=actor.shown[:MAX_ACTOR],
            note=note,
            digest=digest,
            parent=current.version.number,
            restored=restored,
        )
        row = {name: getattr(version, name) for name in version.__struct_fields__}
        connection.execute(insert(versions).values(**row, model=_encoded(model)))
        action = "tuning.publish" if restored is None else "tuning.restore"
        more = {} if restored is None else {"restored": restored}
        self._audit.note(
            actor,
            action,
            f"version {version.number}",
            within=connection,
            note=note,
            digest=digest[:12],
            **more,
        )
        return Published(version, model)

    # -- the draft ------------------------------------------------------------------------------------

    def draft(self) -> Draft | None:
        """The draft, when there is one."""
        with self._database.reading() as connection:
            return _read_draft(connection)[1]

    def save_draft(
        self, model: TuningModel, actor: Actor, *, revision: int | None = None, base: int | None = None
    ) -> Draft:
        """Keep a draft. With ``revision``, only if that is the draft's still, 0 for none.

        ``base`` is the version it began on: that of the draft there is, or the one in force, when not given.

        Raises:
            InvalidTuning: it cannot be used.
            VersionMoved: somebody else has changed the draft meanwhile.
        """
        check(model)
        with self._database.writing() as connection:
            _alone(connection)
            last, known = _read_draft(connection)
            _check_revision(known, revision)
            begun = known.base if known else _newest(connection).version.number
            made = Draft(
                revision=last + 1,
                base=begun if base is None else base,
                at=self._now(),
                author=actor.shown[:MAX_ACTOR],
                model=model,
            )
            _write_draft(connection, made, _encoded(model))
            self._audit.note(actor, "tuning.draft", f"revision {made.revision}", within=connection)
        return made

    def drop_draft(self, actor: Actor, *, revision: int | None = None) -> bool:
        """Have no draft any more; ``False`` when there was none.

        Raises:
            VersionMoved: somebody else has changed it meanwhile.
        """
        with self._database.writing() as connection:
            _alone(connection)
            last, known = _read_draft(connection)
            if known is None:
                return False
            _check_revision(known, revision)
            self._empty(connection, last, actor)
            self._audit.note(actor, "tuning.drop", f"revision {known.revision}", within=connection)
        return True

    def publish_draft(
        self, actor: Actor, *, note: str = "", revision: int | None = None, base: int | None = None
    ) -> Published:
        """Put the draft into force, and have none any more.

        It must have begun on the version in force, so that nothing published since is undone unseen; ``base``
        says that the caller has looked, and at which version.

        Raises:
            NoVersion: there is no draft.
            VersionMoved: the draft, or what is in force, has changed meanwhile.
        """
        _check_note(note)
        with self._database.writing() as connection:
            _alone(connection)
            last, known = _read_draft(connection)
            if known is None:
                raise NoVersion("there is no draft")
            _check_revision(known, revision)
            made = self._publish(connection, known.model, actor, note, known.base if base is None else base)
            self._empty(connection, last, actor)
        return made

    def _empty(self, connection: Connection, last: int, actor: Actor) -> None:
        none = Draft(last + 1, UNPUBLISHED, self._now(), actor.shown[:MAX_ACTOR], TuningModel())
        _write_draft(connection, none, "")

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


def _alone(connection: Connection) -> None:
    """Nobody else publishes or saves meanwhile. On SQLite a transaction that writes is alone anyhow."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE tuning_versions, tuning_draft IN SHARE ROW EXCLUSIVE MODE"))


def _newest(connection: Connection) -> Published:
    row = connection.execute(select(versions).order_by(versions.c.number.desc()).limit(1)).first()
    return _published(row) if row else NOTHING


def _numbered(connection: Connection, number: int) -> Published:
    if number == UNPUBLISHED:
        return NOTHING
    row = connection.execute(select(versions).where(versions.c.number == number)).first()
    if row is None:
        raise NoVersion(f"there is no version {number} of the tuning")
    return _published(row)


def _published(row: Row[Any]) -> Published:
    return Published(_version(row), decoded(row.model))


def _version(row: Row[Any]) -> Version:
    return Version(row.number, row.at, row.author, row.note, row.digest, row.parent, row.restored)


def decoded(model: str) -> TuningModel:
    """The model of a column.

    Raises:
        BroadsheetError: it is of a later release, or was changed by hand.
    """
    try:
        return msgspec.json.decode(model, type=TuningModel)
    except msgspec.MsgspecError as error:
        raise BroadsheetError(f"the store holds a tuning that this release cannot read: {error}") from error


def _encoded(model: TuningModel) -> str:
    return msgspec.json.encode(model).decode()


def _read_draft(connection: Connection) -> tuple[int, Draft | None]:
    """The last revision there was, and the draft when there is one."""
    row = connection.execute(select(draft)).first()
    if row is None:
        return 0, None
    if not row.model:
        return row.revision, None
    return row.revision, Draft(row.revision, row.base, row.at, row.author, decoded(row.model))


def _write_draft(connection: Connection, made: Draft, model: str) -> None:
    row = {"revision": made.revision, "base": made.base, "at": made.at, "author": made.author, "model": model}
    if not connection.execute(update(draft).where(draft.c.id == _DRAFT).values(row)).rowcount:
        connection.execute(insert(draft).values(id=_DRAFT, **row))


def _check_revision(known: Draft | None, revision: int | None) -> None:
    now = known.revision if known else 0
    if revision is None or revision == now:
        return
    if known is None:
        raise VersionMoved("the draft was published or dropped meanwhile")
    raise VersionMoved("the draft was changed meanwhile", known.author, known.at)


def _moved(current: Version, base: int) -> VersionMoved:
    if current.number == UNPUBLISHED:
        return VersionMoved(f"nothing has been published yet, so this cannot be based on version {base}")
    what = f"version {current.number} was published meanwhile"
    return VersionMoved(what, current.author, current.at, f"this is based on version {base}")


def _check_note(note: str) -> None:
    if len(note) > MAX_NOTE:
        raise InvalidTuning([Fault("note", f"has {len(note):,} characters, more than {MAX_NOTE:,}")])
    if "\x00" in note:
        raise InvalidTuning([Fault("note", "holds U+0000, which nobody sees")])
