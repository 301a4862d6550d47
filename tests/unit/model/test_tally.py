"""What indicators share is what the definitions say, counted plainly with numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from resilienza_sim.community.people import SEGMENTS
from resilienza_sim.model.cooperation import overlap
from resilienza_sim.model.factors import cover_of, covers
from resilienza_sim.model.hazards import match
from resilienza_sim.model.state import ADULT
from resilienza_sim.model.sums import total, total_by_column, total_of
from resilienza_sim.model.tally import Tally
from tests.organisations import organisations, ready
from tests.small import flood, lived, town

RNG = np.random.default_rng(1)


@pytest.fixture(scope="module")
def model():
    return lived(town(citizens=700, weeks=30, shocks=[flood(4)]), 14)


@pytest.mark.parametrize("n", [0, 1, 79, 80, 81, 1_000])
def test_sums_are_those_of_numpy(n) -> None:
    x, flag = RNG.random(n, np.float32), RNG.integers(0, 2, n).astype(np.uint8)
    assert total(x) == pytest.approx(x.sum(dtype=np.float64), abs=1e-12)
    assert total_of(x, flag) == pytest.approx(x[flag == 1].sum(dtype=np.float64), abs=1e-12)
    for width in (2, 4, 5):
        table = RNG.random((n, width), np.float32)
        assert total_by_column(table) == pytest.approx(table.sum(axis=0, dtype=np.float64))


def test_moods(model) -> None:
    c, mood = model.state.citizens, model.tally.mood
    for name in ("suffering", "fatigue", "anger", "grievance", "efficacy"):
        assert getattr(mood, name) == pytest.approx(getattr(c, name).mean(dtype=np.float64)), name
    assert mood.unmet == pytest.approx(model.scratch.unmet.mean(dtype=np.float64))
    assert mood.bridge == pytest.approx(model.scratch.bridge.mean(dtype=np.float64))
    assert mood.rancorous == (c.grievance > 0.5).mean()
    assert mood.closed == ((c.grievance > 0.5) & (model.scratch.bridge < 0.1)).mean()
    assert mood.above == (c.weeks_above > 0).sum()
    assert mood.weeks_above == c.weeks_above.sum()
    assert mood.worn_out == (c.weeks_above > model.parameters.mood.chronic_weeks).mean()


def test_reach(model) -> None:
    c, reach = model.state.citizens, model.tally.reach
    far = c.distant == 1
    assert 0 < reach.distant_citizens == far.sum()
    assert reach.distant == far.mean()
    assert reach.informed_formal == c.informed_formal.mean()
    assert reach.informed_informal == c.informed_informal.mean()
    assert reach.informed_distant == pytest.approx(c.informed_informal[far].mean())
    assert reach.trusting == (c.generalised_trust > 0.5).mean()
    assert reach.trust_services == pytest.approx(c.trust_service.mean(dtype=np.float64))
    trusts = c.trust_service.mean(axis=1, dtype=np.float64) > 0.5
    assert reach.linked == (trusts & (c.informed_formal == 1) & ~far).mean()


def test_taking_part(model) -> None:
    people, c, part = model.community.people, model.state.citizens, model.tally.part
    able, busy = people.age >= ADULT, c.active == 1
    inside = able & busy & (c.group >= 0)
    assert inside.any()
    assert part.active == busy[able].mean()
    assert part.members == (c.group[able] >= 0).mean()
    skill = c.skill.astype(np.float64)
    assert part.skill_in_use == pytest.approx(skill[able & busy].sum() / skill[able].sum())
    shares = [
        np.bincount(people.segment[who], minlength=len(SEGMENTS)) / who.sum()
        for who in (able, inside)
    ]
    assert part.overlap == pytest.approx(overlap(*shares))
    nobody = model.fork("none")
    nobody.state.citizens.active[:] = 0
    assert math.isnan(nobody.tally.part.overlap)


def test_care(model) -> None:
    c, care, target = model.state.citizens, model.tally.care, model.fixed.target == 1
    serious = (c.need >= np.float32(model.parameters.serve.seeks_above)).any(axis=1)
    cared = serious & ((c.cases > 0) | (c.followed > 0).any(axis=1) | (c.helped > 0.0))
    assert 0 < care.cared == cared.sum()
    assert care.cared_target == (cared & target).sum()
    assert care.serious == serious.sum()
    assert care.serious_target == (serious & target).sum()
    assert care.served == (c.cases > 0).sum()
    assert care.concerned == (serious | (c.cases > 0)).sum()


def test_suffering_by_tag(model) -> None:
    c, found = model.state.citizens, model.tally.suffering_by_tag
    who = {**model.fixed.tags, "distant": c.distant == 1}
    assert list(found) == list(who)
    for tag, mask in who.items():
        assert found[tag] == pytest.approx(c.suffering[mask].mean(dtype=np.float64)), tag
    nobody = model.fork("none")
    nobody.state.citizens.distant[:] = 0
    assert math.isnan(nobody.tally.suffering_by_tag["distant"])


def test_organisations_and_their_fit(model) -> None:
    twin = model.fork("none")
    services, town_hall = twin.state.services, twin.state.municipality
    twin.state.groups.dip[::3], twin.state.groups.hesitating[::4] = 0.3, 1
    kinds, tally = organisations(twin), twin.tally
    living = [kind.table.practice[kind.alive] for kind in kinds]
    assert tally.organisations.living == np.concatenate(living).size
    assert tally.organisations.learning == sum((k.alive & ~ready(k)).sum() for k in kinds)
    assert tally.organisations.hesitating == sum(k.table.hesitating[k.alive].sum() for k in kinds)
    dips = [kind.table.dip[kind.alive].sum(dtype=np.float64) for kind in kinds]
    assert tally.organisations.dip == pytest.approx(sum(dips))
    memory = town_hall.memory
    unseen = memory == 0.0
    unseen[0] = False
    now = match(services.practice, town_hall.demand)
    assert tally.fits.service == pytest.approx(np.average(now, weights=services.workers))
    assert tally.fits.known == pytest.approx(match(services.practice, memory / memory.sum()).mean())
    assert tally.fits.unseen == pytest.approx(
        match(np.concatenate(living), unseen / unseen.sum()).mean()
    )
    town_hall.memory[:] = 1.0
    assert math.isnan(twin.tally.fits.unseen)
    town_hall.memory[:] = 0.0
    assert math.isnan(twin.tally.fits.known)


def test_ties_and_what_needs_ask_for(model) -> None:
    tally, need = model.tally, model.state.citizens.need
    assert tally.citizens == len(model.state.citizens)
    assert tally.degrees == model.state.degree.sum()
    assert tally.need == pytest.approx(need.sum(axis=0, dtype=np.float64))
    assert np.array_equal(tally.covers, cover_of(covers(model.state.stakeholders)))


def test_alliances_and_groups(model) -> None:
    twin = model.fork("none")
    alliances, groups = twin.state.alliances, twin.state.groups
    alliances.alive[:] = 0
    assert math.isnan(twin.tally.alliances.age)
    alliances.alive[:3], alliances.born[:3] = 1, [4, 6, 14]
    alliances.delay[:3], alliances.vertical[:3] = [1, 2, 6], [0, 0, 1]
    assert twin.tally.alliances == (3, pytest.approx(6.0), 3.0, pytest.approx(1 / 3))
    living = groups.alive == 1
    means = groups.capability[living].mean(axis=0, dtype=np.float64)
    assert twin.tally.groups[:5] == (living.sum(), *(pytest.approx(x) for x in means))
    groups.alive[:] = 0
    assert math.isnan(twin.tally.groups.support)


def test_it_is_made_anew_whenever_nobody_records() -> None:
    model = lived(town(citizens=200, weeks=12), 1)
    before = model.tally.mood.anger
    model.state.citizens.anger[:] = 1.0
    assert model.tally.mood.anger == 1.0 != before
    assert model.recorder.tally is None
    model.recorder.tally = shared = Tally(model)
    assert model.tally is shared


def test_a_town_of_one_quarter_is_recorded_as_any_other() -> None:
    model = lived(town(citizens=150, quarters=[{"name": "All", "share": 1.0}]), 2)
    (quarter,) = (x for x in model.recorder.columns if x.startswith("above_in_quarter"))
    assert (model.recorder.series(quarter) >= 0.0).any()
