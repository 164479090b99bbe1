"""The keys as a worker knows them, for a moment, without making a search wait for the store."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from indexer.errors import BroadsheetError

from ..store import StoreUnavailable
from .keys import PREFIX, Key, Keys, digest_of
from .moments import Clock, moment_of

KNOWN_SECONDS: Final = (
    0.8  # how long a worker goes by what it has read; a revoked key is over within a second
)
MISS_SECONDS: Final = 0.2  # between two reads for keys that are not known: another worker may have made one
WAIT_SECONDS: Final = 1.0  # a store that answers later is down
DOWN_SECONDS: Final = 2.0  # between looks at a store that is down
USED: Final = timedelta(hours=1)  # how exactly the last use is kept


class KeyRing:
    """All keys, read at once when one is asked for and what is known is older than 0.8 s.

    They are read in a thread beside the requests, one read at a time. A request waits for that a second at
    most, and not at all while the store is known to be down; then the keys that were known go on. So a flood
    of wrong keys neither reads the store much more often than one right key does, nor stops searches.
    """

    def __init__(self, keys: Keys, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()  # never held while the store is asked
        self._known: Mapping[str, Key] | None = None
        self._read_at = -math.inf
        self._missed_at = -math.inf
        self._failed_at = -math.inf
        self._changes = 0
        self._reading: threading.Event | None = None  # set when the read in hand has ended
        self._trouble = ""  # what is wrong with the store, as far as is known
        self._used: dict[str, datetime] = {}
        keys.changed = self.drop

    def find(self, secret: str) -> Key | None:
        """The key, when it is one of ours, in use and not expired.

        It is found by its digest, so how long that takes tells nothing of any key.

        Raises:
            StoreUnavailable: none was read yet, and none can be.
        """
        if not secret.startswith(PREFIX) or len(secret) > 200:
            return None
        digest = digest_of(secret)
        asked = self._monotonic()
        key = self._all().get(digest) or self._missed(digest, asked)
        if key is None:
            return None
        now = self._clock()
        if key.expires_at and moment_of(key.expires_at) <= now:
            return None
        if not key.used_at or now - moment_of(key.used_at) >= USED:
            self._used[key.id] = now
        return key

    def any(self) -> bool:
        """Whether there is a key at all; not, when that cannot be told."""
        try:
            return bool(self._all())
        except StoreUnavailable:
            return False

    def drop(self) -> None:
        """Go no longer by what is known: a key was made or revoked here."""
        with self._lock:
            self._changes += 1
            self._read_at = -math.inf

    def begin(self) -> None:
        """Begin to read, so that who asks first need not wait."""
        self._begin(KNOWN_SECONDS)

    def flush(self) -> None:
        """Keep in the store when keys were last used. Off the request path.

        Raises:
            StoreUnavailable: that cannot be kept now, and is remembered.
        """
        used, self._used = self._used, {}
        if not used:
            return
        try:
            self._keys.used(used)
        except BroadsheetError:
            self._used = used | self._used
            raise

    def _missed(self, digest: str, asked: float) -> Key | None:
        """Look once more for a key that was not there a moment ago, at a bounded pace."""
        now = self._monotonic()
        with self._lock:
            if self._read_at >= asked or now - self._missed_at < MISS_SECONDS:
                return None
            self._missed_at = now
        return self._all(0.0).get(digest)

    def _all(self, age: float = KNOWN_SECONDS) -> Mapping[str, Key]:
        """The keys, not older than ``age`` in seconds while the store can be read."""
        reading = self._begin(age)
        if reading is not None and not reading.wait(WAIT_SECONDS):
            self._complain("the store does not answer")
        known = self._known
        if known is None:
            raise StoreUnavailable(f"the keys are not known: {self._trouble or 'the store does not answer'}")
        return known

    def _begin(self, age: float) -> threading.Event | None:
        """Begin to read if that is due; gives what ends with the read, where it is worth to wait for it."""
        now = self._monotonic()
        with self._lock:
            if self._known is not None and now - self._read_at < age:
                return None
            if self._reading is None:
                if now - self._failed_at < DOWN_SECONDS:
                    return None
                self._reading = threading.Event()
                threading.Thread(target=self._read, args=(self._reading,), name="keys", daemon=True).start()
            return None if self._trouble else self._reading

    def _read(self, ended: threading.Event) -> None:
        trouble = "the keys cannot be read"
        try:
            while not self._read_once():
                pass
            trouble = ""
        except BroadsheetError as error:
            trouble = str(error)
        finally:
            with self._lock:
                self._reading = None
                self._failed_at = self._monotonic() if trouble else -math.inf
            self._complain(trouble)
            ended.set()

    def _read_once(self) -> bool:
        """Read; ``False`` when a key was made or revoked meanwhile, which may not be among what was read."""
        began, changes = self._monotonic(), self._changes
        known = self._keys.in_use()
        with self._lock:
            if changes != self._changes:
                return False
            self._known, self._read_at = known, began
            return True

    def _complain(self, trouble: str) -> None:
        """Remember what is wrong, and log it once."""
        before, self._trouble = self._trouble, trouble
        if trouble and not before:
            structlog.get_logger("broadsheet").error("keys_not_read", detail=trouble)
