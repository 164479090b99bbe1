"""Tells numba where our kernels are kept: see :mod:`.compiled`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numba.core.caching import _CacheLocator

from .compiled import is_complete, place_of


class KernelLocator(_CacheLocator):
    """For functions in the modules of our kernels; other functions are left to numba's own locators.

    NOTE: numba's own asks to write in its folder even where all is there to be read.
    """

    def __init__(self, place: Path, line: int) -> None:
        self._place = place
        self._line = line

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> KernelLocator | None:
        """A locator for a kernel of ours; ``None`` for any other function."""
        place = place_of(Path(py_file).resolve())
        if place is None:
            return None
        locator = cls(place, py_func.__code__.co_firstlineno)
        locator.ensure_cache_path()
        return locator

    def ensure_cache_path(self) -> None:
        """Make the folder, unless all there will be is there."""
        if not is_complete():
            self._place.mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        """The folder."""
        return str(self._place)

    def get_source_stamp(self) -> str:
        """What tells this source from another one: the folder's name does."""
        return self._place.name

    def get_disambiguator(self) -> str:
        """What tells functions of one name in a module from each other."""
        return str(self._line)
