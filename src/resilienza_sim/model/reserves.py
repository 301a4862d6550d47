"""Reserves: what people and households fall back on, used up soon and rebuilt slowly.

Hobfoll 1989, conservation of resources: who has lost much is hit harder by the next loss, and
recovers less (loss spirals). Freedy et al. 1992, after Hurricane Hugo: resources lost tell distress
better than coping or personal traits do.
    B += r_B (1 - B) - B (1 - e^-(d_B wear)),  wear = 1 - (1 - f^2) (1 - (s - s0)+)
    V' = V e^-(d_V want),  V = V' + r_V (V0 - V')+,  want = 1 - (1 - income need) (1 - damage)
    what B leaves: 1 + k (B - usual), of recovery, of rest, of the strength to help; a blow weighs
    1 - k (B - usual), twice the usual at most
    what V leaves: a share m of the pace at which income need passes goes with V / usual
Fatigue counts squared: weariness of a week passes, that which adds up does not (burnout). `usual`
is the mean of a quiet town, so that a town at rest suffers as it did without reserves; with k and m
at 0 nothing hangs on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.chance import chance
from resilienza_sim.model.state import NEEDS

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["left_of", "run", "save", "wear_down"]

INCOME = NEEDS.index("income")


@kernel
def left_of(reserve: Any, spiral: float, usual: float) -> Any:
    """Return what a reserve leaves of what a person usually can, 1 at the usual level."""
    return 1.0 + spiral * (reserve - usual)


@kernel
def wear_down(reserve: Any, fatigue: Any, suffering: Any, rest: Any, p: Any) -> None:
    """Use up the reserves of people by lasting fatigue and suffering; rebuild them slowly."""
    for i in range(reserve.size):
        b, f = np.float64(reserve[i]), np.float64(fatigue[i])
        wear = 1.0 - (1.0 - f * f) * (1.0 - max(0.0, suffering[i] - rest[i]))
        spent = b * chance(p.reserve_drain * wear)
        reserve[i] = b - spent + p.reserve_rebuilding * (1.0 - b)


@kernel
def save(start: Any, need: Any, damage: Any, anchor: Any, savings: Any, p: Any) -> None:
    """Let households live on their savings while income lacks or the home is damaged."""
    for h in range(savings.size):
        lacking, members = 0.0, start[h + 1] - start[h]
        for i in range(start[h], start[h + 1]):
            lacking += need[i, INCOME]
        want = 1.0 - (1.0 - lacking / members) * (1.0 - damage[h])
        kept = savings[h] * (1.0 - chance(p.savings_drain * want))
        savings[h] = kept + p.savings_rebuilding * max(0.0, anchor[h] - kept)


def run(model: CommunityModel) -> None:
    """Use up and rebuild the reserves of the week, after people have felt it."""
    c, homes, p = model.state.citizens, model.state.households, model.rates.mood
    wear_down(c.reserve, c.fatigue, c.suffering, c.rest_suffering, p.handle)
    start = model.community.people.household_start
    save(start, c.need, homes.damage, homes.savings_anchor, homes.savings, p.handle)
