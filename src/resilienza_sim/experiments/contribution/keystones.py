"""Which service or group, lost at the decision, would hurt most: removed one at a time, paired.

Everything else is as it was: people, past, chance, shocks, euros. What a loss costs is the headline
with it less the headline without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from resilienza_sim.arguments import named
from resilienza_sim.errors import unknown
from resilienza_sim.experiments.comparison import OfATown, TownChoices
from resilienza_sim.experiments.many_arms import decision_index, made_plan, read_values
from resilienza_sim.experiments.plan import Arm, Plan, default_folder
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.experiments.session import Running, taken
from resilienza_sim.files import place_of
from resilienza_sim.metrics import describe_metric
from resilienza_sim.model.losses import ASSOCIATION, losses_of
from resilienza_sim.reading import seed_of
from resilienza_sim.scenario import Scenario
from resilienza_sim.statistics import MINIMUM_PAIRS, mean_interval
from resilienza_sim.strategies import Strategy

__all__ = ["INTACT", "Choices", "Keystones", "Prepared", "Request", "keystones", "make_keystones"]

MOST_ASSOCIATIONS = 12
"""Listed associations that are tried unless others are named: the largest."""
INTACT = "intact"
"""The arm that loses nothing."""


@dataclass(frozen=True)
class Keystones:
    """What was found.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    plan : Plan
        What was run.
    runs : pandas.DataFrame
        The runs that went well, by ``(replicate, strategy)``.
    """

    folder: Path
    plan: Plan
    runs: pd.DataFrame

    def table(self, metric: str) -> pd.DataFrame:
        """Return one row a loss, the dearest first.

        Columns: `name` of the loss, `loss` (mean of the metric with it less without, so that more
        is worse), `low`, `high` (95 %), `worse` (pairs in which it costs anything) and `n` pairs.
        """
        sign = 1.0 if describe_metric(metric)["better"] == "lower" else -1.0
        values = self.runs[metric].unstack("strategy")
        rows = []
        for name in (each for each in self.plan.arms if each != INTACT and each in values):
            gap = sign * (values[name] - values[INTACT]).dropna().to_numpy(np.float64)
            low, high = mean_interval(gap) if len(gap) >= MINIMUM_PAIRS else (np.nan, np.nan)
            mean = float(gap.mean()) if len(gap) else np.nan
            rows.append([name, mean, low, high, int((gap > 0.0).sum()), len(gap)])
        table = pd.DataFrame(rows, columns=["name", "loss", "low", "high", "worse", "n"])
        return table.sort_values("loss", ascending=False, kind="stable").reset_index(drop=True)


def make_keystones(
    scenario: Scenario,
    strategy: str | Path | Strategy | None = None,
    *,
    pairs: int = MINIMUM_PAIRS,
    seed: int = 1,
    decision: str | None = None,
    lost: Sequence[str] = (),
) -> Plan:
    """Return the plan: the town as it is, and the town with each loss.

    Parameters
    ----------
    scenario : Scenario
        With its citizens and parameters already set.
    strategy : optional
        Under which the losses come; the scenario's baseline by default.
    pairs, seed : int
        Replicates, seed of the study.
    decision : str, optional
        ISO date of one of the scenario's decisions, the first by default: when it is lost.
    lost : sequence of str, optional
        What is lost (`model.losses`); by default every service, the largest listed associations and
        the largest group of each quarter.

    Raises
    ------
    ResilienzaError
        If the strategy does not exist, the date is not one of the decisions, or the town has no
        such thing to lose.
    """
    chosen = scenario.compared()[1] if strategy is None else scenario.strategy(strategy)
    known = losses_of(len(scenario.quarters), len(scenario.associations))
    for name in lost:
        if name not in known:
            raise unknown("unknown_loss", str(name), known)
    wanted = tuple(lost) or _usual(scenario)
    arms = {INTACT: Arm(INTACT, chosen)} | {
        each: Arm(each, chosen, lost=(each,)) for each in wanted
    }
    bench = Bench({"": scenario}, (chosen,), decision_index(scenario, decision), series=())
    return made_plan("keystones", bench, arms, seed_of(seed), pairs=pairs)


def _usual(scenario: Scenario) -> tuple[str, ...]:
    """Return the losses to try: of many listed associations, the largest."""
    members = [each.members or 0 for each in scenario.associations]
    largest = sorted(range(len(members)), key=lambda k: (-members[k], k))[:MOST_ASSOCIATIONS]
    kept = {f"{ASSOCIATION}:{k + 1}" for k in largest}
    every = losses_of(len(scenario.quarters), len(members))
    return tuple(each for each in every if not each.startswith(f"{ASSOCIATION}:") or each in kept)


@dataclass(frozen=True)
class Prepared:
    """The losses of a town ready to be run: all that was asked for, read and tried once."""

    plan: Plan

    def run(
        self,
        folder: Path | None = None,
        how: Running = Running(),  # noqa: B008 (it cannot be changed)
    ) -> Keystones:
        """Run what is missing of it; the parameters are those of `compare`."""
        plan = self.plan
        folder = folder or default_folder(plan, "-keystones")
        how.session(folder, [plan.total]).whole(plan)
        return Keystones(folder, plan, read_values(folder, plan))


class Choices(TownChoices, total=False):
    """What `keystones` is given by name: the fields of `Running`, and those of `Request`."""

    decision: str | None
    lost: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Request(OfATown):
    """What is asked of the losses of a town, before anything is read; see `keystones`."""

    strategy: str | Path | Strategy | None = None
    decision: str | None = None
    lost: Sequence[str] = ()

    def prepared(self) -> Prepared:
        """Return the losses ready to be run.

        Raises
        ------
        ResilienzaError
            If something asked for is not there or not allowed.
        """
        scenario, _ = self.town()
        return Prepared(
            make_keystones(
                scenario,
                self.strategy,
                pairs=MINIMUM_PAIRS if self.pairs is None else self.pairs,
                seed=self.seed,
                decision=self.decision,
                lost=self.lost,
            )
        )


@named
def keystones(
    scenario: Scenario | str | Path,
    strategy: str | Path | Strategy | None = None,
    pairs: int | None = None,
    *,
    out: str | Path | None = None,
    **choices: Unpack[Choices],
) -> Keystones:
    """Take services and groups away from a town, one at a time, and return what each loss costs.

    Parameters
    ----------
    scenario : Scenario, or its name or file
        The town and its history.
    strategy : optional
        Under which the losses come; the scenario's baseline by default.
    pairs : int, optional
        Replicates, 6 by default: the fewest that give an interval.
    out
        As for `compare`.
    **choices
        How it is run (fields of `Running`) and what is asked (fields of `Request`): `citizens`,
        `parameters`, `seed`, `twin` as for `compare`; `decision` and `lost` as for
        `make_keystones`.

    Returns
    -------
    Keystones
        Its `table(metric)` has a row a loss, the dearest first.

    Raises
    ------
    ResilienzaError
        If something asked for is not there, or the folder cannot be used.
    StudyInterrupted
        On Ctrl-C; what was done is kept.
    """
    how, asked = taken(choices)
    wanted = Request(scenario=scenario, strategy=strategy, pairs=pairs, **asked).prepared()
    return wanted.run(None if out is None else place_of(out), how)
