"""The workbook recomputes to the figures of the program, and follows its inputs."""

from dataclasses import replace

import formulas
import numpy as np
import openpyxl
import pytest

from khazri.appraise.finance import Repayment, Terms, cashflow, figures, with_revenue
from khazri.appraise.finance.workbook import RESULTS, YEARS, _letters, write_workbook
from khazri.errors import UsageError

from .projects import cable, full_terms


def _short(terms: Terms) -> Terms:
    assert terms.debt is not None
    assert terms.tax is not None
    is_agreed = terms.debt.repayment is Repayment.AGREED
    parts = (0.0, 0.2, 0.3, 0.5) if is_agreed else ()
    debt = replace(terms.debt, tenor=4, share=0.5, parts=parts)
    return replace(terms, debt=debt, tax=replace(terms.tax, depreciation_years=3))


def _project():
    base = cable()
    return replace(
        base,
        spending=(0.4, 0.6),
        revenue=3.0 * base.revenue[:5],
        operation_cost=base.operation_cost[:5],
        energy=base.energy[:5],
    )


def _recomputed(path, changes=None) -> dict[tuple[str, str], object]:
    """Every cell as another program computes it from the formulas alone."""
    model = formulas.ExcelModel().loads(str(path)).finish()
    inputs = {f"'[{path.name}]INPUTS'!{cell}": v for cell, v in (changes or {}).items()}
    found = model.calculate(inputs=inputs or None)
    cells = {}
    for name, value in found.items():
        text = str(name)
        if ":" not in text.rsplit("!", maxsplit=1)[-1] and hasattr(value, "value"):
            sheet, cell = text.rsplit("!", 1)
            cells[sheet.rsplit("]", 1)[-1].rstrip("'").casefold(), cell] = value.value[0, 0]
    return cells


def _by_label(path, sheet) -> dict[str, int]:
    book = openpyxl.load_workbook(path)
    return {str(row[0].value): row[0].row for row in book[sheet].iter_rows(max_col=1)}


@pytest.mark.parametrize("repayment", [Repayment.LEVEL, Repayment.SCULPTED, Repayment.AGREED])
def test_formulas_recompute_to_the_same_figures(tmp_path, repayment):
    flow = cashflow(_project(), _short(full_terms(repayment)))
    path = write_workbook(flow, tmp_path / "line.xlsx")
    cells = _recomputed(path)
    shown = openpyxl.load_workbook(path, data_only=True)
    compared = 0
    for sheet in (YEARS, RESULTS):
        for row in shown[sheet].iter_rows(min_row=2):
            for cell in row[2:]:
                if isinstance(cell.value, (int, float)):
                    again = cells.get((sheet.casefold(), cell.coordinate))
                    if again is not None:
                        assert float(again) == pytest.approx(cell.value, rel=1e-6, abs=1e-6)
                        compared += 1
    assert compared > 200
    found, lines = figures(flow), _by_label(path, RESULTS)
    for label, value in (
        ("Net present value, real", found.net_present_value),
        ("Return of owners, nominal", found.owners_return.value),
        ("Return of the project after tax, nominal", found.project_return_after_tax.value),
        ("Lowest DSCR", found.lowest_dscr),
        ("Levelised tariff, real", found.levelised_tariff),
        ("Payback from the first year of construction", found.payback_years),
    ):
        assert float(cells["results", f"C{lines[label]}"]) == pytest.approx(value, rel=1e-6)
    check = float(
        cells["results", f"C{lines['Drawn and not paid back (0 where the loan is repaid)']}"]
    )
    assert check == pytest.approx(0.0, abs=1e-6)


def test_another_interest_gives_what_the_program_gives(tmp_path):
    """The formulas are alive: interest of 9 % instead of 7 %."""
    terms = _short(full_terms(Repayment.ANNUITY))
    terms = replace(terms, debt=replace(terms.debt, target_dscr=None))
    path = write_workbook(cashflow(_project(), terms), tmp_path / "line.xlsx")
    line = _by_label(path, "Inputs")["Interest, nominal"]
    cells = _recomputed(path, {f"B{line}": 0.09})
    dearer = figures(cashflow(_project(), replace(terms, debt=replace(terms.debt, rate=0.09))))
    lines = _by_label(path, RESULTS)
    for label, value in (
        ("Return of owners, nominal", dearer.owners_return.value),
        ("Lowest DSCR", dearer.lowest_dscr),
        ("All uses until operation", dearer.uses),
    ):
        assert float(cells["results", f"C{lines[label]}"]) == pytest.approx(value, rel=1e-6)


def test_a_project_without_any_terms(tmp_path):
    flow = cashflow(_project(), Terms(discount_rate=0.05))
    path = write_workbook(flow, tmp_path / "line.xlsx")
    cells, lines = _recomputed(path), _by_label(path, RESULTS)
    assert "Lowest DSCR" not in lines
    value = cells["results", f"C{lines['Net present value, real']}"]
    assert float(value) == pytest.approx(figures(flow).net_present_value)


def test_what_is_no_workbook(tmp_path):
    flow = cashflow(_project(), Terms(discount_rate=0.05))
    with pytest.raises(UsageError, match="xlsx"):
        write_workbook(flow, tmp_path / "line.csv")
    many = cashflow(with_revenue(_project(), np.ones((2, 5))), Terms(discount_rate=0.05))
    with pytest.raises(UsageError, match="samples"):
        write_workbook(many, tmp_path / "line.xlsx")


def test_columns_have_letters():
    assert [_letters(c) for c in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip
