"""The compiled model against plain Mesa agents: the same town, week after week.

The agents hold Python floats of 64 bits, the model columns of 32, and sums run in another order:
shares agree to a millionth, whole numbers and who is tied to whom exactly. That every kernel alone
equals its reference to the bit is in `tests/unit/model/test_kernels.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.state import State
from resilienza_sim.model.tables import Table
from tests.reference.plain.record import OF_CITIZENS
from tests.reference.plain.town import PlainTown
from tests.small import day, flood, lived, pandemic, town

pytestmark = pytest.mark.science
CITIZENS, WEEKS, FROM = 300, 18, -2
MILLIONTH = 1e-6
COUNTED = ("new_ties", "lost_ties", "help_acts", "groups_helped", "neighbours_helped", "births")
"""What a state counts in a week, and must not be nought over the weeks compared."""
PLACES = {"arcs", "pool", "start", "degree", "room"}
"""Where ties lie in memory: compared as ties, by their two persons."""


def quiet_until_the_flood() -> Any:
    return town(citizens=CITIZENS, weeks=30, decisions=(0,), shocks=[flood(4), pandemic(9)])


def everything_at_once() -> Any:
    """A town in which every branch is taken: rates are high, others help, people move."""
    spans = [{"start": day(1), "weeks": 30, "rate": 0.1, "source": "a test"}]
    names = ("compensation", "allowance", "volunteers")
    return town(
        citizens=CITIZENS,
        weeks=30,
        decisions=(0,),
        shocks=[flood(1), flood(11), pandemic(12, peak=0.9, services=0.6)],
        purse={"eur_per_head": 3000.0, "discretionary_share": 0.5},
        parameters={
            "meet": {"loss_neighbourhood": 0.02, "acquaintance": 0.1, "brokerage": 9.0},
            "learn": {
                "word_of_mouth": 0.05,
                "forgetting": 0.05,
                "estrangement": 0.05,
                "referral": 0.5,
            },
            "act": {
                "exit": 0.02,
                "rally": 0.5,
                "emergent_birth": 0.1,
                "rooting": 0.05,
                "birth": 0.1,
                "closing": 10.0,
                "turning": 1.0,
                "turned_away": 1.0,
            },
            "mood": {"chronic_weeks": 3, "blow": 0.5},
            "shock": {"hit_rate": 0.3, "home_rate": 2.0},
            "serve": {"seeking": 10.0, "review_weeks": 4, "reneging": 0.2, "sickness": 0.3},
            "care": {"introduction": 0.1, "signposting": 0.5},
            "displacement": {"long_out": 2, "leaving": 0.1, "host_ends": 0.2, "bed": 0.1},
        },
        exogenous=dict.fromkeys(names, spans),
    )


def values_of(state: State) -> Iterator[tuple[str, Any]]:
    """Yield every number of a state by name, places of the ties left out."""
    for each in fields(state):
        value = getattr(state, each.name)
        if each.name in PLACES:
            continue
        if isinstance(value, Table):
            yield from ((f"{each.name}.{name}", x) for name, x in value.columns().items())
        elif each.name == "municipality":
            yield from ((part.name, getattr(value, part.name)) for part in fields(value))
        else:
            yield each.name, value


def ties_of(model: CommunityModel) -> dict[tuple[int, int], tuple[float, float, int, int]]:
    """Return trust, debt, layers and mark of every tie, by its two persons."""
    state, arcs = model.state, model.state.arcs
    owner = np.repeat(np.arange(len(state.citizens)), state.degree)
    at = np.repeat(state.start[:-1], state.degree) + np.concatenate(
        [np.arange(d) for d in state.degree]
    )
    columns = (arcs.trust, arcs.debt, arcs.layer, arcs.mark)
    rows = zip(*(column[at].tolist() for column in columns), strict=True)
    return dict(zip(zip(owner.tolist(), arcs.nbr[at].tolist(), strict=True), rows, strict=True))


def plain_ties(plain: PlainTown) -> dict[tuple[int, int], tuple[float, float, int, int]]:
    return {
        (person.number, other.number): (tie.trust, tie.debt, tie.layer, tie.mark)
        for person in plain.people
        for other, tie in person.ties.items()
    }


def alike(one: Any, other: Any) -> bool:
    """Tell whether numbers agree: whole ones exactly, others to a millionth."""
    left, right = np.asarray(one), np.asarray(other)
    if left.dtype.kind != "f":
        return bool((left == right).all())
    return np.allclose(left, right, rtol=MILLIONTH, atol=MILLIONTH, equal_nan=True)


def not_alike(model: CommunityModel, plain: PlainTown) -> list[str]:
    """Return the names of what differs at the end of a week."""
    plain.publish_all()
    mine, theirs = dict(values_of(model.state)), dict(values_of(plain.tables.state))
    found = [name for name in mine if not alike(mine[name], theirs[name])]

    ties, other_ties = ties_of(model), plain_ties(plain)
    if ties.keys() != other_ties.keys():
        return [*found, "ties"]
    pairs = [(ties[who], other_ties[who]) for who in ties]
    for column, name in enumerate(("trust", "debt", "layer", "mark")):
        one, other = ([each[column] for each in side] for side in zip(*pairs, strict=True))
        if not alike(one, other):
            found.append(f"ties.{name}")

    met = [(i, j) for i, j in zip(model.state.pool.i, model.state.pool.j, strict=True)]
    people = plain.people
    active = [people[i].could_meet[people[j]].active for i, j in met]
    if not alike(model.state.pool.active, active):
        found.append("pool.active")

    recorders = model.recorder, plain.tables.recorder
    last, other_last = (recorder.values[recorder.rows - 1] for recorder in recorders)
    columns = zip(model.recorder.columns, last, other_last, strict=True)
    return found + [f"recorded {name}" for name, x, y in columns if not alike(x, y)]


@pytest.fixture(scope="module")
def in_trouble() -> CommunityModel:
    return lived(everything_at_once(), FROM, strategy="transformative")


@pytest.mark.parametrize("scenario", [quiet_until_the_flood, everything_at_once])
def test_the_model_and_plain_agents_agree_week_after_week(scenario):
    model = lived(scenario(), FROM, strategy="transformative")
    plain = PlainTown(model)
    for week in range(FROM, FROM + WEEKS):
        model.step()
        plain.step()
        assert not not_alike(model, plain), week


def test_the_weeks_compared_have_it_all(in_trouble):
    """The comparison says something only if people are hit, helped, followed, tied, and move."""
    plain = PlainTown(in_trouble)
    seen = dict.fromkeys((*COUNTED, "hit", "served", "distant", "moved"), 0)
    for _ in range(WEEKS):
        distant = [person.distant for person in plain.people]
        plain.step()
        state = plain.tables.state
        for name in COUNTED:
            seen[name] += getattr(state, name)
        seen["hit"] += state.municipality.hit.any()
        seen["served"] += int(state.services.served.sum())
        seen["distant"] += distant != [person.distant for person in plain.people]
        seen["moved"] = sum(home.left for home in plain.homes)
    assert all(seen.values()), seen


def test_what_is_seen_of_citizens_is_seen_in_agents(in_trouble):
    """Columns that belong to the agents are read by no reporter but through them."""
    plain = PlainTown(in_trouble)
    plain.step()
    reporters = plain.collector.model_reporters
    assert OF_CITIZENS.keys() <= reporters.keys()

    def seen() -> dict[str, float]:
        return {name: float(report(plain)) for name, report in reporters.items()}

    before, state = seen(), plain.tables.state
    for table in (state.citizens, state.arcs, state.households):
        for column in table.columns().values():
            column[:] = 0
    for column in vars(plain.tables.scratch).values():
        if isinstance(column, np.ndarray):
            column[:] = 0
    state.degree[:] = 0
    assert seen() == pytest.approx(before, rel=0.0, abs=0.0, nan_ok=True)


def test_with_the_numbers_of_mesa_the_town_is_another_but_like_it(in_trouble):
    """For timing: no name is hashed; the numbers differ, what they are drawn for does not."""
    named, drawn = PlainTown(in_trouble), PlainTown(in_trouble, named=False)
    for _ in range(WEEKS):
        named.step()
        drawn.step()
    one, other = (
        [sum(person.suffering for person in each.people) / CITIZENS] for each in (named, drawn)
    )
    assert one != other
    assert one == pytest.approx(other, rel=0.1)


def test_the_model_that_is_taken_over_stays_as_it_was(in_trouble):
    before = {name: np.copy(value) for name, value in values_of(in_trouble.state)}
    PlainTown(in_trouble).step()
    after = dict(values_of(in_trouble.state))
    assert all(
        np.array_equal(after[name], x, equal_nan=x.dtype.kind == "f") for name, x in before.items()
    )
