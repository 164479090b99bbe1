"""Every setting: name, default, help, and how its text is read. One table, read once.

The table is what the options of ``broadsheet serve``, the environment variables, ``broadsheet
settings`` and docs/operating.md are made from. A setting ``query_budget`` is the option
``--query-budget`` and the variable ``BROADSHEET_QUERY_BUDGET``; the option wins.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from indexer.errors import ConfigurationError

PREFIX: Final = "BROADSHEET_"
MIN_KEY_LENGTH: Final = 16  # a key that guards writing must not be guessable in an afternoon

_RATE: Final = re.compile(r"[1-9]\d{0,7} ?/ ?([1-9]\d{0,2} ?)?(second|minute|hour|day)s?", re.IGNORECASE)
MAX_SOCKET_BYTES: Final = 107  # what the kernel's address of a Unix socket holds, but for its final zero


@dataclass(frozen=True, slots=True)
class Bind:
    """Where to listen: a host and a port, or a Unix socket when ``path`` is set."""

    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as read; the table below says what each one means."""

    data: Path
    bind: Bind
    site: Path | None
    source: tuple[str, ...]
    database: str
    workers: int
    threads: int
    api_key: str
    api_key_file: Path | None
    cors_origins: tuple[str, ...]
    cache_seconds: int
    suggest_cache_seconds: int
    popular_queries: tuple[str, ...]
    popular_from_log: bool
    result_cache_mb: int
    preview_queries: int
    index_memory_mb: int
    query_budget: float
    header_timeout: float
    receive_timeout: float
    keepalive: int
    graceful_timeout: int
    max_requests: int
    forwarded_allow_ips: str
    analytics: bool
    analytics_days: int
    analytics_k: int
    log_level: str
    log_queries: bool
    public_search: bool
    rate_limit: str
    rate_limit_store: str
    session_idle: int
    session_longest: int

    @property
    def writing(self) -> bool:
        """Whether a key is set, so that articles may be pushed and removed over HTTP."""
        return bool(self.api_key)


def _text(text: str) -> str:
    return text


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _maybe_path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(shlex.split(text))


def _flag(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError("is not 1 or 0")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"is not a whole number from {low} to {high}")
        return int(text)

    return read


def _seconds(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"is not a number of seconds from {low:g} to {high:g}")
        return value

    return read


def _one_of(*names: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in names:
            raise ValueError(f"is not one of {', '.join(names)}")
        return text.lower()

    return read


def _socket(text: str) -> str:
    path = Path(text)
    if not text:
        raise ValueError("names no socket after unix:")
    if len(os.fsencode(text)) > MAX_SOCKET_BYTES:
        raise ValueError(
            f"is longer than {MAX_SOCKET_BYTES} bytes, the most that the path of a socket may have"
        )
    if not path.parent.is_dir():
        raise ValueError("is in a folder that is not there")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise ValueError("is in a folder that this user may not write to")
    if path.exists() and not path.is_socket():
        raise ValueError("is there and no socket")
    return text


def _bind(text: str) -> Bind:
    if text.startswith("unix:"):
        return Bind(path=_socket(text[5:]))
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError("is not HOST:PORT with a port from 0 to 65535, nor unix:PATH")
    return Bind(host.strip("[]") or "127.0.0.1", int(port))


def _origins(text: str) -> tuple[str, ...]:
    origins = _words(text)
    for origin in origins:
        named = origin.startswith(("http://", "https://")) and origin.count("/") == 2 and "*" not in origin
        if origin != "*" and not named:
            raise ValueError(f"names {origin!r}, which is not an origin such as https://www.example.org")
    return origins


def _proxies(text: str) -> str:
    # What is no address is taken for a name by nobody: gunicorn knows addresses and networks alone.
    for address in filter(None, map(str.strip, text.split(","))):
        try:
            ipaddress.ip_network("0.0.0.0/0" if address == "*" else address)
        except ValueError as error:
            raise ValueError(
                f"names {address!r}, which is no address or network such as 10.0.0.0/8, nor *"
            ) from error
    return text


def _rates(text: str) -> str:
    # NOTE: ``limits`` reads it, see service/identity/limiting.py; the help of a command need not load that.
    if text.lower() != "off" and not all(_RATE.fullmatch(part.strip()) for part in text.split(",")):
        raise ValueError("is not a rate such as 600/minute, several of them, nor off")
    return text.lower()


def _redis(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ValueError("is not an address such as redis://host:6379/0")
    return text


def _key(text: str) -> str:
    if text and (len(text) < MIN_KEY_LENGTH or not text.isascii() or not text.isprintable() or " " in text):
        raise ValueError(f"must be at least {MIN_KEY_LENGTH} printable ASCII characters without spaces")
    return text


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. ``default`` is text, read like a given value; ``secret`` is never shown."""

    name: str
    default: str
    help: str
    read: Callable[[str], Any] = _text
    metavar: str = "TEXT"
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper()

    @property
    def option(self) -> str:
        """The option of ``broadsheet serve``."""
        return "--" + self.name.replace("_", "-")


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("data", "var", "folder of the catalog, the index and the tasks", _path, "FOLDER"),
    Setting("bind", "127.0.0.1:8000", "address to listen on: HOST:PORT or unix:PATH", _bind, "ADDRESS"),
    Setting("site", "", "file (site.toml) that describes the site; none: the one last indexed with",
            _maybe_path, "FILE"),
    Setting(
        "source",
        "",
        "sources that POST /api/v1/reindex may read, separated by spaces, quoted as in a shell",
        _words,
        "SOURCES",
    ),
    Setting("database", "", "database of tuning, keys, accounts and analytics, such as "
            "postgresql://user:password@host/name; none: a file in the data folder", _text, "ADDRESS",
            secret=True),
    Setting("workers", "2", "worker processes", _whole(1, 64), "NUMBER"),
    Setting("threads", "8", "requests a worker answers at once beside the first", _whole(1, 256), "NUMBER"),
    Setting(
        "api_key",
        "",
        f"key that may push and remove articles, at least {MIN_KEY_LENGTH} characters; none: writing is off",
        _key,
        "KEY",
        secret=True,
    ),
    Setting("api_key_file", "", "file that holds the key, read instead of api_key", _maybe_path, "FILE"),
    Setting(
        "cors_origins",
        "",
        "origins whose pages may read the API in a browser, separated by spaces; * for any",
        _origins,
        "ORIGINS",
    ),
    Setting(
        "cache_seconds",
        "0",
        "how long a browser may show an answer without asking again; 0: it always asks",
        _whole(0, 3_600),
        "SECONDS",
    ),
    Setting("suggest_cache_seconds", "30", "how long a browser, or a cache in front, may suggest the same "
            "for the same letters; every key that is pressed asks", _whole(0, 3_600), "SECONDS"),
    Setting("popular_queries", "", "searches that are offered while typing, and in an empty field "
            "at an arrow key or on a phone, separated by spaces, quoted as in a shell", _words, "QUERIES"),
    Setting("popular_from_log", "1", "where neither the tuning nor popular_queries names any, offer what "
            "enough visitors asked in the last 30 days and found; 0: offer none", _flag, "FLAG"),
    Setting("result_cache_mb", "16", "memory of a worker for answers that may be asked for again; "
            "0: none are kept", _whole(0, 4_096), "MEGABYTES"),
    Setting("preview_queries", "200", "most queries that a draft of the tuning is tried with before it is "
            "published", _whole(1, 2_000), "NUMBER"),
    Setting("index_memory_mb", "1024", "memory for words that wait to be written to the index; what is more "
            "goes to the disk meanwhile", _whole(16, 1_048_576), "MEGABYTES"),
    Setting("query_budget", "2", "time one search may take", _seconds(0.01, 60), "SECONDS"),
    Setting("header_timeout", "10", "how long a client may take to send its request line and headers",
            _seconds(0.1, 120), "SECONDS"),
    Setting("receive_timeout", "10", "how long a client may pause while it sends a body or reads an answer",
            _seconds(0.1, 120), "SECONDS"),
    Setting("keepalive", "5", "how long an idle connection is kept open", _whole(0, 300), "SECONDS"),
    Setting("graceful_timeout", "30", "how long a stopping worker may finish what it has begun",
            _whole(1, 600), "SECONDS"),
    Setting("max_requests", "50000", "requests after which a worker is replaced, up to a tenth more; "
            "0: never", _whole(0, 10_000_000), "NUMBER"),
    Setting("forwarded_allow_ips", "127.0.0.1,::1", "proxies whose X-Forwarded headers are believed, "
            "separated by commas", _proxies, "ADDRESSES"),
    Setting("analytics", "1", "count what people search for, so that no reader can be found in it; "
            "0: nothing is recorded", _flag, "FLAG"),
    Setting("analytics_days", "90", "how long counts are kept", _whole(1, 3_650), "DAYS"),
    Setting("analytics_k", "5", "separate day-sessions that must have asked for a text before it is kept "
            "and shown", _whole(2, 10_000), "NUMBER"),
    Setting("log_level", "info", "least level that is logged",
            _one_of("debug", "info", "warning", "error"), "LEVEL"),
    Setting("log_queries", "0", "write what people search for into the log; off, because it is theirs",
            _flag, "FLAG"),
    Setting("public_search", "1", "anybody may search; off: a key of the scope search or suggest is needed",
            _flag, "FLAG"),
    Setting("rate_limit", "20/second, 600/minute", "how often a client may ask, separated by commas; off: as "
            "often as it likes", _rates, "RATES"),
    Setting("rate_limit_store", "", "Redis that counts for all workers and machines together, such as "
            "redis://host:6379/0; none: each worker counts for itself", _redis, "ADDRESS", secret=True),
    Setting("session_idle", "60", "minutes after which an administrator who does nothing is signed out",
            _whole(1, 10_080), "MINUTES"),
    Setting("session_longest", "12", "hours after which an administrator signs in anew in any case",
            _whole(1, 720), "HOURS"),
)  # fmt: skip


def read_settings(environ: Mapping[str, str], given: Mapping[str, str | None] | None = None) -> Settings:
    """Read the settings from options (by setting name) and environment variables; options win.

    An empty value stands for the default.

    Raises:
        ConfigurationError: a value cannot be used; the message names the option or variable,
            the value and what is allowed.
    """
    values = {setting.name: _value(setting, environ, given or {}) for setting in SETTINGS}
    values["api_key"] = _key_from(values["api_key_file"]) or values["api_key"]
    return Settings(**values)


def _value(setting: Setting, environ: Mapping[str, str], given: Mapping[str, str | None]) -> Any:
    text, named = given.get(setting.name), setting.option
    if not text:
        text, named = environ.get(setting.variable), setting.variable
    try:
        return setting.read(text.strip() if text else setting.default)
    except ValueError as error:
        shown = "" if setting.secret else f" {text!r}"
        raise ConfigurationError(f"{named}:{shown} {error}") from error


def given_as(name: str, given: Mapping[str, str | None]) -> str:
    """How a setting was given: its option, or else its variable."""
    setting = next(setting for setting in SETTINGS if setting.name == name)
    return setting.option if given.get(name) else setting.variable


def _key_from(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{PREFIX}API_KEY_FILE: {path} cannot be read: {error}") from error
    try:
        return _key(key) or _refuse("is empty")
    except ValueError as error:
        raise ConfigurationError(f"{PREFIX}API_KEY_FILE: the key in {path} {error}") from error


def _refuse(why: str) -> str:
    raise ValueError(why)


def unknown_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables with our prefix that are no setting: most likely a slip of the pen."""
    known = {setting.variable for setting in SETTINGS}
    return tuple(
        sorted(
            name
            for name in environ
            if name.startswith(PREFIX) and name not in known and not name.startswith(f"{PREFIX}TEST_")
        )
    )


def as_environment(settings: Mapping[str, str | None]) -> dict[str, str]:
    """Options as the environment variables that say the same."""
    return {
        setting.variable: settings[setting.name] or "" for setting in SETTINGS if settings.get(setting.name)
    }
