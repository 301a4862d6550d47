"""A town lived while a room watches: weeks go out as they end, and the newest request wins."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from resilienza_sim.classroom.levers import Asked, changed
from resilienza_sim.classroom.making import SAMPLE, lived, pair_of, scene_of, smallest_effect
from resilienza_sim.classroom.recording import FLAGS, FORMAT, VERSION, Tie
from resilienza_sim.classroom.sample import described, grown
from resilienza_sim.classroom.watching import TRUST_EVERY, Life, Watch, ties_of
from resilienza_sim.model.background import Background
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.release import version_here
from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import trajectory_of, twin_columns, undecided
from resilienza_sim.strategies import Strategy
from resilienza_sim.worlds import ranges_here
from resilienza_sim.worlds import world as draw_world

__all__ = ["LiveTown"]

Message = dict[str, Any]
EVERY_SECONDS = 0.15
"""How often weeks go out: often enough to look smooth, seldom enough not to be the work."""


class LiveTown:
    """A scenario and its arms, lived again for each request; the past is kept while it holds.

    Parameters
    ----------
    scenario : Scenario
        As its file has it.
    arms : sequence of Strategy
        As their files have them.
    seed : int
        Of the study.
    pairs : int
        Plausible towns lived after the one that is watched.
    """

    def __init__(
        self, scenario: Scenario, arms: Sequence[Strategy], *, seed: int = 1, pairs: int = 10
    ) -> None:
        self.scenario, self.given, self.seed, self.pairs = scenario, tuple(arms), seed, pairs
        self._past: CommunityModel | None = None
        self._watch: Watch | None = None
        self._key = ""

    def lives(self, asked: Asked, newer: Callable[[], bool] = lambda: False) -> Iterator[Message]:
        """Yield what a page is told: a beginning, weeks, the end, then one town after another.

        The towns are told twice, the second time with what each line of spending spared there.

        Parameters
        ----------
        asked : Asked
            Where the levers stand.
        newer : callable, optional
            Tells, asked after every week, whether this request is overtaken: then it ends there.

        Raises
        ------
        ResilienzaError
            If a lever is out of its range.
        """
        try:
            yield from self._pieces(*changed(self.scenario, self.given, asked), newer)
        except _OvertakenError:
            return

    def _pieces(
        self, scenario: Scenario, arms: Sequence[Strategy], newer: Callable[[], bool]
    ) -> Iterator[Message]:
        past, watch = self._lived_past(scenario)
        background = Background.of(scenario, past.community, past.fixed, past.streams)
        models = [past.fork(arm, background=background) for arm in arms]
        run = _Run(scenario, arms, models, [watch.fork() for _ in arms])
        yield run.begin(self._people, self.seed)
        yield from run.weeks(newer)
        decision, end = scenario.decision_weeks[0], scenario.calendar.weeks
        quiet = background.quiet(decision)
        found = []
        for arm, model in zip(arms, models, strict=True):
            twin = past.fork(arm, background=quiet)
            twin.recorder = twin.recorder.watching(twin_columns())
            while twin.state.week < end:
                _go_on(newer)
                twin.step()
            day = scenario.calendar.date_of(decision).isoformat()
            found.append(trajectory_of(model, 0, day, twin.recorder))
        yield {"kind": "watched", "pair": pair_of(0, found).model_dump(mode="json")}
        ranges = ranges_here(scenario)
        for actions in (False, True):  # who did better first, which lines mattered after it
            for number in range(self.pairs):
                here = draw_world(scenario, arms, ranges, self.seed, number)
                pair = lived(here, self.seed, model=_stopping(newer), actions=actions)
                yield {"kind": "pair", "pair": pair.model_dump(mode="json")}
        yield {"kind": "end"}

    def _lived_past(self, scenario: Scenario) -> tuple[CommunityModel, Watch]:
        """Return the town at the decision: lived again only if its past would be another."""
        key = self._past_of(scenario)
        if self._past is None or self._watch is None or key != self._key:
            past = undecided(scenario, self.seed, 0)
            past.run_to(0)
            rows = grown(past, SAMPLE)
            self._people = [each.model_dump(mode="json") for each in described(past, rows)]
            watch = Watch.of(past, rows)
            watch.run_to(past, scenario.decision_weeks[0])
            self._past, self._watch, self._key = past, watch, key
        return self._past, self._watch

    def _past_of(self, scenario: Scenario) -> str:
        """Return what a past hangs on: all of the scenario but shocks that begin after it."""
        data = scenario.model_dump(mode="json")
        decision, calendar = scenario.decision_weeks[0], scenario.calendar
        data["shocks"] = [
            each
            for each, shock in zip(data["shocks"], scenario.shocks, strict=True)
            if shock.first_week(calendar) < decision
        ]
        return json.dumps(data, sort_keys=True)


class _OvertakenError(Exception):
    """A newer request has come."""


def _go_on(newer: Callable[[], bool]) -> None:
    if newer():
        raise _OvertakenError


def _stopping(newer: Callable[[], bool]) -> type[CommunityModel]:
    """Return the model, which stops as soon as it is overtaken."""

    class Stopping(CommunityModel):
        def step(self) -> None:
            _go_on(newer)
            super().step()

    return Stopping


class _Run:
    """One request: both arms go on together, and are told in pieces."""

    def __init__(
        self,
        scenario: Scenario,
        arms: Sequence[Strategy],
        models: list[CommunityModel],
        watches: list[Watch],
    ) -> None:
        self.scenario, self.arms, self.models, self.watches = scenario, arms, models, watches
        self.scene = scene_of(scenario, models[0].background)
        self.ties: list[Tie] = list(ties_of(watches))
        self.sent = models[0].state.week

    def _arms(self) -> list[dict[str, Any]]:
        scale = self.scene.residents / self.scene.citizens
        together = zip(self.arms, self.models, self.watches, strict=True)
        return [
            watch.arm(arm, Life.so_far(model), self.ties, scale).model_dump(mode="json")
            for arm, model, watch in together
        ]

    def begin(self, people: list[dict[str, Any]], seed: int) -> Message:
        """Return a recording that ends at the decision."""
        return {
            "kind": "begin",
            "recording": {
                "format": FORMAT,
                "version": VERSION,
                "made_with": version_here(),
                "seed": seed,
                "scene": self.scene.model_dump(mode="json"),
                "flags": list(FLAGS),
                "people": people,
                "ties": [tie.model_dump() for tie in self.ties],
                "trust_every": TRUST_EVERY,
                "arms": self._arms(),
                "watched": None,
                "pairs": [],
                "smallest_effect": smallest_effect(self.scene),
                "sources": list(self.scenario.sources),
            },
        }

    def weeks(self, newer: Callable[[], bool]) -> Iterator[Message]:
        """Yield the weeks that have ended since the last message."""
        end, last = self.scenario.calendar.weeks, time.monotonic()
        while self.models[0].state.week < end:
            for model, watch in zip(self.models, self.watches, strict=True):
                watch.run_to(model, model.state.week + 1)
            _go_on(newer)
            due = time.monotonic() - last > EVERY_SECONDS or self.models[0].state.week == end
            if due or self.sent == self.models[0].decision_week:
                yield self._piece()
                last = time.monotonic()

    def _piece(self) -> Message:
        known = {(tie.a, tie.b) for tie in self.ties}
        new = [tie for tie in ties_of(self.watches) if (tie.a, tie.b) not in known]
        old, first = len(self.ties), self.sent
        self.ties += new
        self.sent = self.models[0].state.week
        moment = -(-first // TRUST_EVERY)
        return {
            "kind": "weeks",
            "first": first,
            "ties": [tie.model_dump() for tie in new],
            "arms": [_since(arm, first, moment, old) for arm in self._arms()],
        }


def _since(arm: dict[str, Any], first: int, moment: int, old: int) -> dict[str, Any]:
    """Return what is new of an arm since a week; ties that are new are told whole."""

    def cut(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return {name: row[first:] for name, row in columns.items()}

    def organisations(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [cut({k: row for k, row in each.items() if isinstance(row, list)}) for each in rows]

    return {
        "indicators": cut(arm["indicators"]),
        "spent_eur": cut(arm["spent_eur"]),
        "suffering": [row[first:] for row in arm["suffering"]],
        "flags": [row[first:] for row in arm["flags"]],
        "trust": [row[moment:] for row in arm["trust"][:old]] + arm["trust"][old:],
        "services": organisations(arm["services"]),
        "groups": organisations(arm["groups"]),
    }
