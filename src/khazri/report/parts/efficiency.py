"""Measures that save energy, as a supply curve, and demand that answers to prices."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup

from khazri.report.markup import Column, Figure, Section, join, table
from khazri.report.numbers import ENERGY, number, percent, ticks, unit_for
from khazri.report.parts.words import Names, folded, plural
from khazri.report.plots import Block, Mark, axes, legend, supply_blocks
from khazri.report.view import ReportView

_TAKEN = 0.01
"""Share of a measure from which it counts as taken."""
_USUAL = 0.9
"""Share of the measures whose cost the axis has room for."""


def efficiency_section(view: ReportView, names: Names) -> Section:
    """The supply curve of measures, and steps of demand that users give up."""
    blocks: list[Figure | Markup] = []
    if not view.measures.empty:
        blocks.append(_supply_curve(view, names))
    if not view.responses.empty:
        blocks.append(_responses(view, names))
    return Section(
        "efficiency",
        "Saving energy",
        "Measures compete with plants: the plan takes those that cost less than what they save.",
        tuple(blocks),
        "The case has no measures that save energy.",
    )


def _supply_curve(view: ReportView, names: Names) -> Figure:
    frame = view.measures.dropna(subset=["cost_per_mwh"]).reset_index(drop=True)
    potential = frame["potential_mwh"].to_numpy(dtype=float)
    saved, whole = float(frame["saved_mwh"].sum()), float(potential.sum())
    unit = unit_for(ENERGY, [whole])
    money = f"{view.headline.currency}/MWh"
    edges = np.concatenate([[0.0], np.cumsum(potential)]) / (whole or 1.0)
    carrier = dict(zip(view.carriers["carrier"], view.carriers["name"], strict=True))
    costs, worth, uptake = (
        frame[column].to_numpy(dtype=float)
        for column in ("cost_per_mwh", "worth_per_mwh", "uptake")
    )
    blocks = [
        Block(
            float(edges[index]),
            float(edges[index + 1]),
            float(costs[index]),
            float(uptake[index]),
            float(worth[index]),
            f"{name}, {names.of_zone(str(zone))}: {number(costs[index])} {money}, "
            f"{unit.with_unit(potential[index])}, {percent(uptake[index])} taken",
        )
        for index, (name, zone) in enumerate(zip(frame["name"], frame["zone"], strict=True))
    ]
    steps = [
        mark * unit.size for mark in ticks(0.0, whole / unit.size) if mark * unit.size <= whole
    ]
    marks = [Mark(step / (whole or 1.0), unit.text(step)) for step in steps]
    # A few measures cost ten times the rest, and a few hours are dear: the axis shows the others.
    most = 1.5 * max(float(np.quantile(costs, _USUAL)), float(np.nanmedian(worth)))
    axis = axes([np.minimum(costs, most), np.minimum(worth, most)], money, marks)
    taken = int((uptake > _TAKEN).sum())
    finding = (
        f"The plan takes {taken} of {plural(len(frame), 'measure', 'measures')} and saves "
        f"{unit.with_unit(saved)} of {unit.with_unit(whole)} that could be saved"
    )
    key = legend([("f-gain", "taken"), ("f-half", "not taken"),
                  ("line value-line", "what a saved MWh would have cost")])  # fmt: skip
    shown = frame.assign(
        place=[names.of_zone(str(zone)) for zone in frame["zone"]],
        carrier=[carrier.get(str(one), str(one)) for one in frame["carrier"]],
        sector=frame["sector"].astype(str).str.replace("_", " "),
    )
    twin = table(
        shown,
        [
            Column("name", "Measure"),
            Column("place", "Zone"),
            Column("carrier", "Saves"),
            Column("sector", "Sector"),
            Column("cost_per_mwh", f"Cost, {money}", number),
            Column("worth_per_mwh", f"Worth, {money}", number),
            Column("potential_mwh", f"Potential, {unit.name}", unit.text),
            Column("saved_mwh", f"Saved, {unit.name}", unit.text),
            Column("uptake", "Taken", percent),
        ],
        f"Measures by cost of a saved MWh, {money} {view.headline.price_year}",
    )
    return Figure(
        "measures",
        finding,
        f"Cost of a saved MWh, {money} {view.headline.price_year}, against what could be saved in "
        f"{view.headline.year}, {unit.name}",
        join([supply_blocks(blocks, axis, finding), key]),
        twin,
        "Costs beyond the top are in the table. Potentials have the rebound taken off. Measures "
        "that overlap share one potential, so the plan may leave a cheap one.",
    )


def _responses(view: ReportView, names: Names) -> Markup:
    frame = view.responses.sort_values("given_up_mwh", ascending=False)
    unit = unit_for(ENERGY, pd.to_numeric(frame["energy_mwh"]))
    shown = frame.assign(place=[names.of_zone(str(zone)) for zone in frame["zone"]])
    content = table(
        shown,
        [
            Column("demand", "Demand"),
            Column("place", "Zone"),
            Column("price", f"Worth to users, {view.headline.currency}/MWh", number),
            Column("energy_mwh", f"Could be given up, {unit.name}", unit.text),
            Column("given_up_mwh", f"Given up, {unit.name}", unit.text),
            Column("hours", "Hours", number),
        ],
        "Demand that users give up where prices are higher than its worth to them",
    )
    return folded("Demand that answers to prices", content)
