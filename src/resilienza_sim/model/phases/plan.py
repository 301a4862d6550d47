"""Phase 3, plan and spend: the purse of the week, the phase of the strategy, the euros (eq. 13).

The purse is the same in every arm; what is not spent is carried over. A strategy is read, never
recognised: its lines say which actions get which share in which phase.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resilienza_sim.component import quantity
from resilienza_sim.model.deliberation import deliberate
from resilienza_sim.model.programme import in_force
from resilienza_sim.model.rates import PhaseParameters

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.contracts import Action

__all__ = ["NORMAL", "PlanParameters", "effective", "run"]

NORMAL, EMERGENCY, RECOVERY = 0, 1, 2


class PlanParameters(PhaseParameters):
    """Limits of spending, and the cycle in which the plan is thought over."""

    saturation: float = quantity(
        3.0, 0.1, 50.0, source="assumption: no euro is spent beyond 3 units per unit of need (95 %)"
    )
    carry_over_release: float = quantity(
        0.10, 0.0, 1.0, unit="per week", source="assumption: share of the savings usable in a week"
    )
    act_share: float = quantity(
        1.0,
        0.0,
        1.0,
        source="assumption: .05-1; a town works in emergency for as long as the act lasts, though "
        "acts are prolonged to finish what was begun",
    )
    cycle_weeks: int = quantity(
        26, 4, 104, unit="weeks", source="a planning cycle, every 26-52 weeks"
    )
    responsiveness: float = quantity(
        0.5, 0.0, 1.0, source="assumption: how far the shares follow the priorities agreed"
    )
    milieu: float = quantity(
        0.5, 0.0, 1.0, source="assumption: weight of one's own side and quarter in one's view"
    )
    view_error: float = quantity(
        0.5, 0.0, 3.0, source="assumption: error of one person's view of a need, in logarithm"
    )
    plurality: float = quantity(
        1.0, 0.0, 1.0, source="Page 2007: views pooled before they are heard; 0: all follow one"
    )
    convergence: float = quantity(
        0.6, 0.0, 1.0, source="assumption: way made towards the pool by a wholly trusting person"
    )
    tolerance: float = quantity(
        0.1, 0.001, 10.0, source="assumption: dispersion at which a third of the plan is followed"
    )
    tackle_isolation: float = quantity(
        0.8, 0.0, 1.0, source="assumption: share of the problem that can be tackled locally"
    )
    tackle_income: float = quantity(
        0.3, 0.0, 1.0, source="assumption: mostly national transfers and the labour market"
    )
    tackle_care: float = quantity(0.7, 0.0, 1.0, source="assumption: municipal and family care")
    tackle_housing: float = quantity(
        0.4, 0.0, 1.0, source="assumption: building and rents are decided elsewhere too"
    )
    tackle_health: float = quantity(0.3, 0.0, 1.0, source="assumption: health care is the region's")


def effective(units: float, need: float, returns: str) -> float:
    """Return the work done by `units` over an eligible `need`: S(1 - exp(-u/S)), or linear."""
    if need <= 0.0:
        return 0.0
    return min(units, need) if returns == "linear" else need * -math.expm1(-units / need)


def _emergency(model: CommunityModel) -> bool:
    """Tell whether the town is in an emergency: by dated acts, or by the strategy's triggers."""
    town, strategy = model.state.municipality, model.strategy_in_force
    declared = model.background.declared
    if declared is not None:
        return bool(model.state.week >= 0 and declared[model.state.week])
    strength = max(*town.damage.tolist(), town.salience)
    ends = strategy.emergency_off if town.phase == EMERGENCY else strategy.emergency_on
    return bool(strength >= ends)


def _phase(model: CommunityModel) -> None:
    """Move between normal, emergency and recovery."""
    town, strategy = model.state.municipality, model.strategy_in_force
    town.phase_weeks += 1
    if _emergency(model):
        if town.phase != EMERGENCY:
            town.phase, town.phase_weeks = EMERGENCY, 0
    elif town.phase == EMERGENCY:
        town.phase, town.phase_weeks = RECOVERY, 0
    elif town.phase == RECOVERY and town.phase_weeks >= strategy.recovery_weeks:
        town.phase, town.phase_weeks = NORMAL, 0


def run(model: CommunityModel) -> None:
    """Spend this week's purse."""
    town, p = model.state.municipality, model.parameters.plan
    model.state.births = model.state.deaths = 0
    income = model.income_cents(model.state.week)
    savings = town.available_cents
    town.available_cents += income
    model.ledger.receive(model.state.week, income)
    _phase(model)
    usable = income + int(savings * p.carry_over_release)

    if model.state.week % p.cycle_weeks == 0:
        deliberate(model)
    model.begin_spending()
    for scope in in_force(model).scopes:
        _spend(model, scope, usable)


def _spend(model: CommunityModel, scope: Sequence[tuple[Action, float]], usable: int) -> None:
    """Buy units of the actions of one scope; together they have the returns of one line."""
    town, p = model.state.municipality, model.parameters.plan
    bought: list[tuple[Action, float]] = []
    need = units = 0.0
    for action, share in scope:
        # A cent must not hang on the last bit of a sum of shares: .15 + .14 is not .29.
        cents = min(int(usable * min(share, 1.0) + 1e-6), town.available_cents)
        if cents <= 0:
            continue
        if need == 0.0:  # one for the whole scope, asked only if there is a cent for it
            need = scope[0][0].need(model)
            if need <= 0.0:
                return
        room = p.saturation * need - units
        cents = min(cents, int(100.0 * max(room, 0.0) * action.unit_cost_eur))
        if cents > 0:
            town.available_cents -= cents
            town.spent_cents += cents
            model.ledger.enter(model.state.week, action, cents)
            mine = cents / (100.0 * action.unit_cost_eur)
            bought.append((action, mine))
            units += mine
    if not bought:
        return
    done = effective(units, need, model.returns)
    for action, mine in bought:
        if not model.muted or action.kind() not in model.muted:
            action.apply(model, done * mine / units)
