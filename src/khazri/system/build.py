"""From a case to the system of one year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from khazri.case import TABLES, Case
from khazri.case.values import row_labels
from khazri.errors import CaseError, Issue
from khazri.system.assets import assets_of_year, build_retirements, in_service
from khazri.system.demand import build_demands, build_responses, build_unserved, load_of
from khazri.system.inputs import Inputs, flags_of, make_inputs, names_of
from khazri.system.limits import Parts, build_limits
from khazri.system.links import build_links
from khazri.system.markets import build_markets
from khazri.system.measures import build_measures
from khazri.system.plants import build_conversions, build_supplies
from khazri.system.stores import build_stores
from khazri.system.system import Buses, System


def build_system(case: Case, year: int) -> System:
    """One planning year of a case as aligned arrays.

    Parameters
        case  a case as :func:`khazri.case.read_case` gives it: checked, in one currency
        year  the year; values between given years are interpolated, so any year is possible

    Raises
        CaseError  with all that the year needs and the case does not have: costs of what is built,
                   prices of fuels that are burned, blocks of unserved demand; or that contradicts
                   itself: least output above what is available, limits that nothing can keep
    """
    inputs = make_inputs(case.tables, case.profiles, year)
    buses = _buses(inputs)
    all_assets = assets_of_year(inputs)
    assets = in_service(inputs, all_assets)
    demands = build_demands(inputs)
    measures, measure_groups = build_measures(inputs, demands)
    links, phases = build_links(inputs)
    parts = Parts(
        buses=buses,
        supplies=build_supplies(inputs, assets),
        stores=build_stores(inputs, assets),
        conversions=build_conversions(inputs, assets),
        links=links,
        demands=demands,
        unserved=build_unserved(inputs, demands),
        responses=build_responses(inputs, demands),
        measures=measures,
        load=load_of(inputs, demands),
    )
    limits, reserves = build_limits(inputs, parts)
    system = System(
        case=case.name,
        title=case.title,
        year=year,
        scenario=case.scenario,
        price_year=case.price_year,
        currency=case.currency,
        case_hash=case.content_hash,
        profile_names=np.asarray(inputs.profile_names.to_numpy(dtype=object), dtype=np.str_),
        profiles=inputs.profiles,
        buses=buses,
        load=parts.load,
        demands=demands,
        unserved=parts.unserved,
        supplies=parts.supplies,
        stores=parts.stores,
        conversions=parts.conversions,
        links=links,
        phases=phases,
        markets=build_markets(inputs),
        limits=limits,
        reserves=reserves,
        gwp_horizon_a=inputs.gwp_horizon_a,
        responses=parts.responses,
        measures=measures,
        measure_groups=measure_groups,
        retirements=build_retirements(inputs, all_assets),
    )
    if inputs.issues:
        raise CaseError(_with_rows(case, inputs.issues))
    return system


def _buses(inputs: Inputs) -> Buses:
    frame = inputs.buses
    return Buses(
        name=names_of(frame, "bus"),
        zone=names_of(frame, "zone"),
        country=names_of(frame, "country"),
        carrier=names_of(frame, "carrier"),
        unit=names_of(frame, "unit"),
        is_market=flags_of(frame, "is_market"),
    )


def _with_rows(case: Case, issues: Iterable[Issue]) -> list[Issue]:
    """The issues with the row of the file for those whose key stands in it."""
    located = []
    for issue in issues:
        table = TABLES[Path(issue.table).stem]
        labels = row_labels(table, case.tables[table.name])
        known = dict(zip(labels, case.rows[table.name], strict=True))
        row = known.get(issue.row_id or "")
        located.append(replace(issue, row=None if row is None else int(row)))
    return located
