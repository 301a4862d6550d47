"""How people fare: suffering, need, strength, home."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import indicator
from resilienza_sim.model.state import KIN, LODGINGS, RENTED, SHELTER
from resilienza_sim.model.sums import total

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(unit="0-1", better="lower", source="own measure")
def suffering(model: CommunityModel) -> float:
    """Mean suffering (disagio) of the citizens."""
    return model.tally.mood.suffering


@indicator(unit="share", better="lower", source="own measure")
def above_share(model: CommunityModel) -> float:
    """Share of citizens above their threshold of suffering."""
    return model.tally.mood.above / model.tally.citizens


@indicator(unit="weeks", better="lower", source="own measure")
def weeks_above(model: CommunityModel) -> float:
    """Mean weeks in a row above their threshold of suffering, of those who are above it.

    Undefined where nobody is above.
    """
    mood = model.tally.mood
    return mood.weeks_above / mood.above if mood.above else math.nan


@indicator(unit="share", better="lower", source="Hobfoll 1989")
def worn_out(model: CommunityModel) -> float:
    """Share of citizens above their threshold of suffering for so long that they are worn out."""
    return model.tally.mood.worn_out


@indicator(unit="0-1", better="lower", source="own measure")
def unmet_need(model: CommunityModel) -> float:
    """Mean unmet need, all kinds together."""
    return model.tally.mood.unmet


@indicator(unit="1 = as before", bounds=(0.0, 2.0), better="higher", source="Bruneau et al. 2003")
def quality(model: CommunityModel) -> float:
    """Functioning Q of the town: 1 less the mean suffering above its quiet level."""
    return 1.0 - (model.tally.mood.suffering - model.state.municipality.reference)


@indicator(
    unit="0-1",
    better="higher",
    source="form after Bruneau et al. 2003; equal weights: assumption",
)
def functional_quality(model: CommunityModel) -> float:
    """What is left of three functions of the quiet half year: care by services, strength, calm.

    The mean of min(1, x / x before) for service coverage, 1 - f and 1 - a. A function better than
    before does not make up for another that is worse.
    """
    if model.state.week < 0:
        return math.nan
    mood, before = model.tally.mood, model.recorder.before
    kept = (
        (model.tally.care.service_coverage(), before("service_coverage")),
        (1.0 - mood.fatigue, 1.0 - before("fatigue")),
        (1.0 - mood.anger, 1.0 - before("anger")),
    )
    care, strength, calm = (min(1.0, now / max(then, 1e-9)) for now, then in kept)
    return (care + strength + calm) / 3.0


RECIPIENTS = {
    "target": "suffering_target",
    "family": "suffering_families",
    "operator": "suffering_operators",
    "third_sector": "suffering_third_sector",
    "stakeholder": "suffering_stakeholders",
    "dependant": "suffering_dependants",
    "caregiver": "suffering_caregivers",
    "distant": "suffering_distant",
}
"""Column of each kind of recipient."""
_LODGED, _LODGINGS = (KIN, RENTED, SHELTER), len(LODGINGS)


@indicator(
    unit="0-1",
    better="lower",
    source="own measure",
    names=tuple(RECIPIENTS.values()),
)
def suffering_by_tag(model: CommunityModel) -> tuple[float, ...]:
    """Mean suffering of each kind of recipient."""
    means = model.tally.suffering_by_tag
    return tuple([means[tag] for tag in RECIPIENTS])


@indicator(
    unit="share",
    better="lower",
    source="own measure",
    names=tuple(name.replace("suffering", "above") for name in RECIPIENTS.values()),
)
def above_by_tag(model: CommunityModel) -> tuple[float, ...]:
    """Share of each kind of recipient above their threshold of suffering."""
    shares = model.tally.above_by_tag
    return tuple([shares[tag] for tag in RECIPIENTS])


@indicator(unit="share", better="lower", source="own measure", by_quarter=True)
def above_in_quarter(model: CommunityModel) -> tuple[float, ...]:
    """Share of the residents of each quarter above their threshold of suffering."""
    return tuple(model.tally.by_quarter[0].tolist())


@indicator(unit="0-1", better="lower", source="own measure", by_quarter=True)
def suffering_in_quarter(model: CommunityModel) -> tuple[float, ...]:
    """Mean suffering of the residents of each quarter."""
    return tuple(model.tally.by_quarter[1].tolist())


@indicator(
    unit="difference",
    bounds=(-1.0, 1.0),
    better="lower",
    source="own measure",
)
def suffering_gap(model: CommunityModel) -> float:
    """Mean suffering of the target groups less that of the others.

    Undefined without target groups.
    """
    n, target = model.tally.citizens, model.fixed.tag_sizes[0]
    if target in (0, n):
        return math.nan
    mean = model.tally.suffering_by_tag["target"]
    return mean - (n * model.tally.mood.suffering - target * mean) / (n - target)


@indicator(unit="0-1", better="lower", source="own measure", cadence_weeks=4)
def tag_spread(model: CommunityModel) -> float:
    """Spread of mean suffering across the kinds of recipients: standard deviation.

    A kind of recipient without people is left out.
    """
    by_tag = model.tally.suffering_by_tag
    means = np.array([by_tag[tag] for tag in model.fixed.tags if not math.isnan(by_tag[tag])])
    if means.size == 0:
        return math.nan
    far = means - means.sum() / means.size
    return math.sqrt((far * far).sum() / means.size)


@indicator(unit="0-1", better="lower", source="own measure")
def fatigue(model: CommunityModel) -> float:
    """Mean fatigue of the citizens."""
    return model.tally.mood.fatigue


@indicator(unit="0-1", better="higher", source="Hobfoll 1989")
def reserve(model: CommunityModel) -> float:
    """Strength that people have in reserve."""
    column = model.state.citizens.reserve
    return float(total(column)) / column.size


@indicator(unit="0-1", better="higher", source="ISTAT, unexpected expenses; Hobfoll 1989")
def savings(model: CommunityModel) -> float:
    """Savings left to households, as a rank among them."""
    column = model.state.households.savings
    return float(total(column)) / column.size


@indicator(unit="0-1", better="higher", source="Bandura, from memory")
def efficacy(model: CommunityModel) -> float:
    """Mean self-efficacy of the citizens."""
    return model.tally.mood.efficacy


@kernel
def _out_of_home(lodging: Any, left: Any, start: Any) -> Any:
    """Count the people in each kind of lodging, and those who have left the town."""
    lodged, gone = np.zeros(_LODGINGS, np.int64), 0
    for h in range(lodging.size):
        size = np.int64(start[h + 1]) - np.int64(start[h])
        lodged[lodging[h]] += size
        gone += size * left[h]
    return lodged, gone


@indicator(
    unit="per 1,000",
    better="lower",
    source="own measure",
    names=(*(f"displaced_{LODGINGS[k]}" for k in _LODGED), "displaced_gone", "displaced"),
)
def displaced(model: CommunityModel) -> tuple[float, ...]:
    """People out of home, per 1,000 citizens: with kin or friends, rented, sheltered, gone, all.

    The gone are those who have left the town since the start, whose places newcomers have taken.
    """
    homes, start = model.state.households, model.community.people.household_start
    lodged, gone = _out_of_home(homes.lodging, homes.left, start)
    people = [*(float(lodged[k]) for k in _LODGED), float(gone)]
    return tuple([1e3 * each / model.tally.citizens for each in (*people, sum(people))])
