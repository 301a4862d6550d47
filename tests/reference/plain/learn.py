"""Phase 10, person by person: who hears of help, who drifts away and comes back (equation 12)."""

from __future__ import annotations

from math import exp

from resilienza_sim.model import alliances, practices
from tests.reference.plain.help import IN_CONTACT


class Learning:
    def hear(self, key, exposures, p):
        """Kernel `spread`: P = 1 - (1-q)^exposures (1-b)^(informed people met); some forget."""
        u = self.model.u01(key, self.number)
        if self.knows:
            self.hears = int(u >= p.forgetting)
            return
        miss, kept = (1.0 - p.campaign_reach) ** exposures[self.quarter], 1.0 - p.word_of_mouth
        for tie in self.ties.values():
            if tie.mark & IN_CONTACT and tie.other.knows:
                miss *= kept
        self.hears = int(u < 1.0 - miss)

    def distances(self, key, outreach, p):
        """Anger and refusals estrange; help and a knock on the door bring back."""
        town = self.model
        if self.distant:
            h = p.approach * (1.0 + p.approach_helped * self.helped)
            miss = exp(-h) * (1.0 - outreach[self.quarter])
            self.distant = int(town.u01(key, self.number) >= 1.0 - miss)
        else:
            h = p.estrangement * (
                p.estranged_anyway
                + p.estranged_anger * self.anger
                + p.estranged_refused * self.refused
            )
            self.distant = int(town.u01(town.mix(key, self.number), 1) < 1.0 - exp(-h))

    def refer(self, key, tied, p):
        """Allied services tell of groups, allied groups tell of services."""
        u, here = self.model.u01(key, self.number), tied[self.quarter]
        if self.in_care and u < p.referral * here[self.care_by]:
            self.informed_informal = 1
        if self.helped > 0.0 and u < p.referral * here[-1]:
            self.informed_formal = 1


def run(town):
    tables, p = town.tables, town.tables.rates.learn
    effort = tables.effort
    for name, exposures in (
        ("formal", effort.campaign_formal.tolist()),
        ("informal", effort.campaign_informal.tolist()),
    ):
        flag = f"informed_{name}"
        for person in town.people:
            person.knows = getattr(person, flag)
        town.citizens.do("hear", town.key(f"hear {name}"), exposures, p)
        for person in town.people:
            setattr(person, flag, person.hears)
    town.citizens.do("distances", town.key("distance"), effort.outreach.tolist(), p)
    tied = alliances.tied(tables)
    if tied.any():
        town.citizens.do("refer", town.key("refer"), tied.tolist(), p)
    practices.learn(tables)
    town.publish("group", "trust_service", scratch=("mean_trust",))
    alliances.ally(tables)
