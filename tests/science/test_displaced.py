"""People out of home in Faenza against the counts that were kept back."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.scenario import Scenario, load_scenario

pytestmark = pytest.mark.science
MEASURED = tomllib.loads((Path(__file__).parent / "displaced_measured.toml").read_text("utf-8"))
SEEDS, CITIZENS = (1, 2, 3), 4_000
WHERE = ("displaced_kin", "displaced_rented", "displaced_shelter")


@pytest.fixture(scope="module")
def faenza() -> Scenario:
    data = load_scenario("faenza").model_dump(mode="json")
    data["town"]["citizens"] = CITIZENS
    return Scenario.model_validate(data)


@pytest.fixture(scope="module")
def out(faenza: Scenario) -> dict[str, Any]:
    """Return people out of home per 1,000 by where and in all, mean over seeds, by week."""
    weeks = faenza.calendar.weeks
    found = []
    for seed in SEEDS:
        model = CommunityModel(faenza, rng=seed)
        model.run_to(weeks)
        found.append([model.recorder.series(name)[-weeks:] for name in WHERE])
    mean = np.mean(found, axis=0)
    return {**dict(zip(WHERE, mean, strict=True)), "all": mean.sum(axis=0)}


def test_as_many_leave_home_as_did(faenza: Scenario, out: dict[str, Any]) -> None:
    """1,740 families of about 25,500: 68 people per 1,000."""
    first = faenza.calendar.week_of(date(2023, 5, 15))
    assert out["all"][first : first + 3].max() == pytest.approx(68.0, rel=0.25)


@pytest.mark.parametrize(("week", "share"), [(8, 0.80), (38, 0.44), (54, 0.17)])
def test_families_come_back_as_they_did(
    faenza: Scenario, out: dict[str, Any], week: int, share: float
) -> None:
    curve = MEASURED["curves"][0]
    assert share == curve["out"][curve["weeks"].index(week)]
    first = faenza.calendar.week_of(curve["flood"])
    peak = out["all"][first : first + 3].max()
    assert out["all"][first + week] / peak == pytest.approx(share, abs=0.12)


def test_most_are_with_kin_and_few_are_left_in_shelters(
    faenza: Scenario, out: dict[str, Any]
) -> None:
    region, town = MEASURED["sheltered"]
    first = faenza.calendar.week_of(date(2023, 5, 15))
    shares = out["displaced_shelter"] / np.maximum(out["all"], 1e-9)
    for days, people, inside in zip(
        region["days"] + town["days"],
        region["people"] + town["people"],
        region["in_shelters"] + town["in_shelters"],
        strict=True,
    ):
        if days > 7:
            assert shares[first + days // 7] == pytest.approx(inside / people, abs=0.15)
    assert out["displaced_kin"][first + 4] > 0.6 * out["all"][first + 4]
