"""Figures of attributions and benchmarks: what is drawn, in each language, whatever the names."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilienza_sim.experiments.contribution.attribution import attribute
from resilienza_sim.experiments.contribution.random_allocations import random_allocations
from resilienza_sim.report.arms import draw_attribution, draw_benchmark
from resilienza_sim.strategies import Strategy
from tests.fake_arms import ARGINI, CAMPAIGN, CASH, TRAINING, Town, live_in
from tests.small import plan, town

METRIC = "loss_due_to_shocks"
HOSTILE = "<script>alert(1)</script> $x_1$ \u202e\u65e5\u672c " + "w" * 200


def named(title: str, *lines, name: str) -> Strategy:
    made = plan(*lines, name=name).model_dump(mode="json")
    return Strategy.model_validate({**made, "title": {"it": title, "en": title}})


ARMS = [
    named(HOSTILE, (TRAINING, 0.5), (CAMPAIGN, 0.5), name="one"),
    named("Second", (CASH, 0.9), (ARGINI, 0.1), name="two"),
    named("Idle", name="idle"),
]


@pytest.fixture
def contribution(monkeypatch: pytest.MonkeyPatch) -> None:
    live_in(monkeypatch, Town({TRAINING: 10.0, ARGINI: -4.0}, noise=0.3))


@pytest.mark.parametrize(("lang", "word"), [("it", "Quanto vale"), ("en", "What each item")])
def test_every_item_is_drawn_with_its_euros(
    lang: str, word: str, tmp_path: Path, contribution: None
) -> None:
    found = attribute(town(), ARMS[:2], pairs=6, workers=1, out=tmp_path / "s")
    path = draw_attribution(found, METRIC, tmp_path / "f", "a", lang)
    assert path.read_bytes().startswith(b"\x89PNG")
    svg = path.with_suffix(".svg").read_text(encoding="utf-8")
    assert svg.count(word) == 2
    assert "500" in svg  # euros of half the purse
    assert "<script>" not in svg
    assert "\u202e" not in svg
    again = draw_attribution(found, METRIC, tmp_path / "g", "a", lang)
    assert again.with_suffix(".svg").read_text(encoding="utf-8") == svg


def test_few_pairs_are_drawn_too(tmp_path: Path, contribution: None) -> None:
    found = attribute(town(), ARMS[:1], pairs=1, workers=1, out=tmp_path / "s")
    assert draw_attribution(found, METRIC, tmp_path, "a").stat().st_size > 5_000


@pytest.mark.parametrize(("lang", "word"), [("it", "percentile"), ("en", "percentile")])
def test_every_arm_stands_in_the_cloud(
    lang: str, word: str, tmp_path: Path, contribution: None
) -> None:
    found = random_allocations(
        town(),
        ARMS,
        allocations=12,
        pairs=6,
        candidates=3,
        first_histories=2,
        workers=1,
        out=tmp_path / "s",
    )
    path = draw_benchmark(found, METRIC, tmp_path / "f", "y", lang)
    svg = path.with_suffix(".svg").read_text(encoding="utf-8")
    assert svg.count(word) >= 3
    assert ("storie mai viste" if lang == "it" else "histories never seen") in svg
    assert "<script>" not in svg
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_cloud_of_equals_without_the_best(tmp_path: Path, monkeypatch) -> None:
    live_in(monkeypatch, Town({}))
    found = random_allocations(
        town(), ARMS, allocations=2, pairs=1, best=False, workers=1, out=tmp_path / "s"
    )
    path = draw_benchmark(found, "robustness", tmp_path / "f", "y")
    assert path.stat().st_size > 5_000
