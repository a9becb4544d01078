"""Public cases with a known answer: what was published, and what Khazri finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd

from khazri.interop import read_network, solve_network
from khazri.plan import Plan, make_plan, welfare
from khazri.program import build_program
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, optimize
from khazri.system import System

from .matpower import read_matpower
from .national import national_scale
from .pglib import dc_flow
from .two_areas import two_areas

_PIECES = 100
"""Chords of each parabola in the optimal power flows."""
_CERTIFIED = 1e-9
"""Relative; the solver's tolerances leave this much open where an answer is known exactly."""


@dataclass(frozen=True)
class Comparison:
    """One published value beside ours.

    ``published`` is written with the digits that were published. ``excess`` is how much ours may
    exceed the true value by the method, ``is_exact`` whether the published value is no rounding.
    """

    case: str
    value: str
    unit: str
    published: str
    ours: float
    excess: float = 0.0
    is_exact: bool = False

    @property
    def tolerance(self) -> float:
        """Half a unit of the last digit published; next to nothing where that digit is exact."""
        exponent = Decimal(self.published).as_tuple().exponent
        assert isinstance(exponent, int)
        return _CERTIFIED * abs(float(self.published)) if self.is_exact else 0.5 * 10.0**exponent

    @property
    def agrees(self) -> bool:
        """Whether both are the same to the digits published."""
        above = self.ours - float(self.published)
        return -self.tolerance <= above <= self.tolerance + self.excess


def comparisons(data: Path) -> list[Comparison]:
    """All comparisons; ``data`` is the folder of the public cases."""
    return [
        *_power_flows(data / "pglib"),
        *_networks(data / "pypsa"),
        *_areas(),
        *_national(data / "calliope"),
    ]


def solved(system: System) -> Plan:
    """The exact plan of a small system."""
    program = build_program(system)
    return make_plan(system, program, optimize(program, HighsSolver(), Effort(segments=0)))


_GRIDS = {
    "case5_pjm": "1.7480e4",
    "case14_ieee": "2.0515e3",
    "case24_ieee_rts": "6.1001e4",
    "case118_ieee": "9.3101e4",
}


def _power_flows(folder: Path) -> Iterator[Comparison]:
    for name, published in _GRIDS.items():
        flow = dc_flow(read_matpower(folder / f"pglib_{name}.m"), _PIECES)
        cost = solved(flow.system).cost
        yield Comparison(
            f"PGLib `{name}`, DC", "least cost", "USD/h", published, cost, excess=flow.error
        )


_NETWORKS = {
    "AC-DC-Meshed": ("-3474256.04", "21915277.52", "18441021.48"),
    "Storage-HVDC": ("", "", "15881838.61"),
}
"""What PyPSA states of its examples: objective and constant, where known, and total cost. Further
digits depend on the tolerances of the solver."""


def _networks(folder: Path) -> Iterator[Comparison]:
    for name, (objective, constant, total) in _NETWORKS.items():
        network = read_network(folder / f"pypsa_{name.lower()}.nc")
        found = solve_network(network, HighsSolver())
        for value, published, ours in (
            ("objective", objective, found.objective),
            ("its constant", constant, found.constant),
            ("total cost", total, found.cost),
        ):
            if published:
                yield Comparison(f"PyPSA {name}", value, "", published, ours)


def _areas() -> Iterator[Comparison]:
    case = "two areas"
    apart, joined, twice = (solved(two_areas(link_mw)) for link_mw in (0.0, 500.0, 1000.0))
    for name, plan, published in (
        ("apart", apart, ("20", "70")),
        ("joined by 500 MW", joined, ("25", "60")),
    ):
        for area, price in zip("AB", published, strict=True):
            found = float(plan.prices.sel(bus=area).item())
            yield Comparison(case, f"price of {area}, {name}", "EUR/MWh", price, found,
                             is_exact=True)  # fmt: skip
    gain = _gains(apart, joined)
    parts = {
        "gain of welfare": ("", "total_eur", "21250"),
        "congestion rent": ("", "congestion_rent_eur", "17500"),
        "gain of consumers of B": ("B", "consumers_eur", "15000"),
        "gain of producers of A": ("A", "producers_eur", "6250"),
        "gain of producers of B": ("B", "producers_eur", "-12500"),
        "gain of consumers of A": ("A", "consumers_eur", "-5000"),
    }
    for value, (country, column, published) in parts.items():
        found = float(gain.loc[country, column])
        yield Comparison(case, value, "EUR", published, found, is_exact=True)
    for value, before, after, published in (
        ("gain of both of two links of 500 MW", apart, twice, "35000"),
        ("the second of them, taken out", joined, twice, "13750"),
    ):
        found = float(_gains(before, after).loc["", "total_eur"])
        yield Comparison(case, value, "EUR", published, found, is_exact=True)


def _gains(before: Plan, after: Plan) -> pd.DataFrame:
    """What everyone gains, by country and for all ("")."""
    return welfare(after).set_index("country") - welfare(before).set_index("country")


def _national(folder: Path) -> Iterator[Comparison]:
    days = {1: "first day", 5: "five days"}
    systems = {number: national_scale(folder / "five_days.csv", number) for number in days}
    plans = {number: solved(system) for number, system in systems.items()}
    store = systems[1].stores
    energy = plans[1].data["store_built"].to_numpy() * store.hours
    turbine = plans[1].data["conversion_built"].to_numpy()
    case = "Calliope national scale"
    for value, unit, published, ours in (
        ("cost, first day", "USD", "38988.7442", plans[1].cost),
        ("battery, first day", "kWh", "6675.173", float(energy[0])),
        ("heat store of region 1_1, first day", "kWh", "45129.950", float(energy[1])),
        ("solar plant of region 1_1, first day", "kW", "4626.588", float(turbine[0])),
        ("cost, five days", "USD", "277048.4786", plans[5].cost),
    ):
        yield Comparison(case, value, unit, published, ours)
