from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import falcon.testing
import pytest

from indexer.article import Label
from indexer.site import Site
from service.server import Service, open_service
from service.settings import read_settings
from tests.conftest import article

KEY = "a-key-for-the-tests-0123"
BEARER = {"Authorization": f"Bearer {KEY}"}
SITE = Site(
    name="The Test",
    categories=(Label("women", "Women"), Label("un-reports", "UN, Reports"), Label("empty", "Empty")),
    types=(Label("post", "Post"), Label("report", "Report")),
)
ARTICLES = (
    article("A moratorium on executions", "A moratorium halts executions.\nParliament debates.",
            key="moratorium", categories=["Women"], tags=["law"], author="Ada Example",
            published="2025-01-21"),
    article("Parliament debates the budget", "The budget of parliament, the budget of all.", key="budget",
            categories=["UN, Reports"], kind="Report", published="2024-03-01"),
    article("Der Haushalt des Parliament", "Ein deutscher Text.",
            key="haushalt", lang="de", published="2023-03-01"),
)  # fmt: skip


@dataclass(frozen=True)
class Running:
    """A service without gunicorn, on a folder of its own; its tasks are done when told."""

    service: Service
    client: falcon.testing.TestClient
    data: Path

    def work(self) -> bool:
        """Do the tasks that are waiting."""
        return self.service.runner.work_once()

    def get(self, path: str, query: str = "", **more: object) -> falcon.testing.Result:
        return self.client.simulate_get(path, query_string=query, **more)


Opener = Callable[..., Running]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens services on ``tmp_path / "data"``, with the articles above unless ``empty``."""
    services: list[Service] = []

    def open_it(*, empty: bool = False, **settings: str) -> Running:
        data = tmp_path / "data"
        given = {"data": str(data), "api_key": KEY, "query_budget": "20", "rate_limit": "off"} | settings
        service = open_service(read_settings({}, given), SITE, None)
        services.append(service)
        if not empty:
            fill(service)
        return Running(service, falcon.testing.TestClient(service.app), data)

    yield open_it
    for service in services:
        close(service)


def fill(service: Service) -> None:
    """Accept the articles and bring the index to them."""
    for one in ARTICLES:
        service.workspace.push_article(one)
    service.workspace.apply()


def close(service: Service) -> None:
    """Give everything back."""
    service.close(0)


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One service on the articles above, for tests that change nothing."""
    data = tmp_path_factory.mktemp("reading") / "data"
    given = {"data": str(data), "api_key": KEY, "query_budget": "20", "rate_limit": "off"}
    service = open_service(read_settings({}, given), SITE, None)
    fill(service)
    yield Running(service, falcon.testing.TestClient(service.app), data)
    close(service)
