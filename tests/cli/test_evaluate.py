"""``broadsheet evaluate`` measures what the literature measures, over HTTP and in process alike."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import ConfigurationError, SourceError
from indexer.evaluation import (
    Answered,
    Question,
    dcg,
    evaluate,
    read_judgements,
    read_questions,
    score,
    summarise,
)
from indexer.workspace import Workspace
from service.commands.asking import HttpAsker
from service.server import open_service
from service.settings import read_settings
from tests.conftest import COLLECTION
from tests.pipeline.making import write

from .running import run

QUESTION = Question("q", "text")


def scored(hits: list[str], grades: dict[str, int], limit: int = 10) -> tuple[float, float, float]:
    result = score(QUESTION, Answered([(hit, "") for hit in hits], 1.0), grades, limit)
    return (round(result.recall, 6), round(result.ndcg, 6), round(result.reciprocal_rank, 6))


def test_the_measures_are_those_worked_out_by_hand() -> None:
    assert scored(["a", "b"], {"a": 1}) == (1.0, 1.0, 1.0)
    assert scored(["b", "a"], {"a": 1}) == (1.0, round(1 / math.log2(3), 6), 0.5)
    assert scored(["x", "y"], {"a": 1}) == (0.0, 0.0, 0.0)
    assert scored(["a"], {"a": 1, "b": 1}, limit=1) == (0.5, 1.0, 1.0)
    by_hand = (1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3))
    assert scored(["low", "high"], {"low": 1, "high": 3}) == (1.0, round(by_hand, 6), 1.0)


def test_hits_beyond_the_limit_do_not_count() -> None:
    assert scored(["x", "a"], {"a": 1}, limit=1) == (0.0, 0.0, 0.0)


def test_an_article_found_twice_counts_once() -> None:
    assert scored(["a", "a"], {"a": 1, "b": 1}) == (0.5, round(1 / (1 + 1 / math.log2(3)), 6), 1.0)


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 4), min_size=1), st.permutations("abcdefgh")
)
def test_measures_lie_between_0_and_1_and_the_best_order_is_1(
    grades: dict[str, int], order: list[str]
) -> None:
    recall, ndcg, rank = scored(order, grades)
    assert all(0.0 <= value <= 1.0 for value in (recall, ndcg, rank))
    best = sorted(grades, key=lambda name: -grades[name])
    assert scored(best, grades) == (1.0, 1.0, 1.0)
    assert dcg([grades.get(name, 0) for name in order]) <= dcg([grades[name] for name in best]) + 1e-9


def test_a_hit_is_known_by_id_or_by_the_last_part_of_its_address() -> None:
    hits = [
        ("x1", "https://example.org/2025/article-d1/"),
        ("x2", "pages/article-d2.html?x=1"),
        ("x3", "article-d3/index.html"),
        ("article-d4", ""),
        ("x5", "https://example.org/%D8%A7"),
    ]
    for number, name in enumerate(["article-d1", "article-d2", "article-d3", "article-d4", "ا"]):
        assert score(QUESTION, Answered(hits, 1.0), {name: 1}, 10).reciprocal_rank == 1 / (number + 1)


def test_questions_without_a_relevant_article_are_not_asked() -> None:
    asked: list[str] = []

    def ask(text: str) -> Answered:
        asked.append(text)
        return Answered([("pre-a", "")], 2.0)

    questions = [Question("1", "one"), Question("2", "two"), Question("3", "three")]
    scores = list(evaluate(questions, {"1": {"a": 1}, "2": {"a": 0}}, ask, 10, "pre-"))
    assert asked == ["one"]
    summary = summarise(scores, 10)
    assert (summary.queries, summary.recall, summary.mean_ms, summary.p95_ms) == (1, 1.0, 2.0, 2.0)
    with pytest.raises(ConfigurationError, match="belong together"):
        summarise([], 10)


def test_the_95th_percentile_is_the_nearest_rank() -> None:
    scores = [score(QUESTION, Answered([], float(number)), {"a": 1}, 10) for number in range(1, 101)]
    assert summarise(scores, 10).p95_ms == 95.0


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bad = write(tmp_path, "q.jsonl", '{"id": 1, "text": "x"}\n\n{"id": 2}\n')
    with pytest.raises(ConfigurationError, match=r"q\.jsonl:3: must be a JSON object"):
        read_questions(bad)
    for line in ("a b 1", "a\tb\tx", "a\tb"):
        with pytest.raises(ConfigurationError, match=r"q\.tsv:1: must be question"):
            read_judgements(write(tmp_path, "q.tsv", line))
    with pytest.raises(ConfigurationError, match="nowhere: cannot be read"):
        read_questions(tmp_path / "nowhere")


# -- The command ---------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path, elsewhere: None) -> tuple[str, ...]:
    with Workspace(Path("var")) as space:
        for record in COLLECTION:
            space.push_article(record.article)
        space.apply()
    questions = [("1", "moratorium executions"), ("2", "hinrichtung"), ("3", "x " * 400)]
    lines = [json.dumps({"id": name, "text": text}) for name, text in questions]
    write(tmp_path, "queries.jsonl", "\n".join(lines))
    write(tmp_path, "qrels.tsv", "1\tmoratorium\t1\n2\thinrichtung\t2\n3\tdaubler\t1\n")
    return ("--queries", "queries.jsonl", "--qrels", "qrels.tsv")


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[str]:
    service = open_service(read_settings({}, {"data": "var"}), None, None)
    service.runner.start()
    with make_server("127.0.0.1", 0, service.app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            service.close(5.0)


def test_the_engine_and_the_service_measure_the_same(files: tuple[str, ...]) -> None:
    here = json.loads(run("evaluate", *files, "--json").stdout)
    with serving() as address:
        # The service logs to this process's output, too; the command's is the last line.
        there = json.loads(run("evaluate", *files, "--json", "--url", address).stdout.splitlines()[-1])
    for answer in (here, there):
        assert answer.pop("mean_ms") > 0
        assert answer.pop("p95_ms") > 0
    assert here == there
    assert here == {"limit": 10, "recall": 0.6667, "ndcg": 0.6667, "mrr": 0.6667, "queries": 3, "refused": 1}


def test_it_prints_a_table_and_writes_every_question(files: tuple[str, ...]) -> None:
    result = run("evaluate", *files, "--per-query", "out.jsonl")
    assert result.stdout.splitlines()[:3] == ["recall@10  0.6667", "nDCG@10    0.6667", "MRR@10     0.6667"]
    assert "refused    1, counted as not found" in result.stdout
    lines = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [(line["id"], line["recall"]) for line in lines] == [("1", 1.0), ("2", 1.0), ("3", 0.0)]
    assert run("evaluate", *files, "--per-query", "no/such/folder").exit_code == 2


def test_a_service_that_is_not_there_is_status_2(files: tuple[str, ...]) -> None:
    for address, named in (("http://127.0.0.1:1", "does not answer"), ("ftp://x", "must begin with http")):
        result = run("evaluate", *files, "--url", address)
        assert (result.exit_code, named in result.stderr) == (2, True)


class Odd(BaseHTTPRequestHandler):
    """Not this service: answers every question in its own way."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b'{"detail": "over there"}' if "teapot" in self.path else b"<html>"
        self.send_response(418 if "teapot" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if "hangup" in self.path:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def answering_oddly() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Odd) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/base/"
        finally:
            server.shutdown()
            thread.join()


def test_an_answer_of_something_else_is_told() -> None:
    with answering_oddly() as address, closing(HttpAsker(address, 10)) as asker:
        for text, named in (("x", "answered 200: that is not"), ("teapot", "answered 418: over there")):
            with pytest.raises(SourceError, match=named):
                asker(text)


def test_a_connection_the_service_has_ended_is_opened_again() -> None:
    with answering_oddly() as address, closing(HttpAsker(address, 10)) as asker:
        for text in ("hangup", "teapot"):
            with pytest.raises(SourceError, match="answered"):
                asker(text)
