from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest

from resilienza_sim.report.purse import audit, audit_rows, by_action, same_purse
from resilienza_sim.report.reading import town_of
from resilienza_sim.report.value import value_table
from resilienza_sim.report.view import Arm, decisions
from resilienza_sim.words import Words


@dataclass
class Ledger:
    """The part of a view that the audit reads."""

    table: dict
    week: int = 0
    arms: tuple = (Arm("a", "A", "", 0),)
    weeks: np.ndarray = field(default_factory=lambda: np.arange(3))
    words: Words = field(default_factory=lambda: Words("en"))

    def __post_init__(self):
        self.study = SimpleNamespace(indicators=tuple(self.table))

    def weekly(self, column, arm):
        return np.array([self.table[column]], dtype=float)


FLOW = {
    "available_eur": [100.10, 100.10, 100.10],
    "spent_eur": [60.05, 0.0, 150.0],
    "left_eur": [40.05, 140.15, 90.25],
}
STOCK = FLOW | {"available_eur": [100.10, 140.15, 240.25]}


@pytest.mark.parametrize("table", [FLOW, STOCK], ids=["new money", "money and savings"])
@pytest.mark.parametrize("week", [0, 1])
def test_every_cent_is_followed_from_the_decision_on(table, week):
    (row,) = audit(Ledger(table, week))
    spent = 21_005 if week == 0 else 15_000
    assert (row.spent_cents, row.left_cents) == (spent, 9_025)
    assert row.available_cents == spent + 9_025
    assert row.balanced == row.replicates == 1


def test_a_lost_cent_is_found():
    leaky = FLOW | {"left_eur": [40.05, 140.15, 90.24]}
    (row,) = audit(Ledger(leaky))
    assert row.balanced == 0
    told = audit_rows(Words("it"), [row])[0]
    assert not told["balances"]
    assert "non torna" in told["check"]


def test_ambits_must_add_up_to_what_was_spent():
    parts = {"spent_ties_eur": [60.05, 0.0, 100.0], "spent_services_eur": [0.0, 0.0, 50.0]}
    assert audit(Ledger(FLOW | parts))[0].balanced == 1
    parts["spent_services_eur"] = [0.0, 0.0, 49.99]
    assert audit(Ledger(FLOW | parts))[0].balanced == 0


def test_a_purse_below_zero_does_not_balance():
    below = {"available_eur": [1.0, 1, 1], "spent_eur": [5.0, 0, 0], "left_eur": [-4.0, -3, -2]}
    assert audit(Ledger(below))[0].balanced == 0


def test_a_study_without_a_ledger_has_no_audit():
    assert audit(Ledger({"quality": [1.0, 1, 1]})) == []


def test_arms_of_a_study_have_the_same_purse_and_it_closes(study):
    rows = audit(decisions(study, Words("it"))[1])
    assert len(rows) == 5
    assert all(row.balanced == row.replicates == 8 for row in rows)
    assert all(row.available_cents == row.spent_cents + row.left_cents for row in rows)
    assert same_purse(rows)
    idle = rows[-1]
    assert (idle.arm.name, idle.spent_cents) == ("none", 0)


def test_a_leaky_study_gets_no_mark(make_study):
    study = make_study(
        weeks=30, decisions=("2020-02-24",), strategies=("consolidated", "hybrid"), leaky=True
    )
    rows = audit(decisions(study, Words("en"))[0])
    assert [row.balanced for row in rows] == [0, 0]
    assert not any(told["balances"] for told in audit_rows(Words("en"), rows))


def test_shares_of_the_purse_say_where_it_went_and_what_was_left():
    paid = {
        "eur_argini": [0.0, 30.0, 20.0],
        "eur_cash_support": [9.0, 0.0, 25.0],
        "eur_training": [0.0] * 3,
    }
    rows = by_action(Ledger(FLOW | {"left_eur": [0.0, 0.0, 25.0]} | paid, week=1))
    assert [shares for _, shares in rows] == [["50.0%"], ["25.0%"], ["25.0%"]]
    assert len(rows) == 3, "what nobody paid for is not told"
    assert by_action(Ledger(FLOW)) == []


def test_what_the_ledger_holds_is_the_whole_town_s_and_is_not_scaled_again(study):
    view = decisions(study, Words("it"))[1]
    assert study.manifest["citizens"] < town_of(view.facts).residents, "a sample of the town"
    for row in audit(view):
        recorded = view.weekly("spent_eur", row.arm.name)[:, view.weeks >= view.week]
        assert row.spent_cents / 100 == pytest.approx(recorded.sum(axis=1).mean(), abs=1.0)


def test_the_cost_of_an_effect_is_the_whole_town_s_too(study):
    view = decisions(study, Words("it"))[1]
    told = value_table(view)
    plain = view.study.cost_effectiveness(view.study.headline)
    assert [row["cost"] for row in told["rows"]] == [
        Words("it").euros(cost) for cost in plain["cost_eur"]
    ]
