"""What studies beside a study add: whether a verdict needs social mechanisms, how shocks add up."""

from __future__ import annotations

import math
from typing import Any

from resilienza_sim.experiments.verdicts import label
from resilienza_sim.report.reading import look_up
from resilienza_sim.report.view import DecisionView
from resilienza_sim.words import decimals

__all__ = ["interaction", "null_model"]

_NEEDS = ("yes", "no", "unknown")


def null_model(view: DecisionView) -> dict[str, Any] | None:
    """Return the verdicts beside those of the null model, and one sentence; None if it was not run.

    The table has the comparisons that the page shows, the sentence those with the study's baseline.
    """
    words = view.words
    if not view.arms or view.study.headline not in view.study.well:
        return None
    found = {
        (str(row["baseline"]), str(row["strategy"])): row
        for row in view.study.null_verdicts(view.study.headline).to_dict("records")
    }
    shown = [
        (each, found[each.baseline.name, each.strategy.name])
        for each in view.comparisons
        if (each.baseline.name, each.strategy.name) in found
    ]
    if not shown:
        return None
    rows: list[dict[str, Any]] = []
    groups: dict[str, list[str]] = {need: [] for need in _NEEDS}
    for each, row in shown:
        rows.append(
            {
                "comparison": each,
                "full": _verdict(view, row, ""),
                "null": _verdict(view, row, "null_"),
                "needs": words(f"null.needs.{row['needs']}"),
            }
        )
        if each.baseline.name == view.study.baseline:
            names = {"strategy": each.strategy.title, "baseline": each.baseline.title}
            groups[str(row["needs"])].append(words("null.name", **names))
    some = [need for need in _NEEDS if groups[need]]
    sentences = [
        words(f"null.every.{need}")
        if len(some) == 1
        else words(f"null.some.{need}", names=words.list(groups[need]))
        for need in some
    ]
    pairs = max(int(row["null_n"]) for _, row in shown)
    return {
        "rows": rows,
        "sentence": " ".join(sentences),
        "pairs": words.count("null.pairs", pairs),
    }


def _verdict(view: DecisionView, row: dict[str, Any], which: str) -> dict[str, str]:
    kind, mean = str(row[f"{which}verdict"]), float(row[f"{which}mean_difference"])
    difference, _ = view.words.estimate(mean, row[f"{which}low"], row[f"{which}high"])
    return {
        "kind": kind,
        "label": label(view.words, kind),
        "difference": difference,
    }


def interaction(view: DecisionView) -> dict[str, Any] | None:
    """Return what two groups of shocks do together in each arm; None if it was not run."""
    words = view.words
    if not view.arms or view.study.headline not in view.study.well:
        return None
    table = view.study.interaction(view.study.headline)
    if table.empty:
        return None
    titles = {arm.name: arm.title for arm in view.arms}
    rows = []
    for row in table.to_dict("records"):
        if row["strategy"] not in titles or not row["n"]:
            continue
        ends = [
            float(row[f"{which}{end}"]) for which in ("", "difference_") for end in ("low", "high")
        ]
        digits = decimals(*(end for end in ends if math.isfinite(end)))
        level = decimals(row["both"])
        rows.append(
            {
                "title": titles[row["strategy"]],
                "losses": [
                    words.number(row[name], level)
                    for name in ("both", "first", "second", "neither")
                ],
                "interaction": words.number(row["interaction"], digits, sign=True),
                "interval": words.interval(ends[0], ends[1], digits),
                "difference": words.number(row["difference"], digits, sign=True)
                if row["strategy"] != view.study.baseline
                else "–",
                "difference_interval": words.interval(ends[2], ends[3], digits)
                if math.isfinite(ends[2])
                else "",
            }
        )
    if not rows:
        return None
    one, two = (words.list(_names(view, group)) for group in view.facts["interaction"])
    return {"rows": rows, "one": one, "two": two}


def _names(view: DecisionView, places: list[int]) -> list[str]:
    """Return what the reader calls the shocks at some places of the scenario."""
    words, shocks = view.words, look_up(view.facts, "scenario", "shocks") or ()
    return [
        words.of(
            shocks[k].get("title") or shocks[k].get("label"),
            words.name("shock", str(shocks[k].get("kind") or "")),
        )
        for k in places
        if k < len(shocks)
    ]
