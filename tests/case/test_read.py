"""What a case holds once it is read."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pandas as pd
import pytest

from khazri.case import TABLES, Case, ColumnType, read_case
from khazri.case.values import value_type
from khazri.errors import CaseError, UsageError

DTYPES = {
    ColumnType.TEXT: "str",
    ColumnType.CHOICE: "str",
    ColumnType.NUMBER: "float64",
    ColumnType.INTEGER: "Int64",
    ColumnType.FLAG: "bool",
    ColumnType.DATE: "datetime64[s]",
}


def test_every_table_is_there_and_typed(demo: Case) -> None:
    assert list(demo.tables) == list(TABLES)
    for table in TABLES.values():
        frame = demo.table(table.name)
        assert frame.columns.to_list() == list(table.column_names)
        assert frame.index.equals(pd.RangeIndex(len(frame)))
        for column in table.columns:
            assert str(frame[column.name].dtype) == DTYPES[value_type(column)], column
            if column.required or column.default is not None:
                assert frame[column.name].notna().all(), column
    assert demo.table("asset_years").empty


def test_facts_of_the_case(demo: Case) -> None:
    assert (demo.name, demo.currency, demo.price_year, demo.hours) == ("demo", "EUR", 2025, 8760)
    assert demo.years == (2030, 2040)
    assert demo.default_year == 2030
    assert demo.scenarios == ("reference", "high_demand", "low_carbon")
    assert demo.profiles.shape == (8760, 9)
    assert demo.profiles["load_arda"].mean() == pytest.approx(1, abs=1e-4)
    assert not demo.profiles.isna().to_numpy().any()
    with pytest.raises(dataclasses.FrozenInstanceError):
        demo.name = "other"
    with pytest.raises(TypeError):
        demo.tables["assets"] = pd.DataFrame()


def test_defaults_stand_for_empty_cells(files) -> None:
    files.cell("technologies", 2, "availability", "")
    files.cell("links", 2, "loss", "")
    files.cell("corridors", 2, "whole", "")
    files.drop("finance", 2, 3, 4)
    case = read_case(files.folder)
    assert case.table("technologies")["availability"].iloc[0] == 1.0
    assert case.table("links")["loss"].iloc[0] == 0.0
    assert not case.table("corridors")["whole"].iloc[0]


@pytest.mark.parametrize(("written", "value"), [("TRUE", True), ("yes", True), ("0", False)])
def test_flags_as_spreadsheets_write_them(files, written: str, value: bool) -> None:
    files.cell("corridors", 2, "whole", written)
    assert read_case(files.folder).table("corridors")["whole"].iloc[0] == value


def test_ways_to_write_the_same_file(files) -> None:
    """A byte order mark, CRLF, spaces, empty rows, 2030.0 and columns in another order."""
    before = read_case(files.folder)
    path = files.path("demands")
    header, *records = files.records("demands")
    records = [[*record[:3], f"{record[3]}.0", *record[4:]] for record in records]
    lines = [",".join(f" {cell} " for cell in record[::-1]) for record in [header, *records]]
    text = "\r\n".join([*lines[:3], "", ",,,,,,,", *lines[3:], ""])
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    after = read_case(files.folder)
    assert after.content_hash == before.content_hash
    assert after.rows["demands"].tolist() == [2, 3, 6, 7, 8, 9]


def test_the_hash_follows_the_content(files) -> None:
    before = read_case(files.folder).content_hash
    assert read_case(files.folder).content_hash == before
    files.profile("wind_arda", lambda values: np.minimum(values, 0.9))
    changed = read_case(files.folder).content_hash
    files.cell("assets", 2, "capacity_mw", "899")
    assert len({before, changed, read_case(files.folder).content_hash}) == 3


def test_other_hours_than_a_year(files) -> None:
    """A case of 720 hours says so; its means are then those of the 720 hours."""
    for profile in ("load_arda", "load_belma", "price_corin"):
        files.profile(profile, lambda values: values / values[:720].mean())
    files.cut_profiles(720)
    files.cell("case", 2, "hours", "720")
    case = read_case(files.folder)
    assert (case.hours, len(case.profiles)) == (720, 720)


def test_repr_says_what_it_is(demo: Case) -> None:
    assert "Case 'demo': Two countries by the sea" in repr(demo)
    assert "13 assets" in repr(demo)
    shown = dataclasses.replace(demo, title="a < b")._repr_html_()
    assert "a &lt; b" in shown
    assert "<script" not in shown


def test_unknown_table(demo: Case) -> None:
    with pytest.raises(UsageError, match="did you mean 'assets'"):
        demo.table("asets")


def test_a_default_year_that_is_not_stated(files) -> None:
    files.cell("case", 2, "default_year", "")
    assert read_case(files.folder).default_year == 2030


def test_two_markets_of_one_country_that_pay_less_than_they_ask(files) -> None:
    """The same price level at both borders, with spreads between 62/54 and 78/44: no machine."""
    files.repeat("zones", 5, zone="corin_sea")
    files.repeat("buses", 5, bus="corin_sea", zone="corin_sea")
    files.repeat("markets", 2, market="corin_sea", bus="corin_sea")
    files.repeat("market_steps", 2, market="corin_sea")
    files.repeat("links", 5, link="arda_sea", from_bus="arda_south", to_bus="corin_sea")
    assert len(read_case(files.folder).table("markets")) == 2


def test_a_bus_fed_by_conversion_is_no_island(files) -> None:
    """Gas from a bus is burnt to electricity of an isle; without the port it has no supply."""
    files.add(
        "buses", bus="isle", name="Isle", zone="belma", carrier="electricity", source_id="example"
    )
    files.add("buses", bus="gas_isle", name="Gas", zone="belma", carrier="gas", source_id="example")
    files.add(
        "technologies",
        technology="engine",
        name="Engine",
        kind="conversion",
        group="gas",
        renewable="false",
        source_id="example",
    )
    files.add(
        "technologies",
        technology="well",
        name="Well",
        kind="supply",
        group="gas",
        renewable="false",
        source_id="example",
    )
    files.add(
        "assets",
        asset="isle_engine",
        name="Engine",
        bus="isle",
        technology="engine",
        status="existing",
        capacity_mw="10",
        source_id="example",
    )
    files.add(
        "assets",
        asset="isle_well",
        name="Well",
        bus="gas_isle",
        technology="well",
        status="existing",
        capacity_mw="30",
        source_id="example",
    )
    files.add("ports", asset="isle_engine", bus="gas_isle", ratio="-2.5", source_id="example")
    files.add(
        "demands",
        demand="isle",
        bus="isle",
        sector="all",
        year="2030",
        energy_mwh="1000",
        source_id="example",
    )
    assert len(read_case(files.folder).table("ports")) == 1
    files.cell("assets", 16, "commissioning_year", "2035")
    with pytest.raises(CaseError, match="expected a bus with supply in 2030"):
        read_case(files.folder)


def test_reading_takes_little_time(demo_folder) -> None:
    """Well under a second; the bound allows for a busy machine."""
    start = time.process_time()
    read_case(demo_folder)
    assert time.process_time() - start < 1.5
