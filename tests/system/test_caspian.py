"""The reference case gives a system in each of its years and scenarios."""

import time

import numpy as np
import pytest

from khazri.case import read_case
from khazri.system import build_system


@pytest.fixture(scope="module")
def case(caspian):
    return read_case(caspian)


def test_all_years_are_whole_and_finite(case):
    for year in case.years:
        system = build_system(case, year)
        demands = case.table("demands")
        given = demands.loc[demands["year"] == year]
        if len(given) == demands["demand"].nunique():
            assert system.load.sum() == pytest.approx(given["energy_mwh"].sum(), rel=1e-9)
        supplies, stores, links = system.supplies, system.stores, system.links
        for group, names in (
            (supplies, ("existing_mw", "build_max_mw", "variable_cost", "investment_cost")),
            (stores, ("charge_mw", "energy_mwh", "hours", "inflow_mw", "investment_cost")),
            (links, ("forward_mw", "backward_mw", "build_max_mw", "loss", "investment_cost")),
        ):
            for name in names:
                assert np.isfinite(getattr(group, name)).all(), (year, name)
        assert (supplies.bus >= 0).all()
        assert (stores.bus >= 0).all()
        assert (links.from_bus >= 0).all()
        assert (supplies.investment_cost[supplies.build_max_mw > 0] > 0).all()
        covered = np.bincount(system.unserved.bus, system.unserved.share, len(system.buses))
        assert covered[system.load.sum(axis=0) > 0] == pytest.approx(1)


def test_a_system_is_built_within_a_second(case):
    """Time of the processor, so that a busy machine does not matter."""
    build_system(case, 2030)
    start = time.process_time()
    build_system(case, 2030)
    assert time.process_time() - start < 1.0


@pytest.mark.slow
def test_all_years_of_all_scenarios_can_be_built(case):
    for scenario in case.scenarios:
        changed = case.with_scenario(scenario)
        for year in changed.years:
            system = build_system(changed, year)
            assert (system.scenario, system.year) == (scenario, year)
            assert len(system.supplies) > 0
