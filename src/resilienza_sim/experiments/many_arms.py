"""Many arms on one past: what attribution, the cloud and each arm's best are run with.

A task is a handful of arms of one replicate: they share the community and the past, so that an arm
costs its own weeks only. Euros can be *set aside*: the lines of an action stay in the strategy and
take their share of the purse, but buy nothing. Lines that were simply cut out would leave their
euros in the savings, which are released to the other lines week by week: a removal would be a
reallocation by the back door.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from resilienza_sim.errors import unknown
from resilienza_sim.experiments.comparison import infos_of
from resilienza_sim.experiments.headline import HEADLINE, TOTAL
from resilienza_sim.experiments.plan import (
    Arm,
    Plan,
    Point,
    bench_of,
    canonical,
    code,
    digest,
    hash_of,
)
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.experiments.sources import sources
from resilienza_sim.experiments.store import Store
from resilienza_sim.release import version_here
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["arms_plan", "decision_index", "made_plan", "read_values", "strategies_of"]

_FACTS = (
    "day",
    "citizens",
    "residents",
    "model_version",
    "code",
    "experiment",
    "strategy_texts",
    "titles",
)


def made_plan(
    kind: str,
    bench: Bench,
    arms: Mapping[str, Arm],
    seed: int,
    *,
    pairs: int = 0,
    by_pair: Sequence[Sequence[str]] | None = None,
) -> Plan:
    """Return the plan of many arms of one scenario, each made from one of its strategies.

    Parameters
    ----------
    kind : str
        What kind of study it is.
    bench : Bench
        With one scenario and one of its decisions; the first of its strategies is the baseline.
    arms : dict of Arm
        By name.
    seed : int
        Seed of the study.
    pairs : int
        Replicates, where every arm is run in each.
    by_pair : sequence of sequences of str, optional
        Names of the arms of each replicate, from 0, where they are not all.
    """
    scenario, histories = bench.only, bench.histories and asdict(bench.histories)
    text = canonical(
        {
            "kind": kind,
            "scenario": scenario.model_dump(mode="json"),
            "strategies": {each.name: each.model_dump(mode="json") for each in bench.strategies},
            "seed": seed,
            "decision": bench.decision,
            "histories": histories,
        }
    )
    facts = {
        "kind": kind,
        "name": scenario.name,
        "baseline": bench.strategies[0].name,
        "pairs": pairs if by_pair is None else len(by_pair),
        "seed": seed,
        "day": scenario.decision_days[bench.decision or 0],
        "citizens": scenario.town.citizens,
        "residents": scenario.territory.residents,
        "model_version": version_here(),
        "code": sources(),
        "experiment": {"hash": digest(text), "text": text},
        "strategy_texts": {name: arm.text for name, arm in arms.items()},
        "titles": {each.name: each.title.model_dump() for each in bench.strategies},
    }
    return replace(
        arms_plan(facts, list(arms), by_pair),
        made=arms,
        asked=infos_of(scenario.study.effects_of_interest),
        headline=HEADLINE if scenario.study.twin else TOTAL,
        bench=bench,
    )


def arms_plan(
    facts: Mapping[str, Any], arms: Sequence[str], by_pair: Sequence[Sequence[str]] | None
) -> Plan:
    """Return the plan of many arms from what its manifest says: all names come from that alone.

    Parameters
    ----------
    facts : dict
        As in a manifest.
    arms : sequence of str
        Names of the arms.
    by_pair : sequence of sequences of str, optional
        Those of each replicate, where they are not all.
    """
    texts, start = facts["strategy_texts"], json.loads(facts["experiment"]["text"])
    drawn = None if start["histories"] is None else canonical(start["histories"])
    names = code(facts["model_version"], facts.get("code", {}))
    point = digest(hash_of(start["scenario"]), facts["seed"], start["decision"], drawn, *names)
    return Plan(
        kind=facts["kind"],
        name=facts["name"],
        points=(Point((point,)),),
        arms={name: (name, texts[name]) for name in arms},
        counts=(facts["pairs"],),
        seed=facts["seed"],
        baseline=facts["baseline"],
        hash=facts["experiment"]["hash"],
        by_pair=by_pair,
        facts={name: facts[name] for name in _FACTS if name in facts},
    )


def strategies_of(plan: Plan) -> tuple[Strategy, ...]:
    """Return the strategies that the arms of a plan are made from."""
    return bench_of(plan).strategies


def decision_index(scenario: Scenario, day: str | None) -> int:
    """Return which decision of a scenario an ISO date is, the first if none is given.

    Raises
    ------
    ResilienzaError
        If it is none of them.
    """
    days = scenario.decision_days
    if day is None:
        return 0
    if day not in days:
        raise unknown("unknown_decision", day, days)
    return days.index(day)


def read_values(folder: Path, plan: Plan) -> pd.DataFrame:
    """Return the runs of a plan that went well, one row each, by ``(replicate, strategy)``.

    Undefined values are nan; runs of the folder that this plan does not want are left out.
    """
    runs = Store(folder).runs().to_pandas()
    wanted = {run.run_id for run in plan.runs()}
    well = runs[runs["run_id"].isin(wanted) & (runs["status"] == "ok")]
    return well.set_index(["replicate", "strategy"]).sort_index()
