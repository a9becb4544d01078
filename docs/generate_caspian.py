"""The page of the Caspian reference case, from its tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from khazri.case import EXPERT, Case, at_year, read_case, source_table, sources_of
from khazri.system import System, build_system

_FOLDER = Path(__file__).parent.parent / "cases" / "caspian"


def caspian_page() -> str:
    """What the case contains, what decides its results, and what is measured."""
    case = read_case(_FOLDER)
    systems = {year: build_system(case, year) for year in case.years}
    parts = (
        _HEAD.format(**_facts(case)),
        _countries(case, systems),
        _FLEET,
        _fleet(case, systems[2024]),
        _CARRIERS,
        _carriers(case, systems),
        _MEASURES,
        _measures(case),
        _MARKETS,
        _markets(case),
        _CORRIDORS,
        _corridors(case),
        _SCENARIOS,
        _scenarios(case),
        _DECIDING,
        _deciding(case),
        _PROFILES,
        _profiles(case),
    )
    return "\n\n".join(parts) + "\n"


def _facts(case: Case) -> dict[str, object]:
    sources = source_table(case)
    assumed = int(sources.loc[sources["source_id"] == EXPERT, "values"].sum())
    return {
        "n_buses": len(case.table("buses")),
        "n_zones": int(_is_power(case, case.table("demands")["bus"].drop_duplicates()).sum()),
        "n_markets": len(case.table("markets")),
        "n_assets": len(case.table("assets")),
        "n_links": len(case.table("links")),
        "n_sources": len(sources),
        "assumed": f"{assumed / sources['values'].sum():.0%}".replace("%", " %"),
        "years": ", ".join(str(year) for year in case.years),
    }


def _countries(case: Case, systems: dict[int, System]) -> str:
    years = list(systems)
    zones = case.table("zones").groupby("country")["name"].agg("; ".join)
    names = _names(case, "countries", "country")
    rows = []
    for country, name in names.items():
        demand = [_power_demand(system, country) for system in (systems[year] for year in years)]
        if sum(demand) > 0:
            rows.append((name, zones[country], *(f"{twh:,.1f}" for twh in demand)))
    totals = [
        f"**{sum(_power_demand(system, country) for country in names):,.0f}**"
        for system in systems.values()
    ]
    rows.append(("**all**", "", *totals))
    return _table(("country", "zones", *(f"{year} TWh" for year in years)), rows, right=len(years))


def _is_power(case: Case, buses: pd.Series) -> pd.Series:
    """Which of the buses carry electricity."""
    return buses.map(case.table("buses").set_index("bus")["carrier"]) == "electricity"


def _power_demand(system: System, country: str) -> float:
    """TWh of electricity that a country demands."""
    buses = system.buses
    ours = (buses.country == country) & (buses.carrier == "electricity")
    return float(system.load[:, ours].sum() / 1e6)


def _carriers(case: Case, systems: dict[int, System]) -> str:
    """Demand of Azerbaijan by carrier and sector, TWh."""
    table = case.table("demands")
    sector = dict(zip(table["demand"], table["sector"], strict=True))
    titles = _names(case, "carriers", "carrier")
    rows: dict[tuple[str, str], list[float]] = {}
    for place, system in enumerate(systems.values()):
        demands, buses = system.demands, system.buses
        energy = demands.mean_mw * system.series(demands.profile).sum(axis=0) / 1e6
        for name, bus, twh in zip(demands.name, demands.bus, energy, strict=True):
            if buses.country[bus] == "AZ":
                key = titles[str(buses.carrier[bus])], sector[str(name)].replace("_", " ")
                rows.setdefault(key, [0.0] * len(systems))[place] += float(twh)
    body = [(*key, *(f"{twh:,.1f}" for twh in row)) for key, row in sorted(rows.items())]
    heads = ("carrier", "sector", *(f"{year} TWh" for year in systems))
    return _table(heads, body, right=len(systems))


def _measures(case: Case) -> str:
    """Measures by name over all zones: what they save and cost."""
    frame = case.table("efficiency")
    last = frame[frame["year"] == frame["year"].max()]
    groups = last.groupby("name", sort=False)
    found = groups.agg(
        potential=("potential_mwh", "sum"),
        cost=("overnight_cost", "mean"),
        life=("lifetime_a", "max"),
    )
    rows = [
        (name, f"{row.potential / 1000:,.0f}", f"{row.cost:,.0f}", f"{row.life:.0f}")
        for name, row in found.iterrows()
    ]
    heads = ("measure", "GWh a year", "EUR for each MWh a year", "life, years")
    return _table(heads, rows, right=3)


def _fleet(case: Case, system: System) -> str:
    parts = [
        pd.DataFrame(
            {"country": system.buses.country[group.bus], "group": group.group, "gw": mw / 1e3}
        )
        for group, mw in (
            (system.supplies, system.supplies.existing_mw),
            (system.stores, system.stores.discharge_mw),
        )
    ]
    power = [
        system.buses.carrier[group.bus] == "electricity"
        for group in (system.supplies, system.stores)
    ]
    parts = [part[mask] for part, mask in zip(parts, power, strict=True)]
    frame = pd.concat(parts).pivot_table("gw", "country", "group", "sum").fillna(0.0)
    groups = frame.sum().sort_values(ascending=False).index
    names = _names(case, "countries", "country")
    rows = [
        (names[c], *(_gw(frame.loc[c, g]) for g in groups), _gw(frame.loc[c].sum()))
        for c in names
        if c in frame.index
    ]
    heads = ("country", *(str(g).replace("_", " ") for g in groups), "all")
    return _table(heads, rows, right=len(groups) + 1)


def _gw(value: float) -> str:
    return f"{value:,.2f}" if value >= 0.005 else "–"


def _markets(case: Case) -> str:
    year = case.default_year
    ways = [f"{way}_max_{unit}" for way in ("import", "export") for unit in ("mw", "mwh")]
    numbers = ["buy_price", "sell_price", *ways]
    steps = at_year(case.table("market_steps"), ["market", "step"], numbers, year)
    rows = []
    for market, name in _names(case, "markets", "market").items():
        own = steps[steps["market"] == market]
        if own.empty:
            continue
        rows.append(
            (
                name,
                _span(own.loc[own["import_max_mw"] > 0, "buy_price"]),
                _span(own.loc[own["export_max_mw"] > 0, "sell_price"]),
                _volume(own, "import"),
                _volume(own, "export"),
            )
        )
    heads = ("market", "asks EUR/MWh", "pays EUR/MWh", "import TWh at most", "export TWh at most")
    return _table(heads, rows, right=4)


def _span(values: pd.Series) -> str:
    if values.isna().all():
        return "–"
    low, high = float(values.min()), float(values.max())
    return f"{low:.1f}" if high - low < 0.05 else f"{low:.1f} to {high:.1f}"


def _volume(steps: pd.DataFrame, way: str) -> str:
    """TWh a year that a market takes or gives, "–" without limit."""
    if (steps[f"{way}_max_mw"] == 0).all():
        return "0.00"
    most = steps[f"{way}_max_mwh"]
    return "–" if most.isna().any() else f"{float(most.sum()) / 1e6:,.2f}"


def _corridors(case: Case) -> str:
    links = case.table("links").set_index("link")
    members = case.table("corridor_links")
    rows = []
    for row in case.table("corridors").to_dict("records"):
        own = links.loc[members.loc[members["corridor"] == row["corridor"], "link"]]
        rows.append(
            (
                row["name"],
                ", ".join(str(row["parties"]).split(";")),
                "; ".join(
                    f"{link['name']}, {link['build_max_mw']:,.0f} MW, "
                    f"{link['capex_million']:,.0f} million EUR, from "
                    f"{int(link['commissioning_year'])}"
                    for link in own.to_dict("records")
                ),
                row["state"],
            )
        )
    return _table(("corridor", "between", "links in order of building", "state"), rows)


def _scenarios(case: Case) -> str:
    rows = [
        (f"`{row['scenario']}`", _code(row["parent"]), row["description"])
        for row in case.table("scenarios").to_dict("records")
    ]
    return _table(("scenario", "builds on", "what it assumes"), rows)


def _code(name: object) -> str:
    return "" if pd.isna(name) or not name else f"`{name}`"


@dataclass(frozen=True)
class _Decisive:
    """One number that decides results: what it is, where it stands, how it is written."""

    words: str
    cell: tuple[str, str, str]
    scenario: str | None = None
    unit: str = "EUR/MWh"
    scale: float = 1.0


_DECISIVE = (
    _Decisive(
        "Gas of Azerbaijan sold in Europe, 2030",
        ("market_steps", "gas_market_eu|all|2030", "sell_price"),
    ),
    _Decisive(
        "Gas of Azerbaijan sold in Türkiye, 2030",
        ("market_steps", "gas_market_tr|all|2030", "sell_price"),
    ),
    _Decisive("Tariff of the Trans-Anatolian pipeline", ("links", "gas_tanap", "tariff")),
    _Decisive("the same near the hub price", ("links", "gas_tanap", "tariff"), "hub_like_gas"),
    _Decisive(
        "Gas tariff in Azerbaijan, 2030",
        ("link_tariffs", "gas_landing|2030", "forward"),
        "regulated_prices",
    ),
    _Decisive("Gas for power in Kazakhstan, 2030", ("fuel_prices", "gas|KZ|2030", "price")),
    _Decisive("the same, tariff", ("fuel_prices", "gas|KZ|2030", "price"), "regulated_prices"),
    _Decisive("Hydrogen in Europe, 2035", ("market_steps", "h2_market_eu|all|2035", "sell_price")),
    _Decisive("Gas for power in Türkiye, 2030", ("fuel_prices", "gas|TR|2030", "price")),
    _Decisive("Carbon price in Türkiye, 2030", ("co2_prices", "TR|2030", "price"), unit="EUR/t"),
    _Decisive(
        "Carbon price in the Union, 2030 (Romania)",
        ("co2_prices", "RO|2030", "price"),
        unit="EUR/t",
    ),
    _Decisive(
        "Emissions charged at the border, Türkiye to Bulgaria",
        ("carbon_charges", "tr_bg_400|forward", "co2_t_per_mwh"),
        unit="t/MWh",
    ),
    _Decisive("Azerbaijan to Georgia", ("links", "az_ge_total", "capacity_forward_mw"), unit="MW"),
    _Decisive(
        "Georgia to Türkiye, converter",
        ("links", "ge_tr_akhaltsikhe_borcka", "capacity_forward_mw"),
        unit="MW",
    ),
    _Decisive(
        "Inside Azerbaijan, centre to west",
        ("links", "az_centre__az_west_2025", "capacity_forward_mw"),
        unit="MW",
    ),
    _Decisive(
        "Black Sea cable, investment",
        ("links", "ge_ro_black_sea_cable", "capex_million"),
        unit="million EUR",
    ),
    _Decisive(
        "Zangezur line, firm capacity", ("links", "az_nakh_zangezur_330", "build_max_mw"), unit="MW"
    ),
    _Decisive(
        "Zangezur line, investment of the eastern leg",
        ("links", "az_nakh_zangezur_330", "capex_million"),
        unit="million EUR",
    ),
    _Decisive(
        "Cost of capital in Azerbaijan, real: plants",
        ("finance", "AZ|", "wacc"),
        unit="%",
        scale=100,
    ),
    _Decisive("the same, links", ("finance", "AZ|ac_line", "wacc"), unit="%", scale=100),
    _Decisive(
        "Wind at Khizi, capacity factor",
        ("profiles", "wind_onshore_az_north", "annual_mean"),
        unit="1",
    ),
)


def _deciding(case: Case) -> str:
    rows = []
    for number in _DECISIVE:
        patched = case if number.scenario is None else case.with_scenario(number.scenario)
        found = sources_of(patched, *number.cell)
        basis = "assumption" if found.source.is_assumption else found.source.title
        where = " ".join(number.cell).replace("|", r"\|")
        value = float(found.value) * number.scale
        rows.append(
            (number.words, f"{value:,.4g} {number.unit}".removesuffix(" 1"), basis, f"`{where}`")
        )
    rows += [
        (words, value, "sum of the case", f"`{table}`")
        for words, value, table in _sums(build_system(case, 2030))
    ]
    return _table(("what", "value", "source", "where it stands"), rows)


def _sums(system: System) -> Iterable[tuple[str, str, str]]:
    """Deciding numbers that are sums over rows."""
    supplies = system.supplies
    country = system.buses.country[supplies.bus]
    for code, name in (("AZ", "Azerbaijan"), ("TR", "Türkiye")):
        twh = _power_demand(system, code)
        yield f"Demand of electricity in {name}, 2030", f"{twh:,.1f} TWh", "demands"
    most = supplies.existing_mw + supplies.build_max_mw
    for words, groups in (("sun", ("solar",)), ("wind", ("wind_onshore", "wind_offshore"))):
        room = most[(country == "TR") & np.isin(supplies.group, groups)].sum() / 1e3
        yield f"Room for {words} in Türkiye, 2030", f"{room:,.1f} GW", "assets"


def _profiles(case: Case) -> str:
    zones = _names(case, "zones", "zone")
    frame = case.table("profiles")
    rows = []
    for (kind, basis, method), own in frame.groupby(["kind", "basis", "method"], sort=False):
        places = "; ".join(dict.fromkeys(zones.get(str(zone), "all") for zone in own["zone"]))
        rows.append((kind, basis, str(len(own)), places, method))
    return _table(("kind", "basis", "series", "zones", "how it was made"), rows)


def _names(case: Case, table: str, key: str) -> dict[str, str]:
    frame = case.table(table)
    return dict(zip(frame[key].astype(str), frame["name"].astype(str), strict=True))


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]], right: int = 0) -> str:
    heads = list(heads)
    lines = ["|---"] * (len(heads) - right) + ["|---:"] * right
    body = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(heads) + " |", "".join(lines) + "|", *body])


_HEAD = """\
# The Caspian case

The reference case in `cases/caspian` is the energy of Azerbaijan, its power in seven zones of which
Nakhchivan stands apart, and the power systems of its neighbours from Kazakhstan to Hungary. It has
{n_buses} buses, of which {n_zones} have demand of electricity and {n_markets} are price markets,
{n_assets} plants and stores, {n_links} links, and the years {years}. Money is in euros of 2025.

This page is made from the tables themselves. They name {n_sources} sources; {assumed} of the values
are assumptions, each with its reasoning in a note. Any number can be asked for its
source:

```text
khazri sources cases/caspian fuel_prices "gas|KZ|2030" price
```

The raw data lies in `cases/caspian/raw` with its sources and terms; `make case` rebuilds every
table and profile from it. Tests hold the tables against the build, bit for bit, and the profiles
against their stated means and peaks. The [data licence](../data-licence.md) says what may be done
with it.

## Countries, zones and demand of electricity"""

_FLEET = """\
## Power plants and stores at the end of 2024, GW

Plants count by unit or group, with efficiency, fuel and the year in which they retire. Plants that
are under construction or have contracts enter in their year; mere announcements do not: room for
new capacity stands for them."""

_CARRIERS = """\
## What Azerbaijan uses

Gas comes from five fields, passes Sangachal, and is burned at home, stored in Galmaz and Garadagh,
or sold over the southern corridor to Georgia, Türkiye, Syria and Europe; contracts have a least
volume. What plants pay for it is what it would have brought abroad. Crude oil goes to Ceyhan and
two other ports or into the refinery. District heat of two networks comes from boilers, turbines of
Baku, and whatever the plan builds: heat pumps, electric boilers, tanks. Hydrogen is made from gas
today; electrolysers, capture of CO2, a pipeline to Europe and ammonia may be built. Neighbours have
power alone: their fuels have prices.

Demand of heat and gas follows a temperature that is modelled, not measured. The balance of 2024 by
sector is an estimate that closes published totals. Demand of power by sector has the same hours in
all sectors."""

_MEASURES = """\
## Measures that save energy

Nearly all of this table is assumption. Half of each potential can be taken up by 2030, all from
2035 on; rebound and overlap stand in the tables `efficiency` and `efficiency_groups`."""

_MARKETS = """\
## Markets, 2030

Countries that are not modelled trade at prices. Each market has one bus for one border, asks more
than it pays, and trades a limited volume a year (– : as much as its power allows), so that none
becomes a free corridor or a money machine; `khazri check` refuses a case in which one could."""

_CORRIDORS = """\
## Corridors

Named projects made of candidate links that are built together, phase after phase. Corridors of
state `candidate` may be built by any plan; those that are `off`, because a year or a cost had to be
completed by judgement, only where a scenario names them."""

_SCENARIOS = """\
## Scenarios

A scenario is a list of patches to the tables and may build on another.
`khazri check cases/caspian --scenario dry_year` lists what one changes."""

_DECIDING = """\
## The numbers that decide results

Vary these before trusting a conclusion. Gas prices need one more word: what gas is worth in
Azerbaijan and what power plants pay for it differ, and all producers around the sea must be valued
on the same basis, or a difference of tariffs looks like a reason for trade. The reference values
gas at what its export would bring: in Azerbaijan the plan finds it, elsewhere it is a price. The
scenario `regulated_prices` uses the tariffs, closes exports beyond those of 2024 and lets gas come
free from the wells, so that the tariff is all that is paid.

In 2030 the plan finds 11.5 EUR/MWh in Azerbaijan: 20.9 for the last MWh sold in Türkiye, less 7.7
of pipeline tariffs, 1.3 for the wider pipelines it needs (the old ones are full) and 0.4 for the
gas that compressors burn; Europe takes all that the case lets it buy. Uzbekistan and Kazakhstan
stand at 13.5 and Turkmenistan at 12.9, which is what is paid at their borders for gas of
neighbours, over pipelines that are there. Both are values of trade; the difference is the cost of
new pipelines. Gas of Russia and Iran is not modelled: their power is sold and bought at prices
that are the same on both bases. A plan that ran out of time operates pipelines as they are found:
then gas that no pipeline can take is worth what lifting it costs, 6 to 8 EUR/MWh, and power
follows. Ask for a smaller gap before quoting a price of gas.

The price of carbon in Türkiye, 25 EUR/t in 2030, is an assumption too, and nearly stops power from
lignite there ([validation](../validation.md)).

Besides these: prices in Hungary's western neighbours and Greece and their hourly shape, what Iran
and Russia trade, and the hydro year (`dry_year`)."""

_PROFILES = """\
## Hourly series: measured and modelled

No hourly load, wind or sun of Azerbaijan, Georgia or Armenia is published. Their series are
modelled: shapes of places that are measured, fitted to published sums of months and years and to
the peak. `mixed` means measured values moved to another zone or year. The weather of different
countries comes from different years, so extremes that hit several countries at once are not
observed but modelled; take shortages in single hours as a sign of size, not as a forecast. The
table `profiles` gives mean, peak and the value each series was fitted to."""
