"""What each action is worth: known answers, intervals, resuming, what is told of failures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.contribution.attribution import attribute
from resilienza_sim.experiments.contribution.games import PERMUTATIONS, make_attribution, players_of
from resilienza_sim.experiments.plan import CHUNK
from resilienza_sim.statistics import TIED_FROM
from resilienza_sim.strategies import load_strategy
from tests.fake_arms import CAMPAIGN, CASH, OUTREACH, PURSE, STAFF, TRAINING, Town, live_in
from tests.small import plan, town

SCENARIO = town()
FOUR = plan(
    (TRAINING, 0.4),
    (STAFF, 0.2, {"service": "home_care"}),
    (STAFF, 0.1),
    (CASH, 0.2),
    (CAMPAIGN, 0.1),
)
WORTH = {TRAINING: 10.0, STAFF: -5.0, CASH: 1.0, CAMPAIGN: 0.0}
EXPECTED = {TRAINING: 4.0, STAFF: -1.5, CASH: 0.2, CAMPAIGN: 0.0}
METRIC = "loss_due_to_shocks"


def found(tmp_path: Path, strategies=(FOUR,), pairs: int = 12, **choices):
    return attribute(
        SCENARIO, list(strategies), pairs=pairs, workers=1, out=tmp_path / "s", **choices
    )


def test_an_additive_strategy_gives_each_action_what_it_saves(tmp_path, monkeypatch) -> None:
    live_in(monkeypatch, Town(WORTH))
    made = found(tmp_path, pairs=TIED_FROM)
    table = made.table(METRIC).set_index("player")
    assert table["effect"].to_dict() == pytest.approx(EXPECTED, abs=1e-9)
    assert table["low"].to_dict() == pytest.approx(EXPECTED, abs=1e-9)
    assert table["high"].to_dict() == pytest.approx(EXPECTED, abs=1e-9)
    assert table["verdict"].to_dict() == {
        TRAINING: "helps",
        STAFF: "harms",
        CASH: "helps",
        CAMPAIGN: "nothing",
    }
    spent = {TRAINING: 0.4, STAFF: 0.3, CASH: 0.2, CAMPAIGN: 0.1}
    assert table["spent_eur"].to_dict() == pytest.approx({k: PURSE * v for k, v in spent.items()})
    assert table["per_1000_eur"][TRAINING] == pytest.approx(10.0)
    assert table["share"].sum() == pytest.approx(1.0)
    assert table["share"][STAFF] == pytest.approx(-1.5 / 2.7)
    assert list(made.table(METRIC)["player"]) == [
        TRAINING,
        CASH,
        CAMPAIGN,
        STAFF,
    ]
    whole = made.totals(METRIC).iloc[0]
    assert whole["effect"] == pytest.approx(2.7)
    assert whole["received_eur"] == PURSE
    assert whole["residual"] < 1e-12
    assert (made.together(METRIC)["effect"].abs() < 1e-9).all()


def test_the_same_in_a_few_pairs_decides_nothing(tmp_path, monkeypatch) -> None:
    live_in(monkeypatch, Town(WORTH))
    made = found(tmp_path)
    table = made.table(METRIC).set_index("player")
    assert table["effect"].to_dict() == pytest.approx(EXPECTED, abs=1e-9)
    spending = table.drop(CAMPAIGN)
    assert set(spending["verdict"]) == {"undecided"}
    for ends in ("low", "high", "per_low", "per_high"):
        assert spending[ends].isna().all()
    assert spending["per_1000_eur"][TRAINING] == pytest.approx(10.0)
    assert table["share"].isna().all()
    assert table["verdict"][CAMPAIGN] == "nothing"  # not a small effect: none, in any pair
    assert np.isnan(made.totals(METRIC)["low"][0])


def test_more_of_a_metric_that_is_better_higher_counts_as_a_gain(tmp_path, monkeypatch) -> None:
    live_in(monkeypatch, Town(WORTH))
    table = found(tmp_path).table("robustness").set_index("player")
    wanted = {name: value / 100 for name, value in EXPECTED.items()}
    assert table["effect"].to_dict() == pytest.approx(wanted, abs=1e-9)


def test_two_that_are_worth_something_only_together_share_it(tmp_path, monkeypatch) -> None:
    def together(shares):
        return 6.0 * ({TRAINING, CAMPAIGN} <= set(shares))

    live_in(monkeypatch, Town({}, together))
    made = found(tmp_path, pairs=TIED_FROM)
    table = made.table(METRIC).set_index("player")["effect"]
    assert table.to_dict() == pytest.approx(
        {TRAINING: 3.0, CAMPAIGN: 3.0, STAFF: 0.0, CASH: 0.0}, abs=1e-9
    )
    first = made.together(METRIC).iloc[0]
    assert {first["one"], first["other"]} == {TRAINING, CAMPAIGN}
    assert first["effect"] == pytest.approx(6.0)
    assert first["verdict"] == "helps"


def widest(d: np.ndarray) -> tuple[float, float]:
    """Student's interval and Hall's two, solved by hand for what lies t/√n away; the widest."""
    n = d.size
    skewed, reach = stats.skew(d, bias=False), stats.t.ppf(0.975, n - 1) / np.sqrt(n)

    def ends(g: float) -> list[float]:
        def straight(w: float) -> float:
            return w + g * w**2 / 3 + g**2 * w**3 / 27 + g / (6 * n)

        far = [
            optimize.brentq(lambda w, at=at: straight(w) - at, -99, 99) for at in (reach, -reach)
        ]
        return [d.mean() - w * d.std(ddof=1) for w in far]

    three = np.array([ends(g) for g in (0.0, skewed, skewed * (1 + 6 / n))])
    return three[:, 0].min(), three[:, 1].max()


def test_the_interval_is_the_widest_of_three_over_the_values_of_the_pairs(
    tmp_path, monkeypatch
) -> None:
    live_in(monkeypatch, Town(WORTH, noise=1.0))
    made = found(tmp_path, pairs=20)
    values, spread = made.values(made.games[0], METRIC)
    assert (spread == 0.0).all()
    assert values.shape == (20, 4)
    for row in made.table(METRIC).to_dict("records"):
        d = values[row["player"]].to_numpy()
        assert row["effect"] == pytest.approx(d.mean())
        assert (row["low"], row["high"]) == pytest.approx(widest(d))


def test_luck_alone_is_undecided_and_gives_no_shares(tmp_path, monkeypatch) -> None:
    live_in(monkeypatch, Town({}, noise=1.0))
    made = found(tmp_path, pairs=30)
    table = made.table(METRIC)
    assert (table["verdict"] == "undecided").sum() >= 3
    assert table["share"].isna().all()
    assert table["small"].all()  # far less than the smallest effect of interest


def test_few_pairs_decide_nothing(tmp_path, monkeypatch) -> None:
    live_in(monkeypatch, Town(WORTH))
    table = found(tmp_path, pairs=5).table(METRIC)
    assert set(table["verdict"]) == {"undecided"}
    assert table["share"].isna().all()


def test_sampled_orders_agree_with_every_coalition(tmp_path, monkeypatch) -> None:
    def together(shares):
        return 8.0 * len(set(shares) & {TRAINING, CAMPAIGN, CASH}) ** 2

    live_in(monkeypatch, Town(WORTH, together, noise=0.2))
    exact = found(tmp_path / "a", pairs=15).table(METRIC).set_index("player")
    made = found(tmp_path / "b", pairs=15, permutations_a_pair=4)
    assert not made.games[0].exact
    table = made.table(METRIC).set_index("player")
    for player, row in table.iterrows():
        assert row["low"] - 0.1 <= exact["effect"][player] <= row["high"] + 0.1
    assert (table["sampling"] < table["high"] - table["low"]).all()
    assert made.totals(METRIC)["residual"][0] < 1e-12
    assert made.together(METRIC).empty  # not every coalition is known


def test_a_strategy_of_many_actions_is_sampled_anew_in_each_pair(tmp_path, monkeypatch) -> None:
    seen = live_in(monkeypatch, Town({TRAINING: 10.0, OUTREACH: 3.0}))
    many = load_strategy("transformative")
    made = found(tmp_path, [many], pairs=6)
    game = made.games[0]
    assert not game.exact
    assert len(game.orders[0]) == PERMUTATIONS
    assert not np.array_equal(game.orders[0], game.orders[1])
    table = made.table(METRIC).set_index("player")["effect"]
    mean = {  # of the shares over the three phases
        kind: sum(
            line.share / 3
            for phase in (many.normal, many.emergency, many.recovery)
            for line in phase
            if line.action.kind() == kind
        )
        for kind in (TRAINING, OUTREACH)
    }
    assert table[TRAINING] == pytest.approx(10 * mean[TRAINING])
    assert table[OUTREACH] == pytest.approx(3 * mean[OUTREACH])
    assert table.drop([TRAINING, OUTREACH]).abs().max() < 1e-9
    per_pair = [len(names) for names in made.plan.by_pair]
    n = len(game.players)
    assert all(n <= count <= PERMUTATIONS * (n - 1) + 2 for count in per_pair)
    assert seen.lived == sum(-(-count // CHUNK) for count in per_pair)


def test_more_pairs_leave_the_orders_of_the_first_as_they_were() -> None:
    few = make_attribution(SCENARIO, ["transformative"], pairs=3)[0]
    many = make_attribution(SCENARIO, ["transformative"], pairs=5)[0]
    assert list(few.by_pair) == list(many.by_pair)[:3]
    assert few.hash == many.hash


def test_ambits_are_players_too(tmp_path, monkeypatch) -> None:
    assert players_of(FOUR, "ambit") == {
        "awareness": (CAMPAIGN, TRAINING),
        "services": (CASH, STAFF),
    }
    live_in(monkeypatch, Town(WORTH))
    made = found(tmp_path, by="ambit")
    kinds = made.games[0].kinds
    table = made.table(METRIC).set_index("player")["effect"]
    for ambit, members in kinds.items():
        assert table[ambit] == pytest.approx(sum(EXPECTED[k] for k in members), abs=1e-9)
    assert sorted(kind for members in kinds.values() for kind in members) == sorted(EXPECTED)


def test_reallocated_euros_do_the_work_of_the_others(tmp_path, monkeypatch) -> None:
    # Shares .4, .3, .2, .1 of one purse: each coalition spends all of it.
    live_in(monkeypatch, Town(WORTH))
    made = found(tmp_path, reallocate=True)
    full = made.runs["spent_eur"].groupby(level="strategy").mean()
    nobody = made.games[0].name(0)
    assert full.drop(nobody).to_numpy() == pytest.approx(PURSE)
    assert full[nobody] == 0.0
    alone = made.gains(made.games[0], METRIC)[1][0]
    players = made.games[0].players
    for k, player in enumerate(players):
        assert alone[1 << k] == pytest.approx(WORTH[player], abs=1e-9)
    assert made.totals(METRIC)["effect"][0] == pytest.approx(2.7)


def test_another_metric_or_more_pairs_repeat_no_run(tmp_path, monkeypatch) -> None:
    seen = live_in(monkeypatch, Town(WORTH))
    found(tmp_path, pairs=6)
    before = list(seen.runs)
    assert len(before) == len(set(before)) == 6 * 16
    found(tmp_path, pairs=6).table("robustness")
    assert seen.runs == before
    found(tmp_path, pairs=8)
    assert len(seen.runs) == 8 * 16
    with pytest.raises(ResilienzaError, match="seed"):
        found(tmp_path, pairs=6, seed=2)


def test_a_failed_run_costs_its_pair_and_is_tried_again(tmp_path, monkeypatch) -> None:
    game = make_attribution(SCENARIO, [FOUR], pairs=8)[1][0]
    seen = live_in(monkeypatch, Town(WORTH, faults={(game.name(5), 2)}))
    made = found(tmp_path, pairs=8)
    assert made.totals(METRIC)[["n", "dropped"]].iloc[0].tolist() == [7, 1]
    assert made.table(METRIC).set_index("player")["effect"].to_dict() == pytest.approx(
        EXPECTED, abs=1e-9
    )
    runs = len(seen.runs)
    seen.faults.clear()
    seen.undefined.add((game.name(5), 2))
    assert found(tmp_path, pairs=8).totals(METRIC)["dropped"][0] == 1
    assert len(seen.runs) == runs + 1


def test_same_input_same_bytes_whatever_the_strategy_is_called(tmp_path, monkeypatch) -> None:
    live_in(monkeypatch, Town(WORTH, noise=1.0))
    one, other = found(tmp_path / "a"), found(tmp_path / "b")
    assert one.table(METRIC).equals(other.table(METRIC))
    again = plan(
        (TRAINING, 0.4),
        (STAFF, 0.2, {"service": "home_care"}),
        (STAFF, 0.1),
        (CASH, 0.2),
        (CAMPAIGN, 0.1),
        name="twin",
    )
    names = [make_attribution(SCENARIO, [s], permutations_a_pair=4)[1][0] for s in (FOUR, again)]
    for left, right in zip(names[0].orders, names[1].orders, strict=True):
        np.testing.assert_array_equal(left, right)


def test_several_strategies_share_the_past(tmp_path, monkeypatch) -> None:
    seen = live_in(monkeypatch, Town(WORTH))
    made = found(tmp_path, [FOUR, plan((TRAINING, 1.0), name="one")], pairs=6)
    assert seen.lived == 6
    assert made.totals(METRIC)["effect"].tolist() == pytest.approx([2.7, 10.0])


def test_what_cannot_be_divided_is_refused() -> None:
    with pytest.raises(ResilienzaError) as told:
        make_attribution(SCENARIO, ["none"])
    assert told.value.key == "buys_nothing"
    with pytest.raises(ResilienzaError) as told:
        make_attribution(SCENARIO, ["alluvial"], decision="1999-01-01")
    assert told.value.key == "unknown_decision"
    with pytest.raises(ResilienzaError) as told:
        make_attribution(SCENARIO, ["alluvial"], pairs=0)
    assert told.value.key == "too_few_pairs"
    with pytest.raises(ResilienzaError) as told:
        make_attribution(SCENARIO, [FOUR, plan((TRAINING, 1.0), name=FOUR.name)])
    assert told.value.key == "strategy_twice"
    nothing = town(study={"strategies": ["none", "consolidated"]})
    with pytest.raises(ResilienzaError) as told:
        make_attribution(nothing)
    assert told.value.key == "nothing_to_attribute"


def test_by_default_every_arm_but_the_baseline_that_buys_anything() -> None:
    games = make_attribution(SCENARIO, pairs=1)[1]
    assert [game.strategy.name for game in games] == ["alluvial", "transformative", "hybrid"]
