"""Small PyPSA networks, each with one feature, and their solution by PyPSA itself."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pypsa

from khazri.interop import Network, Solved, read_network, solve_network
from khazri.solve.highs import HighsSolver

HOURS = 6

Feature = Callable[[pypsa.Network, np.random.Generator], None]

FEATURES: dict[str, Feature] = {}
"""Features by name; each adds to a network that has :func:`base`'s buses ``a`` to ``d``."""


def feature(add: Feature) -> Feature:
    """Register a feature under its function's name."""
    FEATURES[add.__name__] = add
    return add


def quiet() -> None:
    """Silence PyPSA's and linopy's messages."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")


def base(rng: np.random.Generator, hours: int = HOURS) -> pypsa.Network:
    """Four AC buses in a ring with a diagonal, loads, and a plant at three of them.

    Costs are random, so that merit orders, hence prices, are unique as a rule. A dear plant at
    each bus keeps the network feasible.
    """
    quiet()
    n = pypsa.Network()
    n.set_snapshots(pd.date_range("2030-01-01", periods=hours, freq="h"))
    n.add("Carrier", "AC")
    n.add("Carrier", "gas", co2_emissions=0.2)
    n.add("Carrier", "wind")
    n.add("Carrier", "water", co2_emissions=0.01)
    for bus in "abcd":
        n.add("Bus", bus, v_nom=380.0)
        load = rng.uniform(50.0, 150.0, hours)
        n.add("Load", f"load {bus}", bus=bus, p_set=load)
        n.add("Generator", f"dear {bus}", bus=bus, p_nom=500.0, marginal_cost=rng.uniform(200, 300))
    for bus in "abc":
        n.add(
            "Generator",
            f"gas {bus}",
            bus=bus,
            carrier="gas",
            p_nom=rng.uniform(60.0, 250.0),
            marginal_cost=rng.uniform(20.0, 90.0),
            efficiency=rng.uniform(0.3, 0.6),
        )
    for start, end in ("ab", "bc", "cd", "da", "ac"):
        n.add(
            "Line",
            f"{start}{end}",
            bus0=start,
            bus1=end,
            x=rng.uniform(5.0, 40.0),
            r=rng.uniform(0.1, 1.0),
            s_nom=rng.uniform(30.0, 120.0),
            length=rng.uniform(50.0, 200.0),
        )
    return n


@feature
def availability(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        "wind",
        bus="d",
        carrier="wind",
        p_nom=300.0,
        p_max_pu=rng.uniform(0.0, 1.0, len(n.snapshots)),
        marginal_cost=rng.uniform(0.0, 2.0),
    )


@feature
def least_output(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        "must run",
        bus="b",
        p_nom=80.0,
        p_min_pu=rng.uniform(0.2, 0.6, len(n.snapshots)),
        marginal_cost=120.0,
    )


@feature
def varying_cost(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        "market",
        bus="c",
        p_nom=90.0,
        marginal_cost=rng.uniform(10.0, 150.0, len(n.snapshots)),
    )


@feature
def extendable_generators(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        ["new wind", "new gas"],
        bus=["a", "d"],
        carrier=["wind", "gas"],
        p_nom=[20.0, 0.0],
        p_nom_extendable=True,
        p_nom_min=[10.0, 0.0],
        p_nom_max=[np.inf, 150.0],
        capital_cost=rng.uniform(100.0, 300.0, 2),
        marginal_cost=[1.0, 60.0],
    )
    n.generators_t.p_max_pu["new wind"] = rng.uniform(0.1, 1.0, len(n.snapshots))


@feature
def overnight_costs(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        ["by annuity", "for ever", "no interest"],
        bus=["a", "b", "c"],
        p_nom=[5.0, 0.0, 0.0],
        p_nom_extendable=True,
        p_nom_max=60.0,
        overnight_cost=rng.uniform(1e5, 1e6, 3),
        discount_rate=[0.07, 0.05, 0.0],
        lifetime=[20.0, np.inf, 30.0],
        fom_cost=rng.uniform(0.0, 20.0, 3),
        marginal_cost=rng.uniform(5.0, 20.0, 3),
    )


@feature
def prescribed_capacity(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        "decided",
        bus="b",
        p_nom_extendable=True,
        p_nom_set=rng.uniform(20.0, 60.0),
        capital_cost=50.0,
        marginal_cost=10.0,
    )


@feature
def modules(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        "blocks",
        bus="d",
        p_nom_extendable=True,
        p_nom_mod=rng.uniform(20.0, 45.0),
        p_nom_max=200.0,
        capital_cost=rng.uniform(50.0, 150.0),
        marginal_cost=12.0,
    )


@feature
def ramps(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        ["slow", "slower", "started"],
        bus=["a", "c", "d"],
        p_nom=[150.0, 120.0, 100.0],
        marginal_cost=rng.uniform(5.0, 15.0, 3),
        ramp_limit_up=[0.1, np.nan, 0.2],
        ramp_limit_down=[0.3, 0.15, np.nan],
        p_init=[np.nan, np.nan, 10.0],
    )
    n.generators_t.ramp_limit_up["slow"] = rng.uniform(0.05, 0.3, len(n.snapshots))


@feature
def extendable_ramps(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        "new slow",
        bus="a",
        p_nom_extendable=True,
        capital_cost=rng.uniform(50.0, 150.0),
        marginal_cost=8.0,
        ramp_limit_up=0.1,
        ramp_limit_down=0.2,
        p_init=15.0,
    )


@feature
def starting_ramps_without_commitment(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        "odd",
        bus="b",
        p_nom=100.0,
        marginal_cost=rng.uniform(5.0, 15.0),
        ramp_limit_start_up=0.4,
        ramp_limit_down=0.25,
        p_init=0.0,
    )


@feature
def energy_limits(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        ["contract", "fuel"],
        bus=["a", "b"],
        p_nom=100.0,
        marginal_cost=[180.0, 3.0],
        e_sum_min=[rng.uniform(50.0, 200.0), -np.inf],
        e_sum_max=[np.inf, rng.uniform(100.0, 300.0)],
    )


@feature
def prescribed_output(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Generator", "fixed output", bus="a", p_nom=50.0, marginal_cost=30.0)
    n.generators_t.p_set["fixed output"] = pd.Series(
        np.where(np.arange(len(n.snapshots)) % 2, np.nan, rng.uniform(10.0, 40.0)), n.snapshots
    )
    n.add(
        "Generator", "grows with it", bus="c", p_nom_extendable=True, capital_cost=70.0, p_set=25.0
    )


@feature
def negative_sign(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Generator",
        "consumer",
        bus="a",
        sign=-1.0,
        p_nom=60.0,
        p_min_pu=0.1,
        marginal_cost=-rng.uniform(60.0, 150.0),
    )
    n.add("Load", "feed in", bus="b", sign=1.0, p_set=rng.uniform(5.0, 20.0, len(n.snapshots)))


@feature
def inactive(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Generator", "closed", bus="a", p_nom=500.0, marginal_cost=0.0, active=False)
    n.add("Load", "closed load", bus="a", p_set=rng.uniform(100.0, 200.0), active=False)
    n.add("Line", "closed line", bus0="b", bus1="d", x=1.0, s_nom=500.0, active=False)
    n.add("StorageUnit", "closed unit", bus="a", p_nom=50.0, max_hours=5.0, active=False)
    n.add("Link", "closed link", bus0="b", bus1="d", p_nom=500.0, active=False)
    n.add("Store", "closed store", bus="a", e_nom=500.0, e_cyclic=True, active=False)


@feature
def extendable_lines(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Line",
        "new line",
        bus0="b",
        bus1="d",
        x=rng.uniform(5.0, 40.0),
        s_nom=20.0,
        s_nom_extendable=True,
        s_nom_min=10.0,
        capital_cost=rng.uniform(20.0, 80.0),
        length=120.0,
    )
    n.lines.loc["ab", ["s_nom_extendable", "capital_cost"]] = True, 60.0
    n.lines.loc["ab", "s_nom_max"] = 500.0


@feature
def line_ratings(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.lines.loc["ac", "s_max_pu"] = 0.7
    n.lines_t.s_max_pu["cd"] = rng.uniform(0.3, 1.2, len(n.snapshots))


@feature
def line_types(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Line",
        "typed",
        bus0="a",
        bus1="b",
        type="490-AL1/64-ST1A 380.0",
        length=rng.uniform(50.0, 150.0),
        num_parallel=2.0,
        s_nom=80.0,
    )
    n.add("LineType", "own", r_per_length=0.05, x_per_length=0.3, f_nom=50.0)
    n.add("Line", "typed here", bus0="c", bus1="b", type="own", length=60.0, s_nom=70.0)


@feature
def parallel_lines(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Line", "second ab", bus0="b", bus1="a", x=rng.uniform(5.0, 40.0), s_nom=35.0)


@feature
def angle_limits(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.lines.loc["ac", "v_ang_max"] = rng.uniform(0.1, 0.4)
    n.lines.loc["ab", ["s_nom_extendable", "capital_cost"]] = True, 30.0
    n.lines.loc["ab", "v_ang_max"] = rng.uniform(0.1, 0.4)


@feature
def transformers(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Bus", "high", v_nom=500.0)
    n.add("Load", "load high", bus="high", p_set=rng.uniform(20.0, 60.0, len(n.snapshots)))
    n.add("Generator", "dear high", bus="high", p_nom=200.0, marginal_cost=310.0)
    n.add(
        "Transformer",
        ["t1", "t2", "t3"],
        bus0=["a", "c", "d"],
        bus1="high",
        x=rng.uniform(0.05, 0.2, 3),
        s_nom=rng.uniform(50.0, 150.0, 3),
        tap_ratio=[1.0, 1.05, 0.98],
        phase_shift=[0.0, rng.uniform(-1.0, 1.0), 0.0],
        s_nom_extendable=[False, False, True],
        capital_cost=40.0,
    )


@feature
def phase_shifters(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Bus", "behind", v_nom=380.0)
    n.add("Load", "load behind", bus="behind", p_set=rng.uniform(20.0, 60.0, len(n.snapshots)))
    n.add("Generator", "dear behind", bus="behind", p_nom=200.0, marginal_cost=320.0)
    n.add(
        "Transformer",
        ["p1", "p2"],
        bus0=["a", "c"],
        bus1="behind",
        x=rng.uniform(0.05, 0.2, 2),
        s_nom=100.0,
        phase_shift_min=[-0.5, 0.0],
        phase_shift_max=[0.8, 0.0],
        v_ang_max=[1.0, np.inf],
    )


@feature
def direct_current(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Bus", ["dc1", "dc2", "dc3"], carrier="DC", v_nom=200.0)
    for start, end in (("dc1", "dc2"), ("dc2", "dc3"), ("dc3", "dc1")):
        n.add("Line", f"{start}{end}", bus0=start, bus1=end, r=rng.uniform(0.5, 3.0), s_nom=60.0)
    for bus, dc in zip("abd", ("dc1", "dc2", "dc3"), strict=True):
        n.add("Link", f"converter {bus}", bus0=bus, bus1=dc, p_nom=70.0, p_min_pu=-1.0)


@feature
def links(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Link",
        ["one way", "both ways"],
        bus0=["a", "b"],
        bus1=["d", "d"],
        p_nom=[60.0, 0.0],
        p_nom_extendable=[False, True],
        capital_cost=40.0,
        p_min_pu=[0.0, -0.8],
        efficiency=[0.95, 1.0],
        marginal_cost=rng.uniform(0.0, 3.0, 2),
    )


@feature
def many_ports(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Bus", ["fuel", "heat", "co2"], carrier=["fuel", "heat", "co2"])
    n.add("Load", "heat load", bus="heat", p_set=rng.uniform(20.0, 60.0, len(n.snapshots)))
    n.add("Generator", "fuel supply", bus="fuel", p_nom=1000.0, marginal_cost=20.0)
    n.add("Generator", "boiler", bus="heat", p_nom=100.0, marginal_cost=70.0)
    n.add("Store", "atmosphere", bus="co2", e_nom=1e5, e_min_pu=-1.0)
    n.add(
        "Link",
        ["chp", "heat pump"],
        bus0=["fuel", "b"],
        bus1=["b", "heat"],
        bus2=["heat", ""],
        bus3=["co2", ""],
        efficiency=[0.4, 3.0],
        efficiency2=[0.45, 1.0],
        efficiency3=[0.2, 1.0],
        p_nom=[100.0, 20.0],
        marginal_cost=[4.0, 1.0],
    )
    n.links_t.efficiency["heat pump"] = rng.uniform(2.0, 4.0, len(n.snapshots))
    n.links_t.efficiency2["chp"] = rng.uniform(0.3, 0.5, len(n.snapshots))


@feature
def ports_at_one_bus(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Link",
        ["to itself", "twice there"],
        bus0=["a", "a"],
        bus1=["a", "b"],
        bus2=["a", "b"],
        efficiency=[1.0, 0.6],
        efficiency2=[0.2, 0.3],
        p_nom=20.0,
        marginal_cost=rng.uniform(1.0, 5.0, 2),
    )
    n.links_t.efficiency2["twice there"] = rng.uniform(0.2, 0.4, len(n.snapshots))


@feature
def link_ramps(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "Link",
        "slow link",
        bus0="a",
        bus1="c",
        p_nom=100.0,
        p_min_pu=-1.0,
        ramp_limit_up=rng.uniform(0.1, 0.3),
        ramp_limit_down=0.2,
    )


@feature
def link_output(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Link", "scheduled", bus0="a", bus1="c", p_nom=50.0, p_set=rng.uniform(5.0, 30.0))


@feature
def storage_units(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "StorageUnit",
        ["battery", "cyclic battery", "new battery"],
        bus=["a", "b", "c"],
        p_nom=[40.0, 30.0, 0.0],
        p_nom_extendable=[False, False, True],
        capital_cost=rng.uniform(20.0, 60.0),
        max_hours=[3.0, 5.0, 2.0],
        efficiency_store=0.95,
        efficiency_dispatch=0.9,
        standing_loss=[0.01, 0.0, 0.02],
        state_of_charge_initial=[50.0, 10.0, 0.0],
        cyclic_state_of_charge=[False, True, True],
        marginal_cost=rng.uniform(0.1, 2.0, 3),
        marginal_cost_storage=[0.0, 0.05, 0.01],
        p_min_pu=[-1.0, -0.5, -1.0],
    )


@feature
def hydro(n: pypsa.Network, rng: np.random.Generator) -> None:
    inflow = rng.uniform(0.0, 80.0, (len(n.snapshots), 2))
    inflow[1] = 0.0
    n.add(
        "StorageUnit",
        ["dam", "run of river"],
        bus=["d", "a"],
        carrier="water",
        p_nom=[50.0, 20.0],
        max_hours=[4.0, 0.5],
        p_min_pu=[0.0, -1.0],
        state_of_charge_initial=[120.0, 0.0],
        inflow=pd.DataFrame(inflow, n.snapshots, ["dam", "run of river"]),
        spill_cost=[0.0, 1.5],
        efficiency_dispatch=0.9,
    )


@feature
def prescribed_storage(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "StorageUnit",
        ["told level", "told power", "told charging", "new told"],
        bus=["a", "b", "c", "d"],
        p_nom=30.0,
        max_hours=4.0,
        state_of_charge_initial=60.0,
        p_nom_extendable=[False, False, False, True],
        p_nom_min=20.0,
        capital_cost=10.0,
    )
    n.storage_units_t.state_of_charge_set["told level"] = _sometimes(n, {3: 40.0})
    n.storage_units_t.state_of_charge_set["new told"] = _sometimes(n, {2: 50.0})
    n.storage_units_t.p_set["told power"] = _sometimes(n, {1: -10.0, 4: rng.uniform(5.0, 15.0)})
    n.storage_units_t.p_dispatch_set["told charging"] = _sometimes(n, {0: 5.0})
    n.storage_units_t.p_store_set["told charging"] = _sometimes(n, {2: 7.0})


def _sometimes(n: pypsa.Network, values: dict[int, float]) -> pd.Series:
    told = pd.Series(np.nan, n.snapshots)
    for hour, value in values.items():
        if hour < len(told):
            told.iloc[hour] = value
    return told


@feature
def stores(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add("Bus", "tank", carrier="H2")
    n.add("Link", "in", bus0="a", bus1="tank", p_nom=60.0, efficiency=0.7)
    n.add("Link", "out", bus0="tank", bus1="a", p_nom=60.0, efficiency=0.6)
    n.add(
        "Store",
        ["cyclic tank", "full tank", "new tank"],
        bus="tank",
        e_nom=[100.0, 80.0, 0.0],
        e_nom_extendable=[False, False, True],
        e_nom_max=[np.inf, np.inf, np.inf],
        capital_cost=rng.uniform(0.5, 5.0),
        e_cyclic=[True, False, True],
        e_initial=[0.0, 70.0, 0.0],
        e_min_pu=[0.1, 0.0, 0.0],
        e_max_pu=[0.9, 1.0, 1.0],
        standing_loss=[0.0, 0.005, 0.01],
        marginal_cost=rng.uniform(0.0, 0.5, 3),
        marginal_cost_storage=[0.001, 0.0, 0.0],
    )
    n.stores_t.e_set["full tank"] = _sometimes(n, {len(n.snapshots) - 1: 20.0})


@feature
def weightings(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.snapshot_weightings["objective"] = rng.uniform(1.0, 40.0, len(n.snapshots))
    n.snapshot_weightings["generators"] = rng.uniform(1.0, 30.0, len(n.snapshots))
    n.snapshot_weightings["stores"] = rng.integers(1, 4, len(n.snapshots)).astype(float)


@feature
def emission_limit(n: pypsa.Network, rng: np.random.Generator) -> None:
    hours = float(n.snapshot_weightings["generators"].sum())
    n.add("GlobalConstraint", "co2", sense="<=", constant=rng.uniform(20.0, 60.0) * hours)


@feature
def operational_limits(n: pypsa.Network, rng: np.random.Generator) -> None:
    hours = float(n.snapshot_weightings["generators"].sum())
    n.add(
        "GlobalConstraint",
        ["gas at most", "water at least"],
        type="operational_limit",
        carrier_attribute=["gas", "water"],
        sense=["<=", ">="],
        constant=[rng.uniform(50.0, 150.0) * hours, 5.0],
    )


@feature
def transmission_limits(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "GlobalConstraint",
        ["volume", "cost"],
        type=["transmission_volume_expansion_limit", "transmission_expansion_cost_limit"],
        carrier_attribute="AC,DC",
        sense="<=",
        constant=[rng.uniform(5e3, 2e4), rng.uniform(2e3, 8e3)],
    )


@feature
def technology_limits(n: pypsa.Network, rng: np.random.Generator) -> None:
    n.add(
        "GlobalConstraint",
        ["wind at most", "gas at d"],
        type="tech_capacity_expansion_limit",
        carrier_attribute=["wind", "gas"],
        bus=["", "d"],
        sense=["<=", ">="],
        constant=[rng.uniform(20.0, 60.0), rng.uniform(1.0, 8.0)],
    )


def solve_by_pypsa(n: pypsa.Network) -> str:
    """Solve with PyPSA and HiGHS to tight tolerances; returns the condition it ended in."""
    quiet()
    _, condition = n.optimize(
        solver_name="highs",
        include_objective_constant=True,
        assign_all_duals=True,
        log_to_console=False,
        mip_rel_gap=1e-9,
    )
    return condition


def through_file(n: pypsa.Network, folder: Path) -> Network:
    """Write a network with PyPSA and read it with Khazri."""
    quiet()
    path = folder / "network.nc"
    n.export_to_netcdf(path)
    return read_network(path)


def solve_both(n: pypsa.Network, folder: Path) -> Solved:
    """Solve with both; ``n`` holds PyPSA's results."""
    network = through_file(n, folder)
    condition = solve_by_pypsa(n)
    assert condition == "optimal", condition
    return solve_network(network, HighsSolver())
