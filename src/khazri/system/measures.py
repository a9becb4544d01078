"""Measures that save energy in one year: how much, when, and what full uptake costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.case.years import Outside, at_year
from khazri.errors import Issue
from khazri.system.costs import annuity, cost_of_capital
from khazri.system.demand import demand_energy
from khazri.system.emissions import mean_emissions
from khazri.system.inputs import Inputs, floats_of, indices, names_of
from khazri.system.system import Demands, Flags, Floats, Indices, MeasureGroups, Measures

_VALUES = ("potential_mwh", "overnight_cost", "fixed_om")
_TOLERANCE = 1e-9
"""Share of the demand by which savings may exceed it through rounding."""


def build_measures(inputs: Inputs, demands: Demands) -> tuple[Measures, MeasureGroups]:
    """Measures that can save anything in the year, and the groups of those that overlap.

    A measure lowers the demand of its sector at its bus, by its own profile or in proportion. One
    without such demand is an issue, and so are measures that could save more than is demanded in
    an hour.
    """
    table = inputs.tables["efficiency"]
    frame = at_year(table, ["measure"], _VALUES, inputs.year, Outside.HELD_AFTER)
    frame = frame[(frame["potential_mwh"] > 0) & inputs.may_build].reset_index(drop=True)
    bus = inputs.bus_index(frame["bus"])
    sector = names_of(frame, "sector")
    lowers = _lowers(demands, bus, sector)
    frame, bus, sector, lowers = _with_demand(inputs, demands, frame, lowers)
    potential, rebound = floats_of(frame, "potential_mwh"), floats_of(frame, "rebound")
    rate = cost_of_capital(
        inputs.tables["finance"],
        inputs.buses["country"].iloc[bus],
        pd.Series("", frame.index, dtype="str"),
        inputs.wacc,
    )
    rate = frame["wacc"].fillna(pd.Series(rate, frame.index)).to_numpy(dtype=np.float64)
    yearly = annuity(rate, floats_of(frame, "lifetime_a")) * floats_of(frame, "overnight_cost")
    names = np.unique(frame.loc[frame["group"] != "", "group"].to_numpy(dtype=object))
    group = indices(pd.Index(names), frame["group"])
    measures = Measures(
        name=names_of(frame, "measure"),
        title=names_of(frame, "name"),
        sector=sector,
        bus=bus,
        group=group,
        potential_mwh=potential,
        rebound=rebound,
        saving=_shape(inputs, frame, _load_of(inputs, demands, lowers))
        * (potential * (1.0 - rebound)),
        investment_cost=potential * (yearly + floats_of(frame, "fixed_om")),
        emissions=mean_emissions(demands.emissions, demand_energy(inputs, demands), lowers),
    )
    groups = _groups(inputs, names, measures)
    _check_savings(inputs, demands, measures, groups)
    return measures, groups


def _lowers(demands: Demands, bus: Indices, sector: NDArray[np.str_]) -> Flags:
    """Whether each measure lowers each demand, (E, D)."""
    is_at = bus[:, None] == demands.bus[None, :]
    is_of = (sector[:, None] == demands.sector[None, :]) | (sector == "")[:, None]
    return np.asarray(is_at & is_of, dtype=np.bool_)


def _with_demand(
    inputs: Inputs, demands: Demands, frame: pd.DataFrame, lowers: Flags
) -> tuple[pd.DataFrame, Indices, NDArray[np.str_], Flags]:
    """The measures that have demand to lower; the others are issues."""
    works = lowers.any(axis=1)
    idle = frame[~works]
    for measure, bus in zip(idle["measure"], idle["bus"], strict=True):
        here = demands.sector[demands.bus == list(inputs.buses["bus"]).index(bus)]
        known = ", ".join(sorted(set(here.tolist()))) or "none"
        inputs.issues.append(
            Issue(
                "efficiency.csv",
                f"a sector with demand at bus '{bus}' in {inputs.year}: {known}",
                row_id=f"{measure}|{inputs.year}",
                column="sector",
            )
        )
    kept = frame.loc[np.flatnonzero(works)].reset_index(drop=True)
    return kept, inputs.bus_index(kept["bus"]), names_of(kept, "sector"), lowers[works]


def _load_of(inputs: Inputs, demands: Demands, lowers: Flags) -> Floats:
    """The demand that each measure lowers, (T, E) [MW]."""
    weight = np.zeros((inputs.profiles.shape[1] + 1, len(lowers)))
    # column -1, the last, is the constant
    np.add.at(weight, demands.profile, lowers.T * demands.mean_mw[:, None])
    load: Floats = inputs.profiles @ weight[:-1] + weight[-1]
    return load


def _shape(inputs: Inputs, frame: pd.DataFrame, load: Floats) -> Floats:
    """Share of the saving of a year in each hour, (T, E): by profile, else as the demand."""
    shape = load
    given = np.flatnonzero((frame["profile"] != "").to_numpy(dtype=bool))
    shape[:, given] = inputs.profiles[:, inputs.profile_index(frame["profile"])[given]]
    total = shape.sum(axis=0)
    for item in np.flatnonzero(total <= 0):
        inputs.issues.append(
            Issue(
                "efficiency.csv",
                "a profile above 0 in some hour",
                found=str(frame["profile"].iloc[item]),
                row_id=f"{frame['measure'].iloc[item]}|{inputs.year}",
                column="profile",
            )
        )
    return shape / np.where(total > 0, total, 1.0)


def _groups(inputs: Inputs, names: NDArray[np.object_], measures: Measures) -> MeasureGroups:
    """Groups of the measures of the year with what their members save together at most."""
    table = inputs.tables["efficiency_groups"]
    position = indices(pd.Index(table["group"]), pd.Series(names, dtype="str"))
    share = floats_of(table, "share")[position]
    is_in = measures.group >= 0
    total = np.bincount(measures.group[is_in], measures.potential_mwh[is_in], minlength=len(names))
    return MeasureGroups(np.asarray(names, dtype=np.str_), share * total)


def _check_savings(
    inputs: Inputs, demands: Demands, measures: Measures, groups: MeasureGroups
) -> None:
    """Savings above the demand of a bus, or of a sector that measures name, are an issue."""
    for bus in np.unique(measures.bus):
        here = measures.bus == bus
        for sector in np.unique(np.append(measures.sector[here], "")):
            members = here & ((measures.sector == sector) | (sector == ""))
            lowered = _lowers(demands, np.array([bus]), np.array([sector]))
            load = _load_of(inputs, demands, lowered)[:, 0]
            excess = _most_saved(measures, groups, members) - load * (1.0 + _TOLERANCE)
            hour = int(excess.argmax())
            if excess[hour] > 0:
                _too_much(inputs, measures, members, hour, float(load[hour]))


def _most_saved(measures: Measures, groups: MeasureGroups, members: Flags) -> Floats:
    """A bound on what ``members`` (E,) can save together in each hour, (T,) [MW].

    Members of a group save no more than the group's potential, all of it by the one that saves
    most in the hour for each MWh of the year.
    """
    alone = members & (measures.group < 0)
    most = measures.saving[:, alone].sum(axis=1)
    for number, potential in enumerate(groups.potential_mwh):
        together = members & (measures.group == number)
        saving = measures.saving[:, together]
        best = (saving / measures.potential_mwh[together]).max(axis=1, initial=0.0)
        most += np.minimum(saving.sum(axis=1), potential * best)
    return np.asarray(most, dtype=np.float64)


def _too_much(inputs: Inputs, measures: Measures, members: Flags, hour: int, load: float) -> None:
    named = measures.name[members]
    saved = float(measures.saving[hour, members].sum())
    largest = int(measures.saving[hour, members].argmax())
    inputs.issues.append(
        Issue(
            "efficiency.csv",
            f"savings of at most the {load:.4g} MW demanded in hour {hour}: "
            f"{len(named)} measures save {saved:.4g} MW of it",
            row_id=f"{named[largest]}|{inputs.year}",
            column="potential_mwh",
            hint="lower potentials, give overlapping measures a group, or a profile that follows "
            "the demand",
        )
    )
