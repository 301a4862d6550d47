"""Mutual aid along the ties: who asks whom, who answers, what is received (equation 5).

What is asked is listed once: the loops that follow walk the list, not all the ties of those in
need.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.around import IN_PERSON, REMOTE
from resilienza_sim.model.generalised import trusting
from resilienza_sim.model.reserves import left_of
from resilienza_sim.model.state import NEEDS
from resilienza_sim.streams import arc_id, halves, mix

__all__ = [
    "AGREED",
    "ASKED",
    "OWING",
    "answer",
    "ask",
    "informally_met",
    "met_part",
    "place",
    "receive",
]

ASKED, AGREED = 4, 8
OWING = 0.1
"""Debt below which help is not counted as returned: what is left of a full help in 80 weeks."""
_BLOCK = 256
"""Times help was asked that are gone through together."""


@kernel
def _asked(key: Any, ties: Any, load: Any, generalised: Any, asks_above: float, c: Any) -> Any:
    """List who is asked by those in need: who asks, and the place of the tie in their row.

    i asks j the more often the greater the need u, and among those in contact this week: with the
    chance u if trusted fully; as far as not, with 1 - (1 - u)^x, x what own generalised trust
    multiplies (1 at the usual level, where both are u).
    """
    start, degree = ties.start, ties.degree
    nbr, trust, mark = ties.nbr, ties.trust, ties.mark
    found, asked = 0, np.empty((1024, 2), np.uint32)
    for i in range(degree.size):
        u = load[i]
        if u < asks_above:
            continue
        if found + degree[i] > asked.shape[0]:
            longer = np.empty((2 * asked.shape[0] + degree[i], 2), np.uint32)
            longer[:found] = asked[:found]
            asked = longer
        first = start[i]
        dares = trusting(generalised[i], c.usual_trust, c.asking)
        more = 1.0 - (1.0 - u) ** dares - u if dares != 1.0 else 0.0
        for n in range(degree[i]):  # without a branch: nobody can tell which way it would go
            k = np.uint64(first + n)
            asks, _agrees = halves(mix(key, arc_id(i, nbr[k])))
            asked[found, 0], asked[found, 1] = i, n
            asks_now = asks < u + (1.0 - trust[k]) * more
            found += int(mark[k] != 0) & int(asks_now)
    return asked[:found]


@kernel
def ask(key: Any, ties: Any, citizens: Any, s: Any, people: Any, b0: float, p: Any, c: Any) -> Any:
    """Let those in need ask, who answer: P = sigma(b0 + b1 tau + b2 debt - b3 s - b4 f - b5 g).

    Trust and debt are those of j, who is asked, towards i; where there is little of the first,
    trust in people at large takes its place: + b6 (1 - tau) (t - usual). `asked_of` sums what each
    person agreed to, in order of who asks. Returns the list of what was asked, for `receive` and
    for the ties.
    """
    start = ties.start
    suffering, fatigue, grievance = citizens.suffering, citizens.fatigue, citizens.grievance
    generalised = citizens.generalised_trust
    asked_of, load = s.asked_of, s.asked_load
    target = people.target
    nbr, rev, trust, debt, mark = ties.nbr, ties.rev, ties.trust, ties.debt, ties.mark
    asked_of[:] = 0.0
    asked = _asked(key, ties, load, generalised, p.asks_above, c)
    other, back = np.empty(_BLOCK, np.uint32), np.empty(_BLOCK, np.uint32)
    will = np.empty(_BLOCK)
    for low in range(0, asked.shape[0], _BLOCK):  # loop by loop: far places are read together
        these = asked[low : low + _BLOCK]
        for n in range(these.shape[0]):
            k = place(start, these, n)
            other[n], back[n] = nbr[k], rev[k]
        for n in range(these.shape[0]):
            j = other[n]
            will[n] = b0 - p.b3 * suffering[j] - p.b4 * fatigue[j]
            will[n] += p.b1 * trust[back[n]] + p.b2 * debt[back[n]]
            strange = 1.0 - trust[back[n]]
            will[n] += c.helping * strange * (generalised[j] - c.usual_trust)
        for n in range(these.shape[0]):
            j = other[n]
            will[n] -= p.b5 * grievance[j] * int(target[these[n, 0]] != target[j])
        for n in range(these.shape[0]):
            i, j, k = these[n, 0], other[n], place(start, these, n)
            chance = 1.0 / (1.0 + np.exp(-will[n]))
            if mark[k] == REMOTE:
                chance *= p.remote_weight
            _asks, agrees = halves(mix(key, arc_id(i, j)))
            agreed = int(agrees < chance)
            mark[k] |= ASKED | AGREED * agreed
            asked_of[j] += load[i] * agreed
    return asked


@kernel
def place(start: Any, asked: Any, n: int) -> Any:
    """Return the place of the tie along which number n of the list was asked.

    Rows may move in the course of a week, but what is in a row keeps its order.
    """
    return np.uint64(start[asked[n, 0]] + asked[n, 1])


@kernel
def answer(citizens: Any, s: Any, p: Any, mood: Any) -> None:
    """Share each helper's capacity among those helped: `scale` is the share each of them gets.

    A helper's reserve leaves of it what it leaves of all strength: 1 with the usual reserve.
    """
    fatigue, skill, active = citizens.fatigue, citizens.skill, citizens.active
    given, reserve = citizens.given, citizens.reserve
    asked_of, load, scale = s.asked_of, s.asked_load, s.scale
    for j in range(asked_of.size):
        total = asked_of[j]
        scale[j] = 0.0
        given[j] = 0.0
        if total > 0.0:
            room = p.capacity * (1.0 - fatigue[j]) * (1.0 - load[j]) * (0.5 + 0.5 * skill[j])
            room *= left_of(reserve[j], mood.spiral, mood.usual_reserve)
            if active[j]:
                room *= 1.0 + p.active_boost
            scale[j] = min(1.0, room / total)
            given[j] = min(1.0, total / room) if room > 0.0 else 0.0


@kernel
def informally_met(p: Any) -> Any:
    """Return how much of each kind of need help of people can meet, in the order of `NEEDS`."""
    met = np.empty(len(NEEDS))
    met[0], met[1], met[2] = p.isolation_informal, p.income_informal, p.care_informal
    met[3], met[4] = p.housing_informal, p.health_informal
    return met


@kernel
def met_part(need: Any, met: float, kinds: Any) -> tuple[float, float]:
    """Meet the share met k_k of each of a person's needs; return their sum before and after."""
    before, after = 0.0, 0.0
    for n in range(need.size):
        before += need[n]
        need[n] *= 1.0 - met * kinds[n]
        after += need[n]
    return before, after


@kernel
def _support(
    asked: Any, ties: Any, scale: Any, skill: Any, remote_weight: float, support: Any
) -> int:
    """Write what came of each time help was asked, settle debts; return how often one owed it.

    What j gives makes i owe half of it, and takes as much from what j owed i.
    """
    start = ties.start
    nbr, rev, debt, mark = ties.nbr, ties.rev, ties.debt, ties.mark
    returned = 0
    for n in range(asked.shape[0]):
        k = place(start, asked, n)
        j, back = nbr[k], rev[k]
        agreed = int((mark[k] & AGREED) != 0)
        weight = 1.0 if mark[k] & IN_PERSON else remote_weight
        got = scale[j] * np.float32(agreed)
        support[n] = got * weight * (0.5 + 0.5 * skill[j])
        returned += int(debt[back] > OWING) & agreed
        debt[back] *= 1.0 - got
        debt[k] += (1.0 - debt[k]) * got * 0.5
    return returned


@kernel
def receive(
    asked: Any, ties: Any, citizens: Any, s: Any, kinds: Any, p: Any
) -> tuple[int, int, float]:
    """Meet needs with the help received: need_k falls by the share k_k (1 - exp(-strength R)).

    Returns how many times help was given, how many of those by one who owed it, the need met.
    """
    start = ties.start
    need, helped, refused = citizens.need, citizens.helped, citizens.refused
    skill = citizens.skill
    scale = s.scale
    mark, support = ties.mark, np.empty(asked.shape[0])
    returned = _support(asked, ties, scale, skill, p.remote_weight, support)
    acts, all_met, n = 0, 0.0, 0
    helped[:] = 0.0
    refused[:] = 0.0
    while n < asked.shape[0]:
        i, first, total, agreed = asked[n, 0], n, 0.0, 0
        while n < asked.shape[0] and asked[n, 0] == i:
            total += support[n]
            agreed += int((mark[place(start, asked, n)] & AGREED) != 0)
            n += 1
        acts += agreed
        refused[i] = (n - first - agreed) / (n - first)
        if total > 0.0:
            before, after = met_part(need[i], 1.0 - np.exp(-p.strength * total), kinds)
            helped[i] = 1.0 - after / before
            all_met += before - after
    return acts, returned, all_met
