"""Rebuild all tables of the Caspian case from the raw files.

Usage: `python cases/caspian/build/build_case.py [FOLDER]`.

The tables and `datapackage.json` are written into the case, or into the folder if one is given. The
profiles are built apart (`build_profiles.py`), because they take longer.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tables.records import Tables, merge, write

from khazri.case import write_package
from tables import (
    actuals,
    azerbaijan,
    caucasus,
    cbam,
    central_asia,
    demand,
    efficiency,
    electrification,
    energy,
    europe,
    fleet,
    fuels,
    gas,
    heat,
    hydrogen,
    kazakhstan,
    limits,
    links,
    markets,
    oil,
    places,
    plants,
    scenarios,
    sources,
    steps,
    technologies,
    turkiye,
    uncertainties,
)

CASE = Path(__file__).resolve().parents[1]

_NEIGHBOURS = (*caucasus.PLANTS, *kazakhstan.PLANTS, *central_asia.PLANTS, *europe.PLANTS)


def build() -> Tables:
    """Return all tables of the case but `profiles`."""
    return merge(
        [
            sources.rows(),
            places.rows(),
            technologies.rows(),
            fuels.rows(),
            fleet.tables([*azerbaijan.assets(), *turkiye.assets(), *plants.assets(_NEIGHBOURS)]),
            links.rows(),
            steps.rows(),
            cbam.rows(),
            demand.rows(),
            markets.rows(),
            {"gwp": energy.warming()},
            gas.rows(),
            oil.rows(),
            heat.rows(),
            hydrogen.rows(),
            efficiency.rows(),
            electrification.rows(),
            limits.rows(),
            actuals.rows(),
            scenarios.rows(),
            uncertainties.rows(),
        ]
    )


def main() -> None:
    """Write into the case folder, or into the folder named on the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CASE
    folder.mkdir(parents=True, exist_ok=True)
    write(build(), folder)
    write_package(folder)


if __name__ == "__main__":
    main()
