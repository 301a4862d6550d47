"""How the services fare: queues, weeks, burnout, and which of them is the bottleneck."""

from __future__ import annotations

from typing import Any

import numpy as np

from resilienza_sim.experiments.verdicts import Arm
from resilienza_sim.model.state import SERVICES
from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.report.dossier.people import about
from resilienza_sim.report.reading import look_up
from resilienza_sim.words import plain

__all__ = ["stress"]

_FULL = 0.95
"""Saturation from which a week is one of full queues."""


def stress(focus: Focus) -> dict[str, Any] | None:
    """Return the table of the services under both proposals, and the bottleneck in words."""
    seen = [each for each in SERVICES if f"queue_{each}" in focus.view.study.indicators]
    if not seen:
        return None
    say, rows = focus.say, []
    fullest: dict[str, tuple[float, str]] = {}
    for arm in (focus.baseline, focus.strategy):
        for service in seen:
            found = _measures(focus, arm, service)
            full = found["full"]
            if full > fullest.get(arm.name, (-1.0, ""))[0]:
                fullest[arm.name] = (full, service)
            rows.append(
                {
                    "service": _name(focus, service),
                    "arm": arm.title,
                    "queue": about(focus, found["queue"]),
                    "worst": about(focus, found["worst"]),
                    "waited": say.number(found["waited"], 1),
                    "gave_up": about(focus, found["gave_up"]),
                    "full": say.number(found["full"], 0),
                    "burnout": say.percent(found["burnout"], 0),
                }
            )
    sentences = [
        say(
            "stress.bottleneck" if full >= 1.0 else "stress.no_bottleneck",
            arm=arm.title,
            service=_name(focus, service),
            weeks=say.number(full, 0),
        )
        for arm in (focus.baseline, focus.strategy)
        for full, service in [fullest[arm.name]]
    ]
    return {"rows": rows, "sentences": sentences}


def _measures(focus: Focus, arm: Arm, service: str) -> dict[str, float]:
    """Return means over the replicates, in people of the whole town."""

    def weeks(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        found = focus.since((f"{name}_{service}",), arm)
        return np.full((1, 1), np.nan) if found is None else found

    people = focus.residents / 1000.0
    queue, full = weeks("queue"), weeks("saturation")
    waited = weeks("waiting")
    some = waited[np.isfinite(waited)]
    return {
        "queue": float(np.nanmean(queue)) * people,
        "worst": float(np.nanmax(queue, axis=1).mean()) * people,
        "waited": float(some.mean()) if some.size else np.nan,
        "gave_up": float(np.nansum(weeks("gave_up"), axis=1).mean()) * people,
        "full": float((full >= _FULL).sum(axis=1).mean()),
        "burnout": float(np.nanmean(weeks("burnout"))),
    }


def _name(focus: Focus, service: str) -> str:
    """Return what readers call a service, with the name that the scenario lists it by."""
    listed = look_up(focus.view.facts, "scenario", "services") or ()
    names = [plain(each.get("name") or "") for each in listed if each.get("kind") == service]
    usual = focus.say.name("service", service)
    return f"{focus.say.list(names)} ({usual})" if names else usual
