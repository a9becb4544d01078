"""The appraisal of the corridors of a case: from its plans to tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.appraise.cba.benefits import (
    NOT_COMPUTED,
    Adequacy,
    Benefits,
    Effect,
    money_columns,
    outcome,
)
from khazri.appraise.cba.corridors import (
    Choice,
    Corridor,
    CorridorLeg,
    Corridors,
    needed_choices,
    with_legs,
)
from khazri.appraise.cba.listing import leg_table, plan_table, step_table, waiting_table
from khazri.appraise.cba.steps import StepState, slips
from khazri.appraise.cba.synergy import Method, needed_sets
from khazri.appraise.cba.value import (
    Flows,
    Leg,
    appraisal,
    by_start,
    delay_cost,
    delay_costs,
)
from khazri.appraise.cba.worth import Change, Plans, Terms, Worth, worth_of
from khazri.plan import Plan, links
from khazri.plan.arrays import halves, names, values
from khazri.study import Result, Variant

_DELAYS = (1, 2, 3)
_STARTS = 11
"""Years of operation from the earliest on that are tried for the best year to build."""

_ORDER = (Method.PINT, Method.TOOT)
"""By which method corridors are summed to all together: by what each is worth by itself, if that is
known; what they are beyond the sum makes up for it in planning years."""

ALL = "all together"
"""Name of all corridors as one project."""


@dataclass(frozen=True, eq=False)
class Appraisal:
    """Tables of an appraisal; amounts in EUR, ``method`` is toot or pint, ``country`` "" is all.

    ``plans``: plan, year, scenario, corridors, cost_eur, bound_eur, is_certified, stages.
    ``legs``: corridor, leg, links, title, start, life_a, country, investment_eur, fixed_eur_a.
    ``steps``: corridor, leg (that waits for it), step, title, kind, state, owner, countries, start,
    finish, is_assumed.
    ``waiting``: corridor, leg, year: legs that cannot run in a planning year yet.
    ``yearly``: corridor, method, year, country, kind, eur_a.
    ``effects``: corridor, method, year, country, effect, amount (unit in the name).
    ``rests_on``: corridor, method, year, with_plan, without_plan, benefit_eur_a, uncertainty_eur_a
    (what both plans may be off their optimum, together: bounds the benefit of all).
    ``use``: corridor, method, year, link, built_mw, energy_forward_mwh, energy_backward_mwh,
    rent_eur.
    ``value``: corridor, method, country, benefit_eur, cost_eur, npv_eur, benefit_cost,
    internal_return, n_returns, payback_years, uncertainty_eur (of all; NaN of countries).
    ``delays``: corridor, method, leg, delay_a, country, change_eur.
    ``step_delays``: corridor, method, step, owner, leg, later_a (years that the leg comes later if
    the step is done a year late), country, change_eur. Steps that are done have none.
    ``starts``: corridor, method, start, country, npv_eur.
    ``synergy``: method, year, corridor, other, eur_a, uncertainty_eur_a.
    """

    corridors: Corridors
    terms: Terms
    countries: tuple[str, ...]
    plans: pd.DataFrame
    legs: pd.DataFrame
    steps: pd.DataFrame
    waiting: pd.DataFrame
    yearly: pd.DataFrame
    effects: pd.DataFrame
    rests_on: pd.DataFrame
    use: pd.DataFrame
    value: pd.DataFrame
    delays: pd.DataFrame
    step_delays: pd.DataFrame
    starts: pd.DataFrame
    synergy: pd.DataFrame
    not_computed: tuple[str, ...] = NOT_COMPUTED

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        found = {name: getattr(self, name) for name in TABLES}
        return {name: table for name, table in found.items() if isinstance(table, pd.DataFrame)}


TABLES = ("plans", "legs", "steps", "waiting", "yearly", "effects", "rests_on", "use", "value",
          "delays", "step_delays", "starts", "synergy")  # fmt: skip


def kept(plan: Plan, corridor_links: tuple[str, ...]) -> Mapping[str, pd.DataFrame]:
    """What an appraisal keeps of a plan.

    Returns
    -------
    Mapping
        ``outcome``: its year by country, before the cost of its corridors; ``paid``: that cost
        [EUR/a] by country, investment as an annuity; ``links``: how corridors are used.
    """
    is_own = np.isin(names(plan, "link"), list(corridor_links))
    own = [str(one) for one in names(plan, "link")[is_own]]
    table = links(plan)
    columns = ["built_mw", "energy_forward_mwh", "energy_backward_mwh", "rent_eur"]
    return {
        "outcome": outcome(plan, own),
        "paid": halves(plan, values(plan, "link_investment") * is_own).to_frame("eur_a"),
        "links": table[table["link"].isin(own)].set_index("link")[columns],
    }


def variants(corridors: Corridors, terms: Terms) -> tuple[Variant, ...]:
    """The plans that an appraisal needs, each once."""
    found = [
        corridors.variant(choice, year, terms.scenario)
        for method in terms.methods
        for choice in needed_choices(corridors, method)
        for year in terms.years
    ]
    return tuple(dict.fromkeys(found))


def appraise(
    corridors: Corridors,
    terms: Terms,
    results: Mapping[Variant, Result],
    adequacy: Adequacy | None = None,
) -> Appraisal:
    """Appraise corridors from the results of their :func:`variants`.

    ``adequacy`` finds what expected energy not served is worth; without it that is not computed,
    and the appraisal says so.
    """
    plans = _plans(corridors, terms, results, adequacy)
    countries = tuple(str(one) for one in next(iter(results.values())).tables["outcome"].index)
    worths = {method: _worths(plans, method) for method in terms.methods}
    every = [
        _corridor_tables(plans, corridors.of(name), method, worth)
        for method in terms.methods
        for name, worth in worths[method].items()
    ]
    of_all = _together(plans, worths[min(terms.methods, key=_ORDER.index)], countries)
    every += [_named(of_all, ALL, method) for method in terms.methods]

    def stacked(name: str, columns: Sequence[str]) -> pd.DataFrame:
        parts = [tables[name] for tables in every if name in tables and len(tables[name])]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns))

    return Appraisal(
        corridors=corridors,
        terms=terms,
        countries=countries,
        plans=plan_table(corridors, results),
        legs=leg_table(corridors),
        steps=step_table(corridors),
        waiting=waiting_table(corridors, terms.years),
        yearly=stacked("yearly", ("corridor", "method", "year", "country", "kind", "eur_a")),
        effects=stacked("effects", ("corridor", "method", "year", "country", "effect", "amount")),
        rests_on=stacked(
            "rests_on",
            ("corridor", "method", "year", "with_plan", "without_plan", "benefit_eur_a",
             "uncertainty_eur_a"),
        ),
        use=stacked("use", ("corridor", "method", "year", "link")),
        value=stacked("value", ("corridor", "method", "country", "npv_eur")),
        delays=stacked("delays", ("corridor", "method", "leg", "delay_a", "country", "change_eur")),
        step_delays=stacked(
            "step_delays",
            ("corridor", "method", "step", "owner", "leg", "later_a", "country", "change_eur"),
        ),
        starts=stacked("starts", ("corridor", "method", "start", "country", "npv_eur")),
        synergy=pd.concat([_synergy(plans, m) for m in terms.methods], ignore_index=True),
        not_computed=NOT_COMPUTED if adequacy is None else (),
    )  # fmt: skip


def values_by_start(
    corridors: Corridors,
    terms: Terms,
    results: Mapping[Variant, Result],
    adequacy: Adequacy | None = None,
) -> pd.DataFrame:
    """Net present value of each corridor over its first year, by the first method of the terms.

    Returns
    -------
    DataFrame
        corridor, method, start, country ("" for all), npv_eur. Corridors that run in no planning
        year have no rows.
    """
    plans = _plans(corridors, terms, results, adequacy)
    method = terms.methods[0]
    return pd.concat(
        [
            _named({"starts": _starts(worth, terms)}, name, method)["starts"]
            for name, worth in _worths(plans, method).items()
        ],
        ignore_index=True,
    )


def _worths(plans: Plans, method: Method) -> dict[str, Worth]:
    """What each corridor is worth that is ready in a planning year."""
    found = {one.name: worth_of(plans, one, method) for one in plans.corridors.appraised}
    return {name: worth for name, worth in found.items() if worth is not None}


def _plans(
    corridors: Corridors,
    terms: Terms,
    results: Mapping[Variant, Result],
    adequacy: Adequacy | None,
) -> Plans:
    """The plans of a case as its tables are."""

    def variant_of(choice: Choice, year: int) -> Variant:
        return corridors.variant(choice, year, terms.scenario)

    return Plans(corridors, terms, results, variant_of, adequacy)


# ---- one corridor --------------------------------------------------------------------------------


def _corridor_tables(
    plans: Plans, corridor: Corridor, method: Method, worth: Worth
) -> dict[str, pd.DataFrame]:
    """All tables of one corridor by one method."""
    base = with_legs(plans.corridors, corridor.name, 0, method)
    ready = {
        year: plans.change(
            with_legs(plans.corridors, corridor.name, corridor.n_ready(year), method), base, year
        )
        for year in plans.terms.years
        if corridor.n_ready(year) > 0
    }
    states, legs, value = worth.states, worth.legs, worth.value
    rate, base_year = plans.terms.rate, plans.terms.base_year
    doubt = np.where(value["country"] == "", worth.doubt, np.nan)
    tables = {
        **_change_tables(ready),
        "use": _use(ready, corridor.legs),
        "value": value.assign(uncertainty_eur=doubt),
        "delays": delay_costs(states, legs, rate, base_year, _DELAYS),
        "step_delays": _step_delays(corridor, states, legs, plans.terms),
        "starts": _starts(worth, plans.terms),
    }
    return _named(tables, corridor.name, method)


def _starts(worth: Worth, terms: Terms) -> pd.DataFrame:
    """Net present value over the first year, from the earliest on."""
    first = worth.legs[0].start
    years = range(first, first + _STARTS)
    return by_start(worth.states, worth.legs, terms.rate, terms.base_year, years)


def _step_delays(
    corridor: Corridor, states: Sequence[Benefits], legs: Sequence[Leg], terms: Terms
) -> pd.DataFrame:
    """What it costs whom if a step that is not done yet is done a year later than it should be."""
    members = corridor.legs[: len(legs)]
    parts = []
    for step in corridor.steps:
        own = [leg.name for leg in members if leg.phase == step.phase]
        if step.state is StepState.DONE or not own:
            continue
        late = slips(corridor.steps, step.name, 1, {leg.phase: leg.start for leg in members})
        moved = [late[leg.phase] for leg in members]
        table = delay_cost(states, legs, moved, terms.rate, terms.base_year)
        parts.append(
            table.assign(step=step.name, owner=step.owner, leg=own[0], later_a=late[step.phase])
        )
    columns = ["step", "owner", "leg", "later_a", "country", "change_eur"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _change_tables(changes: Mapping[int, Change]) -> dict[str, pd.DataFrame]:
    yearly: list[pd.DataFrame] = []
    effects: list[pd.DataFrame] = []
    rests_on: list[dict[str, object]] = []
    for year, change in changes.items():
        kinds = money_columns(change.table)
        yearly.append(_long(change.table, kinds, "kind", "eur_a").assign(year=year))
        effects.append(_long(change.table, list(Effect), "effect", "amount").assign(year=year))
        rests_on.append(
            {
                "year": year,
                "with_plan": change.with_it.key,
                "without_plan": change.without.key,
                "benefit_eur_a": change.total,
                "uncertainty_eur_a": change.uncertainty,
            }
        )
    return {
        "yearly": pd.concat(yearly, ignore_index=True),
        "effects": pd.concat(effects, ignore_index=True),
        "rests_on": pd.DataFrame(rests_on),
    }


def _long(table: pd.DataFrame, kinds: Iterable[str], column: str, amount: str) -> pd.DataFrame:
    """A row for each country and kind."""
    chosen = table[[str(one) for one in kinds]].rename_axis(index="country").reset_index()
    return chosen.melt(id_vars="country", var_name=column, value_name=amount)


def _use(changes: Mapping[int, Change], legs: Iterable[CorridorLeg]) -> pd.DataFrame:
    own = [link for leg in legs for link in leg.links]
    parts = []
    for year, change in changes.items():
        table = change.with_it.tables["links"]
        parts.append(table[table.index.isin(own)].reset_index().assign(year=year))
    return pd.concat(parts, ignore_index=True)


# ---- all corridors -------------------------------------------------------------------------------


def _together(
    plans: Plans, worths: Mapping[str, Worth], countries: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """All corridors as one project, against none; nothing of fewer than two that can run.

    Each runs, is paid and renewed as by itself; what they add or take beyond the sum of all is that
    of planning years, between them as all benefits are, as long as two of them run.
    """
    whole = {one.name: len(one.legs) for one in plans.corridors.appraised}
    if len(worths) < 2:
        return {}
    ready = {
        year: plans.change(whole, {}, year)
        for year in plans.terms.years
        if plans.corridors.standing(whole, year)
    }
    found, running = _side_by_side(list(worths.values()))
    at = np.array(sorted(ready), dtype=np.int64)
    beyond = np.zeros((1, len(countries), len(at)))
    for i, year in enumerate(at):
        alone = [
            worth.states[n - 1].total(at[[i]])[:, 0]
            for name, worth in worths.items()
            if (n := plans.corridors.of(name).n_ready(int(year)))
        ]
        table = ready[int(year)].table
        beyond[0, :, i] = table[money_columns(table)].sum(axis=1).to_numpy() - sum(alone)
    of_all = Benefits(("beyond the sum",), tuple(countries), at, beyond).total(found.years)
    rate, base_year = plans.terms.rate, plans.terms.base_year
    benefit = found.benefit + of_all * (running >= 2)
    value = appraisal(replace(found, benefit=benefit), rate, base_year)
    gaps = np.interp(found.years, at, [ready[int(year)].uncertainty for year in at])
    off = (gaps * (running >= 1))[None, :]
    doubtful = replace(found, countries=("",), benefit=off, cost=0.0 * off)
    doubt = appraisal(doubtful, rate, base_year)["benefit_eur"].iloc[-1]
    return {
        **_change_tables(ready),
        "value": value.assign(uncertainty_eur=np.where(value["country"] == "", doubt, np.nan)),
    }


def _side_by_side(worths: Sequence[Worth]) -> tuple[Flows, NDArray[np.int64]]:
    """The sum of flows that begin and end in their own years, and how many corridors run in each
    year (Y,)."""
    every = [worth.flows for worth in worths]
    years = np.arange(min(one.years[0] for one in every), max(one.years[-1] for one in every) + 1)
    benefit = np.zeros((len(every[0].countries), len(years)))
    cost = np.zeros_like(benefit)
    running = np.zeros(len(years), dtype=np.int64)
    for worth in worths:
        one = worth.flows
        here = (years >= one.years[0]) & (years <= one.years[-1])
        benefit[:, here] += one.benefit
        cost[:, here] += one.cost
        running += here & (years >= worth.legs[0].start)
    return Flows(every[0].countries, years, benefit, cost), running


def _synergy(plans: Plans, method: Method) -> pd.DataFrame:
    """Matrices of yearly benefits, one for each year, of corridors that can stand in it."""
    rows = []
    for year in plans.terms.years:
        ready = [one.name for one in plans.corridors.appraised if one.n_ready(year) > 0]
        if not ready:
            continue
        legs = {name: len(plans.corridors.of(name).legs) for name in ready}
        sets = {s: {n: legs[n] for n in s} for s in needed_sets(ready, method)}
        sets.setdefault(frozenset(ready), legs)
        sets.setdefault(frozenset(), {})
        worth, gap = {}, {}
        for members, choice in sets.items():
            result = plans.result(choice, year)
            worth[members] = plans.change(choice, {}, year).total
            gap[members] = result.excess
        base = frozenset(ready) if method is Method.TOOT else frozenset[str]()
        sign = -1.0 if method is Method.TOOT else 1.0
        for one in ready:
            for other in ready:
                used = [base, base ^ {one}] if one == other else [
                    base, base ^ {one}, base ^ {other}, base ^ {one, other}]  # fmt: skip
                signs = [-sign, sign] if one == other else [1.0, -1.0, -1.0, 1.0]
                rows.append(
                    {
                        "method": str(method),
                        "year": year,
                        "corridor": one,
                        "other": other,
                        "eur_a": sum(s * worth[u] for s, u in zip(signs, used, strict=True)),
                        "uncertainty_eur_a": sum(gap[u] for u in used),
                    }
                )
    return pd.DataFrame(rows)


def _named(
    tables: Mapping[str, pd.DataFrame], corridor: str, method: Method
) -> dict[str, pd.DataFrame]:
    found = {}
    for name, table in tables.items():
        table = table.copy()
        table.insert(0, "corridor", corridor)
        table.insert(1, "method", str(method))
        found[name] = table
    return found
