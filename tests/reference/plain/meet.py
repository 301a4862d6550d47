"""Phase 4, person by person: who is in contact, which ties are lost, which are made."""

from __future__ import annotations

from math import exp, log, tanh

from resilienza_sim.community.circles import LARGEST_CIRCLE
from resilienza_sim.community.ties import Layer
from resilienza_sim.model.phases.meet import lifts
from tests.reference.chance import arc_id, pair_id
from tests.reference.meet import embedded, loss_rate, shared

HOUSEHOLD, BUILDING, NEIGHBOURHOOD, FRIENDSHIP, GROUP = (
    int(Layer[name]) for name in ("HOUSEHOLD", "BUILDING", "NEIGHBOURHOOD", "FRIENDSHIP", "GROUP")
)
IN_PERSON, REMOTE = 1, 2
LAYERS = range(2 * GROUP)


def contact_rates(lift, p):
    """Chance of a contact in person by quarter and layers: the likeliest of the layers."""
    usual = (p.contact_building, p.contact_neighbourhood, p.contact_friendship, p.contact_group)
    return [
        [
            min(
                1.0, max(c * up[n] if layer & (BUILDING << n) else 0.0 for n, c in enumerate(usual))
            )
            for layer in LAYERS
        ]
        for up in zip(*lift, strict=True)
    ]


def best_lifts(lift):
    """What multiplies the chance that a pair finds each other, by quarter and layers."""
    return [
        [max(up[n] if layer & (BUILDING << n) else 0.0 for n in range(4)) for layer in LAYERS]
        for up in zip(*lift, strict=True)
    ]


class Meeting:
    def leave(self):
        """A newcomer takes the place, without ties or group."""
        self.active, self.group = 0, -1

    def across(self, other, crossing, p):
        """Activities bring different sides and groups together; rancour keeps from the others."""
        sides = self.target != other.target
        groups = self.group >= 0 and other.group >= 0 and self.group != other.group
        rate = 1.0 + crossing if sides or groups else 1.0
        if sides:
            rate *= 1.0 - p.closeness * max(self.grievance, other.grievance)
        return rate

    def meetings(self, key, base, lift, crossing, circles, p):
        """Whom, of those one could meet, one comes across, if a tie begins; else None."""
        size = len(self.could_meet)
        if size == 0:
            return None
        u = self.model.u01(key, self.number) * size
        pair = list(self.could_meet.values())[int(u)]
        if pair.active:
            return None
        other, q = pair.other, self.quarter
        rate = base * lift[q][pair.layer]
        if self.active and other.active and self.group >= 0 and other.group >= 0:
            if self.group == other.group:
                rate *= 1.0 + (p.joint_activity - 1.0) * circles.warm[self.group]
            elif circles.of(self) == circles.of(other) >= 0:
                rate *= p.brokerage
        rate *= self.sociable * self.spare * other.sociable * other.spare
        rate *= self.across(other, crossing[q], p)
        return other if u - int(u) < 1.0 - exp(-rate * size) else None

    def reckon(self, capacity):
        """How open one is to more ties."""
        excess = (len(self.ties) - self.usual_degree) / self.usual_ties
        self.spare = 1.0 - tanh(capacity * excess)

    def closes(self, keys, base, lift, crossing, p):
        """Which friend of a friend one gets to know, and where; else None."""
        u, q = self.model.u01(keys[0], self.number), self.quarter
        rate = base * self.sociable * self.spare
        if u > rate * (1.0 + crossing[q]) * lift[q][-1]:
            return None
        common = {}
        for mine in self.ties.values():
            for tie in mine.other.ties.values():
                if tie.other is not self and tie.other not in self.ties:
                    count, layer = common.get(tie.other, (0, 0))
                    common[tie.other] = count + 1, layer | shared(mine.layer, tie.layer)
        if not common:
            return None
        race = {
            -log(1.0 - self.model.u01(keys[1], arc_id(self.number, other.number)))
            / count**p.common: (other, layer or FRIENDSHIP)
            for other, (count, layer) in common.items()
        }
        other, layer = race[min(race)]
        rate *= lift[q][layer] * self.across(other, crossing[q], p)
        return (other, layer) if u < 1.0 - exp(-rate) else None

    def enters(self, host, layer, keys, entering):
        """Whom of a circle of the host's one gets to know."""
        u01, me = self.model.u01, self.number
        ways = {
            u01(keys[1], arc_id(me, tie.other.number)): tie.other
            for tie in host.ties.values()
            if tie.other is not self and tie.layer & (layer | HOUSEHOLD)
        }
        if not ways:
            return []
        friend = ways[min(ways)]
        return [
            other
            for other in host.ties
            if other is not self
            and (other is friend or other in friend.ties)
            and other not in self.ties
            and u01(keys[2], arc_id(me, other.number)) < entering
        ]

    def meet_at(self, other, layer, p):
        """Tie somebody met through others; where the two could have met anyway is used up."""
        self.make(other, layer, p)
        first, last = sorted((self, other), key=lambda person: person.number)
        if last in first.could_meet:
            first.could_meet[last].active = 1

    def introduced(self, other, key, within, lift, crossing, closed, circles, p):
        """Whether the next in the ring is met: kernel `introductions`, for one pair."""
        q = self.quarter
        rate = p.acquaintance * (1.0 - closed) * lift[3][q]
        rate *= (
            within * circles.warm[self.group] if self.group == other.group else p.brokerage - 1.0
        )
        rate *= self.across(other, crossing[q], p) * self.spare * other.spare
        if other in self.ties:
            return False
        return self.model.u01(key, self.number) < 1.0 - exp(-rate)

    def make(self, other, layer, p):
        """Begin a tie with little trust, more between trusting people."""
        mine, theirs = (
            p.first_trust * (0.5 + 0.5 * each.generalised_trust) for each in (self, other)
        )
        self.befriend(other, layer, mine, theirs)

    def make_potential(self, other, p):
        """Tie somebody whom one could meet."""
        pair = self.could_meet[other]
        self.make(other, pair.layer, p)
        pair.active = 1

    def introduce(self, other, p):
        """Tie somebody met in a group; where the two could have met anyway counts too."""
        pair = self.could_meet.get(other)
        self.make(other, GROUP | pair.layer if pair else GROUP, p)
        if pair:
            pair.active = 1

    def chance_of_losing(self, tie, p):
        """The closest layer and friends in common hold a tie."""
        common = sum(other in tie.other.ties for other in self.ties)
        rate = loss_rate(tie.layer, p) * embedded(min(common, LARGEST_CIRCLE), p)
        return 1.0 - exp(-rate * (p.distrust_loss if tie.trust < 0.05 else 1.0))

    def encounters(self, key, most, moved, rates, plain, crossing, closed, p, opened):
        """End ties to people further on, or meet them: two numbers from one draw a tie.

        In person with chance rate (1 - closed), else remotely with chance rate closed remote.
        """
        me, q, s, mix = self.number, self.quarter, self.suffering, self.model.mix
        mine, usual, face = rates[q], plain[q], 1.0 - closed
        reached, gone, ending = face + closed * p.remote, self in moved, []
        for tie in self.ties.values():
            other = tie.other
            if other.number < me:
                continue
            layer, seen = tie.layer, 0
            if layer & HOUSEHOLD:
                seen = IN_PERSON
            else:
                part, u = self.model.halves(mix(key, arc_id(me, other.number)))
                if gone or other in moved or (part < most and part < self.chance_of_losing(tie, p)):
                    ending.append(other)
                here = 1.0 - p.withdrawal * 0.5 * (s + other.suffering)
                if self.home.away or other.home.away:
                    here *= 1.0 if layer & (FRIENDSHIP | GROUP) else 1.0 - p.distance
                more = 1.0 + crossing[q] if self.target != other.target else 1.0
                rate = min(1.0, mine[layer] * more) * here
                if u < rate * face:
                    seen = IN_PERSON
                    if u >= min(1.0, usual[layer] * more) * here * face:
                        opened[q] += 1
                elif u < rate * reached:
                    seen = REMOTE
            tie.mark = tie.back.mark = seen
        return [(self, other) for other in ending]


class Circles:
    """Groups, their alliances and their warmth, as those who meet need them."""

    def __init__(self, tables):
        groups, p = tables.state.groups, tables.rates.meet
        self.alliance = groups.alliance.tolist()
        self.warm = [
            1.0 + p.relational * (2.0 * relational - 1.0)
            for relational in groups.capability[:, 2].tolist()
        ]

    def of(self, person):
        """Return a person's alliance, -1 for none."""
        return self.alliance[person.group] if person.group >= 0 else -1


def introductions(town, ring, within, lift, crossing, closed, circles, p):
    """In each circle everyone meets the next in a ring drawn for the week; two meet once."""
    key, order = town.key("introduction"), town.key("ring")
    rings = {}
    for person in town.citizens.select(lambda person: person.active):
        if ring(person) >= 0:
            rings.setdefault(ring(person), []).append(person)
    found = []
    for each in rings.values():
        each.sort(key=lambda person: town.u01(order, person.number))
        following = each[1:] + (each[:1] if len(each) > 2 else [])
        for one, other in zip(each, following, strict=False):
            if one.introduced(other, key, within, lift, crossing, closed, circles, p):
                found.append((one, other) if one.number < other.number else (other, one))
    return found


def close_triads(town, best, crossing, closed, p):
    """Let friends of friends get to know each other; return the pairs."""
    keys, base = (town.key("closure"), town.key("closest")), town.tables.fixed.closure_rate
    met = {}
    for person in town.people:
        friend = person.closes(keys, base * (1.0 - closed), best, crossing, p)
        if friend:
            note(met, person, *friend)
    for (one, other), layer in met.items():
        one.meet_at(other, layer, p)
    return list(met)


def note(met, one, other, layer):
    """Note where two meet; of two places on one day, the first of the list of layers."""
    pair = (one, other) if one.number < other.number else (other, one)
    met[pair] = min(layer, met.get(pair, layer))


def enter_circles(town, pairs, p):
    """Let one of each new pair enter a circle of the other's; return whom else they meet."""
    keys, met = [town.key(name) for name in ("entry", "circle", "entered")], {}
    for one, other in pairs:
        swap = town.u01(keys[0], pair_id(one.number, other.number)) < 0.5
        new, host = (other, one) if swap else (one, other)
        layer = one.ties[other].layer
        for third in new.enters(host, layer, keys, p.entering):
            note(met, new, third, layer)
    for (one, other), layer in met.items():
        one.meet_at(other, layer, p)
    return list(met)


def find_each_other(town, lift, crossing, closed, p):
    """Make the ties of the week: those potential, and those that joint activity introduces."""
    state, circles = town.tables.state, Circles(town.tables)
    key, base = town.key("meeting"), town.tables.fixed.meeting_rate * (1.0 - closed)
    best = best_lifts(lift)
    for person in town.people:
        person.reckon(p.capacity)
    found = [
        (person, person.meetings(key, base, best, crossing, circles, p)) for person in town.people
    ]
    found = [(one, other) for one, other in found if other]
    for one, other in found:
        one.make_potential(other, p)
    friends = close_triads(town, best, crossing, closed, p)
    for ring, within in ((lambda person: person.group, 1.0), (circles.of, 0.0)):
        known = introductions(town, ring, within, lift, crossing, closed, circles, p)
        for one, other in known:
            one.introduce(other, p)
        found += known
    found += friends + enter_circles(town, list(found), p)
    state.new_ties = state.alliance_ties = 0
    count_made(town, found)


def count_made(town, found):
    """Count the ties made, and those between groups of one alliance."""
    state, circles = town.tables.state, Circles(town.tables)
    state.new_ties += len(found)
    state.alliance_ties += sum(
        circles.of(one) == circles.of(other) >= 0 and one.group != other.group
        for one, other in found
    )


def run(town):
    tables, p = town.tables, town.tables.rates.meet
    state, presence = tables.state, tables.effort.presence
    crossing, closed = tables.effort.crossing.tolist(), state.municipality.contact_closed
    space = tables.space_factor()
    felt = p.presence_building, p.presence_neighbourhood, p.presence_quarter
    lift = lifts(presence, space, *felt).tolist()
    plain = lifts(presence, space, 0.0, 0.0, 0.0).tolist()
    moved = town.departures()
    for person in moved:
        person.leave()
    find_each_other(town, lift, crossing, closed, p)
    opened = [0] * len(crossing)
    most = 1.0 - exp(-embedded(0, p) * p.distrust_loss * max(loss_rate(x, p) for x in LAYERS))
    args = (
        town.key("encounter"),
        most,
        moved,
        contact_rates(lift, p),
        contact_rates(plain, p),
        crossing,
        closed,
        p,
        opened,
    )
    ending = [pair for person in town.people for pair in person.encounters(*args)]
    for one, other in ending:
        one.part(other)
    state.lost_ties = len(ending)
    state.presence.opened[:] = opened
