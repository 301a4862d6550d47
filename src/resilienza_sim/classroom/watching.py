"""What is kept of one life of a town, week by week, for a class to watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.classroom.recording import FLAGS, Arm, Group, Kind, Service, Tie
from resilienza_sim.community.ties import Layer
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.ledger import Ledger
from resilienza_sim.model.state import HOME, SERVICES
from resilienza_sim.simulation import Trajectory
from resilienza_sim.strategies import Strategy

__all__ = ["INDICATORS", "TRUST_EVERY", "Life", "Watch", "ties_of"]

INDICATORS = (
    "quality",
    "quality_quiet",
    "suffering",
    "above_share",
    "worn_out",
    "trust",
    "mean_degree",
    "observed_trust",
    "perceived_support",
    "received_support",
    "anger",
    "fatigue",
    "grievance",
    "rancour_share",
    "closed_rancour",
    "groups",
    "active_share",
    "bridging",
    "service_waiting",
    "service_coverage",
    "service_unserved",
    "burnout",
    "informal_share",
    "neighbours_helped",
    "displaced",
    "levee",
    "damage",
    "shock_intensity",
    "spent_eur",
    "left_eur",
)
"""Columns of the town that a recording holds; the quiet twin's quality among them."""
TRUST_EVERY = 4
"""Weeks between two looks at the ties: trust moves slowly, and the ties are the many."""
_GROUPS = 3
_FIGURES = 5
_RANCOUR = 0.5  # as the indicator `rancour_share`
_KINDS: tuple[Kind, ...] = ("informal", "association", "third_sector")

_Ends = tuple[int, int]


class Life(NamedTuple):
    """What the town itself recorded so far: weeks from 0, columns of indicators, every cent."""

    weeks: int
    values: Mapping[str, NDArray[np.float64]]
    ledger: Ledger
    decision_week: int

    @classmethod
    def of(cls, found: Trajectory) -> Life:
        """Return a life that has reached its end."""
        return cls(len(found.weeks), found.values, found.ledger, found.decision_week)

    @classmethod
    def so_far(cls, model: CommunityModel) -> Life:
        """Return a life that goes on."""
        recorder = model.recorder
        here = recorder.weeks() >= 0
        values = {name: recorder.series(name)[here] for name in recorder.columns}
        return cls(model.state.week, values, model.ledger, model.decision_week)


@dataclass
class _Seen:
    """A group, known by its founder and birth: another may take its row once it has ended."""

    row: int
    founder: int
    born: int
    quarter: int
    kind: int
    weeks: list[tuple[int, int, bool, int]] = field(default_factory=list)

    def look(self, groups: Any) -> None:
        row = self.row
        here = (
            groups.alive[row]
            and groups.founder[row] == self.founder
            and groups.born[row] == self.born
        )
        capability = round(1000.0 * float(groups.capability[row].mean(dtype=np.float64)))
        self.weeks.append(
            (
                int(groups.members[row]),
                int(groups.active[row]),
                bool(groups.alliance[row] >= 0),
                min(1000, capability),
            )
            if here
            else (0, 0, False, 0)
        )


@dataclass
class Watch:
    """A town seen at the end of each week, from the moment it is first looked at.

    Parameters
    ----------
    rows : int64[n]
        Citizens of the sample.
    """

    rows: NDArray[np.int64]
    suffering: list[NDArray[np.int64]] = field(default_factory=list)
    flags: list[NDArray[np.int64]] = field(default_factory=list)
    trust: list[dict[_Ends, int]] = field(default_factory=list)
    services: list[NDArray[np.int64]] = field(default_factory=list)
    groups: list[_Seen] = field(default_factory=list)
    home: set[_Ends] = field(default_factory=set)

    @classmethod
    def of(cls, model: CommunityModel, rows: NDArray[np.int64]) -> Self:
        """Return a watch of these citizens, and of the groups that most of them belong to."""
        own = model.state.citizens.group[rows]
        size = np.bincount(own[own >= 0], minlength=1)
        groups = model.state.groups
        largest = np.argsort(-size, kind="stable")[:_GROUPS].tolist()
        seen = [
            _Seen(
                row,
                int(groups.founder[row]),
                int(groups.born[row]),
                int(groups.quarter[row]),
                int(groups.kind[row]),
            )
            for row in largest
            if size[row] > 0
        ]
        return cls(rows, groups=seen)

    def fork(self) -> Watch:
        """Return a watch that goes on from here by itself."""
        groups = [replace(each, weeks=list(each.weeks)) for each in self.groups]
        return Watch(
            self.rows,
            list(self.suffering),
            list(self.flags),
            list(self.trust),
            list(self.services),
            groups,
            set(self.home),
        )

    def run_to(self, model: CommunityModel, week: int) -> None:
        """Let a model go on until the given week is next, and look at each week as it ends."""
        while model.state.week < week:
            model.step()
            self.take(model)

    def take(self, model: CommunityModel) -> None:
        """Look at the week that has just ended."""
        citizens = model.state.citizens
        self.suffering.append(_thousandths(citizens.suffering[self.rows]))
        self.flags.append(self._flagged(model))
        if (len(self.suffering) - 1) % TRUST_EVERY == 0:
            self.trust.append(self._ties(model))
        services = model.state.services
        self.services.append(
            np.array(
                [
                    services.queue,
                    services.open_cases,
                    services.reneged,
                    _thousandths(services.burnout),
                ],
                dtype=np.int64,
            )
        )
        for group in self.groups:
            group.look(model.state.groups)

    def _flagged(self, model: CommunityModel) -> NDArray[np.int64]:
        c, rows = model.state.citizens, self.rows
        homes = model.state.households
        household = model.community.people.household[rows]
        values = {
            "hit": c.blow[rows] > 0.0,
            "out_of_home": homes.lodging[household] != HOME,
            "waiting": (c.waited[rows] > 0).any(axis=1),
            "in_care": (c.in_care[rows] > 0).any(axis=1),
            "member": c.group[rows] >= 0,
            "active": (c.active[rows] > 0) & (c.group[rows] >= 0),
            "helping": c.helping[rows] > 0,
            "above_threshold": c.suffering[rows] > c.threshold[rows],
            "rancour": c.grievance[rows] > _RANCOUR,
            "replaced": homes.left[household] > 0,
        }
        bits = np.zeros(rows.size, dtype=np.int64)
        for place, name in enumerate(FLAGS):
            bits |= values[name].astype(np.int64) << place
        return bits

    def _ties(self, model: CommunityModel) -> dict[_Ends, int]:
        """Return the trust along the ties of the sample, mean of the two, in thousandths."""
        state, rank = model.state, {int(row): k for k, row in enumerate(self.rows)}
        nbr, rev, trust, layer = (
            state.arcs.nbr,
            state.arcs.rev,
            state.arcs.trust,
            state.arcs.layer,
        )
        found: dict[_Ends, int] = {}
        for a, row in enumerate(self.rows.tolist()):
            first = int(state.start[row])
            for arc in range(first, first + int(state.degree[row])):
                b = rank.get(int(nbr[arc]))
                if b is None or b <= a:
                    continue
                both = 0.5 * (float(trust[arc]) + float(trust[rev[arc]]))
                found[a, b] = max(1, min(1000, round(1000.0 * both)))
                if layer[arc] & Layer.HOUSEHOLD:
                    self.home.add((a, b))
        return found

    # -- what a recording says of it -----------------------------------------------------------

    def arm(self, strategy: Strategy, life: Life, ties: Sequence[Tie], scale: float) -> Arm:
        """Return this life as a recording holds it; `scale` makes euros the whole town's."""
        return Arm(
            name=strategy.name,
            title=strategy.title,
            description=strategy.description,
            indicators={
                name: _weekly(life.values[name]) for name in INDICATORS if name in life.values
            },
            spent_eur=self._spent(life, scale),
            suffering=_by_citizen(self.suffering),
            flags=_by_citizen(self.flags),
            trust=tuple(
                tuple(moment.get((tie.a, tie.b), 0) for moment in self.trust) for tie in ties
            ),
            services=self._services(life.decision_week),
            groups=tuple(_as_group(each) for each in self.groups),
        )

    @staticmethod
    def _spent(life: Life, scale: float) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[float]] = {}
        for week, action, _, cents in life.ledger.entries:
            if week >= 0:
                found.setdefault(action, [0.0] * life.weeks)[week] += scale * cents / 100.0
        return {
            action: tuple(round(euros) for euros in weekly)
            for action, weekly in sorted(found.items())
        }

    def _services(self, decision: int) -> tuple[Service, ...]:
        weeks = np.array(self.services)  # week x what x service
        gone = np.where(np.arange(len(weeks))[:, None] >= decision, weeks[:, 2], 0).cumsum(axis=0)
        return tuple(
            Service(
                name=name,
                waiting=tuple(weeks[:, 0, k].tolist()),
                in_care=tuple(weeks[:, 1, k].tolist()),
                gave_up=tuple(gone[:, k].tolist()),
                burnout=tuple(weeks[:, 3, k].tolist()),
            )
            for k, name in enumerate(SERVICES)
        )


def _thousandths(values: NDArray[Any]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.rint(1000.0 * values.astype(np.float64)).astype(np.int64)
    return found


def _weekly(values: NDArray[np.float64]) -> tuple[float | None, ...]:
    """Return values with five significant digits: more is not seen."""
    return tuple(
        float(f"{value:.{_FIGURES}g}") if np.isfinite(value) else None for value in values.tolist()
    )


def _by_citizen(weeks: list[NDArray[np.int64]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in np.array(weeks).T.tolist())


def _as_group(seen: _Seen) -> Group:
    members, active, allied, capability = zip(*seen.weeks, strict=True)
    return Group(
        quarter=seen.quarter,
        kind=_KINDS[seen.kind],
        members=members,
        active=active,
        allied=allied,
        capability=capability,
    )


def ties_of(watches: list[Watch]) -> tuple[Tie, ...]:
    """Return every tie that some of these lives has at some time, in order."""
    ends = {pair for watch in watches for moment in watch.trust for pair in moment}
    home = {pair for watch in watches for pair in watch.home}
    return tuple(Tie(a=a, b=b, home=(a, b) in home) for a, b in sorted(ends))
