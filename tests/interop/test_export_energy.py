"""Plans of several carriers as PyPSA networks: the same cost there, and optimised again."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from khazri.interop import read_network, solve_network
from khazri.plan import costs
from khazri.solve.highs import HighsSolver
from khazri.system import build_system

from ..energy import energy_case
from ..plan.conftest import solved
from .test_export_pypsa import again, cost, opened

pytest.importorskip("pypsa")

_SINGLE = 1e-6
_SOLVERS = 1e-5


def test_gas_heat_hydrogen_and_co2_cost_the_same_there(tmp_path):
    """Without prices of emissions, ramps and priced contracts everything but the measures is
    carried: fuel from a bus, CHP, heat pump with its COP series, electrolyser, capture from stack
    and air, compressors, stores of gas and CO2, steps of demand. PyPSA finds the same cost, and so
    do we from its network."""
    case = energy_case(1)
    tables = {**case.tables, "co2_prices": case.tables["co2_prices"].iloc[:0]}
    chosen = build_system(replace(case, tables=MappingProxyType(tables)), 2030)
    chosen = replace(
        chosen,
        supplies=replace(chosen.supplies, ramp_per_h=np.full(len(chosen.supplies), np.nan)),
        markets=replace(chosen.markets, shortfall_price=np.full(len(chosen.markets), np.nan)),
    )
    plan = solved(chosen)
    measures = costs(plan).set_index("kind").loc["efficiency measures", "cost_eur"]
    network, left = opened(plan, chosen, tmp_path / "plan.nc")
    assert [words.split(":")[0].split(maxsplit=1)[1] for words in left] == ["efficiency measures"]
    assert cost(network) == pytest.approx(plan.cost - measures, rel=_SINGLE)
    assert again(network) == pytest.approx(plan.cost - measures, rel=_SOLVERS)
    operation = network.statistics.opex(round=False).sum()
    own = solve_network(read_network(tmp_path / "plan.nc"), HighsSolver())
    assert own.cost == pytest.approx(operation, rel=_SOLVERS)


def test_what_users_pay_is_told(tmp_path):
    """With prices of emissions the network lacks measures, what users pay for their emissions and
    what stores pay for those of charging; the rest of the cost is there."""
    chosen = build_system(energy_case(1), 2030)
    plan = solved(chosen)
    network, left = opened(plan, chosen, tmp_path / "plan.nc")
    told = " ".join(left)
    for words in ("efficiency measures", "payments of users", "charging stores", "least volume"):
        assert words in told
    table = costs(plan).set_index("kind")["cost_eur"]
    saved = plan.weight @ (chosen.measures.saving * plan.data["measure_uptake"].to_numpy())
    users = chosen.demand_energy() @ chosen.demands.emissions.cost
    users -= saved @ chosen.measures.emissions.cost
    charged = plan.weight @ plan.data["charge"].to_numpy().astype(float)
    charging = charged @ chosen.stores.charge_emissions.cost
    lacking = table["efficiency measures"] + table["missed contract volumes"] + users + charging
    assert cost(network) == pytest.approx(plan.cost - lacking, rel=_SINGLE)
