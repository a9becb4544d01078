"""Assets as the modules of the countries describe them, and their way into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tables.records import Cell, Row, Tables, cite
from tables.timeline import linear


@dataclass(frozen=True)
class Citation:
    """The source of one cell that differs from the source of the asset."""

    source_id: str
    note: str = ""


@dataclass(frozen=True)
class Asset:
    """A plant or a group of plants.

    `capacity` and `capacity_max` map years to MW. A single capacity (`capacity_mw`) holds between
    commissioning and retirement. `cells` are further cells of the row of the table, `citations`
    the sources of its columns and `years_citations` those of its capacity by year.
    """

    asset: str
    name: str
    zone: str
    technology: str
    source_id: str
    note: str
    status: str = "existing"
    capacity_mw: float = 0.0
    capacity: Mapping[int, float] = field(default_factory=dict)
    capacity_max: Mapping[int, float] = field(default_factory=dict)
    cells: Mapping[str, Cell] = field(default_factory=dict)
    citations: Mapping[str, Citation] = field(default_factory=dict)
    years_source_id: str = ""
    years_note: str = ""
    years_citations: Mapping[int, Citation] = field(default_factory=dict)


def tables(assets: Iterable[Asset]) -> Tables:
    """Return `assets`, `asset_years` and `citations`."""
    found: Tables = {"assets": [], "asset_years": [], "citations": []}
    for asset in assets:
        found["assets"].append(_row(asset))
        years = _years(asset)
        found["asset_years"] += years
        found["citations"] += [
            cite("assets", asset.asset, column, citation.source_id, citation.note)
            for column, citation in (_room(asset) | dict(asset.citations)).items()
        ]
        found["citations"] += [
            cite("asset_years", f"{asset.asset}|{year}", "capacity_mw", given.source_id, given.note)
            for year, given in asset.years_citations.items()
            if any(row["year"] == year for row in years)
        ]
    return found


def _room(asset: Asset) -> dict[str, Citation]:
    """Return the source of the room for new capacity where it differs from that of the asset."""
    differs = asset.years_source_id not in ("", asset.source_id)
    if not (asset.capacity_max and differs):
        return {}
    return {"capacity_max_mw": Citation(asset.years_source_id, asset.years_note)}


def _row(asset: Asset) -> Row:
    first = next(iter(asset.capacity.values()), asset.capacity_mw)
    largest = max(asset.capacity_max.values(), default=None)
    return {
        "asset": asset.asset,
        "name": asset.name,
        "bus": asset.zone,
        "technology": asset.technology,
        "status": asset.status,
        "capacity_mw": first,
        "capacity_max_mw": largest,
        **asset.cells,
        "source_id": asset.source_id,
        "note": asset.note,
    }


def _years(asset: Asset) -> list[Row]:
    """Return the rows of `asset_years`; none where one capacity holds for all years."""
    years = sorted({*asset.capacity, *asset.capacity_max})
    if len(asset.capacity) < 2 and len(asset.capacity_max) < 2:
        return []
    rows: list[Row] = []
    for year in years:
        capacity = linear(asset.capacity or {year: asset.capacity_mw}, year)
        largest = linear(asset.capacity_max, year) if asset.capacity_max else None
        rows.append(
            {
                "asset": asset.asset,
                "year": year,
                "capacity_mw": round(capacity, 3),
                "capacity_max_mw": None if largest is None else round(max(largest, capacity), 3),
                "source_id": asset.years_source_id or asset.source_id,
                "note": asset.years_note,
            }
        )
    return rows
