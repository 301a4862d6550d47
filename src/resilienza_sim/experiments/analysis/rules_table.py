"""Rules in words, as a table, and as the map sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from resilienza_sim.experiments.analysis.boxes import Box, within
from resilienza_sim.experiments.analysis.rules import Finding, Rule
from resilienza_sim.experiments.design import SCENARIO
from resilienza_sim.messages import catalogue
from resilienza_sim.printable import clean
from resilienza_sim.streams import Streams
from resilienza_sim.words import Words

if TYPE_CHECKING:
    from resilienza_sim.experiments.analysis.gaussian_map import FlipMap
    from resilienza_sim.experiments.study import Study

__all__ = ["conditions", "frame", "on_map"]


def conditions(sweep: Study, box: Box, lang: str) -> str:
    """Return in words what a box asks of the factors."""
    words = catalogue(lang)
    rows = []
    for name, limits in box.limits.items():
        title = words.text("discover.scenario") if name == SCENARIO else ""
        values: dict[str, object] = {"factor": clean(title or sweep.factor_title(name, lang))}
        factor = next((each for each in sweep.factors if each.name == name), None)
        if factor is None or not factor.numeric:
            named = [clean(sweep.level_title(str(option), lang)) for option in limits]
            options = _joined(named, lang, "or")
            rows.append(words.text("discover.condition.one_of", options=options, **values))
            continue
        low, high = (None if end is None else Words(lang).number(float(end)) for end in limits)
        if low is None:
            key = "at_most"
        elif high is None:
            key = "at_least"
        else:
            key = "exactly" if low == high else "between"
        rows.append(words.text(f"discover.condition.{key}", low=low, high=high, **values))
    return _joined(rows, lang, "and")


def _joined(parts: Sequence[str], lang: str, word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return catalogue(lang).text(
        f"discover.list.{word}", first=", ".join(parts[:-1]), last=parts[-1]
    )


def frame(sweep: Study, findings: Sequence[Finding], found: FlipMap | None = None) -> pd.DataFrame:
    """Return the rules that stand, one row each.

    Columns: `about`, `second`, `if_it`, `if_en` (the box in words), `coverage`, `density`,
    `base_rate`, `inside`, `cases`, `of`, `points`, `chance`, `method`, `limits` (quasi-p by
    factor), and with a map `map_agrees` and `map_denies`: shares of the box where the map is as
    sure of the same, or of another winner.
    """
    columns = (
        *("about", "second", "if_it", "if_en", "coverage", "density", "base_rate", "inside"),
        *("cases", "of", "points", "chance", "method", "limits", "map_agrees", "map_denies"),
    )
    seed = sweep.seed
    rows = []
    for rule in (rule for finding in findings for rule in finding.rules):
        agrees, denies = (np.nan, np.nan) if found is None else on_map(rule, found, seed)
        limits = "; ".join(f"{name}: {p:.2g}" for name, p in rule.limits.items())
        values = {lang: conditions(sweep, rule.box, lang) for lang in ("it", "en")}
        plain = (rule.coverage, rule.density, rule.of / rule.points, rule.inside, rule.cases)
        more = (rule.of, rule.points, rule.chance, rule.method, limits, agrees, denies)
        rows.append((rule.about, rule.second, values["it"], values["en"], *plain, *more))
    return pd.DataFrame(rows, columns=columns)


def on_map(rule: Rule, found: FlipMap, seed: int) -> tuple[float, float]:
    """Return the shares of a box where the map is sure of the same, and of another winner.

    Undefined where the map can be sure of nothing.
    """
    if not found.sure:
        return np.nan, np.nan
    rng = int(Streams(seed).generator("rules on the map").integers(2**31))
    unit = stats.qmc.Sobol(len(found.space.axes), rng=rng).random_base2(11)
    points = found.space.points(unit)
    inside = points[within(found.space, points, rule.box)]
    if not len(inside):
        return np.nan, np.nan
    region = found.predict(inside)["region"]
    same = ("equivalent", "undecided") if rule.about == "neither" else (rule.about,)
    others = {"strategy", "baseline"} - set(same)
    return float(region.isin(same).mean()), float(region.isin(others).mean())
