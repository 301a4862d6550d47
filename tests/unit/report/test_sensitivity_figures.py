"""Figures of a sensitivity: they show the numbers of the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from resilienza_sim.experiments.analysis.sensitivity import sensitivity
from resilienza_sim.report.canvas import style
from resilienza_sim.report.sensitivity_figures import bars, plane, write_figures
from tests.invented_sweep import experiment, invented, ranged


def formula(x, arm: str, replicate: int) -> float:
    here = [replicate, len(arm), int(1e6 * x["a"]), int(1e6 * x["b"])]
    chance = np.random.default_rng(here).normal(0, 0.1)
    return float(6 * x["a"] - 2 * x["b"] * x["a"] * (arm == "new") + chance)


def swept(tmp_path: Path, kind: str, points: int, pairs: int = 2, **more):
    told = experiment(*map(ranged, "abc"), kind=kind, points=points, pairs=pairs, **more)
    return invented(tmp_path, told, formula)


@pytest.mark.parametrize(
    ("kind", "points", "index"),
    [("morris", 8, "mu_star"), ("saltelli", 16, "ST"), ("sobol", 32, "pawn")],
)
def test_bars_are_as_long_as_the_indices(
    kind: str, points: int, index: str, tmp_path: Path
) -> None:
    sweep = swept(tmp_path, kind, points)
    found = sensitivity(sweep)
    with style():
        figure = bars(sweep, found, "en")
    panels = figure.axes
    assert [axes.get_title("left").replace("\n", " ") for axes in panels] == [
        "Level: the old",
        "Level: the new",
        "Difference: the new minus the old",
    ]
    names = [label.get_text() for label in panels[0].get_yticklabels()]
    assert names[0] == "factor a"
    main = found[found["index"] == index].set_index(["of", "factor"])
    for axes, output in zip(panels, ("old", "new", "new - old"), strict=True):
        for bar, name in zip(axes.patches, names, strict=True):
            row = main.loc[(output, name.removeprefix("factor "))]
            assert bar.get_width() == pytest.approx(row["value"])
    colours = {bar.get_facecolor() for axes in panels for bar in axes.patches}
    assert len(colours) == 2, "told and not told look different"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "told from noise" in legend
    assert "what noise alone gives" in legend


def test_plane_shows_effect_and_spread(tmp_path: Path) -> None:
    sweep = swept(tmp_path, "morris", 8)
    found = sensitivity(sweep)
    with style():
        figure = plane(sweep, found, "it")
    assert (
        figure.get_suptitle()
        == "Effetto e interazioni: Disagio in più accumulato per gli eventi critici"
    )
    for axes, output in zip(figure.axes, ("old", "new", "new - old"), strict=True):
        rows = found[found["of"] == output].pivot(index="factor", columns="index", values="value")
        drawn = {tuple(np.round(point, 9)) for point in axes.collections[0].get_offsets()}
        assert drawn == {tuple(np.round(row, 9)) for row in rows[["mu_star", "sigma"]].to_numpy()}
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {"1  fattore a"} <= set(names)


@pytest.mark.parametrize(("kind", "points"), [("morris", 8), ("saltelli", 16)])
def test_one_pair_and_a_still_arm_can_be_drawn(kind: str, points: int, tmp_path: Path) -> None:
    told = experiment(*map(ranged, "abc"), kind=kind, points=points)
    sweep = invented(tmp_path, told, lambda x, arm, _: 0.0 if arm == "new" else x["a"])
    found = sensitivity(sweep)
    written = write_figures(sweep, found, tmp_path, "figure", "it")
    assert all(path.stat().st_size > 5_000 for path in written)
    text = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert "non cambia mai" in text
    assert "rumore non misurabile" in text


def test_everything_still_can_be_drawn(tmp_path: Path) -> None:
    told = experiment(*map(ranged, "abc"), points=6)
    sweep = invented(tmp_path, told, lambda *_: 1.0)
    written = write_figures(sweep, sensitivity(sweep), tmp_path, "figure", "en")
    assert {path.name for path in written} == {"figure.png", "figure.svg"}
