"""Mistakes that people make, one at a time: the first line has to name table and row.

Each mistake is made in a copy of the demo case. ``row`` counts the header as 1; None is a fault
of the file as a whole. A mistake that is no longer refused, or is told elsewhere, shows up here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from khazri.case import TABLES, read_case
from khazri.errors import CaseError


@dataclass(frozen=True)
class Mistake:
    """One mistake: what it is, how it is made, and the table and row that have to be named."""

    what: str
    table: str
    row: int | None
    make: Callable


def _cell(what: str, table: str, row: int, column: str, value: str) -> Mistake:
    return Mistake(what, table, row, lambda files: files.cell(table, row, column, value))


def _added(what: str, table: str, row: int, /, **cells: str) -> Mistake:
    def make(files) -> None:
        assert files.add(table, **cells) == row

    return Mistake(what, table, row, make)


def _repeated(what: str, table: str, of: int, row: int, /, **changes: str) -> Mistake:
    def make(files) -> None:
        assert files.repeat(table, of, **changes) == row

    return Mistake(what, table, row, make)


def _profile(what: str, row: int, name: str, change: Callable) -> Mistake:
    return Mistake(what, "profiles", row, lambda files: files.profile(name, change))


def _at(hour: int, value: float) -> Callable:
    def change(values: np.ndarray) -> np.ndarray:
        values[hour] = value
        return values

    return change


def _latin(files) -> None:
    path = files.path("zones")
    path.write_bytes(path.read_bytes().replace(b"Arda south", "Ardä south".encode("latin-1")))


def _cable_of_unknown_length(files) -> None:
    """A candidate that would take the cost of its technology for each km."""
    name = {"technology": "cable", "source_id": "example"}
    files.add("technologies", name="Cable", kind="link", group="imports", **name)
    files.add("technology_costs", year="2030", parameter="line_cost", value="2600", **name)
    for column, value in (("technology", "cable"), ("capex_million", ""), ("length_km", "")):
        files.cell("links", 6, column, value)


def _second_border(files) -> None:
    files.repeat("links", 5, link="arda_corin", from_bus="arda_north")


def _two_markets(files) -> None:
    """A second border of the same foreign country that asks less than the first one pays."""
    files.add(
        "zones",
        zone="corin_sea",
        name="Corin at sea",
        country="CO",
        latitude="40",
        longitude="-27",
        source_id="example",
    )
    files.add(
        "buses",
        bus="corin_sea",
        name="Corin at sea",
        zone="corin_sea",
        carrier="electricity",
        source_id="example",
    )
    files.add(
        "markets",
        market="corin_sea",
        name="Corin at sea",
        bus="corin_sea",
        price_profile="price_corin",
        source_id="example",
    )
    files.repeat("market_steps", 2, market="corin_sea", buy_price="50", sell_price="40")
    files.repeat("links", 5, link="arda_sea", from_bus="arda_south", to_bus="corin_sea")


def _without_blocks(files) -> None:
    files.cell("unserved_blocks", 2, "country", "BE")
    files.cell("unserved_blocks", 2, "block", "some")
    files.cell("unserved_blocks", 2, "share", "0")
    files.cell("unserved_blocks", 3, "country", "BE")
    files.cell("unserved_blocks", 3, "block", "more")
    files.cell("unserved_blocks", 3, "share", "0")


def _store_on_island(files) -> None:
    """A bus whose only plant is a battery: it stores, it does not supply."""
    files.add(
        "buses", bus="isle", name="Isle", zone="belma", carrier="electricity", source_id="example"
    )
    files.repeat("assets", 14, asset="isle_battery", bus="isle")
    files.add(
        "demands",
        demand="isle",
        bus="isle",
        sector="all",
        year="2030",
        energy_mwh="1000",
        source_id="example",
    )


FILES = [
    Mistake("file missing", "buses", None, lambda files: files.path("buses").unlink()),
    Mistake("file missing", "years", None, lambda files: files.path("years").unlink()),
    Mistake("file missing", "demands", None, lambda files: files.path("demands").unlink()),
    Mistake(
        "misspelt file",
        "asets",
        None,
        lambda files: files.path("assets").rename(files.path("asets")),
    ),
    Mistake(
        "misspelt file",
        "corridor_link",
        None,
        lambda files: files.path("corridor_links").rename(files.path("corridor_link")),
    ),
    Mistake(
        "stray file", "remarks", None, lambda files: files.path("remarks").write_text("a\n1\n")
    ),
    Mistake("empty file", "links", 1, lambda files: files.path("links").write_text("")),
    Mistake("table without rows", "zones", None, lambda files: files.drop("zones", 2, 3, 4, 5)),
    Mistake("not UTF-8", "zones", 3, _latin),
    Mistake(
        "semicolons",
        "buses",
        1,
        lambda files: files.text("buses", lambda text: text.replace(",", ";")),
    ),
    Mistake(
        "row too long",
        "links",
        3,
        lambda files: files.text(
            "links", lambda text: text.replace("Arda south - Belma", "Arda south, Belma")
        ),
    ),
    Mistake(
        "row too short",
        "limits",
        3,
        lambda files: files.text(
            "limits", lambda text: text.replace(",2040,12000000", ",12000000")
        ),
    ),
    Mistake(
        "quote not closed",
        "demands",
        2,
        lambda files: files.text(
            "demands", lambda text: text.replace("arda_north,all,2030", '"arda_north,all,2030')
        ),
    ),
    Mistake(
        "misspelt column",
        "assets",
        1,
        lambda files: files.rename("assets", "capacity_mw", "capcity_mw"),
    ),
    Mistake("misspelt key column", "links", 1, lambda files: files.rename("links", "link", "lnik")),
    Mistake(
        "unit in the header",
        "demands",
        1,
        lambda files: files.rename("demands", "energy_mwh", "energy_gwh"),
    ),
    Mistake("strange column", "buses", 1, lambda files: files.cell("buses", 2, "colour", "blue")),
    Mistake(
        "column twice", "zones", 1, lambda files: files.rename("zones", "longitude", "latitude")
    ),
    Mistake(
        "required column missing",
        "countries",
        1,
        lambda files: files.write(
            "countries", [record[:1] + record[2:] for record in files.records("countries")]
        ),
    ),
]

CELLS = [
    _cell("text for a number", "assets", 2, "capacity_mw", "abc"),
    _cell("decimal comma", "fuel_prices", 2, "price", "20,5"),
    _cell("thousands separator", "demands", 3, "energy_mwh", "7,200,000"),
    _cell("number with unit", "assets", 5, "capacity_mw", "150 MW"),
    _cell("not a number", "technologies", 3, "availability", "nan"),
    _cell("infinite", "links", 2, "capacity_forward_mw", "inf"),
    _cell("infinite by exponent", "links", 2, "capacity_backward_mw", "1e999"),
    _cell("N/A", "assets", 4, "storage_hours", "N/A"),
    _cell("dash for nothing", "links", 4, "voltage_kv", "-"),
    _cell("underscored digits", "assets", 10, "capacity_mw", "1_000"),
    _cell("negative capacity", "assets", 10, "capacity_mw", "-1000"),
    _cell("negative link", "links", 3, "capacity_backward_mw", "-300"),
    _cell("percent for a fraction", "assets", 3, "availability", "80"),
    _cell("loss above a half", "links", 5, "loss", "0.7"),
    _cell("efficiency zero", "assets", 2, "efficiency", "0"),
    _cell("latitude of 425", "zones", 2, "latitude", "425"),
    _cell("year of 203", "years", 2, "year", "203"),
    _cell("half a year", "demands", 4, "year", "2030.5"),
    _cell("year in words", "co2_prices", 3, "year", "twenty"),
    _cell("wacc in percent", "finance", 2, "wacc", "7"),
    _cell("phase zero", "corridor_links", 2, "phase", "0"),
    _cell("rate of zero", "currencies", 2, "value", "0"),
    _cell("choice in capitals", "technologies", 2, "kind", "Supply"),
    _cell("misspelt choice", "assets", 6, "status", "candidat"),
    _cell("unknown group", "technologies", 4, "group", "wind"),
    _cell("unknown parameter", "technology_costs", 2, "parameter", "capex"),
    _cell("maybe for a flag", "corridors", 2, "whole", "maybe"),
    _cell("required text empty", "buses", 3, "name", ""),
    _cell("required number empty", "demands", 5, "energy_mwh", ""),
    _cell("required reference empty", "assets", 9, "technology", ""),
    _cell("key empty", "assets", 11, "asset", ""),
    _cell("wrong conversion of letters", "zones", 4, "name", "Bel\ufffda"),
    _cell("control character", "sources", 2, "title", "Round\x07numbers"),
]

KEYS = [
    _repeated("asset twice", "assets", 2, 15),
    _repeated("bus twice", "buses", 4, 6),
    _repeated("year of a demand twice", "demands", 2, 8, energy_mwh="1"),
    _repeated("price twice", "fuel_prices", 3, 6),
    _repeated("scenario twice", "scenarios", 2, 5),
    _cell("bar in a name", "countries", 2, "country", "A|R"),
    _cell("misspelt bus", "assets", 7, "bus", "arda_soth"),
    _cell("misspelt bus of a link", "links", 2, "to_bus", "ardasouth"),
    _cell("misspelt zone", "buses", 4, "zone", "belmo"),
    _cell("unknown carrier", "buses", 5, "carrier", "heat"),
    _cell("unknown technology", "assets", 8, "technology", "flywheel"),
    _cell("unknown fuel", "technologies", 2, "fuel", "methane"),
    _cell("unknown country", "finance", 4, "country", "ZZ"),
    _cell("one of two parties unknown", "corridors", 2, "parties", "AR;BF"),
    _cell("empty party", "corridors", 2, "parties", "AR;;BE"),
    _cell("unknown link of a corridor", "corridor_links", 3, "link", "sea_cable_3"),
    _cell("unknown profile", "demands", 6, "profile", "load_belmo"),
    _cell("unknown market", "market_steps", 3, "market", "korin"),
    _cell("mistyped key of a bus", "buses", 3, "bus", "arda_soth"),
    _cell("mistyped key of a profile", "profiles", 2, "profile", "load_adra"),
    _cell("mistyped key of a source", "sources", 3, "source_id", "synthetc"),
    _cell("unknown source", "links", 6, "source_id", "exmaple"),
    _cell("no source", "assets", 13, "source_id", ""),
    _cell("default year not in years", "case", 2, "default_year", "2035"),
    _cell("unknown default scenario", "case", 2, "default_scenario", "base"),
]

ROWS = [
    _repeated("two cases", "case", 2, 3, case="other"),
    _cell("capacity above its limit", "assets", 11, "capacity_mw", "1300"),
    _cell("retired before built", "assets", 12, "retirement_year", "2010"),
    _cell("link retired before built", "links", 6, "retirement_year", "2025"),
    _cell("lowest output above availability", "technologies", 3, "min_output", "0.9"),
    _cell("assumption without reason", "assets", 5, "source_id", "expert"),
    _cell("citation of an unknown table", "citations", 2, "table", "asset"),
    _cell("citation of an unknown row", "citations", 2, "key", "arda_lakes"),
    _cell("citation of an unknown column", "citations", 2, "column", "inflow"),
    _cell("efficiency in percent", "technology_costs", 5, "value", "58"),
    _cell("more power than fuel", "assets", 2, "efficiency", "1.54"),
    _cell("more power than fuel, by technology", "technology_costs", 5, "value", "1.54"),
    _cell("lifetime as a number has no currency", "technology_costs", 5, "currency", "USD"),
    _cell("hours of a gas plant", "assets", 2, "storage_hours", "4"),
    _cell("inflow of a wind farm", "assets", 6, "inflow_profile", "river_arda"),
    _cell("battery without hours", "assets", 8, "storage_hours", ""),
    _cell("inflow without profile", "assets", 4, "inflow_profile", ""),
    _cell("candidate with capacity", "assets", 7, "capacity_mw", "100"),
    _cell("candidate without limit", "assets", 9, "capacity_max_mw", ""),
    _cell("shape of a minimum that is not there", "assets", 10, "min_output_profile", "river_arda"),
    _added(
        "port of a supply asset",
        "ports",
        2,
        asset="arda_gas",
        bus="belma",
        ratio="-1",
        source_id="example",
    ),
    _cell("link from a bus to itself", "links", 3, "to_bus", "arda_south"),
    _cell("candidate link without size", "links", 7, "build_max_mw", ""),
    _cell("candidate link without cost", "links", 6, "capex_million", ""),
    Mistake("candidate link of unknown length", "links", 6, _cable_of_unknown_length),
    _cell("reactance of a cable", "links", 6, "reactance_ohm", "5"),
    _cell("reactance without voltage", "links", 4, "voltage_kv", ""),
    _cell("link financed as a plant", "links", 5, "technology", "ccgt"),
    _cell("corridor of an existing link", "corridor_links", 3, "link", "belma_corin"),
    _cell("demand on two buses", "demands", 5, "bus", "belma"),
    _cell("limit that changes its sense", "limits", 3, "sense", "min"),
    _cell("blocks of more than all", "unserved_blocks", 3, "share", "0.99"),
    _cell("blocks of less than all", "unserved_blocks", 5, "share", "0.90"),
    Mistake("demand without blocks", "demands", 2, _without_blocks),
    _cell("import without price", "market_steps", 2, "buy_price", ""),
    _cell("sells dearer than it buys", "market_steps", 3, "sell_price", "80"),
    _cell("one step sells dearer than another buys", "market_steps", 2, "sell_price", "62.5"),
    _cell("partner of an energy limit", "limits", 2, "partner", "BE"),
    _cell("negative limit on energy", "limits", 2, "value", "-5"),
    _added(
        "trade without scope",
        "limits",
        4,
        limit="trade",
        name="Trade",
        kind="trade",
        sense="max",
        year="2030",
        value="1",
        source_id="example",
    ),
    _added(
        "share in percent",
        "limits",
        4,
        limit="green",
        name="Green",
        kind="share",
        sense="min",
        country="AR",
        renewable_only="true",
        year="2030",
        value="40",
        source_id="example",
    ),
    _added(
        "unknown item",
        "actuals",
        2,
        country="AR",
        year="2024",
        item="genration:gas",
        value="1",
        unit="MWh",
        source_id="example",
    ),
    _added(
        "unknown group of an item",
        "actuals",
        2,
        country="AR",
        year="2024",
        item="generation:wind",
        value="1",
        unit="MWh",
        source_id="example",
    ),
    _added(
        "unit of an item",
        "actuals",
        2,
        country="AR",
        year="2024",
        item="capacity:gas",
        value="1",
        unit="MWh",
        source_id="example",
    ),
    _cell("unit not understood", "profiles", 4, "unit", "MW"),
    _cell("load as wind", "assets", 12, "availability_profile", "load_belma"),
    _cell("wind as load", "demands", 2, "profile", "wind_arda"),
]

MONEY = [
    _cell("unknown currency", "fuel_prices", 5, "currency", "USS"),
    _cell("no rate of the year", "fuel_prices", 5, "price_year", "2023"),
    _cell("no deflator of the year", "unserved_blocks", 2, "price_year", "2019"),
]

PROFILES = [
    Mistake("profile file missing", "profiles", 2, lambda files: files.profiles.unlink()),
    Mistake(
        "profile file damaged",
        "profiles",
        2,
        lambda files: files.profiles.write_bytes(b"PAR1 and no more"),
    ),
    _cell("misspelt profile file", "profiles", 5, "file", "demos.parquet"),
    _cell("folder in the file name", "profiles", 5, "file", "profiles/demo.parquet"),
    Mistake("column missing", "profiles", 7, lambda files: files.drop_profile("wind_belma")),
    Mistake("too short", "profiles", 2, lambda files: files.cut_profiles(8736)),
    _profile("a gap", 3, "load_belma", _at(17, np.nan)),
    _profile("infinite", 6, "wind_arda", _at(0, np.inf)),
    _profile("above 1", 4, "solar_arda", _at(12, 1.2)),
    _profile("below 0", 8, "inflow_arda", _at(8759, -0.1)),
    _profile("a load in MW", 2, "load_arda", lambda values: values * 640),
    _profile("prices that are no shape", 10, "price_corin", lambda values: values * 60),
    _profile("text", 9, "river_arda", lambda values: values.astype(str)),
    _profile("a river above its capacity", 9, "river_arda", lambda values: values * 2),
    _cell("stated mean", "profiles", 6, "annual_mean", "0.9"),
    _cell("stated peak", "profiles", 4, "peak", "0.2"),
]

SCENARIOS = [
    _cell("circle", "scenarios", 2, "parent", "low_carbon"),
    _cell("its own parent", "scenarios", 4, "parent", "low_carbon"),
    _cell("unknown parent", "scenarios", 3, "parent", "referense"),
    _cell("patch of an unknown scenario", "patches", 2, "scenario", "highdemand"),
    _cell("patch of an unknown table", "patches", 3, "table", "limit"),
    _cell("patch of a table that is fixed", "patches", 3, "table", "sources"),
    _cell("patch of an unknown column", "patches", 4, "column", "stat"),
    _cell("patch of a key", "patches", 4, "column", "corridor"),
    _cell("patch of no row", "patches", 4, "key", "sea_cabel"),
    _cell("patch of half a key", "patches", 2, "key", "*"),
    _cell("patch with a wrong choice", "patches", 4, "value", "yes"),
    _cell("patch with a wrong number", "patches", 3, "value", "3 Mt"),
    _cell("factor in percent signs", "patches", 2, "value", "15 %"),
    _cell("factor of a text", "patches", 4, "action", "multiply"),
    _added(
        "factor of nothing",
        "patches",
        5,
        scenario="low_carbon",
        table="assets",
        key="arda_gas",
        column="storage_hours",
        action="multiply",
        value="2",
        source_id="example",
    ),
]

WHOLE = [
    Mistake("fuel without price", "assets", 10, lambda files: files.drop("fuel_prices", 5)),
    _cell("coal without efficiency", "technology_costs", 8, "parameter", "lifetime"),
    Mistake("wind without cost", "assets", 6, lambda files: files.drop("technology_costs", 9, 10)),
    Mistake("island", "buses", 6, _store_on_island),
    Mistake(
        "demand at a market",
        "demands",
        8,
        lambda files: files.repeat("demands", 6, demand="corin", bus="corin_border"),
    ),
    Mistake(
        "plant at a market",
        "assets",
        15,
        lambda files: files.repeat("assets", 2, asset="corin_gas", bus="corin_border"),
    ),
    Mistake(
        "two markets on one bus",
        "markets",
        3,
        lambda files: files.repeat("markets", 2, market="second"),
    ),
    Mistake("market with two borders", "links", 8, _second_border),
    Mistake("money machine", "market_steps", 2, _two_markets),
]

STEPS = [
    _cell("no such corridor", "corridor_steps", 2, "corridor", "sea_cabel"),
    _cell("no such phase", "corridor_steps", 3, "phase", "3"),
    _cell("a month is no day", "corridor_steps", 2, "start", "2026-01"),
    _cell("ends before it begins", "corridor_steps", 2, "finish", "2025-12-31"),
    _cell("works longer than until the cable runs", "corridor_steps", 4, "finish", "2030-06-30"),
    _cell("begins before what it follows is done", "corridor_steps", 3, "start", "2027-06-01"),
    _cell("follows itself", "corridor_steps", 3, "after", "sea_cable_first"),
    _cell("follows a step that is not there", "corridor_steps", 4, "after", "permit"),
]

MISTAKES = [*FILES, *CELLS, *KEYS, *ROWS, *MONEY, *PROFILES, *SCENARIOS, *WHOLE, *STEPS]


def test_there_are_many_mistakes() -> None:
    made = {(mistake.what, mistake.table, mistake.row) for mistake in MISTAKES}
    assert len(made) == len(MISTAKES) >= 100


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_first_line_names_table_and_row(mistake: Mistake, files) -> None:
    mistake.make(files)
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    first = str(caught.value).splitlines()[0]
    place = f"{mistake.table}.csv" + (f" row {mistake.row} " if mistake.row else ":")
    assert first.replace(":", " :").startswith(place.replace(":", " :")), str(caught.value)
    for issue in caught.value.issues:
        assert len(str(issue).splitlines()) <= 6


def test_all_mistakes_are_told_at_once(files) -> None:
    """Faults of files, cells, keys, rows, money, profiles and patches in one pass."""
    files.cell("assets", 2, "capacity_mw", "abc")
    files.cell("buses", 4, "zone", "belmo")
    files.cell("links", 3, "to_bus", "arda_south")
    files.cell("fuel_prices", 5, "currency", "USS")
    files.cell("patches", 4, "column", "stat")
    files.profile("solar_arda", _at(12, 1.2))
    files.path("remarks").write_text("a\n")
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    places = [(issue.table, issue.row) for issue in caught.value.issues]
    assert places == [
        ("remarks.csv", None),
        ("assets.csv", 2),
        ("buses.csv", 4),
        ("links.csv", 3),
        ("patches.csv", 4),
        ("fuel_prices.csv", 5),
        ("profiles.csv", 4),
    ]


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "hint"),
    [
        ("assets", 7, "bus", "arda_soth", "did you mean 'arda_south'?"),
        ("fuel_prices", 2, "price", "20,5", "20.5"),
        ("demands", 3, "energy_mwh", "7,200,000", "7200000"),
        ("assets", 5, "capacity_mw", "150 MW", "without 'MW'"),
        ("assets", 3, "availability", "80", "0.8"),
        ("technologies", 2, "kind", "Supply", "did you mean 'supply'?"),
        ("patches", 4, "key", "sea_cabel", "did you mean 'sea_cable'?"),
        ("fuel_prices", 5, "currency", "USS", "did you mean 'USD'?"),
    ],
)
def test_hints_say_what_to_write(files, table, row, column, value, hint) -> None:
    files.cell(table, row, column, value)
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    assert hint in caught.value.issues[0].hint


def test_a_wrong_row_is_told_once_and_not_by_its_patch(files) -> None:
    """``high_demand`` multiplies all demands: a negative one is no fault of the scenario."""
    files.cell("demands", 3, "energy_mwh", "-5600000")
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    (issue,) = caught.value.issues
    assert (issue.table, issue.row) == ("demands.csv", 3)


def test_prices_are_told_in_the_currency_of_their_row(files) -> None:
    files.cell("market_steps", 3, "sell_price", "70")
    for row in (2, 3):
        files.cell("market_steps", row, "currency", "USD")
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    assert "at most 62 USD/MWh" in str(caught.value)


def test_a_folder_that_is_no_case(tmp_path) -> None:
    with pytest.raises(CaseError, match="no_case: found nothing"):
        read_case(tmp_path / "no_case")


def test_missing_columns(short) -> None:
    """Each ninth column is left out in turn: the case reads with its default, or row 1 is told."""
    left_out = [
        (name, place)
        for name in sorted(TABLES)
        if short.path(name).exists()
        for place in range(len(short.records(name)[0]))
    ][::9]
    assert len(left_out) > 20
    for table, place in left_out:
        before = short.records(table)
        column = before[0][place]
        short.write(table, [[*record[:place], *record[place + 1 :]] for record in before])
        try:
            read_case(short.folder)
        except CaseError as error:
            first = error.issues[0]
            if TABLES[table].column(column).required:
                assert (first.table, first.row, first.column) == (f"{table}.csv", 1, column)
        else:
            assert not TABLES[table].column(column).required
        short.write(table, before)


def test_bytes_at_random_are_refused_or_read(short) -> None:
    """Three bytes of a table overwritten by others, 15 times: no other error than CaseError."""
    random = np.random.default_rng(20261124)
    paths = sorted(short.folder.glob("*.csv"))
    for _ in range(15):
        path = paths[random.integers(len(paths))]
        before = path.read_bytes()
        spoilt = bytearray(before)
        for place in random.integers(len(before), size=3):
            spoilt[place] = random.integers(256)
        path.write_bytes(spoilt)
        with contextlib.suppress(CaseError):
            read_case(short.folder)
        path.write_bytes(before)
    assert read_case(short.folder).name == "demo"
