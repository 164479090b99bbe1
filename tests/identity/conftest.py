from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import falcon.testing
import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type

from indexer.site import Site
from service import server
from service.identity import identity as parts_of_identity
from service.identity.actor import OPERATOR
from service.identity.keys import Wanted
from service.resources.access import COOKIE
from service.server import Service, open_service
from service.settings import read_settings

KEY = "a-key-for-the-tests-0123"
PASSWORD = "a long walk by the sea"
NAME = "ada"


class Counting(PasswordHasher):
    """argon2id with as little work as it allows, which counts how often it is asked."""

    runs = 0

    def hash(self, *args: Any, **more: Any) -> str:
        type(self).runs += 1
        return super().hash(*args, **more)

    def verify(self, *args: Any, **more: Any) -> Any:
        type(self).runs += 1
        return super().verify(*args, **more)


def quick() -> PasswordHasher:
    return Counting(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    now: datetime = field(default_factory=lambda: datetime(2026, 5, 1, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Desk:
    """A service and a browser that keeps one cookie."""

    service: Service
    clock: Clock
    client: falcon.testing.TestClient
    data: Path = Path()
    cookie: str = ""

    def ask(self, method: str, path: str, **more: Any) -> falcon.testing.Result:
        headers = dict(more.pop("headers", {}))
        if self.cookie:
            headers.setdefault("Cookie", f"{COOKIE}={self.cookie}")
        return self.client.simulate_request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> falcon.testing.Result:
        return self.ask("GET", path, **more)

    def post(self, path: str, fields: dict[str, str] | str, **more: Any) -> falcon.testing.Result:
        """Send a form, without the token unless ``fields`` have it."""
        from urllib.parse import urlencode

        body = fields if isinstance(fields, str) else urlencode(fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        answer = self.ask("POST", path, body=body, headers=headers | more.pop("headers", {}), **more)
        for cookie in answer.cookies.values():
            self.cookie = cookie.value
        return answer

    def token(self, path: str = "/admin/account") -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get(path).text)
        assert found
        return found[1]

    def submit(self, path: str, **fields: str) -> falcon.testing.Result:
        """Send a form of the desk, with its token."""
        return self.post(path, {"form_token": self.token(), **fields})

    def sign_in(self, name: str = NAME, password: str = PASSWORD, code: str = "", **more: Any) -> Any:
        return self.post("/admin/sign-in", {"name": name, "password": password, "code": code} | more)

    def key(self, *scopes: str, **more: Any) -> str:
        """A new key."""
        return self.service.identity.keys.create(OPERATOR, Wanted("a test", scopes, **more))[1]

    def audited(self) -> list[str]:
        """What the audit tells, the oldest first."""
        assert self.service.identity.refusals.settle()
        return [entry.action for entry in reversed(self.service.identity.audit.newest(1_000))]


Opener = Callable[..., Desk]


@pytest.fixture
def opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens services with a clock that is told to go, and passwords that cost nothing.

    There is an administrator :data:`NAME` with :data:`PASSWORD`.
    """
    services: list[Service] = []
    Counting.runs = 0
    open_identity = parts_of_identity.open_identity

    def open_it(**settings: str) -> Desk:
        clock = Clock()
        monkeypatch.setattr(server, "utc_now", clock)
        monkeypatch.setattr(
            server, "open_identity", lambda *given, **more: open_identity(*given, **more, make_hasher=quick)
        )
        given = {"data": str(tmp_path / "data"), "api_key": KEY, "rate_limit": "off"} | settings
        service = open_service(read_settings({}, given), Site(name="The Test"), None)
        services.append(service)
        known = service.identity.administrators
        if known.get(NAME) is None:
            known.add(OPERATOR, NAME)
            known.change_password(OPERATOR, NAME, PASSWORD)
        return Desk(service, clock, falcon.testing.TestClient(service.app), tmp_path / "data")

    yield open_it
    for service in services:
        service.close(0)


@pytest.fixture
def desk(opening: Opener, store: str) -> Desk:
    """A desk on each kind of database, nobody signed in."""
    return opening(database=store)


@pytest.fixture
def plain(opening: Opener) -> Desk:
    """A desk on SQLite, for what does not touch the store."""
    return opening()
