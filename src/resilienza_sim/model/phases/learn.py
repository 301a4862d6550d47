"""Phase 10, learn: who hears of help, what organisations practise (equations 11 and 12).

Word of mouth: P(reached) = 1 - (1-q)^exposures (1-b)^(reached neighbours); one campaign moves 5-9
points (Snyder et al. 2004). Less informed is not distant: two flags, and being distant is a third.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model import organisations
from resilienza_sim.model.network import columns
from resilienza_sim.model.phases.meet import IN_PERSON, REMOTE
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["LearnParameters", "LearnRates", "run", "spread"]


class LearnParameters(PhaseParameters):
    """Visibility of help, practices, alliances."""

    campaign_reach: float = quantity(
        0.07, 0.0, 1.0, unit="per exposure", source="q: Snyder et al. 2004, 5-9 points a campaign"
    )
    word_of_mouth: float = quantity(
        0.003, 0.0, 0.5, unit="per week", source="b of MODEL.md equation 12: assumption"
    )
    forgetting: float = quantity(
        0.0012, 0.0, 0.1, unit="per week", source="MODEL.md equation 12: .0005-.002"
    )
    estrangement: float = quantity(
        0.002,
        0.0,
        0.1,
        unit="per week",
        source="assumption: anger and refusals make people distant",
    )
    estranged_anyway: float = quantity(
        0.25, 0.0, 5.0, source="assumption: drift of those with no reason, as a share of the rate"
    )
    estranged_anger: float = quantity(
        2.0, 0.0, 20.0, source="assumption: drift added by full anger"
    )
    estranged_refused: float = quantity(
        0.5, 0.0, 20.0, source="assumption: drift added when everybody asked refuses"
    )
    approach_helped: float = quantity(
        10.0, 0.0, 200.0, source="assumption: how much a full help speeds the return"
    )
    approach: float = quantity(
        0.001, 0.0, 0.1, unit="per week", source="assumption: being helped brings people back"
    )
    exploit: float = quantity(
        0.02, 0.0, 0.5, unit="per week",
        source="March 1991: one attribute towards today's demand in about a year; prior",
    )  # fmt: skip
    explore: float = quantity(
        0.0005, 0.0, 0.1, unit="per week", source="assumption: trials that nobody pays for"
    )
    dip: float = quantity(
        0.3, 0.0, 0.9, source="MODEL.md equation 11: .1-.5; Hedberg 1981, Tsang & Zahra 2008"
    )
    dip_weeks: float = quantity(
        16.0, 1.0, 104.0, unit="weeks", source="tau_d of MODEL.md equation 11: 8-26"
    )
    imitation: float = quantity(
        0.5, 0.0, 1.0, source="March 1991: share of trials that learn from the best; prior"
    )
    giving_up: float = quantity(
        0.5, 0.0, 1.0, source="assumption: share of trials undone when they fit worse"
    )
    alliance_memory: float = quantity(
        0.03, 0.0, 0.5, unit="per joint week", source="assumption: experience of working together"
    )
    alliance_forgetting: float = quantity(
        0.004, 0.0, 0.5, unit="per week", source="assumption: fades in a few years"
    )
    alliance_end: float = quantity(
        0.02, 0.0, 0.5, unit="per week", source="assumption: hazard without memory nor money"
    )
    lag_per_partner: float = quantity(
        0.5, 0.0, 10.0, unit="weeks", source="assumption: horizontal decisions; a third if vertical"
    )
    horizontal_cost: float = quantity(
        0.02, 0.0, 0.5, source="c of MODEL.md equation 9, c n(n-1)/2 (1 - tau): assumption"
    )
    vertical_cost: float = quantity(
        0.05, 0.0, 0.5, source="c of MODEL.md equation 9, c n: assumption"
    )


LearnRates = shape("LearnRates", LearnParameters)


@numba.njit(cache=True)
def spread(
    key: Any, start: Any, degree: Any, arcs: Any, informed: Any, exposures: Any, quarter: Any,
    p: Any, out: Any,
) -> None:  # fmt: skip
    """Let people hear of help from campaigns and from those they meet, and forget; into `out`."""
    nbr, _rev, _trust, _debt, _layer, mark = arcs
    for i in range(degree.size):
        u = u01(key, np.uint64(i))
        if informed[i]:
            out[i] = 0 if u < p.forgetting else 1
            continue
        miss = (1.0 - p.campaign_reach) ** exposures[quarter[i]]
        for k in range(start[i], start[i] + degree[i]):
            if mark[k] & (IN_PERSON | REMOTE) and informed[nbr[k]]:
                miss *= 1.0 - p.word_of_mouth
        out[i] = 1 if u < 1.0 - miss else 0


@numba.njit(cache=True)
def distances(
    key: Any, distant: Any, anger: Any, refused: Any, helped: Any, outreach: Any, quarter: Any,
    p: Any,
) -> None:  # fmt: skip
    """Let people drift away when angry or refused, and come back when helped or reached."""
    for i in range(distant.size):
        u = u01(key, np.uint64(i))
        if distant[i]:
            h = p.approach * (1.0 + p.approach_helped * helped[i])
            miss = np.exp(-h) * (1.0 - outreach[quarter[i]])
            if u < 1.0 - miss:
                distant[i] = 0
        elif u01(mix(key, np.uint64(i)), np.uint64(1)) < 1.0 - np.exp(
            -p.estrangement
            * (p.estranged_anyway + p.estranged_anger * anger[i] + p.estranged_refused * refused[i])
        ):
            distant[i] = 1


def run(model: CommunityModel) -> None:
    """Let news of help travel, people come nearer or drift away, organisations learn."""
    state, p, effort = model.state, model.rates.learn, model.effort
    c, quarter = state.citizens, model.community.people.quarter
    for name, exposures in (
        ("formal", effort.campaign_formal),
        ("informal", effort.campaign_informal),
    ):
        flag = getattr(c, f"informed_{name}")
        spread(
            model.streams.key(f"hear {name}", state.week), state.start, state.degree,
            columns(state.arcs), flag, exposures, quarter, p, model.scratch.flag,
        )  # fmt: skip
        flag[:] = model.scratch.flag
    distances(
        model.streams.key("distance", state.week), c.distant, c.anger, c.refused, c.helped,
        effort.outreach, quarter, p,
    )  # fmt: skip
    organisations.learn(model)
    organisations.ally(model)
