"""Phase 10, person by person: who hears of help, who drifts away and comes back (equation 12)."""

from __future__ import annotations

from math import exp

from resilienza_sim.model import alliances, practices
from resilienza_sim.model.balance import DISTANT, count, distances_kept, factor
from resilienza_sim.model.phases.learn import count_news, forgetting, informed


class Learning:
    def hear(self, key, campaigns, fading, p):
        """Kernel `spread`: P = 1 - (1-q)^exposures (1-b)^(informed people met); some forget."""
        formal, informal = self.model.halves(self.model.mix(key, self.number))
        exposures, kept = campaigns[self.quarter], 1.0 - p.word_of_mouth
        for u, name, shown, lost in (
            (formal, "formal", exposures[0], fading[0]),
            (informal, "informal", exposures[1], fading[1]),
        ):
            flag = f"informed_{name}"
            if getattr(self, flag):
                knows = u >= lost
            else:
                miss = (1.0 - p.campaign_reach) ** shown * kept ** getattr(self, f"met_{name}")
                knows = u < 1.0 - miss
            setattr(self, flag, int(knows))

    def distances(self, key, outreach, p):
        """Anger and refusals estrange; help and a knock on the door bring back."""
        u = self.model.u01(key, self.number)
        if self.distant:
            h = p.approach * (1.0 + p.approach_helped * self.helped)
            miss = exp(-h) * (1.0 - outreach[self.quarter])
            self.distant = int(u >= 1.0 - miss)
        else:
            h = p.estrangement * (
                p.estranged_anyway
                + p.estranged_anger * self.anger
                + p.estranged_refused * self.refused
            )
            self.distant = int(u >= exp(-h))

    def refer(self, key, tied, p):
        """Allied services tell of groups, allied groups tell of services."""
        u, here = self.model.u01(key, self.number), tied[self.quarter]
        if any(weeks and u < p.referral * here[k] for k, weeks in enumerate(self.in_care)):
            self.informed_informal = 1
        if self.helped > 0.0 and u < p.referral * here[-1]:
            self.informed_formal = 1


def run(town):
    tables, p = town.tables, town.tables.rates.learn
    effort = tables.effort
    campaigns = list(
        zip(effort.campaign_formal.tolist(), effort.campaign_informal.tolist(), strict=True)
    )
    told = ("informed_formal", "informed_informal")
    town.publish(*told, "distant", "anger", "refused", "helped")
    flows = distances_kept(tables)
    nearer = p._replace(approach=p.approach * factor(tables, DISTANT))
    knew, fading = informed(tables), forgetting(tables)
    town.citizens.do("hear", town.key("hear"), campaigns, fading.tolist(), p)
    town.citizens.do("distances", town.key("distance"), effort.outreach.tolist(), nearer)
    state = tables.state
    groups, seats = state.groups, state.alliances
    tied = alliances.tied(
        seats.alive,
        seats.services,
        groups.alive,
        groups.alliance,
        groups.quarter,
        len(state.services),
        len(campaigns),
    )
    if tied.any():
        town.citizens.do("refer", town.key("refer"), tied.tolist(), p)
    town.publish(*told)
    if state.week < 0:
        count_news(tables, knew, fading)
        town.publish("distant")
        count(tables, DISTANT, *flows)
    practices.learn(tables)
    town.publish("group", "trust_service", scratch=("mean_trust",))
    alliances.ally(tables)
