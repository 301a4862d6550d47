"""Sensitivity of a sweep: levels and differences, what is missing, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as salib_morris

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.analysis.sensitivity import sensitivity
from resilienza_sim.experiments.analysis.sensitivity_words import sentence
from resilienza_sim.experiments.design import MORRIS_LEVELS, unit_points
from tests.invented_sweep import chosen, experiment, invented, listed, ranged


def of(found: pd.DataFrame, name: str, index: str) -> pd.DataFrame:
    return found[(found["of"] == name) & (found["index"] == index)].set_index("factor")


def pair(x, arm: str, replicate: int) -> float:
    """Two arms with luck of their own; the new one only answers to `a`."""
    chance = np.random.default_rng([replicate, 7]).normal()
    own = np.random.default_rng([replicate, len(arm), int(1e6 * x["a"])]).normal(0, 0.01)
    return 10 + 4 * x["a"] + 2 * x["b"] + chance + own - (3 * x["a"] if arm == "new" else 0)


# -- levels and differences --------------------------------------------------------------------


def test_the_difference_has_indices_of_its_own(tmp_path: Path) -> None:
    told = experiment(ranged("a"), ranged("b"), points=20, pairs=3)
    found = sensitivity(invented(tmp_path, told, pair))
    assert found["of"].drop_duplicates().tolist() == ["old", "new", "new - old"]
    star = {name: of(found, name, "mu_star")["value"] for name in ("old", "new", "new - old")}
    assert star["old"].to_dict() == pytest.approx({"a": 4, "b": 2}, abs=0.05)
    assert star["new"].to_dict() == pytest.approx({"a": 1, "b": 2}, abs=0.05)
    assert star["new - old"].to_dict() == pytest.approx({"a": 3, "b": 0}, abs=0.05)
    assert of(found, "new - old", "mu").loc["a", "value"] == pytest.approx(-3, abs=0.05)
    told_apart = of(found, "new - old", "mu_star")["detected"]
    assert told_apart["a"]
    assert not told_apart["b"]
    by_output = found.drop_duplicates("of").set_index("of")
    assert by_output.loc["old", "chance"] > 0.1, "luck that all points share"
    assert by_output.loc["new - old", "chance"] < 0.01, "pairing removes it"
    assert by_output["kind"].to_dict() == {
        "old": "level",
        "new": "level",
        "new - old": "difference",
    }


def test_arms_and_scenarios_are_told_apart(tmp_path: Path) -> None:
    told = experiment(
        ranged("a"), ranged("b"), strategies=["old", "new", "other"], scenarios=["up", "down"]
    )

    def formula(x, arm: str, replicate: int) -> float:
        return float(len(arm) * x["a"] + (x["b"] if x["scenario"] == "up" else 9 * x["b"]))

    sweep = invented(tmp_path, told, formula)
    found = sensitivity(sweep)
    names = ["old", "new", "other", "new - old", "other - old"]
    assert found.groupby("scenario", sort=False)["of"].unique().map(list).to_dict() == {
        "up": names,
        "down": names,
    }
    star = found[(found["index"] == "mu_star") & (found["of"] == "other")]
    assert star.set_index(["scenario", "factor"])["value"].to_dict() == pytest.approx(
        {("up", "a"): 5, ("up", "b"): 1, ("down", "a"): 5, ("down", "b"): 9}
    )
    one = sensitivity(sweep, strategy="other", baseline="new")
    assert one["of"].drop_duplicates().tolist() == ["new", "other", "other - new"]
    # A row depends on no other row: the same output, asked for alone, has the same interval
    same = found[found["of"] == "other"].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, one[one["of"] == "other"].reset_index(drop=True))


def test_same_sweep_same_numbers(tmp_path: Path) -> None:
    told = experiment(ranged("a"), ranged("b"), kind="latin_hypercube", points=30, pairs=2)
    sweep = invented(tmp_path, told, pair)
    pd.testing.assert_frame_equal(sensitivity(sweep), sensitivity(str(sweep.folder)))


def test_still_output_is_told_so(tmp_path: Path) -> None:
    told = experiment(ranged("a"), ranged("b"), pairs=2)
    found = sensitivity(invented(tmp_path, told, lambda x, arm, _: 3.0 if arm == "new" else x["a"]))
    rows = of(found, "new", "mu_star")
    assert rows["constant"].all()
    assert rows["value"].isna().all()
    assert not rows["detected"].any()
    assert not of(found, "old", "mu_star")["constant"].any()


def test_points_with_the_same_values_share_their_runs(tmp_path: Path) -> None:
    """A sweep that is resumed runs a point once though a design names it twice."""
    told = experiment(chosen("a", "no", "yes"), listed("b", 1, 2), kind="saltelli", points=16)

    def formula(x, arm: str, replicate: int) -> float:
        return float(len(arm) * x["b"] + (x["a"] == "yes"))

    sweep = invented(tmp_path, told, formula)
    before = sensitivity(sweep)
    first = ~sweep.points.duplicated()
    assert first.sum() == 4
    sweep.runs = sweep.runs[sweep.runs["point"].map(first)]
    pd.testing.assert_frame_equal(sensitivity(sweep), before)


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_largest_is_named_though_one_pair_cannot_tell_its_noise(
    lang: str, tmp_path: Path
) -> None:
    """An interval that reaches zero does not make a larger index come second."""
    told = experiment(ranged("a"), ranged("b"), points=4, strategies=["old"])
    sweep = invented(tmp_path, told, lambda x, *_: 9.0 * (x["a"] == 1) + 0.5 * x["b"])
    found = sensitivity(sweep)
    star = of(found, "old", "mu_star")
    assert star.index.tolist() == ["a", "b"]
    assert star["value"].is_monotonic_decreasing
    text = sentence(sweep, found, lang)
    assert text.startswith({"it": "Il valore più grande è di «fattore a»"}.get(lang, "The largest"))


# -- what is missing ---------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "size"), [("morris", 6), ("saltelli", 7), ("sobol", 1)])
def test_blocks_that_are_not_whole_are_left_out_and_counted(
    kind: str, size: int, tmp_path: Path
) -> None:
    told = experiment(*map(ranged, "abcde"), kind=kind, points=32, pairs=2)
    n = len(unit_points(told))  # type: ignore[arg-type]
    rows = iter(range(10**6))

    def formula(x, arm: str, replicate: int) -> float | None:
        point = next(rows) // 4  # two pairs, two arms
        if point == 1 and arm == "new" and replicate == 1:
            raise ValueError("it broke")
        return None if point == n - 1 else pair(x, arm, replicate)

    sweep = invented(tmp_path, told, formula)
    found = sensitivity(sweep).drop_duplicates("of").set_index("of")
    assert found["dropped"].to_dict() == {"old": 1, "new": 2, "new - old": 2}
    assert found["blocks"].to_dict() == {k: n // size - v for k, v in found["dropped"].items()}
    assert (found["points"] == found["blocks"] * size).all()


def test_what_is_left_is_what_a_sweep_without_the_rest_would_say(tmp_path: Path) -> None:
    """The indices after a drop are SALib's on the whole trajectories alone."""
    told = experiment(ranged("a"), ranged("b"), points=12, strategies=["old"])
    x = unit_points(told)
    assert x is not None
    broken = x[4]  # in the second trajectory

    def formula(row, *_) -> float | None:
        here = np.array([row["a"], row["b"]])
        return None if np.allclose(here, broken) else float(here[0] * (1 + here[1]))

    y = np.array([formula({"a": u[0], "b": u[1]}) or np.nan for u in x], float)
    y[(x[:, 0] * (1 + x[:, 1])) == 0] = 0.0
    y[np.isclose(x, broken).all(axis=1)] = np.nan
    whole = np.repeat(np.isfinite(y.reshape(-1, 3)).all(axis=1), 3)
    found = sensitivity(invented(tmp_path, told, formula))
    direct = salib_morris.analyze(
        {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2},
        x[whole],
        y[whole],
        num_levels=MORRIS_LEVELS,
    )
    assert found.iloc[0]["dropped"] >= 1
    assert of(found, "old", "mu_star").loc[["a", "b"], "value"].to_numpy() == pytest.approx(
        np.asarray(direct["mu_star"])
    )


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize(
    ("kind", "points"), [("morris", 5), ("saltelli", 16), ("latin_hypercube", 21)]
)
def test_too_few_are_refused_in_a_sentence(
    kind: str, points: int, lang: str, tmp_path: Path
) -> None:
    told = experiment(ranged("a"), ranged("b"), kind=kind, points=points)

    def mostly(x, arm: str, replicate: int) -> float | None:
        return None if arm == "new" and x["a"] < 0.7 else x["a"]

    with pytest.raises(ResilienzaError) as problem:
        sensitivity(invented(tmp_path, told, mostly))
    text = problem.value.text(lang)
    assert "new" in text
    assert "town" in text
    assert str(problem.value.values["found"]) in text


def test_a_sweep_in_which_every_run_failed_is_refused(tmp_path: Path) -> None:
    def fail(*_) -> float:
        raise ValueError("no")

    sweep = invented(tmp_path, experiment(ranged("a"), ranged("b")), fail)
    with pytest.raises(ResilienzaError, match="0 trajectories of 10"):
        sensitivity(sweep)


def test_no_factors_and_names_that_are_not_there_are_refused(tmp_path: Path) -> None:
    told = experiment(kind="factorial")
    with pytest.raises(ResilienzaError, match="varies no factor"):
        sensitivity(invented(tmp_path / "none", told, lambda *_: 1.0))
    sweep = invented(tmp_path / "some", experiment(ranged("a")), lambda x, *_: x["a"])
    for wrong in ({"metric": "charm"}, {"strategy": "nobody"}, {"baseline": "nobody"}):
        with pytest.raises(ResilienzaError, match="not one of"):
            sensitivity(sweep, **wrong)
    with pytest.raises(ResilienzaError, match="two different"):
        sensitivity(sweep, strategy="old")
