"""Figures for Prometheus: what this process counts, and what is read off when asked.

Counters and histograms of several workers are added up from files in a folder (prometheus_client's
multi-process mode). The library names those files after the process id, so that every worker that
is replaced leaves its files behind for ever; here they are named after the worker's *slot*, the
lowest number no living worker has, and a successor counts on in the files of its predecessor.
How a worker counts when the disk is full: :mod:`.counts`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from .counts import Ledger
from .settings import Settings

_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_METHODS: Final = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"})

Reading = Callable[[], Mapping[str, float | Mapping[str, float]]]

# name -> (help, label of its parts); what a reading may hold
GAUGES: Final[Mapping[str, tuple[str, str]]] = {
    "articles": ("Articles that can be found", ""),
    "index_sequence": ("Last change of the catalog that the index has", ""),
    "catalog_sequence": ("Last change of the catalog", ""),
    "index_age_seconds": ("Seconds since the index was last written", ""),
    "ready": ("1 when searches are answered, else 0", ""),
    "generation": ("The generation that is served; always 1", "generation"),
    "tasks": ("Tasks by state", "state"),
    "tuning_version": ("Version of the tuning in force, of the worker that answers", ""),
    "tuning_stale": ("1 while the store of the tuning cannot be read, else 0", ""),
    "figures_shared": ("1 when counters are those of all workers, 0 when of the one that answers", ""),
}


def metrics_folder(settings: Settings, pid: int) -> Path:
    """The folder in which the workers of the master process ``pid`` count."""
    return settings.data / "metrics" / str(pid)


def prepare_folder(folder: Path) -> None:
    """Make an empty folder, and remove those of masters that have died.

    A folder that cannot be made is logged: the workers then count each for itself.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for other in folder.parent.iterdir():
            if other == folder or (other.name.isdigit() and not _alive(int(other.name))):
                shutil.rmtree(other, ignore_errors=True)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        structlog.get_logger("broadsheet").warning("figures_folder_unusable", detail=str(error))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def use_ledger(ledger: Ledger) -> None:
    """Count in a ledger. Before any metric is made, once in a process."""
    values.ValueClass = ledger.count


class _Shared(Collector):
    """The files of all workers, added up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """The counters and histograms. An empty file is one that is just being made."""
        files = [str(path) for path in self._folder.glob("*.db") if path.stat().st_size]
        found: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]  # prometheus_client has no types
        return found


class _Readings(Collector):
    """Gauges that are read when they are asked for, so that they are never stale."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def collect(self) -> Iterator[Metric]:
        """The gauges of one reading."""
        for name, value in self._reading().items():
            text, label = GAUGES[name]
            gauge = GaugeMetricFamily(f"broadsheet_{name}", text, labels=[label] if label else [])
            parts = value.items() if isinstance(value, Mapping) else [("", value)]
            for part, number in parts:
                gauge.add_metric([part] if label else [], number)
            yield gauge


class Metrics:
    """What a worker counts. One for each process; ``reading`` gives the gauges.

    ``ledger`` is what :func:`use_ledger` was given; ``None`` counts in this process alone.
    """

    def __init__(self, reading: Reading, ledger: Ledger | None = None) -> None:
        self._ledger = ledger
        self._reading = reading
        self._readings = _Readings(self._read)
        self._own = CollectorRegistry()
        registry = self._own
        self._requests = Counter(
            "broadsheet_requests",
            "Requests by route, method and status",
            ("route", "method", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "broadsheet_request_seconds",
            "Time from the first byte of a request to the last of its answer",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._engine = Histogram(
            "broadsheet_engine_seconds",
            "Time the engine took for a search",
            buckets=_SECONDS,
            registry=registry,
        )

        lookups = Counter(
            "broadsheet_result_cache_lookups",
            "Answers looked up among those kept",
            ("outcome",),
            registry=registry,
        )
        self._recorded = Counter(
            "broadsheet_analytics_events",
            "Searches and clicks recorded, dropped because the queue was full, or refused by the visitor",
            ("outcome",),
            registry=registry,
        )
        self._of_answers: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        for outcome in ("recorded", "dropped", "refused"):
            self._recorded.labels(outcome)
        self._lookups = {True: lookups.labels("hit"), False: lookups.labels("miss")}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request. ``route`` is the template, so that addresses make no new series."""
        known = method if method in _METHODS else "other"
        # PERF: to find a series by its labels takes longer than to count.
        series = self._of_answers.get((route, known, status))
        if series is None:
            series = self._requests.labels(route, known, str(status)), self._seconds.labels(route)
            self._of_answers[route, known, status] = series
        series[0].inc()
        series[1].observe(seconds)

    def searched(self, seconds: float) -> None:
        """Count a search that the engine answered."""
        self._engine.observe(seconds)

    def recorded(self, outcome: str, count: int) -> None:
        """Count what analytics took: recorded, dropped or refused."""
        self._recorded.labels(outcome).inc(count)

    def looked_up(self, found: bool) -> None:
        """Count a look among the answers that are kept."""
        self._lookups[found].inc()

    def text(self) -> bytes:
        """Everything in Prometheus' text format, all workers added up where that can be done."""
        if self._ledger is not None:
            self._ledger.rejoin()
        counted = self._own
        if self._ledger is not None and not self._ledger.alone:
            counted = _only(_Shared(self._ledger.folder))
        return generate_latest(counted) + generate_latest(_only(self._readings))

    def _read(self) -> Mapping[str, float | Mapping[str, float]]:
        alone = self._ledger is not None and self._ledger.alone
        return {**self._reading(), "figures_shared": 0 if alone else 1}


def _only(collector: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry
