"""Figures for Prometheus: what this process counts, and what is read off when asked.

Counters and histograms of several workers are added up from files in a folder (prometheus_client's
multi-process mode). The library names those files after the process id, so that every worker that
is replaced leaves its files behind for ever; here they are named after the worker's *slot*, the
lowest number no living worker has, and a successor counts on in the files of its predecessor.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from .settings import Settings

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
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
}


def metrics_folder(settings: Settings, pid: int) -> Path:
    """The folder in which the workers of the master process ``pid`` count."""
    return settings.data / "metrics" / str(pid)


def prepare_folder(folder: Path) -> None:
    """Make an empty folder, and remove those of masters that have died."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other == folder or (other.name.isdigit() and not _alive(int(other.name))):
            shutil.rmtree(other, ignore_errors=True)
    folder.mkdir(exist_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def use_slot(slot: int) -> None:
    """Count in the files of a worker slot. Before any metric is made, once in a process."""
    values.ValueClass = values.MultiProcessValue(process_identifier=lambda: slot)  # type: ignore[no-untyped-call]


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
    """What a worker counts. One for each process; ``reading`` gives the gauges."""

    def __init__(self, reading: Reading, folder: Path | None = None) -> None:
        self._folder = folder
        self._readings = _Readings(reading)
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

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request. ``route`` is the template, so that addresses make no new series."""
        self._requests.labels(route, method if method in _METHODS else "other", str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def searched(self, seconds: float) -> None:
        """Count a search that the engine answered."""
        self._engine.observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text format, all workers added up."""
        registry = self._own
        if self._folder is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry) + generate_latest(_only(self._readings))


def _only(collector: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry
