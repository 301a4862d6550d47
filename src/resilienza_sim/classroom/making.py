"""From a scenario to a recording: one town to watch, and the same arms in other towns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np

from resilienza_sim.classroom.recording import Arm, Event, Pair, Recording, Scene, Tie
from resilienza_sim.classroom.sample import described, grown
from resilienza_sim.classroom.watching import TRUST_EVERY, Life, Watch, ties_of
from resilienza_sim.component import Bilingual
from resilienza_sim.discovery import family
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.headline import EVERYDAY, HEADLINE, TOTAL
from resilienza_sim.messages import catalogue
from resilienza_sim.model.background import Background
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.contracts import Metric, Shock
from resilienza_sim.reading import whole_number
from resilienza_sim.release import version_here
from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import (
    Trajectory,
    Without,
    run_arm,
    trajectory_of,
    twin_columns,
    undecided,
)
from resilienza_sim.strategies import Strategy
from resilienza_sim.strategies.strategy import PHASES
from resilienza_sim.worlds import World, ranges_here
from resilienza_sim.worlds import world as draw_world

__all__ = [
    "MOST_ARMS",
    "MOST_PAIRS",
    "SAMPLE",
    "TWO_WAYS_OUT",
    "lived",
    "pair_of",
    "record",
    "runs_of",
    "scene_of",
    "smallest_effect",
]

SAMPLE = 300
"""Citizens watched one by one: more than these are not told apart on a screen."""
MOST_PAIRS, MOST_ARMS = 100, 5
"""Other towns, and strategies, that a lesson can hold."""
TWO_WAYS_OUT = ("alluvial", "transformative")
"""What a lesson shows side by side unless asked for others."""

Done = Callable[[int, int], None]
NOTHING: Mapping[str, dict[str, float]] = MappingProxyType({})


def record(
    scenario: Scenario,
    strategies: Sequence[str | Path | Strategy] = TWO_WAYS_OUT,
    *,
    seed: int = 1,
    pairs: int = 10,
    actions: bool = False,
    done: Done = lambda _runs, _all: None,
) -> Recording:
    """Return the recording of a scenario: its first decision, in one town and in others.

    The town that is watched is the scenario as its file has it, with the chance of `simulate`; the
    others are plausible worlds, those of a comparison of the same seed: `resilienza compare` finds
    the same losses.

    Parameters
    ----------
    scenario : Scenario
        The town and its history.
    strategies : sequence, optional
        Two to five strategies, names or files.
    seed : int, optional
        Seed of the study.
    pairs : int, optional
        Other towns, 0 to 100.
    actions : bool, optional
        Whether each other town is lived without each action of each strategy as well: some eight
        runs more for one.
    done : callable, optional
        Is given the runs done and the runs in all.

    Raises
    ------
    ResilienzaError
        If there are fewer than two strategies or more than five, or a value is out of range.
    """
    pairs = whole_number("pairs", pairs, 0, MOST_PAIRS)
    arms = scenario.arms(strategies)
    if not 2 <= len(arms) <= MOST_ARMS:
        raise ResilienzaError("recording_arms", found=len(arms), allowed=f"2-{MOST_ARMS}")
    count = _Counter(done, runs_of(arms, pairs, actions=actions))
    first = _watched(scenario, arms, seed, count)
    ranges = ranges_here(scenario)
    worlds = (draw_world(scenario, arms, ranges, seed, k) for k in range(pairs))
    return Recording(
        made_with=version_here(),
        seed=seed,
        scene=first.scene,
        people=described(first.start, first.watches[0].rows),
        ties=first.ties,
        trust_every=TRUST_EVERY,
        arms=first.arms(arms),
        watched=pair_of(0, first.lives),
        pairs=tuple(lived(each, seed, count.one, actions=actions) for each in worlds),
        smallest_effect=smallest_effect(first.scene),
        sources=scenario.sources,
    )


def runs_of(arms: Sequence[Strategy], pairs: int, *, actions: bool) -> int:
    """Return the runs that a recording takes."""
    apart = sum(len(bought_by(arm)) for arm in arms) if actions else 0
    return (pairs + 1) * len(arms) + pairs * apart


def smallest_effect(scene: Scene) -> float:
    """Return the smallest difference of loss that counts, from the decision to the end."""
    weekly: float = family("metrics", Metric)[TOTAL].effect_of_interest
    return weekly * (scene.weeks - scene.decision)


class _Counter:
    def __init__(self, done: Done, runs: int) -> None:
        self._done, self._runs, self._so_far = done, runs, 0
        done(0, runs)

    def one(self) -> None:
        self._so_far += 1
        self._done(self._so_far, self._runs)


class _First:
    """The town that is watched: its start, and what each arm made of it."""

    def __init__(self, start: CommunityModel, scene: Scene) -> None:
        self.start, self.scene = start, scene
        self.watches: list[Watch] = []
        self.lives: list[Trajectory] = []

    @property
    def ties(self) -> tuple[Tie, ...]:
        return ties_of(self.watches)

    def arms(self, arms: Sequence[Strategy]) -> tuple[Arm, ...]:
        scale, ties = self.scene.residents / self.scene.citizens, self.ties
        lives = zip(arms, self.watches, self.lives, strict=True)
        return tuple(watch.arm(arm, Life.of(life), ties, scale) for arm, watch, life in lives)


def _watched(scenario: Scenario, arms: Sequence[Strategy], seed: int, count: _Counter) -> _First:
    decision, end = scenario.decision_weeks[0], scenario.calendar.weeks
    past = undecided(scenario, seed, 0)
    past.run_to(0)
    found = _First(past.fork(scenario.past, decision=end), scene_of(scenario, past.background))
    before = Watch.of(past, grown(past, SAMPLE))
    before.run_to(past, decision)
    day = scenario.calendar.date_of(decision).isoformat()
    quiet = past.background.quiet(decision)
    for arm in arms:
        twin = past.fork(arm, background=quiet)
        twin.recorder = twin.recorder.watching(twin_columns())
        twin.run_to(end)
        watch, model = before.fork(), past.fork(arm)
        watch.run_to(model, end)
        found.watches.append(watch)
        found.lives.append(trajectory_of(model, 0, day, twin.recorder))
        count.one()
    return found


def bought_by(arm: Strategy) -> tuple[str, ...]:
    """Return the actions that a strategy buys at some time, each once."""
    lines = (line for phase in PHASES for line in getattr(arm, phase))
    return tuple(dict.fromkeys(line.action.kind() for line in lines))


def lived(
    here: World,
    seed: int,
    one: Callable[[], None] = lambda: None,
    model: type[CommunityModel] = CommunityModel,
    *,
    actions: bool = False,
) -> Pair:
    """Return the losses of a plausible town, lived under each arm; `one` is called after each run.

    With `actions`, each arm is lived again without each of its actions.
    """
    scenario, number = here.scenario, here.number
    week = scenario.decision_weeks[0]
    past = undecided(scenario, seed, number, model)
    past.run_to(week)
    run = partial(
        run_arm, past, replicate=number, decision=scenario.calendar.date_of(week).isoformat()
    )
    quiet = past.background.quiet(week)
    lives: list[Trajectory] = []
    spared: dict[str, dict[str, float]] = {}
    for arm in here.arms:
        life = run(arm, quiet=quiet)
        lives.append(life)
        one()
        for action in bought_by(arm) if actions else ():
            without = run(arm, without=Without(muted=frozenset({action})))
            more = float(without.metrics[TOTAL] or 0.0) - float(life.metrics[TOTAL] or 0.0)
            spared.setdefault(arm.name, {})[action] = round(more, 3) + 0.0  # not -0
            one()
    return pair_of(number, lives, spared)


def pair_of(
    number: int, lives: Sequence[Trajectory], spared: Mapping[str, dict[str, float]] = NOTHING
) -> Pair:
    """Return the losses of one town under each arm, and what each action spared it."""

    def of(metric: str) -> dict[str, float]:
        return {life.strategy: round(float(life.metrics[metric] or 0.0), 3) for life in lives}

    return Pair(
        number=number, due_to_shocks=of(HEADLINE), everyday=of(EVERYDAY), spared=dict(spared)
    )


# -- the scene -------------------------------------------------------------------------------------


def scene_of(scenario: Scenario, background: Background) -> Scene:
    """Return what a class is told of a town and its history."""
    return Scene(
        name=scenario.name,
        title=scenario.title,
        description=scenario.description,
        municipality=scenario.territory.name,
        citizens=scenario.town.citizens,
        residents=scenario.territory.residents,
        start=scenario.time.start,
        weeks=scenario.time.weeks,
        decision=scenario.decision_weeks[0],
        quarters=tuple(quarter.name for quarter in scenario.quarters),
        events=tuple(sorted(_events(scenario, background), key=lambda each: each.first)),
        purse_eur=round(scenario.purse_eur, 2),
    )


def _events(scenario: Scenario, background: Background) -> Iterator[Event]:
    happened = (
        event
        for shock in scenario.shocks
        for event in shock.events(scenario.calendar, background.streams)
    )
    for event, ready in zip(happened, background.shocks, strict=True):
        felt = np.flatnonzero((ready.water > 0.0) | (ready.closure > 0.0))
        if felt.size:
            yield Event(
                title=_title(event),
                kind=event.kind(),
                first=int(felt[0]),
                last=int(felt[-1]),
                hit=round(float(ready.water.max() * ready.exposure.mean(dtype=np.float64)), 4),
            )


def _title(event: Shock) -> Bilingual:
    if isinstance(event.label, Bilingual):
        return event.label
    if event.label is not None:
        return Bilingual(it=event.label, en=event.label)
    names = {lang: catalogue(lang) for lang in ("it", "en")}
    key = f"names.shock.{event.kind()}"
    titles = {
        lang: words.raw(key) if key in words else event.kind() for lang, words in names.items()
    }
    return Bilingual(**titles)
