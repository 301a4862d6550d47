"""The picture of a flip map: who wins where, the undecided band, the line of no difference."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from resilienza_sim.report.canvas import (
    INK,
    SOFT,
    Drawn,
    canvas,
    numbers,
    settle,
    short,
    style,
    write_both,
)
from resilienza_sim.report.flip_picture import FlipPicture, axes_of
from resilienza_sim.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from resilienza_sim.experiments.analysis.gaussian_map import FlipMap
    from resilienza_sim.experiments.analysis.space import Axis

__all__ = ["draw", "write_flip_map"]

Floats = NDArray[np.float64]

# Told apart in grey too: dark, light, white with strokes, pale with dots.
_LOOK = {
    "strategy": ("#5b9fd0", ""),
    "baseline": ("#f8dca6", ""),
    "undecided": ("#ffffff", "///"),
    "equivalent": ("#e4e7ea", ".."),
}
_GRID = 110
_MOST_FACETS = 6
_NEAR = 1 / 6  # of a factor's span: how near a slice a point must lie to be drawn on it
_WIDTHS = {1: 8.6, 2: 11.0, 3: 12.6}


def write_flip_map(
    picture: FlipPicture, folder: Path, *, x: str | None = None, y: str | None = None
) -> list[Path]:
    """Write the picture as PNG and SVG; nothing when no factor is a number.

    Parameters
    ----------
    picture : FlipPicture
        What to draw.
    folder : Path
        Receives the files; made if missing.
    x, y : str, optional
        Factors of the two axes.
    """
    with style({"hatch.color": "#7b858e"}), warnings.catch_warnings():
        # Names come from users: a letter that no font has is drawn as a box, not refused.
        warnings.filterwarnings("ignore", message="Glyph")
        warnings.filterwarnings("ignore", message=".*layout not applied.*")
        drawn = draw(picture, x, y)
        if drawn is None:
            return []
        figure, alt = drawn
        settle(figure)
        stem = f"flip-map-{picture.metric}-{picture.strategy}-{picture.baseline}"
        folder.mkdir(parents=True, exist_ok=True)
        return list(write_both(figure, folder, stem, dpi=170, about=alt))


def draw(picture: FlipPicture, x: str | None = None, y: str | None = None) -> Drawn:
    """Return the figure and its words for who cannot see it, None when no factor is a number."""
    drawn = axes_of(picture, x, y)
    if not drawn or not drawn[0].numeric:
        return None
    flat = len(drawn) < 2 or not drawn[1].numeric
    across, upwards = drawn[0], None if flat else drawn[1]
    third = drawn[-1] if len(drawn) > (1 if flat else 2) else None
    facets = _facets(third)
    columns = min(3, len(facets))
    rows = -(-len(facets) // columns)
    height = (4.7 if columns == 1 else 4.0 if columns == 2 else 3.5) * rows + 2.5
    figure = canvas(_WIDTHS[columns], height, gap=0.1)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    middle = picture.found.space.middle()
    counted: dict[str, int] = dict.fromkeys(_LOOK, 0)
    for k, (panel, value) in enumerate(zip(panels, facets, strict=False)):
        held = middle if third is None else {**middle, third.name: value}
        _scales(picture, panel, across, upwards)
        near = _near(picture, held, [across, *([upwards] if upwards else [])], third)
        if upwards is None:
            seen = _line(picture, panel, across, held, near)
        else:
            seen = _map(picture, panel, across, upwards, held, near)
        for region, n in seen.items():
            counted[region] += n
        if third is not None:
            room = 120 // columns  # of letters, beside the other panels
            text = short(picture.title(third), room), short(picture.value(third, value), room)
            panel.set_title("\n".join(text), fontsize=11.5)
        _limits(panel, across, upwards)
        lowest = k + columns >= len(facets)
        panel.tick_params(labelsize=11, labelbottom=lowest)
        if lowest:
            panel.set_xlabel(short(picture.title(across), 60 // columns + 12), fontsize=13)
    for panel in panels[len(facets) :]:
        panel.set_axis_off()
    vertical = _difference(picture) if upwards is None else picture.title(upwards)
    figure.supylabel(short(vertical, 60), fontsize=13)
    shown = {axis.name for axis in (across, upwards, third) if axis is not None}
    _head(picture, figure, {name: v for name, v in middle.items() if name not in shown})
    _legend(picture, figure, counted, flat)
    total = sum(counted.values()) or 1
    counts = "; ".join(
        f"{picture.words(f'outcome.{region}')}: {Words(picture.lang).percent(n / total)}"
        for region, n in counted.items()
    )
    return figure, picture.words("figure.alt", counts=counts)


def _facets(third: Axis | None) -> Sequence[object]:
    if third is None:
        return (None,)
    if third.numeric:
        return tuple(dict.fromkeys(third.at(u) for u in (0.0, 0.5, 1.0)))
    return third.options[:_MOST_FACETS]


def _near(
    picture: FlipPicture, held: Mapping[str, Any], drawn: Sequence[Axis], third: Axis | None
) -> pd.DataFrame:
    """Return the points run that lie on a slice, or near it."""
    table = picture.table[picture.table["n"] > 0]
    on = np.ones(len(table), np.bool_)
    for axis in picture.found.space.axes:
        if axis in drawn:
            continue
        if axis.numeric:
            here = axis.unit([float(held[axis.name])])[0]
            on &= np.abs(axis.unit(table[axis.name]) - here) <= _NEAR + 1e-9
        else:
            on &= (table[axis.name] == held[axis.name]).to_numpy()
    return table[on]


def _counts(regions: pd.Series) -> dict[str, int]:
    return {str(region): int(n) for region, n in regions.value_counts().items()}


def _map(
    picture: FlipPicture,
    panel: Axes,
    across: Axis,
    upwards: Axis,
    held: Mapping[str, Any],
    near: pd.DataFrame,
) -> dict[str, int]:
    """Draw a slice of the map, and return how many of its cells are of each kind."""
    xs, ys = across.spread(_GRID), upwards.spread(_GRID)
    grid = pd.DataFrame({**held, across.name: np.tile(xs, _GRID), upwards.name: ys.repeat(_GRID)})
    predicted = picture.found.predict(grid)
    panel.set_facecolor("white")
    colour, hatch = _LOOK["undecided"]
    panel.contourf(xs, ys, np.ones((_GRID, _GRID)), levels=[0, 2], colors=[colour], hatches=[hatch])
    for region, beyond in _margins(predicted, picture.found).items():
        inside = beyond.reshape(_GRID, _GRID)
        if inside.max() > 0:  # never where nothing is sure: nan
            colour, hatch = _LOOK[region]
            ends = [0.0, float(inside.max()) + 1.0]
            panel.contourf(xs, ys, inside, levels=ends, colors=[colour], hatches=[hatch])
            if inside.min() < 0:
                panel.contour(xs, ys, inside, levels=[0.0], colors=[SOFT], linewidths=0.8)
    mean = predicted["mean"].to_numpy(np.float64).reshape(_GRID, _GRID)
    words = Words(picture.lang)
    levels = [level for level in _levels(mean) if level != 0.0]
    if levels:
        thin = panel.contour(xs, ys, mean, levels=levels, colors=[INK], linewidths=0.8)
        thin.set_linestyle((0, (4, 2)))
        step = min(abs(a - b) for a, b in pairwise([*levels, levels[-1] * 2]))
        digits = next((d for d in range(5) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 4)
        labels_at: Any = {"fmt": lambda v: words.number(v, digits, sign=True)}
        labels = panel.clabel(thin, fontsize=10.5, **labels_at)
        for label in labels:
            label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85})
    if mean.min() < 0 < mean.max():
        panel.contour(xs, ys, mean, levels=[0.0], colors=["black"], linewidths=3.0)
    _points(picture, panel, near, near[across.name], near[upwards.name])
    panel.grid(False)
    return _counts(predicted["region"])


def _margins(table: pd.DataFrame, found: FlipMap) -> dict[str, Floats]:
    """Return by how much each region's condition on the interval holds; negative outside."""
    low, high = (table[name].to_numpy(np.float64) for name in ("low", "high"))
    below, above = -high - found.effect, low - found.effect
    better, worse = (above, below) if found.direction > 0 else (below, above)
    alike = np.minimum(low + found.effect, found.effect - high)
    return {"strategy": better, "baseline": worse, "equivalent": alike}


def _levels(mean: Floats) -> list[float]:
    if np.ptp(mean) <= 1e-9 * max(1.0, float(np.abs(mean).max())):
        return []
    ticks = MaxNLocator(6).tick_values(float(mean.min()), float(mean.max()))
    return [float(t) for t in ticks if mean.min() < t < mean.max()]


def _line(
    picture: FlipPicture, panel: Axes, across: Axis, held: Mapping[str, Any], near: pd.DataFrame
) -> dict[str, int]:
    """Draw the difference along one factor, and return how much of it is of each kind."""
    xs = across.spread(4 * _GRID)
    predicted = picture.found.predict(pd.DataFrame({**held, across.name: xs}))
    for region, (colour, hatch) in _LOOK.items():
        where = (predicted["region"] == region).to_numpy()
        if where.any():
            wide: Any = {"transform": panel.get_xaxis_transform(), "linewidth": 0, "zorder": 0}
            panel.fill_between(xs, 0, 1, where=where, facecolor=colour, hatch=hatch, **wide)
    panel.fill_between(xs, predicted["low"], predicted["high"], color=INK, alpha=0.22, linewidth=0)
    panel.plot(xs, predicted["mean"], color=INK, linewidth=2.2)
    panel.axhline(0, color="black", linewidth=3.0)
    for side in (-1, 1) if picture.found.effect > 0 else ():
        panel.axhline(side * picture.found.effect, color=INK, linewidth=1, linestyle=(0, (2, 2)))
    _points(picture, panel, near, near[across.name], near["mean_difference"])
    panel.grid(False)
    return _counts(predicted["region"])


def _points(
    picture: FlipPicture, panel: Axes, near: pd.DataFrame, x: pd.Series, y: pd.Series
) -> None:
    gain = picture.found.direction * near["mean_difference"]
    styles: Any = {"edgecolor": "black", "linewidth": 1.1, "zorder": 6, "clip_on": False, "s": 62}
    kinds = {"strategy": (gain > 0, "^"), "baseline": (gain < 0, "v"), "same": (gain == 0, "o")}
    for kind, (mask, mark) in kinds.items():
        if mask.any():
            colour = _LOOK[kind][0] if kind in _LOOK else "white"
            label = picture.words(f"figure.observed.{kind}")
            panel.scatter(x[mask], y[mask], marker=mark, color=colour, label=label, **styles)


def _scales(picture: FlipPicture, panel: Axes, across: Axis, upwards: Axis | None) -> None:
    words = Words(picture.lang)
    for axis, of in ((panel.xaxis, across), (panel.yaxis, upwards)):
        if of is not None and of.log:
            axis.axes.set_xscale("log") if axis is panel.xaxis else axis.axes.set_yscale("log")
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=12))
            axis.set_major_formatter(FuncFormatter(lambda v, _: words.exact(v)))
            axis.set_minor_formatter(NullFormatter())
        else:
            numbers(axis, words, sign=of is None)


def _limits(panel: Axes, across: Axis, upwards: Axis | None) -> None:
    panel.set_xlim(across.low, across.high)
    if upwards is not None:
        panel.set_ylim(upwards.low, upwards.high)


def _difference(picture: FlipPicture) -> str:
    name = Words(picture.lang).name("metric", picture.metric)
    unit = f" ({picture.unit})" if picture.unit else ""
    return picture.words("figure.metric", metric=name, unit=unit)


def _legend(picture: FlipPicture, figure: Figure, counted: Mapping[str, int], flat: bool) -> None:
    marks: list[Any] = []
    for region, n in counted.items():
        colour, hatch = _LOOK[region]
        if n:
            text = picture.words(f"outcome.{region}")
            marks.append(Patch(facecolor=colour, hatch=hatch, edgecolor=SOFT, label=text))
    marks.append(Line2D([], [], color="black", linewidth=3, label=picture.words("figure.zero")))
    if flat:
        text = picture.words("figure.mean")
        marks.append(Line2D([], [], color=INK, linewidth=2.2, label=text))
    else:
        text = picture.words("figure.level", unit=picture.unit or "–")
        marks.append(Line2D([], [], color=INK, linewidth=0.9, linestyle=(0, (4, 2)), label=text))
    points: dict[str, Any] = {}
    for panel in figure.axes:
        for mark, name in zip(*panel.get_legend_handles_labels(), strict=True):
            points.setdefault(str(name), mark)
    handles = [*marks, *points.values()]
    labels = [*(mark.get_label() for mark in marks), *points]
    where: Any = {"loc": "outside lower left", "ncols": 2, "fontsize": 11, "handleheight": 1.4}
    figure.legend(handles, labels, **where)


def _head(picture: FlipPicture, figure: Figure, held: Mapping[str, Any]) -> None:
    """Write above the panels what is asked, what is held, and how far to trust the map."""
    words, space = Words(picture.lang), picture.found.space
    unit = f" {picture.unit}" if picture.unit else ""
    asked = _difference(picture)
    if picture.found.effect > 0:
        amount = words.exact(picture.found.effect)
        asked += "; " + picture.words("figure.effect", effect=amount, unit=unit)
    n = picture.table.loc[picture.table["n"] > 0, "n"]
    key = "points" if n.min() == n.max() else "pairs_range"
    ends = {"low": int(n.min()), "high": int(n.max())}
    lines = [picture.words("figure.title"), asked]
    lines.append(picture.words(f"figure.{key}", points=len(n), **ends))
    if held:
        values = (
            f"{picture.title(space[k])} = {picture.value(space[k], v)}" for k, v in held.items()
        )
        lines.append(picture.words("figure.held", held=short("; ".join(values), 150)))
    for reason in picture.quality.warnings:
        known = {"points": picture.quality.points, "factors": len(space.axes)}
        lines.append("⚠ " + picture.words(f"warning.{reason}", **known))
    width = int(figure.get_figwidth() * 9.4)
    wrapped = (part for line in lines for part in textwrap.wrap(line, width))
    figure.suptitle("\n".join(wrapped), x=0.01, ha="left", fontsize=13)
