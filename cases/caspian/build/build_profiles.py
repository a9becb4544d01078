"""Build the hourly profiles of the Caspian case and their table.

    python cases/caspian/build/build_profiles.py
    python cases/caspian/build/build_profiles.py --table

The first form makes all series from `raw/profiles/` and writes `profiles/*.parquet` and
`profiles.csv`; a second run gives the same bytes. The second form reads the written files and
prints mean, peak and target of each series. Needs pvlib and windpowerlib (build time only).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

CASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CASE / "build"))


def build() -> None:
    """Write the Parquet files and the table."""
    from profiles import catalogue, heat, hydro, load, price, solar, wind

    modules = {
        "load": load,
        "wind": wind,
        "solar": solar,
        "hydro": hydro,
        "price": price,
        "heat": heat,
    }
    folder = CASE / "profiles"
    folder.mkdir(exist_ok=True)
    everything: dict[str, catalogue.Array] = {}
    for kind in catalogue.KINDS:
        series = modules[kind].build()
        catalogue.write_hours(series, folder / f"{kind}.parquet")
        everything |= series
    catalogue.write_table(everything, CASE / "profiles.csv")
    print(f"{len(everything)} series written")


def print_table() -> None:
    """Print each series' mean and peak beside its target, read from the written files."""
    table = pd.read_csv(CASE / "profiles.csv")
    print(f"{'profile':32}{'mean':>8}{'peak':>8}{'target':>9}  {'of':24}{'basis':10}source")
    for row in table.itertuples():
        target = "" if pd.isna(row.calibration_value) else f"{row.calibration_value:.4f}"
        unit = "" if pd.isna(row.calibration_unit) else str(row.calibration_unit)
        print(
            f"{row.profile:32}{row.annual_mean:8.4f}{row.peak:8.4f}{target:>9}  "
            f"{unit.split(' (')[0].removeprefix('annual '):24}{row.basis:10}{row.source_id}"
        )


def main() -> None:
    """Build, or print the table with `--table`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", action="store_true", help="print means, peaks and targets")
    if parser.parse_args().table:
        print_table()
    else:
        build()


if __name__ == "__main__":
    main()
