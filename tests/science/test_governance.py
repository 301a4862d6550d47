"""Who governs a table: vertical must be able to win in stable, munificent settings (equation 9).

Provan & Milward 1995 and Milward & Provan 1998 found that centralised networks do better where
resources are ample and the system is stable. Same euros, same tables, paired seeds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from resilienza_sim.simulation import simulate_arms
from tests.small import day, plan, town

pytestmark = pytest.mark.science
PAIRS = 5
LARGE, SMALL = 24, 4
SHIFTS = [
    {"kind": kind, "start": day(week), "peak": 0.8, "contact": 0.0, "services": 0.0}
    for week, kind in ((4, "flood"), (10, "heat_wave"), (18, "flood"), (24, "blackout"))
]


def governed(how: str, partners: int) -> Any:
    table = {"governance": how, "partners": partners}
    lines = ("support_groups", 0.3), ("build_alliances", 0.7, table)
    return plan(*lines, name=how)


def advantage_of_vertical(shocks: list[dict[str, Any]], partners: int) -> tuple[float, float]:
    """Return the need left unmet under horizontal less that under vertical, and its error."""
    scenario = town(
        citizens=2000,
        weeks=40,
        decisions=(0,),
        shocks=shocks,
        parameters={"shock": {"routine_load": 0.05}},
        purse={"eur_per_head": 1000.0, "discretionary_share": 0.1},
    )
    gaps = []
    for r in range(PAIRS):
        arms = [governed(how, partners) for how in ("horizontal", "vertical")]
        found = {e.strategy: e for e in simulate_arms(scenario, arms, replicate=r, seed=5)}
        unmet = {how: each.series("unmet_need")[8:].mean() for how, each in found.items()}
        assert found["vertical"].metrics["spent_eur"] == pytest.approx(
            found["horizontal"].metrics["spent_eur"], rel=0.02
        )
        gaps.append(unmet["horizontal"] - unmet["vertical"])
    each = np.array(gaps)
    return float(each.mean()), float(each.std(ddof=1) / np.sqrt(PAIRS))


@pytest.fixture(scope="module")
def stable() -> tuple[float, float]:
    return advantage_of_vertical([], LARGE)


def test_large_tables_do_better_under_one_head_where_demand_is_stable(stable) -> None:
    mean, error = stable
    assert mean > 2.0 * error


def test_small_tables_need_no_head() -> None:
    mean, error = advantage_of_vertical([], SMALL)
    assert mean < -2.0 * error


def test_shifting_demand_takes_from_the_advantage_of_one_head(stable) -> None:
    mean, error = advantage_of_vertical(SHIFTS, LARGE)
    assert mean < stable[0] + 2.0 * np.hypot(error, stable[1])
