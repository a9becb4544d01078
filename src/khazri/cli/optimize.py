"""``khazri optimize``: a PyPSA network solved, with proof, and written back."""

from __future__ import annotations

from pathlib import Path

from khazri.cli.outcome import Block, Grid, Outcome, call
from khazri.cli.settings import Settings
from khazri.cli.solver import chosen_solver
from khazri.cli.work import Work
from khazri.errors import KhazriError, NotCertifiedError, UsageError
from khazri.interop import Solved, read_network, solve_network, unknown_columns, write_network
from khazri.interop.tables import built_capacity, energy, mean_prices
from khazri.report.numbers import number
from khazri.solve import optimize

_SHOWN = 12
"""Rows of a table that people see; programs get all."""


def optimize_command(path: Path, out: Path | None, solver: str | None, work: Work) -> Outcome:
    """Read, solve and, if asked for, write a network."""
    chosen = chosen_solver(Settings(work.environ), solver)
    if out is not None and out.absolute() == path.absolute():
        raise UsageError(
            "the solved network would replace the network it came from",
            where="--out",
            found=str(out),
            expected="another file",
        )
    if out is not None and not out.absolute().parent.is_dir():
        raise UsageError(
            f"there is no folder {out.absolute().parent}",
            where="--out",
            found=str(out),
            expected="a file in a folder that exists",
        )
    network = read_network(path)

    def on_phase(news: optimize.Progress) -> None:
        work.progress.say(news.phase, news.text)

    solved = solve_network(network, chosen, on_phase)
    if out is not None:
        work.progress.say("write", f"the network with its results to {out}")
        write_network(solved.network, out)
    return _outcome(path, out, solved)


def _outcome(path: Path, out: Path | None, solved: Solved) -> Outcome:
    network, proof = solved.network, solved.certificate
    capacity, amounts, price = (
        built_capacity(network),
        energy(network),
        mean_prices(network),
    )
    name = network.name or path.name
    blocks: list[Block] = [
        f"{name}: cost {number(solved.cost)} over {len(network.snapshots):,} snapshots, "
        f"proven to within {max(proof.gap, 0.0):.1e}",
        f"objective {number(solved.objective)} as PyPSA counts it: without "
        f"{number(solved.constant)} for given capacity",
        "",
    ]
    for title, rows in (
        ("capacity that may be extended: given and chosen", capacity),
        ("energy by carrier [MWh]", amounts),
        ("mean price by bus [currency/MWh]", price),
    ):
        if len(rows):
            columns = tuple(str(column) for column in rows.columns)
            cells = [
                tuple(value if isinstance(value, str) else number(float(value)) for value in row)
                for row in rows.head(_SHOWN).itertuples(index=False)
            ]
            right = frozenset(column for column in columns if rows[column].dtype.kind == "f")
            blocks += [Grid(columns, tuple(cells), title, right)]
            rest = len(rows) - len(cells)
            blocks += [f"and {rest} more\n" if rest > 0 else ""]
    if out is not None:
        blocks.append(f"network {out}")
    warnings = tuple(
        f"column {column} means nothing to Khazri; the file is of a newer PyPSA"
        for column in unknown_columns(network)
    )
    errors: tuple[KhazriError, ...] = ()
    if not proof.is_valid:
        errors = (NotCertifiedError(f"not certified: {'; '.join(proof.faults)}"),)
    advice = () if out is not None else (call("optimize", path, "--out", "solved.nc"),)
    result = {
        "network": path,
        "name": network.name,
        "cost": solved.cost,
        "objective": solved.objective,
        "objective_constant": solved.constant,
        "bound": proof.bound,
        "gap": proof.gap,
        "valid": proof.is_valid,
        "faults": list(proof.faults),
        "solver": solved.solver,
        "seconds": solved.seconds,
        "iterations": solved.iterations,
        "columns": solved.n_columns,
        "rows": solved.n_rows,
        "snapshots": len(network.snapshots),
        "capacity": capacity.to_dict("records"),
        "energy": amounts.to_dict("records"),
        "mean_price": price.to_dict("records"),
        "out": out,
    }
    return Outcome("optimize", result, tuple(blocks), advice, warnings, errors)
