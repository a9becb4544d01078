"""Projection, flows and labels of the maps."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from khazri.report import COLUMNS, Projection, empty
from khazri.report.geography import Extent, extent_of, projection_for
from khazri.report.labels import Label, draw_labels
from khazri.report.maps import MapStyle, flow_map, flows, ground_of, places

CASPIAN = Projection((36.0, 46.0), (50.0, 41.0))


def test_the_centre_is_the_origin_and_north_is_up() -> None:
    centre, north, east = CASPIAN.project(np.array([[50.0, 41.0], [50.0, 42.0], [51.0, 41.0]]))
    assert centre == pytest.approx([0.0, 0.0], abs=1e-12)
    assert north[0] == pytest.approx(0.0, abs=1e-12)
    assert north[1] < 0
    assert east[0] > 0


@pytest.mark.parametrize("latitude", [36.0, 46.0])
def test_scale_is_true_on_the_parallels(latitude: float) -> None:
    """A hundredth of a degree of longitude is cos(latitude) x 0.01 degrees long."""
    a, b = CASPIAN.project(np.array([[60.0, latitude], [60.01, latitude]]))
    assert np.hypot(*(b - a)) == pytest.approx(np.cos(np.radians(latitude)) * np.radians(0.01))


@pytest.mark.parametrize(("longitude", "latitude"), [(20.0, 35.0), (50.0, 41.0), (85.0, 55.0)])
def test_areas_are_equal(longitude: float, latitude: float) -> None:
    """A small square keeps its area: d_longitude x d(sin latitude) on the unit sphere."""
    d = 0.01
    corners = np.array([longitude, latitude]) + np.array([[0, 0], [d, 0], [d, d], [0, d]])
    x, y = CASPIAN.project(corners).T
    area = 0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1))
    low, high = np.radians([latitude, latitude + d])
    assert area == pytest.approx(np.radians(d) * (np.sin(high) - np.sin(low)), rel=1e-5)


def test_a_single_point_still_has_a_projection_and_an_extent() -> None:
    projected = projection_for(np.array([[50.0, 41.0]])).project(np.array([[50.0, 41.0]]))
    extent = extent_of(projected, width=1000.0, margin=0.1, tallest=0.62)
    assert np.isfinite(extent.place(projected)).all()
    assert 1000 / 3 <= extent.height <= 620.0 + 1e-6


def _zones() -> pd.DataFrame:
    rows = [
        ("a", "Alpha", "A", 40.0, 50.0, False),
        ("b", "Beta", "B", 41.0, 45.0, False),
        ("m", "Market (far)", "M", 43.0, 47.0, True),
    ]
    return pd.DataFrame(rows, columns=COLUMNS["zones"])


def _links() -> pd.DataFrame:
    rows = [
        ("1", "one", "a", "b", "ac", "existing", 1.0, 1.0, 0.0, 100.0, 20.0, 10.0, 0.0),
        ("2", "two", "b", "a", "dc", "candidate", 1.0, 1.0, 5.0, 30.0, 50.0, 900.0, 0.0),
        ("3", "three", "b", "m", "ac", "existing", 1.0, 1.0, 0.0, 7.0, np.nan, np.nan, 0.0),
        ("4", "inside", "a", "a", "ac", "existing", 1.0, 1.0, 0.0, 9.0, 9.0, 0.0, 0.0),
    ]
    return pd.DataFrame(rows, columns=COLUMNS["links"])


def test_links_of_a_pair_are_added_up_in_one_direction() -> None:
    """Two lines a-b: 100 + 50 MWh from a to b, 20 + 30 back; the tightest is full 900 hours."""
    known = places(_zones(), empty("price_summary"), empty("unserved"), "EUR/MWh")
    small, large = flows(_links(), known)
    assert (large.start, large.end, large.forward, large.backward) == ("a", "b", 150.0, 50.0)
    assert (large.tight_hours, large.built_mw) == (900.0, 5.0)
    assert (small.start, small.end, small.gross) == ("b", "m", 7.0)


def test_a_map_without_shapes_shows_zones_as_points() -> None:
    known = places(_zones(), empty("price_summary"), empty("unserved"), "EUR/MWh")
    drawn = flow_map(
        known, flows(_links(), known), ground_of("g", _zones(), None), {"A": "Country A"},
        MapStyle(), "the map",
    )  # fmt: skip
    assert drawn.count("<circle") == 2
    assert drawn.count('class="market"') == 1
    assert 'class="flow tight"' in drawn
    assert 'class="flow new"' in drawn
    assert "Alpha to Beta: 150 MWh, back 50 MWh; full in 900 h; 5 MW added" in drawn
    assert "Country A" in drawn


def test_the_line_is_split_by_the_share_of_each_direction() -> None:
    """Three quarters of 200 MWh go from a to b: the dark part ends at 3/4 of the line."""
    known = places(_zones(), empty("price_summary"), empty("unserved"), "EUR/MWh")
    drawn = str(
        flow_map(known, flows(_links(), known), ground_of("g", _zones(), None), {}, MapStyle(), "m")
    )
    found = {
        style: [float(v) for v in re.findall(r'[xy][12]="([-\d.]+)"', line)]
        for line in re.findall(r"<line[^>]*>", drawn)
        for style in ("more", "less")
        if f'"flow {style}"' in line
    }
    x1, y1, x2, y2 = found["less"]
    assert found["more"] == pytest.approx(
        [x1, y1, x1 + 0.75 * (x2 - x1), y1 + 0.75 * (y2 - y1)], abs=0.01
    )


def test_labels_do_not_cover_each_other() -> None:
    """Of ten names at one point four find room: two above and two below it, a line apart each."""
    extent = Extent(0.0, 0.0, 1.0, 1000.0, 500.0)
    labels = [Label(f"name {i}", 500.0, 250.0, "x") for i in range(10)]
    drawn = str(draw_labels(labels, extent, (1000.0,), "wide"))
    spots = re.findall(r'dx="([-\d.]+)" dy="([-\d.]+)" text-anchor="(\w+)"', drawn)
    assert {int(float(dy)) for _, dy, _ in spots} == {-23, -9, 18, 32}
    assert len(spots) == 4


def test_labels_cover_each_other_at_no_width() -> None:
    """Points 80 apart: at 1,000 pixels two names of 62 pixels (9 letters of 6.9) fit beside each
    other, at 400 pixels they are 32 apart and the second one must go above or below the first."""
    extent = Extent(0.0, 0.0, 1.0, 1000.0, 500.0)
    labels = [Label("full 7460", x, 250.0, "x") for x in (460.0, 540.0)]

    def heights(*widths: float) -> list[str]:
        return re.findall(r'dy="([-\d.]+)"', str(draw_labels(labels, extent, widths, "wide")))

    assert heights(1000.0) == ["-9", "-9"]
    assert heights(400.0, 1000.0) == ["-9", "18"]


def test_labels_that_must_be_shown_are_shown() -> None:
    extent = Extent(0.0, 0.0, 1.0, 1000.0, 500.0)
    labels = [Label(f"name {i}", 500.0, 250.0, "x", must=True) for i in range(10)]
    assert str(draw_labels(labels, extent, (1000.0,), "wide")).count("<text") == 10


def test_prices_on_the_map_are_in_the_currency_of_the_plan() -> None:
    prices = empty("price_summary")
    prices.loc[0, ["zone", "mean"]] = ["a", 50.0]
    known = places(_zones(), prices, empty("unserved"), "USD/MWh")
    drawn = flow_map(
        known, [], ground_of("g", _zones(), None), {"A": "A", "B": "B", "M": "M"}, MapStyle(), "map"
    )
    assert "Alpha: mean price 50 USD/MWh" in drawn
