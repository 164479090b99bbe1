"""Where the service will be: its folder and its address, looked at before anything is started.

Quick to import: ``make serve`` asks before it indexes.
"""

from __future__ import annotations

import errno
import os
import socket
from contextlib import closing
from pathlib import Path

from indexer.errors import ConfigurationError

from .settings import Bind


def check_folder(data: Path) -> str:
    """Look at the data folder. Returns in words what will not work there; empty when all will.

    A folder without an index is a good one: the service waits for the index. One that is full, or
    may only be read, still answers searches.

    Raises:
        ConfigurationError: it is not there, which is mostly a slip of the pen, or cannot be used.
    """
    try:
        data.stat()
    except PermissionError as error:
        raise ConfigurationError(f"{data}: may not be looked at by this user") from error
    except OSError:
        raise ConfigurationError(
            f"{data}: there is no such folder. `broadsheet index --data {data} PAGES` makes it, with an "
            "index of the pages in it; `mkdir` makes an empty one, whose service waits for an index"
        ) from None
    if not data.is_dir():
        raise ConfigurationError(f"{data}: is not a folder")
    if not os.access(data, os.R_OK | os.X_OK):
        raise ConfigurationError(f"{data}: may not be read by this user")
    if not os.access(data, os.W_OK):
        return f"{data}: cannot be written to. Searches are answered; articles cannot be pushed or removed"
    return ""


def check_address(bind: Bind) -> None:
    """Fail early, in words, when the address cannot be listened on.

    Raises:
        ConfigurationError: it is in use, not allowed, or not of this machine.
    """
    if bind.path:
        return
    family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind.host, bind.port))
        except OSError as error:
            raise ConfigurationError(_refusal(bind, error)) from error


def _refusal(bind: Bind, error: OSError) -> str:
    if error.errno != errno.EADDRINUSE:
        return f"cannot listen on {bind}: {error.strerror or error}"
    other = bind.port + 1 if bind.port < 65_535 else 8_000
    return (
        f"port {bind.port} on {bind.host} is in use by another program. Stop that one, or take another port: "
        f"`make serve PORT={other}` or `broadsheet serve --bind {Bind(bind.host, other)}`"
    )
