from khazri.system import build_system, describe

from ..energy import energy_case

GAS = {"asset": "g", "name": "g", "bus": "a1", "technology": "ccgt", "status": "existing"}


def test_a_system_tells_its_sizes_and_totals(make_case):
    """Peak: 150 MW of the shaped and 10 MW of the constant demand in hour 1."""
    case = make_case(assets=[GAS | {"capacity_mw": 1500, "capacity_max_mw": 2000}])
    text = describe(build_system(case, 2030))
    assert text.splitlines()[0] == "System 'small' in 2030, no scenario: A small case"
    assert "peak 0.16 GW in 2 demands" in text
    assert "gas 1.50 GW (+0.50)" in text
    assert "corridors: none" in text


def test_notebooks_and_prompts_show_the_description(make_case):
    case = make_case(assets=[GAS | {"capacity_mw": 1}])
    system = build_system(case, 2030)
    assert repr(system) == describe(system)
    shown = system._repr_html_()
    assert "System &#x27;small&#x27; in 2030" in shown
    assert shown.count("<li>") == describe(system).count("\n")


def test_each_carrier_and_what_demand_can_do_is_told():
    text = describe(build_system(energy_case(0), 2030))
    assert "load electricity " in text
    assert "; gas " in text
    assert "in 8 demands" in text
    assert "5 efficiency measures" in text
    assert "3 steps of price-responsive demand" in text
