"""What commands that run the model share: its speed here and now, its cost, the progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.experiments.driver import Progress
    from resilienza_sim.experiments.estimate import Estimate
    from resilienza_sim.scenario import Scenario
    from resilienza_sim.strategies import Strategy

__all__ = ["announce_cost", "progress_of", "speed"]

CALIBRATION_CITIZENS = 20_000


def speed(scenario: Scenario, arm: Strategy, seed: int) -> tuple[float, float]:
    """Return the seconds of a week and of building, each over the citizens, measured now.

    A small community lives a few weeks; the first call may compile the kernels.
    """
    import time

    from resilienza_sim.experiments.estimate import calibrate
    from resilienza_sim.model.community_model import CommunityModel

    n = min(scenario.town.citizens, CALIBRATION_CITIZENS)
    begin = time.perf_counter()
    model = CommunityModel(scenario.with_citizens(n), strategy=arm, rng=seed)
    build = time.perf_counter() - begin
    return calibrate(model.step, n), build / n


def announce_cost(terminal: Terminal, cost: Estimate, folder: Path) -> None:
    """Tell time, memory and disk before anything is run."""
    terminal.print(cost.text(terminal.lang))
    if warning := cost.disk_warning(folder, terminal.lang):
        terminal.warn(warning)


@contextmanager
def progress_of(terminal: Terminal, runs: int, title: str | None = None) -> Iterator[Progress]:
    """Show a bar with the time left on a terminal, a plain line now and then elsewhere."""
    if not terminal.interactive:
        from resilienza_sim.experiments.progress import plain_progress

        yield plain_progress(terminal.lang)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn(title or terminal.words("running.runs")),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TextColumn("{task.fields[left]}"),
    )
    with Bar(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task("", total=runs, left="")

        def tell_bar(done: int, total: int, left: float | None) -> None:
            words = "" if left is None else terminal.spelling.duration(left)
            text = words and terminal.words("running.left", time=words)
            bar.update(task, completed=done, total=total, left=text)

        yield tell_bar
