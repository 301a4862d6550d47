"""Phase 2, person by person: life adds to needs, time takes from them (equation 2)."""

from __future__ import annotations

from itertools import accumulate
from math import exp
from operator import mul

from tests.reference.capital import factor
from tests.reference.need import quiet
from tests.reference.plain import displacement

ISOLATION, INCOME, CARE, HOUSING, HEALTH = range(5)


def chances(person, p):
    """Chance that a week has no event of the kinds so far; it does not change in a person."""
    none = quiet(person.age, person.poor, person.alone, person.dependant, person.family, p)
    return list(accumulate(none, mul))


class Needing:
    def live(self, key, left, size, passing, usual_company, strength):
        """Time closes needs, events open them: one draw for any event, more after the first."""
        ease = factor(self.company, usual_company, strength)
        left = [exp(-passing * ease), *left[1:]]
        need = self.need = [have * kept for have, kept in zip(self.need, left, strict=True)]
        need[INCOME] *= 1.0 - self.home.from_savings
        u, none = self.model.u01(key, self.number), self.event_chance
        if u < none[-1]:
            return
        own, struck, so_far = self.model.mix(key, self.number), False, 1.0
        for k, quiet_yet in enumerate(none):
            again = struck and self.model.u01(own, k) >= quiet_yet / so_far
            if again or (not struck and u >= quiet_yet):
                need[k] += (1.0 - need[k]) * size
                struck = True
            so_far = quiet_yet

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
    displacement.run(town)
    kinds = (p.passing, p.income_passing, p.care_passing, p.housing_passing, p.passing)
    left = [exp(-passing) for passing in kinds]
    left[INCOME] = exp(-p.income_passing * (1.0 - p.savings_share))
    town.households.do("pay", p)
    usual, strength = tables.state.municipality.usual_company, tables.rates.capital.accompanying
    town.citizens.do("live", town.key("life"), left, p.event_size, p.passing, usual, strength)
    compensation, volunteers = (
        tables.exogenous_rate(name) for name in ("compensation", "volunteers")
    )
    if compensation or volunteers:
        town.citizens.do("relieve", compensation, volunteers)
    town.citizens.do("reckon_unmet")
