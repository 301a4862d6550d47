"""The kernels of groups, services and alliances against a plain reference: to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.model import (
    acquaintance,
    alliances,
    cooperation,
    emergent,
    groups_life,
    practices,
)
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.phases import help, serve
from tests.reference import alliances as plain_alliances
from tests.reference import cooperation as plain_cooperation
from tests.reference import groups_life as plain_life
from tests.reference import help as plain_help
from tests.reference import meet as plain_meet
from tests.reference import practices as plain_practices
from tests.reference import serve as plain_serve
from tests.reference.columns import opened
from tests.small import flood, lived, pandemic, plan, town
from tests.unit.model.test_kernels import both_ways

KERNELS = [
    (practices, plain_practices, "practise_all"),
    (alliances, plain_alliances, "weigh"),
    (alliances, plain_alliances, "sit"),
    (groups_life, plain_life, "shared_problem"),
    (groups_life, plain_life, "die"),
    (emergent, plain_life, "root"),
    (groups_life, plain_life, "disband"),
    (groups_life, plain_life, "count_in_groups"),
    (groups_life, plain_life, "engage"),
    (cooperation, plain_cooperation, "profile"),
    (cooperation, plain_cooperation, "share_out"),
    (help, plain_cooperation, "sit_together"),
    (help, plain_cooperation, "strength"),
    (help, plain_cooperation, "reach_out"),
    (help, plain_help, "shares_met"),
    (serve, plain_serve, "room"),
    (acquaintance, plain_meet, "_warmth"),
    (acquaintance, plain_meet, "_alliances_of"),
    (acquaintance, plain_meet, "_brokered"),
]


@pytest.fixture(scope="module")
def organised() -> CommunityModel:
    """A town of many tables, both kinds, where groups try, learn, pool, are born and die."""
    learn = {
        "exploit": 0.2,
        "explore": 0.03,
        "adoption": 0.2,
        "alliance_learning": 0.3,
        "undertaking": 0.5,
        "alliance_end": 0.1,
        "alliance_memory": 0.1,
        "services_invited": 2,
        "lag_per_partner": 0.2,
    }
    act = {
        "birth": 0.1,
        "birth_members": 2,
        "death": 0.1,
        "death_small": 0.3,
        "death_unfunded": 0.5,
        "upkeep_eur": 100.0,
    }
    scenario = town(
        citizens=700,
        weeks=30,
        shocks=[flood(2), flood(17), pandemic(11, peak=0.9, services=0.6)],
        purse={"eur_per_head": 3000.0, "discretionary_share": 0.5},
        parameters={"learn": learn, "act": act, "help": {"pooling_funds": 0.4, "pooling": 0.8}},
    )
    together = {"partners": 3, "unit_cost_eur": 5.0}
    social = plan(
        ("found_groups", 0.2, {"unit_cost_eur": 300.0}),
        ("practice_trials", 0.2),
        ("build_alliances", 0.1, {"governance": "vertical", **together}),
        ("build_alliances", 0.1, {"across": True, **together}),
        ("engage_stakeholders", 0.1),
    )
    return lived(scenario, 17, strategy=social)


@pytest.mark.parametrize(
    ("module", "reference", "name"), KERNELS, ids=[name for _, _, name in KERNELS]
)
def test_a_kernel_equals_its_reference(organised, monkeypatch, module, reference, name) -> None:
    calls = []
    plainly = getattr(reference, name)

    def counted(*args):
        calls.append(name)
        return plainly(*map(opened, args))

    different = both_ways(
        organised, lambda: monkeypatch.setattr(module, name, counted), monkeypatch.undo
    )
    assert calls, "the model never called it"
    assert not different


def test_the_organised_town_has_it_all(organised) -> None:
    """The comparison says something only if every branch is taken."""
    twin = organised.fork(organised.strategy, organised.decision_week)
    seen = np.zeros(6)
    vertical, joint, lent, hesitating = False, False, False, False
    for _ in range(8):
        twin.step()
        state, groups, tables = twin.state, twin.state.groups, twin.state.alliances
        seen += [
            state.trials,
            state.pilots,
            state.pilots_better,
            state.adoptions,
            state.births,
            state.deaths,
        ]
        living = tables.alive == 1
        vertical |= bool((tables.vertical[living] == 1).any())
        joint |= bool(tables.joint.any())
        lent |= 0.0 < state.joint_share < 1.0
        hesitating |= bool(groups.hesitating.any())
        assert living.sum() > 1
        assert state.services.deciding.any()
    assert (seen > 0).all()
    assert vertical
    assert joint
    assert lent
    assert hesitating
