"""Plausible worlds: the numbers nobody has measured drawn from their ranges, and who wins in each.

A verdict is stated over the ranges of what is not known (MODEL.md section 4): "wins in x % of
plausible worlds". Which numbers, and their ranges, are read off the model itself:

* every number whose source calls it a prior or states a range that holds its default, and the unit
  costs of the actions somebody buys, which are of the right order and no price list; with
  `among="assumptions"` also every one that is an assumption. Fitted and measured numbers stay;
* its range is the one its source states ("prior .05-.3", "10-30 %"). Where none is stated: half to
  double of the default, inside the declared bounds, drawn evenly in its logarithm. That is an
  assumption of ours, since the declared bounds say what the equations bear, not what is plausible.
  A file of claims may give its own (``worlds.ranges``);
* a default of zero has no half nor double, and an end that the scenario refuses is no range: both
  are left out, and told.

Worlds are a Latin hypercube (McKay, Beckman & Conover 1979). A draw that the model refuses stays in
the sweep as runs that failed, and is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resilienza_sim.component import Bilingual
from resilienza_sim.discovery import family
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.judging import READINGS, read
from resilienza_sim.experiments.experiment import Design, Experiment, Factor
from resilienza_sim.experiments.setting import Bench, parted
from resilienza_sim.model.contracts import Action
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.scenario import PursePart
from resilienza_sim.wording import peel

if TYPE_CHECKING:
    from resilienza_sim.experiments.audit.claims import Claim, Span
    from resilienza_sim.experiments.audit.stages import Stage
    from resilienza_sim.experiments.sweep_study import Sweep

__all__ = [
    "Range",
    "Ranges",
    "claims_in_worlds",
    "plausible",
    "stated_range",
    "winners",
    "worlds_of",
]

Among = Literal["priors", "assumptions"]
_PRIOR = re.compile(r"\bprior\b|\[P\]")
_SPAN = re.compile(
    r"(?<![\d.\-–])(\d*\.?\d+)\s*(?:-|–|to)\s*(\d*\.?\d+)(?![\d.]*[-–]\d)\s*(%|points)?"
)
_PRICE = "unit_cost_eur"
_SMALLEST_WHOLE = 2


@dataclass(frozen=True, slots=True)
class Range:
    """What one number is drawn from.

    Parameters
    ----------
    path : str
        Where it is set.
    default, low, high : float
        As shipped; from, to.
    whole : bool
        Whether only whole numbers make sense.
    stated : bool
        Whether its source states the range; else half to double, by assumption.
    source : str
        Its source.
    """

    path: str
    default: float
    low: float
    high: float
    whole: bool
    stated: bool
    source: str

    @property
    def factor(self) -> Factor:
        """The same as a factor of an experiment."""
        name = self.path.removeprefix("parameters.").replace(".", "_").lower()[:40]
        how = "its source" if self.stated else "half to double, assumption"
        return Factor(
            name=name,
            title=Bilingual(it=self.path, en=self.path),
            source=f"{how}: {self.source}"[:2000],
            paths=(self.path,),
            low=self.low,
            high=self.high,
            scale="linear" if self.stated or self.whole else "log",
            whole=self.whole,
        )


@dataclass(frozen=True, slots=True)
class Ranges:
    """What worlds are drawn from, and the numbers that could not be drawn, with the reason."""

    drawn: tuple[Range, ...]
    left_out: Mapping[str, str]


def stated_range(source: str, default: float) -> tuple[float, float] | None:
    """Return the range that a source states, if it states one that holds the default.

    "%" and "points" are hundredths where that makes the default fit.
    """
    for found in _SPAN.finditer(source):
        low, high = float(found[1]), float(found[2])
        for scale in (1.0, 0.01) if found[3] else (1.0,):
            if low * scale <= default <= high * scale and low < high:
                return round(low * scale, 12), round(high * scale, 12)
    return None


def _numbers(bought: Mapping[str, Any]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield every number of the model, the purse and the actions that somebody buys, by path."""
    for table, info in Parameters.model_fields.items():
        model: Any = info.annotation
        yield from _fields(f"parameters.{table}", model)
    yield from _fields("purse", PursePart)
    for kind, model in sorted(bought.items()):
        yield from _fields(f"actions.{kind}", model)


def _fields(path: str, model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in model.model_fields.items():
        if peel(info.annotation)[0] in (int, float):
            yield f"{path}.{name}", info


def plausible(
    among: Among,
    bench: Bench,
    place: str,
    base: Mapping[str, Any] | None = None,
    given: Sequence[Span] = (),
) -> Ranges:
    """Return what worlds are drawn from.

    Parameters
    ----------
    among : str
        "priors", or "assumptions" for these and every number that is an assumption.
    bench : Bench
        Scenario and strategies.
    place : str
        Name of the scenario on the bench.
    base : dict, optional
        Values of the case, by path: these numbers are not drawn.
    given : sequence of Span, optional
        Ranges in place of those of the sources.
    """
    fixed = dict(base or {})
    actions = family("actions", Action)
    bought = {
        line.action.kind(): actions[line.action.kind()]
        for arm in bench.strategies
        for phase in (arm.normal, arm.emergency, arm.recovery)
        for line in phase
    }
    drawn: list[Range] = []
    left_out: dict[str, str] = {}
    now = bench.scenario(parted(place, fixed)).model_dump(mode="json")
    for path, info in _numbers(bought):
        about = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        source = str(about.get("source") or "")
        if path in fixed or info.default is None or info.is_required():
            continue
        value = _at(now, path)
        default = float(info.default if value is None else value)
        span = stated_range(source, default)
        if own := next((each for each in given if each.path == path), None):
            span, source = (own.low, own.high), own.source
        assumed = "assumption" in source and among == "assumptions"
        chosen = own or span or assumed or _PRIOR.search(source) or path.endswith(_PRICE)
        if not chosen or source.startswith("fitted"):
            continue
        made = _range(path, info, default, span, source)
        if made is None:
            left_out[path] = "no_span"
        elif refused := _refused(bench, place, fixed, made):
            left_out[path] = refused
        else:
            drawn.append(made)
    return Ranges(tuple(drawn), left_out)


def _at(data: Any, path: str) -> float | None:
    for step in path.split("."):
        if not isinstance(data, dict) or step not in data:
            return None  # of an action: each line may have its own
        data = data[step]
    return None if data is None else float(data)


def _range(
    path: str, info: FieldInfo, default: float, span: tuple[float, float] | None, source: str
) -> Range | None:
    limits = {type(each).__name__: each for each in info.metadata}
    least, most = float(limits["Ge"].ge), float(limits["Le"].le)
    whole = peel(info.annotation)[0] is int
    low, high = span or (default / 2.0, default * 2.0)
    low, high = max(low, least), min(high, most)
    if whole:
        low, high = float(np.ceil(low)), float(np.floor(high))
    if not low < high or (span is None and (low <= 0.0 or (whole and default < _SMALLEST_WHOLE))):
        return None
    return Range(path, default, low, high, whole, span is not None, source)


def _refused(bench: Bench, place: str, fixed: Mapping[str, Any], made: Range) -> str:
    """Return "refused" if the scenario or a strategy refuses an end of a range by itself."""
    for end in (made.low, made.high):
        value = int(end) if made.whole else end
        try:
            setting = parted(place, {**fixed, made.path: value})
            bench.scenario(setting)
            bench.arms(setting)
        except ResilienzaError:
            return "refused"
    return ""


def worlds_of(
    base: Stage, points: int, pairs: int, among: Among, given: Sequence[Span] = ()
) -> Stage:
    """Return the stage that draws worlds around a case.

    Parameters
    ----------
    base : Stage
        The case under its perturbations.
    points, pairs : int
        Worlds; pairs in each.
    among, given
        As for `plausible`.

    Raises
    ------
    ResilienzaError
        If there is nothing to draw.
    """
    told = base.experiment
    (place,) = told.scenarios
    scenarios: Any = {place: base.ready[place]}
    arms: Any = tuple(base.ready[name] for name in told.strategies)
    bench = Bench(scenarios, arms, told.decision, ())
    ranges = plausible(among, bench, place, told.set, given)
    if not ranges.drawn:
        raise ResilienzaError("nothing_to_draw", case=base.case.name)
    experiment = Experiment.model_validate(
        {
            **told.model_dump(mode="json"),
            "name": f"{told.name[:33]}_worlds",
            "pairs": pairs,
            "factors": [each.factor for each in ranges.drawn],
            "design": Design(kind="latin_hypercube", points=points),
        }
    )
    return replace(
        base, experiment=experiment, left_out={}, place=f"{base.place}-worlds", ranges=ranges
    )


def claims_in_worlds(stage: Stage, runs: Sweep, margin: Mapping[str, float]) -> pd.DataFrame:
    """Return one row a claim: in which share of the worlds it has each reading.

    Columns: `claim`, `worlds` (those that ran), `failed` (draws the model refused or that broke),
    and for each of `judging.READINGS` its count, share, and Wilson's 95 % interval of the share.
    """
    rows = []
    for claim in stage.claims:
        said = [read_world(stage, runs, claim, k, margin[claim.name]) for k in _ran(runs)]
        rows.append({"claim": claim.name, **_counted(runs), **_shares(said, READINGS)})
    return pd.DataFrame(rows)


def read_world(stage: Stage, runs: Sweep, claim: Claim, point: int, margin: float) -> str:
    """Return the reading of a claim in one world."""
    new, old = stage.names[claim.strategy], stage.names[claim.baseline]
    found = runs.compare(point, claim.metric, new, old, "world")
    return read(found, claim.direction, margin).says


def winners(runs: Sweep, metric: str) -> pd.DataFrame:
    """Return one row an arm, and two for worlds that nobody wins: count, share, Wilson's interval.

    An arm wins a world in which it is surely better than each other arm by the smallest difference
    that matters. Nobody wins one in which the arm with the best mean is equivalent to another
    ("equivalent"), or in which pairs are too few to tell ("undecided").
    """
    said = [_winner(runs, metric, point) for point in _ran(runs)]
    arms = [*runs.strategies, "equivalent", "undecided"]
    rows = []
    for arm in arms:
        shares = _shares(said, [arm])
        rows.append({"arm": arm, **{k.removeprefix(f"{arm}_"): v for k, v in shares.items()}})
    return pd.DataFrame([{**row, **_counted(runs)} for row in rows])


def _winner(runs: Sweep, metric: str, point: int) -> str:
    verdicts = {
        (new, old): runs.compare(point, metric, new, old, "world").verdict
        for new, old in permutations(runs.strategies, 2)
    }
    for arm in runs.strategies:
        if all(said == "better" for (new, _), said in verdicts.items() if new == arm):
            return arm
    info = runs.describe(metric)
    means = runs.values(metric).loc[point].mean() * info.direction
    best = str(means.idxmax())
    tied = any(said == "equivalent" for (new, _), said in verdicts.items() if new == best)
    return "equivalent" if tied else "undecided"


def _ran(runs: Sweep) -> list[int]:
    """Return the worlds in which every arm ran at least once."""
    well = runs.values(runs.metrics[0]).dropna()
    return [int(k) for k in well.index.get_level_values("point").unique()]


def _counted(runs: Sweep) -> dict[str, int]:
    ran = len(_ran(runs))
    return {"worlds": ran, "failed": len(runs.points) - ran}


def _shares(said: list[str], words: Any) -> dict[str, float]:
    """Return count, share and Wilson's interval of each word (Wilson 1927)."""
    from scipy import stats

    found: dict[str, float] = {}
    for word in words:
        count, low, high = said.count(word), np.nan, np.nan
        if said:
            interval = stats.binomtest(count, len(said)).proportion_ci(0.95, method="wilson")
            low, high = float(interval.low), float(interval.high)
        share = count / len(said) if said else np.nan
        found |= {word: count, f"{word}_share": share, f"{word}_low": low, f"{word}_high": high}
    return found
