"""How a metric spreads: distribution functions of the arms and of their paired differences."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from resilienza_sim.experiments.analysis.analysis import Analysis
from resilienza_sim.experiments.analysis.decisions import complete
from resilienza_sim.report.canvas import (
    INK,
    LONGEST,
    SMALL,
    WIDE,
    Drawn,
    canvas,
    columns_in,
    fold,
    legend,
    look,
    numbers,
    short,
)
from resilienza_sim.report.canvas import sides as label_sides
from resilienza_sim.report.readable import Readable

__all__ = ["distributions"]


def distributions(analysis: Analysis, reader: Readable) -> Drawn:
    """Share of the runs up to each value, by arm; and of the pairs up to each difference."""
    kept, dropped = complete(analysis.outcomes.values)
    if len(kept) < 2:
        return None
    measure, words = reader.measure(analysis.metric), reader.words
    values = measure.scale * kept
    figure = canvas(WIDE, 4.9, gap=0.14)
    left, right = figure.subplots(1, 2)
    for arm in (each for each in reader.arms.values() if each.name in values):
        sns.ecdfplot(x=values[arm.name], ax=left, label=short(arm.title, LONGEST), **look(arm))
    unit = f" ({measure.unit})" if measure.unit else ""
    left.set(xlabel=fold(f"{measure.title}{unit}", 4.0, 10), ylabel=reader.say("figure.ecdf.share"))
    if analysis.others:
        _differences(right, analysis, reader, values)
    else:
        right.set_visible(False)
    for axes in (left, right):
        axes.set_ylim(-0.02, 1.02)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
        axes.margins(x=0.04)
    numbers(left.xaxis, words)
    names = [short(arm.title, LONGEST) for arm in reader.arms.values()]
    legend(figure, left, columns=columns_in(WIDE, names))
    key = "sweep" if analysis.is_sweep else "pairs"
    note = reader.say(f"figure.ecdf.{key}", n=words.number(len(kept), 0))
    if measure.effect and analysis.others:
        note += " " + reader.say("figure.band")
    if dropped:
        note += " " + reader.say("figure.dropped", n=words.number(dropped, 0))
    figure.supxlabel(fold(note, WIDE, 9.5), fontsize=9.5, x=0.01, ha="left")
    medians = "; ".join(
        reader.say("figure.ecdf.alt_row", arm=arm.title, median=words.number(median))
        for arm in reader.arms.values()
        if arm.name in values and pd.notna(median := values[arm.name].median())
    )
    return figure, reader.say("figure.ecdf.alt", metric=measure.title, rows=medians)


def _differences(axes: object, analysis: Analysis, reader: Readable, values: pd.DataFrame) -> None:
    assert isinstance(axes, Axes)
    measure = reader.measure(analysis.metric)
    if measure.effect:
        axes.axvspan(-measure.effect, measure.effect, color=SMALL, linewidth=0, zorder=0)
    axes.axvline(0, color=INK, linewidth=1)
    for name in analysis.others:
        arm = reader.arms[name]
        sns.ecdfplot(x=values[name] - values[analysis.baseline], ax=axes, **look(arm))
    base, unit = short(reader.arm(analysis.baseline)), f" ({measure.unit})" if measure.unit else ""
    label = reader.say("figure.difference", baseline=base, unit=unit)
    axes.set_xlabel(fold(label, 4.0, 10))
    axes.set_ylabel(reader.say("figure.ecdf.share_pairs"))
    numbers(axes.xaxis, reader.words, sign=True)
    if measure.direction:
        label_sides(axes, reader.words, better_left=measure.direction < 0)
