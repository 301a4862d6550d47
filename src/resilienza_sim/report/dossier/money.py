"""Her euros line by line, with the share of the effect that each brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resilienza_sim.report.dossier.focus import Focus

__all__ = ["ATTRIBUTION", "attribution_of", "lines", "table_of"]

ATTRIBUTION = "attribution"
"""Folder inside a study where `resilienza report --complete` puts what each line brings."""
_EUR, _YEAR = "eur_", 52.1775


def table_of(metric: str) -> str:
    """Return the name of the file in that folder that says what each action brings to a metric."""
    return f"attribution-{metric}-action.csv"


def attribution_of(focus: Focus) -> dict[str, dict[str, Any]]:
    """Return the rows of the attribution kept inside the study, by action; none without it.

    It is of the first decision. A file that is not one of this product's is no attribution.
    """
    folder = getattr(focus.view.study, "folder", None)
    if folder is None:
        return {}
    day, first = next(iter(focus.view.study.decisions.items()))
    if day.isoformat() != focus.view.key:
        return {}
    path = Path(first.folder) / ATTRIBUTION / table_of(focus.view.study.headline)
    try:
        table = pd.read_csv(path)
        mine = table[table["strategy"].astype(str) == focus.strategy.name]
        return {str(row["player"]): row for row in mine.to_dict("records")}
    except (OSError, ValueError, KeyError):
        return {}


def lines(focus: Focus) -> dict[str, Any] | None:
    """Return the lines of the proposal: euros a year of the whole town, and the effect of each."""
    columns = [name for name in focus.view.study.indicators if name.startswith(_EUR)]
    found = attribution_of(focus)
    say, years = focus.say, focus.weeks / _YEAR
    rows: list[tuple[float, dict[str, Any]]] = []
    whole = 0.0
    for column in columns:
        weeks = focus.since((column,), focus.strategy)
        if weeks is None or not np.nansum(weeks):
            continue
        euros = float(np.nansum(weeks, axis=1).mean()) / years  # already those of the whole town
        whole += euros
        action = column.removeprefix(_EUR)
        rows.append((euros, {"action": action, **_effect(focus, found.get(action))}))
    if not rows:
        return None
    shown = [
        {
            **row,
            "title": say.name("action", row["action"]),
            "euros": say.euros(euros),
            "share": _part(focus, euros / whole),
        }
        for euros, row in sorted(rows, key=lambda each: -each[0])
    ]
    pairs = max((int(row.get("n") or 0) for row in found.values()), default=0)
    return {
        "rows": shown,
        "known": bool(found),
        "whole": say.euros(whole),
        "how": " ".join(_how(focus, found, pairs)),
        "command": "" if found else say("page.complete"),
    }


def _part(focus: Focus, share: float) -> str:
    """Return a share in per cent; one that leaves nothing of it is said to be small."""
    return focus.say.percent(share) if round(100 * share) else focus.say("money.under")


def _how(focus: Focus, found: dict[str, dict[str, Any]], pairs: int) -> list[str]:
    """Return how the shares of the effect are found, and why there may be none."""
    if not found:
        return [focus.say("money.unknown")]
    how = [focus.say("money.how", n=pairs)]
    if not any(np.isfinite(float(row.get("share", np.nan))) for row in found.values()):
        how.append(focus.say("money.no_share"))
    return how


def _effect(focus: Focus, row: dict[str, Any] | None) -> dict[str, str]:
    say = focus.say
    if row is None:
        return {"effect": "–", "said": ""}
    share = float(row.get("share", np.nan))
    kind = str(row.get("verdict"))
    known = kind if kind in ("helps", "harms", "nothing") else "undecided"
    return {
        "effect": say.percent(share) if np.isfinite(share) else "–",
        "said": say(f"money.said.{known}"),
    }
