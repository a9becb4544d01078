"""A small case with two corridors, for studies and appraisals."""

from __future__ import annotations

import csv
from pathlib import Path

from khazri.case import new_case, write_package
from khazri.parquet import read_frame, write_frame

HOURS = 48
_HOURS_A_YEAR = 8760


def two_corridors(folder: Path) -> Path:
    """The demo case cut to two days, with a second corridor; returns its folder.

    ``sea_cable`` joins Arda and Belma: a pole in 2030, a second one in 2035. ``corin_line`` joins
    Belma and the market of Corin from 2030 on. They are cheap, so that in 2030 both are worth it.
    """
    new_case(folder)
    profiles = folder / "profiles" / "demo.parquet"
    frame = read_frame(profiles).head(HOURS).astype("float64")
    for name in ("load_arda", "load_belma", "price_corin"):
        frame[name] /= frame[name].mean()
    write_frame(frame.astype("float32"), profiles)
    change(folder, "case", {"hours": str(HOURS)})
    for table, column in (("demands", "energy_mwh"), ("assets", "inflow_mwh")):
        rows = read_rows(folder, table)
        for row in rows:
            if row[column]:
                row[column] = str(float(row[column]) * HOURS / _HOURS_A_YEAR)
        _write(folder, table, rows)
    change(folder, "links", {"commissioning_year": "2035"}, link="sea_cable_2")
    change(folder, "links", {"capex_million": "0.014"}, link="sea_cable_1")
    change(folder, "links", {"capex_million": "0.018"}, link="sea_cable_2")
    _add(folder, "corridors", corridor="corin_line", name="Corin line", parties="BE;CO",
         state="candidate", expected_year="2030")  # fmt: skip
    _add(folder, "links", link="corin_dc", name="Corin line", from_bus="belma",
         to_bus="corin_border", capex_million="0.02", build_max_mw="200",
         commissioning_year="2030", loss="0.02")  # fmt: skip
    _add(folder, "corridor_links", corridor="corin_line", link="corin_dc", phase="1")
    write_package(folder)
    return folder


def change(folder: Path, table: str, cells: dict[str, str], **where: str) -> None:
    """Change cells of all rows in which the columns of ``where`` hold what it says."""
    rows = read_rows(folder, table)
    for row in rows:
        if all(row[column] == value for column, value in where.items()):
            row.update(cells)
    _write(folder, table, rows)


def read_rows(folder: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table as written."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _add(folder: Path, table: str, **cells: str) -> None:
    """Add a row like the last one with some cells changed."""
    rows = read_rows(folder, table)
    _write(folder, table, [*rows, {**rows[-1], **cells}])


def _write(folder: Path, table: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
