"""What the commands on the arms of a scenario share: their options, their cost, their words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from resilienza_sim.cli._running import announce_small, speed, title_and_town, titles_of
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.discovery import family
from resilienza_sim.errors import unknown
from resilienza_sim.experiments.engine import processors
from resilienza_sim.experiments.estimate import Estimate, Work, estimate, together
from resilienza_sim.experiments.plan import CHUNK, Plan, bench_of
from resilienza_sim.experiments.store import Store
from resilienza_sim.metrics import describe_metric
from resilienza_sim.model.contracts import Metric as Measure
from resilienza_sim.printable import clean

__all__ = ["Metric", "announce", "cost_of", "failures", "metric_of"]


class Metric:
    """A metric as these commands write it.

    Parameters
    ----------
    terminal : Terminal
        Gives the language.
    name : str
        One of the metrics.
    """

    def __init__(self, terminal: Terminal, name: str) -> None:
        self.name, self._words = name, terminal.spelling
        described, words = describe_metric(name), terminal.spelling
        self.title = words.name("metric", name)
        self.unit = words.unit(described["unit"]) if described["unit"] else ""

    @property
    def after(self) -> str:
        """The unit as it follows a number."""
        return self.unit and f" {self.unit}"

    def number(self, value: float, *, signed: bool = True) -> str:
        """Return a value of the metric as the language writes it."""
        return self._words.number(value, sign=signed)

    def interval(self, low: float, high: float) -> str:
        """Return an interval of differences."""
        return self._words.interval(low, high)


def metric_of(text: str | None) -> str | None:
    """Return the metric asked for, None if none was.

    Raises
    ------
    ResilienzaError
        If there is none by that name.
    """
    known = tuple(family("metrics", Measure))
    if text is not None and text not in known:
        raise unknown("unknown_metric", text, known)
    return text


def announce(terminal: Terminal, key: str, plan: Plan, **more: object) -> None:
    """Say what is run on which town, and that a small town is one."""
    bench = bench_of(plan)
    scenario = bench.only
    terminal.print(
        terminal.catalogue.text(
            key,
            place=clean(title_and_town(terminal, scenario)),
            citizens=terminal.spelling.number(scenario.town.citizens, 0),
            pairs=plan.pairs,
            arms=titles_of(terminal, bench),
            decision=terminal.spelling.date(date.fromisoformat(plan.facts["day"])),
            **more,
        )
    )
    announce_small(terminal, scenario)


def cost_of(
    plan: Plan, steps: Iterable[tuple[float, int]], runs: int, workers: int | None
) -> Estimate:
    """Time a few weeks of a small community here and now, and scale them to the work.

    Parameters
    ----------
    plan : Plan
        The first of the work.
    steps : iterable of (float, int)
        Arms of a pair and pairs, of each plan.
    runs : int
        All the runs.
    workers : int, optional
        Processes.
    """
    bench = bench_of(plan)
    scenario = bench.only
    seconds, build = speed(scenario, scenario.past, plan.seed)
    found = []
    for arms, pairs in steps:
        tasks = max(1, math.ceil(arms / CHUNK))  # each lives the past
        found.append(
            estimate(
                Work.of(
                    scenario,
                    arms=max(1, round(arms / tasks)),
                    pairs=pairs * tasks,
                    decision_weeks=(scenario.decision_weeks[bench.decision or 0],),
                    indicators=1,
                ),
                workers=workers or processors(),
                seconds_per_citizen_week=seconds,
                build_seconds_per_citizen=build,
            )
        )
    return replace(together(found), runs=runs)


def failures(terminal: Terminal, folders: Iterable[Path]) -> None:
    """Say how many runs of some studies did not go well, if any."""
    bad = sum(status != "ok" for folder in folders for status in Store(folder).statuses().values())
    if bad:
        terminal.say("study.failed", count=bad)
