"""`resilienza report --complete`: the dossier's missing parts are run into its study, once."""

from __future__ import annotations

import pytest

from resilienza_sim import compare
from resilienza_sim.cli import main
from resilienza_sim.experiments.store import Store
from resilienza_sim.report.dossier.keystones import FILE, KEYSTONES
from resilienza_sim.report.dossier.money import ATTRIBUTION, table_of
from tests.small import flood, plan, town


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("study")
    scenario = town(citizens=120, weeks=16, shocks=[flood(6)])
    arms = [plan(("cash_support", 1.0), name="now"), plan(("training", 0.5), ("campaign", 0.5))]
    compare(scenario, arms, 1, out=out, null=False, chance=False, workers=1)
    return out


def test_what_the_dossier_lacks_is_run_once_with_the_studys_own_town(folder, capsys) -> None:
    asked = ["report", str(folder), "--complete", "--workers", "1", "--lang", "it"]
    assert main(asked) == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "--complete" not in page
    table = (folder / ATTRIBUTION / table_of("loss_due_to_shocks")).read_text()
    assert {line.split(",")[1] for line in table.splitlines()[1:]} == {"campaign", "training"}
    assert (folder / KEYSTONES / FILE).exists()
    made = set(Store(folder / ATTRIBUTION).statuses())
    assert main(asked) == 0
    assert set(Store(folder / ATTRIBUTION).statuses()) == made
    assert "prove" in capsys.readouterr().out


def test_a_wrong_number_of_processes_is_one_sentence(folder, capsys) -> None:
    assert main(["report", str(folder), "--complete", "--workers", "many"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
