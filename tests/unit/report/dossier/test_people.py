from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pytest

from resilienza_sim.experiments.verdicts import Arm, Comparison, MetricRow
from resilienza_sim.report.dossier import behind, people
from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.report.dossier.stress import stress
from resilienza_sim.words import Words

OLD, NEW = Arm("old", "Adesso", "", 0), Arm("new", "Piano", "", 1)
WEEKS = np.arange(-2, 8)
QUARTERS = [{"name": "Argine", "share": 0.4}, {"name": "Piazza", "share": 0.6}]
SHOCKS = [{"start": "2024-05-20", "quarters": {"Argine": 0.72, "Piazza": 0.02}}]


@dataclass
class View:
    """The part of a view that the pages read: indicators of two arms, six pairs, eight weeks."""

    table: dict
    weeks: np.ndarray = field(default_factory=lambda: WEEKS)
    week: int = 0
    arms: tuple = (OLD, NEW)
    tags: tuple = ("suffering_target", "suffering_operators")
    chosen_tags: tuple = ()
    key: str = "2024-05-20"
    words: Words = field(default_factory=lambda: Words("it"))

    def __post_init__(self):
        self.study = SimpleNamespace(
            manifest={"citizens": 10_000},
            is_point=True,
            indicators=tuple(self.table),
            headline="loss_due_to_shocks",
        )
        self.facts = {"scenario": {"quarters": QUARTERS, "shocks": SHOCKS}}

    def weekly(self, column, arm):
        old, new = self.table[column]
        return np.full((6, len(WEEKS)), new if arm == "new" else old)

    def tag(self, name):
        return self.words.either("tag", name.removeprefix("suffering_"))


def focus(**table):
    row = MetricRow(
        "loss_due_to_shocks",
        "Disagio",
        "punti·settimana",
        -1,
        100.0,
        92.0,
        -8.0,
        -10.0,
        -6.0,
        -0.08,
        6,
        0,
        0,
        4.0,
        "better",
        6,
        0,
        0,
    )
    return Focus(View(table), Words("it", "dossier"), Comparison(OLD, NEW, (row,)), row)


def test_shares_become_people_of_the_whole_town():
    told = people.how_large(focus(above_share=(0.10, 0.08)))
    rows = {row["name"]: row for row in told["rows"]}
    assert rows["above"]["values"] == ["1.000", "800"]
    assert rows["above"]["difference"] == "−200"
    assert "200" in told["sentences"][0]
    assert "6 coppie di prove su 6" in told["sentences"][0]


def test_levels_are_as_fine_as_their_difference():
    (row,) = (
        each
        for each in people.how_large(focus(above_share=(0.185, 0.1846)))["rows"]
        if each["name"] == "above"
    )
    assert row["difference"] == "−4"
    assert row["values"] == ["1.850", "1.846"], "1.800 and 1.800 would differ by nothing"
    assert row["more"] == "nessuna su 6"


def test_a_difference_too_small_for_its_decimal_is_not_nought():
    one = focus(above_target=(0.2000, 0.2002), above_operators=(0.1, 0.1))
    rows = behind.table(one, behind.by_recipient(one))
    assert [row["difference"] for row in rows] == ["sotto 0,1", "0,0"]


def test_weeks_before_the_decision_do_not_count():
    told = people.how_large(focus(serious_need=(0.01, 0.01)))
    (row,) = told["rows"]
    assert row["values"] == ["800", "800"]  # a hundred people for the eight weeks after it
    assert row["harm"] == ""


def test_more_in_half_of_the_towns_and_fewer_in_none_is_a_harm_too():
    in_half = np.array([0.12] * 3 + [0.10] * 3)[:, None]
    told = people.how_large(focus(above_share=(0.10, in_half)))
    row = next(row for row in told["rows"] if row["name"] == "above")
    assert row["more"] == "3 su 6"
    assert "in 3 coppie di prove su 6" in row["harm"]


def test_more_people_who_give_up_are_a_harm():
    gave_up = {
        f"gave_up_{service}": (1.0, 2.0)
        for service in ("social_work", "home_care", "shelter", "family_support")
    }
    (row,) = people.how_large(focus(**gave_up))["rows"]
    assert row["values"] == ["320", "640"]
    assert "640 invece di 320" in row["harm"]


@pytest.mark.parametrize(("value", "told"), [(1234.0, "1.200"), (56.4, "56"), (0.4, "0")])
def test_people_are_told_with_two_figures(value, told):
    assert people.about(focus(), value) == told


def test_quarters_are_sorted_by_who_fares_worst_and_say_who_is_worse_off():
    one = focus(above_in_quarter_1=(0.20, 0.18), above_in_quarter_2=(0.10, 0.12))
    parts = behind.by_quarter(one)
    assert [part.name for part in parts] == ["Argine", "Piazza"]
    assert [part.residents for part in parts] == [4_000.0, 6_000.0]
    rows = behind.table(one, parts)
    assert [row["water"] for row in rows] == ["in 7 case su 10", "in poche case"]
    assert [row["people"] for row in rows] == ["−80", "+120"]
    said = behind.sentences(one, parts, [])
    assert "Argine" in said[0]
    assert "Piazza (+2,0 persone su 100)" in said[1]


def test_recipients_are_shares_of_their_own():
    one = focus(above_target=(0.30, 0.25), above_operators=(0.05, 0.05))
    parts = behind.by_recipient(one)
    assert [round(part.strategy) for part in parts] == [25, 5]
    assert "nessun" in behind.sentences(one, [], parts)[-1].casefold()


def test_those_the_reader_cares_for_most_are_told_first():
    one = focus(above_target=(0.30, 0.25), above_operators=(0.05, 0.05))
    parts = behind.by_recipient(one)
    names = [part.name for part in parts]
    assert [part.name for part in behind.chosen_first(one, parts)] == names
    one.view.chosen_tags = ("suffering_operators",)
    assert [part.name for part in behind.chosen_first(one, parts)] == names[::-1]


@pytest.mark.parametrize(
    ("citizens", "told"),
    [
        (47, "su 47 residenti, meno di una persona stesse ogni settimana meglio"),
        (10_000, "su 10.000 residenti, circa 1.000 persone stessero ogni settimana meglio"),
    ],
)
def test_people_of_the_example_are_never_nought(citizens, told):
    one = focus()
    one.view.study.manifest["citizens"] = citizens
    one = replace(one, row=replace(one.row, difference=-8.0 if citizens > 100 else -0.08))
    assert told in people.example(one)


def test_the_bottleneck_is_named():
    table = {}
    for service, full in (("social_work", 0.2), ("home_care", 1.0), ("shelter", 0.0)):
        table |= {
            f"queue_{service}": (2.0, 3.0),
            f"saturation_{service}": (full, full),
            f"waiting_{service}": (4.0, 5.0),
            f"gave_up_{service}": (0.1, 0.2),
            f"burnout_{service}": (0.1, 0.1),
        }
    told = stress(focus(**table))
    assert "Assistenza domiciliare" in told["sentences"][1]
    assert "8 settimane" in told["sentences"][1]
