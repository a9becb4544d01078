"""What is emitted follows from carbon that goes in and does not come out, by hand."""

from __future__ import annotations

import pytest

from khazri.errors import CaseError
from khazri.system import build_system

CARBON = {"gas": 0.2, "crude": 0.25, "petrol": 0.24, "diesel": 0.26, "co2": 1.0, "heat": 0.0}
"""t CO2 per MWh; captured CO2 per tonne."""

ASSETS = {
    "chp": ("a1", {"gas": -2.2, "heat": 0.9}),
    "capture": ("a1", {"gas": -2.5, "co2": 0.45}),
    "dac": ("co2", {"a1": -1.0, "heat": -2.0}),
    "refinery": ("petrol", {"crude": -2.5, "diesel": 1.2}),
    "reformer": ("hydrogen", {"gas": -1.4}),
    "boiler": ("heat", {"gas": -1.1}),
}
GWP = [
    {"gas": f"ch4_{origin}", "horizon_a": years, "value": value}
    for origin, years, value in (
        ("fossil", 100, 29.8),
        ("fossil", 20, 82.5),
        ("biogenic", 100, 27.0),
        ("biogenic", 20, 79.7),
    )
]


@pytest.fixture(scope="module")
def carbon(make_case):
    """A case with one asset of each kind in country AA, beside what a test adds."""

    def make(**tables):
        technologies = dict.fromkeys(ASSETS, ("conversion", "")) | {
            "field": ("supply", ""),
            "plant": ("supply", "gas"),
            "tank": ("storage", ""),
        }
        assets = {name: bus for name, (bus, _) in ASSETS.items()}
        assets |= {"field": "gas", "plant": "a1", "tank": "gas"}
        own = {"plant": {"fuel_bus": "gas", "efficiency": 0.5}, "tank": {"storage_hours": 10}}
        changes = tables.pop("changes", {})
        defaults = {
            "carriers": [
                {"carrier": "electricity", "name": "E"},
                {"carrier": "hydrogen", "name": "H"},
                *(
                    {"carrier": name, "name": name, "co2_t_per_mwh": factor}
                    for name, factor in CARBON.items()
                ),
            ],
            "more_buses": [
                {"bus": name, "name": name, "zone": "A1", "carrier": name}
                for name in (*CARBON, "hydrogen")
            ],
            "technologies": [
                {
                    "technology": name,
                    "name": name,
                    "kind": kind,
                    "group": "gas",
                    **({"fuel": fuel} if fuel else {}),
                    **changes.get(f"technology {name}", {}),
                }
                for name, (kind, fuel) in technologies.items()
            ],
            "technology_costs": [
                {"technology": name, "year": 2030, "parameter": parameter, "value": 1}
                for name in technologies
                for parameter in ("fixed_om", "variable_om")
            ],
            "assets": [
                {
                    "asset": name,
                    "name": name,
                    "bus": bus,
                    "technology": name,
                    "status": "existing",
                    "capacity_mw": 10,
                    **own.get(name, {}),
                    **changes.get(name, {}),
                }
                for name, bus in assets.items()
            ],
            "ports": [
                {"asset": name, "bus": bus, "ratio": ratio, **changes.get(f"port {name}", {})}
                for name, (_, ports) in ASSETS.items()
                for bus, ratio in ports.items()
            ],
            "co2_prices": [{"country": "AA", "year": 2030, "price": 50}],
        }
        return make_case(**(defaults | tables))

    return make


@pytest.fixture(scope="module")
def usual(carbon):
    return build_system(carbon(), 2030)


def of(system, name):
    """Emissions per MWh of main flow of one asset."""
    for group in (system.supplies, system.conversions):
        if name in group.name:
            at = list(group.name).index(name)
            emissions = group.emissions
            return {
                "co2": float(emissions.co2[at]),
                "ch4": float(emissions.ch4[at]),
                "co2e": float(emissions.co2e[at]),
                "cost": float(emissions.cost[at]),
            }
    raise KeyError(name)


@pytest.mark.parametrize(
    ("asset", "co2"),
    [
        ("chp", 2.2 * 0.2),  # heat and power carry no carbon
        ("capture", 2.5 * 0.2 - 0.45),  # 0.05 of 0.5 t leaves through the stack
        ("dac", -1.0),  # a tonne from the air into the captured stream
        ("refinery", 2.5 * 0.25 - 0.24 - 1.2 * 0.26),  # what is in no product was burned
        ("reformer", 1.4 * 0.2),
        ("boiler", 1.1 * 0.2),
        ("plant", 0.2 / 0.5),  # drawn from a bus as if it were bought
        ("field", 0.0),  # what comes from nature is not emitted
    ],
)
def test_what_goes_in_and_does_not_come_out_is_emitted(usual, asset, co2):
    """A MWh of each main flow; at 50 EUR/t it costs 50 times as much."""
    emissions = of(usual, asset)
    assert emissions["co2"] == pytest.approx(co2, abs=1e-12)
    assert emissions["co2e"] == pytest.approx(co2, abs=1e-12)
    assert emissions["cost"] == pytest.approx(50 * co2, abs=1e-9)


def test_process_emissions_come_on_top_and_an_asset_has_its_own(carbon):
    """The technology adds 0.1 t to the 0.22 t of a boiler; the asset's own -0.02 replaces it."""
    tables = {"technology boiler": {"process_co2_t_per_mwh": 0.1}}
    assert of(build_system(carbon(changes=tables), 2030), "boiler")["co2"] == pytest.approx(0.32)
    tables["boiler"] = {"process_co2_t_per_mwh": -0.02}
    assert of(build_system(carbon(changes=tables), 2030), "boiler")["co2"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("years", "renewable", "warming"),
    [(100, "false", 29.8), (20, "false", 82.5), (100, "true", 27.0), (20, "true", 79.7)],
)
def test_methane_is_compared_over_the_years_of_the_case(carbon, years, renewable, warming):
    """0.001 t of methane a MWh; that of renewable technologies is biogenic. A price on CO2
    equivalents counts it, one on CO2 does not."""
    changes = {"field": {"ch4_t_per_mwh": 0.001}, "technology field": {"renewable": renewable}}
    row = {"case": "small", "title": "S", "price_year": 2025, "gwp_horizon_a": years}
    case = carbon(changes=changes, gwp=GWP, case=[row])
    emissions = of(build_system(case, 2030), "field")
    assert emissions["ch4"] == 0.001
    assert emissions["co2"] == 0.0
    assert emissions["co2e"] == pytest.approx(0.001 * warming)
    assert emissions["cost"] == 0.0
    prices = [{"country": "AA", "year": 2030, "price": 50, "gas": "co2e"}]
    case = carbon(changes=changes, gwp=GWP, case=[row], co2_prices=prices)
    assert of(build_system(case, 2030), "field")["cost"] == pytest.approx(0.05 * warming)


def test_methane_needs_a_value_of_its_warming(carbon):
    case = carbon(changes={"field": {"ch4_t_per_mwh": 0.001}, "plant": {"ch4_t_per_mwh": 0.002}})
    with pytest.raises(CaseError) as caught:
        build_system(case, 2030)
    (issue,) = caught.value.issues
    assert (issue.table, issue.row_id) == ("gwp.csv", "ch4_fossil|100")


def test_demand_burns_but_for_feedstock(carbon):
    """Gas demand emits 0.2 t/MWh, a quarter of which stays in products of the second."""
    demands = [
        {"demand": "burned", "bus": "gas", "year": 2030, "energy_mwh": 300},
        {"demand": "urea", "bus": "gas", "year": 2030, "energy_mwh": 100, "feedstock_share": 0.75},
    ]
    system = build_system(carbon(demands=demands), 2030)
    assert system.demands.emissions.co2.tolist() == pytest.approx([0.2, 0.05])
    assert system.demands.emissions.cost.tolist() == pytest.approx([10.0, 2.5])
    mean = (300 * 0.2 + 100 * 0.05) / 400
    assert system.unserved.emissions.co2.tolist() == pytest.approx([mean, mean])


def test_links_burn_what_they_lose_and_leak(carbon):
    """2 % of 0.2 t are burned in compressors; 0.0005 t of methane escape on top of it. Backward
    the sender is in BB, which has no price."""
    bus = {"bus": "gb", "name": "gb", "zone": "B1", "carrier": "gas"}
    link = {
        "link": "pipe",
        "name": "pipe",
        "from_bus": "gas",
        "to_bus": "gb",
        "kind": "pipeline",
        "status": "existing",
        "capacity_forward_mw": 10,
        "loss": 0.02,
        "ch4_t_per_mwh": 0.0005,
        "compressor_bus": "a1",
        "compressor_ratio": 0.01,
    }
    base = carbon()
    buses = base.tables["buses"].to_dict("records")
    rows = [{key: row[key] for key in ("bus", "name", "zone", "carrier")} for row in buses]
    case = carbon(gwp=GWP, links=[link], buses=[*rows, bus], more_buses=[])
    links = build_system(case, 2030).links
    assert links.forward_emissions.co2[0] == pytest.approx(0.004)
    assert links.forward_emissions.co2e[0] == pytest.approx(0.004 + 0.0005 * 29.8)
    assert links.forward_emissions.cost[0] == pytest.approx(0.2)
    assert links.backward_emissions.cost[0] == 0.0
    assert links.backward_emissions.co2[0] == pytest.approx(0.004)
    assert links.compressor_ratio.tolist() == [0.01]
    assert links.compressor_bus.tolist() == [0]


def test_stores_burn_what_charging_and_discharging_lose(carbon):
    """0.98 of what is charged arrives, 0.99 of what is taken out: 0.02 and 1/0.99 - 1 of 0.2 t."""
    changes = {"technology tank": {"charge_efficiency": 0.98, "discharge_efficiency": 0.99}}
    stores = build_system(carbon(changes=changes), 2030).stores
    assert stores.charge_emissions.co2[0] == pytest.approx(0.004)
    assert stores.discharge_emissions.co2[0] == pytest.approx(0.2 * (1 / 0.99 - 1))


@pytest.mark.parametrize(
    ("changes", "row_id", "column"),
    [
        ({"technology tank": {"standing_loss_per_h": 0.01}}, "tank", "technology"),
        ({"port boiler": {"ratio_profile": "gusts"}}, "boiler|gas", "ratio_profile"),
        ({"plant": {"fuel_bus": "heat"}}, "plant", "fuel_bus"),
        ({"field": {"fuel_bus": "crude"}}, "field", "fuel_bus"),
    ],
)
def test_carbon_that_could_not_be_counted_is_an_issue(carbon, changes, row_id, column):
    """Losses that depend on the level, ratios that move, and fuel from a bus of another carrier."""
    with pytest.raises(CaseError) as caught:
        build_system(carbon(changes=changes), 2030)
    assert (row_id, column) in {(issue.row_id, issue.column) for issue in caught.value.issues}


def test_fuel_from_a_bus_needs_no_price(carbon):
    """The same plant buying its fuel would need one; drawing 2 MWh a MWh it pays the bus."""
    system = build_system(carbon(fuel_prices=[]), 2030)
    at = list(system.supplies.name).index("plant")
    assert system.supplies.fuel_cost[at] == 0.0
    assert system.supplies.fuel_per_mwh[at] == pytest.approx(2.0)
    assert system.buses.name[system.supplies.fuel_bus[at]] == "gas"
    bought = carbon(fuel_prices=[], changes={"plant": {"fuel_bus": ""}})
    with pytest.raises(CaseError, match="a price of 'gas'"):
        build_system(bought, 2030)


def test_a_limit_counts_everything_in_its_scope(carbon):
    """A cap of 1,000 t on AA counts plants, demand and what is not served; one on electricity only
    what feeds its buses; one on technologies nothing but them."""
    demands = [{"demand": "burned", "bus": "gas", "year": 2030, "energy_mwh": 300}]
    limit = {"limit": "cap", "name": "cap", "kind": "emissions", "sense": "max", "year": 2030}
    limits = [
        limit | {"value": 1000, "country": "AA"},
        limit | {"limit": "power", "value": 10, "carrier": "electricity"},
        limit | {"limit": "chp", "value": 10, "technology": "chp"},
    ]
    system = build_system(carbon(demands=demands, limits=limits), 2030)
    cap, power, chp = system.limits
    assert cap.value == 1000
    assert (cap.demand * system.demand_energy()).sum() == pytest.approx(60)
    assert cap.unserved.tolist() == pytest.approx([-0.2, -0.2])
    assert cap.conversion.tolist() == pytest.approx(system.conversions.emissions.co2)
    named = dict(zip(system.conversions.name, power.conversion, strict=True))
    assert named == pytest.approx(
        {"chp": 0.44, "capture": 0.05, "dac": 0, "refinery": 0, "reformer": 0, "boiler": 0}
    )
    assert not len(power.demand)
    assert chp.conversion.sum() == pytest.approx(0.44)
    assert not len(chp.demand)
    assert not len(chp.supply)
