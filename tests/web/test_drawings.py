"""Pictures say what the numbers say."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from xuecheng.web import drawings
from xuecheng.web.drawings import Bar

GLASS = st.sampled_from(["green", "blue", "amber", "kapok"])
PARTS = st.lists(st.tuples(GLASS, st.integers(0, 9000)), max_size=4)


def area(shapes) -> float:
    """The glass of all shapes, in square units."""
    boxes = re.findall(r"M[\d.-]+ [\d.-]+h([\d.-]+)v([\d.-]+)h", "".join(shape.d for shape in shapes))
    return sum(float(width) * float(height) for width, height in boxes)


@given(PARTS, st.integers(1, 6000))
def test_the_window_holds_as_much_glass_as_was_reached(parts, goal):
    window = drawings.panes(parts, goal=goal)
    reached = min(sum(amount for _glass, amount in parts), window.count * window.per_pane)
    per_pane = area([drawings.Shape(glass="clear", d=window.grid)]) / window.count
    # Coordinates have one decimal.
    assert abs(area(window.fills) - reached / window.per_pane * per_pane) < 0.1 * 30 * (window.count + len(parts) + 1)


def test_a_goal_of_thirty_has_thirty_panes_of_one_credit():
    window = drawings.panes([("green", 2640)], goal=3000)
    assert (window.count, window.per_pane, window.tenfold) == (30, 100, False)


def test_above_sixty_a_pane_is_ten_credits_and_says_so():
    assert drawings.panes([], goal=6000).tenfold is False
    assert drawings.panes([], goal=6001).tenfold is True
    assert drawings.panes([], goal=6001).count == 7


def test_the_broken_rest_is_a_part_of_a_pane():
    window = drawings.panes([("green", 150)], goal=200)
    assert len(re.findall("M", window.fills[0].d)) == 2


@given(st.lists(st.tuples(st.sampled_from(["done", "info", "no"]), st.integers(0, 10**6)), max_size=5))
def test_a_split_bar_is_whole_and_shows_every_part_that_exists(parts):
    slices = drawings.split(parts)
    assert len(slices) == len([count for _kind, count in parts if count])
    assert all(float(each.width) >= 0.8 for each in slices)
    if slices:
        last = slices[-1]
        assert 99.9 <= float(last.x) + float(last.width) <= 100.0 or len(slices) > 1
        assert float(last.x) + float(last.width) <= 100.0


@given(
    st.lists(st.lists(st.tuples(GLASS, st.integers(0, 10**7)), max_size=3), max_size=12),
    st.sampled_from([560, 311]),
    st.one_of(st.none(), st.integers(1, 10**7)),
)
def test_every_bar_stands_on_the_base_and_below_the_top(columns, width, target):
    chart = drawings.bar_chart(
        [Bar(label="", text="", parts=tuple(parts)) for parts in columns], width=width, target=target
    )
    for column in chart.columns:
        for piece in column.pieces:
            assert piece.y >= 0
            assert piece.y + piece.height <= chart.base + 0.2
            assert piece.x >= 0
            assert piece.x + piece.width <= width + 0.2
        assert column.text_y >= 0
    assert [line.y for line in chart.lines] == sorted((line.y for line in chart.lines), reverse=True)


def test_grid_lines_are_round():
    chart = drawings.bar_chart([Bar(label="", text="", parts=(("green", 2640),))], target=3000)
    assert [line.text for line in chart.lines] == ["10", "20", "30"]


def test_a_bay_lights_one_pane_for_ten():
    shapes = drawings.bay([("blue", 10), ("green", 86)], per_pane=10)
    assert [shape.glass for shape in shapes] == ["blue", "green"]
    assert len(re.findall("M", shapes[1].d)) == 9
