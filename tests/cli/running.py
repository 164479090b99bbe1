"""Running commands as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import cli

VARIABLES = ("BROADSHEET_DATA", "BROADSHEET_SITE", "BROADSHEET_SOURCE")


def run(*arguments: str | Path) -> Result:
    """Run ``broadsheet`` with arguments; an exception nobody meant is a failure of the test."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command runs in a folder of its own, with no settings of this user's."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
