"""What a study says of its plausible worlds: one of them, chance, what a difference hangs on."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pandas as pd

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.reading import validated
from resilienza_sim.statistics import break_even, chance_of
from resilienza_sim.strategies import Strategy
from resilienza_sim.streams import Streams
from resilienza_sim.unmeasured import Ranges
from resilienza_sim.worlds import World, axes_drawn, scenario_of_manifest, world, world_number

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = ["axes", "drawn_world", "spread"]


def drawn_world(study: Study, number: int) -> World:
    """Return one of the worlds of a study: its scenario and its arms.

    Raises
    ------
    ResilienzaError
        If there is no such world.
    """
    worlds = study.manifest.get("worlds")
    if worlds is None:
        raise ResilienzaError("study_of_a_point", path=study.folder)
    texts = (study.manifest["strategy_texts"][name] for name in study.strategies)
    arms = [validated(Strategy, json.loads(text), "strategies") for text in texts]
    ranges, seed = Ranges.read(worlds), study.seed
    return world(scenario_of_manifest(study.manifest), arms, ranges, seed, world_number(number))


def spread(study: Study, metric: str) -> pd.DataFrame:
    """Return how much of the spread of each difference between worlds is chance.

    One row a pair of arms, with the fields of `statistics.Luck`; `share` is nan where no world was
    lived twice.
    """
    rows = []
    for old, new in study.pairs_of_arms():
        d = _difference(study, metric, old, new)
        again = d.iloc[:0]
        if study.chance is not None and {old, new} <= set(study.chance.strategies):
            again = _difference(study.chance, metric, old, new)
        both = d.index.intersection(again.index)
        found = chance_of(d.to_numpy(), d[both].to_numpy(), again[both].to_numpy())
        rows.append({"baseline": old, "strategy": new, **dataclasses.asdict(found)})
    return pd.DataFrame(rows)


def _difference(study: Study, metric: str, old: str, new: str) -> pd.Series[float]:
    wide = study.table(metric).astype(float)
    return wide[new] - wide[old]


def axes(study: Study, metric: str, old: str, new: str) -> pd.DataFrame:
    """Return where the difference of an arm (`new`) from another changes sign along each axis.

    One row an axis: `path`, `from_`, `to`, and the fields of `statistics.BreakEven`; none at a
    single point.
    """
    if study.manifest.get("worlds") is None:
        return pd.DataFrame(columns=["path"])
    d = _difference(study, metric, old, new)
    drawn = study.worlds.pivot(index="world", columns="path", values="value").reindex(d.index)
    streams = Streams(study.seed)
    rows = []
    for axis in axes_drawn(study.manifest):
        if axis.path not in drawn:
            continue
        found = break_even(
            drawn[axis.path].to_numpy(float),
            d.to_numpy(),
            (axis.low, axis.high),
            logarithmic=axis.logarithmic,
            rng=streams.generator(f"break even|{metric}|{old}|{new}|{axis.path}"),
        )
        span = {"path": axis.path, "from_": axis.low, "to": axis.high}
        rows.append({**span, **dataclasses.asdict(found)})
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=["path"])
