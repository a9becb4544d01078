"""The part of ``khazri appraise`` that draws what is uncertain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from khazri.appraise.uncertainty import Sample, Sampling, UncertainCase, Uncertainty
from khazri.case import Case
from khazri.cli import settings as parse
from khazri.cli.outcome import Block, Grid, as_json
from khazri.cli.settings import Settings
from khazri.report.appraisal_uncertainty import uncertainty_page
from khazri.report.numbers import money, percent, unit_for
from khazri.study import Fidelity

PAGE_FILE = "uncertainty.html"
JSON_FILE = "uncertainty.json"
SEGMENTS = 168
"""Segments of each plan of a draw if nothing else is asked for: a plan takes seconds then."""


@dataclass(frozen=True)
class UncertaintyFlags:
    """What was written on the command line; None where nothing was."""

    count: str | None = None
    hours: str | None = None
    sampling: str | None = None
    seed: str | None = None


@dataclass(frozen=True)
class Asked:
    """How the sample is drawn, and how finely its plans are made."""

    sample: Sample
    fidelity: Fidelity


def read_asked(chosen: Settings, flags: UncertaintyFlags) -> Asked | None:
    """What is asked for; None where nobody asks for draws."""
    if not chosen.asked("uncertainty", flags.count):
        return None
    count = chosen.choose("uncertainty", flags.count).read(_count)
    hours = chosen.choose("uncertainty-hours", flags.hours, str(SEGMENTS)).read(parse.segments)
    sampling = chosen.choose("sampling", flags.sampling, str(Sampling.LATIN_HYPERCUBE)).read(
        _sampling
    )
    seed = chosen.choose("seed", flags.seed, "0").read(_seed)
    usual = Fidelity(SEGMENTS)
    fidelity = usual if hours is None else Fidelity(hours or None, usual.tolerance)
    return Asked(Sample(count, sampling, seed), fidelity)


def write_uncertainty(
    asked: Asked, drawn: UncertainCase, found: Uncertainty, fine: Fidelity, out: Path
) -> list[Block]:
    """Write tables, JSON and page beside the appraisal, whose plans are ``fine``; what to print."""
    facts = {
        "case": drawn.case.name,
        "scenario": drawn.terms.scenario,
        "years": list(drawn.terms.years),
        "draws": asked.sample.count,
        "sampling": str(asked.sample.sampling),
        "seed": asked.sample.seed,
        "plans": len(drawn.variants()),
        "fidelity_of_draws": asked.fidelity.words,
        "fidelity_of_appraisal": fine.words,
        "discount_rate": drawn.terms.rate,
        "base_year": drawn.terms.base_year,
    }
    for name, table in found.tables.items():
        table.to_csv(out / f"uncertainty_{name}.csv", index=False, lineterminator="\n")
    whole = {**facts, **{name: table.to_dict("records") for name, table in found.tables.items()}}
    (out / JSON_FILE).write_text(json.dumps(as_json(whole), indent=1), encoding="utf-8")
    page = uncertainty_page(found, drawn, asked.fidelity, fine)
    (out / PAGE_FILE).write_text(page, encoding="utf-8")
    return _blocks(found, drawn.case, asked, out)


def _blocks(found: Uncertainty, case: Case, asked: Asked, out: Path) -> list[Block]:
    rows = found.chances[found.chances["country"] == ""]
    unit = unit_for(money(case.currency), rows[["p05", "p95"]].to_numpy(dtype=float).ravel())
    columns = ("corridor", "method", "pays in", "chance", "95% interval", "5%", "median", "95%")
    body = tuple(
        (
            str(row["corridor"]),
            str(row["method"]),
            f"{row['paying']} of {row['draws']}",
            percent(row["chance"]),
            f"{percent(row['chance_low'])} to {percent(row['chance_high'])}",
            unit.text(row["p05"]),
            unit.text(row["p50"]),
            unit.text(row["p95"]),
        )
        for row in rows.to_dict("records")
    )
    title = (
        f"net value over {asked.sample.count} draws of {len(found.drivers)} drivers, "
        f"{asked.fidelity.segments or 'all'} segments a plan [{unit.name}]"
    )
    return [
        "",
        Grid(columns, body, title, frozenset(columns[2:])),
        f"\nrisk    {out / PAGE_FILE}",
    ]


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise ValueError("a number of draws, 2 or more")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("a whole number, 0 or more")
    return int(text)


def _sampling(text: str) -> Sampling:
    if text in tuple(Sampling):
        return Sampling(text)
    raise ValueError(" or ".join(Sampling))
