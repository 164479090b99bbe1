from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visits
from tests.browser.desk.signing_in import signed_in
from tests.browser.test_look import DESKTOP

REFUSED = re.compile(r"the server responded with a status of (401|409|422)")


@pytest.fixture(scope="module")
def address(live_service: str) -> str:
    return live_service


@pytest.fixture(scope="module")
def office(chromium: Browser, address: str) -> Iterator[Visits]:
    """One browser's storage for all tests of a module: who is signed in stays so."""
    visits = Visits(chromium, address)
    yield visits
    visits.close()


@pytest.fixture(scope="module")
def administrator(live_folder: Path, address: str) -> dict[str, Any]:
    """Options of a window in which an administrator is signed in."""
    return signed_in(live_folder / "data", address)


@pytest.fixture(scope="module")
def window(office: Visits, administrator: dict[str, Any]) -> Page:
    return office.window(**administrator, **DESKTOP)


@pytest.fixture(autouse=True)
def nothing_is_amiss(office: Visits) -> Iterator[None]:
    """No dialog, no error, nothing fetched from elsewhere. A form that is refused has a status of its own."""
    yield
    amiss = [problem for problem in office.problems if not REFUSED.search(problem)]
    office.problems.clear()
    assert amiss == []
