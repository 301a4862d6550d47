"""What an audit runs: each case of a file of claims as one sweep over the perturbations.

The sweep has one factor, the perturbation. Every perturbation uses the same replicate seeds, and
every arm of a replicate the same people, ties, shocks and chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilienza_sim.component import Bilingual
from resilienza_sim.errors import ResilienzaError, unknown
from resilienza_sim.experiments.audit.claims import AS_SHIPPED, Case, Claim, Claims, Perturbation
from resilienza_sim.experiments.audit.plausible_worlds import worlds_of
from resilienza_sim.experiments.experiment import Choice, Experiment, Factor, Value
from resilienza_sim.experiments.runner import Bench, parted
from resilienza_sim.experiments.session import Running
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.sweep import SweepRequest
from resilienza_sim.scenario import Scenario, load_scenario
from resilienza_sim.strategies import Strategy, load_strategy

if TYPE_CHECKING:
    from resilienza_sim.unmeasured import Ranges

__all__ = ["PERTURBATION", "Ready", "Stage", "stages"]

PERTURBATION = "perturbation"
_TITLE = Bilingual(it="Altro modo di costruire il modello", en="Another way to build the model")
Ready = Mapping[str, Scenario | Strategy]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One case ready to run: its experiment, and what is known of it beforehand.

    Parameters
    ----------
    case : Case
        As in the file.
    experiment : Experiment
        The sweep over perturbations, or over plausible worlds.
    ready : dict
        Its scenario and strategies.
    claims : tuple of Claim
        Those made in the case.
    names : dict of str
        Name of each arm, by what the claims call it.
    left_out : dict of str
        Perturbations that do not concern the case, with the reason (``fixed``, ``same``,
        ``not_bought``).
    place : str
        Folder of the stage inside the audit's.
    ranges : Ranges, optional
        What the worlds are drawn from, in a stage of worlds.
    """

    case: Case
    experiment: Experiment
    ready: Ready
    claims: tuple[Claim, ...]
    names: Mapping[str, str]
    left_out: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    ranges: Ranges | None = None

    @property
    def points(self) -> int:
        """Number of points of the design."""
        if self.ranges:
            return self.experiment.design.points or 0
        return len(self.experiment.factors[0].span())

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.points * self.experiment.pairs * len(self.experiment.strategies)

    def run(self, folder: Path, how: Running) -> Study:
        """Run what is missing."""
        wanted = SweepRequest(experiment=self.experiment, ready=self.ready).prepared()
        return wanted.run(folder / self.place, how)


def stages(
    claims: Claims,
    *,
    citizens: int | None = None,
    pairs: int | None = None,
    worlds: int | None = None,
    ready: Ready | None = None,
) -> list[Stage]:
    """Return what an audit runs, case by case, then the plausible worlds if there are any.

    Parameters
    ----------
    claims : Claims
        What is audited.
    citizens, pairs, worlds : int, optional
        In place of those of the file.
    ready : dict, optional
        Scenarios and strategies already made, by the name the claims give them.

    Raises
    ------
    ResilienzaError
        If a scenario, strategy or path does not exist, or a value is not allowed.
    """
    n, known = citizens or claims.citizens, ready or {}
    made = [_stage(claims, case, n, pairs or claims.pairs, known) for case in claims.cases]
    ranges = claims.worlds
    points = (ranges.points if ranges else 0) if worlds is None else worlds
    if points:
        base = next((s for s in made if ranges and s.case.name == ranges.case), made[0])
        few = ranges.pairs if ranges else base.experiment.pairs
        few = few if pairs is None else min(pairs, few)
        among, given = (ranges.among, ranges.ranges) if ranges else ("priors", ())
        made.append(worlds_of(base, points, few, among, given))
    return made


def _stage(claims: Claims, case: Case, citizens: int | None, pairs: int, ready: Any) -> Stage:
    scenario: Scenario = ready.get(case.scenario) or load_scenario(claims.named(case.scenario))
    if not case.shocks:
        scenario = scenario.without_shocks(range(len(scenario.shocks)))
    if citizens is not None:
        scenario = scenario.with_citizens(min(citizens, scenario.territory.residents))
    arms = {name: _arm(name, claims, ready) for name in claims.arms(case.name)}
    place = f"case {case.name}"  # no strategy has a space in its name
    bench = Bench({place: scenario}, tuple(arms.values()), case.decision, ())
    base = bench.scenario(parted(place, case.set))
    bench.arms(parted(place, case.set))
    choices, left_out = [Choice(label=AS_SHIPPED)], {}
    for each in claims.tried(case):
        values, reason = _values(each, place, case, base, bench)
        if reason:
            left_out[each.name] = reason
        else:
            choices.append(Choice(label=each.name, set=values))
    factor = Factor(
        name=PERTURBATION,
        title=_TITLE,
        source="assumption: alternatives no worse founded",
        choices=tuple(choices),
    )
    mine = claims.of(case.name)
    experiment = Experiment(
        name=case.name,
        question=claims.question,
        description=claims.description,
        scenarios=(place,),
        strategies=tuple(arms),
        baseline=arms[mine[0].baseline].name,
        decision=case.decision,
        pairs=pairs,
        seed=claims.seed,
        metrics=tuple(dict.fromkeys(claim.metric for claim in mine)),
        effects_of_interest=dict(scenario.study.effects_of_interest),
        set=case.set,
        factors=(factor,),
    )
    return Stage(
        case=case,
        experiment=experiment,
        ready={place: scenario, **arms},
        claims=mine,
        names={given: arm.name for given, arm in arms.items()},
        left_out=left_out,
        place=case.name,
    )


def _arm(name: str, claims: Claims, ready: Ready) -> Strategy:
    """Return a strategy by the name claims give it; a copy is another in all but its name."""
    of = claims.copies.get(name, name)
    made: Any = ready.get(of) or load_strategy(claims.named(of))
    arm: Strategy = made if of == name else made.model_copy(update={"name": name})
    return arm


def _values(
    each: Perturbation, place: str, case: Case, base: Scenario, bench: Bench
) -> tuple[dict[str, Value], str]:
    """Return what a perturbation sets in a case, and why it does not concern it if so."""
    if {*each.set, *each.times} & {*case.set}:
        return {}, "fixed"
    values = dict(each.set)
    for path, factor in each.times.items():
        values[path] = _times(base, path, factor)
    bought = {line.action.kind() for arm in bench.strategies for line in _lines(arm)}
    wanted = {path.split(".")[1] for path in values if path.startswith("actions.")}
    if wanted and not wanted & bought:
        return {}, "not_bought"
    setting = parted(place, {**case.set, **values})
    made, arms = bench.scenario(setting), bench.arms(setting)
    plain = bench.arms(parted(place, case.set))
    if made.hash == base.hash and [a.hash for a in arms] == [a.hash for a in plain]:
        return {}, "same"
    return values, ""


def _lines(arm: Strategy) -> Iterator[Any]:
    yield from (
        line for phase in ("normal", "emergency", "recovery") for line in getattr(arm, phase)
    )


def _times(base: Scenario, path: str, factor: float) -> Value:
    place: Any = base.model_dump(mode="json")
    for step in path.split("."):
        known = isinstance(place, dict) and step in place
        listed = isinstance(place, list) and step.isdecimal() and int(step) < len(place)
        if not known and not listed:
            raise unknown("unknown_path", path, place or ())
        place = place[int(step)] if listed else place[step]
    if isinstance(place, bool) or not isinstance(place, int | float):
        raise ResilienzaError("times_no_number", found=path)
    if path == "town.citizens":  # a town has no more people than it has
        return min(max(50, round(place * factor)), base.territory.residents)
    return round(place * factor) if isinstance(place, int) else place * factor
