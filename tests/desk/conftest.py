from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import falcon.testing
import pytest

from service.resources.access import COOKIE
from service.server import Service, open_service
from service.settings import read_settings
from service.tuning.judging import JudgementStore
from service.tuning.store import TuningStore
from tests.accounts import begin_session
from tests.service.conftest import KEY, SITE

PAGE = """<html lang="en"><head><title>{title}</title></head><body><nav>Home News About</nav>
<main><article><h1>{title}</h1><p>{text}</p><p>A second paragraph of plain words, so that there is a text.</p>
</article></main></body></html>"""


def write(folder: Path, name: str, title: str, text: str) -> Path:
    """A page of the source."""
    path = folder / f"{name}.html"
    path.write_text(PAGE.format(title=title, text=text), "utf-8")
    return path


@dataclass
class Office:
    """A service without gunicorn on a folder of pages, and somebody who is signed in."""

    service: Service
    client: falcon.testing.TestClient
    pages: Path
    cookie: Mapping[str, str]

    @property
    def versions(self) -> TuningStore:
        """The tuning as the service keeps it, to be changed behind its back."""
        return TuningStore(self.service.database, self.service.audit, lambda: datetime.now(UTC))

    @property
    def judgements(self) -> JudgementStore:
        """The judgements as the service keeps them."""
        return JudgementStore(self.service.database, self.service.audit, lambda: datetime.now(UTC))

    def get(self, path: str, **more: object) -> falcon.testing.Result:
        given = {"headers": self.cookie} | more
        address, _, query = path.partition("?")
        return self.client.simulate_get(address, query_string=query, **given)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, fields: Mapping[str, str] = {}) -> falcon.testing.Result:
        return self.send(path, {"form_token": self.token(), **fields}, self.cookie)

    def send(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> falcon.testing.Result:
        """A form as a browser sends it."""
        given = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self.client.simulate_post(path, headers=given, body=urlencode(fields))

    def token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.get("/admin/tasks").text)
        assert found
        return found.group(1)

    def work(self) -> None:
        """Do everything that is waiting."""
        while self.service.runner.work_once():
            pass

    def id_of(self, words: str) -> str:
        """The article that is found first."""
        found = self.get(f"/api/v1/search?q={words}").json["hits"]
        return str(found[0]["id"])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Three pages that are articles and one that is none, indexed."""
    folder = tmp_path_factory.mktemp("office")
    pages = folder / "pages"
    pages.mkdir()
    write(pages, "ferry", "The ferry runs again", "It left the harbour at noon.")
    write(pages, "bread", "The price of bread", "A loaf costs what a day's wage was.")
    write(
        pages, "hostile", "&lt;script&gt;alert(1)&lt;/script&gt;", "Words with &lt;img src=x onerror=y&gt;."
    )
    (pages / "empty.html").write_text("", "utf-8")
    given = {"data": str(folder / "data"), "api_key": KEY, "source": str(pages), "rate_limit": "off"}
    service = open_service(read_settings({}, given), SITE, None)
    cookie = {"Cookie": f"{COOKIE}={begin_session(folder / 'data')}"}
    opened = Office(service, falcon.testing.TestClient(service.app), pages, cookie)
    opened.post("/admin/tasks", {"source": str(pages), "rate_limit": "off"})
    opened.work()
    yield opened
    service.close(0)
