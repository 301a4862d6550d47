"""``resilienza lesson``: one HTML file with a lesson inside, played with no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resilienza_sim.cli._options import (
    Assignments,
    Citizens,
    Pairs,
    Scenario,
    Seed,
    names,
    new_file,
    whole,
)
from resilienza_sim.errors import ResilienzaError

if TYPE_CHECKING:
    from resilienza_sim.classroom.recording import Recording
    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.scenario import Scenario as Description

RECORDED = ".json.gz"
"""How the name of a recording ends."""


def command(
    ctx: typer.Context,
    scenario: Scenario,
    out: Annotated[str | None, typer.Option("--out", metavar="FILE")] = None,
    recording: Annotated[str | None, typer.Option("--recording", metavar="FILE")] = None,
    handout: Annotated[str | None, typer.Option("--handout", metavar="FILE")] = None,
    strategies: Annotated[str | None, typer.Option("--strategies", metavar="A,B")] = None,
    pairs: Pairs = None,
    no_actions: Annotated[bool, typer.Option("--no-actions")] = False,
    seed: Seed = None,
    citizens: Citizens = None,
    assignments: Assignments = None,
) -> int:
    """Write a lesson."""
    from resilienza_sim.classroom.handouts import handout_page
    from resilienza_sim.classroom.pages import lesson_page
    from resilienza_sim.classroom.recording import packed, read_recording
    from resilienza_sim.experiments.store import write_atomically
    from resilienza_sim.files import place_of

    terminal: Terminal = ctx.obj
    for wanted in (out, recording, handout):
        new_file(wanted)  # a place that cannot be written is told before anything is run
    if scenario.endswith(RECORDED):
        given = {
            "--recording": recording,
            "--strategies": strategies,
            "--pairs": pairs,
            "--no-actions": no_actions,
            "--seed": seed,
            "--citizens": citizens,
            "--set": assignments,
        }
        if option := next((name for name, value in given.items() if value), None):
            raise ResilienzaError("lesson_already_recorded", option=option, file=scenario)
        found = read_recording(place_of(scenario))
    else:
        asked = _town(scenario, citizens, assignments)
        found = _recorded(terminal, asked, names(strategies), pairs, seed, actions=not no_actions)
    if recording is not None:
        write_atomically(place_of(recording), packed(found))
        terminal.say("lesson.recorded", file=recording)
    if handout is not None:
        write_atomically(place_of(handout), handout_page(found, terminal.lang))
        terminal.say("lesson.handout", file=handout)
    path = place_of(out) if out is not None else Path(f"{found.scene.name}.html")
    page = lesson_page(found, terminal.lang)
    write_atomically(path, page)
    terminal.say("lesson.written", file=path, size=terminal.spelling.size(len(page)))
    return 0


def _town(name: str, citizens: str | None, assignments: list[str] | None) -> Description:
    from resilienza_sim.cli._options import MOST_CITIZENS
    from resilienza_sim.experiments.comparison import asked_scenario

    people = whole("--citizens", citizens, 50, MOST_CITIZENS)
    return asked_scenario(name, people, assignments or [])[0]


def _recorded(
    terminal: Terminal,
    scenario: Description,
    strategies: tuple[str, ...] | None,
    pairs: str | None,
    seed: str | None,
    *,
    actions: bool,
) -> Recording:
    import time

    from resilienza_sim.classroom.making import MOST_PAIRS, TWO_WAYS_OUT, record, runs_of
    from resilienza_sim.cli._options import LARGEST_SEED
    from resilienza_sim.cli._running import progress_of

    towns = whole("--pairs", pairs, 0, MOST_PAIRS)
    towns = 10 if towns is None else towns
    arms = scenario.arms(strategies or TWO_WAYS_OUT)
    number = whole("--seed", seed, 0, LARGEST_SEED)
    begin = time.monotonic()
    with progress_of(terminal, runs_of(arms, towns, actions=actions)) as tell:

        def done(so_far: int, runs: int) -> None:
            each = (time.monotonic() - begin) / so_far if so_far else None
            tell(so_far, runs, each and each * (runs - so_far))

        return record(
            scenario,
            arms,
            seed=1 if number is None else number,
            pairs=towns,
            actions=actions,
            done=done,
        )
