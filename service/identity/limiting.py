"""How often a client may ask: rates such as ``600/minute``, counted in this worker or in Redis."""

from __future__ import annotations

import math
import threading
import time
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

import structlog
from limits import RateLimitItem, parse_many
from limits.errors import StorageError as CounterError
from limits.storage import Storage, storage_from_string
from limits.storage.base import SlidingWindowCounterSupport, TimestampedSlidingWindow
from limits.strategies import SlidingWindowCounterRateLimiter

OFF: Final = "off"
REDIS_SECONDS: Final = 0.25  # a counter that answers later is none
MAX_COUNTED: Final = 100_000  # windows a worker counts in; beyond, the old ones are swept at once
SWEEP_SECONDS: Final = 60.0

Rate = tuple[RateLimitItem, ...]


def read_rate(text: str) -> Rate:
    """Rates such as ``20/second, 600/minute``, all of which hold; ``off`` or nothing for none.

    Raises:
        ValueError: it is no rate; the message goes on from the name of what was read.
    """
    if text.strip().lower() in ("", OFF, "0"):
        return ()
    try:
        items = tuple(parse_many(text))
    except ValueError as error:
        raise ValueError(f"is not a rate such as 600/minute, nor {OFF}") from error
    if any(item.amount < 1 or item.get_expiry() > 86_400 for item in items):
        raise ValueError("is not a rate of at least 1, in a day at most")
    return items


class WorkerMemory(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """Counts in the memory of this process.

    PERF: the library's own starts a thread for every request that comes alone, and sweeps all it knows there.
    """

    STORAGE_SCHEME = ["broadsheet-worker"]  # noqa: RUF012  the library's own declaration

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._lock = threading.Lock()
        self._counts: dict[str, list[float]] = {}  # window -> count, when it may be forgotten
        self._sweep_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing goes wrong here."""
        return ValueError

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count ``amount`` when there is room for it: the last window counts by what is left of it."""
        now = time.time()
        before, current = self.sliding_window_keys(key, expiry, now)
        with self._lock:
            if now >= self._sweep_at or len(self._counts) > MAX_COUNTED:
                self._sweep(now)
            counts = self._counts
            earlier, entry = counts.get(before), counts.get(current)
            weighted = earlier[0] * (1 - now / expiry % 1) if earlier else 0.0
            if int(weighted + (entry[0] if entry else 0.0)) + amount > limit:
                return False
            if entry is None:
                counts[current] = [float(amount), now + 2 * expiry]
            else:
                entry[0] += amount
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Counts of the last window and of this one, each with the seconds for which it counts."""
        now = time.time()
        before, current = self.sliding_window_keys(key, expiry, now)
        left = (1 - now / expiry % 1) * expiry
        return self.get(before), left, self.get(current), left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget what was counted."""
        for name in self.sliding_window_keys(key, expiry, time.time()):
            self.clear(name)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in one window."""
        with self._lock:
            entry = self._counts.setdefault(key, [0.0, time.time() + expiry])
            entry[0] += amount
            return int(entry[0])

    def get(self, key: str) -> int:
        """What was counted in one window."""
        entry = self._counts.get(key)
        return int(entry[0]) if entry and entry[1] > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When a window ends."""
        entry = self._counts.get(key)
        return entry[1] if entry else time.time()

    def check(self) -> bool:
        """It is always there."""
        return True

    def reset(self) -> int | None:
        """Forget everything."""
        with self._lock:
            count = len(self._counts)
            self._counts.clear()
            return count

    def clear(self, key: str) -> None:
        """Forget one window."""
        self._counts.pop(key, None)

    def _sweep(self, now: float) -> None:
        self._counts = {key: entry for key, entry in self._counts.items() if entry[1] > now}
        if len(self._counts) > MAX_COUNTED:
            self._counts.clear()  # so many clients at once are an attack; nobody is refused for it
        self._sweep_at = now + SWEEP_SECONDS


class Limiter:
    """Counts what clients ask. ``store`` is an address such as ``redis://host:6379/0``, empty for the memory.

    While Redis is away it is counted here: nobody is refused because a counter is.
    """

    def __init__(self, store: str = "") -> None:
        self._here = SlidingWindowCounterRateLimiter(WorkerMemory())
        self._shared = _shared(store) if store else None
        self._told = False

    def seconds_until(self, rate: Rate, who: str) -> int | None:
        """Count a request; ``None`` when it may be answered, or the seconds after which one may be."""
        if self._shared is not None:
            try:
                found = _hit(self._shared, rate, who)
            except CounterError as error:
                if not self._told:
                    structlog.get_logger("broadsheet").error("rate_limit_store_failed", detail=str(error))
                    self._told = True
            else:
                self._told = False
                return found
        return _hit(self._here, rate, who)


def _shared(store: str) -> SlidingWindowCounterRateLimiter:
    options = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    return SlidingWindowCounterRateLimiter(storage_from_string(store, wrap_exceptions=True, **options))


def _hit(limiter: SlidingWindowCounterRateLimiter, rate: Rate, who: str) -> int | None:
    for item in rate:
        if not limiter.hit(item, who):
            reset = limiter.get_window_stats(item, who).reset_time - time.time()
            return max(1, min(math.ceil(reset), item.get_expiry()))
    return None


class Clients:
    """Tells clients apart by their address, of version 6 by its network of 64 bits, which one has.

    What ``X-Forwarded-For`` says is believed of a proxy that is ``trusted``, as the setting
    ``forwarded_allow_ips`` names it, and no farther to the left than proxies are: of ``*``, which names
    everybody, only the last address, for the proxy has written that one, and whoever asks the others.
    """

    def __init__(self, trusted: str) -> None:
        names = [name.strip() for name in trusted.split(",") if name.strip()]
        self._everybody = "*" in names
        self._networks = [ip_network(name, strict=False) for name in names if name != "*"]
        self._trusted = lru_cache(1_024)(self._is_trusted)
        self._shown = lru_cache(8_192)(_shown)

    def of(self, remote: str, forwarded: str | None) -> str:
        """The client of a request that came from ``remote``, empty for a Unix socket."""
        if not forwarded or not self._trusted(remote):
            return self._shown(remote)
        for hop in reversed(forwarded.split(",")[-20:]):
            remote = _without_port(hop.strip())
            if self._everybody or not self._trusted(remote):
                break
        return self._shown(remote)

    def trusts(self, remote: str) -> bool:
        """Whether ``remote`` is a proxy whose word is taken."""
        return self._trusted(remote)

    def _is_trusted(self, text: str) -> bool:
        if not text or self._everybody:
            return True  # through a socket comes only who may open it
        try:
            address = ip_address(text)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)


def _without_port(hop: str) -> str:
    """The address of ``1.2.3.4:5678``, ``[::1]`` or ``[::1]:5678``, as some proxies write it."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _shown(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return "local" if not text else "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address) >> 64 << 64, 64)))
