"""A preview says what changes, how much, and whether for the better; it takes its turn and no more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.site import Site
from indexer.workspace import Workspace
from service.search.engine import Engine
from service.tuning.compiling import compile_model
from service.tuning.model import TuningModel, Weights
from service.tuning.preview import USUAL_SECONDS, Asked, Outlook, PreviewBusy, Previewer, chosen
from service.tuning.ranks import overlap
from tests.conftest import article

IDS = st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=10)


@given(IDS, IDS)
def test_overlap_is_1_for_the_same_0_for_nothing_in_common_and_the_same_both_ways(
    one: list[str], other: list[str]
) -> None:
    value = overlap(one, other)
    assert 0.0 <= value <= 1.0
    assert value == pytest.approx(overlap(other, one))
    assert overlap(one, one) == pytest.approx(1.0)
    if one and not set(one) & set(other):
        assert value == 0.0
    if one != other:
        assert value < 1.0


def test_a_change_in_front_weighs_more_than_one_behind() -> None:
    order = list("abcdefghij")
    assert overlap(order, list("bacdefghij")) < overlap(order, list("abcdefghji"))


def test_overlap_is_the_one_worked_out_by_hand() -> None:
    by_hand = (1 * 0 + 0.9 * 1) / (1 + 0.9)
    assert overlap("ab", "ba") == pytest.approx(by_hand)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Workspace(tmp_path_factory.mktemp("preview") / "data", Site()) as space:
        space.push_article(article("Parliament", "The budget.", key="title"))
        space.push_article(article("The budget", "parliament parliament parliament parliament", key="text"))
        space.push_article(article("Other news", "Nothing of it.", key="other"))
        space.apply()
        yield Engine(space.index, Site())


def under(engine: Engine, **weights: float) -> Engine:
    return engine.under(compile_model(TuningModel(weights=Weights(title_bonus=0, **weights))))


def questions() -> list[Asked]:
    return [
        Asked("news", "asked", 7),
        Asked("parliament", "judged:golden", 0, {"text": 1, "other": 0}),
        Asked('"', "asked"),
    ]


def test_it_says_which_answers_change_from_where_to_where_and_whether_for_the_better(engine: Engine) -> None:
    before, after = under(engine, title=20.0), under(engine, title=0.1)
    previewer = Previewer(50)
    report = previewer.preview(before, after, questions())
    assert (report.wanted, report.asked, report.judged, report.changed) == (3, 3, 1, 1)
    assert (report.better, report.worse) == (1, 0)
    change = report.changes[0]
    assert (change.query, change.source, change.verdict) == ("parliament", "judged:golden", "better")
    assert [(row.id, row.before, row.after, row.grade) for row in change.rows] == [
        ("text", 2, 1, 1),
        ("title", 1, 2, None),
    ]
    assert 0 < change.distance < 1
    assert change.before.total == change.after.total == 2
    assert change.before.measures is not None
    assert change.after.measures is not None
    assert (change.before.measures.mrr, change.after.measures.mrr) == (0.5, 1.0)
    assert report.before.measures is not None
    assert report.before.measures.mrr == 0.5
    assert report.before.mean_ms > 0
    assert report.after.mean_ms > 0


def test_how_long_it_takes_is_foretold_from_how_long_it_took(engine: Engine) -> None:
    ticks = count()
    previewer = Previewer(50, timer=lambda: float(next(ticks)), seconds=1_000.0)
    assert previewer.outlook(questions()) == Outlook(3, 3 * USUAL_SECONDS)
    report = previewer.preview(under(engine), under(engine), questions())
    assert previewer.outlook(questions()).seconds == pytest.approx(report.seconds)
    assert previewer.outlook([Asked(f"q{n}", "x") for n in range(99)]).questions == 50
    assert Previewer(50, seconds=0.02).outlook(questions()).seconds == 0.02, "no longer than its bound"


def test_the_same_tuning_changes_nothing(engine: Engine) -> None:
    report = Previewer(50).preview(under(engine), under(engine), questions())
    assert (report.asked, report.changed, report.changes) == (3, 0, ())


def test_what_changes_most_comes_first(engine: Engine) -> None:
    asked = [Asked("budget parliament", "asked"), Asked("parliament", "asked")]
    report = Previewer(50).preview(under(engine, title=20.0), under(engine, title=0.0), asked)
    distances = [change.distance for change in report.changes]
    assert distances == sorted(distances, reverse=True)


def test_each_text_is_asked_once_and_no_more_than_the_setting_allows() -> None:
    asked = [
        Asked("a b", "x"),
        Asked(" A  B ", "y"),
        Asked("", "x"),
        *(Asked(f"q{n}", "x") for n in range(9)),
    ]
    assert [item.text for item in chosen(asked, 4)] == ["a b", "q0", "q1", "q2"]


def test_when_time_is_up_it_tells_what_it_has(engine: Engine) -> None:
    ticks = count()
    previewer = Previewer(50, timer=lambda: float(next(ticks)), seconds=15.0)
    report = previewer.preview(under(engine), under(engine), [Asked(f"q{n}", "x") for n in range(20)])
    assert report.wanted == 20
    assert 0 < report.asked < 20


def test_a_second_one_at_the_same_time_is_asked_to_wait(engine: Engine) -> None:
    previewer = Previewer(50)
    begun, done = threading.Event(), threading.Event()

    def slow() -> Iterator[Asked]:
        begun.set()
        done.wait(10)
        yield Asked("news", "x")

    thread = threading.Thread(target=lambda: previewer.preview(under(engine), under(engine), slow()))
    thread.start()
    begun.wait(10)
    with pytest.raises(PreviewBusy):
        previewer.preview(under(engine), under(engine), [])
    done.set()
    thread.join()
    assert previewer.preview(under(engine), under(engine), []).asked == 0
