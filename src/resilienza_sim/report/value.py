"""What the euros obtain: effect per 1,000 euros, and the chance of each arm to be the best buy."""

from __future__ import annotations

import math
from typing import Any

from resilienza_sim.experiments.value import HOURS
from resilienza_sim.report.canvas import WIDE, Drawn, canvas, legend, look, numbers
from resilienza_sim.report.view import DecisionView
from resilienza_sim.words import decimals

__all__ = ["HOUR_EUR", "acceptability", "value_table"]

HOUR_EUR = 20.0
"""Upper end of the shadow price of a volunteer's hour, EUR (docs/odd.md, rule 6: 0-20)."""


def _known(view: DecisionView) -> bool:
    study = view.study
    known = study.headline in study.well and "spent_eur" in study.indicators
    return known and len(view.arms) > 1


def acceptability(view: DecisionView) -> Drawn:
    """Chance of each arm to be the best, by what one is ready to pay."""
    if not _known(view):
        return None
    words = view.words
    table = view.study.acceptability(view.study.headline)
    if table.empty:
        return None
    figure = canvas(WIDE, 3.9)
    axes = figure.add_subplot()
    prices = table["eur"]
    rows = []
    for arm in view.arms:
        if arm.name not in table:
            continue
        chance = 100.0 * table[arm.name].to_numpy()
        axes.plot(prices, chance, label=arm.title, **look(arm))
        rows.append(
            words("figure.value.alt_row", arm=arm.title, chance=words.number(chance[-1], 0))
        )
    axes.set_ylim(-3, 103)
    axes.set_xlim(0, float(prices.iloc[-1]))
    axes.set_xlabel(words("figure.value.price"))
    axes.set_ylabel(words("figure.value.chance"))
    numbers(axes.xaxis, words)
    numbers(axes.yaxis, words)
    legend(figure, axes)
    last = words.euros(prices.iloc[-1])
    return figure, words("figure.value.alt", price=last, rows="; ".join(rows))


def value_table(view: DecisionView) -> dict[str, Any] | None:
    """Return the rows of effect per 1,000 euros; with volunteers' hours priced when known."""
    if not _known(view):
        return None
    words, study = view.words, view.study
    prices = (0.0, HOUR_EUR) if HOURS in study.indicators else (0.0,)
    tables = [study.cost_effectiveness(study.headline, hour_eur=price) for price in prices]
    if tables[0].empty:
        return None
    titles = {arm.name: arm.title for arm in view.arms}
    rows = []
    for plain, *priced in zip(*(table.to_dict("records") for table in tables), strict=True):
        if plain["strategy"] in titles:
            rows.append(
                {
                    "title": titles[plain["strategy"]],
                    "effect": words.number(plain["effect"], decimals(plain["effect"]), sign=True),
                    "cost": words.euros(plain["cost_eur"]),
                    "ratios": [_ratio(view, row) for row in (plain, *priced)],
                }
            )
    base = str(tables[0]["reference"].iloc[0])
    heads = [words("value.ratio")]
    if len(prices) > 1:
        heads.append(words("value.ratio_hours", price=words.number(HOUR_EUR, 0)))
    return {"rows": rows, "heads": heads, "reference": titles.get(base, base)}


def _ratio(view: DecisionView, row: dict[str, Any]) -> dict[str, str]:
    words, ends = view.words, (float(row["low"]), float(row["high"]))
    ratio = float(row["per_1000_eur"])
    if not math.isfinite(ratio):
        return {"value": words.undefined, "interval": words("value.no_cost")}
    known = all(map(math.isfinite, ends))
    digits = decimals(ratio, *(ends if known else ()))
    return {
        "value": words.number(ratio, digits, sign=True),
        "interval": words.interval(*ends, digits) if known else "",
    }
