"""Social capital in use: directions, neutrality at the usual levels, switches that are exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model import capital
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.generalised import eased, trusting
from tests.small import differences, flood, lived, pandemic, plan, town

OFF = dict.fromkeys(
    (
        "asking",
        "helping",
        "joining",
        "turning",
        "neighbours",
        "distancing",
        "watching",
        "belonging",
        "easing",
        "accompanying",
    ),
    0.0,
)
"""Every use of social capital turned off."""


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    return lived(town(citizens=600, weeks=30, shocks=[flood(8), pandemic(8)]), 6, strategy=plan())


def after(model: CommunityModel, weeks: int, change: Any = None, **rates: float) -> CommunityModel:
    """Return a twin some weeks later, with other rates and after a change."""
    twin = model.fork(model.strategy, model.decision_week)
    twin.rates = twin.rates._replace(capital=twin.rates.capital._replace(**rates))
    if change:
        change(twin)
    twin.run_to(model.week + weeks)
    return twin


# -- neutral levels and switches ------------------------------------------------------------------


@pytest.mark.parametrize("factor", [trusting, eased])
def test_a_factor_is_one_at_the_usual_level_and_grows(factor) -> None:
    assert factor(0.35, 0.35, 2.0) == 1.0
    assert factor(0.9, 0.35, 0.0) == 1.0
    assert factor(0.2, 0.35, 2.0) < 1.0 < factor(0.5, 0.35, 2.0)
    assert factor(1.0, 0.5, 1.0) == pytest.approx(2.0 / 1.5)


def test_where_all_uses_are_off_the_levels_do_not_count(model) -> None:
    usual = {"usual_trust": 0.9, "usual_company": 0.1}
    one, other = after(model, 4, **OFF), after(model, 4, **OFF, **usual)
    assert set(differences(one.state, other.state)) <= {
        "quarters.efficacy",
        "municipality.usual_company",
    }


def test_at_the_usual_levels_the_uses_change_nothing(model) -> None:
    """Everybody trusts as is usual: asking and helping are as if generalised trust were no use."""

    def usually(twin: CommunityModel) -> None:
        twin.state.citizens.generalised_trust[:] = np.float32(0.35)

    level = float(np.float32(0.35))
    still = {**OFF, "usual_trust": level}
    none = after(model, 1, usually, **still)
    used = after(model, 1, usually, **{**still, "asking": 3.0, "helping": 3.0, "joining": 3.0})
    assert not differences(none.state, used.state)


# -- generalised trust ----------------------------------------------------------------------------


def trusted(level: float) -> Any:
    def change(twin: CommunityModel) -> None:
        twin.state.citizens.generalised_trust[:] = level

    return change


@pytest.mark.parametrize("use", ["asking", "helping"])
def test_more_trust_in_people_more_help(model, use) -> None:
    low, high = (after(model, 1, trusted(t), **{**OFF, use: 4.0}) for t in (0.1, 0.8))
    assert high.state.help_acts > low.state.help_acts


def test_more_trust_in_people_more_who_join(model) -> None:
    low, high = (after(model, 12, trusted(t), **{**OFF, "joining": 8.0}) for t in (0.05, 0.95))
    assert high.state.citizens.active.sum() > low.state.citizens.active.sum()


def test_neighbours_help_the_distant_and_grow_tired(model) -> None:
    def alone(twin: CommunityModel) -> None:
        twin.state.degree[:] = 0  # nobody is tied to anybody
        c = twin.state.citizens
        c.distant[:], c.informed_informal[:] = 1, 0  # nor comes near the groups or the services
        c.waited[:] = c.in_care[:] = c.followed[:] = 0
        c.need[:, 0] = 0.9

    none = after(model, 1, alone, **OFF)
    some = after(model, 1, alone, **{**OFF, "neighbours": 1.0})
    assert none.state.met_informal == 0.0
    assert some.state.met_informal > 0.0
    assert some.state.volunteer_hours > none.state.volunteer_hours
    assert (some.state.citizens.helped > 0.0).sum() > 20


def test_the_level_a_person_returns_to_moves_slowly(model) -> None:
    before = model.state.citizens.trust_anchor.copy()
    twin = after(model, 1, trusted(0.9), **OFF)
    moved = twin.state.citizens.trust_anchor - before
    expected = 0.0005 * (twin.state.citizens.generalised_trust - before)
    assert moved == pytest.approx(expected, abs=1e-6)


# -- collective efficacy --------------------------------------------------------------------------


def efficacious(level: float) -> Any:
    def change(twin: CommunityModel) -> None:
        twin.state.quarters.efficacy[:] = level

    return change


@pytest.mark.parametrize(("protects", "use"), [("distance", "distancing"), ("watch", "watching")])
def test_neighbours_keep_off_part_of_a_hit(model, protects, use) -> None:
    exposure = np.full(len(model.state.citizens), 0.5, np.float32)
    for level, sign in ((0.6, -1.0), (0.5, 0.0), (0.4, 1.0)):
        twin = after(model, 0, efficacious(level), **{**OFF, use: 2.0})
        left = capital.shield(twin, exposure, protects)
        assert left == pytest.approx(0.5 * (2.0 * (1.0 - level)) ** 2.0)
        assert np.sign(np.round(left - 0.5, 6)).tolist() == [sign] * left.size
        assert capital.shield(twin, exposure, "nothing") is exposure
    assert capital.shield(after(model, 0, **OFF), exposure, protects) is exposure


def test_a_quarter_that_expects_more_of_itself_is_hit_less(model) -> None:
    def expecting(level: float) -> Any:
        def change(twin: CommunityModel) -> None:
            efficacious(level)(twin)
            twin.rates = twin.rates._replace(repair=twin.rates.repair._replace(aid=0.0))

        return change

    low, high = (after(model, 6, expecting(e), reputation=0.0) for e in (0.3, 0.7))
    hit = low.state.citizens.weeks_since_hit < 6
    assert hit.any()
    assert high.state.citizens.suffering.mean() < low.state.citizens.suffering.mean()
    assert (low.state.households.damage == high.state.households.damage).all()  # water is water


@pytest.mark.parametrize("part", ["generalised_trust", "active", "ties"])
def test_efficacy_is_made_of_trust_ties_and_activity(model, part) -> None:
    def more(twin: CommunityModel) -> None:
        if part == "ties":
            twin.state.arcs.trust[:] = 1.0
        else:
            getattr(twin.state.citizens, part)[:] = 1

    one, other = after(model, 1), after(model, 1, more)
    assert (other.state.quarters.efficacy > one.state.quarters.efficacy).all()


def test_efficacy_is_the_mean_of_its_parts(model) -> None:
    twin = after(model, 1, reputation=1.0)
    state, people, p = twin.state, twin.community.people, twin.rates.capital
    before = after(model, 1, reputation=0.0).state.quarters.efficacy
    assert (before == model.state.quarters.efficacy).all()
    ties = _local(twin)
    for q, found in enumerate(state.quarters.efficacy):
        here, adults = people.quarter == q, (people.quarter == q) & (people.age >= 14)
        levels = (
            (model.state.citizens.generalised_trust[here].mean(), p.usual_trust),
            (ties[here].sum() / here.sum(), p.usual_local),
            (model.state.citizens.active[adults].mean(), p.usual_active),
        )
        parts = [level / (level + usual) for level, usual in levels]
        assert found == pytest.approx(np.mean(parts), abs=2e-3)


def _local(model: CommunityModel) -> Any:
    state = model.state
    found = np.zeros(len(state.citizens))
    for i in range(found.size):
        row = slice(state.start[i], state.start[i] + state.degree[i])
        layer = state.arcs.layer[row]
        near = (layer & 1 == 0) & (layer & capital.NEAR > 0)
        found[i] = state.arcs.trust[row][near].sum()
    return found


# -- company --------------------------------------------------------------------------------------


def accompanied(level: float) -> Any:
    def change(twin: CommunityModel) -> None:
        twin.state.citizens.company[:] = level
        twin.state.citizens.suffering[:] = 0.6

    return change


def test_company_eases_suffering_and_isolation(model) -> None:
    still = {**OFF, "keeping_company": 0.0}
    for use, column in (("easing", "suffering"), ("accompanying", "need")):
        low, high = (after(model, 1, accompanied(m), **{**still, use: 2.0}) for m in (0.1, 0.9))
        one, other = (getattr(each.state.citizens, column) for each in (low, high))
        if column == "need":
            one, other = one[:, 0], other[:, 0]
        assert other.mean() < one.mean()
        # Who has less need may not ask, and so be met by nobody: those not helped are compared.
        left = (low.state.citizens.helped == 0.0) & (high.state.citizens.helped == 0.0)
        assert left.mean() > 0.5
        assert (other[left] <= one[left]).all()


def test_when_all_have_less_company_each_misses_it_less(model) -> None:
    """Expected: what restrictions do to company weighs less where people compare (Festinger)."""

    def eased(level: float, comparing: float) -> float:
        still = {**OFF, "keeping_company": 0.0, "easing": 2.0, "comparing": comparing}
        twin = after(model, 2, accompanied(level), **still)
        return float(twin.state.citizens.suffering.mean())

    alone, half, fully = (eased(0.1, c) - eased(0.9, c) for c in (0.0, 0.5, 1.0))
    assert alone > half > fully
    assert abs(fully) < 0.2 * alone  # all that is left is of the first week and of need


def test_company_is_of_contacts_and_of_groups(model) -> None:
    def without(what: str) -> Any:
        def change(twin: CommunityModel) -> None:
            twin.state.citizens.company[:] = 0.0
            if what == "ties":
                twin.state.degree[:] = 0
            else:
                twin.state.citizens.group[:] = -1

        return change

    both = after(model, 1, lambda twin: twin.state.citizens.company.fill(0.0))
    for what in ("ties", "groups"):
        less = after(model, 1, without(what)).state.citizens.company
        assert (less <= both.state.citizens.company + 1e-6).all()
        assert less.mean() < both.state.citizens.company.mean()


# -- figures of the territory ---------------------------------------------------------------------


def test_a_scenario_may_replace_the_figures_of_its_territory() -> None:
    plain = town()
    more = plain.with_values({"town.figures": {"generalised_trust": 0.4}})
    assert more.territory.figures["generalised_trust"].value == 0.4
    other = {n: f for n, f in more.territory.figures.items() if n != "generalised_trust"}
    assert other == {n: plain.territory.figures[n] for n in other}
    assert plain.territory.figures["generalised_trust"].value == 0.237
    with pytest.raises(ResilienzaError):
        plain.with_values({"town.figures": {"trust": 0.4}})
    with pytest.raises(ResilienzaError):
        plain.with_values({"town.figures": {"volunteering": 1.4}})
