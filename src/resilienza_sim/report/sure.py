"""What is said of a study run until sure: who is, since when, and how many pairs others need."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.experiments.interim import sureness
from resilienza_sim.messages import catalogue
from resilienza_sim.statistics import MOST_FORESEEN, SKEWED_BEYOND, SURE_FROM
from resilienza_sim.words import Words, decimals

if TYPE_CHECKING:
    import pandas as pd

    from resilienza_sim.experiments.experiment import Stopping
    from resilienza_sim.experiments.study import Study

__all__ = ["about", "sure_lines"]


def about(pairs: float) -> int:
    """Return a number of pairs as one would say it: two figures, rounded up."""
    step = 10.0 ** max(0, math.floor(math.log10(max(pairs, 1.0))) - 1)
    return round(math.ceil(pairs / step) * step)


def sure_lines(study: Study, lang: str, rule: Stopping | None = None) -> list[str]:
    """Return the sentences that say how sure a study is.

    Parameters
    ----------
    study : Study
        Any; a comparison is told line by line, a sweep in sums over its points.
    lang : str
        "it" or "en".
    rule : Stopping, optional
        As in `interim.sureness`.
    """
    words, say = Words(lang), partial(_say, lang)
    table = sureness(study, rule)
    if table.empty:
        return []
    if "point" in table.columns:
        lines = list(_sweep(study, table, words))
    else:
        count = {"sure": int(table["sure"].sum()), "comparisons": len(table)}
        dated = table["decision"].nunique() > 1
        lines = [say("count", **count, pairs=_span(table["pairs"], words))]
        lines += [_line(study, row, words, dated) for row in table.to_dict("records")]
    return [*lines, say("method", least=SURE_FROM, family=int(table["family"].max()))]


def _say(lang: str, key: str, **values: object) -> str:
    return catalogue(lang).text(f"sure.{key}", **values)


def _span(values: pd.Series[int], words: Words) -> str:
    low, high = int(values.min()), int(values.max())
    return str(low) if low == high else _say(words.lang, "span", low=low, high=high)


def _names(study: Study, row: Mapping[Hashable, Any], words: Words) -> dict[str, str]:
    titles = study.manifest["titles"]
    return {
        "strategy": words.of(titles.get(row["strategy"]), row["strategy"]),
        "baseline": words.of(titles.get(row["baseline"]), row["baseline"]),
        "metric": words.name("metric", row["metric"], study.describe(row["metric"]).title),
    }


def _line(study: Study, row: Mapping[Hashable, Any], words: Words, dated: bool) -> str:
    say, key = partial(_say, words.lang), _key(row)
    unit = study.describe(row["metric"]).unit
    scale = 100.0 if unit == "share" else 1.0  # told in points, as in the tables
    mean, low, high = (scale * row[name] for name in ("mean_difference", "low", "high"))
    digits = decimals(*(x for x in (mean, low, high) if math.isfinite(x)))
    day = date.fromisoformat(row["decision"])
    values: dict[str, object] = {
        **_names(study, row, words),
        "at": say("at", date=words.date(day)) if dated else "",
        "unit": unit and f" {words.unit(unit)}",
        "mean": words.number(mean, digits, sign=True),
        "interval": words.interval(low, high, digits),
        "effect": words.exact(scale * row["effect_of_interest"]),
        "most": words.number(MOST_FORESEEN, 0),
        "n": row["n"],
    }
    if row["sure"]:
        values["since"] = int(row["since"])
    if key == "verdict":
        values["verdict"] = say(f"verdicts.{row['verdict']}")
    if key == "more":
        values["more"] = words.number(about(row["more_pairs"]), 0)
    parts = [say(key, **values)]
    if row["censored"]:
        parts.append(say("censored", censored=row["censored"]))
    if row["dropped"] and row["n"]:
        parts.append(say("dropped", dropped=row["dropped"]))
    if abs(row["skewness"]) > SKEWED_BEYOND:
        parts.append(say("skewed"))
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


def _sweep(study: Study, table: pd.DataFrame, words: Words) -> Iterator[str]:
    say = partial(_say, words.lang)
    each = table.groupby("point")
    sure = int(each["sure"].all().sum())
    yield say("points", sure=sure, points=len(each), pairs=_span(each["pairs"].max(), words))
    most = words.number(MOST_FORESEEN, 0)
    for _, rows in table.groupby(["metric", "strategy"], sort=False):
        names = _names(study, rows.iloc[0].to_dict(), words)
        sure = int(rows["sure"].sum())
        key = "all" if sure == len(rows) else "some"
        parts = [say(f"sweep.{key}", sure=sure, points=len(rows), **names)]
        missing = rows.loc[~rows["sure"], "more_pairs"].to_numpy(float)
        few = missing[np.isfinite(missing)]
        if few.size:
            more = words.number(about(float(np.median(few))), 0)
            parts.append(say("sweep.more", more=more, points=few.size))
        if never := int(np.isinf(missing).sum()):
            parts.append(say("sweep.never", points=never, most=most))
        if unknown := int(np.isnan(missing).sum()):
            parts.append(say("sweep.unknown", points=unknown))
        if skewed := int((rows["skewness"].abs() > SKEWED_BEYOND).sum()):
            parts.append(say("sweep.skewed", points=skewed))
        yield " ".join(parts)
