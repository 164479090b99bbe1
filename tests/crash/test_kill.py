"""The indexer may be killed at any moment: what was accepted stays, and the next run goes on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from .campaign import campaign

KILLS = 20


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_20_random_moments_the_indexer_loses_nothing_it_accepted(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    record_property("seed", seed)
    stages = Counter(campaign(tmp_path, KILLS, seed))
    assert stages.total() == KILLS
    # Killing only runs that have not begun, or are done, would show nothing.
    assert stages["accepted, not indexed"] + stages["accepting"] > 0, f"seed {seed}: {dict(stages)}"
