"""A PostgreSQL server for the tests: started on a folder and a port of its own, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from tests.live import ROOT, free_port

USER = "broadsheet"
READY_SECONDS = 60
# Nothing of these servers is to outlive a test.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


@dataclass(frozen=True)
class Postgres:
    """A running server. Every test takes a database of its own."""

    port: int
    _numbers: Iterator[int]

    def new_database(self) -> str:
        """Make an empty database and give its address."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        return self._address(name)

    def _address(self, name: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    given = os.environ.get("BROADSHEET_TEST_POSTGRES", "")
    if given:
        return Path(given)
    found = subprocess.run(
        [str(ROOT / "tools" / "find-postgres")], capture_output=True, text=True, check=False
    )
    if found.returncode:
        raise RuntimeError(found.stderr.strip())
    return Path(found.stdout.strip())


def as_nobody(folder: Path) -> list[str]:
    """What goes before a command, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    return ["setpriv", "--reuid", "nobody", "--clear-groups", "--"]


def _wait_until_ready(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            psycopg.connect(f"postgresql://{USER}@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL is not ready:\n{log.read_text('utf-8')}") from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server, and end it with the block."""
    # NOTE: not in pytest's folders, which no other user may enter.
    with tempfile.TemporaryDirectory(prefix="broadsheet-postgres-") as name:
        home = Path(name)
        data, log, port = home / "data", home / "log", free_port()
        first = as_nobody(home)
        made = [
            str(programs() / "initdb"),
            "-D",
            str(data),
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run([*first, *made, "--locale=C"], check=True, capture_output=True, cwd=home)
        options = [
            *(
                "-c",
                f"port={port}",
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                f"unix_socket_directories={home}",
            ),
            *(part for option in QUICK for part in ("-c", option)),
        ]
        with log.open("wb") as told:
            server = subprocess.Popen(
                [*first, str(programs() / "postgres"), "-D", str(data), *options],
                stdout=told, stderr=told, cwd=home,
            )  # fmt: skip
            try:
                _wait_until_ready(port, server, log)
                yield Postgres(port, count(1))
            finally:
                server.terminate()
                server.wait(30)
