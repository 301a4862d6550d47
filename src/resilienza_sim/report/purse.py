"""The purse of each arm, followed to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.report.view import Arm, DecisionView
from resilienza_sim.words import Words

__all__ = ["AMBITS", "Spending", "audit", "audit_rows", "by_action", "same_purse"]

AMBITS = ("ties", "planning", "services", "awareness")
_ON = "eur_"

Cents = NDArray[np.int64]


@dataclass(frozen=True)
class Spending:
    """The purse of one arm from the decision week on: means over the replicates, of the whole town.

    `balanced` counts the replicates in which every week closes to the cent.
    """

    arm: Arm
    available_cents: int
    spent_cents: int
    left_cents: int
    ambit_eur: Mapping[str, float]
    balanced: int
    replicates: int


def audit(view: DecisionView) -> list[Spending]:
    """Return the purse of every arm, or nothing when the study has no ledger."""
    if not {"available_eur", "spent_eur", "left_eur"} <= set(view.study.indicators):
        return []
    return [one for arm in view.arms if (one := _purse(view, arm)) is not None]


def _cents(view: DecisionView, column: str, arm: Arm) -> Cents:
    values = view.weekly(column, arm.name)
    values = values[np.isfinite(values).all(axis=1)]
    return np.rint(100 * values).astype(np.int64)


def _purse(view: DecisionView, arm: Arm) -> Spending | None:
    """Follow every cent of an arm from the decision week on.

    What is available in a week is read as the week's new money (left = left before + available -
    spent) or, where that does not close and this does, as new money and savings together
    (left = available - spent).
    """
    given, spent, left = (_cents(view, f"{c}_eur", arm) for c in ("available", "spent", "left"))
    if not given.size:
        return None
    first = int(np.searchsorted(view.weeks, view.week))
    before = left[:, first - 1] if first else left[:, 0] - given[:, 0] + spent[:, 0]
    given, spent, left = given[:, first:], spent[:, first:], left[:, first:]
    savings = np.column_stack([before, left[:, :-1]])
    if not (left == savings + given - spent).all() and (left == given - spent).all():
        given = given - savings
    parts = {
        ambit: _cents(view, f"spent_{ambit}_eur", arm)[:, first:]
        for ambit in AMBITS
        if f"spent_{ambit}_eur" in view.study.indicators
    }
    closes = (left == savings + given - spent) & (left >= 0)
    if parts:
        closes &= np.sum(list(parts.values()), axis=0) == spent
    available, out, end = before + given.sum(axis=1), spent.sum(axis=1), left[:, -1]
    balanced = int((closes.all(axis=1) & (available == out + end)).sum())
    n = len(given)
    shown, rest = round(available.sum() / n), round(end.sum() / n)
    return Spending(
        arm=arm,
        available_cents=shown,
        # a mean of whole cents is not whole: where every run closes, so do the rounded means
        spent_cents=shown - rest if balanced == n else round(out.sum() / n),
        left_cents=rest,
        ambit_eur={ambit: float(cents.sum()) / n / 100 for ambit, cents in parts.items()},
        balanced=balanced,
        replicates=n,
    )


def audit_rows(words: Words, rows: Sequence[Spending]) -> list[dict[str, Any]]:
    """Return the audit of the purse in words; the mark only where every run closes."""
    return [
        {
            "arm": row.arm,
            "available": words.euros(row.available_cents / 100),
            "spent": words.euros(row.spent_cents / 100),
            "left": words.euros(row.left_cents / 100),
            "share": words.percent(row.spent_cents / row.available_cents, 1)
            if row.available_cents
            else words.undefined,
            "ambits": [words.euros(row.ambit_eur[a]) if a in row.ambit_eur else "" for a in AMBITS],
            "balances": row.balanced == row.replicates > 0,
            "check": words(
                "audit.closes" if row.balanced == row.replicates else "audit.open",
                n=row.balanced,
                of=row.replicates,
            ),
        }
        for row in rows
    ]


def by_action(view: DecisionView) -> list[tuple[str, list[str]]]:
    """Return what share of each arm's euros went to each action, and what was left; in words."""
    paid = [name for name in view.study.indicators if name.startswith(_ON)]
    if not paid or "available_eur" not in view.study.indicators:
        return []
    words, rows = view.words, []
    spent = {arm.name: {each: _total(view, each, arm) for each in paid} for arm in view.arms}
    purses = {arm.name: sum(spent[arm.name].values()) + _end(view, arm) for arm in view.arms}
    for each in paid:
        shares = [spent[arm.name][each] / max(purses[arm.name], 1e-9) for arm in view.arms]
        if any(shares):
            name = words.name("action", each.removeprefix(_ON))
            rows.append((name, [words.percent(share, 1) for share in shares]))
    left = [_end(view, arm) / max(purses[arm.name], 1e-9) for arm in view.arms]
    rows.append((words("audit.left"), [words.percent(share, 1) for share in left]))
    return rows


def _total(view: DecisionView, column: str, arm: Arm) -> float:
    """Return the euros of a column from the decision on: mean of the replicates."""
    first = int(np.searchsorted(view.weeks, view.week))
    return float(np.nansum(view.weekly(column, arm.name)[:, first:], axis=1).mean())


def _end(view: DecisionView, arm: Arm) -> float:
    """Return the euros left at the end: mean of the replicates."""
    return float(np.nanmean(view.weekly("left_eur", arm.name)[:, -1]))


def same_purse(rows: Sequence[Spending]) -> bool:
    """Return whether every arm had the same euros available."""
    return len({row.available_cents for row in rows}) <= 1
