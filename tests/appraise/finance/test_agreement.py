"""Terms as a person writes them."""

import numpy as np
import pytest

from khazri.appraise.finance import (
    Agreement,
    Factor,
    Pay,
    Repayment,
    Revenue,
    read_agreement,
    regulated_revenue,
)
from khazri.errors import UnreadableFileError, UsageError

_WHOLE = """
first_year = 2029
spending = [0.4, 0.6]
inflation = 0.02
discount_rate = 0.05
equity_rate = 0.12
[debt]
share = 0.7
rate = 0.06
tenor = 2
grace = 0
repayment = "agreed"
parts = [0.5, 0.5]
target_dscr = 1.3
fee = 0.01
[tax]
rate = 0.2
depreciation_years = 20
[cover]
premium = 0.008
[currency]
local_share = 0.5
real_depreciation = 0.01
[revenue]
model = "cap_and_floor"
cap = 90e6
floor = 40e6
period = 5
[uncertain]
revenue = [0.7, 1, 1.1]
delay = [0, 0, 2]
"""


def _read(tmp_path, text: str) -> Agreement:
    file = tmp_path / "terms.toml"
    file.write_text(text, "utf-8")
    return read_agreement(file)


def test_all_that_can_be_said(tmp_path):
    found = _read(tmp_path, _WHOLE)
    assert found.spending == (0.4, 0.6)
    assert found.debt.repayment is Repayment.AGREED
    assert found.debt.parts == (0.5, 0.5)
    assert found.tax.depreciation_years == 20
    assert found.cover.debt_share == 1.0
    assert found.revenue.model is Pay.CAP_AND_FLOOR
    assert [one.factor for one in found.uncertain] == [Factor.REVENUE, Factor.DELAY]
    assert found.terms(0.07).discount_rate == 0.05


def test_what_is_not_said_is_not_there(tmp_path):
    found = _read(tmp_path, "")
    assert found == Agreement()
    terms = found.terms(0.07)
    assert terms.discount_rate == 0.07
    assert (terms.debt, terms.tax, terms.cover, terms.inflation) == (None, None, None, 0.0)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("rate = 0.1", "rate"),
        ("inflation = '2 %'", "inflation"),
        ("spending = 1", "spending"),
        ("debt = 0.5", "debt"),
        ("uncertain = 1", "uncertain"),
        ("[debt]\nshare = 0.5\nrate = 0.1\ntenor = 5\nyears = 3", "debt.years"),
        ("[debt]\nshare = 0.5", "debt"),
        ("[debt]\nshare = 1.5\nrate = 0.1\ntenor = 5", "debt.share"),
        ("[debt]\nshare = 0.5\nrate = 0.1\ntenor = 5\nrepayment = 'bullet'", "debt.repayment"),
        ("[revenue]\nmodel = 'tariff'", "revenue.tariff"),
        ("[revenue]\nmodel = 'cap_and_floor'\ncap = 5", "revenue.floor"),
        ("[tax]\nrate = true\ndepreciation_years = 3", "tax.rate"),
        ("[uncertain]\nweather = [1, 1, 1]", "uncertain.weather"),
        ("[uncertain]\nrevenue = [1, 2]", "uncertain.revenue"),
    ],
)
def test_each_fault_says_where_it_is(tmp_path, text, where):
    with pytest.raises(UsageError) as caught:
        _read(tmp_path, text)
    assert caught.value.where == where


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UnreadableFileError):
        read_agreement(tmp_path / "none.toml")
    with pytest.raises(UnreadableFileError, match="TOML"):
        _read(tmp_path, "debt = [")


def test_each_model_pays_its_way():
    earned, energy, cost = np.array([5.0, 50.0]), np.array([2.0, 4.0]), np.array([1.0, 1.0])
    pay = {
        Pay.MERCHANT: earned,
        Pay.TARIFF: 3.0 * energy,
        Pay.CAP_AND_FLOOR: [10.0, 30.0],
        Pay.REGULATED: regulated_revenue(100.0, 0.05, 2, cost),
    }
    for model, expected in pay.items():
        revenue = Revenue(model, tariff=3.0, cap=30.0, floor=10.0)
        assert revenue.of(earned, energy, cost, 100.0, 0.05) == pytest.approx(expected)
