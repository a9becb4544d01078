"""From a plan and its case to what a report shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from khazri import plan as accounts
from khazri.appraise import backcast as hold_against_reports
from khazri.case import Case, Outside, assumptions, at_year, price_basis, source_table
from khazri.plan import Plan, Summary, summary, words
from khazri.plan.arrays import countries, main_carrier, names, values
from khazri.report.by_carrier import carriers_of, plan_tables, view_of
from khazri.report.energy import (
    basis_table,
    carrier_table,
    energy_balance,
    mean_price,
    published_balance,
)
from khazri.report.geography import Shapes, read_shapes
from khazri.report.project_costs import project_costs
from khazri.report.view import COLUMNS, Basis, Headline, Proof, ReportView, empty

_SHAPES = "shapes/zones.geojson"
_KEYS_NAMED = 3
_THIS_PLAN = "this plan"
_TOLERANCE = 1e-5
"""A wider gap of a program solved as one is more than the solver leaves: decisions held before."""


def report_view(
    plan: Plan,
    case: Case,
    *,
    backcast: pd.DataFrame | None = None,
    others: Mapping[str, Plan] | None = None,
    other_basis: Plan | None = None,
    focus: str | None = None,
) -> ReportView:
    """Fill the tables of a report.

    Parameters
    ----------
    plan, case
        The plan and the case it was made from, under the same scenario.
    backcast
        What :func:`khazri.appraise.backcast` gives; None: made here where the case has reports for
        the year of the plan.
    others
        Plans beside this one, by the name shown; the first is the reference of the changes.
    other_basis
        A plan of the same year under a scenario with another price basis.
    focus
        Country shown close up; None: the first country of the case that has demand, "": none.
    """
    told = summary(plan)
    if backcast is None and (case.table("actuals")["year"] == plan.year).any():
        backcast = hold_against_reports(case, plan)
    shown = _focus(plan, case) if focus is None else focus
    listed, whole = carriers_of(plan, case), plan_tables(plan)
    head = _headline(plan, case, told, shown)
    basis, basis_rows = _basis(plan, case, other_basis, shown)
    base = ReportView(
        headline=replace(head, basis=basis),
        zones=empty("zones"),
        countries=_countries(plan, case),
        shapes=_shapes(case),
    )
    first, *further = [view_of(plan, case, whole, carrier, base) for carrier in listed]
    return replace(
        first,
        further=tuple(further),
        cards=_cards(plan, case, told, shown, others or {}),
        welfare=accounts.welfare(plan).iloc[:-1],
        costs=accounts.costs(plan).query("cost_eur != 0").reset_index(drop=True),
        emissions=accounts.emissions_by_source(plan),
        carriers=carrier_table(listed),
        energy_balance=energy_balance(plan),
        published_balance=empty("published_balance")
        if backcast is None
        else published_balance(backcast, case),
        measures=accounts.measures(plan),
        responses=accounts.responses(plan),
        basis=basis_rows,
        unserved=accounts.unserved(plan),
        limits=_limits(plan, case),
        certificate=_certificate(plan),
        project_costs=project_costs(case, plan.year),
        backcast=empty("backcast") if backcast is None else _backcast(backcast, case),
        profiles=_profiles(case),
        assumptions=_assumptions(case),
        sources=_sources(case),
        comparison=_comparison(plan, shown, others or {}),
    )


def _focus(plan: Plan, case: Case) -> str:
    demand = pd.Series(values(plan, "load").sum(axis=0), index=pd.Index(names(plan, "bus_country")))
    served = demand.groupby(level=0).sum()
    listed = case.table("countries")["country"].astype("str")
    return next((name for name in listed if served.get(name, 0.0) > 0), "")


def _headline(plan: Plan, case: Case, told: Summary, focus: str) -> Headline:
    attrs = plan.data.attrs
    if not told.is_valid:
        proof = Proof.NOT_PROVEN
        said = f"Not proven: {told.faults[0]}."
    elif told.is_gap_reached:
        proof = Proof.CERTIFIED
        said = "Every equation holds in every hour, and the gap asked for was reached."
    else:
        proof = Proof.GAP_OPEN
        said = "Every equation holds in every hour; the gap is wider than asked for."
    if told.is_valid and attrs["is_exact"] and told.gap > _TOLERANCE:
        said += (
            " All hours were solved as one, so operation and prices are exact with corridors as "
            "decided; other corridors could save no more than the gap."
        )
    families = plan.certificate.families
    powers = [check.violation for check in families if check.unit == "MW"]
    scenarios = case.table("scenarios").set_index("scenario")["name"]
    return Headline(
        case_title=plan.title,
        scenario=str(scenarios.get(plan.scenario, plan.scenario or "Tables as they are")),
        year=plan.year,
        currency=plan.currency,
        price_year=plan.price_year,
        verdict=_verdict(plan, case, told, focus),
        proof=proof,
        proof_words=said,
        lower_bound_eur=plan.bound,
        upper_bound_eur=plan.cost,
        gap=told.gap,
        gap_asked=told.gap_asked,
        largest_violation_mw=max(powers, default=float("nan")),
        focus_country=focus,
        plan_hash=plan.key,
        case_hash=str(attrs["case_hash"]),
        version=str(attrs["khazri_version"]),
        solver=str(attrs["solver"]),
        run_seconds=told.seconds,
        created=_in_words(str(attrs["created"])),
        gwp_horizon_a=int(attrs["gwp_horizon_a"]),
    )


def _basis(plan: Plan, case: Case, other: Plan | None, focus: str) -> tuple[Basis, pd.DataFrame]:
    """What fuels cost in the plan, and what changes where they cost something else."""
    scenarios = case.table("scenarios")
    words = price_basis(scenarios, plan.scenario)
    if other is not None:
        rows = basis_table(plan, other, focus)
        return Basis(words, other=price_basis(scenarios, other.scenario)), rows
    unlike = [
        name for name in case.scenarios if price_basis(scenarios, name) not in ("", words)
    ]  # fmt: skip
    if not words or not unlike:
        return Basis(words), empty("basis")
    # A page goes to others: the path of this machine is not for them.
    folder = case.path.name if case.path.is_absolute() else case.path.as_posix()
    missing = f"khazri plan {folder} --year {plan.year} --scenario {unlike[0]}"
    return Basis(words, missing=missing), empty("basis")


def _verdict(plan: Plan, case: Case, told: Summary, focus: str) -> str:
    """What the plan costs, and what its country in focus trades and pays, in one sentence.

    Unserved demand is not in it: the page says it above.
    """
    done = "Supplying the demand of" if told.unserved_mwh > 0 else "Supplying all demand of"
    cost = f"{done} {plan.year} costs {words.money(plan.cost, plan.currency)} a year"
    figures = _figures(plan, told, focus).set_index("figure")["value"]
    price, net = figures.get(f"Mean price of {focus}"), figures.get(f"Net exports of {focus}")
    if price is None:
        return f"{cost}."
    country = case.table("countries").set_index("country")["name"].get(focus, focus)
    carrier = case.table("carriers").set_index("carrier")["name"].get(main_carrier(plan))
    of = f" of {str(carrier).lower()}" if _has_several(plan) else ""
    paid = f"a mean price of {words.number(price)} {plan.currency}/MWh"
    if net is None:
        return f"{cost}; {country} has {paid}."
    way = "exports" if net >= 0 else "imports"
    return f"{cost}; {country} {way} {words.energy(abs(net))}{of} net and has {paid}."


def _has_several(plan: Plan) -> bool:
    """Whether energy has to be named by its carrier."""
    carrier = names(plan, "bus_carrier")[~names(plan, "bus_is_market").astype(bool)]
    return len(set(carrier.tolist())) > 1


def _in_words(created: str) -> str:
    if not created:
        return ""
    moment = dt.datetime.fromisoformat(created)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _countries(plan: Plan, case: Case) -> pd.DataFrame:
    frame = case.table("countries")[["country", "name"]]
    return frame[frame["country"].isin(countries(plan))].reset_index(drop=True)


def _figures(plan: Plan, told: Summary, focus: str) -> pd.DataFrame:
    """The figures by which plans are compared: figure, value, unit."""
    place = f" of {focus}" if focus else ""
    by_kind = accounts.costs(plan).set_index("kind")["cost_eur"]
    exports = dict(told.net_exports_mwh)
    rows = [
        ("System cost", plan.cost, f"{plan.currency}/a"),
        (f"Mean price{place}", mean_price(plan, focus), f"{plan.currency}/MWh"),
        ("Emissions", told.emissions_t, "t"),
        ("Unserved energy", told.unserved_mwh, "MWh"),
        (f"Net exports{place}", exports.get(focus, np.nan), "MWh"),
        ("Investment", float(by_kind["investment"]), f"{plan.currency}/a"),
    ]
    return pd.DataFrame(rows, columns=["figure", "value", "unit"]).dropna(subset="value")


_NOTES = {
    "System cost": "investment, operation, fuel, emissions and trade with markets",
    "Emissions": "CO2 of all sources",
    "Unserved energy": "demand that the plan leaves unserved",
    "Investment": "annuities of what the plan builds",
}


def _cards(
    plan: Plan, case: Case, told: Summary, focus: str, others: Mapping[str, Plan]
) -> pd.DataFrame:
    name = case.table("countries").set_index("country")["name"].get(focus, focus)
    frame = _figures(plan, told, focus)
    change = np.full(len(frame), np.nan)
    reference = next(iter(others.values()), None)
    if reference is not None:
        base = _figures(reference, summary(reference), focus).set_index("figure")["value"]
        base_values = frame["figure"].map(base).to_numpy(dtype=float)
        known = np.isfinite(base_values) & (np.abs(base_values) > 0)
        change[known] = frame["value"].to_numpy()[known] / base_values[known] - 1.0
    shown = [
        str(figure).replace(f" of {focus}", f" of {name}") if focus else str(figure)
        for figure in frame["figure"]
    ]
    carrier = case.table("carriers").set_index("carrier")["name"].get(main_carrier(plan))
    own = f"of {str(carrier).lower()}" if _has_several(plan) else ""
    notes = [_NOTES.get(str(figure), own) for figure in frame["figure"]]
    return pd.DataFrame(
        {
            "name": shown,
            "value": frame["value"].to_numpy(),
            "unit": frame["unit"].to_numpy(),
            "change": change,
            "note": notes,
        }
    )


def _comparison(plan: Plan, focus: str, others: Mapping[str, Plan]) -> pd.DataFrame:
    if not others:
        return empty("comparison")
    runs = {_THIS_PLAN: plan, **others}
    parts = [_figures(run, summary(run), focus).assign(name=name) for name, run in runs.items()]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS["comparison"])]


_VOLUMES = {"import_energy": "Purchases from", "export_energy": "Sales to"}


def _limits(plan: Plan, case: Case) -> pd.DataFrame:
    """Limits by what they are worth; market steps that are closed and idle limits of nothing are
    left out. Limits on capacity are shown with what exists."""
    frame = accounts.limits(plan)
    table = at_year(case.table("limits"), ["limit"], ["value"], plan.year, Outside.ABSENT)
    own = _by_id(table, "limit", "name")
    stated = dict(zip(table["limit"].astype("str"), table["value"].astype(float), strict=True))
    markets = _by_id(case.table("markets"), "market", "name")
    plants = _by_id(case.table("assets"), "asset", "name")

    def name_of(limit: str, kind: str, item: str) -> str:
        if limit in own:
            return own[limit]
        if kind in _VOLUMES:
            market, _, step = item.partition("/")
            return f"{_VOLUMES[kind]} {markets.get(market, market)}, {step}"
        return f"Yearly energy of {plants.get(item, item)}"

    of = zip(frame["limit"], frame["kind"], frame["item"], strict=True)
    frame = frame.assign(name=[name_of(str(x), str(kind), str(item)) for x, kind, item in of])
    total = frame["limit"].map(stated).to_numpy(dtype=float)
    existing = np.where(frame["kind"] == "capacity", total - frame["value"].to_numpy(), 0.0)
    frame["value"] += existing
    frame["used"] += existing
    is_closed = frame["kind"].isin(_VOLUMES) & (frame["value"] == 0)
    worth = frame["price_eur"].abs() * frame["value"].abs()
    order = worth[~is_closed].sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _by_id(table: pd.DataFrame, key: str, column: str) -> dict[str, str]:
    return dict(zip(table[key].astype("str"), table[column].astype("str"), strict=True))


def _certificate(plan: Plan) -> pd.DataFrame:
    checks = plan.certificate.families
    return pd.DataFrame(
        {
            "family": [check.family.replace("_", " ") for check in checks],
            "violation": [check.violation for check in checks],
            "tolerance": values(plan, "tolerance"),
            "unit": [check.unit for check in checks],
            "valid": [check.is_met for check in checks],
        }
    )


_NOUNS = {
    "generation": "generation",
    "capacity": "capacity",
    "fuel": "fuel",
    "export": "exports",
    "import": "imports",
}
_WAYS = {"export": "to", "import": "from"}


def _backcast(frame: pd.DataFrame, case: Case) -> pd.DataFrame:
    titles = case.table("sources").set_index("source_id")["title"]
    country = case.table("countries").set_index("country")["name"]
    carrier = case.table("carriers").set_index("carrier")["name"]
    items = []
    for item, partner in zip(frame["item"], frame["partner"], strict=True):
        noun, _, detail = str(item).partition(":")
        if noun == "balance":
            noun, _, detail = detail.partition(":")
            noun = str(carrier.get(noun, noun))
        said = _NOUNS.get(noun, noun)
        if detail:
            said += f": {detail.replace('+', ' and ').replace('_', ' ').replace(':', ', ')}"
        if partner:
            said += f" {_WAYS[noun]} {country.get(partner, partner)}"
        items.append(said)
    sources = [str(titles.get(source, source)) for source in frame["source_id"]]
    return frame.assign(item=items, source=sources, explanation=frame["note"])


def _profiles(case: Case) -> pd.DataFrame:
    frame = case.table("profiles")
    aims_at_peak = frame["calibration_unit"].astype("str").fillna("").str.contains("peak")
    return frame.assign(
        measure=np.where(aims_at_peak, "peak over mean", "mean"),
        achieved=frame["peak"]
        .where(aims_at_peak, frame["annual_mean"])
        .to_numpy(dtype=float, na_value=np.nan),
        target=frame["calibration_value"].to_numpy(dtype=float, na_value=np.nan),
        **{
            name: frame[name].astype("str").fillna("")
            for name in ("zone", "basis", "method", "kind")
        },
    )[list(COLUMNS["profiles"])]


def _assumptions(case: Case) -> pd.DataFrame:
    """Assumptions of the case; rows of one table that share their reasoning are one line."""
    frame = assumptions(case)
    lines = []
    for (table, columns, note), rows in frame.groupby(["table", "columns", "note"], sort=False):
        keys = [str(key) for key in rows["key"]]
        rest = len(keys) - _KEYS_NAMED
        shown = ", ".join(keys[:_KEYS_NAMED]) + (f" and {rest} more" if rest > 0 else "")
        lines.append((table, shown, columns, note, len(keys)))
    return pd.DataFrame(lines, columns=list(COLUMNS["assumptions"]))


def _sources(case: Case) -> pd.DataFrame:
    frame = source_table(case)
    used = frame[frame["values"] > 0].rename(columns={"tables": "feeds"})
    text = used[list(COLUMNS["sources"])].astype("str").fillna("")
    return text.reset_index(drop=True)


def _shapes(case: Case) -> Shapes | None:
    path = case.path / _SHAPES
    return read_shapes(path) if path.is_file() else None
