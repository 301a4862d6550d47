"""Equation 11: what each organisation does with its practice in a week, one after the other."""

from __future__ import annotations

import math

import numpy as np

from resilienza_sim.model.hazards import DEMAND
from resilienza_sim.model.practices import Keys
from tests.reference.chance import u01
from tests.reference.columns import single

ASKED = [int(mask) for mask in DEMAND]
ROUTINE = ASKED[0].bit_count()


def fit(practice: int, asked: int) -> float:
    """Return the share of the twelve attributes on which two masks agree."""
    return 1.0 - (practice ^ asked).bit_count() / 12


def match(practice: int, demand) -> float:
    """Return the fit to a mix of demand."""
    total = 0.0
    for asked, weight in zip(ASKED, demand.tolist(), strict=True):
        if weight > 0.0:
            total += fit(practice, asked) * weight
    return total


def extra(practised: int) -> int:
    """Return the attributes practised beyond those of routine."""
    return max(practised.bit_count() - ROUTINE, 0)


def top(practices: list[int], demand) -> int:
    """Return the practice that fits best, the lowest mask of those alike."""
    most = max(match(each, demand) for each in practices)
    return min(each for each in practices if match(each, demand) == most)


def best_at_tables(alive, masks, at, living, groups, services, demand):
    """Best practice of those at the same table, or at any of a service's tables; or one's own."""
    for_groups, for_services = groups.copy(), services.copy()
    met: dict[int, list[int]] = {s: [] for s in range(len(services))}
    for k in np.flatnonzero(alive):
        mine = [g for g in range(len(groups)) if living[g] and at[g] == k]
        seated = [s for s in met if int(masks[k]) >> s & 1]
        around = [int(groups[g]) for g in mine] + [int(services[s]) for s in seated]
        for g in mine:
            for_groups[g] = top(around, demand)
        for s in seated:
            met[s] += around
    for s, around in met.items():
        if around:
            for_services[s] = top(around, demand)
    return for_groups, for_services


class Organisation:
    """One row of the columns, as Python numbers rounded where they are stored."""

    def __init__(self, own, row: int, p) -> None:
        self.own, self.row, self.p = own, row, p
        self.practice, self.aside = int(own.practice[row]), int(own.aside[row])
        self.dip, self.learnt = float(own.dip[row]), float(own.adaptability[row])
        self.hesitates = bool(own.hesitating[row])

    def store(self) -> None:
        own, row = self.own, self.row
        own.practice[row], own.aside[row] = self.practice, self.aside
        own.dip[row], own.adaptability[row] = self.dip, self.learnt
        own.hesitating[row] = self.hesitates

    def fade(self) -> None:
        self.dip = single(self.dip * single(math.exp(-1.0 / self.p.dip_weeks)))
        self.learnt = single(self.learnt * single(1.0 - self.p.unlearning_fading))

    def fall(self, depth: float) -> None:
        """Take a dip; `depth` is already times what is left to lose."""
        self.dip = single(self.dip + depth * (1.0 - self.p.unlearning * self.learnt))
        self.learnt = single(self.learnt + (1.0 - self.learnt) * self.p.unlearning_gain)

    @property
    def left(self) -> float:
        return single(1.0 - self.dip)

    def try_out(self) -> None:
        self.fall(single(self.left * single(self.p.trial_dip)))

    def take_up(self, new: int) -> None:
        self.practice, self.aside = new, self.practice

    def chance(self, rate: float) -> float:
        return -math.expm1(-rate * (1.0 + self.p.unlearning * self.learnt))

    def redrawn(self, block: float, redraw: float) -> int:
        at = 4 * int(block * 3)
        return self.practice & ~(15 << at) | int(redraw * 16) << at

    def adopts(self, example: int, demand) -> bool:
        p, own = self.p, self.practice
        if example == own:
            return False
        depth = -math.expm1(math.log1p(-p.dip) * (own ^ example).bit_count() / 4)
        lasting = p.dip_weeks / p.horizon_weeks * -math.expm1(-p.horizon_weeks / p.dip_weeks)
        cheaper = single(1.0 - single(single(p.unlearning) * self.learnt))
        price = 1.0 + p.repertoire_cost * extra(example | own) + depth * cheaper * lasting
        now = match(own, demand) / (1.0 + p.repertoire_cost * extra(own | self.aside))
        if match(example, demand) / price <= now:
            return False
        self.fall(self.left * depth)
        self.take_up(example)
        self.hesitates = False
        return True


def practise(keys, ids, alive, own, seen, paid, week, p):
    """Resume, hesitate, exploit, explore, pilot, undertake, adopt: in this order."""
    (town_best, near), demand, dominant = seen, week.demand, week.dominant
    trials = pilots = better = adoptions = 0
    today = ASKED[int(demand.argmax())]
    for row in range(len(ids)):
        one, name = Organisation(own, row, p), int(ids[row])
        one.fade()
        stops = week.new and p.hesitation != 0.0
        if stops:
            one.hesitates = False
        if not alive[row]:
            one.store()
            continue
        resumes = one.aside and u01(keys.give_up, name) < p.giving_up
        if resumes and match(one.aside, demand) > match(one.practice, demand):
            one.take_up(one.aside)
        if stops and dominant != 0:
            one.hesitates = u01(keys.hesitate, name) < 1.0 - fit(one.practice, ASKED[dominant])
        if u01(keys.exploit, name) < one.chance(p.exploit):
            wrong = [bit for bit in range(12) if (one.practice ^ today) >> bit & 1]
            one.practice ^= 1 << wrong[0] if wrong else 0
        if u01(keys.explore, name) < -math.expm1(-p.explore):
            old, trials = one.practice, trials + 1
            new = one.redrawn(u01(keys.block_explore, name), u01(keys.redraw_explore, name))
            gain = match(new, demand) - match(old, demand)
            if gain >= 0.0 or u01(keys.undo, name) >= p.giving_up:
                one.practice, one.aside = new, 0
            one.hesitates = one.hesitates and gain <= 0.0
            one.fall(single(one.left * single(p.dip)))
        if one.dip < 0.05 and u01(keys.pilot, name) < paid:
            trials, pilots = trials + 1, pilots + 1
            new = one.redrawn(u01(keys.block_pilot, name), u01(keys.redraw_pilot, name))
            gain = match(new, demand) - match(one.practice, demand)
            if gain >= 0.0 or u01(keys.end_pilot, name) >= p.giving_up:
                one.take_up(new)
            one.hesitates, better = one.hesitates and gain <= 0.0, better + (gain > 0.0)
            one.try_out()
        if one.hesitates and u01(keys.undertake, name) < one.chance(p.undertaking):
            trials += 1
            new = one.redrawn(u01(keys.block_undertake, name), u01(keys.redraw_undertake, name))
            if match(new, demand) > match(one.practice, demand):
                one.take_up(new)
                one.hesitates = False
            one.try_out()
        if u01(keys.adopt, name) < -math.expm1(-p.adoption):
            adoptions += one.adopts(town_best, demand)
        if u01(keys.adopt_allied, name) < -math.expm1(-p.alliance_learning):
            adoptions += one.adopts(int(near[row]), demand)
        one.store()
    return np.array([trials, pilots, better, adoptions])


def practise_all(keys, g, services, tables, pilots, week, p):
    """Groups and then services, by the same rules; pilots by lot among those who are free."""
    demand = week.demand
    alive = [bool(each) for each in g.alive]
    here = [int(each) for each, lives in zip(g.practice, alive, strict=True) if lives]
    example = top(here + services.practice.tolist(), demand)
    free = sum(lives and dip < 0.05 for lives, dip in zip(alive, g.dip, strict=True))
    free += sum(dip < 0.05 for dip in services.dip)
    near = best_at_tables(
        tables.alive,
        tables.services,
        g.alliance,
        g.alive,
        g.practice,
        services.practice,
        demand,
    )
    names = [int(f) * 4096 + int(b) + 2048 for f, b in zip(g.founder, g.born, strict=True)]
    kinds = (names, alive, g), (range(4), [True] * 4, services)
    count = np.zeros(4, np.int64)
    for (ids, lives, own), seen, of in zip(kinds, near, (keys[:16], keys[16:]), strict=True):
        paid = pilots / max(free, 1)
        count += practise(Keys(*of), ids, lives, own, (example, seen), paid, week, p)
    return count.tolist()
