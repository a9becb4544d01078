"""A plan of several carriers becomes a report whose headlines speak of power."""

from __future__ import annotations

import pytest

from khazri.plan import summary
from khazri.report import render
from khazri.report.collect import report_view
from khazri.system import build_system

from ..energy import energy_case
from ..plan.conftest import solved


def test_the_report_of_all_carriers_is_drawn() -> None:
    """Demand in headlines is that of power alone; exchange is that of the cable."""
    case = energy_case(0, hours=168)
    system = build_system(case, 2030)
    plan = solved(system)
    power = system.load[:, system.buses.carrier == "electricity"].sum()
    assert summary(plan).demand_mwh == pytest.approx(power, rel=1e-6)
    view = report_view(plan, case)
    cable = plan.data["forward"].sel(link="cable").sum().item()
    sent = view.exchange.set_index(["from_country", "to_country"])["energy_mwh"]
    assert sent["AA", "BB"] == pytest.approx(cable, rel=1e-6)
    assert set(sent.index) == {("AA", "BB"), ("BB", "AA")}
    assert "Energy" in render(view)
