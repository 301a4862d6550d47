"""The rows and sentences of the report: verdicts, metrics, the audit of the purse, provenance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from resilienza_sim.experiments import verdicts as say
from resilienza_sim.experiments.headline import TOTAL
from resilienza_sim.experiments.worker import DECISIVE
from resilienza_sim.report import worlds
from resilienza_sim.report.reading import town_of
from resilienza_sim.report.view import Arm, Comparison, DecisionView, MetricRow
from resilienza_sim.words import Words, decimals, plain

__all__ = [
    "Verdict",
    "divergence",
    "glance",
    "limits",
    "metric_table",
    "provenance",
    "territory",
    "three_table",
    "verdicts",
]

SMALL_TOWN = 2_000  # below it small populations distort results
_BETTER = {1: "table.higher", -1: "table.lower", 0: "table.neither"}

# -- verdicts ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """One comparison as the reader meets it: a badge, a sentence, how sure, what it costs.

    `others` tells the metrics that get worse; where the verdict is worse, those that get better.
    """

    comparison: Comparison
    kind: str
    label: str
    sentence: str
    sure: str
    others: str
    short: str
    bar: Mapping[str, float] | None
    three: tuple[dict[str, str], ...] = ()
    """Due to shocks, in everyday welfare, in all: `title`, `line`, `kind` and parts of each."""


def verdicts(view: DecisionView) -> list[Verdict]:
    """Return the verdict of each comparison on the main metric, in plain words."""
    words, point = view.words, view.study.is_point
    found = []
    chance = worlds.chance(view)
    for each in view.comparisons:
        row = each.headline
        if row is None:
            continue
        sure = (
            say.frequencies(words, each, row, point=point),
            chance.get((each.baseline.name, each.strategy.name), ""),
        )
        found.append(
            Verdict(
                comparison=each,
                kind=row.kind,
                label=say.label(words, row.kind),
                sentence=say.sentence(words, each, row),
                sure=" ".join(filter(None, sure)),
                others=say.others(words, each),
                short=say.figures(words, row)["difference"],
                bar=_bar(row, _reach(view)),
                three=tuple(_figure(words, figure) for figure in each.three),
            )
        )
    return found


def three_table(
    view: DecisionView, comparisons: Sequence[Comparison]
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the three figures of each comparison, its verdict, and in how many worlds, in words.

    The heads and the rows of a table. Without twins its first figure is the loss in all, and the
    others are empty.
    """
    words = view.words
    rows: list[tuple[str, ...]] = []
    first_figure = "total_95" if view.study.headline == TOTAL else "shocks"
    counted = "pairs" if view.study.is_point else "worlds"
    titles = {arm.name: arm.title for arm in view.arms}
    heads = [
        words("three.comparison", baseline=titles.get(view.study.baseline, view.study.baseline)),
        *(words(f"three.{name}") for name in (first_figure, "everyday", "total", "verdict")),
        words(f"three.{counted}"),
    ]
    for each in comparisons:
        row = each.headline
        if row is None:
            continue
        figures = [_figure(words, figure) for figure in each.three or (row,)]
        first, *others = figures
        everyday, total = (figure["difference"] for figure in others) if others else ("", "")
        name = each.strategy.title
        if each.baseline.name != view.study.baseline:
            name = words("three.against", strategy=name, baseline=each.baseline.title)
        rows.append(
            (
                name,
                words("three.figure", **first) if math.isfinite(row.low) else first["difference"],
                everyday,
                total,
                first["verdict"],
                words("worlds.short", better=row.better, alike=row.alike, worse=row.worse),
            )
        )
    return heads, rows


def _figure(words: Words, row: MetricRow) -> dict[str, str]:
    """Return one of the three figures of a comparison, in words."""
    text = {"title": words(f"verdict.three.{row.metric}"), **say.figures(words, row)}
    return {**text, "kind": row.kind, "line": words("verdict.three.line", **text)}


def _bar(row: MetricRow, reach: float) -> Mapping[str, float] | None:
    """Return where interval, mean and band of small effects lie, in percent of a small bar."""
    if not all(map(math.isfinite, (row.low, row.high, row.difference))):
        return None
    effect = row.effect if math.isfinite(row.effect) else 0.0

    def at(value: float) -> float:
        return round(50 + 50 * value / reach, 2)

    return {
        "low": at(row.low),
        "high": at(row.high),
        "mean": at(row.difference),
        "from": at(-effect),
        "to": at(effect),
    }


def _reach(view: DecisionView) -> float:
    """Return the end of the small bars of a decision week, the same so that they compare."""
    rows = [each.headline for each in view.comparisons if each.headline is not None]
    ends = [abs(end) for row in rows for end in (row.low, row.high, 1.5 * row.effect)]
    return 1.1 * max(filter(math.isfinite, ends), default=0.0) or 1.0


def glance(views: Sequence[DecisionView]) -> dict[str, Any] | None:
    """Return all verdicts as one small table, strategies by (decision, baseline)."""
    cells = {
        (v.comparison.strategy.name, view.key, v.comparison.baseline.name): v
        for view in views
        for v in verdicts(view)
    }
    if len(cells) < 3:
        return None
    columns = list(dict.fromkeys((key, baseline) for _, key, baseline in cells))
    names = list(dict.fromkeys(strategy for strategy, _, _ in cells))
    titles = {arm.name: arm for view in views for arm in view.arms}
    return {
        "decisions": [
            (view, [b for key, b in columns if key == view.key])
            for view in views
            if any(key == view.key for key, _ in columns)
        ],
        "baselines": [titles[baseline] for _, baseline in columns],
        "heads": [_head(views, key, titles[baseline]) for key, baseline in columns],
        "rows": [
            (titles[name], [cells.get((name, key, baseline)) for key, baseline in columns])
            for name in names
        ],
    }


def _head(views: Sequence[DecisionView], key: str, baseline: Arm) -> str:
    """Return what stands over a cell of the small table, with its date where there are several."""
    words = views[0].words
    against = words("answer.glance_against", baseline=baseline.title)
    if len(views) == 1:
        return against
    view = next(view for view in views if view.key == key)
    when = words("answer.glance_decision", date=words.date(view.study.decision))
    return f"{when}, {against}"


# -- metrics -----------------------------------------------------------------------------------


def metric_table(view: DecisionView, comparison: Comparison) -> list[dict[str, Any]]:
    """Return the rows of the table of one comparison, already in words."""
    words = view.words
    rows = []
    for row in comparison.rows:
        level = decimals(row.mean_baseline, row.mean_strategy)
        rows.append(
            {
                **say.figures(words, row),
                "title": row.title,
                "better": words(_BETTER[row.gain]),
                "baseline": words.number(row.mean_baseline, level),
                "strategy": words.number(row.mean_strategy, level),
                "counts": words("worlds.short", better=row.better, alike=row.alike, worse=row.worse)
                if row.gain and row.pairs
                else words.undefined,
                "effect": words.exact(row.effect),
                "kind": row.kind,
                "notes": list(say.notes(words, row)),
            }
        )
    return rows


# -- first difference --------------------------------------------------------------------------


def divergence(words: Words, manifest: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """Return one sentence for each first difference between two arms."""
    sentences = []
    for each in manifest.get("divergence") or ():
        known = {name: plain(value) for name, value in each.items() if value is not None}
        for role in ("baseline", "strategy"):
            known[role] = titles.get(known.get(role, ""), known.get(role, ""))
        for name in ("date", "decision"):
            known[name] = _day(words, known.get(name, ""))
        known["action"] = words.name("action", known["action"]) if "action" in known else "–"
        known["phase"] = words.either("phase", known.get("phase", "")) or known.get("phase", "–")
        known["field"] = words.either("field", known.get("field", "")) or known.get("field", "–")
        key = "divergence.line" if {"week", "citizen"} <= known.keys() else "divergence.never"
        sentences.append(words(key, **known))
    return sentences


def _day(words: Words, text: str) -> str:
    try:
        return words.date(date.fromisoformat(text[:10]))
    except ValueError:
        return text


# -- territory, limits, provenance -------------------------------------------------------------


def territory(words: Words, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of the town, each with area, year, source and whether it stands in."""
    town = town_of(manifest)
    figures = {} if town is None else town.figures
    return [
        {
            "title": words.either("figure_name", name) or plain(name),
            "value": _figure_value(words, figure.value, figure.unit or ""),
            "area": plain(figure.area or "–"),
            "year": plain(figure.year or "–"),
            "source": words.source(plain(figure.source or "–")),
            "stands_in": bool(figure.stands_in),
        }
        for name, figure in figures.items()
    ]


def _figure_value(words: Words, value: Any, unit: str) -> str:
    if unit.startswith("share") and isinstance(value, int | float):
        of = "" if unit == "share" else words.unit(unit)
        return f"{words.percent(value, 1)} {of}".strip()
    return f"{words.number(value)} {words.unit(unit)}".strip()


def limits(words: Words, views: Sequence[DecisionView], manifest: Mapping[str, Any]) -> list[str]:
    """Return what the reader must know before believing, the warnings of this study first."""
    pairs = min((view.pairs for view in views), default=0)
    failed = sum(len(view.study.failures) for view in views)
    citizens = manifest.get("citizens")
    found = []
    if pairs:
        found.append(words.count("limits.pairs", pairs, rare=math.ceil(pairs / 3)))
    town = town_of(manifest)
    if town is not None and citizens == town.residents < SMALL_TOWN:
        found.append(words("limits.small_town", n=words.number(citizens, 0), pairs=pairs))
    elif isinstance(citizens, int) and citizens < SMALL_TOWN:
        least = words.number(SMALL_TOWN, 0)
        found.append(words("limits.small", n=words.number(citizens, 0), least=least))
    if failed:
        found.append(words.count("limits.failed", failed))
    if any(view.study.headline == TOTAL for view in views):
        found.append(words("answer.no_twin"))
    if any(row.censored for view in views for each in view.comparisons for row in each.rows):
        found.append(words("limits.censored"))
    if any(figure["stands_in"] for figure in territory(words, manifest)):
        found.append(words("limits.stands_in"))
    always = ("forecast", "history", "priors", "rates", "ties", "money", "effect")
    return found + [words(f"limits.{name}") for name in always]


def provenance(words: Words, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return where the numbers come from, as pairs of name and value."""
    scenario = manifest.get("scenario") or {}
    sessions = manifest.get("sessions") or [{}]
    last = sessions[-1] if isinstance(sessions[-1], Mapping) else {}
    versions = manifest.get("versions") or last.get("versions") or {}
    seeds = manifest.get("seeds", manifest.get("seed"))
    changed = manifest.get("parameters") or {}
    found = {
        "scenario": scenario.get("name") or manifest.get("name"),
        "hash": scenario.get("hash"),
        "study": manifest.get("study_hash") or manifest.get("configuration"),
        "seeds": _seeds(seeds),
        "citizens": words.number(manifest.get("citizens"), 0) if manifest.get("citizens") else None,
        "changed": ", ".join(f"{name} = {value}" for name, value in changed.items()),
        "model": manifest.get("model_version") or versions.get("resilienza-sim"),
        "versions": ", ".join(f"{n} {versions[n]}" for n in ("python", *DECISIVE) if n in versions),
        "machine": last.get("platform"),
        "commit": manifest.get("commit") or last.get("commit"),
    }
    return [(words(f"provenance.{name}"), plain(value)) for name, value in found.items() if value]


def _seeds(seeds: Any) -> str:
    if isinstance(seeds, Mapping):
        return ", ".join(f"{name} {value}" for name, value in seeds.items())
    if isinstance(seeds, list | tuple):
        few = ", ".join(str(seed) for seed in seeds[:6])
        return f"{few}, … {seeds[-1]} ({len(seeds)})" if len(seeds) > 6 else few
    return "" if seeds is None else str(seeds)
