"""``resilienza warm``: compiles the model beforehand, so that the first lesson starts at once."""

from __future__ import annotations

import time
from contextlib import nullcontext

from resilienza_sim.classroom.making import TWO_WAYS_OUT
from resilienza_sim.classroom.warming import STAGES, warm
from resilienza_sim.cli._running import progress_of
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.warm import Options
from resilienza_sim.scenario import load_scenario


def run(terminal: Terminal, _: Options) -> int:
    """Prepare the program."""
    begin = time.monotonic()
    bar = progress_of(terminal, STAGES, terminal.words("warm.stages"))
    with bar if terminal.interactive else nullcontext() as tell:
        for done in warm(load_scenario("quartiere"), TWO_WAYS_OUT):
            if tell is not None:
                tell(done, STAGES, None)
    terminal.say("warm.done", time=terminal.spelling.duration(time.monotonic() - begin))
    return 0
