"""The kinds of chart, on numbers one can follow."""

from __future__ import annotations

import re
import zlib
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest

from khazri.report.markup import Column, element, table
from khazri.report.numbers import number
from khazri.report.plots import (
    Axes,
    Bar,
    Curve,
    Mark,
    Segment,
    axes,
    bars,
    curves,
    heat_map,
    stacked_steps,
)


def test_bars_share_one_scale_and_one_zero() -> None:
    """From -1 to 3: zero lies at a quarter; the bar of 3 takes three quarters, stacked 1 + 2."""
    drawn = bars(
        [
            Bar("up", [Segment(1.0, "f-gas", "one"), Segment(2.0, "f-oil", "two")], "3"),
            Bar("down", [Segment(-1.0, "f-loss", "minus one")], "−1"),
        ],
        "label",
    )
    places = re.findall(r'<rect [^>]*x="([\d.]+)%" width="([\d.]+)%"', drawn)
    assert places == [("25", "25"), ("50", "50"), ("0", "25")]
    assert drawn.count('x1="25%"') == 2


def test_steps_stack_up_and_down_from_zero() -> None:
    """Two hours of 1 and 3 MW over 2 MW, 1 MW charged in the first: heights from -1 (bottom)
    to 5 (top) in six parts of the plot."""
    frame = Axes(-1.0, 5.0, "MW", [Mark(0.0, "start")])
    layers = [
        (np.array([2.0, 2.0]), "f-gas", "Gas"),
        (np.array([1.0, 3.0]), "f-solar", "Solar"),
        (np.array([-1.0, 0.0]), "f-battery", "Battery"),
    ]
    drawn = stacked_steps(layers, Curve(np.array([3.0, np.nan]), "demand", "Demand"), frame, "x")
    paths = re.findall(r'd="([^"]+)"', drawn)
    top = "M0,333.3 500,333.3 500,0 1000,0"
    assert paths[1].startswith(top)
    assert paths[2].startswith("M0,1000 500,1000 500,833.3 1000,833.3")
    assert paths[-1] == "M0,333.3 500,333.3"


def test_axes_hold_zero_and_all_values() -> None:
    frame = axes([np.array([10.0, np.nan, 20.0]), np.array([-5.0])], "MW", [])
    assert (frame.low, frame.high) == (pytest.approx(-6.0), pytest.approx(21.0))
    flat = axes([np.array([np.nan])], "MW", [])
    assert (flat.low, flat.high) == (0.0, pytest.approx(1.04))


def test_missing_values_interrupt_a_line() -> None:
    frame = Axes(0.0, 2.0, "", [])
    line = Curve(np.array([0.0, 1.0, np.nan, 2.0, 2.0]), "line", "a")
    drawn = curves([line], frame, "x", named=1)
    assert 'd="M0,1000 250,500M750,0 1000,0"' in drawn
    assert '<ul class="legend">' in drawn


def test_the_heat_map_is_a_picture_of_one_pixel_an_hour() -> None:
    """The lowest price is the dark end of cividis, the highest its yellow end, a gap is clear."""
    values = np.zeros((24, 2))
    values[0, 1] = 10.0
    values[5, 0] = np.nan
    drawn = heat_map(values, 0.0, 10.0, "prices")
    found = re.search(r"data:image/png;base64,([^\"]+)", drawn)
    assert found is not None
    png = b64decode(found.group(1))
    start = png.index(b"IDAT") + 4
    lines = zlib.decompress(png[start : png.index(b"IEND") - 8])
    assert len(lines) == 24 * (1 + 2 * 4)
    assert tuple(lines[1:9]) == (0, 34, 78, 255, 254, 232, 56, 255)
    assert tuple(lines[5 * 9 + 1 : 5 * 9 + 5]) == (0, 0, 0, 0)


def test_elements_escape_words_and_values() -> None:
    made = element("p", "a < b", element("b", "&"), title='"quoted"', data_x=1.50)
    assert made == '<p title="&#34;quoted&#34;" data-x="1.5">a &lt; b<b>&amp;</b></p>'


def test_tables_show_absent_values_and_keep_all_digits() -> None:
    frame = pd.DataFrame({"name": ["a", None], "value": [1234.5678, np.nan]})
    made = table(frame, [Column("name", "Name"), Column("value", "Value", number)], "Things")
    assert '<td data-value="1234.5678">1,235</td>' in made
    assert made.count("–") == 2
    assert "<caption>Things</caption>" in made
