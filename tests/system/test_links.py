import numpy as np
import pytest

from khazri.errors import CaseError
from khazri.program import build_program
from khazri.system import build_system

ANNUITY_40_5 = 0.05 / (1 - 1.05**-40)


def _link(name, status="existing", **more):
    base = {"link": name, "name": name, "from_bus": "a1", "to_bus": "b1", "kind": "ac"}
    return base | {"status": status, "capacity_forward_mw": 100, "capacity_backward_mw": 50} | more


def _new(name, **more):
    return _link(name, "candidate", build_max_mw=200, capex_million=10) | more


def _corridor(name, state="candidate", **more):
    return {"corridor": name, "name": name, "state": state} | more


def _part(corridor, link, phase=1):
    return {"corridor": corridor, "link": link, "phase": phase}


def test_links_live_from_commissioning_to_retirement(make_case):
    case = make_case(
        links=[
            _link("there"),
            _link("new", "planned", commissioning_year=2030),
            _link("later", "planned", commissioning_year=2031),
            _link("gone", retirement_year=2030),
            _new("soon", commissioning_year=2031),
        ]
    )
    links = build_system(case, 2030).links
    assert links.name.tolist() == ["there", "new"]
    assert links.forward_mw.tolist() == [100, 100]
    assert links.backward_mw.tolist() == [50, 50]
    assert links.build_max_mw.tolist() == [0, 0]
    assert links.from_bus.tolist() == [0, 0]
    assert links.to_bus.tolist() == [2, 2]


def test_fixed_costs_of_what_exists_are_spread_over_the_larger_way(make_case):
    """2 % of 10 million EUR: 200,000 EUR/a over 100, 50 (only backward) and 100 MW."""
    ways = ((100, 50), (0, 50), (50, 100))
    rows = [
        _link(f"l{number}", capacity_forward_mw=forward, capacity_backward_mw=backward)
        | {"capex_million": 10, "fixed_om_share": 0.02}
        for number, (forward, backward) in enumerate(ways)
    ]
    system = build_system(make_case(links=rows, assets=[]), 2030)
    np.testing.assert_allclose(system.links.fixed_cost, [2_000, 4_000, 2_000])
    assert build_program(system).constant_cost == pytest.approx(600_000)


def test_a_candidate_grows_both_ways_in_proportion_at_an_annuity(make_case):
    """10 million EUR for 200 MW: 50,000 EUR/MW at 5 % over 40 a, and 2 % O&M: 1,000 EUR/MW/a."""
    links = build_system(make_case(links=[_new("cable", kind="dc")]), 2030).links
    assert links.forward_mw.tolist() == links.backward_mw.tolist() == [0]
    assert links.build_max_mw.tolist() == [200]
    assert links.backward_ratio.tolist() == [0.5]
    assert links.phase.tolist() == [-1]
    assert links.investment_cost[0] == pytest.approx(50_000 * ANNUITY_40_5 + 1_000)
    assert links.fixed_cost.tolist() == [0]


def test_a_candidate_without_its_own_cost_takes_that_of_its_technology(make_case):
    """Stations of 640 EUR/kW and 100 km at 2,600 EUR per MW and km: 640,000 + 260,000 EUR/MW.

    The line alone of 100 km at 400 EUR per MW and km is 40,000 EUR/MW.
    """
    technologies = [
        {"technology": name, "name": name, "kind": "link", "group": "imports"}
        for name in ("cable", "line")
    ]
    costs = [
        {"technology": technology, "year": 2030, "parameter": parameter, "value": value}
        for technology, parameter, value in (
            ("cable", "overnight_cost", 640),
            ("cable", "line_cost", 2600),
            ("line", "line_cost", 400),
        )
    ]
    bare = {"capex_million": "", "length_km": 100, "fixed_om_share": 0}
    links = build_system(
        make_case(
            more_technologies=technologies,
            more_technology_costs=costs,
            links=[
                _new("own", technology="cable", length_km=100, fixed_om_share=0),
                _new("by_cable", technology="cable", **bare),
                _new("by_line", technology="line", **bare),
            ],
        ),
        2030,
    ).links
    expected = np.array([50_000, 900_000, 40_000]) * ANNUITY_40_5
    np.testing.assert_allclose(links.investment_cost, expected)


def test_a_candidate_of_which_only_the_size_is_known_carries_as_much_both_ways(make_case):
    case = make_case(links=[_new("cable", capacity_forward_mw=0, capacity_backward_mw=0)])
    links = build_system(case, 2030).links
    assert links.build_max_mw.tolist() == [200]
    assert links.backward_ratio.tolist() == [1]


def test_nothing_is_built_in_the_year_of_a_backcast(make_case):
    case = make_case(
        years=[{"year": 2030, "kind": "backcast"}, {"year": 2035}],
        links=[_link("there"), _new("x"), _new("alone")],
        corridors=[_corridor("c", "built")],
        corridor_links=[_part("c", "x")],
        assets=[
            {"asset": "w", "name": "w", "bus": "a1", "technology": "wind", "status": "existing"}
            | {"capacity_mw": 5, "capacity_max_mw": 50}
        ],
    )
    past = build_system(case, 2030)
    assert past.links.name.tolist() == ["there"]
    assert past.phases.share_max.tolist() == past.phases.share_min.tolist() == [0]
    assert past.supplies.build_max_mw.tolist() == [0]
    coming = build_system(case, 2035)
    assert coming.links.name.tolist() == ["there", "x", "alone"]
    assert coming.supplies.build_max_mw.tolist() == [45]


def test_the_cost_of_capital_of_a_link_is_the_mean_of_its_ends(make_case):
    """4 % in AA and 8 % in BB: 6 %."""
    finance = [{"country": "AA", "wacc": 0.04}, {"country": "BB", "wacc": 0.08}]
    case = make_case(links=[_new("cable", fixed_om_share=0)], finance=finance)
    share = 0.06 / (1 - 1.06**-40)
    assert build_system(case, 2030).links.investment_cost[0] == pytest.approx(50_000 * share)


def test_the_cost_of_capital_of_a_link_follows_its_technology(make_case):
    """5 % for interconnectors of AA, 9 % in general in BB, which has no row of its own for them:
    7 %. Without technology the general rates hold: 4 % and 9 %, 6.5 %."""
    cable = {"technology": "cable", "name": "Cable", "kind": "link", "group": "imports"}
    finance = [
        {"country": "AA", "wacc": 0.04},
        {"country": "AA", "technology": "cable", "wacc": 0.05},
        {"country": "BB", "wacc": 0.09},
    ]
    case = make_case(
        links=[_new("named", technology="cable", fixed_om_share=0), _new("not", fixed_om_share=0)],
        finance=finance,
        more_technologies=[cable],
    )
    expected = [50_000 * rate / (1 - (1 + rate) ** -40) for rate in (0.07, 0.065)]
    np.testing.assert_allclose(build_system(case, 2030).links.investment_cost, expected)


@pytest.mark.parametrize(
    ("year", "forward", "backward"),
    [(2024, 2, 2), (2025, 2, 2), (2030, 62, 3), (2032, 70, 3.4), (2050, 82, 4)],
)
def test_charges_by_direction_come_on_top_of_the_tariff(make_case, year, forward, backward):
    """2 EUR/MWh either way, and forward 0 in 2025, 60 in 2030, 80 in 2035; backward 0, 1, 2.

    In 2032 two fifths of the way from 60 to 80 are gone: 68, and from 1 to 2: 1.4. Before 2025 and
    after 2035 the outer values hold.
    """
    charges = [
        {"link": "cable", "year": 2035, "forward": 80, "backward": 2},
        {"link": "cable", "year": 2025},
        {"link": "cable", "year": 2030, "forward": 60, "backward": 1},
    ]
    case = make_case(
        links=[_link("plain", tariff=5), _link("cable", tariff=2)], link_tariffs=charges
    )
    links = build_system(case, year).links
    np.testing.assert_allclose(links.tariff_forward, [5, forward])
    np.testing.assert_allclose(links.tariff_backward, [5, backward])


@pytest.mark.parametrize(
    ("year", "price_there", "forward"),
    [(2025, 100, 2), (2026, 100, 2 + 0.5 * (100 - 20)), (2030, 10, 2), (2030, 60, 2 + 0.5 * 40)],
)
def test_carbon_at_the_border_follows_the_prices_of_both_sides(
    make_case, year, price_there, forward
):
    """Half a tonne per MWh at the price due less 20 EUR/t paid, from 2026, never below nothing."""
    prices = [
        {"country": "BB", "year": 2030, "price": price_there},
        {"country": "AA", "year": 2030, "price": 20},
    ]
    charge = {"link": "cable", "direction": "forward", "co2_t_per_mwh": 0.5, "due_country": "BB"}
    charge |= {"paid_country": "AA", "start_year": 2026}
    case = make_case(
        links=[_link("plain", tariff=5), _link("cable", tariff=2)],
        co2_prices=prices,
        carbon_charges=[charge],
    )
    links = build_system(case, year).links
    np.testing.assert_allclose(links.tariff_forward, [5, forward])
    np.testing.assert_allclose(links.tariff_backward, [5, 2])


def test_charges_on_a_line_under_the_voltage_law_are_refused(make_case):
    """In any year, so that a case that is right in one year is right in all."""
    case = make_case(
        links=[_link("line", voltage_kv=200, reactance_ohm=40), _link("free")],
        link_tariffs=[
            {"link": "line", "year": 2040, "backward": 3},
            {"link": "free", "year": 2040, "backward": 3},
        ],
        carbon_charges=[
            {"link": "line", "direction": "forward", "co2_t_per_mwh": 0.4, "due_country": "BB"}
        ],
    )
    with pytest.raises(CaseError) as caught:
        build_system(case, 2030)
    assert [(issue.table, issue.row_id, issue.column) for issue in caught.value.issues] == [
        ("link_tariffs.csv", "line|2040", "backward"),
        ("carbon_charges.csv", "line|forward", "co2_t_per_mwh"),
    ]


def test_only_existing_ac_lines_with_reactance_obey_the_voltage_law(make_case):
    """40 ohm at 200 kV are 0.001 ohm at 1 kV."""
    case = make_case(
        links=[
            _link("line", voltage_kv=200, reactance_ohm=40),
            _link("corridor"),
            _new("new", voltage_kv=200, reactance_ohm=40, loss=0.02),
        ]
    )
    np.testing.assert_allclose(build_system(case, 2030).links.reactance, [0.001, np.nan, np.nan])


def test_phases_follow_each_other_and_bear_the_cost_of_their_links(make_case):
    case = make_case(
        links=[_new("x"), _new("y"), _new("z"), _new("alone")],
        corridors=[_corridor("c", whole="true")],
        corridor_links=[_part("c", "z", 3), _part("c", "x", 1), _part("c", "y", 1)],
    )
    system = build_system(case, 2030)
    phases, links = system.phases, system.links
    each = 10e6 * (ANNUITY_40_5 + 0.02)
    assert phases.name.tolist() == ["c/1", "c/3"]
    assert phases.after.tolist() == [-1, 0]
    assert phases.share_min.tolist() == [0, 0]
    assert phases.share_max.tolist() == [1, 1]
    assert phases.is_whole.tolist() == [True, True]
    np.testing.assert_allclose(phases.investment_cost, [2 * each, each])
    assert dict(zip(links.name, links.phase, strict=True)) == {"x": 0, "y": 0, "z": 1, "alone": -1}


def test_corridors_can_be_off_or_demanded(make_case):
    case = make_case(
        links=[_new("x"), _new("y")],
        corridors=[_corridor("never", "off"), _corridor("surely", "built")],
        corridor_links=[_part("never", "x"), _part("surely", "y")],
    )
    system = build_system(case, 2030)
    assert system.links.name.tolist() == ["y"]
    assert system.phases.corridor.tolist() == ["surely"]
    assert system.phases.share_min.tolist() == [1]
    assert system.phases.investment_cost[0] > 0


def test_a_link_that_is_not_yet_possible_keeps_its_phase_and_all_later_ones_back(make_case):
    case = make_case(
        links=[_new("x"), _new("y", commissioning_year=2035), _new("z"), _new("w")],
        corridors=[_corridor("c", "built"), _corridor("d")],
        corridor_links=[_part("c", "x"), _part("c", "y", 2), _part("c", "z", 3), _part("d", "w")],
    )
    system = build_system(case, 2030)
    assert system.phases.name.tolist() == ["c/1", "c/2", "c/3", "d/1"]
    assert system.phases.share_max.tolist() == [1, 0, 0, 1]
    assert system.phases.share_min.tolist() == [1, 0, 0, 0]
    assert system.phases.after.tolist() == [-1, 0, 1, -1]
    assert system.links.name.tolist() == ["x", "w"]
    assert system.links.phase.tolist() == [0, 3]
    assert build_system(case, 2035).phases.share_max.tolist() == [1, 1, 1, 1]


def test_a_link_belongs_to_one_corridor(make_case):
    case = make_case(
        links=[_new("x")],
        corridors=[_corridor("c"), _corridor("d")],
        corridor_links=[_part("c", "x"), _part("d", "x")],
    )
    with pytest.raises(CaseError) as caught:
        build_system(case, 2030)
    (issue,) = caught.value.issues
    assert (issue.table, issue.row_id, issue.found) == ("corridor_links.csv", "d|x", "c, d")


@pytest.mark.parametrize(
    ("link", "column"),
    [
        (_link("l", build_max_mw=5), "build_max_mw"),
        (_new("l", capacity_forward_mw=0), "capacity_forward_mw"),
        (_link("l", voltage_kv=200, reactance_ohm=40, loss=0.02), "loss"),
        (_link("l", voltage_kv=200, reactance_ohm=40, tariff=2), "tariff"),
    ],
)
def test_what_a_link_would_leave_unused_is_refused(make_case, link, column):
    with pytest.raises(CaseError) as caught:
        build_system(make_case(links=[link]), 2030)
    (issue,) = caught.value.issues
    assert (issue.row_id, issue.column) == ("l", column)
