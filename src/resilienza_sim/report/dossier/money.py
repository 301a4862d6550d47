"""Her euros line by line, with the share of the effect that each brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.report.dossier.people import about
from resilienza_sim.words import plain

__all__ = ["ATTRIBUTION", "attribution_of", "lines"]

ATTRIBUTION = "attribution"
"""Folder inside a study where `resilienza attribute --out` puts what each line brings."""
_EUR, _YEAR = "eur_", 52.1775


def attribution_of(focus: Focus) -> dict[str, dict[str, Any]]:
    """Return the rows of the attribution kept inside the study, by action; none without it.

    A file that is not one of this product's is no attribution.
    """
    folder = getattr(focus.view.study, "folder", None)
    if folder is None:
        return {}
    top = next(iter(focus.view.study.decisions.values())).folder
    path = Path(top) / ATTRIBUTION / f"attribution-{focus.view.headline}-action.csv"
    try:
        table = pd.read_csv(path)
        mine = table[table["strategy"].astype(str) == focus.strategy.name]
        return {str(row["player"]): row for row in mine.to_dict("records")}
    except (OSError, ValueError, KeyError):
        return {}


def lines(focus: Focus) -> dict[str, Any] | None:
    """Return the lines of the proposal: euros a year of the whole town, and the effect of each."""
    columns = [name for name in focus.view.columns if name.startswith(_EUR)]
    found = attribution_of(focus)
    say, years = focus.say, focus.weeks / _YEAR
    rows: list[tuple[float, dict[str, Any]]] = []
    whole = 0.0
    for column in columns:
        weeks = focus.since((column,), focus.strategy)
        if weeks is None or not np.nansum(weeks):
            continue
        euros = float(np.nansum(weeks, axis=1).mean()) * focus.scale / years
        whole += euros
        action = column.removeprefix(_EUR)
        rows.append((euros, {"action": action, **_effect(focus, found.get(action))}))
    if not rows:
        return None
    told = [
        {
            **row,
            "title": say.name("action", row["action"]),
            "euros": say("money.euros", euros=about(focus, euros)),
            "share": say.percent(euros / whole),
        }
        for euros, row in sorted(rows, key=lambda each: -each[0])
    ]
    name = plain(focus.view.facts.get("name") or "")
    return {
        "rows": told,
        "known": bool(found),
        "whole": say("money.euros", euros=about(focus, whole)),
        "command": say("money.command", scenario=name, strategy=focus.strategy.name),
    }


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
