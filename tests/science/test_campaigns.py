"""A campaign at shipped values: how many points more of the citizens know of help.

Snyder et al. 2004 (a meta-analysis of media campaigns): about 5 points of the community, 9 for what
is new to it. `campaign_reach`, 7 points, is the chance of an exposure to whoever does not know yet;
about half do not, so that it takes two exposures of each to move as many points of the town.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from resilienza_sim import load_scenario
from resilienza_sim.actions.campaign import Campaign
from resilienza_sim.model.community_model import CommunityModel

pytestmark = pytest.mark.science
CITIZENS, WEEKS, YEAR = 2_000, 8, 52
ABOUT = ("informal", "formal")
Points = Callable[[str, float, int], float]


def exposed(base: CommunityModel, about: str, exposures: float) -> CommunityModel:
    """Return an arm in which a campaign reaches each citizen so often, in eight weeks."""
    arm = base.fork("none", 0)
    plainly, campaign = arm.begin_spending, Campaign(about=about)

    def begin() -> None:
        plainly()
        if arm.week < WEEKS:
            campaign.apply(arm, campaign.need(arm) * exposures / WEEKS)

    arm.begin_spending = begin  # type: ignore[method-assign]
    return arm


@pytest.fixture(scope="module")
def points() -> Points:
    """Points of informed citizens that a campaign has gained, mean of three towns."""
    scenario = load_scenario("faenza").with_citizens(CITIZENS).without_shocks(range(99))
    found: dict[tuple[str, float, int], list[float]] = {}
    for seed in (1, 2, 3):
        base = CommunityModel(scenario.with_values({"exogenous": {}}), "none", rng=seed)
        base.run_to(0)
        for about in ABOUT:
            shares = {}
            for exposures in (0.0, 1.0, 2.0):
                arm = exposed(base, about, exposures)
                for week in (WEEKS, YEAR):
                    arm.run_to(week)
                    flag = getattr(arm.state.citizens, f"informed_{about}")
                    shares[exposures, week] = 100.0 * float(flag.mean())
            for (exposures, week), share in shares.items():
                gained = share - shares[0.0, week]
                found.setdefault((about, exposures, week), []).append(gained)
    return lambda *of: float(np.mean(found[of]))


def test_two_exposures_of_each_move_as_many_points_as_campaigns_did(points) -> None:
    assert 5.0 < points("informal", 2.0, WEEKS) < 9.0
    assert 4.0 < points("formal", 2.0, WEEKS) < 6.5  # fewer do not know of the services yet


@pytest.mark.parametrize("about", ABOUT)
def test_one_exposure_moves_about_half_as_many(points, about) -> None:
    assert 2.0 < points(about, 1.0, WEEKS) < 4.5
    assert points(about, 1.0, WEEKS) < 0.65 * points(about, 2.0, WEEKS)


@pytest.mark.parametrize("about", ABOUT)
def test_what_a_campaign_moved_is_slowly_lost(points, about) -> None:
    assert 0.5 < points(about, 2.0, YEAR) / points(about, 2.0, WEEKS) < 1.05


@pytest.mark.parametrize("about", ABOUT)
def test_nobody_sends_leaflets_to_the_uninformed_alone(about) -> None:
    model = CommunityModel(load_scenario("quartiere").with_citizens(300), rng=1)
    informed = getattr(model.state.citizens, f"informed_{about}")
    informed[:] = 1
    campaign = Campaign(about=about)
    assert campaign.need(model) == 0.0  # all know: nothing to do
    informed[:3] = 0
    assert campaign.need(model) == 300.0
    campaign.apply(model, 150.0)
    assert getattr(model.effort, f"campaign_{about}") == pytest.approx(0.5)
