"""What every study kept in a folder has, a comparison and a sweep alike: arms, runs, names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd
import pyarrow as pa

from resilienza_sim.errors import unknown
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.plan import SWEEP, MetricInfo
from resilienza_sim.experiments.store import Store
from resilienza_sim.files import place_of
from resilienza_sim.words import Words

__all__ = ["Kept"]

_COLUMNS = {pa.uint64(): pd.UInt64Dtype(), pa.bool_(): pd.BooleanDtype()}


class Kept(ABC):
    """The runs of a study.

    Parameters
    ----------
    folder : path
        Folder of the study; where it is now, wherever one goes later.
    manifest : dict
        What the study is and where it comes from.
    """

    kind: ClassVar[str]

    def __init__(self, folder: Path | str, manifest: dict[str, Any]) -> None:
        self.folder = place_of(folder).absolute()
        self.manifest = manifest
        self._store = Store(self.folder, manifests.runs_told(manifest))

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """Open the study of this kind kept in a folder.

        Raises
        ------
        ResilienzaError
            If there is none.
        """
        return cls(folder, manifests.read_kind(folder, cls.kind))

    # -- what it is ----------------------------------------------------------------------------

    @property
    def seed(self) -> int:
        """Seed of the study."""
        return int(self.manifest["seed"])

    @property
    def strategies(self) -> list[str]:
        """The arms, in the study's order."""
        return list(self.manifest["strategies"])

    @property
    def baseline(self) -> str:
        """The arm the others are compared with unless another is named."""
        return str(self.manifest["baseline"])

    @property
    @abstractmethod
    def metrics(self) -> list[str]:
        """The metrics kept."""

    @abstractmethod
    def describe(self, metric: str) -> MetricInfo:
        """Return direction, unit, smallest effect of interest and title of a metric."""

    def strategy_title(self, strategy: str, lang: str = "it") -> str:
        """Return the name of an arm for readers."""
        return Words(lang).of(self.manifest["titles"].get(strategy), strategy)

    def metric_title(self, metric: str, lang: str = "it") -> str:
        """Return the name of a metric for readers."""
        return Words(lang).name("metric", metric, self.describe(metric).title)

    # -- its tables ----------------------------------------------------------------------------

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run, sorted by point, replicate and strategy; undefined metrics are nan."""
        return self._store.runs().to_pandas(types_mapper=_COLUMNS.get)

    @cached_property
    def well(self) -> pd.DataFrame:
        """The runs that went well."""
        return self.runs[self.runs["status"] == "ok"]

    @property
    def failures(self) -> pd.DataFrame:
        """The runs that did not go well, with the reason."""
        point = ["point"] if self.kind == SWEEP else []
        columns = [*point, "strategy", "replicate", "status", "error"]
        return self.runs.loc[self.runs["status"] != "ok", columns].reset_index(drop=True)

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a run and week, one column an indicator kept."""
        return self._store.series().to_pandas()

    @cached_property
    def timings(self) -> pd.DataFrame:
        """Wall seconds of each run, no part of the results."""
        return self._store.timings().to_pandas()

    # -- names ---------------------------------------------------------------------------------

    def pairs_of_arms(
        self, strategy: str | None = None, baseline: str | None = None
    ) -> list[tuple[str, str]]:
        """Return the (baseline, strategy) pairs that are compared.

        Parameters
        ----------
        strategy, baseline : str, optional
            One against the other, or against the study's baseline if that is not named. With a
            baseline alone every other arm is set against it; with neither, that for the study's
            baseline, then every other two arms, the earlier in the study's order as the baseline.
        """
        base = self.arm(baseline or self.baseline)
        if strategy is not None:
            return [(base, self.arm(strategy))]
        others = [name for name in self.strategies if name != base]
        pairs = [(base, name) for name in others]
        if baseline is None:
            pairs += [(a, b) for k, a in enumerate(others) for b in others[k + 1 :]]
        return pairs

    def arms(self, strategy: str | None, baseline: str | None) -> tuple[str, str]:
        """Return the arm judged and the arm it is compared with, by default the first other."""
        old = self.arm(baseline or self.baseline)
        return self.arm(strategy or next((s for s in self.strategies if s != old), old)), old

    def arm(self, name: str) -> str:
        """Return the name of an arm.

        Raises
        ------
        ResilienzaError
            If it is none.
        """
        if name not in self.strategies:
            raise unknown("unknown_arm", name, self.strategies)
        return name

    def check_metric(self, name: str) -> str:
        """Return the name of a metric that was kept.

        Raises
        ------
        ResilienzaError
            If it was not.
        """
        if name not in self.metrics:
            raise unknown("unknown_metric", name, self.metrics)
        return name

    def _asked(self, metric: str | Sequence[str] | None) -> Sequence[str]:
        """Return the metrics asked for: one, some, or all."""
        return self.metrics if metric is None else [metric] if isinstance(metric, str) else metric
