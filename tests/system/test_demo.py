from khazri.case import read_case
from khazri.case.template import new_case
from khazri.system import build_system


def test_the_demo_case_gives_a_system_in_each_of_its_years(tmp_path):
    case = read_case(new_case(tmp_path / "demo"))
    for year in case.years:
        system = build_system(case, year)
        assert system.year == year
        assert system.n_hours == 8760
        assert len(system.supplies) > 0
        assert (system.load.sum(axis=0) > 0).any()
