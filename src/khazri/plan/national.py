"""The energy balance of each country, carrier by carrier, as statistics write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from khazri.plan.arrays import Array, energy, names, place_of, values
from khazri.plan.plan import Plan
from khazri.program.varying import Floats


class Line(StrEnum):
    """Lines of an energy balance, from where energy comes to where it goes."""

    PRODUCTION = "production"
    IMPORTS = "imports"
    EXPORTS = "exports"
    STORES = "stores"
    PLANTS = "plants"
    CONVERSION = "conversion"
    COMPRESSORS = "compressors"
    LOSSES = "losses"
    DEMAND = "demand"
    SAVED = "saved"
    GIVEN_UP = "given up"
    UNSERVED = "unserved"


@dataclass(frozen=True)
class _Entry:
    """Amounts (n,) of one line that enter (> 0) or leave (< 0) at ``bus`` (n,)."""

    line: Line
    detail: Array
    bus: Array
    amount: Floats


def energy_balance(plan: Plan) -> pd.DataFrame:
    """What enters and leaves each carrier in each country in the year.

    Returns
    -------
    DataFrame
        country, carrier, line, detail, energy_mwh (> 0 enters, < 0 leaves; t of captured CO2). The
        rows of a country and carrier add up to zero but for rounding. Lines: production (detail:
        group of technology), imports and exports (the other country, or the market), stores (group;
        what they gave less what they took), plants (group of those that draw their fuel from a
        bus), conversion (group; of the main flow and all ports), compressors, losses (kind of the
        links within the country), demand (sector), saved (sector), given up, unserved.
    """
    carrier, country = names(plan, "bus_carrier"), names(plan, "bus_country")
    parts = []
    for entry in _entries(plan):
        place = place_of(plan, entry.bus)
        parts.append(
            pd.DataFrame(
                {
                    "country": country[place],
                    "carrier": carrier[place],
                    "line": str(entry.line),
                    "detail": entry.detail.astype(str),
                    "energy_mwh": entry.amount,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    keys = ["country", "carrier", "line", "detail"]
    sums = table.groupby(keys, as_index=False, sort=False)["energy_mwh"].sum()
    return pd.DataFrame(sums[sums["energy_mwh"] != 0.0]).reset_index(drop=True)


def _entries(plan: Plan) -> Iterator[_Entry]:
    made = energy(plan, "supply_output")
    group = names(plan, "supply_group")
    yield _Entry(Line.PRODUCTION, group, names(plan, "supply_bus"), made)
    yield from _trade(plan)
    store = energy(plan, "discharge") - energy(plan, "charge")
    yield _Entry(Line.STORES, names(plan, "store_group"), names(plan, "store_bus"), store)
    draws = names(plan, "supply_fuel_bus") != ""
    drawn = (made * values(plan, "supply_fuel_use"))[draws]
    yield _Entry(Line.PLANTS, group[draws], names(plan, "supply_fuel_bus")[draws], -drawn)
    kind = names(plan, "conversion_group")
    main, port = energy(plan, "conversion_output"), energy(plan, "port_flow")
    yield _Entry(Line.CONVERSION, kind, names(plan, "conversion_bus"), main)
    owner = pd.Index(names(plan, "conversion")).get_indexer(
        pd.Index(names(plan, "port_conversion"))
    )
    yield _Entry(Line.CONVERSION, kind[owner], names(plan, "port_bus"), port)
    sector = names(plan, "demand_sector")
    yield _Entry(Line.DEMAND, sector, names(plan, "demand_bus"), -values(plan, "demand_energy"))
    lowers = names(plan, "measure_sector")
    yield _Entry(Line.SAVED, lowers, names(plan, "measure_bus"), energy(plan, "saved"))
    answers = names(plan, "response_bus")
    steps = pd.Index(names(plan, "demand")).get_indexer(pd.Index(names(plan, "response_demand")))
    yield _Entry(Line.GIVEN_UP, sector[steps], answers, energy(plan, "given_up"))
    blocks = names(plan, "unserved_block_bus")
    yield _Entry(Line.UNSERVED, np.full(len(blocks), ""), blocks, energy(plan, "unserved"))


def _trade(plan: Plan) -> Iterator[_Entry]:
    """Links between countries, purchases and sales; losses of links within; compressors."""
    start, end = names(plan, "link_from_bus"), names(plan, "link_to_bus")
    here, there = names(plan, "link_from_country"), names(plan, "link_to_country")
    kept = 1.0 - values(plan, "link_loss")
    crosses, within = here != there, here == there
    forward, backward = energy(plan, "forward"), energy(plan, "backward")
    for sent, sender, receiver, own, other in (
        (forward, start, end, here, there),
        (backward, end, start, there, here),
    ):
        yield _Entry(Line.EXPORTS, other[crosses], sender[crosses], -sent[crosses])
        yield _Entry(Line.IMPORTS, own[crosses], receiver[crosses], (sent * kept)[crosses])
        # Within a country only what is lost on the way leaves it.
        lost = (sent * (1.0 - kept))[within]
        yield _Entry(Line.LOSSES, names(plan, "link_kind")[within], sender[within], -lost)
    driven = names(plan, "link_compressor_bus")
    has = driven != ""
    power = ((forward + backward) * values(plan, "link_compressor_ratio"))[has]
    yield _Entry(Line.COMPRESSORS, names(plan, "link_kind")[has], driven[has], -power)
    market, bus = names(plan, "market_step_market"), names(plan, "market_step_bus")
    yield _Entry(Line.IMPORTS, market, bus, energy(plan, "imports"))
    yield _Entry(Line.EXPORTS, market, bus, -energy(plan, "exports"))
