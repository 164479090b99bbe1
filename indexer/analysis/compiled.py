"""Where compiled kernels are kept, so that they are compiled once, and never while somebody waits.

They lie in a folder that is named for the processor, Python, numba and what it stands on, each module's in
one that is named for its source and for the sources it is compiled from: numba looks at the first only. The
folder is in the package, or, where that may not be written to, with the user's other caches. One that is
complete need only be read.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_KERNELS: Final = ("analysis", "backends/whoosh/kernels")  # folders with modules that hold kernels
_COMPILING: Final = "compiling the search kernels for this machine, once; that takes a minute or two"
_LOCK: Final = "lock"
_COMPLETE: Final = "complete"  # a file for each state of the code that is all there
_LIBRARIES: Final = ("numba", "llvmlite", "numpy")
_LOCATOR: Final = f"{__package__}.locator.KernelLocator"
_COMPILE: Final = f"{__package__}.compile_kernels"
_PROCESSOR: Final = ("model name", "flags", "Features")  # lines of /proc/cpuinfo
_IMPORT: Final = re.compile(rb"^\s*from (\.+)([\w.]*) import (?:\(([^)]*)\)|(.*))$", re.MULTILINE)


def options(**more: Any) -> dict[str, Any]:
    """What every kernel is compiled with: kept on disk where that can be."""
    _tell_numba()
    return {"nogil": True, "cache": folder() is not None, "error_model": "numpy", **more}


def _tell_numba() -> None:
    from numba import config  # noqa: PLC0415  only who compiles needs it
    from numba.core.caching import CacheImpl  # noqa: PLC0415

    own = (locator.__name__ for locator in CacheImpl._locator_classes)  # noqa: SLF001  for functions of others
    others = config.CACHE_LOCATOR_CLASSES or ",".join(own)
    if _LOCATOR not in others:
        config.CACHE_LOCATOR_CLASSES = f"{_LOCATOR},{others}"


@cache
def folder() -> Path | None:
    """The folder of the kernels; ``None`` where none can be had."""
    libraries = [f"{name} {version(name)}".encode() for name in _LIBRARIES]
    name = f"kernels-{_digest(_machine())[:8]}-{_digest(libraries)[:8]}"
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    apart = home / "broadsheet" / _digest([str(_PACKAGE).encode()])[:8]
    places = (_PACKAGE / "__pycache__" / name, apart / name)
    return next((place for place in places if _is_complete(place) or _can_write(place)), None)


def place_of(module: Path) -> Path | None:
    """The folder of a module's kernels; ``None`` if it is none of ours, or there is none."""
    kept = folder()
    if kept is None or module.parent not in [_PACKAGE / name for name in _KERNELS]:
        return None
    return kept / f"{module.stem}-{_state(module)}"


def is_complete() -> bool:
    """Whether every kernel has been compiled and kept."""
    place = folder()
    return place is not None and _is_complete(place)


def compile_kernels(say: Callable[[str], object]) -> None:
    """Compile all kernels, unless that has been done; ``say`` is told in a line when it begins.

    It is done in a process of its own, whose memory is given back. Where nothing can be kept, nothing is
    done.
    """
    if folder() is None or is_complete():
        return
    say(_COMPILING)
    subprocess.run([sys.executable, "-m", _COMPILE], check=True, cwd=_PACKAGE.parent)


@contextmanager
def alone() -> Iterator[None]:
    """Wait while another process compiles the same kernels, which then need not be compiled again."""
    place = folder()
    if place is None or _is_complete(place):
        yield
        return
    with (place / _LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def kernel_modules() -> list[str]:
    """The names of the modules that hold kernels, and of some that hold none."""
    names = [path.relative_to(_PACKAGE.parent).with_suffix("").parts for path in _modules()]
    return [name for name in map(".".join, names) if name != _COMPILE]


def mark_complete() -> None:
    """Note that every kernel is there, and remove what earlier code has left."""
    place = folder()
    if place is None or _is_complete(place):
        return
    _marker(place).touch()
    wanted = {_LOCK, _marker(place).name, *(f"{path.stem}-{_state(path)}" for path in _modules())}
    earlier = [path for path in place.iterdir() if path.name not in wanted]
    others = place.parent.glob(f"{place.name.rpartition('-')[0]}-*")
    for path in (*earlier, *(other for other in others if other != place)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _modules() -> list[Path]:
    paths = sorted(path for name in _KERNELS for path in (_PACKAGE / name).glob("*.py"))
    return [path for path in paths if path.name != "__init__.py"]


def _is_complete(place: Path) -> bool:
    return _marker(place).is_file()


def _marker(place: Path) -> Path:
    return place / f"{_COMPLETE}-{_digest(_state(path).encode() for path in _modules())[:16]}"


def _can_write(place: Path) -> bool:
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def _machine() -> list[bytes]:
    """What tells this interpreter and this processor from others that may share the folder."""
    try:
        lines = Path("/proc/cpuinfo").read_bytes().splitlines()
    except OSError:
        lines = [platform.processor().encode()]
    known = {line for line in lines if line.decode(errors="replace").startswith(_PROCESSOR)}
    return [sys.version.encode(), platform.machine().encode(), *sorted(known)]


@cache
def _state(module: Path) -> str:
    """Names the source of a module and of all it imports from this package, and they import."""
    found, waiting = {module}, [module]
    while waiting:
        fresh = _imported(waiting.pop()) - found
        found |= fresh
        waiting += fresh
    parts = (
        part for path in sorted(found) for part in (str(path.relative_to(_PACKAGE)).encode(), _source(path))
    )
    return _digest(parts)[:16]


@cache
def _imported(module: Path) -> frozenset[Path]:
    found = set()
    for dots, name, many, few in _IMPORT.findall(_source(module)):
        home = module.parents[len(dots) - 1].joinpath(*name.decode().split("."))
        names = [each.split()[0].decode() for each in (many or few).split(b",") if each.strip()]
        found |= {home.with_suffix(".py"), *(home / f"{each}.py" for each in names)}
    return frozenset(path for path in found if path.is_file())


@cache
def _source(module: Path) -> bytes:
    return module.read_bytes()


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "little") + part)
    return found.hexdigest()
