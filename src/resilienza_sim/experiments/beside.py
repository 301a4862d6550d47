"""Studies beside a study: the same arms, people and luck on a changed scenario, in its folder.

The null model (docs/odd.md, rule 9) has the social mechanisms off. The cells of the second-shock
interaction lack some shocks. Both run as any study does: they resume, and
nothing in them depends on the number of workers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from resilienza_sim.experiments.driver import Progress
from resilienza_sim.experiments.plan import Plan, canonical

if TYPE_CHECKING:
    import pandas as pd

    from resilienza_sim.experiments.study import Study
    from resilienza_sim.scenario import Scenario

__all__ = [
    "LUCK",
    "NULL",
    "Beside",
    "Together",
    "luck_pairs",
    "needs",
    "null_model",
    "null_pairs",
    "null_verdicts",
    "second_luck",
]

NULL = Path("null")
"""Where the null model's study lies in the folder of its study."""

LUCK = Path("luck")
"""Where some worlds lived again with another luck lie."""

_MOST_NULL_PAIRS = 10
_LEAST_LUCK_PAIRS = 6


@dataclass(frozen=True)
class Beside:
    """One study to run beside another.

    Parameters
    ----------
    place : Path
        Its folder, inside the study's own.
    scenario : Scenario
        The changed scenario.
    plan : Plan
        What to run.
    """

    place: Path
    scenario: Scenario
    plan: Plan

    @classmethod
    def of(
        cls,
        place: Path,
        scenario: Scenario,
        plan: Plan,
        *,
        pairs: int | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> Beside:
        """Return the study of a changed scenario, all else as in `plan`."""
        changed = replace(
            plan,
            scenario_hash=scenario.hash,
            scenario_text=canonical(scenario.model_dump(mode="json")),
            pairs=pairs or plan.pairs,
            parameters={**plan.parameters, **(parameters or {})},
            ranges=plan.ranges and plan.ranges.without((parameters or {}).keys()),
        )
        return cls(place, scenario, changed)


def null_pairs(pairs: int) -> int:
    """Return the pairs of the null model: half of the study's, but no fewer than a verdict needs.

    Ten are enough: it says whether a verdict stands without the social mechanisms, not by how much.
    """
    from resilienza_sim.statistics import MINIMUM_PAIRS

    return min(pairs, max(MINIMUM_PAIRS, min(_MOST_NULL_PAIRS, pairs // 2)))


def null_model(scenario: Scenario, plan: Plan) -> Beside | None:
    """Return the study with every social mechanism off; None when there is none to switch."""
    from resilienza_sim.concepts import social_switches

    switches = social_switches()
    if not switches:
        return None
    off = scenario.with_values(switches)
    return Beside.of(NULL, off, plan, pairs=null_pairs(plan.pairs), parameters=switches)


def luck_pairs(pairs: int) -> int:
    """Return the worlds lived again with another luck: a fifth, but no fewer than six."""
    return min(pairs, max(_LEAST_LUCK_PAIRS, pairs // 5))


def second_luck(scenario: Scenario, plan: Plan) -> Beside | None:
    """Return the first worlds of a study, lived again with another luck; None without worlds."""
    if plan.ranges is None or plan.first is not None:
        return None
    other = {"town.luck": scenario.town.luck + 1}
    again = scenario.with_values(other)
    return Beside.of(LUCK, again, plan, pairs=luck_pairs(plan.pairs), parameters=other)


class Together:
    """Tells one progress for studies run one after the other.

    Parameters
    ----------
    progress : callable, optional
        Told of runs done, runs planned and seconds left over all of them.
    plans : sequence of Plan
        The studies, in the order in which they are run.
    """

    def __init__(self, progress: Progress | None, *plans: Plan) -> None:
        self._progress = progress
        self.total = sum(plan.total for plan in plans)
        self.before = 0
        self._pace: float | None = None

    def grown(self, *plans: Plan) -> None:
        """Count anew the runs of the studies not yet finished: some got more pairs."""
        self.total = self.before + sum(plan.total for plan in plans)

    def share(self, plan: Plan) -> float:
        """Return the share of one study in the runs of all."""
        return plan.total / self.total

    def finished(self, plan: Plan) -> None:
        """Count a study as done."""
        self.before += plan.total

    def __call__(self, done: int, planned: int, left: float | None) -> None:
        """Tell where all the studies are, given where the present one is."""
        if self._progress is None:
            return
        done_of_all = self.before + done
        if left is not None and done < planned:
            self._pace = left / (planned - done)
        # Where one study ends, what is left is the others, at the pace of the last.
        pace, to_do = self._pace, self.total - done_of_all
        self._progress(done_of_all, self.total, None if pace is None else pace * to_do)


def needs(full: str, null: str) -> str:
    """Return whether a verdict needs the social mechanisms: "yes", "no" or "unknown"."""
    if "undecided" in (full, null):
        return "unknown"
    return "no" if full == null else "yes"


def null_verdicts(study: Study, metric: str) -> pd.DataFrame:
    """Return the verdicts of a study beside those of its null model, one row per pair of arms.

    The columns of the null model begin with ``null_``; `needs` is "yes" where the two verdicts
    differ, "no" where they are the same, "unknown" where either is undecided. Empty when the study
    has no null model.
    """
    columns = ["n", "mean_difference", "low", "high", "verdict"]
    couple = ["baseline", "strategy"]
    full = study.comparison(metric).reindex(columns=[*couple, *columns])
    if study.null is None or study.null.runs.empty:
        null = full.iloc[:0]
    else:
        null = study.null.comparison(metric).reindex(columns=[*couple, *columns])
    null = null.rename(columns={name: f"null_{name}" for name in columns})
    table = full.merge(null, on=couple)
    said = zip(table["verdict"], table["null_verdict"], strict=True)
    return table.assign(needs=[needs(str(one), str(other)) for one, other in said])
