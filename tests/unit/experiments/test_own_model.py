"""A study of a subclass of the model: its runs are its own, and are never mixed with others."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilienza_sim import divergence
from resilienza_sim.cli import main
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.compare import compare
from resilienza_sim.experiments.study import Study
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.scenario import Scenario
from tests.small import flood, town

METRIC = "loss_due_to_shocks"
ARMS = ("consolidated", "transformative")


class Callous(CommunityModel):
    """A town where the pain of the week is written twice over."""

    def step(self) -> None:
        super().step()
        suffering = self.state.citizens.suffering
        suffering[:] = (2.0 * suffering).clip(0.0, 1.0)


class Alike(CommunityModel):
    """A model that changes nothing."""


SCENARIO = town(citizens=120, weeks=16, shocks=[flood(6)])


def made(folder: Path, **choices: object) -> Study:
    return compare(
        SCENARIO,
        ARMS,
        2,
        out=folder,
        null=False,
        chance=False,
        worlds=False,
        **{"workers": 1} | choices,
    )


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return made(tmp_path_factory.mktemp("usual") / "s")


def test_the_subclass_is_what_runs_here_and_in_workers(usual: Study, tmp_path: Path) -> None:
    here, there = (
        made(tmp_path / str(n), model=Callous, workers=n, expected_seconds=60.0) for n in (1, 2)
    )
    assert here.failures.empty
    assert not (here.table(METRIC) == usual.table(METRIC)).all(axis=None)
    assert (here.table(METRIC) == there.table(METRIC)).all(axis=None)


def test_a_subclass_that_changes_nothing_gives_the_same_numbers_under_other_names(
    usual: Study, tmp_path: Path
) -> None:
    study = made(tmp_path / "s", model=Alike)
    assert (study.table(METRIC) == usual.table(METRIC)).all(axis=None)
    assert study.manifest["divergence"] == usual.manifest["divergence"]
    assert set(study.manifest["code"]) - set(usual.manifest["code"]) == {"model.Alike"}


def test_runs_of_two_models_are_never_mixed(usual: Study) -> None:
    before = sorted(path.name for path in usual.folder.rglob("*"))
    with pytest.raises(ResilienzaError, match=r"model\.Alike"):
        made(usual.folder, model=Alike)
    assert sorted(path.name for path in usual.folder.rglob("*")) == before


@pytest.mark.parametrize(("lang", "words"), [("it", "modello proprio"), ("en", "model of its own")])
def test_what_only_its_author_can_make_again_is_not_called_altered(
    lang: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made(tmp_path / "s", model=Callous).folder
    assert main(["verify", str(folder), "--rerun", "2", "--lang", lang]) == 0
    assert words in " ".join(capsys.readouterr().out.split())


def test_where_arms_part_is_found_in_the_subclass(tmp_path: Path) -> None:
    lived: list[Scenario] = []

    class Seen(CommunityModel):
        def __init__(self, scenario: Scenario, **given: object) -> None:
            super().__init__(scenario, **given)
            lived.append(scenario)

    arms = [SCENARIO.strategy(name) for name in ARMS]
    found = dict(divergence.divergences(SCENARIO, arms, ARMS[0], 1, Seen))
    assert len(lived) == 1
    assert found == dict(divergence.divergences(SCENARIO, arms, ARMS[0], 1))
