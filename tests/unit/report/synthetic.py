"""A study with made-up numbers, kept and read by the real store: what the report is tested on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from resilienza_sim.experiments.comparison import comparison_plan
from resilienza_sim.experiments.manifest import read, write
from resilienza_sim.experiments.plan import MetricInfo, Task
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.study import Study

START = date(2020, 1, 6)
STRATEGIES = {
    "consolidated": ("Spesa consolidata", "Consolidated spending", 0.0),
    "alluvial": ("Modello alluvionale", "Alluvial model", 0.35),
    "transformative": ("Resilienza trasformativa", "Transformative resilience", 1.0),
    "hybrid": ("Via mista", "Hybrid", 0.75),
    "none": ("Borsa non spesa", "Purse unspent", -0.6),
}
TEXTS = {
    "alluvial": (
        "Aspetta che l’acqua scenda, rialza gli argini e riprende gli interventi di prima.",
        "Wait for the water to go down, raise the levees, resume the interventions of before.",
    ),
    "transformative": (
        "Investe nei legami, negli spazi e nelle alleanze, per reggere anche le crisi future.",
        "Invests in ties, spaces and alliances, to withstand future crises too.",
    ),
}
SHOCKS: list[dict[str, Any]] = [
    {"kind": "pandemic", "title": "Pandemia", "start": "2020-02-24", "weeks": 110},
    {"kind": "flood", "title": "Alluvione, Borgo", "start": "2023-05-02", "weeks": 1},
    {"kind": "flood", "title": "Alluvione, centro", "start": "2023-05-16", "weeks": 26},
    {"kind": "flood", "title": "Terza alluvione", "start": "2024-09-18", "weeks": 14},
    {"kind": "flood", "title": "Evacuazioni", "start": "2024-10-18", "weeks": 1},
]
METRICS = {
    "loss_due_to_shocks": ("lower", "%·weeks", 40.0),
    "robustness": ("higher", "share", 0.02),
    "recovery_weeks": ("lower", "weeks", 4.0),
    "bounce_forward": ("higher", "share", 0.01),
    "gini_suffering": ("lower", "", 0.02),
    "marginal_gap": ("lower", "share", 0.01),
    "trust_change": ("higher", "share", 0.02),
    "unserved_share": ("lower", "share", 0.02),
    "rancour_end": ("lower", "share", 0.02),
    "rapidity": ("higher", "% per week", 0.2),
}
TAGS = ("target", "families", "operators", "third_sector", "stakeholders", "dependants", "distant")
AMBITS = {"ties": 0.2, "planning": 0.1, "services": 0.6, "awareness": 0.1}


@dataclass(frozen=True)
class Run:
    """A trajectory: the part of `resilienza_sim.simulation.Trajectory` that a study keeps."""

    strategy: str
    seed: int
    decision: str
    weeks: np.ndarray
    values: Mapping[str, np.ndarray]
    metrics: Mapping[str, float | None]
    censored: Mapping[str, bool] = field(default_factory=dict)


def _lag(rng: np.random.Generator, n: int, size: float) -> np.ndarray:
    noise = np.zeros(n)
    for week in range(1, n):
        noise[week] = 0.93 * noise[week - 1] + size * rng.normal()
    return noise


def trajectories(
    weeks: int, leaky: bool, strength: float, failing: frozenset[int], task: Task
) -> Iterator[Run]:
    """Return the runs of a replicate, smooth curves with a noise that its arms share."""
    t = np.arange(weeks)
    shock = np.zeros(weeks)
    for each, height in zip(SHOCKS, (0.16, 0.05, 0.17, 0.12, 0.01), strict=True):
        week = (date.fromisoformat(str(each["start"])) - START).days // 7
        age = t - week
        wave = height * np.exp(-np.maximum(age, 0) / (14 + 0.5 * int(str(each["weeks"]))))
        shock += np.where(age >= 0, wave, 0.0)
    for run in task.runs:
        if task.replicate in failing:
            raise RuntimeError("a made-up failure")
        rng = np.random.default_rng([7, task.replicate])
        common = _lag(rng, weeks, 0.0025)
        own = np.random.default_rng([task.replicate, *run.strategy.encode()])
        week = (date.fromisoformat(run.decision) - START).days // 7
        since = np.clip((t - week) / 60.0, 0.0, 1.0)
        push = strength * STRATEGIES[run.strategy][2] * since
        drift = _lag(own, weeks, 0.0008) * (t >= week)
        suffering = np.clip(0.02 + shock * (1 - 0.30 * push) + common + drift, 0.0, 1.0)
        q = 1.0 - np.maximum(suffering - 0.02, 0.0)
        values = {
            "quality": q,
            "suffering": suffering,
            "trust": 0.42 + 0.05 * push - 0.1 * shock - common,
            "trust_services": 0.50 + 0.03 * push - 0.3 * shock + common,
            "generalised_trust": 0.246 + 0.01 * push + 0.2 * common,
            "rancour_share": np.clip(0.08 + 0.4 * shock * (1 - 0.3 * push) + common, 0, 1),
            "anger": np.clip(0.10 + 0.5 * shock + 0.02 * push + drift + common, 0, 1),
            "volunteer_hours": 40.0 + 10.0 * push,
            "fatigue": np.clip(0.12 + 0.4 * shock + 0.04 * push + drift + common, 0, 1),
        }
        for place, tag in enumerate(TAGS):
            values[f"suffering_{tag}"] = suffering * (0.8 + 0.12 * place) + 0.01 * place * (
                1 - push
            )
        values |= _purse(run.strategy, week, t, leaky)
        lost = float((100 * (1 - q[week:])).sum())
        late = strength * STRATEGIES[run.strategy][2] < 0 or task.replicate % 7 == 3
        metrics: dict[str, float | None] = dict.fromkeys(METRICS, None) | {
            "loss_due_to_shocks": lost,
            "robustness": float(q[week:].min()),
            "recovery_weeks": None if late else 60.0 - 18 * push[-1] + 4 * own.normal(),
            "gini_suffering": 0.31 - 0.02 * push[-1] + 0.01 * own.normal(),
            "marginal_gap": 0.04 - 0.004 * push[-1] + 0.004 * own.normal(),
            "trust_change": float(values["trust"][-1] - values["trust"][week]),
            "unserved_share": 0.11 + 0.03 * push[-1] + 0.01 * own.normal(),
            "rancour_end": float(values["rancour_share"][-1]),
            "rapidity": None
            if task.replicate % 5 == 0
            else 0.4 + 0.1 * push[-1] + 0.2 * own.normal(),
        }
        yield Run(
            run.strategy,
            task.seed + task.replicate,
            run.decision,
            t,
            values,
            metrics,
            {"recovery_weeks": late},
        )


def _purse(strategy: str, week: int, t: np.ndarray, leaky: bool) -> dict[str, np.ndarray]:
    """Return a purse of whole cents that closes, unless it is `leaky`."""
    income, left = 1_984_615, 0
    parts: dict[str, list[int]] = {ambit: [] for ambit in AMBITS}
    spent, savings = [], []
    for now in t:
        left += income
        idle = strategy == "none" and now >= week
        keen = 1.6 if strategy == "transformative" and now >= week else 1.0
        weight = {a: w * (keen if a == "ties" else 1.0) for a, w in AMBITS.items()}
        budget = 0 if idle else int(left * (0.9 + 0.05 * (now % 7) / 7))
        cents = {a: int(budget * w / sum(weight.values())) for a, w in weight.items()}
        out = sum(cents.values())
        left -= out + (1 if leaky and now == t[-1] else 0)
        spent.append(out)
        savings.append(left)
        for ambit, euros in cents.items():
            parts[ambit].append(euros)
    columns = {
        "available_eur": np.full(len(t), income) / 100,
        "spent_eur": np.array(spent) / 100,
        "left_eur": np.array(savings) / 100,
    }
    return columns | {f"spent_{a}_eur": np.array(cents) / 100 for a, cents in parts.items()}


def make_study(
    folder: Path,
    *,
    pairs: int = 8,
    weeks: int = 260,
    decisions: tuple[str, ...] = ("2020-02-24", "2023-05-01"),
    strategies: tuple[str, ...] = tuple(STRATEGIES),
    strength: float = 1.0,
    citizens: int = 10_000,
    leaky: bool = False,
    failing: frozenset[int] = frozenset(),
    bad_name: str = "",
    beside: bool = False,
    **more: Any,
) -> Study:
    """Write a made-up study and open it.

    Parameters
    ----------
    folder : Path
        Where to write it.
    strength : float
        How much the strategies differ; 0 makes them alike but for luck.
    leaky : bool
        Lose a cent in the last week of every run.
    failing : frozenset of int
        Replicates whose runs end in an error.
    bad_name : str
        Put in every place where a user's text is shown.
    beside : bool
        Write a null model in which the strategies are alike, and the cells of an interaction.
    **more
        Put in the manifest.
    """
    titles = {
        name: {"it": STRATEGIES[name][0] + bad_name, "en": STRATEGIES[name][1] + bad_name}
        for name in strategies
    }
    texts = {
        name: {
            "name": name,
            "title": titles[name],
            "description": {
                "it": TEXTS.get(name, ("Continua come prima della crisi.",) * 2)[0] + bad_name,
                "en": TEXTS.get(name, ("Goes on as before the crisis.",) * 2)[1] + bad_name,
            },
        }
        for name in strategies
    }
    scenario = {
        "name": "faenza",
        "title": {"it": "Faenza, 2020–2024" + bad_name, "en": "Faenza, 2020–2024" + bad_name},
        "description": {
            "it": "La pandemia, poi tre alluvioni in sedici mesi: una città d’argini." + bad_name,
            "en": "The pandemic, then three floods in sixteen months: a levee town." + bad_name,
        },
        "sources": ["Regione Emilia-Romagna, 2023" + bad_name],
        "town": {"municipality": "Faenza" + bad_name, "province": "Ravenna", "citizens": citizens},
        "time": {"start": START.isoformat(), "weeks": weeks, "burn_in_weeks": 104},
        "shocks": [shock | {"title": shock["title"] + bad_name} for shock in SHOCKS],
    }
    infos = {name: MetricInfo(*told) for name, told in METRICS.items()}
    plan = comparison_plan(
        {
            "name": "faenza",
            "scenario": {"hash": "5f1c9a27b0d3e844", "text": json.dumps(scenario)},
            "strategies": list(strategies),
            "strategy_texts": {name: json.dumps(text) for name, text in texts.items()},
            "decisions": decisions,
            "pairs": pairs,
            "seed": 1,
            "baseline": strategies[0],
            "citizens": citizens,
            "model_version": "0.1.0",
            "metrics": {name: info.as_dict() for name, info in infos.items()},
            "titles": titles,
            "horizons": {d: weeks - (date.fromisoformat(d) - START).days // 7 for d in decisions},
        }
    )
    runner = partial(trajectories, weeks, leaky, strength, failing)
    run_plan(plan, runner, folder)
    if beside:
        alike = partial(trajectories, weeks, leaky, 0.0, failing)
        run_plan(plan, alike, folder / "null")
        for name in ("1-2", "0", "0-1-2"):
            run_plan(plan, runner, folder / "shocks" / f"without-{name}")
        for day in decisions:
            place = folder if day == decisions[0] else folder / "decisions" / day
            write(place, {**(read(place) or {}), "interaction": [[0], [1, 2]]})
    study = Study.open(folder)
    study.manifest |= {
        "divergence": [
            {
                "baseline": strategies[0],
                "strategy": strategies[-1],
                "decision": decisions[0],
                "week": 8,
                "date": "2020-03-02",
                "citizen": 4_211,
                "field": "trust",
                "phase": "meet",
                "action": "open_spaces" + bad_name,
            }
        ],
        **more,
    }
    write(folder, study.manifest)
    return Study.open(folder)
