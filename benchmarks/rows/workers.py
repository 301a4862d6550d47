"""Two workers against one: the reference study at 10,000 citizens.

`compare`, from the call to the study it returns: every strategy at both decision dates, the store
included, without the null model. All its 30 pairs where one worker takes less than seven minutes,
fewer (an even number) where it takes more.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.clock import seconds
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.towns import scenario
from resilienza_sim import compare

TARGETS = {"speed-up": Target(at_least=1.85, aim=1.95, unit="times", more_is_better=True)}
CITIZENS, SECONDS, MOST = 10_000, 420.0, 30


def study(citizens: int, pairs: int, workers: int, strategies: list[str] | None) -> float:
    """Return the seconds of a study, of all its strategies unless some are named."""
    with tempfile.TemporaryDirectory() as folder:
        return seconds(
            lambda: compare(
                scenario(citizens),
                strategies,
                pairs=pairs,
                workers=workers,
                out=Path(folder) / "study",
                null=False,
            )
        )


def measure(ask: Ask) -> Found:
    """Run the same study with one worker and with two."""
    citizens, some = (200, ["alluvial", "hybrid"]) if ask.quick else (CITIZENS, None)
    ask.say(f"one pair of {citizens} citizens, to see how many there is time for")
    one_pair = study(citizens, 2, 1, some) / 2
    pairs = 2 if ask.quick else 2 * max(1, min(MOST, int(SECONDS / one_pair)) // 2)
    taken = {}
    for workers in (1, 2):
        ask.say(f"{pairs} pairs, workers: {workers}")
        taken[workers] = study(citizens, pairs, workers, some)
    return Found(
        [
            Line("speed-up", taken[1] / taken[2], TARGETS["speed-up"]),
            Line("one worker", taken[1], unit="s"),
            Line("two workers", taken[2], unit="s"),
        ],
        f"{pairs} pairs; starting the workers is included.",
    )
