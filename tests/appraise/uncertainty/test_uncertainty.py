"""Corridors in an uncertain case, held against what a hand can compute.

The tie carries 100 MW in each of 24 hours: 2,400 MWh a year. Coal of A costs 10 EUR/MWh, gas of B
20 / 0.5 = 40, so it saves 30 x 2,400 = 72,000 EUR a year, all of it congestion rent, half to each
country. With gas at factor g and coal at c it is 2,400 (40 g - 10 c). It runs from 2030 to 2049; in
values of 2025 at 4 % a euro a year is worth A = sum of 1.04^-t, t = 5..24. It costs k times
0.6 m EUR, half in 2028 and half in 2029.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from tests.appraise.uncertainty.conftest import SAMPLE, TwoBuses, appraised, write_two_buses

from khazri.appraise.cba import kept
from khazri.appraise.uncertainty import (
    QUANTILES,
    PointKind,
    Sample,
    Sampling,
    assess,
    points,
    shares,
    wilson,
)
from khazri.case import read_case
from khazri.case.driven import drivers_of
from khazri.errors import UsageError
from khazri.study import Fidelity, Store, run_study
from khazri.study.workers import ThisProcess

_ANNUITY = sum(1.04**-t for t in range(5, 25))
_PAID = 0.3e6 * (1.04**-3 + 1.04**-4)


def _by_hand(gas=1.0, coal=1.0, capex=1.0):
    return 2400 * (40 * gas - 10 * coal) * _ANNUITY - capex * _PAID


def _npv(found: TwoBuses, point: str, country: str = "") -> float:
    rows = found.found.values.set_index(["point", "country"])["npv_eur"]
    return float(rows[point, country])


def _draws(found: TwoBuses) -> np.ndarray:
    """Factors of gas, coal and cost in all draws, and from them the value by hand."""
    frame = found.found.points
    frame = frame[frame["kind"] == "draw"]
    return _by_hand(*(frame[name].to_numpy() for name in ("gas", "coal", "capex")))


def test_the_case_as_it_is_and_the_ends_of_each_driver(two_buses):
    assert _npv(two_buses, "base") == pytest.approx(_by_hand())
    assert _npv(two_buses, "low gas") == pytest.approx(_by_hand(gas=0.5))
    assert _npv(two_buses, "high gas") == pytest.approx(_by_hand(gas=2.0))
    assert _npv(two_buses, "high coal") == pytest.approx(_by_hand(coal=1.1))
    assert _npv(two_buses, "low capex") == pytest.approx(_by_hand(capex=0.8))
    assert _npv(two_buses, "high gas", "AA") == pytest.approx(0.5 * _by_hand(gas=2.0))


def test_every_draw_is_the_sum_done_by_hand(two_buses):
    found = [_npv(two_buses, f"draw {n}") for n in range(1, SAMPLE.count + 1)]
    assert found == pytest.approx(_draws(two_buses))
    halves = [_npv(two_buses, f"draw {n}", "BB") for n in range(1, SAMPLE.count + 1)]
    assert halves == pytest.approx(0.5 * _draws(two_buses), abs=1.0)


def test_the_tornado_has_the_widest_bar_on_top(two_buses):
    """Gas moves the value by 2,400 x 40 x 1.5 A, cost by 0.7 of what is paid, coal by 4,800 A."""
    rows = two_buses.found.tornado
    rows = rows[rows["country"] == ""]
    assert rows["driver"].to_list() == ["gas", "capex", "coal"]
    assert rows["swing_eur"].to_list() == pytest.approx(
        [2400 * 40 * 1.5 * _ANNUITY, 0.7 * _PAID, 2400 * 10 * 0.2 * _ANNUITY]
    )
    signs = np.sign(rows["npv_high_eur"] - rows["npv_low_eur"]).to_list()
    assert signs == [1, -1, -1]
    assert rows["rank_correlation"].iloc[0] > 0.9


def test_chances_and_quantiles_are_those_of_the_draws(two_buses):
    rows = two_buses.found.chances.set_index("country")
    by_hand = _draws(two_buses)
    for country, part in (("", 1.0), ("AA", 0.5), ("BB", 0.5)):
        row = rows.loc[country]
        assert row["paying"] == (by_hand > 0).sum()
        assert row["chance"] == pytest.approx((by_hand > 0).mean())
        assert row[["p05", "p25", "p50", "p75", "p95"]].to_list() == pytest.approx(
            (part * np.quantile(by_hand, QUANTILES)).tolist(), rel=1e-4
        )
        assert row["mean_eur"] == pytest.approx(part * by_hand.mean())
        assert row["paying_shifted"] == row["paying"], "both fidelities are the same here"
    assert 0 < rows.loc["", "chance"] < 1, "the toy is made so that some draws lose"
    assert rows.loc["", "chance_low"] < rows.loc["", "chance"] < rows.loc["", "chance_high"]


def test_the_fan_ends_at_the_value_and_begins_with_what_is_paid(two_buses):
    rows = two_buses.found.fan
    rows = rows[rows["country"] == ""].set_index("year")
    assert rows.loc[2049, "base"] == pytest.approx(_by_hand())
    assert rows.loc[2028, "base"] == pytest.approx(-0.3e6 * 1.04**-3)
    assert rows.loc[2049, "p50"] == pytest.approx(np.median(_draws(two_buses)))
    assert (rows["p05"] <= rows["p50"] + 1e-9).all()
    assert rows.loc[2025, "p95"] == 0.0


def test_what_only_costs_needs_no_plans_of_its_own(two_buses):
    """With and without the tie: as the case is, both ends of gas and of coal, 8 draws."""
    assert two_buses.uncertain.cost_drivers == {"capex"}
    assert len(two_buses.uncertain.variants()) == 2 * (1 + 4 + SAMPLE.count)
    rows = two_buses.found.drivers.set_index("driver")
    assert rows["is_cost"].to_dict() == {"gas": False, "capex": True, "coal": False}


def test_draws_are_moved_by_what_finer_plans_change(two_buses):
    """Finer plans that find 1.3 m EUR less for all than the draws do: of the draws by hand, which
    lie between -0.3 and 1.1 m EUR, none pays any more."""
    value = two_buses.fine.value.copy()
    value.loc[value["country"] == "", "npv_eur"] -= 1.3e6
    extract = partial(kept, corridor_links=("tie",))
    results = run_study(two_buses.folder, two_buses.uncertain.variants(), Fidelity(None), extract,
                        two_buses.store, _NobodyWorks())  # fmt: skip
    found = assess(two_buses.uncertain, results, replace(two_buses.fine, value=value))
    rows = found.chances.set_index("country")
    assert rows.loc["", "shift_eur"] == pytest.approx(-1.3e6)
    assert rows.loc["", "paying_shifted"] == (_draws(two_buses) > 1.3e6).sum() == 0
    assert rows.loc["AA", "paying_shifted"] == rows.loc["AA", "paying"] > 0


def test_both_fidelities_stand_beside_each_other(two_buses):
    rows = two_buses.found.fidelity.set_index("country")
    assert rows.loc["", "npv_coarse_eur"] == pytest.approx(_by_hand())
    assert rows.loc["", "npv_fine_eur"] == pytest.approx(_by_hand())


def test_adequacy_at_a_point_is_added_to_it(two_buses):
    """B lacks 500 EUR a year without the tie, 100 with it: 400 A more at each point, all of B;
    where gas is dear, twice that."""
    uncertain = two_buses.uncertain
    extract = partial(kept, corridor_links=tuple(uncertain.corridors.every_link))
    results = run_study(
        two_buses.folder, uncertain.variants(), Fidelity(None), extract, two_buses.store,
        _NobodyWorks(),
    )  # fmt: skip

    def adequacy(variant):
        is_dear = dict(variant.driven).get("gas") == 2.0
        return {"BB": (1 + is_dear) * (100.0 if variant.built else 500.0)}

    found = replace(two_buses, found=assess(uncertain, results, two_buses.fine, adequacy))
    for country, added in (("", 400 * _ANNUITY), ("AA", 0.0), ("BB", 400 * _ANNUITY)):
        for point, times in (("base", 1), ("low gas", 1), ("high gas", 2)):
            change = _npv(found, point, country) - _npv(two_buses, point, country)
            assert change == pytest.approx(times * added, abs=1e-3)


class _NobodyWorks(ThisProcess):
    def run(self, jobs):
        assert not jobs, f"{len(jobs)} plans were made again"
        return iter(())


def test_what_is_in_the_store_is_not_planned_again(two_buses):
    again = appraised(two_buses.folder, two_buses.store, SAMPLE, _NobodyWorks())
    assert again.found.values.equals(two_buses.found.values)


class _Interrupted(ThisProcess):
    def run(self, jobs):
        yield from super().run(jobs[:3])
        raise KeyboardInterrupt


def test_an_interrupted_sample_goes_on_where_it_was(two_buses, tmp_path):
    """Three of six plans are made before the interruption; the other three after it."""
    store, wanted = Store(tmp_path / "study"), two_buses.uncertain.variants()[:6]
    extract = _nothing
    with pytest.raises(KeyboardInterrupt):
        run_study(two_buses.folder, wanted, Fidelity(None), extract, store, _Interrupted())
    told = []
    run_study(two_buses.folder, wanted, Fidelity(None), extract, store, ThisProcess(), told.append)
    assert told[0].found == 3
    assert told[-1].done == told[-1].total == 6


def _nothing(_plan):
    return {}


def test_few_draws_of_many_drivers_do_not_go_together():
    """No two of nine drivers are correlated by more than 0.3 in 16 draws."""
    found = np.abs(np.corrcoef(shares(Sample(16), 9).T))
    assert found[np.triu_indices(9, 1)].max() < 0.3


@pytest.mark.parametrize("sampling", list(Sampling))
def test_the_same_seed_draws_the_same(sampling):
    """Each of 16 equal slices of each driver has one draw, whichever way it is drawn."""
    found = shares(Sample(16, sampling, seed=5), 6)
    assert np.array_equal(found, shares(Sample(16, sampling, seed=5), 6))
    assert not np.array_equal(found, shares(Sample(16, sampling, seed=6), 6))
    for column in np.floor(16 * found).T:
        assert sorted(column) == list(range(16))


def test_a_driver_that_begins_where_the_tables_are_has_one_end(tmp_path):
    folder = write_two_buses(tmp_path / "two")
    path = folder / "uncertainties.csv"
    path.write_text(path.read_text("utf-8").replace("Cost of the tie,0.8", "Cost of the tie,1"))
    found = points(drivers_of(read_case(folder)), Sample(4))
    ends = [one.name for one in found if one.kind in {PointKind.LOW, PointKind.HIGH}]
    assert ends == ["low gas", "high gas", "high capex", "low coal", "high coal"]


def test_the_interval_of_wilson_by_hand():
    """8 of 10: (0.8 + z²/20 ± z √(0.016 + z²/400)) / (1 + z²/10) with z = 1.96: 0.490 to 0.943.
    None of 16: 0 to z²/(16 + z²) = 0.194."""
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 16) == pytest.approx((0.0, 0.1936), abs=1e-4)
    assert wilson(16, 16) == pytest.approx((0.8064, 1.0), abs=1e-4)


@pytest.mark.parametrize(
    ("count", "sampling", "said"),
    [(24, Sampling.SOBOL, "a power of two"), (1, Sampling.LATIN_HYPERCUBE, "two or more")],
)
def test_counts_that_cannot_be(count, sampling, said):
    with pytest.raises(UsageError, match=said):
        Sample(count, sampling)


def test_a_case_without_drivers_says_what_is_missing(tmp_path):
    folder = write_two_buses(tmp_path / "two")
    for name in ("uncertainties", "uncertainty_cells"):
        (folder / f"{name}.csv").unlink()
    with pytest.raises(UsageError, match=r"no uncertainties\.csv"):
        drivers_of(read_case(folder))
