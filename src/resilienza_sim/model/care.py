"""How a case is followed: what professionals and others do together (comunità di cura).

The source's three verbs: *immettono* (a person in care is introduced to others and told of the
groups), *educano* (skill and self-efficacy grow), *accompagnano* (a closed case is followed up).
Co-production (Ostrom 1996): what citizens put in makes the service's own work yield more; the two
are complements, so that neither without the other has this surplus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.acquaintance import make_potential
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEED_SERVICE, NEEDS, NEVER
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "CareParameters",
    "CareRates",
    "follow",
    "introductions",
    "own_need",
    "tie_up",
]

_KINDS = len(NEEDS)


class CareParameters(PhaseParameters):
    """What is done in a case beside meeting the need, and with whom."""

    coproduction: float = quantity(
        5.0,
        0.0,
        20.0,
        source="Ostrom 1996: complements; size: assumption, help that meets 3 % a week adds 15 %",
    )
    introduction: float = quantity(
        0.0004,
        0.0,
        0.5,
        unit="per week and potential tie",
        source="fitted: low enough that the ties of a quiet town stay as clustered as they start; "
        "one in six in care for a year finds somebody they could meet, and the circle entered with "
        "them",
    )
    signposting: float = quantity(
        0.05, 0.0, 1.0, unit="per week", source="assumption: in care, people are told of the groups"
    )
    education: float = quantity(
        0.002, 0.0, 0.2, unit="per week", source="assumption: skill learnt in a case that goes well"
    )
    efficacy_gain: float = quantity(
        0.002,
        0.0,
        0.2,
        unit="per week",
        source="assumption: self-efficacy from a case that goes well",
    )
    accompaniment: float = quantity(
        0.2, 0.0, 1.0, source="assumption: work and effect of a follow-up, against an open case"
    )
    follow_up_weeks: int = quantity(
        6, 0, 104, unit="weeks", source="assumption: a closed case is followed for six weeks"
    )


CareRates = shape("CareRates", CareParameters)


@kernel
def own_need(need: Any, answered_by: Any, service: int) -> float:
    """Return the worst of the needs of one citizen that a service answers."""
    worst = 0.0
    for n in range(_KINDS):
        if answered_by[n] == service and need[n] > worst:
            worst = need[n]
    return worst


@kernel
def follow(
    key: Any, c: Any, f: Any, services: Any, desk: Any, unmet: Any, w: Any, p: Any
) -> tuple[float, float]:
    """Follow the cases, open or just closed; return the need met, and that met only together.

    A case meets 1 - exp(-strength q) of the service's own needs, q being its quality times the
    hands there are; with groups in the quarter and help
    from others q counts (1 + community_yield cover) (1 + coproduction helped) times. It closes when
    less than `closes_below` is left of them, or when a review finds that they fell by less than
    `progress` since the last. `unmet` is left as need now is.
    """
    need, in_care, followed, reviewed = c.need, c.in_care, c.followed, c.reviewed
    since, cases, trust, helped = c.since_care, c.cases, c.trust_service, c.helped
    efficacy, skill, informed = c.efficacy, c.skill, c.informed_informal
    family, quarter, cover = f.family, f.quarter, desk.cover
    quality, effort, opened, load = desk.quality, desk.effort, services.open_cases, services.load
    all_met, together, kinds = 0.0, 0.0, load.size
    opened[:] = 0
    load[:] = 0.0
    hearing = 1.0 - np.exp(-p.signposting)
    for i in range(unmet.size):
        cases[i], busy = 0, False
        for k in range(kinds):
            since[i, k] += since[i, k] < NEVER
            busy |= (in_care[i, k] > 0) | (followed[i, k] > 0)
        if not busy:
            continue
        row = NEED_SERVICE[family[i]]
        with_others = (1.0 + w.community_yield * cover[quarter[i]]) * (
            1.0 + p.coproduction * helped[i]
        )
        for k in range(kinds):
            if in_care[i, k] == 0 and followed[i, k] == 0:
                continue
            share = 1.0 if in_care[i, k] > 0 else p.accompaniment
            strong = desk.strength[k] * quality[k] * effort[k]
            q = quality[k] * effort[k] * share
            alone = 1.0 - np.exp(-strong * share)
            met = 1.0 - np.exp(-strong * share * with_others)
            for n in range(_KINDS):
                if row[n] == k:
                    before = float(need[i, n])
                    together += before * (met - alone)
                    need[i, n] *= 1.0 - met
                    all_met += before * met
            trust[i, k] += (1.0 - trust[i, k]) * w.trust_gain * q
            if in_care[i, k] == 0:
                followed[i, k] -= 1
                load[k] += p.accompaniment if followed[i, k] > 0 else 0.0
                continue
            efficacy[i] += (1.0 - efficacy[i]) * p.efficacy_gain * q
            skill[i] += (1.0 - skill[i]) * p.education * q
            if informed[i] == 0 and u01(key, np.uint64(i)) < hearing:
                informed[i] = 1
            since[i, k] = 0
            left = own_need(need[i], row, k)
            closed = left < w.closes_below
            if not closed and in_care[i, k] % w.review_weeks == 0:
                closed = left > (1.0 - w.progress) * reviewed[i, k]
                reviewed[i, k] = left
            if closed:
                in_care[i, k] = 0
                if p.accompaniment > 0.0:
                    followed[i, k] = int(p.follow_up_weeks)
                    load[k] += p.accompaniment if p.follow_up_weeks > 0 else 0.0
            else:
                in_care[i, k] += 1
                cases[i] += 1
                opened[k] += 1
                load[k] += 1.0
        lacking = 1.0
        for n in range(_KINDS):
            lacking *= 1.0 - need[i, n]
        unmet[i] = 1.0 - lacking
    return all_met, together


@kernel
def introductions(
    key: Any,
    pool: Any,
    pool_i: Any,
    cases: Any,
    helped: Any,
    can_meet: float,
    rate: float,
    out: Any,
) -> int:
    """List the potential ties that those in care, and those helped, are introduced to.

    The hazard of a pair is introduction x (how many of the two are in care + their help received),
    4 introduction at most. Only the places that this most would find are looked at, and kept by
    the share that is theirs (thinning: Lewis & Shedler 1979, from memory): from a place in the pool
    the next of them is a geometric step away, and the step is named by the place it starts from.
    """
    pool_j, _layer, pool_active = pool
    found, s, most = 0, 0, 4.0 * rate
    reached = -np.expm1(-most)
    while most > 0.0 and s < pool_j.size:
        step = -np.log(1.0 - u01(key, np.uint64(s))) / most
        if step >= pool_j.size - s:
            break
        s += int(step)
        i, j = pool_i[s], pool_j[s]
        h = 0.0
        h += helped[i]
        h += helped[j]
        h += cases[i] > 0
        h += cases[j] > 0
        u, x = u01(mix(key, np.uint64(s)), np.uint64(1)) * reached, rate * h * can_meet
        # 1 - exp(-x) is at most x, and seldom worth working out.
        if u < x and not pool_active[s] and u < 1.0 - np.exp(-x):
            out[found] = s
            found += 1
        s += 1
    return found


def tie_up(model: CommunityModel, found: int) -> None:
    """Make the ties of those introduced, listed in the working array of pairs."""
    if found == 0:
        return
    make_potential(model, model.scratch.pairs[:found])
