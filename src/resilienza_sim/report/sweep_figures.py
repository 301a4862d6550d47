"""Maps of the paired difference of a sweep over two factors.

What the verdict is can be read in every cell without colours. A range that was sampled, not set on
a grid, is shown point by point: nothing is filled in between (`discover` does that, and says how
sure it is).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle

from resilienza_sim.experiments.analysis.analysis import Analysis, levelled, varied
from resilienza_sim.experiments.analysis.averages import averaged
from resilienza_sim.experiments.design import SCENARIO
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.verdicts import label
from resilienza_sim.report.canvas import (
    COLOURS,
    INK,
    SOFT,
    WIDE,
    Drawn,
    canvas,
    fold,
    numbers,
    short,
)
from resilienza_sim.report.readable import Measure, Readable
from resilienza_sim.report.sweep_axes import levels_of, set_axis
from resilienza_sim.words import decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

__all__ = ["difference_map", "map_factors"]

_MOST_LEVELS = 24
"""More levels than these on a side of a map are no longer read."""
_MOST_FACETS = 6
_NAMED_CELLS = 6
"""Columns, over all panels, up to which a cell names its verdict; beyond, its sign stands alone."""
_MARKS = {"better": "▲", "worse": "▼", "equivalent": "=", "undecided": "?"}
_SHAPES = _MARKS | {"equivalent": "■", "undecided": "●"}
_DOTS = {"better": "^", "worse": "v", "equivalent": "s", "undecided": "o"}


def map_factors(sweep: Study, wanted: Sequence[str] = ()) -> list[str]:
    """Return the factors of a map: across, upwards and, if there are, of the columns of panels.

    Those wanted come first, then those with a few levels, in the order of the experiment. The
    scenario, when there are several, makes the rows of panels, or a side where factors are lacking.
    """
    names = [name for name in varied(sweep) if name != SCENARIO]
    few = set(levelled(sweep))
    ordered = [*wanted, *sorted((n for n in names if n not in wanted), key=lambda n: n not in few)]
    if len(ordered) == 1 and sweep.points[SCENARIO].nunique() > 1:
        ordered.append(SCENARIO)
    third = ordered[2:3]
    if third and (third[0] not in few or sweep.points[third[0]].nunique() > _MOST_FACETS):
        third = []
    return [*ordered[:2], *third]


def difference_map(
    analysis: Analysis, strategy: str, reader: Readable, wanted: Sequence[str] = ()
) -> Drawn:
    """Mean paired difference over two factors, its verdict in each cell.

    A column of panels for each level of the third factor, a row for each scenario; the other
    factors are averaged over.
    """
    sweep = analysis.study
    if not sweep.is_sweep:
        return None
    names = map_factors(sweep, wanted)
    if len(names) < 2:
        return None
    rows = [SCENARIO] if SCENARIO not in names and sweep.points[SCENARIO].nunique() > 1 else []
    few = set(levelled(sweep))
    grid = all(name in few and sweep.points[name].nunique() <= _MOST_LEVELS for name in names[:2])
    if grid:
        by = [*names, *rows]
        table = averaged(
            sweep, by, metric=analysis.metric, strategy=strategy, baseline=analysis.baseline
        )
    else:
        found = analysis.tables["comparison"]
        table = found[found["strategy"] == strategy]
    if table.empty or not np.isfinite(table["mean_difference"]).any():
        return None
    measure = reader.measure(analysis.metric)
    columns = levels_of(sweep, names[2]) if len(names) > 2 else [None]
    lines = levels_of(sweep, SCENARIO) if rows else [None]
    across = sweep.points[names[0]].nunique() if grid else 6
    upwards = sweep.points[names[1]].nunique() if grid else 6
    width = max(WIDE - 3.4 * (len(columns) == 1), 2.6 + len(columns) * max(2.6, 0.62 * across))
    height = 1.9 + len(lines) * max(2.5, 0.62 * upwards + 0.7)
    figure = canvas(width, height, gap=0.1)
    panels = figure.subplots(len(lines), len(columns), squeeze=False, sharex=True, sharey=True)
    reach = float(np.nanmax(np.abs(table["mean_difference"]))) * measure.scale or 1.0
    paint = {"cmap": _colours(measure), "vmin": -reach, "vmax": reach}
    for i, line in enumerate(lines):
        for j, column in enumerate(columns):
            shown = table if column is None else table[table[names[2]] == column]
            shown = shown if line is None else shown[shown[SCENARIO] == line]
            axes = panels[i, j]
            if grid:
                wide = across * len(columns) > _NAMED_CELLS
                _cells(
                    axes, shown, names, reader, measure, paint, digits=decimals(reach), brief=wide
                )
            else:
                _dots(axes, shown, names, reader, measure, paint)
            _name_panel(axes, reader, names, column, line, (width - 2.2) / len(columns))
            axes.set_xlabel(reader.factor(names[0]) if i == len(lines) - 1 else "")
            axes.set_ylabel(reader.factor(names[1]) if j == 0 else "")
    _colour_bar(figure, panels, reader, measure, paint, analysis.baseline)
    _titles(figure, analysis, strategy, reader, measure, names if grid else None, table)
    counts = table["verdict"].value_counts()
    text = ", ".join(f"{label(reader.words, kind)} {counts.get(kind, 0)}" for kind in _MARKS)
    return figure, reader.say(
        "figure.map.alt",
        metric=measure.title,
        strategy=reader.arm(strategy),
        baseline=reader.arm(analysis.baseline),
        across=reader.factor(names[0]),
        upwards=reader.factor(names[1]),
        counts=text,
    )


def _colours(measure: Measure) -> Colormap:
    """Return colours from worse (orange) to better (blue), told apart with any colour vision."""
    ends = [COLOURS[2], "#f5f1ea", COLOURS[1]]
    return LinearSegmentedColormap.from_list("", ends if measure.direction >= 0 else ends[::-1])


def _cells(
    axes: Axes,
    table: pd.DataFrame,
    names: Sequence[str],
    reader: Readable,
    measure: Measure,
    paint: dict[str, Any],
    *,
    digits: int,
    brief: bool,
) -> None:
    sweep = reader.study
    assert sweep.is_sweep
    across, upwards = levels_of(sweep, names[0]), levels_of(sweep, names[1])[::-1]
    keys = {"index": names[1], "columns": names[0]}
    size = measure.scale * table.pivot(values="mean_difference", **keys)
    size = size.reindex(index=upwards, columns=across)
    verdicts = table.pivot(values="verdict", **keys).reindex(index=upwards, columns=across)
    texts = np.full(size.shape, "", dtype=object)
    for row, column in np.argwhere(np.isfinite(size.to_numpy())):
        kind = str(verdicts.iloc[row, column]) if measure.direction else ""
        texts[row, column] = _text(reader, float(size.iloc[row, column]), digits, kind, brief)
        if kind == "undecided":
            axes.add_patch(_hatched(column, row))
    sns.heatmap(
        size,
        ax=axes,
        annot=texts,
        fmt="",
        cbar=False,
        linewidths=1.5,
        linecolor="white",
        annot_kws={"fontsize": 10 if brief else 11, "linespacing": 1.35, "zorder": 4},
        **paint,
    )
    for text in axes.texts:
        x, y = text.get_position()
        text.set_color(_ink(float(size.iloc[int(y), int(x)]), paint))
    axes.set_xticklabels([short(reader.level(v), 16) for v in across], rotation=0)
    axes.set_yticklabels([short(reader.level(v), 16) for v in upwards], rotation=0)
    axes.tick_params(length=0)


def _hatched(column: int, row: int) -> Patch:
    """Return the veil of a cell where nothing is decided: its colour must not be believed."""
    veil: dict[str, Any] = {"facecolor": (1, 1, 1, 0.45), "edgecolor": (1, 1, 1, 0.75)}
    return Rectangle((column, row), 1, 1, hatch="//", linewidth=0, zorder=3, **veil)


def _ink(value: float, paint: dict[str, Any]) -> str:
    """Return the colour of a text that is read best on the colour of a value (WCAG 2.1, 1.4.3)."""
    share = (value - paint["vmin"]) / (paint["vmax"] - paint["vmin"])
    channels = np.array(paint["cmap"](share)[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    light = float(linear @ [0.2126, 0.7152, 0.0722])
    return "white" if 1.05 / (light + 0.05) > (light + 0.05) / 0.06 else INK


def _text(reader: Readable, value: float, digits: int, kind: str, brief: bool) -> str:
    number = reader.words.number(value, digits, sign=True)
    if kind not in _MARKS:
        return number
    mark = _MARKS[kind]
    return f"{number}\n{mark}" if brief else f"{number}\n{mark} {label(reader.words, kind)}"


def _dots(
    axes: Axes,
    table: pd.DataFrame,
    names: Sequence[str],
    reader: Readable,
    measure: Measure,
    paint: dict[str, Any],
) -> None:
    for kind, dot in _DOTS.items():
        rows = table[table["verdict"] == kind]
        axes.scatter(
            rows[names[0]],
            rows[names[1]],
            c=measure.scale * rows["mean_difference"],
            s=52,
            marker=dot,
            edgecolors=INK,
            linewidths=0.7,
            zorder=3,
            **paint,
        )
    set_axis(axes, "x", reader, names[0])
    set_axis(axes, "y", reader, names[1])


def _name_panel(
    axes: Axes, reader: Readable, names: Sequence[str], column: object, line: object, inches: float
) -> None:
    parts = []
    if line is not None:
        parts.append(reader.level(line))
    if column is not None:
        parts.append(f"{reader.factor(names[2])}: {reader.level(column)}")
    axes.set_title(
        fold("\n".join(short(p, 60) for p in parts), inches, 10.5), fontsize=10.5, color=SOFT
    )


def _colour_bar(
    figure: Figure,
    panels: Any,
    reader: Readable,
    measure: Measure,
    paint: dict[str, Any],
    baseline: str,
) -> None:
    shade = ScalarMappable(Normalize(paint["vmin"], paint["vmax"]), paint["cmap"])
    bar = figure.colorbar(shade, ax=panels, fraction=0.05, pad=0.02, aspect=28)
    unit = f" ({measure.unit})" if measure.unit else ""
    label = reader.say("figure.difference", baseline=short(reader.arm(baseline)), unit=unit)
    bar.set_label(fold(label, float(figure.get_figheight()) - 1.4, 10))
    bar.outline.set_visible(False)
    numbers(bar.ax.yaxis, reader.words, sign=True)


def _titles(
    figure: Figure,
    analysis: Analysis,
    strategy: str,
    reader: Readable,
    measure: Measure,
    names: Sequence[str] | None,
    table: pd.DataFrame,
) -> None:
    """Write above what is compared, below how to read it and what is averaged over."""
    title = reader.say(
        "figure.map.title",
        metric=measure.title,
        strategy=short(reader.arm(strategy), 40),
        baseline=short(reader.arm(analysis.baseline), 40),
    )
    width = float(figure.get_figwidth())
    figure.suptitle(fold(title, width, 12), x=0.01, ha="left", fontsize=12)
    notes = [] if names else [reader.say("figure.map.sampled")]
    if measure.direction:
        marks = _MARKS if names else _SHAPES
        notes.append(" · ".join(f"{m} {label(reader.words, k)}" for k, m in marks.items()))
    else:
        notes.append(reader.say("figure.no_direction"))
    sweep = analysis.study
    assert sweep.is_sweep
    rest = [n for n in varied(sweep) if names and n not in names and n != SCENARIO]
    if rest:
        joined = ", ".join(reader.factor(name) for name in rest)
        notes.append(reader.say("figure.map.averaged", factors=joined))
    pairs = int(table["n"].min()), int(table["n"].max())
    shown = "–".join(reader.words.number(n, 0) for n in dict.fromkeys(pairs))
    notes.append(reader.say("figure.map.pairs", n=shown))
    if lost := int(table["dropped"].sum()):
        notes.append(reader.say("figure.dropped", n=reader.words.number(lost, 0)))
    figure.supxlabel(fold("\n".join(notes), width, 9.5), fontsize=9.5, x=0.01, ha="left")
