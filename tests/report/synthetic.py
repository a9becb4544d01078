"""A made-up plan for the report: the shape of a real one, with awkward values where asked."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from khazri.report import Headline, Proof, ReportView, read_shapes
from khazri.report.view import COLUMNS

CASES = Path(__file__).parents[2] / "cases"

_ZONES = [
    ("az_absheron", "Baku, Sumgait and Absheron", "AZ", 40.42, 49.75),
    ("az_north", "Khizi, Guba-Khachmaz", "AZ", 41.20, 48.75),
    ("az_centre", "Mingachevir, Central Aran, Sheki", "AZ", 40.72, 47.60),
    ("az_west", "Ganja, Gazakh-Tovuz", "AZ", 40.80, 46.00),
    ("az_south", "Shirvan-Salyan, Mil-Mughan, Lankaran", "AZ", 39.45, 48.70),
    ("az_karabakh", "Karabakh and East Zangezur", "AZ", 39.70, 46.70),
    ("az_nakhchivan", "Nakhchivan", "AZ", 39.25, 45.40),
    ("ge", "Georgia", "GE", 42.00, 43.50),
    ("am", "Armenia", "AM", 40.20, 44.70),
    ("tr_eastana", "Eastern Anatolia", "TR", 39.80, 41.50),
    ("tr_centerana", "Central Anatolia", "TR", 39.50, 33.50),
    ("tr_trakia", "Thrace and Istanbul west", "TR", 41.20, 27.80),
    ("kz_west", "West Kazakhstan", "KZ", 46.50, 52.00),
    ("kz_north", "North Kazakhstan", "KZ", 51.50, 71.50),
    ("kz_south", "South Kazakhstan", "KZ", 43.20, 72.00),
    ("uz", "Uzbekistan", "UZ", 41.00, 65.00),
    ("tm", "Turkmenistan", "TM", 38.80, 58.50),
    ("ro", "Romania", "RO", 45.30, 26.50),
    ("bg", "Bulgaria", "BG", 42.70, 25.20),
]
_MARKETS = [
    ("ir", "Iran (north-west)", "IR", 38.00, 46.30),
    ("ru_south", "Russia South and Dagestan", "RU", 43.00, 47.00),
    ("gr", "Greece", "GR", 40.60, 23.00),
]
_COUNTRIES = {
    "AZ": "Azerbaijan",
    "GE": "Georgia",
    "AM": "Armenia",
    "TR": "Türkiye",
    "KZ": "Kazakhstan",
    "UZ": "Uzbekistan",
    "TM": "Turkmenistan",
    "RO": "Romania",
    "BG": "Bulgaria",
    "IR": "Iran",
    "RU": "Russia",
    "GR": "Greece",
}
_PAIRS = [
    ("az_absheron", "az_north", 30.0),
    ("az_absheron", "az_centre", 9000.0),
    ("az_absheron", "az_south", 2500.0),
    ("az_south", "az_centre", -1200.0),
    ("az_centre", "az_west", 6500.0),
    ("az_west", "ge", 4100.0),
    ("az_south", "az_karabakh", 700.0),
    ("az_karabakh", "az_nakhchivan", 900.0),
    ("az_nakhchivan", "tr_eastana", 800.0),
    ("az_north", "ru_south", -300.0),
    ("az_south", "ir", 0.0),
    ("ge", "am", 250.0),
    ("ge", "tr_eastana", 5200.0),
    ("ge", "ro", 3300.0),
    ("tr_eastana", "tr_centerana", 14000.0),
    ("tr_centerana", "tr_trakia", 21000.0),
    ("tr_trakia", "bg", 2400.0),
    ("tr_trakia", "gr", 1400.0),
    ("bg", "ro", -1900.0),
    ("kz_west", "az_absheron", 5600.0),
    ("kz_west", "kz_north", -800.0),
    ("kz_north", "kz_south", 7300.0),
    ("kz_south", "uz", 2100.0),
    ("uz", "tm", -3900.0),
    ("tm", "az_absheron", 0.0),
]
_GROUPS = (
    "nuclear",
    "coal",
    "gas",
    "hydro_reservoir",
    "hydro_ror",
    "wind_onshore",
    "solar",
    "battery",
)
HOURS = 8760


def headline(**changes: object) -> Headline:
    """Facts of a certified run, with changes."""
    facts = Headline(
        case_title="Caspian power system",
        scenario="Reference",
        year=2030,
        currency="EUR",
        price_year=2025,
        verdict="Supplying the region in 2030 costs 31.4 bn EUR; Azerbaijan exports 8.1 TWh net.",
        proof=Proof.CERTIFIED,
        proof_words="All equations hold and the gap asked for was reached.",
        lower_bound_eur=31.0e9,
        upper_bound_eur=31.4e9,
        gap=0.0127,
        gap_asked=0.02,
        largest_violation_mw=3.2e-7,
        focus_country="AZ",
        plan_hash="3f9a0c2d5e7b11aa",
        case_hash="77aa0c2d5e7b11aa",
        version="0.1.0",
        solver="HiGHS 1.15 (HiPO)",
        run_seconds=231.0,
        created="24 November 2030, 07:00 UTC",
    )
    return dataclasses.replace(facts, **changes)  # type: ignore[arg-type]


def _assets(zones: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    modelled = zones[~zones["market"]]
    rows = [
        {
            "asset": f"{z.zone}_{g}",
            "name": f"{z.name} {g.replace('_', ' ')}",
            "zone": z.zone,
            "country": z.country,
            "technology": g,
            "group": g,
            "existing_mw": float(random.gamma(1.2, 900 if z.country == "TR" else 350)),
            "built_mw": float(random.gamma(1, 600)) if g in ("solar", "wind_onshore") else 0.0,
            "retired_mw": 0.0,
            "potential_mw": np.nan,
        }
        for z in modelled.itertuples(index=False)
        for g in random.choice(_GROUPS, 5, replace=False)
    ]
    return pd.DataFrame(rows)


def _series(count: int, random: np.random.Generator) -> np.ndarray:
    hours = np.arange(HOURS)
    daily = 8 * np.sin((hours % 24 - 9) / 24 * 2 * np.pi) - 6 * np.exp(
        -(((hours % 24) - 10) ** 2) / 8
    )
    yearly = 9 * np.cos(hours / HOURS * 2 * np.pi)
    noise = random.normal(0, 4, (HOURS, count))
    return 55 + (daily + yearly)[:, None] + noise + random.normal(0, 6, count)


def make_view() -> ReportView:
    """A plan of nineteen zones and three markets."""
    random = np.random.default_rng(7)
    zones = pd.DataFrame(
        [(*z, False) for z in _ZONES] + [(*z, True) for z in _MARKETS],
        columns=["zone", "name", "country", "latitude", "longitude", "market"],
    )
    modelled = [z[0] for z in _ZONES]
    capacity = _assets(zones, random)
    energy = (
        (capacity["existing_mw"] + capacity["built_mw"])
        * HOURS
        * random.uniform(0.1, 0.7, len(capacity))
    )
    generation = capacity[["asset", "name", "zone", "country", "technology", "group"]].assign(
        energy_mwh=energy,
        curtailed_mwh=np.where(capacity["group"] == "solar", energy * 0.03, 0.0),
        load_factor=energy / (capacity["existing_mw"] + capacity["built_mw"]) / HOURS,
        revenue_eur=energy * 60,
        cost_eur=energy * 48,
    )
    weeks = pd.DataFrame(
        [
            ("peak", "Week of the highest demand", "15 to 21 January", 14 * 24),
            ("wind", "Windiest week", "5 to 11 November", 308 * 24 + 5),
            ("tight", "Tightest week", "last week of the year", 8592),
        ],
        columns=["week", "title", "reason", "start_hour"],
    )
    hour = np.arange(168)
    dispatch, load = [], []
    for week in weeks["week"]:
        for zone in modelled:
            demand = random.uniform(300, 6000) * (1 + 0.25 * np.sin((hour - 9) / 24 * 2 * np.pi))
            sun = np.clip(np.sin((hour % 24 - 6) / 12 * np.pi), 0, None) * demand.mean() * 0.5
            wind = demand.mean() * 0.3 * random.uniform(0.2, 1, 168)
            battery = 0.1 * demand.mean() * np.where(hour % 24 < 14, -1.0, 1.0)
            gas = np.clip(demand - sun - wind - battery, 0, None) * 0.6
            ror = demand - sun - wind - battery - gas
            parts = {
                "solar": sun,
                "wind_onshore": wind,
                "battery": battery,
                "gas": gas,
                "hydro_ror": ror,
            }
            dispatch += [
                pd.DataFrame({"week": week, "zone": zone, "group": g, "hour": hour, "mw": v})
                for g, v in parts.items()
            ]
            load.append(pd.DataFrame({"week": week, "zone": zone, "hour": hour, "mw": demand}))
    names = dict(zip(zones["zone"], zones["name"], strict=True))
    country = dict(zip(zones["zone"], zones["country"], strict=True))
    links = pd.DataFrame(
        [
            {
                "link": f"{a}-{b}",
                "name": f"{names[a].split(',')[0]} – {names[b].split(',')[0]}",
                "from_zone": a,
                "to_zone": b,
                "kind": "dc" if "kz_west" in (a, b) or b == "ro" else "ac",
                "status": "candidate" if b == "ro" else "existing",
                "capacity_forward_mw": 1000.0,
                "capacity_backward_mw": 700.0,
                "built_mw": 800.0 if a in ("ge", "kz_west") and b in ("ro", "az_absheron") else 0.0,
                "energy_forward_mwh": (max(g, 0) + 0.15 * abs(g)) * 1e3,
                "energy_backward_mwh": (max(-g, 0) + 0.15 * abs(g)) * 1e3,
                "hours_congested": 2417.0 if b in ("ge", "ro") else 12.0,
                "rent_eur": abs(g) * 4e3,
            }
            for a, b, g in _PAIRS
        ]
    )
    exchange = pd.concat(
        [
            links.assign(
                f=links["from_zone"].map(country),
                t=links["to_zone"].map(country),
                e=links["energy_forward_mwh"],
            ),
            links.assign(
                t=links["from_zone"].map(country),
                f=links["to_zone"].map(country),
                e=links["energy_backward_mwh"],
            ),
        ]
    )[["f", "t", "e"]]
    exchange.columns = pd.Index(["from_country", "to_country", "energy_mwh"])
    prices = pd.DataFrame(_series(len(modelled), random), columns=modelled)
    prices.loc[100:103, "az_south"] = 3000.0
    summary = pd.DataFrame(
        {
            "zone": modelled,
            "mean": prices.mean().to_numpy(),
            "load_weighted": prices.mean().to_numpy() * 1.03,
            "lowest_5_percent": prices.quantile(0.05).to_numpy(),
            "highest_5_percent": prices.quantile(0.95).to_numpy(),
            "hours_negative": (prices < 0).sum().to_numpy(),
            "hours_scarce": (prices > 500).sum().to_numpy(),
        }
    )
    use = pd.DataFrame(
        np.clip(random.normal(0.4, 0.6, (HOURS, len(links))), -1, 1), columns=list(links["link"])
    )
    codes = [c for c in _COUNTRIES if c not in ("IR", "RU", "GR")]
    kinds = ("consumers", "producers", "congestion_rent", "traders", "limit_rents")
    columns = [*(f"{kind}_eur" for kind in kinds), "emissions_payments_eur"]
    parts = random.normal(0.3e9, 0.6e9, (len(codes), len(columns)))
    carbon = random.uniform(1e6, 9e7, len(codes))
    welfare = pd.DataFrame(parts, columns=columns)
    welfare.insert(0, "country", codes)
    welfare["total_eur"] = parts.sum(axis=1)
    return ReportView(
        headline=headline(),
        zones=zones,
        countries=pd.DataFrame(list(_COUNTRIES.items()), columns=["country", "name"]),
        cards=pd.DataFrame(
            [
                ("System cost", 31.4e9, "EUR/a", -0.021, "investment, fuel, operation, emissions"),
                ("Mean price in Azerbaijan", 54.2, "EUR/MWh", 0.034, ""),
                ("Emissions", 312e6, "t", -0.08, "CO₂ of power plants"),
                ("Unserved energy", 0.0, "MWh", np.nan, ""),
                ("Net exports of Azerbaijan", 8.1e6, "MWh", 0.4, ""),
                ("Investment", 12.2e9, "EUR", np.nan, "overnight, all years"),
            ],
            columns=["name", "value", "unit", "change", "note"],
        ),
        capacity=capacity,
        generation=generation,
        weeks=weeks,
        dispatch=pd.concat(dispatch, ignore_index=True),
        week_load=pd.concat(load, ignore_index=True),
        links=links,
        exchange=exchange,
        balance=pd.DataFrame(
            [
                (z, i, random.uniform(-1e6, 5e6))
                for z in modelled
                for i in ("generation", "net imports", "demand", "losses")
            ],
            columns=["zone", "item", "energy_mwh"],
        ),
        price_summary=summary,
        welfare=welfare,
        costs=pd.DataFrame(
            [
                ("investment", 9.1e9),
                ("fixed operation", 4.4e9),
                ("fuel", 14.9e9),
                ("emissions", 2.2e9),
                ("imports from markets", 1.4e9),
                ("exports to markets", -0.6e9),
            ],
            columns=["kind", "cost_eur"],
        ),
        emissions=pd.DataFrame(
            {
                "country": codes,
                "source": "plants",
                "detail": "gas",
                "co2_t": carbon,
                "methane_t": carbon / 1e3,
                "co2e_t": carbon * 1.03,
            }
        ),
        limits=pd.DataFrame(
            [
                (
                    "res",
                    "Renewables of Azerbaijan, share",
                    0.30,
                    0.30,
                    "1",
                    "One percentage point less would save 41 m EUR a year.",
                ),
                ("gas", "Gas of Azerbaijan", 4.1e7, 3.0e7, "MWh", ""),
            ],
            columns=["limit", "name", "value", "used", "unit", "words"],
        ),
        certificate=pd.DataFrame(
            [
                ("balance of each bus", 3.2e-7, 1e-3, "MW", True),
                ("storage levels", 0.0, 1e-3, "MWh", True),
                ("capacity limits", 1.1e-9, 1e-3, "MW", True),
                ("energy closure", 2e-4, 1.0, "MWh", True),
            ],
            columns=["family", "violation", "tolerance", "unit", "valid"],
        ),
        project_costs=pd.DataFrame(
            [
                ("assets", "wind1", "Wind A", "Wind", 240.0, 1375.0, 1250.0, "EUR/kW", False, "x"),
                ("links", "cable", "A cable", "Cable", 500.0, 900.0, 1200.0, "EUR/kW", True, ""),
                ("assets", "npp", "A reactor", "SMR", 330.0, 6e3, np.nan, "EUR/kW", False, ""),
            ],
            columns=list(COLUMNS["project_costs"]),
        ),
        backcast=pd.DataFrame(
            [
                (
                    "AZ",
                    "generation from gas",
                    24.1e6,
                    23.8e6,
                    "MWh",
                    -0.0124,
                    "Statistics office",
                    "",
                ),
                (
                    "AZ",
                    "generation from hydro",
                    1.9e6,
                    2.3e6,
                    "MWh",
                    0.21,
                    "Statistics office",
                    "dry months",
                ),
                ("AZ", "exports", 0.0, 3.0e5, "MWh", np.nan, "Statistics office", ""),
                ("TR", "generation from coal", 1.2e8, 1.9e8, "MWh", 0.62, "Operator", "prices"),
            ],
            columns=[
                "country",
                "item",
                "reported",
                "model",
                "unit",
                "deviation",
                "source",
                "explanation",
            ],
        ),
        profiles=pd.DataFrame(
            [
                (
                    f"{k}_{z}",
                    f"{k} {z}",
                    z,
                    k,
                    b,
                    "typical shape scaled to reported months",
                    "peak over mean" if k == "load" else "mean",
                    m,
                    m * 1.01,
                )
                for z in modelled
                for k, b, m in (
                    ("load", "modelled", 1.0),
                    ("wind", "modelled", 0.31),
                    ("solar", "measured", 0.17),
                    ("hydro", "mixed", 0.4),
                )
            ],
            columns=[
                "profile",
                "name",
                "zone",
                "kind",
                "basis",
                "method",
                "measure",
                "achieved",
                "target",
            ],
        ),
        assumptions=pd.DataFrame(
            [("assets", "az_x, az_y", "efficiency", "typical of the class and age", 2)],
            columns=["table", "key", "what", "reasoning", "rows"],
        ),
        sources=pd.DataFrame(
            [
                (
                    "stat",
                    "Energy of Azerbaijan",
                    "State Statistical Committee",
                    "2025",
                    "https://example.org/a",
                    "facts",
                    "demands, actuals",
                )
            ],
            columns=["source_id", "title", "publisher", "date", "url", "licence", "feeds"],
        ),
        prices=prices,
        residual_load=pd.DataFrame(_series(len(modelled), random) * 60, columns=modelled),
        link_use=use,
        shapes=read_shapes(CASES / "caspian" / "shapes" / "zones.geojson"),
    )
