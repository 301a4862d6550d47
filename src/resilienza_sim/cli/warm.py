"""``resilienza warm``: compiles the model beforehand, so that the first lesson starts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from resilienza_sim.cli._terminal import Terminal


def command(ctx: typer.Context) -> int:
    """Prepare the program."""
    import time
    from contextlib import nullcontext

    from resilienza_sim.classroom.making import TWO_WAYS_OUT
    from resilienza_sim.classroom.warming import STAGES, warm
    from resilienza_sim.cli._running import progress_of
    from resilienza_sim.scenario import load_scenario

    terminal: Terminal = ctx.obj
    begin = time.monotonic()
    bar = progress_of(terminal, STAGES, terminal.words("warm.stages"))
    with bar if terminal.interactive else nullcontext() as tell:
        for done in warm(load_scenario("quartiere"), TWO_WAYS_OUT):
            if tell is not None:
                tell(done, STAGES, None)
    terminal.say("warm.done", time=terminal.spelling.duration(time.monotonic() - begin))
    return 0
