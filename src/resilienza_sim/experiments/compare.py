"""Compares strategies on a scenario: from its name to a study with a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

from resilienza_sim.arguments import named
from resilienza_sim.divergence import divergences
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.companions import Companion, companions_of
from resilienza_sim.experiments.comparison import OfATown, TownChoices, make_plan, scenario_of
from resilienza_sim.experiments.experiment import Stopping
from resilienza_sim.experiments.interim import OnInterim, analyses_at, run_until_sure, watched
from resilienza_sim.experiments.plan import Plan, bench_of, default_folder
from resilienza_sim.experiments.run import decision_folder, note, opened
from resilienza_sim.experiments.second_shock import Groups
from resilienza_sim.experiments.session import Running, taken
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.worlds_kept import keep_worlds
from resilienza_sim.files import place_of
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["Choices", "Comparison", "Request", "compare"]


@dataclass(frozen=True)
class Comparison:
    """A comparison ready to run: all that was asked for, read and tried once.

    Parameters
    ----------
    plan : Plan
        Of the comparison itself; with a rule, of its first interim analysis.
    companions : list of Companion
        The studies to run along with it.
    groups : Groups, optional
        The groups of shocks that interact.
    rule : Stopping, optional
        When there are pairs enough.
    choices : dict
        What `companions_of` was asked for.
    """

    plan: Plan
    companions: list[Companion]
    groups: Groups | None
    rule: Stopping | None
    choices: Mapping[str, Any]

    def run(
        self,
        folder: Path | None = None,
        how: Running = Running(),  # noqa: B008 (it cannot be changed)
        on_interim: OnInterim | None = None,
    ) -> Study:
        """Run what is missing of it; the parameters are those of `compare`."""
        plan, companions, groups = self.plan, self.companions, self.groups
        folder = folder or default_folder(plan)
        totals = (each.total for each in (plan, *(other.plan for other in companions)))
        session = how.session(folder, totals)
        for each in companions:  # what is not ours is told before the first run
            opened(folder / each.place, each.plan)
        if self.rule is None:
            session.whole(plan)
        else:
            names = watched(self.rule, plan.metrics, (plan.headline,))
            rule = self.rule.model_copy(update={"metrics": names})
            plan = run_until_sure(plan, session, rule, on_interim)
            companions, groups = companions_of(plan, **self.choices)
            session.stages.grown(plan.total, *(each.plan.total for each in companions))
            session.stages.finished()
        keep_worlds(folder, plan)
        _note_divergence(folder, plan)
        for each in companions:
            session.whole(each.plan, each.place)
        if groups is not None:
            note(folder, plan, interaction=groups)
        return Study.open(folder)


class Choices(TownChoices, total=False):
    """What `compare` is given by name: the fields of `Running`, and those of `Request`."""

    baseline: str | Path | Strategy | None
    null: bool
    chance: bool
    worlds: bool
    world: int | None
    interaction: str | None
    until_sure: Stopping | Callable[[Plan], Stopping] | None
    model: type[CommunityModel]


@dataclass(frozen=True, kw_only=True)
class Request(OfATown):
    """What is asked of a comparison, before anything is read.

    Parameters
    ----------
    scenario, strategies, pairs
        See `compare`.
    citizens : int, optional
        Citizens simulated, in place of the scenario's.
    parameters : sequence of str
        Values changed, each ``path=value``.
    seed : int
        Seed of the study.
    baseline : optional
        Strategy the others are compared with, put in front of them if it is none of them. By
        default the scenario's own, or the first of the strategies if it is not among them.
    null : bool
        Whether to run beside it, on fewer pairs, the same study without social mechanisms, which
        tells whether a verdict needs them: `Study.null_verdicts`.
    chance : bool
        Whether to live some of the worlds again with other random numbers, which tells how much of
        the spread between worlds is chance: `Study.spread`.
    worlds : bool
        Whether each pair is a plausible world of its own: one draw of everything unmeasured and of
        the history where the scenario says so, shared by all arms. Otherwise all pairs are the
        single point of the scenario, and differ by chance alone.
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
        A rule may hang on the plan: then it is a function of it.
        What runs beside gets its pairs afterwards, from those the study ended with.
    model : type
        A subclass of the model to run in its place. Its code is in the name of every run.
    """

    strategies: Sequence[str | Path | Strategy] | None = None
    baseline: str | Path | Strategy | None = None
    null: bool = True
    chance: bool = True
    worlds: bool = True
    world: int | None = None
    interaction: str | None = None
    until_sure: Stopping | Callable[[Plan], Stopping] | None = None
    model: type[CommunityModel] = CommunityModel

    def prepared(self) -> Comparison:
        """Return the comparison ready to run.

        Raises
        ------
        ResilienzaError
            If something asked for is not there or not allowed.
        """
        scenario, parameters = self.town()
        plan = make_plan(
            scenario,
            self.strategies,
            pairs=self.pairs if self.world is None else range(self.world, self.world + 1),
            seed=self.seed,
            baseline=self.baseline,
            parameters=parameters,
            worlds=self.worlds,
            model=self.model,
        )
        rule = self.until_sure(plan) if callable(self.until_sure) else self.until_sure
        if rule is not None:
            plan = replace(plan, counts=analyses_at(rule, plan.pairs)[:1])
        choices: dict[str, Any] = {"null": self.null, "chance": self.chance}
        choices["interaction"] = self.interaction
        companions, groups = companions_of(plan, **choices)
        return Comparison(plan, companions, groups, rule, choices)


@named
def compare(
    scenario: Scenario | str | Path,
    strategies: Sequence[str | Path | Strategy] | None = None,
    pairs: int | None = None,
    *,
    out: str | Path | None = None,
    on_interim: OnInterim | None = None,
    **choices: Unpack[Choices],
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
    out : path, optional
        Folder of the study; an existing one is resumed. By default a folder under ``results/``
        named after the scenario and the study's hash.
    on_interim : callable, optional
        Called with each interim analysis.
    **choices
        How it is run (fields of `Running`) and what is asked (fields of `Request`).

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
    how, asked = taken(choices)
    wanted = Request(scenario=scenario, strategies=strategies, pairs=pairs, **asked).prepared()
    return wanted.run(None if out is None else place_of(out), how, on_interim)


def _note_divergence(folder: Path, plan: Plan) -> None:
    """Write in the manifests where each arm first parts from the baseline, in the first pair."""
    known = manifests.read(folder) or {}
    noted = {each["strategy"] for each in known.get("divergence", ())}
    if noted >= set(plan.arms) - {plan.baseline}:
        return
    bench, seed = bench_of(plan), plan.seed
    found = divergences(scenario_of(plan), bench.strategies, plan.baseline, seed, bench.model)
    for day, lines in found:
        place = decision_folder(folder, day, plan.decisions)
        if there := manifests.read(place):
            manifests.write(place, {**there, "divergence": lines})
