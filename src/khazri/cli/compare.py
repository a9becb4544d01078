"""``khazri compare``: what is different between two plans."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from khazri.cli.folder import PLAN_FILE
from khazri.cli.outcome import Block, Grid, Outcome
from khazri.plan import Plan, compare, summary
from khazri.report.numbers import ENERGY, MASS, POWER, Unit, money, number, unit_for

_LINES = 8
_NOISE = 1e-4
"""Differences below this share of the largest value of their table are not shown to people."""
_ZERO = 1e-6
"""Values below this share of it are digits of the solver."""

_TITLES = {
    "costs": "cost a year, by kind",
    "capacity": "capacity, by country and group",
    "links": "new capacity of links",
    "generation": "energy generated, by country and group",
    "prices": "mean price, by bus",
    "flows": "energy sent from country to country",
    "emissions": "emissions of CO2, by country",
    "unserved": "demand that stays unserved, by zone",
    "welfare": "welfare, by country",
}


def compare_command(first: Path, second: Path) -> Outcome:
    """The difference first, then both values, table by table."""
    a, b = _load(first), _load(second)
    tables = compare(a, b)
    blocks: list[Block] = [f"a  {_name(a)}: {first}\nb  {_name(b)}: {second}"]
    same = []
    for name, title in _TITLES.items():
        grid = _grid(tables[name], title, _scale(name, a.currency))
        if grid is None:
            same.append(title.split(",")[0])
        else:
            blocks += ["", grid]
    if same:
        blocks.append(f"\nno difference: {', '.join(same)}")
    warnings = _warnings(a, b)
    result = {
        "a": {"plan": first, **_facts(a)},
        "b": {"plan": second, **_facts(b)},
        "tables": {
            name: frame.astype(object).where(frame.notna(), None).to_dict("records")
            for name, frame in tables.items()
        },
    }
    return Outcome("compare", result, tuple(blocks), warnings=warnings)


def _load(path: Path) -> Plan:
    return Plan.load(path / PLAN_FILE if path.is_dir() else path)


def _name(plan: Plan) -> str:
    scenario = f", scenario '{plan.scenario}'" if plan.scenario else ""
    return f"{plan.title}, {plan.year}{scenario}"


def _facts(plan: Plan) -> dict[str, object]:
    found = summary(plan)
    return {
        "title": plan.title,
        "year": plan.year,
        "scenario": plan.scenario,
        "cost": found.cost,
        "bound": found.bound,
        "gap": found.gap,
        "valid": found.is_valid,
    }


def _warnings(a: Plan, b: Plan) -> tuple[str, ...]:
    """Why the difference may not be what it seems."""
    said = []
    if (a.currency, a.price_year) != (b.currency, b.price_year):
        said.append(
            f"the plans count in different money: {a.currency} {a.price_year} and "
            f"{b.currency} {b.price_year}"
        )
    for name, plan in (("a", a), ("b", b)):
        if not plan.certificate.is_valid:
            said.append(f"plan {name} is not certified")
    open_cost = max(plan.cost - plan.bound for plan in (a, b))
    if abs(a.cost - b.cost) < open_cost:
        scale = money(a.currency)
        words = unit_for(scale, [open_cost]).with_unit(open_cost)
        said.append(
            f"the costs differ by less than what the bounds leave open ({words}); "
            "which plan is cheaper is not proven"
        )
    return tuple(said)


def _scale(name: str, currency: str) -> tuple[Unit, ...]:
    return {
        "costs": money(currency),
        "welfare": money(currency),
        "capacity": POWER,
        "links": POWER,
        "generation": ENERGY,
        "flows": ENERGY,
        "unserved": ENERGY,
        "emissions": MASS,
        "prices": (Unit(f"{currency}/MWh", 1.0),),
    }[name]


def _grid(frame: pd.DataFrame, title: str, scale: tuple[Unit, ...]) -> Grid | None:
    """The largest differences of a table in one unit; None where there are none."""
    values = frame[["difference", "a", "b"]]
    largest = float(values.abs().to_numpy().max()) if len(frame) else 0.0
    shown = frame[frame["difference"].abs() > _NOISE * largest]
    if shown.empty:
        return None
    unit = unit_for(scale, values.to_numpy().ravel().tolist())
    if "kind" in shown:
        shown = shown.sort_values("kind", key=lambda kind: kind != "total", kind="stable")

    def text(value: float) -> str:
        return unit.text(value if abs(value) > _ZERO * largest else 0.0)

    keys = [str(name) for name in frame.columns if name not in values.columns]
    rows = [
        (*(str(row[key]) for key in keys), *(text(float(row[name])) for name in values))
        for row in shown.head(_LINES).to_dict("records")
    ]
    rest = len(shown) - len(rows)
    more = f"; {number(rest)} more with --json" if rest else ""
    columns = (*(key.replace("_", " ") for key in keys), "b − a", "a", "b")
    return Grid(columns, tuple(rows), f"{title} [{unit.name}{more}]", frozenset(columns[-3:]))
