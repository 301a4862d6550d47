"""The first run after an installation compiles everything: two processes begin at either end.

Each kernel is compiled when it is first called, one after the other, and kept on disk. While one
process lives a first week, another goes through its phases backwards: where they meet, each finds
compiled what the other has done.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import Any

from resilienza_sim.kernels import to_be_compiled
from resilienza_sim.model import feelings
from resilienza_sim.model.community_model import WEEK, CommunityModel

__all__ = ["from_both_ends"]

_SEED = 1


@contextmanager
def from_both_ends(scenario: Any) -> Iterator[None]:
    """Let another process compile from the end of a week what is about to be compiled here.

    Does nothing where kernels are compiled already, or where there is one processor.
    """
    if (os.cpu_count() or 1) < 2 or not to_be_compiled(feelings.__name__):
        yield
        return
    other = get_context("spawn").Process(target=backwards, args=(scenario,), daemon=True)
    other.start()
    try:
        yield
        other.join()
    finally:
        other.terminate()


def backwards(scenario: Any) -> None:
    """Go through the phases of a first week from the last to the first."""
    # In this order a week means nothing: where that ends it, what is compiled is kept all the same.
    with suppress(Exception):
        model = CommunityModel(scenario, scenario.past, _SEED)
        for phase in reversed(WEEK):
            phase.run(model)
