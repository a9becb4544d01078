"""``khazri backcast``: the plan of a past year beside what was reported."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from khazri.appraise import backcast
from khazri.cli.folder import REPORT_FILE
from khazri.cli.outcome import Grid, Outcome, call
from khazri.cli.plan import PlanFlags, errors_of, facts_of, make, read_request
from khazri.cli.work import Work
from khazri.errors import UsageError
from khazri.report.numbers import ABSENT, ENERGY, MASS, MINUS, POWER, Unit, unit_for

SCENARIO = "backcast"
"""Name of the scenario that is taken, if the case has it, where none is asked for: exchanges as
they were, prices as they were."""

_SCALES = {"MW": POWER, "MWh": ENERGY, "t": MASS}


def backcast_command(folder: Path, flags: PlanFlags, work: Work) -> Outcome:
    """Plan a past year as it was and hold it against the reported values."""
    request = read_request(folder, flags, work, scenario_if_any=SCENARIO)
    if len(request.years) != 1:
        raise UsageError("a back-cast is of one year; give one with --year")
    _check_reported(request.case.table("actuals"), request.years[0])
    made = make(request, 0, work)
    frame = backcast(request.case, made.plan)
    rows = tuple(_row(row) for row in frame.to_dict("records"))
    columns = ("country", "item", "reported", "model", "unit", "deviation")
    known = frame["deviation"].abs().dropna()
    blocks = (
        f"{made.plan.title}, {made.plan.year} as planned beside what was reported\n",
        Grid(columns, rows, right=frozenset({"reported", "model", "deviation"})),
        f"\n{int((known <= 0.05).sum())} of {len(known)} values within 5 %, "
        f"{int((known <= 0.10).sum())} within 10 %",
        f"report  {made.folder / REPORT_FILE}",
    )
    result = {
        "plan": facts_of(made),
        "rows": frame.astype(object).where(frame.notna(), None).to_dict("records"),
        "settings": request.settings.as_dict(),
    }
    advice = (call("sources", folder, "actuals"),)
    return Outcome("backcast", result, blocks, advice, errors=tuple(errors_of(made)))


def _row(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    """One reported value, the model's beside it in the same unit, and the deviation."""
    reported, model, deviation = (float(row[n]) for n in ("reported", "model", "deviation"))
    scale = _SCALES.get(str(row["unit"]), (Unit(str(row["unit"]), 1.0),))
    unit = unit_for(scale, [reported, model])
    return (
        str(row["country"]),
        str(row["item"]) + (f" {row['partner']}" if row["partner"] else ""),
        unit.text(reported),
        unit.text(model),
        unit.name,
        _percent(deviation),
    )


def _percent(deviation: float) -> str:
    """A deviation with its sign and one decimal: ``−5.8 %``."""
    if not math.isfinite(deviation):
        return ABSENT
    rounded = round(100 * deviation, 1)
    return f"{rounded:+.1f} %".replace("-", MINUS) if rounded else "0.0 %"


def _check_reported(actuals: pd.DataFrame, year: int) -> None:
    """Refuse a year without reports before it is planned."""
    years = sorted({int(one) for one in actuals["year"]})
    if year not in years:
        known = ", ".join(str(one) for one in years) or "none"
        raise UsageError(
            f"nothing is reported for {year}; years with reports: {known}",
            where="--year",
            found=str(year),
            expected=f"one of {known}",
        )
