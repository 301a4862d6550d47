"""Which service or association, lost, would hurt most: what was found beside the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resilienza_sim.model.losses import ASSOCIATION, GROUP, SERVICE
from resilienza_sim.model.state import SERVICES
from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.words import Words, decimals, plain

__all__ = ["FILE", "KEYSTONES", "keystones", "name_of", "names_of"]

FILE, KEYSTONES = "keystones.csv", "keystones"
"""The table that `resilienza keystones` writes, and the folder inside a study where it is read."""


def keystones(focus: Focus) -> dict[str, Any]:
    """Return what each loss costs, the dearest first, and the command that finds it."""
    say = focus.say
    name = plain(focus.view.facts.get("name") or "")
    found: dict[str, Any] = {
        "rows": [],
        "command": say("keystones.command", scenario=name, strategy=focus.strategy.name),
    }
    folder = getattr(focus.view.study, "folder", None)
    if folder is None:
        return found
    top = next(iter(focus.view.study.decisions.values())).folder
    try:
        table = pd.read_csv(Path(top) / KEYSTONES / FILE)
        rows = table.sort_values("loss", ascending=False, kind="stable").to_dict("records")
        found["rows"] = [_row(focus, row) for row in rows]
    except (OSError, ValueError, KeyError):
        return found
    return found


def _row(focus: Focus, row: dict[str, Any]) -> dict[str, str]:
    say, ends = focus.say, (float(row["low"]), float(row["high"]))
    known = [end for end in ends if np.isfinite(end)]
    digits = decimals(float(row["loss"]), *known)
    return {
        "name": name_of(say, str(row["name"]), names_of(focus.view.facts.get("scenario") or {})),
        "loss": say.number(row["loss"], digits, sign=True),
        "interval": say.interval(*ends, digits) if len(known) == 2 else "",
        "worse": say("of.counted", some=int(row["worse"]), n=int(row["n"])),
    }


def names_of(scenario: Mapping[str, Any]) -> dict[str, list[object]]:
    """Return the names that a scenario gives to what can be lost, by kind."""
    lists = {ASSOCIATION: scenario.get("associations"), GROUP: scenario.get("quarters")}
    return {kind: [each.get("name") for each in some or ()] for kind, some in lists.items()}


def name_of(say: Words, loss: str, names: Mapping[str, Sequence[object]]) -> str:
    """Return what readers call a loss; see `model.losses`."""
    kind, _, name = loss.partition(":")
    if kind == SERVICE and name in SERVICES:
        return say(f"service.{name}")
    known = names.get(kind) or ()
    if not name.isdecimal() or not 0 < int(name) <= len(known):
        return plain(loss)
    own = say.of(known[int(name) - 1])
    return say("keystones.group", quarter=own) if kind == GROUP else own
