"""Charts say the same to eyes and ears, and are drawings that a strict policy lets through."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from service.web.admin.charts import (
    HEIGHT,
    LEFT,
    RIGHT,
    TICKS,
    WIDTH,
    Point,
    bars,
    line,
    scale,
    spark,
    summary,
)

SVG = "{*}"
DAYS = (Point("1 May", 3), Point("2 May", 12), Point("3 May", None), Point("4 May", 7), Point("5 May", 9))
values = st.one_of(st.none(), st.floats(0, 1e9))
points = st.lists(st.builds(Point, st.text(max_size=40), values), max_size=60)


def tree(drawn: Markup) -> ET.Element:
    """The drawing as XML, which it must be."""
    return ET.fromstring(re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", str(drawn)))


@pytest.mark.parametrize("draw", [line, bars])
def test_a_chart_is_named_and_described_for_who_does_not_see_it(draw: object) -> None:
    root = tree(draw(DAYS, title="Searches <by> day", unit="searches"))  # type: ignore[operator]
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    parts = {part.get("id"): part.text for part in root if part.get("id")}
    assert [parts[name] for name in named] == ["Searches <by> day", summary(DAYS, "searches")]


def test_the_description_says_first_last_lowest_and_highest() -> None:
    said = summary(DAYS, "searches")
    assert said == "From 3 searches to 9 searches. Lowest 3 (1 May), highest 12 (2 May)."
    assert summary((Point("a", None),), "") == "There are no numbers yet."


def test_a_gap_in_what_is_known_is_a_gap_in_the_line() -> None:
    strokes = tree(line(DAYS, title="t")).findall("path[@class='stroke']")
    assert [stroke.get("d", "").count("L") for stroke in strokes] == [1, 1]
    alone = line((Point("a", 1), Point("b", None)), title="t")
    assert len(tree(alone).findall("circle")) == 1


def test_the_longest_bar_fills_the_room_and_the_others_are_in_proportion() -> None:
    widths = [float(bar.get("width", "")) for bar in tree(bars(DAYS, title="t")).iter("rect")]
    assert widths[1] == max(widths)
    assert widths[0] == pytest.approx(widths[1] * 3 / 12, abs=0.1)


@settings(max_examples=40)
@given(points)
def test_whatever_is_drawn_stays_in_the_drawing_and_holds_no_style(given: list[Point]) -> None:
    for drawn in (line(given, title="t"), bars(given, title="t")):
        assert "style=" not in re.sub(r">[^<]*<", "><", str(drawn))
        root = tree(drawn)
        height = float(root.get("viewBox", "").split()[3])
        for path in root.iter("path"):
            for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d", "")):
                assert LEFT - 0.1 <= float(x) <= WIDTH - RIGHT + 0.1
                assert 0 <= float(y) <= HEIGHT
        for bar in root.iter("rect"):
            assert 0 <= float(bar.get("width", "")) < WIDTH
            assert float(bar.get("y", "")) < height


@settings(max_examples=40)
@given(st.text())
def test_names_and_titles_are_text_and_nothing_else(text: str) -> None:
    drawn = line((Point(text, 1), Point(text, 2)), title=text)
    assert {element.tag for element in tree(drawn).iter()} <= {
        "svg", "title", "desc", "line", "text", "path", "circle",
    }  # fmt: skip


@given(st.floats(1e-6, 1e12))
def test_a_scale_begins_at_nothing_covers_the_highest_and_has_few_even_lines(highest: float) -> None:
    lines = scale(highest)
    assert lines[0] == 0
    assert lines[-1] >= highest * (1 - 1e-6)
    assert 2 <= len(lines) <= 2 * TICKS + 1
    assert lines[-1] <= highest * 2.5


def test_a_scale_of_nothing_has_room_all_the_same() -> None:
    assert scale(0) == scale(float("nan")) == scale(float("inf")) == (0.0, 1.0)


def test_a_spark_ends_in_a_dot_where_the_last_value_is() -> None:
    root = tree(spark((1, 4, 2), title="t"))
    assert len(root.findall("circle")) == 1
    assert not tree(spark((), title="t")).findall("circle")
