"""What is measured once a run: decorated functions, by theme."""

from __future__ import annotations

from typing import Any

from resilienza_sim.discovery import member
from resilienza_sim.model.contracts import Metric

__all__ = ["describe_metric"]


def describe_metric(name: str) -> dict[str, Any]:
    """Return the unit, direction, effect of interest and description of a metric."""
    found = member("metrics", Metric, name)
    return {
        "unit": found.unit,
        "better": found.better,
        "effect_of_interest": found.effect_of_interest,
        "weekly": found.weekly,
        "per_head": found.per_head,
        "title": found.summary(),
        "censorable": found.can_be_censored,
        "diagnosis": found.diagnosis,
    }
