"""The code that makes the numbers is part of what a run is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import fake_model
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import sources as module
from resilienza_sim.experiments.compare import Request
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.sources import MODEL, sources
from resilienza_sim.experiments.sweep import make_sweep
from resilienza_sim.experiments.worker import fingerprint
from resilienza_sim.model.contracts import Shock
from tests import kept

CODE = {MODEL: "a" * 16, "metrics.mine": "b" * 16}


def anew() -> dict[str, str]:
    """Return the hashes as another process would find them."""
    module._of_the_package.cache_clear()
    return sources()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    module._of_the_package.cache_clear()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the package: a model, a reader of it, and what an experiment runs with."""
    for name in (
        "model/phases/act.py",
        "cli/compare.py",
        "experiments/study.py",
        "experiments/histories.py",
        "experiments/runner.py",
        "community/data/towns.csv",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a = 1\n", "utf-8")
    monkeypatch.setattr(module, "_PACKAGE", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("model/phases/act.py", True),
        ("community/data/towns.csv", True),
        ("experiments/runner.py", True),
        ("model/new.py", True),
        ("cli/compare.py", False),
        ("experiments/study.py", False),
        ("model/__pycache__/act.pyc", False),
    ],
)
def test_a_change_of_what_makes_numbers_is_seen(name: str, counts: bool, package: Path) -> None:
    before = anew()
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("a = 2\n", "utf-8")
    assert (anew() != before) is counts


def test_ends_of_lines_do_not_count(package: Path) -> None:
    before = anew()
    (package / "cli" / "compare.py").write_bytes(b"a = 1\r\n")
    (package / "model" / "phases" / "act.py").write_bytes(b"a = 1\r\n")
    assert anew() == before


def test_code_from_outside_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(text: str) -> str:
        (tmp_path / "mine.py").write_text(text, "utf-8")
        found: str = anew()["shocks.outage"]
        return found

    mine = ModuleType("mine_outside")
    mine.__file__ = str(tmp_path / "mine.py")
    monkeypatch.setitem(sys.modules, "mine_outside", mine)
    outside = type("Outage", (), {"__module__": "mine_outside"})
    known = {Shock: {"outage": outside}}
    monkeypatch.setattr(module, "family", lambda name, base: known.get(base, {}))
    assert told("a") != told("b")


def test_what_runs_bears_the_code_in_its_name_and_workers_share_it() -> None:
    plan = Request(scenario="quartiere").prepared().plan
    swept = make_sweep(kept.experiment())
    for each in (plan, swept):
        assert each.describe(each.decisions[0])["code"] == sources()
    assert sources().items() <= fingerprint().items()
    other = fake_model.plan(code=CODE)
    assert not {r.run_id for r in fake_model.plan().runs()} & {r.run_id for r in other.runs()}
    assert fake_model.plan().hash != other.hash


@pytest.mark.parametrize("now", [{}, {**CODE, MODEL: "c" * 16}, {**CODE, "shocks.x": "d" * 16}])
def test_a_study_does_not_go_on_with_other_code(now: dict[str, str], tmp_path: Path) -> None:
    folder = run_plan(fake_model.plan(code=CODE), fake_model.runner(), tmp_path / "s")
    before = fake_model.contents(folder)
    with pytest.raises(ResilienzaError, match="other code") as told:
        run_plan(fake_model.plan(8, code=now), fake_model.runner(), folder)
    (name,) = {n for n in {**CODE, **now} if CODE.get(n) != now.get(n)} & {MODEL, "shocks.x"}
    assert f"code.{name}" in told.value.text("en")
    assert f"code.{name}" in told.value.text("it")
    assert fake_model.contents(folder) == before
    run_plan(fake_model.plan(8, code=CODE), fake_model.runner(), folder)
