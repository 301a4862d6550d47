"""The paired difference of a sweep along each of its factors, with its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from resilienza_sim.experiments.analysis.analysis import Analysis, levelled, varied
from resilienza_sim.experiments.analysis.averages import averaged
from resilienza_sim.experiments.design import SCENARIO
from resilienza_sim.report.canvas import (
    INK,
    LONGEST,
    SMALL,
    SOFT,
    Drawn,
    canvas,
    columns_in,
    fold,
    legend,
    marker,
    numbers,
    short,
)
from resilienza_sim.report.readable import Measure, Readable
from resilienza_sim.report.sweep_axes import levels_of, set_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["along_factors"]


def along_factors(analysis: Analysis, reader: Readable) -> Drawn:
    """Draw the difference along each factor, every arm with its interval; a row a scenario."""
    sweep = analysis.study
    if not sweep.is_sweep or not analysis.others:
        return None
    names = [name for name in varied(sweep) if name != SCENARIO] or [SCENARIO]
    several = SCENARIO not in names and sweep.points[SCENARIO].nunique() > 1
    lines = levels_of(sweep, SCENARIO) if several else [None]
    measure, few = reader.measure(analysis.metric), set(levelled(sweep))
    most = 4
    panels_across = min(most, len(names))
    folded = math.ceil(len(names) / most)
    width = max(7.0, 3.3 * panels_across)
    figure = canvas(width, 1.9 + 2.8 * len(lines) * folded, gap=0.12)
    panels = figure.subplots(len(lines) * folded, panels_across, squeeze=False, sharey=True)
    for spare in panels.ravel():
        spare.set_visible(False)
    for k, name in enumerate(names):
        by = [name, SCENARIO] if several else [name]
        for i, line in enumerate(lines):
            axes = panels[i * folded + k // most, k % most]
            axes.set_visible(True)
            _zero(axes, measure)
            for arm in analysis.others:
                if name in few:
                    table = averaged(
                        sweep,
                        by,
                        metric=analysis.metric,
                        strategy=arm,
                        baseline=analysis.baseline,
                    )
                else:
                    found = analysis.tables["comparison"]
                    table = found[found["strategy"] == arm]
                if line is not None:
                    table = table[table[SCENARIO] == line]
                _line(axes, table, name, arm, analysis, reader, measure, joined=name in few)
            set_axis(axes, "x", reader, name)
            axes.set_xlabel(reader.factor(name))
            numbers(axes.yaxis, reader.words, sign=True)
            if line is not None:
                axes.set_title(reader.level(line), fontsize=10.5, color=SOFT)
            if k % most == 0:
                unit = f" ({measure.unit})" if measure.unit else ""
                base = short(reader.arm(analysis.baseline))
                label = reader.say("figure.difference", baseline=base, unit=unit)
                axes.set_ylabel(fold(label, 2.7, 10))
    titles = [short(reader.arm(arm), LONGEST) for arm in analysis.others]
    legend(figure, panels[0, 0], columns=columns_in(width, titles))
    note = reader.say("figure.along.note", metric=measure.title)
    if measure.effect:
        note += " " + reader.say("figure.band")
    figure.supxlabel(fold(note, width, 9.5), fontsize=9.5, x=0.01, ha="left")
    factors = ", ".join(reader.factor(name) for name in names)
    return figure, reader.say("figure.along.alt", metric=measure.title, factors=factors)


def _zero(axes: Axes, measure: Measure) -> None:
    if measure.effect:
        axes.axhspan(-measure.effect, measure.effect, color=SMALL, linewidth=0, zorder=0)
    axes.axhline(0, color=INK, linewidth=1)


def _line(
    axes: Axes,
    table: pd.DataFrame,
    name: str,
    arm: str,
    analysis: Analysis,
    reader: Readable,
    measure: Measure,
    *,
    joined: bool,
) -> None:
    sweep = analysis.study
    assert sweep.is_sweep
    levels = levels_of(sweep, name)
    words = any(isinstance(each, str | bool) for each in levels)
    order = table[name].map(levels.index).to_numpy().argsort(kind="stable")
    table = table.iloc[order]
    x = table[name].map(levels.index) if words else table[name]
    # arms a little apart, so that no interval covers another
    place = (analysis.others.index(arm) - (len(analysis.others) - 1) / 2) * 0.06
    if words:
        shift = x + place
        axes.set_xticks(range(len(levels)), [short(reader.level(v), 14) for v in levels])
        axes.set_xlim(-0.5, len(levels) - 0.5)
    else:
        wide = max(levels) / min(levels) if reader.is_log(name) else max(levels) - min(levels)
        shift = x * wide ** (0.25 * place) if reader.is_log(name) else x + 0.25 * place * wide
    dot, scale = marker(reader.arms[arm]), measure.scale
    low = np.where(np.isfinite(table["low"]), table["low"], table["mean_difference"])
    high = np.where(np.isfinite(table["high"]), table["high"], table["mean_difference"])
    axes.vlines(shift, scale * low, scale * high, color=dot["color"], linewidth=2.2, alpha=0.9)
    line: dict[str, Any] = {"linestyle": "-" if joined else "", "linewidth": 1.3, "markersize": 6.5}
    axes.plot(
        shift,
        scale * table["mean_difference"],
        label=short(reader.arm(arm), LONGEST),
        **(line | dot),
    )
