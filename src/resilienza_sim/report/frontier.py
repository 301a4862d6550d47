"""The picture of a frontier of budgets."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from resilienza_sim.experiments.verdicts import Arm
from resilienza_sim.report.canvas import (
    INK,
    canvas,
    columns_in,
    fold,
    legend,
    look,
    marker,
    numbers,
    settle,
    short,
    style,
    write_both,
)
from resilienza_sim.words import Words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["draw_frontier"]

_WIDE, _HIGH = 10.0, 4.8
UNIT = "% x weeks"
"""Unit of the losses."""


def draw_frontier(
    words: Words, table: pd.DataFrame, titles: Mapping[str, str], folder: Path
) -> list[Path]:
    """Draw what every budget spares, one line a strategy with its interval; return the files.

    Parameters
    ----------
    words : Words
        The reader's language.
    table : DataFrame
        From `experiments.frontier.frontier`.
    titles : mapping
        What the reader calls each strategy.
    folder : Path
        That receives ``frontier.svg`` and ``frontier.png``.
    """
    with style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        losses = table.groupby("metric", sort=False)
        figure = canvas(_WIDE, _HIGH)
        panels = figure.subplots(1, len(losses), squeeze=False, sharey=True)[0]
        for axes, (metric, rows) in zip(panels, losses, strict=True):
            _panel(axes, words, rows, titles)
            axes.set_title(fold(words.name("metric", str(metric)), _WIDE / 2, 11))
        unit = words.unit(UNIT)
        panels[0].set_ylabel(fold(words("figure.frontier.spared", unit=unit), _HIGH * 0.8, 10))
        legend(figure, *panels, columns=columns_in(_WIDE, list(titles.values())))
        settle(figure)
        png, svg = write_both(figure, folder, "frontier", dpi=150)
        return [svg, png]


def _panel(axes: Axes, words: Words, table: pd.DataFrame, titles: Mapping[str, str]) -> None:
    """Draw one loss: a line a strategy, its interval behind it."""
    axes.axhline(0.0, color=INK, linewidth=1)
    for order, (name, rows) in enumerate(table.groupby("strategy", sort=False)):
        arm = Arm(str(name), titles[str(name)], "", order)
        line = {**look(arm), **marker(arm), "label": short(arm.title)}
        axes.plot(rows["budget_eur"], rows["spared"], **line)
        band = {"color": line["color"], "alpha": 0.15, "linewidth": 0}
        axes.fill_between(rows["budget_eur"], rows["low"], rows["high"], **band)
    numbers(axes.xaxis, words)
    numbers(axes.yaxis, words, sign=True)
    axes.set_xlabel(words("figure.frontier.budget"))
