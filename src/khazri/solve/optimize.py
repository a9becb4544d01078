"""A plan with a proven gap: solved exactly where that can be done, else bounded from both sides.

A small program is solved whole by a general solver, a large one stage by stage by the block method
(:mod:`khazri.solve.structured`). Where a number of segments is asked for, or the block method
cannot, a large program is solved over segments of hours: the multipliers of that solution, spread
over the hours and improved there (:mod:`khazri.solve.tighten`), prove a lower bound on the full
program; its capacities, operated through every hour (:mod:`khazri.solve.dispatch`), are a plan,
hence an upper bound. Each round chooses more segments, with what the last round taught about prices
and capacities, until the gap asked for or the time allowed is reached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from khazri.errors import InfeasibleError, SolverError
from khazri.program import (
    FlatProgram,
    Point,
    Program,
    Segments,
    aggregate,
    flatten,
    lower_bound,
    spread_duals,
    unflatten,
)
from khazri.program.families import Row
from khazri.program.varying import Floats, Indices
from khazri.solve.around import changed_rows, decide_around
from khazri.solve.blocks import BlockSolver
from khazri.solve.certificate import certify, relative_gap
from khazri.solve.decide import Decision, decide, hold
from khazri.solve.dispatch import Dispatch, dispatch, make_guide
from khazri.solve.infeasible_words import infeasible_error
from khazri.solve.optimum import (
    Best,
    Effort,
    OnBest,
    OnPhase,
    Optimum,
    Progress,
    Round,
    Speaker,
)
from khazri.solve.segments import choose_segments, drivers
from khazri.solve.solver import (
    Feature,
    Method,
    OnProgress,
    Solver,
    SolverOptions,
    SolverResult,
    Termination,
    with_fixed_integers,
)
from khazri.solve.structured.method import Ending, Outcome, Tuning, solve_structured, takes_stages
from khazri.solve.tighten import tighten

__all__ = ["Best", "Effort", "OnBest", "OnPhase", "Optimum", "Progress", "Round", "optimize"]

EXACT_COLUMNS = 60_000
"""A general solver takes programs with fewer stage columns than this whole: quicker than any
detour."""

SIMPLEX_COLUMNS = 20_000
"""Programs with fewer columns than this go to the simplex method: as quick there, and exact."""

STAGES_LEAST = 48
"""With fewer stages than this there is nothing repeated that the block method could live on."""

PREVIEW_COLUMNS = 100_000
"""Previews are over so few segments that there are about as many columns, and so are integer
decisions of a general solver."""

DECISION_COLUMNS = 250_000
"""The same of whole decisions by the block method: fewer segments tell corridors apart wrongly."""

FEW_DECISIONS = 12
"""Of more whole decisions than this the general solver's branch and cut makes less work."""

SEGMENT_TOLERANCE = 1e-5
"""Relative tolerance of solutions over segments: below what segments can tell anyway."""

INTEGER_TOLERANCE = 1e-4
"""Relative gap of integer decisions, which are taken over few segments."""

PREVIEW_TOLERANCE = 1e-4
"""Relative tolerance of previews."""

SCOUT = 0.4
"""Segments of the first round, which learns where hours differ, as a share of the second's."""

BOUND_WINDOW_H = 48
"""Stages of the windows in which the bound is improved: longer ones bring little for more work."""

STAGES_SHARE = 0.9
"""Share of the time allowed that the block method may take; the rest is for operating hours."""

USEFUL_GAP = 0.1
"""A block method that runs out of time with more than this between cost and bound is no use."""

GROWTH = 1.6
"""How many times as many segments each further round has."""

_USUAL_PRICE = 50.0
"""A price [EUR/MWh] against which price differences are weighed when segments are chosen."""


def optimize(
    program: Program,
    solver: Solver,
    effort: Effort,
    on_phase: OnPhase | None = None,
    on_best: OnBest | None = None,
) -> Optimum:
    """Return the best plan within ``effort`` and its certificate.

    ``on_best`` is called whenever a better plan or bound is found, so that something is left of a
    run that is stopped from outside.

    Raises
    ------
    InfeasibleError
        No plan meets all limits, or the cost has no lower end.
    SolverError
        The solver gave up.
    """
    say = Speaker(on_phase)
    n_columns = program.n_stages * program.n_columns
    is_large = n_columns > SIMPLEX_COLUMNS and program.n_stages >= STAGES_LEAST
    if is_large and not effort.segments and isinstance(solver, BlockSolver):
        found = _solve_stages(program, solver, effort, say)
        if found is not None:
            return found
    whole = effort.segments == 0 or (effort.segments is None and n_columns <= EXACT_COLUMNS)
    if whole or program.n_stages <= 2 * effort.window_h:
        return _solve_whole(program, solver, effort, say)
    return _solve_rounds(program, solver, effort, say, on_best)


def _check(program: Program, result: SolverResult, what: str) -> None:
    """Raise unless the solver found an optimum; of the infeasible, with the cause.

    A point that the solver itself calls neither good nor bad will do: what it is worth is proven
    from the arrays.
    """
    is_usable = result.has_point and bool(np.isfinite(result.row_dual).all())
    if result.termination is Termination.OPTIMAL:
        return
    if result.termination is Termination.FAILED and is_usable:
        return
    if result.termination in (Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED):
        raise infeasible_error(program)
    if result.termination is Termination.UNBOUNDED:
        raise InfeasibleError(f"{what}: the cost can fall without end")
    raise SolverError(f"{what}: {result.solver} stopped ({result.termination}: {result.detail})")


def _run(
    program: Program,
    make: Callable[[], FlatProgram],
    solver: Solver,
    effort: Effort,
    progress: OnProgress | None,
    what: str,
) -> SolverResult:
    """Solve the matrix that ``make`` writes of ``program``, by the method that suits its size.

    The solver alone holds the matrix, so it can let go of it once it has its own copy.
    """
    can_simplex = solver.supports(Feature.SIMPLEX)
    n_columns = program.n_stages * program.n_columns + program.n_globals
    is_small = can_simplex and n_columns <= SIMPLEX_COLUMNS
    method = Method.SIMPLEX if is_small else Method.AUTOMATIC
    options = SolverOptions(method, effort.tolerance)
    result = solver.solve(make(), options, progress)
    is_open = result.termination is Termination.FAILED and method is not Method.SIMPLEX
    if is_open and can_simplex and n_columns <= EXACT_COLUMNS:
        # An interior point method may end without a verdict; a vertex settles it.
        result = solver.solve(make(), replace(options, method=Method.SIMPLEX), progress)
    _check(program, result, what)
    return result


def _solve(
    program: Program, solver: Solver, effort: Effort, progress: OnProgress | None, what: str
) -> tuple[Point, SolverResult]:
    """Solve a program; integers first, then prices with the integers fixed."""
    result = _run(program, lambda: flatten(program), solver, effort, progress, what)
    if program.is_integer.any():
        decided = result.column_value
        result = _run(
            program,
            lambda: with_fixed_integers(flatten(program), decided),
            solver,
            effort,
            progress,
            what,
        )
    return unflatten(program, result.column_value, result.row_dual), result


def _solve_whole(program: Program, solver: Solver, effort: Effort, say: Speaker) -> Optimum:
    """Solve the full program as it is."""
    started = say.seconds()
    say.say("solve", f"all {program.n_stages:,} hours at once")
    report = say.iterations("solve", "all hours")
    point, result = _solve(program, solver, effort, report, "the year")
    relaxed = point
    if program.is_integer.any():
        relaxed, _ = _solve(_without_integers(program), solver, effort, report, "the year")
    solved = say.seconds()
    say.say("certify", "checking every row and bound")
    bound = lower_bound(program, relaxed.row_dual, relaxed.sum_dual[0]).value
    none = np.zeros(0, dtype=np.int64)
    certificate = certify(program, point, bound, result.objective, none)
    done = Round(
        program.n_stages, certificate.cost, bound, solved - started, 0.0, 0.0, result.iterations
    )
    return Optimum(
        point,
        certificate,
        (done,),
        relaxed.row_dual,
        relaxed.sum_dual[0],
        result.solver,
        is_exact=True,
    )


def _without_integers(program: Program) -> Program:
    return replace(program, is_integer=np.zeros_like(program.is_integer))


def _solve_stages(
    program: Program, solver: BlockSolver, effort: Effort, say: Speaker
) -> Optimum | None:
    """Solve every stage by the block method; None, and why on screen, where it cannot.

    Whole decisions are taken over segments and held. A point with a valid certificate is a plan
    as it is; out of time before that, its capacities are run through every hour. Its prices prove
    the bound either way, and where decisions were held, those around them anew.
    """
    unfit = _unfit(program, solver)
    if unfit:
        say.say("solve", f"{unfit}: left to {solver.name}")
        return None
    started = say.seconds()
    features = drivers(program, 0.5 * (program.global_lower + program.global_upper))
    relaxed = _without_integers(program)
    decided, decision = _decide(program, solver, effort, features, say)
    if decision is None and say.is_heard:
        _preview(relaxed, solver, features, say)
    what = f"all {program.n_stages:,} hours"
    say.say("solve", what)
    allowed = np.inf if effort.segments == 0 else STAGES_SHARE * effort.time_limit_s
    tuning = Tuning(effort.tolerance, time_limit_s=allowed - say.seconds(), threads=solver.threads)
    found = solve_structured(decided, tuning, say.iterations("solve", what))
    if found.ending is Ending.INFEASIBLE:
        raise infeasible_error(program)
    if found.ending is Ending.UNBOUNDED:
        raise InfeasibleError(f"{what}: the cost can fall without end")
    solved = say.seconds()
    bound = _bounded(program, found.point.row_dual, found.point.sum_dual[0])
    if decision is not None:
        bound = _better(bound, _bounded_around(relaxed, decision, bound, effort, solver, say))
    bounded_at = say.seconds()
    say.say("certify", "checking every row and bound of every hour")
    none = np.zeros(0, dtype=np.int64)
    point, certificate = found.point, certify(program, found.point, bound.value, found.cost, none)
    operated_s = 0.0
    if not certificate.is_valid:
        operated = _operate_stages(program, decided, found, solver, effort, say)
        if operated is None:
            return None
        point = operated.point
        operated_s = say.seconds() - bounded_at
        say.say("certify", "checking every row and bound of every hour")
        certificate = certify(
            program, point, bound.value, operated.claimed_cost, operated.handovers
        )
    done = Round(
        program.n_stages,
        certificate.cost,
        bound.value,
        solved - started,
        bounded_at - solved,
        operated_s,
        found.iterations,
    )
    is_exact = found.ending is Ending.OPTIMAL and point is found.point
    return Optimum(
        point, certificate, (done,), bound.row_dual, bound.sum_dual, solver.stages_name, is_exact
    )


def _operate_stages(
    program: Program,
    decided: Program,
    found: Outcome,
    solver: BlockSolver,
    effort: Effort,
    say: Speaker,
) -> Dispatch | None:
    """Run the capacities of a point that is no plan yet through every hour; None, and why on
    screen, where that gives none."""
    if not (np.isfinite(found.gap) and abs(found.gap) < USEFUL_GAP):
        say.say("solve", f"the block method stopped ({found.ending}): left to {solver.name}")
        return None
    if program.is_first.sum() > 1:
        say.say("solve", f"several chains, and out of time: left to {solver.name}")
        return None
    options = SolverOptions(Method.SIMPLEX, effort.tolerance)
    every = Segments(np.arange(program.n_stages), program.n_stages)
    windows = np.arange(0, program.n_stages, effort.window_h)
    operated = _operate(decided, every, found.point, windows, solver, options, effort, say)
    if operated is None or not operated.is_plan:
        say.say("solve", "its capacities do not hold in every hour: left to segments")
        return None
    return operated


def _decide(
    program: Program, solver: Solver, effort: Effort, features: Floats, say: Speaker
) -> tuple[Program, Decision | None]:
    """Return the program with its open integer columns held at their values in a coarse optimum,
    and what the block method found out about them where it did that."""
    is_open = program.is_integer & (program.global_lower < program.global_upper)
    if not is_open.any():
        return _without_integers(program), None
    is_few = is_open.sum() <= FEW_DECISIONS
    if is_few and isinstance(solver, BlockSolver) and not _unfit(program, solver):
        decision = _decide_by_stages(program, solver, features, say)
        if decision is not None:
            return _held(program, decision.decided.point.y), decision
    return _decide_by_matrix(program, solver, effort, features, say), None


def _decide_by_stages(
    program: Program, solver: BlockSolver, features: Floats, say: Speaker
) -> Decision | None:
    """Decide by branch and bound of the block method; None where it gives up."""
    segments = _few_segments(program, features, DECISION_COLUMNS)
    say.say("solve", f"whole decisions over {len(segments)} segments")

    def report(count: int, least: float) -> None:
        say.say("solve", f"whole decisions: {count} plans, at least {least:.4g}")

    decision = decide(program, segments, solver.threads, report)
    if decision is not None:
        _tell_preview(program, segments, decision.decided.cost, decision.relaxed.point, say)
    return decision


def _held(program: Program, y: Floats) -> Program:
    """Return the program with its integer globals held at the values nearest to ``y`` (k,)."""
    lower, upper = hold(program.global_lower, program.global_upper, program.is_integer, y)
    return replace(_without_integers(program), global_lower=lower, global_upper=upper)


def _bounded_around(
    relaxed: Program,
    decision: Decision,
    bound: _Bounded,
    effort: Effort,
    solver: BlockSolver,
    say: Speaker,
) -> _Bounded:
    """Prove a bound with the multipliers that decisions change chosen anew, decisions free."""
    rows = changed_rows(decision.relaxed.point.row_dual, decision.decided.point.row_dual)
    if not len(rows):
        return bound
    say.say("bound", f"other decisions: prices of {len(rows)} of {relaxed.n_rows} rows")
    tuning = Tuning(effort.tolerance, threads=solver.threads)
    return _bounded(relaxed, *decide_around(relaxed, rows, bound.row_dual, bound.sum_dual, tuning))


def _unfit(program: Program, solver: BlockSolver) -> str:
    """Why the block method cannot take a program; empty where it can."""
    if not solver.supports(Feature.STAGES):
        return "no compiled kernels, so no block method"
    return "" if takes_stages(program) else "stages that do not follow each other"


@dataclass(frozen=True)
class _Bounded:
    """A proven bound and the multipliers behind it."""

    value: float
    row_dual: Floats
    sum_dual: Floats


def _solve_rounds(
    program: Program, solver: Solver, effort: Effort, say: Speaker, on_best: OnBest | None = None
) -> Optimum:
    """Bound the program from both sides in rounds of more and more segments."""
    windows = np.arange(0, program.n_stages, effort.window_h)
    n_segments = effort.segments or _first_number(program, len(windows))
    scouts = min(n_segments, max(2 * len(windows), round(n_segments * SCOUT)))
    features = drivers(program, 0.5 * (program.global_lower + program.global_upper))
    decided, _ = _decide(program, solver, effort, features, say)
    options = SolverOptions(Method.SIMPLEX, effort.tolerance)
    bound: _Bounded | None = None
    best: Dispatch | None = None
    rounds: list[Round] = []
    while True:
        began = say.seconds()
        is_scout = not rounds
        segments = choose_segments(features, scouts if is_scout else n_segments, windows)
        point, found, iterations = _solve_segments(program, decided, segments, solver, effort, say)
        bound = _better(bound, found)
        solved = say.seconds()
        operated = _operate(program, segments, point, windows, solver, options, effort, say)
        if operated is not None:
            decided = _demand_more(decided, operated.short)
            if operated.is_plan:
                best = _cheaper(best, operated)
        cost = best.claimed_cost if best is not None else np.inf
        _tell(on_best, best, bound)
        operated_at = say.seconds()
        if relative_gap(cost, bound.value) > effort.gap:
            within = replace(options, time_limit_s=max(effort.time_limit_s - operated_at, 0.0))
            found = _tighten(program, found, solver, within, effort, say)
            bound = _better(bound, found)
            _tell(on_best, best, bound)
        ended = say.seconds()
        rounds.append(
            Round(
                len(segments),
                cost,
                bound.value,
                solved - began,
                ended - operated_at,
                operated_at - solved,
                iterations,
            )
        )
        gap = relative_gap(cost, bound.value)
        say.say("bounds", f"{len(segments)} segments: gap {gap:.2%}")
        next_round = ended + GROWTH * (solved - began) + (ended - solved)
        is_last = len(segments) >= program.n_stages
        is_late = next_round > effort.time_limit_s and not is_scout
        if gap <= effort.gap or is_last or is_late:
            break
        if not is_scout:
            n_segments = min(program.n_stages, round(len(segments) * GROWTH))
        features = _learned(program, point.y, operated, found)
    if best is None:
        raise SolverError(
            "no plan was found that holds in every hour; more time or more segments may find one "
            "(--time-limit, --hours)"
        )
    say.say("certify", "checking every row and bound of every hour")
    certificate = certify(program, best.point, bound.value, best.claimed_cost, best.handovers)
    return Optimum(
        best.point,
        certificate,
        tuple(rounds),
        bound.row_dual,
        bound.sum_dual,
        solver.name,
        is_exact=False,
    )


def _tell(on_best: OnBest | None, best: Dispatch | None, bound: _Bounded) -> None:
    if on_best is not None and best is not None:
        on_best(Best(best.point.y, best.claimed_cost, bound.value))


def _operate(
    program: Program,
    segments: Segments,
    point: Point,
    windows: Indices,
    solver: Solver,
    options: SolverOptions,
    effort: Effort,
    say: Speaker,
) -> Dispatch | None:
    """Run the capacities of ``point`` through every hour; None where hours cannot be run."""
    guide = make_guide(program, aggregate(program, segments), segments, point, windows)
    try:
        return dispatch(
            program,
            point.y,
            guide,
            solver,
            options,
            n_parts=effort.n_parts,
            on_window=say.windows("operate", "hours of the year"),
        )
    except SolverError as error:
        say.say("operate", str(error))
        return None


def _cheaper(one: Dispatch | None, other: Dispatch) -> Dispatch:
    return other if one is None or other.claimed_cost < one.claimed_cost else one


def _demand_more(program: Program, short: Floats) -> Program:
    """Raise the least values of global rows by what the hours fell short of them, and a fifth."""
    return replace(program, sum_lower=program.sum_lower + 1.2 * short)


def _first_number(program: Program, n_windows: int) -> int:
    """Segments of the first plan: about 360,000 columns, at least two a window, at most 1,000."""
    wanted = min(360_000 // max(program.n_columns, 1), 1000)
    return int(np.clip(wanted, 2 * n_windows, program.n_stages))


def _decide_by_matrix(
    program: Program,
    solver: Solver,
    effort: Effort,
    features: Floats,
    say: Speaker,
) -> Program:
    """Return the program with its integer columns held as branch and cut of the general solver
    decides them."""
    segments = _few_segments(program, features, PREVIEW_COLUMNS)
    say.say("solve", f"integer decisions over {len(segments)} segments")
    coarse = aggregate(program, segments)
    report = say.iterations("solve", "integers")
    rough = replace(effort, tolerance=max(effort.tolerance, INTEGER_TOLERANCE))
    result = _run(coarse, lambda: flatten(coarse), solver, rough, report, "the year")
    return _held(program, unflatten(coarse, result.column_value, result.row_dual).y)


def _few_segments(program: Program, features: Floats, n_columns: int) -> Segments:
    """Segments with about ``n_columns`` columns in all, none of them in two chains."""
    few = max(n_columns // max(program.n_columns, 1), 12)
    return choose_segments(features, few, np.flatnonzero(program.is_first))


def _preview(program: Program, solver: BlockSolver, features: Floats, say: Speaker) -> None:
    """Say what the cost will be about, and at least, before every hour is looked at."""
    segments = _few_segments(program, features, PREVIEW_COLUMNS)
    coarse = aggregate(program, segments)
    found = solve_structured(coarse, Tuning(PREVIEW_TOLERANCE, threads=solver.threads))
    if found.ending is not Ending.OPTIMAL:
        return
    _tell_preview(program, segments, found.cost, found.point, say)


def _tell_preview(
    program: Program, segments: Segments, cost: float, point: Point, say: Speaker
) -> None:
    """Say what the year will cost going by segments, and what their multipliers prove."""
    if not say.is_heard:
        return
    rows = spread_duals(program, segments, point.row_dual)
    bound = lower_bound(program, rows, point.sum_dual[0]).value
    what = f"over {len(segments)} segments a cost of {cost:.4g}"
    say.say("preview", f"{what}, proven to be at least {bound:.4g}")


def _solve_segments(
    program: Program,
    decided: Program,
    segments: Segments,
    solver: Solver,
    effort: Effort,
    say: Speaker,
) -> tuple[Point, _Bounded, int]:
    """Solve over segments and prove a bound on the full program from the multipliers."""
    what = f"{len(segments)} segments"
    say.say("solve", what)
    report = say.iterations("solve", what)
    rough = replace(effort, tolerance=max(effort.tolerance, SEGMENT_TOLERANCE))
    point, result = _solve(aggregate(decided, segments), solver, rough, report, "the year")
    # With integers fixed the multipliers still prove a bound on the program where they are free:
    # it is lower by what the fixed ones would still earn.
    rows, sums = spread_duals(program, segments, point.row_dual), point.sum_dual[0]
    return point, _bounded(program, rows, sums), result.iterations


def _bounded(program: Program, row_dual: Floats, sum_dual: Floats) -> _Bounded:
    return _Bounded(lower_bound(program, row_dual, sum_dual).value, row_dual, sum_dual)


def _better(one: _Bounded | None, other: _Bounded) -> _Bounded:
    return other if one is None or other.value > one.value else one


def _tighten(
    program: Program,
    found: _Bounded,
    solver: Solver,
    options: SolverOptions,
    effort: Effort,
    say: Speaker,
) -> _Bounded:
    """Improve multipliers in windows; the better of both bounds."""
    better = tighten(
        program,
        found.row_dual,
        found.sum_dual,
        np.arange(0, program.n_stages, BOUND_WINDOW_H),
        solver,
        options,
        n_parts=effort.n_parts,
        on_window=say.windows("bound", "prices of the hours"),
    )
    return _better(found, _bounded(program, better, found.sum_dual))


def _learned(program: Program, y: Floats, operated: Dispatch | None, found: _Bounded) -> Floats:
    """Features for the next round: residual load at capacities ``y``, the hourly prices behind the
    bound, and those of the plan where there is one."""
    prices = [found.row_dual] if operated is None else [found.row_dual, operated.point.row_dual]
    balance = np.flatnonzero(program.rows.family == Row.BALANCE)
    load = np.maximum(np.abs(program.rhs.take(balance).dense()).mean(axis=0), 1.0)
    features = [drivers(program, y)]
    for dual in prices:
        price = dual[:, balance] / program.weight[:, None]
        # Prices of scarcity say that an hour matters, not how much more than others it does.
        capped = np.clip(price, -_USUAL_PRICE, 4.0 * _USUAL_PRICE) / _USUAL_PRICE
        features.append(capped * np.sqrt(load))
    return np.concatenate(features, axis=1)
