"""Figures are those of the report, whatever a notebook, a style or the environment asks for."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from resilienza_sim.report.canvas import canvas, style
from resilienza_sim.report.figures import FIGURES, draw
from resilienza_sim.report.view import decisions
from resilienza_sim.words import Words

HOSTILE: dict[str, Any] = {
    "text.usetex": True,
    "axes.formatter.use_locale": True,
    "axes.grid": True,
    "axes.prop_cycle": "cycler('color', ['r', 'g'])",
    "figure.dpi": 37,
    "figure.facecolor": "black",
    "font.family": ["fantasy"],
    "font.size": 31,
    "path.sketch": (1, 100, 2),
    "path.simplify_threshold": 1.0,
    "savefig.bbox": "tight",
    "savefig.facecolor": "black",
    "savefig.transparent": True,
    "svg.fonttype": "path",
    "xtick.direction": "in",
}
PLAIN = [name for name in FIGURES if name not in ("differences", "forest", "spending")]


def drawn(view: Any) -> list[str]:
    found = [draw(name, view, "x-") for name in PLAIN]
    comparisons = {"comparisons": view.comparisons}
    found += [draw(name, view, "x-", **comparisons) for name in ("differences", "forest")]
    return [each.svg for each in found if each is not None]


def test_a_hostile_style_gives_the_same_bytes(small: Any) -> None:
    import matplotlib as mpl

    (view,) = decisions(small, Words("it"))
    before = drawn(view)
    with mpl.rc_context():
        mpl.style.use("dark_background")
        mpl.rcParams.update(HOSTILE)
        assert drawn(view) == before
        assert mpl.rcParams["text.usetex"] is True  # and theirs is left as it was
    assert before


def test_a_style_can_be_added_to(small: Any) -> None:
    import matplotlib as mpl

    with style({"axes.grid": False}):
        assert mpl.rcParams["axes.grid"] is False
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]
        assert canvas(2, 1).get_size_inches().tolist() == [2, 1]


DRAWS = """
import sys
from hashlib import sha256
from io import StringIO
from resilienza_sim.report.canvas import canvas, settle, style
with style():
    import seaborn as sns
    figure = canvas(4, 2)
    axes = figure.add_subplot()
    sns.scatterplot(x=[1, 2, 3], y=[1, 3, 2], ax=axes)
    sns.violinplot(x=[1.0, 2.0, 4.0, 3.0], orient="h", ax=axes, inner=None)
    settle(figure)
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
print(sha256(text.getvalue().encode()).hexdigest())
"""


def test_a_backend_of_the_environment_is_no_matter() -> None:
    told = set()
    for backend in (None, "module://nothing.here", "nonsense", "module://matplotlib_inline.x"):
        env = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"}
        env |= {} if backend is None else {"MPLBACKEND": backend}
        done = subprocess.run(
            [sys.executable, "-c", DRAWS], capture_output=True, text=True, env=env, check=False
        )
        assert done.returncode == 0, (backend, done.stderr[-2000:])
        told.add(done.stdout.strip())
    assert len(told) == 1


@pytest.mark.parametrize("backend", ["module://matplotlib_inline.backend_inline"])
def test_a_backend_that_is_known_stays_for_others(backend: str) -> None:
    code = """
from resilienza_sim.report.canvas import style
with style():
    pass
import matplotlib as mpl
print(dict.__getitem__(mpl.rcParams, "backend"))
"""
    env = {**os.environ, "MPLBACKEND": backend}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True
    )
    assert done.stdout.strip() == backend
