"""How the figures look: style, colours, shared pieces, and SVG fit to lie inside a page."""

from __future__ import annotations

import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import matplotlib as mpl
import numpy as np
from markupsafe import escape
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from resilienza_sim.experiments.store import write_atomically
from resilienza_sim.report.view import Arm, DecisionView, ShockSpan, row_means
from resilienza_sim.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "AMBIT_COLOURS",
    "AMBIT_HATCHES",
    "COLOURS",
    "GRID",
    "INK",
    "LONGEST",
    "NARROW",
    "SMALL",
    "SOFT",
    "WIDE",
    "Drawing",
    "Drawn",
    "abreast",
    "calendar",
    "canvas",
    "columns_in",
    "fold",
    "inline",
    "is_narrow",
    "legend",
    "lines",
    "look",
    "marker",
    "narrow",
    "numbers",
    "settle",
    "shade",
    "shock_label",
    "short",
    "sides",
    "style",
    "summary",
    "swatch",
    "thin",
    "timeline",
    "window",
    "write_figure",
]

Array = NDArray[np.float64]

# Okabe & Ito (2008), "Color Universal Design": told apart with any colour vision. Yellow is left
# out: it vanishes on white. Lines, markers and hatches differ too, for grey paper.
COLOURS = ("#2b2b2b", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 2),
    (18, 1.2),
    (5, 1.5, 1, 1.5),
    (1, 1.4),
    (3, 1, 1, 1, 1, 1),
    (2, 3),
)
_WIDTHS = (1.6, 1.9, 2.6, 1.9, 2.0, 1.6, 1.6)
_MARKERS = "osD^vPX"
# From dark to light, so that they keep their order on grey paper and are no arm's colour.
AMBIT_COLOURS = ("#12344d", "#4f86a8", "#a8c6d8", "#e6d9b0")
AMBIT_HATCHES = ("", "///", "", "...")
INK, SOFT, GRID, SMALL = "#1f2933", "#5b6670", "#d9dee3", "#e3e7ea"
_SHADE = "#ece6d8"
_MOST_POINTS = 260
WIDE = 10.4  # inches
NARROW = 5.2
"""Inches of the same figure on a telephone, or at twice the size on a screen."""
_NARROW_NAME, _NARROW_LINES = 22, 2
_NARROW_TICKS = 4
LONGEST = 60
"""Signs of a name in a legend."""

_STYLE: Any = {  # matplotlib types each key apart
    "axes.axisbelow": True,
    "axes.edgecolor": "#8a949e",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "normal",
    "figure.facecolor": "white",
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "hatch.color": "white",
    "hatch.linewidth": 1.1,
    "legend.frameon": False,
    "legend.handlelength": 3.2,
    "svg.fonttype": "none",  # text stays text: small, searchable, readable aloud
    "svg.hashsalt": "resilienza-sim",
    "text.color": INK,
    "text.parse_math": False,  # a "$" in a name is a dollar, not a formula
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}


@dataclass(frozen=True)
class Drawing:
    """One figure: its name, its SVG text and what it shows for who cannot see it.

    `narrow` is the same figure for a narrow page, empty where there is none.
    """

    name: str
    svg: str
    alt: str
    narrow: str = ""


Drawn: TypeAlias = "tuple[Figure, str] | None"
"""A figure and its alternative text; None when the study lacks what it needs."""


def write_figure(figure: Figure, path: Path, **options: Any) -> Path:
    """Write a figure, in the format its ending names, whole or not at all; return where.

    Raises
    ------
    ResilienzaError
        If the folder cannot be written or the disk is full.
    """
    data = BytesIO()
    figure.savefig(data, format=path.suffix[1:], **options)
    write_atomically(path, data.getvalue())
    return path


def write_both(
    figure: Figure, folder: Path, stem: str, *, dpi: int, about: str | None = None
) -> tuple[Path, Path]:
    """Write a figure as PNG and as SVG, the same bytes whenever it is; return where."""
    more = {} if about is None else {"Description": about}
    png, svg = (folder / f"{stem}.{kind}" for kind in ("png", "svg"))
    write_figure(figure, png, dpi=dpi, metadata={"Software": None, **more})
    write_figure(figure, svg, dpi=dpi, metadata={"Date": None, **more})
    return png, svg


_is_narrow: ContextVar[bool] = ContextVar("narrow", default=False)


def is_narrow() -> bool:
    """Tell whether figures are drawn for a narrow page: panels below one another, names folded."""
    return _is_narrow.get()


@contextmanager
def narrow() -> Iterator[None]:
    """Draw for a narrow page."""
    token = _is_narrow.set(True)
    try:
        yield
    finally:
        _is_narrow.reset(token)


@contextmanager
def style(also: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Draw in the report's style alone, and leave matplotlib's own as it was.

    What a notebook, a style or a file of settings asked for (TeX, dark grounds, other fonts, a
    backend) has no part in it.

    Parameters
    ----------
    also : mapping, optional
        Settings of matplotlib put over the report's.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        settings: Any = {**_STYLE, **(also or {})}
        mpl.rcParams.update(settings)
        yield


def inline(svg: str, prefix: str, alt: str) -> str:
    """Return an SVG document as an element of a page: no prologue, no metadata, its own ids."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    places = {name: k for k, name in enumerate(re.findall(r'<[^>]*\sid="([^"]+)"', svg))}
    svg = re.sub(
        r'(<[^>]*\sid="|xlink:href="#|url\(#)([^")]+)',
        lambda m: f"{m.group(1)}{prefix}{places.get(m.group(2), m.group(2))}",
        svg,
    )
    # Verdana is as wide as DejaVu Sans, which few office machines have
    svg = svg.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")
    svg = re.sub(r' d="([^"]+)"', lambda m: f' d="{_rounded(m.group(1))}"', svg)
    head, body = svg.split(">", 1)
    head = re.sub(r'\s(width|height|version|xmlns:xlink)="[^"]*"', "", head)
    body = body.replace("xlink:href", "href")
    return f'{head} role="img" aria-label="{escape(alt)}">{body}'.strip()


def _rounded(path: str) -> str:
    brief = re.sub(r"-?\d+\.\d+", lambda m: f"{float(m.group()):.1f}".removesuffix(".0"), path)
    return re.sub(r"\s+", " ", brief).strip()


def canvas(width: float, height: float, *, gap: float = 0.04) -> Figure:
    """Return an empty figure, with sizes and the gap between its panels in inches."""
    engine = ConstrainedLayoutEngine(w_pad=gap, h_pad=max(0.04, gap - 0.04))
    width = min(width, NARROW) if is_narrow() else width
    return Figure(figsize=(width, height), layout=engine)


def abreast(figure: Figure, n: int, **shared: Any) -> NDArray[np.object_]:
    """Return n panels side by side or, on a narrow page, one below the other; shape (n,)."""
    rows, columns = (n, 1) if is_narrow() else (1, n)
    if is_narrow() and n > 1:
        figure.set_figheight(n * figure.get_figheight() - 0.4 * (n - 1))
    panels: NDArray[np.object_] = figure.subplots(rows, columns, squeeze=False, **shared).ravel()
    return panels


def settle(figure: Figure) -> None:
    """Round the layout: what its solver leaves in the last digits differs from time to time."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(side, 6) for side in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))
    for text in figure.texts:
        x, y = text.get_position()
        text.set_position((round(x, 6), round(y, 6)))


# -- pieces ------------------------------------------------------------------------------------


def look(arm: Arm) -> dict[str, Any]:
    """Return the colour, line and width of an arm."""
    k = arm.mark % len(COLOURS)
    dashes = (0, _DASHES[k]) if _DASHES[k] else "-"
    return {"color": COLOURS[k], "linestyle": dashes, "linewidth": _WIDTHS[k]}


def marker(arm: Arm) -> dict[str, Any]:
    """Return the colour and marker of an arm."""
    k = arm.mark % len(COLOURS)
    return {"color": COLOURS[k], "marker": _MARKERS[k]}


def swatch(arm: Arm) -> dict[str, str]:
    """Return the colour, dashes and width of an arm for a small sample on the page."""
    k = arm.mark % len(COLOURS)
    width = 1.3 * _WIDTHS[k]
    dashes = " ".join(f"{width * length:.1f}" for length in _DASHES[k])
    return {"colour": COLOURS[k], "dashes": dashes, "width": f"{width:.1f}"}


def summary(values: Array) -> tuple[Array, Array, Array]:
    """Return mean, 10th and 90th percentile over the replicates, nan where no value is known."""
    percentile = np.percentile if np.isfinite(values).all() else np.nanpercentile  # 20 times slower
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN", RuntimeWarning)
        low, high = percentile(values, [10, 90], axis=0)
    return row_means(values.T), low, high


def thin(mean: Array, most: int = _MOST_POINTS) -> NDArray[np.intp]:
    """Return the places to draw of a long line: ends, lowest and highest of each stretch."""
    n = len(mean)
    if n <= most:
        return np.arange(n)
    filled = np.nan_to_num(mean)
    kept = {0, n - 1}
    for stretch in np.array_split(np.arange(n), most // 2):
        kept |= {int(stretch[filled[stretch].argmin()]), int(stretch[filled[stretch].argmax()])}
    return np.array(sorted(kept))


def lines(
    axes: Axes, view: DecisionView, values: Callable[[Arm], Array], *, most: int = _MOST_POINTS
) -> None:
    """Draw the mean of every arm and its band; the shared past once, in grey."""
    weeks = view.weeks.astype(float)
    past, after = weeks <= view.week, weeks >= view.week
    for arm in view.arms:
        given = values(arm)
        if not np.isfinite(given).any():
            continue
        mean, low, high = summary(given)
        if arm.order == 0 and past.sum() > 1:
            axes.plot(weeks[past], mean[past], color="#8a949e", linewidth=1.6, zorder=3)
        kept = np.flatnonzero(after)[thin(mean[after], most)]
        line = look(arm)
        band = {"color": line["color"], "alpha": 0.13, "linewidth": 0}
        axes.fill_between(weeks[kept], low[kept], high[kept], **band)
        axes.plot(weeks[kept], mean[kept], label=arm.title, zorder=4, **line)


def shade(axes: Axes, view: DecisionView) -> None:
    """Shade the shocks and mark the decision week."""
    for span in view.shocks:
        end = max(span.end_week, span.start_week + 0.8)
        axes.axvspan(span.start_week, end, color=_SHADE, alpha=0.75, linewidth=0, zorder=0)
    if view.week > view.weeks[0]:
        axes.axvline(view.week, color=INK, linewidth=1, linestyle=(0, (2, 2)), zorder=5)


def calendar(axes: Axes, view: DecisionView, first: float, last: float, few: bool = False) -> None:
    """Write dates under the weeks: years, and months when there is room for them."""
    words, span = view.words, last - first
    room = _NARROW_TICKS if is_narrow() else 5 if few else 11
    step = next((m for m in (1, 2, 3, 6, 12, 24, 60) if span / (4.35 * m) <= room), 120)
    year, month = view.date_of(first).year, 1
    places, names = [], []
    while year <= date.max.year:
        day = date(year, month, 1)
        week = (day - view.start).days / 7
        if week > last:
            break
        if week >= first - 0.6:
            places.append(week)
            new_year = month == 1 or not places[:-1]
            names.append(f"{words.month(day)}\n{day.year}" if new_year else words.month(day))
        year, month = (year, month + step) if step < 12 else (year + step // 12, 1)
        year, month = (year + 1, month - 12) if month > 12 else (year, month)
    if step >= 12:
        names = [name.split("\n")[-1] for name in names]
    axes.set_xticks(places, names)
    axes.set_xlim(first, last)


def numbers(axis: Any, words: Words, scale: float = 1.0, *, sign: bool = False) -> None:
    """Write the numbers of an axis as the language does, with the decimals its steps need."""

    def text(value: float, _place: object) -> str:
        ticks = np.asarray(axis.get_majorticklocs()) * scale
        step = float(np.diff(ticks).min()) if len(ticks) > 1 else 1.0
        digits = next((d for d in range(5) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 4)
        return words.number(value * scale, digits, sign=sign)

    axis.set_major_formatter(FuncFormatter(text))


def legend(figure: Figure, *panels: Axes, columns: int = 3) -> None:
    """Write above the figure what its lines or markers are, each once."""
    named: dict[str, Any] = {}
    for axes in panels:
        for mark, name in zip(*axes.get_legend_handles_labels(), strict=True):
            named.setdefault(str(name), mark)
    if named:
        if is_narrow():
            columns = min(columns, columns_in(NARROW, named))
            named = {_folded(name): mark for name, mark in named.items()}
        columns = min(columns, len(named))
        look_of: Any = {"loc": "outside upper left", "ncols": columns, "fontsize": 10}
        figure.legend(list(named.values()), list(named), **look_of)


def columns_in(inches: float, names: Iterable[str]) -> int:
    """Return how many columns of a legend a width has room for."""
    widest = max((len(name) for name in names), default=1)
    return max(1, int(inches / (0.8 + 0.085 * widest)))


def sides(axes: Axes, words: Words, *, better_left: bool) -> None:
    """Write above an axis on which side it is better."""
    better, worse = words("figure.better"), words("figure.worse")
    left, right = (better, worse) if better_left else (worse, better)
    axes.set_title(f"◀ {left}", loc="left", fontsize=9.5, color=SOFT)
    axes.set_title(f"{right} ▶", loc="right", fontsize=9.5, color=SOFT)


def window(view: DecisionView) -> tuple[float, float]:
    """Return the weeks to show: half a year before the decision, then to the end."""
    first = max(float(view.weeks[0]), view.week - 26.0)
    return first, float(view.weeks[-1]) + 1.0


def timeline(view: DecisionView, first: float, last: float) -> list[tuple[ShockSpan, str, int]]:
    """Return the shocks between two weeks with their label and row, so that no label is covered."""
    ends: list[float] = []
    rows = []
    for span in view.shocks:
        if span.end_week <= first or span.start_week >= last:
            continue
        label = shock_label(view.words, span)
        each = 0.0072 * (WIDE / NARROW if is_narrow() else 1.0)
        width = each * (len(label) + 3) * (last - first)
        start, end = max(span.start_week, first), min(span.end_week, last)
        if start > first + 0.62 * (last - first):
            start -= width
        else:
            end += width
        row = next((k for k, taken in enumerate(ends) if taken < start), len(ends))
        ends[row : row + 1] = [end]
        rows.append((span, label, row))
    return rows


def shock_label(words: Words, span: ShockSpan) -> str:
    """Return the name of a shock and its first day."""
    if is_narrow():
        return words(
            "figure.shock.short", title=cut(span.title, 24), date=words.short_date(span.first)
        )
    key = "figure.shock.short" if (span.last - span.first).days < 21 else "figure.shock.long"
    return words(key, title=short(span.title, 46), date=words.short_date(span.first))


def fold(text: str, inches: float, size: float) -> str:
    """Return a text on as many lines as it needs in a width, at a font size in points."""
    room = max(8, int(inches * 72 / (0.6 * size)))  # mean width of DejaVu Sans, in its own size
    return "\n".join(textwrap.fill(line, room) for line in text.splitlines())


def short(text: str, most: int = 34) -> str:
    """Return a text that fits, cut if need be; on a narrow page in two lines."""
    if is_narrow():
        return _folded(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cut(text: str, most: int) -> str:
    """Return a text on one line, cut if need be."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _folded(text: str) -> str:
    """Return a name on the two lines that a narrow page has for it."""
    lines = textwrap.wrap(text, _NARROW_NAME) or [""]
    if len(lines) > _NARROW_LINES:
        lines = [
            *lines[: _NARROW_LINES - 1],
            cut(" ".join(lines[_NARROW_LINES - 1 :]), _NARROW_NAME),
        ]
    return "\n".join(lines)
