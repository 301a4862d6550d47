"""The figures of a sweep: what is drawn is what was found, and verdicts need no colour."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.analysis.analysis import Analysis, analyse
from resilienza_sim.experiments.analysis.averages import averaged
from resilienza_sim.experiments.study import Study
from resilienza_sim.report.canvas import fold, settle, style
from resilienza_sim.report.distributions import distributions
from resilienza_sim.report.printing import file_name, print_figure
from resilienza_sim.report.readable import Readable
from resilienza_sim.report.sweep_figures import difference_map, map_factors
from resilienza_sim.report.sweep_lines import along_factors
from tests.made_sweep import ARMS, factor, grid, made_sweep

LEVELS: dict[str, list[Any]] = {
    "x": [0.0, 0.5, 1.0],
    "y": [1.0, 10.0],
    "rule": ["residual", "full"],
    "long": [104, 260],
}
FACTORS = [
    factor("x"),
    factor("y", low=1.0, high=10.0, scale="log"),
    factor("rule", levels=["residual", "full"]),
    factor("long", levels=[104, 260]),
]


def told(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None]:
    chance = np.random.default_rng([replicate]).normal()
    own = np.random.default_rng([replicate, len(arm)]).normal()
    push = {"alluvial": 12.0 * row["x"] - 6.0, "transformative": own}.get(arm, 0.0)
    return {
        "loss_due_to_shocks": 80 + 9 * chance + push + 0.2 * own,
        "robustness": 0.8 - push / 500,
    }


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("sweep")
    points = grid(scenario=["faenza", "quartiere"], **LEVELS)
    names = ("loss_due_to_shocks", "robustness")
    return made_sweep(folder, points, told, metrics=names, factors=FACTORS)


@pytest.fixture(scope="module")
def analysis(sweep: Study) -> Analysis:
    return analyse(sweep)


def drawn(made: tuple[Figure, str] | None) -> Figure:
    assert made is not None
    settle(made[0])
    return made[0]


def words(figure: Figure) -> list[str]:
    found = figure.findobj(lambda artist: hasattr(artist, "get_text"))
    return [text for each in found if (text := each.get_text()) and each.get_visible()]


def not_drawn(figure: Figure) -> set[int]:
    """Return the labels of ticks that lie beyond the ends of their axis."""
    found = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if not low <= tick.get_loc() <= high:
                    found |= {id(tick.label1), id(tick.label2)}
    return found


def inside(figure: Figure) -> None:
    """Check that no text is cut by the edge."""
    figure.draw_without_rendering()
    edge, skipped = figure.bbox, not_drawn(figure)
    for text in figure.findobj(lambda artist: hasattr(artist, "get_text")):
        shown = text.get_visible() and text.get_text().strip() and id(text) not in skipped
        if shown and (text.axes is None or text.axes.get_visible()):
            box = text.get_window_extent()
            assert box.x0 >= edge.x0 - 2, text.get_text()
            assert box.x1 <= edge.x1 + 2, text.get_text()
            assert box.y0 >= edge.y0 - 2, text.get_text()
            assert box.y1 <= edge.y1 + 2, text.get_text()


def test_a_map_has_a_panel_for_each_level_and_scenario(sweep: Study, analysis: Analysis) -> None:
    with style():
        figure = drawn(difference_map(analysis, "alluvial", Readable(sweep, "en")))
        inside(figure)
    panels = [axes for axes in figure.axes if axes.findobj(QuadMesh)][:4]
    assert [axes.get_title(loc="left") for axes in panels] == [
        "faenza\nFactor rule: residual",
        "faenza\nFactor rule: full",
        "quartiere\nFactor rule: residual",
        "quartiere\nFactor rule: full",
    ]
    cells = averaged(sweep, ["x", "y", "rule", "scenario"], strategy="alluvial")
    first = cells[(cells["rule"] == "residual") & (cells["scenario"] == "faenza")]
    wide = first.pivot(index="y", columns="x", values="mean_difference").sort_index(ascending=False)
    mesh = panels[0].findobj(QuadMesh)[0]
    assert np.asarray(mesh.get_array()).ravel().tolist() == pytest.approx(
        wide.to_numpy().ravel().tolist()
    )
    assert any("Averaged over: Factor long." in text for text in words(figure))


def test_the_verdict_of_a_cell_is_read_without_colour(sweep: Study, analysis: Analysis) -> None:
    with style():
        figure = drawn(difference_map(analysis, "alluvial", Readable(sweep, "en")))
    told_there = [text.get_text() for text in figure.axes[0].texts]
    assert len(told_there) == 6
    assert told_there[0].startswith("−")
    assert told_there[0].endswith("▲ better")
    assert told_there[1].endswith("= small difference")
    assert told_there[2].startswith("+")
    assert told_there[2].endswith("▼ worse")


def test_what_is_undecided_is_veiled(tmp_path: Path) -> None:
    few = made_sweep(
        tmp_path,
        grid(x=[0.0, 1.0], y=[1.0, 2.0]),
        told,
        pairs=4,
        metrics=("loss_due_to_shocks", "robustness"),
        factors=FACTORS[:2],
    )
    with style():
        figure = drawn(difference_map(analyse(few), "alluvial", Readable(few, "it")))
    axes = figure.axes[0]
    assert all(text.get_text().endswith("? non si sa") for text in axes.texts)
    assert sum(isinstance(p, Rectangle) and p.get_hatch() == "//" for p in axes.patches) == 4


@pytest.mark.parametrize("lang", ["it", "en"])
def test_letters_stand_out_on_every_cell(sweep: Study, analysis: Analysis, lang: str) -> None:
    def light(colour: Any) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    with style():
        figure = drawn(difference_map(analysis, "alluvial", Readable(sweep, lang)))
    for axes in figure.axes[:4]:
        colours = axes.findobj(QuadMesh)[0].get_facecolors()
        for text, ground in zip(axes.texts, colours, strict=True):
            pair = sorted([light(to_rgb(text.get_color())), light(ground)])
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3.4  # WCAG asks 3 of large, bold text


def test_better_is_blue_whatever_the_side(sweep: Study) -> None:
    reader = Readable(sweep, "en")
    for metric in ("loss_due_to_shocks", "robustness"):
        with style():
            figure = drawn(difference_map(analyse(sweep, metric), "alluvial", reader))
        better = figure.axes[0].findobj(QuadMesh)[0].get_facecolors()[0]
        assert better[2] > better[0]


def test_shares_are_shown_in_percentage_points(sweep: Study) -> None:
    with style():
        figure = drawn(
            difference_map(analyse(sweep, "robustness"), "alluvial", Readable(sweep, "en"))
        )
    assert figure.axes[0].texts[0].get_text().startswith("+1.2")


def test_a_sampled_range_is_shown_point_by_point(tmp_path: Path) -> None:
    unit = np.random.default_rng(1).random((12, 2))
    points = pd.DataFrame({"scenario": "town", "x": unit[:, 0], "y": 10 ** unit[:, 1]})
    title = "Un nome di strategia molto, molto lungo che non finisce mai, e poi ancora un poco"
    few = made_sweep(
        tmp_path,
        points,
        told,
        metrics=("loss_due_to_shocks", "robustness"),
        factors=FACTORS[:2],
        titles={"consolidated": title, "alluvial": title + "!", "transformative": "$x_1$ <b>"},
    )
    made, reader = analyse(few), Readable(few, "it")
    with style():
        figure = drawn(difference_map(made, "alluvial", reader))
        inside(figure)
        shown = sum(len(dots.get_offsets()) for dots in figure.axes[0].collections)
        assert shown == 12
        assert figure.axes[0].get_xscale() == "linear"
        assert figure.axes[0].get_yscale() == "log"
        inside(drawn(along_factors(made, reader)))
        inside(drawn(distributions(made, reader)))


def test_along_each_factor_every_arm_has_its_line(sweep: Study, analysis: Analysis) -> None:
    with style():
        figure = drawn(along_factors(analysis, Readable(sweep, "en")))
        inside(figure)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == 4 * 2
    assert [axes.get_xlabel() for axes in shown[:4]] == [f"Factor {name}" for name in LEVELS]
    line = shown[0].get_lines()[1]
    known = averaged(sweep, ["x", "scenario"], strategy="alluvial")
    known = known[known["scenario"] == "faenza"]["mean_difference"]
    assert line.get_ydata().tolist() == pytest.approx(known.tolist())


def test_distributions_are_those_of_scipy(sweep: Study, analysis: Analysis) -> None:
    from scipy import stats

    with style():
        figure = drawn(distributions(analysis, Readable(sweep, "en")))
        inside(figure)
    line = figure.axes[0].get_lines()[0]
    x, y = line.get_xdata()[1:], line.get_ydata()[1:]
    known = stats.ecdf(analysis.outcomes.values["consolidated"]).cdf
    # seaborn climbs at each run, scipy at each value: the same step function
    last = np.r_[x[1:] != x[:-1], True]
    assert y[last] == pytest.approx(known.evaluate(x[last]))
    assert len(figure.axes[1].get_lines()) == 1 + len(ARMS) - 1


def test_factors_that_are_asked_for_come_first(sweep: Study) -> None:
    assert map_factors(sweep) == ["x", "y", "rule"]
    assert map_factors(sweep, ["long", "y"]) == ["long", "y", "x"]
    assert map_factors(sweep, ["rule", "x", "long"]) == ["rule", "x", "long"]


def test_one_factor_lies_across_the_scenarios(tmp_path: Path) -> None:
    points = grid(scenario=["a", "b"], x=[0.0, 1.0])
    names = ("loss_due_to_shocks", "robustness")
    two = made_sweep(tmp_path / "two", points, told, metrics=names, factors=FACTORS[:1])
    assert map_factors(two) == ["x", "scenario"]
    with style():
        figure = drawn(difference_map(analyse(two), "alluvial", Readable(two, "it")))
    assert figure.axes[0].get_ylabel() == "Scenario"
    one = made_sweep(tmp_path / "one", grid(x=[0.0, 1.0]), told, metrics=names)
    assert difference_map(analyse(one), "alluvial", Readable(one, "it")) is None


def test_figures_are_written_twice_and_alike(
    sweep: Study, analysis: Analysis, tmp_path: Path
) -> None:
    reader = Readable(sweep, "it")
    written = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        paths = print_figure(folder, "map", lambda: difference_map(analysis, "alluvial", reader))
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
    root = ET.fromstring(written[0][0])
    assert root.tag.endswith("svg")
    assert "Mappa di Disagio in più accumulato per gli eventi critici".encode() in written[0][0]
    assert image.imread(tmp_path / "a" / "map.png").shape[1] > 1500
    assert print_figure(tmp_path, "nothing", lambda: None) == []


def test_a_folder_that_cannot_be_written_is_told(analysis: Analysis, tmp_path: Path) -> None:
    reader = Readable(analysis.study, "it")
    with pytest.raises(ResilienzaError, match="cannot be written"):
        print_figure(tmp_path / "no", "map", lambda: difference_map(analysis, "alluvial", reader))


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("map", "loss_due_to_shocks", ""), "map-loss_due_to_shocks"),
        (("map", "../../etc/passwd"), "map-etc-passwd"),
        (("", "…"), "figure"),
    ],
)
def test_names_of_files_hold_nothing_odd(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts) == name


def test_levels_are_written_as_they_were_chosen(sweep: Study) -> None:
    italian, english = Readable(sweep, "it"), Readable(sweep, "en")
    assert [italian.level(v) for v in (0.5, 77.459667, 260, 104.0, True, "full")] == [
        "0,5",
        "77,5",
        "260",
        "104",
        "sì",
        "full",
    ]
    assert english.level(1500.0) == "1,500"
    assert italian.factor("scenario") == "Scenario"
    assert italian.factor("x") == "Fattore x"
    assert english.measure("robustness").unit == "percentage points"


def test_a_text_folds_in_the_room_it_has() -> None:
    assert fold("one two three four", 1.0, 10).splitlines() == ["one two", "three four"]
    assert fold("a\nb", 5.0, 10) == "a\nb"
