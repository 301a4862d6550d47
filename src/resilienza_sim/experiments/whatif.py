"""What if: the same people, worlds and chance, lived again with something changed.

Every replicate is a plausible world, drawn once for all cases: what the cases set is fixed in all
of them, so that nothing differs but what was changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import as_completed
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from resilienza_sim.discovery import family
from resilienza_sim.experiments.engine import pool
from resilienza_sim.experiments.plan import MetricInfo
from resilienza_sim.experiments.smallest import MOST_A_WEEK
from resilienza_sim.metrics import describe_metric
from resilienza_sim.model.contracts import Metric
from resilienza_sim.scenario import Fund, Scenario
from resilienza_sim.simulation import Trajectory, simulate_arms
from resilienza_sim.statistics import compare_pairs
from resilienza_sim.strategies import Strategy, load_strategy
from resilienza_sim.unmeasured import Ranges
from resilienza_sim.worlds import ranges_here
from resilienza_sim.worlds import world as draw_world

if TYPE_CHECKING:
    from resilienza_sim.experiments.driver import Progress
    from resilienza_sim.statistics import PairedComparison

__all__ = ["Case", "Change", "at_budgets", "changes", "group_of", "info_of", "live", "what_if"]

_OF_ARM = "strategy."
_TAG, _QUARTER = "tag:", "quarter:"


class Case(NamedTuple):
    """One way in which the town is lived, by one strategy or more."""

    name: str
    scenario: Scenario
    arms: tuple[Strategy, ...]


class Change(NamedTuple):
    """What changed of one thing, between two cases, over their pairs.

    Parameters
    ----------
    name : str
        A metric; or ``tag:`` and a recipient, ``quarter:`` and a quarter: points of suffering
        times weeks borne by each of them since the decision, mean of those people.
    base, changed : float
        Means.
    found : PairedComparison
        The paired difference.
    """

    name: str
    base: float
    changed: float
    found: PairedComparison


# -- cases ----------------------------------------------------------------------------------------


def what_if(
    scenario: Scenario, values: Mapping[str, object], arm: str | None = None
) -> tuple[tuple[Case, Case], dict[str, tuple[object, object]], Ranges]:
    """Return the base and the changed case, each value before and after, and what worlds draw.

    Parameters
    ----------
    scenario : Scenario
        The base.
    values : mapping
        By path of the scenario; what begins with ``strategy.`` is of the strategy. Where the purse
        changes and the strategy does not, its lines in euros grow or shrink in proportion.
    arm : str, optional
        Name or file of the strategy, the same in both; that the scenario compares with by default.

    Raises
    ------
    ResilienzaError
        If a path does not exist or a value is not allowed.
    """
    mine = {p.removeprefix(_OF_ARM): v for p, v in values.items() if p.startswith(_OF_ARM)}
    town = {path: value for path, value in values.items() if not path.startswith(_OF_ARM)}
    written = load_strategy(_named(scenario, arm))
    if "purse.eur_per_year" in town and scenario.purse.eur_per_year is None:
        scenario = scenario.with_values({"purse.eur_per_year": scenario.purse_eur})
    changed = scenario.with_values(town)
    base_arm = scenario.strategy(written)
    other = changed.strategy(written.with_values(mine)) if mine else base_arm
    before = scenario.model_dump(mode="json"), written.model_dump(mode="json")
    facts = {path: (_at(before[0], path), value) for path, value in town.items()}
    facts |= {_OF_ARM + path: (_at(before[1], path), value) for path, value in mine.items()}
    cases = Case("base", scenario, (base_arm,)), Case("changed", changed, (other,))
    return cases, facts, ranges_here(scenario, town)


def at_budgets(
    scenario: Scenario, budgets: Iterable[float], arms: Sequence[str] | None = None
) -> tuple[list[Case], Ranges]:
    """Return one case for each budget: euros a year of the whole town from the decision on.

    The past is the same for all. The lines of every strategy grow and shrink in proportion.

    Raises
    ------
    ResilienzaError
        If a strategy does not exist.
    """
    base = scenario.with_values({"purse.eur_per_year": scenario.purse_eur})
    names = [_named(base, arm) for arm in arms or base.study.strategies]
    bound = base.arms(names)
    start = base.calendar.date_of(min(base.decision_weeks))
    return [
        Case(f"{budget:.0f}", _with_fund(base, budget - base.purse_eur, start), bound)
        for budget in budgets
    ], ranges_here(base, ["purse.eur_per_year"])


def _with_fund(scenario: Scenario, euros: float, start: date) -> Scenario:
    """Return a scenario with a fund, or a cut, from a day on."""
    if not euros:
        return scenario
    funds = (*scenario.purse.funds, Fund(eur_per_year=euros, start=start))
    copy = scenario.model_copy(update={"purse": scenario.purse.model_copy(update={"funds": funds})})
    return Scenario.model_validate(copy.model_dump(mode="json")).relative_to(scenario)


def _named(scenario: Scenario, arm: str | None) -> str:
    """Return a strategy by the name it has in the scenario: its file may be named for short."""
    given = arm or scenario.study.baseline
    mine = {name.removesuffix(".toml"): name for name in scenario.study.strategies}
    return str(scenario.named(mine.get(given, given)))


def _at(data: Any, path: str) -> object:
    for step in path.split("."):
        data = data[int(step)] if isinstance(data, list) else (data or {}).get(step)
    return data


# -- lives ----------------------------------------------------------------------------------------


def live(
    cases: Sequence[Case],
    ranges: Ranges,
    *,
    pairs: int,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Live every case in as many worlds as there are pairs; return one row a run.

    Columns: `case`, `strategy`, `replicate`, the metrics, and the suffering of each group, named
    as in `Change`.
    """
    begin, total = time.monotonic(), pairs * len(cases)
    tasks = [(case, ranges, seed, k) for k in range(pairs) for case in cases]
    rows: list[dict[str, Any]] = []

    def seen(found: list[dict[str, Any]], done: int) -> None:
        rows.extend(found)
        if progress is not None:
            left = (time.monotonic() - begin) / done * (total - done)
            progress(done, total, left)

    with pool(workers, total) as executor:
        if executor is None:
            for done, task in enumerate(tasks, 1):
                seen(_lived(*task), done)
        else:
            futures = [executor.submit(_lived, *task) for task in tasks]
            for done, future in enumerate(as_completed(futures), 1):
                seen(future.result(), done)
    ends = [(case.name, arm.name) for case in cases for arm in case.arms]
    place = {end: k for k, end in enumerate(ends)}
    rows.sort(key=lambda row: (place[row["case"], row["strategy"]], row["replicate"]))
    return pd.DataFrame(rows)


def _lived(case: Case, ranges: Ranges, seed: int, replicate: int) -> list[dict[str, Any]]:
    """Return the rows of one case in one world."""
    here = draw_world(case.scenario, case.arms, ranges, seed, replicate)
    _, *others = sorted(day.isoformat() for day in here.scenario.time.decisions)
    skip = frozenset((day, arm.name) for day in others for arm in here.arms)
    runs = simulate_arms(here.scenario, here.arms, replicate=replicate, seed=seed, skip=skip)
    quarters = [quarter.name for quarter in here.scenario.quarters]
    return [
        {"case": case.name, "strategy": run.strategy, "replicate": replicate}
        | run.metrics
        | dict(_groups(run, quarters))
        for run in runs
    ]


def _groups(run: Trajectory, quarters: Sequence[str]) -> Iterable[tuple[str, float]]:
    """Yield the points of suffering times weeks that each group bore, mean of its people."""
    borne, quarter = 100.0 * run.final["cumulative"], run.final["quarter"]
    for k, name in enumerate(quarters):
        if len(quarters) > 1 and (quarter == k).any():
            yield f"{_QUARTER}{name}", float(borne[quarter == k].mean())
    for name, mask in run.final.items():
        if name not in ("cumulative", "quarter") and mask.any():
            yield f"{_TAG}{name}", float(borne[mask > 0.0].mean())


# -- what changed ---------------------------------------------------------------------------------


def changes(
    lived: pd.DataFrame,
    base: tuple[str, str],
    other: tuple[str, str],
    scenario: Scenario,
) -> list[Change]:
    """Return what changed between two of the (case, strategy), metric by metric, group by group."""
    weeks = scenario.time.weeks - min(scenario.decision_weeks)
    tables = [
        lived[(lived["case"] == case) & (lived["strategy"] == arm)].set_index("replicate")
        for case, arm in (base, other)
    ]
    names = [*family("metrics", Metric), *(n for n in lived if n.startswith((_TAG, _QUARTER)))]
    found = []
    for name in names:
        old, new = (table[name].astype(float) for table in tables)
        info = info_of(name, scenario, weeks)
        compared = compare_pairs(
            old.to_numpy(),
            new.reindex(old.index).to_numpy(),
            direction=info.direction,
            effect_of_interest=info.effect_of_interest,
        )
        if compared.n:
            found.append(Change(name, float(np.nanmean(old)), float(np.nanmean(new)), compared))
    return found


def info_of(name: str, scenario: Scenario, weeks: int) -> MetricInfo:
    """Return what the statistics must know of a metric, or of the suffering of a group."""
    if group_of(name):
        return MetricInfo("lower", "% x weeks", MOST_A_WEEK * weeks)
    asked = scenario.study.effects_of_interest.get(name)
    described = MetricInfo.of(describe_metric(name)).asked(asked)
    return described.over(weeks, scenario.territory.residents)


def group_of(name: str) -> tuple[str, str] | None:
    """Return the kind (tag or quarter) and the name of a group; None of a metric."""
    kind, mark, group = name.partition(":")
    return (kind, group) if mark and f"{kind}:" in (_TAG, _QUARTER) else None
