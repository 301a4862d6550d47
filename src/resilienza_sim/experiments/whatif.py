"""What if: the same people, worlds and chance, lived again with something changed.

Every case is a comparison of its own, in a folder of its own, which `report` and `verify` read.
Every replicate is a plausible world, the same in all cases: what they set is fixed in all of them,
so that nothing differs but what was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from resilienza_sim.discovery import family
from resilienza_sim.experiments.comparison import make_plan
from resilienza_sim.experiments.plan import MetricInfo, Plan
from resilienza_sim.experiments.run import opened
from resilienza_sim.experiments.session import Running
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.worlds_kept import keep_worlds
from resilienza_sim.model.contracts import Indicator
from resilienza_sim.scenario import Fund, Scenario
from resilienza_sim.statistics import compare_pairs
from resilienza_sim.strategies import Strategy, load_strategy
from resilienza_sim.worlds import scenario_of_manifest

if TYPE_CHECKING:
    import pandas as pd

    from resilienza_sim.statistics import PairedComparison

__all__ = ["Case", "Change", "at_budgets", "changes", "group_of", "live", "planned", "what_if"]

_OF_ARM = "strategy."
_TAG, _QUARTER = "tag:", "quarter:"
_SUFFERING = "suffering_"


class Case(NamedTuple):
    """One way in which the town is lived, by one strategy or more.

    Parameters
    ----------
    name : str
        That of its folder.
    scenario : Scenario
        With one decision.
    arms : tuple of Strategy
        The first is the baseline.
    known : dict
        What no world draws, by path, in no case.
    """

    name: str
    scenario: Scenario
    arms: tuple[Strategy, ...]
    known: Mapping[str, object]


class Change(NamedTuple):
    """What changed of one thing, between two cases, over their pairs.

    Parameters
    ----------
    name : str
        A metric; or ``tag:`` and a recipient, ``quarter:`` and a quarter: points of suffering
        times weeks borne by each of them since the decision, mean of those people.
    base, changed : float
        Means.
    info : MetricInfo
        Its direction and the smallest change that matters.
    found : PairedComparison
        The paired difference.
    """

    name: str
    base: float
    changed: float
    info: MetricInfo
    found: PairedComparison


# -- cases ----------------------------------------------------------------------------------------


def what_if(
    scenario: Scenario, values: Mapping[str, object], arm: str | None = None
) -> tuple[tuple[Case, Case], dict[str, tuple[object, object]]]:
    """Return the base and the changed case, and each value before and after.

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
    drawn = changed.model_dump(mode="json")["history"]["draws"]
    scenario = scenario.with_values({"history.draws": drawn})
    base_arm = scenario.strategy(written)
    other = changed.strategy(written.with_values(mine)) if mine else base_arm
    before = scenario.model_dump(mode="json"), written.model_dump(mode="json")
    changes = {path: (_at(before[0], path), value) for path, value in town.items()}
    changes |= {_OF_ARM + path: (_at(before[1], path), value) for path, value in mine.items()}
    known = {path: changes[path][0] for path in town}
    cases = (
        Case("base", _decided_once(scenario), (base_arm,), known),
        Case("changed", _decided_once(changed), (other,), town),
    )
    return cases, changes


def at_budgets(
    scenario: Scenario, budgets: Iterable[float], arms: Sequence[str] | None = None
) -> list[Case]:
    """Return one case for each budget: euros a year of the whole town from the decision on.

    The past is the same for all. The lines of every strategy grow and shrink in proportion.

    Raises
    ------
    ResilienzaError
        If a strategy does not exist.
    """
    known = {"purse.eur_per_year": scenario.purse_eur}
    base = _decided_once(scenario.with_values(known))
    names = [_named(base, arm) for arm in arms or base.study.strategies]
    bound = base.arms(names)
    start = base.calendar.date_of(min(base.decision_weeks))
    return [
        Case(f"{budget:.0f}", _with_fund(base, budget - base.purse_eur, start), bound, known)
        for budget in budgets
    ]


def _decided_once(scenario: Scenario) -> Scenario:
    """Return a scenario with the first of its decisions alone."""
    return scenario.with_values({"time.decisions": list(scenario.decision_days[:1])})


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


def planned(cases: Iterable[Case], *, pairs: int, seed: int = 1) -> dict[str, Plan]:
    """Return the plan of each case, by its name."""
    return {
        case.name: make_plan(
            case.scenario,
            case.arms,
            pairs=pairs,
            seed=seed,
            baseline=case.arms[0],
            parameters=[f"{path}={value}" for path, value in case.known.items()],
        )
        for case in cases
    }


def live(
    plans: Mapping[str, Plan],
    folder: Path,
    how: Running = Running(),  # noqa: B008 (it cannot be changed)
) -> dict[str, Study]:
    """Run what is missing of every case, each in its own folder, and return their studies.

    Raises
    ------
    ResilienzaError
        If a folder cannot be used.
    StudyInterrupted
        On Ctrl-C; what was done is kept.
    """
    for name, plan in plans.items():  # what is not ours is told before the first run
        opened(folder / name, plan)
    session = how.session(folder, (plan.total for plan in plans.values()))
    for name, plan in plans.items():
        session.whole(plan, name)
        keep_worlds(folder / name, plan)
    return {name: Study.open(folder / name) for name in plans}


# -- what changed ---------------------------------------------------------------------------------


def changes(base: Study, changed: Study) -> list[Change]:
    """Return what changed between two studies of one arm, metric by metric, group by group."""
    ways = [(name, base.describe(name), *_metric(name, base, changed)) for name in base.metrics]
    borne = replace(base.describe(base.headline), better="lower", unit="% x weeks")
    old_groups, new_groups = (dict(_groups(study)) for study in (base, changed))
    ways += [(k, borne, old, new_groups[k]) for k, old in old_groups.items() if k in new_groups]
    found = []
    for name, info, old, new in ways:
        compared = compare_pairs(
            old.to_numpy(np.float64),
            new.reindex(old.index).to_numpy(np.float64),
            direction=info.direction,
            effect_of_interest=info.effect_of_interest,
        )
        if compared.n:
            found.append(Change(name, float(old.mean()), float(new.mean()), info, compared))
    return found


def _metric(name: str, *studies: Study) -> Iterator[pd.Series[Any]]:
    """Yield the values of a metric in each study, by replicate."""
    for study in studies:
        yield study.well.set_index("replicate")[name].astype("float64")


def _groups(study: Study) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Yield the points of suffering times weeks that each group bore, by replicate."""
    scenario, known = scenario_of_manifest(study.manifest), family("indicators", Indicator)
    names = {
        column: f"{_TAG}{column.removeprefix(_SUFFERING)}"
        for column in known["suffering_by_tag"].columns()
    }
    if len(scenario.quarters) > 1:
        columns = known["suffering_in_quarter"].columns(len(scenario.quarters))
        quarters = (f"{_QUARTER}{quarter.name}" for quarter in scenario.quarters)
        names |= dict(zip(columns, quarters, strict=True))
    table = study.tidy_series(*names)
    after = table[table["week"] >= scenario.decision_weeks[0]].groupby("replicate")
    for column, name in names.items():
        weeks = 100.0 * after[column].sum(min_count=1)
        if weeks.notna().any():
            yield name, weeks


def group_of(name: str) -> tuple[str, str] | None:
    """Return the kind (tag or quarter) and the name of a group; None of a metric."""
    kind, mark, group = name.partition(":")
    return (kind, group) if mark and f"{kind}:" in (_TAG, _QUARTER) else None
