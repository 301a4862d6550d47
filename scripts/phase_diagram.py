"""Where the comunità del rancore and the comunità di cura come from: need against bridging.

A town without shocks is followed from two starts, one low in rancour and one high, over a grid of
how often life opens needs (a factor on every `need.event_*`) and of how much trust there is at the
start between majority and minorities (`setup.bridging`). Where the two starts end alike there is
one community only; where they stay apart the town remembers. The end is told, whatever it is.

    python scripts/phase_diagram.py                         # the table, on the standard output
    python scripts/phase_diagram.py --write                 # also docs/images and docs/communities
    python scripts/phase_diagram.py --grid 10 --citizens 2000 --seeds 4 --weeks 520
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from resilienza_sim import CommunityModel, load_scenario
from resilienza_sim.model.state import NEEDS as NEED_KINDS
from resilienza_sim.scenario import Scenario

mpl.use("Agg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parents[1]
PICTURE, PAGE = ROOT / "docs" / "images" / "communities.png", ROOT / "docs" / "communities.md"

STARTS = {"low": (0.0, 0.2), "high": (0.6, 0.8)}
"""Range of grievance and of its anchor at the start."""
NEEDS = (0.5, 16.0)
"""Range of the factor on the rates of life events; the default is 1, the scale is logarithmic."""
EVENTS = [f"event_{kind}" for kind in NEED_KINDS]
MOST = 0.2
"""Upper end of the range of the rates of life events."""
RANCOUR, CLOSED = 0.5, 0.1
"""Concept 2: grievance above the first, bridging below the second."""
END_WEEKS = 26
FAR_WEEKS = 1040
"""The longest timeline a scenario may have: the four corners of the plane are followed to it."""
APART = 0.05
"""Difference of mean grievance from which two ends are called different: 5 points of 100."""
OUTCOMES = (
    "grievance",
    "anchor",
    "rancour",
    "trust",
    "bridging",
    "unmet_need",
    "suffering",
    "active",
)
SHOWN = {
    "grievance": "mean rancour",
    "rancour": "share in closed rancour",
    "trust": "trust along ties",
    "bridging": "bridging",
}


@dataclass(frozen=True)
class Cell:
    """One run: where on the plane, from which start, with which luck."""

    need: float
    first_trust: float
    start: str
    seed: int


def scenario(cell: Cell, citizens: int, weeks: int, extra: tuple[str, ...] = ()) -> Scenario:
    """Return the town of a cell: the teaching neighbourhood, without its shocks."""
    base = load_scenario("quartiere")
    defaults = base.parameters.need
    low, high = STARTS[cell.start]
    quiet = Scenario.model_validate({**base.model_dump(mode="json"), "shocks": []})
    return quiet.with_set(
        f"town.citizens={citizens}",
        f"time.weeks={weeks}",
        "time.burn_in_weeks=26",
        *(
            f"parameters.need.{name}={min(MOST, cell.need * getattr(defaults, name))}"
            for name in EVENTS
        ),
        f"parameters.setup.bridging={cell.first_trust}",
        f"parameters.setup.grievance_low={low}",
        f"parameters.setup.grievance_high={high}",
        *extra,
    )


def observe(model: CommunityModel) -> list[float]:
    """Return the outcomes of this week."""
    c, bridge = model.state.citizens, model.scratch.bridge
    return [
        float(c.grievance.mean(dtype=float)),
        float(c.anchor.mean(dtype=float)),
        float(((c.grievance > RANCOUR) & (bridge < CLOSED)).mean()),
        model.state.mean_trust,
        float(bridge.mean(dtype=float)),
        float(model.scratch.unmet.mean(dtype=float)),
        float(c.suffering.mean(dtype=float)),
        float(c.active.mean()),
    ]


def run(job: tuple[Cell, int, int, tuple[str, ...]]) -> tuple[Cell, list[float], list[float]]:
    """Run one cell; return the means of the half year before the end and before half time."""
    cell, citizens, weeks, extra = job
    model = CommunityModel(scenario(cell, citizens, weeks, extra), "consolidated", rng=cell.seed)
    seen: dict[int, list[list[float]]] = {weeks: [], weeks // 2: []}
    while model.week < weeks:
        model.step()
        for end, rows in seen.items():
            if end - END_WEEKS < model.week <= end:
                rows.append(observe(model))
    late, half = (np.mean(seen[end], axis=0).tolist() for end in (weeks, weeks // 2))
    return cell, late, half


# -- the plane ------------------------------------------------------------------------------------

Plane = dict[str, dict[str, Any]]
"""By outcome and start (`<outcome>`, `<outcome>_half`), an array of needs x bridgings x seeds."""


def needs_of(grid: int) -> Any:
    """Return the factors on need: the default among them where the grid allows."""
    return np.geomspace(*NEEDS, grid)


def bridgings_of(grid: int) -> Any:
    """Return the levels of first trust across the line."""
    return np.linspace(0.0, 1.0, grid)


def sweep(
    grid: int, seeds: int, citizens: int, weeks: int, workers: int, extra: tuple[str, ...]
) -> tuple[Plane, list[dict[str, Any]]]:
    """Run every cell; return the plane and the rows of the table."""
    needs, bridgings = needs_of(grid).tolist(), bridgings_of(grid).tolist()
    cells = [Cell(*each) for each in product(needs, bridgings, STARTS, range(1, seeds + 1))]
    jobs = [(cell, citizens, weeks, extra) for cell in cells]
    plane: Plane = {
        key: {start: np.full((grid, grid, seeds), np.nan) for start in STARTS}
        for name in OUTCOMES
        for key in (name, f"{name}_half")
    }
    rows = []
    with ProcessPoolExecutor(workers) as pool:
        for cell, late, half in pool.map(run, jobs):
            at = needs.index(cell.need), bridgings.index(cell.first_trust), cell.seed - 1
            for name, end, before in zip(OUTCOMES, late, half, strict=True):
                plane[name][cell.start][at] = end
                plane[f"{name}_half"][cell.start][at] = before
            rows.append({**vars(cell), **dict(zip(OUTCOMES, late, strict=True))})
    return plane, rows


def gap(plane: Plane, key: str = "grievance") -> Any:
    """Return what the high start ends above the low one, by cell, mean over seeds."""
    return (plane[key]["high"] - plane[key]["low"]).mean(axis=-1)


def half_life(before: float, after: float, weeks: float) -> float:
    """Return the weeks in which a gap that fell from `before` to `after` in `weeks` halves."""
    return weeks * float(np.log(2.0) / np.log(before / after)) if 0.0 < after < before else np.inf


def draw(plane: Plane, grid: int, path: Path) -> None:
    """Draw the four end states from both starts and their difference."""
    needs, bridgings = needs_of(grid), bridgings_of(grid)
    figure, axes = plt.subplots(len(SHOWN), 3, figsize=(8.4, 9.6), layout="constrained")
    for row, (name, title) in zip(axes, SHOWN.items(), strict=True):
        ends = {start: plane[name][start].mean(axis=-1).T for start in STARTS}
        panels = [*ends.items(), ("high - low", ends["high"] - ends["low"])]
        for ax, (start, values) in zip(row, panels, strict=True):
            apart = start == "high - low"
            seen = ax.pcolormesh(
                needs,
                bridgings,
                values,
                shading="nearest",
                cmap="PuOr_r" if apart else "cividis",
                vmin=-1.0 if apart else 0.0,
                vmax=1.0,
            )
            ax.set_xscale("log")
            ax.set_xticks([0.5, 1, 2, 4, 8, 16], ["0.5", "1", "2", "4", "8", "16"])
            ax.minorticks_off()
            ax.set_title(f"{title}: high - low" if apart else f"{title}, {start} start", fontsize=8)
            ax.tick_params(labelsize=7)
            figure.colorbar(seen, ax=ax).ax.tick_params(labelsize=7)
    figure.supxlabel("life events that open needs, times the default", fontsize=9)
    figure.supylabel("first trust between majority and minorities, times the default", fontsize=9)
    figure.savefig(path, dpi=110)
    plt.close(figure)


# -- what it says ---------------------------------------------------------------------------------


def statement(plane: Plane, grid: int, weeks: int) -> Iterator[str]:
    """Tell in words what the plane shows; every number is taken from it."""
    needs = needs_of(grid)
    end, half = gap(plane), gap(plane, "grievance_half")
    usual = int(np.abs(np.log(needs)).argmin())
    mean = {start: plane["grievance"][start].mean(axis=-1) for start in STARTS}
    held = {start: plane["rancour"][start].mean(axis=-1) for start in STARTS}
    cells = grid * grid
    first = float(np.mean(STARTS["high"]) - np.mean(STARTS["low"]))
    yield (
        f"* **Can rancour win from a low start?** After {weeks} weeks more than half of the town is"
        f" in closed rancour (grievance above {RANCOUR}, bridging below {CLOSED}) in"
        f" {int((held['low'] > 0.5).sum())} of {cells} cells, more than a tenth in"
        f" {int((held['low'] > 0.1).sum())}. The highest share is {held['low'].max():.2f}, with"
        f" life events {needs[int(held['low'].max(axis=1).argmax())]:.1f} times the default."
    )
    yield (
        f"* **At the need nearest to the default** ({needs[usual]:.2f} times): mean rancour from"
        f" the low start is {mean['low'][usual, 0]:.2f} without first trust across the line and"
        f" {mean['low'][usual, -1]:.2f} with the usual one; from the high start"
        f" {mean['high'][usual, 0]:.2f} and {mean['high'][usual, -1]:.2f}."
    )
    yield (
        f"* **Can a town come out of it?** From the high start fewer than a tenth are in closed"
        f" rancour at the end in {int((held['high'] < 0.1).sum())} of {cells} cells; the lowest"
        f" share is {held['high'].min():.2f}."
    )
    by_need = mean["low"].mean(axis=1)
    by_trust = mean["low"].mean(axis=0)
    yield (
        f"* **What moves it.** From the low start, over the grid: from the least to the most need"
        f" mean rancour changes by {by_need[-1] - by_need[0]:+.2f}, from no first trust to the"
        f" usual by {by_trust[-1] - by_trust[0]:+.2f}."
    )
    slow = half_life(float(half.mean()), float(end.mean()), weeks / 2)
    pace = f"at that pace it halves every {slow:.0f} weeks" if np.isfinite(slow) else "it grows"
    yield (
        f"* **Does the town remember?** The starts are {first:.2f} apart; the two ends differ by"
        f" more than {APART} in {int((end > APART).sum())} of {cells} cells, by {end.mean():.2f} on"
        f" average (from {end.min():.2f} to {end.max():.2f}). Half way the average was"
        f" {half.mean():.2f}: {pace}. In {int((end < half).sum())} of {cells} cells the two starts"
        f" are closer at the end than half way."
    )
    if (end < half).mean() > 0.9:
        yield (
            "* **Verdict.** A long memory, and no proof of hysteresis: the two starts draw near one"
            " another almost everywhere, so no two ends are seen of which each keeps itself; but"
            " the pull is so slow that within the horizon of a study where a town ends depends on"
            " where it began."
        )
    elif (end > APART).any():
        yield (
            f"* **Verdict.** In {int((end >= half).sum())} of {cells} cells the two starts do not"
            " draw near one another: there the town keeps what it was, as far as this horizon"
            " shows."
        )
    else:
        yield "* **Verdict.** The two starts end alike: no memory at this horizon."


def far_table(far: Plane) -> str:
    """Return a table of the four corners: mean rancour from both starts, half way and at last."""
    lines = [
        f"| need | first trust | low, week {FAR_WEEKS // 2} | low, week {FAR_WEEKS} "
        f"| high, week {FAR_WEEKS // 2} | high, week {FAR_WEEKS} | gap, half way | gap, end |",
        "|---|---|---|---|---|---|---|---|",
    ]
    half, end = gap(far, "grievance_half"), gap(far)
    for a, need in enumerate(needs_of(2)):
        for b, trust in enumerate(bridgings_of(2)):
            values = [
                float(far[key][start][a, b].mean())
                for start in STARTS
                for key in ("grievance_half", "grievance")
            ]
            told = " | ".join(f"{x:.2f}" for x in [*values, half[a, b], end[a, b]])
            lines.append(f"| {need:g} | {trust:g} | {told} |")
    return "\n".join(lines)


def page(plane: Plane, far: Plane, args: argparse.Namespace) -> str:
    """Return the page of the documentation."""
    lines = "\n".join(statement(plane, args.grid, args.weeks))
    asked = "".join(f" --set {each}" for each in args.set)
    return f"""# Two communities: care and rancour

*Written by `python scripts/phase_diagram.py --write --grid {args.grid} --citizens {args.citizens}
--seeds {args.seeds} --weeks {args.weeks}{asked}`; nothing here is typed by hand.*

Concept 2 asks that the *comunità del rancore* (closed, nostalgic, against the
other) can be reached and avoided. This page sweeps how often life opens needs against the trust
there is at the start between majority and minorities, from a start low in rancour (grievance and
its anchor between {STARTS["low"][0]} and {STARTS["low"][1]}) and from a high one (between
{STARTS["high"][0]} and {STARTS["high"][1]}): {args.citizens} citizens, no shock, the consolidated
allocation, {args.weeks} weeks, {args.seeds} replicate(s) a cell, the mean of the last half year.

![Mean rancour, closed rancour, trust and bridging at the end](images/communities.png)

{lines}

The corners of the plane followed for {FAR_WEEKS} weeks, one replicate each, mean rancour:

{far_table(far)}

A gap that goes on closing is memory; a gap that stays would be hysteresis.

What drives it: unmet need, loss against one's own past and meetings without trust feed grievance;
meetings with trust take from it; closed groups turn the out-group away and rancour stops new ties
across the line, so that there is less left to take from it. The weekly rates are priors with no
direct estimate (see `odd.md`): what is shown is what this model can do, not how long a real town
takes.

The people and ties here are drawn. A community of one's own, with measured ties and associations by
name, is read by `resilienza import` ([tables.md](tables.md)).
"""


def main() -> None:
    """Sweep, print the table, and write the picture and the page if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--grid", type=int, default=6, help="points on each axis")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--citizens", type=int, default=600)
    parser.add_argument("--weeks", type=int, default=260)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--set", action="append", default=[], help="path=value, as in the command")
    parser.add_argument("--write", action="store_true", help="write the picture and the page")
    args = parser.parse_args()
    plane, rows = sweep(
        args.grid, args.seeds, args.citizens, args.weeks, args.workers, tuple(args.set)
    )
    table = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({k: f"{v:.4g}" if isinstance(v, float) else v for k, v in row.items()})
    if args.write:
        PICTURE.parent.mkdir(exist_ok=True)
        draw(plane, args.grid, PICTURE)
        far, _ = sweep(2, 1, args.citizens, FAR_WEEKS, args.workers, tuple(args.set))
        PAGE.write_text(page(plane, far, args), encoding="utf-8")


if __name__ == "__main__":
    main()
