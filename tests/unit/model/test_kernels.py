"""Every compiled kernel against a plain reference: the same town, week by week, to the bit.

The reference takes the kernel's place in the model, so that the week around it is tested too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

from resilienza_sim.model import acquaintance, capital, community_model, displacement, reserves
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.phases import (
    act,
    help,
    learn,
    levee,
    meet,
    mood,
    need,
    serve,
    shock,
    trust,
)
from tests.reference import act as plain_act
from tests.reference import capital as plain_capital
from tests.reference import displacement as plain_displacement
from tests.reference import help as plain_help
from tests.reference import learn as plain_learn
from tests.reference import levee as plain_levee
from tests.reference import meet as plain_meet
from tests.reference import mood as plain_mood
from tests.reference import need as plain_need
from tests.reference import participation as plain_part
from tests.reference import places as plain_places
from tests.reference import reserves as plain_reserves
from tests.reference import serve as plain_serve
from tests.reference import shock as plain_shock
from tests.reference import trust as plain_trust
from tests.reference.columns import opened
from tests.small import LOW, day, differences, flood, lived, pandemic, plan, town

KERNELS = [
    (shock, plain_shock, "hit_citizens"),
    (shock, plain_shock, "damage_homes"),
    (shock, plain_shock, "pass_week"),
    (shock, plain_shock, "excursions"),
    (levee, plain_levee, "close_events"),
    (levee, plain_levee, "raise_levees"),
    (community_model, plain_places, "open_places"),
    (community_model, plain_places, "reach_of"),
    (displacement, plain_displacement, "mend"),
    (displacement, plain_displacement, "lodge"),
    (displacement, plain_displacement, "dwell"),
    (need, plain_need, "live"),
    (acquaintance, plain_meet, "meetings"),
    (acquaintance, plain_meet, "make"),
    (acquaintance, plain_meet, "members_by"),
    (acquaintance, plain_meet, "introductions"),
    (acquaintance, plain_meet, "spare"),
    (acquaintance, plain_meet, "closures"),
    (acquaintance, plain_meet, "entries"),
    (meet, plain_meet, "encounters"),
    (help, plain_help, "ask"),
    (help, plain_help, "answer"),
    (help, plain_help, "receive"),
    (help, plain_help, "groups_help"),
    (help, plain_capital, "ask_neighbours"),
    (capital, plain_capital, "look_around"),
    (capital, plain_capital, "usual_company"),
    (capital, plain_capital, "guard"),
    (help, plain_help, "count_asking"),
    (help, plain_help, "hours_given"),
    (help, plain_help, "neighbours_help"),
    (help, plain_part, "turn_out"),
    (help, plain_need, "unmet"),
    (serve, plain_serve, "absent"),
    (serve, plain_serve, "staff"),
    (serve, plain_serve, "arrivals"),
    (serve, plain_serve, "room"),
    (serve, plain_serve, "open_cases"),
    (serve, plain_serve, "follow"),
    (serve, plain_serve, "introductions"),
    (serve, plain_serve, "wear"),
    (serve, plain_serve, "creep"),
    (trust, plain_trust, "along_ties"),
    (mood, plain_mood, "sights"),
    (mood, plain_mood, "burdens"),
    (mood, plain_mood, "feel"),
    (act, plain_act, "decide"),
    (act, plain_act, "around_people"),
    (act, plain_act, "holding"),
    (act, plain_act, "keep_up"),
    (act, plain_part, "rally"),
    (reserves, plain_reserves, "wear_down"),
    (reserves, plain_reserves, "save"),
    (act, plain_act, "enter"),
    (learn, plain_learn, "travel"),
]
WEEKS = 3


@pytest.fixture(scope="module")
def in_trouble() -> CommunityModel:
    """A town in which everything happens at once, at the week before the water comes back."""
    spans = [{"start": day(2), "weeks": 30, "rate": 0.1, "source": "a test"}]
    names = ("compensation", "allowance", "volunteers")
    scenario = town(
        citizens=250,
        weeks=30,
        shocks=[flood(2), flood(17), pandemic(11, peak=0.9, services=0.6)],
        purse={"eur_per_head": 3000.0, "discretionary_share": 0.5},
        parameters={
            "meet": {
                "loss_neighbourhood": 0.02,
                "loss_friendship": 0.03,
                "acquaintance": 0.05,
                "brokerage": 9.0,
            },
            "learn": {"word_of_mouth": 0.05, "forgetting": 0.05, "estrangement": 0.05},
            "act": {
                "exit": 0.05,
                "lapse": 0.05,
                "rally": 0.5,
                "emergent_birth": 0.5,
                "emergent_death": 0.005,
            },
            "mood": {"chronic_weeks": 3, "blow": 0.5},
            "setup": {"threshold_low": 0.1, "threshold_high": 0.3},
            "shock": {"hit_rate": 0.3, "home_rate": 2.0},
            "serve": {
                "seeking": 10.0,
                "review_weeks": 4,
                "closes_below": 0.3,
                "reneging": 1.0,
                "sickness": 0.3,
                "caseload_social_work": 6.0,
                "caseload_home_care": 3.0,
                "caseload_family_support": 5.0,
            },
            "care": {"introduction": 0.01, "signposting": 0.5},
            "displacement": {
                "long_out": 2,
                "leaving": 0.05,
                "host_ends": 0.2,
                "bed": 0.6,
                "renting": 0.5,
                "vacant": 300,
            },
            "repair": {"drying": 2, "sites": 300},
        },
        exogenous=dict.fromkeys(names, spans),
    )
    social = plan(
        ("street_work", 0.2),
        ("outreach", 0.2),
        ("campaign", 0.1),
        ("found_groups", 0.1),
        ("open_spaces", 0.2, {"added": 5.0}),
        ("bring_together", 0.1),
        ("build_alliances", 0.1, {"partners": 2}),
    )
    return lived(scenario, 17, strategy=social)


def scrambled(model: CommunityModel) -> CommunityModel:
    """Return a twin whose every share is drawn anew, many of them at 0 or at 1."""
    twin = model.fork(model.strategy, model.decision_week)
    draw = np.random.default_rng(5)
    for table in (twin.state.citizens, twin.state.households, twin.state.arcs):
        for each in fields(table):
            column = getattr(table, each.name)
            if each.metadata["share"]:
                column[:] = np.clip(draw.uniform(-0.3, 1.3, column.shape), 0.0, 1.0)
    c, n = twin.state.citizens, len(twin.state.citizens)
    flags = ("active", "suspended", "helping", "doing", "distant")
    for flag in (*flags, "informed_formal", "informed_informal"):
        getattr(c, flag)[:] = draw.integers(0, 2, n)
    c.waited[:] = draw.integers(0, 90, (n, 4)) * (draw.random((n, 4)) < 0.3)
    c.in_care[:] = np.where(c.waited == 0, draw.integers(0, 60, (n, 4)), 0)
    c.in_care *= draw.random((n, 4)) < 0.3
    c.followed[:] = np.where(c.in_care == 0, draw.integers(0, 3, (n, 4)), 0)
    c.cases[:] = (c.in_care > 0).sum(axis=1)
    homes, size = twin.state.households, len(twin.state.households)
    homes.lodging[:] = draw.integers(0, 4, size)
    at_home = np.flatnonzero(homes.lodging == 0)
    homes.host[:] = np.where(homes.lodging == 1, draw.choice(at_home, size), -1)
    homes.works[:] = draw.integers(0, 2, size)
    homes.weeks_dry[:], homes.weeks_out[:] = draw.integers(0, 20, (2, size))
    c.weeks_above[:] = draw.integers(0, 30, n)
    c.weeks_since_hit[:] = draw.integers(0, 130, n)
    return twin


def both_ways(
    model: CommunityModel, swap: Callable[[], None], undo: Callable[[], None]
) -> list[str]:
    """Go on from a model with the kernels and with what `swap` puts in their place."""
    arms = [model.fork(model.strategy, model.decision_week) for _ in range(2)]
    arms[0].run_to(model.week + WEEKS)
    swap()
    arms[1].run_to(model.week + WEEKS)
    undo()
    found = differences(arms[0].state, arms[1].state)
    names = [n for n in arms[0].scratch.columns() if n not in ("joins", "pairs")]
    return found + [
        f"scratch.{name}"
        for name in names
        if getattr(arms[0].scratch, name).tobytes() != getattr(arms[1].scratch, name).tobytes()
    ]


@pytest.mark.parametrize("start", [lambda m: m, scrambled], ids=["lived", "scrambled"])
@pytest.mark.parametrize(
    ("phase", "reference", "name"),
    KERNELS,
    ids=[f"{phase.__name__.rsplit('.', 1)[-1]}.{name}" for phase, _, name in KERNELS],
)
def test_a_kernel_equals_its_reference(in_trouble, monkeypatch, phase, reference, name, start):
    calls = []
    plainly = getattr(reference, name)

    def counted(*args):
        calls.append(name)
        return plainly(*map(opened, args))

    different = both_ways(
        start(in_trouble), lambda: monkeypatch.setattr(phase, name, counted), monkeypatch.undo
    )
    assert calls, "the model never called it"
    assert not different


def test_the_whole_week_without_kernels(in_trouble, monkeypatch):
    def swap() -> None:
        for phase, reference, name in KERNELS:
            plainly = getattr(reference, name)
            monkeypatch.setattr(
                phase, name, lambda *args, plainly=plainly: plainly(*map(opened, args))
            )

    assert not both_ways(in_trouble, swap, monkeypatch.undo)


def test_the_town_in_trouble_has_it_all(in_trouble):
    """The comparison says something only if every branch is taken."""
    twin = in_trouble.fork(in_trouble.strategy, in_trouble.decision_week)
    twin.run_to(in_trouble.week + 1)
    state, c, p = twin.state, twin.state.citizens, twin.rates
    marks = np.concatenate(
        [state.arcs.mark[a : a + d] for a, d in zip(state.start, state.degree, strict=False)]
    )
    assert {0, 1, 2} <= set((marks & 3).tolist())
    assert {0, 4, 12} <= set((marks & 12).tolist())
    assert state.new_ties
    assert state.lost_ties
    assert state.neighbours_helped
    assert state.groups.emergent.any()
    assert c.suspended.any()
    assert state.alliance_ties
    assert state.presence.opened.all()
    assert 0 < state.help_returned < state.help_acts
    assert state.groups_helped
    assert (c.weeks_above > p.mood.chronic_weeks).any()
    assert (state.households.damage > 0.05).any()
    assert set(state.households.lodging.tolist()) >= {0, 1, 2, 3}
    assert state.households.left.any()
    assert in_trouble.state.households.works.any()  # before the water comes back
    assert 0 < c.distant.mean() < 1
    assert twin.effort.outreach.any()
    assert twin.effort.campaign_informal.any()
    assert state.municipality.hit.any(), LOW
    served, reneged = np.array([state.services.served, state.services.reneged]).sum(axis=1)
    while twin.week < in_trouble.week + WEEKS:  # few of 250 people come to a service in one week
        twin.step()
        served += twin.state.services.served.sum()
        reneged += twin.state.services.reneged.sum()
    assert served
    assert reneged
