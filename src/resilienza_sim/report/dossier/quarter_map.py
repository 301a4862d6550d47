"""A scheme of the quarters: boxes as large as their residents, dark where more people suffer.

It is no map: nothing tells where a quarter lies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from resilienza_sim.report.canvas import INK, WIDE, Drawn, canvas, fold, is_narrow
from resilienza_sim.report.dossier.behind import Part
from resilienza_sim.report.view import DecisionView
from resilienza_sim.words import Words

__all__ = ["boxes", "quarters"]

_LIGHT, _DARK = np.array([0.94, 0.95, 0.96]), np.array([0.07, 0.20, 0.30])
_DARKEST = 0.8
_MOST_ROWS = 6
_LEAST = 0.03
"""Share of the town below which a box would hold no name: it is drawn as if it had so much."""


def boxes(sizes: Sequence[float], columns: int) -> list[tuple[float, float, float, float]]:
    """Return a box (left, top, width, height) in the unit square for each size, in their order.

    Row by row, each as tall as what it holds, some `columns` boxes in a row.
    """
    share = np.maximum(np.asarray(sizes, float), 1e-9)
    share = share / share.sum()
    n_rows = max(1, math.ceil(len(share) / max(columns, 1)))
    found, top = [], 0.0
    for row in np.array_split(np.arange(len(share)), n_rows):
        height, left = float(share[row].sum()), 0.0
        for k in row:
            width = float(share[k]) / height
            found.append((left, top, width, height))
            left += width
        top += height
    return found


def quarters(view: DecisionView, parts: Sequence[Part] = ()) -> Drawn:
    """Draw the quarters, those with most residents first."""
    if len(parts) < 2:
        return None
    say = Words(view.words.lang, "dossier")
    shown = sorted(parts, key=lambda part: -part.residents)
    share = np.array([part.residents for part in shown])
    share = np.maximum(share / share.sum(), _LEAST)
    columns = 1 if is_narrow() else min(4, max(2, round(math.sqrt(len(shown)))))
    n_rows = min(math.ceil(len(shown) / columns), 4 * _MOST_ROWS)
    figure = canvas(WIDE, 0.3 + (0.75 if is_narrow() else 1.15) * n_rows)
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(1, 0))
    most = max(max(part.strategy for part in shown), 1e-9)
    sentences = []
    for part, (left, top, width, height) in zip(shown, boxes(share, columns), strict=True):
        depth = _DARKEST * max(part.strategy, 0.0) / most
        fill = tuple(_LIGHT + (_DARK - _LIGHT) * depth)
        ink = "white" if depth > 0.45 else INK
        axes.barh(
            top + height / 2,
            width,
            left=left,
            height=height,
            color=[fill],
            edgecolor="white",
            linewidth=3,
        )
        values = {
            "strategy": say.number(part.strategy, 1),
            "difference": say.number(part.difference, 1, sign=True),
        }
        inches = width * (5.0 if is_narrow() else WIDE) * 0.94
        number = say("map.per_hundred", n=values["strategy"])
        text = f"{fold(part.name, inches, 10)}\n{number} ({values['difference']})"
        where: dict[str, Any] = {"ha": "center", "va": "center", "color": ink, "fontsize": 10}
        axes.text(left + width / 2, top + height / 2, text, **where)
        sentences.append(say("map.alt_row", name=part.name, **values))
    return figure, say("map.alt", rows="; ".join(sentences))
