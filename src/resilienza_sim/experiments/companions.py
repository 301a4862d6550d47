"""Companion runs: the same arms, people and chance on a changed scenario, in a study's folder.

The null model (docs/odd.md, rule 9) has the social mechanisms off. The cells of the second-shock
interaction lack some shocks. Both run as any study does: they resume, and
nothing in them depends on the number of workers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from resilienza_sim.concepts import social_switches
from resilienza_sim.experiments.comparison import comparison_plan, hashed, scenario_of
from resilienza_sim.experiments.null_verdicts import CHANCE, NULL
from resilienza_sim.experiments.plan import Plan, bench_of
from resilienza_sim.experiments.second_shock import Groups, cells, groups_of
from resilienza_sim.statistics import MINIMUM_PAIRS

if TYPE_CHECKING:
    from resilienza_sim.scenario import Scenario

__all__ = [
    "Companion",
    "chance_again",
    "chance_pairs",
    "companions_of",
    "null_model",
    "null_pairs",
]

_MOST_NULL_PAIRS = 10
_LEAST_CHANCE_PAIRS = 6


@dataclass(frozen=True)
class Companion:
    """A study to run along with another, in its folder.

    Parameters
    ----------
    place : Path
        Its folder, inside the study's own.
    plan : Plan
        What to run.
    """

    place: Path
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
    ) -> Companion:
        """Return the study of a changed scenario, all else as in `plan`."""
        bench, known = bench_of(plan), parameters or {}
        ranges = bench.ranges and bench.ranges.without(known.keys())
        described = plan.describe(plan.decisions[0]) | {
            "scenario": hashed(scenario),
            "pairs": pairs or plan.pairs,
            "parameters": {**plan.facts["parameters"], **known},
            "worlds": ranges and ranges.as_dict(),
        }
        changed = replace(bench, scenarios={"": scenario}, ranges=ranges)
        return cls(place, comparison_plan(described, changed))


def null_pairs(pairs: int) -> int:
    """Return the pairs of the null model: half of the study's, but no fewer than a verdict needs.

    Ten are enough: it says whether a verdict stands without the social mechanisms, not by how much.
    """
    return min(pairs, max(MINIMUM_PAIRS, min(_MOST_NULL_PAIRS, pairs // 2)))


def null_model(plan: Plan) -> Companion | None:
    """Return the study with every social mechanism off; None when there is none to switch."""
    switches = social_switches()
    if not switches:
        return None
    off = scenario_of(plan).with_values(switches)
    return Companion.of(NULL, off, plan, pairs=null_pairs(plan.pairs), parameters=switches)


def chance_pairs(pairs: int) -> int:
    """Return the worlds lived again with other random numbers: a fifth, but no fewer than six."""
    return min(pairs, max(_LEAST_CHANCE_PAIRS, pairs // 5))


def chance_again(plan: Plan) -> Companion | None:
    """Return the first worlds of a study, again with other random numbers; None without worlds."""
    if plan.facts["worlds"] is None or plan.first is not None:
        return None
    scenario = scenario_of(plan)
    other = {"town.luck": scenario.town.luck + 1}
    again = scenario.with_values(other)
    return Companion.of(CHANCE, again, plan, pairs=chance_pairs(plan.pairs), parameters=other)


def companions_of(
    plan: Plan, *, null: bool = True, chance: bool = True, interaction: str | None = None
) -> tuple[list[Companion], Groups | None]:
    """Return the studies to run along with a comparison, and the groups of shocks that interact.

    Parameters
    ----------
    plan : Plan
        Of the comparison.
    null : bool
        Whether to run the null model too.
    chance : bool
        Whether to live some worlds again with other random numbers.
    interaction : str, optional
        The two groups of shocks whose interaction is wanted; see `second_shock.groups_of`.
    """
    wanted = (null_model(plan) if null else None, chance_again(plan) if chance else None)
    found = [each for each in wanted if each is not None]
    if interaction is None:
        return found, None
    scenario = scenario_of(plan)
    groups = groups_of(interaction, scenario)
    changed = ((place, scenario.without_shocks(gone)) for place, gone in cells(groups))
    return found + [Companion.of(place, each, plan) for place, each in changed], groups
