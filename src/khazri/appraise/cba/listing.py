"""What an appraisal rests on, as tables: plans, legs, steps, and legs that have to wait."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from khazri.appraise.cba.corridors import Corridors
from khazri.study import Result, Variant


def plan_table(corridors: Corridors, results: Mapping[Variant, Result]) -> pd.DataFrame:
    """All plans, with what stands in them."""
    return pd.DataFrame(
        [
            {
                "plan": result.key,
                "year": variant.year,
                "scenario": variant.scenario,
                "corridors": _what_stands(corridors, variant),
                "cost_eur": result.cost,
                "bound_eur": result.bound,
                "is_certified": result.is_valid,
                "stages": result.stages,
            }
            for variant, result in results.items()
        ]
    )


def _what_stands(corridors: Corridors, variant: Variant) -> str:
    parts = []
    for name in sorted(variant.built):
        part = name
        if variant.links is not None and name in corridors.names:
            legs = corridors.of(name).legs[: corridors.of(name).n_ready(variant.year)]
            standing = [leg.name for leg in legs if set(leg.links) <= variant.links]
            part = name if len(standing) == len(legs) else " + ".join(standing)
        parts.append(part)
    return " + ".join(parts) or "none"


def leg_table(corridors: Corridors) -> pd.DataFrame:
    """Legs with what each country bears."""
    return pd.DataFrame(
        [
            {
                "corridor": one.name,
                "leg": leg.name,
                "links": ";".join(leg.links),
                "title": leg.title,
                "start": leg.start,
                "life_a": leg.life,
                "country": country,
                "investment_eur": amount,
                "fixed_eur_a": leg.fixed.get(country, 0.0),
            }
            for one in corridors.appraised
            for leg in one.legs
            for country, amount in leg.investment.items()
        ]
    )


def step_table(corridors: Corridors) -> pd.DataFrame:
    """Steps on the way, with the leg that waits for each."""
    rows = [
        {
            "corridor": one.name,
            "leg": next((leg.name for leg in one.legs if leg.phase == step.phase), ""),
            "step": step.name,
            "title": step.title,
            "kind": str(step.kind),
            "state": str(step.state),
            "owner": step.owner,
            "countries": ";".join(step.countries),
            "start": f"{step.start:%Y-%m-%d}",
            "finish": f"{step.finish:%Y-%m-%d}",
            "is_assumed": step.is_assumed,
        }
        for one in corridors.appraised
        for step in one.steps
    ]
    columns = ("corridor", "leg", "step", "title", "kind", "state", "owner", "countries", "start",
               "finish", "is_assumed")  # fmt: skip
    return pd.DataFrame(rows, columns=list(columns))


def waiting_table(corridors: Corridors, years: tuple[int, ...]) -> pd.DataFrame:
    """Legs that cannot run in a planning year yet."""
    rows = [
        (one.name, leg.name, year, leg.start)
        for one in corridors.appraised
        for leg in one.legs
        for year in years
        if leg.start > year
    ]
    return pd.DataFrame(rows, columns=["corridor", "leg", "year", "start"])
