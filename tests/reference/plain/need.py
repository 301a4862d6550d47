"""Phase 2, person by person: life adds to needs, time takes from them (equation 2)."""

from __future__ import annotations

from math import exp

ISOLATION, INCOME, CARE, HOUSING, HEALTH = range(5)


def chances(person, p):
    """Chance that life opens a need of each kind in a week; it does not change in a person."""
    old = max(0.0, (person.age - 40) / 40)
    rates = (
        p.event_isolation * (p.alone_factor if person.alone else 1.0),
        p.event_income * (p.poor_factor if person.poor else 1.0),
        p.event_care * (p.dependant_factor if person.dependant else 1.0),
        p.event_housing * (p.poor_factor if person.poor else 1.0),
        p.event_health * (1.0 + old),
    )
    return [1.0 - exp(-rate) for rate in rates]


class Needing:
    def live(self, key, left, size):
        """Time closes needs, events open them: one draw a kind."""
        need, u01 = self.need, self.model.u01
        own = self.model.mix(key, self.number)
        for k, chance in enumerate(self.event_chance):
            have = need[k] * left[k]
            if u01(own, k) < chance:
                have += (1.0 - have) * size
            need[k] = have

    def lack_home(self, p):
        """Kernel `homes`: housing need climbs part of the way to the damage of the home."""
        gap = self.home.damage - self.need[HOUSING]
        if gap > 0.0:
            self.need[HOUSING] += p.home_felt * gap

    def relieve(self, income, all_kinds):
        """In a damaged home: compensation meets income, volunteers every kind but housing."""
        if self.home.damage > 0.05:
            self.need[INCOME] *= 1.0 - income
            for k in (ISOLATION, INCOME, CARE, HEALTH):
                self.need[k] *= 1.0 - all_kinds

    def reckon_unmet(self):
        """U = 1 - prod_k (1 - need_k)."""
        left = 1.0
        for each in self.need:
            left *= 1.0 - each
        self.unmet = 1.0 - left


def run(town):
    tables, p = town.tables, town.tables.rates.need
    left = [exp(-(p.housing_passing if k == HOUSING else p.passing)) for k in range(5)]
    town.citizens.do("live", town.key("life"), left, p.event_size)
    compensation, repair, volunteers = (
        tables.exogenous_rate(name) for name in ("compensation", "repair", "volunteers")
    )
    town.households.do("repair", exp(-p.home_repair) * (1.0 - repair))
    town.citizens.do("lack_home", p)
    if compensation or volunteers:
        town.citizens.do("relieve", compensation, volunteers)
    town.citizens.do("reckon_unmet")
