"""Writes a figure as SVG and PNG: the same bytes each time, whole or not at all."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from resilienza_sim.experiments.store import write_atomically
from resilienza_sim.report.canvas import Drawn, settle, style

__all__ = ["file_name", "print_figure"]

_DPI = 180


def file_name(*parts: str) -> str:
    """Return a name for a file made of names that users may have chosen."""
    kept = (re.sub(r"[^a-z0-9_]+", "-", part.casefold()).strip("-")[:60] for part in parts)
    return "-".join(part for part in kept if part) or "figure"


def print_figure(folder: Path, name: str, make: Callable[[], Drawn]) -> list[Path]:
    """Draw a figure and write it twice; nothing where the study lacks what it needs.

    Parameters
    ----------
    folder : Path
        Where to; it exists.
    name : str
        Without ending; see `file_name`.
    make : callable
        Draws the figure, in the style of the report.

    Raises
    ------
    ResilienzaError
        If the folder cannot be written.
    """
    with style(), warnings.catch_warnings():
        # Names come from users: a letter that no font has is drawn as a box, not refused.
        warnings.filterwarnings("ignore", message="Glyph")
        warnings.filterwarnings("ignore", message=".*layout not applied.*")
        drawn = make()
        if drawn is None:
            return []
        figure, alt = drawn
        settle(figure)
        svg, png = BytesIO(), BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None, "Description": alt})
        figure.savefig(png, format="png", dpi=_DPI, metadata={"Software": None, "Title": alt})
    # Verdana is as wide as DejaVu Sans, which few office machines have
    text = svg.getvalue().replace(b"'DejaVu Sans'", b"'DejaVu Sans', Verdana, sans-serif")
    write_atomically(folder / f"{name}.svg", text)
    write_atomically(folder / f"{name}.png", png.getvalue())
    return [folder / f"{name}.svg", folder / f"{name}.png"]
