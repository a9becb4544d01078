"""``khazri backcast``: the plan of a past year beside what was reported."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from khazri.appraise import backcast
from khazri.cli.app import Work
from khazri.cli.folder import REPORT_FILE
from khazri.cli.outcome import Grid, Outcome, call
from khazri.cli.plan import PlanFlags, errors_of, facts_of, make, read_request
from khazri.errors import UsageError
from khazri.report.numbers import best, percent

SCENARIO = "backcast"
"""Name of the scenario that is taken, if the case has it, where none is asked for: exchanges as
they were, prices as they were."""


def backcast_command(folder: Path, flags: PlanFlags, work: Work) -> Outcome:
    """Plan a past year as it was and hold it against the reported values."""
    request = read_request(folder, flags, work, scenario_if_any=SCENARIO)
    if len(request.years) != 1:
        raise UsageError("a back-cast is of one year; give one with --year")
    _check_reported(request.case.table("actuals"), request.years[0])
    made = make(request, 0, work.progress)
    frame = backcast(request.case, made.plan)
    rows = tuple(
        (
            str(row["country"]),
            str(row["item"]) + (f" {row['partner']}" if row["partner"] else ""),
            best(float(row["reported"]), str(row["unit"])),
            best(float(row["model"]), str(row["unit"])),
            percent(float(row["deviation"]), signed=True),
        )
        for row in frame.to_dict("records")
    )
    columns = ("country", "item", "reported", "model", "deviation")
    known = frame["deviation"].abs().dropna()
    blocks = (
        f"{made.plan.title}, {made.plan.year} as planned beside what was reported\n",
        Grid(columns, rows, right=frozenset(columns[2:])),
        f"\n{int((known <= 0.05).sum())} of {len(known)} values within 5 %, "
        f"{int((known <= 0.10).sum())} within 10 %; the report says why others are not",
        f"report  {made.folder / REPORT_FILE}",
    )
    result = {
        "plan": facts_of(made),
        "rows": frame.astype(object).where(frame.notna(), None).to_dict("records"),
        "settings": request.settings.as_dict(),
    }
    advice = (call("sources", folder, "actuals"),)
    return Outcome("backcast", result, blocks, advice, errors=tuple(errors_of(made)))


def _check_reported(actuals: pd.DataFrame, year: int) -> None:
    """Refuse a year without reports before it is planned."""
    years = sorted({int(one) for one in actuals["year"]})
    if year not in years:
        known = ", ".join(str(one) for one in years) or "none"
        raise UsageError(f"nothing is reported for {year}; years with reports: {known}")
