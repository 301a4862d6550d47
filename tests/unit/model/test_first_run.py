"""The first run compiles from both ends of a week."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from resilienza_sim import kernels
from resilienza_sim.model import first_run
from resilienza_sim.model.community_model import WEEK
from resilienza_sim.model.first_run import backwards, from_both_ends
from tests.small import town


@pytest.fixture
def begun(monkeypatch) -> list[str]:
    """What becomes of the other process, which never starts here."""
    done: list[str] = []

    def process(target, args, daemon):
        assert target is backwards
        assert daemon
        names = ("start", "join", "terminate")
        return SimpleNamespace(**{name: lambda name=name: done.append(name) for name in names})

    monkeypatch.setattr(first_run, "get_context", lambda _: SimpleNamespace(Process=process))
    monkeypatch.setattr(first_run.os, "cpu_count", lambda: 2)
    return done


def test_a_week_backwards_calls_every_phase(monkeypatch) -> None:
    gone: list[object] = []
    phases = [
        SimpleNamespace(run=lambda model, phase=phase: (phase.run(model), gone.append(phase)))
        for phase in WEEK
    ]
    monkeypatch.setattr(first_run, "WEEK", tuple(phases))
    backwards(town(citizens=120))
    assert gone == list(reversed(WEEK))


@pytest.mark.parametrize(("compiles", "processors"), [(True, 2), (True, 1), (False, 2)])
def test_another_process_helps_where_something_is_to_be_compiled(
    begun, monkeypatch, compiles, processors
) -> None:
    monkeypatch.setattr(first_run, "to_be_compiled", lambda _: compiles)
    monkeypatch.setattr(first_run.os, "cpu_count", lambda: processors)
    with from_both_ends(None):
        pass
    assert begun == (["start", "join", "terminate"] if compiles and processors > 1 else [])


def test_a_run_that_is_stopped_stops_it_too(begun, monkeypatch) -> None:
    monkeypatch.setattr(first_run, "to_be_compiled", lambda _: True)
    with pytest.raises(KeyboardInterrupt), from_both_ends(None):
        raise KeyboardInterrupt
    assert begun == ["start", "terminate"]


def test_kernels_are_to_be_compiled_until_some_are_kept(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(kernels, "_folder", lambda _: str(tmp_path / "kernels"))
    assert kernels.to_be_compiled("feelings")
    (tmp_path / "kernels" / "deep").mkdir(parents=True)
    (tmp_path / "kernels" / "deep" / "feel.1.nbc").touch()
    assert not kernels.to_be_compiled("feelings")
    monkeypatch.setattr(kernels, "_folder", lambda _: None)
    assert not kernels.to_be_compiled("feelings")
