"""Where a number comes from."""

from __future__ import annotations

import pytest

from khazri.case import Case, assumptions, read_case, source_table, sources_of
from khazri.errors import UsageError


def test_the_source_of_a_row(demo: Case) -> None:
    found = sources_of(demo, "assets", "arda_gas", "efficiency")
    assert (found.value, found.unit, found.row) == ("0.54", "1", 2)
    assert found.source.source_id == "example"
    assert found.source.licence == "CC0-1.0"
    assert not found.source.is_assumption
    assert found.change is None


def test_a_citation_comes_before_the_source_of_the_row(demo: Case) -> None:
    found = sources_of(demo, "assets", "arda_lake", "inflow_mwh")
    assert found.source.is_assumption
    assert found.note.startswith("The lake fills in spring")
    assert sources_of(demo, "assets", "arda_lake", "capacity_mw").source.source_id == "example"


def test_money_shows_as_written_and_as_used(demo: Case) -> None:
    found = sources_of(demo, "fuel_prices", "coal|BE|2030", "price")
    assert (found.written, found.currency, found.price_year) == ("9.5", "USD", "2024")
    assert float(found.value) == pytest.approx(9.5 / 1.08 * 100 / 98)
    cost = sources_of(demo, "technology_costs", "ccgt|2030|overnight_cost", "value")
    assert (cost.written, cost.value, cost.currency) == ("1050", "1050", "")


def test_a_default_is_told_as_such(demo: Case) -> None:
    found = sources_of(demo, "links", "arda_north_south", "tariff")
    assert not found.is_default
    found = sources_of(demo, "technologies", "ccgt", "charge_efficiency")
    assert (found.is_default, found.written, found.value) == (True, "", "1")


def test_a_patch_comes_before_all(files) -> None:
    row = files.add(
        "patches",
        scenario="high_demand",
        table="assets",
        key="arda_lake",
        column="inflow_mwh",
        action="multiply",
        value="0.5",
        source_id="expert",
        note="half the rain",
    )
    found = sources_of(read_case(files.folder, "high_demand"), "assets", "arda_lake", "inflow_mwh")
    assert (found.written, found.note, found.change.row) == ("450000", "half the rain", row)
    assert found.change.before == "900000"
    assert found.source.is_assumption


def test_tables_without_source_column(demo: Case) -> None:
    assert sources_of(demo, "scenarios", "low_carbon", "name").source.source_id == ""


def test_what_a_source_feeds(demo: Case) -> None:
    """All nine profiles rest on one source; one cell of the lake rests on an assumption."""
    table = source_table(demo).set_index("source_id")
    assert table.index[0] == "example"
    assert table.loc["synthetic", "rows"] == 9
    assert table.loc["synthetic", "tables"] == "profiles"
    assert table.loc["expert", ["rows", "values", "tables"]].to_list() == [1, 1, "assets"]


def test_a_source_that_feeds_nothing_is_listed(files) -> None:
    files.add("sources", source_id="unused", title="Never used")
    table = source_table(read_case(files.folder)).set_index("source_id")
    assert table.loc["unused", ["rows", "values", "tables"]].to_list() == [0, 0, ""]


def test_assumptions_and_their_reasons(demo: Case) -> None:
    (row,) = assumptions(demo).to_dict("records")
    assert (row["table"], row["row"], row["key"]) == ("assets", 4, "arda_lake")
    assert row["columns"] == "inflow_mwh"
    assert "900 GWh" in row["note"]


def test_a_case_without_citations(files) -> None:
    files.path("citations").unlink()
    case = read_case(files.folder)
    assert assumptions(case).empty
    assert sources_of(case, "assets", "arda_lake", "inflow_mwh").source.source_id == "example"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("asset", "arda_gas", "efficiency"), "did you mean 'assets'"),
        (("assets", "arda_gaz", "efficiency"), "did you mean 'arda_gas'"),
        (("assets", "arda_gas", "eficiency"), "did you mean 'efficiency'"),
        (("demands", "x", "bus"), "a key is demand|year"),
    ],
)
def test_places_that_are_not_there(demo: Case, place: tuple[str, str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words.replace("|", r"\|")):
        sources_of(demo, *place)
