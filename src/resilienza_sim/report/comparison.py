"""One arm against another as the report tells it: a row a metric."""

from __future__ import annotations

from dataclasses import dataclass

from resilienza_sim.experiments.headline import THREE, headline

__all__ = ["Arm", "Comparison", "MetricRow"]


@dataclass(frozen=True)
class Arm:
    """One strategy as the reader sees it; `order` gives it a colour, a line and a marker."""

    name: str
    title: str
    description: str
    order: int


@dataclass(frozen=True)
class MetricRow:
    """One metric of one comparison; nan where undefined.

    `gain` is +1 where more of the metric is better, -1 where less is, 0 where neither; `effect` is
    the smallest difference of interest; in `better` pairs (worlds) the strategy does better by that
    much, in `worse` ones worse, in those `alike` the difference is smaller; `pairs` were used,
    `dropped` were not; `censored` counts values that are known only to be longer than the
    observation. `low` and `high` hold the mean in
    95 cases of 100, A `diagnosis`
    explains verdicts and is never named in one.
    """

    metric: str
    title: str
    unit: str
    gain: int
    mean_baseline: float
    mean_strategy: float
    difference: float
    low: float
    high: float
    relative: float
    better: int
    alike: int
    worse: int
    effect: float
    verdict: str
    pairs: int
    dropped: int
    censored: int
    diagnosis: bool = False


@dataclass(frozen=True)
class Comparison:
    """One strategy against one baseline at one decision week."""

    baseline: Arm
    strategy: Arm
    rows: tuple[MetricRow, ...]

    @property
    def headline(self) -> MetricRow | None:
        """Return the row of the main metric, if it is there."""
        known = {row.metric: row for row in self.rows}
        return known.get(headline([name for name, row in known.items() if row.pairs]))

    @property
    def three(self) -> tuple[MetricRow, ...]:
        """Return the rows due to shocks, of everyday welfare and of both, if there are all."""
        known = {row.metric: row for row in self.rows if row.pairs}
        return tuple(known[name] for name in THREE) if known.keys() >= set(THREE) else ()

    def worse(self) -> tuple[MetricRow, ...]:
        """Return what the strategy makes worse, beyond the three figures of the headline."""
        return tuple(
            row
            for row in self.rows
            if row.verdict == "worse" and not row.diagnosis and row.metric not in THREE
        )

    def against(self) -> tuple[MetricRow, ...]:
        """Return the metrics whose verdict is opposite to the headline's."""
        opposite = {"better": "worse", "worse": "better"}
        if self.headline is None or self.headline.verdict not in opposite:
            return ()
        wanted = opposite[self.headline.verdict]
        return tuple(row for row in self.rows if row.verdict == wanted and not row.diagnosis)
