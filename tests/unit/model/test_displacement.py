"""Where households live: repair, beds, moving on, coming back, leaving, and what they feel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.indicators.wellbeing import displaced
from resilienza_sim.model import displacement, repair
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.displacement import Links
from resilienza_sim.model.parameters import AllRates, Parameters
from resilienza_sim.model.phases import shock
from resilienza_sim.model.repair import Backing, Given, Homes, Members, own_part
from resilienza_sim.model.state import GONE, HOME, KIN, RENTED, SHELTER, HouseholdTable
from resilienza_sim.reading import validated
from resilienza_sim.scenario import Scenario
from resilienza_sim.streams import Streams
from tests.small import day, differences, flood, lived, town

RATES = AllRates.of(Parameters()).displacement
MENDING = AllRates.of(Parameters()).repair
BACKING = Backing(weight=1.0, usual=0.4, usual_poor=0.2)
PLENTY = Given(
    compensation=0.0,
    volunteers=0.0,
    allowance=0.0,
    sites=1e9,
    vacant=1e9,
    beds=1e9,
    backing=BACKING._replace(weight=0.0),
)
N = 20_000
KEY = Streams(3).key("a test")
KEYS = Streams(3).keys(("bed", "rent", "tired", "return", "leave"))


def alone(n: int = N, *, poor: bool = False) -> Members:
    """Return households of one person each."""
    return Members(
        np.arange(n + 1, dtype=np.uint32), np.arange(n, dtype=np.uint32), np.full(n, poor)
    )


def homes(n: int = N, **columns: Any) -> Homes:
    """Return homes long dry, with some columns filled."""
    table = HouseholdTable.empty(n)
    for name, value in columns.items():
        getattr(table, name)[:] = value
    return Homes.of(table)


def links(pairs: list[tuple[int, int]], n: int, trust: float) -> Links:
    """Return ties of one trust both ways between pairs of persons."""
    rows: list[list[int]] = [[] for _ in range(n)]
    for i, j in pairs:
        rows[i].append(j)
        rows[j].append(i)
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    nbr = np.array([j for row in rows for j in row], np.uint32)
    at = {(i, j): start[i] + k for i, row in enumerate(rows) for k, j in enumerate(row)}
    rev = np.array([at[j, i] for i, row in enumerate(rows) for j in row], np.uint32)
    degree = np.diff(start).astype(np.int32)
    return Links(start, degree, nbr, rev, np.full(nbr.size, trust, np.float32))


NOBODY = links([], N, 0.0)


def mended(
    all_homes: Homes,
    *,
    weeks: int = 1,
    poor: bool = False,
    given: Given = PLENTY,
    received: float = 0.0,
    **rates: float,
) -> Any:
    p, n = MENDING._replace(**rates), all_homes.damage.size
    for week in range(weeks):
        key = Streams(3).key("repair", week)
        got = np.full(n, received, np.float32)
        repair.mend(key, all_homes, alone(n, poor=poor), got, given, p)
    return all_homes.damage


def lodged(
    all_homes: Homes,
    ties: Links = NOBODY,
    *,
    given: Given = PLENTY,
    poor: bool = False,
    **rates: float,
) -> Any:
    n = all_homes.damage.size
    p = RATES._replace(**rates)
    displacement.lodge(KEYS, all_homes, alone(n, poor=poor), ties, given, p)
    return all_homes.lodging


def near(share: float, n: int = N) -> Any:
    return pytest.approx(share, abs=4.0 * math.sqrt(share * (1.0 - share) / n) + 1e-12)


# -- repair ---------------------------------------------------------------------------------------


def test_a_household_repairs_by_itself_with_its_means_and_the_help_it_gets() -> None:
    for poor, own in ((False, MENDING.means), (True, MENDING.means_poor)):
        for paid in (0.0, 0.4):
            m = own + (1.0 - own) * paid
            left = mended(
                homes(3, damage=0.8, paid=paid),
                poor=poor,
                received=0.5,
                starting=0.0,
                clearing=0.0,
            )
            rate = MENDING.own_repair * (m + MENDING.aid * 0.5)
            assert left == pytest.approx(0.8 * math.exp(-rate), rel=1e-6)


def test_own_means_go_with_savings_and_are_the_usual_at_the_usual() -> None:
    for poor, usual in ((False, 0.4), (True, 0.2)):
        assert own_part(0.5, usual, poor, BACKING) == 0.5
        assert own_part(0.5, 0.0, poor, BACKING) == 0.0
        assert own_part(0.5, 2 * usual, poor, BACKING) == pytest.approx(0.75)
        assert own_part(1.0, 0.0, poor, BACKING) == 0.0
        assert own_part(0.5, 0.9, poor, PLENTY.backing) == 0.5
    assert own_part(0.3, 1.0, True, BACKING._replace(usual_poor=0.0)) == 1.0


def test_without_savings_a_home_is_repaired_later_and_a_dwelling_found_later() -> None:
    given = PLENTY._replace(backing=BACKING)
    left, found = {}, {}
    for savings in (0.1, 0.4):
        many = homes(damage=0.8, savings=savings)
        found[savings] = (lodged(many, given=given, renting=1.0) == RENTED).mean()
        many = homes(damage=0.8, savings=savings)
        left[savings] = mended(many, weeks=10, given=given).mean()
    assert left[0.1] > left[0.4]
    assert found[0.1] < found[0.4] == near(1.0 - math.exp(-RATES.rent_means))
    same = homes(damage=0.8, savings=0.4)
    usual = homes(damage=0.8)
    mended(same, weeks=10, given=given)
    mended(usual, weeks=10)
    assert same.damage == pytest.approx(usual.damage, rel=1e-6)


def test_builders_come_by_hazard_and_take_the_same_every_week() -> None:
    many = homes(damage=0.9)
    mended(many, clearing=0.0)
    asked = MENDING.starting * MENDING.means
    assert many.works.mean() == near(1.0 - math.exp(-MENDING.staying * asked))
    out = homes(damage=0.9, lodging=SHELTER)
    mended(out, clearing=0.0)
    assert out.works.mean() == near(1.0 - math.exp(-asked))
    first = many.works == 1
    fell = 0.9 - many.damage
    assert fell[first].min() - fell[~first].max() == pytest.approx(MENDING.pace, rel=1e-5)


def test_builders_are_shared_so_that_a_large_flood_takes_longer() -> None:
    few = PLENTY._replace(sites=100.0)
    many = homes(damage=0.9, lodging=SHELTER)
    mended(many, given=few)
    assert many.works.sum() == pytest.approx(100, abs=40)
    for _ in range(30):
        mended(many, given=few, pace=1e-9)
    assert many.works.sum() == pytest.approx(100, abs=40)
    small = homes(100, damage=0.9, lodging=SHELTER)
    mended(small, weeks=30, given=few, pace=1e-9)
    assert small.works.mean() > 0.8


def test_no_works_in_a_wet_home_and_the_deeper_the_longer() -> None:
    for damage in (0.3, 0.9):
        many = homes(damage=damage, weeks_dry=0)
        weeks = 0
        while not many.works.any():
            mended(many, own_repair=0.0, clearing=0.0, starting=3.0)
            weeks += 1
        assert weeks - 2 == math.floor(MENDING.drying * damage)
    many.dry[:] = 0  # the water is back
    mended(many, starting=0.0)
    assert not many.works.any()


def test_mud_is_cleared_in_the_first_weeks() -> None:
    left = mended(homes(2, damage=0.8, weeks_dry=0), weeks=10, own_repair=0.0, starting=0.0)
    assert left == pytest.approx(0.8 * (1.0 - MENDING.clearing), rel=1e-5)


def test_compensation_adds_up_and_what_is_hardly_seen_is_gone() -> None:
    paying = PLENTY._replace(compensation=0.1)
    many = homes(2, damage=0.9)
    mended(many, weeks=5, given=paying, pace=1e-9)
    assert many.paid == pytest.approx(1.0 - 0.9**5, rel=1e-6)
    many.damage[:] = 0.0101
    mended(many, weeks=30)
    assert not many.damage.any()
    assert not many.works.any()
    assert not many.paid.any()


def test_homes_that_stand_are_left_alone() -> None:
    table, before = homes(5), homes(5)
    mended(table, weeks=3)
    lodged(table, links([], 5, 0.0))
    assert all((x == y).all() for x, y in zip(table, before, strict=True))


# -- where to -------------------------------------------------------------------------------------


def test_who_cannot_stay_leaves_and_nobody_else() -> None:
    many = homes(4, damage=[0.0, RATES.uninhabitable - 0.01, RATES.uninhabitable + 0.01, 0.9])
    assert lodged(many, links([], 4, 0.0)).tolist() == [HOME, HOME, SHELTER, SHELTER]


@pytest.mark.parametrize("ties", [1, 3])
@pytest.mark.parametrize("trust", [0.2, 0.9])
def test_beds_come_with_number_and_trust_of_ties(ties: int, trust: float) -> None:
    guests = N // 4
    damage = np.zeros(N)
    damage[:guests] = 0.9
    pairs = [(h, guests + ties * h + k) for h in range(guests) for k in range(ties)]
    many = homes(damage=damage)
    found = lodged(many, links(pairs, N, trust), renting=0.0)[:guests]
    assert (found == KIN).mean() == near(1.0 - math.exp(-RATES.bed * trust * ties), guests)
    assert ((found == KIN) == (many.host[:guests] >= 0)).all()
    hosts = many.host[many.host >= 0]
    assert not damage[hosts].any()


def test_nobody_stays_with_those_who_are_out_or_have_guests() -> None:
    damage, lodging = np.zeros(6), np.zeros(6, np.uint8)
    damage[:2] = 0.9
    lodging[3] = RENTED  # 3 is out of a home that stands, 4 hosts 5
    lodging[5] = KIN
    host = np.where(lodging == KIN, 4, -1)
    many = homes(6, damage=damage, lodging=lodging, host=host)
    all_ties = links([(0, 1), (0, 3), (0, 4), (1, 3)], 6, 1.0)
    lodged(many, all_ties, bed=10.0, returning=0.0, host_ends=0.0, renting=0.0)
    assert many.lodging.tolist() == [SHELTER, SHELTER, HOME, RENTED, HOME, KIN]


def test_dwellings_to_rent_depend_on_the_allowance_and_on_what_is_left() -> None:
    for poor in (False, True):
        for allowance in (0.0, 0.9):
            given = PLENTY._replace(allowance=allowance)
            pays = allowance + (1.0 - allowance) * (0.0 if poor else RATES.rent_means)
            found = lodged(homes(damage=0.9, lodging=SHELTER), given=given, poor=poor, renting=0.5)
            assert (found == RENTED).mean() == near(1.0 - math.exp(-0.5 * pays))
    half = np.where(np.arange(N) < N // 2, RENTED, SHELTER)
    given = PLENTY._replace(allowance=1.0, vacant=N)
    found = lodged(homes(damage=0.9, lodging=half), given=given, renting=0.5)[N // 2 :]
    assert (found == RENTED).mean() == near(1.0 - math.exp(-0.25), N // 2)
    none = PLENTY._replace(allowance=1.0, vacant=0.0)
    found = lodged(homes(damage=0.9, lodging=SHELTER), given=none, renting=9.0)
    assert (found == SHELTER).all()


def test_hosts_tire_or_are_flooded_themselves() -> None:
    half = N // 2
    damage = np.where(np.arange(N) < half, 0.9, 0.0)
    lodging = np.where(np.arange(N) < half, KIN, HOME)
    host = np.where(np.arange(N) < half, np.arange(N) + half, -1)
    many = homes(damage=damage, lodging=lodging, host=host)
    found = lodged(many, renting=0.0, returning=0.0)[:half]
    assert (found == SHELTER).mean() == near(1.0 - math.exp(-RATES.host_ends), half)
    damage[half:] = 0.9
    many = homes(damage=damage, lodging=lodging, host=host)
    found = lodged(many, renting=0.0, returning=0.0, host_ends=0.0)
    assert (found == SHELTER).all()
    assert (many.host == -1).all()


# -- return and leaving ---------------------------------------------------------------------------


@pytest.mark.parametrize("tenant", [0, 1])
@pytest.mark.parametrize("damage", [0.0, 0.1])
def test_return_is_a_hazard_of_damage_and_tenure(tenant: int, damage: float) -> None:
    many = homes(damage=damage, lodging=SHELTER, tenant=tenant, weeks_out=5)
    h = RATES.returning * (1.0 - damage) * (RATES.tenant_return if tenant else 1.0)
    found = lodged(many)
    assert (found == HOME).mean() == near(1.0 - math.exp(-h))
    assert not many.out[found == HOME].any()
    assert (many.out[found != HOME] == 6).all()


def test_nobody_returns_to_a_home_that_cannot_be_lived_in() -> None:
    many = homes(damage=RATES.uninhabitable + 0.01, lodging=RENTED)
    assert (lodged(many, returning=10.0) == RENTED).all()


def test_those_long_out_may_leave_and_newcomers_find_a_home_that_stands() -> None:
    many = HouseholdTable.empty(N)
    many.damage[:], many.lodging[:], many.works[:], many.paid[:] = 0.9, RENTED, 1, 0.3
    many.weeks_out[: N // 2] = 30
    displacement.lodge(KEYS, Homes.of(many), alone(), NOBODY, PLENTY, RATES._replace(leaving=0.2))
    gone = many.lodging == GONE
    assert not gone[N // 2 :].any()
    assert gone[: N // 2].mean() == near(1.0 - math.exp(-0.2), N // 2)
    assert (many.left == gone).all()
    displacement.let_in(many)
    assert (many.lodging[gone] == HOME).all()
    assert not many.damage[gone].any()
    assert (many.damage[~gone] > 0.8).all()
    assert (many.left == gone).all()


# -- how it is to live there ----------------------------------------------------------------------


def needs(many: Homes, beds: float = 1e9, **rates: float) -> Any:
    need = np.zeros((many.damage.size, 5), np.float32)
    displacement.dwell(need, many, alone(many.damage.size), beds, RATES._replace(felt=1.0, **rates))
    return need


def test_a_shelter_lacks_most_then_kin_then_home_and_crowding_makes_it_worse() -> None:
    many = homes(5, lodging=[HOME, HOME, KIN, RENTED, SHELTER], host=[-1, -1, 1, -1, -1])
    housing, isolation = needs(many)[:, 3], needs(many)[:, 0]
    assert housing == pytest.approx(
        [0.0, RATES.hosting, RATES.lack_kin, RATES.lack_rented, RATES.lack_shelter]
    )
    assert isolation == pytest.approx([0.0, 0.0, *(RATES.uprooted * housing[2:])])
    crowded = needs(homes(10, lodging=SHELTER), beds=4.0)[:, 3]
    more = RATES.lack_shelter + (1.0 - RATES.lack_shelter) * RATES.crowding * 0.6
    assert crowded == pytest.approx(more)
    both = needs(homes(1, lodging=KIN, damage=0.5, host=0))[0, 3]
    assert both == pytest.approx(1.0 - 0.5 * (1.0 - RATES.lack_kin))


def dwelt(many: Homes, need: Any, weeks: int, **rates: float) -> Any:
    p, people = RATES._replace(**rates), alone(many.damage.size)
    for _ in range(weeks):
        displacement.dwell(need, many, people, 1e9, p)
    return need[:, 3]


def test_housing_need_ends_with_the_damage_and_the_rest_of_it_stays() -> None:
    many = homes(3, damage=[0.5, 0.5, 0.0])
    need = np.zeros((3, 5), np.float32)
    need[1:, 3] = 0.2  # evicted before the water came
    assert dwelt(many, need, 40) == pytest.approx([0.5, 1.0 - 0.8 * 0.5, 0.2], abs=1e-5)
    many.damage[:] = 0.25
    many.damage[2] = 0.0
    assert dwelt(many, need, 40) == pytest.approx([0.25, 1.0 - 0.8 * 0.75, 0.2], abs=1e-5)
    many.damage[:] = 0.0
    assert dwelt(many, need, 40) == pytest.approx([0.0, 0.2, 0.2], abs=1e-5)
    assert not many.lacking.any()


def test_a_lack_is_felt_by_a_part_of_it_each_week_or_never() -> None:
    many, need = homes(1, damage=0.8), np.zeros((1, 5), np.float32)
    dwelt(many, need, 1)
    assert need[0, 3] == pytest.approx(0.8 * RATES.felt)
    many.damage[:] = 0.0
    assert dwelt(many, need, 1) == pytest.approx(0.8 * RATES.felt * (1.0 - RATES.felt))
    never, need = homes(1, damage=0.8), np.full((1, 5), 0.3, np.float32)
    assert dwelt(never, need, 9, felt=0.0) == pytest.approx(0.3)


def test_what_others_have_met_of_a_lack_does_not_come_back_when_it_ends() -> None:
    many, need = homes(1, damage=0.4), np.zeros((1, 5), np.float32)
    dwelt(many, need, 40)
    need[:, 3] = 0.1  # others have met three quarters of it this week
    many.damage[:] = 0.0
    left = dwelt(many, need, 1)
    assert 0.0 < left < 0.2
    assert dwelt(many, need, 40) == pytest.approx(0.0, abs=1e-5)


def flooded(damage: float, loss: float, water: float, **rates: float) -> Any:
    """Return a home of some damage after water that does another, by itself, to a whole one."""
    p = AllRates.of(Parameters()).shock._replace(home_rate=1.0, **rates)
    one = homes(1, damage=damage, loss=loss, paid=0.4, weeks_dry=9)
    amount = -math.log(1.0 - water)
    shock.damage_homes(np.ones(1, np.float32), np.zeros(1, np.uint32), amount, one, p)
    assert not one.dry.any()
    assert one.loss[0] == pytest.approx(max(loss if damage > 0.0 else 0.0, water))
    assert one.paid[0] == pytest.approx(0.4 * damage / one.damage[0])
    return float(one.damage[0])


def test_water_undoes_its_share_of_what_was_repaired() -> None:
    assert flooded(0.0, 0.9, 0.3) == pytest.approx(0.3)  # mended: the old loss is over
    assert flooded(0.6, 0.6, 0.3) == pytest.approx(0.6)  # nothing repaired yet
    assert flooded(0.3, 0.6, 0.6) == pytest.approx(0.6)  # as high as then
    assert flooded(0.3, 0.6, 0.8) == pytest.approx(0.8)
    assert flooded(0.3, 0.6, 0.2) == pytest.approx(0.3 + 0.2 * 0.5)
    assert flooded(0.3, 0.6, 0.2, undoing=0.0) == pytest.approx(0.3)
    assert flooded(0.3, 0.6, 0.5, undoing=0.0) == pytest.approx(0.5)


# -- the town -------------------------------------------------------------------------------------


def wet(**parts: Any) -> Scenario:
    return town(citizens=600, weeks=40, shocks=[flood(2, peak=1.0), flood(20, peak=1.0)], **parts)


def test_a_quiet_town_has_nobody_out_and_nothing_of_it_counts() -> None:
    calm = town(citizens=400, weeks=30)
    far = {"beds": 0.0, "bed": 9.0, "leaving": 0.5, "returning": 0.0, "uninhabitable": 0.02}
    other = town(citizens=400, weeks=30, parameters={"displacement": far})
    one, two = lived(calm, 30), lived(other, 30)
    assert not differences(one.state, two.state)
    assert not one.state.households.lodging.any()
    for column in displaced.columns():
        assert not one.recorder.series(column).any()


def test_every_household_is_in_one_place_and_guests_have_hosts_at_home() -> None:
    model = lived(wet(), 1)
    seen, households = set(), model.state.households
    size = np.diff(model.community.people.household_start.astype(int))
    while model.week < 40:
        model.step()
        where = households.lodging
        seen |= set(where.tolist())
        assert set(where.tolist()) <= {HOME, KIN, RENTED, SHELTER}
        assert ((where == KIN) == (households.host >= 0)).all()
        row = {name: model.recorder.series(name)[-1] for name in displaced.columns()}
        parts = [row[f"displaced_{name}"] for name in ("kin", "rented", "shelter", "gone")]
        assert row["displaced"] == pytest.approx(sum(parts))
        out = size[where != HOME].sum() / size.sum()
        assert sum(parts[:3]) == pytest.approx(1e3 * out)
        assert (households.weeks_out[where == HOME] == 0).all()
    assert {HOME, KIN, SHELTER} <= seen


def test_water_that_comes_back_drives_out_again_and_undoes_what_was_repaired() -> None:
    model = lived(wet(), 20)
    households = model.state.households
    back, still = households.lodging == HOME, households.lodging != HOME
    weeks = households.weeks_out.copy()
    model.step()
    again = back & (households.lodging != HOME)
    assert again.any()
    assert not households.weeks_out[again].any()
    kept = still & (households.lodging != HOME)
    assert (households.weeks_out[kept] == weeks[kept] + 1).all()
    assert (households.weeks_dry[again] == 1).all()
    assert not households.works[again].any()


def test_luck_is_that_of_the_household_whatever_else_is_drawn() -> None:
    one = lived(wet(), 30)
    calmer = lived(wet(parameters={"help": {"helper_hours": 9.0}}), 30)
    assert (one.state.households.lodging == calmer.state.households.lodging).all()


def test_without_damage_beyond_the_threshold_nobody_leaves() -> None:
    model = lived(wet(parameters={"displacement": {"uninhabitable": 1.0}}), 30)
    assert not model.recorder.series("displaced").any()


def test_neighbours_see_less_of_those_who_live_elsewhere() -> None:
    def contacts(distance: float) -> float:
        model = lived(wet(parameters={"meet": {"distance": distance}}), 10)
        return float(model.recorder.series("contacts")[-8:].sum())

    assert contacts(1.0) < contacts(0.0)


def test_the_poor_and_tenants_are_out_longer_and_ties_keep_people_out_of_shelters() -> None:
    def out(group: str = "displacement", **rates: float) -> tuple[float, float]:
        model = lived(wet(parameters={group: rates}), 40)
        total, shelter = (
            model.recorder.series(name).sum() for name in ("displaced", "displaced_shelter")
        )
        return float(total), float(shelter)

    usual = out()
    assert out("repair", means=0.1)[0] > usual[0]
    assert out(tenant_return=0.05)[0] > usual[0]
    assert out("repair", sites=0.1)[0] > usual[0]
    assert out(bed=0.0)[1] > usual[1] > out(bed=5.0)[1]


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("displacement", "uninhabitable", 0.0),
        ("displacement", "bed", -1.0),
        ("repair", "pace", 0.0),
        ("repair", "sites", math.nan),
        ("displacement", "felt", 2.0),
    ],
)
def test_values_that_mean_nothing_are_refused(group: str, name: str, value: float) -> None:
    data = town().model_dump(mode="json")
    data["parameters"][group][name] = value
    with pytest.raises(ResilienzaError):
        validated(Scenario, data, "a.toml")


@pytest.mark.parametrize("name", ["repair", "departures"])
def test_no_table_says_who_comes_back(name: str) -> None:
    data = town().model_dump(mode="json")
    data["exogenous"][name] = [{"start": day(1), "weeks": 2, "rate": 0.1, "source": "a test"}]
    with pytest.raises(ResilienzaError):
        validated(Scenario, data, "a.toml")


def test_tenants_and_depths_are_drawn_by_name() -> None:
    one, two = (CommunityModel(town(citizens=3_000), rng=1).state.households for _ in range(2))
    assert (one.tenant == two.tenant).all()
    assert (one.depth == two.depth).all()
    assert one.tenant.mean() == pytest.approx(0.205, abs=0.03)  # ISTAT 2021
    assert one.depth.mean() == pytest.approx(1.0, abs=0.1)
