from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resilienza_sim.community.people import Tag, build_people
from resilienza_sim.community.territory import load_town
from resilienza_sim.streams import Streams


@dataclass(frozen=True)
class Quarter:
    name: str
    share: float
    ground_floor: float
    elderly: float
    low_income: float


quarters = st.lists(
    st.builds(
        Quarter,
        name=st.just("q"),
        share=st.floats(0.01, 1.0),
        ground_floor=st.floats(0.0, 1.0),
        elderly=st.floats(0.1, 5.0),  # with none at all, few quarters could be filled
        low_income=st.floats(0.1, 5.0),
    ),
    min_size=1,
    max_size=6,
)
towns = st.sampled_from(["Faenza", "Orta di Atella", "Zerba", "Palermo", "Bolzano"])
sizes = st.integers(50, 1_500)
seeds = st.integers(0, 2**32)


def build(town, parts, n, seed):
    found = load_town(town)
    n = min(n, found.residents)
    return found, n, build_people(found, parts, n, Streams(seed))


@settings(max_examples=40, deadline=None)
@given(towns, quarters, sizes, seeds)
def test_every_citizen_has_one_place_and_no_child_is_without_an_adult(town, parts, n, seed):
    _, n, people = build(town, parts, n, seed)
    assert people.age.shape == (n,)
    for column in (people.quarter, people.building, people.household):
        assert (np.diff(column.astype(int)) >= 0).all()
    for start, column in (
        (people.household_start, people.household),
        (people.building_start, people.building),
    ):
        assert start[0] == 0
        assert start[-1] == n
        assert np.array_equal(np.repeat(np.arange(start.size - 1), np.diff(start)), column)
    assert people.quarter.max() < len(parts)
    # a household is in one building, a building in one quarter
    for inner, outer in ((people.household, people.building), (people.building, people.quarter)):
        assert len(set(zip(inner, outer, strict=True))) == len(set(inner))
    assert np.bincount(people.household, people.age >= 18).min() >= 1


@settings(max_examples=40, deadline=None)
@given(towns, sizes, seeds)
def test_the_sample_has_the_pyramid_of_the_town(town, n, seed):
    found, n, people = build(town, [Quarter("q", 1.0, 0.2, 1.0, 1.0)], n, seed)
    expected = np.cumsum(found.age_counts) * (n / found.residents)
    drawn = np.cumsum(np.bincount(people.age, minlength=101))
    assert np.abs(drawn - expected).max() <= 0.5 + 1e-6


@settings(max_examples=40, deadline=None)
@given(towns, quarters, sizes, seeds)
def test_residents_of_a_quarter_are_within_two_households(town, parts, n, seed):
    _, n, people = build(town, parts, n, seed)
    share = np.array([part.share for part in parts])
    wanted = np.cumsum(n * share / share.sum())
    found = np.cumsum(np.bincount(people.quarter, minlength=len(parts)))
    assert np.abs(found - wanted).max() <= 2 * np.bincount(people.household).max()


@settings(max_examples=40, deadline=None)
@given(towns, quarters, sizes, seeds)
def test_tags_agree_with_one_another(town, parts, n, seed):
    _, _, people = build(town, parts, n, seed)
    assert people.tags.max() < 2 * Tag.FAMILY
    cares, needs, family, target = (
        (people.tags & tag) > 0 for tag in (Tag.CAREGIVER, Tag.DEPENDANT, Tag.FAMILY, Tag.TARGET)
    )
    assert not (cares & needs).any()
    for whole in (family, target, people.poor):
        share = np.bincount(people.household, whole) / np.bincount(people.household)
        assert np.isin(share, (0, 1)).all()
    assert (people.skill >= 0).all()
    assert (people.skill <= 1).all()


@settings(max_examples=20, deadline=None)
@given(towns, quarters, sizes, seeds)
def test_the_seed_alone_decides(town, parts, n, seed):
    _, _, first = build(town, parts, n, seed)
    _, _, again = build(town, parts, n, seed)
    for name in vars(first):
        assert np.array_equal(getattr(first, name), getattr(again, name))
