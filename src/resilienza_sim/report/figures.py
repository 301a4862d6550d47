"""The figures of the report, as inline SVG that a projector, grey paper and every eye can read."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_svg import FigureCanvasSVG

from resilienza_sim.report.canvas import (
    Drawing,
    Drawn,
    inline,
    narrow,
    settle,
    style,
    write_figure,
)
from resilienza_sim.report.dossier.quarter_map import quarters
from resilienza_sim.report.outcomes import differences, forest, recipients, spending
from resilienza_sim.report.value import acceptability
from resilienza_sim.report.view import DecisionView
from resilienza_sim.report.weekly import pareto, quality, states

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FIGURES", "draw"]

FIGURES: dict[str, Callable[..., Drawn]] = {
    "quality": quality,
    "differences": differences,
    "spending": spending,
    "value": acceptability,
    "states": states,
    "pareto": pareto,
    "recipients": recipients,
    "forest": forest,
    "quarters": quarters,
}


def draw(
    name: str, view: DecisionView, prefix: str, png: Path | None = None, **more: Any
) -> Drawing | None:
    """Return a figure by name, or None when the study lacks what it needs.

    Parameters
    ----------
    name : str
        One of `FIGURES`.
    view : DecisionView
        What to draw.
    prefix : str
        Put before the ids of the SVG, so that figures on one page do not share them.
    png : Path, optional
        Folder that receives the same figure as PNG.
    **more
        What this figure needs beside the view.
    """
    with style(), warnings.catch_warnings():
        # Names come from users: a letter that no font has is drawn as a box, not refused.
        warnings.filterwarnings("ignore", message="Glyph")
        warnings.filterwarnings("ignore", message=".*layout not applied.*")
        drawn = FIGURES[name](view, **more)
        if drawn is None:
            return None
        figure, alt = drawn
        wide = _svg(figure)
        if png is not None:
            write_figure(figure, png / f"{prefix}{name}.png", dpi=180, metadata={"Software": None})
        with narrow():
            again = FIGURES[name](view, **more)
            slim = "" if again is None else _svg(again[0])
    return Drawing(
        name,
        inline(wide, f"{prefix}{name}-", alt),
        alt,
        inline(slim, f"{prefix}{name}-narrow-", alt) if slim else "",
    )


def _svg(figure: Figure) -> str:
    settle(figure)
    text = StringIO()
    # savefig would draw it all once more beforehand, for a layout that is settled already
    FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return text.getvalue()
