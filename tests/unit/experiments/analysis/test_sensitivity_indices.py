"""Sensitivity: analytic answers through our path, SALib called directly, what is left out."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import pawn as salib_pawn
from SALib.analyze import sobol as salib_sobol

from resilienza_sim.experiments.analysis.sensitivity import sensitivity
from resilienza_sim.experiments.analysis.sensitivity_indices import pawn_index
from resilienza_sim.experiments.design import MORRIS_LEVELS, unit_points
from resilienza_sim.streams import Streams
from tests.invented_sweep import chosen, experiment, invented, listed, ranged

A, B = 7.0, 0.1


def ishigami(x, _arm=None, _replicate=None) -> float:
    """Ishigami & Homma (1990), doi:10.1109/ISUMA.1990.151285."""
    return math.sin(x["x1"]) + A * math.sin(x["x2"]) ** 2 + B * x["x3"] ** 4 * math.sin(x["x1"])


def analytic() -> tuple[dict[str, float], dict[str, float]]:
    """First-order and total indices of Ishigami's function, from its decomposition."""
    v1 = 0.5 * (1 + B * math.pi**4 / 5) ** 2
    v2 = A**2 / 8
    v13 = B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    total = v1 + v2 + v13
    first = {"x1": v1 / total, "x2": v2 / total, "x3": 0.0}
    return first, {"x1": (v1 + v13) / total, "x2": v2 / total, "x3": v13 / total}


def angles():
    return [ranged(name, -math.pi, math.pi) for name in ("x1", "x2", "x3")]


def of(found: pd.DataFrame, name: str, index: str) -> pd.DataFrame:
    return found[(found["of"] == name) & (found["index"] == index)].set_index("factor")


# -- Saltelli ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told_ishigami(tmp_path_factory: pytest.TempPathFactory):
    told = experiment(*angles(), kind="saltelli", points=1024, strategies=["old"])
    return told, invented(tmp_path_factory.mktemp("ishigami"), told, ishigami)


def test_ishigami_has_its_analytic_indices(told_ishigami) -> None:
    found = sensitivity(told_ishigami[1])
    first, total = analytic()
    for index, known in (("S1", first), ("ST", total)):
        rows = of(found, "old", index)
        assert rows["value"].to_dict() == pytest.approx(known, abs=0.04)
        assert all(rows.loc[x, "low"] < known[x] < rows.loc[x, "high"] for x in known)
    assert found["factor"].drop_duplicates().tolist() == ["x1", "x2", "x3"]
    assert set(found["kind"]) == {"level"}
    assert found["noise"].isna().all(), "one pair cannot tell its noise"
    assert of(found, "old", "ST")["detected"].isna().all()


def test_saltelli_is_salib_called_directly(told_ishigami) -> None:
    told, sweep = told_ishigami
    found = sensitivity(sweep)
    x = unit_points(told)
    assert x is not None
    values = [
        ishigami(dict(zip(("x1", "x2", "x3"), math.pi * (2 * u - 1), strict=True))) for u in x
    ]
    seed = int(
        Streams(told.seed).generator("sensitivity|town|loss_due_to_shocks|old|").integers(1, 2**31)
    )
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}
    direct = salib_sobol.analyze(
        problem, np.array(values), calc_second_order=False, num_resamples=1000, seed=seed
    )
    for index in ("S1", "ST"):
        rows = of(found, "old", index).loc[["x1", "x2", "x3"]]
        assert rows["value"].to_numpy() == pytest.approx(direct[index], rel=1e-9)
        half = (rows["high"] - rows["low"]) / 2
        assert half.to_numpy() == pytest.approx(direct[f"{index}_conf"], rel=1e-9)


def test_pairs_of_factors_are_told_when_the_design_has_them(tmp_path: Path) -> None:
    told = experiment(
        *angles(), kind="saltelli", points=512, strategies=["old"], design={"second_order": True}
    )
    found = sensitivity(invented(tmp_path, told, ishigami))
    rows = found[found["index"] == "S2"].set_index(["factor", "other"])
    first, total = analytic()
    assert rows.loc[("x1", "x3"), "value"] == pytest.approx(total["x3"], abs=0.12)
    assert rows.loc[("x1", "x3"), "low"] > 0
    assert rows.loc[("x1", "x2"), "low"] < 0 < rows.loc[("x1", "x2"), "high"]
    assert of(found, "old", "S1")["value"].to_dict() == pytest.approx(first, abs=0.1)


def test_noise_is_the_floor_of_total_indices(tmp_path: Path) -> None:
    def noisy(x, arm: str, replicate: int) -> float:
        own = np.random.default_rng([replicate, int(1e9 * x["a"]), int(1e9 * x["idle"])])
        return float(3 * x["a"] + 100 * replicate + own.normal())

    told = experiment(
        ranged("a"), ranged("idle"), kind="saltelli", points=512, pairs=4, strategies=["old"]
    )
    found = sensitivity(invented(tmp_path, told, noisy))
    rows, row = of(found, "old", "ST"), found.iloc[0]
    # Of the means: 9/12 by the factor, 1/4 by the noise of four pairs
    assert row["noise"] == pytest.approx(0.25 / (0.75 + 0.25), abs=0.03)
    assert row["chance"] > 0.99, "what all points share is no noise"
    assert rows.loc["idle", "value"] == pytest.approx(row["noise"], abs=0.05)
    assert rows["detected"].to_dict() == {"a": True, "idle": False}
    assert rows.loc["idle", "low"] > 0, "noise alone lifts it above zero"


# -- Morris ------------------------------------------------------------------------------------


def test_linear_function_has_its_coefficients_and_no_spread(tmp_path: Path) -> None:
    told = experiment(ranged("a"), ranged("b", 0, 10), ranged("c"), strategies=["old"])
    found = sensitivity(
        invented(tmp_path, told, lambda x, *_: 5 * x["a"] - 0.2 * x["b"] + 0 * x["c"])
    )
    assert of(found, "old", "mu_star")["value"].to_dict() == pytest.approx({"a": 5, "b": 2, "c": 0})
    assert of(found, "old", "mu")["value"].to_dict() == pytest.approx({"a": 5, "b": -2, "c": 0})
    assert of(found, "old", "sigma")["value"].to_numpy() == pytest.approx(0, abs=1e-12)
    assert found["factor"].drop_duplicates().tolist() == ["a", "b", "c"]
    assert of(found, "old", "mu_star").loc["c", "detected"] is np.False_


def test_interaction_spreads_the_effects_of_both_its_factors(tmp_path: Path) -> None:
    told = experiment(ranged("a"), ranged("b"), ranged("c"), points=40, strategies=["old"])
    found = sensitivity(invented(tmp_path, told, lambda x, *_: 6 * x["a"] * x["b"] + x["c"]))
    spread = of(found, "old", "sigma")["value"]
    # The effect of a is 6 b, b one of 0, 1/3, 2/3, 1: mean 3, deviation 6 sqrt(5)/6
    assert of(found, "old", "mu")["value"].to_dict() == pytest.approx(
        {"a": 3, "b": 3, "c": 1}, abs=0.8
    )
    assert spread["a"] == pytest.approx(math.sqrt(5), rel=0.2)
    assert spread["c"] == pytest.approx(0, abs=1e-12)
    both = of(found, "old", "sigma")
    assert both.loc["a", "low"] < math.sqrt(5) < both.loc["a", "high"]


def test_morris_is_salib_called_directly(tmp_path: Path) -> None:
    told = experiment(*angles(), points=12, strategies=["old"])
    found = sensitivity(invented(tmp_path, told, ishigami))
    x = unit_points(told)
    assert x is not None
    names = ["x1", "x2", "x3"]
    y = [ishigami(dict(zip(names, math.pi * (2 * u - 1), strict=True))) for u in x]
    seed = int(
        Streams(told.seed).generator("sensitivity|town|loss_due_to_shocks|old|").integers(1, 2**31)
    )
    direct = salib_morris.analyze(
        {"num_vars": 3, "names": names, "bounds": [[0, 1]] * 3},
        x,
        np.array(y),
        num_resamples=1000,
        num_levels=MORRIS_LEVELS,
        seed=seed,
    )
    for index in ("mu_star", "mu", "sigma"):
        assert of(found, "old", index).loc[names, "value"].to_numpy() == pytest.approx(
            np.asarray(direct[index]), rel=1e-9
        )
    star = of(found, "old", "mu_star").loc[names]
    assert (star["high"] - star["value"]).to_numpy() == pytest.approx(
        np.asarray(direct["mu_star_conf"], float), rel=1e-9
    )


def test_snapped_values_are_divided_by_the_step_the_model_saw(tmp_path: Path) -> None:
    told = experiment(
        ranged("log", 1, 100, scale="log"),
        ranged("whole", 0, 4, whole=True),
        listed("two", 0, 1),
        listed("three", 0, 10, 20),
        chosen("word", "no", "perhaps", "yes"),
        points=20,
        strategies=["old"],
    )
    word = {"no": 0, "perhaps": 1, "yes": 2}

    def linear(x, *_) -> float:
        listed = 3 * x["two"] + 0.2 * x["three"]
        return math.log10(x["log"]) + 2 * x["whole"] + listed + 5 * word[x["word"]]

    found = sensitivity(invented(tmp_path, told, linear))
    # Over the whole span of each; between choices, from one to the next
    spans = {"log": 2, "whole": 8, "two": 3, "three": 4, "word": 5}
    assert of(found, "old", "mu_star")["value"].to_dict() == pytest.approx(spans)
    assert of(found, "old", "sigma")["value"].to_numpy() == pytest.approx(0, abs=1e-9)


def test_noise_floor_of_an_idle_factor_is_its_mean_effect(tmp_path: Path) -> None:
    names = ["a", "idle", "p", "q", "r"]

    def noisy(x, arm: str, replicate: int) -> float:
        here = [int(1e9 * x[name]) for name in names]  # 4 ** 5 places: hardly ever twice the same
        return float(20 * x["a"] + np.random.default_rng([replicate, *here]).normal())

    told = experiment(*map(ranged, names), points=100, pairs=4, strategies=["old"])
    rows = of(sensitivity(invented(tmp_path, told, noisy)), "old", "mu_star")
    # Two means of four, each of deviation 1/2, over a step of 2/3
    known = math.sqrt(2 * 0.25) * math.sqrt(2 / math.pi) / (2 / 3)
    assert rows["floor"].to_numpy() == pytest.approx(known, rel=0.05)
    assert rows.loc["idle", "low"] < known < rows.loc["idle", "high"]
    assert rows.loc["a", "detected"]
    assert not rows["detected"][["idle", "p", "q", "r"]].all()


# -- PAWN --------------------------------------------------------------------------------------


def test_pawn_is_salib_called_directly(tmp_path: Path) -> None:
    told = experiment(*angles(), kind="sobol", points=256, strategies=["old"])
    sweep = invented(tmp_path, told, ishigami)
    found = of(sensitivity(sweep), "old", "pawn")
    names = ["x1", "x2", "x3"]
    x = sweep.points[names].to_numpy()
    y = np.array([ishigami(dict(zip(names, row, strict=True))) for row in x])
    problem = {"num_vars": 3, "names": names, "bounds": [[-math.pi, math.pi]] * 3}
    direct = salib_pawn.analyze(problem, x, y, S=10)
    assert found.loc[names, "value"].to_numpy() == pytest.approx(direct["median"], abs=1e-12)
    assert found["low"].lt(found["value"]).all()
    assert found["high"].gt(found["value"]).all()


def test_what_does_nothing_is_not_told_from_a_dummy(tmp_path: Path) -> None:
    told = experiment(
        ranged("a"),
        ranged("idle"),
        chosen("word", "no", "yes"),
        chosen("idle_word", "p", "q"),
        kind="latin_hypercube",
        points=200,
        strategies=["old"],
        seed=2,  # with another, an idle factor may be the one in twenty
    )

    def formula(x, *_) -> float:
        return float(x["a"] + (x["word"] == "yes"))

    rows = of(sensitivity(invented(tmp_path, told, formula)), "old", "pawn")
    assert rows["detected"].to_dict() == {
        "a": True,
        "idle": False,
        "word": True,
        "idle_word": False,
    }
    # Known from the start: F of a uniform plus a coin differs from each half's by 1/2 at most
    assert rows.loc["word", "value"] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("levels", range(2, 11))
def test_any_number_of_levels_can_be_sliced(levels: int, tmp_path: Path) -> None:
    told = experiment(
        listed("a", *range(levels)),
        listed("b", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        kind="factorial",
        strategies=["old"],
    )
    rows = of(sensitivity(invented(tmp_path, told, lambda x, *_: float(x["a"]))), "old", "pawn")
    assert rows["detected"].to_dict() == {"a": True, "b": False}


def test_every_level_is_looked_at() -> None:
    """SALib's slices are open above: a level that is the last value would never be one."""
    y = np.repeat([0.0, 0.0, 1.0], 40)
    x = np.repeat([0.0, 1.0, 2.0], 40)
    spread = x + 0.999 * np.linspace(0, 1, 120, endpoint=False)
    assert pawn_index(spread, y, 3) == pytest.approx(1 / 3)
