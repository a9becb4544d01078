"""Markets of Azerbaijani gas: prices, contracts with a least volume, swaps and imports."""

from __future__ import annotations

from tables.energy import (
    GAS,
    MW_PER_BCM,
    NETWORK,
    PRICES,
    TWH,
    TWH_PER_BCM,
    Money,
    closing,
    market,
)
from tables.gas.names import (
    EUROPE_MARKET,
    GEORGIAN_MARKET,
    IGDIR_MARKET,
    IRAN_MARKET,
    IRAN_NAKHCHIVAN_MARKET,
    RUSSIAN_MARKET,
    SYRIAN_MARKET,
    TURKISH_MARKET,
    TURKMEN_MARKET,
)
from tables.places import BACKCAST_YEAR, PLANNING_YEARS, YEARS
from tables.raw import Value, lookup, preferred
from tables.records import EXPERT, Row, Tables, cite, sourced

SOLD_BCM = {EUROPE_MARKET: 12.9, TURKISH_MARKET: 9.9, GEORGIAN_MARKET: 2.4, SYRIAN_MARKET: 0.5}
"""What was exported in 2024, and to Syria in 2025 (`fuels/gas.csv`)."""
COUNTED = "nefterynok_2025"
"""The count of exports of 2024."""
TURKISH_MARGIN = 2.0
"""EUR/MWh of transport and trade between the border and a Turkish power plant."""
OPEN_MW = 30_000.0
HELD_FROM_BELOW = 0.99
TAKE_OR_PAY = 0.8


def lookup_price(market_name: str, scenario: str, year: int) -> tuple[float, int, Value]:
    """Return price [EUR/MWh LHV], its price year, and the row of `fuels/prices.csv`."""
    (row,) = (
        row
        for row in preferred(PRICES)
        if (row["commodity"], row["market"], row["scenario"], row["year"])
        == ("gas", market_name, scenario, str(year))
    )
    value = Value(float(row["value_eur_per_mwh_lhv"]), row["source_id"], row["note"])
    return value.value, int(row["eur_price_year"]), value


def _bcm(volume: float) -> float:
    return round(volume * TWH_PER_BCM * TWH)


def _exports(to: str) -> Value:
    return lookup(GAS, zone="AZ", variable=f"gas_export_to_{to}", year=str(BACKCAST_YEAR))


def _sale(year: int, price: float, price_year: int, most: float, least: float, source: Row) -> Row:
    """Return a step of a market that buys `least` to `most` bcm a year.

    In the year of the back-cast volumes must be met; later a contract may be missed for half of
    its price.
    """
    cells: Row = {
        "year": year,
        "sell_price": round(price, 3),
        "import_max_mw": 0.0,
        "export_max_mw": OPEN_MW if most else 0.0,
        "export_max_mwh": _bcm(most),
        "export_min_mwh": _bcm(least) if least else None,
        "currency": "EUR",
        "price_year": price_year,
    }
    if year > BACKCAST_YEAR and least:
        cells["shortfall_price"] = round(price / 2, 3)
    return {**cells, **source}


def _purchase(year: int, price: float, money: Money, most: float, source: Row) -> Row:
    return {
        "year": year,
        "buy_price": round(price, 3),
        "import_max_mw": round(most * MW_PER_BCM),
        "export_max_mw": 0.0,
        **money.cells(),
        **source,
    }


def markets() -> list[Tables]:
    """Return all markets with their steps by year."""
    parts = [
        _europe(),
        _turkiye(),
        _georgia(),
        _syria(),
        _igdir(),
        _iran_nakhchivan(),
        _turkmen_over_iran(),
        _russia(),
        _turkmenistan(),
    ]
    return [_with_citations(part) for part in parts]


_VOLUMES = (
    "export_max_mw",
    "export_max_mwh",
    "export_min_mwh",
    "import_max_mw",
    "shortfall_price",
)


def _with_citations(part: Tables) -> Tables:
    """Return a market with the sources of its volumes: the count of 2024, judgement later."""
    found = []
    for step in part["market_steps"]:
        if step["source_id"] == EXPERT:
            continue
        key = f"{step['market']}|{step['step']}|{step['year']}"
        counted = step["year"] == BACKCAST_YEAR and step.get("export_min_mwh")
        source = COUNTED if counted else EXPERT
        found += [
            cite("market_steps", key, column, source, str(step["note"]))
            for column in _VOLUMES
            if step.get(column) is not None
        ]
        if "price as in T" in str(step["note"]):
            found.append(cite("market_steps", key, "sell_price", EXPERT, str(step["note"])))
    return {**part, "citations": found}


def _europe() -> Tables:
    taken = _exports("EU")
    price, price_year, source = lookup_price("TTF", "history", BACKCAST_YEAR)
    goal = lookup(GAS, variable="gas_export_to_EU", year="2027")
    contracts = sum(
        lookup(GAS, variable=f"gas_contract_to_{country}", year="2022").value
        for country in ("IT", "GR", "BG")
    )
    steps = [
        _sale(
            BACKCAST_YEAR,
            price,
            price_year,
            taken.value,
            taken.value * HELD_FROM_BELOW,
            closing(source, f"{taken.value:g} bcm in 2024 ({taken.source_id})"),
        )
    ]
    for year in PLANNING_YEARS:
        price, price_year, source = lookup_price("EU_hub", "PyPSA_TD_WorldBank_TYNDP2024", year)
        least = TAKE_OR_PAY * contracts if year < 2045 else 0.0
        steps.append(
            _sale(
                year,
                price,
                price_year,
                goal.value,
                least,
                closing(
                    source,
                    f"volumes (assumption): up to {goal.value:g} bcm, the aim of the memorandum "
                    f"for 2027; at least {TAKE_OR_PAY:.0%} of the {contracts:g} bcm of contracts "
                    "of 25 years with Italy, Greece and Bulgaria",
                ),
            )
        )
    return market(
        EUROPE_MARKET,
        "Gas market of Europe",
        steps,
        sourced("khazri_zones", "hub price at the end of the pipelines"),
    )


def _turkish_price(year: int) -> tuple[float, int, Value]:
    price, price_year, source = lookup_price("TR_power", "EPM_Turkiye", year)
    return price - TURKISH_MARGIN, price_year, source


def _turkiye() -> Tables:
    taken = _exports("TR")
    steps = []
    for year in YEARS:
        price, price_year, source = _turkish_price(year)
        today = year == BACKCAST_YEAR
        most = taken.value if today else 11.0
        least = taken.value * HELD_FROM_BELOW if today else TAKE_OR_PAY * 6.0 * (year < 2045)
        words = (
            f"{taken.value:g} bcm in 2024 ({taken.source_id})"
            if today
            else "volumes (assumption): up to 11 bcm, of today's order; at least 80 % of the 6 "
            "bcm over TANAP (enerdata_tanap)"
        )
        steps.append(
            _sale(
                year,
                price,
                price_year,
                most,
                least,
                closing(source, f"price of power plants less {TURKISH_MARGIN:g}; {words}"),
            )
        )
    return market(
        TURKISH_MARKET,
        "Gas market of Türkiye",
        steps,
        sourced("khazri_zones", "sales into the Turkish grid"),
    )


def _georgia() -> Tables:
    taken = _exports("GE")
    price, price_year, source = lookup_price("AZ_export_to_GE", "history", 2021)
    share = lookup(NETWORK, pipeline="SCP", variable="transit_in_kind_share")
    contract = share.value / 100 * 22.8 + 0.5
    steps = []
    for year in YEARS:
        today = year == BACKCAST_YEAR
        least = taken.value * HELD_FROM_BELOW if today else contract
        words = (
            f"{taken.value:g} bcm in 2024 ({taken.source_id})"
            if today
            else f"volumes: at least {contract:.2f} bcm, {share.value:g} % of 22.8 bcm of transit "
            "and 0.5 bcm by contract (gogc_scp), up to 3 bcm (assumption)"
        )
        steps.append(
            _sale(
                year,
                price,
                price_year,
                taken.value if today else 3.0,
                least,
                closing(source, f"price of the contract, held; {words}"),
            )
        )
    return market(
        GEORGIAN_MARKET, "Gas market of Georgia", steps, sourced("khazri_zones", "contract gas")
    )


def _syria() -> Tables:
    contract = lookup(GAS, zone="SY", variable="gas_contract_from_AZ", year="2025")
    steps = [
        _sale(
            year,
            _turkish_price(year)[0],
            2025,
            contract.value if year > BACKCAST_YEAR else 0.0,
            0.0,
            closing(contract, "price as in Türkiye (assumption)"),
        )
        for year in YEARS
    ]
    return market(
        SYRIAN_MARKET,
        "Gas for Syria",
        steps,
        sourced("khazri_zones", "by way of Türkiye, since August 2025"),
    )


def _igdir() -> Tables:
    steps = []
    for year in YEARS:
        price, price_year, source = lookup_price("TR_power", "EPM_Turkiye", year)
        note = (
            f"a swap: what Azerbaijan sells in the west comes back here for {TURKISH_MARGIN:g} "
            "EUR/MWh more (assumption)"
        )
        steps.append(
            _purchase(
                year,
                price,
                Money("EUR", price_year),
                1.5 if year > BACKCAST_YEAR else 0.0,
                closing(source, note),
            )
        )
    return market(
        IGDIR_MARKET,
        "Gas from Türkiye for Nakhchivan",
        steps,
        sourced("khazri_zones", "the line carries gas since March 2025"),
    )


def _iran_nakhchivan() -> Tables:
    paid = lookup(GAS, variable="gas_import_from_IR_h1", year="2022")
    usd_per_mwh = round(37.0 / TWH_PER_BCM, 3)
    note = (
        "37 USD/1000 m3 paid in 2022; open up to the 0.73 bcm of the line from Igdir (assumption); "
        "what Azerbaijan gives Iran for it is not told apart from other gas"
    )
    steps = [
        _purchase(
            year,
            usd_per_mwh,
            Money("USD", 2022),
            0.73 if year == BACKCAST_YEAR else 0.0,
            closing(paid, note),
        )
        for year in (BACKCAST_YEAR, 2030)
    ]
    return market(
        IRAN_NAKHCHIVAN_MARKET,
        "Gas of the swap with Iran for Nakhchivan",
        steps,
        sourced("khazri_zones", "until the line from Igdir took over"),
    )


def _turkmen_over_iran() -> Tables:
    price, price_year, source = lookup_price("AZ_import_from_TM", "history", 2025)
    contract = lookup(GAS, zone="TM", variable="swap_via_IR_to_AZ_contract", year="2022")
    steps = [
        _purchase(
            year,
            price,
            Money("EUR", price_year),
            contract.value if year > BACKCAST_YEAR else 0.0,
            closing(
                source,
                f"{contract.value:g} bcm by contract ({contract.source_id}), at rest in 2024, "
                "again from 2025 on",
            ),
        )
        for year in (BACKCAST_YEAR, 2030)
    ]
    return market(
        IRAN_MARKET,
        "Turkmen gas by a swap with Iran",
        steps,
        sourced("khazri_zones", "at Astara"),
    )


def _russia() -> Tables:
    total = lookup(GAS, variable="gas_import_total_jan_oct", year="2025")
    swap = lookup(GAS, variable="gas_import_from_TM_jan_oct", year="2025")
    price = (39.2 - 17.3) / (total.value - swap.value) / TWH_PER_BCM
    note = (
        "39.2 less 17.3 million USD for 0.2522 less 0.1232 bcm of January to October 2025; "
        "volume up to {} bcm is an assumption"
    )
    steps = [
        _purchase(year, price, Money("USD", 2025), most, closing(total, note.format(most)))
        for year, most in ((BACKCAST_YEAR, 0.15), (2030, 1.0))
    ]
    return market(
        RUSSIAN_MARKET, "Gas from Russia", steps, sourced("khazri_zones", "winter deliveries")
    )


def _turkmenistan() -> Tables:
    price, price_year, source = lookup_price("AZ_import_from_TM", "history", 2025)
    steps = [
        _purchase(
            year,
            price,
            Money("EUR", price_year),
            41.0 if year > BACKCAST_YEAR else 0.0,
            closing(source, "price of the swap, held; as much as both new lines carry"),
        )
        for year in (BACKCAST_YEAR, 2030)
    ]
    return market(
        TURKMEN_MARKET,
        "Turkmen gas under the Caspian",
        steps,
        sourced("khazri_zones", "only with a new pipeline"),
    )
