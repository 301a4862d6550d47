"""What a study will cost in time, memory and disk, before it is run."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from resilienza_sim.messages import catalogue
from resilienza_sim.scenario import Scenario
from resilienza_sim.words import Words

__all__ = ["Estimate", "Work", "calibrate", "estimate", "together", "weeks_per_replicate"]

# Measured on a machine of two cores with Python 3.11.
_PARALLEL_EFFICIENCY = 0.94  # loky, tasks from 20 ms up
_START_SECONDS = 2.0  # a worker reads numpy, numba, scipy, pandas and mesa once
_BASE_BYTES = 290e6  # the same, in memory
_BYTES_PER_CELL = 6.9  # one number of a series, split by byte and compressed, at its worst


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a study is expected to cost.

    Parameters
    ----------
    runs, weeks : int
        Runs, and weeks simulated over all of them, the shared past counted once a replicate.
    workers : int
        Processes.
    seconds : float
        Wall time on those processes.
    work_seconds : float
        The same work on one process.
    memory_bytes : float
        Memory of one process.
    disk_bytes : float
        Size of the study's folder.
    """

    runs: int
    weeks: int
    workers: int
    seconds: float
    work_seconds: float
    memory_bytes: float
    disk_bytes: float

    def text(self, lang: str = "it") -> str:
        """Return the estimate in one line."""
        words = Words(lang)
        return catalogue(lang).text(
            "study.estimate.line",
            runs=self.runs,
            weeks=words.rounded(self.weeks, 1),
            time=words.duration(self.seconds),
            workers=self.workers,
            memory=words.size(self.memory_bytes),
            disk=words.size(self.disk_bytes),
        )

    def shared(self, workers: int) -> Estimate:
        """Return the cost of the same work shared by some processes, its tasks many and small."""
        if workers == 1:
            return self
        wall = self.work_seconds / workers / _PARALLEL_EFFICIENCY + _START_SECONDS
        return replace(self, workers=workers, seconds=wall)

    def disk_warning(self, folder: Path | str, lang: str = "it") -> str | None:
        """Return a line if the disk that will hold `folder` may be too small for it."""
        place = Path(folder).resolve()
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        if free > 1.2 * self.disk_bytes:
            return None
        return catalogue(lang).text("study.estimate.disk", free=Words(lang).size(free))


def weeks_per_replicate(
    weeks: int, burn_in_weeks: int, decision_weeks: Sequence[int], arms: int
) -> int:
    """Return the weeks simulated for one replicate: one past, then every arm from each decision.

    Parameters
    ----------
    weeks, burn_in_weeks : int
        Weeks of the timeline and of the burn-in before it.
    decision_weeks : sequence of int
        Weeks of the timeline at which the arms part.
    arms : int
        Strategies.
    """
    return burn_in_weeks + max(decision_weeks) + arms * sum(weeks - week for week in decision_weeks)


@dataclass(frozen=True, kw_only=True)
class Work:
    """The size of a study.

    Parameters
    ----------
    citizens, weeks, burn_in_weeks, decision_weeks, arms, pairs
        Of the town, of its time and of the comparison.
    indicators : int
        Columns of the series.
    twins : bool
        Whether the quiet twin of each arm runs beside it.
    """

    citizens: int
    weeks: int
    arms: int
    pairs: int
    burn_in_weeks: int
    decision_weeks: Sequence[int] = (0,)
    indicators: int = 40
    twins: bool = False

    @classmethod
    def of(cls, scenario: Scenario, **more: Any) -> Work:
        """Return the size of a study of a scenario: its arms, pairs and what differs from it."""
        own: dict[str, Any] = {
            "citizens": scenario.town.citizens,
            "weeks": scenario.time.weeks,
            "burn_in_weeks": scenario.time.burn_in_weeks,
            "decision_weeks": scenario.decision_weeks,
            "twins": scenario.study.twin,
        }
        return cls(**own | more)


def estimate(
    work: Work,
    *,
    workers: int,
    seconds_per_citizen_week: float,
    build_seconds_per_citizen: float = 0.0,
    bytes_per_citizen: float = 2_000.0,
) -> Estimate:
    """Return the expected cost of a study.

    Parameters
    ----------
    work : Work
        Its size.
    workers : int
        Processes.
    seconds_per_citizen_week : float
        Measured time of one week over the citizens; see `calibrate`.
    build_seconds_per_citizen : float
        Measured time of building the community over the citizens.
    bytes_per_citizen : float
        Memory of a citizen with ties (the default is an assumption: measure it); a process holds
        the past and one arm forked from it.
    """
    arms = work.arms * (1 + work.twins)
    one = weeks_per_replicate(work.weeks, work.burn_in_weeks, work.decision_weeks, arms)
    runs = work.pairs * work.arms * len(work.decision_weeks)
    each = one * seconds_per_citizen_week + build_seconds_per_citizen
    seconds = work.pairs * work.citizens * each
    used = min(workers, work.pairs)
    rounds = -(-work.pairs // used)  # the last round may leave workers idle
    shared = rounds * seconds / work.pairs / _PARALLEL_EFFICIENCY + _START_SECONDS
    return Estimate(
        runs=runs,
        weeks=work.pairs * one,
        workers=used,
        seconds=seconds if used == 1 else shared,
        work_seconds=seconds,
        memory_bytes=_BASE_BYTES + 2 * work.citizens * bytes_per_citizen,
        disk_bytes=runs * work.weeks * work.indicators * _BYTES_PER_CELL,
    )


def together(studies: Sequence[Estimate]) -> Estimate:
    """Return the expected cost of studies run one after the other."""
    return Estimate(
        runs=sum(each.runs for each in studies),
        weeks=sum(each.weeks for each in studies),
        workers=max(each.workers for each in studies),
        seconds=sum(each.seconds for each in studies),
        work_seconds=sum(each.work_seconds for each in studies),
        memory_bytes=max(each.memory_bytes for each in studies),
        disk_bytes=sum(each.disk_bytes for each in studies),
    )


def calibrate(week: Callable[[], object], citizens: int, *, weeks: int = 5) -> float:
    """Return the seconds of one week over its citizens, from a few weeks timed now.

    Parameters
    ----------
    week : callable
        Runs one week of a model; its first call, which may compile, is not counted.
    citizens : int
        Citizens of that model.
    weeks : int
        Weeks to time; the median counts.
    """
    week()
    seconds = []
    for _ in range(weeks):
        start = time.perf_counter()
        week()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[len(seconds) // 2] / citizens
