import re

import numpy as np
import pytest

from resilienza_sim.report.canvas import look, marker, short, summary, swatch, thin, timeline
from resilienza_sim.report.dossier.behind import Part
from resilienza_sim.report.figures import FIGURES, draw
from resilienza_sim.report.purse import audit
from resilienza_sim.report.view import Arm, decisions
from resilienza_sim.words import Words

QUARTERS = (
    Part("Borgo", 1_200.0, 18.0, 14.5, 1, 0.4),
    Part("Argine <b>$x_{ 中文", 300.0, 31.0, 33.5, 7, 0.7),
)


def more(view):
    comparisons = {"comparisons": view.comparisons}
    return {
        "differences": comparisons,
        "forest": comparisons,
        "spending": {"rows": audit(view)},
        "quarters": {"parts": QUARTERS},
    }


@pytest.fixture(scope="module")
def drawn(study):
    view = decisions(study, Words("it"))[0]
    return {name: draw(name, view, "x-", **more(view).get(name, {})) for name in FIGURES}


def test_every_figure_is_small_inline_and_described(drawn):
    for name, drawing in drawn.items():
        assert drawing.svg.startswith("<svg"), name
        assert drawing.svg.endswith("</svg>"), name
        assert len(drawing.svg.encode()) < 300_000, name
        assert 'role="img" aria-label="' in drawing.svg
        assert len(drawing.alt) > 40
        for banned in ("<script", "<metadata", "<style", "<!--", "<image", "xlink"):
            assert banned not in drawing.svg, name


def test_ids_are_prefixed_and_every_reference_is_met(drawn):
    for name, drawing in drawn.items():
        ids = re.findall(r'\sid="([^"]+)"', drawing.svg)
        assert len(set(ids)) == len(ids)
        assert all(each.startswith(f"x-{name}-") for each in ids)
        wanted = re.findall(r'(?:url\(#|href="#)([^)"]+)', drawing.svg)
        assert set(wanted) <= set(ids)


def test_the_same_study_gives_the_same_bytes(small):
    first, second = (decisions(small, Words("en"))[0] for _ in range(2))
    for name in ("quality", "differences"):
        args = more(first).get(name, {})
        assert draw(name, first, "", **args).svg == draw(name, second, "", **args).svg


def test_the_global_style_is_left_alone(small):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw("pareto", decisions(small, Words("en"))[0], "")
    assert dict(mpl.rcParams) == before


def test_names_with_signs_of_other_languages_are_drawn(make_study):
    study = make_study(
        weeks=30,
        decisions=("2020-02-24",),
        strategies=("consolidated", "hybrid"),
        bad_name=" $x_{ %s 中文 🌊 <b>&amp;",
    )
    view = decisions(study, Words("it"))[0]
    for name in FIGURES:
        drawing = draw(name, view, "", **more(view).get(name, {}))
        assert "<b>" not in drawing.svg
    assert "$x_{" in draw("quality", view, "").svg


def test_a_study_without_an_indicator_lacks_its_figure(small):
    study = type(small)(small.folder, small.manifest)
    study.indicators = ["suffering"]
    view = decisions(study, Words("it"))[0]
    for name in ("quality", "states", "pareto", "recipients"):
        assert draw(name, view, "") is None
    assert draw("differences", view, "", comparisons=[]) is None
    assert draw("forest", view, "", comparisons=[]) is None
    assert draw("spending", view, "", rows=[]) is None


def test_a_long_line_is_thinned_without_losing_its_extremes():
    line = np.sin(np.arange(5_000) / 50)
    line[1_234], line[3_210] = -9.0, 9.0
    kept = thin(line, 200)
    assert len(kept) <= 204
    assert {0, 1_234, 3_210, 4_999} <= set(kept.tolist())
    assert (np.diff(kept) > 0).all()
    assert thin(line[:100], 200).tolist() == list(range(100))


def test_bands_ignore_what_is_undefined():
    values = np.array([[1.0, np.nan], [3.0, np.nan]])
    mean, low, high = summary(values)
    assert mean[0] == 2.0
    assert low[0] < 2.0 < high[0]
    assert np.isnan([mean[1], low[1], high[1]]).all()


def test_no_label_of_a_shock_covers_another(study):
    view = decisions(study, Words("it"))[0]
    rows = timeline(view, 0.0, 260.0)
    assert len(rows) == 5
    assert rows[0][1] == "Pandemia, dal 24 feb 2020"
    assert rows[1][1] == "Alluvione, Borgo, 2 mag 2023"
    assert len({row for _, _, row in rows}) > 1


def test_arms_differ_in_line_and_marker_as_well_as_colour():
    arms = [Arm(str(k), str(k), "", k, k) for k in range(7)]
    assert len({str(look(arm)["linestyle"]) for arm in arms}) == 7
    assert len({marker(arm)["marker"] for arm in arms}) == 7
    assert len({swatch(arm)["dashes"] for arm in arms}) == 7
    assert look(Arm("x", "x", "", 7, 7))["color"] == look(arms[0])["color"]


def test_long_names_are_cut():
    assert short("abc", 3) == "abc"
    assert short("abcd ef", 5) == "abcd…"
