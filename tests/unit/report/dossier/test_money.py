"""Euros line by line, and what is left once they end."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.report.dossier import money, reversal
from resilienza_sim.words import Words
from tests.unit.report.dossier.test_people import View, focus


class Dated(View):
    """A view of two years in which the plan pays for the first and then no more."""

    weeks_after = 104

    def weekly(self, column, arm):
        old, new = self.table[column]
        values = np.full((6, len(self.weeks)), new if arm == "new" else old, float)
        if column in ("spent_eur", "eur_training"):
            values[:, self.weeks >= 52] = 0.0
        elif arm == "new":
            values[:, self.weeks >= 52] = old
        return values

    def date_of(self, week):
        return date(2024, 5, 20) + timedelta(weeks=int(week))


def dated(**table):
    one = focus(**table)
    view = Dated(table, weeks=np.arange(-2, 104))
    view.facts["name"] = "town"
    return type(one)(view, one.say, one.comparison, one.row)


def test_euros_are_those_of_the_whole_town_whatever_the_sample():
    one = dated(eur_training=(0.0, 100.0))
    one.view.study.decisions = {date(2024, 5, 20): one.view.study}
    one.view.study.folder = "nowhere"
    told = money.lines(one)
    assert told["rows"][0]["euros"] == one.say.euros(5_200.0 / (104 / 52.1775))
    assert told["command"] == "resilienza report CARTELLA --complete"


def test_a_line_that_takes_next_to_nothing_is_not_said_to_take_none():
    one = dated(eur_training=(0.0, 100.0), eur_campaign=(0.0, 0.2))
    one.view.study.decisions = {date(2024, 5, 20): one.view.study}
    one.view.study.folder = "nowhere"
    assert [row["share"] for row in money.lines(one)["rows"]] == [
        "100\u202f%",
        "meno dell’1\u202f%",
    ]


def test_what_each_line_brings_is_read_from_beside_the_study(tmp_path):
    one = dated(eur_training=(0.0, 100.0))
    one.view.study.decisions = {date(2024, 5, 20): one.view.study}
    one.view.study.folder = tmp_path
    (tmp_path / money.ATTRIBUTION).mkdir()
    rows = [
        {"strategy": "new", "player": "training", "share": 0.4, "verdict": "helps", "n": 12},
        {"strategy": "other", "player": "training", "share": 0.9, "verdict": "harms", "n": 12},
    ]
    table = pd.DataFrame(rows)
    table.to_csv(
        tmp_path / money.ATTRIBUTION / money.table_of(one.view.study.headline), index=False
    )
    told = money.lines(one)
    assert told["known"]
    assert told["rows"][0]["effect"] == one.say.percent(0.4)
    assert "12 prove" in told["how"]
    one.view.key = "2025-01-01"  # of the first decision alone
    assert not money.lines(one)["known"]


def test_when_the_funds_end_the_advantage_before_and_after_is_told():
    said = reversal.funds_end(dated(spent_eur=(0.0, 10.0), quality=(0.90, 0.93)))
    assert "19 maggio 2025" in said
    assert "+3" in said.replace(",00", "")
    assert said.count("0") >= 2


def test_when_a_fund_ends_and_the_plan_goes_on_the_end_is_that_of_the_fund():
    one = dated(spent_eur=(10.0, 10.0), quality=(0.90, 0.93))
    fund = {"eur_per_year": 1e5, "start": "2024-05-20", "end": "2025-05-18"}
    one.view.facts["scenario"] = {"purse": {"funds": [fund]}}
    said = reversal.funds_end(one)
    assert "Dalla settimana del 19 maggio 2025 i fondi con una data non ci sono più" in said
    fund["end"] = "2026-05-01"  # too late to see what is left
    assert "fondi con una data" not in reversal.funds_end(one)
    fund |= {"end": "2025-05-18", "eur_per_year": -1e5}  # a cut is no fund
    assert "fondi con una data" not in reversal.funds_end(one)


def test_a_plan_that_pays_to_the_end_says_that_it_was_not_tried():
    paid = focus(spent_eur=(0.0, 10.0), quality=(0.90, 0.93))
    paid.view.date_of = lambda week: date(2024, 5, 20) + timedelta(weeks=int(week))
    said = reversal.funds_end(paid)
    assert "fino all’ultima settimana" in said


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_command_is_one(lang):
    assert Words(lang, "dossier")("page.complete").endswith("--complete")


@pytest.mark.parametrize(("share", "said"), [(np.nan, True), (0.4, False)])
def test_parts_that_cannot_be_told_are_explained(share, said, tmp_path):
    one = dated(eur_training=(0.0, 100.0))
    one.view.study.decisions = {date(2024, 5, 20): one.view.study}
    one.view.study.folder = tmp_path
    (tmp_path / money.ATTRIBUTION).mkdir()
    rows = [{"strategy": "new", "player": "training", "share": share, "verdict": "helps", "n": 6}]
    table = pd.DataFrame(rows)
    table.to_csv(
        tmp_path / money.ATTRIBUTION / money.table_of(one.view.study.headline), index=False
    )
    assert ("non si distingue da zero" in money.lines(one)["how"]) == said
