"""Gas pipelines from the Azerbaijani fields to the markets: capacity, tariff, fuel, room."""

from __future__ import annotations

from tables.energy import (
    EUR_2025,
    MW_PER_BCM,
    NETWORK,
    TWH_PER_BCM,
    Money,
    closing,
)
from tables.gas.names import (
    EUROPE_MARKET,
    FIELDS,
    GEORGIA,
    GEORGIAN_MARKET,
    GRID,
    IGDIR_MARKET,
    IRAN_MARKET,
    IRAN_NAKHCHIVAN_MARKET,
    LANDING,
    NAKHCHIVAN,
    PIPELINE,
    RUSSIAN_MARKET,
    SYRIAN_MARKET,
    TURKISH_MARKET,
    TURKIYE,
    TURKMEN_MARKET,
)
from tables.places import YEARS
from tables.raw import Value, lookup
from tables.records import EXPERT, Row, assumed, cite

_CAPACITY = {
    "scp": ("SCP+SCPX", "capacity", "2018"),
    "tanap": ("TANAP", "capacity", "2019"),
    "tap_2020": ("TAP", "capacity", "2020"),
    "tap_2026": ("TAP", "capacity", "2026"),
    "erzurum": ("SCP_original", "capacity", "2007"),
    "georgia": ("Hajigabul-Gazakh-Saguramo", "capacity", "2006"),
    "igdir": ("Igdir-Nakhchivan", "capacity", "2025"),
    "igdir_2030": ("Igdir-Nakhchivan", "capacity_expanded", "2030"),
    "astara": ("Gazi_Magomed-Astara", "capacity_usable", "2025"),
    "russia": ("Baku-Novo_Filya", "capacity", "2010"),
    "kilis": ("Kilis-Aleppo", "capacity", "2025"),
    "connector": ("Trans-Caspian_connector", "capacity", "2032"),
    "pipeline": ("Trans-Caspian_pipeline", "capacity", "2035"),
}
NETWORK_CH4_MT = 0.21
"""Methane that escapes from the network in the country in a year."""

# Cost [billion USD] and volume [bcm] over which gas_network.csv spreads the tariff of the way to
# Italy, and length [km] over which its fuel is spread.
_COST_PER_BCM = {"scp": 4.0 / 16, "tanap": 6.5 / 16, "tap": 5.3 / 10}
_LENGTH_KM = {"scp": 692.0, "tanap": 1850.0, "tap": 878.0}


def _size(key: str) -> Value:
    """Return the capacity of a pipeline in MW, with the bcm a year of its source in the note."""
    pipeline, variable, year = _CAPACITY[key]
    bcm = lookup(NETWORK, pipeline=pipeline, variable=variable, year=year)
    note = f"{bcm.value:g} bcm a year at {TWH_PER_BCM:g} TWh/bcm; {bcm.note}".removesuffix("; ")
    return Value(round(bcm.value * MW_PER_BCM), bcm.source_id, note)


def links() -> list[Row]:
    """Return all gas pipelines."""
    whole = lookup(NETWORK, pipeline="SGC_total", variable="tariff")
    fuel = lookup(NETWORK, pipeline="SGC_total", variable="fuel_gas_share")
    per_bcm, length = sum(_COST_PER_BCM.values()), sum(_LENGTH_KM.values())
    way: dict[str, Row] = {
        part: {
            "tariff": round(whole.value * _COST_PER_BCM[part] / per_bcm, 2),
            "loss": round(fuel.value / 100 * _LENGTH_KM[part] / length, 4),
            "length_km": _LENGTH_KM[part],
        }
        for part in _COST_PER_BCM
    }
    note = (
        f"tariff: {whole.value:g} EUR/MWh to Italy split by cost over volume; loss: "
        f"{fuel.value:g} % of fuel gas split by length (assumptions of fuels/gas_network.csv)"
    )
    made = "new compressor stations; users pay the tariff of the line besides"
    return [
        {
            "link": LANDING,
            "name": "Gas from the fields into the grid",
            "from_bus": FIELDS,
            "to_bus": GRID,
            "kind": "pipeline",
            "technology": PIPELINE,
            "status": "existing",
            "capacity_forward_mw": 70_000.0,
            "ch4_t_per_mwh": 0.00055,
            **assumed(
                "never narrow: Sangachal alone takes 81 million m3 of Shah Deniz gas a day; the "
                f"methane is that of the whole national network, {NETWORK_CH4_MT:g} Mt a year or "
                "2.4 % of what is used at home (loss of the first half of 2025, bakou24_2025h1)"
            ),
        },
        _link("gas_scp", "South Caucasus pipeline", GRID, GEORGIA, "scp", note, way["scp"]),
        _link(
            "gas_scp_more",
            "South Caucasus pipeline, expansion",
            GRID,
            GEORGIA,
            "scp",
            f"room to 31 bcm (sgc_scp); cost as that of TANAP, no document; {made}",
            {**way["scp"], **_candidate(31.0 - 23.4, 1000.0 / 8.0 * 7.6, Money("USD", 2025))},
        ),
        _link(
            "gas_tanap", "Trans-Anatolian pipeline", GEORGIA, TURKIYE, "tanap", note, way["tanap"]
        ),
        _link(
            "gas_tanap_more",
            "Trans-Anatolian pipeline, expansion",
            GEORGIA,
            TURKIYE,
            "tanap",
            f"16 to 24 bcm for 1,000 million USD (assumption of the raw row); {made}",
            {**way["tanap"], **_candidate(8.0, 1000.0, Money("USD", 2025))},
        ),
        _link(
            "gas_erzurum",
            "Pipeline Türkgözü-Erzurum",
            GEORGIA,
            TURKIYE,
            "erzurum",
            "the way of the first phase of Shah Deniz into the Turkish grid; tariff an assumption",
            {"tariff": 1.0, "loss": 0.002},
        ),
        _link(
            "gas_tap_2020",
            "Trans-Adriatic pipeline",
            TURKIYE,
            EUROPE_MARKET,
            "tap_2020",
            note,
            {**way["tap"], "retirement_year": 2026},
        ),
        _link(
            "gas_tap",
            "Trans-Adriatic pipeline",
            TURKIYE,
            EUROPE_MARKET,
            "tap_2026",
            note,
            {**way["tap"], "commissioning_year": 2026},
        ),
        _link(
            "gas_tap_more",
            "Trans-Adriatic pipeline, expansion",
            TURKIYE,
            EUROPE_MARKET,
            "tap_2026",
            f"to 20 bcm for 600 million EUR (assumption of the raw row); {made}",
            {**way["tap"], **_candidate(8.8, 600.0, EUR_2025)},
        ),
        {
            "link": "gas_tr_bg",
            "name": "Turkish grid to Bulgaria",
            "from_bus": TURKIYE,
            "to_bus": EUROPE_MARKET,
            "kind": "pipeline",
            "technology": PIPELINE,
            "status": "existing",
            "capacity_forward_mw": round(3.0 * MW_PER_BCM),
            "tariff": way["tap"]["tariff"],
            "loss": 0.005,
            **EUR_2025.cells(),
            **assumed(
                "3 bcm: Europe took 12.9 bcm in 2024 while TAP is built for 10; the rest went "
                "over the Turkish grid to Bulgaria and beyond"
            ),
        },
        {
            "link": "gas_tr_offtake",
            "name": "Gas into the Turkish grid",
            "from_bus": TURKIYE,
            "to_bus": TURKISH_MARKET,
            "kind": "pipeline",
            "technology": PIPELINE,
            "status": "existing",
            "capacity_forward_mw": round(14.0 * MW_PER_BCM),
            **assumed("never narrower than Turkish purchases of 9.9 bcm in 2024"),
        },
        _link(
            "gas_georgia",
            "Pipeline Hajigabul-Gazakh-Saguramo",
            GRID,
            GEORGIAN_MARKET,
            "georgia",
            "tariff of 1 EUR/MWh is an assumption",
            {"tariff": 1.0, "loss": 0.003},
        ),
        _link(
            "gas_syria",
            "Pipeline Kilis-Aleppo",
            TURKIYE,
            SYRIAN_MARKET,
            "kilis",
            "tariff through Türkiye is an assumption",
            {"tariff": 3.0, "loss": 0.005, "commissioning_year": 2025},
        ),
        _link(
            "gas_igdir",
            "Pipeline Igdir-Nakhchivan",
            IGDIR_MARKET,
            NAKHCHIVAN,
            "igdir",
            "tariff is an assumption",
            {"tariff": 1.0, "commissioning_year": 2025, "retirement_year": 2030},
        ),
        _link(
            "gas_igdir_2030",
            "Pipeline Igdir-Nakhchivan",
            IGDIR_MARKET,
            NAKHCHIVAN,
            "igdir_2030",
            "tariff is an assumption",
            {"tariff": 1.0, "commissioning_year": 2030},
        ),
        {
            "link": "gas_iran_nakhchivan",
            "name": "Gas of the swap with Iran into Nakhchivan",
            "from_bus": IRAN_NAKHCHIVAN_MARKET,
            "to_bus": NAKHCHIVAN,
            "kind": "pipeline",
            "technology": PIPELINE,
            "status": "existing",
            "capacity_forward_mw": 800.0,
            "retirement_year": 2025,
            **assumed("as wide as the line from Igdir that took its place in March 2025"),
        },
        _link(
            "gas_astara",
            "Pipeline Astara-Gazimammad",
            IRAN_MARKET,
            GRID,
            "astara",
            "brings the Turkmen gas of the swap; tariff inside its price",
            {"loss": 0.005},
        ),
        _link(
            "gas_russia",
            "Pipeline Novo Filya-Baku",
            RUSSIAN_MARKET,
            GRID,
            "russia",
            "used for winter gas from Russia; tariff inside its price",
            {"loss": 0.005},
        ),
        _trans_caspian(
            "gas_tcp_connector",
            "Trans-Caspian connector",
            "connector",
            (500.0 + 800.0) / 2,
            2021,
            2032,
        ),
        _trans_caspian("gas_tcp", "Trans-Caspian pipeline", "pipeline", 5000.0, 2019, 2035),
    ]


_ASSUMED = ("tariff", "loss", "capex_million", "commissioning_year")
_PUBLISHED_CAPEX = {"gas_tcp_connector": "caspianbarrel_tcr", "gas_tcp": "klamer_tcp"}


def citations() -> list[Row]:
    """Return the sources of cells of pipelines whose row rests on that of its capacity."""
    found: list[Row] = []
    for row in links():
        if row["source_id"] == EXPERT:
            continue
        name = str(row["link"])
        for column in _ASSUMED:
            if not row.get(column):
                continue
            source = EXPERT
            if column == "capex_million":
                source = _PUBLISHED_CAPEX.get(name, EXPERT)
            found.append(cite("links", name, column, source, str(row["note"])))
    return found


def _candidate(bcm: float, million: float, money: Money) -> Row:
    return {
        "status": "candidate",
        "capacity_forward_mw": None,
        "build_max_mw": round(bcm * MW_PER_BCM),
        "capex_million": round(million, 1),
        "commissioning_year": 2030,
        **money.cells(),
    }


def _link(name: str, title: str, start: str, end: str, size: str, note: str, cells: Row) -> Row:
    capacity = _size(size)
    return {
        "link": name,
        "name": title,
        "from_bus": start,
        "to_bus": end,
        "kind": "pipeline",
        "technology": PIPELINE,
        "status": "existing",
        "capacity_forward_mw": capacity.value,
        **EUR_2025.cells(),
        **cells,
        **closing(capacity, note),
    }


def _trans_caspian(
    name: str, title: str, size: str, million: float, price_year: int, start: int
) -> Row:
    capacity = _size(size)
    return {
        "link": name,
        "name": title,
        "from_bus": TURKMEN_MARKET,
        "to_bus": GRID,
        "kind": "pipeline",
        "technology": PIPELINE,
        "status": "candidate",
        "build_max_mw": capacity.value,
        "capex_million": million,
        "commissioning_year": start,
        "loss": 0.003,
        **Money("USD", price_year).cells(),
        **closing(capacity, "capex of fuels/gas_network.csv; loss and year are assumptions"),
    }


LANDING_COST = 0.5


def landing_tariffs() -> list[Row]:
    """Return what the way from the fields into the grid costs."""
    note = "treatment and transport to the grid; regulated_prices puts the gas tariff here"
    return [
        {
            "link": LANDING,
            "year": year,
            "forward": LANDING_COST,
            "backward": 0.0,
            **EUR_2025.cells(),
            **assumed(note),
        }
        for year in YEARS
    ]
