"""Shapes and their projection: from longitude and latitude to positions on a map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONTEXT = "land:"
"""Ids of shapes that begin so are land around the zones."""


@dataclass(frozen=True)
class Projection:
    """Conic equal-area projection (Albers) of the sphere.

    ``parallels`` are the two latitudes of true scale, ``centre`` is longitude and latitude of the
    middle of the map; all in degrees.

    Source: Snyder (1987), Map Projections: A Working Manual, equations 14-1 to 14-6.
    """

    parallels: tuple[float, float]
    centre: tuple[float, float]

    def project(self, points: Floats) -> Floats:
        """Positions (n, 2) in radii of the sphere, y to the south, of (n, 2) degrees."""
        first, second = np.radians(self.parallels)
        longitude, latitude = np.radians(points).T
        middle, origin = np.radians(self.centre)
        n = (np.sin(first) + np.sin(second)) / 2
        c = np.cos(first) ** 2 + 2 * n * np.sin(first)
        radius = np.sqrt(c - 2 * n * np.sin(latitude)) / n
        radius_origin = np.sqrt(c - 2 * n * np.sin(origin)) / n
        angle = n * (longitude - middle)
        x = radius * np.sin(angle)
        y = radius_origin - radius * np.cos(angle)
        return np.column_stack([x, -y])


def projection_for(points: Floats) -> Projection:
    """A projection for (n, 2) degrees: true scale a sixth from each end of the latitudes."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    inset = max(north - south, 1.0) / 6
    return Projection(
        (float(south + inset), float(north - inset) + 1e-6),
        (float(west + east) / 2, float(south + north) / 2),
    )


@dataclass(frozen=True)
class Shapes:
    """Polygons by id, each a list of rings of (n, 2) degrees, and the projection to draw them in.

    Ids are zones of the case, or start with ``land:`` for the land around them.
    """

    rings: Mapping[str, list[Floats]]
    projection: Projection


def read_shapes(path: Path) -> Shapes:
    """Shapes of a GeoJSON file of multipolygons with a property ``id``.

    The member ``projection`` of the collection (``parallels``, ``centre``) says how to draw them;
    without it a projection is fitted to the zones.
    """
    collection = json.loads(path.read_text(encoding="utf-8"))
    rings = {
        feature["properties"]["id"]: [
            np.array(ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon
        ]
        for feature in collection["features"]
    }
    given = collection.get("projection")
    if given is not None:
        projection = Projection(tuple(given["parallels"]), tuple(given["centre"]))
    else:
        zones = [r for name, parts in rings.items() if not name.startswith(CONTEXT) for r in parts]
        projection = projection_for(np.concatenate(zones))
    return Shapes(rings, projection)


@dataclass(frozen=True)
class Extent:
    """The part of the projected plane that a map shows, and its size in units of the drawing."""

    left: float
    top: float
    scale: float
    width: float
    height: float

    def place(self, projected: Floats) -> Floats:
        """Positions (n, 2) in units of the drawing."""
        return np.asarray((projected - [self.left, self.top]) * self.scale)


def extent_of(projected: Floats, *, width: float, margin: float, tallest: float) -> Extent:
    """The extent around (n, 2) positions.

    `margin` is a share of the larger side; a map is at most `tallest` times as high as wide and
    at least a third as high.
    """
    low, high = projected.min(axis=0), projected.max(axis=0)
    pad = margin * max(float((high - low).max()), 1e-3)
    low, high = low - pad, high + pad
    across, down = (float(v) for v in high - low)
    wanted = min(max(down / across, 1 / 3), tallest)
    grow_x = max(0.0, down / wanted - across) / 2
    grow_y = max(0.0, across * wanted - down) / 2
    scale = width / (across + 2 * grow_x)
    return Extent(
        float(low[0]) - grow_x, float(low[1]) - grow_y, scale, width, (down + 2 * grow_y) * scale
    )
