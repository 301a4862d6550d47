"""Figures of attributions and of arms among random allocations."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import seaborn as sns

from resilienza_sim.experiments.many_arms import strategies_of
from resilienza_sim.experiments.marks import marks_of
from resilienza_sim.messages import catalogue
from resilienza_sim.metrics import describe_metric
from resilienza_sim.report.canvas import (
    COLOURS,
    INK,
    SMALL,
    SOFT,
    WIDE,
    canvas,
    marker,
    numbers,
    settle,
    short,
    style,
    write_both,
)
from resilienza_sim.report.view import Arm
from resilienza_sim.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from resilienza_sim.experiments.contribution.attribution import Attribution
    from resilienza_sim.experiments.contribution.best import Best
    from resilienza_sim.experiments.contribution.cloud import Cloud
    from resilienza_sim.experiments.contribution.random_allocations import Benchmark

__all__ = ["draw_attribution", "draw_benchmark"]

_BARS = {"helps": COLOURS[1], "harms": COLOURS[2], "undecided": "#b8c0c8", "nothing": "#b8c0c8"}
_GOLDEN = 0.6180339887


def _unit(words: Words, metric: str) -> str:
    return words.unit(str(describe_metric(metric)["unit"] or "0-1"))


def _save(figure: Figure, folder: Path, stem: str) -> Path:
    """Write a figure as PNG and SVG and return the first."""
    folder.mkdir(parents=True, exist_ok=True)
    settle(figure)
    return write_both(figure, folder, stem, dpi=150)[0]


def draw_attribution(
    found: Attribution, metric: str, folder: Path, stem: str, lang: str = "it"
) -> Path:
    """Draw the worth of every item, a panel a strategy, and return the PNG (an SVG lies beside).

    Parameters
    ----------
    found : Attribution
        What was found.
    metric : str
        Which metric is divided.
    folder : Path
        Where the files go; made if it is not there.
    stem : str
        Their name without ending.
    lang : str
        "it" or "en".
    """
    words, say = Words(lang), catalogue(lang).text
    table = found.table(metric)
    sizes = [len(game.players) for game in found.games]
    with style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        figure = canvas(WIDE, sum(0.9 + 0.33 * n for n in sizes) + 0.5, gap=0.08)
        panels = figure.subplots(
            len(sizes), 1, squeeze=False, sharex=True, gridspec_kw={"height_ratios": sizes}
        )[:, 0]
        for axes, game in zip(panels, found.games, strict=True):
            rows = table[table["strategy"] == game.strategy.name].to_dict("records")
            _bars(axes, rows, words, game.by)
            name = short(words.of(game.strategy.title.model_dump(), game.strategy.name), 60)
            axes.set_title(say("arms.figure.attribute.title", strategy=name))
        title = words.name("metric", metric)
        panels[-1].set_xlabel(
            say("arms.figure.attribute.axis", metric=title, unit=_unit(words, metric))
        )
        numbers(panels[-1].xaxis, words, sign=True)
        return _save(figure, folder, stem)


def _bars(axes: Axes, rows: list[dict[str, Any]], words: Words, by: str) -> None:
    names = []
    for place, row in enumerate(rows):
        label = (
            words(f"ambit.{row['player']}")
            if by == "ambit"
            else words.name("action", row["player"])
        )
        names.append(f"{short(label, 42)} · {words.euros(row['spent_eur'])}")
        if not np.isfinite(row["effect"]):
            continue
        axes.barh(place, row["effect"], height=0.62, color=_BARS[row["verdict"]], zorder=2)
        if np.isfinite(row["low"]):
            bar: dict[str, Any] = {"color": INK, "linewidth": 1.6, "zorder": 3}
            axes.plot([row["low"], row["high"]], [place, place], **bar)
    axes.axvline(0.0, color=INK, linewidth=1)
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)


def draw_benchmark(
    found: Benchmark, metric: str, folder: Path, stem: str, lang: str = "it"
) -> Path:
    """Draw the cloud with the arms in it and, if sought, each at its best; return the PNG.

    Parameters
    ----------
    found : Yardstick
        What was found.
    metric, folder, stem, lang
        As for `draw_attribution`.
    """
    words = Words(lang)
    marks = marks_of(each.name for each in strategies_of(found.cloud.plan))
    arms = {
        each.name: Arm(
            each.name,
            short(words.of(each.title.model_dump(), each.name), 40),
            "",
            k,
            marks[each.name],
        )
        for k, each in enumerate(strategies_of(found.cloud.plan))
    }
    with style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        below = 0.0 if found.best is None else 1.4 + 0.42 * len(arms)
        height = 2.6 + 0.28 * len(arms)
        figure = canvas(WIDE, height + below, gap=0.1)
        ratios = [height] if found.best is None else [height, below]
        panels = figure.subplots(
            len(ratios), 1, squeeze=False, gridspec_kw={"height_ratios": ratios}
        )[:, 0]
        _cloud(panels[0], found.cloud, metric, words, arms)
        if found.best is not None:
            _best(panels[1], found.best, words, arms)
        return _save(figure, folder, stem)


def _cloud(axes: Axes, cloud: Cloud, metric: str, words: Words, arms: dict[str, Arm]) -> None:
    say = catalogue(words.lang).text
    better = str(describe_metric(metric)["better"])
    gains, _ = cloud.gains(metric)
    means = (1 if better == "higher" else -1) * gains.mean()
    drawn = means[[name for name in cloud.allocations if name in gains]].to_numpy(np.float64)
    if len(drawn) > 1 and np.ptp(drawn) > 0.0:
        sns.violinplot(
            x=drawn, orient="h", ax=axes, inner=None, color=SMALL, linewidth=0, width=0.9, cut=0
        )
    spread = ((np.arange(len(drawn)) * _GOLDEN) % 1.0 - 0.5) * 0.5
    label = say("arms.figure.cloud.random", count=len(drawn))
    axes.scatter(drawn, spread, s=14, color=SOFT, alpha=0.55, linewidth=0, label=label)
    rows = cloud.table(metric).set_index("strategy")
    for name, arm in arms.items():
        look = marker(arm)
        place = words.number(rows["percentile"][name], 0)
        label = say("arms.figure.cloud.arm", strategy=arm.title, percentile=place)
        axes.axvline(means[name], color=look["color"], linewidth=1.1, alpha=0.8, zorder=4)
        axes.scatter(means[name], 0.0, s=90, edgecolor="white", zorder=6, label=label, **look)
    axes.set_yticks([])
    axes.set_ylim(-0.62, 0.62)
    axes.set_title(say("arms.figure.cloud.title"))
    text = say(f"arms.figure.cloud.{better}")
    title, unit = words.name("metric", metric), _unit(words, metric)
    axes.set_xlabel(say("arms.figure.cloud.axis", metric=title, unit=unit, better=text))
    numbers(axes.xaxis, words)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, handlelength=1.2)


def _best(axes: Axes, best: Best, words: Words, arms: dict[str, Arm]) -> None:
    say = catalogue(words.lang).text
    rows = best.table().to_dict("records")
    named = False
    for place, row in enumerate(rows):
        look = marker(arms[row["strategy"]])
        if not row["winner"]:
            continue
        labels: dict[str, str | None] = {"training": None, "held_out": None}
        if not named:
            labels = {key: say(f"arms.figure.best.{key}") for key in labels}
            named = True
        if np.isfinite(row["low"]):
            axes.plot([row["low"], row["high"]], [place] * 2, color=look["color"], linewidth=4)
        held: dict[str, Any] = {
            "s": 70,
            "edgecolor": "white",
            "zorder": 5,
            "label": labels["held_out"],
        }
        axes.scatter(row["held_out_gain"], place, **look, **held)
        hollow: dict[str, Any] = {
            "s": 70,
            "facecolor": "white",
            "zorder": 4,
            "label": labels["training"],
        }
        shape: dict[str, Any] = {"edgecolor": look["color"], "marker": look["marker"]}
        axes.scatter(row["training_gain"], place, **shape, **hollow)
    axes.axvline(0.0, color=INK, linewidth=1)
    axes.set_yticks(range(len(rows)), [arms[row["strategy"]].title for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.set_title(say("arms.figure.best.title"))
    title, unit = words.name("metric", best.metric), _unit(words, best.metric)
    axes.set_xlabel(say("arms.figure.best.axis", metric=title, unit=unit))
    numbers(axes.xaxis, words, sign=True)
    if named:
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, handlelength=1.2)
