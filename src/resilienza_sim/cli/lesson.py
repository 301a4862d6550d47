"""``resilienza lesson``: one HTML file with a lesson inside, played with no network."""

from __future__ import annotations

import time
from pathlib import Path

from resilienza_sim.classroom.handouts import handout_page
from resilienza_sim.classroom.making import TWO_WAYS_OUT, record, runs_of
from resilienza_sim.classroom.pages import lesson_page
from resilienza_sim.classroom.recording import Recording, packed, read_recording
from resilienza_sim.cli._running import progress_of
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.lesson import Options
from resilienza_sim.experiments.comparison import asked_scenario
from resilienza_sim.experiments.store import write_atomically
from resilienza_sim.files import place_of


def run(terminal: Terminal, asked: Options) -> int:
    """Write a lesson."""
    if asked.recorded:
        found = read_recording(place_of(asked.scenario))
    else:
        found = _recorded(terminal, asked)
    if asked.recording is not None:
        write_atomically(asked.recording, packed(found))
        terminal.say("lesson.recorded", file=asked.recording)
    if asked.handout is not None:
        write_atomically(asked.handout, handout_page(found, terminal.lang))
        terminal.say("lesson.handout", file=asked.handout)
    path = asked.out or Path(f"{found.scene.name}.html")
    page = lesson_page(found, terminal.lang)
    write_atomically(path, page)
    terminal.say("lesson.written", file=path, size=terminal.spelling.size(len(page)))
    return 0


def _recorded(terminal: Terminal, asked: Options) -> Recording:
    """Live the town, and those beside it, with their progress shown."""
    towns, seed = (10 if asked.pairs is None else asked.pairs), asked.seed
    scenario, _ = asked_scenario(asked.scenario, asked.citizens, asked.assignments or [])
    arms, actions = scenario.arms(asked.strategies or TWO_WAYS_OUT), not asked.no_actions
    begin = time.monotonic()
    with progress_of(terminal, runs_of(arms, towns, actions=actions)) as tell:

        def done(so_far: int, runs: int) -> None:
            each = (time.monotonic() - begin) / so_far if so_far else None
            tell(so_far, runs, each and each * (runs - so_far))

        number = 1 if seed is None else seed
        return record(scenario, arms, seed=number, pairs=towns, actions=actions, done=done)
