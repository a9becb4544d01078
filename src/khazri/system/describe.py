"""A system in words: its sizes and totals."""

from __future__ import annotations

import html

import numpy as np

from khazri.system.system import Floats, Indices, System

_MW_PER_GW = 1e3
_MWH_PER_TWH = 1e6


def describe(system: System) -> str:
    """Sizes and totals of a system, a line for each subject."""
    return "\n".join([_title(system), *(f"  {line}" for line in _lines(system))])


def describe_html(system: System) -> str:
    """The same for notebooks."""
    items = "".join(f"<li>{html.escape(line)}</li>" for line in _lines(system))
    return f"<div><strong>{html.escape(_title(system))}</strong><ul>{items}</ul></div>"


def capacity_by_group(system: System) -> dict[str, tuple[float, float]]:
    """Existing and largest new capacity [MW] of each group of plants and stores."""
    group = np.concatenate([system.supplies.group, system.stores.group, system.conversions.group])
    existing = np.concatenate(
        [system.supplies.existing_mw, system.stores.discharge_mw, system.conversions.existing_mw]
    )
    new = np.concatenate(
        [
            system.supplies.build_max_mw,
            system.stores.build_max_mw,
            system.conversions.build_max_mw,
        ]
    )
    names, inverse = np.unique(group, return_inverse=True)
    place = np.asarray(inverse, dtype=np.int64)
    totals = zip(_sums(place, existing, len(names)), _sums(place, new, len(names)), strict=True)
    return {
        str(name): (float(there), float(possible))
        for name, (there, possible) in zip(names, totals, strict=True)
    }


def _title(system: System) -> str:
    scenario = f"scenario '{system.scenario}'" if system.scenario else "no scenario"
    return f"System '{system.case}' in {system.year}, {scenario}: {system.title}"


def _lines(system: System) -> list[str]:
    links, phases = system.links, system.phases
    capacities = ", ".join(
        f"{name} {there / _MW_PER_GW:,.2f} GW" + (f" (+{new / _MW_PER_GW:,.2f})" if new else "")
        for name, (there, new) in capacity_by_group(system).items()
    )
    corridors = ", ".join(dict.fromkeys(phases.corridor.tolist())) or "none"
    return [
        f"{len(system.buses)} buses, {system.n_hours:,} hours, money in "
        f"{system.currency} {system.price_year}",
        f"load {_loads(system)} in {len(system.demands)} demands",
        f"{len(system.supplies)} supplies, {len(system.stores)} stores, "
        f"{len(system.conversions)} conversions",
        f"capacity by group (and what can be added): {capacities or 'none'}",
        f"{len(links)} links, {int(np.isfinite(links.reactance).sum())} under the voltage law, "
        f"{int((links.build_max_mw > 0).sum())} candidates; corridors: {corridors}",
        f"{len(system.markets)} market steps, {len(system.limits)} limits, "
        f"{len(system.reserves)} operating reserves",
        *_answers(system),
    ]


def _loads(system: System) -> str:
    """Energy and peak of the demand of each carrier, which is named where there are several."""
    carriers = dict.fromkeys(system.buses.carrier[system.demands.bus].tolist())
    words = []
    for carrier in carriers or [""]:
        load = system.load[:, (system.buses.carrier == carrier) | (not carriers)].sum(axis=1)
        named = f"{carrier} " if len(carriers) > 1 else ""
        words.append(
            f"{named}{load.sum() / _MWH_PER_TWH:,.2f} TWh, peak "
            f"{load.max(initial=0.0) / _MW_PER_GW:,.2f} GW"
        )
    return "; ".join(words)


def _answers(system: System) -> list[str]:
    """What demand can do, a line where there is any of it."""
    measures, responses = system.measures, system.responses
    if not len(measures) and not len(responses):
        return []
    saved = measures.saving.sum() / _MWH_PER_TWH
    return [
        f"{len(measures)} efficiency measures that save up to {saved:,.2f} TWh, "
        f"{len(responses)} steps of price-responsive demand"
    ]


def _sums(place: Indices, values: Floats, n_names: int) -> Floats:
    return np.asarray(np.bincount(place, weights=values, minlength=n_names), dtype=np.float64)
