"""What corridors are worth where the case is uncertain: by draw, by driver, by country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from khazri.appraise.cba import (
    Adequacy,
    Appraisal,
    Corridor,
    Corridors,
    Method,
    Plans,
    Terms,
    Worth,
    read_corridors,
    with_legs,
    worth_of,
)
from khazri.appraise.uncertainty.sample import Point, PointKind, Sample, points
from khazri.appraise.uncertainty.statistics import QUANTILES, Floats, quantiles, wilson
from khazri.case import Case
from khazri.case.driven import driven, drivers_of, moved_cells
from khazri.case.uncertainty import Driver
from khazri.study import Result, Variant

COST_COLUMNS = ("capex_million", "fixed_om_share")
"""Columns of links that plans do not depend on where it is decided that the link stands."""

QUANTILE_NAMES = tuple(f"p{round(100 * share):02d}" for share in QUANTILES)
TABLES = ("drivers", "points", "values", "tornado", "chances", "fan", "fidelity", "rests_on")


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Tables of an appraisal under uncertainty; amounts in EUR, ``country`` "" is all.

    ``drivers``: driver, name, action, low, high, distribution, moves (how many cells), is_cost (of
    corridors alone, so that plans are the same), source_id, note.
    ``points``: point, kind, and the value of each driver.
    ``values``: corridor, method, point, kind, country, benefit_eur, cost_eur, npv_eur,
    uncertainty_eur (what the plans may be off their optimum, of all; NaN of countries).
    ``tornado``: corridor, method, country, driver, low, high, npv_low_eur, npv_high_eur,
    npv_base_eur, swing_eur, rank_correlation (of driver and value over the draws).
    ``chances``: corridor, method, country, draws, paying, unclear (nearer to zero than plans are
    exact), chance, chance_low, chance_high, shift_eur (from the fidelity of draws to that of the
    appraisal, for the case as its tables say), paying_shifted (if all draws are moved by it),
    base_eur, mean_eur, p05 to p95.
    ``fan``: corridor, method, country, year, base, p05 to p95: present value of all until then.
    ``fidelity``: corridor, method, country, npv_coarse_eur, npv_fine_eur, both as the tables say.
    ``rests_on``: corridor, method, point, year, with_plan, without_plan (keys of plans),
    is_certified (both are).
    """

    sample: Sample
    drivers: pd.DataFrame
    points: pd.DataFrame
    values: pd.DataFrame
    tornado: pd.DataFrame
    chances: pd.DataFrame
    fan: pd.DataFrame
    fidelity: pd.DataFrame
    rests_on: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        return {name: getattr(self, name) for name in TABLES}


@dataclass(frozen=True, eq=False)
class UncertainCase:
    """A case with corridors under appraisal, its drivers, and the points at which it is planned."""

    case: Case
    corridors: Corridors
    terms: Terms
    sample: Sample
    drivers: tuple[Driver, ...]
    points: tuple[Point, ...]
    cost_drivers: frozenset[str]

    def variant(self, point: Point, choice: Mapping[str, int], year: int) -> Variant:
        """The plan of a choice of corridors at a point."""
        values = tuple(one for one in point.values if one[0] not in self.cost_drivers)
        plain = self.corridors.variant(choice, year, self.terms.scenario)
        return replace(plain, driven=values)

    def variants(self) -> tuple[Variant, ...]:
        """All plans that are needed, each once."""
        found = [
            self.variant(point, with_legs(self.corridors, one.name, n, method), year)
            for point in self.points
            for method in self.terms.methods
            for one in self.corridors.appraised
            for n in range(len(one.legs) + 1)
            for year in self.terms.years
        ]
        return tuple(dict.fromkeys(found))


def uncertain_case(case: Case, corridors: Corridors, terms: Terms, sample: Sample) -> UncertainCase:
    """Points of a case and the plans that they need.

    Raises
        UsageError  the case has no drivers, or a point leaves the range of a column
    """
    drivers = drivers_of(case)
    found = points(drivers, sample)
    for point in found:
        driven(case, dict(point.values))
    decided = set(corridors.every_link)
    cost = frozenset(one.name for one in drivers if _is_cost(case, one.name, decided))
    return UncertainCase(case, corridors, terms, sample, drivers, found, cost)


def _is_cost(case: Case, driver: str, decided: set[str]) -> bool:
    """Whether a driver moves what links of corridors cost, and nothing else: each of them stands or
    not in a plan, whatever it costs, and its cost is taken out of what the plan says."""
    cells = moved_cells(case, driver)
    links = case.table("links")["link"].astype(str)
    return all(
        one.table == "links"
        and one.column in COST_COLUMNS
        and set(links.iloc[one.places]) <= decided
        for one in cells
    )


# ---- values --------------------------------------------------------------------------------------


def assess(
    uncertain: UncertainCase,
    results: Mapping[Variant, Result],
    fine: Appraisal,
    adequacy: Adequacy | None = None,
) -> Uncertainty:
    """Value all points from the results of their variants.

    Parameters
        fine      the appraisal of the same corridors as the tables say, at its own fidelity
        adequacy  finds what expected energy not served is worth at a point, as in ``fine``; None:
                  not computed
    """
    names = [one.name for one in uncertain.corridors.appraised]
    base_year = uncertain.terms.base_year
    values, fans = [], []
    behind: list[dict[str, object]] = []
    worths: dict[tuple[str, Method], list[Worth]] = {}
    for point in uncertain.points:
        there = driven(uncertain.case, dict(point.values))
        corridors = read_corridors(there, names)
        plans = Plans(
            uncertain.corridors,
            uncertain.terms,
            results,
            partial(uncertain.variant, point),
            adequacy,
        )
        for method in uncertain.terms.methods:
            for one in corridors.appraised:
                worth = worth_of(plans, one, method)
                if worth is None:
                    continue
                worths.setdefault((one.name, method), []).append(worth)
                behind += _rests_on(plans, one, method, point)
                values.append(_value_rows(worth, one.name, method, point))
    for (name, method), found in worths.items():
        fans.append(_fan(uncertain, found, base_year).assign(corridor=name, method=str(method)))
    table = pd.concat(values, ignore_index=True)
    by_point = _points(uncertain)
    fidelity = _fidelity(table, fine)
    return Uncertainty(
        sample=uncertain.sample,
        drivers=_drivers(uncertain),
        points=by_point,
        values=table,
        tornado=_tornado(uncertain, table, by_point),
        chances=_chances(table, fidelity),
        fan=_first(pd.concat(fans, ignore_index=True), ("corridor", "method")),
        fidelity=fidelity,
        rests_on=pd.DataFrame(behind),
    )


def _rests_on(
    plans: Plans, corridor: Corridor, method: Method, point: Point
) -> Iterator[dict[str, object]]:
    """The plans with all legs that are ready, and those without, of each year."""
    for year in plans.terms.years:
        n_legs = corridor.n_ready(year)
        if not n_legs:
            continue
        with_it, without = (
            plans.result(with_legs(plans.corridors, corridor.name, n, method), year)
            for n in (n_legs, 0)
        )
        yield {
            "corridor": corridor.name,
            "method": str(method),
            "point": point.name,
            "year": year,
            "with_plan": with_it.key,
            "without_plan": without.key,
            "is_certified": with_it.is_valid and without.is_valid,
        }


def _value_rows(worth: Worth, name: str, method: Method, point: Point) -> pd.DataFrame:
    table = worth.value[["country", "benefit_eur", "cost_eur", "npv_eur"]]
    is_all = table["country"] == ""
    return _first(
        table.assign(
            corridor=name,
            method=str(method),
            point=point.name,
            kind=str(point.kind),
            uncertainty_eur=np.where(is_all, worth.doubt, np.nan),
        ),
        ("corridor", "method", "point", "kind"),
    )


def _first(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The same table with some columns before the others."""
    return table[[*columns, *(name for name in table.columns if name not in columns)]]


# ---- what follows from them ----------------------------------------------------------------------


def _fan(uncertain: UncertainCase, found: Sequence[Worth], base_year: int) -> pd.DataFrame:
    """Present value of all benefits less costs until each year: as the tables say, and quantiles.

    Countries and all together below each other.
    """
    years = found[0].flows.years
    factor = (1.0 + uncertain.terms.rate) ** (base_year - years).astype(np.float64)
    net = np.stack([(one.flows.benefit - one.flows.cost) * factor for one in found])
    whole = np.concatenate([net, net.sum(axis=1, keepdims=True)], axis=1)
    until = np.cumsum(whole, axis=-1)
    is_draw = np.array([one.kind is PointKind.DRAW for one in uncertain.points])
    spread = quantiles(until[is_draw])
    countries = (*found[0].flows.countries, "")
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "country": country,
                    "year": years,
                    "base": until[0, i],
                    **{name: spread[q, i] for q, name in enumerate(QUANTILE_NAMES)},
                }
            )
            for i, country in enumerate(countries)
        ],
        ignore_index=True,
    )


def _chances(values: pd.DataFrame, fidelity: pd.DataFrame) -> pd.DataFrame:
    """In how many draws a corridor pays, for each country and in all; and in how many if each is
    moved by what the fidelity of draws does to the case as its tables say."""
    rows = []
    off = fidelity.set_index(["corridor", "method", "country"])
    shift = off["npv_fine_eur"] - off["npv_coarse_eur"]
    base = values[values["kind"] == PointKind.BASE].set_index(["corridor", "method", "country"])
    draws = values[values["kind"] == PointKind.DRAW]
    doubts = values[values["country"] == ""].set_index(["corridor", "method", "point"])
    for key, part in draws.groupby(["corridor", "method", "country"], sort=False):
        corridor, method, country = (str(one) for one in key)
        net: Floats = part["npv_eur"].to_numpy(dtype=np.float64)
        doubt = doubts["uncertainty_eur"].loc[
            [(corridor, method, point) for point in part["point"]]
        ]
        paying = int((net > 0).sum())
        low, high = wilson(paying, len(net))
        rows.append(
            {
                "corridor": corridor,
                "method": method,
                "country": country,
                "draws": len(net),
                "paying": paying,
                "unclear": int((np.abs(net) <= doubt.to_numpy(dtype=np.float64)).sum()),
                "chance": paying / len(net),
                "chance_low": low,
                "chance_high": high,
                "shift_eur": float(shift.loc[(corridor, method, country)]),
                "paying_shifted": int((net + shift.loc[(corridor, method, country)] > 0).sum()),
                "base_eur": float(base["npv_eur"].loc[(corridor, method, country)]),
                "mean_eur": float(net.mean()),
                **dict(zip(QUANTILE_NAMES, quantiles(net).tolist(), strict=True)),
            }
        )
    return pd.DataFrame(rows)


def _tornado(
    uncertain: UncertainCase, values: pd.DataFrame, by_point: pd.DataFrame
) -> pd.DataFrame:
    """Each driver alone at its ends, widest first, and how the value follows it over the draws."""
    rows = []
    drawn = by_point[by_point["kind"] == PointKind.DRAW].set_index("point")
    for key, part in values.groupby(["corridor", "method", "country"], sort=False):
        corridor, method, country = (str(one) for one in key)
        net = part.set_index("point")["npv_eur"]
        base = float(net[PointKind.BASE])
        over = net.loc[list(drawn.index)]
        for one in uncertain.drivers:
            low, high = (
                float(net.get(Point(kind, driver=one.name).name, base))
                for kind in (PointKind.LOW, PointKind.HIGH)
            )
            rows.append(
                {
                    "corridor": corridor,
                    "method": method,
                    "country": country,
                    "driver": one.name,
                    "low": one.low,
                    "high": one.high,
                    "npv_low_eur": low,
                    "npv_high_eur": high,
                    "npv_base_eur": base,
                    "swing_eur": max(low, base, high) - min(low, base, high),
                    "rank_correlation": _rank_correlation(drawn[one.name], over),
                }
            )
    frame = pd.DataFrame(rows).sort_values("swing_eur", ascending=False, kind="stable")
    order = values[["corridor", "method", "country"]].drop_duplicates()
    return order.merge(frame, on=["corridor", "method", "country"], how="left")


def _rank_correlation(one: pd.Series[float], other: pd.Series[float]) -> float:
    """Correlation of the ranks of two series (Spearman); 0 where one of them is constant."""
    ranks = np.column_stack([one.rank(), other.rank()])
    if (np.ptp(ranks, axis=0) == 0).any():
        return 0.0
    return float(np.corrcoef(ranks.T)[0, 1])


def _fidelity(values: pd.DataFrame, fine: Appraisal) -> pd.DataFrame:
    """Values as the tables say, at the fidelity of the draws and at that of the appraisal."""
    key = ["corridor", "method", "country"]
    coarse = values[values["kind"] == PointKind.BASE][[*key, "npv_eur"]]
    both = coarse.merge(fine.value[[*key, "npv_eur"]], on=key, suffixes=("_coarse", "_fine"))
    return both.rename(columns={"npv_eur_coarse": "npv_coarse_eur", "npv_eur_fine": "npv_fine_eur"})


def _drivers(uncertain: UncertainCase) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "driver": one.name,
                "name": one.title,
                "action": str(one.action),
                "low": one.low,
                "high": one.high,
                "distribution": str(one.distribution),
                "moves": sum(len(c.places) for c in moved_cells(uncertain.case, one.name)),
                "is_cost": one.name in uncertain.cost_drivers,
                "source_id": one.source,
                "note": one.note,
            }
            for one in uncertain.drivers
        ]
    )


def _points(uncertain: UncertainCase) -> pd.DataFrame:
    neutral = {one.name: one.neutral for one in uncertain.drivers}
    return pd.DataFrame(
        [
            {"point": one.name, "kind": str(one.kind), **neutral, **dict(one.values)}
            for one in uncertain.points
        ]
    )
