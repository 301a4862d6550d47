"""Shares of the sum of squares against layouts whose parts are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.experiments.analysis.components import components, is_factorial
from resilienza_sim.experiments.outcomes import Outcomes
from resilienza_sim.statistics import variance_shares
from tests.made_sweep import ARMS, grid, made_sweep

LEVELS = {"x": [0.0, 1.0, 2.0], "y": ["low", "high"]}
SIGN = {"low": -1.0, "high": 1.0}


def shares(folder: Path, told: Any, points: pd.DataFrame, **more: Any) -> pd.DataFrame:
    sweep = made_sweep(folder, points, told, pairs=4, **more)
    return components(Outcomes.of(sweep, "loss_due_to_shocks"))


def by_source(table: pd.DataFrame) -> dict[tuple[str, bool], float]:
    keys = zip(table["source"], table["with_strategy"], strict=True)
    return dict(zip(keys, table["share"], strict=True))


def additive(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None]:
    """Four parts that do not mix, with sums of squares 2/3, 1, 2/3 and 5/4 a run."""
    arms = {"consolidated": -1.0, "alluvial": 0.0, "transformative": 1.0}
    loss = (row["x"] - 1.0) + SIGN[row["y"]] + arms[arm] + (replicate - 1.5)
    return {"loss_due_to_shocks": loss}


def test_parts_that_add_up_get_their_shares(tmp_path: Path) -> None:
    table = shares(tmp_path, additive, grid(**LEVELS))
    found, total = by_source(table), 2 / 3 + 1 + 2 / 3 + 5 / 4
    assert found["x", False] == pytest.approx(2 / 3 / total)
    assert found["y", False] == pytest.approx(1 / total)
    assert found["strategy", False] == pytest.approx(2 / 3 / total)
    assert found["replicate", False] == pytest.approx(5 / 4 / total)
    assert found["x", True] == pytest.approx(0.0, abs=1e-12)
    assert found["rest", False] == pytest.approx(0.0, abs=1e-12)
    assert table["share"].sum() == pytest.approx(1.0)


def test_what_turns_the_arms_around_is_an_interaction(tmp_path: Path) -> None:
    def told(row: dict[str, Any], arm: str, _: int) -> dict[str, float | None]:
        return {
            "loss_due_to_shocks": SIGN[row["y"]] * {"consolidated": 0.0}.get(arm, ARMS.index(arm))
        }

    table = shares(tmp_path, told, grid(**LEVELS), arms=ARMS[:2])
    found = by_source(table)
    # values 0, 0 and ±1: half of the squares are y's own, half those with the arm
    assert found["y", False] == pytest.approx(0.5)
    assert found["y", True] == pytest.approx(0.5)


def test_shares_of_anything_add_up(tmp_path: Path) -> None:
    def told(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None]:
        key = [replicate, ARMS.index(arm), int(row["x"]), len(row["y"]), len(row["scenario"])]
        return {"loss_due_to_shocks": float(np.random.default_rng(key).normal())}

    table = shares(tmp_path, told, grid(scenario=["town", "village"], **LEVELS))
    assert set(table["source"]) == {"scenario", "x", "y", "strategy", "replicate", "rest"}
    assert table["share"].sum() == pytest.approx(1.0)
    assert (table["share"] >= 0.0).all()
    assert set(table["n"]) == {12 * 4 * 3}


def test_one_point_is_the_decomposition_of_a_comparison(tmp_path: Path) -> None:
    def told(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None]:
        return {"loss_due_to_shocks": float(np.random.default_rng([replicate, len(arm)]).normal())}

    sweep = made_sweep(tmp_path, grid(x=[1.0]), told, pairs=5)
    found = by_source(components(Outcomes.of(sweep, "loss_due_to_shocks")))
    known = variance_shares(sweep.values("loss_due_to_shocks").to_numpy())
    shown = [found["replicate", False], found["strategy", False], found["rest", False]]
    assert shown == pytest.approx(list(known))


def test_points_that_are_no_factorial_share_as_points(tmp_path: Path) -> None:
    points = grid(**LEVELS).drop(index=2)
    assert not is_factorial(points)
    table = shares(tmp_path, additive, points)
    assert set(table["source"]) == {"point", "strategy", "replicate", "rest"}
    assert table["share"].sum() == pytest.approx(1.0)


def test_a_replicate_with_a_hole_is_left_out_everywhere(tmp_path: Path) -> None:
    def told(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None] | None:
        hole = replicate == 2 and arm == "alluvial" and row["x"] == 1.0
        return None if hole else additive(row, arm, replicate)

    table = shares(tmp_path, told, grid(**LEVELS))
    assert set(table["n"]) == {6 * 3 * 3}
    assert set(table["dropped"]) == {6 * 3}
    assert table["share"].sum() == pytest.approx(1.0)


def test_nothing_is_told_where_nothing_varies(tmp_path: Path) -> None:
    flat = shares(tmp_path / "a", lambda *_: {"loss_due_to_shocks": 3.0}, grid(**LEVELS))
    alone = shares(tmp_path / "b", additive, grid(**LEVELS), arms=ARMS[:1])
    assert flat.empty
    assert alone.empty
