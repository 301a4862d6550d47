"""What became of each listed organisation is in the study, by name, in people of the town."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.experiments.columns import dictionary
from resilienza_sim.experiments.compare import compare
from resilienza_sim.experiments.organisations import (
    organisation_results,
    organisations,
    organisations_in,
)
from tests.small import town

PARTS = {
    "associations": [
        {"name": "Auser <b>", "quarter": "Low", "members": 2_000, "does": "ascolto"},
        {"name": "Coro", "members": 900},
    ],
    "services": [
        {"name": "SAD", "kind": "home_care", "operators": 20, "followed": 300, "waiting": 100},
        {"name": "ADI", "kind": "home_care", "operators": 10, "waiting": 50, "weeks_waited": 4},
    ],
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    scenario = town(citizens=300, weeks=20, **PARTS)
    folder = tmp_path_factory.mktemp("study") / "s"
    return compare(
        scenario, ["consolidated", "none"], pairs=2, out=folder, workers=1, null=False, chance=False
    )


def test_organisations_bear_the_names_of_the_town(study) -> None:
    auser, coro, care = organisations(study)
    assert (auser.name, auser.kind, auser.quarter, auser.does) == (
        "Auser <b>",
        "association",
        "Low",
        "ascolto",
    )
    assert auser.stated == {"members": 2_000.0}
    assert coro.quarter is None
    assert (care.name, care.service) == ("SAD, ADI", "home_care")
    assert care.stated == {
        "operators": 30.0,
        "followed": 300.0,
        "waiting": 150.0,
        "weeks_waited": 4.0,
    }


def test_results_are_told_for_every_strategy_at_the_start_and_at_the_end(study) -> None:
    table = organisation_results(study).set_index(["name", "measure", "strategy"]).sort_index()
    assert len(table) == (2 * 2 + 5) * 2
    members = table.loc["Auser <b>", "members"]
    assert members["stated"].tolist() == [2_000.0, 2_000.0]
    assert members["begins"].tolist() == pytest.approx([2_000.0] * 2, rel=0.3)
    assert members["begins"].nunique() == 1  # before the decision there is one past
    assert np.isfinite(members["end"]).all()
    assert (members["low"] <= members["high"]).all()
    series = study.tidy_series("association_1_members")
    last = series[(series["strategy"] == "none") & (series["week"] >= 20 - 13)]
    assert members.loc["none", "end"] == pytest.approx(last["association_1_members"].mean())


def test_every_column_is_told_by_name(study) -> None:
    columns = ["association_1_members", "service_home_care_waiting"]
    told = dictionary(study, {"series.csv": columns}).set_index("column")
    assert told.loc["association_1_members", "title_it"] == "Auser <b>: soci"
    assert told.loc["service_home_care_waiting", "title_en"].startswith("SAD, ADI: ")


def test_a_town_that_lists_nothing_has_none() -> None:
    assert organisations_in({"associations": [], "services": []}) == ()
    assert organisations_in({}) == ()
