"""``khazri case``: make a case, or take one to a spreadsheet and back."""

from __future__ import annotations

from pathlib import Path

from khazri.case import export_workbook, import_workbook, new_case
from khazri.cli.outcome import Outcome, call


def new_command(directory: Path) -> Outcome:
    """A new case from the template."""
    folder = new_case(directory)
    words = f"{folder} is a small made-up case: two countries, three zones, a border market"
    advice = (call("plan", folder), call("check", folder))
    return Outcome("case-new", {"case": folder}, (words,), advice)


def export_command(case: Path, book: Path) -> Outcome:
    """A case as a spreadsheet."""
    written = export_workbook(case, book)
    words = f"{written} holds all tables and profiles of {case}, a sheet each"
    advice = (call("case", "import", written, case),)
    return Outcome("case-export", {"case": case, "book": written}, (words,), advice)


def import_command(book: Path, case: Path) -> Outcome:
    """A spreadsheet as a case."""
    folder = import_workbook(book, case)
    words = f"{folder} is the case of {book}; it has no faults"
    advice = (call("check", folder), call("plan", folder))
    return Outcome("case-import", {"case": folder, "book": book}, (words,), advice)


def from_pypsa_command(network: Path, case: Path) -> Outcome:
    """A PyPSA network as a case."""
    from khazri.interop import case_of_network, read_network, write_network_case

    made = case_of_network(read_network(network), network.name, case.resolve().name)
    folder = write_network_case(made, case)
    words = f"{folder} is the case of {network}; it has no faults"
    result = {"case": folder, "network": network, "not_carried": made.not_carried}
    warnings = tuple(f"not as in the network: {left}" for left in made.not_carried)
    advice = (call("plan", folder), call("check", folder))
    return Outcome("case-from-pypsa", result, (words,), advice, warnings)
