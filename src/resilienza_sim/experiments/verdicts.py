"""What is said of two arms: the one place where a verdict becomes a sentence.

`Study.verdict`, the terminal and the page say these strings, made of the rows of
`Study.comparison` and of `Words`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from resilienza_sim.experiments.headline import THREE, headline
from resilienza_sim.statistics import MINIMUM_PAIRS, SKEWED_BEYOND, side
from resilienza_sim.words import Words, decimals

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = [
    "Arm",
    "Comparison",
    "MetricRow",
    "distinct",
    "figures",
    "frequencies",
    "label",
    "least_pairs",
    "marked",
    "measure",
    "metric_row",
    "notes",
    "others",
    "sentence",
    "verdict_of",
]

VERDICTS = ("better", "worse", "equivalent", "undecided")
_OPPOSITE = {"better": "worse", "worse": "better"}
_FEW = 4  # names in a sentence
_SPENT = "spent_eur"


@dataclass(frozen=True)
class Arm:
    """One strategy as the reader sees it; `order` is its place, `mark` its colour and marker."""

    name: str
    title: str
    description: str
    order: int
    mark: int = 0


@dataclass(frozen=True)
class MetricRow:
    """One metric of one comparison; nan where undefined.

    `gain` is +1 where more of the metric is better, -1 where less is, 0 where neither; `effect` is
    the smallest difference of interest; in `better` pairs (worlds) the strategy does better by that
    much, in `worse` ones worse, in those `alike` the difference is smaller; `pairs` were used,
    `dropped` were not; `censored` counts values that are known only to be longer than the
    observation. `low` and `high` hold the mean in 95 cases of 100, unless a few pairs make it:
    `skewness`. A `diagnosis` explains verdicts and is never named in one.
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
    skewness: float = math.nan
    diagnosis: bool = False

    @property
    def kind(self) -> str:
        """The verdict, one of `VERDICTS`; "undefined" where none can be given."""
        if not math.isfinite(self.difference) or not self.gain:
            return "undefined"
        return self.verdict if self.verdict in VERDICTS else "undecided"


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

    def others(self, judged: MetricRow, kind: str) -> tuple[MetricRow, ...]:
        """Return the other metrics with a verdict; the headline's figures stand for each other."""
        own = _figures_of(judged)
        return tuple(
            row
            for row in self.rows
            if row.kind == kind and not row.diagnosis and row.metric not in own
        )


def _figures_of(judged: MetricRow) -> tuple[str, ...]:
    """Return the metrics that a verdict is about: the headline's figures stand for each other."""
    return THREE if judged.metric in THREE else (judged.metric,)


def metric_row(
    words: Words,
    row: Mapping[str, Any],
    facts: Mapping[str, Any],
    means: tuple[float, float] = (math.nan, math.nan),
) -> MetricRow:
    """Return a row of `Study.comparison` as readers meet it: shares in percentage points.

    Parameters
    ----------
    words : Words
        Gives the language of title and unit.
    row : mapping
        The row.
    facts : mapping
        What the study knows of its metric: unit, better, title, diagnosis.
    means : pair of float
        Of baseline and strategy.
    """
    metric = str(row["metric"])
    scale = 100.0 if facts.get("unit") == "share" else 1.0
    scaled: dict[str, Any] = {
        name: scale * _number(row.get(column))
        for name, column in (
            ("difference", "mean_difference"),
            ("effect", "effect_of_interest"),
            *((end, end) for end in ("low", "high")),
        )
    }
    counted: dict[str, Any] = {
        name: int(_number(row.get(column), 0.0))
        for name, column in (
            ("pairs", "n"),
            *((each, each) for each in ("dropped", "censored")),
            *((each, f"n_{each}") for each in ("better", "alike", "worse")),
        )
    }
    return MetricRow(
        metric=metric,
        title=words.name("metric", metric, facts.get("title")),
        unit=words.unit(str(facts.get("unit") or "")),
        gain={"higher": 1, "lower": -1}.get(str(facts.get("better")), 0),
        mean_baseline=scale * means[0],
        mean_strategy=scale * means[1],
        relative=_number(row.get("relative")),
        skewness=_number(row.get("skewness")),
        verdict=str(row.get("verdict") or "undecided"),
        diagnosis=bool(facts.get("diagnosis")),
        **scaled,
        **counted,
    )


def _number(value: Any, otherwise: float = math.nan) -> float:
    try:
        return otherwise if value is None else float(value)
    except (TypeError, ValueError):
        return otherwise


def least_pairs() -> int:
    """Return the pairs below which nothing is said of two arms."""
    return MINIMUM_PAIRS


def distinct(names: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Return titles that tell things apart: those of several get their names beside them."""
    return [
        f"{title} ({name})" if titles.count(title) > 1 else title
        for name, title in zip(names, titles, strict=True)
    ]


# -- the words -----------------------------------------------------------------------------------


def label(words: Words, kind: str) -> str:
    """Return a verdict in one word."""
    return words(f"verdict.{kind}.label") if kind in VERDICTS else words.undefined


def figures(words: Words, row: MetricRow) -> dict[str, str]:
    """Return a row in words: `difference`, `interval` with as many decimals, `unit`, `verdict`."""
    difference, interval = words.estimate(row.difference, row.low, row.high)
    return {
        "difference": difference,
        "interval": interval,
        "unit": row.unit,
        "verdict": label(words, row.kind),
    }


def sentence(words: Words, each: Comparison, row: MetricRow) -> str:
    """Return what may be said of two arms on one metric."""
    if not math.isfinite(row.difference):
        return words("verdict.none", measure=measure(words, row))
    values = figures(words, row)
    share = _share(words, row)
    return words(
        _key(row),
        strategy=each.strategy.title,
        baseline=each.baseline.title,
        measure=measure(words, row),
        amount=_with_unit(values["difference"].lstrip("+\u2212"), row.unit),
        direction=words("verdict.less" if row.difference < 0 else "verdict.more"),
        share=f"{share}; " if share else "",
        aside=f" ({share})" if share else "",
        interval=values["interval"],
        effect=_with_unit(words.exact(row.effect), row.unit),
        pairs=row.pairs,
        least=least_pairs(),
    )


def _share(words: Words, row: MetricRow) -> str:
    """Return the difference as a share of the baseline; nothing where that is next to nothing."""
    if not math.isfinite(row.relative) or not row.relative:
        return ""
    base = abs(row.difference / row.relative)
    if math.isfinite(row.effect) and base < row.effect:
        return ""
    return words.percent(row.relative, 1 if abs(row.relative) < 0.1 else 0, sign=True)


def _key(row: MetricRow) -> str:
    kind = row.verdict if row.verdict in VERDICTS else "undecided"
    if row.pairs < least_pairs():
        return "verdict.few"
    if not row.gain:
        return "verdict.neither"
    if kind == "undecided" and math.isnan(row.low):
        return "verdict.identical"
    if kind == "undecided" and side(row.low, row.high):
        return "verdict.undecided.small"
    if kind == "equivalent" and row.difference == row.low == row.high == 0.0:
        return "verdict.equivalent.plain"
    if kind in ("equivalent", "undecided") and not math.isfinite(row.effect):
        return f"verdict.{kind}.plain"
    return f"verdict.{kind}.sentence"


def measure(words: Words, row: MetricRow) -> str:
    """Return what is measured, as a sentence names it."""
    key = row.metric if row.metric in (THREE[0], THREE[2]) else "other"
    return words(f"verdict.measure.{key}", title=row.title)


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit else number


def frequencies(words: Words, each: Comparison, row: MetricRow, *, point: bool) -> str:
    """Return in how many worlds (pairs, at a single point) a way does better, and worse."""
    if not row.gain or not row.pairs:
        return ""
    return words(
        f"worlds.counts.{'pairs' if point else 'worlds'}",
        strategy=each.strategy.title,
        better=row.better,
        alike=row.alike,
        worse=row.worse,
        n=row.pairs,
    )


def others(words: Words, each: Comparison, judged: MetricRow | None = None) -> str:
    """Return which other metrics surely change: what the verdict does not show.

    Where it is better, what gets worse; where it is worse, what gets better; where it is neither,
    both, harm first. That who spends less has spent less is no news and is left out.
    """
    judged = judged or each.headline
    if judged is None or max((row.pairs for row in each.rows), default=0) < least_pairs():
        return ""
    if judged.kind in ("equivalent", "undecided"):
        return _both_ways(words, each, judged)
    return _changed(words, each, judged, _OPPOSITE.get(judged.kind, "worse"))


def _changed(words: Words, each: Comparison, judged: MetricRow, kind: str) -> str:
    titles = [row.title for row in each.others(judged, kind) if row.metric != _SPENT]
    text = {"strategy": each.strategy.title, "names": words.quoted(titles[:_FEW])}
    if not titles:
        return words(f"verdict.others.{kind}.none", **text)
    if len(titles) <= _FEW:
        return words(f"verdict.others.{kind}.names", **text)
    return words(f"verdict.others.{kind}.more", more=len(titles) - _FEW, **text)


def marked(each: Comparison, judged: MetricRow, kind: str) -> tuple[MetricRow, ...]:
    """Return the other metrics that differ markedly, "better" or "worse".

    Markedly: with a verdict that stands together with all others or, where that cannot be had of so
    few pairs, by the smallest effect of interest on average and in three pairs of four.
    """
    own = _figures_of(judged)
    sign = 1 if kind == "better" else -1
    found = []
    for row in each.rows:
        if row.diagnosis or row.metric in own or not row.gain or row.pairs < least_pairs():
            continue
        count = row.better if sign > 0 else row.worse
        large = sign * row.gain * row.difference >= row.effect > 0.0
        if row.kind == kind or (large and 4 * count >= 3 * row.pairs):
            found.append(row)
    return tuple(found)


def _both_ways(words: Words, each: Comparison, judged: MetricRow) -> str:
    """Return what differs markedly though the headline does not: what is worse, then better."""
    said = []
    for kind in ("worse", "better"):
        rows = [row for row in marked(each, judged, kind) if row.metric != _SPENT]
        titles = [_with_figures(words, row) for row in rows]
        if titles:
            more = len(titles) - _FEW
            names = words.list(titles[:_FEW])
            key = "more" if more > 0 else "names"
            said.append(words(f"verdict.markedly.{kind}.{key}", names=names, more=more))
    if not said:
        return words("verdict.markedly.nothing", strategy=each.strategy.title)
    return words("verdict.markedly.lead", strategy=each.strategy.title, said=" ".join(said))


def _with_figures(words: Words, row: MetricRow) -> str:
    digits = decimals(row.mean_baseline, row.mean_strategy)
    return words(
        "verdict.markedly.item",
        title=row.title,
        baseline=words.number(row.mean_baseline, digits),
        strategy=words.number(row.mean_strategy, digits),
    )


def notes(words: Words, row: MetricRow) -> Iterator[str]:
    """Yield what limits the numbers of a row: times cut short, pairs left out, a few large ones."""
    if row.censored:
        yield words.count("table.censored", row.censored)
    if row.dropped:
        yield words.count("table.missing", row.dropped)
        if reason := words.either("undefined", row.metric):
            yield reason

    if abs(row.skewness) > SKEWED_BEYOND and row.pairs >= least_pairs():
        yield words("table.skewed")


def verdict_of(study: Study, metric: str, old: str, new: str, lang: str) -> str:
    """Return the verdict of the arm `new` against `old`, what disagrees and what it leaves out.

    Parameters
    ----------
    study : Study
        Where the comparison comes from.
    metric : str
        What is judged.
    old, new : str
        The arms.
    lang : str
        "it" or "en".
    """
    words = Words(lang)
    titles = dict(
        zip(
            study.strategies,
            distinct(study.strategies, [study.strategy_title(s, lang) for s in study.strategies]),
            strict=True,
        )
    )
    # What is asked for is a question of its own; the others are told if they stand together.
    table = study.comparison(baseline=old).query("strategy == @new and metric != @metric")
    rows = tuple(
        metric_row(
            words,
            each,
            asdict(study.describe(each["metric"])),
            study.means(each["metric"], new, old),
        )
        for each in (study.row(metric, new, old), *table.to_dict("records"))
    )
    judged = next(row for row in rows if row.metric == metric)
    each = Comparison(Arm(old, titles[old], "", 0), Arm(new, titles[new], "", 1), rows)
    said = (
        sentence(words, each, judged),
        frequencies(words, each, judged, point=study.is_point),
        *(f"{note[:1].upper()}{note[1:]}." for note in notes(words, judged)),
        others(words, each, judged),
    )
    return " ".join(each for each in said if each)
