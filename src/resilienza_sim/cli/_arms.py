"""What the commands on the arms of a scenario share: their options, their cost, their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from resilienza_sim.cli._running import speed
from resilienza_sim.errors import unknown

if TYPE_CHECKING:
    from pathlib import Path

    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.experiments.estimate import Estimate
    from resilienza_sim.scenario import Scenario as Description

__all__ = ["Metric", "cost_of", "failures", "metric_of", "scenario_of"]


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
        from resilienza_sim.metrics import describe_metric

        self.name, self._words = name, terminal.spelling
        told, words = describe_metric(name), terminal.spelling
        self.title = words.name("metric", name)
        self.unit = words.unit(told["unit"]) if told["unit"] else ""

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


def metric_of(text: str | None, scenario: Description) -> str:
    """Return the metric asked for, the headline of the scenario if none was.

    Raises
    ------
    ResilienzaError
        If there is none by that name.
    """
    from resilienza_sim.discovery import family
    from resilienza_sim.experiments.headline import HEADLINE, TOTAL
    from resilienza_sim.model.contracts import Metric as Measure

    known = tuple(family("metrics", Measure))
    usual = HEADLINE if scenario.study.twin else TOTAL
    name = usual if text is None else text
    if name not in known:
        raise unknown("unknown_metric", name, known)
    return name


def scenario_of(
    name: str, citizens: int | None, assignments: Sequence[str], *, twin: bool = True
) -> Description:
    """Return a scenario with its citizens and the values changed on the command line."""
    from resilienza_sim.experiments.headline import NO_TWIN
    from resilienza_sim.scenario import load_scenario

    scenario = load_scenario(name)
    if citizens is not None:
        scenario = scenario.with_citizens(citizens)
    return scenario.with_set(*assignments, *([] if twin else [NO_TWIN]))


def cost_of(
    scenario: Description,
    week: int,
    seed: int,
    steps: Iterable[tuple[float, int]],
    workers: int | None,
) -> Estimate:
    """Time a few weeks of a small community here and now, and scale them to the work.

    Parameters
    ----------
    scenario : Scenario
        With its citizens already set.
    week : int
        Decision week.
    seed : int
        Of the study.
    steps : iterable of (float, int)
        Arms of a pair and pairs, of each plan.
    workers : int, optional
        Processes.
    """
    import math

    from resilienza_sim.experiments.engine import processors
    from resilienza_sim.experiments.estimate import estimate, together
    from resilienza_sim.experiments.worth.arms import CHUNK

    seconds, build = speed(scenario, scenario.past, seed)
    found = []
    for arms, pairs in steps:
        tasks = max(1, math.ceil(arms / CHUNK))  # each lives the past
        found.append(
            estimate(
                citizens=scenario.town.citizens,
                weeks=scenario.time.weeks,
                twins=scenario.study.twin,
                arms=max(1, round(arms / tasks)),
                pairs=pairs * tasks,
                workers=workers or processors(),
                seconds_per_citizen_week=seconds,
                burn_in_weeks=scenario.time.burn_in_weeks,
                decision_weeks=(week,),
                build_seconds_per_citizen=build,
                indicators=1,
            )
        )
    return together(found)


def failures(terminal: Terminal, folders: Iterable[Path]) -> None:
    """Say how many runs of some studies did not go well, if any."""
    from resilienza_sim.experiments.store import Store

    bad = sum(status != "ok" for folder in folders for status in Store(folder).statuses().values())
    if bad:
        terminal.say("study.failed", count=bad)
