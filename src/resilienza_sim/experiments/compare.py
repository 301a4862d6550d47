"""Compares strategies on a scenario: from its name to a study with a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.experiments.beside import Beside, Together, null_model, second_luck
from resilienza_sim.experiments.driver import Progress
from resilienza_sim.experiments.engine import processors
from resilienza_sim.experiments.headline import NO_TWIN
from resilienza_sim.experiments.plan import MetricInfo, Plan, Runner, Task, canonical
from resilienza_sim.experiments.progress import usual_progress
from resilienza_sim.experiments.run import (
    StudyInterrupted,
    decision_folder,
    note,
    opened,
    run_plan,
)
from resilienza_sim.experiments.second_shock import Groups, cells, groups_of
from resilienza_sim.experiments.sources import sources
from resilienza_sim.experiments.worlds_kept import keep_worlds
from resilienza_sim.files import place_of
from resilienza_sim.reading import whole_number
from resilienza_sim.release import version_here

if TYPE_CHECKING:
    from resilienza_sim.experiments.experiment import Stopping
    from resilienza_sim.experiments.looks import Told
    from resilienza_sim.experiments.study import Study
    from resilienza_sim.scenario import Scenario
    from resilienza_sim.simulation import Trajectory
    from resilienza_sim.strategies import Strategy
    from resilienza_sim.unmeasured import Ranges

__all__ = [
    "Comparison",
    "Request",
    "compare",
    "default_folder",
    "make_beside",
    "make_plan",
    "make_runner",
    "run_replicate",
]


def run_replicate(
    scenario: Scenario, strategies: tuple[Strategy, ...], ranges: Ranges | None, task: Task
) -> Iterable[Trajectory]:
    """Run one replicate: one world, one community, one past, every arm from every decision date."""
    from resilienza_sim.simulation import simulate_arms

    if ranges is not None:
        from resilienza_sim.worlds import world

        here = world(scenario, strategies, ranges, task.seed, task.replicate)
        scenario, strategies = here.scenario, here.arms
    return simulate_arms(
        scenario, strategies, replicate=task.replicate, seed=task.seed, skip=task.skip
    )


def make_runner(
    scenario: Scenario, strategies: Sequence[Strategy], ranges: Ranges | None = None
) -> Runner:
    """Return the picklable function that runs one task of a plan."""
    return partial(run_replicate, scenario, tuple(strategies), ranges)


def make_plan(
    scenario: Scenario,
    strategies: Sequence[str | Path | Strategy] | None = None,
    *,
    pairs: int | None = None,
    seed: int = 1,
    baseline: str | Path | Strategy | None = None,
    parameters: Sequence[str] = (),
    worlds: bool = True,
    world: int | None = None,
) -> tuple[Plan, tuple[Strategy, ...]]:
    """Return the plan of a comparison and its strategies, read.

    Parameters
    ----------
    scenario : Scenario
        With its citizens and parameters already set.
    strategies : sequence, optional
        Names, files or strategies; the scenario's own by default.
    pairs, baseline : optional
        The scenario's own by default; see `Scenario.compared`.
    seed : int
        Seed of the study.
    parameters : sequence of str
        The ``path=value`` already applied to the scenario: they are known, and no world draws them.
    worlds : bool
        Whether each pair is a plausible world of its own (`resilienza_sim.worlds`), or all of them
        the single point of the scenario.
    world : int, optional
        Run this world alone: one pair.

    Raises
    ------
    ResilienzaError
        If a strategy does not exist or two different ones share a name.
    """
    pairs = scenario.study.pairs if pairs is None else whole_number("pairs", pairs, 1, MOST_PAIRS)
    arms, base = scenario.compared(strategies, baseline)
    decisions = tuple(sorted(day.isoformat() for day in scenario.time.decisions))
    changed = dict(text.split("=", 1) for text in parameters)
    ranges = None
    if worlds:
        from resilienza_sim.worlds import ranges_here

        ranges = ranges_here(scenario, changed)
    if world is not None:
        pairs = 1
    plan = Plan(
        name=scenario.name,
        scenario_hash=scenario.hash,
        scenario_text=canonical(scenario.model_dump(mode="json")),
        strategies={arm.name: canonical(arm.model_dump(mode="json")) for arm in arms},
        decisions=decisions,
        pairs=pairs,
        seed=seed,
        baseline=base.name,
        citizens=scenario.town.citizens,
        residents=scenario.territory.residents,
        model_version=version_here(),
        sources=sources(),
        parameters=changed,
        metrics=_metrics(scenario.study.effects_of_interest),
        titles={arm.name: arm.title.model_dump() for arm in arms},
        horizons={
            day: scenario.time.weeks - week
            for day, week in zip(decisions, scenario.decision_weeks, strict=True)
        },
        ranges=ranges and ranges.bare(),
        first=world,
    )
    return plan, arms


def make_beside(
    scenario: Scenario,
    plan: Plan,
    *,
    null: bool = True,
    luck: bool = True,
    interaction: str | None = None,
) -> tuple[list[Beside], Groups | None]:
    """Return the studies to run beside a comparison, and the groups of shocks that interact.

    Parameters
    ----------
    scenario : Scenario
        With its citizens and parameters already set.
    plan : Plan
        Of the comparison.
    null : bool
        Whether to run the null model too.
    luck : bool
        Whether to live some worlds again with another luck.
    interaction : str, optional
        The two groups of shocks whose interaction is wanted; see `second_shock.groups_of`.
    """
    off = null_model(scenario, plan) if null else None
    groups = None if interaction is None else groups_of(interaction, scenario)
    again = second_luck(scenario, plan) if luck else None
    found = [each for each in (off, again) if each is not None]
    return found + ([] if groups is None else cells(scenario, plan, groups)), groups


def _metrics(effects: Mapping[str, float]) -> dict[str, MetricInfo]:
    """Return what is known of every metric, with the scenario's own effects of interest."""
    from resilienza_sim.discovery import family
    from resilienza_sim.metrics import describe_metric
    from resilienza_sim.model.contracts import Metric

    infos = {}
    for name in family("metrics", Metric):
        infos[name] = MetricInfo.of(describe_metric(name)).asked(effects.get(name))
    return infos


def default_folder(plan: Plan) -> Path:
    """Return the folder of a study that was given none: the same command finds it again."""
    alone = "" if plan.first is None else f"-world-{plan.first}"
    return Path("results") / f"{plan.name}-{plan.study_hash[:8]}{alone}"


@dataclass(frozen=True)
class Comparison:
    """A comparison ready to run: all that was asked for, read and tried once.

    Parameters
    ----------
    scenario : Scenario
        With its citizens and values in place.
    arms : tuple of Strategy
        What is compared.
    plan : Plan
        Of the comparison itself; with a rule, of its first look.
    beside : list of Beside
        The studies to run beside it.
    groups : Groups, optional
        The groups of shocks that interact.
    rule : Stopping, optional
        When there are pairs enough.
    choices : dict
        What `make_beside` was asked for.
    """

    scenario: Scenario
    arms: tuple[Strategy, ...]
    plan: Plan
    beside: list[Beside]
    groups: Groups | None
    rule: Stopping | None
    choices: Mapping[str, Any]

    def run(
        self,
        folder: Path | None = None,
        *,
        workers: int | None = None,
        progress: Progress | None = None,
        expected_seconds: float | None = None,
        make_executor: Callable[[], Executor] | None = None,
        told: Told | None = None,
    ) -> Study:
        """Run what is missing of it; the parameters are those of `compare`."""
        from resilienza_sim.experiments.study import Study

        plan, beside, groups = self.plan, self.beside, self.groups
        folder = folder or default_folder(plan)
        workers = processors() if workers is None else workers
        together = Together(progress or usual_progress(), plan, *(each.plan for each in beside))
        for each in beside:  # what is not ours is told before the first run
            opened(folder / each.place, each.plan)

        def run(each: Beside, told_to: Progress) -> None:
            share = together.share(each.plan)
            try:
                run_plan(
                    each.plan,
                    make_runner(each.scenario, self.arms, each.plan.ranges),
                    folder / each.place,
                    workers=workers,
                    make_executor=make_executor,
                    expected_seconds=expected_seconds and share * expected_seconds,
                    progress=told_to,
                )
            except StudyInterrupted as stop:
                done = together.before + stop.done
                raise StudyInterrupted(folder, done, together.total) from stop

        def run_round(sized: Plan, told_to: Progress) -> None:
            together.grown(sized, *(each.plan for each in beside))
            run(Beside(Path(), self.scenario, sized), told_to)

        if self.rule is None:
            run_round(plan, together)
        else:
            plan = _add_pairs(plan, self.rule, folder, run_round, together, told)
            beside, groups = make_beside(self.scenario, plan, **self.choices)
            together.grown(plan, *(each.plan for each in beside))
        together.finished(plan)
        keep_worlds(folder, plan, self.scenario)
        _note_divergence(folder, plan, self.scenario, self.arms)
        for each in beside:
            run(each, together)
            together.finished(each.plan)
        if groups is not None:
            note(folder, plan, interaction=groups)
        return Study.open(folder)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of a comparison, before anything is read; the fields are those of `compare`.

    A rule may hang on the plan: then it is a function of it.
    """

    scenario: Scenario | str | Path
    strategies: Sequence[str | Path | Strategy] | None = None
    pairs: int | None = None
    citizens: int | None = None
    parameters: Sequence[str] = ()
    seed: int = 1
    baseline: str | Path | Strategy | None = None
    null: bool = True
    luck: bool = True
    worlds: bool = True
    world: int | None = None
    twin: bool = True
    interaction: str | None = None
    until_sure: Stopping | Callable[[Plan], Stopping] | None = None

    def prepared(self) -> Comparison:
        """Return the comparison ready to run.

        Raises
        ------
        ResilienzaError
            If something asked for is not there or not allowed.
        """
        from resilienza_sim.scenario import load_scenario

        given = self.scenario
        scenario = load_scenario(given) if isinstance(given, str | Path) else given
        if self.citizens is not None:
            scenario = scenario.with_citizens(self.citizens)
        parameters = (*self.parameters, *(() if self.twin else (NO_TWIN,)))
        if parameters:
            scenario = scenario.with_set(*parameters)
        plan, arms = make_plan(
            scenario,
            self.strategies,
            pairs=self.pairs,
            seed=self.seed,
            baseline=self.baseline,
            parameters=parameters,
            worlds=self.worlds,
            world=self.world,
        )
        rule = self.until_sure(plan) if callable(self.until_sure) else self.until_sure
        if rule is not None:
            from resilienza_sim.experiments.looks import looks_of

            plan = replace(plan, pairs=looks_of(rule, plan.pairs)[0])
        choices: dict[str, Any] = {"null": self.null, "luck": self.luck}
        choices["interaction"] = self.interaction
        beside, groups = make_beside(scenario, plan, **choices)
        return Comparison(scenario, arms, plan, beside, groups, rule, choices)


def compare(
    scenario: Scenario | str | Path,
    strategies: Sequence[str | Path | Strategy] | None = None,
    pairs: int | None = None,
    *,
    citizens: int | None = None,
    parameters: Sequence[str] = (),
    seed: int = 1,
    baseline: str | Path | Strategy | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    expected_seconds: float | None = None,
    make_executor: Callable[[], Executor] | None = None,
    null: bool = True,
    luck: bool = True,
    worlds: bool = True,
    world: int | None = None,
    twin: bool = True,
    interaction: str | None = None,
    until_sure: Stopping | None = None,
    told: Told | None = None,
) -> Study:
    """Run every strategy on the same people, ties and shocks, pair by pair.

    Parameters
    ----------
    scenario : Scenario, or its name or file
        The town and its history.
    strategies : sequence, optional
        Names, files or strategies; the scenario's own by default. These and no others are run.
    pairs : int, optional
        Replicates.
    citizens : int, optional
        Citizens simulated, in place of the scenario's.
    parameters : sequence of str
        Values changed, each ``path=value``.
    seed : int
        Seed of the study.
    baseline : optional
        Strategy the others are compared with, put in front of them if it is none of them. By
        default the scenario's own, or the first of the strategies if it is not among them.
    workers : int, optional
        Processes; by default one for each processor at hand.
    out : path, optional
        Folder of the study; an existing one is resumed. By default a folder under ``results/``
        named after the scenario and the study's hash.
    progress : callable, optional
        Told of runs done, runs planned, seconds left; by default, in a notebook, a line of its
        output.
    expected_seconds : float, optional
        Estimate of all the work; a very short one needs no worker processes.
    make_executor : callable, optional
        Returns another executor, for a cluster.
    null : bool
        Whether to run beside it, on fewer pairs, the same study without social mechanisms, which
        tells whether a verdict needs them: `Study.null_verdicts`.
    luck : bool
        Whether to live some of the worlds again with another luck, which tells how much of the
        spread between worlds is luck: `Study.spread`.
    worlds : bool
        Whether each pair is a plausible world of its own: one draw of everything unmeasured and of
        the history where the scenario says so, shared by all arms. Otherwise all pairs are the
        single point of the scenario, and differ by luck alone.
    world : int, optional
        Run this world alone, again: its runs are those of the study to the bit.
    twin : bool
        Whether the quiet twin of each arm runs beside it: without, what is due to shocks is not
        known, and the loss in all is the only headline.
    interaction : str, optional
        Two groups of shocks, as ``"0,1+2"`` or ``"auto"``, for `Study.interaction`: three more
        studies of the same size, without the first, the second, or both.
    until_sure : Stopping, optional
        Pairs are added to `pairs` until every arm is sure against the baseline, at every decision
        date, on every metric of the rule (if it names none, that due to shocks): see `until_sure`.
        What runs beside gets its pairs afterwards, from those the study ended with.
    told : callable, optional
        Told of each look.

    Returns
    -------
    Study
        Of the first decision date; `Study.decisions` has the others.

    Raises
    ------
    ResilienzaError
        If something asked for is not there, or the folder cannot be used.
    StudyInterrupted
        On Ctrl-C; what was done is kept.
    """
    wanted = Request(
        scenario=scenario,
        strategies=strategies,
        pairs=pairs,
        citizens=citizens,
        parameters=parameters,
        seed=seed,
        baseline=baseline,
        null=null,
        luck=luck,
        worlds=worlds,
        world=world,
        twin=twin,
        interaction=interaction,
        until_sure=until_sure,
    ).prepared()
    return wanted.run(
        None if out is None else place_of(out),
        workers=workers,
        progress=progress,
        expected_seconds=expected_seconds,
        make_executor=make_executor,
        told=told,
    )


def _add_pairs(
    plan: Plan,
    rule: Stopping,
    folder: Path,
    run: Callable[[Plan, Progress], None],
    progress: Progress,
    told: Told | None,
) -> Plan:
    """Run a plan until it is sure; return it with the pairs it ended with."""
    from resilienza_sim.experiments.looks import run_looks, watched

    names = watched(rule, plan.metrics, (plan.headline,))
    return run_looks(
        lambda counts: replace(plan, pairs=counts[0]),
        run,
        folder,
        rule.model_copy(update={"metrics": names}),
        first=plan.pairs,
        metrics={name: plan.metrics[name].over(None, plan.residents) for name in names},
        arms=tuple(plan.strategies),
        baseline=plan.baseline,
        horizons=plan.horizons,
        progress=progress,
        told=told,
    )


def _note_divergence(
    folder: Path, plan: Plan, scenario: Scenario, arms: Sequence[Strategy]
) -> None:
    """Write in the manifests where each arm first parts from the baseline, in the first pair."""
    from resilienza_sim.divergence import divergences
    from resilienza_sim.experiments import manifest as manifests

    known = manifests.read(folder) or {}
    told = {each["strategy"] for each in known.get("divergence", ())}
    if told >= {arm.name for arm in arms} - {plan.baseline}:
        return
    for day, lines in divergences(scenario, arms, plan.baseline, plan.seed):
        place = decision_folder(folder, day, plan.decisions)
        if found := manifests.read(place):
            manifests.write(place, {**found, "divergence": lines})
