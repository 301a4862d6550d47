"""The whole model as plain Mesa agents: what a Mesa user would write, without columns or kernels.

Every loop over citizens and over ties is in Python, one agent at a time: shock, need, meet, help,
serve, trust, mood, act, learn and the indicators that look at people. What has a few dozen rows
whatever the size of the town is run by the product's own code on its tables: the plan and its
actions, practices, alliances, the life of groups, levees. What that code must know of the citizens
is written into its columns before, and what it changed in them is read back (`publish`, `take`).
"""

from __future__ import annotations

from operator import attrgetter

import mesa
import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.model.phases import levee, plan
from resilienza_sim.model.state import GONE, ArcTable
from tests.reference import chance
from tests.reference.plain import act, help, learn, meet, mood, need, record, serve, shock, trust
from tests.reference.plain.agents import PlainCitizen, PlainHousehold, Potential, Tie

PLANNED = (
    "need",
    "active",
    "group",
    "distant",
    "informed_formal",
    "informed_informal",
    "skill",
    "efficacy",
    "efficacy_anchor",
    "generalised_trust",
    "since_grant",
)
"""What the plan and its actions look at in citizens, and may change."""


def plan_week(town):
    """Let the municipality spend: the product's plan, on the columns that it looks at."""
    town.publish(*PLANNED)
    town.publish_neighbours()
    columns = town.tables.state.citizens.columns()
    before = {name: columns[name].copy() for name in PLANNED}
    plan.run(town.tables)
    town.take(*(name for name in PLANNED if (columns[name] != before[name]).any()))


def keep_levees(town):
    """Let the levees age: nobody is looked at."""
    levee.run(town.tables)


WEEK = (
    shock.run,
    need.run,
    plan_week,
    meet.run,
    help.run,
    serve.run,
    trust.run,
    mood.run,
    act.run,
    learn.run,
    keep_levees,
    record.run,
)


class PlainTown(mesa.Model):
    """A town taken over from a `CommunityModel` at the week it has come to.

    Parameters
    ----------
    model : CommunityModel
        Left as it is: the plain town goes on from a copy.
    named : bool
        Draw the model's named numbers, so that the two agree; otherwise the numbers of
        `mesa.Model.random`, in sequence, as a Mesa user would and faster.
    """

    def __init__(self, model, *, named=True):
        super().__init__(rng=model.streams.seed)
        self.tables = model.fork(model.strategy, model.decision_week)
        self.mix, self.u01, self.halves = chance.mix, chance.u01, chance.halves
        if not named:
            draw = self.random.random
            self.mix, self.u01 = lambda *_: 0, lambda *_: draw()
            self.halves = lambda _: (draw(), draw())
        self._settle_people()
        self._tie_people()
        self.collector = record.collector(self)

    # -- taking over ------------------------------------------------------------------------

    def _settle_people(self):
        state, community, fixed = (
            self.tables.state,
            self.tables.community,
            self.tables.fixed,
        )
        people, columns = community.people, state.citizens.columns()
        about = {
            "age": people.age,
            "quarter": people.quarter,
            "poor": people.poor,
            "segment": people.segment,
            "alone": fixed.alone,
            "target": fixed.target,
            "carer": fixed.carer,
            "dependant": (people.tags & Tag.DEPENDANT) > 0,
            "profile": fixed.profile,
            "family": fixed.family,
            "hindrance": fixed.hindrance,
            "sociable": fixed.sociable,
            "usual_degree": fixed.usual_degree,
            "usual_ties": fixed.usual_ties,
        }
        own = state.households.columns()
        homes = zip(*(column.tolist() for column in own.values()), strict=True)
        self.homes = [
            PlainHousehold(self, h, dict(zip(own, each, strict=True)))
            for h, each in enumerate(homes)
        ]
        fixed_rows, rows = (
            zip(*(column.tolist() for column in each.values()), strict=True)
            for each in (about, columns)
        )
        self.people = []
        for number, (one, other) in enumerate(zip(fixed_rows, rows, strict=True)):
            home = self.homes[people.household[number]]
            person = PlainCitizen(
                self,
                number,
                home,
                dict(zip(about, one, strict=True)),
                dict(zip(columns, other, strict=True)),
            )
            person.event_chance = need.chances(person, self.tables.rates.need)
            home.members.append(person)
            self.people.append(person)
        self.citizens = self.agents_by_type[PlainCitizen]
        self.households = self.agents_by_type[PlainHousehold]
        self.tagged = {
            tag: [self.people[k] for k in np.flatnonzero(mask)] for tag, mask in fixed.tags.items()
        }
        self.operators = self.tagged["operator"]

    def _tie_people(self):
        state, people = self.tables.state, self.people
        arcs = {name: column.tolist() for name, column in state.arcs.columns().items()}
        ends = zip(state.start.tolist(), state.degree.tolist(), strict=False)
        for person, (first, degree) in zip(people, ends, strict=True):
            for k in range(first, first + degree):
                other = people[arcs["nbr"][k]]
                person.ties[other] = Tie(
                    other, arcs["trust"][k], arcs["debt"][k], arcs["layer"][k], arcs["mark"][k]
                )
        for person in people:
            for other, tie in person.ties.items():
                tie.back = other.ties[person]
        pool = (column.tolist() for column in state.pool.columns().values())
        self.could_meet = []
        for i, j, layer, active in zip(*pool, strict=True):
            pair = people[i].could_meet[people[j]] = Potential(people[j], layer, active)
            self.could_meet.append((people[i], pair))
        assert sum(len(person.could_meet) for person in people) == len(state.pool)

    # -- the week ---------------------------------------------------------------------------

    def step(self):
        """Go through one week."""
        tables = self.tables
        state = tables.state
        if state.week == 0:
            half_year = tables.recorder.series("suffering")[-26:]
            state.municipality.reference = float(half_year.mean())
        if state.week == tables.decision_week:
            for person in self.people:
                person.cumulative = 0.0
        for phase in WEEK:
            phase(self)
        state.week += 1

    def key(self, process):
        """Return the key of a process in this week."""
        return int(self.tables.streams.key(process, self.tables.state.week))

    def total_need(self):
        """Return the need of all citizens, all kinds together."""
        return sum(sum(person.need) for person in self.people)

    def departures(self):
        """Return who leaves the town this week, and whose place a newcomer takes."""
        return {person for home in self.homes if home.lodging == GONE for person in home.members}

    # -- what the product's tables know of the agents ------------------------------------------

    def publish(self, *names, scratch=()):
        """Write attributes of the citizens into the columns of the same names."""
        for table, wanted in ((self.tables.state.citizens, names), (self.tables.scratch, scratch)):
            for name in wanted:
                getattr(table, name)[:] = list(map(attrgetter(name), self.people))

    def take(self, *names):
        """Read attributes of the citizens from the columns of the same names."""
        for name in names:
            values = getattr(self.tables.state.citizens, name).tolist()
            for person, value in zip(self.people, values, strict=True):
                setattr(person, name, value)

    def publish_neighbours(self):
        """Write who is tied to whom, in rows without slack."""
        state = self.tables.state
        state.degree[:] = [len(person.ties) for person in self.people]
        state.start = np.concatenate([[0], np.cumsum(state.degree, dtype=np.int64)])
        if len(state.arcs) < state.start[-1]:
            state.arcs = ArcTable.empty(int(1.1 * state.start[-1]))
        state.arcs.nbr[: state.start[-1]] = [
            other.number for person in self.people for other in person.ties
        ]

    def publish_all(self):
        """Write all that changes in citizens and homes."""
        self.publish(*self.tables.state.citizens.columns())
        for name, column in self.tables.state.households.columns().items():
            column[:] = [getattr(home, name) for home in self.homes]

    def take_all(self):
        """Read all that changes in citizens."""
        self.take(*self.tables.state.citizens.columns())
