"""The shipped experiments, at reduced size, through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilienza_sim.cli import main
from resilienza_sim.experiments.experiment import shipped_experiments
from resilienza_sim.experiments.study import Study

SMALL = ["--citizens", "60", "--pairs", "1", "--points", "2", "--workers", "1"]
SHORT = ["--set", "time.burn_in_weeks=26"]


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_experiments())
def test_a_shipped_experiment_runs(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "study"
    assert main(["sweep", name, "--out", str(folder), *SMALL, *SHORT, "--lang", "en"]) == 0
    found = Study.open(folder)
    assert found.failures.empty
    assert len(found.runs) == len(found.points) * len(found.strategies)
    arm = next(each for each in found.strategies if each != found.baseline)
    assert found.differences(found.metrics[0], arm)["difference"].abs().max() > 0.0
    told = capsys.readouterr().out
    assert "Not known" in told, "one pair decides nothing, and the table says so"
    assert str(folder) in told
