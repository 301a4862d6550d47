"""The plan of a comparison: from a scenario and strategies, or from what its manifest says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.discovery import family
from resilienza_sim.experiments.headline import HEADLINE, NO_TWIN, TOTAL
from resilienza_sim.experiments.plan import (
    MetricInfo,
    Plan,
    Point,
    bench_of,
    canonical,
    checked_baseline,
    code,
    digest,
)
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.experiments.session import RunningChoices
from resilienza_sim.experiments.sources import sources
from resilienza_sim.metrics import describe_metric
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.contracts import Metric
from resilienza_sim.reading import seed_of, whole_number
from resilienza_sim.release import version_here
from resilienza_sim.scenario import Scenario, load_scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.worlds import ranges_here

__all__ = [
    "OfATown",
    "TownChoices",
    "asked_scenario",
    "comparison_plan",
    "hashed",
    "infos_of",
    "make_plan",
    "scenario_of",
]

_FACTS = (
    "worlds",
    "citizens",
    "residents",
    "parameters",
    "horizons",
    "model_version",
    "code",
    "scenario",
    "strategy_texts",
    "titles",
)


def make_plan(
    scenario: Scenario,
    strategies: Sequence[str | Path | Strategy] | None = None,
    *,
    pairs: int | range | None = None,
    seed: int = 1,
    baseline: str | Path | Strategy | None = None,
    parameters: Sequence[str] = (),
    worlds: bool = True,
    model: type[CommunityModel] = CommunityModel,
) -> Plan:
    """Return the plan of a comparison.

    Parameters
    ----------
    scenario : Scenario
        With its citizens and parameters already set.
    strategies : sequence, optional
        Names, files or strategies; the scenario's own by default.
    pairs : int or range, optional
        How many, or which world alone; the scenario's own by default.
    baseline : optional
        The scenario's own by default; see `Scenario.compared`.
    seed : int
        Seed of the study.
    parameters : sequence of str
        The ``path=value`` already applied to the scenario: they are known, and no world draws them.
    worlds : bool
        Whether each pair is a plausible world of its own (`resilienza_sim.worlds`), or all of them
        the single point of the scenario.
    model : type
        The model, or a subclass of it.

    Raises
    ------
    ResilienzaError
        If a strategy does not exist or two different ones share a name.
    """
    arms, base = scenario.compared(strategies, baseline)
    changed = dict(text.split("=", 1) for text in parameters)
    ranges = ranges_here(scenario, changed).bare() if worlds else None
    days = list(scenario.decision_days)
    weeks = zip(days, scenario.decision_weeks, strict=True)
    infos = infos_of(scenario.study.effects_of_interest)
    which = scenario.study.pairs if pairs is None else pairs
    facts = {
        "name": scenario.name,
        "decisions": days,
        "strategies": [arm.name for arm in arms],
        "baseline": base.name,
        "pairs": len(which) if isinstance(which, range) else which,
        "first": which.start if isinstance(which, range) else None,
        "seed": seed,
        "worlds": ranges and ranges.as_dict(),
        "citizens": scenario.town.citizens,
        "residents": scenario.territory.residents,
        "parameters": changed,
        "horizons": {day: scenario.time.weeks - week for day, week in weeks},
        "model_version": version_here(),
        "code": sources(model),
        "scenario": hashed(scenario),
        "strategy_texts": {arm.name: canonical(arm.model_dump(mode="json")) for arm in arms},
        "titles": {arm.name: arm.title.model_dump() for arm in arms},
        "metrics": {name: info.as_dict() for name, info in infos.items()},
    }
    return comparison_plan(facts, Bench({"": scenario}, arms, ranges=ranges, model=model))


def comparison_plan(facts: Mapping[str, Any], bench: Bench | None = None) -> Plan:
    """Return the plan of a comparison from what its manifest says: all names come from that alone.

    Parameters
    ----------
    facts : dict
        As in a manifest.
    bench : Bench, optional
        What runs it.

    Raises
    ------
    ResilienzaError
        If a number is out of range, or the baseline is none of the arms.
    """
    # As Python's own integers: a run's name does not hang on how its numbers were spelt.
    seed, first, texts = seed_of(facts["seed"]), facts.get("first"), facts["strategy_texts"]
    worlds, scenario = facts.get("worlds"), facts["scenario"]
    point = (scenario["hash"], seed, facts.get("citizens", 0))
    configuration = digest(*point) if worlds is None else digest(*point, worlds)
    names = code(facts["model_version"], facts.get("code", {}))
    arms = {name: texts[name] for name in facts["strategies"]}
    choices = json.loads(scenario["text"]).get("study") or {}
    return Plan(
        name=facts["name"],
        points=(Point((configuration,)),),
        arms={name: (f"{name}:{digest(text)}",) for name, text in arms.items()},
        counts=(whole_number("pairs", facts["pairs"], 1, MOST_PAIRS),),
        seed=seed,
        baseline=checked_baseline(facts["baseline"], arms),
        hash=digest(configuration, *names, *(f"{name}={arms[name]}" for name in sorted(arms))),
        decisions=tuple(facts["decisions"]),
        kept=tuple(names),
        first=None if first is None else whole_number("world", first, 0, MOST_PAIRS),
        asked={name: MetricInfo.of(each) for name, each in facts.get("metrics", {}).items()},
        headline=HEADLINE if choices.get("twin", True) else TOTAL,
        bench=bench,
        facts={
            **{name: facts[name] for name in _FACTS if name in facts},
            "configuration": configuration,
        },
    )


class TownChoices(RunningChoices, total=False):
    """What is given by name to whatever runs strategies on a town; see `OfATown`, `Running`."""

    citizens: int | None
    parameters: Sequence[str]
    seed: int
    twin: bool


@dataclass(frozen=True, kw_only=True)
class OfATown:
    """What all that runs strategies on the town of a scenario is asked; see `compare`."""

    scenario: Scenario | str | Path
    pairs: int | None = None
    citizens: int | None = None
    parameters: Sequence[str] = ()
    seed: int = 1
    twin: bool = True

    def town(self) -> tuple[Scenario, tuple[str, ...]]:
        """Return the scenario with what was asked of it in place, and the values changed."""
        return asked_scenario(self.scenario, self.citizens, self.parameters, self.twin)


def asked_scenario(
    given: Scenario | str | Path, citizens: int | None, parameters: Sequence[str], twin: bool = True
) -> tuple[Scenario, tuple[str, ...]]:
    """Return a scenario with what was asked of it in place, and the values changed.

    Parameters
    ----------
    given : Scenario, or its name or file
        As it is.
    citizens : int, optional
        Citizens simulated, in place of the scenario's.
    parameters : sequence of str
        Values changed, each ``path=value``.
    twin : bool
        Whether the quiet twin of each arm runs beside it.

    Raises
    ------
    ResilienzaError
        If it does not exist, or a value is not allowed.
    """
    scenario = load_scenario(given) if isinstance(given, str | Path) else given
    if citizens is not None:
        scenario = scenario.with_citizens(citizens)
    changed = (*parameters, *(() if twin else (NO_TWIN,)))
    return scenario.with_set(*changed) if changed else scenario, changed


def hashed(scenario: Scenario) -> dict[str, str]:
    """Return what a manifest says of a scenario: its hash and its canonical text."""
    return {"hash": scenario.hash, "text": canonical(scenario.model_dump(mode="json"))}


def scenario_of(plan: Plan) -> Scenario:
    """Return the scenario of a plan that has one."""
    return bench_of(plan).only


def infos_of(effects: Mapping[str, float]) -> dict[str, MetricInfo]:
    """Return what is known of every metric, with the effects of interest that somebody asks for."""
    return {
        name: MetricInfo.of(describe_metric(name)).asked(effects.get(name))
        for name in family("metrics", Metric)
    }
