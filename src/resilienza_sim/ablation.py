"""A concept and its absence, on the same people, the same past and the same chance.

One past a replicate: every arm is forked from the laboratory at its decision week, and what the
arm changes is changed from there on. Only what shapes the community or the first state (set-up,
ties, town, quarters) needs a past of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.component import Bilingual
from resilienza_sim.concepts import Arm, Concept
from resilienza_sim.discovery import family
from resilienza_sim.model.community_model import Background, CommunityModel
from resilienza_sim.model.contracts import Metric
from resilienza_sim.model.setup import fix
from resilienza_sim.scenario import Scenario, load_scenario
from resilienza_sim.simulation import Trajectory, Without, replicate_seed, run_arm
from resilienza_sim.strategies import Strategy

__all__ = ["LABORATORY", "Values", "ablate", "contribution"]

LABORATORY, REFERENCE = "laboratorio", "faenza"
INVESTING, HEADLINE = "transformative", "loss_due_to_shocks"
_FIRST = ("town.", "quarters.", "time.", "parameters.setup.", "parameters.ties.")
"""Paths that act before the decision week: an arm that sets one lives its own past."""


class Values(NamedTuple):
    """Indicator and outcome in the arm with the concept and in the arm without it."""

    indicator: float
    outcome: float
    indicator_without: float
    outcome_without: float


@cache
def _laboratory() -> Scenario:
    return load_scenario(LABORATORY)


def _scenario(base: Scenario, arm: Arm) -> Scenario:
    """Return a scenario as an arm wants it."""
    if arm.shocks not in (None, "both"):
        kept = tuple(shock for shock in base.shocks if shock.kind() == arm.shocks)
        base = base.model_copy(update={"shocks": kept})
    return base.with_values(arm.set)


def _strategy(arm: Arm) -> Strategy | str:
    """Return the strategy of an arm: by name, or one allocation for every phase."""
    if arm.lines is None:
        return arm.strategy or "consolidated"
    text = Bilingual(it="Concetto", en="Concept")
    return Strategy.model_construct(
        name="concept",
        title=text,
        description=text,
        source="concept",
        normal=arm.lines,
        emergency=arm.lines,
        recovery=arm.lines,
    )


def _background(past: CommunityModel, scenario: Scenario, arm: Arm) -> Background:
    """Return what is fixed in an arm: the past's, but for what the arm changes."""
    old = past.background
    # The rates that hold a town at rest stay the past's: what a mechanism moves must not be made
    # good by a new balance without it.
    community, fixed = old.community, old.fixed
    if arm.permute:
        tags = community.people.tags.copy()
        order = past.streams.generator("permute tags").permutation(tags.size)
        for name in arm.permute:
            bit = tags.dtype.type(Tag[name.upper()])
            tags = (tags & ~bit) | (tags[order] & bit)
        community = replace(community, people=replace(community.people, tags=tags))
        fixed = fix(community, past.parameters)
    return Background.of(scenario, community, fixed, old.streams)


def _key(arm: Arm) -> str:
    return json.dumps(arm.model_dump(mode="json"), sort_keys=True)


def _value(record: Trajectory, measure: str) -> float:
    """Return a metric, or the mean of an indicator since the decision; nan where undefined."""
    if measure in record.metrics:
        value = record.metrics[measure]
        return np.nan if value is None else float(value)
    series = record.series(measure)
    known = series[np.isfinite(series)]
    return float(known.mean()) if known.size else np.nan


def _past(scenario: Scenario, seed: int) -> CommunityModel:
    week = scenario.decision_weeks[0]
    model = CommunityModel(scenario, rng=seed, decision=week)
    model.run_to(week)
    return model


def ablate(concepts: Sequence[Concept], *, replicate: int, seed: int) -> dict[int, Values]:
    """Run one replicate of the ablation of each concept.

    Parameters
    ----------
    concepts : sequence of Concept
        What to switch off, one at a time.
    replicate, seed : int
        Number of the replicate; seed of the study.

    Returns
    -------
    dict
        By number of the concept, nan where a measure is undefined.
    """
    own_seed = replicate_seed(seed, replicate)
    past = _past(_laboratory(), own_seed)
    measures = {m for each in concepts for m in (each.indicator, each.outcome)}
    done: dict[str, Mapping[str, float]] = {}

    def run(arm: Arm) -> Mapping[str, float]:
        key = _key(arm)
        if key not in done:
            done[key] = _run(_laboratory(), arm, past, own_seed, measures)
        return done[key]

    found: dict[int, Values] = {}
    for each in concepts:
        here, there = (run(arm) for arm in each.arms)
        found[each.number] = Values(
            here[each.indicator], here[each.outcome], there[each.indicator], there[each.outcome]
        )
    return found


def _run(
    base: Scenario, arm: Arm, past: CommunityModel, seed: int, measures: Iterable[str]
) -> dict[str, float]:
    scenario = _scenario(base, arm)
    if any(path.startswith(_FIRST) for path in arm.set):
        past = _past(scenario, seed)
    here, metrics = _background(past, scenario, arm), family("metrics", Metric)
    twin = any(name in metrics and metrics[name].of_twin for name in measures)
    record = run_arm(
        past,
        _strategy(arm),
        replicate=0,
        decision=str(scenario.time.decisions[0]),
        background=here,
        quiet=here.quiet(past.state.week) if twin else None,
        without=Without(muted=frozenset(arm.mute)),
    )
    return {measure: _value(record, measure) for measure in measures}


def contribution(
    concepts: Sequence[Concept], *, replicate: int, seed: int, citizens: int
) -> dict[int, float]:
    """Return what each concept is worth in one replicate of the reference case, as shipped.

    The strategy that invests in the community, from the first decision, with the concept and
    with all its switches off (`Concept.absence`): the loss due to shocks that the concept saves, in
    point-weeks. No scene: the defaults of Faenza. nan for a choice that these do not have.

    Parameters
    ----------
    concepts : sequence of Concept
        What to switch off, one at a time.
    replicate, seed, citizens : int
        Number of the replicate; seed of the study; citizens of the town.
    """
    reference = load_scenario(REFERENCE).with_citizens(citizens)
    own_seed = replicate_seed(seed, replicate)
    past = _past(reference, own_seed)
    investing = Arm(strategy=INVESTING)

    def loss(arm: Arm) -> float:
        return _run(reference, arm, past, own_seed, (HEADLINE,))[HEADLINE]

    here, found = loss(investing), dict[int, float]()
    for each in concepts:
        off = each.absence
        found[each.number] = np.nan if off is None else loss(off.over(investing)) - here
    return found
