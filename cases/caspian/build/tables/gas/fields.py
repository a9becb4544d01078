"""Gas fields, underground stores and line pack of Azerbaijan."""

from __future__ import annotations

from dataclasses import dataclass

from tables.energy import (
    CH4_T_PER_MWH,
    EUR_2025,
    GAS,
    MW_PER_BCM,
    TWH,
    TWH_PER_BCM,
    Money,
    by_year,
    closing,
)
from tables.gas.names import (
    FIELD,
    FIELDS,
    GRID,
)
from tables.places import BACKCAST_YEAR
from tables.raw import lookup, technology
from tables.records import Row, Tables, assumed, cite, sourced


@dataclass(frozen=True)
class Field:
    """A field: gross production by year [bcm], lifting cost and methane that escapes [share]."""

    name: str
    title: str
    zone_in_raw: str
    later: dict[int, float]
    cost: float
    money: Money
    cost_source: Row
    leak: float
    note: str
    associated: bool = False


_ACG_USD_PER_BBL = 2.9
_MWH_PER_BBL_OIL = 1.59
_OFFSHORE_LEAK = 0.003
_OLD_LEAK = 0.05

FIELDS_OF_TODAY = (
    Field(
        "gas_field_shah_deniz",
        "Shah Deniz",
        "AZ.SD",
        {2030: 27.5, 2035: 28.0, 2040: 23.0, 2050: 15.0},
        2.5,
        EUR_2025,
        assumed("operation of a large offshore field whose condensate pays the rest"),
        _OFFSHORE_LEAK,
        "compression holds the plateau to 2035, then decline",
    ),
    Field(
        "gas_field_acg_associated",
        "ACG, associated gas",
        "AZ.ACG",
        {2030: 13.0, 2035: 11.5, 2040: 10.5, 2050: 8.5},
        round(_ACG_USD_PER_BBL / _MWH_PER_BBL_OIL, 3),
        Money("USD", 2019),
        sourced("bp_2019", "2.9 USD a barrel over 1.59 MWh"),
        _OFFSHORE_LEAK,
        "comes with the oil, whatever gas is worth; most of it is pressed back",
        associated=True,
    ),
    Field(
        "gas_field_absheron",
        "Absheron",
        "AZ.ABSH",
        {2030: 5.0, 2035: 5.0, 2040: 4.5, 2050: 3.0},
        3.5,
        EUR_2025,
        assumed("subsea field without oil"),
        _OFFSHORE_LEAK,
        "second phase of 5 bcm a year (kyivpost_2025); its year is an assumption",
    ),
    Field(
        "gas_field_socar",
        "SOCAR's own fields with Umid",
        "AZ.SOCAR",
        {2030: 5.5, 2035: 5.0, 2040: 4.5, 2050: 3.5},
        5.24,
        Money("EUR", 2022),
        sourced("qazet_tariff_2022", "what SOCAR pays Azneft: 90 AZN/1000 m3"),
        _OLD_LEAK,
        "old fields decline, Umid 2 offsets a part; 5 % of methane escapes, which closes "
        "the 0.55 Mt of the inventory (fuels/emission_factors.csv) with 0.3 % off shore and the "
        "losses of the network",
    ),
)
_DEEP = {BACKCAST_YEAR: 0.0, 2030: 1.0, 2035: 3.5, 2040: 3.5, 2050: 3.0}
_DEEP_NOTE = "113 bcm recoverable over about 30 years"


def fields() -> Tables:
    """Return the fields with their capacity by year."""
    found: Tables = {"assets": [], "asset_years": [], "citations": []}
    for field in FIELDS_OF_TODAY:
        today = lookup(
            GAS, zone=field.zone_in_raw, variable="gas_production_field", year=str(BACKCAST_YEAR)
        )
        found["assets"].append(
            _field_row(field.name, field.title, today.value, field, closing(today, field.note))
        )
        found["citations"] += [
            _cite(field.name, "variable_cost", field.cost_source),
            cite("assets", field.name, "ch4_t_per_mwh", "expert", _leak_note(field.leak)),
        ]
        path = {BACKCAST_YEAR: today.value} | field.later
        for year, bcm in path.items():
            source = closing(today) if year == BACKCAST_YEAR else assumed(_path_note(field.note))
            found["asset_years"] += by_year(field.name, {year: bcm * MW_PER_BCM}, source)
    deep = Field(
        "gas_field_acg_deep",
        "ACG, deep gas",
        "AZ.ACG_NAG",
        _DEEP,
        4.0,
        EUR_2025,
        assumed("deep wells from the platforms of the oil"),
        _OFFSHORE_LEAK,
        _DEEP_NOTE,
    )
    resource = lookup(GAS, zone=deep.zone_in_raw, variable="gas_production_base_case", year="2035")
    found["assets"].append(
        _field_row(deep.name, deep.title, 0.0, deep, closing(resource), status="planned")
    )
    found["asset_years"] += [
        row
        for year, bcm in _DEEP.items()
        for row in by_year(deep.name, {year: bcm * MW_PER_BCM}, assumed(_path_note(_DEEP_NOTE)))
    ]
    return found


def _path_note(note: str) -> str:
    return (
        "with the other fields 52, 53, 46 and 33 bcm gross in 2030, 2035, 2040 and 2050 "
        f"(fuels/gas.csv, gas_production_base_case); split between fields by judgement: {note}"
    )


def _leak_note(share: float) -> str:
    return f"{share:.1%} of the gas at {CH4_T_PER_MWH:g} t/MWh (fuels/emission_factors.csv)"


def _cite(asset: str, column: str, source: Row) -> Row:
    return cite("assets", asset, column, str(source["source_id"]), str(source["note"]))


def _field_row(
    name: str, title: str, bcm: float, field: Field, source: Row, status: str = "existing"
) -> Row:
    return {
        "asset": name,
        "name": f"Gas field: {title}",
        "bus": FIELDS,
        "technology": FIELD,
        "status": status,
        "capacity_mw": round(bcm * MW_PER_BCM, 3),
        "min_output": 1.0 if field.associated else None,
        "variable_cost": field.cost,
        "ch4_t_per_mwh": round(field.leak * CH4_T_PER_MWH, 6),
        **field.money.cells(),
        **source,
    }


def stores() -> Tables:
    """Return the underground stores and the line pack."""
    days = technology("gas_storage_depleted_field", "injection_withdrawal_days", "2030")
    hours = days.value * 24
    more = 5.0 - 3.5
    found: Tables = {"assets": [], "asset_years": [], "citations": []}
    for name, raw, title, room_bcm in (
        ("gas_store_galmaz", "AZ.galmaz", "Galmaz", 0.0),
        ("gas_store_garadagh", "AZ.garadagh", "Garadagh", more),
    ):
        size = lookup(GAS, zone=raw, variable="gas_storage_capacity", year="2019")
        power = size.value * TWH_PER_BCM * TWH / hours
        found["assets"].append(
            {
                "asset": name,
                "name": f"Gas store {title}",
                "bus": GRID,
                "technology": "gas_storage",
                "status": "existing",
                "capacity_mw": round(power, 1),
                "capacity_max_mw": round(power + room_bcm * TWH_PER_BCM * TWH / hours, 1)
                if room_bcm
                else None,
                "storage_hours": hours,
                "energy_mwh": size.value * TWH_PER_BCM * TWH,
                **closing(size, f"{size.value:g} bcm at {TWH_PER_BCM:g} TWh/bcm"),
            }
        )
        reason = f"full rate for {days.value:g} days: {days.note}"
        found["citations"].append(cite("assets", name, "storage_hours", "expert", reason))
        found["citations"].append(cite("assets", name, "capacity_mw", "expert", reason))
        if room_bcm:
            goal = lookup(GAS, variable="gas_storage_capacity_total", year="2030")
            found["citations"].append(
                cite("assets", name, "capacity_max_mw", goal.source_id, f"5 bcm; {goal.note}")
            )
            room = power + room_bcm * TWH_PER_BCM * TWH / hours
            note = assumed(f"5 bcm in all ({goal.source_id}); {goal.note}")
            for year, most in ((BACKCAST_YEAR, power), (2030, room)):
                found["asset_years"] += by_year(name, {year: power}, note, {year: most})
    found["assets"].append(
        {
            "asset": "gas_line_pack",
            "name": "Line pack of the Azerbaijani grid",
            "bus": GRID,
            "technology": "gas_line_pack",
            "status": "existing",
            "capacity_mw": 6000.0,
            "storage_hours": 24.0,
            **assumed(
                "15 million m3 that can be drawn and refilled in a day, of the order of a "
                "tenth of what flows through the grid in a day"
            ),
        }
    )
    return found
