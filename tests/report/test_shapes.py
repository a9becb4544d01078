"""The zone shapes of the Caspian case: complete, small, and corrected where the source differs."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

SHAPES = Path(__file__).parents[2] / "cases" / "caspian" / "shapes" / "zones.geojson"

Ring = list[list[float]]


@pytest.fixture(scope="module")
def shapes() -> dict[str, list[list[Ring]]]:
    collection = json.loads(SHAPES.read_text(encoding="utf-8"))
    return {f["properties"]["id"]: f["geometry"]["coordinates"] for f in collection["features"]}


def _holds(polygons: list[list[Ring]], longitude: float, latitude: float) -> bool:
    """Even-odd rule: a ray to the east crosses the rings an odd number of times."""
    crossings = 0
    for polygon in polygons:
        for ring in polygon:
            for (x0, y0), (x1, y1) in pairwise(ring):
                if (y0 > latitude) != (y1 > latitude):
                    crossings += longitude < x0 + (latitude - y0) / (y1 - y0) * (x1 - x0)
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "shape"),
    [
        ("Simferopol", 34.10, 44.95, "land:UA"),
        ("Sevastopol", 33.65, 44.60, "land:UA"),
        ("Kyrenia range", 33.40, 35.28, "land:CY"),
        ("Limassol", 33.00, 34.75, "land:CY"),
        ("Baikonur", 63.32, 45.85, "kz_south"),
        ("Sukhumi", 41.10, 43.05, "ge"),
        ("Tskhinvali", 43.97, 42.23, "ge"),
        ("Khankendi", 46.75, 39.82, "az_karabakh"),
        ("Lachin", 46.55, 39.64, "az_karabakh"),
        ("Julfa", 45.65, 39.00, "az_nakhchivan"),
        ("Ganja", 46.36, 40.68, "az_west"),
        ("Lankaran", 48.75, 38.75, "az_south"),
        ("Baku", 49.80, 40.42, "az_absheron"),
        ("Fatih, Istanbul", 28.80, 41.05, "tr_trakia"),
        ("Pendik, Istanbul", 29.30, 40.95, "tr_northwest"),
        ("Kars", 43.10, 40.60, "tr_eastana"),
        ("Aktau hinterland", 51.50, 43.70, "kz_west"),
        ("Karaganda", 73.10, 49.80, "kz_north"),
        ("Makhachkala", 47.45, 42.95, "land:RU"),
    ],
)
def test_places_lie_in_their_shape_and_no_other(
    shapes: dict[str, list[list[Ring]]],
    place: str,
    longitude: float,
    latitude: float,
    shape: str,
) -> None:
    found = [name for name, polygons in shapes.items() if _holds(polygons, longitude, latitude)]
    assert found == [shape], place


def test_no_correction_is_left_as_a_shape_of_its_own(
    shapes: dict[str, list[list[Ring]]],
) -> None:
    context = {name for name in shapes if name.startswith("land:")}
    assert context == {f"land:{c}" for c in ("CY", "GR", "IR", "MD", "RU", "UA", "other")}


def test_the_file_stays_small_and_rings_are_closed(
    shapes: dict[str, list[list[Ring]]],
) -> None:
    assert SHAPES.stat().st_size < 600_000
    assert all(r[0] == r[-1] and len(r) >= 4 for p in shapes.values() for q in p for r in q)
