"""The years of a project as a spreadsheet whose formulas recompute every figure.

Every number that is not an input is a formula; what the program found is stored beside it as the
value shown before anything is recomputed. Two inputs are found by search and marked so: the share
of a sized loan and the cover of a sculpted one; checks on the last sheet show that they fit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from khazri.appraise.finance.cashflow import Cashflow
from khazri.appraise.finance.metrics import Figures, figures
from khazri.appraise.finance.terms import Cover, Debt, Floats, Tax
from khazri.errors import UsageError

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

INPUTS, YEARS, RESULTS = "Inputs", "Years", "Results"
"""Names of the sheets."""

_FIRST = 2
"""Column of the first year; before it stand name and unit."""

_NO_LOAN = Debt(0.0, 0.0, 1)
_NO_TAX = Tax(0.0, 1)
_NO_COVER = Cover(0.0)


def write_workbook(flow: Cashflow, path: str | Path) -> Path:
    """Write one project as a spreadsheet with formulas; returns the path.

    Raises
        UsageError  the flow has samples, or the name of the file does not end in .xlsx
    """
    import xlsxwriter

    path = Path(path)
    if flow.free.ndim != 1:
        raise UsageError("a workbook is of one project, not of samples")
    if path.suffix.casefold() != ".xlsx":
        raise UsageError(f"{path} is not the name of a spreadsheet; end it in .xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": False}) as book:
        cells = _write_inputs(book, flow)
        _write_years(book, flow, cells)
        _write_results(book, flow, cells)
    return path


# ---- inputs ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Input:
    """A value that formulas refer to as ``$key``."""

    key: str
    label: str
    value: float | str
    unit: str
    note: str = ""


def _inputs_of(flow: Cashflow) -> list[_Input]:
    project, terms = flow.project, flow.terms
    debt, tax, cover = terms.debt or _NO_LOAN, terms.tax or _NO_TAX, terms.cover or _NO_COVER
    is_sized, dscr = debt.target_dscr is not None, float(flow.sculpted_dscr)
    is_sculpted = math.isfinite(dscr)
    sized = "found by search: the largest share that the cash carries" if is_sized else ""
    sculpted = "found by search: the loan is repaid at the end of its tenor"
    return [
        _Input("investment", "Investment, overnight, real", float(project.investment), "EUR"),
        _Input("first_year", "First year of construction", project.first_year, "year"),
        _Input("price_year", "Price year", project.price_year, "year"),
        _Input("construction", "Years of construction", project.n_construction, "a"),
        _Input("inflation", "Inflation", terms.inflation, "1/a"),
        _Input("discount", "Cost of capital, real", terms.discount_rate, "1/a"),
        _Input("asked", "Return that owners ask for, nominal", terms.asked_by_owners, "1/a"),
        _Input("share", "Loan, share of all uses", float(flow.debt_share), "1", sized),
        _Input("rate", "Interest, nominal", float(np.asarray(debt.rate)), "1/a"),
        _Input("fee", "Fee on what is drawn", debt.fee, "1"),
        _Input("tenor", "Years of operation until repaid", debt.tenor, "a"),
        _Input("grace", "Years of operation with interest only", debt.grace, "a"),
        _Input("kind", "Repayment", str(debt.repayment), "", "annuity, level, sculpted or agreed"),
        _Input("keeps", "Cover that a sculpted loan keeps", dscr if is_sculpted else 1.0, "1",
               sculpted if is_sculpted else "not used"),
        _Input("tax_rate", "Tax on profit", tax.rate, "1"),
        _Input("span", "Years of write-off", tax.depreciation_years, "a"),
        _Input("premium", "Premium for political risk", cover.premium, "1/a"),
        _Input("covered_debt", "Covered share of the loan", cover.debt_share, "1"),
        _Input("covered_equity", "Covered share of equity", cover.equity_share, "1"),
        _Input("covered_years", "Years of cover", cover.years, "a"),
        _Input("local", "Share of revenue in another currency", terms.currency.local_share, "1"),
        _Input("weaker", "Its loss of real value", terms.currency.real_depreciation, "1/a"),
    ]  # fmt: skip


def _write_inputs(book: Workbook, flow: Cashflow) -> Mapping[str, str]:
    """Write the first sheet; returns the cell of each input."""
    sheet = book.add_worksheet(INPUTS)
    bold, own = book.add_format({"bold": True}), book.add_format({"font_color": "#006BB6"})
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 18)
    sheet.set_column(3, 3, 60)
    sheet.write_row(0, 0, (flow.project.name, "value", "unit", "note"), bold)
    inputs = _inputs_of(flow)
    for row, one in enumerate(inputs, start=1):
        sheet.write_string(row, 0, one.label)
        sheet.write(row, 1, one.value, own)
        sheet.write_string(row, 2, one.unit)
        sheet.write_string(row, 3, one.note)
    return {one.key: f"{INPUTS}!$B${row}" for row, one in enumerate(inputs, start=2)}


# ---- years -------------------------------------------------------------------------------------


class _When(Enum):
    """The years in which a row has formulas."""

    ALWAYS = "always"
    BUILDING = "construction"
    RUNNING = "operation"


@dataclass(frozen=True)
class _Row:
    """A row of years. In ``formula`` a name means the same year of another row, ``name[-1]`` and
    ``name[+1]`` the years around it (0 outside), ``name[:]`` all years, ``$name`` an input.

    ``values`` (Y,) are shown until recomputed, NaN shows nothing. A row without formula is input.
    Years outside ``when`` hold a plain zero or nothing, so that nothing refers to itself.
    """

    key: str
    label: str
    unit: str
    values: Floats
    formula: str = ""
    when: _When = _When.ALWAYS


def _rows_of(flow: Cashflow) -> list[_Row]:
    project = flow.project
    years, none = np.zeros(project.n_operation), np.zeros(project.n_construction)
    working = _working(flow)
    return [
        _Row("year", "Year", "", flow.year.astype(float)),
        _Row("part", "Share of investment", "1", np.append(project.spending, years)),
        _Row("real_revenue", "Revenue, real", "EUR", np.append(none, project.revenue)),
        _Row("real_cost", "Costs of operation, real", "EUR",
             np.append(none, project.operation_cost)),
        _Row("energy", "Energy", "MWh", np.append(none, project.energy)),
        _Row("agreed", "Part of an agreed loan paid back", "1", working["agreed"]),
        _Row("age", "Year of operation", "a", working["age"],
             "year-$first_year-$construction+1"),
        _Row("level", "Price level", "1", flow.level, "(1+$inflation)^(year-$price_year)"),
        _Row("worth", "Real worth of revenue", "1", working["worth"],
             "1-$local+$local*(1-$weaker)^(year-$first_year)"),
        _Row("spending", "Investment", "EUR", flow.spending, "$investment*part*level",
             _When.BUILDING),
        _Row("revenue", "Revenue", "EUR", flow.revenue, "real_revenue*level*worth",
             _When.RUNNING),
        _Row("cost", "Costs of operation", "EUR", flow.operation_cost, "real_cost*level",
             _When.RUNNING),
        _Row("opening", "Loan, opening", "EUR", flow.opening, "owed[-1]"),
        _Row("equity", "Equity paid in before", "EUR", working["equity"],
             "equity[-1]+paid_in[-1]"),
        _Row("interest", "Interest", "EUR", flow.interest, "$rate*opening"),
        _Row("risk", "Premium", "EUR", flow.premium,
             "IF(year-$first_year<$covered_years,"
             "$premium*($covered_debt*opening+$covered_equity*equity),0)"),
        _Row("drawn", "Loan drawn", "EUR", flow.drawn,
             "$share*(spending+interest+risk)/(1-$share*$fee)", _When.BUILDING),
        _Row("uses", "All uses until operation", "EUR", flow.uses,
             "spending+interest+risk+$fee*drawn", _When.BUILDING),
        _Row("paid_in", "Equity paid in", "EUR", flow.paid_in, "uses-drawn",
             _When.BUILDING),
        _Row("write_off", "Write-off", "EUR", flow.depreciation,
             "IF(AND($tax_rate>0,age<=$span),SUM(uses[:])/$span,0)", _When.RUNNING),
        _Row("profit", "Profit before tax", "EUR", working["profit"],
             "revenue-cost-risk-write_off-interest", _When.RUNNING),
        _Row("losses", "Losses carried on", "EUR", working["losses"],
             "MAX(losses[-1]-profit,0)", _When.RUNNING),
        _Row("tax", "Tax", "EUR", flow.tax, "$tax_rate*MAX(profit-losses[-1],0)",
             _When.RUNNING),
        _Row("available", "Cash for debt service", "EUR", flow.available,
             "revenue-cost-risk-tax", _When.RUNNING),
        _Row("principal", "Loan paid back", "EUR", flow.principal,
             'IF(AND(age>$grace,age<=$tenor),IF($kind="annuity",'
             "SUM(drawn[:])*IF($rate>0,$rate/(1-(1+$rate)^($grace-$tenor)),1/($tenor-$grace))"
             '-interest,IF($kind="level",SUM(drawn[:])/($tenor-$grace),'
             'IF($kind="agreed",SUM(drawn[:])*agreed,MAX(available,0)/$keeps-interest))),0)',
             _When.RUNNING),
        _Row("owed", "Loan, closing", "EUR", flow.opening + flow.drawn - flow.principal,
             "opening+drawn-principal"),
        _Row("service", "Debt service", "EUR", flow.service,
             "interest+principal", _When.RUNNING),
        _Row("dscr", "DSCR", "1", flow.dscr,
             'IF(service>0.000000001*MAX(ABS(available),1),available/service,"")',
             _When.RUNNING),
        _Row("ahead", "Value of the cash until the tenor", "EUR", working["ahead"],
             "IF(age<=$tenor,(ahead[+1]+available)/(1+$rate),0)", _When.RUNNING),
        _Row("llcr", "LLCR", "1", flow.llcr,
             "IF(AND(age<=$tenor,opening>0.000000001*MAX(opening[:])),"
             'ahead/opening,"")', _When.RUNNING),
        _Row("to_owners", "To owners", "EUR", flow.to_owners,
             "available-service-paid_in"),
        _Row("free", "Before loan and tax", "EUR", flow.free, "revenue-cost-risk-spending"),
        _Row("alone", "Write-off without loan", "EUR", working["alone"],
             "IF(AND($tax_rate>0,age<=$span),SUM(spending[:])/$span,0)", _When.RUNNING),
        _Row("profit_alone", "Profit without loan", "EUR", working["profit_alone"],
             "revenue-cost-risk-alone", _When.RUNNING),
        _Row("losses_alone", "Losses without loan", "EUR", working["losses_alone"],
             "MAX(losses_alone[-1]-profit_alone,0)", _When.RUNNING),
        _Row("after_tax", "Before loan, after tax", "EUR", flow.free_after_tax,
             "free-$tax_rate*MAX(profit_alone-losses_alone[-1],0)"),
        _Row("real", "Before loan and tax, real", "EUR", flow.real_free, "free/level"),
        _Row("factor", "Discount factor", "1", working["factor"],
             "(1+$discount)^($first_year-year)"),
        _Row("total", "Sum, real", "EUR", np.cumsum(flow.real_free), "total[-1]+real"),
        _Row("back", "Paid back after", "a", working["back"],
             'IF(AND(total[-1]<0,total>=0),year-$first_year-total/real,"")'),
    ]  # fmt: skip


def _working(flow: Cashflow) -> dict[str, Floats]:
    """Rows that lead to others, (Y,), as the formulas have them."""
    project, terms = flow.project, flow.terms
    place = np.arange(len(flow.year), dtype=np.float64)
    age = place - project.n_construction + 1.0
    operates = age >= 1
    tax = terms.tax or _NO_TAX
    span = tax.depreciation_years
    is_written = operates & (age <= span) & (tax.rate > 0)
    alone = np.where(is_written, flow.spending.sum() / span, 0.0)
    cash = np.where(operates, flow.revenue - flow.operation_cost - flow.premium, 0.0)
    profit = np.where(operates, cash - flow.depreciation - flow.interest, 0.0)
    profit_alone = np.where(operates, cash - alone, 0.0)
    lost = terms.currency.local_share * (1 - (1 - terms.currency.real_depreciation) ** place)
    total, real = np.cumsum(flow.real_free), flow.real_free
    turns = (np.append(0.0, total[:-1]) < 0) & (total >= 0)
    debt = terms.debt or _NO_LOAN
    lent = np.where(operates & (age <= debt.tenor), flow.available, 0.0)
    agreed = np.zeros(len(age))
    agreed[project.n_construction :][: len(debt.parts)] = debt.parts
    return {
        "age": age,
        "agreed": agreed,
        "worth": 1.0 - lost,
        "equity": np.append(0.0, np.cumsum(flow.paid_in)[:-1]),
        "profit": profit,
        "losses": _losses(profit),
        "alone": alone,
        "profit_alone": profit_alone,
        "losses_alone": _losses(profit_alone),
        "ahead": np.where(operates, _ahead(lent, float(np.asarray(debt.rate))), 0.0),
        "factor": (1.0 + terms.discount_rate) ** -place,
        "back": np.where(turns, place - np.divide(total, real, where=turns, out=total * 0), np.nan),
    }


def _losses(profit: Floats) -> Floats:
    """Losses carried on after each year, (Y,)."""
    carried, losses = 0.0, []
    for one in profit:
        carried = max(carried - float(one), 0.0)
        losses.append(carried)
    return np.array(losses)


def _ahead(available: Floats, rate: float) -> Floats:
    """Value at the beginning of each year (Y,) of this year's cash and all after it."""
    value, found = 0.0, []
    for one in available[::-1]:
        value = (value + float(one)) / (1.0 + rate)
        found.append(value)
    return np.array(found[::-1])


def _write_years(book: Workbook, flow: Cashflow, inputs: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(YEARS)
    bold = book.add_format({"bold": True})
    own = book.add_format({"font_color": "#006BB6", "num_format": "#,##0.####"})
    plain = book.add_format({"num_format": "#,##0.####"})
    sheet.set_column(0, 0, 32)
    sheet.set_column(_FIRST, _FIRST + len(flow.year), 13)
    sheet.freeze_panes(1, _FIRST)
    rows = _rows_of(flow)
    places = {row.key: line for line, row in enumerate(rows, start=1)}
    for line, row in enumerate(rows):
        sheet.write_string(line, 0, row.label)
        sheet.write_string(line, 1, row.unit)
        for year, value in enumerate(row.values):
            number = float(value) if math.isfinite(value) else ""
            if row.formula and _is_in(row.when, year < flow.project.n_construction):
                text = _resolved(row.formula, year, len(flow.year), places, inputs)
                sheet.write_formula(line, _FIRST + year, f"={text}", plain, number)
            elif row.key == "year":
                sheet.write_number(line, _FIRST + year, float(value), bold)
            elif number != "":
                kind = plain if row.formula else own
                sheet.write_number(line, _FIRST + year, float(value), kind)


def _is_in(when: _When, is_building: bool) -> bool:
    """Whether a row has formulas in a year of construction, or of operation."""
    return when is _When.ALWAYS or (when is _When.BUILDING) == is_building


_TOKEN = re.compile(r'"[^"]*"|\$?[a-z_]+(?:\[[-+1:]+\])?')


def _resolved(
    formula: str, year: int, count: int, places: Mapping[str, int], inputs: Mapping[str, str]
) -> str:
    """A formula with cells for names; see :class:`_Row`. ``year`` -1 stands on another sheet."""

    def cell(match: re.Match[str]) -> str:
        token = match.group()
        if token.startswith('"'):
            return token
        if token.startswith("$"):
            return inputs[token[1:]]
        key, _, where = token.partition("[")
        line = places[key]
        sheet = "" if year >= 0 else f"{YEARS}!"
        if where == ":]":
            return f"{sheet}${_letters(_FIRST)}${line}:${_letters(_FIRST + count - 1)}${line}"
        at = year + (int(where[:-1]) if where else 0)
        return f"{_letters(_FIRST + at)}{line}" if 0 <= at < count else "0"

    return _TOKEN.sub(cell, formula)


def _letters(column: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    text = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        text = chr(65 + letter) + text
    return text


# ---- results -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Result:
    """A figure, its formula over rows of years, and its value as the program found it."""

    label: str
    unit: str
    value: float
    formula: str


def _results_of(found: Figures) -> Sequence[_Result]:
    costs = "SUMPRODUCT(factor[:],$investment*part[:]+real_cost[:])"
    return [
        _Result("Net present value, real", "EUR", found.net_present_value,
                "SUMPRODUCT(real[:],factor[:])"),
        _Result("Return of the project, nominal", "1/a", found.project_return.value,
                "IRR(free[:])"),
        _Result("Return of the project, real", "1/a", found.project_return_real.value,
                "IRR(real[:])"),
        _Result("Return of the project after tax, nominal", "1/a",
                found.project_return_after_tax.value, "IRR(after_tax[:])"),
        _Result("Return of owners, nominal", "1/a", found.owners_return.value,
                "IRR(to_owners[:])"),
        _Result("All uses until operation", "EUR", found.uses, "SUM(uses[:])"),
        _Result("Lowest DSCR", "1", found.lowest_dscr, "MIN(dscr[:])"),
        _Result("Mean DSCR", "1", found.mean_dscr, "AVERAGE(dscr[:])"),
        _Result("Lowest LLCR", "1", found.lowest_llcr, "MIN(llcr[:])"),
        _Result("Levelised tariff, real", "EUR/MWh", found.levelised_tariff,
                f"{costs}/SUMPRODUCT(energy[:],factor[:])"),
        _Result("Share of the revenue to break even", "1", found.break_even_share,
                f"{costs}/SUMPRODUCT(real_revenue[:],factor[:])"),
        _Result("Payback from the first year of construction", "a", found.payback_years,
                "MAX(back[:])"),
    ]  # fmt: skip


def _write_results(book: Workbook, flow: Cashflow, inputs: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(RESULTS)
    bold = book.add_format({"bold": True})
    plain = book.add_format({"num_format": "#,##0.######"})
    sheet.set_column(0, 0, 46)
    sheet.set_column(2, 3, 24)
    places = {row.key: line for line, row in enumerate(_rows_of(flow), start=1)}
    sheet.write_row(0, 0, ("Figure", "unit", "by formula", "as computed by Khazri"), bold)
    found = figures(flow)
    known = [one for one in _results_of(found) if math.isfinite(one.value)]
    for line, one in enumerate(known, start=1):
        sheet.write_string(line, 0, one.label)
        sheet.write_string(line, 1, one.unit)
        text = _resolved(one.formula, -1, len(flow.year), places, inputs)
        sheet.write_formula(line, 2, f"={text}", plain, one.value)
        sheet.write_number(line, 3, one.value, plain)
    line = len(known) + 2
    sheet.write_string(line, 0, "Checks", bold)
    check = _resolved("SUM(drawn[:])-SUM(principal[:])", -1, len(flow.year), places, inputs)
    sheet.write_string(line + 1, 0, "Drawn and not paid back (0 where the loan is repaid)")
    sheet.write_string(line + 1, 1, "EUR")
    sheet.write_formula(line + 1, 2, f"={check}", plain, 0.0)
    if math.isfinite(found.tariff_for_owners):
        sheet.write_string(line + 2, 0, "Tariff at which owners get what they ask for, real")
        sheet.write_string(line + 2, 1, "EUR/MWh")
        sheet.write_number(line + 2, 3, found.tariff_for_owners, plain)
        sheet.write_string(line + 2, 4, "found by search; no formula")
