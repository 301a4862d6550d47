"""Equations 2, 3 and 4: suffering, fatigue, anger, rancour, generalised trust."""

from __future__ import annotations

from tests.reference.capital import factor
from tests.reference.chance import chance
from tests.reference.columns import single


def plain_sum(values: list[float]) -> float:
    """Return the sum in order (`sum` of floats corrects its rounding from Python 3.12 on)."""
    total = 0.0
    for each in values:
        total += each
    return total


def sights(received, target, mean_trust):
    """Mean trust, mean help received (by the others, by the targets), and by all."""
    got = {0: [], 1: []}
    for side, each in zip(target.tolist(), received.tolist(), strict=True):
        got[side].append(each)
    given_to = tuple(plain_sum(got[side]) / max(len(got[side]), 1) for side in (0, 1))
    trust = plain_sum(mean_trust.tolist()) / len(target)
    return trust, given_to, (plain_sum(got[0]) + plain_sum(got[1])) / len(target)


def burdens(dependants, household, need, burden) -> None:
    """Mean care need of the dependants of each household that has any."""
    cared: dict[int, list[float]] = {}
    for i in dependants.tolist():
        cared.setdefault(int(household[i]), []).append(float(need[i, 2]))
    for home, needs in cared.items():
        burden[home] = plain_sum(needs) / len(needs)


def feel(c, s, people, burden, comfort, climate, p, capital) -> None:
    """Move every mood by one week, all from what was before it."""
    need, blow, suffering, rest = c.need, c.blow, c.suffering, c.rest_suffering
    threshold, above, fatigue, anger = c.threshold, c.weeks_above, c.fatigue, c.anger
    grievance, anchor, openness, gtrust = c.grievance, c.anchor, c.openness, c.generalised_trust
    gtrust_anchor, trust_service, received = c.trust_anchor, c.trust_service, c.received
    expected, past, given, helped, refused = c.expected, c.past_ease, c.given, c.helped, c.refused
    active, group, temper, company = c.doing, c.group, c.temper, c.company
    unmet, stress, heard, bridge, exposed = s.unmet, s.stress, s.heard, s.bridge, s.exposed
    mean_trust = s.mean_trust
    carer, household, target = people.carer, people.household, people.target
    *given_to, salience, surge, discord, usual_company = climate
    for i in range(len(suffering)):
        u, s, f, a, g, t = (
            float(x[i]) for x in (unmet, suffering, fatigue, anger, grievance, gtrust)
        )
        got, hoped, own_helped = float(received[i]), float(expected[i]), float(helped[i])

        left = 1.0 + p.spiral * (float(c.reserve[i]) - p.usual_reserve)
        counted, usual = float(c.perceived_support[i]), float(c.support_anchor[i])
        backed = 1.0 + p.support_eases * (counted - p.usual_support)
        short = max(0.0, single(hoped - got))
        distress = max(0.0, single(s - float(rest[i])))

        # s += (1-s) (1 - e^-(blow + burden U + contagion)) - (1 - e^-(rho + help)) (s - s0)+
        force = p.blow * float(blow[i]) * (2.0 - left) + p.burden * u
        hit = chance(force + p.contagion * float(stress[i]))
        care = float(comfort[group[i]]) if group[i] >= 0 else 1.0
        rho = p.recovery * care * backed
        rho *= p.chronic if int(above[i]) > p.chronic_weeks else left
        rho = rho * factor(float(company[i]), usual_company, capital.easing)
        back = chance(rho + p.help_effect * own_helped)
        s_new = s + (1.0 - s) * hit - back * distress * (1.0 - hit)
        above[i] = int(above[i]) + 1 if s_new > float(threshold[i]) else 0

        # f += phi load (1-f) - r rest f; loads add up as shares of the strength that is left
        load = 1.0 - (1.0 - 0.5 * float(given[i])) * (1.0 - p.active_load * int(active[i]))
        if carer[i]:
            load = 1.0 - (1.0 - load) * (1.0 - p.care_load * float(burden[household[i]]))
        fatigue[i] = f + p.tiring * load * (1.0 - f) - p.resting * care * left * (1.0 - load) * f

        # a += (1-a) (kappa_a U gap + kappa_c conflict) - r_a a
        gap = 1.0 - (1.0 - short) * (1.0 - p.let_down * max(0.0, single(usual - counted)))
        clash = int(active[i]) * (1.0 - float(mean_trust[i])) * discord
        heat = p.disappointment * u * gap + p.conflict * clash
        anger[i] = a + (1.0 - a) * heat - p.calming * a

        # g += gamma [sigma W g + (1-sigma) g0 - g] + (1-g) fuel - b4 g contact
        ease = 1.0 - s_new
        lost = max(0.0, float(past[i]) - ease)
        envy = max(0.0, given_to[0 if target[i] else 1] - got)  # what the other side gets
        sigma, g0 = float(openness[i]), float(anchor[i])
        drift = p.influence * (single(sigma * float(heard[i])) + (1.0 - sigma) * g0 - g)
        fuel = p.from_unmet * u + p.from_envy * envy + p.from_threat * salience + p.from_loss * lost
        threat = 1.0 - (1.0 - salience) * (1.0 - u)
        fuel += p.from_exposure * float(exposed[i]) * (1.0 + p.threat * threat)
        risen = (1.0 - g) * chance(fuel)
        g_new = g + drift + risen - p.from_contact * g * float(bridge[i])
        anchor[i] = g0 + p.scar * (g_new - g0) - p.healing * single(g0 - float(temper[i]))
        grievance[i] = g_new

        institutions = 0.0
        for each in trust_service[i].tolist():
            institutions += each / len(trust_service[i])
        more = single(counted - usual)
        up = p.trust_help * own_helped + p.trust_response * max(0.0, surge)
        up += p.trust_support * max(0.0, more)
        down = p.trust_refusal * float(refused[i]) + p.trust_insecurity * float(need[i, 1])
        down += p.trust_response * max(0.0, -surge)
        down += p.trust_support * max(0.0, -more)
        pull = p.trust_return * single(float(gtrust_anchor[i]) - t)
        pull += p.trust_institutions * (institutions - t) * 0.5
        gtrust[i] = t + (1.0 - t) * up - t * down + pull
        own = float(gtrust_anchor[i])
        gtrust_anchor[i] = own + p.trust_scar * single(float(gtrust[i]) - own)

        # P += (1-P) gained - P lost + r (P0 - P)
        let = p.support_loss * u * (1.0 - (1.0 - short) * (1.0 - float(refused[i])))
        gained = chance(p.support_gain * own_helped + p.support_seen * max(0.0, surge))
        lost = chance(let + p.support_distress * distress + p.support_seen * max(0.0, -surge))
        c.perceived_support[i] = (
            counted
            + (1.0 - counted) * gained
            - counted * lost
            + p.support_return * single(usual - counted)
        )

        suffering[i] = s_new
        received[i] = got + 0.2 * single(own_helped - got)
        # what is better than before is learnt, what is worse is unlearnt
        learning = p.hoping if float(received[i]) >= hoped else p.letting_go
        expected[i] = hoped + learning * single(float(received[i]) - hoped)
        learning = p.memory if ease >= float(past[i]) else p.unlearning
        past[i] = float(past[i]) + learning * (ease - float(past[i]))
