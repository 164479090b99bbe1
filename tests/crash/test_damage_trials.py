"""Whatever file of an index is cut short, and wherever a byte is flipped: refused, and made again."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from .damage import campaign

TRIALS = 40


@pytest.mark.crash
@pytest.mark.slow
def test_of_40_damages_each_is_refused_and_the_index_made_again_from_the_catalog(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    record_property("seed", seed)
    done = list(campaign(tmp_path, TRIALS, seed))
    assert {what.split()[0] for what in done} == {"cut", "flipped"}
