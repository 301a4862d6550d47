"""What others import, and what they hand over."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
import pytest

import resilienza_sim
from resilienza_sim import load_scenario
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.sweep import make_sweep
from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import replicate_seed
from tests import kept
from tests.unit.experiments import fake_model


@pytest.fixture(scope="module")
def town() -> Scenario:
    return load_scenario("quartiere")


def test_every_public_name_is_there() -> None:
    assert all(getattr(resilienza_sim, name) for name in resilienza_sim.__all__)
    assert resilienza_sim.__version__ == version("resilienza-sim")


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_a_number_counts_and_not_how_it_is_spelt(kind: Any) -> None:
    plan, same = fake_model.plan(4, seed=kind(7)), fake_model.plan(kind(4), seed=7)
    assert [r.run_id for r in plan.runs()] == [r.run_id for r in same.runs()]
    assert type(plan.describe(fake_model.DECISIONS[0])["seed"]) is int
    assert replicate_seed(kind(7), kind(2)) == replicate_seed(7, 2)
    assert make_sweep(kept.experiment(), pairs=kind(2)).counts == [2] * 4


@pytest.mark.parametrize("odd", [1.0, True, None, -3, 1.5, "1", 2**63, np.float64(1.0)])
def test_what_is_no_whole_number_is_one_sentence(odd: Any) -> None:
    for ask in (lambda: fake_model.plan(seed=odd), lambda: replicate_seed(odd, 0)):
        with pytest.raises(ResilienzaError, match="seed is") as told:
            ask()
        assert told.value.exit_code == 2
    if odd is not None:
        with pytest.raises(ResilienzaError, match="pairs is"):
            make_sweep(kept.experiment(), pairs=odd)
    with pytest.raises(ResilienzaError, match="pairs is"):
        fake_model.plan(odd)


def test_values_are_set_by_a_mapping_too(town: Scenario) -> None:
    peak = {"shocks.1.peak": 0.6}
    assert town.with_set(peak).hash == town.with_set("shocks.1.peak=0.6").hash
    assert town.with_set(peak, "town.citizens=100").town.citizens == 100
    assert town.with_set({}) == town.with_set() == town
    for odd in (3, None, ["shocks.1.peak=0.6"], "shocks.1.peak"):
        with pytest.raises(ResilienzaError):
            town.with_set(odd)  # type: ignore[arg-type]


def test_a_baseline_of_a_sweep_may_be_a_file(tmp_path: Any) -> None:
    from resilienza_sim.reading import shipped_files

    text = next(f for f in shipped_files("strategies") if f.stem == "none").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(text.replace('name = "none"', 'name = "mine"'), "utf-8")
    plan = make_sweep(kept.experiment(baseline=str(tmp_path / "mine.toml")))
    assert [arm.name for arm in plan.bench.strategies] == ["mine", "consolidated", "alluvial"]
    assert plan.describe("")["baseline"] == "mine"
