"""Build the zone shapes of the Caspian case from Natural Earth units.

    python cases/caspian/build/build_shapes.py
    python cases/caspian/build/build_shapes.py --extract world_map.gpkg

The first form dissolves the units of `raw/shapes/units.geojson` to the zones named in
`raw/shapes/zone_units.csv`, applies `raw/shapes/corrections.csv`, and writes
`shapes/zones.geojson`. The second form first renews the raw extract from the GeoPackage that
the Debian package qgis-common ships. Needs shapely (build time only).
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

CASE = Path(__file__).resolve().parent.parent
RAW = CASE / "raw" / "shapes"
TARGET = CASE / "shapes" / "zones.geojson"

# How the shapes are meant to be drawn: conic equal area, degrees.
PROJECTION = {"parallels": [36.0, 46.0], "centre": [50.0, 41.0]}
# Longitude and latitude of the map window; all that lies outside is never drawn.
WINDOW = (8.0, 22.0, 98.0, 61.0)
# Degrees; 0.002 is some 200 m, a fifth of a pixel on the largest map the report draws.
GRID = 0.002
# Degrees; islands and exclaves below this area are dropped from context land only.
SMALLEST_CONTEXT_PART = 0.02
# Spread of a shape's points kept by the coverage simplification, degrees.
TOLERANCE = 0.02
# Units kept one by one in the extract: the modelled countries, and areas that move by correction.
MODELLED = ("AZ", "GE", "AM", "TR", "KZ", "TM", "UZ", "KG", "TJ", "RO", "BG", "HU")
MOVED = ("UP11", "UP20")
# Countries whose borders are drawn as context. All other land is one shape without inner borders.
CONTEXT_COUNTRIES = ("RU", "UA", "MD", "IR", "GR", "CY")


def extract(package: Path) -> None:
    """Write the raw extract: units of the modelled countries, other land by country."""
    units: list[dict[str, object]] = []
    land: dict[str, list[BaseGeometry]] = defaultdict(list)
    with sqlite3.connect(package) as store:
        rows = store.execute(
            "select iso_a2, adm0_a3, admin, coalesce(fips, ''), coalesce(gn_name, name, ''),"
            " coalesce(name, ''), geom from states_provinces order by fid"
        ).fetchall()
    for iso, adm0, admin, fips, unit, name, blob in rows:
        shape = _geometry(blob)
        if iso in MODELLED or fips in MOVED or adm0 in ("KAB", "CYN"):
            country = {"KAB": "KAB", "CYN": "CYN"}.get(adm0, iso)
            properties = {"country": country, "unit": unit, "name": name}
            units.append(_feature(properties, shape, digits=4))
        elif shapely.intersects(shape, shapely.box(*WINDOW)):
            land[admin].append(shape)
    for admin, shapes in sorted(land.items()):
        shape = shapely.clip_by_rect(shapely.union_all(shapes), *WINDOW)
        iso = next(row[0] for row in rows if row[2] == admin)
        units.append(_feature({"country": iso, "unit": admin, "name": admin}, shape, digits=4))
    _write(RAW / "units.geojson", units)


def build() -> None:
    """Dissolve, correct, simplify as one coverage and write `shapes/zones.geojson`."""
    parts = _assigned(_units(), _table("zone_units.csv"), _table("corrections.csv"))
    ids = sorted(parts)
    shapes = [shapely.union_all(shapely.set_precision(parts[i], GRID)) for i in ids]
    shapes = [s if zone else _largest(s) for s, zone in zip(shapes, _is_zone(ids), strict=True)]
    shapes = list(shapely.coverage_simplify(shapes, TOLERANCE))
    features = [
        _feature({"id": i, "kind": "zone" if zone else "context"}, shape, digits=3)
        for i, shape, zone in zip(ids, shapes, _is_zone(ids), strict=True)
    ]
    head = f'"projection":{json.dumps(PROJECTION, separators=(",", ":"))},'
    _write(TARGET, sorted(features, key=_drawing_order), head)


def _assigned(
    units: Iterable[tuple[str, str, BaseGeometry]],
    zone_units: list[dict[str, str]],
    corrections: list[dict[str, str]],
) -> dict[str, list[BaseGeometry]]:
    """Shapes by id: a zone, or `land:` and a country code for context."""
    zones = {(row["country"], row["unit"]): row["zone"] for row in zone_units}
    moved = {(row["country"], row["unit"]): row["shown_in"] for row in corrections}
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for country, unit, shape in units:
        if (country, unit) in moved:
            parts[moved[country, unit]].append(shape)
            continue
        zone = zones.get((country, unit)) or zones.get((country, "*"))
        if zone == "split":
            for part in shapely.get_parts(shape):
                side = "west" if part.representative_point().x < BOSPORUS else "east"
                parts[zones[country, f"{unit}/{side}"]].append(part)
        elif zone:
            parts[zone].append(shape)
        elif country in MODELLED:
            raise ValueError(f"unit {unit} of {country} has no zone in zone_units.csv")
        else:
            parts[f"land:{country if country in CONTEXT_COUNTRIES else 'other'}"].append(shape)
    return parts


# Longitude between the two parts of Istanbul province.
BOSPORUS = 29.0


def _units() -> list[tuple[str, str, BaseGeometry]]:
    collection = json.loads((RAW / "units.geojson").read_text(encoding="utf-8"))
    return [
        (
            feature["properties"]["country"],
            feature["properties"]["unit"],
            shapely.make_valid(shapely.geometry.shape(feature["geometry"])),
        )
        for feature in collection["features"]
    ]


def _table(name: str) -> list[dict[str, str]]:
    with (RAW / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _is_zone(ids: list[str]) -> list[bool]:
    return [not i.startswith("land:") for i in ids]


def _largest(shape: BaseGeometry) -> BaseGeometry:
    """Without the small islands that no map of this scale can show."""
    parts = [p for p in shapely.get_parts(shape) if p.area >= SMALLEST_CONTEXT_PART]
    return shapely.multipolygons(parts)


def _drawing_order(feature: dict[str, object]) -> tuple[bool, str]:
    properties = feature["properties"]
    assert isinstance(properties, dict)
    return properties["kind"] == "zone", properties["id"]


def _geometry(blob: bytes) -> BaseGeometry:
    """A GeoPackage geometry: well-known binary behind a header with an optional envelope."""
    envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[(blob[3] >> 1) & 7]
    return shapely.from_wkb(blob[8 + envelope :])


def _feature(properties: dict[str, str], shape: BaseGeometry, digits: int) -> dict[str, object]:
    """GeoJSON with polygons only and coordinates rounded to `digits` decimals of a degree."""
    polygons = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 0]
    coordinates = [
        [
            [[round(x, digits), round(y, digits)] for x, y in ring.coords]
            for ring in (p.exterior, *p.interiors)
        ]
        for p in polygons
    ]
    geometry = {"type": "MultiPolygon", "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _write(path: Path, features: list[dict[str, object]], head: str = "") -> None:
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features
    )
    text = f'{{"type":"FeatureCollection",{head}"features":[\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extract", type=Path, help="world_map.gpkg of Debian's qgis-common")
    package = parser.parse_args().extract
    if package is not None:
        extract(package)
    build()
