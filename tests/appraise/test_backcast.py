"""A plan beside what was reported."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from khazri.appraise import backcast
from khazri.case import TABLES, new_case, read_case
from khazri.errors import UsageError
from khazri.plan import make_plan
from khazri.program import build_program
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, optimize
from khazri.system import Buses, Links, Stores, Supplies

from ..systems import group, system


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return read_case(new_case(tmp_path_factory.mktemp("cases") / "demo"))


@pytest.fixture(scope="module")
def plan():
    """A makes 150 MW of gas (efficiency 0.5) in each of two hours and 40 MW of the 60 MW of sun in
    the first; it sends 100 MW to B. A battery passes 10 MWh on without losses."""
    chosen = system(
        2,
        n_buses=2,
        load=[[80.0, 100.0], [60.0, 100.0]],
        profiles=[[1.0], [0.0]],
        buses=group(Buses, 2, name=["a", "b"], zone=["a", "b"], country=["AA", "BB"]),
        supplies=group(
            Supplies,
            2,
            name=["gas", "sun"],
            group=["gas", "solar"],
            bus=[0, 0],
            existing_mw=[150.0, 60.0],
            profile=[-1, 0],
            min_output=[1.0, 0.0],
            variable_cost=[40.0, 0.0],
            fuel_cost=[40.0, 0.0],
            fuel=["gas", ""],
            fuel_per_mwh=[2.0, 0.0],
            emissions=[0.4, 0.0],
            renewable=[False, True],
        ),
        stores=group(
            Stores,
            1,
            group=["battery"],
            charge_mw=[10.0],
            discharge_mw=[10.0],
            energy_mwh=[10.0],
            start_level=[0.0],
        ),
        links=group(Links, 1, from_bus=[0], to_bus=[1], forward_mw=[100.0], backward_mw=[100.0]),
    )
    program = build_program(chosen)
    optimum = optimize(program, HighsSolver(), Effort(segments=0))
    return make_plan(chosen, program, optimum)


def with_reports(case, rows):
    names = [column.name for column in TABLES["actuals"].columns]
    frame = pd.DataFrame(rows, columns=["country", "item", "partner", "value", "unit"])
    frame = frame.assign(year=2030, source_id="office", note="").reindex(columns=names)
    return replace(case, tables=MappingProxyType({**case.tables, "actuals": frame}))


@pytest.mark.parametrize(
    ("country", "item", "partner", "expected"),
    [
        ("AA", "generation:gas", None, 300.0),
        ("AA", "generation:solar", None, 40.0),
        ("AA", "generation:solar+gas", None, 340.0),
        ("AA", "generation:total", None, 340.0),
        ("AA", "demand", None, 140.0),
        ("BB", "demand", None, 200.0),
        ("AA", "export", None, 200.0),
        ("AA", "export", "BB", 200.0),
        ("BB", "import", "AA", 200.0),
        ("BB", "export", "AA", 0.0),
        ("AA", "fuel:gas", None, 600.0),
        ("AA", "emissions", None, 120.0),
        ("AA", "emissions:total", None, 120.0),
        ("AA", "balance:electricity:production", None, 340.0),
        ("AA", "balance:electricity:production:solar", None, 40.0),
        ("AA", "balance:electricity:exports:BB", None, 200.0),
        ("BB", "balance:electricity:imports", None, 200.0),
        ("AA", "balance:electricity:stores", None, 0.0),
        ("AA", "curtailment", None, 20.0),
        ("AA", "capacity:gas", None, 150.0),
        ("AA", "capacity:total", None, 220.0),
    ],
)
def test_items_of_the_model(case, plan, country, item, partner, expected):
    """Hour 1: 150 + 40 = 80 + 100 + 10 into the battery; hour 2: 150 + 10 = 60 + 100."""
    frame = backcast(with_reports(case, [(country, item, partner, 100.0, "MWh")]), plan)
    row = frame.iloc[0]
    assert row["model"] == pytest.approx(expected, abs=1e-4)
    assert row["deviation"] == pytest.approx(expected / 100.0 - 1.0, abs=1e-6)


def test_what_cannot_be_compared_is_not_a_number(case, plan):
    reports = [("CC", "demand", None, 5.0, "MWh"), ("AA", "generation:coal", None, 0.0, "MWh")]
    frame = backcast(with_reports(case, reports), plan)
    assert np.isnan(frame["model"].iloc[0])
    assert frame["model"].iloc[1] == 0.0
    assert frame["deviation"].isna().all()
    assert list(frame.columns[:8]) == [
        "country", "year", "item", "partner", "reported", "model", "unit", "deviation",
    ]  # fmt: skip


def test_a_year_without_reports_is_refused(case, plan):
    with pytest.raises(UsageError, match="nothing is reported for 2030; years with reports: none"):
        backcast(with_reports(case, []), plan)
