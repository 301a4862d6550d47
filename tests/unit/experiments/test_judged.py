"""How sure the comparisons of a table of runs are: point by point, whole rounds only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilienza_sim.experiments.experiment import Stopping
from resilienza_sim.experiments.interim import judged
from resilienza_sim.experiments.plan import MetricInfo


def _pairs(n: int, shift: float, spread: float = 1.0, seed: int = 4) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=n)
    noise = spread * (noise - noise.mean()) / noise.std(ddof=1)
    old = rng.normal(20, 5, size=n)
    return old, old + shift + noise


METRICS = {"loss": MetricInfo("lower", "", 1.0), "spent": MetricInfo("", "")}


def _runs(points: int = 2, pairs: int = 60) -> pd.DataFrame:
    """Return runs in which point 0 is plain at once and the others never are."""
    rows = []
    for point in range(points):
        old, new = _pairs(pairs, -3.0 if point == 0 else -1.0, seed=point)
        for arm, values in (("old", old), ("new", new)):
            rows += [
                {"point": point, "strategy": arm, "replicate": k, "status": "ok", "loss": value}
                for k, value in enumerate(values)
            ]
    return pd.DataFrame(rows)


def _found(runs: pd.DataFrame, **more: object) -> list[dict[str, object]]:
    rule, metrics = Stopping(), {"loss": METRICS["loss"]}
    return judged(runs, rule, metrics, ("old", "new"), "old", **more)


def test_each_point_is_judged_alone_and_in_no_particular_order() -> None:
    runs = _runs()
    rows = _found(runs)
    assert [(row["point"], row["sure"], row["pairs"]) for row in rows] == [
        (0, True, 60),
        (1, False, 60),
    ]
    assert _found(runs.sample(frac=1.0, random_state=1)) == rows
    alone = _found(runs[runs["point"] == 1])
    assert alone == rows[1:]


def test_a_look_sees_whole_rounds_only() -> None:
    runs = _runs(1)
    early = runs[runs["replicate"] < 55]
    ahead = runs[(runs["replicate"] < 55) | (runs["strategy"] == "new")]
    assert _found(ahead) == _found(early)
    assert _found(runs, pairs=55) == _found(early)


def test_failed_runs_leave_their_pair_out() -> None:
    runs = _runs(1)
    runs.loc[runs["replicate"] == 7, "status"] = "error"
    (row,) = _found(runs)
    assert (row["n"], row["dropped"]) == (59, 1)
    runs["status"] = "error"
    (row,) = _found(runs.drop(columns="loss"))
    assert (row["n"], row["waits"]) == (0, False)
