"""Mistakes in what belongs to several carriers: the first line names the table and the row."""

from __future__ import annotations

import pytest

from khazri.case import read_case
from khazri.errors import CaseError


def _step(files, **changes: str) -> None:
    row = {"demand": "arda_north", "step": "one", "share": "0.1", "price": "80"}
    files.add("demand_steps", **{**row, **changes}, source_id="example")


def _measure(files, **changes: str) -> None:
    row = {
        "measure": "lamps",
        "name": "Lamps",
        "bus": "arda_north",
        "year": "2030",
        "potential_mwh": "1000",
        "overnight_cost": "100",
        "lifetime_a": "10",
        "profile": "",
    }
    files.add("efficiency", **{**row, **changes}, source_id="example")


def _steps_of_more_than_all(files) -> None:
    _step(files, share="0.6")
    _step(files, step="two", share="0.5")


def _two_shapes(files) -> None:
    _measure(files)
    _measure(files, year="2040", profile="load_arda")


def _block_of_a_part(files) -> None:
    files.cell("unserved_blocks", 2, "carrier", "electricity")


def _two_gases(files) -> None:
    files.cell("co2_prices", 3, "gas", "co2e")


def _reported(files, item: str, unit: str = "MWh") -> None:
    files.add(
        "actuals", country="AR", year="2024", item=item, value="1", unit=unit, source_id="example"
    )


MISTAKES = {
    "balance of no carrier": ("actuals", 2, lambda f: _reported(f, "balance:gaz:demand")),
    "balance of no line": ("actuals", 2, lambda f: _reported(f, "balance:gas:consumption")),
    "balance in MW": ("actuals", 2, lambda f: _reported(f, "balance:gas:demand", "MW")),
    "step of an unknown demand": ("demand_steps", 2, lambda f: _step(f, demand="arda_nort")),
    "step for nothing": ("demand_steps", 2, lambda f: _step(f, price="0")),
    "steps of more than all": ("demand_steps", 3, _steps_of_more_than_all),
    "measure of two shapes": ("efficiency", 3, _two_shapes),
    "measure at a market": ("efficiency", 2, lambda f: _measure(f, bus="corin_border")),
    "rebound in percent": ("efficiency", 2, lambda f: _measure(f, rebound="20")),
    "unknown overlap": ("efficiency", 2, lambda f: _measure(f, group="shell")),
    "blocks of a carrier and of all": ("unserved_blocks", 2, _block_of_a_part),
    "price of two gases": ("co2_prices", 3, _two_gases),
    "gas of a limit on energy": (
        "limits",
        2,
        lambda f: (f.cell("limits", 2, "gas", "co2e"), f.cell("limits", 2, "kind", "energy")),
    ),
    "least above most": (
        "market_steps",
        2,
        lambda f: (
            f.cell("market_steps", 2, "import_max_mwh", "10"),
            f.cell("market_steps", 2, "import_min_mwh", "20"),
        ),
    ),
    "fuel of no bus": ("assets", 2, lambda f: f.cell("assets", 2, "fuel_bus", "gas_hub")),
    "feedstock in percent": ("demands", 2, lambda f: f.cell("demands", 2, "feedstock_share", "5")),
    "unit of a carrier": ("carriers", 2, lambda f: f.cell("carriers", 2, "unit", "t")),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_first_line_names_table_and_row(what, files) -> None:
    table, row, make = MISTAKES[what]
    make(files)
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"{table}.csv row {row} "), str(caught.value)


def test_fuel_from_a_bus_takes_the_place_of_its_price(files) -> None:
    """Without a price of its fuel a plant is refused, unless it draws from a bus that a field
    supplies."""
    files.drop("fuel_prices", 5)
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    burning = {(issue.row_id, issue.column) for issue in caught.value.issues}
    assert len(burning) == 1
    ((asset, _),) = burning
    records = files.records("assets")
    row = next(i for i, record in enumerate(records, start=1) if record[0] == asset)
    technology = records[row - 1][records[0].index("technology")]
    kinds = files.records("technologies")
    fuel = next(record[kinds[0].index("fuel")] for record in kinds if record[0] == technology)
    zone = files.records("zones")[1][0]
    files.add("buses", bus="hub", name="Hub", zone=zone, carrier=fuel, source_id="example")
    for number, record in enumerate(records[1:], start=2):
        if record[records[0].index("technology")] == technology:
            files.cell("assets", number, "fuel_bus", "hub")
    case = read_case(files.folder)
    assert (case.table("assets")["fuel_bus"] == "hub").any()
