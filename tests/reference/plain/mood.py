"""Phase 8, person by person: suffering, fatigue, anger, rancour, trust (equations 2, 3, 4)."""

from __future__ import annotations

from math import exp

from resilienza_sim.model.groups_life import SUPPORT, around_usual
from resilienza_sim.model.phases.mood import surge_of
from tests.reference.capital import factor
from tests.reference.plain.capital import look
from tests.reference.plain.help import IN_CONTACT, IN_PERSON, REMOTE
from tests.reference.plain.meet import HOUSEHOLD


class Feeling:
    def around(self, p):
        """What a person sees: worse-off neighbours, rancour within confidence, the other side."""
        s, g, side = self.suffering, self.grievance, self.target
        confidence, trusted = p.confidence, p.trusted
        worse, said, weight, inside, outside, strange, trust = 0.0, g, 1.0, 0.0, 0.0, 0.0, 0.0
        doing = face = remote = formal = informal = 0
        for tie in self.ties.values():
            other, tau = tie.other, tie.trust
            trust += tau
            doing += other.active
            if other.suffering > s:
                worse += other.suffering - s
            theirs = other.grievance
            if abs(theirs - g) < confidence:
                said += tau * theirs
                weight += tau
            mark, away = tie.mark, not tie.layer & HOUSEHOLD
            if mark & IN_PERSON:
                face += away
                if side != other.target:
                    if tau > trusted:
                        outside += tau
                    else:
                        strange += 1.0 - tau
                elif away and tau > trusted:
                    inside += tau
            elif mark & REMOTE:
                remote += away
            if mark & IN_CONTACT:
                formal += other.informed_formal
                informal += other.informed_informal
        n = len(self.ties)
        self.stress = worse / n if n else 0.0
        self.heard = said / weight
        self.bridge = 1.0 - exp(-outside)
        self.exposed = 1.0 - exp(-strange)
        self.busy = doing / n if n else 0.0
        self.mean_trust = trust / n if n else 0.0
        self.met_formal, self.met_informal = formal, informal
        return trust, 1.0 - exp(-inside), face, remote

    def feel(self, comfort, out_received, around, usual_company, p, capital):
        """Move every mood by one week, all from what was before it."""
        u, s, f, a, g = self.unmet, self.suffering, self.fatigue, self.anger, self.grievance
        helped, got, hoped, past = self.helped, self.received, self.expected, self.past_ease
        g0, t, active = self.anchor, self.generalised_trust, self.doing

        counted, usual = self.perceived_support, self.support_anchor
        left = 1.0 + p.spiral * (self.reserve - p.usual_reserve)
        short, distress = max(0.0, hoped - got), max(0.0, s - self.rest_suffering)
        salience, surge, discord = around
        missed, seen = max(0.0, -surge), max(0.0, surge)

        # s += (1-s) hit - back (s - s0)+ (1 - hit)
        blow = p.blow * self.blow * (2.0 - left)
        hit = 1.0 - exp(-(blow + p.burden * u + p.contagion * self.stress))
        care = comfort[self.group] if self.group >= 0 else 1.0
        rho = p.recovery * care * (1.0 + p.support_eases * (counted - p.usual_support))
        rho *= p.chronic if self.weeks_above > p.chronic_weeks else left
        rho *= factor(self.company, usual_company, capital.easing)
        back = 1.0 - exp(-(rho + p.help_effect * helped))
        s_new = s + (1.0 - s) * hit - back * distress * (1.0 - hit)
        self.weeks_above = self.weeks_above + 1 if s_new > self.threshold else 0

        # f += phi load (1-f) - r rest f; loads add up as shares of the strength that is left
        load = 1.0 - (1.0 - 0.5 * self.given) * (1.0 - p.active_load * active)
        if self.carer:
            load = 1.0 - (1.0 - load) * (1.0 - p.care_load * self.home.burden)
        self.fatigue = f + p.tiring * load * (1.0 - f) - p.resting * care * left * (1.0 - load) * f

        # a += (1-a) (kappa_a U gap + kappa_c conflict) - r_a a
        gap = 1.0 - (1.0 - short) * (1.0 - p.let_down * max(0.0, usual - counted))
        clash = active * (1.0 - self.mean_trust) * discord
        self.anger = (
            a + (1.0 - a) * (p.disappointment * u * gap + p.conflict * clash) - p.calming * a
        )

        # g += gamma [sigma W g + (1-sigma) g0 - g] + (1-g) (1 - e^-fuel) - b4 g bridge
        ease = 1.0 - s_new
        lost, envy = max(0.0, past - ease), max(0.0, out_received[self.target] - got)
        sigma = self.openness
        drift = p.influence * (sigma * self.heard + (1.0 - sigma) * g0 - g)
        fuel = p.from_unmet * u + p.from_envy * envy + p.from_threat * salience + p.from_loss * lost
        threat = 1.0 - (1.0 - salience) * (1.0 - u)
        fuel += p.from_exposure * self.exposed * (1.0 + p.threat * threat)
        g_new = g + drift + (1.0 - g) * (1.0 - exp(-fuel)) - p.from_contact * g * self.bridge
        self.anchor = g0 + p.scar * (g_new - g0) - p.healing * (g0 - self.temper)

        institutions = sum(self.trust_service) / len(self.trust_service)
        up = p.trust_help * helped + p.trust_response * seen
        up += p.trust_support * max(0.0, counted - usual)
        down = p.trust_refusal * self.refused + p.trust_insecurity * self.need[1]
        down += p.trust_response * missed + p.trust_support * max(0.0, usual - counted)
        pull = p.trust_return * (self.trust_anchor - t)
        pull += p.trust_institutions * (institutions - t) * 0.5
        self.generalised_trust = t + (1.0 - t) * up - t * down + pull
        self.trust_anchor += p.trust_scar * (self.generalised_trust - self.trust_anchor)

        # P += (1-P) gained - P lost + r (P0 - P)
        let = p.support_loss * u * (1.0 - (1.0 - short) * (1.0 - self.refused))
        gained = 1.0 - exp(-(p.support_gain * helped + p.support_seen * seen))
        lost = 1.0 - exp(-(let + p.support_distress * distress + p.support_seen * missed))
        back = p.support_return * (usual - counted)
        self.perceived_support = counted + (1.0 - counted) * gained - counted * lost + back

        self.suffering, self.grievance = s_new, g_new
        self.received = got = got + 0.2 * (helped - got)
        # what is better than before is learnt, what is worse is unlearnt
        self.expected = hoped + (p.hoping if got >= hoped else p.letting_go) * (got - hoped)
        self.past_ease = past + (p.memory if ease >= past else p.unlearning) * (ease - past)

    def wear_down(self, p):
        """B += r (1-B) - B (1 - e^-(d wear)): lasting fatigue and suffering use reserves up."""
        lasting = max(0.0, self.suffering - self.rest_suffering)
        wear = 1.0 - (1.0 - self.fatigue * self.fatigue) * (1.0 - lasting)
        b, spent = self.reserve, 1.0 - exp(-p.reserve_drain * wear)
        self.reserve = b - b * spent + p.reserve_rebuilding * (1.0 - b)


def run(town):
    tables, people = town.tables, town.people
    look(town)
    state, p = tables.state, tables.rates.mood
    state.mean_trust = sum(person.mean_trust for person in people) / len(people)
    # What each side sees the other receive, and whether the town helps more than it is used to.
    total, size = [0.0, 0.0], [0, 0]
    for person in people:
        total[person.target] += person.received
        size[person.target] += 1
    out_received = [total[1] / max(size[1], 1), total[0] / max(size[0], 1)]
    surge = surge_of(state.municipality, sum(total) / len(people), p)
    discord = 1.0 - tables.rates.learn.vision * state.municipality.followed
    comfort = around_usual(p.support, state.groups.capability[:, SUPPORT]).tolist()
    town.households.do("reckon_burden")
    salience, capital = state.municipality.salience, tables.rates.capital
    around, usual = (salience, surge, discord), state.municipality.usual_company
    town.citizens.do("feel", comfort, out_received, around, usual, p, capital)
    town.citizens.do("wear_down", p)
    town.households.do("save", p)
