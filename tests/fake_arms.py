"""A stand-in for the model that knows only what a strategy buys: quick, and its answer is known.

What a run loses is luck, shared by all arms of a replicate, less a worth for each kind of action
and share of the purse it gets, in all phases together, if its euros are not set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from resilienza_sim.experiments.plan import Arm, Task
from resilienza_sim.experiments.runner import Bench

PURSE = 1_000.0

TRAINING = "training"
STAFF = "service_staff"
CASH = "cash_support"
CAMPAIGN = "campaign"
OUTREACH = "outreach"
ARGINI = "argini"
STREET = "street_work"
"""Kinds of action, as constants: the map of the concepts lists the tests that write them out."""


def bought(arm: Arm) -> dict[str, float]:
    """Return the share of the purse, mean over the phases, that each kind of action gets."""
    found: dict[str, float] = {}
    for phase in ("normal", "emergency", "recovery"):
        for line in getattr(arm.strategy, phase):
            kind = line.action.kind()
            found[kind] = found.get(kind, 0.0) + line.share / 3
    return {kind: share for kind, share in found.items() if kind not in arm.set_aside}


@dataclass
class Town:
    """The stand-in.

    `worth` is what a whole purse on one kind of action saves; `noise` is the spread of luck of an
    arm on its own; `faults` are names of arms that fail in a replicate; `lived` counts pasts.
    """

    contribution: Mapping[str, float] = field(default_factory=dict)
    together: Callable[[Mapping[str, float]], float] = lambda shares: 0.0
    noise: float = 0.0
    faults: set[tuple[str, int]] = field(default_factory=set)
    undefined: set[tuple[str, int]] = field(default_factory=set)
    runs: list[tuple[str, int]] = field(default_factory=list)
    lived: int = 0

    def run(self, bench: Bench, task: Task) -> Iterator[Any]:
        """Yield what each arm leaves, as the bench does."""
        self.lived += 1
        shared = np.random.default_rng([task.seed % 2**32, task.replicate]).normal(20.0, 3.0)
        arms = {arm.name: arm for arm in task.arms}
        for run in task.runs:
            arm = arms[run.strategy]
            if (arm.name, task.replicate) in self.faults:
                raise ValueError(f"no {arm.name}")
            self.runs.append((arm.name, task.replicate))
            shares = bought(arm)
            saved = sum(self.contribution.get(kind, 0.0) * share for kind, share in shares.items())
            name = [ord(letter) for letter in arm.name]
            own = np.random.default_rng([task.seed % 2**32, task.replicate, *name]).normal()
            loss = shared - saved - self.together(shares) + self.noise * own
            spent = {f"eur_{kind}": PURSE * share for kind, share in shares.items()}
            gone = (arm.name, task.replicate) in self.undefined
            metrics = {
                "loss_due_to_shocks": None if gone else loss,
                "robustness": 1.0 - loss / 100.0,
                **spent,
                "spent_eur": sum(spent.values()),
                "received_eur": PURSE,
                "set_aside_eur": PURSE - sum(spent.values()),
            }
            yield SimpleNamespace(
                strategy=arm.name,
                seed=task.replicate,
                decision="",
                weeks=np.empty(0, np.int64),
                values={},
                metrics=metrics,
                censored={},
            )


def live_in(monkeypatch: Any, town: Town) -> Town:
    """Make every plan of arms run in the stand-in."""
    monkeypatch.setattr(Bench, "run", lambda self, task: town.run(self, task))
    return town
