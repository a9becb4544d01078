"""Price markets at the outer borders: prices, volumes and the spread between both directions."""

from __future__ import annotations

from dataclasses import dataclass

from tables.places import MARKET_BORDERS, market_bus, zones
from tables.raw import NotOneValueError, preferred
from tables.records import EXPERT, Row, Tables, cite, sourced

GWH = 1000.0
EXCHANGE_SPREAD = 2.0
"""EUR/MWh between buying and selling on an exchange: trading fees and the cost of capacity."""

FIRST_YEAR = 2024
LINES_NOTE = "what the lines of this border carry (links.csv)"

AUSTRIAN_SHARE = 0.9
VIENNA_2024 = 81.53

PROFILES = {"gr": "price_gr", "eu_ce": "price_eu_ce"}


@dataclass(frozen=True)
class _Border:
    """Limits of one border: MW both ways and GWh a year, today and from 2030 on."""

    import_mw: float
    export_mw: float
    import_gwh: tuple[float, float]
    export_gwh: tuple[float, float]
    note: str


_RAW_VOLUME = "of the yearly volume of the whole market (region/market_prices.csv)"

BORDERS = {
    ("ir", "am"): _Border(
        350,
        1200,
        (300, 300),
        (1300, 4000),
        "the gas swap took 1,294 GWh in 2019/20; the third line is built for about three times it",
    ),
    ("ir", "az_south"): _Border(320, 320, (300, 300), (350, 400), f"about a third {_RAW_VOLUME}"),
    ("ir", "az_nakhchivan"): _Border(
        80, 80, (100, 100), (100, 100), f"about a tenth {_RAW_VOLUME}"
    ),
    ("ir", "tr_eastana"): _Border(640, 640, (300, 300), (300, 400), f"about a third {_RAW_VOLUME}"),
    ("ir", "tm"): _Border(0, 370, (0, 0), (2000, 2000), "2 TWh of export in 2025"),
    ("ru_south", "az_north"): _Border(
        300, 300, (200, 250), (250, 250), f"about half {_RAW_VOLUME}"
    ),
    ("ru_south", "ge"): _Border(
        570, 570, (1000, 1000), (250, 250), "968.8 GWh of import in 2024, mostly for Abkhazia"
    ),
    ("ru_north", "kz_north"): _Border(
        2000,
        2000,
        (3600, 2000),
        (1000, 1000),
        "of 4.6 TWh from Russia in 2024 (baltimore_interrao_2025) and the ceiling of 2.0 TWh of "
        "2025; exports 1.5 TWh in 2022",
    ),
    ("ru_north", "kz_west"): _Border(
        300, 300, (1000, 1000), (500, 500), "as kz_north: the west ran over the Russian grid so far"
    ),
    ("gr", "tr_trakia"): _Border(217, 167, (1000, 1500), (1000, 1200), "most of what lines carry"),
    ("gr", "bg"): _Border(1000, 1000, (4000, 4000), (4000, 4000), "about half of what lines carry"),
    ("eu_ce", "hu"): _Border(
        2000,
        2000,
        (12800, 12800),
        (6000, 8000),
        "Hungary imported 12.8 TWh net in 2021 (balatonzeitung_hu_2021)",
    ),
    ("eu_ce", "ro"): _Border(
        600, 600, (3000, 3000), (3000, 3000), "Romania was 2.9 TWh short in 2024"
    ),
    ("iq", "tr_southeast"): _Border(
        0, 600, (0, 0), (1300, 2000), f"{_RAW_VOLUME[3:]}; 300 MW from July 2024"
    ),
    ("sy", "tr_southeast"): _Border(0, 900, (0, 0), (0, 1000), f"{_RAW_VOLUME[3:]}; line of 2026"),
    ("af", "uz"): _Border(0, 400, (0, 0), (1500, 1500), "deliveries of 1.5-2 TWh a year"),
    ("af", "tm"): _Border(0, 400, (0, 0), (500, 500), f"about a quarter {_RAW_VOLUME}"),
    ("af", "tj"): _Border(
        0,
        1750,
        (0, 0),
        (1800, 4500),
        "1.8 TWh in 2025 (centralasia_tj_2025); CASA-1000 carries summer surplus, 1,300 "
        "MW over five "
        "months",
    ),
}


def rows() -> Tables:
    """Return `markets` and `market_steps`."""
    found: Tables = {"markets": [], "market_steps": [], "citations": []}
    for market, zone in MARKET_BORDERS:
        name = market_bus(market, zone)
        found["markets"].append(
            {
                "market": name,
                "name": f"{_name(market)}, border to {_name(zone)}",
                "bus": name,
                "price_profile": PROFILES.get(market),
                **sourced("khazri_zones", "one bus for each border"),
            }
        )
        found["market_steps"] += [
            _step(market, zone, year, price, later=year > FIRST_YEAR)
            for year, price in _prices(market)
        ]
        for year, price in _prices(market):
            if price.source_id != EXPERT:
                found["citations"] += _assumed(market, zone, year, price)
    return found


@dataclass(frozen=True)
class _Price:
    """Prices of both directions; `buy` is what the modelled side pays for imports.

    `assumed` names those of them that do not rest on the source.
    """

    buy: float
    sell: float
    price_year: int
    source_id: str
    note: str
    assumed: tuple[str, ...] = ()


def _assumed(market: str, zone: str, year: int, price: _Price) -> list[Row]:
    """Return the citations of what is assumed in a row whose prices have a source."""
    key = f"{market_bus(market, zone)}|all|{year}"
    reasons = dict.fromkeys(price.assumed, price.note)
    reasons |= dict.fromkeys(("import_max_mw", "export_max_mw"), LINES_NOTE)
    volumes = _volumes(market, zone, later=year > FIRST_YEAR)
    reasons |= dict.fromkeys(("import_max_mwh", "export_max_mwh"), volumes)
    return [cite("market_steps", key, column, EXPERT, note) for column, note in reasons.items()]


def _volumes(market: str, zone: str, *, later: bool) -> str:
    """Return the volumes of a border and the reasoning behind them, in words."""
    border = BORDERS[(market, zone)]
    imports, exports = border.import_gwh[later], border.export_gwh[later]
    return (
        f"volumes (assumption): import up to {imports:,g} and export up to {exports:,g} GWh a "
        f"year; {border.note}"
    )


def _step(market: str, zone: str, year: int, price: _Price, *, later: bool) -> Row:
    border = BORDERS[(market, zone)]
    imports, exports = border.import_gwh[later], border.export_gwh[later]
    return {
        "market": market_bus(market, zone),
        "step": "all",
        "year": year,
        "buy_price": price.buy,
        "sell_price": price.sell,
        "import_max_mw": border.import_mw,
        "export_max_mw": border.export_mw,
        "import_max_mwh": imports * GWH,
        "export_max_mwh": exports * GWH,
        "currency": "EUR",
        "price_year": price.price_year,
        "source_id": price.source_id,
        "note": f"{price.note}; {_volumes(market, zone, later=later)}",
    }


def _prices(market: str) -> list[tuple[int, _Price]]:
    if market == "gr":
        return _greece()
    if market == "eu_ce":
        return _central_europe()
    if market == "ru_north":
        price = _Price(
            50.9,
            28.0,
            2023,
            "albarjeel_kz",
            "import price of 5 RUB/kWh, 55 USD in 2023 at 1.081 USD/EUR; what Russia pays for "
            "Kazakh power is an assumption: a little below what it pays in the south",
            assumed=("sell_price",),
        )
        return [(2024, price), (2030, price)]
    price = _raw_border(market)
    return [(2024, price), (2030, price)]


def _raw_border(market: str) -> _Price:
    """Return the price that `region/market_prices.csv` proposes for a border."""
    found = [
        row
        for row in preferred("region/market_prices.csv")
        if row["market"] == market and row["product"] == "border price for modelling"
    ]
    if len(found) != 1:
        raise NotOneValueError(f"border price of {market}: {len(found)} rows")
    row = found[0]
    words = row["price_basis"].replace(",", "").split()
    buy, sell = float(words[words.index("buy") + 1]), float(words[words.index("sell") + 1])
    # the volume that stands beside the prices is that of the whole market, not of one border
    basis = row["price_basis"].split(", up to")[0]
    return _Price(buy, sell, 2025, row["source_id"], f"{basis}; {row['note']}")


def _greece() -> list[tuple[int, _Price]]:
    today = _level("gr", "day-ahead base", "2024", "nominal")
    path = [(2024, _around(today[0], today[1], "day-ahead mean of 2024"))]
    for year in (2030, 2035, 2040, 2050):
        value, source = _level("gr", "forward price level, EPM scenario CENTRAL", str(year))
        path.append((year, _around(value, source, "forward level, central scenario")))
    return path


def _central_europe() -> list[tuple[int, _Price]]:
    """Return prices west of Hungary: Austria in 2024, then a share of the Romanian level."""
    path = [
        (
            2024,
            _around(
                VIENNA_2024, "epm_bs_prices", "Austrian day-ahead mean of 2024 (ENTSO-E hours)"
            ),
        )
    ]
    for year in (2030, 2035, 2040, 2050):
        value, _ = _level("ro", "forward price level, EPM scenario CENTRAL", str(year))
        note = (
            f"{AUSTRIAN_SHARE:g} of the Romanian forward level of {value:g} EUR/MWh: the "
            "distance of "
            "2024 (Austria at 0.79 of Romania) halved by new lines"
        )
        path.append((year, _around(round(value * AUSTRIAN_SHARE, 2), "expert", note)))
    return path


def _around(value: float, source_id: str, note: str) -> _Price:
    half = EXCHANGE_SPREAD / 2
    text = f"{note}, {half:g} EUR/MWh to each side"
    return _Price(round(value + half, 3), round(value - half, 3), 2024, source_id, text)


def _level(market: str, product: str, period: str, basis: str = "") -> tuple[float, str]:
    found = [
        row
        for row in preferred("region/market_prices.csv")
        if row["market"] == market
        and row["product"].startswith(product)
        and row["period"] == period
        and row["price_basis"].startswith(basis)
    ]
    if len(found) != 1:
        raise NotOneValueError(f"price of {market}, {product}, {period}: {len(found)} rows")
    return float(found[0]["value"]), found[0]["source_id"]


def _name(zone: str) -> str:
    return next(item.name for item in zones() if item.zone == zone)
