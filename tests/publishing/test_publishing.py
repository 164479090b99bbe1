"""What an editor changes is in the next answer of the running service, and no request fails meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.live import broadsheet, serving

pytestmark = [pytest.mark.service]

REINDEXES = 20


def write_article(folder: Path, slug: str, title: str, text: str) -> Path:
    """A page of a small site."""
    path = folder / f"{slug}.html"
    path.write_text(
        f"""<!doctype html><html lang="en"><head><title>{title}</title>
<link rel="canonical" href="https://herald.example/{slug}/"></head>
<body><nav><a href="/">Home</a></nav><article><h1>{title}</h1>
<time datetime="2024-05-01">1 May 2024</time><p>{text}</p></article></body></html>""",
        encoding="utf-8",
    )
    return path


@dataclass(frozen=True)
class Newsroom:
    pages: Path
    data: Path
    address: str

    def publish(self) -> None:
        broadsheet(self.data, "index", str(self.pages))

    def find(self, text: str) -> list[str]:
        answer = httpx.get(f"{self.address}/api/v1/search", params={"q": text, "exact": 1}, timeout=30)
        return [hit["title"] for hit in answer.raise_for_status().json()["hits"]]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("newsroom")
    pages = folder / "pages"
    pages.mkdir()
    for number in range(30):
        write_article(
            pages,
            f"article-{number}",
            f"Article number {number}",
            f"A steady text of article {number}. " * 12,
        )
    broadsheet(folder / "data", "index", str(pages))
    with serving(folder / "data", BROADSHEET_WORKERS="2") as address:
        yield Newsroom(pages, folder / "data", address)


def test_a_changed_article_is_in_the_next_answer(newsroom: Newsroom) -> None:
    write_article(
        newsroom.pages, "article-3", "A corrected headline", "The corrected text says kumquat. " * 10
    )
    newsroom.publish()
    assert newsroom.find("kumquat") == ["A corrected headline"]
    assert newsroom.find("Article number 3") == []


def test_a_removed_article_is_gone_from_the_next_answer(newsroom: Newsroom) -> None:
    path = write_article(
        newsroom.pages, "short-lived", "Short lived", "This page will be withdrawn, persimmon. " * 10
    )
    newsroom.publish()
    assert newsroom.find("persimmon") == ["Short lived"]
    path.unlink()
    newsroom.publish()
    assert newsroom.find("persimmon") == []


def test_a_rebuild_and_a_rollback_show_in_the_next_answer(newsroom: Newsroom) -> None:
    broadsheet(newsroom.data, "index", "--rebuild")
    rebuilt = httpx.get(f"{newsroom.address}/health/ready", timeout=30).json()["generation"]
    write_article(
        newsroom.pages, "after", "After the rebuild", "Only the newest generation holds tamarind. " * 10
    )
    newsroom.publish()
    assert newsroom.find("tamarind") == ["After the rebuild"]
    broadsheet(newsroom.data, "rollback")
    back = httpx.get(f"{newsroom.address}/health/ready", timeout=30).json()["generation"]
    assert back.split(".")[0] != rebuilt.split(".")[0]
    assert newsroom.find("tamarind") == []
    broadsheet(newsroom.data, "index", "--rebuild", str(newsroom.pages))
    assert newsroom.find("tamarind") == ["After the rebuild"]


@dataclass
class Visitor(threading.Thread):
    """Asks one question after another until told to stop, and keeps what went wrong."""

    address: str
    stop: threading.Event
    answered: int = 0
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        with httpx.Client(base_url=self.address, timeout=30) as client:
            while not self.stop.is_set():
                self._ask(client)

    def _ask(self, client: httpx.Client) -> None:
        try:
            answer = client.get("/api/v1/search", params={"q": "steady text"})
        except httpx.TransportError as error:
            self.failures.append(repr(error))
            return
        self.answered += 1
        if answer.status_code != 200 or answer.json()["total"] < 25:
            self.failures.append(f"{answer.status_code}: {answer.text[:200]}")


@pytest.mark.slow
def test_no_request_fails_during_twenty_reindexes(newsroom: Newsroom) -> None:
    stop = threading.Event()
    visitors = [Visitor(newsroom.address, stop) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for round_number in range(REINDEXES):
        write_article(
            newsroom.pages, "changing", f"Edition {round_number}", f"Edition {round_number} of a text. " * 10
        )
        broadsheet(
            newsroom.data, "index", *(["--rebuild"] if round_number % 5 == 4 else []), str(newsroom.pages)
        )
        assert newsroom.find(f"Edition {round_number}") == [f"Edition {round_number}"]
    stop.set()
    for visitor in visitors:
        visitor.join(timeout=60)
    assert [failure for visitor in visitors for failure in visitor.failures] == []
    assert all(visitor.answered > REINDEXES for visitor in visitors)
