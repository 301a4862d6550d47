"""What is said of a study run until sure: who is, since when, and how many pairs others need."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.experiments.looks import sureness
from resilienza_sim.experiments.until_sure import MOST_FORESEEN, SKEWED_BEYOND, SURE_FROM
from resilienza_sim.experiments.words import number
from resilienza_sim.messages import Catalogue, catalogue

if TYPE_CHECKING:
    import pandas as pd

    from resilienza_sim.experiments.experiment import Stopping
    from resilienza_sim.experiments.study import Study
    from resilienza_sim.experiments.sweep_study import Sweep

__all__ = ["about", "sure_lines"]


def about(pairs: float) -> int:
    """Return a number of pairs as one would say it: two figures, rounded up."""
    step = 10.0 ** max(0, math.floor(math.log10(max(pairs, 1.0))) - 1)
    return round(math.ceil(pairs / step) * step)


def sure_lines(study: Study | Sweep, lang: str, rule: Stopping | None = None) -> list[str]:
    """Return the sentences that say how sure a study is.

    Parameters
    ----------
    study : Study or Sweep
        Any; a comparison is told line by line, a sweep in sums over its points.
    lang : str
        "it" or "en".
    rule : Stopping, optional
        As in `looks.sureness`.
    """
    words = catalogue(lang)
    table = sureness(study, rule)
    if table.empty:
        return []
    if "point" in table.columns:
        lines = list(_sweep(study, table, lang))
    else:
        head = words.text(
            "sure.count",
            sure=int(table["sure"].sum()),
            comparisons=len(table),
            pairs=_span(table["pairs"], words),
        )
        rows = table.to_dict("records")
        lines = [head, *(_line(study, row, lang, table["decision"].nunique() > 1) for row in rows)]
    return [*lines, words.text("sure.method", least=SURE_FROM)]


def _span(values: pd.Series[int], words: Catalogue) -> str:
    low, high = int(values.min()), int(values.max())
    return str(low) if low == high else words.text("sure.span", low=low, high=high)


def _line(study: Study | Sweep, row: Mapping[Hashable, Any], lang: str, dated: bool) -> str:
    words = catalogue(lang)
    info = study.describe(row["metric"])
    key = _key(row)
    values = {
        "strategy": study.strategy_title(row["strategy"], lang),
        "baseline": study.strategy_title(row["baseline"], lang),
        "metric": study.metric_title(row["metric"], lang),
        "at": words.text("sure.at", date=row["decision"]) if dated else "",
        "unit": info.unit and f" {info.unit}",
        "mean": number(row["mean_difference"], lang, signed=True),
        "low": number(row["low"], lang, signed=True),
        "high": number(row["high"], lang, signed=True),
        "effect": number(row["effect_of_interest"], lang),
        "most": number(MOST_FORESEEN, lang),
        "n": row["n"],
    }
    if row["sure"]:
        values["since"] = int(row["since"])
    if key == "verdict":
        values["verdict"] = words.text(f"sure.verdicts.{row['verdict']}")
    if key == "more":
        values["more"] = number(about(row["more_pairs"]), lang)
    parts = [words.text(f"sure.{key}", **values)]
    if row["censored"]:
        parts.append(words.text("sure.censored", censored=row["censored"]))
    if row["dropped"] and row["n"]:
        parts.append(words.text("sure.dropped", dropped=row["dropped"]))
    if abs(row["skewness"]) > SKEWED_BEYOND:
        parts.append(words.text("sure.skewed"))
    return " ".join(parts)


def _key(row: Mapping[Hashable, Any]) -> str:
    """Return which sentence tells a row."""
    if row["sure"]:
        return str(row["why"])
    if not row["n"]:
        return "empty"
    if math.isnan(row["more_pairs"]):
        return "unknown"
    if math.isfinite(row["more_pairs"]):
        return "more"
    if not math.isnan(row["wanted_half_width"]):
        return "never_width"
    return "never" if row["effect_of_interest"] > 0 else "never_sign"


def _sweep(study: Study | Sweep, table: pd.DataFrame, lang: str) -> Iterator[str]:
    words = catalogue(lang)
    each = table.groupby("point")
    yield words.text(
        "sure.points",
        sure=int(each["sure"].all().sum()),
        points=len(each),
        pairs=_span(each["pairs"].max(), words),
    )
    for (metric, strategy), rows in table.groupby(["metric", "strategy"], sort=False):
        names = {
            "strategy": study.strategy_title(str(strategy), lang),
            "baseline": study.strategy_title(str(rows["baseline"].iloc[0]), lang),
            "metric": study.metric_title(str(metric), lang),
        }
        sure = int(rows["sure"].sum())
        key = "all" if sure == len(rows) else "some"
        parts = [words.text(f"sure.sweep.{key}", sure=sure, points=len(rows), **names)]
        missing = rows.loc[~rows["sure"], "more_pairs"].to_numpy(float)
        few = missing[np.isfinite(missing)]
        if few.size:
            more = number(about(float(np.median(few))), lang)
            parts.append(words.text("sure.sweep.more", more=more, points=few.size))
        if never := int(np.isinf(missing).sum()):
            most = number(MOST_FORESEEN, lang)
            parts.append(words.text("sure.sweep.never", points=never, most=most))
        if unknown := int(np.isnan(missing).sum()):
            parts.append(words.text("sure.sweep.unknown", points=unknown))
        if skewed := int((rows["skewness"].abs() > SKEWED_BEYOND).sum()):
            parts.append(words.text("sure.sweep.skewed", points=skewed))
        yield " ".join(parts)
