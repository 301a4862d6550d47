"""Services: who reaches them, waits, is met, and what they cost their staff."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resilienza_sim.model.contracts import indicator
from resilienza_sim.model.state import SERVICES

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(
    unit="share",
    better="higher",
    source="own measure",
    names=("care_coverage", "service_coverage"),
)
def care_coverage(model: CommunityModel) -> tuple[float, float]:
    """Share of people in serious need helped this week by anybody; by services alone.

    That of services counts those in care who need it no more.
    """
    care = model.tally.care
    by_anybody = care.cared / care.serious if care.serious else math.nan
    return by_anybody, care.service_coverage()


@indicator(unit="share", better="lower", source="own measure")
def serious_need(model: CommunityModel) -> float:
    """Share of citizens in serious need: of some kind, one that sends people to a service."""
    return model.tally.care.serious / model.tally.citizens


@indicator(
    unit="difference",
    bounds=(-1.0, 1.0),
    better="higher",
    source="own measure",
)
def inclusion_gap(model: CommunityModel) -> float:
    """Care coverage of the target groups less that of the others.

    Undefined unless both sides have people in serious need.
    """
    care = model.tally.care
    others = care.serious - care.serious_target
    if not care.serious_target or not others:
        return math.nan
    return care.cared_target / care.serious_target - (care.cared - care.cared_target) / others


@indicator(
    unit="share",
    better="higher",
    source="own measure; Snyder et al. 2004",
    names=("informed_formal", "informed_informal", "informed_distant"),
)
def informed(model: CommunityModel) -> tuple[float, float, float]:
    """Share informed of services, of the groups' help; of the latter among the distant."""
    reach = model.tally.reach
    return reach.informed_formal, reach.informed_informal, reach.informed_distant


@indicator(unit="share", better="lower", source="own measure; Snyder et al. 2004")
def distant_share(model: CommunityModel) -> float:
    """Share of citizens who keep away from help of any kind."""
    return model.tally.reach.distant


@indicator(unit="0-1", better="lower", source="own measure; Herd & Moynihan 2018, from memory")
def obstacles(model: CommunityModel) -> float:
    """Mean level of the obstacles to services, weighted by those concerned."""
    return float(model.state.municipality.obstacles @ model.fixed.concerned)


@indicator(
    unit="per 1,000",
    source="ISTAT survey of municipal social services: users in a year (CNEL 2025)",
    names=tuple(f"users_{service}" for service in SERVICES),
)
def service_users(model: CommunityModel) -> tuple[float, ...]:
    """People with a case in the last twelve months per 1,000 citizens, by service."""
    n = model.tally.citizens
    return tuple([1e3 * (count / n) for count in model.tally.users[:-1]])


@indicator(unit="per 1,000", source="CNEL 2025: users of money grants of municipalities in a year")
def grant_users(model: CommunityModel) -> float:
    """People who had a grant of money in the last twelve months, per 1,000 citizens."""
    return 1e3 * (model.tally.users[-1] / model.tally.citizens)


@indicator(unit="per 1,000", better="lower", source="own measure")
def service_waiting(model: CommunityModel) -> float:
    """People waiting for a service, per 1,000 citizens."""
    return 1e3 * model.tally.services.queue / model.tally.citizens


@indicator(
    unit="weeks",
    better="lower",
    source="own measure",
    names=tuple(f"waiting_{service}" for service in SERVICES),
)
def waiting_weeks(model: CommunityModel) -> tuple[float, ...]:
    """Mean weeks waited by those whose case was opened this week, by service.

    Undefined where no case was opened.
    """
    services = model.state.services
    pairs = zip(services.waits.tolist(), services.served.tolist(), strict=True)
    return tuple(weeks / served if served else math.nan for weeks, served in pairs)


@indicator(
    unit="per 1,000",
    better="lower",
    source="own measure",
    names=tuple(f"queue_{service}" for service in SERVICES),
)
def queue_by_service(model: CommunityModel) -> tuple[float, ...]:
    """People waiting, per 1,000 citizens, by service."""
    n = model.tally.citizens
    return tuple([1e3 * (people / n) for people in model.state.services.queue.tolist()])


@indicator(
    unit="per 1,000",
    better="lower",
    source="own measure",
    names=tuple(f"gave_up_{service}" for service in SERVICES),
)
def gave_up_by_service(model: CommunityModel) -> tuple[float, ...]:
    """People who gave up waiting this week, per 1,000 citizens, by service."""
    n = model.tally.citizens
    return tuple([1e3 * (people / n) for people in model.state.services.reneged.tolist()])


@indicator(
    unit="share",
    better="lower",
    source="own measure",
    names=tuple(f"saturation_{service}" for service in SERVICES),
)
def saturation_by_service(model: CommunityModel) -> tuple[float, ...]:
    """People waiting over the cases that can be followed at once, 1 at most, by service."""
    services = model.state.services
    pairs = zip(services.queue.tolist(), services.capacity.tolist(), strict=True)
    return tuple([min(1.0, queue / max(capacity, 1.0)) for queue, capacity in pairs])


@indicator(
    unit="share",
    better="lower",
    source="own measure",
    names=tuple(f"burnout_{service}" for service in SERVICES),
)
def burnout_by_service(model: CommunityModel) -> tuple[float, ...]:
    """Share of the operators who are burnt out, by service."""
    return tuple(model.state.services.burnout.tolist())


@indicator(unit="share", better="lower", source="own measure")
def saturation(model: CommunityModel) -> float:
    """People waiting over the cases a service can follow at once, 1 at most; mean of services."""
    return model.tally.services.saturated


@indicator(unit="share", better="lower", source="own measure")
def service_unserved(model: CommunityModel) -> float:
    """Share of those who left the queues this week who gave up; undefined when nobody left."""
    services = model.tally.services
    left = services.reneged + services.served
    return services.reneged / left if left else math.nan


@indicator(unit="0-1", better="lower", source="Caplan 1964, from memory")
def severity_at_intake(model: CommunityModel) -> float:
    """Mean unmet need of those whose case was opened this week; undefined without any."""
    services = model.tally.services
    return services.intake / services.served if services.served else math.nan


@indicator(unit="share", better="lower", source="own measure")
def burnout(model: CommunityModel) -> float:
    """Share of the operators of services who are burnt out."""
    return model.tally.services.burnout


@indicator(unit="share", better="higher", source="Ostrom 1996")
def coproduced_share(model: CommunityModel) -> float:
    """Share of the need met in cases that services and others meet only by working together.

    Undefined when services met nothing.
    """
    together = model.state.met_together
    in_cases = model.state.met_formal + 0.5 * together  # the other half is told as informal
    return min(1.0, together / in_cases) if in_cases > 0.0 else math.nan


@indicator(unit="share", source="own measure; Ostrom 1996")
def informal_share(model: CommunityModel) -> float:
    """Share of the need met this week by people and groups; the rest by services."""
    met = model.state.met_informal + model.state.met_formal
    return model.state.met_informal / met if met > 0 else math.nan


@indicator(unit="share", better="higher", source="own measure: control of pertinent factors")
def factors_covered(model: CommunityModel) -> float:
    """Mean cover of the scarcest factor of each kind of need, weighted by the need."""
    need, covers = model.tally.need, model.tally.covers
    whole = need.sum()
    if whole <= 0.0:
        return math.nan
    return float(covers @ need / whole)
