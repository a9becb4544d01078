"""``khazri finance``: what a corridor or plant earns its owners and lenders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from khazri.appraise.finance import (
    Agreement,
    Cashflow,
    Figures,
    Financed,
    Return,
    Simulation,
    cashflow,
    figures,
    financed,
    read_agreement,
    simulate,
    tornado,
    write_workbook,
)
from khazri.case import read_case
from khazri.cli.folder import PLAN_FILE, check_writable
from khazri.cli.outcome import Block, Grid, Outcome
from khazri.cli.settings import Settings
from khazri.cli.work import Work
from khazri.errors import NotCertifiedError, UsageError
from khazri.plan import Plan
from khazri.report.memo import render_memo
from khazri.report.memo_finance import finance_memo, used_at
from khazri.report.numbers import ABSENT, money, number, percent, unit_for

MEMO_FILE, BOOK_FILE = "memo.html", "finance.xlsx"
_SAMPLES, _SEED = "1000", "1"


@dataclass(frozen=True)
class FinanceFlags:
    """What was written on the command line; None where nothing was."""

    plans: Sequence[Path]
    terms: str | None = None
    samples: str | None = None
    seed: str | None = None
    out: str | None = None


def finance_command(folder: Path, name: str, flags: FinanceFlags, work: Work) -> Outcome:
    """Value a corridor or plant of a case by its plans; write memo and workbook."""
    settings = Settings(work.environ)
    target = Path(settings.choose("out", flags.out, str(Path("out") / f"finance-{name}")).text)
    check_writable(target)
    draws = tuple(
        settings.choose(option, given, default).read(_whole)
        for option, given, default in (
            ("samples", flags.samples, _SAMPLES),
            ("seed", flags.seed, _SEED),
        )
    )
    terms = settings.asked("terms", flags.terms)
    agreed = Agreement() if terms is None else read_agreement(terms)
    plans = _plans(flags.plans)
    case = read_case(folder, plans[0].scenario)
    source = financed(case, name, plans, agreed)
    work.progress.say("build", source.project.name)
    flow = cashflow(source.project, source.terms)
    found = figures(flow)
    simulation, swings = _risk(source, agreed, *draws)
    memo = finance_memo(source, flow, found, simulation, swings, case.currency)
    target.mkdir(parents=True, exist_ok=True)
    (target / MEMO_FILE).write_text(render_memo(memo), encoding="utf-8")
    write_workbook(flow, target / BOOK_FILE)
    blocks: list[Block] = [
        f"{memo.verdict}\n",
        _grid(found, case.currency, simulation),
        "",
        *source.notes,
        f"\nmemo      {target / MEMO_FILE}",
        f"workbook  {target / BOOK_FILE}",
    ]
    uncertified = tuple(
        NotCertifiedError(f"the plan of {row['year']} is not certified")
        for row in source.by_year.to_dict("records")
        if not row["is_certified"]
    )
    result = _result(source, flow, found, simulation, swings, target)
    return Outcome("finance", result, tuple(blocks), errors=uncertified)


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("a whole number")
    return int(text)


def _plans(paths: Sequence[Path]) -> list[Plan]:
    """The plans in folders, or in the folders of years within them."""
    files = []
    for path in paths:
        if path.is_dir() and not (path / PLAN_FILE).exists():
            inside = sorted(path.glob(f"*/{PLAN_FILE}"))
            if not inside:
                raise UsageError(
                    f"{path} holds no plan",
                    where="--plan",
                    found=str(path),
                    expected=f"a folder with {PLAN_FILE}",
                )
            files += inside
        else:
            files.append(path / PLAN_FILE if path.is_dir() else path)
    return [Plan.load(file) for file in files]


def _risk(
    source: Financed, agreed: Agreement, count: int, seed: int
) -> tuple[Simulation | None, pd.DataFrame | None]:
    """Samples and tornado where the terms name what is uncertain."""
    if not agreed.uncertain:
        return None, None
    case = source.project, source.terms, agreed.uncertain
    return simulate(*case, count, seed), tornado(*case)


def _grid(found: Figures, currency: str, simulation: Simulation | None) -> Grid:
    amount = unit_for(money(currency), [found.net_present_value])
    tariff = f"{currency}/MWh"
    rows = [
        ("net present value", amount.text(found.net_present_value), amount.name),
        ("return of the project, real", _rate(found.project_return_real), ""),
        ("return of the project, nominal", _rate(found.project_return), ""),
        ("  after tax", _rate(found.project_return_after_tax), ""),
        ("return of owners, nominal", _rate(found.owners_return), ""),
        ("lowest DSCR", number(found.lowest_dscr), ""),
        ("lowest LLCR", number(found.lowest_llcr), ""),
        ("loan, share of all uses", percent(found.debt_share), ""),
        ("levelised tariff, real", number(found.levelised_tariff), tariff),
        ("tariff for owners, real", number(found.tariff_for_owners), tariff),
        ("breaks even at, of revenue", percent(found.break_even_share), ""),
        ("  use of the capacity", used_at(found), ""),
        ("payback", number(found.payback_years), "a"),
        ("  discounted", number(found.discounted_payback_years), "a"),
    ]
    if simulation is not None:
        chance = percent(simulation.chance_of_gain)
        rows.append(("chance of a gain", chance, f"of {len(simulation.draws):,} samples"))
    return Grid(("figure", "value", "unit"), tuple(rows), right=frozenset({"value"}))


def _rate(found: Return) -> str:
    """A rate of return; all of them where there are several."""
    if math.isfinite(found.value):
        return percent(found.value)
    return " or ".join(percent(rate) for rate in found.all) or ABSENT


_ROWS = (
    "uses", "drawn", "paid_in", "revenue", "operation_cost", "premium", "opening", "interest",
    "principal", "tax", "available", "service", "to_owners", "free", "free_after_tax", "dscr",
    "llcr",
)  # fmt: skip


def _result(
    source: Financed,
    flow: Cashflow,
    found: Figures,
    simulation: Simulation | None,
    swings: pd.DataFrame | None,
    target: Path,
) -> dict[str, object]:
    """The same for programs."""
    years = pd.DataFrame({name: np.asarray(getattr(flow, name)) for name in _ROWS})
    years.insert(0, "year", flow.year)
    return {
        "project": source.project.name,
        "figures": found,
        "years": _records(years),
        "parts": _records(source.parts),
        "plans": _records(source.by_year),
        "terms": source.terms,
        "notes": list(source.notes),
        "samples": None
        if simulation is None
        else {
            "count": len(simulation.draws),
            "chance_of_gain": simulation.chance_of_gain,
            "quantiles": _records(simulation.quantiles.reset_index(names="share")),
        },
        "tornado": None if swings is None else _records(swings),
        "memo": target / MEMO_FILE,
        "workbook": target / BOOK_FILE,
    }


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
