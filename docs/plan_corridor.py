"""Writes one plan of an appraisal to disk: a corridor alone in a year, over segments of hours.

`khazri appraise` keeps what it needs of its plans and not the plans; `khazri finance` needs one.
`khazri plan --scenario` makes it over all hours; this is the same over few, in a fraction of the
time, for the worked examples of docs/appraisal.md.

    python docs/plan_corridor.py cases/caspian zangezur_tripp 2035 365 out/examples/plan-tripp
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from khazri.appraise.cba import read_corridors
from khazri.case import read_case
from khazri.plan import Plan
from khazri.study import Fidelity
from khazri.study.run import run_variant


def main() -> None:
    """Case, corridor, year, segments and folder from the command line."""
    case_folder, corridor, year, segments, out = sys.argv[1:]
    case = read_case(Path(case_folder), None)
    corridors = read_corridors(case, [corridor])
    choice = {corridor: len(corridors.of(corridor).legs)}
    variant = corridors.variant(choice, int(year), case.scenario)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)

    def save(plan: Plan) -> Mapping[str, pd.DataFrame]:
        plan.save(folder / "plan.nc")
        return {}

    result = run_variant(case, variant, Fidelity(int(segments)), save, 1)
    print(f"{folder}: {variant.label}, certified: {result.is_valid}")


if __name__ == "__main__":
    main()
