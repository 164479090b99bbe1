"""An index's writer may be killed at any moment: what it told is there, and the next one goes on at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from .writing import Campaign

KILLS = 40


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_40_random_moments_of_commits_merges_and_rebuilds_the_index_loses_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    record_property("seed", seed)
    campaign = Campaign(tmp_path / "index", random.Random(seed))
    stages = Counter(campaign.strike() for _ in range(KILLS))
    assert stages.total() == KILLS
    # Killing what has not begun would show nothing.
    assert stages["updating"] > KILLS // 4, f"seed {seed}: {dict(stages)}"
