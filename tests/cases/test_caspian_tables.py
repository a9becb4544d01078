"""The tables of the Caspian case: rebuilt from raw, and held against what was published."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from khazri.case import EXPERT, TABLES, Case, assumptions, at_year, read_case, sources_of
from khazri.case.package import package_of
from khazri.program import build_program
from khazri.report.project_costs import project_costs
from khazri.system import System, build_system

YEARS = (2024, 2030, 2035, 2040, 2050)


@pytest.fixture(scope="module")
def build(repository: Path) -> Iterator[Any]:
    folder = str(repository / "cases" / "caspian" / "build")
    sys.path.insert(0, folder)
    import build_case  # type: ignore[import-not-found,unused-ignore]

    yield build_case
    sys.path.remove(folder)


@pytest.fixture(scope="module")
def case(repository: Path) -> Case:
    return read_case(repository / "cases" / "caspian")


@pytest.fixture(scope="module")
def reference(case: Case) -> dict[int, System]:
    return {year: build_system(case, year) for year in YEARS}


class Scenarios(dict[str, Case]):
    """The case under each scenario that a test asks for, made once."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case

    def __missing__(self, name: str) -> Case:
        self[name] = self.case.with_scenario(name)
        return self[name]


@pytest.fixture(scope="module")
def scenarios(case: Case) -> Scenarios:
    return Scenarios(case)


def fleet(case: Case, country: str, year: int) -> pd.Series:
    """Existing MW of power plants by technology, that of plants of heat and power included."""
    system = build_system(case, year)
    buses = system.buses
    power = (buses.country == country) & (buses.carrier == "electricity")
    parts = [
        pd.Series(group_mw, index=group.technology)[power[group.bus]]
        for group, group_mw in (
            (system.supplies, system.supplies.existing_mw),
            (system.stores, system.stores.discharge_mw),
            (system.conversions, system.conversions.existing_mw),
        )
    ]
    together = pd.concat(parts)
    return together.groupby(together.index).sum()


def test_data_package_describes_the_tables(repository: Path) -> None:
    folder = repository / "cases" / "caspian"
    stored = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(package_of(folder)))


def test_tables_are_those_that_the_build_makes(build: Any, repository: Path) -> None:
    from tables.records import table_text  # type: ignore[import-not-found,unused-ignore]

    tables = build.build()
    assert len(tables) >= 25
    for name, rows in tables.items():
        stored = (repository / "cases" / "caspian" / f"{name}.csv").read_bytes()
        assert stored == table_text(name, rows).encode(), name


def test_raw_files_have_sources(repository: Path) -> None:
    raw = repository / "cases" / "caspian" / "raw"
    for folder in ("azerbaijan", "region", "fuels", "technology"):
        known = set(pd.read_csv(raw / folder / "sources.csv", dtype=str)["source_id"])
        for path in sorted((raw / folder).glob("*.csv")):
            table = pd.read_csv(path, dtype=str)
            for column in table.columns[table.columns.str.endswith("source_id")]:
                assert set(table[column].dropna()) <= known, (path, column)


def test_fleet_of_azerbaijan_at_the_end_of_2024(case: Case) -> None:
    """8,415 MW in all and 1,792.64 MW renewable (hydro and waste included), as published."""
    found = fleet(case, "AZ", 2024)
    assert found.sum() == pytest.approx(8415, abs=2)
    renewable = ["solar", "wind_onshore", "hydro_ror", "hydro_reservoir", "waste"]
    assert found[renewable].sum() == pytest.approx(1792.6, rel=0.001)


def test_fleet_of_azerbaijan_in_2025(case: Case) -> None:
    """9,732.5 MW in October 2025: the plant of 8 November counts, two old units no more."""
    assert fleet(case, "AZ", 2025).sum() == pytest.approx(9732.5, abs=1)


def test_fleet_of_turkiye_at_the_end_of_2024(case: Case) -> None:
    """The nine zones sum to 115,984 MW."""
    assert fleet(case, "TR", 2024).sum() == pytest.approx(115_984, abs=1)


@pytest.mark.parametrize(
    ("country", "year", "twh"),
    [
        ("AZ", 2024, 27.1671),
        ("AZ", 2030, 30.5),
        ("AZ", 2050, 46.0),
        ("TR", 2024, 347.9),
        ("TR", 2030, 447.7),
        ("GE", 2030, 17.0),
        ("UZ", 2030, 117.0),
    ],
)
def test_demand(reference: dict[int, System], country: str, year: int, twh: float) -> None:
    buses = reference[year].buses
    power = (buses.country == country) & (buses.carrier == "electricity")
    assert reference[year].load[:, power].sum() / 1e6 == pytest.approx(twh, abs=0.06)


def test_every_zone_has_demand_in_every_year(reference: dict[int, System]) -> None:
    for system in reference.values():
        modelled = ~system.buses.is_market & (system.buses.carrier == "electricity")
        assert modelled.sum() == 28
        assert (system.load[:, modelled].sum(axis=0) > 0).all()


def test_each_market_bus_touches_one_zone(reference: dict[int, System]) -> None:
    """No power can be carried through a market: its bus has links to one zone only."""
    for system in reference.values():
        links, buses = system.links, system.buses
        for market in np.flatnonzero(buses.is_market):
            ends = np.concatenate(
                [links.to_bus[links.from_bus == market], links.from_bus[links.to_bus == market]]
            )
            assert len(set(ends.tolist())) <= 1, buses.name[market]


def test_markets_have_a_spread_and_yearly_volumes(reference: dict[int, System]) -> None:
    for system in reference.values():
        markets = system.markets
        both = (markets.import_max_mw > 0) & (markets.export_max_mw > 0)
        assert (markets.buy_price[both] > markets.sell_price[both]).all()
        carrier = system.buses.carrier[markets.bus]
        imports = (markets.import_max_mw > 0) & (carrier == "electricity")
        exports = (markets.export_max_mw > 0) & np.isin(carrier, ["electricity", "gas"])
        assert np.isfinite(markets.import_max_mwh[imports]).all()
        assert np.isfinite(markets.export_max_mwh[exports]).all()


def test_all_room_for_building_is_finite(reference: dict[int, System]) -> None:
    for system in reference.values():
        for room in (system.supplies.build_max_mw, system.stores.build_max_mw):
            assert np.isfinite(room).all()
            assert (room < 2e5).all()


def test_program_stays_small(reference: dict[int, System]) -> None:
    """716 columns a stage in 2030, 595 of them without gas, oil, heat and hydrogen."""
    for system in reference.values():
        assert len(system.supplies) <= 280
        assert len(system.stores) <= 55
    assert build_program(reference[2030]).n_columns <= 760


def test_industrial_plants_run_for_their_own_sites(reference: dict[int, System]) -> None:
    """1,950 GWh a year from 685.9 MW: 0.3245 of the capacity, no more and no less."""
    supplies = reference[2024].supplies
    (item,) = np.flatnonzero(supplies.name == "az_indep_thermal")
    energy = supplies.existing_mw[item] * 8760
    assert supplies.min_output[item] * energy == pytest.approx(1_950_000, rel=1e-3)
    assert supplies.availability[item] * energy == pytest.approx(1_950_000, rel=1e-3)


def test_reactance_of_lines_in_parallel(case: Case) -> None:
    """Mingachevir-Absheron: two lines of 75 ohm at 500 kV and one of 76.8 ohm at 330 kV.

    Admittances: 2 x 500^2 / 75 + 330^2 / 76.8 = 6,666.7 + 1,418.0 = 8,084.6 MW/rad, which is
    500^2 / 8,084.6 = 30.92 ohm at 500 kV.
    """
    links = case.table("links").set_index("link")
    assert links.loc["az_centre__az_absheron_2025", "reactance_ohm"] == pytest.approx(
        30.92, abs=0.01
    )
    assert links.loc["az_centre__az_absheron_2025", "voltage_kv"] == 500


def test_one_version_of_each_interface_a_year(reference: dict[int, System]) -> None:
    """2,300 MW from the south to Absheron from 2028 on, 700 MW before."""
    for year, capacity in ((2024, 700.0), (2030, 2300.0)):
        links = reference[year].links
        found = links.forward_mw[np.char.startswith(links.name, "az_south__az_absheron_20")]
        assert found.tolist() == [capacity]


def test_incomplete_plans_are_no_candidates(case: Case) -> None:
    """Links without year or cost are absent, or in corridors that are off in the reference."""
    links = case.table("links").set_index("link")
    absent = ["ge_ru_stepantsminda_500", "am_ge_400_ayrum_stage2", "tm_ir_mary_mashhad_400"]
    assert not set(absent) & set(links.index)
    corridors = case.table("corridors").set_index("corridor")
    members = case.table("corridor_links").set_index("link")["corridor"]
    for link in (
        "az_ge_500_second",
        "tm_az_caspian",
        "tr_bg_400_third",
        "az_centre__az_west_backbone",
    ):
        assert corridors.loc[members[link], "state"] == "off"


def test_projects_carry_their_own_cost(case: Case) -> None:
    """Black Sea cable: EUR 3.5 bn of 2024, in EUR of 2025 with the factor 1.0210."""
    links = case.table("links").set_index("link")
    cost = links.loc["ge_ro_black_sea_cable", "capex_million"]
    assert cost == pytest.approx(3500 * 1.0210, rel=1e-4)


def test_project_and_technology_cost_stand_side_by_side(case: Case) -> None:
    """In EUR of 2025 per kW, technologies of 2030.

    Khizi wind: 340 million USD for 240 MW at 1.13 USD/EUR = 1,253.7; onshore wind 1,038.
    Black Sea cable: 3,500 x 1.0210 million for 1,300 MW = 2,748.8; converters 640 and 1,155 km at
    2.6 = 3,643. Battery: 90.5 million USD for 250 MW = 320.4; 85 and two hours at 72 = 229.
    Zangezur line: assumed. The line from Armenia to Georgia has no length: no default.
    """
    costs = project_costs(case, 2030).set_index("key")
    wind, cable = costs.loc["az_khizi_absheron_a1"], costs.loc["ge_ro_black_sea_cable"]
    assert wind["own_cost"] == pytest.approx(1253.7, abs=0.1)
    assert wind["default_cost"] == pytest.approx(1038, abs=1)
    assert cable["own_cost"] == pytest.approx(2748.8, abs=0.2)
    assert cable["default_cost"] == pytest.approx(3643)
    assert costs.loc["az_bess_agdash", "own_cost"] == pytest.approx(320.4, abs=0.1)
    assert costs.loc["az_bess_agdash", "default_cost"] == pytest.approx(229, abs=1)
    assert costs.loc["az_nakh_zangezur_330", "assumed"]
    assert not costs.loc[["az_khizi_absheron_a1", "ge_ro_black_sea_cable"], "assumed"].any()
    without = costs.index[costs["default_cost"].isna()]
    assert [key for key in without if "gas_" not in key] == ["am_ge_400_ayrum", "h2_to_europe"]


def test_links_are_financed_as_interconnectors(reference: dict[int, System]) -> None:
    """Reinforcement to the Khizi wind farms: 170 km of line at 370 EUR/(MW km) = 62,900 EUR/MW.

    At the 4.75 % of Azerbaijani interconnectors over 40 a that is an annuity of 5.62967 % =
    3,541.1 EUR/MW/a; O&M of 1.5 % adds 943.5.
    """
    links = reference[2030].links
    (item,) = np.flatnonzero(links.name == "az_absheron__az_north_new")
    assert links.investment_cost[item] == pytest.approx(3541.1 + 943.5, abs=0.1)


@pytest.mark.parametrize(
    ("link", "year", "fee", "carbon"),
    [
        ("tr_bg_400", 2024, 6.46, 0.0),
        ("tr_bg_400", 2030, 6.46, 0.718 * (110 - 25)),
        ("tr_gr_400", 2050, 6.46, 0.718 * (200 - 120)),
        ("ge_ro_black_sea_cable", 2035, 2.04, 0.44 * (140 - 5)),
        ("ge_ro_black_sea_cable", 2040, 2.04, 0.44 * (160 - 20)),
    ],
)
def test_carbon_is_charged_at_the_border_of_the_union(
    reference: dict[int, System], link: str, year: int, fee: float, carbon: float
) -> None:
    """Forward, into the Union: the fee and factor x (price there - price paid); back, the fee."""
    links = reference[year].links
    (item,) = np.flatnonzero(links.name == link)
    assert links.tariff_forward[item] == pytest.approx(fee + carbon, abs=0.01)
    assert links.tariff_backward[item] == pytest.approx(fee, abs=0.01)


def test_the_charge_at_the_border_follows_a_scenario_of_carbon_prices(case: Case) -> None:
    """Without a carbon price in Türkiye 0.718 t at 110 EUR/t are due, not at 110 - 25."""
    tables = dict(case.tables)
    prices = tables["co2_prices"]
    tables["co2_prices"] = prices.assign(price=prices["price"].where(prices["country"] != "TR", 0))
    links = build_system(replace(case, tables=MappingProxyType(tables)), 2030).links
    (item,) = np.flatnonzero(links.name == "tr_bg_400")
    assert links.tariff_forward[item] == pytest.approx(6.46 + 0.718 * 110, abs=0.01)


def test_turkish_borders_to_the_union_carry_both_ways(reference: dict[int, System]) -> None:
    """500 MW out and 650 MW in, two thirds of each over Bulgaria, in all years."""
    for system in reference.values():
        links = system.links
        found = np.isin(links.name, ["tr_bg_400", "tr_gr_400"])
        assert links.forward_mw[found].sum() == 500
        assert links.backward_mw[found].sum() == 650


def test_black_sea_cable_at_catalogue_cost(scenarios: Scenarios) -> None:
    """1,300 MW x 1,155 km x 2,600 EUR/(MW km) + 2 x 1,300 MW x 320 EUR/kW = 4,736 million EUR."""
    links = scenarios["black_sea_cable_at_catalogue_cost"].table("links").set_index("link")
    cost = links.loc["ge_ro_black_sea_cable", "capex_million"]
    assert cost == pytest.approx(3903.9 + 832.0, abs=1)


def gas_price(case: Case, country: str, year: int) -> float:
    prices = at_year(case.table("fuel_prices"), ["carrier", "country"], ["price"], year)
    rows = prices[(prices["carrier"] == "gas") & (prices["country"] == country)]
    return float(rows["price"].iloc[0])


def test_one_basis_of_gas_prices_for_all_producers(case: Case, scenarios: Scenarios) -> None:
    """Without a network gas is worth as much as 14 EUR/MWh at Sangachal, or its tariff.

    In Azerbaijan the plan finds the first itself (`test_caspian_carriers.py`); its tariff is that
    of the way into the grid, for gas that then costs nothing at the wells.
    """
    regulated = scenarios["regulated_prices"]
    tariffs = regulated.table("link_tariffs").set_index(["link", "year"])["forward"]
    assert tariffs["gas_landing", 2030] == 11
    assets = regulated.table("assets")
    assert (assets.loc[assets["technology"] == "gas_field", "variable_cost"] == 0).all()
    for country in ("KZ", "UZ", "TM"):
        assert gas_price(case, country, 2030) == pytest.approx(14, abs=2)
    assert gas_price(regulated, "KZ", 2030) == pytest.approx(6.56 * 1.0451, abs=0.01)
    assert gas_price(regulated, "TR", 2030) == gas_price(case, "TR", 2030)


def test_hydro_of_the_backcast_year(scenarios: Scenarios) -> None:
    """Water of 2024 within 2 % of the 3,011 GWh that Azerbaijan's plants made of it."""
    system = build_system(scenarios["backcast"], 2024)
    stores, supplies = system.stores, system.supplies
    ours = system.buses.country[stores.bus] == "AZ"
    inflow = (stores.inflow_mw * system.series(stores.inflow_profile).sum(axis=0))[ours].sum()
    rivers = (system.buses.country[supplies.bus] == "AZ") & (supplies.group == "hydro_ror")
    hours = system.series(supplies.profile).sum(axis=0)
    made = (supplies.existing_mw * supplies.availability * hours)[rivers].sum()
    assert (inflow + made) / 1000 == pytest.approx(3011, rel=0.02)


def test_trade_of_the_backcast_year_is_held(scenarios: Scenarios) -> None:
    held, free = (
        {limit.name: limit.value for limit in build_system(scenarios[name], 2024).limits}
        for name in ("backcast", "free_trade_2024")
    )
    assert held["trade_max_az_all"] == pytest.approx(1_397_500)
    assert held["net_trade_min_az_all"] == pytest.approx(0.99 * (1_397_500 - 170_500))
    assert free["trade_max_az_all"] > 1e9
    assert free["net_trade_min_az_all"] < -1e8


def test_each_scenario_changes_what_it_says(scenarios: Scenarios) -> None:
    tables = {
        "corridor_black_sea_energy": {"corridors"},
        "renewables_2030": {"limits"},
        "high_demand": {"demands"},
        "dry_year": {"assets"},
        "low_demand": {"demands"},
        "electric_transport": {"demands"},
        "electric_heating": {"demands"},
        "cheap_hydrogen": {"market_steps"},
        "european_carbon_price": {"co2_prices"},
        "regulated_prices": {"fuel_prices", "assets", "link_tariffs", "market_steps"},
        "hub_like_gas": {"fuel_prices", "links", "market_steps"},
        "backcast": {"fuel_prices", "assets", "link_tariffs", "market_steps"},
        "black_sea_cable_at_catalogue_cost": {"corridors", "links"},
        "free_trade_2024": {
            "fuel_prices",
            "assets",
            "limits",
            "link_tariffs",
            "market_steps",
        },
    }
    assert not scenarios["reference"].changes
    for name, expected in tables.items():
        assert {change.table for change in scenarios[name].changes} == expected, name
    single = {name for name in scenarios.case.scenarios if name.startswith("corridor_")}
    corridors = scenarios["reference"].table("corridors")["corridor"]
    assert single == {f"corridor_{name}" for name in corridors}


def test_corridors_by_scenario(scenarios: Scenarios) -> None:
    """2035: none, one alone and all; the cable's earliest year is 2032."""
    assert len(build_system(scenarios["no_new_corridors"], 2035).phases) == 0
    cable = build_system(scenarios["corridor_black_sea_energy"], 2035).phases
    assert cable.corridor.tolist() == ["black_sea_energy"]
    assert cable.share_min.tolist() == [1.0]
    early = build_system(scenarios["corridor_black_sea_energy"], 2030).phases
    assert early.share_max.tolist() == [0.0]
    together = build_system(scenarios["all_corridors"], 2035).phases
    assert len(set(together.corridor)) == 7


def test_target_of_renewables(scenarios: Scenarios) -> None:
    system = build_system(scenarios["renewables_2030"], 2030)
    (limit,) = [limit for limit in system.limits if limit.name == "az_wind_and_solar"]
    wind_and_solar = ["solar", "wind_onshore", "wind_offshore"]
    ours = system.buses.country[system.supplies.bus] == "AZ"
    counted = ours & np.isin(system.supplies.technology, wind_and_solar)
    assert limit.value == pytest.approx(6000 - system.supplies.existing_mw[counted].sum())
    assert system.supplies.build_max_mw[counted].sum() > limit.value


def test_assumptions_in_rows_with_a_document_are_cited(case: Case) -> None:
    """Where the note of a row speaks of an assumption, a cell of it rests on judgement."""
    rests_on_judgement = set(assumptions(case)[["table", "key"]].itertuples(index=False, name=None))
    found = 0
    for name in ("links", "assets", "asset_years", "market_steps"):
        table = case.table(name)
        keys = table[list(TABLES[name].key)].astype(str).agg("|".join, axis=1)
        admits = table["note"].str.contains("assum|judgement|believed|expert", na=False)
        for key in keys[admits & (table["source_id"] != EXPERT)]:
            found += 1
            assert (name, key) in rests_on_judgement, (name, key)
    assert found >= 40


@pytest.mark.parametrize(
    ("table", "key", "column", "source"),
    [
        ("links", "az_nakh_zangezur_330", "capex_million", "expert"),
        ("links", "az_nakh_zangezur_330", "length_km", "azernews_20260129_zangezur"),
        ("links", "ge_ro_black_sea_cable", "capex_million", "romaniainsider_20240904"),
        ("links", "tr_westana_trakia_epm", "loss", "epm_turkiye_2025"),
        ("links", "az_ge_total", "loss", "expert"),
        ("links", "az_ge_total", "capacity_forward_mw", "newsaz_20180924"),
        ("market_steps", "gr__bg|all|2030", "import_max_mwh", "expert"),
        ("market_steps", "gr__bg|all|2030", "buy_price", "epm_bs_prices"),
        ("asset_years", "tr_westmed_geothermal|2024", "capacity_mw", "epm_turkiye_2025"),
        ("asset_years", "tr_westmed_geothermal|2050", "capacity_mw", "expert"),
        ("asset_years", "kz_north_wind_onshore|2024", "capacity_mw", "agora_ca_2026"),
        ("asset_years", "az_absheron_solar|2028", "capacity_mw", "gobustan_azertag"),
        ("asset_years", "az_absheron_solar|2030", "capacity_max_mw", "expert"),
        ("assets", "az_khizi_absheron_a1", "overnight_cost", "qazinform_khizi_20260109"),
        ("assets", "az_aztpp_u1_6", "retirement_year", "expert"),
        ("assets", "ro_wind_onshore", "capacity_max_mw", "expert"),
    ],
)
def test_sources_of_single_values(
    case: Case, table: str, key: str, column: str, source: str
) -> None:
    assert sources_of(case, table, key, column).source.source_id == source


def test_notes_of_power_markets_name_the_volumes_of_their_row(case: Case) -> None:
    carrier = case.table("buses").set_index("bus")["carrier"]
    steps = case.table("market_steps")
    for row in steps[steps["market"].map(carrier) == "electricity"].to_dict("records"):
        imports, exports = row["import_max_mwh"] / 1000, row["export_max_mwh"] / 1000
        words = f"import up to {imports:,g} and export up to {exports:,g} GWh a year"
        assert words in row["note"], row["market"]
        assert row["note"].count("up to") == 2, row["market"]
