"""Phase 12, person by person: what is observed each week, through a `mesa.DataCollector`.

Indicators of citizens and ties are sums over agents; those of groups, services, money and levees
are the product's own, on its tables. The structure of the ties, looked at twice a year, is handed
to the product's own measures.
"""

from __future__ import annotations

from math import isnan, nan
from operator import attrgetter
from statistics import pstdev

import mesa
import numpy as np

from resilienza_sim.community.people import SEGMENTS
from resilienza_sim.community.structure import clustering, giant_share, partition
from resilienza_sim.indicators.wellbeing import RECIPIENTS
from resilienza_sim.model.factors import cover_of, covers
from resilienza_sim.model.network import CurrentTies
from resilienza_sim.model.state import ADULT, NEEDS, SERVICES
from resilienza_sim.model.tally import SATISFIED_BELOW, YEAR
from tests.reference.plain.displacement import GONE, KIN, RENTED, SHELTER
from tests.reference.plain.meet import HOUSEHOLD


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else nan


def mean_of(name):
    return lambda town: mean(map(attrgetter(name), town.people))


def share(condition):
    return lambda town: mean(bool(condition(person)) for person in town.people)


def adults_share(condition):
    return lambda town: mean(bool(condition(x)) for x in town.people if x.age >= ADULT)


def relies(least):
    """Tell whether somebody outside the household is trusted that much."""
    return lambda x: any(tie.trust > least and not tie.layer & HOUSEHOLD for tie in x.ties.values())


# -- ties ---------------------------------------------------------------------------------------


def trust(town):
    total, count = 0.0, 0
    for person in town.people:
        for tie in person.ties.values():
            total += tie.trust
        count += len(person.ties)
    return total / count if count else 0.0


def ei_index(kind):
    """Ties outside less ties inside one's own kind, over all ties out of the household."""

    def index(town):
        outside = inside = 0
        for person in town.people:
            mine = getattr(person, kind)
            for tie in person.ties.values():
                if not tie.layer & HOUSEHOLD:
                    if getattr(tie.other, kind) == mine:
                        inside += 1
                    else:
                        outside += 1
        return (outside - inside) / (outside + inside) if outside + inside else nan

    return index


def current_ties(town):
    """Return the ties as rows of sorted neighbours."""
    rows = [sorted(other.number for other in person.ties) for person in town.people]
    ptr = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    return CurrentTies(ptr, np.array([j for row in rows for j in row], np.uint32))


# -- care -----------------------------------------------------------------------------------------


def cared(town):
    """Count, by side, who is in serious need, helped then, in care, and in care or need."""
    least = town.tables.parameters.serve.seeks_above
    counts = [[0, 0] for _ in range(4)]
    for person in town.people:
        side, held = person.target, person.cases > 0
        serious = max(person.need) >= least
        counts[0][side] += serious
        helped = held or any(person.followed) or person.helped > 0.0
        counts[1][side] += serious and helped
        counts[2][side] += held
        counts[3][side] += held or serious
    return counts


def care_coverage(town):
    serious, helped, _, _ = map(sum, town.cared)
    return helped / serious if serious else nan


def service_coverage(town):
    _, _, served, concerned = map(sum, town.cared)
    return served / concerned if concerned else nan


def inclusion_gap(town):
    serious, helped, _, _ = town.cared
    return helped[1] / serious[1] - helped[0] / serious[0] if all(serious) else nan


def users(service):
    """People with a case in the last year, per 1,000."""
    return lambda town: 1e3 * mean(x.since_care[service] < YEAR for x in town.people)


def functional_quality(town):
    recorder = town.tables.recorder
    start = -recorder.first_week
    if recorder.rows < start:
        return nan

    def before(column):
        return mean(x for x in recorder.series(column)[start - 26 : start].tolist() if not isnan(x))

    fatigue, anger = mean_of("fatigue")(town), mean_of("anger")(town)
    now = (service_coverage(town), 1.0 - fatigue, 1.0 - anger)
    then = (before("service_coverage"), 1.0 - before("fatigue"), 1.0 - before("anger"))
    # min and max would hide what is not known
    kept = [
        x if isnan(x) or isnan(was) else min(1.0, x / max(was, 1e-9))
        for x, was in zip(now, then, strict=True)
    ]
    return mean(kept)


# -- moods ----------------------------------------------------------------------------------------


def suffering_of(tag):
    return lambda town: mean(person.suffering for person in town.tagged[tag])


def above_of(tag):
    return lambda town: mean(person.weeks_above > 0 for person in town.tagged[tag])


def suffering_gap(town):
    return suffering_of("target")(town) - mean(x.suffering for x in town.people if not x.target)


def tag_spread(town):
    means = [suffering_of(tag)(town) for tag, people in town.tagged.items() if people]
    return pstdev(means) if means else nan


def quality(town):
    return 1.0 - (mean_of("suffering")(town) - town.tables.state.municipality.reference)


def polarisation(town):
    """Esteban & Ray: 4 sum_ij p_i^2 p_j |y_i - y_j| over ten classes of rancour."""
    classes = [[] for _ in range(10)]
    for person in town.people:
        classes[min(int(person.grievance * 10), 9)].append(person.grievance)
    n = len(town.people)
    found = [(len(each) / n, sum(each) / len(each)) for each in classes if each]
    return 4.0 * sum(p * p * q * abs(y - z) for p, y in found for q, z in found)


def worn_out(town):
    too_long = town.tables.parameters.mood.chronic_weeks
    return mean(person.weeks_above > too_long for person in town.people)


def profile_coverage(town):
    able = [person for person in town.people if person.age >= ADULT]
    active = [person for person in able if person.active and person.group >= 0]
    if not active:
        return nan
    there, doing = [0.0] * len(SEGMENTS), [0.0] * len(SEGMENTS)
    for person in able:
        there[person.segment] += 1.0 / len(able)
    for person in active:
        doing[person.segment] += 1.0 / len(active)
    return 1.0 - 0.5 * sum(abs(x - y) for x, y in zip(there, doing, strict=True))


def factors_covered(town):
    need = [0.0] * len(NEEDS)
    for person in town.people:
        need = [total + own for total, own in zip(need, person.need, strict=True)]
    cover = cover_of(covers(town.tables.state.stakeholders)).tolist()
    total = sum(need)
    return sum(x * y for x, y in zip(cover, need, strict=True)) / total if total > 0.0 else nan


def resources_activated(town):
    state = town.tables.state
    private = float((state.stakeholders.resources * state.stakeholders.engaged).sum())
    spaces = state.spaces
    places = float((spaces.capacity * spaces.open).sum() / spaces.capacity.sum())
    adults = [person for person in town.people if person.age >= ADULT]
    doing = sum(x.skill for x in adults if x.active) / sum(x.skill for x in adults)
    return (private + places + doing) / 3.0


def displaced(*places):
    """People who live in these places, per 1,000; those gone are counted by the place they left."""

    def count(town):
        people = 0
        for home in town.homes:
            people += len(home.members) * (
                sum(home.lodging == where for where in places if where != GONE)
                + (home.left if GONE in places else 0)
            )
        return 1e3 * people / len(town.people)

    return count


OF_CITIZENS = {
    "serious_need": lambda town: sum(town.cared[0]) / len(town.people),
    "active_share": adults_share(lambda x: x.active),
    "anger": mean_of("anger"),
    "bridging": mean_of("bridge"),
    "care_coverage": care_coverage,
    "service_coverage": service_coverage,
    "closed_rancour": share(lambda x: x.grievance > 0.5 and x.bridge < 0.1),
    "clustering": lambda town: clustering(current_ties(town)),
    "displaced_kin": displaced(KIN),
    "displaced_rented": displaced(RENTED),
    "displaced_shelter": displaced(SHELTER),
    "displaced_gone": displaced(GONE),
    "displaced": displaced(KIN, RENTED, SHELTER, GONE),
    "distant_share": mean_of("distant"),
    "efficacy": mean_of("efficacy"),
    "ei_side": ei_index("target"),
    "ei_quarter": ei_index("quarter"),
    "factors_covered": factors_covered,
    "fatigue": mean_of("fatigue"),
    "functional_quality": functional_quality,
    "generalised_trust": share(lambda x: x.generalised_trust > 0.5),
    "giant_component": lambda town: giant_share(current_ties(town)),
    "grievance": mean_of("grievance"),
    "inclusion_gap": inclusion_gap,
    "informed_formal": mean_of("informed_formal"),
    "informed_informal": mean_of("informed_informal"),
    "informed_distant": lambda town: mean(x.informed_informal for x in town.people if x.distant),
    "linking": share(
        lambda x: (
            x.informed_formal
            and not x.distant
            and sum(x.trust_service) / len(x.trust_service) > 0.5
        )
    ),
    "mean_degree": lambda town: mean(len(person.ties) for person in town.people),
    "member_share": adults_share(lambda x: x.group >= 0),
    "above_share": lambda town: mean(bool(x.weeks_above) for x in town.people),
    "observed_participation": adults_share(lambda x: x.since_part < YEAR),
    "observed_rely_on": lambda town: adults_share(relies(town.tables.rates.trust.relied))(town),
    "observed_satisfaction": adults_share(lambda x: x.suffering < SATISFIED_BELOW),
    "observed_trust": adults_share(lambda x: x.generalised_trust > 0.5),
    "observed_volunteering": adults_share(lambda x: x.since_work < YEAR),
    "modularity": lambda town: partition(current_ties(town))[1],
    "perceived_support": mean_of("perceived_support"),
    "polarisation": polarisation,
    "profile_coverage": profile_coverage,
    "quality": quality,
    "received_support": mean_of("received"),
    "reserve": mean_of("reserve"),
    "rancour_share": share(lambda x: x.grievance > 0.5),
    "resources_activated": resources_activated,
    "savings": lambda town: mean(home.savings for home in town.homes),
    "suffering": mean_of("suffering"),
    **{column: suffering_of(tag) for tag, column in RECIPIENTS.items() if tag != "distant"},
    **{
        column.replace("suffering", "above"): above_of(tag)
        for tag, column in RECIPIENTS.items()
        if tag != "distant"
    },
    "above_distant": lambda town: mean(x.weeks_above > 0 for x in town.people if x.distant),
    "suffering_distant": lambda town: mean(x.suffering for x in town.people if x.distant),
    "suffering_gap": suffering_gap,
    "tag_spread": tag_spread,
    "trust": trust,
    "trust_services": lambda town: mean(x for each in town.people for x in each.trust_service),
    "unmet_need": mean_of("unmet"),
    **{f"users_{name}": users(at) for at, name in enumerate(SERVICES)},
    "grant_users": lambda town: 1e3 * mean(x.since_grant < YEAR for x in town.people),
    "weeks_above": lambda town: mean(x.weeks_above for x in town.people if x.weeks_above > 0),
    "worn_out": worn_out,
}
"""By column: what is observed in citizens and in their ties."""


def of_quarter(column):
    """Return a reporter of what is observed in the citizens of one quarter, if it is one."""
    kind, _, number = column.rpartition("_")
    if kind not in BY_QUARTER:
        return None
    here = int(number) - 1
    return lambda town: mean(BY_QUARTER[kind](x) for x in town.people if x.quarter == here)


BY_QUARTER = {
    "above_in_quarter": lambda person: person.weeks_above > 0,
    "suffering_in_quarter": attrgetter("suffering"),
}


def of_tables(indicator, at):
    """Return a reporter of one column of an indicator that looks at no citizen."""

    def report(town):
        value = indicator(town.tables)
        return value[at] if isinstance(value, tuple) else value

    return report


def with_cadence(report, weeks):
    """Return a reporter that looks every so many weeks."""
    return lambda town: report(town) if town.tables.state.week % weeks == 0 else nan


def collector(town):
    """Return a collector of all the indicators of the model, one reporter a column."""
    reporters = {}
    for indicator in town.tables.recorder.indicators:
        for at, column in enumerate(indicator.columns(town.tables.recorder.quarters)):
            report = OF_CITIZENS.get(column) or of_quarter(column) or of_tables(indicator, at)
            weeks = indicator.cadence_weeks
            reporters[column] = with_cadence(report, weeks) if weeks > 1 else report
    return mesa.DataCollector(model_reporters=reporters)


def run(town):
    """Add to the running sums and observe the week; the tables keep what was seen."""
    for person in town.people:
        person.cumulative += person.suffering
    town.cared = cared(town)
    town.collector.collect(town)
    recorder, seen = town.tables.recorder, town.collector.model_vars
    recorder.values[recorder.rows] = [seen[column][-1] for column in recorder.columns]
    recorder.rows += 1
