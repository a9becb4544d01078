"""What the plan of a past year gives beside what was reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from khazri.case import Case
from khazri.errors import UsageError
from khazri.plan import (
    Line,
    Plan,
    capacity,
    emissions_by_source,
    energy_balance,
    exchange,
    fuel_use,
    generation,
)
from khazri.plan.arrays import main_carrier

_TOTAL = "total"
_TOGETHER = "+"
_PLANTS = "plants"


def backcast(case: Case, plan: Plan) -> pd.DataFrame:
    """Hold a plan against the table ``actuals`` of its year.

    Returns
    -------
    DataFrame
        country, year, item, partner, reported, model, unit, deviation (model / reported - 1, NaN
        where nothing or zero is reported), source_id, note; in the order of the table. ``model`` is
        NaN where the country is only a market in the case.

    Raises
    ------
    UsageError
        The case has no reported values for the year.

    Notes
    -----
    Of the model, ``generation`` counts plants, conversions and stores at buses of the carrier with
    most demand; ``generation:total`` leaves out stores that only return what they took.
    ``demand`` is what was served. ``export`` and ``import`` are what is sent over links, before
    losses, ``curtailment`` what plants without fuel could have given, spilled water left out.
    """
    table = case.table("actuals")
    rows = table[table["year"] == plan.year]
    if rows.empty:
        years = sorted({int(year) for year in table["year"]})
        known = ", ".join(str(year) for year in years) or "none"
        raise UsageError(f"nothing is reported for {plan.year}; years with reports: {known}")
    model = _model(plan)
    frame = pd.DataFrame(
        {
            "country": rows["country"].astype("str"),
            "year": rows["year"].astype(int),
            "item": rows["item"].astype("str"),
            "partner": rows["partner"].astype("str").fillna(""),
            "reported": rows["value"].to_numpy(dtype=float),
            "unit": rows["unit"].astype("str"),
            "source_id": rows["source_id"].astype("str").fillna(""),
            "note": rows["note"].astype("str").fillna(""),
        }
    ).reset_index(drop=True)
    values = [
        model.value(country, item, partner)
        for country, item, partner in zip(
            frame["country"], frame["item"], frame["partner"], strict=True
        )
    ]
    frame.insert(5, "model", values)
    reported = frame["reported"].to_numpy()
    ratio = np.full(len(frame), np.nan)
    np.divide(frame["model"].to_numpy(), reported, out=ratio, where=reported != 0)
    frame.insert(7, "deviation", ratio - 1.0)
    return frame


@dataclass(frozen=True)
class _Model:
    """Tables of a plan that reported items are looked up in.

    ``made`` and ``there`` hold energy and capacity of assets, ``returned_mwh`` what stores without
    inflow deliver in each country; ``modelled`` are the countries with plants or demand.
    ``emissions`` are those of all sources, ``balance`` the energy balances of all carriers;
    the other tables are of the main carrier, ``main``.
    """

    made: pd.DataFrame
    there: pd.DataFrame
    returned_mwh: pd.Series[float]
    sent: pd.DataFrame
    fuel: pd.DataFrame
    emissions: pd.DataFrame
    balance: pd.DataFrame
    main: str
    served_mwh: pd.Series[float]
    modelled: frozenset[str]

    def value(self, country: str, item: str, partner: str) -> float:
        """The model's value of a reported item; NaN where the country is not modelled."""
        noun, _, detail = item.partition(":")
        if noun in ("export", "import"):
            return self._trade(noun, country, partner)
        if country not in self.modelled:
            return float("nan")
        find: dict[str, Callable[[str, str], float]] = {
            "generation": self._generation,
            "capacity": self._capacity,
            "fuel": self._fuel,
            "demand": lambda place, _: float(self.served_mwh.get(place, 0.0)),
            "emissions": self._emissions,
            "balance": self._balance,
            "curtailment": self._curtailment,
        }
        return find[noun](country, detail)

    def _generation(self, country: str, groups: str) -> float:
        here = self.made[self.made["country"] == country]
        if groups == _TOTAL:
            return float(here["energy_mwh"].sum() - self.returned_mwh.get(country, 0.0))
        return float(here.loc[here["group"].isin(groups.split(_TOGETHER)), "energy_mwh"].sum())

    def _capacity(self, country: str, groups: str) -> float:
        here = self.there[self.there["country"] == country]
        if groups != _TOTAL:
            here = here[here["group"].isin(groups.split(_TOGETHER))]
        return float((here["existing_mw"] + here["built_mw"]).sum())

    def _fuel(self, country: str, fuels: str) -> float:
        here = self.fuel[self.fuel["country"] == country]
        return float(here.loc[here["fuel"].isin(fuels.split(_TOGETHER)), "energy_mwh"].sum())

    def _emissions(self, country: str, scope: str) -> float:
        here = self.emissions[self.emissions["country"] == country]
        if scope != _TOTAL:
            here = here[(here["source"] == _PLANTS) & (here["carrier"] == self.main)]
        return float(here["co2_t"].sum())

    def _balance(self, country: str, place: str) -> float:
        """A line of an energy balance, for all details or one; stores keep their sign."""
        carrier, line, *details = place.split(":")
        here = self.balance[self.balance["country"] == country]
        here = here[(here["carrier"] == carrier) & (here["line"] == line)]
        if details:
            here = here[here["detail"].isin(details[0].split(_TOGETHER))]
        total = float(here["energy_mwh"].sum())
        return total if line == Line.STORES else abs(total)

    def _curtailment(self, country: str, _: str) -> float:
        here = self.made[(self.made["country"] == country) & self.made["is_plant"]]
        return float(here["curtailed_mwh"].sum())

    def _trade(self, noun: str, country: str, partner: str) -> float:
        own, other = ("from_country", "to_country")[:: 1 if noun == "export" else -1]
        here = self.sent[self.sent[own] == country]
        if partner:
            here = here[here[other] == partner]
        return float(here["energy_mwh"].sum())


def _model(plan: Plan) -> _Model:
    data = plan.data
    load = plan.weight @ data["load"].to_numpy().astype(float)
    carrier, country = data["bus_carrier"].to_numpy(), data["bus_country"].to_numpy()
    most, sent = main_carrier(plan), exchange(plan)
    is_main = carrier == most
    served = np.where(is_main, load - plan.weight @ plan.unserved.to_numpy(), 0.0)
    made = generation(plan)
    main = np.concatenate(
        [
            data["bus_carrier"].sel(bus=data[f"{dim}_bus"]).to_numpy() == most
            for dim in ("supply", "conversion", "store")
        ]
    )
    there = capacity(plan)
    made = made.assign(is_plant=made["asset"].isin(data["supply"].to_numpy()))[main]
    fed = data["store"].to_numpy()[data["inflow"].to_numpy().any(axis=0)]
    is_store = made["asset"].isin(data["store"].to_numpy())
    returning = made[is_store & ~made["asset"].isin(fed)]
    with_demand = {str(name) for name in country[is_main & (load > 0)]}
    return _Model(
        made=made,
        there=there[there["asset"].isin(made["asset"])],
        returned_mwh=returning.groupby("country")["energy_mwh"].sum(),
        sent=sent[sent["carrier"] == most],
        fuel=fuel_use(plan),
        emissions=emissions_by_source(plan),
        balance=energy_balance(plan),
        main=most,
        served_mwh=pd.Series(served).groupby(country).sum(),
        modelled=frozenset(with_demand | set(made["country"])),
    )
