"""Scenarios: patches in their order, parents first, and what breaks under them."""

from __future__ import annotations

import pytest

from khazri.case import Case, check_case, describe_scenario, read_case
from khazri.errors import CaseError, UsageError


def _energy(case: Case, demand: str, year: int) -> float:
    frame = case.table("demands").set_index(["demand", "year"])
    return float(frame.loc[(demand, year), "energy_mwh"])


def test_the_default_scenario_and_none(demo: Case, demo_folder) -> None:
    assert demo.scenario == "reference"
    bare = read_case(demo_folder, "")
    assert bare.scenario == ""
    assert bare.tables["demands"].equals(demo.tables["demands"])
    assert bare.content_hash != demo.content_hash


def test_multiply_matches_a_pattern(demo: Case) -> None:
    """5,600,000 MWh · 1.15 = 6,440,000 MWh, exactly."""
    high = demo.with_scenario("high_demand")
    assert _energy(high, "arda_north", 2030) == 6_440_000
    assert _energy(high, "belma", 2040) == 10_810_000
    assert _energy(demo, "arda_north", 2030) == 5_600_000
    assert high.table("assets").equals(demo.table("assets"))


def test_set_and_its_column_types(demo: Case) -> None:
    low = demo.with_scenario("low_carbon")
    assert low.table("corridors")["state"].to_list() == ["built"]
    assert low.table("limits")["value"].to_list() == [3e6, 3e6]


def test_parents_come_first_and_rows_keep_their_order(files) -> None:
    """Parent: +10 then ·2 makes (20 + 10) · 2 = 60; child: +1 makes 61; 30 years stay text."""
    patch = {"table": "fuel_prices", "column": "price", "source_id": "example"}
    files.add("scenarios", scenario="child", name="Child", parent="parent")
    files.add("scenarios", scenario="parent", name="Parent")
    files.add("patches", scenario="child", key="gas|AR|*", action="add", value="1", **patch)
    files.add("patches", scenario="parent", key="gas|AR|2030", action="add", value="10", **patch)
    files.add(
        "patches", scenario="parent", key="gas|AR|20?0", action="multiply", value="2", **patch
    )
    prices = read_case(files.folder, "child").table("fuel_prices")
    assert prices["price"].to_list()[:3] == [61, 45, 26]


def test_an_empty_value_clears_the_cell(files) -> None:
    files.add(
        "patches",
        scenario="high_demand",
        table="assets",
        key="arda_gas",
        column="retirement_year",
        action="set",
        source_id="example",
    )
    before = read_case(files.folder).table("assets")
    after = read_case(files.folder, "high_demand").table("assets")
    assert before["retirement_year"].iloc[0] == 2045
    assert after["retirement_year"].isna().iloc[0]


def test_a_factor_on_an_empty_cell_uses_its_default(files) -> None:
    """The availability of the technology table is 1 by default: 1 · 0.9."""
    files.cell("technologies", 7, "availability", "")
    files.add(
        "patches",
        scenario="high_demand",
        table="technologies",
        key="hydro_reservoir",
        column="availability",
        action="multiply",
        value="0.9",
        source_id="example",
    )
    technologies = read_case(files.folder, "high_demand").table("technologies")
    assert technologies["availability"].iloc[5] == 0.9


def test_money_is_patched_in_the_currency_of_its_row(files) -> None:
    """9.5 + 1.3 USD of 2024."""
    files.add(
        "patches",
        scenario="high_demand",
        table="fuel_prices",
        key="coal|BE|2030",
        column="price",
        action="add",
        value="1.3",
        source_id="example",
    )
    prices = read_case(files.folder, "high_demand").table("fuel_prices")["price"]
    assert prices.iloc[3] == pytest.approx(10.8 / 1.08 * 100 / 98)


def test_a_patch_that_breaks_a_rule_is_told_by_its_row(files) -> None:
    row = files.add(
        "patches",
        scenario="high_demand",
        table="assets",
        key="belma_*",
        column="availability",
        action="set",
        value="0.9",
        source_id="example",
    )
    row = files.add(
        "patches",
        scenario="high_demand",
        table="assets",
        key="belma_gas",
        column="capacity_mw",
        action="multiply",
        value="3",
        source_id="example",
    )
    assert read_case(files.folder).scenario == "reference"
    with pytest.raises(CaseError) as caught:
        read_case(files.folder, "high_demand")
    (issue,) = caught.value.issues
    assert (issue.table, issue.row, issue.column) == ("patches.csv", row, "value")
    assert "makes capacity_mw of assets 'belma_gas' 1500 (was 500)" in issue.hint
    assert check_case(files.folder) == (issue,)


def test_a_scenario_that_leaves_an_island(files) -> None:
    for column in ("capacity_forward_mw", "capacity_backward_mw"):
        for link in ("arda_north_south", "arda_south_belma"):
            files.add(
                "patches",
                scenario="high_demand",
                table="links",
                key=link,
                column=column,
                action="set",
                value="0",
                source_id="example",
            )
    for asset in ("arda_river", "arda_solar_south", "arda_gas_new"):
        for column in ("capacity_mw", "capacity_max_mw"):
            files.add(
                "patches",
                scenario="high_demand",
                table="assets",
                key=asset,
                column=column,
                action="set",
                value="0",
                source_id="example",
            )
    with pytest.raises(CaseError) as caught:
        read_case(files.folder, "high_demand")
    assert caught.value.issues[0].table == "buses.csv"
    assert caught.value.issues[0].expected == "a bus with supply in 2030, as it has demand"
    assert "under scenario 'high_demand'" in caught.value.issues[0].hint


def test_unknown_scenario(demo: Case) -> None:
    with pytest.raises(UsageError, match="did you mean 'low_carbon'"):
        demo.with_scenario("low_carbn")


def test_description_is_the_net_change(files) -> None:
    """Set to 4,000,000, then back to what it was: only the corridor is left of low_carbon."""
    files.add(
        "patches",
        scenario="low_carbon",
        table="limits",
        key="emission?|*",
        column="value",
        action="multiply",
        value="4",
        source_id="example",
        note="as before",
    )
    changes = describe_scenario(read_case(files.folder), "low_carbon")
    assert changes.to_dict("records") == [
        {
            "table": "corridors",
            "key": "sea_cable",
            "column": "state",
            "before": "candidate",
            "after": "built",
            "scenario": "low_carbon",
            "source_id": "example",
            "note": "",
        }
    ]
    assert describe_scenario(read_case(files.folder), "reference").empty
