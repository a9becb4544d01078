"""Rules about the steps of corridors: their phase, their order, and the year they lead up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from khazri.case.check import looked_up
from khazri.case.values import TypedTable, cell_text
from khazri.errors import Issue

Tables = Mapping[str, TypedTable]


def step_issues(tables: Tables) -> Iterator[Issue]:
    """Steps whose phase, order or end does not fit the corridor."""
    starts = _first_years(tables)
    steps = tables["corridor_steps"]
    frame = steps.frame
    place = {str(step): index for index, step in enumerate(frame["step"])}
    for index, row in enumerate(frame.to_dict("records")):
        years = starts.get(str(row["corridor"]), {})
        if pd.notna(row["phase"]) and row["phase"] not in years:
            known = ", ".join(str(phase) for phase in years) or "none"
            expected = f"a phase of {row['corridor']} in corridor_links.csv: {known}"
            yield steps.issue(index, "phase", expected)
            continue
        year = years.get(int(row["phase"])) if pd.notna(row["phase"]) else min(
            (one for one in years.values() if one is not None), default=None)  # fmt: skip
        if row["kind"] == "works" and year is not None and row["finish"].year >= year:
            hint = (
                f"what it builds runs from {year} on (commissioning_year of the links, or "
                "expected_year of the corridor)"
            )
            yield steps.issue(index, "finish", f"a day before {year}-01-01", hint)
        for name in [one.strip() for one in cell_text(row["after"]).split(";") if one.strip()]:
            earlier = frame.iloc[place[name]]
            if name == row["step"] or earlier["corridor"] != row["corridor"]:
                yield steps.issue(index, "after", f"another step of {row['corridor']}", found=name)
            elif earlier["finish"] > row["start"]:
                finish = cell_text(earlier["finish"])
                hint = f"it comes after '{name}', which is done on {finish}"
                yield steps.issue(index, "start", f"{finish} or later", hint)


def _first_years(tables: Tables) -> dict[str, dict[int, int | None]]:
    """The first year of each phase of each corridor; None where none is given."""
    members = tables["corridor_links"].frame
    members = members.assign(
        year=looked_up(tables, members["link"], "links", "commissioning_year"),
        expected=looked_up(tables, members["corridor"], "corridors", "expected_year"),
    )
    found: dict[str, dict[int, int | None]] = {}
    for name, rows in members.groupby("corridor", sort=False):
        earliest = 0
        found[str(name)] = {}
        for phase, part in rows.groupby("phase", sort=True):
            known = [int(one) for one in part["year"].dropna()]
            earliest = max([earliest, *known])
            expected = part["expected"].iloc[0]
            first = earliest or (None if pd.isna(expected) else int(expected))
            found[str(name)][int(str(phase))] = first
    return found
