"""District heat of Azerbaijan: networks around Baku and elsewhere, their plants and tanks."""

from __future__ import annotations

from tables import gas
from tables.energy import (
    EUR_2025,
    HEAT,
    MWH_PER_GCAL,
    ROOM_NOTE,
    bus,
    by_year,
    catalogue,
    closing,
    demand,
    kind,
    no_costs,
    ratio,
)
from tables.places import BACKCAST_YEAR, PLANNING_YEARS
from tables.raw import lookup
from tables.records import EXPERT, Row, Tables, assumed, cite
from tables.timeline import linear

NETWORKS = {
    "heat_absheron": ("az_absheron", "Baku, Sumgait and Absheron", 0.85),
    "heat_regions": ("az_west", "Ganja, Mingachevir and other towns", 0.15),
}
"""Networks by bus: zone of their power and weather, name, share of the country's heat."""

HEATING_SEASON_HOURS = 3650
LOSSES = "losses"
CHP_HEAT_MW = 45.0
CHP_PLANT = "az_baku_tpp"
OLD_TURBINE = 0.32
"""Efficiency of its turbines (azerbaijan/power_plants.csv)."""


def profile_of(zone: str) -> str:
    """Return the load profile of heat."""
    return f"heat_{zone}"


_MODEL_TWH = {2020: 2.651, 2030: 3.503, 2040: 7.25, 2050: 9.41}
"""District heat of TIMES-AZ, base scenario (`azerbaijan/district_heat.csv`)."""


def _growth() -> dict[int, float]:
    """Return demand over that of 2024: growth of the national model from 2020 on."""
    return {BACKCAST_YEAR: 1.0} | {
        year: round(linear(_MODEL_TWH, year) / _MODEL_TWH[2020], 4) for year in PLANNING_YEARS
    }


def rows() -> Tables:
    """Return all tables of district heat."""
    return {
        "carriers": [
            {
                "carrier": "heat",
                "name": "District heat",
                "co2_t_per_mwh": 0.0,
                **assumed("no carbon of its own: what made it has been counted"),
            }
        ],
        "buses": [
            bus(name, f"District heat: {title}", zone, "heat")
            for name, (zone, title, _) in NETWORKS.items()
        ],
        "technologies": _technologies(),
        "technology_costs": _costs(),
        **_plants(),
        "demands": _demands(),
        "unserved_blocks": [
            {
                "country": "AZ",
                "carrier": "heat",
                "block": "heat",
                "share": 1.0,
                "price": 300.0,
                **EUR_2025.cells(),
                **assumed("as gas in homes"),
            }
        ],
    }


def _technologies() -> list[Row]:
    lives = "lifetime of pypsa_td_2026"
    return [
        kind(
            "heat_boiler_old",
            "Old gas boilers",
            "conversion",
            "boiler",
            25,
            "today's boilers",
            availability=0.95,
        ),
        kind("heat_boiler", "Gas boiler", "conversion", "boiler", 25, lives, availability=0.98),
        kind(
            "electric_boiler",
            "Electric boiler",
            "conversion",
            "boiler",
            20,
            lives,
            availability=0.98,
        ),
        kind(
            "heat_pump", "Large heat pump", "conversion", "heat_pump", 25, lives, availability=0.96
        ),
        kind(
            "chp_gas",
            "Gas-fired heat and power",
            "conversion",
            "gas",
            25,
            "main flow is power; heat comes with it in a fixed ratio",
            availability=0.93,
        ),
        kind(
            "chp_old",
            "Old gas-fired heat and power",
            "conversion",
            "gas",
            25,
            "the two gas turbines of Baku",
            availability=0.93,
        ),
        kind(
            "heat_tank",
            "Hot water tank",
            "storage",
            "storage",
            40,
            lives,
            standing_loss_per_h=ratio("heat_storage_tank", "standing_losses").value,
        ),
    ]


def _costs() -> list[Row]:
    return [
        *no_costs("heat_boiler_old", "usual cost of old boiler houses", 3000.0 / 1000, 2.0),
        *catalogue("heat_boiler", "gas_boiler_large"),
        *catalogue("electric_boiler", "electric_boiler_large"),
        *catalogue("heat_pump", "heat_pump_large_air"),
        *catalogue("chp_gas", "chp_gas"),
        *no_costs("chp_old", "as gas turbines", 15.0, 5.0),
        *catalogue("heat_tank", "", energy="heat_storage_tank"),
    ]


def _heat_per_power() -> float:
    """Return MWh of heat per MWh of power of a gas turbine that gives all its heat."""
    return 1 / ratio("chp_gas", "power_to_heat_ratio_backpressure").value


def chp_power_mw() -> float:
    """Return the power of the turbines of Baku that goes with the heat, MW."""
    return round(CHP_HEAT_MW / _heat_per_power(), 1)


def _plants() -> Tables:
    found: Tables = {"assets": [], "asset_years": [], "ports": [], "citations": []}
    boilers = lookup(HEAT, item="installed_boiler_capacity")
    used = lookup(HEAT, item="boiler_efficiency_derived")
    new_boiler = ratio("gas_boiler_large", "efficiency")
    electric = ratio("electric_boiler_large", "efficiency")
    power = ratio("chp_gas", "efficiency")
    for network, (zone, title, share) in NETWORKS.items():
        gas_bus = gas.bus_of(zone)
        peak = boilers.value * share
        _add(
            found,
            f"{network}_boilers",
            f"Gas boilers: {title}",
            network,
            "heat_boiler_old",
            round(peak, 1),
            {gas_bus: -1 / used.value},
            closing(boilers, f"{share:.0%} of it; gas at an efficiency of {used.value:g}"),
        )
        for year, left in ((BACKCAST_YEAR, 1.0), (2030, 0.9), (2040, 0.4), (2050, 0.0)):
            found["asset_years"] += by_year(
                f"{network}_boilers",
                {year: peak * left},
                assumed("boilers of 2005 to 2016 leave after 25 to 30 years"),
            )
        room = peak * 4
        for suffix, name, technology, ports, note in (
            (
                "boiler_new",
                "new gas boilers",
                "heat_boiler",
                {gas_bus: -1 / new_boiler.value},
                f"condensing: {new_boiler.value:g} of net calorific value (pypsa_td_2026)",
            ),
            (
                "electric_boiler",
                "electric boilers",
                "electric_boiler",
                {zone: -1 / electric.value},
                f"efficiency {electric.value:g} (pypsa_td_2026)",
            ),
            (
                "heat_pump",
                "heat pumps",
                "heat_pump",
                {zone: -1.0},
                "power by the hourly profile: one over the coefficient of performance",
            ),
        ):
            _add(
                found,
                f"{network}_{suffix}",
                f"{title}: {name}",
                network,
                technology,
                0.0,
                ports,
                assumed(f"{ROOM_NOTE}: four times today's boilers; {note}"),
                room=room,
                profile=f"heat_pump_input_{zone}" if technology == "heat_pump" else "",
            )
        found["assets"].append(
            {
                "asset": f"{network}_tank",
                "name": f"{title}: hot water tanks",
                "bus": network,
                "technology": "heat_tank",
                "status": "candidate",
                "capacity_mw": 0.0,
                "capacity_max_mw": round(peak / 2),
                "storage_hours": 12.0,
                **assumed(f"{ROOM_NOTE}: half of the boilers for twelve hours"),
            }
        )
    network, (zone, title, _) = next(iter(NETWORKS.items()))
    heat_ratio = _heat_per_power()
    sold = lookup(HEAT, item="heat_bought_from_azerenerji_chp")
    _add(
        found,
        f"{network}_chp",
        "Baku TPP-1, part that gives heat",
        zone,
        "chp_old",
        chp_power_mw(),
        {network: heat_ratio, gas.GRID: -1 / OLD_TURBINE},
        closing(
            sold,
            f"{sold.value * MWH_PER_GCAL:.0f} GWh over {HEATING_SEASON_HOURS} hours are "
            f"{CHP_HEAT_MW:g} MW of heat; their power is taken off {CHP_PLANT}",
        ),
        years={"retirement_year": 2031},
    )
    _add(
        found,
        f"{network}_chp_new",
        f"{title}: new gas-fired heat and power",
        zone,
        "chp_gas",
        0.0,
        {network: heat_ratio, gas.GRID: -1 / power.value},
        assumed(f"{ROOM_NOTE}: 400 MW; efficiency {power.value:g} of power alone"),
        room=400.0,
    )
    found["citations"] += [
        cite("demands", f"{name}|{BACKCAST_YEAR}", "energy_mwh", EXPERT, "split between networks")
        for network_name in NETWORKS
        for name in (network_name, f"{network_name}_losses")
    ]
    found["citations"].append(
        cite(
            "assets",
            f"{network}_chp",
            "retirement_year",
            "epm_gendata_az",
            "30 years from commissioning",
        )
    )
    return found


def _add(  # noqa: PLR0913 - one argument for each part of a plant
    found: Tables,
    name: str,
    title: str,
    at: str,
    technology: str,
    capacity: float,
    ports: dict[str, float],
    source: Row,
    *,
    room: float | None = None,
    profile: str = "",
    years: Row | None = None,
) -> None:
    found["assets"].append(
        {
            "asset": name,
            "name": title,
            "bus": at,
            "technology": technology,
            "status": "candidate" if room else "existing",
            "capacity_mw": capacity,
            "capacity_max_mw": None if room is None else round(room),
            **(years or {}),
            **source,
        }
    )
    found["ports"] += [
        {
            "asset": name,
            "bus": other,
            "ratio": round(value, 5),
            "ratio_profile": profile or None,
            **source,
        }
        for other, value in ports.items()
    ]


def _demands() -> list[Row]:
    made = lookup(HEAT, item="heat_production", period="2024")
    lost = lookup(HEAT, item="network_heat_losses", period="2024").value / 100
    total = made.value * MWH_PER_GCAL / 1000
    found: list[Row] = []
    for name, (zone, title, share) in NETWORKS.items():
        note = (
            f"{share:.0%} of {total:.3f} TWh, {title} (assumption on the split); "
            f"{lost:.1%} of it are lost in the network"
        )
        later = (
            f"growth of TIMES-AZ, base (times_az_2021: 2.65 TWh in 2020 to 9.41 in 2050); {note}"
        )
        for label, sector, part in (("", "buildings", 1 - lost), ("_losses", LOSSES, lost)):
            found += demand(
                f"{name}{label}",
                name,
                sector,
                {year: total * share * part * factor for year, factor in _growth().items()},
                closing(made, note),
                profile=profile_of(zone),
                later=later,
            )
    return found
