"""The commands: what they take, and help that leads with examples.

Nothing heavy is imported here; each command imports what it needs when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import khazri
from khazri.cli.manner import EVERYWHERE
from khazri.cli.outcome import Outcome
from khazri.cli.screen import Screen
from khazri.cli.work import Work


@dataclass(frozen=True)
class Session:
    """What commands are run with."""

    screen: Screen
    environ: Mapping[str, str]


_EVERYWHERE = (
    "Everywhere: [bold]--json[/], [bold]--quiet[/], [bold]--plain[/], [bold]--no-color[/], "
    "[bold]--debug[/]; khazri --help says what they do."
)
_VARIABLES = (
    "Instead of an option a variable may be set: KHAZRI_TIME_LIMIT for --time-limit. A flag wins "
    "over a variable, a variable over the case, the case over what Khazri takes by itself."
)


def _flag(meaning: str, *names: str) -> Any:
    """An option without a value."""
    return typer.Option(*names, metavar="", help=meaning)


app = typer.Typer(
    name="khazri",
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_VARIABLES,
    pretty_exceptions_enable=False,
)
case_app = typer.Typer(
    help="Make a case, or take one to a spreadsheet and back, or from a PyPSA network.",
    rich_markup_mode="rich",
    epilog=_EVERYWHERE,
)

CaseFolder = Annotated[
    Path, typer.Argument(metavar="CASE", help="Folder with the tables of a case.")
]
ScenarioOption = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", help="Scenario; '' for the tables as they are."),
]
ExplainFlag = Annotated[
    bool, _flag("Say who decided each setting: flag, variable, case.", "--explain")
]


@app.callback(invoke_without_command=True)
def _khazri(
    context: typer.Context,
    version: Annotated[bool, _flag("Print the version.", "--version")] = False,
    # These are taken off the command line before it comes here; they stand here for the help.
    json: Annotated[bool, _flag(EVERYWHERE["json"], "--json")] = False,
    quiet: Annotated[bool, _flag(EVERYWHERE["quiet"], "--quiet", "-q")] = False,
    plain: Annotated[bool, _flag(EVERYWHERE["plain"], "--plain")] = False,
    no_color: Annotated[bool, _flag(EVERYWHERE["no_color"], "--no-color")] = False,
    debug: Annotated[bool, _flag(EVERYWHERE["debug"], "--debug")] = False,
) -> None:
    """Least-cost hourly plans of regional power systems, with proof.

    [bold]khazri case new demo[/]      a small case to try things on
    [bold]khazri plan demo[/]          plan it; the report lies in out/demo-2030
    [bold]khazri check demo[/]         all that is wrong with a case, or what is in it
    """
    if version:
        typer.echo(f"khazri {khazri.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


YearOption = Annotated[
    str | None,
    typer.Option("--year", metavar="YEAR", help="Year, or several: 2030,2035."),
]
HoursOption = Annotated[
    str | None,
    typer.Option(
        "--hours", metavar="full|N", help="All hours, however long it takes, or N segments."
    ),
]
GapOption = Annotated[
    str | None,
    typer.Option("--gap", metavar="SHARE", help="Gap at which to stop, as 0.5%. (2% if not given)"),
]
TimeOption = Annotated[
    str | None,
    typer.Option(
        "--time-limit", metavar="TIME", help="Nothing new is begun after this. (260s if not given)"
    ),
]
SolverOption = Annotated[
    str | None,
    typer.Option("--solver", metavar="NAME", help="khazri (if not given), highs or clarabel."),
]
OutOption = Annotated[
    str | None,
    typer.Option(
        "--out", "-o", metavar="DIR", help="Folder to write (out/CASE-YEAR… if not given)."
    ),
]
ExportOption = Annotated[
    str | None,
    typer.Option("--export", metavar="TOOL", help="pypsa: write pypsa.nc beside the plan too."),
]
StudyHoursOption = Annotated[
    str | None,
    typer.Option("--hours", metavar="full|N", help="All hours, or N segments. (1095 if not given)"),
]
JobsOption = Annotated[
    str | None, typer.Option("--jobs", metavar="N", help="Plans side by side. (one per core)")
]
DaskOption = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="Dask scheduler, as tcp://host:8786."),
]
DryRunFlag = Annotated[bool, _flag("Read and build only; say how large it is.", "--dry-run", "-n")]


@case_app.callback(invoke_without_command=True)
def _case(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(epilog=_EVERYWHERE)
def plan(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    case: CaseFolder,
    year: YearOption = None,
    scenario: ScenarioOption = None,
    hours: HoursOption = None,
    gap: GapOption = None,
    time_limit: TimeOption = None,
    solver: SolverOption = None,
    out: OutOption = None,
    export: ExportOption = None,
    dry_run: DryRunFlag = False,
    explain: ExplainFlag = False,
) -> Outcome:
    """Plan a year: what to build, how every hour runs, what it costs, with proof.

    [bold]khazri plan cases/caspian --year 2030[/]
    [bold]khazri plan cases/caspian --year 2030,2035 --scenario high_demand[/]
    [bold]khazri plan cases/caspian --gap 0.5% --time-limit 20min[/]
    [bold]khazri plan cases/caspian --export pypsa[/]      also as a PyPSA network
    [bold]khazri plan cases/caspian -n[/]      only say how large it is
    """
    with _work(context, case) as work:
        from khazri.cli.plan import PlanFlags, plan_command

        flags = PlanFlags(
            year, scenario, hours, gap, time_limit, solver, out, dry_run, explain, export
        )
        return plan_command(case, flags, work)


@app.command(epilog=_EVERYWHERE)
def check(
    context: typer.Context,
    case: CaseFolder,
    scenario: ScenarioOption = None,
) -> Outcome:
    """Tell all faults of a case; or else its sizes and what its scenarios change.

    [bold]khazri check cases/caspian[/]
    [bold]khazri check cases/caspian --scenario dry_year[/]      what the scenario changes
    """
    with _work(context, case) as work:
        from khazri.cli.check import check_command

        return check_command(case, scenario, work)


@app.command(epilog=_EVERYWHERE)
def sources(
    context: typer.Context,
    case: CaseFolder,
    table: Annotated[str | None, typer.Argument(metavar="TABLE", help="A table.")] = None,
    row: Annotated[
        str | None, typer.Argument(metavar="ROW", help="Key of a row; parts joined by |.")
    ] = None,
    column: Annotated[str | None, typer.Argument(metavar="COLUMN", help="A column.")] = None,
    scenario: ScenarioOption = None,
) -> Outcome:
    """Tell where the numbers of a case come from.

    [bold]khazri sources cases/caspian[/]                          all sources
    [bold]khazri sources cases/caspian assets[/]                   the source of each row
    [bold]khazri sources cases/caspian assets az_gobu[/]           of each value of a row
    [bold]khazri sources cases/caspian assets az_gobu efficiency[/]   all about one value
    """
    with _work(context, case) as work:
        from khazri.cli.sources import sources_command

        return sources_command(case, (table, row, column), scenario, work)


@app.command(epilog=_EVERYWHERE)
def backcast(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    case: CaseFolder,
    year: YearOption = None,
    scenario: ScenarioOption = None,
    hours: HoursOption = None,
    gap: GapOption = None,
    time_limit: TimeOption = None,
    solver: SolverOption = None,
    out: OutOption = None,
    explain: ExplainFlag = False,
) -> Outcome:
    """Plan a past year and hold it against what was reported.

    [bold]khazri backcast cases/caspian --year 2024[/]

    Without --scenario the one called 'backcast' is taken, if the case has it.
    """
    with _work(context, case) as work:
        from khazri.cli.backcast import backcast_command
        from khazri.cli.plan import PlanFlags

        flags = PlanFlags(year, scenario, hours, gap, time_limit, solver, out, explain=explain)
        return backcast_command(case, flags, work)


@app.command(epilog=_EVERYWHERE)
def compare(
    first: Annotated[
        Path, typer.Argument(metavar="PLAN", help="Folder of a plan, or its plan.nc.")
    ],
    second: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan to hold against it.")],
) -> Outcome:
    """Tell what is different between two plans, the difference first.

    [bold]khazri compare out/demo-2030 out/demo-2030-high_demand[/]
    """
    from khazri.cli.compare import compare_command

    return compare_command(first, second)


@app.command(epilog=_EVERYWHERE)
def appraise(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    case: CaseFolder,
    corridors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CORRIDOR...]", help="Corridors; all that are not off if none is named."
        ),
    ] = None,
    years: Annotated[
        str | None,
        typer.Option(
            "--years", metavar="YEARS", help="As 2030,2035. (all planning years if not given)"
        ),
    ] = None,
    scenario: ScenarioOption = None,
    scenarios: Annotated[
        str | None,
        typer.Option(
            "--scenarios",
            metavar="A,B",
            help="Hold corridors against these scenarios too: value, and what is regretted least.",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            metavar="toot|pint|both",
            help="Take one out of all, or put one in alone. (both if not given)",
        ),
    ] = None,
    hours: StudyHoursOption = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    discount_rate: Annotated[
        str | None,
        typer.Option("--discount-rate", metavar="SHARE", help="Real, a year. (4% if not given)"),
    ] = None,
    societal_co2: Annotated[
        str | None,
        typer.Option(
            "--societal-co2", metavar="EUR/T", help="What a tonne costs society, if not its price."
        ),
    ] = None,
    uncertainty: Annotated[
        str | None,
        typer.Option(
            "--uncertainty",
            metavar="N",
            help="Draw what uncertainties.csv names N times: chances, tornado and fan.",
        ),
    ] = None,
    uncertainty_hours: Annotated[
        str | None,
        typer.Option(
            "--uncertainty-hours",
            metavar="full|N",
            help="Segments of the plans of draws. (168 if not given)",
        ),
    ] = None,
    sampling: Annotated[
        str | None,
        typer.Option(
            "--sampling",
            metavar="lhs|sobol",
            help="Latin hypercube or Sobol sequence. (lhs if not given)",
        ),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option("--seed", metavar="N", help="The same seed draws the same. (0 if not given)"),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder (out/CASE-appraisal)."),
    ] = None,
) -> Outcome:
    """Value corridors by plans with and without them: for whom, since when, at which delay.

    [bold]khazri appraise cases/caspian[/]
    [bold]khazri appraise cases/caspian zangezur_tripp --years 2030,2035,2040[/]
    [bold]khazri appraise cases/caspian zangezur_tripp --uncertainty 32 --method pint[/]
    [bold]khazri appraise cases/caspian --hours full --dask tcp://10.0.0.5:8786[/]

    What is done stays done: after Ctrl-C the same command goes on.
    """
    with _work(context, case) as work:
        from khazri.cli.appraise import AppraiseFlags, appraise_command
        from khazri.cli.appraise_uncertainty import UncertaintyFlags

        flags = AppraiseFlags(
            tuple(corridors or ()),
            years,
            scenario,
            method,
            hours,
            jobs,
            dask,
            discount_rate,
            societal_co2,
            scenarios,
            out,
            UncertaintyFlags(uncertainty, uncertainty_hours, sampling, seed),
        )
        return appraise_command(case, flags, work)


@app.command(epilog=_EVERYWHERE)
def share(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    game: Annotated[
        Path,
        typer.Argument(
            metavar="GAME",
            help="Worths of coalitions (.csv, .json), a folder with parties too, or a case.",
        ),
    ],
    corridors: Annotated[
        str | None,
        typer.Option(
            "--corridors", metavar="A,B", help="Of a case: all that are not off if not given."
        ),
    ] = None,
    year: Annotated[
        str | None, typer.Option("--year", metavar="YEAR", help="Of a case: its default year.")
    ] = None,
    scenario: ScenarioOption = None,
    hours: StudyHoursOption = None,
    jobs: JobsOption = None,
    dask: DaskOption = None,
    outside: Annotated[
        str | None,
        typer.Option(
            "--outside",
            metavar="nothing|together",
            help="Of a case: what those build who are not in a coalition. (nothing if not given)",
        ),
    ] = None,
    threshold: Annotated[
        str | None,
        typer.Option(
            "--threshold",
            metavar="SHARE",
            help="EU cost allocation: share of all gains from which a party pays. (10% if not "
            "given)",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder to write memo and tables to."),
    ] = None,
) -> Outcome:
    """Share what parties are worth together: who gets what, what holds, who pays whom.

    [bold]khazri share coalitions.csv[/]
    [bold]khazri share games/tripp --out out/tripp[/]      coalitions.csv and parties.csv
    [bold]khazri share cases/caspian --corridors zangezur_tripp --year 2035[/]      from plans
    """
    if (game / "case.csv").is_file():
        with _work(context, game) as work:
            from khazri.cli.share_case import ShareFlags, share_case_command

            flags = ShareFlags(
                corridors, year, scenario, hours, jobs, dask, threshold, outside, out
            )
            return share_case_command(game, flags, work)
    from khazri.cli.share import share_command

    session = context.find_object(Session)
    assert session is not None, "commands run in a session"
    return share_command(game, threshold, out, session.environ)


@app.command(epilog=_EVERYWHERE)
def finance(
    context: typer.Context,
    case: CaseFolder,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A corridor or asset, or several as one: A,B.")
    ],
    plans: Annotated[
        list[Path],
        typer.Option("--plan", metavar="DIR", help="Folder of a plan that builds it; repeatable."),
    ],
    terms: Annotated[
        str | None,
        typer.Option("--terms", metavar="FILE", help="Loan, tax, revenue and more, as TOML."),
    ] = None,
    samples: Annotated[
        str | None,
        typer.Option(
            "--samples", metavar="N", help="Samples where terms are uncertain. (1000 if not given)"
        ),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option("--seed", metavar="N", help="Seed of the samples. (1 if not given)"),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder (out/finance-NAME if not given)."),
    ] = None,
) -> Outcome:
    """Value a corridor or plant: returns, cover of the loan, tariff needed, memo and workbook.

    [bold]khazri finance demo sea_cable --plan out/demo-2030-low_carbon[/]
    [bold]khazri finance demo sea_cable --plan out/demo-2030-low_carbon --terms loan.toml[/]
    """
    with _work(context, case) as work:
        from khazri.cli.finance import FinanceFlags, finance_command

        return finance_command(case, name, FinanceFlags(plans, terms, samples, seed, out), work)


@app.command(epilog=_EVERYWHERE)
def schema(
    table: Annotated[str | None, typer.Argument(metavar="TABLE", help="A table.")] = None,
) -> Outcome:
    """Describe the tables of a case and their columns.

    [bold]khazri schema[/]             all tables
    [bold]khazri schema assets[/]      columns, units and what is allowed
    """
    from khazri.cli.schema import schema_command

    return schema_command(table)


@app.command(name="optimize", epilog=_EVERYWHERE)
def optimize_network(
    context: typer.Context,
    network: Annotated[Path, typer.Argument(metavar="NET.nc", help="A PyPSA network (netCDF).")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="SOLVED.nc", help="File to write with the results."),
    ] = None,
    solver: SolverOption = None,
) -> Outcome:
    """Solve a PyPSA network: same cost, prices and variables, with proof; PyPSA is not needed.

    [bold]khazri optimize network.nc[/]
    [bold]khazri optimize network.nc --out solved.nc[/]      opens in PyPSA with its results
    """
    with _work(context, network, "the network") as work:
        from khazri.cli.optimize import optimize_command

        return optimize_command(network, out, solver, work)


@case_app.command("new", epilog=_EVERYWHERE)
def case_new(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")
    ],
) -> Outcome:
    """Make a small example case to try things on.

    [bold]khazri case new demo[/]
    """
    from khazri.cli.case import new_command

    return new_command(directory)


@case_app.command("export", epilog=_EVERYWHERE)
def case_export(
    case: CaseFolder,
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="Spreadsheet to write (.xlsx).")],
) -> Outcome:
    """Write a case as one spreadsheet, a sheet for each table.

    [bold]khazri case export cases/caspian caspian.xlsx[/]
    """
    from khazri.cli.case import export_command

    return export_command(case, book)


@case_app.command("import", epilog=_EVERYWHERE)
def case_import(
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="Spreadsheet to read (.xlsx).")],
    case: CaseFolder,
) -> Outcome:
    """Check a spreadsheet and write it as a case; nothing is written when it has faults.

    [bold]khazri case import caspian.xlsx cases/caspian[/]
    """
    from khazri.cli.case import import_command

    return import_command(book, case)


@case_app.command("from-pypsa", epilog=_EVERYWHERE)
def case_from_pypsa(
    network: Annotated[
        Path, typer.Argument(metavar="NETWORK", help="PyPSA network to read (.nc).")
    ],
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")
    ],
) -> Outcome:
    """Make a case of a PyPSA network, and tell what the case means differently.

    [bold]khazri case from-pypsa elec.nc mine[/]
    """
    from khazri.cli.case import from_pypsa_command

    return from_pypsa_command(network, directory)


app.add_typer(case_app, name="case")

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "plan": (),
    "check": (),
    "sources": (),
    "backcast": (),
    "compare": (),
    "appraise": (),
    "share": (),
    "finance": (),
    "optimize": (),
    "case": ("new", "export", "import", "from-pypsa"),
    "schema": (),
}
"""All commands, and those within them."""


@contextmanager
def _work(context: typer.Context, source: Path, what: str = "all tables of") -> Iterator[Work]:
    """Say what is being read before anything heavy is imported, and go on saying."""
    session = context.find_object(Session)
    assert session is not None, "commands run in a session"
    with session.screen.progress() as progress:
        progress.say("read", f"{what} {source}")
        yield Work(session.screen, session.environ, progress)
