"""``khazri plan --export``: plans for other tools, beside their own files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from khazri.case import Case
from khazri.cli.outcome import Outcome
from khazri.plan import Plan

PYPSA_FILE = "pypsa.nc"


class ExportKind(StrEnum):
    """Tools that plans can be written for."""

    NONE = "none"
    PYPSA = "pypsa"


def export_kind(text: str) -> ExportKind:
    """The tool called ``text``; ValueError with all names where there is none."""
    known = [kind.value for kind in ExportKind]
    if text not in known:
        raise ValueError(" or ".join(known))
    return ExportKind(text)


def with_networks(outcome: Outcome, case: Case, plans: Sequence[tuple[Plan, Path]]) -> Outcome:
    """Write each plan as a PyPSA network into its folder, and say so."""
    lines, warnings, files = [], [], []
    for plan, folder in plans:
        path = folder / PYPSA_FILE
        not_carried = write_pypsa(plan, case, path)
        lines.append(f"network {path}")
        warnings += [f"{path} lacks: {left}" for left in not_carried]
        files.append({"network": path, "not_carried": not_carried})
    return replace(
        outcome,
        blocks=(*outcome.blocks, *lines),
        warnings=(*outcome.warnings, *warnings),
        result={**outcome.result, "networks": files},
    )


def write_pypsa(plan: Plan, case: Case, path: Path) -> tuple[str, ...]:
    """Write a plan of ``case`` as a PyPSA network; returns what the network does not hold."""
    from khazri.interop import export_network, write_network
    from khazri.system import build_system

    zones = case.table("zones")
    places = {
        str(zone): (float(latitude), float(longitude))
        for zone, latitude, longitude in zip(
            zones["zone"], zones["latitude"], zones["longitude"], strict=True
        )
    }
    exported = export_network(plan, build_system(case, plan.year), places)
    part = path.with_name(f".part-{path.name}")
    try:
        write_network(exported.network, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return exported.not_carried
