"""When each way out wins: the flip map and the rules of one metric over the points of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from resilienza_sim.arguments import named
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.analysis.flip_map import Quality, flip_map, outcomes
from resilienza_sim.experiments.analysis.gaussian_map import FlipMap
from resilienza_sim.experiments.analysis.rules import Finding, rules
from resilienza_sim.experiments.analysis.rules_table import frame
from resilienza_sim.experiments.plan import SWEEP
from resilienza_sim.experiments.study import Study

__all__ = ["Discovery", "discover"]


@dataclass(frozen=True)
class Discovery:
    """Where a strategy does better than another, and where worse.

    Parameters
    ----------
    sweep : Study
        The study asked.
    metric, strategy, baseline : str
        The metric, and the two strategies.
    points : DataFrame
        One row a point: the difference, its interval, its verdict.
    map, quality
        The difference between the points, and how far it can be trusted.
    findings
        The rules found.
    """

    sweep: Study
    metric: str
    strategy: str
    baseline: str
    points: pd.DataFrame
    map: FlipMap
    quality: Quality
    findings: tuple[Finding, ...]

    @property
    def rules(self) -> pd.DataFrame:
        """The rules as a table."""
        return frame(self.sweep, self.findings, self.map)


@named
def discover(
    study: Study | str | Path,
    metric: str | None = None,
    *,
    strategy: str | None = None,
    baseline: str | None = None,
) -> Discovery:
    """Return when a strategy wins over another, in a sweep.

    Parameters
    ----------
    study : Study, str or Path
        A sweep, or its folder.
    metric : str, optional
        The first of the sweep by default.
    strategy, baseline : str, optional
        By default the first strategy that is not the baseline, and the baseline of the sweep.

    Raises
    ------
    ResilienzaError
        If there is no sweep, or it has no such metric or strategy.
    """
    sweep = Study.of(study, SWEEP)
    chosen = sweep.check_metric(metric or sweep.metrics[0])
    new, old = sweep.arms(strategy, baseline)
    if new == old:
        raise ResilienzaError("discover_one_arm", found=old)
    found, quality = flip_map(sweep, chosen, new, old)
    points = outcomes(sweep, chosen, new, old)
    findings = rules(sweep, chosen, new, old, table=points)
    return Discovery(sweep, chosen, new, old, points, found, quality, findings)
