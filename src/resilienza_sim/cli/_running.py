"""What commands that run the model share: its speed here and now, its cost, the progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.experiments.driver import Progress
from resilienza_sim.experiments.estimate import Estimate, calibrate
from resilienza_sim.experiments.progress import plain_progress
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.experiments.session import Running
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.first_run import from_both_ends
from resilienza_sim.printable import clean
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = [
    "announce_cost",
    "announce_folder",
    "announce_small",
    "progress_of",
    "running",
    "speed",
    "title_and_town",
    "titles_of",
]

CALIBRATION_CITIZENS, WARM_CITIZENS = 20_000, 100


def speed(scenario: Scenario, arm: Strategy, seed: int) -> tuple[float, float]:
    """Return the seconds of a week and of building, each over the citizens, measured now.

    A small community lives a few weeks. What a first run compiles is left to a smaller one before,
    so that it is not taken for the time of building.
    """
    n = min(scenario.town.citizens, CALIBRATION_CITIZENS)
    few = scenario.with_citizens(min(n, WARM_CITIZENS))
    with from_both_ends(few):
        CommunityModel(few, strategy=arm, rng=seed).step()
    begin = time.perf_counter()
    model = CommunityModel(scenario.with_citizens(n), strategy=arm, rng=seed)
    build = time.perf_counter() - begin
    return calibrate(model.step, n), build / n


def announce_folder(terminal: Terminal, folder: Path, *, measuring: bool = True) -> None:
    """Say that a folder's study goes on, if it has one, and that the model is being timed."""
    if (folder / "manifest.json").exists():
        terminal.say("running.resume", folder=folder)
    if measuring:
        terminal.say("running.measuring")


def announce_small(terminal: Terminal, *scenarios: Scenario) -> None:
    """Say that a town is a small sample, if one is."""
    few = min(scenario.town.citizens for scenario in scenarios)
    if any(scenario.small for scenario in scenarios):
        citizens = terminal.spelling.number(few, 0)
        whole = all(scenario.whole for scenario in scenarios)
        key = "running.small_town" if whole else "running.small"
        terminal.warn(terminal.words(key, citizens=citizens))


def announce_cost(terminal: Terminal, cost: Estimate, folder: Path) -> None:
    """Tell time, memory and disk before anything is run."""
    terminal.print(cost.text(terminal.lang))
    if warning := cost.disk_warning(folder, terminal.lang):
        terminal.warn(warning)


def title_and_town(terminal: Terminal, scenario: Scenario) -> str:
    """Return the title of a scenario and its town, once where they are the same."""
    names = (scenario.title.text(terminal.lang), scenario.territory.name)
    return " – ".join(dict.fromkeys(names))


def titles_of(terminal: Terminal, bench: Bench) -> str:
    """Return the names of the strategies of a study in one list, as readers see them."""
    titles = (clean(arm.title.text(terminal.lang)) for arm in bench.strategies)
    return terminal.spelling.quoted(list(titles))


@contextmanager
def running(
    terminal: Terminal,
    runs: int,
    workers: int | None,
    cost: Estimate,
    make_executor: Callable[[], Executor] | None = None,
) -> Iterator[Running]:
    """Give how plans are run from a terminal, with their progress shown."""
    with progress_of(terminal, runs) as progress:
        yield Running(
            workers=workers,
            progress=progress,
            expected_seconds=cost.work_seconds,
            make_executor=make_executor,
        )


@contextmanager
def progress_of(terminal: Terminal, runs: int, title: str | None = None) -> Iterator[Progress]:
    """Show a bar with the time left on a terminal, a plain line now and then elsewhere."""
    if not terminal.interactive:
        yield plain_progress(terminal.lang)
        return
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
