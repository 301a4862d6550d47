"""Makes some runs of a study again, from its manifest alone, and compares them to the bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from resilienza_sim.divergence import divergences
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.allocations import allocation_named
from resilienza_sim.experiments.comparison import make_plan
from resilienza_sim.experiments.exchange.parts import read_part
from resilienza_sim.experiments.exchange.units import Unit, ranges_of_manifest
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.histories import Histories
from resilienza_sim.experiments.many_arms import made_plan
from resilienza_sim.experiments.plan import Arm, Plan, Run, Runner, Task
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.experiments.sources import OWN_MODEL, sources
from resilienza_sim.experiments.sweep import make_sweep
from resilienza_sim.experiments.worker import Outcome, execute
from resilienza_sim.reading import validated
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.experiments.exchange.findings import Report

__all__ = ["TOLERANCE", "chosen", "experiment_of", "lives_again", "make_again", "plan_again"]

TOLERANCE = 1e-9
"""Largest relative difference that rounding on another processor or version explains; assumption:
a million last bits. What chance or a changed rule does is larger by far."""
_FIXED = ("run_id", "point", "strategy", "replicate", "seed", "status", "error")


def experiment_of(unit: Unit) -> Experiment:
    """Return the experiment of a sweep, as its manifest tells it.

    Raises
    ------
    ResilienzaError
        If this version of the program cannot read it.
    """
    experiment, manifest = unit.experiment, unit.manifest
    data = {key: value for key, value in experiment.items() if key in Experiment.model_fields}
    data |= {
        # Keys are sorted in a canonical text; the points keep the order.
        "scenarios": list(dict.fromkeys(manifest["points"]["scenario"])),
        "strategies": list(manifest["strategies"]),
        "pairs": manifest["pairs"],
        "question": manifest.get("question"),
        "description": manifest.get("description"),
        "effects_of_interest": manifest.get("effects_of_interest", {}),
    }
    return validated(Experiment, data, manifest["name"])


def _read(unit: Unit) -> tuple[dict[str, Scenario], tuple[Strategy, ...]]:
    """Return the scenarios and strategies of a study, read from the texts of its manifest.

    Raises
    ------
    ResilienzaError
        If this version of the program cannot read one.
    """
    manifest = unit.manifest
    if unit.is_sweep or unit.is_comparison:
        data = {n: json.loads(manifest["strategy_texts"][n]) for n in manifest["strategies"]}
    else:  # the first is the baseline, as it was given
        first, every = manifest["baseline"], unit.experiment["strategies"]
        data = {first: every[first], **every}
    arms = tuple(validated(Strategy, each, f"strategies.{name}") for name, each in data.items())
    if unit.is_sweep:
        texts = unit.experiment["scenarios"]
    elif unit.is_comparison:
        texts = {"": json.loads(manifest["scenario"]["text"])}
    else:
        texts = {"": unit.experiment["scenario"]}
    made = {n: validated(Scenario, text, n or "scenario") for n, text in texts.items()}
    return made, arms


def plan_again(unit: Unit) -> Plan:
    """Return the plan of a study made anew from what its manifest was made from.

    Raises
    ------
    ResilienzaError
        If this version of the program cannot read its scenario or its strategies.
    """
    scenarios, arms = _read(unit)
    manifest = unit.manifest
    if unit.is_sweep:
        ready: dict[str, Scenario | Strategy] = {**scenarios, **{arm.name: arm for arm in arms}}
        return make_sweep(experiment_of(unit), ready=ready)
    (scenario,) = scenarios.values()
    if not unit.is_comparison:
        bench = bench_again(unit)
        return made_plan(manifest["kind"], bench, {}, manifest["seed"], pairs=manifest["pairs"])
    return make_plan(
        scenario,
        arms,
        pairs=manifest["pairs"],
        seed=manifest["seed"],
        baseline=manifest["baseline"],
        worlds=False,
    )


def bench_again(unit: Unit) -> Bench:
    """Return what runs the tasks of a study, made from the texts of its manifest.

    Raises
    ------
    ResilienzaError
        If this version of the program cannot read its scenario or its strategies.
    """
    scenarios, arms = _read(unit)
    if unit.is_comparison:
        return Bench(scenarios, arms, ranges=ranges_of_manifest(unit.manifest))
    experiment = unit.experiment
    if unit.is_sweep:
        return Bench(
            scenarios,
            arms,
            experiment["decision"],
            tuple(experiment["metrics"]),
            tuple(experiment["series"]),
        )
    drawn = experiment["histories"]
    histories = None if drawn is None else Histories(**drawn)
    return Bench(
        scenarios, arms, experiment["decision"], series=(), euros=True, histories=histories
    )


def _arms_again(unit: Unit) -> dict[str, Arm]:
    """Return the arms of an attribution or a benchmark that can be made again, by name.

    Those are the strategies, with or without euros set aside, and the random allocations; what a
    search tried, and euros given to other actions, only the command itself makes.
    """
    _, base = _read(unit)
    by_hash = {each.hash: each for each in base}
    found = {}
    for name, text in unit.manifest["strategy_texts"].items():
        data = json.loads(text)
        strategy = by_hash.get(data["strategy"]) or allocation_named(
            name, base, unit.manifest["seed"]
        )
        if strategy is not None and strategy.hash == data["strategy"]:
            found[name] = Arm(name, strategy, tuple(data["set_aside"]), tuple(data.get("lost", ())))
    return found


def chosen(units: list[Unit], count: int, seed: int) -> list[tuple[Unit, Run]]:
    """Return runs to make again, spread over studies, points and arms as evenly as they go.

    Parameters
    ----------
    units : list of Unit
        Where they come from.
    count : int
        How many.
    seed : int
        Which ones.
    """
    rng = Streams(seed).generator("verify")
    cells: dict[tuple[int, int, str], list[Run]] = {}
    for k, unit in enumerate(units):
        every = unit.is_sweep or unit.is_comparison
        known = set(unit.manifest["strategies"] if every else _arms_again(unit))
        for run in (run for run in unit.planned.values() if run.strategy in known):
            cells.setdefault((k, run.point, run.strategy), []).append(run)
    picked: list[tuple[Unit, Run]] = []
    order = [list(cells)[k] for k in rng.permutation(len(cells))]
    left = {cell: [cells[cell][k] for k in rng.permutation(len(cells[cell]))] for cell in order}
    while len(picked) < count and any(left.values()):
        for cell in order:
            if left[cell] and len(picked) < count:
                picked.append((units[cell[0]], left[cell].pop()))
    return picked


def make_again(
    report: Report,
    units: list[Unit],
    count: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Make runs again and tell in the report how they agree with those kept.

    Those of a subclass of the model are left out: whoever has it can make them, not a manifest.
    """
    for unit in filter(_has_own_model, units):
        report.note("model_not_here", place=unit.label)
    units = [unit for unit in units if not _has_own_model(unit)]
    for unit in (each for each in units if not (each.is_sweep or each.is_comparison)):
        if left := len(unit.manifest["strategies"]) - len(_arms_again(unit)):
            report.note("arms_not_remade", place=unit.label, count=left)
    picks = chosen(units, count, seed)
    equal, apart, failed, largest = 0, [], [], 0.0
    runners: dict[str, Runner] = {}
    for done, (unit, run) in enumerate(picks):
        if progress is not None:
            progress(done, len(picks))
        where = f"{unit.place}/{run.point}/{run.strategy}/{run.replicate}".lstrip("/")
        try:
            if unit.place not in runners:
                runners[unit.place] = bench_again(unit).run
            outcome = _made(unit, run, runners[unit.place])
            gap = _gap(unit, run, outcome)
        except ResilienzaError as problem:
            report.bad("cannot_run", where=where, reason=problem)
            return
        except ValueError:  # the part that holds it cannot be read: told where parts are
            continue
        if gap is None:
            failed.append(where)
        elif gap == 0.0:
            equal += 1
        else:
            apart.append(where)
            largest = max(largest, gap)
    if progress is not None:
        progress(len(picks), len(picks))
    report.each("rerun_other_end", failed)
    if equal:
        report.good("rerun_equal", count=equal, of=len(picks))
    if apart:
        _tell_apart(report, units, apart, largest)


def lives_again(report: Report, unit: Unit) -> None:
    """Find again where two arms part, if the manifest tells it, and tell if it is otherwise."""
    stated, manifest = unit.manifest.get("divergence"), unit.manifest
    if not stated or not unit.is_comparison or _has_own_model(unit):
        return
    scenarios, arms = _read(unit)
    found = dict(divergences(scenarios[""], arms, manifest["baseline"], manifest["seed"]))
    made = json.loads(json.dumps(found.get(manifest["decision"])))
    if made == stated:
        report.good("divergence", place=unit.label)
    else:
        report.bad("divergence_differs", place=unit.label)


def _has_own_model(unit: Unit) -> bool:
    """Tell whether a study ran a subclass of the model; see `sources`."""
    return any(name.startswith(OWN_MODEL) for name in unit.manifest.get("code", {}))


def _tell_apart(report: Report, units: list[Unit], apart: list[str], largest: float) -> None:
    """Say that runs differ, and whether another machine is a reason that suffices."""
    here = manifests.provenance()
    sessions = [session for unit in units for session in unit.manifest["sessions"]]
    # A session that tells less than this machine can is not known to be the same.
    rows = [unit.manifest for unit in units if not unit.is_old]
    alike = not any(manifests.other_code(each, {"code": sources()}) for each in rows)
    same = (
        alike
        and bool(sessions)
        and all(
            session.get("cpu") == here["cpu"] and session.get("versions") == here["versions"]
            for session in sessions
        )
    )
    size = f"{largest:.1e}"
    if same:
        report.bad("rerun_differs_here", names=", ".join(apart[:5]), count=len(apart), size=size)
    elif largest <= TOLERANCE:
        report.note("rerun_close", count=len(apart), size=size, tolerance=f"{TOLERANCE:.0e}")
    else:
        report.bad("rerun_differs", names=", ".join(apart[:5]), count=len(apart), size=size)


def _made(unit: Unit, run: Run, runner: Runner) -> Outcome:
    arms: tuple[Arm, ...] = ()
    if not (unit.is_sweep or unit.is_comparison):
        arms = (_arms_again(unit)[run.strategy],)
    setting = unit.plan.points[run.point].setting
    return next(iter(execute(runner, Task(run.replicate, unit.plan.seed, (run,), setting, arms))))


# -- comparing -------------------------------------------------------------------------------------


def _gap(unit: Unit, run: Run, outcome: Outcome) -> float | None:
    """Return the largest relative difference, 0 if equal to the bit, None if it ended otherwise."""
    kept = _rows(unit.folder, "runs", run.run_id)
    if len(kept) != 1 or kept["status"][0].as_py() != outcome.status:
        return None
    if outcome.status != "ok":
        return 0.0
    row = kept.to_pylist()[0]
    names = sorted(set(row) - set(_FIXED))
    metrics = [name for name in names if not isinstance(row[name], bool)]
    flags = [name for name in names if isinstance(row[name], bool)]
    made = {f"{name}_censored": flag for name, flag in outcome.censored.items()}
    if any(made.get(name) != row[name] for name in flags) or row["seed"] != outcome.seed:
        return np.inf
    gap = _distance(
        np.array([_or_nan(row[name]) for name in metrics]),
        np.array([_or_nan(outcome.metrics.get(name)) for name in metrics]),
    )
    series = _rows(unit.folder, "series", run.run_id)
    weeks = series["week"].to_numpy() if len(series) else np.empty(0, np.int64)
    if not np.array_equal(weeks, outcome.weeks):
        return np.inf
    for name in set(series.schema.names) - {"run_id", "week"}:
        old = series[name].to_numpy(zero_copy_only=False).astype(np.float64)
        new = outcome.values.get(name, np.full(len(weeks), np.nan))
        gap = max(gap, _distance(old, np.where(np.isfinite(new), new, np.nan)))
    return gap


def _or_nan(value: float | None) -> float:
    return np.nan if value is None or not np.isfinite(value) else float(value)


def _distance(old: NDArray[np.float64], new: NDArray[np.float64]) -> float:
    """Return the largest relative difference of two arrays; inf where one is undefined alone."""
    if np.array_equal(old, new, equal_nan=True):
        return 0.0
    if (np.isnan(old) != np.isnan(new)).any():
        return np.inf
    size = np.maximum(np.abs(old), np.abs(new))
    gaps = np.divide(np.abs(old - new), size, out=np.zeros_like(size), where=size > 0)
    return float(np.nanmax(gaps))


def _rows(folder: Path, kind: str, run_id: str) -> pa.Table:
    """Return the rows of one run, in the order of the weeks."""
    tables = []
    for path in sorted((folder / kind).glob("part-*.parquet")):
        table = read_part(path, kind)
        tables.append(table.filter(pc.equal(table["run_id"], run_id)))
    if not tables:
        return pa.table({"run_id": pa.array([], pa.string())})
    found = pa.concat_tables(tables, promote_options="default")
    return found.sort_by("week") if kind == "series" else found
