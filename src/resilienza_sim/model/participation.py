"""Belonging, which is slow, and doing, which is weekly (equation 6).

Belonging. A citizen belongs to a group or not, and among members some are volunteers (*active*).
One in three volunteers is none a year later (CNCS 2008, volunteers of 2006 in 2007).
Doing. Each week a volunteer does something or not: 19 hours in four weeks (ISTAT, unpaid activities
2013), a turn at a time; other members come to what the group does. Limits on gatherings and events
suspend those whose activity they stop; belonging goes on, and who was suspended comes back without
being asked.
Recall. Surveys ask who did something at least once in twelve months (ISTAT BES 05REL004, 05REL006):
more people than do so in any one week. With hazards j to begin, l to end and d to do something
while it lasts,
    recall = 1 - (1 - s, s) exp(52 [[-j, j], [l, -l - d]]) (1, 1),   s = j / (j + l)
which is solved for the stock s.
Setbacks. Who lost income takes part less, lastingly (Brand & Burgard 2008):
    d += (1 - d) (1 - e^-(setback income need)) - recovery d
    strain S = 1 - (1 - d) (1 - (s - s0)+);  joining x e^-(hardship S), leaving x e^(hardship S)
New help. What is new in the distress around (Granovetter 1978; Drury 2018: emergent groups) moves
people to help on their own, at the door and by telephone, whether or not places are open; so do
efficacy and trusted ties. Novelty wears off, and helpers with it (Kaniasty & Norris 1993):
    alarm = 1 - (1 - salience) (1 - contact closed) (1 - mean unmet need of the quarter)
    call = (alarm - its slow average - noticed)+
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import scipy

from resilienza_sim.kernels import kernel
from resilienza_sim.model.state import ADULT
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "NEVER",
    "USUALLY_TIRED",
    "USUAL_FATIGUE",
    "YEAR",
    "Usual",
    "hear",
    "past_setbacks",
    "rally",
    "recalled",
    "stock",
    "turn_out",
    "usual_part",
    "work_this_week",
]

YEAR = 52
NEVER = 65535
"""Weeks since something that never happened."""
_MOST = 0.95
"""Largest share of adults that is looked for as a stock: no region's figure comes near it."""
_PAST = 12
"""Setbacks looked back upon at the start: what came before has worn off. Assumption."""
USUAL_FATIGUE = 0.1
"""Fatigue of citizens, as the burn-in leaves it."""
USUALLY_TIRED = 0.195
"""Fatigue of volunteers, as the burn-in leaves it."""
_USUAL_DISTRESS = 0.105
"""Suffering above its rest level in a town without shocks, as the burn-in leaves it."""
_COMPANY, _APART = 1.18, 0.915
"""How much likelier members are to begin, and others to come in, than the mean citizen at the same
rate, as the burn-in leaves it: members know more who are active, and had fewer setbacks."""
_UNEVEN = 0.98
"""Who volunteered in a year over what it would be if all were as likely to begin and to stop."""
_RELIEF = 0.018
"""Part of an income need that others meet in a week, as the burn-in leaves it."""


# -- stocks and flows at rest ---------------------------------------------------------------------


def recalled(share: float, leaving: float, doing: float) -> float:
    """Return who did something in the last year, of a stock at rest that turns over.

    Parameters
    ----------
    share : float
        The stock.
    leaving, doing : float
        Hazards, per week, to leave it and to do something while in it.
    """
    joining = leaving * share / (1.0 - share)
    flows = np.array([[-joining, joining], [leaving, -leaving - doing]])
    nothing = np.array([1.0 - share, share]) @ scipy.linalg.expm(YEAR * flows) @ np.ones(2)
    return float(1.0 - nothing)


def stock(recall: float, leaving: float, doing: float) -> float:
    """Return the stock of which a year's recall is the share given."""
    if recall <= 0.0 or recalled(_MOST, leaving, doing) <= recall:
        return recall  # so little is done that no stock gives it
    found: float = scipy.optimize.brentq(
        lambda share: recalled(share, leaving, doing) - recall, 1e-9, _MOST
    )
    return found


class Usual(NamedTuple):
    """What keeps a town at rest where it is."""

    active: float
    """Share of the adults who are volunteers."""
    members: float
    """Share of the adults who belong to a group."""
    join: float
    """Hazard that one who does not belong comes in."""
    take_up: float
    """Hazard that a member begins to volunteer."""
    easing: float
    """One over the mean of e^-(hardship strain): joining at the usual strain."""
    wearing: float
    """One over the mean of e^(hardship strain) among those active."""


def usual_part(figures: Mapping[str, Any], act: Any, work: float, strain: Any) -> Usual:
    """Return stocks whose year's recall is the region's, and the flows that keep them.

    Parameters
    ----------
    figures : mapping
        Figures of the territory, volunteering and social participation among them.
    act : ActParameters
        Rates of leaving.
    work : float
        Chance that a volunteer does something in a week.
    strain : float64[n]
        Setbacks of a town at rest.
    """
    leaving = act.exit * (1.0 + act.exit_fatigue * USUALLY_TIRED)
    active = stock(figures["volunteering"].value / _UNEVEN, leaving, _hazard(work))
    asked = max(figures["social_participation"].value, figures["volunteering"].value + 0.01)
    members = asked
    for _ in range(30):  # who leaves is not active: the more of them, the more leave
        lapsing = act.lapse * (1.0 - active / members)
        members = max(stock(asked, lapsing, _hazard(act.attending)), 1.05 * active)
    join = act.lapse * (members - active) / (1.0 - members)
    begin = act.begins * join * (1.0 - members)
    strain = 1.0 - (1.0 - strain) * (1.0 - _USUAL_DISTRESS)
    eased, twice = (float(np.exp(-k * act.hardship * strain).mean()) for k in (1, 2))
    return Usual(
        active=active,
        members=members,
        join=join / _APART,
        take_up=max(leaving * active - begin, 0.0) / (members - active) / _COMPANY,
        easing=1.0 / eased,
        wearing=twice / eased,
    )


def _hazard(chance: float) -> float:
    return -math.log1p(-min(chance, 0.999))


def past_setbacks(poor: NDArray[np.bool_], need: Any, act: Any, draw: Any) -> NDArray[np.float64]:
    """Return setbacks as past losses of income have left them, shape of `poor`.

    The last losses came with exponential gaps; each raises what is left of those before it. `draw`
    returns uniform numbers for a name.
    """
    rate = np.maximum(need.event_income * np.where(poor, need.poor_factor, 1.0), 1e-9)
    # An event opens the need, which passes: their product is the weeks of full need it amounts to.
    ends = 1.0 - math.exp(-need.income_passing) * (1.0 - _RELIEF)
    blow = 1.0 - math.exp(-act.setback * need.event_size / ends)
    gaps = [-np.log1p(-draw(f"setback {k}")) / rate for k in range(_PAST + 1)]
    setback = np.zeros(poor.size)
    for gap in gaps[1:]:
        setback += (1.0 - setback) * blow
        setback *= np.exp(-act.setback_recovery * gap)
    setback += (1.0 - setback) * blow
    setback *= np.exp(-act.setback_recovery * gaps[0])
    return setback


# -- who does something this week ---------------------------------------------------------------


@kernel
def turn_out(
    keys: Any, people: Any, emergent: Any, closed: float, working: float, p: Any, at_work: Any
) -> None:
    """Let members do something this week or not; count those at work in each group.

    Limits of strength c stop the activities of a fixed share of people, c x `stops_work` of the
    volunteers and c x `stops_part` of the others; who was stopped comes back by `resuming`. Groups
    that were born of the emergency go from door to door.
    """
    doing_key, kind_of_activity = keys
    coming_back = 1.0 - np.exp(-p.resuming)
    at_work[:] = 0
    for i in range(people.active.size):
        g = people.group[i]
        stopped = False
        if g >= 0 and not emergent[g]:
            most = closed * (p.stops_work if people.active[i] else p.stops_part)
            stopped = u01(kind_of_activity, np.uint64(i)) < most
            if people.suspended[i] and not stopped:
                again = u01(mix(doing_key, np.uint64(i)), np.uint64(1)) < coming_back
                stopped = not again
        people.suspended[i] = stopped
        helps = people.helping[i] == 1
        together = helps and g >= 0 and emergent[g] == 1
        u = u01(doing_key, np.uint64(i))
        present = g >= 0 and not stopped
        works = present and people.active[i] == 1 and u < working
        came = present and (works or u < p.attending)
        if works or together:
            at_work[g] += 1
        people.doing[i] = works or helps
        since = people.since_work[i]
        people.since_work[i] = 0 if works or together else since + (since < NEVER)
        since = people.since_part[i]
        people.since_part[i] = 0 if came or together else since + (since < NEVER)


class Pace(NamedTuple):
    """How often members do something, and what limits on gatherings stop."""

    working: float
    attending: float
    stops_work: float
    stops_part: float
    resuming: float


def work_this_week(active_hours: float, turn_hours: float) -> float:
    """Return the chance that a volunteer does something in a week."""
    return min(active_hours / max(turn_hours, 1e-9), 0.999)


# -- new help --------------------------------------------------------------------------------------


def hear(model: CommunityModel, visible: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each quarter calls for help, [0, 1): what is new in the distress around."""
    town, p, quarters = model.state.municipality, model.rates.act, model.state.calls
    alarm = 1.0 - (1.0 - town.salience) * (1.0 - town.contact_closed) * (1.0 - visible)
    quarters.usual += p.habit * (alarm - quarters.usual)
    quarters.call[:] = np.maximum(alarm - quarters.usual - p.noticed, 0.0)
    call: NDArray[np.float64] = quarters.call
    return call


@kernel
def rally(
    key: Any, citizens: Any, s: Any, people: Any, around: Any, emergent: Any, hold: Any, p: Any
) -> None:
    """Let people begin to help on their own, and stop.

    Begin h = rally x call x 2 efficacy x 2 mean trust of their ties x (1 - f), for adults who do
    not keep away; stop h = helping_ends (1 + fatigue) (1 - hold). Who belongs to no group goes with
    the emergent group of the quarter (`here`, -1 for none).
    """
    distant, active, group = citizens.distant, citizens.active, citizens.group
    helping, efficacy, fatigue = citizens.helping, citizens.efficacy, citizens.fatigue
    mean_trust = s.mean_trust
    age, quarter = people.age, people.quarter
    call, here = around
    for i in range(age.size):
        q, g, f = quarter[i], group[i], fatigue[i]
        if helping[i]:
            keep = hold[g] if g >= 0 else 0.0
            h = p.helping_ends * (1.0 + p.exit_fatigue * f) * (1.0 - keep)
            if u01(key, np.uint64(i)) < 1.0 - np.exp(-h):
                helping[i] = 0
                if g >= 0 and emergent[g] and not active[i]:
                    group[i] = -1
        elif call[q] > 0.0 and age[i] >= ADULT and not distant[i]:
            h = p.rally * call[q] * 4.0 * efficacy[i] * mean_trust[i] * (1.0 - f)
            if u01(key, np.uint64(i)) < 1.0 - np.exp(-h):
                helping[i] = 1
                if g < 0:
                    group[i] = here[q]
