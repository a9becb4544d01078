"""Links: the grid of Azerbaijan, borders, the Turkish interior, and the corridors."""

from __future__ import annotations

from dataclasses import dataclass

from tables import cbam
from tables.places import MARKET_BORDERS, USD_PER_EUR_2025, market_bus, resolve, zones
from tables.raw import LAST_PRICE_YEAR, Record, preferred, records, technology
from tables.records import EXPERT, Cell, Row, Tables, assumed, cite, sourced
from tables.technologies import AC_LINE, BACK_TO_BACK, DC_CABLE, DC_LINE

KIND = {
    "ac_line": "ac",
    "hvdc_submarine": "dc",
    "hvdc_line": "dc",
    "back_to_back": "back_to_back",
}
TECHNOLOGY = {
    "ac_line": AC_LINE,
    "hvdc_submarine": DC_CABLE,
    "hvdc_line": DC_LINE,
    "back_to_back": BACK_TO_BACK,
}
STATUS = {"operating": "existing", "construction": "construction"}
LINE_OM = 0.015
LOSS_PERCENT = 2.0
"""Loss of a border line for which the raw row gives none: that of the other lines."""
DC_OM = 0.02

ZANGEZUR = "az_nakh_zangezur_330"
ZANGEZUR_FIRM_MW = 600.0

CANDIDATES = (
    ZANGEZUR,
    "nakh_tr_400_b2b",
    "kz_az_caspian",
    "am_ge_400_ayrum",
    "ge_ro_black_sea_cable",
)
"""Links with a year and a cost of their own, built by their corridors."""

SMALLER_OF_TWO = ("agora_uz_kg_2023",)
"""Links between zones of which no row is preferred: the smaller capacity is taken."""

ONE_WAY = ("am_ir_220", "am_ir_400_full")
"""Armenia delivers power for gas; the return flow, which no source reports, would let the amount
due be sent round in a circle."""

LEFT_OUT = {
    "tr_gr_400_second": "no cost published",
    "tm_ir_mary_mashhad_400": "no cost published",
    "ge_ru_stepantsminda_500": "neither year nor cost",
    "am_ge_400_ayrum_stage2": "neither year nor cost",
    "am_az_tripp_400": "neither year nor cost",
    "am_tr_gyumri_kars_220": "neither year nor cost",
    "az_ru_330_derbent_2": "neither year nor cost",
}
"""Preferred rows that are no links of the case: announced or planned, but incomplete."""

# What the raw rows lack, completed by judgement. Their corridors are off unless a scenario names
# them.
COMPLETED: dict[str, tuple[Row, str]] = {
    "az_ge_500_second": (
        {"commissioning_year": 2032, "length_km": 200.0},
        "completed: year of the corridor; 200 km, the length that its cost is reckoned with",
    ),
    "tr_bg_400_third": (
        {"commissioning_year": 2032, "capex_million": 95.0, "length_km": 150.0},
        "completed: year of the corridor; 150 km at 0.55 million EUR per km and bays",
    ),
    "tm_az_caspian": (
        {"commissioning_year": 2035},
        "year completed: as the cable from Kazakhstan",
    ),
}

_SIZE = ("capacity_forward_mw", "capacity_backward_mw", "build_max_mw")
OM_NOTE = "usual share of the investment: 1.5 % a year for lines, 2 % with converters"
LOSS_NOTE = "usual for such lines and converters; none is published for this one"

# What the raw rows assume: columns and reason, by link.
ASSUMED: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    ZANGEZUR: (
        (_SIZE, "firm transfer with one circuit out (azerbaijan/grid.csv), below the nameplate"),
        (("commissioning_year",), "2027-2028 for the national legs, no date for the Armenian one"),
        (("capex_million",), "223 km of double circuit at 330 kV and bays"),
    ),
    "nakh_tr_400_b2b": (
        (_SIZE, "as the nameplate of the 330 kV stage before it"),
        (
            ("capex_million",),
            "230 km at 400 kV and converters of 1,000 MW, from the corridor total",
        ),
    ),
    "am_ir_220": ((("commissioning_year",), "general knowledge"),),
    "am_ir_400_full": ((("commissioning_year",), "80 % was built in June 2025"),),
    "ge_tr_akhaltsikhe_borcka": ((("length_km",), "general knowledge"),),
    "tr_bg_400": ((_SIZE, "two thirds of the joint limit with Bulgaria and Greece"),),
    "tr_gr_400": ((_SIZE, "one third of the joint limit with Bulgaria and Greece"),),
    "tr_bg_400_third": ((_SIZE, "one more circuit; no capacity is published"),),
    "am_ge_400_ayrum": ((("commissioning_year",), "under construction; no year is published"),),
    "az_ru_330_derbent_2024": ((("capacity_backward_mw",), "as in the direction reported"),),
}

# Cells that rest on another document than their row.
REPORTED_ELSEWHERE: dict[str, tuple[tuple[tuple[str, ...], str, str], ...]] = {
    "ge_ro_black_sea_cable": (
        (("capex_million",), "romaniainsider_20240904", "EUR 3.5 bn"),
        (("tariff",), "epm_bs_netback", "perimeter fee"),
    ),
    "kg_tj_500_datka_sughd": ((_SIZE[:2], "epm_ca_2026", "100 MW before, 700 MW after"),),
}

# Charges for modelling (`region/transit_terms.csv`), USD of 2025 per MWh, by the link they fall on.
WHEELING_USD = {
    "az_ge_total": 3.0,
    "az_ge_500_second": 3.0,
    "az_ir_total": 3.0,
    "az_nakh_ir_julfa": 3.0,
    "az_ru_330_derbent_2024": 3.0,
    "az_nakh_tr_igdir_154_2024": 3.0,
    "nakh_tr_400_b2b": 3.0,
    "az_nakh_zangezur_330": 4.0,
    "am_ge_220_alaverdi": 4.0,
    "am_ge_400_ayrum": 4.0,
    "ge_tr_akhaltsikhe_borcka": 4.0,
    "ge_ru_kavkasioni_500": 4.0,
    "kz_uz_epm": 4.0,
    "agora_kz_south_kg_2023": 4.0,
    "kz_ru_north": 4.0,
    "kz_west_ru": 4.0,
    "kz_az_caspian": 4.0,
    "tr_iq_400": 5.0,
    "tr_sy_400": 5.0,
    "tr_ir_van_b2b": 5.0,
    "tr_ir_dogubeyazit_bazargan": 5.0,
}
WHEELING_NOTE = "tariff: wheeling charge for modelling (region/transit_terms.csv, assumption)"

# Borders of the European market area: perimeter fee both ways. What the Union charges for carbon
# depends on direction and year and stands in `carbon_charges` (`cbam.py`).
PERIMETER_FEE = 2.04
TURKISH_WHEELING = 4.42
EUR_2025_PER_EUR_2024 = 1.021

REINFORCEMENTS = (
    ("az_absheron", "az_north", 750.0, 170.0, 2030, "second line to the Khizi wind farms"),
    ("az_centre", "az_west", 1000.0, 170.0, 2030, "second 500 kV line to Samukh"),
    ("az_centre", "az_absheron", 1000.0, 250.0, 2030, "third 500 kV line"),
    ("az_south", "az_absheron", 1000.0, 70.0, 2030, "second 500 kV line from Navai"),
    ("az_karabakh", "az_south", 500.0, 130.0, 2030, "second line from Jabrayil"),
)

# The two halves of the backbone from the Georgian border to Baku, as lines of their own beside the
# reinforcements that a plan may build in any size.
BACKBONE = (
    ("az_centre", "az_absheron", "third 500 kV line"),
    ("az_centre", "az_west", "second 500 kV line, to Samukh"),
)
BACKBONE_YEAR = 2032
"""Lead time of lines, five years (`technology/technology_costs.csv`), from 2027 on."""
BACKBONE_BAYS = 2

CORRIDOR_PARTIES = {
    "zangezur_tripp": "AZ;AM;TR",
    "black_sea_energy": "AZ;GE;RO;HU",
    "transcaspian_green": "KZ;UZ;AZ",
    "north_south_am_ir_ge": "IR;AM;GE",
    "gec_az_ge_tr_bg": "AZ;GE;TR;BG",
    "transcaspian_tm_az": "TM;AZ;TR",
    "az_backbone": "AZ",
}
CORRIDOR_STATE = {"gec_az_ge_tr_bg": "off", "transcaspian_tm_az": "off", "az_backbone": "off"}
CORRIDOR_LINKS = (
    ("zangezur_tripp", ZANGEZUR, 1),
    ("zangezur_tripp", "nakh_tr_400_b2b", 2),
    ("black_sea_energy", "ge_ro_black_sea_cable", 1),
    ("transcaspian_green", "kz_az_caspian", 1),
    ("north_south_am_ir_ge", "am_ge_400_ayrum", 1),
    ("gec_az_ge_tr_bg", "az_ge_500_second", 1),
    ("gec_az_ge_tr_bg", "tr_bg_400_third", 2),
    ("transcaspian_tm_az", "tm_az_caspian", 1),
    ("az_backbone", "az_centre__az_absheron_backbone", 1),
    ("az_backbone", "az_centre__az_west_backbone", 2),
)


def rows() -> Tables:
    """Return `links`, `corridors` and `corridor_links`, with citations."""
    borders = _borders()
    return {
        "links": [*_interior(), *_reinforcements(), *_backbone(), *borders],
        "citations": [citation for row in borders for citation in _citations(row)],
        "corridors": [_corridor(name) for name in CORRIDOR_PARTIES],
        "corridor_links": [
            {
                "corridor": corridor,
                "link": link,
                "phase": phase,
                **_corridor_source(corridor),
            }
            for corridor, link, phase in CORRIDOR_LINKS
        ],
    }


@dataclass(frozen=True)
class _Version:
    """The grid between two zones from one year up to the next version."""

    year: int
    ntc_mw: float
    lines: tuple[Record, ...]
    record: Record


def _interior() -> list[Row]:
    """Return the interfaces between the zones of Azerbaijan.

    Each change of the grid makes a new link in place of the old one; its reactance is that of its
    lines in parallel, given at the highest voltage among them.
    """
    grid = records("azerbaijan/grid.csv")
    interfaces = [
        row
        for row in grid
        if row["element"] == "interface"
        and row["to_zone"] != "az_nakhchivan"
        and row["element_id"] != "n_absheron_north_2030"
    ]
    pairs = list(dict.fromkeys((row["from_zone"], row["to_zone"]) for row in interfaces))
    found = []
    for start, end in pairs:
        versions = [
            _version(row, _lines(grid, start, end, int(row["year"])))
            for row in interfaces
            if (row["from_zone"], row["to_zone"]) == (start, end)
        ]
        versions.sort(key=lambda version: version.year)
        for version, later in zip(versions, [*versions[1:], None], strict=True):
            found.append(_interface(start, end, version, later, first=version is versions[0]))
    return found


def _version(row: Record, lines: tuple[Record, ...]) -> _Version:
    return _Version(int(row["year"]), float(row["ntc_mw"]), lines, row)


def _lines(grid: tuple[Record, ...], start: str, end: str, year: int) -> tuple[Record, ...]:
    return tuple(
        row
        for row in grid
        if row["element"] == "line"
        and {row["from_zone"], row["to_zone"]} == {start, end}
        and row["x_ohm_total"]
        and (row["status"] == "operating" or (row["year"] and int(row["year"]) <= year))
    )


def _interface(
    start: str, end: str, version: _Version, later: _Version | None, *, first: bool
) -> Row:
    voltage = max(float(line["voltage_kv"]) for line in version.lines)
    admittance = sum(
        float(line["voltage_kv"]) ** 2 / float(line["x_ohm_total"]) for line in version.lines
    )
    names = "; ".join(line["name"] for line in version.lines)
    status = STATUS.get(version.record["status"], version.record["status"])
    return {
        "link": f"{start}__{end}_{version.year}",
        "name": f"{_name(start)} - {_name(end)}",
        "from_bus": start,
        "to_bus": end,
        "kind": "ac",
        "technology": AC_LINE,
        "status": status,
        "capacity_forward_mw": version.ntc_mw,
        "capacity_backward_mw": version.ntc_mw,
        "commissioning_year": None if first else version.year,
        "retirement_year": later.year if later else None,
        "voltage_kv": voltage,
        "length_km": max(float(line["length_km"]) for line in version.lines),
        "reactance_ohm": round(voltage**2 / admittance, 3),
        "loss": 0.0,
        **assumed(f"{version.record['note']}; reactance of these lines in parallel: {names}"),
    }


def _reinforcements() -> list[Row]:
    """Return candidates inside Azerbaijan, at the cost of their technology."""
    return [
        {
            "link": f"{start}__{end}_new",
            "name": f"{_name(start)} - {_name(end)}, reinforcement",
            "from_bus": start,
            "to_bus": end,
            "kind": "ac",
            "technology": AC_LINE,
            "status": "candidate",
            "capacity_forward_mw": size,
            "capacity_backward_mw": size,
            "build_max_mw": size,
            "commissioning_year": year,
            "voltage_kv": 500,
            "length_km": length,
            "loss": round(0.006 * length / 100, 4),
            "fixed_om_share": LINE_OM,
            **assumed(f"{why}; loss 0.6 % per 100 km; not decided"),
        }
        for start, end, size, length, year, why in REINFORCEMENTS
    ]


def _backbone() -> list[Row]:
    """Return the lines of the domestic backbone: size and length as the reinforcements beside them.

    Their cost is that of a single 500 kV line and its bays, which are priced as at 400 kV, the
    highest voltage with a price.
    """
    per_km = technology("ac_ohl_500kv_single", "investment", "2025").value
    bay = technology("substation_bay_400kv", "investment", "2025").value
    beside = {(start, end): (size, km) for start, end, size, km, _, _ in REINFORCEMENTS}
    found: list[Row] = []
    for start, end, why in BACKBONE:
        size, km = beside[start, end]
        found.append(
            {
                "link": f"{start}__{end}_backbone",
                "name": f"{_name(start)} - {_name(end)}, backbone",
                "from_bus": start,
                "to_bus": end,
                "kind": "ac",
                "technology": AC_LINE,
                "status": "candidate",
                "capacity_forward_mw": size,
                "capacity_backward_mw": size,
                "build_max_mw": size,
                "commissioning_year": BACKBONE_YEAR,
                "voltage_kv": 500,
                "length_km": km,
                "loss": round(0.006 * km / 100, 4),
                "capex_million": round(km * per_km + BACKBONE_BAYS * bay, 1),
                "currency": "EUR",
                "price_year": 2025,
                "fixed_om_share": LINE_OM,
                **assumed(
                    f"{why}; {km:g} km at {per_km:g} million EUR and {BACKBONE_BAYS} bays at "
                    f"{bay:g} million EUR; loss 0.6 % per 100 km; five years of lead time from "
                    "2027 on; not decided"
                ),
            }
        )
    return found


def _borders() -> list[Row]:
    """Return all links of `region/links.csv` that the case uses."""
    found: list[Row] = []
    chosen = preferred("region/links.csv")
    chosen += [row for row in records("region/links.csv") if row["link_id"] in SMALLER_OF_TWO]
    for record in chosen:
        name = record["link_id"]
        if name in LEFT_OUT:
            continue
        found.append(_link(record))
    return found


def _link(record: Record) -> Row:
    name = record["link_id"]
    start, end = _buses(record)
    forward, backward = (
        float(record["capacity_forward_mw"]),
        float(record["capacity_backward_mw"]),
    )
    note = record["note"]
    if name == ZANGEZUR:
        forward = backward = ZANGEZUR_FIRM_MW
        note = f"firm transfer of 600 MW used; {note}"
    if name in ONE_WAY:
        backward = 0.0
        note = f"one way, as the gas swap; {note}"
    if name in SMALLER_OF_TWO:
        note = f"smaller of two values between these zones; {note}"
    is_candidate = name in CANDIDATES or name in COMPLETED
    completed, remark = COMPLETED.get(name, ({}, ""))
    row: Row = {
        "link": name,
        "name": _title(record),
        "from_bus": start,
        "to_bus": end,
        "kind": KIND[record["technology"]],
        "technology": TECHNOLOGY[record["technology"]],
        "status": "candidate" if is_candidate else STATUS[record["status"]],
        "capacity_forward_mw": forward,
        "capacity_backward_mw": backward,
        "build_max_mw": forward if is_candidate else None,
        "commissioning_year": int(record["commissioning_year"] or 0) or None,
        "voltage_kv": float(record["voltage_kv"]),
        "length_km": float(record["length_km"]) if record["length_km"] else None,
        "loss": float(record["loss_pct"] or LOSS_PERCENT) / 100,
        "fixed_om_share": LINE_OM if KIND[record["technology"]] == "ac" else DC_OM,
        **_money(record, is_candidate),
        **completed,
        **sourced(record["source_id"], _notes(remark, note)),
    }
    return _with_perimeter_fee(_with_wheeling(row, name), name)


def _citations(row: Row) -> list[Row]:
    """Return the sources of the cells that do not rest on the source of their row."""
    link = str(row["link"])
    if row["source_id"] == EXPERT:
        return []
    reasons = {"fixed_om_share": OM_NOTE}
    if "loss: assumption" in str(row["note"]) or link in SMALLER_OF_TWO:
        reasons["loss"] = LOSS_NOTE
    if link in WHEELING_USD:
        reasons["tariff"] = WHEELING_NOTE
    elif cbam.LINKS.get(link) == "TR":
        reasons["tariff"] = (
            f"perimeter fee of {PERIMETER_FEE:g} EUR/MWh (epm_bs_netback) and {TURKISH_WHEELING:g} "
            "EUR/MWh of wheeling in Türkiye (region/transit_terms.csv, assumption)"
        )
    completed, remark = COMPLETED.get(link, ({}, ""))
    reasons |= dict.fromkeys(completed, remark)
    for columns, reason in ASSUMED.get(link, ()):
        reasons |= dict.fromkeys(columns, reason)
    if link in ONE_WAY:
        reasons["capacity_backward_mw"] = "one way, as the gas swap"
    found = {column: (EXPERT, reason) for column, reason in reasons.items()}
    for columns, source_id, note in REPORTED_ELSEWHERE.get(link, ()):
        found |= dict.fromkeys(columns, (source_id, note))
    return [
        cite("links", link, column, source_id, note)
        for column, (source_id, note) in found.items()
        if row.get(column) is not None
    ]


def _money(record: Record, is_candidate: bool) -> dict[str, Cell]:
    if not is_candidate or not record["capex_value_million"]:
        return {}
    return {
        "capex_million": float(record["capex_value_million"]),
        "currency": record["capex_currency"],
        # no deflator reaches beyond the price year of the case
        "price_year": min(int(record["capex_price_year"]), LAST_PRICE_YEAR),
    }


def _with_wheeling(row: Row, name: str) -> Row:
    """Add the wheeling charge; it shares currency and price year with the investment.

    Raises ValueError where the investment is neither in EUR nor in USD of 2025.
    """
    if name not in WHEELING_USD:
        return row
    charge = WHEELING_USD[name]
    currency, price_year = row.get("currency"), row.get("price_year")
    if currency is None:
        row |= {"currency": "USD", "price_year": 2025}
    elif currency == "EUR":
        # price years near 2025 are not told apart for so small a charge
        charge = round(charge / USD_PER_EUR_2025, 2)
    elif (currency, price_year) != ("USD", 2025):
        raise ValueError(f"{name}: a charge in USD of 2025 in a row in {currency} of {price_year}")
    return row | {"tariff": charge, "note": _notes(str(row["note"]), WHEELING_NOTE)}


def _with_perimeter_fee(row: Row, name: str) -> Row:
    """Add the fee on what enters or leaves the European market area, in the money of the row."""
    if name not in cbam.LINKS:
        return row
    fee = PERIMETER_FEE + (TURKISH_WHEELING if cbam.LINKS[name] == "TR" else 0.0)
    money: Row = {
        "currency": row.get("currency", "EUR"),
        "price_year": row.get("price_year", LAST_PRICE_YEAR),
    }
    is_older = money["price_year"] == LAST_PRICE_YEAR - 1
    wheeling = " and Turkish wheeling" if cbam.LINKS[name] == "TR" else ""
    why = f"tariff: {fee:.2f} EUR/MWh of perimeter fee (epm_bs_netback){wheeling}"
    if is_older:
        why += f", in EUR of {LAST_PRICE_YEAR - 1}"
    return (
        row
        | money
        | {
            "tariff": round(fee / EUR_2025_PER_EUR_2024 if is_older else fee, 2),
            "note": _notes(why, str(row["note"])),
        }
    )


def _buses(record: Record) -> tuple[str, str]:
    start, end = resolve(record["from_zone"]), resolve(record["to_zone"])
    if (end, start) in MARKET_BORDERS:
        end = market_bus(end, start)
    elif (start, end) in MARKET_BORDERS:
        start = market_bus(start, end)
    return start, end


def _title(record: Record) -> str:
    start, end = resolve(record["from_zone"]), resolve(record["to_zone"])
    return f"{_name(start)} - {_name(end)} {record['voltage_kv']} kV"


def _name(zone: str) -> str:
    return next(item.name for item in zones() if item.zone == zone)


def _notes(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def _corridor_record(name: str) -> Record:
    return next(row for row in records("region/corridors.csv") if row["corridor_id"] == name)


def _corridor_source(name: str) -> Row:
    record = _corridor_record(name)
    return sourced(record["source_id"], record["note"] if record["source_id"] == EXPERT else "")


def _corridor(name: str) -> Row:
    record = _corridor_record(name)
    off = "off unless a scenario names it: a year or cost was completed by judgement"
    return {
        "corridor": name,
        "name": record["name"],
        "state": CORRIDOR_STATE.get(name, "candidate"),
        "whole": True,
        "parties": CORRIDOR_PARTIES[name],
        "status": record["status"],
        "expected_year": int(record["expected_year"]) if record["expected_year"] else None,
        **sourced(
            record["source_id"], _notes(off if name in CORRIDOR_STATE else "", record["note"])
        ),
    }
