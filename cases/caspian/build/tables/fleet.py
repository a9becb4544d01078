"""Assets as the modules of the countries describe them, and their way into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tables.records import EXPERT, Cell, Row, Tables, cite, sourced
from tables.timeline import linear

FIRST_YEAR = "what stands in the first year, as in assets"


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
    the sources of its columns. The first of the years rests on the source of the asset, later ones
    on `years_source_id`, single ones on `years_citations`, the room for new capacity on `room`.
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
    room: Citation | None = None
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
        found["citations"] += _years_citations(asset, years)
    return found


def _years_citations(asset: Asset, years: list[Row]) -> list[Row]:
    """Return the sources of single years, and of room that rests on another source than its row."""
    found = []
    for row in years:
        key = f"{asset.asset}|{row['year']}"
        given = asset.years_citations.get(int(str(row["year"])))
        if given:
            found.append(cite("asset_years", key, "capacity_mw", given.source_id, given.note))
        is_open = row["capacity_max_mw"] not in (None, row["capacity_mw"])
        if asset.room and is_open and asset.room.source_id != row["source_id"]:
            room = asset.room
            found.append(cite("asset_years", key, "capacity_max_mw", room.source_id, room.note))
    return found


def _room(asset: Asset) -> dict[str, Citation]:
    """Return the source of the room for new capacity where it differs from that of the asset."""
    if not (asset.room and asset.capacity_max and asset.room.source_id != asset.source_id):
        return {}
    return {"capacity_max_mw": asset.room}


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
        as_the_asset = year == years[0] and asset.source_id != EXPERT
        rows.append(
            {
                "asset": asset.asset,
                "year": year,
                "capacity_mw": round(capacity, 3),
                "capacity_max_mw": None if largest is None else round(max(largest, capacity), 3),
                **(
                    sourced(asset.source_id, FIRST_YEAR)
                    if as_the_asset
                    else sourced(asset.years_source_id or asset.source_id, asset.years_note)
                ),
            }
        )
    return rows
