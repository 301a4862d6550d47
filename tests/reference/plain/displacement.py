"""Displacement, household by household: repair, where to, when back, what is lacking."""

from __future__ import annotations

from math import exp, log

from tests.reference.chance import arc_id
from tests.reference.displacement import lacked
from tests.reference.shock import flooded

HOME, KIN, RENTED, SHELTER, GONE = range(5)
ISOLATION, HOUSING = 0, 3


class Lodging:
    """What a household does about its home; the columns of the model are attributes."""

    @property
    def away(self):
        """Whether it lives elsewhere."""
        return self.lodging != HOME

    @property
    def poor(self):
        """Whether it is at risk of poverty."""
        return self.members[0].poor

    def habitable(self, p):
        """Whether one can live in the home."""
        return self.damage <= p.uninhabitable

    def flood(self, v, p):
        """Kernel `damage_homes`: the damage is what the water does, repairs undone."""
        done = 1.0 - exp(-p.home_rate * v * self.depth)
        if done > 0.0:
            self.weeks_dry, have = 0, self.damage
            self.damage, self.loss = flooded(have, self.loss, done, p)
            self.paid *= have / self.damage

    def own_part(self, means):
        """What it pays itself: `means` at the usual savings of its kind, less with fewer."""
        tables = self.model.tables
        usual = tables.rates.need.usual_savings
        usual *= tables.parameters.setup.savings_low if self.poor else 1.0
        left = 1.0 + tables.rates.repair.from_savings * (self.savings / max(usual, 1e-9) - 1.0)
        return 1.0 - (1.0 - means) ** left

    def money(self, p):
        """What can be paid of the loss: own means, then what was compensated."""
        own = self.own_part(p.means_poor if self.poor else p.means)
        return own + (1.0 - own) * self.paid

    def waits(self, p):
        """Whether it waits for builders."""
        return self.damage > 0.0 and not self.works and self.weeks_dry > p.drying * self.damage

    def asks(self, p):
        """The hazard at which it finds builders, were there enough: lower if it can stay."""
        return p.starting * (1.0 if self.away else p.staying) * self.money(p)

    def mend(self, key, found, compensation, volunteers, p):
        """Kernel `mend`, for one home."""
        if self.damage == 0.0:
            return
        m = self.money(p)
        if self.waits(p):
            chance = self.model.u01(key, self.number)
            self.works = int(chance < 1.0 - exp(-self.asks(p) * found))
        helped = sum(member.received for member in self.members) / len(self.members)
        d = self.damage * exp(-p.own_repair * (m + p.aid * helped))
        d *= 1.0 - p.clearing * volunteers
        if self.weeks_dry < p.clearing_weeks:
            d *= (1.0 - p.clearing) ** (1.0 / max(p.clearing_weeks, 1.0))
        if self.works:
            d = max(0.0, d - p.pace)
        self.paid += (1.0 - self.paid) * compensation
        self.weeks_dry = min(self.weeks_dry + 1, 65535)
        if d < 0.01:
            d, self.works, self.paid = 0.0, 0, 0.0
        self.damage = d

    def stay(self, where, host=-1):
        """Live somewhere from now on."""
        self.lodging, self.host = where, host

    def beds(self, key, standing, p):
        """The host of the first offer of a bed within the week, -1 for none."""
        best, soonest, town = -1, 1.0, self.model
        for member in self.members:
            for tie in member.ties.values():
                g, rate = tie.other.home.number, p.bed * tie.back.trust
                if g == self.number or not standing[g] or rate <= 0.0:
                    continue
                u = town.u01(key, arc_id(member.number, tie.other.number))
                if -log(1.0 - u) / rate < soonest:
                    best, soonest = g, -log(1.0 - u) / rate
        return best

    def lodge(self, keys, was, standing, pays, vacancy, p):
        """Kernel `lodge`, for one household."""
        town, now = self.model, was[self.number]

        def chance(process, hazard):
            return town.u01(keys[process], self.number) < 1.0 - exp(-hazard)

        if now == HOME:
            if self.habitable(p):
                return
            self.weeks_out = 0
        else:
            self.weeks_out = min(self.weeks_out + 1, 65535)
            tenure = p.tenant_return if self.tenant else 1.0
            if self.habitable(p) and chance(3, p.returning * (1.0 - self.damage) * tenure):
                self.weeks_out = 0
                return self.stay(HOME)
            if self.weeks_out >= p.long_out and chance(4, p.leaving):
                self.left += 1
                return self.stay(GONE)
            if now == RENTED:
                return
        own = 0.0 if self.poor else self.own_part(p.rent_means)
        rents = chance(1, p.renting * (pays + (1.0 - pays) * own) * vacancy)
        if now == KIN:
            host = town.homes[self.host]
            welcome = was[self.host] == HOME and host.habitable(p) and not chance(2, p.host_ends)
            if welcome and not rents:
                return
        if now != HOME and rents:
            return self.stay(RENTED)
        host = self.beds(keys[0], standing, p)
        self.stay(KIN if host >= 0 else RENTED if rents else SHELTER, host)

    def dwell(self, lacks, guests, p):
        """Kernel `dwell`, for one household."""
        lack = lacks.get(self.lodging, 0.0)
        if not self.away:
            lack = 1.0 - (1.0 - p.hosting) ** guests[self.number]
        housing = 1.0 - (1.0 - self.damage) * (1.0 - lack)
        apart = p.uprooted * lack if self.away else 0.0
        before = self.lacking
        if housing <= 0.0 and before <= 0.0:
            return
        now = before + p.felt * (housing - before)
        now = self.lacking = now if now > 0.001 else 0.0
        for member in self.members:
            need = member.need
            moved = lacked(need[HOUSING], before, now)
            need[HOUSING] = moved + p.felt * max(0.0, now - moved)
            need[ISOLATION] += p.felt * max(0.0, apart - need[ISOLATION])

    def let_in(self):
        """Newcomers take the place of a household that has gone, in a home that stands."""
        if self.lodging == GONE:
            self.lodging, self.weeks_out = HOME, 0
            self.damage, self.works, self.paid = 0.0, 0, 0.0


def count_guests(homes):
    """Households that each hosts."""
    guests = [0] * len(homes)
    for home in homes:
        if home.host >= 0:
            guests[home.host] += 1
    return guests


def run(town):
    """Repair, move, and let everyone feel how they live."""
    tables, homes, p = town.tables, town.homes, town.tables.rates.displacement
    own = tables.rates.repair
    if not any(home.damage > 0.0 or home.away or home.lacking > 0.0 for home in homes):
        return
    compensation, volunteers, pays = (
        tables.exogenous_rate(name) for name in ("compensation", "volunteers", "allowance")
    )
    for home in homes:
        if home.weeks_dry == 0:
            home.works = 0
    free = own.sites * len(homes) / 1000.0 - sum(home.works for home in homes)
    asked = sum(home.asks(own) for home in homes if home.waits(own))
    found = min(1.0, max(free, 0.0) / asked) if asked > 0.0 else 0.0
    for home in homes:
        home.mend(town.key("repair"), found, compensation, volunteers, own)

    was, guests = [home.lodging for home in homes], count_guests(homes)
    standing = [not home.away and home.habitable(p) and guests[home.number] == 0 for home in homes]
    vacant = p.vacant * len(homes) / 1000.0
    vacancy = max(0.0, 1.0 - was.count(RENTED) / vacant) if vacant > 0.0 else 0.0
    processes = ("bed offered", "rent found", "host tired", "return home", "leaving town")
    keys = [town.key(process) for process in processes]
    for home in homes:
        home.lodge(keys, was, standing, pays, vacancy, p)

    beds = p.beds * len(town.people) / 1000.0
    beds += p.beds_per_worker * float(tables.state.services.extra[2])
    sheltered = sum(len(home.members) for home in homes if home.lodging == SHELTER)
    without = 1.0 - min(1.0, beds / sheltered) if sheltered else 0.0
    lacks = {
        KIN: p.lack_kin,
        RENTED: p.lack_rented,
        SHELTER: p.lack_shelter + (1.0 - p.lack_shelter) * p.crowding * without,
    }
    guests = count_guests(homes)
    for home in homes:
        home.dwell(lacks, guests, p)
