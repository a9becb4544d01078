"""Links of one year, and the phases of the corridors that build some of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from khazri.case.years import at_year
from khazri.errors import Issue
from khazri.system.costs import (
    EUR_PER_MILLION_EUR,
    annuity,
    cost_of_capital,
    link_investment,
    technology_values,
)
from khazri.system.emissions import carbon_at, emissions_of
from khazri.system.inputs import Inputs, flags_of, floats_of, looked_up, names_of, some_of
from khazri.system.system import Links, Phases

_PHASE = ["corridor", "phase"]
_WAYS = ("forward", "backward")
_NOT_CHOSEN = "0: flows under the voltage law are not chosen"
_UNDRIVEN = "an empty cell: flows under the voltage law are not chosen"
_CLEAR_REACTANCE = "clear reactance_ohm where the flow can be chosen"


def build_links(inputs: Inputs) -> tuple[Links, Phases]:
    """Links that exist or can be built in the year, and the phases of all corridors not off.

    A phase of which a link is not available in the year, or that follows such a phase, keeps its
    place with a largest share of 0, and its links are left out.
    """
    members = _members(inputs)
    links = inputs.tables["links"].merge(members, on="link", how="left")
    links = _with_tariffs(inputs, _with_costs(inputs, links))
    starts = links["commissioning_year"].fillna(-np.inf) <= inputs.year
    ends = links["retirement_year"].fillna(np.inf) <= inputs.year
    links["available"] = starts & ~ends & (inputs.may_build | ~links["is_candidate"])
    _check_links(inputs, links)
    phases = _phases(inputs, links)
    keys = pd.MultiIndex.from_frame(phases[_PHASE])
    links["position"] = keys.get_indexer(pd.MultiIndex.from_frame(links[_PHASE]))
    return _link_arrays(inputs, _kept(links, phases)), _phase_arrays(phases)


def _members(inputs: Inputs) -> pd.DataFrame:
    """Links of corridors with their phase and the corridor's state; one corridor for each link."""
    members = inputs.tables["corridor_links"][["corridor", "link", "phase"]]
    for link, rows in members[members.duplicated("link", keep=False)].groupby("link"):
        inputs.issues.append(
            Issue(
                "corridor_links.csv",
                "one corridor for each link",
                found=some_of(rows["corridor"]),
                row_id=f"{rows['corridor'].iloc[1]}|{link}",
                column="link",
                hint="make a link of its own for each corridor",
            )
        )
    members = members.drop_duplicates("link")
    corridors = inputs.tables["corridors"][["corridor", "state", "whole"]]
    return members.merge(corridors, on="corridor", how="left", validate="m:1")


def _with_costs(inputs: Inputs, links: pd.DataFrame) -> pd.DataFrame:
    """Adds ``size_mw`` (0 unless candidate), ``annual_cost`` and ``yearly_om`` [EUR/a].

    The investment is the link's own, or for candidates that of its technology. The cost of capital
    is the mean of those of the link's technology in the two countries.
    """
    country = inputs.buses.set_index("bus")["country"]
    rate = np.zeros(len(links))
    for end in ("from_bus", "to_bus"):
        ends = links[end].map(country)
        finance = inputs.tables["finance"]
        rate += 0.5 * cost_of_capital(finance, ends, links["technology"], inputs.wacc)
    share = annuity(rate, links["lifetime_a"].to_numpy(dtype=np.float64))
    is_candidate = links["status"] == "candidate"
    size = links["build_max_mw"].fillna(links["capacity_forward_mw"]).where(is_candidate, 0.0)
    year = pd.Series(float(inputs.year), links.index)
    values = technology_values(inputs.tables["technology_costs"], links["technology"], year)
    default = (size * link_investment(values, links["length_km"])).where(is_candidate)
    investment = (links["capex_million"] * EUR_PER_MILLION_EUR).fillna(default)
    yearly_om = investment * links["fixed_om_share"]
    return links.assign(
        is_candidate=is_candidate,
        size_mw=size,
        annual_cost=investment * share + yearly_om,
        yearly_om=yearly_om,
    )


def _with_tariffs(inputs: Inputs, links: pd.DataFrame) -> pd.DataFrame:
    """Adds ``tariff_forward`` and ``tariff_backward`` [EUR/MWh]: what each MWh sent costs."""
    by_way = at_year(inputs.tables["link_tariffs"], ["link"], _WAYS, inputs.year)
    carbon = _carbon_charges(inputs)
    charges = {
        f"tariff_{way}": links["tariff"]
        + looked_up(links["link"], by_way, "link", way).fillna(0.0)
        + looked_up(links["link"], carbon[carbon["direction"] == way], "link", "charge").fillna(0.0)
        for way in _WAYS
    }
    return links.assign(**charges)


def _carbon_charges(inputs: Inputs) -> pd.DataFrame:
    """Rows of ``carbon_charges`` with their ``charge`` [EUR/MWh] at the CO2 prices of the year."""
    rows = inputs.tables["carbon_charges"]
    prices = at_year(inputs.tables["co2_prices"], ["country"], ["price"], inputs.year)
    due, paid = (
        looked_up(rows[column], prices, "country", "price").fillna(0.0)
        for column in ("due_country", "paid_country")
    )
    has_begun = rows["start_year"].fillna(-np.inf) <= inputs.year
    charge = rows["co2_t_per_mwh"] * (due - paid).clip(lower=0.0)
    return rows.assign(charge=charge.where(has_begun, 0.0))


def _phases(inputs: Inputs, links: pd.DataFrame) -> pd.DataFrame:
    """One row per phase of the corridors not off, in building order within each corridor."""
    members = links[links["state"].isin(["candidate", "built"])].sort_values(_PHASE)
    grouped = members.groupby(_PHASE, sort=True)
    phases = grouped.agg(
        available=("available", "all"),
        state=("state", "first"),
        whole=("whole", "first"),
        annual_cost=("annual_cost", "sum"),
    ).reset_index()
    # a phase cannot be built before those that it follows
    phases["available"] = phases.groupby("corridor")["available"].cummin().astype(bool)
    follows = phases["corridor"] == phases["corridor"].shift()
    phases["after"] = np.where(follows, np.arange(len(phases)) - 1, -1)
    return phases


def _kept(links: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
    """Links that carry or can be given capacity in the year."""
    in_corridor = links["corridor"].notna()
    open_phases = phases.index[phases["available"]]
    buildable = links["available"] & (links["size_mw"] > 0)
    buildable &= ~in_corridor | links["position"].isin(open_phases)
    capacity = links["capacity_forward_mw"] + links["capacity_backward_mw"]
    exists = ~links["is_candidate"] & links["available"] & (capacity > 0)
    return links[exists | buildable].reset_index(drop=True)


def _link_arrays(inputs: Inputs, links: pd.DataFrame) -> Links:
    exists = ~links["is_candidate"].to_numpy(dtype=bool)
    forward, backward = (floats_of(links, f"capacity_{way}_mw") for way in _WAYS)
    size = floats_of(links, "size_mw")
    both_unsaid = (forward <= 0) & (backward <= 0)
    voltage = floats_of(links, "voltage_kv")
    reactance = floats_of(links, "reactance_ohm") / voltage**2
    obeys = exists & (links["kind"] == "ac").to_numpy(dtype=bool)
    from_bus, to_bus = inputs.bus_index(links["from_bus"]), inputs.bus_index(links["to_bus"])
    loss, ch4 = floats_of(links, "loss"), floats_of(links, "ch4_t_per_mwh")
    burned = carbon_at(inputs, from_bus) * loss
    return Links(
        name=names_of(links, "link"),
        kind=names_of(links, "kind"),
        from_bus=from_bus,
        to_bus=to_bus,
        forward_mw=np.where(exists, forward, 0.0),
        backward_mw=np.where(exists, backward, 0.0),
        build_max_mw=size,
        # a candidate of which only the size is known carries as much both ways
        backward_ratio=np.where(both_unsaid, 1.0, _ratio(backward, forward)),
        reactance=np.where(obeys, reactance, np.nan),
        loss=loss,
        tariff_forward=floats_of(links, "tariff_forward"),
        tariff_backward=floats_of(links, "tariff_backward"),
        compressor_bus=inputs.bus_index(links["compressor_bus"]),
        compressor_ratio=floats_of(links, "compressor_ratio"),
        # what is sent pays where it is sent from
        forward_emissions=emissions_of(inputs, from_bus, burned, ch4),
        backward_emissions=emissions_of(inputs, to_bus, burned, ch4),
        investment_cost=_ratio(floats_of(links, "annual_cost"), size),
        # what is sunk is not counted again; a link without investment has no fixed cost
        fixed_cost=np.nan_to_num(
            _ratio(floats_of(links, "yearly_om"), np.maximum(forward, backward))
        )
        * exists,
        phase=links["position"].to_numpy(dtype=np.int64),
    )


def _phase_arrays(phases: pd.DataFrame) -> Phases:
    available = floats_of(phases, "available")
    number = phases["phase"].astype(np.int64).astype("str")
    return Phases(
        name=np.asarray((phases["corridor"] + "/" + number).to_numpy(dtype=object), dtype=np.str_),
        corridor=names_of(phases, "corridor"),
        share_min=available * (phases["state"] == "built").to_numpy(dtype=np.float64),
        share_max=available,
        is_whole=flags_of(phases, "whole"),
        after=phases["after"].to_numpy(dtype=np.int64),
        investment_cost=floats_of(phases, "annual_cost"),
    )


def _ratio(numerator: Any, denominator: Any) -> Any:
    """The quotient; 0 where the denominator is 0."""
    return np.divide(numerator, denominator, out=np.zeros(len(numerator)), where=denominator > 0)


def _check_links(inputs: Inputs, links: pd.DataFrame) -> None:
    """What would be left unused, or leaves a capacity unknown, is an issue."""
    candidate = links["is_candidate"]
    one_way = (links["capacity_forward_mw"] <= 0) & (links["capacity_backward_mw"] > 0)
    obeys = links["reactance_ohm"].notna() & ~candidate
    sized = links["build_max_mw"].notna()
    driven = links["compressor_bus"] != ""
    no_losses = "0: lines under the voltage law have no losses"
    for wrong, column, expected, hint in (
        (~candidate & sized, "build_max_mw", "an empty cell: the link is no candidate", ""),
        (
            candidate & one_way,
            "capacity_forward_mw",
            "more than 0: what is built backward grows in proportion to it",
            "",
        ),
        (obeys & (links["loss"] > 0), "loss", no_losses, _CLEAR_REACTANCE),
        (obeys & (links["tariff"] > 0), "tariff", _NOT_CHOSEN, _CLEAR_REACTANCE),
        (obeys & (links["ch4_t_per_mwh"] > 0), "ch4_t_per_mwh", _NOT_CHOSEN, _CLEAR_REACTANCE),
        (driven & obeys, "compressor_bus", _UNDRIVEN, _CLEAR_REACTANCE),
        (
            driven & (links["compressor_ratio"] <= 0),
            "compressor_ratio",
            "more than 0: the link has a compressor_bus",
            "",
        ),
        (
            ~driven & (links["compressor_ratio"] > 0),
            "compressor_bus",
            "the bus that the compressors draw power from",
            "",
        ),
    ):
        rows = links[wrong & links["available"]]
        inputs.issues.extend(
            Issue("links.csv", expected, str(value), row_id=link, column=column, hint=hint)
            for link, value in zip(rows["link"], rows[column], strict=True)
        )
    charges = inputs.tables["link_tariffs"]
    charges = charges[charges["link"].isin(links.loc[obeys & links["available"], "link"])]
    for way in _WAYS:
        rows = charges[charges[way] > 0]
        inputs.issues.extend(
            Issue(
                "link_tariffs.csv",
                _NOT_CHOSEN,
                found=str(value),
                row_id=f"{link}|{int(year)}",
                column=way,
                hint=_CLEAR_REACTANCE,
            )
            for link, year, value in zip(rows["link"], rows["year"], rows[way], strict=True)
        )
    carbon = inputs.tables["carbon_charges"]
    carbon = carbon[carbon["link"].isin(links.loc[obeys & links["available"], "link"])]
    inputs.issues.extend(
        Issue(
            "carbon_charges.csv",
            _NOT_CHOSEN,
            found=str(value),
            row_id=f"{link}|{direction}",
            column="co2_t_per_mwh",
            hint=_CLEAR_REACTANCE,
        )
        for link, direction, value in zip(
            carbon["link"], carbon["direction"], carbon["co2_t_per_mwh"], strict=True
        )
    )
