"""Figures of how the weeks go: quality of life, trust and rancour, and their price."""

from __future__ import annotations

import numpy as np

from resilienza_sim.report.canvas import (
    INK,
    SOFT,
    WIDE,
    Drawn,
    abreast,
    calendar,
    canvas,
    is_narrow,
    legend,
    lines,
    look,
    marker,
    numbers,
    shade,
    short,
    summary,
    thin,
    timeline,
    window,
)
from resilienza_sim.report.view import DecisionView

__all__ = ["levels", "pareto", "quality", "states"]

_PRICE = ("anger", "fatigue")
_STATES = ("trust", "trust_services", "generalised_trust", "rancour_share", "anger", "fatigue")


def quality(view: DecisionView) -> Drawn:
    """Q week by week, the shocks above it, and the distance from the baseline below."""
    if "quality" not in view.study.indicators:
        return None
    words = view.words
    first, last = window(view)
    rows = timeline(view, first, last)
    n_rows = 1 + max((row for _, _, row in rows), default=0)
    figure = canvas(WIDE, 6.5 + 0.27 * n_rows)
    grid = figure.add_gridspec(3, 1, height_ratios=[0.27 * n_rows + 0.12, 3.9, 1.9])
    strip, top, low = (figure.add_subplot(grid[row]) for row in range(3))

    strip.set_axis_off()
    strip.set(xlim=(first, last), ylim=(n_rows - 0.3, -0.7))
    for span, label, row in rows:
        start, end = max(span.start_week, first), min(span.end_week, last)
        width = max(end - start, (last - first) / 260)
        strip.barh(row, width, left=start, height=0.62, color="#b9ab86", linewidth=0)
        before = start > first + 0.62 * (last - first)
        strip.annotate(
            label,
            (start if before else start + width, row),
            xytext=(-5 if before else 5, 0),
            textcoords="offset points",
            ha="right" if before else "left",
            va="center",
            fontsize=9,
            annotation_clip=False,
        )

    lines(top, view, lambda arm: 100 * view.weekly("quality", arm.name))
    baseline = view.arms[0]
    reference = 100 * view.weekly("quality", baseline.name)
    after = np.flatnonzero(view.weeks >= view.week)
    twins = "quality_quiet" in view.study.indicators
    if twins:
        top.set_title(words("figure.quality.twin"), fontsize=10, loc="left", color=SOFT)
    for arm in view.arms if twins else ():
        mean = summary(100 * view.weekly("quality_quiet", arm.name))[0]
        kept = after[thin(mean[after])]
        pale = {"color": look(arm)["color"], "linestyle": ":", "linewidth": 1.3, "alpha": 0.6}
        top.plot(view.weeks[kept], mean[kept], **pale)
    top.set_ylabel(words("figure.quality.axis"))
    for arm in view.arms[1:]:
        gaps = 100 * view.weekly("quality", arm.name) - reference
        if not np.isfinite(gaps).any():
            continue
        mean, below, above = summary(gaps)
        kept = after[thin(mean[after])]
        line = look(arm)
        weeks = view.weeks[kept]
        band = {"color": line["color"], "alpha": 0.13, "linewidth": 0}
        low.fill_between(weeks, below[kept], above[kept], **band)
        low.plot(weeks, mean[kept], **line)
    low.axhline(0, **look(baseline))
    low.set_ylabel(words("figure.quality.points"))
    distance = words("figure.quality.difference", baseline=short(baseline.title, 60))
    low.set_title(distance, fontsize=10)
    for axes in (top, low):
        shade(axes, view)
        calendar(axes, view, first, last)
        numbers(axes.yaxis, words, sign=axes is low)
    top.tick_params(labelbottom=False)
    if view.week > first:
        top.annotate(
            words("figure.quality.decision", date=words.short_date(view.study.decision)),
            (view.week, 0.02),
            xycoords=("data", "axes fraction"),
            xytext=(5, 0),
            textcoords="offset points",
            fontsize=9,
            color=SOFT,
        )
    figure.align_ylabels([top, low])
    legend(figure, top)
    entries = []
    for arm in view.arms:
        mean = summary(100 * view.weekly("quality", arm.name))[0][after]
        if np.isfinite(mean).any():
            ends = {"low": words.number(np.nanmin(mean), 1), "end": words.number(mean[-1], 1)}
            entries.append(words("figure.quality.alt_arm", arm=arm.title, **ends))
    return figure, words("figure.quality.alt", arms="; ".join(entries))


def states(view: DecisionView) -> Drawn:
    """Trust, rancour, anger and fatigue week by week."""
    shown = [name for name in _STATES if name in view.study.indicators]
    if not shown:
        return None
    words = view.words
    across = 1 if is_narrow() else 2
    rows = -(-len(shown) // across)
    figure = canvas(WIDE, 0.9 + 2.25 * rows, gap=0.12)
    panels = figure.subplots(rows, across, squeeze=False).ravel()
    first, last = window(view)
    for axes, name in zip(panels, shown, strict=False):
        values = {arm.name: 100 * view.weekly(name, arm.name) for arm in view.arms}
        lines(axes, view, lambda arm, values=values: values[arm.name], most=90)  # type: ignore[misc]
        shade(axes, view)
        calendar(axes, view, first, last, few=True)
        axes.set_title(short(view.indicator(name), 52), fontweight="bold")
        numbers(axes.yaxis, words)
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    figure.supylabel(words("figure.states.axis"), fontsize=10)
    legend(figure, panels[0])
    text = "; ".join(levels(view, name, view.indicator(name)) for name in shown)
    return figure, words("figure.states.alt", rows=text)


def levels(view: DecisionView, name: str, title: str) -> str:
    """Return the mean of an indicator in every arm since the decision, 0 to 100, in words."""
    known = [(arm.title, 100 * view.since_decision(name, arm.name)) for arm in view.arms]
    text = [
        view.words("figure.level", arm=arm, value=view.words.number(values.mean(), 1))
        for arm, values in known
        if np.isfinite(values).all()
    ]
    return view.words("figure.levels", title=title, arms=", ".join(text))


def pareto(view: DecisionView) -> Drawn:
    """Q on average against its price in fatigue and anger."""
    prices = [name for name in _PRICE if name in view.study.indicators]
    if not prices or "quality" not in view.study.indicators:
        return None
    words = view.words
    figure = canvas(WIDE, 4.6)
    panels = abreast(figure, len(prices), sharey=True)
    for axes, price in zip(panels, prices, strict=True):
        points = []
        for arm in view.arms:
            x = 100 * view.since_decision(price, arm.name)
            y = 100 * view.since_decision("quality", arm.name)
            known = np.isfinite(x) & np.isfinite(y)
            if not known.any():
                continue
            x, y = x[known], y[known]
            axes.scatter(x[:80], y[:80], s=14, alpha=0.35, linewidth=0, **marker(arm))
            points.append((arm, float(x.mean()), float(y.mean())))
        for arm, x0, y0 in points:
            beaten = any(x1 <= x0 and y1 >= y0 and (x1, y1) != (x0, y0) for _, x1, y1 in points)
            if not beaten:
                ring = {"markersize": 19, "fillstyle": "none", "markeredgewidth": 1.2}
                axes.plot(x0, y0, "o", color=INK, **ring)
            dot = {"linestyle": "", "markersize": 10, "markeredgecolor": "white", **marker(arm)}
            axes.plot(x0, y0, label=arm.title, **dot)
        axes.set_xlabel(words("figure.pareto.price", name=short(view.indicator(price), 44)))
        axes.margins(0.12)
        numbers(axes.xaxis, words)
        numbers(axes.yaxis, words)
        place = {"transform": axes.transAxes, "va": "top", "fontsize": 9, "color": SOFT}
        axes.text(0.015, 0.98, words("figure.pareto.best"), **place)
    panels[0].set_ylabel(words("figure.pareto.quality"))
    legend(figure, panels[0])
    rows = "; ".join(levels(view, name, view.indicator(name)) for name in ("quality", *prices))
    return figure, words("figure.pareto.alt", rows=rows)
