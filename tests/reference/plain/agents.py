"""Who lives in the plain town: citizens, their ties, the pairs who could meet, their homes."""

from __future__ import annotations

from math import exp

import mesa

from tests.reference.plain.act import Acting
from tests.reference.plain.displacement import Lodging
from tests.reference.plain.help import Helping
from tests.reference.plain.learn import Learning
from tests.reference.plain.meet import Meeting
from tests.reference.plain.mood import Feeling
from tests.reference.plain.need import Needing
from tests.reference.plain.serve import Seeking
from tests.reference.plain.shock import Exposed
from tests.reference.plain.trust import Trusting


class Tie:
    """What one person has with another; `back` is what the other has with this one."""

    __slots__ = ("back", "debt", "layer", "mark", "other", "trust")

    def __init__(self, other, trust, debt, layer, mark):
        self.other, self.trust, self.debt = other, trust, debt
        self.layer, self.mark = layer, mark
        self.back = None


class Potential:
    """Somebody whom a person could meet; the pair is kept by the lower of the two."""

    __slots__ = ("active", "layer", "other")

    def __init__(self, other, layer, active):
        self.other, self.layer, self.active = other, layer, active


class PlainHousehold(Lodging, mesa.Agent):
    """A family: its home and where it lives, care that its dependants lack, members."""

    def __init__(self, town, number, state):
        super().__init__(town)
        self.number, self.from_savings = number, 0.0
        for name, value in state.items():
            setattr(self, name, value)
        self.members: list[PlainCitizen] = []

    def pay(self, p):
        """Pay part of what its members lack of income, out of savings."""
        paying = p.income_passing * p.savings_share / p.usual_savings
        self.from_savings = 1.0 - exp(-paying * self.savings)

    def save(self, p):
        """Live on savings while income lacks or the home is damaged; put aside again."""
        lacking = sum(member.need[1] for member in self.members) / len(self.members)
        want = 1.0 - (1.0 - lacking) * (1.0 - self.damage)
        kept = self.savings * exp(-p.savings_drain * want)
        self.savings = kept + p.savings_rebuilding * max(0.0, self.savings_anchor - kept)

    def reckon_burden(self):
        """Care need that the dependants are left with, mean over them."""
        needs = [member.need[2] for member in self.members if member.dependant]
        self.burden = sum(needs) / len(needs) if needs else 0.0


class PlainCitizen(
    Exposed, Needing, Meeting, Helping, Seeking, Trusting, Feeling, Acting, Learning, mesa.Agent
):
    """A person: what changes has the names of the model's columns, as plain Python numbers.

    What a week does to a person is in one class a phase, in the file of that phase.
    """

    def __init__(self, town, number, home, about, state):
        super().__init__(town)
        self.number, self.home = number, home
        self.ties: dict[PlainCitizen, Tie] = {}
        self.could_meet: dict[PlainCitizen, Potential] = {}
        for name, value in (*about.items(), *state.items()):
            setattr(self, name, value)
        # What a person makes of the week, read by others later in it.
        self.unmet = self.load = self.scale = self.asked_of = 0.0
        self.stress = self.heard = self.bridge = self.exposed = self.busy = self.mean_trust = 0.0
        self.met_formal = self.met_informal = 0

    def befriend(self, other, layer, trust, trust_back):
        """Make a tie, seen from both sides."""
        mine, theirs = Tie(other, trust, 0.0, layer, 0), Tie(self, trust_back, 0.0, layer, 0)
        mine.back, theirs.back = theirs, mine
        self.ties[other], other.ties[self] = mine, theirs

    def part(self, other):
        """End a tie; the two can meet again if they ever could."""
        del self.ties[other], other.ties[self]
        first, second = (self, other) if self.number < other.number else (other, self)
        if second in first.could_meet:
            first.could_meet[second].active = 0
