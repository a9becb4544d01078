"""``khazri plan``: from a case to a plan, its report and its tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from rich.text import Text

from khazri.case import Case, read_case
from khazri.cli import settings as parse
from khazri.cli.export import ExportKind, export_kind, with_networks
from khazri.cli.folder import (
    PLAN_FILE,
    REPORT_FILE,
    TABLES_FOLDER,
    check_writable,
    default_folder,
    keep_unfinished,
    key_in,
    refresh_report,
    write_folder,
)
from khazri.cli.outcome import Block, Outcome, call
from khazri.cli.progress import Progress
from khazri.cli.settings import Origin, Setting, Settings
from khazri.cli.solver import chosen_solver
from khazri.cli.work import Work
from khazri.errors import (
    GapNotReachedError,
    KhazriError,
    NotCertifiedError,
    UsageError,
)
from khazri.plan import Plan, Unfinished, plan_case, plan_key, summary
from khazri.plan.words import share
from khazri.solve import optimize
from khazri.solve.optimize import Effort
from khazri.solve.solver import Solver


@dataclass(frozen=True)
class PlanFlags:
    """What was written on the command line; None where nothing was."""

    year: str | None = None
    scenario: str | None = None
    hours: str | None = None
    gap: str | None = None
    time_limit: str | None = None
    solver: str | None = None
    out: str | None = None
    dry_run: bool = False
    explain: bool = False
    export: str | None = None


@dataclass(frozen=True)
class Request:
    """What to plan: a case, years, and how far to go."""

    case: Case
    years: tuple[int, ...]
    folders: tuple[Path, ...]
    effort: Effort
    solver: Solver
    settings: Settings
    export: ExportKind


@dataclass(frozen=True)
class Made:
    """A plan in its folder; ``is_new`` is False where it lay there already."""

    plan: Plan
    folder: Path
    is_new: bool


def plan_command(folder: Path, flags: PlanFlags, work: Work) -> Outcome:
    """Plan the years asked for, or only read and build them."""
    request = read_request(folder, flags, work)
    if flags.dry_run:
        return _sizes(request, work.progress)
    made = [make(request, index, work) for index in range(len(request.years))]
    outcome = _outcome(request, made)
    if request.export is ExportKind.PYPSA:
        return with_networks(outcome, request.case, [(one.plan, one.folder) for one in made])
    return outcome


def read_request(
    folder: Path, flags: PlanFlags, work: Work, scenario_if_any: str | None = None
) -> Request:
    """Settle all settings and read the case.

    ``scenario_if_any`` is the scenario to take, if the case has it, where none is asked for.
    """
    chosen = Settings(work.environ)
    default = Effort()
    effort = Effort(
        segments=chosen.choose("hours", flags.hours, "auto").read(parse.segments),
        gap=chosen.choose("gap", flags.gap, f"{100 * default.gap:g}%").read(parse.share),
        time_limit_s=chosen.choose(
            "time-limit", flags.time_limit, f"{default.time_limit_s:g}s"
        ).read(parse.seconds),
    )
    export = chosen.choose("export", flags.export, ExportKind.NONE.value).read(export_kind)
    solver = chosen_solver(chosen, flags.solver)
    asked = chosen.asked("scenario", flags.scenario)
    case = read_case(folder, asked)
    if asked is None and scenario_if_any in case.scenarios:
        case = case.with_scenario(scenario_if_any or "")
    chosen.choose("scenario", flags.scenario, case=(case.scenario, "case.csv default_scenario"))
    years = chosen.choose(
        "year", flags.year, case=(str(case.default_year), "case.csv default_year")
    ).read(parse.years)
    _check_years(case, years)
    usual = ", ".join(str(default_folder(case, year, asked)) for year in years)
    folders = _folders(case, years, chosen.choose("out", flags.out, usual), asked)
    if flags.explain:
        work.screen.settings(chosen.grid())
    return Request(case, years, folders, effort, solver, chosen, export)


def make(request: Request, index: int, work: Work) -> Made:
    """Plan one of the years, or find that its folder holds that plan already."""
    case, year, folder = request.case, request.years[index], request.folders[index]
    check_writable(folder)
    key = plan_key(case.content_hash, year, case.scenario, request.effort, request.solver.name)
    if key_in(folder) == key:
        plan = Plan.load(folder / PLAN_FILE)
        refresh_report(plan, case, folder)
        return Made(plan, folder, is_new=False)

    def on_phase(news: optimize.Progress) -> None:
        if news.phase != "read":
            work.progress.say(news.phase, news.text)

    def on_unfinished(found: Unfinished) -> None:
        facts = {"case": case.name, "scenario": case.scenario, "plan_key": key}
        path = keep_unfinished(found, facts, folder)
        work.screen.left = (
            f"the best so far, run through every hour but not certified (gap {share(found.gap)}), "
            f"is in {path}"
        )

    plan = plan_case(
        case,
        year,
        effort=request.effort,
        solver=request.solver,
        on_phase=on_phase,
        on_unfinished=on_unfinished,
    )
    work.progress.say("write", f"report, plan and tables to {folder}")
    write_folder(plan, case, folder)
    work.screen.left = ""
    return Made(plan, folder, is_new=True)


def blocks_of(made: Made) -> tuple[Block, ...]:
    """A plan in ten seconds, and where it lies."""
    found = summary(made.plan)
    first, *others = found.lines
    style = "bold" if found.is_valid and not found.unserved_mwh else "bold red"
    age = ""
    if not made.is_new:
        created = made.plan.data.attrs["created"]
        age = f"\nNothing has changed since this plan was made ({created}); it was not made again."
    return (
        Text(first, style=style),
        *others,
        f"\nreport  {made.folder / REPORT_FILE}\n"
        f"plan    {made.folder / PLAN_FILE}\n"
        f"tables  {made.folder / TABLES_FOLDER}{age}",
    )


def errors_of(made: Made) -> list[KhazriError]:
    """What keeps a plan from being what was asked for."""
    found = summary(made.plan)
    if not found.is_valid:
        faults = "; ".join(found.faults)
        return [NotCertifiedError(f"the plan in {made.folder} is not certified: {faults}")]
    if not found.is_gap_reached:
        return [
            GapNotReachedError(
                f"the plan in {made.folder} stopped at a gap of {share(found.gap)}, asked for was "
                f"{share(found.gap_asked)}; more time brings it closer: --time-limit 20min"
            )
        ]
    return []


def facts_of(made: Made) -> dict[str, object]:
    """A plan for programs."""
    found, attrs = summary(made.plan), made.plan.data.attrs
    facts = {
        **asdict(found),
        "built_mw": dict(found.built_mw),
        "corridors": dict(found.corridors),
        "net_exports_mwh": dict(found.net_exports_mwh),
        "valid": found.is_valid,
        "gap_reached": found.is_gap_reached,
        "new": made.is_new,
        "folder": made.folder,
        "report": made.folder / REPORT_FILE,
        "plan": made.folder / PLAN_FILE,
        "tables": made.folder / TABLES_FOLDER,
    }
    return facts | {
        n: str(attrs[n]) for n in ("plan_key", "case_hash", "khazri_version", "created")
    }


def _outcome(request: Request, made: list[Made]) -> Outcome:
    blocks: list[Block] = []
    for one in made:
        blocks += ["", *blocks_of(one)] if blocks else blocks_of(one)
    errors = sorted((e for one in made for e in errors_of(one)), key=lambda error: error.exit_code)
    result = {
        "plans": [facts_of(one) for one in made],
        "settings": request.settings.as_dict(),
    }
    advice = _advice(request, made)
    return Outcome("plan", result, tuple(blocks), advice, errors=tuple(errors))


def _advice(request: Request, made: list[Made]) -> tuple[str, ...]:
    case = request.case
    other = next((name for name in case.scenarios if name != case.scenario), None)
    if len(made) > 1:
        return (call("compare", made[0].folder, made[1].folder),)
    usual = default_folder(case, request.years[0], None)
    if usual != made[0].folder and (usual / PLAN_FILE).is_file():
        return (call("compare", usual, made[0].folder),)
    if other:
        return (call("plan", case.path, "--year", request.years[0], "--scenario", other),)
    return (call("sources", case.path),)


def _sizes(request: Request, progress: Progress) -> Outcome:
    """What would be planned: the case and its equations, nothing solved or written."""
    from khazri.program import build_program
    from khazri.system import build_system, describe

    blocks: list[Block] = []
    facts = []
    for year, folder in zip(request.years, request.folders, strict=True):
        progress.say("build", f"the equations of {year}")
        system = build_system(request.case, year)
        program = build_program(system)
        columns = program.n_stages * program.n_columns + program.n_globals
        rows = program.n_stages * len(program.rows.family) + len(program.global_rows.family)
        blocks += [
            describe(system),
            f"  {columns:,} unknowns in {rows:,} equations and limits",
            f"  would go to {folder}; nothing was solved or written\n",
        ]
        facts.append({"year": year, "columns": columns, "rows": rows, "folder": folder})
    result = {"sizes": facts, "settings": request.settings.as_dict()}
    return Outcome("plan", result, tuple(blocks))


def _check_years(case: Case, years: tuple[int, ...]) -> None:
    for year in years:
        if year not in case.years:
            known = ", ".join(str(one) for one in case.years)
            raise UsageError(
                f"the case has no year {year}; years: {known}",
                where="--year",
                found=str(year),
                expected=f"one of {known}",
            )


def _folders(
    case: Case, years: tuple[int, ...], out: Setting, scenario: str | None
) -> tuple[Path, ...]:
    """A folder for each year; below the one asked for where there are several years."""
    if out.origin is Origin.DEFAULT:
        return tuple(default_folder(case, year, scenario) for year in years)
    if len(years) == 1:
        return (Path(out.text),)
    return tuple(Path(out.text) / str(year) for year in years)
