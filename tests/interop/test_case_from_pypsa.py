"""A PyPSA network as a case: the same cost, or a sentence on what differs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from khazri.case import read_case
from khazri.errors import NetworkError, UsageError
from khazri.interop import (
    Component,
    Network,
    NetworkCase,
    case_of_network,
    make_network,
    read_network,
    solve_network,
    write_network_case,
)
from khazri.plan import plan_case
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort

_SINGLE = 1e-6
"""Relative: profiles of a case are single precision, and both are solved within tolerances."""
_STANDING = ("the currency", "that all demand must be served")
"""What differs between any network and any case."""

EXACT = (
    "availability",
    "least_output",
    "extendable_generators",
    "overnight_costs",
    "prescribed_capacity",
    "energy_limits",
    "inactive",
    "line_types",
    "direct_current",
    "emission_limit",
)
"""Features of networks that mean the same in a case."""


def made_of(network: Network) -> NetworkCase:
    return case_of_network(network, "made.nc", "made")


def differences(made: NetworkCase) -> list[str]:
    """What is told beside what differs always, and beside the colours of results."""
    return [
        words
        for words in made.not_carried
        if not words.startswith(_STANDING) and "names no known group" not in words
    ]


def cost_of_case(made: NetworkCase, folder) -> float:
    write_network_case(made, folder)
    return plan_case(folder, effort=Effort(segments=0)).cost


def cost_of_network(network: Network) -> float:
    return solve_network(network, HighsSolver()).cost


def by_pypsa(features, folder) -> Network:
    """A network with these features, written by PyPSA."""
    pytest.importorskip("pypsa")
    from .networks import FEATURES, base, through_file

    rng = np.random.default_rng(7)
    network = base(rng)
    for name in features:
        FEATURES[name](network, rng)
    return through_file(network, folder)


def hourly(hours: int) -> pd.Index:
    return pd.date_range("2031-03-01", periods=hours, freq="h", name="snapshot")


def frame(names: list[str], **columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns, index=pd.Index(names))


def sectors(hours_of_snapshot: float = 1.0) -> Network:
    """Power, heat and gas with everything that cases have too: a gas well, a cogeneration plant
    with three ports that may be extended, a heat pump whose efficiency changes, batteries that are
    cyclic, begin half full or lose energy, a tank of heat, and a cable that may be extended.

    Nothing loses energy over time where snapshots are longer than an hour.
    """
    rng = np.random.default_rng(3)
    snapshots = hourly(12)
    loss = 0.02 if hours_of_snapshot == 1 else 0.0
    return make_network(
        snapshots,
        {
            Component.CARRIER: frame(["gas"], co2_emissions=[0.2]),
            Component.BUS: frame(
                ["power", "island", "heat", "gas"],
                carrier=["AC", "DC", "heat", "gas"],
                country=["AA", "BB", "AA", "AA"],
                x=[10.0, 11.0, 10.0, 10.0],
                y=[50.0, 51.0, 50.0, 50.0],
            ),
            Component.LOAD: frame(["town", "fort", "homes"], bus=["power", "island", "heat"]),
            Component.GENERATOR: frame(
                ["well", "sun", "diesel"],
                bus=["gas", "island", "power"],
                carrier=["gas", "solar", "oil"],
                p_nom=[400.0, 0.0, 500.0],
                p_nom_extendable=[False, True, False],
                p_nom_max=[np.inf, 300.0, np.inf],
                capital_cost=[0.0, 20.0, 0.0],
                marginal_cost=[20.0, 0.5, 150.0],
            ),
            Component.LINK: frame(
                ["cogeneration", "heat pump", "cable"],
                bus0=["gas", "power", "island"],
                bus1=["power", "heat", "power"],
                bus2=["heat", "", ""],
                efficiency=[0.4, 3.0, 1.0],
                efficiency2=[0.45, 1.0, 1.0],
                carrier=["chp", "heat pump", "dc"],
                p_nom=[0.0, 20.0, 0.0],
                p_nom_extendable=[True, False, True],
                p_nom_min=[10.0, 0.0, 25.0],
                p_nom_max=[200.0, np.inf, np.inf],
                p_min_pu=[0.0, 0.0, -0.8],
                capital_cost=[60.0, 0.0, 15.0],
                marginal_cost=[2.0, 0.0, 0.0],
            ),
            Component.STORAGE_UNIT: frame(
                ["cyclic", "begun", "new"],
                bus=["power", "island", "island"],
                carrier="battery",
                p_nom=[20.0, 15.0, 0.0],
                p_nom_extendable=[False, False, True],
                p_nom_max=[np.inf, np.inf, 80.0],
                p_min_pu=[-1.0, -0.5, -1.0],
                max_hours=[3.0, 4.0, 2.0],
                capital_cost=[0.0, 0.0, 11.0],
                efficiency_store=0.95,
                efficiency_dispatch=0.9,
                standing_loss=loss,
                cyclic_state_of_charge=[True, False, True],
                state_of_charge_initial=[0.0, 30.0, 0.0],
                marginal_cost=[0.1, 0.2, 0.3],
            ),
            Component.STORE: frame(
                ["tank", "cellar"],
                bus="heat",
                carrier="heat",
                e_nom=[50.0, 0.0],
                e_nom_extendable=[False, True],
                e_nom_max=[np.inf, 60.0],
                capital_cost=[0.0, 2.0],
                e_cyclic=[False, True],
                e_initial=[20.0, 0.0],
                standing_loss=loss,
            ),
        },
        {
            Component.LOAD: {
                "p_set": pd.DataFrame(
                    rng.uniform(20.0, 100.0, (12, 3)), snapshots, ["town", "fort", "homes"]
                )
            },
            Component.GENERATOR: {
                "p_max_pu": pd.DataFrame({"sun": rng.uniform(0.0, 1.0, 12)}, snapshots)
            },
            Component.LINK: {
                "efficiency": pd.DataFrame({"heat pump": rng.uniform(2.0, 4.0, 12)}, snapshots)
            },
        },
        weightings=pd.DataFrame(
            hours_of_snapshot, snapshots, ["objective", "stores", "generators"]
        ),
        attributes={"network_name": "sectors"},
    )


def test_a_network_of_sectors_costs_the_same_as_its_case(tmp_path):
    network = sectors()
    made = made_of(network)
    assert differences(made) == []
    cost = cost_of_case(made, tmp_path / "case")
    assert cost == pytest.approx(cost_of_network(network), rel=_SINGLE)


def test_snapshots_of_two_hours_become_two_hours(tmp_path):
    network = sectors(2.0)
    made = made_of(network)
    assert int(made.tables["case"]["hours"].iloc[0]) == 24
    (words,) = differences(made)
    assert words.startswith("snapshots of several hours")
    cost = cost_of_case(made, tmp_path / "case")
    assert cost == pytest.approx(cost_of_network(network), rel=_SINGLE)


def test_features_that_mean_the_same_cost_the_same(tmp_path):
    network = by_pypsa(EXACT, tmp_path)
    made = made_of(network)
    assert differences(made) == []
    cost = cost_of_case(made, tmp_path / "case")
    assert cost == pytest.approx(cost_of_network(network), rel=_SINGLE)


def test_what_means_something_else_is_told(tmp_path):
    """One network with all of these features; each has its sentence."""
    words = {
        "varying_cost": "generator 'market': marginal_cost varies with time",
        "modules": "generator 'blocks': p_nom_mod",
        "ramps": "ramp limits that differ up and down",
        "prescribed_output": "p_set, for which cases have no column",
        "negative_sign": "generator 'consumer': a generator with sign -1 is left out",
        "extendable_lines": "outside the voltage law",
        "line_ratings": "line 'cd': s_max_pu varies with time",
        "phase_shifters": "phase_shift_max, for which cases have no column",
        "links": "flows backward, which PyPSA counts as gains",
        "link_ramps": "link 'slow link': ramp_limit_up",
        "prescribed_storage": "state_of_charge_set, for which cases have no column",
        "stores": "e_min_pu, for which cases have no column",
        "hydro": "storage unit 'run of river': spill_cost",
        "transmission_limits": "of type transmission_volume_expansion_limit",
        "technology_limits": "of type tech_capacity_expansion_limit",
    }
    told = differences(made_of(by_pypsa(words, tmp_path)))
    lacking = [one for one in words.values() if not any(one in sentence for sentence in told)]
    assert not lacking, told


@pytest.mark.slow
def test_no_feature_changes_the_cost_in_silence(tmp_path):
    """For each feature alone: the same cost, or words on what differs."""
    pytest.importorskip("pypsa")
    from .networks import FEATURES

    for feature in FEATURES:
        if feature == "weightings":
            continue
        folder = tmp_path / feature
        folder.mkdir()
        network = by_pypsa([feature], folder)
        made = made_of(network)
        cost = cost_of_case(made, folder / "case")
        known = cost_of_network(network)
        assert differences(made) or cost == pytest.approx(known, rel=_SINGLE), feature


def test_every_row_names_the_network_or_says_why(tmp_path):
    made = made_of(sectors())
    sources = {
        name: set(table["source_id"])
        for name, table in made.tables.items()
        if "source_id" in table and name != "sources"
    }
    assert sources.pop("citations") == {"expert"}
    assert sources.pop("unserved_blocks") == sources.pop("fuel_prices") == {"expert"}
    assert set().union(*sources.values()) == {"network"}
    write_network_case(made, tmp_path / "case")
    case = read_case(tmp_path / "case")
    assert case.table("countries")["country"].tolist() == ["AA", "BB"]
    assert case.default_year == 2031
    cited = case.table("citations")
    assert set(cited["column"]) == {"wacc", "currency", "build_max_mw", "lifetime_a"}


@pytest.mark.parametrize(
    ("weights", "found"),
    [((1.5, 1.5, 1.5), "1.5, 1.5, 1.5"), ((2.0, 1.0, 2.0), "2, 1, 2"), ((800.0,) * 3, "9,600 h")],
)
def test_weights_that_are_no_hours_are_refused(weights, found):
    network = sectors()
    network.weightings[:] = weights
    with pytest.raises(NetworkError, match="whole hours") as refused:
        made_of(network)
    assert found in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_network_of_which_nothing_remains_is_refused():
    """A network without loads, and one whose only plant takes energy."""
    snapshots = hourly(2)
    bus = frame(["b"])
    load = frame(["l"], bus=["b"], p_set=[1.0])
    for tables, lacking in (
        ({Component.BUS: bus}, "a load"),
        (
            {
                Component.BUS: bus,
                Component.LOAD: load,
                Component.GENERATOR: frame(["g"], bus=["b"], p_nom=[5.0], sign=[-1.0]),
            },
            "a plant",
        ),
    ):
        with pytest.raises(NetworkError, match=lacking):
            made_of(make_network(snapshots, tables, {}))


def test_faults_of_the_network_are_faults_of_the_case():
    network = sectors()
    network.table(Component.LOAD).loc["town", "bus"] = "nowhere"
    with pytest.raises(NetworkError, match="nowhere"):
        made_of(network)


def test_unit_commitment_is_told_and_left_out():
    network = sectors()
    network.table(Component.GENERATOR).loc["diesel", "committable"] = True
    told = differences(made_of(network))
    assert told == ["generator 'diesel': committable True (no unit commitment)"]


def test_names_become_keys_that_tables_can_hold():
    """Signs that part keys are replaced, and names that collide are numbered."""
    snapshots = pd.Index([0, 1])
    made = made_of(
        make_network(
            snapshots,
            {
                Component.BUS: frame(["a|b", "a/b"]),
                Component.LOAD: frame(["l*"], bus=["a|b"], p_set=[1.0]),
                Component.GENERATOR: frame(["g"], bus=["a|b"], p_nom=[5.0]),
                Component.STORE: frame(["g"], bus=["a/b"], e_nom=[5.0]),
            },
            {},
        )
    )
    assert made.tables["buses"]["bus"].tolist() == ["a/b", "a/b 2"]
    assert made.tables["assets"]["asset"].tolist() == ["g", "g 2"]
    assert made.tables["demands"]["demand"].tolist() == ["lx"]
    assert "snapshots are no times; they are the first hours of 2030" in made.not_carried


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_network_case(made_of(sectors()), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_the_example_of_alternating_and_direct_current(repository, tmp_path):
    """Its lines may all be extended, so the case is a relaxation; the law costs little there."""
    path = repository / "tests" / "data" / "public" / "pypsa" / "pypsa_ac-dc-meshed.nc"
    made = made_of(read_network(path))
    (words,) = differences(made)
    assert words.startswith("line '0', '1', '2' and 4 more: may be extended")
    cost = cost_of_case(made, tmp_path / "case")
    assert 0.9999 * 18_441_021.4777 < cost < 18_441_021.4777
