"""Sequential stopping: pairs are added until every comparison is sure.

An interim analysis takes a whole round: the same pairs, from the first replicate on, for all that
is not yet sure. What it decides depends on those runs alone, not on who ran them, in what order, or
how often the study was interrupted; a study that is resumed makes the same analyses again over the
runs it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from resilienza_sim.errors import ResilienzaError, unknown
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.experiment import Stopping
from resilienza_sim.experiments.headline import headline_of
from resilienza_sim.experiments.plan import SWEEP, MetricInfo, Plan
from resilienza_sim.experiments.run import decision_folder, note
from resilienza_sim.experiments.session import Session
from resilienza_sim.experiments.store import Store
from resilienza_sim.statistics import CONFIDENCE, METHOD, SURE_FROM, Enough, judge

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = [
    "Interim",
    "OnInterim",
    "analyses_at",
    "family_of",
    "judged",
    "run_until_sure",
    "sureness",
    "watched",
]


@dataclass(frozen=True, slots=True)
class Interim:
    """What one interim analysis found.

    Parameters
    ----------
    pairs : int
        Pairs of each point looked at.
    points : int
        Points looked at: those not yet sure before (1 in a comparison).
    comparisons, sure : int
        Comparisons looked at, over all points, metrics, arms and decision dates; those that are
        sure.
    added : int
        Pairs that will be added to what is not sure, 0 at the end.
    """

    pairs: int
    points: int
    comparisons: int
    sure: int
    added: int


OnInterim = Callable[[Interim], None]
"""Called after each interim analysis."""


def analyses_at(rule: Stopping, first: int) -> list[int]:
    """Return the pairs at each analysis, from the first to the most; none below `SURE_FROM`."""
    start = max(first, SURE_FROM)
    most = max(start, rule.most_pairs)
    return [*range(start, most, rule.step), most]


def watched(
    rule: Stopping, metrics: Mapping[str, MetricInfo], default: Sequence[str]
) -> tuple[str, ...]:
    """Return the metrics whose pairs are counted: the rule's, or those of `default` that can be.

    Parameters
    ----------
    rule : Stopping
        What is asked.
    metrics : dict of MetricInfo
        What is known of every metric of the study.
    default : sequence of str
        Metrics meant when the rule names none.

    Raises
    ------
    ResilienzaError
        If the study lacks a metric of the rule, or if none could ever be sure.
    """
    for name in (*rule.metrics, *rule.half_width):
        if name not in metrics:
            raise unknown("unknown_metric", name, metrics)
    wanted = rule.metrics or tuple(dict.fromkeys([*default, *rule.half_width]))

    def can_be(name: str) -> bool:
        judgeable = rule.decided and metrics[name].direction != 0
        return name in rule.half_width or judgeable

    able = tuple(name for name in wanted if can_be(name))
    if not able or (rule.metrics and able != wanted):
        unable = next((name for name in wanted if name not in able), "-")
        raise ResilienzaError("never_sure", found=unable)
    return able


def run_until_sure(
    plan: Plan, session: Session, rule: Stopping, on_interim: OnInterim | None = None
) -> Plan:
    """Run a plan, adding pairs until it is sure or the most pairs are reached.

    Each point decides by itself, over all its metrics, arms and decision dates; one that is sure
    gets no more pairs. The rule and the analyses are written in the manifest as ``until_sure``.

    Parameters
    ----------
    plan : Plan
        All its points with the pairs of the first analysis; none is below `SURE_FROM` pairs.
    session : Session
        Runs it.
    rule : Stopping
        With the metrics watched.
    on_interim : callable, optional
        Called with each analysis.

    Returns
    -------
    plan
        The last one run.
    """
    stages, folder = session.stages, session.folder
    first = plan.pairs
    heads = manifests.heads_of(plan.facts)
    metrics = {name: plan.metrics[name].over(None, heads) for name in rule.metrics}
    numbers = analyses_at(rule, first)
    active = list(range(len(plan.points)))
    taken: list[dict[str, int]] = []
    stages.more = True
    for k, pairs in enumerate(numbers):
        counts = [pairs if point in active else count for point, count in enumerate(plan.counts)]
        plan = replace(plan, counts=counts)
        stages.grown(plan.total)
        session.run(plan)
        rows: list[dict[str, Any]] = []
        for day in plan.decisions:
            runs = Store(decision_folder(folder, day, plan.decisions)).runs().to_pandas()
            rows += judged(
                runs[runs["point"].isin(active)],
                rule,
                metrics,
                list(plan.arms),
                plan.baseline,
                pairs=pairs,
                horizon=plan.facts.get("horizons", {}).get(day),
                along=Along(len(plan.decisions), plan.stretch),
            )
        sure = sum(row["sure"] for row in rows)
        looked, active = len(active), sorted({row["point"] for row in rows if row["waits"]})
        added = numbers[k + 1] - pairs if active and k + 1 < len(numbers) else 0
        taken.append({"pairs": pairs, "points": looked, "comparisons": len(rows), "sure": sure})
        known = {"rule": rule.model_dump(mode="json"), "method": METHOD, "confidence": CONFIDENCE}
        known["family"] = family_of(metrics, list(plan.arms), len(plan.decisions))
        note(folder, plan, until_sure={**known, "first": first, "analyses": taken})
        if not added:
            stages.more = False
            stages(plan.total, plan.total, 0.0)
        if on_interim is not None:
            on_interim(Interim(pairs, looked, len(rows), sure, added))
        if not added:
            break
    return plan


class Along(NamedTuple):
    """What is looked at with the runs of one decision date.

    Parameters
    ----------
    dates : int
        Decision dates looked at together, this one among them.
    stretch : dict of sequence, optional
        How many times as large a smallest effect is at each point, of the metrics where it varies.
    """

    dates: int = 1
    stretch: Mapping[str, Sequence[float]] | None = None


def stretched(
    info: MetricInfo,
    metric: str,
    point: int,
    stretch: Mapping[str, Sequence[float]] | None,
) -> float | None:
    """Return the smallest effect at a point of a sweep.

    Parameters
    ----------
    info : MetricInfo
        With that of a point of mean horizon and size.
    metric : str
        Its name.
    point : int
        The point.
    stretch : dict of sequence, optional
        How many times as large it is at each point, of the metrics where that varies.
    """
    if info.effect_of_interest is None or metric not in (stretch or {}):
        return info.effect_of_interest
    return info.effect_of_interest * float((stretch or {})[metric][point])


def family_of(metrics: Mapping[str, MetricInfo], arms: Sequence[str], dates: int) -> int:
    """Return how many comparisons of one point are looked at, and are to hold together."""
    return len(metrics) * (len(arms) - 1) * dates


def judged(
    runs: pd.DataFrame,
    rule: Stopping,
    metrics: Mapping[str, MetricInfo],
    arms: Sequence[str],
    baseline: str,
    *,
    pairs: int | None = None,
    horizon: float | None = None,
    along: Along = Along(),  # noqa: B008 (it cannot be changed)
) -> list[dict[str, Any]]:
    """Return how sure each comparison of a table of runs is: every arm against the baseline.

    Parameters
    ----------
    runs : pandas.DataFrame
        One row a run: `strategy`, `replicate`, `status`, a column a metric and perhaps
        ``<metric>_censored``; `point` in a sweep.
    rule : Stopping
        What is asked.
    metrics : dict of MetricInfo
        The metrics watched.
    arms, baseline
        The arms compared.
    pairs : int, optional
        Look at so many replicates only, from the first; by default at all those that every arm
        has got to.
    horizon : float, optional
        End of observation of censored values that are undefined.
    along : Along
        What is looked at with these runs.

    Returns
    -------
    list of dict
        `point`, `metric`, `baseline`, `strategy`, the fields of `Sureness`, `sure`, `waits`.
    """
    wanted = runs[runs["strategy"].isin(list(arms))]
    points = wanted["point"] if "point" in wanted.columns else wanted["replicate"] * 0
    names, place = np.unique(points.to_numpy(int), return_inverse=True)
    replicate = wanted["replicate"].to_numpy(int)
    arm = np.array([list(arms).index(each) for each in wanted["strategy"]], dtype=int)
    shape = (names.size, len(arms), int(replicate.max(initial=-1)) + 1 if pairs is None else pairs)
    last = np.zeros(shape[:2], dtype=int)
    np.maximum.at(last, (place, arm), replicate + 1)
    counts = last.min(axis=1, initial=shape[2])
    kept = (wanted["status"] == "ok").to_numpy(bool) & (replicate < shape[2])
    index = (place[kept], arm[kept], replicate[kept])
    rows = []
    for metric, asked in metrics.items():
        info = asked.over(horizon)
        values = np.full(shape, np.nan)
        if metric in wanted.columns:  # not one run went well: no column either
            values[index] = wanted[metric].to_numpy(np.float64, na_value=np.nan)[kept]
        flags = None
        if f"{metric}_censored" in wanted.columns:
            flags = np.zeros(shape, dtype=bool)
            marks = wanted[f"{metric}_censored"].astype("boolean").fillna(False)
            flags[index] = marks.to_numpy(bool)[kept]
        base = list(arms).index(baseline)
        for k, point in enumerate(names):
            n = shape[2] if pairs is not None else counts[k]
            for other, name in enumerate(arms):
                if other == base:
                    continue
                found = judge(
                    values[k, base, :n],
                    values[k, other, :n],
                    direction=info.direction,
                    effect_of_interest=stretched(info, metric, int(point), along.stretch),
                    enough=Enough(
                        rule.half_width.get(metric),
                        rule.decided,
                        family_of(metrics, arms, along.dates),
                    ),
                    censored=None if flags is None else (flags[k, base, :n], flags[k, other, :n]),
                    horizon=horizon,
                )
                where = {
                    "point": int(point),
                    "metric": metric,
                    "baseline": baseline,
                    "strategy": name,
                }
                rows.append({**where, **asdict(found), "sure": found.sure, "waits": found.waits})
    return rows


def sureness(study: Study, rule: Stopping | None = None) -> pd.DataFrame:
    """Return how sure each comparison of a study is, and about how many more pairs it needs.

    Parameters
    ----------
    study : Study
        Any; it need not have been run until sure. All decision dates of a comparison are told.
    rule : Stopping, optional
        What is asked; by default what the study was run with or, failing that, a decided verdict
        on the headline metric of a comparison, on all that have a better side in a sweep.

    Returns
    -------
    pandas.DataFrame
        One row for each decision date or point, metric and arm: `decision` or `point`, `metric`,
        `baseline`, `strategy`, the fields of `statistics.Sureness`, `sure`, and `since`: the pairs
        at the first look from which it was sure at every look (nan where it is not).
    """
    known = study.manifest.get("until_sure") or {}
    if rule is None:
        rule = Stopping.model_validate(known.get("rule") or {})
    heads = manifests.heads_of(study.manifest)
    infos = {
        name: MetricInfo.of(each).over(None, heads)
        for name, each in study.manifest["metrics"].items()
    }
    sweep = manifests.kind_of(study.manifest) == SWEEP
    headline = list(infos) if sweep else [headline_of(study.runs)]
    metrics = {name: infos[name] for name in watched(rule, infos, headline)}
    analyses = analyses_at(rule, int(known.get("first", SURE_FROM)))
    days = {
        str(day): each for day, each in ({"": study} if study.is_sweep else study.decisions).items()
    }
    rows = []
    for day, each in days.items():
        ask = partial(
            judged,
            rule=rule,
            metrics=metrics,
            arms=each.strategies,
            baseline=each.baseline,
            horizon=each.manifest.get("horizons", {}).get(each.manifest["decision"]),
            along=Along(len(days), study.manifest.get("stretch")),
        )
        found = ask(each.runs)
        since = _since(found, each.runs, analyses, ask)
        rows += [{"decision": day, **row, "since": since.get(_key(row))} for row in found]
    table = pd.DataFrame(rows).drop(columns="waits", errors="ignore")
    return table.drop(columns="decision" if "" in days else "point", errors="ignore")


def _key(row: Mapping[str, Any]) -> tuple[int, str, str]:
    return row["point"], row["metric"], row["strategy"]


def _since(
    rows: list[dict[str, Any]],
    runs: pd.DataFrame,
    analyses: Sequence[int],
    ask: Callable[..., list[dict[str, Any]]],
) -> dict[tuple[int, str, str], float]:
    """Return the first look from which each sure row was sure at every look until now."""
    now = {_key(row): row["pairs"] for row in rows if row["sure"]}
    since = dict(now)
    unbroken = set(now)
    for pairs in sorted((n for n in analyses if n < max(now.values(), default=0)), reverse=True):
        alike = [key for key in unbroken if now[key] > pairs]
        if not alike:
            continue
        points = runs["point"].isin({key[0] for key in alike})
        before = {_key(row) for row in ask(runs[points], pairs=pairs) if row["sure"]}
        for key in alike:
            if key in before:
                since[key] = pairs
            else:
                unbroken.discard(key)
    return since
