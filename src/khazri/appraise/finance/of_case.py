"""Corridors and plants of a case as projects: what they cost, and what they earn in its plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from khazri.appraise.finance.agreement import Agreement
from khazri.appraise.finance.revenue import interpolated
from khazri.appraise.finance.terms import Floats, Project, Terms
from khazri.case import Case
from khazri.case.texts import unknown_name
from khazri.errors import UsageError
from khazri.plan import Plan, asset_costs, generation, links
from khazri.plan.arrays import energy, names, values
from khazri.system.costs import (
    EUR_PER_MILLION_EUR,
    KW_PER_MW,
    cost_of_capital,
    link_investment,
    plant_investment,
    technology_values,
)

_RUNNING = ("fuel", "emissions", "other variable")
"""Kinds of cost of a plant that follow from what it does."""

_AMOUNTS = ("earned_eur", "running_cost_eur", "energy_mwh", "capacity_mw")
"""What a plan says of a project, to be added up over several."""

_BUILT_MW = 0.1
"""Capacity below which a plan has not built anything."""

_WHOLE = 0.999
"""Share of a link from which it counts as built: what it earns goes with what it costs."""


@dataclass(frozen=True, eq=False)
class Financed:
    """A project of a case with its terms and where its numbers come from.

    ``parts`` has a row per link or plant: item, capacity_mw, investment_eur, fixed_om_eur,
    cost_of_capital, lifetime_a. ``by_year`` has a row per plan: year, scenario, plan_key,
    is_certified, earned_eur, running_cost_eur, energy_mwh, capacity_mw. ``notes`` say what was
    assumed.
    """

    project: Project
    terms: Terms
    parts: pd.DataFrame
    by_year: pd.DataFrame
    notes: tuple[str, ...]


def financed(
    case: Case, name: str, plans: Sequence[Plan], agreement: Agreement | None = None
) -> Financed:
    """A corridor, a plant or a portfolio of a case as a project.

    Parameters
        case       under the scenario of the plans
        name       a corridor of ``corridors`` or an asset of ``assets``, or several parted by
                   commas, which are financed as one
        plans      of one scenario and different years, in which it is built
        agreement  terms; none: paid by owners at once in the year before operation

    Raises
        UsageError  nothing is called so; plans of other cases or scenarios; not built in a plan;
                    no cost

    Notes
        Investment and fixed cost are those of the case. Between plans the yearly amounts are
        interpolated, before the first and after the last they are held. A corridor earns its rent
        in the plan less the charges its links pay for each MWh; its energy is that of the link
        which carries most. A plant earns what it sells less what it buys at the prices of the
        plan, and pays for fuel, emissions and operation. The cost of capital is that of the parts,
        weighted by investment; operation begins with the last part and ends with the shortest life.
    """
    agreed = agreement or Agreement()
    _check_plans(case, plans)
    wanted = [one.strip() for one in name.split(",")]
    if len(set(wanted)) < len(wanted):
        raise UsageError(f"something is named twice in '{name}'")
    return _assembled(case, _together([_item(case, one, plans) for one in wanted]), agreed)


@dataclass(frozen=True, eq=False)
class _Item:
    """A corridor or plant: its parts and years as in :class:`Financed`, the first year in which it
    can run, and what was assumed."""

    title: str
    parts: pd.DataFrame
    by_year: pd.DataFrame
    start: int
    notes: tuple[str, ...] = ()


def _item(case: Case, name: str, plans: Sequence[Plan]) -> _Item:
    corridors = [str(one) for one in case.table("corridors")["corridor"]]
    assets = [str(one) for one in case.table("assets")["asset"]]
    if name in corridors:
        members = _corridor_links(case, name)
        has_phases, start = _link_years(case, name, members)
        parts = link_parts(case, members, start)
        title, by_year = _title(case, "corridors", "corridor", name), _of_links(plans, name, parts)
        late = f"{title} has phases; all is built at once, ready with the last of them"
        return _Item(title, parts, by_year, start, (late,) if has_phases else ())
    if name in assets:
        start, by_year = _asset_year(case, name, plans), _of_asset(plans, name)
        parts = _asset_parts(case, name, start, float(by_year["capacity_mw"].iloc[-1]))
        return _Item(_title(case, "assets", "asset", name), parts, by_year, start)
    raise unknown_name(
        f"no corridor or asset is called '{name}'",
        name,
        [*corridors, *assets],
        where="project",
        expected="a corridor or asset of the case",
        otherwise=f"corridors: {', '.join(corridors)}",
    )


def _together(items: Sequence[_Item]) -> _Item:
    """Several as one: amounts add up, and operation begins with the last of them."""
    start = max(item.start for item in items)
    by_year = items[0].by_year.copy()
    for item in items[1:]:
        by_year[list(_AMOUNTS)] += item.by_year[list(_AMOUNTS)]
    late = [
        f"{item.title} could run from {item.start}, but is counted from {start}"
        for item in items
        if item.start < start
    ]
    return _Item(
        title=" and ".join(item.title for item in items),
        parts=pd.concat([item.parts for item in items], ignore_index=True),
        by_year=by_year,
        start=start,
        notes=(*late, *(note for item in items for note in item.notes)),
    )


def _assembled(case: Case, item: _Item, agreed: Agreement) -> Financed:
    parts, by_year = item.parts, item.by_year
    investment = float(parts["investment_eur"].sum())
    if not investment > 0:
        raise UsageError(f"{item.title} has no investment; give it a cost in the case")
    rate = float(
        np.average(_floats(parts, "cost_of_capital"), weights=_floats(parts, "investment_eur"))
    )
    life = int(parts["lifetime_a"].min())
    building = len(agreed.spending)
    first = item.start - building if agreed.first_year is None else agreed.first_year
    years = np.arange(first + building, first + building + life).astype(np.float64)
    at = by_year["year"].to_numpy(dtype=np.float64)

    def along(column: str) -> Floats:
        return interpolated(at, by_year[column].to_numpy(dtype=np.float64), years)

    cost = along("running_cost_eur") + float(parts["fixed_om_eur"].sum())
    carried, terms = along("energy_mwh"), agreed.terms(rate)
    most = along("capacity_mw").mean() * float(case.hours)
    project = Project(
        name=item.title,
        investment=investment,
        spending=agreed.spending,
        first_year=first,
        price_year=case.price_year,
        revenue=agreed.revenue.of(
            along("earned_eur"), carried, cost, investment, terms.discount_rate
        ),
        operation_cost=cost,
        energy=carried,
        utilisation=float(carried.mean() / most) if most > 0 else float("nan"),
    )
    return Financed(project, terms, parts, by_year, (*_notes(by_year, years, parts), *item.notes))


def _notes(by_year: pd.DataFrame, years: Floats, parts: pd.DataFrame) -> tuple[str, ...]:
    planned = [int(year) for year in by_year["year"]]
    told = [
        f"yearly amounts come from plans of {', '.join(map(str, planned))}; "
        f"operation runs from {int(years[0])} to {int(years[-1])}: "
        + ("interpolated between and held outside" if len(planned) > 1 else "held in all years")
    ]
    if parts["lifetime_a"].min() < parts["lifetime_a"].max():
        told.append(f"parts live differently long; operation ends after {len(years)} years")
    told += [
        f"the plan of {int(row['year'])} is not certified"
        for row in by_year.to_dict("records")
        if not row["is_certified"]
    ]
    return tuple(told)


def _title(case: Case, table: str, key: str, name: str) -> str:
    rows = case.table(table)
    return str(rows.loc[rows[key] == name, "name"].iloc[0])


def _check_plans(case: Case, plans: Sequence[Plan]) -> None:
    if not plans:
        raise UsageError("what a project earns comes from plans; give at least one")
    for plan in plans:
        if str(plan.data.attrs["case"]) != case.name or plan.scenario != case.scenario:
            raise UsageError(
                f"the plan of {plan.year} is of the case '{plan.data.attrs['case']}' under "
                f"'{plan.scenario}', not of '{case.name}' under '{case.scenario}'"
            )
    years = [plan.year for plan in plans]
    if len(set(years)) < len(years):
        raise UsageError(f"two plans are of the same year: {', '.join(map(str, sorted(years)))}")


# ---- corridors ---------------------------------------------------------------------------------


def _corridor_links(case: Case, corridor: str) -> list[str]:
    rows = case.table("corridor_links")
    return [str(one) for one in rows.loc[rows["corridor"] == corridor, "link"]]


def _link_years(case: Case, corridor: str, members: Sequence[str]) -> tuple[bool, int]:
    """Whether the corridor has phases, and the first year in which all its links can run."""
    table, rows = case.table("links"), case.table("corridor_links")
    starts = table.loc[table["link"].isin(members), "commissioning_year"].dropna().astype(int)
    rows_of = case.table("corridors")
    expected = rows_of.loc[rows_of["corridor"] == corridor, "expected_year"].dropna().astype(int)
    known = [int(year) for year in [*starts, *expected]]
    if not known:
        raise UsageError(f"the corridor '{corridor}' has no year; give it in the case")
    phases = rows.loc[rows["corridor"] == corridor, "phase"].nunique()
    return phases > 1, max(known)


def link_parts(case: Case, members: Sequence[str], year: int) -> pd.DataFrame:
    """What links cost if they are built in full, with costs of technologies of a year.

    Returns
    -------
    DataFrame
        item, capacity_mw, investment_eur (overnight), fixed_om_eur (a year), cost_of_capital (the
        mean of both ends), lifetime_a.
    """
    table = case.table("links")
    table = table[table["link"].isin(members)].reset_index(drop=True)
    country = country_of_buses(case)
    rate = np.mean(
        [
            cost_of_capital(
                case.table("finance"), table[end].map(country), table["technology"], _wacc(case)
            )
            for end in ("from_bus", "to_bus")
        ],
        axis=0,
    )
    costs = technology_values(
        case.table("technology_costs"),
        table["technology"],
        pd.Series(float(year), table.index),
    )
    size = _floats(table, "build_max_mw")
    default = size * link_investment(costs, table["length_km"].astype(float)).to_numpy(dtype=float)
    own = _floats(table, "capex_million") * EUR_PER_MILLION_EUR
    investment = np.where(np.isnan(own), default, own)
    return pd.DataFrame(
        {
            "item": table["link"].astype("str"),
            "capacity_mw": size,
            "investment_eur": investment,
            "fixed_om_eur": investment * _floats(table, "fixed_om_share"),
            "cost_of_capital": rate,
            "lifetime_a": _floats(table, "lifetime_a"),
        }
    )


def _of_links(plans: Sequence[Plan], corridor: str, parts: pd.DataFrame) -> pd.DataFrame:
    wanted = parts.set_index("item")["capacity_mw"]
    return _by_year([_link_year(plan, corridor, wanted) for plan in plans])


def _link_year(plan: Plan, corridor: str, wanted: pd.Series[float]) -> dict[str, object]:
    table = links(plan)
    table = table[table["link"].isin(wanted.index)]
    built = table.set_index("link")["built_mw"].astype(float)
    lacking = [str(one) for one, size in wanted.items() if built.get(str(one), 0.0) < _WHOLE * size]
    if lacking:
        raise UsageError(
            f"the plan of {plan.year} under '{plan.scenario}' does not build all of "
            f"{', '.join(lacking)} of '{corridor}'; plan with a scenario in which the corridor's "
            "state is 'built'"
        )
    at = np.flatnonzero(np.isin(names(plan, "link"), table["link"]))
    paid = sum(
        energy(plan, way)[at] @ values(plan, f"link_tariff_{way}")[at]
        for way in ("forward", "backward")
    )
    sent = table["energy_forward_mwh"] + table["energy_backward_mwh"]
    return {
        **_facts(plan),
        "earned_eur": float(table["rent_eur"].sum()) - float(paid),
        "running_cost_eur": 0.0,
        "energy_mwh": float(sent.max()),
        "capacity_mw": float(table["capacity_forward_mw"].max()),
    }


# ---- plants ------------------------------------------------------------------------------------


def _asset_year(case: Case, asset: str, plans: Sequence[Plan]) -> int:
    """First year of a plant: its own, or that of the first plan."""
    table = case.table("assets")
    own = table.loc[table["asset"] == asset, "commissioning_year"].dropna().astype(int)
    return int(own.iloc[0]) if len(own) else min(plan.year for plan in plans)


def _asset_parts(case: Case, asset: str, year: int, capacity: float) -> pd.DataFrame:
    table = case.table("assets")
    table = table[table["asset"] == asset].reset_index(drop=True)
    costs = technology_values(
        case.table("technology_costs"), table["technology"], pd.Series(float(year), table.index)
    )
    hours = table["storage_hours"].astype(float).fillna(0.0)
    own = _floats(table, "overnight_cost")
    investment = np.where(
        np.isnan(own), plant_investment(costs, hours).to_numpy(dtype=float), own * KW_PER_MW
    )
    fixed = costs["fixed_om"].fillna(0.0) + costs["energy_fixed_om"].fillna(0.0) * hours
    technologies = case.table("technologies").set_index("technology")["lifetime_a"].astype(float)
    rate = cost_of_capital(
        case.table("finance"),
        table["bus"].map(country_of_buses(case)),
        table["technology"],
        _wacc(case),
    )
    return pd.DataFrame(
        {
            "item": [asset],
            "capacity_mw": [capacity],
            "investment_eur": np.nan_to_num(investment) * capacity,
            "fixed_om_eur": fixed.to_numpy(dtype=float) * capacity,
            "cost_of_capital": rate,
            "lifetime_a": [float(technologies[str(table["technology"].iloc[0])])],
        }
    )


def _of_asset(plans: Sequence[Plan], asset: str) -> pd.DataFrame:
    return _by_year([_asset_year_of(plan, asset) for plan in plans])


def _asset_year_of(plan: Plan, asset: str) -> dict[str, object]:
    made, costs, capacity = (
        table[table["asset"] == asset]
        for table in (generation(plan), asset_costs(plan), plan.capacity)
    )
    there = float((capacity["existing_mw"] + capacity["built_mw"]).sum())
    if there <= _BUILT_MW:
        raise UsageError(
            f"the plan of {plan.year} under '{plan.scenario}' does not build '{asset}'"
        )
    return {
        **_facts(plan),
        "earned_eur": float(made["revenue_eur"].sum()),
        "running_cost_eur": float(costs[list(_RUNNING)].to_numpy(dtype=float).sum()),
        "energy_mwh": float(made["energy_mwh"].sum()),
        "capacity_mw": there,
    }


# ---- both --------------------------------------------------------------------------------------


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "year": plan.year,
        "scenario": plan.scenario,
        "plan_key": plan.key,
        "is_certified": plan.certificate.is_valid,
    }


def _by_year(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows).sort_values("year").reset_index(drop=True)


def country_of_buses(case: Case) -> pd.Series[str]:
    """The country of each bus, by its name."""
    zones = case.table("zones").set_index("zone")["country"].astype("str")
    buses = case.table("buses").set_index("bus")["zone"].astype("str")
    return buses.map(zones)


def _wacc(case: Case) -> float:
    return float(case.table("case")["wacc"].iloc[0])


def _floats(table: pd.DataFrame, column: str) -> Floats:
    return table[column].to_numpy(dtype=np.float64, na_value=np.nan)
