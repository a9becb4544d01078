"""Energy demanded in each zone and year, and what unserved demand costs."""

from __future__ import annotations

from tables import energy
from tables.places import (
    AZERBAIJANI_ZONES,
    BACKCAST_YEAR,
    COUNTRIES,
    country_of,
    modelled_zones,
)
from tables.raw import Value, balance, neighbour, preferred, records
from tables.records import Row, Tables, assumed, sourced

MWH_PER_TWH = 1e6
KARABAKH_GROWTH = 1.07
KARABAKH_GROWTH_UNTIL = 2035
NAKHCHIVAN_2024_TWH = 0.560
KAZAKH_ZONES = ("kz_north", "kz_south", "kz_west")
EXTENDED = "last growth rate of the path continued; no forecast reaches this year"

# Years whose value no raw row gives, or gives on another basis (TWh).
ASSUMED_TWH = {
    ("am", 2030): (8.8, "busbar basis: 2 % a year on 7.8 TWh; the path of 10.0 holds own use"),
    ("am", 2035): (9.7, "busbar basis: 2 % a year"),
    ("am", 2040): (10.7, "busbar basis: 2 % a year"),
    ("am", 2050): (13.1, "busbar basis: 2 % a year"),
    ("uz", 2024): (
        83.5,
        "generation of 81.5 TWh plus net imports of about 2 (up to 4 from Turkmenistan, less "
        "deliveries to Afghanistan)",
    ),
    ("bg", 2024): (36.5, "starting value of the path to 2040; 35.0 TWh to 17 December 2023"),
    ("kg", 2040): (
        46.8,
        "3.5 % a year after 2035: the 7 % of the official path cannot last (46 and 66 TWh against "
        "55 and 109)",
    ),
    ("kg", 2050): (66.0, "3.5 % a year after 2035, as in 2040"),
}
DATA_CENTRES = {"az_absheron": 0.6, "az_south": 0.4}

VOLL_WITHOUT_ROW = {
    "KG": (1500.0, "below the 1,800 of Uzbekistan by income"),
    "TJ": (1500.0, "below the 1,800 of Uzbekistan by income"),
}
FIRST_SHARE = 0.3
FIRST_PRICE = 0.6


def rows() -> Tables:
    """Return `demands` and `unserved_blocks`."""
    return {"demands": [*_loads(), *_data_centres()], "unserved_blocks": _unserved()}


def _loads() -> list[Row]:
    found: list[Row] = []
    paths = _azerbaijan() | _turkiye() | _kazakhstan()
    for zone in modelled_zones():
        path = paths.get(zone) or _country_path(zone)
        if zone in AZERBAIJANI_ZONES:
            found += _by_sector(zone, path)
            continue
        found += [
            {
                "demand": f"load_{zone}",
                "bus": zone,
                "sector": "all",
                "year": year,
                "energy_mwh": round(value.value * MWH_PER_TWH),
                "profile": f"load_{zone}",
                **sourced(value.source_id, value.note),
            }
            for year, value in sorted(path.items())
        ]
    return found


# Name and flow of each sector in the electricity rows of fuels/energy_balance_az.csv.
_SECTORS = {
    "residential": ("final_consumption", "residential"),
    "industry": ("final_consumption", "industry"),
    "services": ("final_consumption", "commercial_public"),
    "farms_and_transport": ("final_consumption", "agriculture_transport_other"),
    "losses": ("losses", "grid"),
    "own_use": ("own_use", "power"),
}


def _by_sector(zone: str, path: dict[int, Value]) -> list[Row]:
    """Return the load of an Azerbaijani zone by sector, with the shares of the country in 2024."""
    values = {
        sector: energy.balance(flow, raw, "electricity") for sector, (flow, raw) in _SECTORS.items()
    }
    total = sum(value.value for value in values.values())
    return [
        {
            "demand": f"load_{zone}_{sector}",
            "bus": zone,
            "sector": sector,
            "year": year,
            "energy_mwh": round(value.value * MWH_PER_TWH * part.value / total),
            "profile": f"load_{zone}",
            **assumed(
                f"{part.value / total:.1%} as in the country in 2024 (balance of the raw files, "
                f"an estimate) of {value.value:.3f} TWh; {value.note}"
            ),
        }
        for sector, part in values.items()
        for year, value in sorted(path.items())
    ]


def azerbaijani_shares() -> dict[str, float]:
    """Return the share of each zone in the electricity of Azerbaijan in 2030."""
    paths = _azerbaijan()
    total = sum(path[2030].value for path in paths.values())
    return {zone: path[2030].value / total for zone, path in paths.items()}


def _forecast(zone: str, year: int) -> Value | None:
    """Return the preferred energy of a forecast; None where no row gives one."""
    found = [
        row
        for row in preferred("region/demand_forecasts.csv")
        if row["zone"] == zone and row["year"] == str(year) and row["energy_twh"]
    ]
    if not found:
        return None
    row = found[0]
    return Value(float(row["energy_twh"]), row["source_id"], f"{row['scenario']}; {row['note']}")


def _country_path(zone: str) -> dict[int, Value]:
    path: dict[int, Value] = {}
    for year in (BACKCAST_YEAR, 2030, 2035, 2040, 2050):
        if (zone, year) in ASSUMED_TWH:
            twh, note = ASSUMED_TWH[(zone, year)]
            path[year] = Value(twh, "expert", note)
        elif year == BACKCAST_YEAR and zone in ("ge", "ro", "hu"):
            path[year] = neighbour(zone, "demand_energy", "2024", _DEMAND_SOURCE[zone])
        elif (value := _forecast(zone, year)) is not None:
            path[year] = value
        else:
            path[year] = _extended(path, year)
    return path


_DEMAND_SOURCE = {
    "ge": "georgiatoday_2025",
    "ro": "realitatea_ro_2025",
    "hu": "portfolio_hu_20260122",
}


def _extended(path: dict[int, Value], year: int) -> Value:
    """Return the path's value in `year` at the growth between its last two years."""
    before, last = sorted(path)[-2:]
    growth = (path[last].value / path[before].value) ** (1 / (last - before))
    value = path[last].value * growth ** (year - last)
    return Value(round(value, 2), "expert", f"{EXTENDED} ({growth - 1:.1%} a year)")


def _azerbaijan() -> dict[str, dict[int, Value]]:
    """Return the zones: Karabakh grows faster, Nakhchivan takes its own energy, others share.

    The shares of 2024 are those of the raw zone table.
    """
    gross = balance("az", "2024", "consumption", "gross_demand")
    totals = {BACKCAST_YEAR: gross.value / 1000}
    for year in (2030, 2035, 2040, 2050):
        value = _forecast("az", year)
        assert value is not None
        totals[year] = value.value
    base = {
        row["zone"]: float(row["gross_demand_2024_gwh"]) / 1000
        for row in records("azerbaijan/zones.csv")
    }
    paths: dict[str, dict[int, Value]] = {zone: {} for zone in AZERBAIJANI_ZONES}
    for year, total in totals.items():
        growth = total / totals[BACKCAST_YEAR]
        fixed = {
            "az_nakhchivan": NAKHCHIVAN_2024_TWH * growth,
            "az_karabakh": base["az_karabakh"] * _karabakh_growth(year, totals),
        }
        others = sum(twh for zone, twh in base.items() if zone not in fixed)
        for zone in AZERBAIJANI_ZONES:
            twh = fixed.get(zone, base[zone] * (total - sum(fixed.values())) / others)
            paths[zone][year] = Value(round(twh, 4), "expert", _azerbaijani_note(zone, total))
    return paths


def _karabakh_growth(year: int, totals: dict[int, float]) -> float:
    fast = min(year, KARABAKH_GROWTH_UNTIL) - BACKCAST_YEAR
    later = totals[year] / totals[KARABAKH_GROWTH_UNTIL] if year > KARABAKH_GROWTH_UNTIL else 1.0
    return KARABAKH_GROWTH**fast * later


def _azerbaijani_note(zone: str, total: float) -> str:
    country = f"of {total:.4g} TWh in the country (moe_2024_apa and the 2 % path)"
    if zone == "az_karabakh":
        return (
            "0.978 TWh in 2024, 7 % a year to 2035 as people return, then as the "
            f"country; {country}"
        )
    if zone == "az_nakhchivan":
        return f"0.56 TWh in 2024 (generation and small imports), growing as the country; {country}"
    return (
        "share of 2024 by judgement (azerbaijan/zones.csv) in what Karabakh and "
        f"Nakhchivan leave {country}"
    )


def _turkiye() -> dict[str, dict[int, Value]]:
    """Return the nine zones; 2024 is brought to the reported demand of the country."""
    zones = [zone for zone in modelled_zones() if country_of(zone) == "TR"]
    reported = neighbour("tr", "demand_energy", "2024")
    modelled = sum(_must(zone, BACKCAST_YEAR).value for zone in zones)
    paths = {}
    for zone in zones:
        path = {year: _must(zone, year) for year in (BACKCAST_YEAR, 2030, 2035, 2040, 2050)}
        share = path[BACKCAST_YEAR].value * reported.value / modelled
        path[BACKCAST_YEAR] = Value(
            round(share, 4),
            reported.source_id,
            f"{reported.value:g} TWh reported for the country, shares of epm_turkiye_2025",
        )
        paths[zone] = path
    return paths


def _must(zone: str, year: int) -> Value:
    value = _forecast(zone, year)
    assert value is not None, f"no demand of {zone} in {year}"
    return value


def _kazakhstan() -> dict[str, dict[int, Value]]:
    """Return the three zones: 2024 from the balance, later years by the shares of 2035."""
    trade = (
        neighbour("kz", "import_total", "2023").value
        - neighbour("kz", "export_total", "2023").value
    )
    today = neighbour("kz", "generation_total", "2024").value + trade
    base = {zone: _must(zone, 2023).value for zone in KAZAKH_ZONES}
    late = {zone: _must(zone, 2035).value for zone in KAZAKH_ZONES}
    total_2040 = _must("kz", 2040)
    paths: dict[str, dict[int, Value]] = {}
    for zone in KAZAKH_ZONES:
        share_late = late[zone] / sum(late.values())
        path = {
            BACKCAST_YEAR: Value(
                round(today * base[zone] / sum(base.values()), 4),
                "trend_4130084",
                "generation of 117.9 TWh in 2024 plus net imports of 2023 (trend_3943435), shares "
                "of agora_ca_2026",
            ),
            2030: _must(zone, 2030),
            2035: _must(zone, 2035),
            2040: Value(
                round(total_2040.value * share_late, 4),
                total_2040.source_id,
                f"{total_2040.note}; shares of 2035",
            ),
        }
        paths[zone] = path | {2050: _extended(path, 2050)}
    return paths


def _data_centres() -> list[Row]:
    """Return the demand of new data centres: none in the reference, set by `high_demand`."""
    return [
        {
            "demand": f"data_centres_{zone}",
            "bus": zone,
            "sector": "data_centres",
            "year": year,
            "energy_mwh": 0.0,
            **assumed(
                "new data centres are not in the reference (azerbaijan/data_centres.csv has only "
                f"announcements); high_demand puts {share:.0%} of them here"
            ),
        }
        for zone, share in DATA_CENTRES.items()
        for year in (2030, 2035, 2040, 2050)
    ]


def _unserved() -> list[Row]:
    """Return two blocks a country whose mean is the value of lost load of the whole system."""
    values = {
        row["zone"]: (float(row["value"]), row["note"])
        for row in preferred("technology/voll.csv")
        if row["sector"] == "system_average" and row["variable"] == "voll"
    }
    found: list[Row] = []
    for country in COUNTRIES:
        if country not in {country_of(zone) for zone in modelled_zones()}:
            continue
        mean, note = values.get(country) or VOLL_WITHOUT_ROW[country]
        rest = (1 - FIRST_SHARE * FIRST_PRICE) / (1 - FIRST_SHARE)
        for block, share, factor in (
            ("homes_and_farms", FIRST_SHARE, FIRST_PRICE),
            ("all_other", 1 - FIRST_SHARE, rest),
        ):
            found.append(
                {
                    "country": country,
                    "block": block,
                    "share": share,
                    "price": round(mean * factor),
                    "currency": "EUR",
                    "price_year": 2025,
                    **assumed(f"{mean:g} on average, {factor:.2f} of it in this block; {note}"),
                }
            )
    return found
