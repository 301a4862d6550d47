"""Attributions and benchmarks are verified as comparisons are, run again as far as can be."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.contribution.attribution import attribute
from resilienza_sim.experiments.contribution.random_allocations import random_allocations
from resilienza_sim.experiments.exchange.exporting import export
from resilienza_sim.experiments.exchange.verify import verify
from tests import kept
from tests.fake_arms import CAMPAIGN, CASH, STAFF
from tests.small import flood, plan, town

SCENARIO = town(citizens=60, weeks=12, decisions=(2,), shocks=[flood(4)], burn_in_weeks=26)
OWN = plan((CASH, 0.5), (STAFF, 0.5))
OTHER = plan((CAMPAIGN, 1.0), name="other")


@pytest.fixture(scope="module")
def attributed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attributed") / "s"
    attribute(SCENARIO, [OWN], pairs=2, permutations_a_pair=2, workers=1, out=folder)
    return folder


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("held") / "s"
    random_allocations(
        SCENARIO,
        [OWN, OTHER],
        pairs=2,
        allocations=2,
        candidates=2,
        first_histories=1,
        workers=1,
        out=folder,
    )
    return folder


def test_an_attribution_holds_and_runs_again_to_the_bit(attributed: Path) -> None:
    told = manifests.read(attributed)
    assert told is not None
    assert [len(pair) for pair in told["arms_by_pair"]] == [4, 4]
    assert verify(attributed, rerun=3).holds


def test_a_benchmark_holds_in_all_its_folders(held: Path) -> None:
    report = verify(held, rerun=6)
    assert report.holds
    told = [finding.text("en") for finding in report.findings]
    assert any("training" in each for each in told)
    assert any("by its command alone" in each or "by their command alone" in each for each in told)


def test_a_run_that_is_gone_is_missed(attributed: Path, tmp_path: Path) -> None:
    folder = copytree(attributed, tmp_path / "s")
    (part,) = (folder / "runs").glob("part-*.parquet")
    kept.rewrite(part, lambda table: table.slice(1))
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifests.write(folder, {**told, "parts": manifests.parts(folder)})
    assert not verify(folder).holds


def test_a_changed_scenario_is_seen(attributed: Path, tmp_path: Path) -> None:
    folder = copytree(attributed, tmp_path / "s")
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    text = told["experiment"]["text"].replace('"citizens":60', '"citizens":61')
    manifests.write(folder, {**told, "experiment": {**told["experiment"], "text": text}})
    assert not verify(folder).holds


def test_what_only_its_command_reads_is_not_exported(attributed: Path, tmp_path: Path) -> None:
    with pytest.raises(ResilienzaError, match="another command"):
        export(attributed, tmp_path / "x.zip")
