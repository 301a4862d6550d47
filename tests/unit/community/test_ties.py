from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest
from pydantic import ValidationError

from resilienza_sim.community import ties as ties_module
from resilienza_sim.community.assembly import assemble, merge, pairs
from resilienza_sim.community.build import build_community
from resilienza_sim.community.groups import FOUNDERS, MEMBER_AGE
from resilienza_sim.community.people import Tag
from resilienza_sim.community.territory import load_town
from resilienza_sim.community.ties import Layer, TieParameters, Ties
from tests.small import Quarter

NO_CIRCLES = {
    "kin_share": 0.0,
    "building_circles": 0.0,
    "neighbourhood_circles": 0.0,
    "friendship_circles": 0.0,
    "personal_ties": 0.0,
    "inner_share": 0.0,
}


QUARTERS = (Quarter("Centro", 0.5), Quarter("Borgo", 0.2), Quarter("Nord", 0.3))


@pytest.fixture(scope="module")
def town():
    return load_town("Faenza")


@pytest.fixture(scope="module")
def community(town):
    return build_community(town, QUARTERS, 3_000, seed=3)


def build(town, n=600, seed=3, **parameters):
    return build_community(town, QUARTERS, n, seed, TieParameters(**parameters))


def sources(ties):
    return np.repeat(np.arange(ties.n_citizens), np.diff(ties.ptr))


def same(one: Ties, other: Ties) -> bool:
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(Ties))


def test_rows_ascend_without_loops_or_repeats(community):
    ties = community.ties
    rows, nbr = sources(ties), ties.nbr.astype(np.int64)
    assert (rows != nbr).all()
    assert (np.diff(rows * ties.n_citizens + nbr) > 0).all()
    assert ties.ptr[0] == 0
    assert ties.ptr[-1] == nbr.size


def test_the_reverse_of_an_arc_comes_back_on_the_same_layers(community):
    ties = community.ties
    rows = sources(ties)
    assert np.array_equal(ties.nbr[ties.rev], rows)
    assert np.array_equal(rows[ties.rev], ties.nbr)
    assert np.array_equal(ties.rev[ties.rev], np.arange(ties.rev.size))
    assert np.array_equal(ties.layer[ties.rev], ties.layer)


def test_dtypes_are_those_that_kernels_expect(community):
    ties = community.ties
    kinds = {f.name: getattr(ties, f.name).dtype.name for f in fields(Ties)}
    assert kinds == {
        "ptr": "int64",
        "nbr": "uint32",
        "layer": "uint8",
        "rev": "uint32",
        "trust": "float32",
        "pot_i": "uint32",
        "pot_j": "uint32",
        "pot_layer": "uint8",
        "group": "int32",
        "group_quarter": "uint8",
        "group_kind": "uint8",
    }


def test_assembling_agrees_with_plain_python():
    rng = np.random.default_rng(5)
    circles = [rng.integers(0, 40, size=rng.integers(1, 7)) for _ in range(30)]
    expected: dict[tuple[int, int], int] = {}
    keys = []
    for k, circle in enumerate(circles):
        layer = 1 << (k % 5)
        start = np.array([0, circle.size])
        keys.append(pairs(start, circle, np.arange(40, dtype=np.uint32), layer))
        for i, j in combinations(circle.tolist(), 2):
            if i != j:
                pair = (min(i, j), max(i, j))
                expected[pair] = expected.get(pair, 0) | layer
    low, high, layer = merge(np.sort(np.concatenate(keys)), 40)
    assert dict(zip(zip(low, high, strict=True), layer, strict=True)) == expected
    ptr, nbr, arc_layer, _ = assemble(40, low, high, layer)
    for i in range(40):
        row = {int(nbr[a]): int(arc_layer[a]) for a in range(ptr[i], ptr[i + 1])}
        assert row == {a + b - i: x for (a, b), x in expected.items() if i in (a, b)}


def test_all_housemates_are_tied_and_nobody_else_by_household(community):
    ties, people = community.ties, community.people
    rows = sources(ties)
    together = people.household[rows] == people.household[ties.nbr]
    assert np.array_equal(together, (ties.layer & Layer.HOUSEHOLD) > 0)
    assert (ties.layer[together] == Layer.HOUSEHOLD).all()
    size = np.diff(people.household_start.astype(np.int64))
    assert together.sum() == (size * (size - 1)).sum()


def test_building_ties_stay_in_the_building_and_group_ties_in_the_group(community):
    ties, people = community.ties, community.people
    rows = sources(ties)
    for layer, place in ((Layer.BUILDING, people.building), (Layer.GROUP, ties.group)):
        on = (ties.layer & layer) > 0
        assert on.any()
        assert np.array_equal(place[rows[on]], place[ties.nbr[on]])
    assert (ties.group[rows[(ties.layer & Layer.GROUP) > 0]] >= 0).all()


def test_a_group_is_not_a_clique_of_all_its_members(community):
    ties = community.ties
    members = np.bincount(ties.group[ties.group >= 0]).astype(np.int64)
    arcs = ((ties.layer & Layer.GROUP) > 0).sum()
    assert 0 < arcs < 0.2 * (members * (members - 1)).sum()


def test_without_circles_only_households_are_left(town):
    ties = build(town, **NO_CIRCLES).ties
    assert set(np.unique(ties.layer)) == {Layer.HOUSEHOLD}


@pytest.mark.parametrize(
    ("parameter", "value", "layer"),
    [
        ("kin_share", 0.8, Layer.FRIENDSHIP),
        ("building_circles", 1.0, Layer.BUILDING),
        ("neighbourhood_circles", 1.0, Layer.NEIGHBOURHOOD),
        ("friendship_circles", 1.0, Layer.FRIENDSHIP),
        ("personal_ties", 1.0, Layer.FRIENDSHIP),
        ("inner_share", 1.0, Layer.GROUP),
    ],
)
def test_each_kind_of_circle_makes_ties_of_its_layer_alone(town, parameter, value, layer):
    ties = build(town, **{**NO_CIRCLES, parameter: value}).ties
    seen = int(np.bitwise_or.reduce(ties.layer))
    assert seen & ~Layer.HOUSEHOLD == layer


def test_kin_tie_whole_households(town):
    community = build(town, **{**NO_CIRCLES, "kin_share": 1.0, "kin_households": 2.0})
    ties, people = community.ties, community.people
    kin = (ties.layer & Layer.FRIENDSHIP) > 0
    ours, theirs = people.household[sources(ties)[kin]], people.household[ties.nbr[kin]]
    size = np.diff(people.household_start.astype(np.int64))
    pairs, arcs = np.unique(np.stack([ours, theirs]), axis=1, return_counts=True)
    assert np.array_equal(arcs, size[pairs[0]] * size[pairs[1]])
    assert np.unique(pairs[0]).size == pairs.shape[1]  # one other household each


def test_members_are_as_many_as_the_town_has(community, town):
    ties, people = community.ties, community.people
    adults = people.age >= MEMBER_AGE
    share = (ties.group[adults] >= 0).mean()
    assert share == pytest.approx(town.figures["social_participation"].value, abs=0.001)
    assert (ties.group[~adults] == -1).all()


def test_groups_are_as_many_as_the_town_has_and_none_is_empty(community, town):
    ties = community.ties
    assert ties.n_groups == round(0.3 * town.figures["nonprofits_per_10k"].value)
    assert ties.group_kind.size == ties.n_groups
    assert ties.group_quarter.max() < len(QUARTERS)
    members = np.bincount(ties.group[ties.group >= 0], minlength=ties.n_groups)
    assert members.min() >= FOUNDERS - 1  # some volunteers may be elsewhere in a small quarter


def test_most_members_choose_a_group_of_their_quarter(community):
    ties, people = community.ties, community.people
    member = ties.group >= 0
    near = ties.group_quarter[ties.group[member]] == people.quarter[member]
    assert near.mean() > 0.7


def test_organised_volunteers_are_members_of_the_third_sector(community):
    ties, people = community.ties, community.people
    volunteer = (people.tags & Tag.THIRD_SECTOR) > 0
    assert (ties.group[volunteer] >= 0).all()
    assert (ties.group_kind[ties.group[volunteer]] == 2).all()


def test_trust_is_inside_its_range_and_falls_outward(community):
    ties = community.ties
    assert ((ties.trust > 0) & (ties.trust <= 1)).all()
    mean = {layer: ties.trust[ties.layer == layer].mean() for layer in Layer}
    assert mean[Layer.HOUSEHOLD] > mean[Layer.FRIENDSHIP] > mean[Layer.GROUP]
    assert mean[Layer.GROUP] > mean[Layer.BUILDING] > mean[Layer.NEIGHBOURHOOD]


def test_trust_varies_between_the_two_ends_but_not_freely(community):
    ties = community.ties
    friends = ties.layer == Layer.FRIENDSHIP
    both = np.corrcoef(ties.trust[friends], ties.trust[ties.rev[friends]])[0, 1]
    assert 0.4 < both < 0.6  # half of the variation is shared: r = .5² / (.5² + .5²)
    assert ties.trust[friends].std() > 0.05


def test_of_several_layers_the_strongest_gives_the_trust(town):
    ties = build(town, trust_spread=0.0, building_circles=2.0).ties
    p = TieParameters()
    assert (ties.trust[(ties.layer & Layer.HOUSEHOLD) > 0] == np.float32(p.trust_household)).all()
    only = ties.layer == (Layer.BUILDING | Layer.FRIENDSHIP)
    assert only.any()
    assert (ties.trust[only] == np.float32(p.trust_friendship)).all()


def test_potential_ties_are_distinct_ordered_and_not_active(community):
    ties = community.ties
    n = ties.n_citizens
    assert (ties.pot_i < ties.pot_j).all()
    potential = ties.pot_i.astype(np.int64) * n + ties.pot_j
    assert (np.diff(potential) > 0).all()
    active = sources(ties) * n + ties.nbr
    assert not np.isin(potential, active).any()


@pytest.mark.parametrize("cap", [0.0, 1.5, 8.0, 30.0])
def test_potential_ties_respect_their_cap(town, cap):
    ties = build(town, potential_per_person=cap).ties
    each = 2 * ties.pot_i.size / ties.n_citizens
    assert 0.8 * min(cap, 8.0) <= each <= cap


def test_potential_ties_are_people_who_could_meet(community):
    ties, people = community.ties, community.people
    neighbours = [set(ties.nbr[a:b]) for a, b in zip(ties.ptr[:-1], ties.ptr[1:], strict=True)]
    seen = set()
    for i, j, layer in zip(ties.pot_i, ties.pot_j, ties.pot_layer, strict=True):
        if layer & Layer.FRIENDSHIP:
            assert neighbours[i] & neighbours[j]
        if layer & Layer.BUILDING:
            assert people.building[i] == people.building[j]
        if layer & Layer.GROUP:
            assert ties.group[i] == ties.group[j] >= 0
        if layer & Layer.NEIGHBOURHOOD:
            assert people.quarter[i] == people.quarter[j]
        seen.add(int(layer))
    assert {Layer.FRIENDSHIP, Layer.BUILDING, Layer.GROUP, Layer.NEIGHBOURHOOD} <= seen


def test_ties_without_arcs_keep_what_a_run_asks_of_them(community):
    ties, kept = community.ties, community.without_arcs().ties
    by_layer = kept.counts.sum(axis=0)
    assert np.array_equal(by_layer, np.bincount(ties.layer, minlength=32))
    assert np.array_equal(kept.degree, np.diff(ties.ptr))
    assert kept.circle == ties.circle > 1.0
    assert (kept.n_citizens, kept.n_groups) == (ties.n_citizens, ties.n_groups)
    assert kept.pot_i is ties.pot_i
    for gone in ("ptr", "nbr", "layer", "rev", "trust"):
        with pytest.raises(AttributeError):
            getattr(kept, gone)
        assert getattr(ties, gone).size


def test_the_seed_decides_everything(community, town):
    assert same(community.ties, build_community(town, QUARTERS, 3_000, seed=3).ties)
    assert not same(community.ties, build_community(town, QUARTERS, 3_000, seed=4).ties)


def test_changing_one_process_leaves_the_draws_of_the_others(town):
    plain = build(town).ties
    loved = build(town, trust_household=0.9).ties
    assert np.array_equal(plain.nbr, loved.nbr)
    other = plain.layer & Layer.HOUSEHOLD == 0
    assert np.array_equal(plain.trust[other], loved.trust[other])
    more = build(town, building_circles=1.0).ties
    for layer in (Layer.HOUSEHOLD, Layer.NEIGHBOURHOOD, Layer.FRIENDSHIP, Layer.GROUP):
        arcs = [
            set(zip(sources(t)[on], t.nbr[on], strict=True))
            for t in (plain, more)
            for on in [(t.layer & layer) > 0]
        ]
        assert arcs[0] == arcs[1]


def test_a_minority_that_keeps_to_itself_has_fewer_friends_outside(town):
    def outside(homophily):
        community = build(town, n=6_000, homophily=homophily)
        ties, people = community.ties, community.people
        target = (people.tags & Tag.TARGET) > 0
        mine = target[sources(ties)] & (ties.layer == Layer.FRIENDSHIP)
        return (~target[ties.nbr[mine]]).mean()

    assert outside(1.0) < outside(0.0) - 0.1


def test_participation_makes_degrees_unequal(town):
    def spread(participation_spread):
        degree = np.diff(build(town, n=3_000, participation_spread=participation_spread).ties.ptr)
        return degree.std() / degree.mean()

    assert spread(0.0) < spread(1.0) < spread(2.0)


@pytest.mark.parametrize("n", [50, 120])
def test_a_handful_of_people_is_enough(town, n):
    ties = build(town, n=n).ties
    assert ties.n_citizens == n
    assert ties.n_groups >= 1
    assert ties.nbr.max() < n


def test_every_parameter_has_a_source():
    for name, field in TieParameters.model_fields.items():
        assert field.json_schema_extra["source"], name


def test_a_wrong_parameter_is_refused():
    with pytest.raises(ValidationError, match="friendship_circle"):
        TieParameters(friendship_circle=1.0)
    with pytest.raises(ValidationError, match="less than or equal"):
        TieParameters(kin_share=1.5)
    with pytest.raises(ValidationError, match="more than 1"):
        TieParameters(informal_groups=0.9, third_sector_groups=0.2)


def test_too_many_citizens_are_refused(monkeypatch, town):
    monkeypatch.setattr(ties_module, "MAX_CITIZENS", 100)
    with pytest.raises(ValueError, match="at most 100"):
        build(town, n=200)
