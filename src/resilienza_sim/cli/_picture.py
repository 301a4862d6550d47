"""The picture of a community: how many ties people have, a piece of the network, the quarters."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.community.build import Community
from resilienza_sim.community.layout import spring_layout
from resilienza_sim.community.structure import TARGETS, Structure
from resilienza_sim.report.canvas import canvas, style, write_figure

__all__ = ["draw", "snowball"]

SAMPLE = 150
"""Citizens drawn in the piece of network: more of them is a hairball."""

# Okabe & Ito (2008): told apart with any colour vision.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#7f7f7f", "#2b2b2b")
_AGES = ("#c9d6df", "#7b8fa1", "#3a4a5a")  # one hue: the other colours are the quarters
_INK = "#1f2933"
_MEASURED = "#f3d58a"
_STYLE: Any = {"axes.grid": False, "axes.titleweight": "bold"}


def draw(
    terminal: Terminal, community: Community, structure: Structure, folder: Path
) -> tuple[Path, ...]:
    """Draw a community into ``community.png`` and ``community.svg`` of a folder.

    Returns
    -------
    tuple of Path
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with style(_STYLE), warnings.catch_warnings():
        # Names come from users: a letter that no font has is drawn as a box, not refused.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = canvas(13, 8)
        grid = figure.add_gridspec(2, 2, width_ratios=(1, 1.4))
        _degrees(figure.add_subplot(grid[0, 0]), terminal, community, structure)
        _quarters(figure.add_subplot(grid[1, 0]), terminal, community)
        _network(figure.add_subplot(grid[:, 1]), terminal, community)
        paths = tuple(folder / f"community.{kind}" for kind in ("png", "svg"))
        for path in paths:
            write_figure(
                figure, path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None
            )
    return paths


def _degrees(axes: Axes, terminal: Terminal, community: Community, structure: Structure) -> None:
    degree = np.diff(community.ties.ptr)
    share = np.bincount(degree) / degree.size
    axes.bar(np.arange(share.size), 100 * share, width=1.0, color=_COLOURS[0], edgecolor="white")
    target = next(target for target in TARGETS if target.name == "mean_degree")
    span = f"{target.low:g}–{target.high:g}"
    axes.axvspan(
        target.low,
        target.high,
        color=_MEASURED,
        alpha=0.6,
        label=terminal.words("picture.measured", span=span),
    )
    mean = terminal.spelling.number(structure.mean_degree, 1)
    label = terminal.words("picture.mean", value=mean)
    axes.axvline(structure.mean_degree, color=_INK, linestyle="--", label=label)
    axes.legend(loc="upper right")
    axes.set_xlim(-0.5, max(np.quantile(degree, 0.999), structure.mean_degree) + 1)
    axes.set_title(terminal.words("picture.degrees"))
    axes.set_xlabel(terminal.words("picture.ties"))
    axes.set_ylabel(terminal.words("picture.percent"))


def _quarters(axes: Axes, terminal: Terminal, community: Community) -> None:
    people = community.people
    names = [quarter.name for quarter in community.quarters]
    bands = {"young": people.age < 18, "adult": people.age < 65, "old": people.age < 200}
    left = np.zeros(len(names))
    counted = np.zeros(people.age.size, dtype=bool)
    for k, (band, below) in enumerate(bands.items()):
        count = np.bincount(people.quarter[below & ~counted], minlength=len(names))
        counted |= below
        axes.barh(names, count, left=left, color=_AGES[k], label=terminal.words(f"picture.{band}"))
        left = left + count
    axes.invert_yaxis()
    axes.set_title(terminal.words("picture.quarters"))
    axes.set_xlabel(terminal.words("picture.citizens"))
    axes.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.18))


def snowball(community: Community, size: int) -> NDArray[np.int64]:
    """Return citizens found by walking ties outward from one in the middle, at most `size`."""
    ptr, nbr = community.ties.ptr, community.ties.nbr
    n = ptr.size - 1
    found = [n // 2]
    seen = {n // 2}
    for citizen in found:
        for friend in nbr[ptr[citizen] : ptr[citizen + 1]].tolist():
            if len(found) >= size:
                return np.array(found)
            if friend not in seen:
                seen.add(friend)
                found.append(friend)
    return np.array(found)


def _network(axes: Axes, terminal: Terminal, community: Community) -> None:
    ptr, nbr, people = community.ties.ptr, community.ties.nbr, community.people
    chosen = snowball(community, SAMPLE)
    rank = {int(citizen): k for k, citizen in enumerate(chosen)}
    ends = np.array(
        [
            (rank[i], rank[j])
            for i in rank
            for j in nbr[ptr[i] : ptr[i + 1]].tolist()
            if i < j and j in rank
        ]
    ).reshape(-1, 2)
    at_home = people.household[chosen[ends[:, 0]]] == people.household[chosen[ends[:, 1]]]
    place = spring_layout(ends, np.where(at_home, 2.0, 1.0), chosen.size)
    for home in (False, True):
        lines = list(place[ends[at_home == home]])
        style = (
            {"linewidths": 1.8, "colors": _INK}
            if home
            else {"linewidths": 0.5, "colors": "#9aa5b1"}
        )
        label = terminal.words(f"picture.{'home' if home else 'outside'}")
        axes.add_collection(LineCollection(lines, label=label, zorder=1, **style))
    quarter = people.quarter[chosen]
    for k in np.unique(quarter):
        points = place[quarter == k]
        axes.scatter(
            points[:, 0],
            points[:, 1],
            s=28,
            color=_COLOURS[int(k) % len(_COLOURS)],
            edgecolor="white",
            linewidth=0.5,
            label=community.quarters[int(k)].name,
            zorder=2,
        )
    axes.set_title(terminal.words("picture.network", count=chosen.size))
    axes.set_axis_off()
    axes.autoscale_view()
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=4, fontsize=9)
