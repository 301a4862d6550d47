"""Where a week's time goes, phase by phase and size by size.

The year from week 0 on, the strategy in force, structural indicators as often as they are due. A
profile, held to no target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.row import Ask, Found, Line, Target, number, table
from benchmarks.towns import FAENZA, MILLION, lived, scenario
from resilienza_sim.model.community_model import WEEK

TARGETS: dict[str, Target] = {}
SIZES = (2_000, 10_000, FAENZA, MILLION)
WEEKS = 52
"""A year: every structural indicator as often as it is due."""
PICTURE = "performance-phases.png"

Profile = dict[str, float]
"""Mean milliseconds a week, by phase."""


@contextmanager
def watched(taken: Profile) -> Iterator[None]:
    """Add up the seconds of every phase while it lasts."""

    def timed(name: str, run: Callable[[Any], None], model: Any) -> None:
        start = perf_counter()
        run(model)
        taken[name] += perf_counter() - start

    own = [(phase, phase.run) for phase in WEEK]
    try:
        for phase, run in own:
            name = phase.__name__.rpartition(".")[2]
            taken[name] = 0.0
            phase.run = partial(timed, name, run)  # type: ignore[attr-defined]
        yield
    finally:
        for phase, run in own:
            phase.run = run  # type: ignore[attr-defined]


def profile(citizens: int, weeks: int) -> Profile:
    """Return where the time of a town's weeks goes."""
    model, taken = lived(scenario(citizens)), Profile()
    with watched(taken):
        model.run_to(weeks)
    return {name: each / weeks * 1e3 for name, each in taken.items()}


def draw(profiles: dict[int, Profile], path: Path) -> None:
    """Draw each size as a bar of the shares of its phases."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(9.0, 1.2 + 0.6 * len(profiles)), layout="constrained")
    names = list(next(iter(profiles.values())))
    colours = mpl.colormaps["viridis"]([k / (len(names) - 1) for k in range(len(names))])
    labels = [f"{citizens:,}\n{number(sum(p.values()))} ms" for citizens, p in profiles.items()]
    left = [0.0] * len(profiles)
    for k, (name, colour) in enumerate(zip(names, colours, strict=True)):
        shares = [100.0 * p[name] / sum(p.values()) for p in profiles.values()]
        ax.barh(labels, shares, left=left, color=colour, edgecolor="white", label=name)
        for row, (start, share) in enumerate(zip(left, shares, strict=True)):
            if share >= 4.0:
                dark = k < len(names) / 2
                ax.text(
                    start + share / 2,
                    row,
                    f"{name}\n{share:.0f} %",
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if dark else "black",
                )
        left = [a + b for a, b in zip(left, shares, strict=True)]
    ax.invert_yaxis()
    ax.set_xlim(0.0, 100.0)
    ax.set_xlabel("% of a week")
    ax.set_ylabel("citizens, time a week")
    ax.legend(ncols=len(names) // 2, fontsize=7, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    figure.savefig(path, dpi=110)
    plt.close(figure)


def measure(ask: Ask) -> Found:
    """Profile every size; draw the picture where one is wanted."""
    profiles: dict[int, Profile] = {}
    for citizens in ask.sizes or ((300, 600) if ask.quick else SIZES):
        weeks = 2 if ask.quick else WEEKS
        ask.say(f"{citizens} citizens, {weeks} weeks")
        profiles[citizens] = profile(citizens, weeks)
    names = list(next(iter(profiles.values())))
    head = ("phase", *(f"{citizens:,}" for citizens in profiles))
    rows = [(name, *(number(p[name]) for p in profiles.values())) for name in names]
    rows.append(("**week**", *(number(sum(p.values())) for p in profiles.values())))
    told = f"Milliseconds a week by citizens (mean):\n\n{table(head, rows)}"
    if ask.pictures:
        draw(profiles, ask.pictures / PICTURE)
    if not (ask.quick or ask.sizes):
        told += f"\n\n![Share of each phase in a week, by size](images/{PICTURE})"
    return Found(
        [
            Line(f"mean week, {citizens:,} citizens", sum(p.values()), unit="ms")
            for citizens, p in profiles.items()
        ],
        told,
    )
