"""Figures of how it ends: paired differences, every metric, recipients, and the euros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import seaborn as sns
from numpy.typing import NDArray

from resilienza_sim.report.canvas import (
    AMBIT_COLOURS,
    AMBIT_HATCHES,
    GRID,
    INK,
    SMALL,
    SOFT,
    WIDE,
    Drawn,
    abreast,
    canvas,
    fold,
    legend,
    marker,
    numbers,
    short,
    sides,
    thin,
)
from resilienza_sim.report.purse import AMBITS, Spending
from resilienza_sim.report.view import Comparison, DecisionView, MetricRow
from resilienza_sim.report.weekly import levels
from resilienza_sim.words import Words, decimals

__all__ = ["differences", "forest", "recipients", "spending"]

_BESIDE_NAMES = 0.6
"""Part of a figure's width that is left beside the names of its rows."""
_TICKS = (1, 3, 10, 30, 100, 300, 1000, 10_000, 100_000, 1_000_000)


def _gaps(view: DecisionView, metric: str, between: Comparison) -> NDArray[np.float64]:
    """Return the paired differences of a metric, one a pair that has both."""
    pairs = view.study.differences(metric, between.strategy.name, between.baseline.name)
    found: NDArray[np.float64] = pairs["difference"].to_numpy(np.float64)
    return found


def differences(view: DecisionView, comparisons: Sequence[Comparison]) -> Drawn:
    """One dot a pair, the mean with its interval, the differences too small to matter."""
    words = view.words
    shown = [
        (each, row, values)
        for each in comparisons
        if (row := each.headline) is not None and len(values := _gaps(view, row.metric, each))
    ]
    if not shown:
        return None
    main = shown[0][1]
    figure = canvas(WIDE, 1.3 + 0.8 * len(shown))
    axes = figure.add_subplot()
    if np.isfinite(main.effect):
        axes.axvspan(-main.effect, main.effect, color=SMALL, linewidth=0, zorder=0)
    axes.axvline(0, color=INK, linewidth=1)
    rows = []
    for place, (each, row, values) in enumerate(shown):
        dot = marker(each.strategy)
        values = np.sort(values)[thin(np.sort(values), 200)]
        # the golden ratio spreads the dots evenly, and the same way each time
        spread = (np.arange(len(values)) * 0.6180339887) % 1.0
        sns.scatterplot(
            x=values, y=place + 0.06 + 0.28 * spread, ax=axes, s=26, alpha=0.6, linewidth=0, **dot
        )
        level = place - 0.14
        if np.isfinite(row.low):
            bar: dict[str, Any] = {"linewidth": 8, "solid_capstyle": "butt", "zorder": 6}
            axes.plot([row.low, row.high], [level, level], color=dot["color"], **bar)
        tick = [level - 0.11, level + 0.11]
        axes.plot([row.difference] * 2, tick, color=INK, linewidth=2, zorder=7)
        value = words.number(row.difference, _digits(row), sign=True)
        axes.annotate(
            words("figure.differences.mean", value=value),
            (row.difference, level - 0.1),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
        names = {"strategy": each.strategy.title, "baseline": each.baseline.title}
        rows.append(words("figure.differences.alt_row", difference=value, **names))
    axes.set_yticks(range(len(shown)), [_row_name(words, each) for each, _, _ in shown], color=INK)
    axes.set_ylim(len(shown) - 0.5, -0.6)
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.06)
    numbers(axes.xaxis, words, sign=True)
    label = f"{main.title}, {words('figure.differences.axis')} ({main.unit})"
    axes.set(xlabel=fold(label, _BESIDE_NAMES * figure.get_figwidth(), 10), ylabel="")
    sides(axes, words, better_left=main.gain < 0)
    return figure, words("figure.differences.alt", rows="; ".join(rows))


def _digits(row: MetricRow) -> int:
    return decimals(row.low, row.high) if np.isfinite(row.low) else decimals(row.difference)


def _row_name(words: Words, each: Comparison) -> str:
    names = {"strategy": short(each.strategy.title), "baseline": short(each.baseline.title)}
    return words("figure.differences.row", **names)


def forest(view: DecisionView, comparisons: Sequence[Comparison]) -> Drawn:
    """Every metric in multiples of its smallest effect of interest, one panel a baseline."""
    words = view.words
    scaled = {
        (each.baseline.name, each.strategy.name, row.metric): found
        for each in comparisons
        for row in each.rows
        if (found := _scaled(row)) is not None
    }
    if not scaled:
        return None
    metrics = list(dict.fromkeys(metric for _, _, metric in scaled))
    titles = {row.metric: row.title for each in comparisons for row in each.rows}
    bases = list(dict.fromkeys(each.baseline for each in comparisons))
    most = max(sum(each.baseline is base for each in comparisons) for base in bases)
    figure = canvas(WIDE, 1.6 + (0.24 + 0.11 * most) * len(metrics))
    panels = abreast(figure, len(bases), sharex=True, sharey=True)
    reach = max(3.0, 1.15 * max(max(abs(v) for v in found) for found in scaled.values()))
    for axes, base in zip(panels, bases, strict=True):
        axes.axvspan(-1, 1, color=SMALL, linewidth=0, zorder=0)
        axes.axvline(0, color=INK, linewidth=1)
        arms = [each.strategy for each in comparisons if each.baseline is base]
        for arm in arms:
            dot = marker(arm)
            for place, metric in enumerate(metrics):
                found = scaled.get((base.name, arm.name, metric))
                if found is None:
                    continue
                middle, low, high = found
                y = place + (arm.order - (len(view.arms) - 1) / 2) * 0.8 / (most + 1)
                axes.plot([low, high], [y, y], color=dot["color"], linewidth=2)
                axes.plot(middle, y, linestyle="", markersize=6, label=arm.title, **dot)
        for line in range(1, len(metrics)):
            axes.axhline(line - 0.5, color=GRID, linewidth=0.7)
        axes.set_xscale("symlog", linthresh=2.0, linscale=1.0)
        axes.minorticks_off()
        axes.grid(visible=False, axis="y")
        base_name = words("figure.forest.panel", baseline=short(base.title))
        axes.set_xlabel(base_name, fontweight="bold", color=INK)
        sides(axes, words, better_left=False)
    panels[0].set_xlim(-reach, reach)
    ticks = [t for t in _TICKS if t <= reach]
    ticks = [t for t in ticks if len(ticks) <= 4 or str(t)[0] == "1"]
    places = [-t for t in ticks[::-1]] + [0, *ticks]
    panels[0].set_xticks(places, [words.number(t, 0, sign=True) for t in places])
    panels[0].set_yticks(range(len(metrics)), [short(titles[m], 40) for m in metrics], color=INK)
    panels[0].set_ylim(len(metrics) - 0.5, -0.5)
    figure.supxlabel(words("figure.forest.axis"), fontsize=10)
    legend(figure, *panels)
    return figure, words("figure.forest.alt", n=len(metrics))


def _scaled(row: MetricRow) -> tuple[float, float, float] | None:
    """Return difference, low and high in effects of interest, better to the right."""
    if not row.gain or not np.isfinite(row.difference) or not row.effect > 0:
        return None
    ends = [row.low, row.high] if np.isfinite(row.low) else [row.difference] * 2
    low, high = sorted(row.gain * end / row.effect for end in ends)
    return row.gain * row.difference / row.effect, low, high


def recipients(view: DecisionView) -> Drawn:
    """Suffering by recipient: the level in every arm, and the distance from the baseline."""
    tags = view.tags
    if not tags:
        return None
    words = view.words
    figure = canvas(WIDE, 1.5 + 0.5 * len(tags), gap=0.12)
    left, right = abreast(figure, 2, sharey=True)
    baseline = view.arms[0]
    right.axvline(0, color=marker(baseline)["color"], linewidth=1.4)
    for place, tag in enumerate(tags):
        reference = 100 * view.since_decision(tag, baseline.name)
        for arm in view.arms:
            values = 100 * view.since_decision(tag, arm.name)
            if not np.isfinite(values).any():
                continue
            dot = {"linestyle": "", "markersize": 6.5, **marker(arm)}
            y = place + (arm.order - (len(view.arms) - 1) / 2) * 0.7 / len(view.arms)
            left.plot(float(np.nanmean(values)), y, label=arm.title, **dot)
            gap = values - reference
            gap = gap[np.isfinite(gap)]
            if arm is not baseline and len(gap):
                right.plot(np.percentile(gap, [10, 90]), [y, y], color=dot["color"], linewidth=1.6)
                right.plot(float(gap.mean()), y, **dot)
    left.set_yticks(range(len(tags)), [short(view.tag(tag), 40) for tag in tags], color=INK)
    left.set_ylim(len(tags) - 0.5, -0.5)
    left.set_xlabel(words("figure.recipients.level"))
    right.set_xlabel(words("figure.recipients.difference", baseline=short(baseline.title)))
    sides(right, words, better_left=True)
    for axes in (left, right):
        axes.grid(visible=False, axis="y")
        for line in range(1, len(tags)):
            axes.axhline(line - 0.5, color=GRID, linewidth=0.7)
    numbers(left.xaxis, words)
    numbers(right.xaxis, words, sign=True)
    legend(figure, left)
    rows = "; ".join(levels(view, tag, view.tag(tag)) for tag in tags)
    return figure, words("figure.recipients.alt", rows=rows)


def spending(view: DecisionView, rows: Sequence[Spending]) -> Drawn:
    """Euros spent by ambit and left, per arm, mean of the replicates."""
    if not rows:
        return None
    words = view.words
    largest = max(row.available_cents for row in rows) / 100
    unit, scale = ("million", 1e-6) if largest >= 2e6 else ("thousand", 1e-3)
    figure = canvas(WIDE, 1.2 + 0.48 * len(rows))
    axes = figure.add_subplot()
    outline: dict[str, Any] = {
        "facecolor": "white",
        "edgecolor": SOFT,
        "linewidth": 1,
        "linestyle": (0, (3, 2)),
    }
    entries = []
    for place, row in enumerate(rows):
        start = 0.0
        bars: list[tuple[float, str, dict[str, Any]]] = []
        for ambit, fill, hatch in zip(AMBITS, AMBIT_COLOURS, AMBIT_HATCHES, strict=True):
            paint = {"facecolor": fill, "hatch": hatch}
            bars.append((row.ambit_eur.get(ambit, 0.0), words(f"ambit.{ambit}"), paint))
        bars.append((max(0, row.left_cents) / 100, words("audit.left"), outline))
        for euros, name, paint in bars:
            bar: dict[str, Any] = {"edgecolor": "white", "height": 0.62, "label": name, **paint}
            axes.barh(place, euros * scale, left=start, **bar)
            start += euros * scale
        entries.append(
            words(
                "figure.spending.alt_row",
                arm=row.arm.title,
                spent=words.euros(row.spent_cents / 100),
            )
        )
    axes.set_yticks(range(len(rows)), [short(row.arm.title) for row in rows], color=INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(words(f"figure.spending.{unit}"))
    numbers(axes.xaxis, words)
    legend(figure, axes, columns=5)
    return figure, words("figure.spending.alt", rows="; ".join(entries))
