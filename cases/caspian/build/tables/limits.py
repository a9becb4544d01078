"""Limits over a year: trade of the back-cast year, and targets that scenarios switch on."""

from __future__ import annotations

from dataclasses import dataclass

from tables.places import BACKCAST_YEAR
from tables.raw import balance, neighbour
from tables.records import Row, Tables, assumed, sourced

GWH = 1000.0
TWH = 1e6
GAS_SWAP_ENDS = 2034
"""Last year of the contract (arminfo_53303, `region/links.csv`)."""
HELD_FROM_BELOW = 0.99
"""Least share of a reported net volume: trade is held to it, with room for rounding."""
_KAZAKH_GWH = 1546.7
"""What Kazakhstan sold to Russia in 2022."""


@dataclass(frozen=True)
class _Trade:
    """A yearly volume from one country to another, at most.

    Where ``net_of`` says what is reported the other way, the difference is held to the report: not
    the least of each way, which power sent there and back in one hour would meet.
    """

    sender: str
    receiver: str
    mwh: float
    source_id: str
    note: str
    net_of: float | None = None
    back_note: str = ""


def rows() -> Tables:
    """Return `limits`."""
    found = [row for trade in _trades() for row in _trade_rows(trade)]
    return {"limits": [*found, *_gas_swap(), *_targets()]}


def _trades() -> list[_Trade]:
    exports = balance("az", "2024", "trade", "exports_total")
    imports = balance("az", "2024", "trade", "imports_total")
    return [
        _Trade(
            "AZ",
            "",
            exports.value * GWH,
            exports.source_id,
            exports.note,
            imports.value * GWH,
            "net of imports in the same report",
        ),
        _Trade("", "AZ", imports.value * GWH, imports.source_id, imports.note),
        _Trade(
            "AZ",
            "GE",
            1000 * GWH,
            "expert",
            "of 1,397.5 GWh of exports about 71 % to Georgia and through it, as in ten "
            "months of 2021 "
            "(exp_10m2021_azernews); Georgia itself took 186 GWh",
        ),
        _Trade("AZ", "IR", 306 * GWH, "expert", "22 % of exports, as in ten months of 2021"),
        _Trade("AZ", "RU", 96 * GWH, "expert", "7 % of exports, as in ten months of 2021"),
        _Trade(
            "AZ",
            "TR",
            100 * GWH,
            "expert",
            "only Nakhchivan touches Türkiye; its exchange began with the agreement of "
            "October 2024",
        ),
        _reported("ge", "import_from_ru", "RU", "GE", 0.0, "nothing is reported the other way"),
        _reported("ge", "import_from_am", "AM", "GE"),
        _reported("ge", "export_to_am", "GE", "AM"),
        _Trade(
            "GE",
            "AZ",
            40.1 * GWH,
            "frontnews_202410",
            "January to August 2024; more is not reported",
        ),
        _Trade(
            "GE",
            "TR",
            1500 * GWH,
            "expert",
            "864.9 GWh of Georgian power to August (frontnews_202410) and transit from Azerbaijan; "
            "the converter carried 0.9-1.5 TWh a year",
        ),
        _Trade(
            "RU",
            "KZ",
            4.6 * TWH,
            "baltimore_interrao_2025",
            "about 54 % of 8.53 TWh of Russian exports",
            _KAZAKH_GWH * GWH,
            "net of sales to Russia of 2022 (pypsa_kz_data), as none are reported for 2024",
        ),
        _Trade(
            "KZ",
            "KG",
            2.0 * TWH,
            "expert",
            "half of the Kyrgyz imports, as in the first quarter of 2023 "
            "(energocis_kg_2023: 486 of "
            "929 GWh); the rest is Turkmen and Uzbek",
        ),
        _Trade(
            "KZ",
            "RU",
            _KAZAKH_GWH * GWH,
            "pypsa_kz_data",
            "value of 2022; none is reported for 2024",
        ),
        _Trade("KZ", "UZ", 1417.6 * GWH, "pypsa_kz_data", "value of 2021; none for 2024"),
        _Trade("TR", "", 2.5 * TWH, "expert", _TURKISH),
        _Trade("", "TR", 1.8 * TWH, "expert", _TURKISH),
        _reported("tj", "export_total", "TJ", ""),
        _reported("tj", "import_total", "", "TJ"),
        _Trade("TM", "UZ", 4.0 * TWH, "qazinform_iea_202502", "level agreed; actual not published"),
        _Trade(
            "",
            "KG",
            3.8 * TWH,
            "azattyk_33657662",
            "imports of 2025; 18.4 TWh of demand in 2024 needed about as much",
        ),
    ]


_TITLES = {"trade": "Trade", "net_trade": "Net trade"}
_TURKISH = (
    "net export of 1.0 TWh in 2024 (348.9 generated, 347.9 used, donanimhaber_120gw); "
    "both sides not "
    "reported: 1.5 TWh over the Georgian converter and little else come in"
)


def _reported(
    zone: str,
    variable: str,
    sender: str,
    receiver: str,
    net_of: float | None = None,
    back_note: str = "",
) -> _Trade:
    value = neighbour(zone, variable, str(BACKCAST_YEAR))
    return _Trade(
        sender, receiver, value.value * GWH, value.source_id, value.note, net_of, back_note
    )


def _trade_rows(trade: _Trade) -> list[Row]:
    label = f"{trade.sender or 'all'}_{trade.receiver or 'all'}".lower()
    title = f"{trade.sender or 'all'} to {trade.receiver or 'all'}, {BACKCAST_YEAR}"
    sides = [("trade", "max", trade.mwh, trade.note)]
    if trade.net_of is not None:
        net = trade.mwh - trade.net_of
        note = "; ".join(part for part in (trade.note, trade.back_note) if part)
        sides += [
            ("net_trade", "max", net, note),
            ("net_trade", "min", HELD_FROM_BELOW * net, note),
        ]
    return [
        {
            "limit": f"{kind}_{sense}_{label}",
            "name": f"{_TITLES[kind]} {title} ({'most' if sense == 'max' else 'least'})",
            "kind": kind,
            "sense": sense,
            "country": trade.sender or None,
            "partner": trade.receiver or None,
            "carrier": "electricity",
            "renewable_only": False,
            "year": BACKCAST_YEAR,
            "value": round(value),
            **sourced(trade.source_id, note),
        }
        for kind, sense, value, note in sides
    ]


def _gas_swap() -> list[Row]:
    """Return the Armenian deliveries to Iran under the gas swap, to the end of its contract.

    Iran pays in gas, so the price of its market says nothing about them.
    """
    swap = neighbour("am", "export_to_ir", str(BACKCAST_YEAR))
    return [
        {
            "limit": "contract_am_ir",
            "name": "Armenian power for Iranian gas (least)",
            "kind": "trade",
            "sense": "min",
            "country": "AM",
            "partner": "IR",
            "carrier": "electricity",
            "renewable_only": False,
            "year": year,
            "value": round(swap.value * GWH),
            **sourced(
                swap.source_id,
                f"{swap.note}; contract to the end of {GAS_SWAP_ENDS} (arminfo_53303)",
            ),
        }
        for year in (BACKCAST_YEAR, GAS_SWAP_ENDS)
    ]


def _targets() -> list[Row]:
    """Return targets that do not bind in the reference: scenarios give them their value."""
    return [
        {
            "limit": "az_wind_and_solar",
            "name": "Wind and solar in Azerbaijan, target",
            "kind": "capacity",
            "sense": "min",
            "country": "AZ",
            "technology": "solar;wind_onshore;wind_offshore",
            "renewable_only": False,
            "year": year,
            "value": 0,
            **assumed("no target in the reference; renewables_2030 sets the official one"),
        }
        for year in (2030, 2035, 2040, 2050)
    ]
