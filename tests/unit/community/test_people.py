import numpy as np
import pytest

from resilienza_sim.community.people import SEGMENTS, Tag, build_people
from resilienza_sim.community.territory import load_town
from resilienza_sim.streams import Streams
from tests.small import Quarter

QUARTERS = (
    Quarter("Centro", 0.4, ground_floor=0.15, elderly=1.2, low_income=0.7),
    Quarter("Borgo", 0.25, ground_floor=0.45, elderly=1.0, low_income=1.6),
    Quarter("Nord", 0.35, ground_floor=0.3, elderly=0.771, low_income=0.914),
)


@pytest.fixture(scope="module")
def town():
    return load_town("Faenza")


@pytest.fixture(scope="module")
def people(town):
    return build_people(town, QUARTERS, town.residents, Streams(1))


def size_of_household(people):
    return np.bincount(people.household)[people.household]


def has(people, tag):
    return (people.tags & tag) > 0


def test_columns_have_the_promised_types(people):
    promised = {
        "age": np.uint8,
        "female": np.bool_,
        "quarter": np.uint8,
        "building": np.uint32,
        "household": np.uint32,
        "ground_floor": np.bool_,
        "poor": np.bool_,
        "skill": np.float32,
        "tags": np.uint16,
        "segment": np.uint8,
    }
    for name, dtype in promised.items():
        column = getattr(people, name)
        assert column.dtype == dtype
        assert column.shape == (58_710,)
        assert column.flags.c_contiguous
    assert people.household_start.dtype == people.building_start.dtype == np.uint32


def test_the_same_seed_gives_the_same_people_and_another_does_not(town):
    first, again, other = (build_people(town, QUARTERS, 500, Streams(s)) for s in (7, 7, 8))
    for name in vars(first):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.skill, other.skill)


def test_a_whole_town_has_its_pyramid_to_the_person(town, people):
    assert np.array_equal(np.bincount(people.age, minlength=101), town.age_counts)
    females = np.bincount(people.age[people.female], minlength=101)
    assert np.array_equal(females, town.age_counts_f)


@pytest.mark.parametrize("n", [50, 1_000])
def test_a_sample_mirrors_the_pyramid_at_every_age(town, n):
    sample = build_people(town, QUARTERS, n, Streams(1))
    drawn = np.cumsum(np.bincount(sample.age, minlength=101))
    expected = np.cumsum(town.age_counts) * n / town.residents
    assert np.abs(drawn - expected).max() <= 0.5 + 1e-9
    assert abs(sample.female.sum() - n * town.age_counts_f.sum() / town.residents) < 3


def test_household_sizes_follow_the_census(people):
    sizes = np.minimum(np.bincount(people.household), 6)
    shares = 100 * np.bincount(sizes)[1:] / sizes.size
    assert shares == pytest.approx([35.1, 27.1, 18.5, 14.2, 3.7, 1.4], abs=0.02)


def test_no_minor_lives_without_an_adult(people):
    assert np.bincount(people.household, people.age >= 18).min() >= 1


def test_couples_are_near_in_age(people):
    two = size_of_household(people) == 2
    first, second = np.flatnonzero(two)[::2], np.flatnonzero(two)[1::2]
    mixed = people.female[first] != people.female[second]
    gap = people.age[first].astype(int) - people.age[second]
    # two in ten of these households are a parent and a child, a generation apart
    assert np.mean(gap[mixed] <= 10) > 0.7
    assert np.median(gap[mixed & (gap < 15)]) <= 4


def test_minors_have_somebody_of_the_age_of_a_parent(people):
    eldest = np.maximum.reduceat(people.age, people.household_start[:-1])[people.household]
    gap = eldest.astype(int) - people.age
    assert gap[people.age < 18].min() >= 15


def test_the_old_live_alone_or_in_couples(people):
    size = size_of_household(people)
    old = people.age >= 75
    # ISTAT, Rapporto annuale 2025: nearly 40 % of people of 75 and more live alone, mostly women
    assert np.mean(size[old] == 1) == pytest.approx(0.39, abs=0.06)
    assert np.mean(size[old & people.female] == 1) > np.mean(size[old & ~people.female] == 1)
    assert np.mean(size[old] <= 2) > 0.75


def test_citizens_are_sorted_so_that_neighbours_are_near(people):
    for column in (people.quarter, people.building, people.household):
        assert (np.diff(column.astype(int)) >= 0).all()
    for start, column in (
        (people.household_start, people.household),
        (people.building_start, people.building),
    ):
        assert np.array_equal(np.repeat(np.arange(start.size - 1), np.diff(start)), column)


def test_no_building_spans_two_quarters_and_none_is_too_large(people):
    start = people.building_start.astype(int)
    assert np.array_equal(people.quarter[start[:-1]], people.quarter[start[1:] - 1])
    households = np.bincount(people.building[people.household_start[:-1]])
    assert households.min() >= 1
    assert households.max() <= 12


def test_buildings_mix_households_of_all_sizes(people):
    size = np.bincount(people.household)
    building = people.building[people.household_start[:-1]]
    mean = np.bincount(building, size) / np.bincount(building)
    large = np.bincount(building) >= 6
    assert mean[large].std() < 0.7


def test_quarters_have_their_residents_elderly_poor_and_ground_floors(town, people):
    first = people.household_start[:-1]
    for k, quarter in enumerate(QUARTERS):
        here = people.quarter == k
        assert np.mean(here) == pytest.approx(quarter.share, abs=0.001)
        elderly = np.mean(people.age[here] >= 65) / np.mean(people.age >= 65)
        assert elderly == pytest.approx(quarter.elderly, abs=0.02)
        poverty = np.mean(people.poor[here]) / np.mean(people.poor)
        assert poverty == pytest.approx(quarter.low_income, abs=0.02)
        dwellings = people.ground_floor[first][here[first]]
        assert np.mean(dwellings) == pytest.approx(quarter.ground_floor, abs=0.001)


def test_poverty_is_at_the_level_of_the_town_and_of_whole_households(town, people):
    assert np.mean(people.poor) == pytest.approx(0.109, abs=0.001)
    poor = np.bincount(people.household, people.poor)
    assert np.isin(poor / np.bincount(people.household), (0, 1)).all()


@pytest.mark.parametrize("n", [50, 2_000])
def test_poverty_holds_in_a_sample(town, n):
    sample = build_people(town, QUARTERS, n, Streams(3))
    assert np.mean(sample.poor) == pytest.approx(0.109, abs=0.109 / 3 if n == 50 else 0.004)


def test_a_quarter_cannot_be_poorer_than_its_people(town):
    wild = (Quarter("a", 0.1, low_income=50.0, elderly=9.0), Quarter("b", 0.9))
    people = build_people(town, wild, 3_000, Streams(1))
    assert np.mean(people.poor[people.quarter == 0]) <= 0.97
    assert np.mean(people.poor) == pytest.approx(0.109, abs=0.004)
    assert np.mean(people.quarter == 0) == pytest.approx(0.1, abs=0.005)


def test_skill_is_a_share_and_grows_up(people):
    assert people.skill.min() >= 0
    assert people.skill.max() <= 1
    assert people.skill[people.age < 10].mean() < people.skill[people.age >= 18].mean() / 2


def test_families_are_those_with_a_caregiver_and_a_dependant(people):
    family = has(people, Tag.FAMILY)
    cares = np.bincount(people.household, has(people, Tag.CAREGIVER)) > 0
    needs = np.bincount(people.household, has(people, Tag.DEPENDANT)) > 0
    assert np.array_equal(family, (cares & needs)[people.household])
    assert not (has(people, Tag.CAREGIVER) & has(people, Tag.DEPENDANT)).any()


def test_dependants_are_one_in_twenty_and_mostly_old(people):
    dependant = has(people, Tag.DEPENDANT)
    assert np.mean(dependant) == pytest.approx(0.05, abs=0.005)
    assert np.mean(dependant[people.age >= 75]) == pytest.approx(0.19, abs=0.02)


def test_volunteers_are_as_many_as_the_region_says(town, people):
    asked = people.age >= 14
    volunteers = has(people, Tag.THIRD_SECTOR)
    assert np.mean(volunteers[asked]) == pytest.approx(
        town.figures["volunteering"].value, abs=0.0005
    )
    assert not volunteers[~asked].any()


def test_operators_and_stakeholders_are_of_working_age(people):
    assert people.age[has(people, Tag.OPERATOR)].min() >= 22
    assert people.age[has(people, Tag.OPERATOR)].max() <= 66
    assert people.age[has(people, Tag.STAKEHOLDER)].min() >= 25
    assert not (has(people, Tag.STAKEHOLDER) & people.poor).any()


def test_target_groups_are_whole_households_and_poorer(people):
    target = has(people, Tag.TARGET)
    share = np.bincount(people.household, target) / np.bincount(people.household)
    assert np.isin(share, (0, 1)).all()
    assert 0.084 < np.mean(target) < 0.2
    assert np.mean(people.poor[target]) > 2 * np.mean(people.poor[~target])


def test_segments_say_age_and_position(people):
    names = np.array(SEGMENTS)[people.segment]
    assert len(SEGMENTS) == 15
    assert set(names[people.age < 18]) == {"minor_low", "minor_middle", "minor_high"}
    assert set(names[people.poor & (people.age >= 80)]) == {"old_low"}
    low = np.char.endswith(names, "low")
    assert np.array_equal(low, people.poor | has(people, Tag.TARGET))


def test_one_quarter_is_enough(town):
    people = build_people(town, (Quarter("tutto", 1.0),), 200, Streams(1))
    assert (people.quarter == 0).all()
