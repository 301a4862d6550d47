"""Figures of a sensitivity: bars with intervals, and Morris's plane of effect and spread."""

from __future__ import annotations

import math
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from resilienza_sim.experiments.analysis.sensitivity_words import main_rows, title_of
from resilienza_sim.experiments.study import Study
from resilienza_sim.messages import catalogue
from resilienza_sim.report.canvas import (
    COLOURS,
    INK,
    SOFT,
    WIDE,
    canvas,
    numbers,
    settle,
    short,
    style,
    write_both,
)
from resilienza_sim.words import Words, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["bars", "plane", "write_figures"]

_DETECTED, _NOT_DETECTED, _UNKNOWN, _FLOOR = COLOURS[1], "#c9d1d8", COLOURS[5], COLOURS[2]
_COLUMNS = 3
_LONGEST = 30


def write_figures(
    sweep: Study, found: pd.DataFrame, folder: Path, stem: str, lang: str
) -> list[Path]:
    """Write the figures of one scenario as PNG and SVG, and return where they are.

    Parameters
    ----------
    sweep : Study
        Where the indices come from.
    found : pandas.DataFrame
        Rows of `sensitivity` of one scenario.
    folder : Path
        An existing folder.
    stem : str
        Beginning of the names of the files.
    lang : str
        "it" or "en".
    """
    figures: dict[str, Callable[[Study, pd.DataFrame, str], Figure]] = {stem: bars}
    if found["method"].iloc[0] == "morris" and not found["constant"].all():
        figures[f"{stem}-plane"] = plane
    written: list[Path] = []
    for name, draw in figures.items():
        with style(), warnings.catch_warnings():
            # Names come from users: a letter that no font has is drawn as a box, not refused.
            warnings.filterwarnings("ignore", message="Glyph")
            warnings.filterwarnings("ignore", message=".*layout not applied.*")
            figure = draw(sweep, found, lang)
            settle(figure)
            written += write_both(figure, folder, name, dpi=160)
    return written


def bars(sweep: Study, found: pd.DataFrame, lang: str) -> Figure:
    """Draw the importance of every factor for every output, with its interval."""
    words = catalogue(lang)
    method = str(found["method"].iloc[0])
    outputs = _outputs(found)
    factors = _order(outputs)
    height = 0.75 + 0.34 * len(factors)
    figure, panels = _panels(len(outputs), height)
    names = {name: short(plain(sweep.factor_title(name, lang)), _LONGEST) for name in factors}
    for axes, output in zip(panels, outputs, strict=True):
        axes.set_title(_two_lines(title_of(sweep, output, lang)))
        rows = main_rows(output).set_index("factor").loc[factors].reset_index()
        sns.barplot(
            x=rows["value"].fillna(0.0),
            y=list(range(len(rows))),
            orient="h",
            ax=axes,
            color=_NOT_DETECTED,
            width=0.72,
            errorbar=None,
        )
        for bar, detected in zip(axes.patches, rows["detected"], strict=True):
            bar.set_facecolor(
                _UNKNOWN if pd.isna(detected) else _DETECTED if detected else _NOT_DETECTED
            )
        _intervals(axes, rows, range(len(rows)), INK)
        for place, floor in enumerate(rows["floor"]):
            if math.isfinite(floor):
                axes.plot([floor, floor], [place - 0.42, place + 0.42], color=_FLOOR, lw=1.8)
        if method == "saltelli":
            alone = output[output["index"] == "S1"].set_index("factor").reindex(factors)
            places = [k + 0.2 for k in range(len(rows))]  # clear of the interval
            look: Any = {"marker": "D", "markersize": 5, "markeredgecolor": "white", "zorder": 4}
            axes.plot(alone["value"], places, color=COLOURS[3], linestyle="", **look)
        if bool(output["constant"].iloc[0]):
            said = words.text("sensitivity.figure.constant")
            axes.text(0.5, 0.5, said, transform=axes.transAxes, ha="center", color=SOFT)
        axes.set_yticks(range(len(rows)), list(names.values()))
        axes.tick_params(axis="y", length=0)
        axes.grid(False, axis="y")
        axes.set_ylabel("")
        axes.set_xlabel(_label(sweep, found, lang))
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]) if method == "saltelli" else 0.0)
        numbers(axes.xaxis, Words(lang))
    _only_at_the_left(panels)
    _key(figure, found, method, lang)
    _headline(figure, "bars", sweep, found, lang)
    return figure


def plane(sweep: Study, found: pd.DataFrame, lang: str) -> Figure:
    """Draw Morris's plane: how much a factor does, and how far that depends on the others."""
    words = catalogue(lang)
    outputs = _outputs(found)
    factors = _order(outputs)
    numbered = {name: k + 1 for k, name in enumerate(factors)}
    figure, panels = _panels(len(outputs), 3.1)
    for axes, output in zip(panels, outputs, strict=True):
        axes.set_title(_two_lines(title_of(sweep, output, lang)))
        wide = output.pivot(index="factor", columns="index", values="value").reindex(factors)
        detected = main_rows(output).set_index("factor")["detected"].reindex(factors)
        tone = ["unknown" if pd.isna(t) else "yes" if t else "no" for t in detected]
        blank = [float("nan")] * len(factors)
        x, y = (wide.get(name, blank) for name in ("mu_star", "sigma"))
        sns.scatterplot(
            x=x,
            y=y,
            hue=tone,
            style=tone,
            ax=axes,
            s=70,
            legend=False,
            zorder=3,
            palette={"yes": _DETECTED, "no": SOFT, "unknown": _UNKNOWN},
            markers={"yes": "o", "no": "X", "unknown": "s"},
        )
        if bool(output["constant"].iloc[0]):
            said = words.text("sensitivity.figure.constant")
            axes.text(0.5, 0.5, said, transform=axes.transAxes, ha="center", color=SOFT)
        else:
            _number_points(axes, wide, numbered)
            end = float(max(wide["mu_star"].max(), wide["sigma"].max())) * 1.1
            axes.plot([0, end], [0, end], color=SOFT, lw=1, linestyle=(0, (4, 3)), zorder=1)
            axes.set_xlim(-0.04 * end, end * 1.02)
            axes.set_ylim(-0.04 * end, end * 1.02)
        axes.set_xlabel(_label(sweep, found, lang))
        axes.set_ylabel(_label(sweep, found, lang, "sigma"))
        for axis in (axes.xaxis, axes.yaxis):
            numbers(axis, Words(lang))
    names = [
        f"{k}  {short(plain(sweep.factor_title(name, lang)), _LONGEST)}"
        for name, k in numbered.items()
    ]
    _key(figure, found, "plane", lang, names)
    _headline(figure, "plane", sweep, found, lang)
    return figure


# -- pieces ------------------------------------------------------------------------------------


def _outputs(found: pd.DataFrame) -> list[pd.DataFrame]:
    return [rows for _, rows in found.groupby("of", sort=False)]


def _order(outputs: list[pd.DataFrame]) -> list[str]:
    """Return the factors by their mean importance, each output's largest being one."""
    table = pd.concat(
        [rows["value"] / (rows["value"].max() or 1.0) for rows in _by_factor(outputs)], axis=1
    )
    mean = table.mean(axis=1).fillna(0.0)
    return [str(name) for name in mean.sort_values(ascending=False, kind="stable").index]


def _by_factor(outputs: list[pd.DataFrame]) -> list[pd.DataFrame]:
    return [main_rows(rows).set_index("factor") for rows in outputs]


def _panels(n: int, height: float) -> tuple[Figure, list[Axes]]:
    columns = min(_COLUMNS, n)
    lines = -(-n // columns)
    figure = canvas(WIDE if columns > 1 else 0.7 * WIDE, 1.1 + lines * (height + 0.7), gap=0.08)
    return figure, [figure.add_subplot(lines, columns, k + 1) for k in range(n)]


def _intervals(axes: Axes, rows: pd.DataFrame, places: Any, colour: str) -> None:
    below, above = rows["value"] - rows["low"], rows["high"] - rows["value"]
    look: Any = {"fmt": "none", "ecolor": colour, "elinewidth": 1.2, "capsize": 2.5}
    axes.errorbar(rows["value"], list(places), xerr=[below, above], **look)


def _number_points(axes: Axes, wide: pd.DataFrame, numbered: dict[str, int]) -> None:
    """Write the numbers of the factors beside their points; points in one place share a label."""
    span = float(max(wide["mu_star"].max(), wide["sigma"].max())) or 1.0
    groups: list[tuple[float, float, list[int]]] = []
    for name, k in numbered.items():
        x, y = float(wide.loc[name, "mu_star"]), float(wide.loc[name, "sigma"])
        near = next((g for g in groups if math.hypot(g[0] - x, g[1] - y) < 0.06 * span), None)
        if near:
            near[2].append(k)
        else:
            groups.append((x, y, [k]))
    for x, y, known in groups:
        text = ", ".join(map(str, known))
        place: Any = {"xytext": (6, 5), "textcoords": "offset points", "fontsize": 9, "color": INK}
        axes.annotate(text, (x, y), **place)


def _only_at_the_left(panels: list[Axes]) -> None:
    for k, axes in enumerate(panels):
        if k % _COLUMNS:
            axes.set_yticklabels([])


def _label(sweep: Study, found: pd.DataFrame, lang: str, index: str = "") -> str:
    words, row = catalogue(lang), main_rows(found).iloc[0]
    index = index or str(row["index"])
    unit = sweep.describe(row["metric"]).unit
    if index in ("mu_star", "sigma") and not unit:
        index += "_bare"
    return words.text(f"sensitivity.figure.{index}", unit=Words(lang).unit(unit) if unit else "")


def _two_lines(text: str) -> str:
    return "\n".join(textwrap.wrap(plain(text), 30, max_lines=2, placeholder="…"))


def _headline(figure: Figure, key: str, sweep: Study, found: pd.DataFrame, lang: str) -> None:
    name = str(found["metric"].iloc[0])
    metric = Words(lang).name("metric", name, sweep.describe(name).title)
    text = catalogue(lang).text(f"sensitivity.figure.{key}", metric=metric)
    if found["scenario"].nunique() == 1 and sweep.points["scenario"].nunique() > 1:
        text += f" – {found['scenario'].iloc[0]}"
    figure.suptitle(plain(text), x=0.01, ha="left", fontsize=13, color=INK)


def _key(
    figure: Figure, found: pd.DataFrame, kind: str, lang: str, names: list[str] | None = None
) -> None:
    """Write below the figure what its colours and marks are."""
    words = catalogue(lang)
    rows = main_rows(found)
    seen = {
        "detected": rows["detected"].eq(True).any(),
        "not_detected": rows["detected"].eq(False).any(),
    }
    seen["unknown"] = rows["detected"].isna().any()
    styles = {
        "detected": (_DETECTED, "o"),
        "not_detected": (_NOT_DETECTED, "X"),
        "unknown": (_UNKNOWN, "s"),
    }
    marks: list[Any] = []
    for name in (name for name, is_seen in seen.items() if is_seen):
        colour, marker = styles[name]
        label = words.text(f"sensitivity.figure.{name}")
        if kind == "plane":
            colour = SOFT if name == "not_detected" else colour
            marks.append(Line2D([], [], color=colour, marker=marker, linestyle="", label=label))
        else:
            marks.append(Patch(color=colour, label=label))
    if kind != "plane" and rows["floor"].notna().any():
        label = words.text("sensitivity.figure.floor")
        marks.append(Line2D([], [], color=_FLOOR, linewidth=1.8, label=label))
    if kind == "saltelli":
        label = words.text("sensitivity.figure.first_order")
        marks.append(Line2D([], [], color=COLOURS[3], marker="D", linestyle="", label=label))
    if kind == "plane":
        label = words.text("sensitivity.figure.diagonal")
        marks.append(Line2D([], [], color=SOFT, linestyle=(0, (4, 3)), label=label))
    marks += [Line2D([], [], linestyle="", label=name) for name in names or ()]
    look: Any = {"loc": "outside lower left", "ncols": 3, "fontsize": 9.5}
    figure.legend(handles=marks, **look)
