"""How long code takes by itself, whatever watches it meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Seconds of the processor that a block takes; what counts the lines that run rests meanwhile."""
    watching = sys.gettrace()
    sys.settrace(None)
    began = time.process_time()
    ended = began
    try:
        yield lambda: ended - began
    finally:
        ended = time.process_time()
        sys.settrace(watching)
