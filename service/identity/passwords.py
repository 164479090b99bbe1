"""Passwords of administrators: argon2id, one at a time, and as much work for a name that nobody has."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from indexer.errors import BroadsheetError

MIN_PASSWORD: Final = 12  # characters; NIST SP 800-63B asks for 8 beside a second factor, 15 without
MAX_PASSWORD: Final = 256
ONE_TIME_WORDS: Final = 4
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


class PasswordRefused(BroadsheetError):
    """A new password that is not taken; the message says why."""


def production_hasher() -> PasswordHasher:
    """argon2id with 64 MiB and 3 passes, above the least that OWASP names (19 MiB and 2); about 0.1 s."""
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


def one_time_password() -> str:
    """A password of about 99 bits that can be read from a terminal: four groups of five."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(ONE_TIME_WORDS))
    return "-".join(groups)


def check_new(password: str, name: str) -> None:
    """Refuse a password that is too short, too long, or says the name.

    Raises:
        PasswordRefused: it is.
    """
    if len(password) < MIN_PASSWORD:
        raise PasswordRefused(f"A password has at least {MIN_PASSWORD} characters.")
    if len(password) > MAX_PASSWORD:
        raise PasswordRefused(f"A password has at most {MAX_PASSWORD} characters.")
    if len(set(password)) < 5 or (len(name) > 3 and name.casefold() in password.casefold()):
        raise PasswordRefused("This password is too easily guessed; take another.")


class Passwords:
    """Makes and checks digests of passwords. Safe to use from several threads.

    At most one is made at a time, so that many who sign in take neither the memory nor the processors that
    searches need.
    """

    def __init__(self, make_hasher: Callable[[], PasswordHasher] = production_hasher) -> None:
        self._hasher = make_hasher()
        self._turn = threading.Lock()
        self._decoy: str | None = None

    def digest(self, password: str) -> str:
        """What is kept of a password."""
        with self._turn:
            return self._hasher.hash(password)

    def right(self, digest: str | None, password: str) -> bool:
        """Whether it is the password of the digest. Without one, as much work is done, and it never is."""
        tried = password[:MAX_PASSWORD]
        if digest is None:
            self._verify(self._of_nobody(), tried)
            return False
        return self._verify(digest, tried)

    def outdated(self, digest: str) -> bool:
        """Whether the digest was made with less work than is done now."""
        return self._hasher.check_needs_rehash(digest)

    def _verify(self, digest: str, password: str) -> bool:
        with self._turn:
            try:
                return self._hasher.verify(digest, password)
            except (VerificationError, InvalidHashError):
                return False

    def _of_nobody(self) -> str:
        if self._decoy is None:
            self._decoy = self.digest(secrets.token_urlsafe())
        return self._decoy
