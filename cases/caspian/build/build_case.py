"""Rebuild all tables of the Caspian case from the raw files: `python cases/caspian/build/build_case.py`.

The profiles are built apart (`build_profiles.py`), because they take longer. Given a folder as
argument, the tables are written there instead of into the case.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tables import (
    actuals,
    azerbaijan,
    demand,
    fleet,
    fuels,
    limits,
    links,
    markets,
    neighbours,
    places,
    scenarios,
    sources,
    technologies,
    turkiye,
)
from tables.records import Tables, merge, write

CASE = Path(__file__).resolve().parents[1]


def build() -> Tables:
    """Return all tables of the case but `profiles`."""
    return merge(
        [
            sources.rows(),
            places.rows(),
            technologies.rows(),
            fuels.rows(),
            fleet.tables([*azerbaijan.assets(), *turkiye.assets(), *neighbours.assets()]),
            links.rows(),
            demand.rows(),
            markets.rows(),
            limits.rows(),
            actuals.rows(),
            scenarios.rows(),
        ]
    )


def main() -> None:
    """Write the tables into the case folder, or into the folder named on the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CASE
    folder.mkdir(parents=True, exist_ok=True)
    write(build(), folder)


if __name__ == "__main__":
    main()
