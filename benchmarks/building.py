"""Indexes made by a process of their own, so that time and peak memory are the engine's alone."""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from .data import read_items
from .peers import OURS, make_peer

_PEERS = Path(__file__).parent / "peers"
_ENGINE = (Path("indexer/backends"), Path("indexer/analysis"), Path("indexer/article.py"))
_BUILT = "built.json"


@dataclass(frozen=True, slots=True)
class Built:
    """How an index was made. ``cpu`` counts all threads and processes; ``peak`` is in bytes.

    With ``streamed`` the articles were read while indexing, so ``peak`` is without them, and the
    seconds are with the reading of them.
    """

    peer: str
    version: str
    articles: int
    seconds: float
    cpu: float
    peak: int
    parts: Mapping[str, int]
    streamed: bool = False

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(self.parts.values())


def build(peer: str, articles: Path, folder: Path, streamed: bool = False) -> Built:
    """Make an index in an emptied folder, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks", "build", peer, str(articles), str(folder)]
    done = subprocess.run(command + ["--streamed"] * streamed, check=True, stdout=subprocess.PIPE, text=True)
    return Built(**json.loads(done.stdout.splitlines()[-1]))


def build_here(peer_name: str, articles: Path, folder: Path, streamed: bool) -> Built:
    """Make an index in an emptied folder, in this process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    peer = make_peer(peer_name)
    items = read_items(articles) if streamed else list(read_items(articles))
    count = _lines(articles)
    used, started = _cpu(), time.perf_counter()
    measured = peer.build(items, folder, count)
    seconds, cpu = measured or time.perf_counter() - started, _cpu() - used
    return Built(peer_name, peer.version(), count, seconds, cpu, _peak(), dict(peer.parts(folder)), streamed)


def kept(peer: str, articles: Path, folder: Path) -> tuple[Path, Built]:
    """An index made before, or a new one when there is none or the code that makes it has changed."""
    home = folder / "indexes" / articles.stem / peer
    note = home.with_suffix(f".{_BUILT}")
    key = _source_digest(peer)
    if note.is_file():
        known = json.loads(note.read_text(encoding="utf-8"))
        if known["key"] == key and known["built"]["version"] == make_peer(peer).version():
            return home, Built(**known["built"])
    built = build(peer, articles, home)
    note.write_text(json.dumps({"key": key, "built": asdict(built)}, indent=1), encoding="utf-8")
    return home, built


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak() -> int:
    """The largest this process was and its largest child, together: at most what both held at once."""
    return 1024 * sum(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def _source_digest(peer: str) -> str:
    """Names the state of the code that makes an index: the peer's, and ours of our own."""
    places = [*_PEERS.glob(f"{peer}*.py"), *(_ENGINE if peer == OURS else ())]
    found = hashlib.blake2b(digest_size=8)
    for place in places:
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(path.read_bytes())
    return found.hexdigest()
