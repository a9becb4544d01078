"""What a report shows: the appraisal tables of one plan, in the columns named here.

The report draws these tables and derives nothing from them beyond adding rows of one bar and
sorting hours of one curve. Whoever fills them (the plan) does all the arithmetic. Any table but
``zones`` may be empty: its section then says what belongs there.

Units. MW, MWh, EUR of ``headline.price_year`` (``headline.currency``), EUR/MWh, t CO2, hours UTC.
Missing numbers are NaN and are shown as "–". Ids of groups are those of ``palette.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import partial
from types import MappingProxyType

import pandas as pd

from khazri.report.geography import Shapes
from khazri.report.numbers import ENERGY, MASS, MASS_RATE, POWER, Unit


class Proof(StrEnum):
    """What stands behind the figures of a plan."""

    CERTIFIED = "certified"
    """All violations within tolerance and the gap asked for was reached."""
    GAP_OPEN = "gap_open"
    """All violations within tolerance; the gap is known but wider than asked for."""
    NOT_PROVEN = "not_proven"
    """No valid certificate: the figures may be wrong."""


@dataclass(frozen=True)
class Carrier:
    """What the tables of a view are about: a carrier by id and name, counted in MWh or tonnes."""

    id: str = ""
    name: str = ""
    is_mass: bool = False

    @property
    def energy(self) -> tuple[Unit, ...]:
        """Units of amounts of the year."""
        return MASS if self.is_mass else ENERGY

    @property
    def power(self) -> tuple[Unit, ...]:
        """Units of flows."""
        return MASS_RATE if self.is_mass else POWER

    def price_unit(self, currency: str) -> str:
        """What prices are given in."""
        return f"{currency}/{self.energy[0].name}"


@dataclass(frozen=True)
class Basis:
    """What a plan takes fuels to cost, and which plan beside it takes another view.

    ``words`` say it for the plan. ``other`` says it for the plan beside it, "" where none lies
    there: then ``missing`` says how to make one, "" where the case knows no other basis.
    """

    words: str = ""
    other: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Headline:
    """Facts of the run, and the sentence that a reader of ten seconds takes away.

    ``verdict`` is one sentence with the cost, and trade and price of the focus country, without
    solver words. ``lower_bound_eur`` and ``upper_bound_eur`` [EUR/a] enclose the least cost; NaN
    where unknown. ``gap`` is their relative distance, ``gap_asked`` what was asked for.
    ``largest_violation_mw`` is that of the certificate, NaN where none. ``focus_country`` is the
    country shown close up, "" for none. ``created`` is the time of the run in UTC, in words.
    Methane counts as CO2 over ``gwp_horizon_a`` years.
    """

    case_title: str
    scenario: str
    year: int
    currency: str
    price_year: int
    verdict: str
    proof: Proof
    proof_words: str
    lower_bound_eur: float
    upper_bound_eur: float
    gap: float
    gap_asked: float
    largest_violation_mw: float
    focus_country: str
    plan_hash: str
    case_hash: str
    version: str
    solver: str
    run_seconds: float
    created: str
    basis: Basis = Basis()
    gwp_horizon_a: int = 100


COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # Four to six figures of the one-minute reading; change against the reference or NaN.
        "cards": ("name", "value", "unit", "change", "note"),
        # Places, in the order of all charts; market: true for price markets at the border.
        "zones": ("zone", "name", "country", "latitude", "longitude", "market"),
        "countries": ("country", "name"),
        # One row per asset with capacity; potential_mw NaN where unlimited.
        "capacity": (
            "asset",
            "name",
            "zone",
            "country",
            "technology",
            "group",
            "existing_mw",
            "built_mw",
            "retired_mw",
            "potential_mw",
        ),
        # One row per asset; stores: energy_mwh is what they delivered. load_factor 0..1.
        "generation": (
            "asset",
            "name",
            "zone",
            "country",
            "technology",
            "group",
            "energy_mwh",
            "curtailed_mwh",
            "load_factor",
            "revenue_eur",
            "cost_eur",
        ),
        # Weeks shown: start_hour is the hour of the year (0..8759); reason says why this week.
        "weeks": ("week", "title", "reason", "start_hour"),
        # 168 rows per week, zone and group; hour counts 0..167 within the week. mw > 0 supplies,
        # mw < 0 takes (charging, exports). Groups beside those of technologies: "imports" (net
        # imports of the zone, negative for exports) and "unserved". `demand` is in week_load.
        "dispatch": ("week", "zone", "group", "hour", "mw"),
        "week_load": ("week", "zone", "hour", "mw"),
        # One row per link of the year; capacities after building. status: existing, construction,
        # planned, candidate. hours_congested: hours at >= 95 % of capacity. rent_eur per year.
        "links": (
            "link",
            "name",
            "from_zone",
            "to_zone",
            "kind",
            "status",
            "capacity_forward_mw",
            "capacity_backward_mw",
            "built_mw",
            "energy_forward_mwh",
            "energy_backward_mwh",
            "hours_congested",
            "rent_eur",
        ),
        # Energy sent from country to country over all links, before losses.
        "exchange": ("from_country", "to_country", "energy_mwh"),
        # What enters (> 0) and leaves (< 0) each zone in the year, by group; groups beside those of
        # technologies: "imports" (net), "unserved", "demand_response", "demand" (less savings).
        "mix": ("zone", "group", "energy_mwh"),
        # Means of the 52 weeks of the year, counted from 0; groups as in mix.
        "seasons": ("country", "group", "week", "mw"),
        # Energy in stores at midnight, and what they can hold.
        "levels": ("country", "group", "day", "level_mwh"),
        "stores": ("country", "group", "energy_mwh"),
        # Long form; items in words ("demand", "losses", "generation", "net imports", ...).
        "balance": ("zone", "item", "energy_mwh"),
        # EUR/MWh over all hours of the year; hours_scarce: hours at a price of unserved demand.
        "price_summary": (
            "zone",
            "mean",
            "load_weighted",
            "lowest_5_percent",
            "highest_5_percent",
            "hours_negative",
            "hours_scarce",
        ),
        "welfare": (
            "country",
            "consumers_eur",
            "producers_eur",
            "congestion_rent_eur",
            "traders_eur",
            "limit_rents_eur",
            "emissions_payments_eur",
            "total_eur",
        ),
        # cost kind in words; EUR per year.
        "costs": ("kind", "cost_eur"),
        # source: plants, stores, links, demand; co2e_t counts methane too.
        "emissions": ("country", "source", "detail", "co2_t", "methane_t", "co2e_t"),
        # Carriers of the energy balances, in their order; unit: MWh or t.
        "carriers": ("carrier", "name", "unit"),
        # What enters (> 0) and leaves (< 0) each carrier in each country; see plan.energy_balance.
        "energy_balance": ("country", "carrier", "line", "detail", "energy_mwh"),
        # The same lines as published for a year, and the model's value of that year counted in the
        # same way.
        "published_balance": (
            "country",
            "year",
            "carrier",
            "line",
            "detail",
            "reported",
            "model",
            "deviation",
            "source",
        ),
        # Measures by cost per saved MWh; uptake 0..1; worth: what a saved MWh would have cost.
        "measures": (
            "measure",
            "name",
            "zone",
            "country",
            "carrier",
            "sector",
            "uptake",
            "potential_mwh",
            "saved_mwh",
            "cost_per_mwh",
            "worth_per_mwh",
        ),
        # Steps of price-responsive demand.
        "responses": (
            "demand",
            "zone",
            "country",
            "price",
            "energy_mwh",
            "given_up_mwh",
            "hours",
        ),
        # Figures under this price basis and the other; flips: whether the answer turns round.
        "basis": ("figure", "country", "detail", "value", "other", "unit", "flips"),
        # Only zones where energy stays unserved.
        "unserved": ("zone", "energy_mwh", "hours", "peak_mw"),
        # value and used in `unit`; words says what the limit is worth, "" where it does not bind.
        "limits": ("limit", "name", "value", "used", "unit", "words"),
        # Largest violation of each equation family against its tolerance, both in unit.
        "certificate": ("family", "violation", "tolerance", "unit", "valid"),
        # Plants and links with a cost of their own; assumed: whether it rests on judgement.
        "project_costs": (
            "table",
            "key",
            "name",
            "technology",
            "size_mw",
            "own_cost",
            "default_cost",
            "unit",
            "assumed",
            "note",
        ),
        # deviation: model / reported - 1 (NaN where reported is zero or missing).
        "backcast": (
            "country",
            "item",
            "reported",
            "model",
            "unit",
            "deviation",
            "source",
            "explanation",
        ),
        # basis: measured, modelled, mixed. achieved and target are of the same measure, in words:
        # "mean", "peak over mean".
        "profiles": (
            "profile",
            "name",
            "zone",
            "kind",
            "basis",
            "method",
            "measure",
            "achieved",
            "target",
        ),
        # Rows of the case whose source is "expert"; a line for each reasoning, for `rows` rows.
        "assumptions": ("table", "key", "what", "reasoning", "rows"),
        "sources": ("source_id", "title", "publisher", "date", "url", "licence", "feeds"),
        # Runs beside the plan, each a line of the same figures ("free trade", "reference", ...).
        "comparison": ("name", "figure", "value", "unit"),
    }
)
"""Columns that each table of a `ReportView` must have; others are ignored."""


def empty(table: str) -> pd.DataFrame:
    """An empty table with the columns of `table`."""
    return pd.DataFrame(columns=list(COLUMNS[table]))


@dataclass(frozen=True, eq=False)
class ReportView:
    """Everything a report shows.

    Hourly tables have one row per hour of the year (UTC, hour-beginning) and one column per zone
    (or link): ``prices`` [EUR/MWh], ``residual_load`` [MW] (demand less wind and solar available),
    ``link_use`` [share of capacity, -1..1]. They may be empty.

    ``shapes`` come from :func:`khazri.report.read_shapes`; without them the map shows zones as
    points.

    Tables of places, plants, links, hours and prices are those of one ``carrier``; zones without it
    are ``absent``. ``further`` are views of the other carriers of the same plan, which have these
    tables and no others.
    """

    headline: Headline
    zones: pd.DataFrame
    countries: pd.DataFrame = field(default_factory=partial(empty, "countries"))
    cards: pd.DataFrame = field(default_factory=partial(empty, "cards"))
    capacity: pd.DataFrame = field(default_factory=partial(empty, "capacity"))
    generation: pd.DataFrame = field(default_factory=partial(empty, "generation"))
    weeks: pd.DataFrame = field(default_factory=partial(empty, "weeks"))
    dispatch: pd.DataFrame = field(default_factory=partial(empty, "dispatch"))
    week_load: pd.DataFrame = field(default_factory=partial(empty, "week_load"))
    links: pd.DataFrame = field(default_factory=partial(empty, "links"))
    exchange: pd.DataFrame = field(default_factory=partial(empty, "exchange"))
    mix: pd.DataFrame = field(default_factory=partial(empty, "mix"))
    seasons: pd.DataFrame = field(default_factory=partial(empty, "seasons"))
    levels: pd.DataFrame = field(default_factory=partial(empty, "levels"))
    stores: pd.DataFrame = field(default_factory=partial(empty, "stores"))
    balance: pd.DataFrame = field(default_factory=partial(empty, "balance"))
    price_summary: pd.DataFrame = field(default_factory=partial(empty, "price_summary"))
    welfare: pd.DataFrame = field(default_factory=partial(empty, "welfare"))
    costs: pd.DataFrame = field(default_factory=partial(empty, "costs"))
    emissions: pd.DataFrame = field(default_factory=partial(empty, "emissions"))
    carriers: pd.DataFrame = field(default_factory=partial(empty, "carriers"))
    energy_balance: pd.DataFrame = field(default_factory=partial(empty, "energy_balance"))
    published_balance: pd.DataFrame = field(default_factory=partial(empty, "published_balance"))
    measures: pd.DataFrame = field(default_factory=partial(empty, "measures"))
    responses: pd.DataFrame = field(default_factory=partial(empty, "responses"))
    basis: pd.DataFrame = field(default_factory=partial(empty, "basis"))
    unserved: pd.DataFrame = field(default_factory=partial(empty, "unserved"))
    limits: pd.DataFrame = field(default_factory=partial(empty, "limits"))
    certificate: pd.DataFrame = field(default_factory=partial(empty, "certificate"))
    project_costs: pd.DataFrame = field(default_factory=partial(empty, "project_costs"))
    backcast: pd.DataFrame = field(default_factory=partial(empty, "backcast"))
    profiles: pd.DataFrame = field(default_factory=partial(empty, "profiles"))
    assumptions: pd.DataFrame = field(default_factory=partial(empty, "assumptions"))
    sources: pd.DataFrame = field(default_factory=partial(empty, "sources"))
    comparison: pd.DataFrame = field(default_factory=partial(empty, "comparison"))
    prices: pd.DataFrame = field(default_factory=pd.DataFrame)
    residual_load: pd.DataFrame = field(default_factory=pd.DataFrame)
    link_use: pd.DataFrame = field(default_factory=pd.DataFrame)
    shapes: Shapes | None = None
    carrier: Carrier = Carrier()
    absent: frozenset[str] = frozenset()
    further: tuple[ReportView, ...] = ()

    def __post_init__(self) -> None:
        for entry in fields(self):
            if entry.name in COLUMNS:
                frame = getattr(self, entry.name)
                lacking = [c for c in COLUMNS[entry.name] if c not in frame.columns]
                assert not lacking, f"table {entry.name} of the report lacks columns {lacking}"
